"""What deduplication did, counted from manifests: sums hold, what was too short is apart, doubts are said."""

import io
from collections.abc import Sequence
from typing import Any

import pytest
import rich.console

from filters import signing
from pipelines import storage
from roots.copies import Line, cells, counted, doubts, lines, markdown, render, said, said_of_benchmarks, total

NAMES = {"yo": "Yoruba", "zu": "Zulu"}
METHODS = ("exact", "minhash")


def curated(*short: tuple[str, str, int]) -> dict[str, Any]:
    return {"short": [list(row) for row in short]}


def judged(
    counts: Sequence[tuple[str | None, str | None, int]],
    methods: Sequence[tuple[str | None, str, int]] = (),
    clusters: Sequence[tuple[str | None, int]] = (),
) -> dict[str, Any]:
    return {
        "counts": [[*row, 10 * row[2]] for row in counts],
        "methods": [[*row, 10 * row[2]] for row in methods],
        "clusters": [list(row) for row in clusters],
    }


def small() -> list[Line]:
    one = judged(
        [("yo", None, 6), ("yo", "duplicate", 3), ("yo", "stopwords", 4), (None, "error:read", 1)],
        [("yo", "exact", 1), ("yo", "minhash", 2)],
        [("yo", 2)],
    )
    two = judged([("zu", None, 5), ("yo", None, 1), ("yo", "duplicate", 1)], [("yo", "exact", 1)], [("yo", 1)])
    return lines([curated(("yo", "minhash", 2), ("", "minhash", 1)), curated(("yo", "minhash", 1))], [one, two])


def test_languages_are_summed_over_shards() -> None:
    yoruba, zulu, unknown = small()
    assert yoruba == Line("yo", 15, 11, {"minhash": 3}, 3, {"exact": 2, "minhash": 2})
    assert yoruba.share == 4 / 11
    assert zulu == Line("zu", 5, 5)
    assert unknown == Line(None, 1, 0, {"minhash": 1})
    assert unknown.share == 0
    assert total(small()) == Line("total", 21, 16, {"minhash": 4}, 3, {"exact": 2, "minhash": 2})
    assert total([]) == Line("total")


def test_a_table_has_a_column_for_each_method_that_was_asked_for() -> None:
    header, rows = cells(small(), METHODS, NAMES)
    assert header == [
        "language", "documents", "passed", "too short for minhash", "clusters", "dropped by exact",
        "dropped by minhash", "of those passed",
    ]  # fmt: skip
    assert rows == [
        ["Yoruba (yo)", "15", "11", "3", "3", "2", "2", "36.4%"],
        ["Zulu (zu)", "5", "5", "0", "0", "0", "0", "0.0%"],
        ["not known", "1", "0", "1", "0", "0", "0", "0.0%"],
        ["total", "21", "16", "4", "3", "2", "2", "25.0%"],
    ]
    assert "| Yoruba (yo) | 15 | 11 | 3 | 3 | 2 | 2 | 36.4% |" in markdown(small(), METHODS, NAMES)
    console = rich.console.Console(file=io.StringIO(), width=200)
    console.print(render(small(), METHODS, NAMES))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "36.4%" in shown
    assert "·" in shown


def test_what_was_cut_and_what_was_cut_whole_have_columns_where_there_is_any() -> None:
    manifest = judged([("yo", None, 1), ("yo", "duplicate", 1)], [("yo", "substring", 1)])
    manifest["counts"].append(["yo", "cut", 0, 1234])
    header, rows = cells(lines([], [manifest]), ("url",), NAMES)
    assert header[3:] == ["clusters", "dropped by url", "dropped by substring", "of those passed", "bytes cut"]
    assert rows[0][3:] == ["0", "0", "1", "50.0%", "1,234"]


def test_deduplication_that_did_nothing_is_pointed_out() -> None:
    nothing = lines([], [judged([("yo", None, 20)])])
    assert doubts(nothing, {"url": {"clusters": 0}}, NAMES) == ["deduplication dropped no document: it found no copies"]
    assert doubts(nothing, {"url": {"clusters": 0}, "minhash": {"clusters": 1234}}, NAMES) == [
        "deduplication dropped no document: of none of its 1,234 clusters two documents pass the filters"
    ]
    assert doubts(lines([], [judged([("yo", None, 19), ("yo", "stopwords", 90)])]), {}, NAMES) == []
    assert doubts(small(), {}, NAMES) == []


@pytest.mark.parametrize(("copies", "pointed"), [(79, False), (80, False), (81, True)])
def test_a_language_nearly_all_of_which_is_copies_is_pointed_out(copies: int, pointed: bool) -> None:  # noqa: FBT001
    manifest = judged([("yo", None, 100 - copies), ("yo", "duplicate", copies)], [("yo", "minhash", copies)])
    found = doubts(lines([], [manifest]), {}, NAMES)
    assert bool(found) == pointed
    if pointed:
        assert found == [
            "Yoruba (yo): 81 of the 100 documents that passed the filters are dropped as copies; "
            "see whether they are: roots duplicates"
        ]


def test_what_was_refused_and_what_was_not_compared_is_said() -> None:
    counts = {
        "exact": {"clusters": 2, "members": 5, "unsigned": 0, "large_buckets": 0, "pairs_left_out": 0},
        "simhash": {"clusters": 3, "members": 8, "large_buckets": 2, "pairs_left_out": 90},
        "minhash": {
            "clusters": 1200,
            "members": 5000,
            "large_buckets": 3,
            "pairs_left_out": 4_000_000,
            "verified": 7,
            "refused": 6,
        },
    }
    assert said(counts) == [
        "exact: 2 clusters of 5 documents",
        "simhash, with those before it: 3 clusters of 8 documents",
        "simhash: 2 groups of hashes that may be near each other were too large: "
        "90 pairs among these were not compared",
        "minhash, with those before it: 1,200 clusters of 5,000 documents; 7 pairs verified, 6 refused",
        "minhash: 3 hashes were shared by more documents than largest_bucket: "
        "4,000,000 pairs among these were not compared",
    ]
    assert said({}) == []


def test_every_benchmark_is_named_also_where_nothing_was_found() -> None:
    benchmark = {"benchmark": "questions.jsonl", "items": 1200, "short": 7, "grams": 3, "documents": 0}
    assert said_of_benchmarks([benchmark]) == [
        "questions.jsonl: 0 documents hold one of its 1,200 items, 7 of which are too short to be looked for"
    ]


def test_counts_are_read_beside_the_clusters(memory: str) -> None:
    storage.write_json(f"{memory}/clusters.key.json", {"methods": {"url": {"clusters": 1}}})
    assert counted(f"{memory}/clusters.key.parquet") == {"url": {"clusters": 1}}
    assert counted("") == {}


def test_methods_are_counted_in_their_order_whatever_order_a_manifest_has(memory: str) -> None:
    """Each says what it found with those before it."""
    some = {"clusters": 2, "members": 5}
    storage.write_json(f"{memory}/clusters.key.json", {"methods": dict.fromkeys(signing.METHODS, some)})
    found = counted(f"{memory}/clusters.key.parquet")
    assert tuple(found) == signing.METHODS
    assert said(found)[0] == "exact: 2 clusters of 5 documents"
    assert said(found)[3] == "minhash, with those before it: 2 clusters of 5 documents"
