"""The identifier "roots": what the script of a text leaves to choose, and a model whose labels are those it says."""

import pyarrow as pa
import pytest

from filters.roots_lid import ALONE, Answer, Letters, ask, decide, labels, packaged
from filters.scripts import counts
from lang_params.languages import codes, script

YORUBA = "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba."


def test_scripts_of_one_language_are_those_of_the_corpus() -> None:
    assert {script(code): code for code in ALONE.values()} == ALONE
    written = [script(code) for code in codes()]
    assert all(written.count(name) == 1 for name in ALONE)


@pytest.mark.parametrize(
    ("letters", "said", "wanted"),
    [
        (Letters("Latn", 0.0, 0.0, 0), ("en", 0.9), (None, 0.0)),
        (Letters("Taml", 0.6, 0.0, 0), ("en", 0.9), ("ta", 0.6)),
        (Letters("Hani", 1.0, 0.09, 2), (None, 0.0), ("zhs", 1.0)),
        (Letters("Hani", 1.0, 0.0, 0), (None, 0.0), ("zhs", 1.0)),
        (Letters("Hani", 1.0, 0.1, -2), (None, 0.0), ("ja", 1.0)),
        (Letters("Kana", 1.0, 1.0, 0), (None, 0.0), ("ja", 1.0)),
        (Letters("Deva", 1.0, 0.0, 0), ("mr", 0.9), ("mr", 0.9)),
        (Letters("Deva", 1.0, 0.0, 0), ("bho", 0.9), ("bho", 0.9)),
        (Letters("Deva", 1.0, 0.0, 0), ("en", 0.9), (None, 0.0)),
        (Letters("Arab", 1.0, 0.0, 0), ("ur", 0.9), ("ur", 0.9)),
        (Letters("other", 1.0, 0.0, 0), ("ru", 0.9), ("ru", 0.9)),
        (Letters("other", 1.0, 0.0, 0), ("sn", 0.9), (None, 0.0)),
        (Letters("Latn", 1.0, 0.0, 0), ("zh", 0.9), (None, 0.0)),
        (Letters("Latn", 1.0, 0.0, 0), (None, 0.0), (None, 0.0)),
    ],
)
def test_what_the_script_allows(letters: Letters, said: Answer, wanted: Answer) -> None:
    assert decide(letters, said) == wanted


def test_a_text_in_two_scripts_is_in_that_of_most_of_its_letters() -> None:
    quoted, quoting = f"{YORUBA} 人人", "மனிதப் பிறவியினர் சகலரும் சுதந்திரமாகவே பிறக்கின்றனர் (all are born free)"
    assert [label for label, _ in ask(pa.array([quoted, quoting]))] == ["yo", "ta"]


def test_the_model_has_a_label_for_every_language_of_the_corpus() -> None:
    assert set(codes()) - {"tw"} <= labels()
    assert {"de", "ms", "ss", "nr", "ve", "gl", "bho", "ja"} <= labels()
    assert "zh" in packaged().labels
    assert len(packaged().labels) == len(set(packaged().labels)) > 400


def test_another_model_can_be_asked() -> None:
    assert ask(pa.array([YORUBA, "ಎಲ್ಲಾ"]), packaged()) == ask(pa.array([YORUBA, "ಎಲ್ಲಾ"]))


def test_english_words_in_a_page_of_another_script_do_not_make_another_language_of_it() -> None:
    assamese = "জন্মগতভাৱে সকলো মানুহ মৰ্য্যদা আৰু অধিকাৰত সমান আৰু স্বতন্ত্ৰ। তেওঁলোকৰ বিবেক আছে, বুদ্ধি আছে।"
    mixed = f"{assamese} Click the Settings button and choose Reset"
    [(alone, sure), (label, score)] = ask(pa.array([assamese, mixed]))
    assert (alone, label) == ("as", "as")
    letters = counts(mixed)
    assert score == pytest.approx(sure * letters["Beng"] / (letters["Beng"] + letters["Latn"]))
