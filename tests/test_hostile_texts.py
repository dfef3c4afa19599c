"""Texts that nobody would write go through `roots filter`: the result of each is known beforehand, none stops a run."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.record import MAX_BYTES
from tests import corpora

GOOD = "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba."

LINES = {
    "50 MB in one line": json.dumps({"text": "a" * 50_000_000}),
    "15 MB of one word": json.dumps({"text": "a" * 15_000_000}),
    "15 MB of words": json.dumps({"text": "ẹ kú " * 2_000_000}, ensure_ascii=False),
    "a million combining marks": json.dumps({"text": "a" + "\u0301" * 1_000_000}, ensure_ascii=False),
    "half a surrogate pair": '{"text": "broken \\ud800 pair"}',
    "a whole surrogate pair": '{"text": "a goat \\ud83d\\udc10 is a goat is a goat is a goat is"}',
    "NUL bytes": '{"text": "' + "ẹ\\u0000kú " * 20 + '"}',
    "dotted capital I": json.dumps({"text": "İSTANBUL İyi " * 10}, ensure_ascii=False),
    "no spaces": json.dumps({"text": "人人生而自由在尊严和权利上一律平等" * 10}, ensure_ascii=False),
    "no letters": json.dumps({"text": "٠١٢٣ — … 😀 " * 50}, ensure_ascii=False),
    "non-characters": json.dumps({"text": "\ufffe\U0010ffff\ue000 " * 20}, ensure_ascii=False),
    "nothing": '{"text": ""}',
    "good": json.dumps({"text": GOOD}, ensure_ascii=False),
}

LOST = {
    "50 MB in one line": f"a line of 50000012 bytes is over the limit of {MAX_BYTES}",
    "half a surrogate pair": "text is not valid Unicode: it holds half of a surrogate pair",
}
"""Records that are no documents, with the reason; all others are measured."""

WORDS = {
    "15 MB of one word": 1,
    "15 MB of words": 4_000_000,
    "a million combining marks": 1,
    "a whole surrogate pair": 12,
    "NUL bytes": 20,
    "dotted capital I": 20,
    "no spaces": 1,
    "no letters": 50,
    "non-characters": 20,
    "nothing": 0,
    "good": 13,
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """The measures and the verdict of each text by its name."""
    folder = tmp_path_factory.mktemp("hostile")
    file = folder / "texts.jsonl"
    file.write_text("".join(f"{line}\n" for line in LINES.values()), encoding="utf-8")
    corpora.run(["filter", "--lang", "yo", file, "--output", folder / "out"], folder)
    made = (sorted(Path(folder, "out", "files", table).glob("*.parquet")) for table in ("measures", "ledger"))
    slices = (map(pq.read_table, paths) for paths in made)
    rows = zip(*(pa.concat_tables(found).to_pylist() for found in slices), strict=True)
    return dict(zip(LINES, ({**row, **verdict} for row, verdict in rows), strict=True))


@pytest.mark.parametrize("name", LINES)
def test_every_line_is_a_row_with_a_verdict(name: str, measured: dict[str, dict[str, Any]]) -> None:
    row = measured[name]
    assert (row["lost"], row["reason"]) == (("error:read", LOST[name]) if name in LOST else (None, None))
    assert row["number_words"] == WORDS.get(name)
    assert (row["dropped_by"] is None) == (name == "good")


@pytest.mark.parametrize("name", WORDS)
def test_what_is_a_document_has_every_measure(name: str, measured: dict[str, dict[str, Any]]) -> None:
    for measure in ("character_repetition", "word_repetition", "special_characters", "stopwords", "language_id"):
        assert 0 <= measured[name][measure] <= 1, measure
