"""A Text computes its words once and in the way its language asks for."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.text import Text, augmentation
from lang_params.params import Setting, load

VI = load("vi")


@pytest.mark.parametrize(
    ("code", "text", "found"),
    [
        ("yo", "Ẹ káàbọ̀ — sí ILÉ wa!", ["ẹ", "káàbọ̀", "sí", "ilé", "wa"]),
        ("hi", "कहानी पूरी हुई।", ["कहान", "पूर", "हुई।"]),
        ("ar", "هذه «مدينة» كبيرة.", ["ذ", "مدينة", "كبيرة"]),
        ("te", "అవును\tకాదు\n\n42", ["అవును", "కాదు"]),
        ("en", "", []),
    ],
)
def test_words_by_whitespace(code: str, text: str, found: list[str]) -> None:
    assert Text(text, load(code)).words == found


def test_cased_words_can_be_more_or_fewer() -> None:
    text = Text("Г г Ø ø Straße", load("en"))
    assert text.words == ["г", "г", "straße"]
    assert text.cased_words == ["г", "Ø", "Straße"]


def test_words_are_computed_once() -> None:
    calls = []

    def encode(text: str) -> list[str]:
        calls.append(text)
        return list(text)

    text = Text("你好，世界", load("zhs"), encode=encode)
    assert text.words == text.cased_words == ["你", "好", "世", "界"]
    assert text.augmented == ["你", "好", "世", "界", "你好", "好世", "世界"]
    assert calls == ["你好,世界"]
    assert text.words is text.words


def test_augmentation_by_language() -> None:
    assert Text("dê con", load("vi")).augmented == ["dê", "con", "dê con"]
    plain = Text("dê con", load("en"))
    assert plain.augmented is plain.words


@pytest.mark.parametrize(
    ("setting", "added"),
    [
        (Setting(sizes=(2,), join=" "), ["a b", "b c"]),
        (Setting(sizes=(2, 3), join=""), ["ab", "bc", "abc"]),
        (Setting(sizes=(4,), join=" "), []),
        (Setting(sizes=(), join=" "), []),
    ],
)
def test_augmentation(setting: Setting, added: list[str]) -> None:
    assert augmentation(["a", "b", "c"], setting) == added


def test_the_model_named_by_the_language_is_used(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def path(name: str) -> Path:
        asked.append(name)
        return shared / "golden" / "zh.sp.model"

    monkeypatch.setattr("filters.models.path", path)
    assert "".join(Text("你好，世界", load("zht")).words).replace("▁", "") == "你好世界"
    assert asked == ["zh_words"]


def test_pieces_without_a_model_is_an_error() -> None:
    params = replace(load("zhs"), word_model=None)
    with pytest.raises(ValueError, match=r"zhs\.toml: words = 'sentencepiece' without a word_model; name a model"):
        _ = Text("你好", params).words


@given(st.text())
@settings(deadline=None)
def test_any_text_has_words(value: str) -> None:
    text = Text(value, VI)
    assert all(text.words)
    assert len(text.augmented) == max(2 * len(text.words) - 1, 0)
