"""Training the model that tells languages apart: what lines it is given, and the same bytes each time."""

import unicodedata
from dataclasses import replace

import pytest

from filters.langid_text import Labelled, TextError
from filters.train_langid import Recipe, lines, train

YORUBA = "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba."
HINDI = "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।"
CHINESE = "人人生而自由，在尊严和权利上一律平等。"
GERMAN = "Alle Menschen sind frei und gleich an Würde und Rechten geboren."
TEXTS = {"yo": YORUBA, "hi": HINDI, "zhs": CHINESE, "de": GERMAN}
SMALL = Recipe(buckets=300, epochs=2, characters=4_000, other_characters=2_000, repeats=50)


def records(*labels: str, times: int = 5) -> list[Labelled]:
    return [Labelled(TEXTS[label], label, "test") for label in labels for _ in range(times)]


def of(found: list[str], label: str) -> list[str]:
    start = f"__label__{label} "
    return [line.removeprefix(start) for line in found if line.startswith(start)]


def test_lines_are_lower_cased_text_in_one_line() -> None:
    found = lines([*records("yo", "hi"), Labelled("Two\nLINES\there.", "en", ""), Labelled(" \n", "fr", "")], SMALL)
    assert {line.split()[0] for line in found} == {"__label__yo", "__label__hi", "__label__en"}
    assert "two lines here." in of(found, "en")
    assert all(line == line.lower() and "\n" not in line for line in found)


def test_each_language_gets_its_share_and_no_text_comes_too_often() -> None:
    found = lines(records("yo", "de"), replace(SMALL, repeats=1000))
    for label, wanted in (("yo", 4_000), ("de", 2_000)):
        assert wanted <= sum(map(len, of(found, label))) < wanted + 400
    few = lines(records("yo", "de", times=1), replace(SMALL, repeats=2))
    assert sum(map(len, of(few, "yo"))) < 4 * len(YORUBA)


def test_yoruba_comes_composed_apart_and_without_tones() -> None:
    found = set(of(lines(records("yo", "hi"), SMALL), "yo"))
    whole = YORUBA.lower()
    assert unicodedata.normalize("NFC", whole) in found
    assert unicodedata.normalize("NFD", whole) in found
    assert "gbogbo eniyan ni a bi ni ominira; iyi ati ẹtọ kọọkan si dọgba." in found


def test_the_two_scripts_of_chinese_are_one_label_and_are_cut_by_characters() -> None:
    found = of(lines([*records("zhs", "yo"), Labelled("漢字", "zht", "")], SMALL), "zh")
    assert "漢字" in " ".join(found)
    assert any(6 <= len(line) < len(CHINESE) for line in found)


def test_the_order_does_not_depend_on_other_languages_nor_on_the_run() -> None:
    assert lines(records("yo", "hi"), SMALL) == lines(records("yo", "hi"), SMALL)
    assert of(lines(records("yo", "hi"), SMALL), "yo") != []
    assert sorted(of(lines(records("yo", "hi"), SMALL), "yo")) == sorted(of(lines(records("yo", "de"), SMALL), "yo"))


def test_the_same_bytes_twice() -> None:
    one, other = (train(records("yo", "hi", "zhs"), SMALL) for _ in range(2))
    assert one == other
    assert train(records("yo", "hi", "zhs"), replace(SMALL, seed=2)) != one


@pytest.mark.parametrize(
    ("given", "recipe", "said"),
    [
        (records("yo"), SMALL, "in one language alone (yo); a model needs at least two"),
        ([Labelled(" ", "yo", "")], SMALL, "in one language alone (none)"),
        (records("yo", "hi"), replace(SMALL, buckets=10), "fastText cannot train on this text"),
        (records("yo", "hi"), replace(SMALL, buckets=10), "more --buckets"),
        (records("yo", "hi"), replace(SMALL, learning_rate=1e6), "try a lower --learning-rate"),
        (records("yo", "hi"), replace(SMALL, shortest=5), "n-grams of 5 to 4 characters: the shortest is longer"),
    ],
    ids=["one-language", "no-letters", "few-rows", "few-rows-advice", "diverges", "n-grams"],
)
def test_what_cannot_be_trained(given: list[Labelled], recipe: Recipe, said: str) -> None:
    with pytest.raises(TextError) as error:
        train(given, recipe)
    assert said in str(error.value)
