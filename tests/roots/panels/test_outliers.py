"""Languages that lose far more than their family: the rule, its bounds, its words."""

import pytest

from lang_params.params import load_all
from roots.funnel import Line
from roots.panels.outliers import ALL, COLUMNS, ENOUGH, EVERY_LANGUAGE, FAR, PEERS, frame, losses, outliers, sentence

NAMES = {"yo": "Yoruba", "eu": "Basque"}


def line(lang: str | None, documents: int, **dropped: int) -> Line:
    """The line of a language in a funnel."""
    return Line(lang, documents, dropped, documents - sum(dropped.values()), 0, 0)


@pytest.fixture(scope="module")
def families() -> dict[str, str]:
    return {code: params.language.family for code, params in load_all().items()}


NIGER_CONGO = [
    line(lang, 1000, stopwords=lost)
    for lang, lost in (("ak", 10), ("tn", 20), ("ig", 30), ("sn", 40), ("sw", 50), ("zu", 60))
]


def found(lines: list[Line], families: dict[str, str]) -> list[tuple[str, str, str]]:
    return [(loss.lang, loss.cause, loss.peers) for loss in outliers(lines, families)]


def test_a_language_that_loses_far_more_than_its_family_stands_out(families: dict[str, str]) -> None:
    lines = [*NIGER_CONGO, line("yo", 1000, stopwords=400)]
    assert set(found(lines, families)) == {("yo", "stopwords", "Niger-Congo"), ("yo", ALL, "Niger-Congo")}
    [loss, _] = outliers(lines, families)
    assert (loss.share, loss.usual, loss.languages) == (0.4, 0.035, 6)
    # The median deviation from 0.035 of 0.01 to 0.06 is 0.015; 3.5 times 1.4826 of these are 0.0778, and FAR is more.
    assert loss.beyond == pytest.approx(0.035 + FAR)


def test_where_a_family_lies_far_apart_a_language_has_to_lie_further(families: dict[str, str]) -> None:
    apart = [line(lang, 1000, stopwords=lost) for lang, lost in (("ak", 0), ("tn", 100), ("ig", 200), ("sn", 300))]
    assert found([*apart, line("yo", 1000, stopwords=600)], families) == []
    # The median is 0.15, the deviation 0.1: beyond 0.15 + 0.1 * 3.5 * 1.4826 = 0.669, and chance beside.
    assert found([*apart, line("yo", 1000, stopwords=690)], families) == []
    assert len(found([*apart, line("yo", 1000, stopwords=720)], families)) == 2


def test_a_few_documents_are_not_taken_for_many(families: dict[str, str]) -> None:
    small = line("yo", ENOUGH, stopwords=5)
    assert losses([*NIGER_CONGO, small], families)[-1].share > 0.035 + FAR
    assert found([*NIGER_CONGO, small], families) == []
    assert found([*NIGER_CONGO, line("yo", 10 * ENOUGH, stopwords=50)], families) != []
    assert found([*NIGER_CONGO, line("yo", ENOUGH - 1, stopwords=ENOUGH - 1)], families) == []


def test_a_small_loss_is_not_pointed_out_where_others_lose_nothing(families: dict[str, str]) -> None:
    others = [line(lang, 100_000) for lang in ("ak", "tn", "ig", "sn")]
    assert found([*others, line("yo", 100_000, flagged_words=9_000)], families) == []
    assert len(found([*others, line("yo", 100_000, flagged_words=11_000)], families)) == 2


def test_nearly_half_of_a_family_may_be_odd(families: dict[str, str]) -> None:
    odd = [line(lang, 1000, stopwords=900) for lang in ("st", "yo")]
    assert {lang for lang, *_ in found([*NIGER_CONGO, *odd], families)} == {"st", "yo"}


def test_a_language_without_enough_relatives_is_compared_with_all(families: dict[str, str]) -> None:
    lines = [*NIGER_CONGO, line("eu", 1000, clean=600)]
    assert set(found(lines, families)) == {("eu", "clean", EVERY_LANGUAGE), ("eu", ALL, EVERY_LANGUAGE)}
    # PEERS languages are needed to say what is usual.
    assert found([*NIGER_CONGO[: PEERS - 1], lines[-1]], families) == []


def test_what_is_no_language_of_the_corpus_is_left_out(families: dict[str, str]) -> None:
    others = [line("deu", 1000, language_id=1000), line(None, 1000, language_id=1000), line("code", 1000)]
    assert found([*NIGER_CONGO, *others], {**families, "code": "none"})[:1] == []
    assert {loss.lang for loss in losses([*NIGER_CONGO, *others], families)} == {each.name for each in NIGER_CONGO}


def test_a_loss_is_said_in_words_and_shown_as_a_table(families: dict[str, str]) -> None:
    first, *_ = shown = outliers([*NIGER_CONGO, line("yo", 1000, stopwords=400)], families)
    said = "stopwords put out 400 of 1,000 documents (40 %); of the 6 others of Niger-Congo usually 4 %"
    assert sentence(shown[1], NAMES) == f"Yoruba (yo): {said}"
    table = frame(shown, NAMES)
    assert tuple(table.columns) == COLUMNS
    assert table["language"].tolist() == ["Yoruba", "Yoruba"]
    assert table["share"].tolist() == [0.4, 0.4]
    assert frame([], NAMES).empty
    assert first.cause == ALL
