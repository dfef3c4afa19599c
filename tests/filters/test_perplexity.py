"""Perplexity is the original's, with models that are loaded once."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import perplexity as module
from filters.changes import change
from filters.model_files import KENLM, ModelError
from filters.perplexity import perplexities, perplexity
from filters.words import processor
from lang_params.params import load
from tests import language_models


@pytest.fixture(scope="module")
def english(shared: Path) -> dict[str, Path]:
    return {"pieces": shared / "golden" / "en.sp.model", "model": shared / "golden" / "en.arpa"}


def test_an_empty_text_has_the_perplexity_of_its_end(english: dict[str, Path]) -> None:
    assert perplexity("", **english) == perplexity(" \n\t\u3000", **english) == 114.0


def test_case_counts_and_layout_does_not(english: dict[str, Path]) -> None:
    text = "The girl went home. “Good night!”"
    assert perplexity(text, **english) == perplexity(' The girl went\u00a0home. "Good night!"\n', **english)
    assert perplexity(text, **english) < perplexity(text.upper(), **english)


def test_digits_are_all_the_same(english: dict[str, Path]) -> None:
    assert perplexity("in 1984", **english) == perplexity("in ٢٠२२", **english)


def test_text_of_another_script_is_less_expected(english: dict[str, Path]) -> None:
    assert perplexity("She was happy to see her friend.", **english) < perplexity("वह घर गई। உலகம். 你好", **english)


def test_the_value_is_rounded_to_one_decimal(english: dict[str, Path]) -> None:
    value = perplexity("A bird sang.", **english)
    assert value == round(value, 1) > 1


def test_models_are_loaded_once(english: dict[str, Path]) -> None:
    assert module._model(english["model"]) is module._model(english["model"])


def test_a_missing_file_is_named(english: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.arpa: No such file"):
        perplexity("a", pieces=english["pieces"], model=tmp_path / "none.arpa")
    with pytest.raises(ModelError, match=r"none\.model: No such file"):
        perplexity("a", pieces=tmp_path / "none.model", model=english["model"])


def damaged(data: bytes) -> dict[str, bytes]:
    """A model's bytes with every fault that its first bytes do not show."""
    return {
        "cut after a tenth": data[: len(data) // 10],
        "cut in the middle": data[: len(data) // 2],
        "a header alone": data[:100],
        "noise after the header": data[:60] + bytes(range(256)) * 40,
    }


@pytest.mark.parametrize("fault", damaged(b"").keys())
def test_a_model_that_is_not_whole_is_an_error_in_plain_words(fault: str, tmp_path: Path) -> None:
    pieces, ngrams = tmp_path / "a.sp", tmp_path / "a.arpa"
    pieces.write_bytes(damaged(language_models.pieces())[fault])
    ngrams.write_bytes(damaged(language_models.ARPA.encode())[fault])
    with pytest.raises(ModelError, match=r"a\.sp: is a SentencePiece model that is not whole \("):
        processor(pieces)
    with pytest.raises(ModelError, match=r"a\.arpa: is an n-gram model that is not whole \("):
        module._model(ngrams)


def test_a_binary_model_that_is_not_whole_is_an_error_too(tmp_path: Path) -> None:
    path = tmp_path / "a.kenlm"
    for rest in (b"", b" 4\n\x00", b" 5\n\x00" + bytes(40), b" 5\n\x00" + b"\xff" * 400):
        path.write_bytes(KENLM + rest)
        module._model.cache_clear()
        with pytest.raises(ModelError, match=r"a\.kenlm: is an n-gram model that is not whole \("):
            module._model(path)


@pytest.mark.parametrize("code", ["en", "sw", "zh"])
def test_many_texts_are_measured_as_each(code: str, shared: Path) -> None:
    golden = shared / "golden"
    models = {"pieces": golden / f"{code}.sp.model", "model": golden / f"{code}.arpa"}
    with (golden / "filters.jsonl").open(encoding="utf-8") as lines:
        documents = [document for document in map(json.loads, lines) if document.get("perplexity") is not None]
    mine = [document for document in documents if {"zhs": "zh"}.get(document["lang"], document["lang"]) == code]
    assert len(mine) > 20
    texts = [change(document["text"], load({"zh": "zhs"}.get(code, code))) for document in mine]
    found = perplexities(texts, **models)
    assert found == [perplexity(text, **models) for text in texts]
    assert found == [document["perplexity"] for document in mine]


@given(texts=st.lists(st.text(max_size=40), max_size=12), batch=st.integers(1, 50))
@settings(deadline=None)
def test_batches_change_nothing(texts: list[str], batch: int, english: dict[str, Path]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "BATCH", batch)
        found = perplexities(texts, **english)
    assert found == [perplexity(text, **english) for text in texts]


def test_a_batch_is_bounded_but_for_one_long_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 5)
    assert list(module._batches(["aa", "bbb", "c", "ddddddd", "", "e"])) == [
        ["aa", "bbb"],
        ["c"],
        ["ddddddd"],
        ["", "e"],
    ]
    assert list(module._batches([])) == []


@given(text=st.text())
@settings(deadline=None)
def test_any_text_has_a_perplexity(text: str, english: dict[str, Path]) -> None:
    assert perplexity(text, **english) >= 1
