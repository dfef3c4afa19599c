"""Contamination: how much of an item of a benchmark a text holds, word for word.

An item is one or more fields of text: a question, its answers. Its grams are the runs of `n` units (`filters.units`) in
its fields; a field of fewer units, but of SHORTEST at least, is one gram, all of it. What is shorter says nothing, and
is not looked for: an item of such fields alone is too short. The share of an item that a text holds is that of its
grams that stand in the text; a text is contaminated when it holds at least a stated share of any item.

- `n` is 13 for GPT-3 (Brown et al. 2020, appendix C), which dropped a text for a single run; 8 for PaLM (Chowdhery et
  al. 2022, section 8), after which the shortest field has its length; 12 for datatrove.
- The share is half for Tülu 3 (Lambert et al. 2024), where single texts are compared with single items as they are
  here. PaLM's 70 % counts what stands anywhere in a corpus. A single run is too little: whoever quotes what an item
  quotes has it. Much more than half misses copies with a changed word, which takes `n` grams: of a question of 40 words
  13 of 28.

What is translated or reworded is not found. Where items hold passages of public texts, those texts are contaminated:
name the fields to look for.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.minhash import spelled
from filters.signing import MinHash
from filters.units import units

N = 13
"""Units of a gram."""

SHARE = 0.5
"""Of an item's grams, in [0, 1]."""

SHORTEST = 8
"""Units of the shortest field that is looked for."""

BYTES_FOR_A_GRAM = 64
"""Of memory, for each place where a gram stands in an item, while an index is made or loaded."""

Gram = tuple[int, ...]
"""The numbers of its units: what Unicode holds equal has the same (`filters.minhash.spelled`)."""
Places = npt.NDArray[np.int64]


def grams(fields: Sequence[str], n: int = N) -> set[Gram]:
    """The grams of an item; none where it is too short.

    >>> len(grams(["Ta ni ó kọ ìwé tí a ń pè ní Ògbójú Ọdẹ nínú Igbó Irúnmọlẹ̀?", "Fágúnwà"]))
    3
    >>> grams(["Ẹ káàbọ̀!", "我们去哪里看小山羊"]) == grams(["“我们去哪里看小山羊？”"])
    True
    """
    found: set[Gram] = set()
    for field in fields:
        each = _spelled(field)
        size = n if len(each) >= n else len(each)
        if size >= min(n, SHORTEST):
            found |= {tuple(each[at : at + size]) for at in range(len(each) - size + 1)}
    return found


def share(text: str, item: Collection[Gram]) -> float:
    """Share of an item's grams that stand in a text, in [0, 1]; 0 of an item without any.

    >>> item = grams(["one two three four five six seven eight", "9 10 11 12 13 14 15 16"])
    >>> share("He said: One, two, three, four, five, six, seven, eight!", item)
    0.5
    """
    each = _spelled(text)
    runs = {tuple(each[at : at + len(gram)]) for gram in item for at in range(len(each) - len(gram) + 1)}
    return len(runs.intersection(item)) / max(len(item), 1)


def _spelled(text: str) -> list[int]:
    return [spelled(unit) for unit in units(text)]


class Hits(NamedTuple):
    """What texts hold of items: of each text and benchmark at most one item, the one it holds the largest share of."""

    texts: Places  # [hits] the number of the text
    items: Places  # [hits] the number of the item in the index
    shares: npt.NDArray[np.float64]  # [hits] in [0, 1]


class Occurrences(NamedTuple):
    """Grams one by one, as they stand in items."""

    hashes: npt.NDArray[np.uint64]
    sizes: npt.NDArray[np.int32]  # units of the gram
    items: npt.NDArray[np.int32]  # the number of the item


@dataclass(frozen=True)
class Index:
    """The grams of items, by hash. The items that have gram k are items[starts[k]:starts[k + 1]]."""

    hashes: npt.NDArray[np.uint64]  # [grams], ascending and distinct
    sizes: npt.NDArray[np.int32]  # [grams] units of each
    starts: Places  # [grams + 1]
    items: npt.NDArray[np.int32]  # [occurrences]
    lengths: npt.NDArray[np.int32]  # [items] number of grams
    benchmarks: npt.NDArray[np.int32]  # [items] number of the benchmark

    @classmethod
    def of(cls, found: Occurrences, benchmarks: Sequence[int]) -> "Index":
        """The index of grams, and of the benchmark of each item. What stands twice in an item counts once."""
        order = np.lexsort((found.items, found.hashes))
        hashes, sizes, items = found.hashes[order], found.sizes[order], found.items[order]
        new = np.ones(len(hashes), np.bool_)
        new[1:] = (hashes[1:] != hashes[:-1]) | (items[1:] != items[:-1])
        hashes, sizes, items = hashes[new], sizes[new], items[new]
        first = np.ones(len(hashes), np.bool_)
        first[1:] = hashes[1:] != hashes[:-1]
        starts = np.append(np.flatnonzero(first), len(hashes)).astype(np.int64)
        lengths = np.bincount(items, minlength=len(benchmarks)).astype(np.int32)
        return cls(hashes[first], sizes[first], starts, items, lengths, np.asarray(benchmarks, np.int32))

    def occurrences(self) -> Occurrences:
        """What the index was made of, in order and without what stood twice."""
        times = np.diff(self.starts)
        return Occurrences(np.repeat(self.hashes, times), np.repeat(self.sizes, times), self.items)

    def hits(self, texts: pa.Array, least: float) -> Hits:
        """The items of which texts hold at least this share: of each benchmark the one they hold most of."""
        from filters.kernels.contamination import best_items

        best, shares = best_items(texts, self._prepared, int(self.benchmarks.max(initial=-1)) + 1)
        text, benchmark = np.nonzero((best >= 0) & (shares >= least))
        return Hits(text, best[text, benchmark].astype(np.int64), shares[text, benchmark])

    @cached_property
    def _prepared(self) -> Any:
        from filters.kernels.contamination import prepared

        return prepared(self)


class Items:
    """Collects the grams of items, some items at a time, for an index."""

    def __init__(self, n: int = N) -> None:
        self.n = n
        self.benchmarks: list[int] = []
        self.occurrences = 0
        self._found: list[Occurrences] = []

    def add(self, benchmark: int, items: Sequence[Sequence[str]]) -> list[bool]:
        """Take in items of a benchmark, each given as its fields; whether each is long enough to be looked for.

        Those that are get the next numbers in the index.
        """
        from filters.minhash_batch import shingle_texts

        owner = np.repeat(np.arange(len(items)), [len(fields) for fields in items])
        fields = pa.array([field for each in items for field in each], pa.string())
        long = np.zeros(len(items), np.bool_)
        held: list[Occurrences] = []
        for size in range(self.n, min(self.n, SHORTEST) - 1, -1):
            runs = shingle_texts(fields, MinHash(n=size))
            there = runs.is_valid().to_numpy(zero_copy_only=False)
            if there.any():
                long[owner[there]] = True
                who = np.repeat(owner, runs.value_lengths().fill_null(0).to_numpy()).astype(np.int32)
                held.append(Occurrences(runs.flatten().to_numpy(), np.full(len(who), size, np.int32), who))
            # What has no run of this size is shorter, so a run of the next size is all of it.
            fields, owner = fields.filter(pa.array(~there)), owner[~there]
        numbers = (np.cumsum(long) - 1 + len(self.benchmarks)).astype(np.int32)
        self._found += [found._replace(items=numbers[found.items]) for found in held]
        self.occurrences += sum(len(found.hashes) for found in held)
        self.benchmarks += [benchmark] * int(long.sum())
        return [bool(each) for each in long]

    def index(self) -> Index:
        """The index of all items that were taken in."""
        nothing = Occurrences(np.zeros(0, np.uint64), np.zeros(0, np.int32), np.zeros(0, np.int32))
        columns = zip(nothing, *self._found, strict=True)
        return Index.of(Occurrences(*(np.concatenate(column) for column in columns)), self.benchmarks)


def warm() -> None:
    """Compile the kernels, or load them from the cache: to be called in a parent process, before workers need them."""
    items = Items()
    items.add(0, [["1 2 3 4 5 6 7 8 9 10 11 12 13"]])
    items.index().hits(pa.array(["1 2 3 4 5 6 7 8 9 10 11 12 13"]), 1.0)
