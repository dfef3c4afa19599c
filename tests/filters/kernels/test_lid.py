"""Labels and scores are fastText's own: on the golden lines, on open texts, and on whatever text there may be."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import models
from filters.changes import change
from filters.kernels import lid
from filters.kernels.lid import predict
from filters.lid_model import LidModel, read
from lang_params.params import load
from tests.filters.lid_files import KINDS, files, lines

TEXTS = [
    *(
        "",
        " ",
        "\n",
        "\0",
        "a\0b",
        "a\vb\fc\rd\te",
        "\u00a0",
        "\u2028x",
        "</s>",
        "a </s> le chat",
        "A</S> b",
        "le </S> chat",
    ),
    *("__label__en", "__LABEL__xx bonjour", "x__label__", "<", ">", "<a>", "</s", "/s>"),
    *("İstanbul İİ", "ΟΔΟΣ ΟΔΟΣ. Σ ΣΑΣ'Σ", "ẞß Ω K Å Ⱥ Ⱦ", "𐐀𐐁 Ꭰ Ა", "ǅ ŉ", "ﬁ", "e\u0301\u0300 à"),
    *("Ẹ káàbọ̀", "सभी मनुष्य", "所有人生来就是自由的", "👩\u200d👩\u200d👧", "\U0010ffff\uffff\x7f\x80"),
    *("x" * 300, "é" * 200, "字" * 100, "x" * 253, "x" * 254, "x" * 255, "x" * 256, "ab " * 5000),
]


@cache
def model(kind: str) -> LidModel:
    return read(models.path("lid.176") if kind == "carried" else files()[kind])


@cache
def fasttext_of(kind: str) -> Any:
    import fasttext

    return fasttext.load_model(str(models.path("lid.176") if kind == "carried" else files()[kind])).f


def asked(kind: str, text: str, most: int = 1) -> list[tuple[float, str]]:
    """What fastText itself says of a text on one line: probability and label."""
    line = text.lower().replace("\n", " ").encode() + b"\n"
    return [
        (min(p, 1.0), label.removeprefix("__label__"))
        for p, label in fasttext_of(kind).predict(line, most, 0.0, "strict")
    ]


def check(kind: str, texts: list[str]) -> None:
    """The same labels, unless two are as probable; scores to 1e-4."""
    labels, scores = predict(model(kind), pa.array(texts, pa.string()))
    assert labels.dtype == np.int32
    assert scores.dtype == np.float64
    for text, label, score in zip(texts, labels, scores, strict=True):
        answers = asked(kind, text, 2)
        if not answers:
            assert (label, score) == (-1, 0.0)
            continue
        assert score == pytest.approx(answers[0][0], abs=1e-4), text[:50]
        near = [name for probability, name in answers if answers[0][0] - probability < 1e-5]
        # The last of labels that are equal is not always among the first two.
        assert model(kind).labels[label] in near or len(near) == 2, text[:50]


def test_golden_labels_and_scores(shared: Path) -> None:
    """Those of the original code, of the modified texts."""
    with (shared / "golden/filters.jsonl").open(encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    ours = {"twi": "tw", "zh": "zhs"}
    texts = [change(record["text"], load(ours.get(record["lang"], record["lang"]))) for record in records]
    labels, scores = predict(model("carried"), pa.array(texts))
    assert [model("carried").labels[label] for label in labels] == [record["lid_label"] for record in records]
    np.testing.assert_allclose(scores, [record["lid_score"] for record in records], rtol=0, atol=1e-4)


def test_open_texts(shared: Path) -> None:
    """Every sentence of the shared test set has fastText's label, and its score to 1e-6."""
    with gzip.open(shared / "data/langid/devtest.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file]
    assert len(texts) == 46552
    labels, scores = predict(model("carried"), pa.array(texts))
    answers = [asked("carried", text)[0] for text in texts]
    assert [model("carried").labels[label] for label in labels] == [label for _, label in answers]
    assert np.abs(scores - [score for score, _ in answers]).max() < 1e-6


@pytest.mark.parametrize("kind", ["carried", *KINDS])
def test_every_kind_of_model(kind: str) -> None:
    check(kind, [*TEXTS, *(line for _, line in lines(20))])


@given(st.lists(st.text(max_size=60), max_size=8))
def test_any_text(texts: list[str]) -> None:
    check("carried", texts)


@given(
    st.text(alphabet="<>/s_labeΣσςİiı̇ \t\n\v\f\r\0.'\u00adA\u0301字😀Ⱥ", max_size=40), st.sampled_from(sorted(KINDS))
)
def test_texts_of_what_is_special(text: str, kind: str) -> None:
    check("carried", [text])
    check(kind, [text])


@pytest.mark.parametrize("unit", ["x", "xy", "é", "字", "a\u0301", "Σ", "İ"])
def test_a_word_of_a_million_characters(unit: str) -> None:
    check("carried", [unit * (1_000_000 // len(unit)), "bonjour"])


@pytest.mark.parametrize("kind", ["carried", "hs", "pruned"])
def test_a_score_does_not_depend_on_the_other_texts(kind: str) -> None:
    texts = [line for _, line in lines(20)] + TEXTS
    labels, scores = predict(model(kind), pa.array(texts))
    for cut in (1, 3, 50):
        again = [predict(model(kind), pa.array(texts[at : at + cut])) for at in range(0, len(texts), cut)]
        np.testing.assert_array_equal(labels, np.concatenate([found for found, _ in again]))
        np.testing.assert_array_equal(scores, np.concatenate([found for _, found in again]))
    labels_back, scores_back = predict(model(kind), pa.array(texts[::-1]))
    np.testing.assert_array_equal(labels, labels_back[::-1])
    np.testing.assert_array_equal(scores, scores_back[::-1])


def test_slices_and_no_texts() -> None:
    texts = pa.array(["bonjour tout le monde", "hello to the world", "guten Morgen, liebe Leute"])
    labels, scores = predict(model("carried"), texts)
    for part in (texts[1:], texts[1:2], texts[:0]):
        found, sure = predict(model("carried"), part)
        start = 1 if len(part) else 0
        np.testing.assert_array_equal(found, labels[start : start + len(part)])
        np.testing.assert_array_equal(sure, scores[start : start + len(part)])
    assert predict(model("carried"), pa.array([], pa.string()))[0].shape == (0,)


def test_threads_do_not_disturb_each_other() -> None:
    from concurrent.futures import ThreadPoolExecutor

    texts = pa.array([line for _, line in lines(20)] * 20)
    alone = predict(model("carried"), texts)
    with ThreadPoolExecutor(4) as pool:
        for labels, scores in pool.map(lambda _: predict(model("carried"), texts), range(8)):
            np.testing.assert_array_equal(labels, alone[0])
            np.testing.assert_array_equal(scores, alone[1])


def test_the_kernel_is_compiled_once_for_all_models_and_batches() -> None:
    """What `ready` compiled in the parent, no worker compiles again."""
    lid.warm()
    for kind in ("carried", *KINDS):
        for texts in ([], ["a", "Σ"], ["b"]):
            predict(model(kind), pa.array(texts, pa.string()))
    assert len(lid._predict.signatures) == 1


def test_bytes_that_are_no_utf_8_do_no_harm() -> None:
    """Arrow does not look at what a file holds: broken bytes are words like others, to fastText too."""
    broken = [b"\xff\xfe a", b"abc \xe0\xa4", b"\x80\xbf\xf8\xf4\xbf\xbf\xbf", b"le chat \xc3", b"\xf5\x80\x80\x80"]
    offsets = np.cumsum([0, *map(len, broken)], dtype=np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(b"".join(broken))]
    labels, scores = predict(model("carried"), pa.Array.from_buffers(pa.string(), len(broken), buffers))
    for text, label, score in zip(broken, labels, scores, strict=True):
        [(expected, name)] = fasttext_of("carried").predict(text + b"\n", 1, 0.0, "strict")
        assert f"__label__{model('carried').labels[label]}" == name
        assert score == pytest.approx(expected, abs=1e-6)
