"""The stages of curation and their peers that run in this process, each as a piece of work to be timed."""

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

import pyarrow as pa

from lang_params.params import LangParams, load_all
from tests.bench.texts import Sample

Work = Callable[[], object]

BATCH = 256
"""Texts that a kernel is given at a time."""


def batches(data: Sequence[Sample]) -> list[tuple[LangParams, pa.Array]]:
    """Texts in batches of one language."""
    found = []
    for _, group in groupby(sorted(data, key=lambda sample: sample.params.code), key=lambda sample: sample.params.code):
        of_one = list(group)
        for start in range(0, len(of_one), BATCH):
            part = of_one[start : start + BATCH]
            found.append((part[0].params, pa.array([sample.text for sample in part], pa.string())))
    return found


def measures(data: Sequence[Sample]) -> dict[str, Work]:
    """Four changes and six measures: the kernel, the definition that can be read, and the plain twin."""
    from filters.batch import change_texts, measure_texts
    from filters.changes import change
    from filters.measures import measure_text
    from filters.text import Text
    from tests import twin

    encode = _encoder(data)
    together = batches(data)
    return {
        "kernel": lambda: [measure_texts(change_texts(texts, params), params) for params, texts in together],
        "definition": lambda: [measure_text(Text(change(text, params), params), params) for text, params in data],
        "twin": lambda: [twin.measure(twin.modify(text, params), params, encode=encode) for text, params in data],
    }


def _encoder(data: Sequence[Sample]) -> Callable[[str], list[str]] | None:
    """The model that cuts words of the data's language, None where white space does."""
    from sentencepiece import SentencePieceProcessor

    from filters import models

    names = {params.word_model for _, params in data if params.words == "sentencepiece"}
    if not names:
        return None
    processor: Any = SentencePieceProcessor(model_file=str(models.path(names.pop() or "")))
    return lambda text: processor.encode(text, out_type=str)


def identification(data: Sequence[Sample]) -> dict[str, Work]:
    """Who says which language a text is in; fastText with its lines made before and with making them."""
    import fasttext

    from filters import models
    from filters.identify import ask_cld2, identify_texts
    from filters.kernels.lid import predict
    from filters.lid_model import read

    languages = load_all()
    file = models.path("lid.176")
    model, ours, theirs = read(file), read(models.path("roots-lid")), fasttext.load_model(str(file)).f
    texts = [text for text, _ in data]
    mixed = [pa.array(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
    lines = [_line(text) for text in texts]
    return {
        "lid.176, kernel": lambda: [predict(model, batch) for batch in mixed],
        "lid.176, kernel, empty table": lambda: _from_nothing(model, mixed),
        "our model, kernel": lambda: [predict(ours, batch) for batch in mixed],
        "CLD2": lambda: [ask_cld2(text) for text in texts],
        "as a language names it": lambda: [identify_texts(b, p, languages) for p, b in batches(data)],
        "fastText predict": lambda: [theirs.predict(line, 1, 0.0, "strict") for line in lines],
        "fastText predict, lower()": lambda: [theirs.predict(_line(text), 1, 0.0, "strict") for text in texts],
    }


def _line(text: str) -> bytes:
    """A text as fastText reads it."""
    return text.lower().replace("\n", " ").encode() + b"\n"


def _from_nothing(model: Any, mixed: Sequence[pa.Array]) -> None:
    """The same with an empty table: no word has been seen before."""
    from filters.kernels import lid

    lid._STATE.tables.clear()
    for batch in mixed:
        lid.predict(model, batch)


def perplexity(data: Sequence[Sample]) -> tuple[list[Sample], Mapping[str, Work]]:
    """Perplexity of the texts in languages whose model is there, if any is."""
    from filters import models
    from filters.models import ModelError
    from filters.perplexity import perplexities

    ready: dict[str, Any] = {}
    for params in {sample.params.code: sample.params for sample in data}.values():
        try:
            ready[params.code] = models.language_model(params.language_model or "")
        except ModelError:
            continue
    chosen = [sample for sample in data if sample.params.code in ready]
    together = [(ready[params.code], texts.to_pylist()) for params, texts in batches(chosen)]
    return chosen, {"perplexity": lambda: [perplexities(texts, **files) for files, texts in together]} if chosen else {}
