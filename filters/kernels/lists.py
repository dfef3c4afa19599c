"""Word lists as kernels search them: the stop words and the flagged words of a language in one table of hashes."""

from collections.abc import Set
from typing import NamedTuple

import numpy as np

from filters.kernels.compiled import Array, Int, compiled, constant, inner
from filters.kernels.repetition import BASE, ONE, mixed
from filters.kernels.tables import starts
from lang_params.params import LangParams

STOPWORD, FLAGGED = 1, 2

SIEVE_WORDS = 1 << 10
"""64 bits each: 8 KiB, which stay in the processor's first cache. It tells of most words that no list has them."""

SIEVE, BIT, LAST_BIT = np.uint64(54), np.uint64(48), np.uint64(63)
"""The upper 10 bits of a hash choose a word of the sieve, the next 6 a bit of it."""


class Lists(NamedTuple):
    """Entries and where to find them: open addressing, compared code point by code point on a hit."""

    codes: Array  # [code points] uint32, entries one after the other
    starts: Array  # [entries + 1] int32
    flags: Array  # [entries] uint8, STOPWORD | FLAGGED
    slots: Array  # [power of 2] int32, number of an entry from 1; 0 is free
    sieve: Array  # [SIEVE_WORDS] uint64, one bit set for the hash of each entry
    longest: int  # code points of the longest entry; -1 where there are none
    powers: Array  # [longest + 1] uint64, BASE to the power of the index
    hash_bits: Int  # bits of a hash that are used. uint64


class Runs(NamedTuple):
    """words_augmentation: which runs of words are looked up beside the words."""

    sizes: Array  # [any] int32
    join: Array  # [code points] uint32
    join_hash: Int  # uint64


def lists(params: LangParams, hash_bits: int) -> Lists:
    """Both lists of a language, prepared; a language without lists has an empty table."""
    stopwords: Set[str] = params.stopwords or frozenset()
    flagged: Set[str] = params.flagged_words or frozenset()
    entries = sorted(stopwords | flagged)
    flags = [STOPWORD * (entry in stopwords) | FLAGGED * (entry in flagged) for entry in entries]
    size = 1 << (4 * len(entries) | 15).bit_length()
    longest = max(map(len, entries), default=-1)
    powers = np.array([pow(int(BASE), exponent, 1 << 64) for exponent in range(longest + 1)], np.uint64)
    found = Lists(
        code_points("".join(entries)),
        starts(entries),
        np.array(flags, np.uint8),
        np.zeros(size, np.int32),
        np.zeros(SIEVE_WORDS, np.uint64),
        longest,
        powers,
        np.uint64(hash_bits),
    )
    fill(found)
    return found


def runs(params: LangParams) -> Runs:
    """What words_augmentation adds in a language; nothing where it is switched off."""
    setting = params.filters["words_augmentation"]
    join = code_points(setting.join)
    sizes = np.array(setting.sizes if setting.enabled else (), np.int32)
    return Runs(sizes, join, np.uint64(hash_of(join, 0, len(join))))


def code_points(text: str) -> Array:
    """The code points of a text. uint32"""
    return constant(np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32))


@compiled
def hash_of(codes: Array, start: Int, end: Int) -> Int:
    """The polynomial hash of some code points. uint64"""
    value = np.uint64(0)
    for at in range(start, end):
        value = value * BASE + np.uint64(codes[at])
    return value


@compiled
def fill(lists: Lists) -> None:
    """Put the entries into the slots, and the upper half of their hashes into the sieve."""
    _, _, flags, slots, sieve, _, _, hash_bits = lists
    for entry in range(len(flags)):
        value = mixed(hash_of(lists.codes, lists.starts[entry], lists.starts[entry + 1]), hash_bits)
        sieve[value >> SIEVE] |= ONE << (value >> BIT & LAST_BIT)
        slot = np.int64(value) & (len(slots) - 1)
        while slots[slot]:
            slot = (slot + 1) & (len(slots) - 1)
        slots[slot] = entry + 1


@inner
def count_listed(codes: Array, starts: Array, hashes: Array, words: Int, lists: Lists, runs: Runs) -> tuple[Int, Int]:
    """Stop words and flagged words among the words and their runs."""
    stop, flagged = _count_words(codes, starts, hashes, words, lists)
    for which in range(len(runs.sizes)):
        size = np.int64(runs.sizes[which])
        more_stop, more_flagged = _count_runs(codes, starts, hashes, words, size, lists, runs)
        stop += more_stop
        flagged += more_flagged
    return stop, flagged


@inner
def _count_words(codes: Array, starts: Array, hashes: Array, words: Int, lists: Lists) -> tuple[Int, Int]:
    """Stop words and flagged words among the words."""
    # Arrays are taken out of their tuples outside of the loop: each time, numba counts one more user of the array.
    entries, begins, flags, slots, sieve, longest, _, hash_bits = lists
    stop, flagged = 0, 0
    for word in range(words):
        start = np.int64(starts[word])
        length = starts[word + 1] - 1 - start
        value = mixed(hashes[word], hash_bits)
        if length > longest or not _may_be_listed(sieve, value):
            continue
        slot = np.int64(value) & (len(slots) - 1)
        while slots[slot]:
            entry = slots[slot] - 1
            begin = np.int64(begins[entry])
            if begins[entry + 1] - begin == length and _equal(codes, start, entries, begin, length):
                stop += flags[entry] & STOPWORD
                flagged += flags[entry] >> 1
                break
            slot = (slot + 1) & (len(slots) - 1)
    return stop, flagged


@inner
def _count_runs(
    codes: Array, starts: Array, hashes: Array, words: Int, size: Int, lists: Lists, runs: Runs
) -> tuple[Int, Int]:
    """Stop words and flagged words among the runs of so many neighbouring words."""
    entries, begins, flags, slots, sieve, longest, powers, hash_bits = lists
    _, join, join_hash = runs
    stop, flagged = 0, 0
    for word in range(words - size + 1):
        length = np.int64(starts[word + size]) - starts[word] - size + len(join) * (size - 1)
        if length > longest:
            continue
        value = mixed(_hash_of_run(starts, hashes, word, size, powers, len(join), join_hash), hash_bits)
        if not _may_be_listed(sieve, value):
            continue
        slot = np.int64(value) & (len(slots) - 1)
        while slots[slot]:
            entry = slots[slot] - 1
            begin = np.int64(begins[entry])
            if begins[entry + 1] - begin == length and _is_run(codes, starts, word, size, entries, begin, join):
                stop += flags[entry] & STOPWORD
                flagged += flags[entry] >> 1
                break
            slot = (slot + 1) & (len(slots) - 1)
    return stop, flagged


@inner
def _may_be_listed(sieve: Array, value: Int) -> bool:
    """Whether the sieve lets a mixed hash through: always if an entry has it, seldom if none has."""
    return bool(sieve[value >> SIEVE] >> (value >> BIT & LAST_BIT) & ONE != 0)


@inner
def _equal(one: Array, start: Int, other: Array, begin: Int, length: Int) -> bool:
    """Whether runs of two arrays are equal."""
    for at in range(length):
        if one[start + at] != other[begin + at]:
            return False
    return True


@inner
def _hash_of_run(starts: Array, hashes: Array, word: Int, size: Int, powers: Array, join: Int, join_hash: Int) -> Int:
    """The hash of some neighbouring words, joined by something of `join` code points. uint64"""
    value = hashes[word]
    for other in range(word + 1, word + size):
        value = value * powers[join] + join_hash
        value = value * powers[starts[other + 1] - 1 - starts[other]] + hashes[other]
    return value


@inner
def _is_run(codes: Array, starts: Array, word: Int, size: Int, entries: Array, begin: Int, join: Array) -> bool:
    """Whether an entry is these neighbouring words, joined; it is as long as they are."""
    for other in range(word, word + size):
        if other > word:
            if not _equal(join, 0, entries, begin, len(join)):
                return False
            begin += len(join)
        length = np.int64(starts[other + 1]) - 1 - starts[other]
        if not _equal(codes, starts[other], entries, begin, length):
            return False
        begin += length
    return True
