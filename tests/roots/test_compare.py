"""Two runs are compared document by document, however their shards were cut, and the counts are those of the tables."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from pipelines import storage, tables
from pipelines.config import Config
from pipelines.judge import judge
from pipelines.run import Runtime
from roots import compare as comparison
from roots.compare import ABSENT, KEPT, changed, compare, limits, summary
from roots.folders import FolderError, manifests
from roots.trial import applied
from tests.measured import Measured, Wanted, measured
from tests.roots.made import Ended

Roots = Callable[..., Ended]
Seen = dict[str, tuple[str | None, str, int]]

LANGUAGES = ("yo", "en", "fon")


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    return measured(str(tmp_path_factory.mktemp("one")), Wanted(1500, LANGUAGES, copies=0.05))


def stricter(config: Config) -> Config:
    """A configuration with other limits in two languages."""
    params = dict(config.languages)
    params["yo"] = applied(params["yo"], {"stopwords": 0.4, "number_words": {"max": 300}})
    params["en"] = applied(params["en"], {"special_characters": 0.2})
    return replace(config, languages=params)


@pytest.fixture(scope="module")
def two(one: Measured, tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """The same folder, judged by other limits."""
    work = shutil.copytree(one.work, tmp_path_factory.mktemp("two") / "work")
    config = stricter(one.config)
    judged = judge(str(work), one.shards, config, Runtime(), inputs=one.inputs)
    shutil.rmtree(work / ".run", ignore_errors=True)
    return Measured(str(work), one.shards, config, one.inputs, judged)


def seen(work: str) -> Seen:
    """What the tables say of each document: language, what became of it, bytes."""
    found = {}
    for source in storage.names(work):
        for manifest in manifests(work, source, "ledger"):
            name = manifest["files"][0]["file"]
            stem = name.removesuffix(".parquet").rpartition(".")[0]
            ledger = tables.read(storage.join(work, source, "ledger", name)).to_pylist()
            measures = tables.read(storage.join(work, source, "measures", f"{stem}.parquet")).to_pylist()
            for said, row in zip(ledger, measures, strict=True):
                found[row["id"]] = (row["lang"], said["dropped_by"] or KEPT, row["bytes"])
    return found


def plainly(first: Seen, second: Seen) -> Counter[tuple[str | None, str, str]]:
    """The counts by joining two dictionaries."""
    found: Counter[tuple[str | None, str, str]] = Counter()
    for id in {*first, *second}:
        before, after = first.get(id), second.get(id)
        lang = (before or after or (None,))[0]
        to = ABSENT if after is None else after[1]
        if before and after and before[0] != after[0]:
            to = f"{to}, as {after[0] or 'no language'}"
        found[lang, ABSENT if before is None else before[1], to] += 1
    return found


def counts(frame: pd.DataFrame) -> Counter[tuple[str | None, str, str]]:
    rows = zip(*(frame[name] for name in ("lang", "from", "to", "documents")), strict=True)
    return Counter({(lang if isinstance(lang, str) else None, was, to): number for lang, was, to, number in rows})


def sizes(frame: pd.DataFrame) -> dict[tuple[str | None, str, str], int]:
    rows = zip(*(frame[name] for name in ("lang", "from", "to", "bytes")), strict=True)
    return {(lang if isinstance(lang, str) else None, was, to): size for lang, was, to, size in rows}


def test_the_same_folder_has_no_change(one: Measured) -> None:
    frame = compare(one.work, one.work)
    assert list(frame.columns) == ["lang", "language", "from", "to", "documents", "bytes"]
    assert changed(frame).empty
    assert frame["documents"].sum() == len(seen(one.work))
    assert limits(one.work, one.work).empty


def test_other_limits_are_counted_by_what_they_did(one: Measured, two: Measured) -> None:
    frame, (first, second) = compare(one.work, two.work), (seen(one.work), seen(two.work))
    assert counts(frame) == plainly(first, second)
    for (lang, was, to), size in sizes(frame).items():
        side, what = (first, was) if was == KEPT != to else (second, to)
        both = [id for id in first if (first[id][:2], second[id][1]) == ((lang, was), to)]
        assert size == sum(side[id][2] for id in both)
        assert all(side[id][1] == what for id in both)
    assert len(changed(frame)) > 2
    names = set(zip(frame["lang"].fillna(""), frame["language"], strict=True))
    assert {("yo", "Yoruba"), ("de", "German"), ("", "not known")} <= names


def test_limits_that_differ_stand_beside(one: Measured, two: Measured) -> None:
    found = limits(one.work, two.work).to_dict(orient="records")
    told = [(row["lang"], row["filter"], row["to"]) for row in found]
    assert told == [
        ("en", "special_characters", "0.2 or less"),
        ("yo", "number_words", "10 to 300"),
        ("yo", "stopwords", "0.4 or more"),
    ]
    assert found[1]["from"] == "10 to 100,000"


@pytest.mark.parametrize("part", [100, 10_000])
def test_other_slices_of_the_same_source_are_the_same_documents(
    one: Measured, two: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr(comparison, "PART", part)
    again = resliced(two, tmp_path / "again")
    assert counts(compare(one.work, again)) == plainly(seen(one.work), seen(two.work))
    assert counts(compare(again, one.work)) == plainly(seen(two.work), seen(one.work))
    assert sizes(compare(one.work, again)) == sizes(compare(one.work, two.work))


def resliced(made: Measured, folder: Path) -> str:
    """The same work folder, each shard in two slices and its rows in another order."""
    work = str(shutil.copytree(made.work, folder))
    for each in made.judged:
        source, stem = each.shard.source, each.shard.stem
        manifest = storage.read_json(f"{work}/{source}/documents/{stem}.json")
        judged = storage.read_json(each.ledger.replace(made.work, work).replace(".parquet", ".json"))
        half = each.shard.rows // 3
        for number, (start, rows) in enumerate([(half, each.shard.rows - half), (0, half)]):
            name = f"{stem}.s{number:05d}"
            file = {"file": f"{name}.parquet", "bytes": 0}
            said = manifest | {"slice": [number, 2], "documents": rows, "bytes": 0}
            said["tables"] = dict.fromkeys(manifest["tables"], file)
            storage.write_json(f"{work}/{source}/documents/{name}.json", said)
            storage.write_json(
                f"{work}/{source}/ledger/{name}.k.json", judged | {"files": [{"file": f"{name}.k.parquet"}]}
            )
            measures = tables.read(f"{work}/{source}/measures/{stem}.parquet").slice(start, rows)
            tables.write(f"{work}/{source}/measures/{name}.parquet", measures)
            ledger = tables.read(each.ledger.replace(made.work, work)).slice(start, rows)
            tables.write(f"{work}/{source}/ledger/{name}.k.parquet", ledger)
        for path in (f"documents/{stem}.json", f"measures/{stem}.parquet"):
            Path(work, source, path).unlink()
        for ending in ("json", "parquet"):
            Path(each.ledger.replace(made.work, work)).with_suffix(f".{ending}").unlink()
    return work


def test_documents_of_one_folder_alone_are_not_there_in_the_other(one: Measured, tmp_path: Path) -> None:
    work = shutil.copytree(one.work, tmp_path / "work")
    shutil.rmtree(work / "books")
    frame = compare(one.work, str(work))
    assert counts(frame) == plainly(seen(one.work), seen(str(work)))
    gone = frame[frame["to"] == ABSENT]
    assert gone["documents"].sum() == sum(row.shard.rows for row in one.judged if row.shard.source == "books")
    assert gone["bytes"].sum() == sum(row.shard.bytes for row in one.judged if row.shard.source == "books")
    assert counts(compare(str(work), one.work)) == plainly(seen(str(work)), seen(one.work))


def test_a_document_whose_language_differs_is_told(one: Measured, tmp_path: Path) -> None:
    work = str(shutil.copytree(one.work, tmp_path / "work"))
    path = next(Path(work).glob("crawl/measures/*.parquet"))
    table = tables.read(str(path))
    row = table["lang"].to_pylist().index("yo")
    langs = table["lang"].to_pylist()
    langs[row] = "ig"
    tables.write(str(path), table.set_column(1, table.schema.field("lang"), [langs]))
    frame = compare(one.work, work)
    assert counts(frame) == plainly(seen(one.work), seen(work))
    assert frame["bytes"].sum() == sum(size for *_, size in seen(work).values())
    [said] = frame[frame["to"].str.contains(", as ig")].to_dict(orient="records")
    assert (said["lang"], said["documents"]) == ("yo", 1)


def test_a_folder_that_is_not_judged_or_is_none_is_refused(one: Measured, tmp_path: Path) -> None:
    work = shutil.copytree(one.work, tmp_path / "work")
    next(work.glob("crawl/ledger/*.json")).unlink()
    with pytest.raises(
        FolderError, match="not everything is judged in this folder; roots build and roots dedup judge it"
    ):
        compare(one.work, str(work))
    with pytest.raises(FolderError, match="no documents are there"):
        compare(str(tmp_path / "nothing"), one.work)


def test_the_summary_says_what_is_in_both(one: Measured, two: Measured, tmp_path: Path) -> None:
    frame = compare(one.work, two.work)
    other = sum(
        first[1] != second[1] for first, second in zip(seen(one.work).values(), seen(two.work).values(), strict=True)
    )
    assert summary(frame) == (
        f"{len(seen(one.work)):,} documents are in both, {other:,} of them with another verdict; "
        "0 are in the first alone, 0 in the second alone"
    )


def test_the_command_shows_limits_languages_and_changes(roots: Roots, one: Measured, two: Measured) -> None:
    ended = roots("compare", one.work, two.work)
    assert (ended.code, ended.err) == (0, "")
    assert "Fon" not in ended.out
    assert all(title in ended.out for title in ("Limits that differ", "Documents kept, where", "What differs"))
    lines = " ".join(ended.out.split())
    assert "│ Yoruba (yo) │ stopwords │" in lines
    first, second = seen(one.work), seen(two.work)
    kept = [sum(row[:2] == ("yo", KEPT) for row in side.values()) for side in (first, second)]
    came = sum(first[id][1] != KEPT == second[id][1] for id in first if first[id][0] == "yo")
    went = sum(second[id][1] != KEPT == first[id][1] for id in first if first[id][0] == "yo")
    cells = [f"{each:,}" for each in (*kept, came, went)]
    assert f"│ Yoruba (yo) │ {' │ '.join(cells)} │" in lines
    only = roots("compare", one.work, two.work, "--lang", "yor_Latn")
    assert "English" not in only.out
    assert "Yoruba (yo)" in only.out


def test_the_command_says_little_where_nothing_differs(roots: Roots, one: Measured) -> None:
    ended = roots("compare", one.work, one.work)
    assert ended.code == 0
    assert ended.out.splitlines() == [summary(compare(one.work, one.work))]


def test_a_removed_text_counts_with_the_bytes_that_it_had(one: Measured, tmp_path: Path) -> None:
    work = str(shutil.copytree(one.work, tmp_path / "work"))
    ledger = next(Path(work).glob("crawl/ledger/*.parquet"))
    measures = Path(work, "crawl", "measures", f"{ledger.name.rpartition('.')[0].rpartition('.')[0]}.parquet")
    said, rows = tables.read(str(ledger)).to_pylist(), tables.read(str(measures)).to_pylist()
    place = next(place for place, row in enumerate(said) if row["dropped_by"] is None)
    size = rows[place]["bytes"]
    said[place]["dropped_by"], rows[place]["bytes"] = "removed", 0
    tables.write(str(ledger), pa.Table.from_pylist(said, schema=tables.LEDGER))
    tables.write(str(measures), pa.Table.from_pylist(rows, schema=tables.MEASURES))
    for frame, one_way in ((compare(one.work, work), (KEPT, "removed")), (compare(work, one.work), ("removed", KEPT))):
        [row] = changed(frame).to_dict(orient="records")
        assert (row["from"], row["to"], row["documents"], row["bytes"]) == (*one_way, 1, size)


def test_the_command_refuses_what_is_not_there(roots: Roots, one: Measured, tmp_path: Path) -> None:
    ended = roots("compare", one.work, one.work, "--lang", "zu")
    assert (ended.code, ended.out) == (2, "")
    assert "--lang zu: neither" in ended.err
    ended = roots("compare", one.work, tmp_path / "nothing")
    assert ended.code == 2
    assert "no documents are there" in ended.err
