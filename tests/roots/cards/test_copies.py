"""What cards say of copies: the method with its numbers, what was found and dropped, pairs of sources, benchmarks."""

import pyarrow as pa

from filters.signing import Signing
from pipelines.overlap import OVERLAP
from roots.cards.copies import MOST_PAIRS, Found, among, by_method, corpus_section, of_benchmarks, of_source
from roots.copies import Line
from roots.recipe_dedup import Dedup

COUNTED = {
    "exact": {"unsigned": 1, "large_buckets": 0, "pairs_left_out": 0, "clusters": 4, "members": 9},
    "minhash": {
        "unsigned": 3,
        "large_buckets": 2,
        "pairs_left_out": 1500,
        "compared": 20,
        "verified": 12,
        "refused": 8,
        "clusters": 6,
        "members": 14,
    },
}

LINES = [Line("yo", 100, 90, {"minhash": 3}, 6, {"exact": 5, "minhash": 3})]


def overlap(*rows: tuple[str, str, int]) -> pa.Table:
    return pa.Table.from_pylist(
        [{"source": one, "other": other, "documents": count, "bytes": 1000 * count} for one, other, count in rows],
        schema=OVERLAP,
    )


FOUND = Found(
    Dedup(signing=Signing(("exact", "minhash"))),
    COUNTED,
    LINES,
    overlap(("a_b", "web", 5), ("web", "a_b", 7), ("web", "web", 2)),
)


def test_what_a_method_does_not_count_is_left_empty() -> None:
    assert by_method(COUNTED).split("\n")[2:] == [
        "| exact | 4 | 9 | 1 | 0 | 0 |  |  |",
        "| minhash | 6 | 14 | 3 | 2 | 1,500 | 12 | 8 |",
    ]


def test_pairs_of_sources_come_with_the_most_documents_first() -> None:
    assert among(FOUND.overlap).split("\n")[2:] == [
        "| `web` | `a_b` | 7 | 7,000 |",
        "| `a_b` | `web` | 5 | 5,000 |",
        "| `web` | itself | 2 | 2,000 |",
    ]
    assert among(overlap()) == "No document has a copy in any source."


def test_of_many_pairs_the_rest_is_counted() -> None:
    many = overlap(*((f"s{number:03d}", "web", number) for number in range(1, MOST_PAIRS + 4)))
    said = among(many)
    assert said.count("\n| ") == MOST_PAIRS
    assert said.endswith("And 3 more such pairs, with fewer documents each.")
    assert "`s003`" not in said


def test_the_section_of_a_corpus_has_the_method_and_its_tables() -> None:
    section = corpus_section(FOUND, {"yo": "Yoruba"})
    assert any("14 bands of 8 hash functions" in sentence for sentence in section["copies_method"])
    assert "| Yoruba (yo) | 100 | 90 | 3 | 6 | 5 | 3 | 8.9% |" in section["copies_by_language"]
    assert section["copies_of_benchmarks"] is None


def test_where_copies_were_not_looked_for_nothing_is_shown() -> None:
    section = corpus_section(Found(), {})
    assert section.pop("copies_method") == ["Copies were not looked for."]
    assert set(section.values()) == {None}
    assert of_source("web", Found(), []) == "Copies were not looked for."


def test_a_source_says_in_which_others_its_copies_are_and_what_was_dropped() -> None:
    said = of_source("web", FOUND, LINES)
    assert said.split("\n")[2:4] == ["| `a_b` | 7 | 7,000 |", "| itself | 2 | 2,000 |"]
    assert said.endswith("8 documents were dropped as copies of others that are kept (5 by exact, 3 by minhash).")
    assert of_source("other", FOUND, []) == (
        "No document of this source has a copy, among all sources. "
        "0 documents were dropped as copies of others that are kept."
    )


def test_benchmarks_are_shown_where_they_were_asked_for() -> None:
    benchmark = {"benchmark": "a|b.jsonl", "items": 1200, "short": 7, "documents": 0}
    assert of_benchmarks([benchmark]).split("\n")[2] == "| a\\|b.jsonl | 1,200 | 7 | 0 |"
    asked = Found(Dedup(), benchmarks=[benchmark])
    assert "1,200" in corpus_section(asked, {})["copies_of_benchmarks"]
