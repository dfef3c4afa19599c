"""The six measures of many texts: the kernels of `filters.measures.measure_text`."""

from typing import NamedTuple

import numpy as np

from filters.kernels.compiled import Array, Int, compiled, inner
from filters.kernels.cutting import count_words, cut, lay_out
from filters.kernels.decoding import decode, lower_uneven
from filters.kernels.lists import Lists, Runs, count_listed
from filters.kernels.repetition import Table, character_repetition, word_repetition
from filters.kernels.tables import CASE_BOUND, UNEVEN, Characters


class Task(NamedTuple):
    """What is measured with."""

    characters: Characters
    lists: Lists
    runs: Runs
    table: Table
    character_run: int  # n of character_repetition
    word_run: int  # n of word_repetition
    fixed: bool  # profile "fixed", else "roots-2022-03"


class Buffers(NamedTuple):
    """Room for one text after the other."""

    codes: Array  # [bytes of the longest text + 1, and what its pieces need] uint32
    starts: Array  # [words + 1] int32
    hashes: Array  # [words] uint64


class Pieces(NamedTuple):
    """Words of texts that were cut by a model: numbers of pieces, and what each piece is as a word."""

    ids: Array  # [pieces of all texts] int32
    ends: Array  # [texts + 1] int64
    codes: Array  # [code points] uint32, the words one after the other
    starts: Array  # [vocabulary + 1] int32


class Found(NamedTuple):
    """The measures, one row for each text."""

    number_words: Array  # [texts] int64
    character_repetition: Array  # [texts] float64, and so the others
    word_repetition: Array
    special_characters: Array
    stopwords: Array
    flagged_words: Array


@compiled
def measure_all(data: Array, offsets: Array, task: Task, buffers: Buffers, found: Found) -> None:
    """Measure texts whose words are separated by spaces. data: [bytes] uint8; offsets: [texts + 1] int32."""
    kinds, lower = task.characters
    codes, starts, hashes = buffers
    for text in range(len(offsets) - 1):
        start, end = np.int64(offsets[text]), np.int64(offsets[text + 1])
        length, seen = _measure_characters(data, start, end, task, codes, found, text)
        cased = count_words(codes, length, kinds) if seen & CASE_BOUND else -1
        if seen & UNEVEN:
            length = lower_uneven(codes, length, end - start, kinds, lower)
        words = cut(codes, length, kinds, lower, starts, hashes)
        _measure_words(words, task, buffers, found, text)
        if cased >= 0:
            found.number_words[text] = cased


@compiled
def measure_pieces(data: Array, offsets: Array, pieces: Pieces, task: Task, buffers: Buffers, found: Found) -> None:
    """Measure texts whose words are given as pieces of a model."""
    codes, starts, hashes = buffers
    for text in range(len(offsets) - 1):
        _measure_characters(data, np.int64(offsets[text]), np.int64(offsets[text + 1]), task, codes, found, text)
        ids = pieces.ids[pieces.ends[text] : pieces.ends[text + 1]]
        words = lay_out(ids, pieces.codes, pieces.starts, codes, starts, hashes)
        _measure_words(words, task, buffers, found, text)


@inner
def _measure_characters(
    data: Array, start: Int, end: Int, task: Task, codes: Array, found: Found, text: Int
) -> tuple[Int, Int]:
    """The two measures that look at characters; the text's length in code points, and their kinds."""
    length, special, seen = decode(data, start, end, task.characters.kinds, codes)
    found.special_characters[text] = special / max(length, 1)
    found.character_repetition[text] = character_repetition(codes, length, task.character_run, task.fixed, task.table)
    return length, seen


@inner
def _measure_words(words: Int, task: Task, buffers: Buffers, found: Found, text: Int) -> None:
    """The four measures that look at words, which lie in the buffers."""
    codes, starts, hashes = buffers
    found.number_words[text] = words
    found.word_repetition[text] = word_repetition(codes, starts, hashes, words, task.word_run, task.table)
    stop, flagged = count_listed(codes, starts, hashes, words, task.lists, task.runs)
    found.stopwords[text] = min(stop / max(words, 1), 1.0)
    found.flagged_words[text] = min(flagged / max(words, 1), 1.0)
