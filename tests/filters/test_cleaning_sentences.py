"""Sentences stand on lines of their own, nothing is lost, and no text takes long or ends in a panic."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.cleaning_sentences import SENTENCE_LANGUAGES, WINDOW, split_sentences

WHITE = re.compile(r"\s+")


@pytest.mark.parametrize("code", ["ar", "en", "fr", "hi", "vi", "zhs"])
@given(st.text(alphabet=st.sampled_from("aB. ?!\n\"'«»“”()۔؟।。！\u3000\u00a0\x85\u2028Ẹ́1"), max_size=60))
def test_nothing_but_white_space_is_lost_or_added(code: str, text: str) -> None:
    split = split_sentences(text, code)
    assert WHITE.sub("", split) == WHITE.sub("", text)
    assert all(line == line.strip() and line for line in split.split("\n")) or not split


def test_a_line_longer_than_a_window_is_split_as_a_short_one() -> None:
    sentences = [f"This is sentence {number} of the text." for number in range(WINDOW // 20)]
    assert split_sentences(" ".join(sentences), "en") == "\n".join(sentences)


@pytest.mark.parametrize("text", ["a" * (3 * WINDOW), "«" * (2 * WINDOW + 1), "word " * WINDOW])
def test_a_sentence_without_end_is_not_broken(text: str) -> None:
    assert split_sentences(text, "en") == text.strip()


def test_a_panic_of_the_library_leaves_the_line_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    class PanicException(BaseException):
        pass

    def panics(language: str, text: str) -> list[str]:
        raise PanicException

    monkeypatch.setattr("sentencex.segment", panics)
    assert split_sentences("One. Two.\nThree.", "en") == "One. Two.\nThree."


def test_another_base_exception_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(language: str, text: str) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr("sentencex.segment", stopped)
    with pytest.raises(KeyboardInterrupt):
        split_sentences("One.", "en")


def test_the_languages_are_those_of_roots_and_four_more() -> None:
    stanza, punkt = {"ar", "ca", "eu", "id", "zhs", "zht"}, {"en", "fr", "pt", "es"}
    indic = {"bn", "gu", "hi", "kn", "ml", "mr", "pa", "ta", "te"}
    assert set(SENTENCE_LANGUAGES) == stanza | punkt | indic | {"vi"} | {"as", "ne", "or", "ur"}
