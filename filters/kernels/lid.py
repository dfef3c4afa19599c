"""fastText's most probable label of many texts at once, with no Python object for a word.

One pass over the UTF-8 of a batch: words are cut and lower-cased (`lid_words`), the rows of the input matrix that
belong to them are added up (`lid_rows`), and the output matrix makes probabilities of their mean. Rows are added in
an order that depends on nothing but the text, for a pruned model in fastText's own, so that a score does not depend
on the other texts, and that of lid.176 is fastText's but for its last digit.

Source: `FastText::predictLine`, `Model::predict` and loss.cc of fastText 0.9.3.
"""

import math
from threading import local
from typing import NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.kernels.compiled import Array, Int, compiled, inner
from filters.kernels.lid_rows import PIECE, Search, Table, add_words, room_for_rows, search, table
from filters.kernels.lid_words import Case, Words, case, read_words, room_for_words
from filters.kernels.strings import buffers
from filters.lid_model import LidModel, read
from filters.models import path

WORDS = 32
"""Words that are read before their rows are added."""

ASK_PYTHON = -2
"""In place of a label: the text holds U+03A3, whose lower case depends on its neighbours, and Python lower-cases it."""

LOSSES = ("hs", "softmax", "ova", "ns")
TREE, SOFTMAX = 0, 1
"""Ways to make probabilities of outputs; what is neither takes each output for itself."""

NOTHING = np.float32(-25)
"""Logarithm of a share of the greatest output that is no more than the last digit of their sum, for 1,000 labels."""

NEARLY = np.float32(0.999)
"""Share of the greatest probability below which a label's logarithm is lower for certain."""

SIGMOID_STEPS, SIGMOID_LIMIT = 512, 8
"""fastText takes the logistic function from a table of so many steps, and for 0 and 1 beyond the limit (loss.cc)."""


class Outputs(NamedTuple):
    """The output side of a model."""

    matrix: Array  # [inner nodes of the tree, dimensions] float32; without a tree, [dimensions, labels]
    tree: Array  # [labels - 1, 2] int32
    labels: int
    loss: int


class Ready(NamedTuple):
    """A model made ready."""

    search: Search
    outputs: Outputs


def predict(model: LidModel, texts: pa.Array) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.float64]]:
    """The number of each text's most probable label in `model.labels`, and its probability, in [0, 1].

    That is the answer of `filters.identify.ask_fasttext`: of the whole text, lower-cased, on one line. The label is -1
    and its probability 0 where fastText has none. `texts` are strings without nulls.

    Memory: beside the model, a table of words of at most 9 MB for each thread and model, which is kept for the next
    batch, and one and a half times the longest word of this one. Threads may call at the same time.
    """
    data, offsets = buffers(texts)
    labels, scores = np.empty(len(texts), np.int32), np.empty(len(texts), np.float64)
    words = room_for_words(WORDS, PIECE, int(np.diff(offsets).max(initial=0)))
    ready = _ready(model)
    _predict(data, offsets, case(), words, *ready, _table(model), room_for_rows(model, WORDS), labels, scores)
    again = np.flatnonzero(labels == ASK_PYTHON)
    if len(again):
        lowered = pa.array([texts[int(row)].as_py().lower() for row in again], pa.string())
        labels[again], scores[again] = predict(model, lowered)
    return labels, scores


def warm() -> None:
    """Compile the kernel, or load it from the cache: the same for every model and every batch."""
    predict(read(path("lid.176")), pa.array(["A text"]))


_READY = WeakKeyDictionary[LidModel, Ready]()
_STATE = local()


def _ready(model: LidModel) -> Ready:
    """A model made ready, once a process."""
    if model not in _READY:
        loss = LOSSES.index(model.loss)
        matrix = np.ascontiguousarray(model.outputs if loss == TREE else model.outputs.T)
        _READY[model] = Ready(search(model), Outputs(matrix, model.tree, len(model.labels), loss))
    return _READY[model]


def _table(model: LidModel) -> Table:
    """The table of words of this thread and a model."""
    if not hasattr(_STATE, "tables"):
        _STATE.tables = WeakKeyDictionary[LidModel, Table]()
    tables: WeakKeyDictionary[LidModel, Table] = _STATE.tables
    if model not in tables:
        tables[model] = table(model)
    return tables[model]


@compiled
def _predict(
    data: Array, offsets: Array, case: Case, words: Words, search: Search, outputs: Outputs, table: Table,
    rows: Array, labels: Array, scores: Array,
) -> None:  # fmt: skip
    """The label of each text, int32, and its probability, float64."""
    total = np.empty(search.inputs.shape[1], np.float32)
    nodes, chances = np.empty(2 * outputs.labels + 2, np.int64), np.empty(2 * outputs.labels + 2, np.float32)
    for text in range(len(labels)):
        labels[text], scores[text] = -1, 0
        total[:] = np.float32(0)
        at, end, count = offsets[text], offsets[text + 1], np.int64(0)
        while 0 <= at <= end:
            at, number = read_words(data, at, end, case, words, WORDS * PIECE)
            if at >= 0:
                count += add_words(total, search, table, words, number, rows)
        if at < 0:
            labels[text] = ASK_PYTHON
        elif count > 0:
            total *= np.float32(1.0 / count)
            if outputs.loss == TREE:
                label, score = _best_leaf(outputs, total, nodes, chances)
            else:
                label, score = _best_output(outputs, total, chances)
            labels[text] = label
            if label >= 0:
                # Rounding within the model can give 1.00001.
                scores[text] = min(np.float64(np.float32(math.exp(np.float64(score)))), 1.0)


@inner
def _best_leaf(outputs: Outputs, mean: Array, nodes: Array, chances: Array) -> tuple[Int, Int]:
    """The label at the best leaf of the tree and the logarithm of its probability; -1 where all are too unlikely."""
    best, found, last = np.float32(-np.inf), np.int64(-1), 0
    nodes[0], chances[0] = 2 * outputs.labels - 2, np.float32(0)
    least = _log(np.float32(0))
    while last >= 0:
        node, score = nodes[last], chances[last]
        last -= 1
        if score < least or score < best:
            continue
        if node < outputs.labels:
            best, found = score, node
            continue
        child = node - outputs.labels
        right = np.float32(1 / (1 + math.exp(-np.float64(_dot(outputs.matrix, child, mean)))))
        left = np.float32(1.0 - np.float64(right))
        nodes[last + 1], chances[last + 1] = outputs.tree[child, 1], score + _log(right)
        nodes[last + 2], chances[last + 2] = outputs.tree[child, 0], score + _log(left)
        last += 2
    return found, best


@inner
def _best_output(outputs: Outputs, mean: Array, chances: Array) -> tuple[Int, Int]:
    """The label with the greatest output and the logarithm of its probability; the last of those that are equal."""
    count, whole = outputs.labels, np.float32(0)
    chances[:count] = np.float32(0)
    for column in range(len(outputs.matrix)):
        for label in range(count):
            chances[label] += outputs.matrix[column, label] * mean[column]
    greatest = chances[:count].max()
    for label in range(count):
        if outputs.loss != SOFTMAX:
            chances[label], whole = _sigmoid(chances[label]), np.float32(1)
        elif chances[label] - greatest < NOTHING:
            chances[label] = np.float32(0)
        else:
            chances[label] = np.float32(math.exp(np.float64(chances[label] - greatest)))
            whole += chances[label]
    least = chances[:count].max() * NEARLY
    best, found = np.float32(-np.inf), np.int64(-1)
    for label in range(count):
        if chances[label] >= least:
            score = _log(chances[label] / whole)
            if score >= best:
                best, found = score, np.int64(label)
    return found, best


@inner
def _dot(matrix: Array, row: Int, vector: Array) -> Int:
    """Product of a row of the output matrix and the mean of a text. float32"""
    found = np.float32(0)
    for column in range(matrix.shape[1]):
        found += matrix[row, column] * vector[column]
    return found


@inner
def _log(chance: Int) -> Int:
    """fastText's logarithm of a probability. float32"""
    return np.float32(math.log(np.float64(chance) + 1e-5))


@inner
def _sigmoid(value: Int) -> Int:
    """fastText's logistic function. float32"""
    if value < -SIGMOID_LIMIT:
        return np.float32(0)
    if value > SIGMOID_LIMIT:
        return np.float32(1)
    place = np.int64((value + SIGMOID_LIMIT) * SIGMOID_STEPS / SIGMOID_LIMIT / 2)
    point = np.float32(place * 2 * SIGMOID_LIMIT) / SIGMOID_STEPS - SIGMOID_LIMIT
    return np.float32(1 / (1 + math.exp(-point)))
