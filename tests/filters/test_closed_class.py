"""Closed-class words: frequent and evenly spread words are found, names, numbers and subjects are not."""

import random
from unicodedata import normalize

from filters.closed_class import PART, Candidate, closed_class
from filters.words import strip
from lang_params.params import load

SMALL = ("ti", "ní", "àti", "fún", "sí")


def source(seed: int, subject: str, sentences: int = 1500) -> list[str]:
    """Sentences of small words everywhere, a subject's word in the first tenth alone, a name, a number, rare words."""
    draw = random.Random(seed)
    found = []
    for number in range(sentences):
        words = [draw.choice(SMALL) for _ in range(6)] + [f"ọ̀rọ̀{draw.randrange(10_000)}x" for _ in range(2)]
        if number < sentences // 10:
            words.insert(3, subject)
        draw.shuffle(words)
        found.append(f"Gbogbo {' '.join(words)} Adé {number}.")
    return found


def words(found: list[Candidate]) -> list[str]:
    return [candidate.forms[0] for candidate in found]


def test_small_words_come_first_and_names_numbers_and_the_subject_do_not_come() -> None:
    found = closed_class([source(1, "ibà"), source(2, "òjò")], load("yo"), 10)
    assert set(words(found)) == {*SMALL, "gbogbo"}
    assert all(0.9 < candidate.spread <= 1 for candidate in found)


def test_a_word_that_one_source_alone_is_full_of_is_no_small_word() -> None:
    one, other = source(1, "ibà"), source(2, "òjò")
    one = [f"ilé {sentence}" for sentence in one]
    assert "ilé" in words(closed_class([one], load("yo"), 10))
    assert "ilé" not in words(closed_class([one, other], load("yo"), 10))


def test_a_source_too_small_for_a_spread_goes_with_the_others() -> None:
    small = ["ti ní àti"] * (PART // 3)
    found = closed_class([source(1, "ibà"), small], load("yo"), 10)
    assert set(SMALL) <= set(words(found))


def test_no_more_than_asked_for_and_the_most_even_first() -> None:
    found = closed_class([source(1, "ibà")], load("yo"), 3)
    assert len(found) == 3
    assert [candidate.spread for candidate in found] == sorted((c.spread for c in found), reverse=True)


def test_the_ways_to_write_a_word_come_together() -> None:
    texts = source(1, "ibà")
    plain = [sentence.replace("ní", "ni").replace("fún", "fun") for sentence in source(2, "òjò")]
    apart = [normalize("NFD", sentence) for sentence in source(3, "ilẹ̀")]
    [mixed] = [[*texts, *plain[:300], *apart[:300]]]
    forms = {candidate.forms[0]: set(candidate.forms) for candidate in closed_class([mixed], load("yo"), 10)}
    assert forms["ní"] == {"ní", "ni", normalize("NFD", "ní")}
    assert forms["fún"] == {"fún", "fun", normalize("NFD", "fún")}


def test_text_without_tone_marks_gives_a_list_without_them_and_text_in_nfd_one_in_both_forms() -> None:
    plain = ["".join(c for c in normalize("NFD", s) if not "\u0300" <= c <= "\u036f") for s in source(1, "iba")]
    assert {"ni", "ati", "fun", "si", "ti"} <= set(words(closed_class([plain], load("yo"), 10)))
    apart = [normalize("NFD", sentence) for sentence in source(1, "ibà")]
    forms = {candidate.forms[0]: candidate.forms for candidate in closed_class([apart], load("yo"), 10)}
    assert forms["ní"] == ("ní", normalize("NFD", "ní"))


def test_a_slip_of_the_pen_is_not_listed() -> None:
    texts = [*source(1, "ibà"), "ni ti"]
    [forms] = [candidate.forms for candidate in closed_class([texts], load("yo"), 10) if candidate.forms[0] == "ní"]
    assert forms == ("ní",)


def test_words_are_those_that_the_filters_count() -> None:
    hindi = [f"यह भी की है और में {number}x" for number in range(1000)]
    found = words(closed_class([hindi], load("hi"), 10))
    assert {"यह", "भ", "क", "है", "और", "में"} == set(found)
    assert all(strip(word) == word.lower() == word for word in found)


def test_chinese_words_are_pieces_of_the_model_without_its_mark() -> None:
    texts = ["我们的国家在发展，人民的生活也在变化。" * 3, "他在北京的大学学习，我们也在。" * 3] * 400
    found = words(closed_class([texts], load("zhs"), 20))
    assert {"的", "在", "也"} <= set(found)
    assert not any("\u2581" in word for word in found)


def test_words_in_another_script_are_left_out() -> None:
    texts = [f"यह और en the में {number}x" for number in range(1000)]
    assert not {"en", "the"} & set(words(closed_class([texts], load("hi"), 10)))


def test_nothing_comes_of_nothing() -> None:
    assert closed_class([], load("yo"), 10) == []
    assert closed_class([[]], load("yo"), 10) == []
    assert closed_class([["", "2 + 2 = 4"]], load("yo"), 10) == []
