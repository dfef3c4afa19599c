"""What is said of how copies are found is what was asked for: every number that decides stands in it."""

from dataclasses import replace

import pytest

from filters.signing import METHODS, PRESETS, MinHash, Signing, SimHash
from pipelines.contamination import Settings as Decontamination
from pipelines.substring_parts import Settings as Substrings
from roots.method import chance, limits, line, sentences
from roots.recipe_dedup import Dedup

EVERYTHING = Dedup(
    scope="language",
    signing=Signing(METHODS, MinHash("characters", 24, 20, 13, 32), SimHash(7, 3, 9, 1234)),
    preset="nemo",
    verify=0.81,
    largest_bucket=55,
    keep=("source", "longest", "lowest:perplexity"),
    sources=("my_book", "oscar"),
    substrings=Substrings(77),
)


@pytest.mark.parametrize(
    ("similarity", "percent"), [(0.7, 56.4), (0.75, 77.2), (0.8, 92.3), (0.85, 98.8), (0, 0), (1, 100)]
)
def test_the_chance_to_find_a_pair_is_what_fineweb_prints(similarity: float, percent: float) -> None:
    assert 100 * chance(similarity, PRESETS["fineweb"]) == pytest.approx(percent, abs=0.06)


def test_one_line_says_methods_scope_and_what_stays() -> None:
    assert line(Dedup()) == (
        "duplicates among all sources by minhash (5 words, 14 bands of 8 rows, 64 bits, verified at 0.75), "
        "kept: lowest id"
    )
    assert line(EVERYTHING) == (
        "duplicates within a language by exact, url, simhash (n = 7, distance 3, 9 blocks), "
        "minhash (nemo: 24 characters, 20 bands of 13 rows, 32 bits, verified at 0.81), "
        "kept: source, longest, lowest:perplexity, lowest id; "
        "passages cut: 77 bytes, documents over 6,000 characters"
    )
    assert line(Dedup(scope="none")) == "duplicates not looked for"
    asked = Decontamination(("a", "b"), n=9, share=0.4)
    assert line(Dedup(scope="none", decontamination=asked)) == (
        "duplicates not looked for; 2 benchmarks: runs of 9 words, a share of 0.4"
    )


def test_every_number_is_in_the_sentences() -> None:
    said = " ".join(sentences(EVERYTHING, "fixed"))
    for part in (
        "within a language",
        "more than 55 documents",
        "n = 7",
        "at most 3 bits",
        "9 blocks",
        "1,234 characters",
        "the numbers of nemo",
        "shingles of 24 characters",
        "20 bands of 13 hash functions of 32 bits, seed 2022",
        "at least 0.81",
        "in the order my_book, oscar, among several the one with the longest text",
        "with the lowest perplexity, among several the one with the lowest id",
    ):
        assert part in said
    for similarity in (0.7, 0.75, 0.8, 0.85):
        assert f"{chance(similarity, PRESETS['nemo']):.0%} at {similarity:g}" in said


def test_that_nothing_was_verified_or_looked_for_is_said() -> None:
    assert any("not verified" in each for each in sentences(replace(EVERYTHING, verify=0), "fixed"))
    assert "not verified" in line(Dedup(verify=0))
    assert sentences(Dedup(scope="none"), "fixed") == ["Copies were not looked for."]


def test_the_n_grams_of_simhash_are_those_of_the_profile() -> None:
    asked = Dedup(signing=Signing(("simhash",)))
    assert "words in English, characters in other languages" in " ".join(sentences(asked, "roots-2022-03"))
    assert "words (in scripts that do not separate words, characters)" in " ".join(sentences(asked, "fixed"))


def test_methods_that_were_not_asked_for_are_not_named() -> None:
    said = " ".join(sentences(replace(EVERYTHING, signing=Signing(("url",))), "fixed"))
    assert "url: " in said
    assert not [name for name in ("minhash", "simhash", "exact:") if name in said]


def test_what_is_left_in_is_said_with_computed_chances() -> None:
    said = " ".join(limits(Dedup()))
    assert "0.7: 43.5%; 0.75: 22.8%; 0.8: 7.6%; 0.85: 1.2%." in said
    assert "fewer than 5 words" in said
    assert "passages that stand in several documents stay" in said
    assert "not compared with any benchmark" in said


def test_limits_follow_from_what_was_asked_for() -> None:
    said = " ".join(limits(replace(EVERYTHING, decontamination=Decontamination(("a",), n=9))))
    assert "within a language only" in said
    assert "shorter than 77 bytes" in said
    assert "runs of 9 words" in said
    assert limits(Dedup(scope="none")) == [
        "Copies were not looked for: the same text can stand in the corpus many times."
    ]
    assert not [each for each in limits(Dedup(signing=Signing(("exact",)))) if "MinHash" in each]
