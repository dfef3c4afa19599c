"""Words of a sample are held against the two changes that drop words, as these would do it."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.changes import change
from filters.words import split, strip
from lang_params.params import load
from roots.inspect import Corpus
from roots.sampled import Draw
from roots.words_seen import DROPPERS, LONGEST, Dropping, WordsError, words, words_of
from tests.corpora import YORUBA, YORUBA_TOO
from tests.roots.filtered import filtered

pytestmark = pytest.mark.usefixtures("own_cache")

MAIL = "ade@abc.example"


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    """Texts in which addresses, long words and personal data stand; nothing was replaced."""
    texts = [f"{YORUBA} www.ilé.com {'á' * 40} {MAIL}", YORUBA_TOO, f"{YORUBA_TOO} {'á' * 40}"]
    return Corpus(filtered(tmp_path, "yo", texts))


def test_words_that_would_go_are_said_with_their_reason(corpus: Corpus) -> None:
    seen = words(corpus, "yo", Dropping(30, substrings=True))
    gone = seen.discarded().to_dict("records")
    assert [(row["word"], row["length"], row["times"]) for row in gone] == [("á" * 40, 40, 2), ("www.ilé.com", 11, 1)]
    assert list(seen.discarded("long_words")["word"]) == ["á" * 40]
    assert list(seen.discarded("incorrect_substrings")["word"]) == ["www.ilé.com"]
    lengths = list(seen.retained["length"])
    assert lengths == sorted(lengths, reverse=True)
    assert len(seen.retained) + len(gone) == len(seen.words)
    assert seen.said()[1].startswith("2 words would go, 3 of ")
    assert "a limit of 30 characters and the substrings http, www, .com, href, //." in seen.said()[1]
    assert seen._repr_html_().startswith("<p>")
    assert "á" * 40 in str(seen)


def test_nothing_is_asked_for_and_nothing_goes(corpus: Corpus) -> None:
    seen = words(corpus, "yo", Dropping())
    assert len(seen.discarded()) == 0
    assert seen.said()[1].endswith("with nothing asked for.")


def test_personal_data_is_not_among_the_words_though_it_was_left_in_the_text(corpus: Corpus) -> None:
    seen = words(corpus, "yo", Dropping(30, substrings=True))
    assert not any("ade@" in word or word.startswith("PI:") for word in seen.words["word"])


def test_that_words_went_before_is_said(tmp_path: Path) -> None:
    texts = [f"Todos los seres humanos nacen libres {number} {'x' * 30} www.a.com" for number in range(3)]
    seen = words(Corpus(filtered(tmp_path, "es", texts)), "es", Dropping(4, substrings=True))
    assert "x" * 30 not in set(seen.words["word"])
    assert seen.said()[-1] == (
        "Words of more than 25 characters and words with one of the substrings went in Spanish (es) when the texts "
        "were read, and are not here; roots measure shows which words one text loses."
    )
    assert list(seen.discarded()["word"]) == ["humanos", "libres", "Todos", "nacen", "seres"]


def test_a_sample_is_drawn_by_its_seed(corpus: Corpus) -> None:
    one = words(corpus, "yo", Dropping(30), Draw(1, seed=3))
    assert one.said()[0].endswith(
        "in a sample of 1 of 3 documents in Yoruba (yo), of which 10,000 characters each are read."
    )
    assert one.words.equals(words(corpus, "yo", Dropping(30), Draw(1, seed=3)).words)


def test_a_language_that_is_cut_into_pieces_has_no_words_to_show(tmp_path: Path) -> None:
    corpus = Corpus(filtered(tmp_path, "zhs", ["所有人生来就是自由的，在尊严和权利上一律平等。" * 3]))
    with pytest.raises(WordsError, match="Simplified Chinese is cut into pieces by a SentencePiece model"):
        words(corpus, "zhs", Dropping(30))


@pytest.mark.parametrize("longest", [0, LONGEST + 1, -5])
def test_a_length_that_is_none_is_refused(corpus: Corpus, longest: int) -> None:
    with pytest.raises(WordsError, match=f"longest = {longest}: a limit of a word's length lies between 1 and 200"):
        words(corpus, "yo", Dropping(longest))


def test_sources_whose_text_may_not_be_shown_are_left_out(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("roots.inspect_shown.hidden", lambda work, uids: dict.fromkeys(uids, "it is closed"))
    with pytest.raises(ValueError, match="holds no document in yo, files left out, that limits decide about"):
        words(corpus, "yo", Dropping(30))
    with pytest.raises(WordsError, match="files: no word of it is shown: it is closed"):
        words(corpus, "yo", Dropping(30), Draw(source="files"))


@given(
    text=st.text(alphabet="ab/.:«» \n\twhtp,", max_size=80),
    longest=st.integers(1, 8),
    substrings=st.booleans(),
)
def test_what_stays_are_the_words_of_the_changed_text(text: str, longest: int, *, substrings: bool) -> None:
    params = load("es")
    long_words = replace(params.filters["long_words"], max=longest)
    incorrect = replace(params.filters["incorrect_substrings"], enabled=substrings)
    asked = replace(params, filters={**params.filters, "long_words": long_words, "incorrect_substrings": incorrect})
    found = words_of([text], params, Dropping(longest, substrings))
    stays = found[~found[list(DROPPERS)].any(axis=1)]
    changed = [core for word in split(change(text, asked)) if (core := strip(word))]
    assert sorted(stays["word"]) == sorted(set(changed))
    assert int(stays["times"].sum()) == len(changed)
