"""Corpora that the tests from end to end build: sources, recipes, how they are run and how folders are compared."""

import gzip
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "catalog" / "demo"

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
location = "other: nowhere"

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
LETTER = (
    "We met the librarian on a quiet morning, and she told us how the collection had grown from two shelves in the "
    "school to a house of its own. The books are lent to anybody who asks for them, and most of them come back. "
)
"""English that is in no other source of the tests."""

PERSONAL = {
    "EMAIL": "ayoola@kofoworola.example",
    "IP_ADDRESS": "203.0.113.177",
    "KEY": "tok-4f9a7c2e8b1d6f3a5e0c",
    "USER": "@ayoola_benson_87",
}
"""Personal data that the tests plant, by tag."""

LANGUAGES = ("ar", "bn", "en", "fr", "hi", "ml", "sw", "te", "tn", "xh", "yo", "zhs", "zht", "zu")
"""The languages of the larger corpus; its sources hold others too."""

SMALL_LANGUAGES = ("ar", "en", "hi", "sw", "yo", "zhs")


@dataclass(frozen=True)
class Corpus:
    """A corpus that was built: its recipe, its work folder, and what the run printed."""

    recipe: Path
    work: Path
    log: str


def make_source(
    folder: Path,
    uid: str,
    records: Sequence[Mapping[str, Any] | str],
    *,
    languages: Sequence[str] = ("yo",),
    cleaning: Sequence[str] = (),
) -> Path:
    """Write a source: its entry and one jsonl file of records; those with "lang" declare their language themselves."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records)
    (folder / f"{uid}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    declares = any(not isinstance(record, str) and "lang" in record for record in records)
    return make_entry(folder, uid, f"{uid}.jsonl", "lang" if declares else "", languages=languages, cleaning=cleaning)


def make_entry(
    folder: Path, uid: str, file: str, lang: str, *, languages: Sequence[str], cleaning: Sequence[str] = ()
) -> Path:
    """Write the entry of a catalogue source whose files are there; `lang` names the field with the language."""
    entry = ENTRY.format(
        uid=uid,
        languages=", ".join(f'"{code}"' for code in languages),
        cleaning=", ".join(f'"{step}"' for step in cleaning),
        file=file,
        lang=lang,
    )
    path = folder / f"{uid}.toml"
    path.write_text(entry, encoding="utf-8")
    return path


@cache
def articles() -> dict[str, list[dict[str, Any]]]:
    """The carried articles of the Universal Declaration of Human Rights, by language."""
    found: dict[str, list[dict[str, Any]]] = {}
    with gzip.open(DEMO / "data" / "udhr_articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            found.setdefault(record["lang"], []).append(record)
    return found


def planted() -> Iterator[dict[str, Any] | str]:
    """Records with what the carried sources lack: copies, personal data in every place, records that are none."""
    for lang in ("ar", "sw", "yo", "zhs"):
        yield {"id": f"copy-{lang}", "lang": lang, "text": articles()[lang][2]["text"]}
        yield {"id": f"nearly-{lang}", "lang": lang, "text": articles()[lang][3]["text"] + " 7"}
    everything = "; ".join(PERSONAL.values())
    beside = {"by": {"mail": PERSONAL["EMAIL"], "names": [PERSONAL["USER"]], PERSONAL["IP_ADDRESS"]: "host"}}
    yield {
        "id": "kept",
        "lang": "en",
        "text": f"{LETTER}Write to {everything} and ask for a card of your own.",
    } | beside
    for number, (tag, value) in enumerate(PERSONAL.items()):
        one, two = (articles()["yo"][place]["text"] for place in (number, number + 8))
        yield {"id": f"kept-{tag}", "lang": "yo", "text": f"{one}\nẸ kọ̀wé sí {value} lónìí.\n{two}"}
    struck = "\nThe end </s> of <s>a line.\n".join(articles()["yo"][place]["text"] for place in (4, 12))
    yield {"id": "markup", "lang": "yo", "text": struck}
    yield {"id": "cleaned-away", "lang": "en", "text": f"Ask {everything}."} | beside
    yield {"id": "dropped", "lang": "en", "text": f"{everything}; " * 4}
    yield {"id": "another-language", "lang": "de", "text": f"Schreiben Sie doch bitte an {everything}. " * 8}
    yield beside | {"id": PERSONAL["EMAIL"], "text": f"{articles()['sw'][7]['text']} {everything}"}
    yield '{"id": "broken", "text": "Write to ' + everything
    yield json.dumps({"id": "no-text", "body": everything})
    yield json.dumps(["not an object", everything])


def make_planted(folder: Path) -> Path:
    """The source of the planted records, and one line that is no UTF-8."""
    entry = make_source(
        folder, "planted", list(planted()), languages=LANGUAGES, cleaning=["filter_small_docs_bytes_300"]
    )
    with (folder / "planted.jsonl").open("ab") as file:
        file.write(b'{"text": "\xff ' + PERSONAL["EMAIL"].encode() + b'"}\n')
    return entry


def make_oscar_part(folder: Path) -> Path:
    """Every eighth record of the carried source of kind oscar, as a source of its own."""
    with gzip.open(DEMO / "data" / "oscar_sample.jsonl.gz") as lines:
        part = [line for number, line in enumerate(lines) if number % 8 == 0]
    (folder / "oscar_part.jsonl.gz").write_bytes(gzip.compress(b"".join(part), mtime=0))
    entry = (DEMO / "oscar_sample.toml").read_text(encoding="utf-8").replace("oscar_sample", "oscar_part")
    path = folder / "oscar_part.toml"
    path.write_text(entry.replace("data/oscar_part", "oscar_part"), encoding="utf-8")
    return path


def make_recipe(folder: Path) -> Path:
    """A recipe of all three kinds of sources, some of them the carried ones."""
    make_planted(folder)
    make_oscar_part(folder)
    carried = [DEMO / f"{uid}.toml" for uid in ("udhr_articles", "debian_handbook_ar", "lohelp_zh_cn")]
    return write_recipe(folder, [*map(str, carried), "planted.toml", "oscar_part.toml"], LANGUAGES)


def make_small_recipe(folder: Path) -> Path:
    """A recipe of two small sources with copies and broken records; one, of several files, is cleaned as a whole."""
    folder.mkdir(parents=True, exist_ok=True)
    for lang in SMALL_LANGUAGES:
        lines = [json.dumps(record, ensure_ascii=False) for record in articles()[lang]]
        (folder / f"articles-{lang}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    chain = ("dedup_document", "dedup_template_soft", "filter_remove_empty_docs")
    make_entry(folder, "articles", "articles-*.jsonl", "lang", languages=SMALL_LANGUAGES, cleaning=chain)
    make_planted(folder)
    return write_recipe(folder, ["articles.toml", "planted.toml"], SMALL_LANGUAGES, shard_bytes=12_000, vocabulary=500)


def write_recipe(
    folder: Path,
    sources: Sequence[str],
    languages: Sequence[str],
    *,
    shard_bytes: int = 40_000,
    vocabulary: int = 1000,
) -> Path:
    """Write recipe.toml."""
    path = folder / "recipe.toml"
    path.write_text(
        f"name = 'a test'\nsources = {json.dumps(list(sources))}\nlanguages = {json.dumps(list(languages))}\n"
        f"[mix]\nalpha = 0.3\nshard_bytes = {shard_bytes}\n"
        f"[tokenizer]\nvocabulary = {vocabulary}\nsample_bytes = 400000\n",
        encoding="utf-8",
    )
    return path


def environment(**more: str) -> dict[str, str]:
    """The environment in which the commands of this folder's code run, from anywhere."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def run(arguments: Sequence[object], cwd: Path, **more: str) -> str:
    """Run a command as people do; what it printed. Fails when it failed."""
    command = [sys.executable, "-m", "roots", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, env=environment(**more), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def broken_manifests(work: Path) -> list[str]:
    """The files that a manifest names and that are not as it says: absent, of another size, of another SHA-256.

    The texts of an exchange, which are read once and go, have no SHA-256.
    """
    found = []
    for path in sorted(work.rglob("*.json")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        for entry in manifest.get("files", []) if isinstance(manifest, dict) else []:
            file = path.parent / entry["file"]
            data = file.read_bytes() if file.exists() else b""
            digest = hashlib.sha256(data).hexdigest() if entry["sha256"] else ""
            if (len(data), digest) != (entry["bytes"], entry["sha256"]):
                found.append(f"{path.relative_to(work)} names {entry['file']}")
    return found


def contents(work: Path) -> dict[str, str]:
    """Every file below a work folder with the SHA-256 of its bytes; the lock, which is empty, is left out."""
    return {
        path.relative_to(work).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(work.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def different(one: Mapping[str, str], two: Mapping[str, str]) -> list[str]:
    """The paths at which two folders differ, for a message that can be read."""
    return sorted(path for path in {*one, *two} if one.get(path) != two.get(path))
