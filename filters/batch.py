"""Changes and measures of many texts of one language at once: Arrow in, Arrow out, equal to one text after the other.

`filters.changes.change` and `filters.measures.measure_text` say what the values are; tests hold these equal to them,
texts byte for byte and ratios bit for bit. What makes them fast stands in `filters.kernels`: no Python object is made
of a word, and each text is read in a few passes over its bytes.

Memory: for each byte of the longest text of a batch at most 10 bytes (4 for its code points, 12 for each of its words,
of which there are half as many as bytes), whatever the texts at most 48 MiB (32 of them the table in which runs are
counted), and the changed texts. Where words are pieces of a SentencePiece model, the model's own memory and the
normalised texts come on top.
"""

from pathlib import Path
from typing import NamedTuple
from weakref import ref

import numpy as np
import pyarrow as pa

from filters.kernels.changes import Dropping, change_all, dropping
from filters.kernels.compiled import Array
from filters.kernels.lists import Lists, Runs, lists, runs
from filters.kernels.measures import Buffers, Found, Pieces, Task, measure_all, measure_pieces
from filters.kernels.pieces import cut, vocabulary
from filters.kernels.repetition import FREQUENT, Table, passes_and_slots
from filters.kernels.strings import buffers
from filters.kernels.tables import Replacements, code_points, replacements
from filters.measures import run_length
from filters.table import Profile
from filters.text import word_model
from lang_params.params import LangParams, load

MOST_SLOTS = 1 << 22
"""Of the table of runs, 8 bytes each."""

BYTES_FOR_EACH_BYTE, FIXED_BYTES = 10, 48 << 20
"""Memory at most: for each byte of the longest text, and whatever the texts."""

HASH_BITS = (1 << 64) - 1
"""All of a hash; tests take fewer, to see that values do not depend on it."""


WARM = "A text, https://a.b/, of all kinds: 你好 ΑΣ İ Γ\n"
"""What `warm` measures; it does not matter."""


def change_texts(texts: pa.Array, params: LangParams) -> pa.Array:
    """Texts as they are measured and kept: `filters.changes.change` of each. Strings without nulls, as many.

    >>> change_texts(pa.array(["  Ẹ káàbọ̀\\u00a0o ", ""]), load("yo")).to_pylist()
    ['Ẹ káàbọ̀ o', '']
    """
    data, offsets = buffers(texts)
    out = np.empty(offsets[-1] - offsets[0], np.uint8)
    ends = np.empty(len(texts) + 1, np.int32)
    prepared = _prepared(params)
    change_all(data, offsets, code_points().kinds, prepared.replacements, prepared.dropping, out, ends)
    return pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(ends), pa.py_buffer(out[: ends[-1]])])


def measure_texts(
    texts: pa.Array, params: LangParams, profile: Profile = "fixed", *, pieces_of: Path | None = None
) -> dict[str, pa.Array]:
    """The six measures of changed texts by the names of their filters: `filters.measures.measure_text` of each.

    number_words is int64, the others are float64; null where the language has no list to measure with.
    `pieces_of` is a SentencePiece model in place of the one that the language names.

    >>> found = measure_texts(pa.array(["Ẹ káàbọ̀ — sí ilé wa!"]), load("yo"))
    >>> found["number_words"].to_pylist(), found["flagged_words"].to_pylist()
    ([5], [None])
    """
    data, offsets = buffers(texts)
    pieces = None
    if params.words == "sentencepiece":
        pieces = cut(data, offsets, vocabulary(pieces_of or word_model(params)))
    found = Found(np.empty(len(texts), np.int64), *(np.empty(len(texts)) for _ in Found._fields[1:]))
    task = _task(params, profile, int(np.diff(offsets).max(initial=0)))
    if pieces is None:
        measure_all(data, offsets, task, _room(offsets, None), found)
    else:
        measure_pieces(data, offsets, pieces, task, _room(offsets, pieces), found)
    measures = {name: pa.array(values) for name, values in found._asdict().items()}
    for name, listed in (("stopwords", params.stopwords), ("flagged_words", params.flagged_words)):
        if not listed:
            measures[name] = pa.nulls(len(texts), pa.float64())
    return measures


def warm() -> None:
    """Call every kernel once, so that it is compiled or loaded."""
    texts = pa.array([WARM])
    for code in ("en", "zhs"):
        params = load(code)
        measure_texts(change_texts(texts, params), params)


class _Prepared(NamedTuple):
    """What kernels need of a language."""

    replacements: Replacements
    dropping: Dropping
    lists: Lists
    runs: Runs


_known: dict[int, tuple[ref[LangParams], _Prepared]] = {}
"""Of the LangParams that are alive, by their address: they cannot be hashed, and comparing two takes long."""


def _prepared(params: LangParams) -> _Prepared:
    """What kernels need of a language, made once for each LangParams."""
    key = id(params)
    if key not in _known:
        settings = params.filters
        made = _Prepared(
            replacements(
                whitespace=settings["uniform_whitespace"].enabled, punctuation=settings["unicode_punctuation"].enabled
            ),
            dropping(settings["incorrect_substrings"], settings["long_words"]),
            lists(params, HASH_BITS),
            runs(params),
        )
        _known[key] = ref(params, lambda _: _known.pop(key, None)), made
    return _known[key][1]


def _task(params: LangParams, profile: Profile, longest: int) -> Task:
    """What texts of at most so many bytes are measured with."""
    prepared = _prepared(params)
    _, slots = passes_and_slots(longest, MOST_SLOTS)
    table = Table(
        slots=np.zeros(slots, np.uint64),
        most_slots=MOST_SLOTS,
        hash_bits=np.uint64(HASH_BITS),
        last=np.zeros(1, np.int64),
        histogram=np.zeros(FREQUENT, np.int64),
    )
    return Task(
        code_points(),
        prepared.lists,
        prepared.runs,
        table,
        run_length(params, "character_repetition"),
        run_length(params, "word_repetition"),
        profile == "fixed",
    )


def _room(offsets: Array, pieces: Pieces | None) -> Buffers:
    """Room for the longest text and its words."""
    longest = int(np.diff(offsets).max(initial=0))
    most_words = longest // 2 + 1
    if pieces is not None:
        most_words = int(np.diff(pieces.ends).max(initial=0))
        lengths = np.concatenate([[0], np.cumsum(np.diff(pieces.starts)[pieces.ids] + 1)])
        longest = max(longest, int(np.diff(lengths[pieces.ends]).max(initial=0)))
    return Buffers(
        np.empty(longest + 1, np.uint32), np.empty(most_words + 1, np.int32), np.empty(most_words, np.uint64)
    )
