"""roots pii-audit shows redactions in context, masked unless asked, counts them, and writes nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.entry import load
from lang_params.params import default, load_all
from pipelines.config import Config
from pipelines.curate import Wanted as Curated
from pipelines.curate import curate
from pipelines.run import Runtime
from roots.pii_audit import Seen, Wanted, audit, masked, shown
from tests.corpora import make_source
from tests.roots.made import Ended

Roots = Callable[..., Ended]

TEXTS = [
    "Gbogbo ènìyàn lè pe 0803 123 4567 tàbí kọ sí ade@example.org lónìí, ọjọ́ 12.",
    "Kaabo\x1b[2J \u202e@ade_ola sọ pé 8 ni; IBAN GB82 WEST 1234 5698 7654 32 wà níbẹ̀.",
    "Kò sí nǹkan kan níbí.",
    "Pe 0803 123 4599 nìkan.",
]
SECRETS = ("0803", "4567", "4599", "ade@example.org", "@ade_ola", "GB82", "7654")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sources")
    make_source(folder, "one", [{"id": str(number), "text": text} for number, text in enumerate(TEXTS)])
    return folder


def built(folder: Path, work: str, **actions: str) -> None:
    entry = replace(load(folder / "one.toml"), redaction=tuple(actions.items()))
    config = Config("fixed", load_all(), default())
    curate(work, [entry], config, Runtime(), Curated(stages=("declare", "redact")))


def test_spans_are_counted_by_kind_and_by_what_became_of_them(sources: Path, memory: str) -> None:
    built(sources, memory, IBAN="mark", USER="drop")
    found = audit(memory, Wanted())
    assert found.redacted == Counter(PHONE=2, EMAIL=1, USER=1)
    assert found.marked == Counter(IBAN=1)
    assert found.dropped == Counter(USER=1)
    assert (found.looked_at, len(found.sample)) == (4, 5)
    assert audit(memory, Wanted(kind="PHONE")).redacted == Counter(PHONE=2)
    assert audit(memory, Wanted(lang="sw")).looked_at == 0


def test_a_sample_is_drawn_by_its_seed_and_another_seed_draws_another(sources: Path, memory: str) -> None:
    built(sources, memory)

    def drawn(sample: int, seed: int) -> list[str]:
        return [seen.id + seen.kind for seen in audit(memory, Wanted(sample=sample, seed=seed)).sample]

    assert drawn(4, 0)[:2] == drawn(2, 0)
    assert len({tuple(drawn(2, seed)) for seed in range(9)}) > 1
    assert len(drawn(2, 5)) == 2


def test_nothing_of_a_person_is_shown_unless_asked_and_nothing_steers_the_terminal(
    sources: Path, tmp_path: Path, roots: Roots
) -> None:
    work = str(tmp_path / "work")
    built(sources, work, IBAN="mark")
    before = sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "work").rglob("*"))
    ended = roots("pii-audit", work)
    assert ended.code == 0
    assert not [secret for secret in SECRETS if secret in ended.out]
    assert "IBAN, marked: one, Yoruba (yo)" in ended.out
    assert "[PI:PHONE]" in ended.out
    assert "4 documents: 4 spans redacted, 1 marked; 5 shown" in ended.out
    assert not {"\x1b", "\u202e"} & set(ended.out)
    revealed = roots("pii-audit", work, "--reveal", "--catalogue", str(sources))
    assert [secret for secret in SECRETS if secret not in revealed.out] == []
    assert "original: 0803 123 4567" in revealed.out
    assert not {"\x1b", "\u202e"} & set(revealed.out)
    assert sorted((path, path.stat().st_mtime_ns) for path in (tmp_path / "work").rglob("*")) == before


def test_what_cannot_be_revealed_is_said(sources: Path, tmp_path: Path, roots: Roots) -> None:
    work = str(tmp_path / "work")
    built(sources, work)
    assert "say with --catalogue where their entries are" in roots("pii-audit", work, "--reveal").err
    ended = roots("pii-audit", work, "--reveal", "--catalogue", str(tmp_path))
    assert ended.code == 0
    assert "cannot be shown" in ended.out
    assert "one.toml: there is no such file" in " ".join(ended.out.split())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source", "two"], "no source 'two'; there are: one"),
        (["--kind", "NAMES"], "'NAMES' is not one of"),
        (["--lang", "xx"], "'xx' is not a language of the corpus"),
    ],
)
def test_a_wish_that_cannot_be_met(
    arguments: list[str], message: str, sources: Path, tmp_path: Path, roots: Roots
) -> None:
    work = str(tmp_path / "work")
    built(sources, work)
    ended = roots("pii-audit", work, *arguments)
    assert ended.code == 2
    assert message in ended.err


def test_a_folder_without_documents(tmp_path: Path, roots: Roots) -> None:
    ended = roots("pii-audit", str(tmp_path))
    assert (ended.code, "no documents are there" in ended.err) == (2, True)


def test_where_nothing_was_found_a_line_says_so_and_no_empty_table(sources: Path, tmp_path: Path, roots: Roots) -> None:
    built(sources, str(tmp_path / "work"))
    ended = roots("pii-audit", str(tmp_path / "work"), "--kind", "CRYPTO")
    assert (ended.code, ended.out) == (0, "4 documents: 0 spans redacted, 0 marked; 0 shown\n")


def test_a_damaged_table_is_named(sources: Path, tmp_path: Path, roots: Roots) -> None:
    work = tmp_path / "work"
    built(sources, str(work))
    [table] = (work / "one" / "measures").glob("*.parquet")
    table.write_bytes(b"PAR1")
    ended = roots("pii-audit", str(work))
    assert ended.code == 1
    assert "cannot be read (ArrowInvalid); remove it and run the build again" in " ".join(ended.err.split())


@pytest.mark.parametrize("text", ["١٢ مايو", "mtu@ hapa", "١٢٣٤٥٦٧٨٩٠", "a@b.example", "+254 712 345 678"])
def test_around_a_span_no_digit_and_no_account_can_be_read(text: str) -> None:
    found = masked(text)
    assert not any(character.isdecimal() for character in found)
    assert not [word for word in ("@b", "mtu@") if word in found]


def test_a_span_of_a_document_in_no_known_language() -> None:
    given: dict[str, Any] = {"kind": "PHONE", "source": "one", "lang": None, "id": "ab"}
    seen = Seen(**given, before="piga ", held="", after="", input="x", slice=(0, 1))
    heading, context = (text.plain for text in shown(1, seen, "not known", None))
    assert heading == "1. PHONE, redacted: one, not known, ab"
    assert context.strip() == "piga [PI:PHONE]"
