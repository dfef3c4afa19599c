"""What many tests share: the shared texts, and a small world of two sources to build."""

import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import fsspec
import pytest

os.environ["HF_HUB_OFFLINE"] = "1"

SHARED = Path(__file__).parents[2] / "shared"

ENTRY = """
uid = "{uid}"
name = "Source {uid}"
description = "Texts of a test"
kind = "catalogue"
languages = [{languages}]
cleaning = [{cleaning}]
redact = true

[custodian]
name = "Nobody"
type = "other"
location = "Nowhere"

[licence]
id = "CC0-1.0"
properties = ["open license"]
attribution = "Nobody"

[permission]
outcome = "open licence"
asked = ""
note = ""

[pii]
has_pii = "No"
justification = "made up"

[data]
files = ["{file}"]
lang = "{lang}"
"""

YORUBA = (
    "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba. Wọ́n ní ẹ̀bùn ti làákàyè àti ti ẹ̀rí‐ọkàn, "
    "ó sì yẹ kí wọn ó máa hùwà sí ara wọn gẹ́gẹ́ bí ọmọ ìyá."
)
YORUBA_TOO = (
    "Olúkúlùkù ló ní ẹ̀tọ́ láti sinmi àti láti ní àkókò fàájì, pẹ̀lú gbèdéke tí ó bá ọgbọ́n mu lórí iye wákàtí iṣẹ́, "
    "àti àsìkò ìsinmi lẹ́nu iṣẹ́ láti ìgbà dé ìgbà tí a ó sanwó fún."
)
ENGLISH = (
    "All human beings are born free and equal in dignity and rights. They are endowed with reason and conscience "
    "and should act towards one another in a spirit of brotherhood."
)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project with golden values and open texts."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there: golden values and shared texts are not tested")
    return SHARED


@pytest.fixture
def memory() -> Iterator[str]:
    """A folder in memory, empty before and after."""
    folder = f"memory://test-{uuid.uuid4()}"
    yield folder
    filesystem = fsspec.filesystem("memory")
    inner = folder.removeprefix("memory:/")
    if filesystem.exists(inner):
        filesystem.rm(inner, recursive=True)


def make_source(
    folder: Path,
    uid: str,
    records: Sequence[Mapping[str, Any]],
    *,
    languages: Sequence[str] = ("yo",),
    cleaning: Sequence[str] = (),
) -> Path:
    """Write a source: its entry and one jsonl file of records; those with "lang" declare their language themselves."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records)
    (folder / f"{uid}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    declares = any(not isinstance(record, str) and "lang" in record for record in records)
    entry = ENTRY.format(
        uid=uid,
        languages=", ".join(f'"{code}"' for code in languages),
        cleaning=", ".join(f'"{step}"' for step in cleaning),
        file=f"{uid}.jsonl",
        lang="lang" if declares else "",
    )
    path = folder / f"{uid}.toml"
    path.write_text(entry, encoding="utf-8")
    return path


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., Path]:
    """Writes a source under tmp_path/sources: source(uid, records, languages=..., cleaning=...) -> entry file."""

    def write(uid: str, records: Sequence[Mapping[str, Any]], **given: Any) -> Path:
        return make_source(tmp_path / "sources", uid, records, **given)

    return write


@pytest.fixture
def yoruba() -> str:
    """The first article of the Universal Declaration of Human Rights in Yoruba."""
    return YORUBA


@pytest.fixture
def yoruba_too() -> str:
    """Another text in Yoruba, on the right to rest."""
    return YORUBA_TOO


@pytest.fixture
def english() -> str:
    """The same in English."""
    return ENGLISH
