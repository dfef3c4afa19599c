"""A list of one's own is checked like those of the parameters, and measured like them, whatever is in it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.text import Text
from lang_params.check import ParamsError
from lang_params.files import origin, read_words
from lang_params.params import LangParams, load, load_all
from lang_params.settings import Setting
from roots.inspect import Corpus
from roots.own_list import MOST_BYTES, OwnRatios, doubts, list_text, listed, occurrences, ratios, with_list
from roots.sampled import Draw, sample
from tests.corpora import ENGLISH, YORUBA, YORUBA_TOO, articles
from tests.roots.filtered import filtered

pytestmark = pytest.mark.usefixtures("own_cache")

CARD = "Nọ́mbà náà ni 4111 1111 1111 1111 lónìí."


@cache
def params(lang: str) -> LangParams:
    return load(lang)


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Texts in Yoruba; nothing was replaced in them."""
    return Corpus(filtered(tmp_path, "yo", [YORUBA, YORUBA_TOO, f"{YORUBA} {YORUBA_TOO}", ENGLISH, "kékeré"]))


def of_yoruba(corpus: Corpus, words: Sequence[str], kind: str = "stopwords") -> OwnRatios:
    return with_list(corpus, "yo", kind, words)


@pytest.mark.parametrize("lang", ["yo", "zhs", "vi", "ar", "hi"])
def test_with_the_list_in_force_every_document_has_its_stored_measure(tmp_path: Path, lang: str) -> None:
    texts = [row["text"] for row in articles()[lang]]
    corpus = Corpus(filtered(tmp_path, lang, texts))
    found = with_list(corpus, lang, "stopwords", sorted(params(lang).stopwords or ()))
    assert len(found.values) == len(texts)
    assert found.values["new"].tolist() == found.values["old"].tolist() == found.values["stored"].tolist()
    assert found.differing == 0
    assert (found.values["new"] > 0).all()


def test_words_are_counted_as_the_measure_counts_them(corpus: Corpus) -> None:
    given = ["ní", "ti", "Ní", "àpẹẹrẹ"]
    found = of_yoruba(corpus, given)
    expected = Counter(
        word
        for text in (YORUBA, YORUBA_TOO, YORUBA, YORUBA_TOO)
        for word in Text(text, params("yo")).words
        if word in given
    )
    hits = found.hits.set_index("word")
    assert {word: hits.loc[word, "times"] for word in given} == {word: expected[word] for word in given}
    assert hits.loc["ní", "documents"] == 3
    assert found.never == ["Ní", "àpẹẹrẹ"]
    assert found.hits["times"].is_monotonic_decreasing
    assert found.counted == 5
    new = dict(zip(found.values["id"], found.values["new"], strict=True))
    assert sorted(new.values())[:2] == [0.0, 0.0]
    words = Text(YORUBA, params("yo")).words
    assert max(new.values()) == sum(word in given for word in words) / len(words)


@given(
    st.text(alphabet="aáẹ̀ΣΑσς \n\t.,'«»x", max_size=60),
    st.frozensets(st.text(alphabet="aáẹ̀σςx ", min_size=1, max_size=3)),
)
@pytest.mark.parametrize("lang", ["yo", "vi"])
def test_occurrences_are_those_of_the_readable_definition(lang: str, text: str, words: frozenset[str]) -> None:
    expected = Counter(word for word in Text(text, params(lang)).augmented if word in words)
    assert +occurrences(text, words, params(lang)) == expected


def test_what_a_limit_drops_is_counted_by_old_and_new_values(corpus: Corpus) -> None:
    found = of_yoruba(corpus, ["ní"])
    assert found.dropped("old") == found.dropped("stored") == 2
    assert found.dropped("new") == 5
    assert found.dropped("new", Setting(min=0.0)) == 0
    assert found.dropped("new", Setting(max=0.0)) == 3
    assert found.dropped("new", Setting(min=1.0, enabled=False)) == 0
    said = found.said()
    assert said[0] == "1 word, measured in all 5 documents in Yoruba (yo) that limits decide about."
    assert said[1] == "With min = 0.16 the list in force drops 2 documents (40.0 %), yours 5 documents (100.0 %)."
    assert found.said(Setting(min=0.01))[1].startswith("With min = 0.01 the list in force drops 1 document (20.0 %)")
    assert found.said(Setting(enabled=False))[1] == (
        "The filter stopwords is switched off in this language: no value drops a document."
    )
    assert list(found.summary["what"]) == [
        "the lowest", "a tenth lies below", "the middle", "a tenth lies above", "the highest",
    ]  # fmt: skip
    assert str(found).startswith(said[0])
    assert found._repr_html_().startswith("<p>1 word")


def test_a_language_without_a_list_gets_a_first_one(corpus: Corpus) -> None:
    found = of_yoruba(corpus, ["ọmọ"], "flagged_words")
    assert found.values["old"].isna().all()
    assert found.differing == 0
    assert found.said()[1] == "With max = 0.1 the list would drop 0 documents (0.0 %); there is no list in force."


def test_values_that_differ_where_data_was_replaced_are_counted_and_explained(tmp_path: Path) -> None:
    texts = [f"{YORUBA} {CARD}", YORUBA_TOO, f"{CARD} {YORUBA_TOO}"]
    work = filtered(tmp_path, "yo", texts, redact=True)
    found = ratios(sample(work, "yo", Draw(), ("stopwords", "pii")), params("yo"), "stopwords", frozenset({"ní"}))
    assert found.differing == int(found.values["replaced"].sum()) == 2
    assert found.said()[-1] == (
        "In 2 documents the value of the list in force is not the stored one, for personal data was replaced in the "
        "text after it was measured. Both values here are of the text as it is stored."
    )
    other = replace(params("yo"), stopwords=frozenset({"ní"}))
    measured = ratios(sample(work, "yo", Draw(), ("stopwords", "pii")), other, "stopwords", frozenset({"ní"}))
    assert (
        "; in 1 of them no personal data was replaced: the folder was measured with another list" in measured.said()[-1]
    )


def test_another_kind_of_list_is_refused(corpus: Corpus) -> None:
    with pytest.raises(ValueError, match="'verbs' is no list of words; there are: stopwords, flagged_words"):
        of_yoruba(corpus, ["ní"], "verbs")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"n\xff", "mine.txt: byte 1 is not UTF-8; save the file with the encoding UTF-8"),
        ("\ud800", "mine.txt: byte 0 is not UTF-8"),
        ("", "mine.txt: the list holds no word"),
        ("# only a head\n", "mine.txt: the list holds no word"),
        ("ní\n ti\n", "mine.txt: line 2: ' ti' has white space around it; remove it"),
        ("ní\nti\nní\n", "mine.txt: line 1: 'ní' stands there 2 times; leave one"),
        ("a\n" * 1_000_000, "mine.txt: has 2,000,000 bytes; lists of at most 1,000,000 bytes are read"),
        ("\n" * 1_000_000, "mine.txt: the list holds no word"),
        ("\n".join(map(str, range(100_001))), "mine.txt: has 100,001 words; lists of at most 100,000 words are read"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused(data: bytes | str, said: str) -> None:
    with pytest.raises(ParamsError) as error:
        listed(data, "mine.txt")
    assert str(error.value).startswith(said)


def test_the_name_of_a_file_turns_no_line_and_steers_no_terminal() -> None:
    with pytest.raises(ParamsError) as error:
        listed("", "a\n\x1b[2J\u202e.txt")
    assert str(error.value).startswith("a \\x1b[2J\\u202e.txt: ")


@given(st.one_of(st.text(max_size=60), st.binary(max_size=60)))
def test_any_list_is_read_or_refused_as_the_parameters_would(data: bytes | str) -> None:
    try:
        words = listed(data)
    except ParamsError as error:
        words, said = [], str(error)
    assert words or said.startswith("your list: ")
    assert len(set(words)) == len(words)
    assert all(word == word.strip() and not word.startswith("#") for word in words)


def test_control_characters_are_words_like_others(corpus: Corpus) -> None:
    found = of_yoruba(corpus, listed("ní\n\x00\nti\x00\n"))
    assert found.never == ["\x00", "ti\x00"]


def test_doubts_are_those_of_roots_check() -> None:
    given = ["Ní", "a b", "жук", "e\u0301", "ní"]
    found = [(each.line, each.kind) for each in doubts(given, "stopwords", params("yo"), {})]
    assert found == [(1, "unmatched"), (2, "unmatched"), (3, "script"), (4, "form")]
    every = load_all()
    akan = sorted(every["ak"].stopwords or ())
    twice = [*akan, *(f"ọ̀rọ̀{number}" for number in range(9))]
    [shared] = [each for each in doubts(twice, "stopwords", every["zu"], every) if "list of ak" in each.what]
    assert shared.what == "the list holds 100 of 100 entries of the list of ak: does it hold two languages?"


def test_a_list_that_is_taken_home_is_read_by_the_parameters(tmp_path: Path) -> None:
    given = listed("# mine\nní\nàti\n")
    text = list_text(given, "stopwords", params("yo"), "Adé\nBọ́lá (Ìbàdàn)", "  read in\n200 texts ")
    path = tmp_path / "stopwords" / "yo.txt"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert read_words("stopwords", "yo", tmp_path) == {"ní", "àti"}
    assert load("yo", tmp_path).stopwords == {"ní", "àti"}
    assert origin("stopwords", "yo", tmp_path) == "Adé Bọ́lá"
    assert "# Origin: Adé Bọ́lá (Ìbàdàn), read in 200 texts\n" in text
    assert listed(text) == given


@pytest.mark.parametrize(("who", "why"), [("", "why"), ("who", " \n"), ("", "")])
def test_who_and_why_have_to_be_said(who: str, why: str) -> None:
    with pytest.raises(ValueError, match="a list says who chose its words and why: give both, in a few words"):
        list_text(["ní"], "stopwords", params("yo"), who, why)


def test_the_largest_list_that_is_carried_is_far_below_what_is_read() -> None:
    folder = Path(__file__).parents[2] / "lang_params"
    assert max(path.stat().st_size for path in folder.glob("*/*.txt")) == 12_599 < MOST_BYTES
