"""Token shards as a trainer reads them: mapped into memory, in packed sequences of one length, shuffled by a formula.

A shard of T tokens gives K = ⌊(T - 1) / n⌋ sequences of n + 1 tokens. Sequence k begins at token k n and shares its
last token with the next, so every token but a shard's first is predicted once (what Megatron does as well). Sequences
go over the ends of documents, whose last token marks them, and never over the end of a shard; up to n tokens at a
shard's end are not read.

With N sequences in all shards, step s of training reads

    epoch e = ⌊s / N⌋,    sequence π_e(s mod N)

where π_e is a permutation of 0 … N - 1 that depends on the seed and the epoch alone: a Feistel network of four rounds
over the smallest even number of bits that holds N, walked on until it comes out below N. Nothing is drawn and nothing
is stored, so any process can begin at any step, and the same step is always the same text. Shares of languages are
the mix's to decide; the reader takes what is there.

Source of walking on: J. Black and P. Rogaway, Ciphers with Arbitrary Finite Domains (2002), section 3.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipelines import storage, tables
from pipelines.splitmix import scrambled
from roots.megatron import Index, Integers, TokensError

if TYPE_CHECKING:
    import torch.utils.data

ROUNDS = 4
"""Of the Feistel network: from four on it is a pseudorandom permutation (M. Luby and C. Rackoff 1988)."""

ENDING = "_text_document.idx"
"""How the index of every shard in a folder of tokens ends."""

Unsigned = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Span:
    """A part of a sequence: tokens `start` up to `end` of it are of the document `id` of `source`."""

    start: int
    end: int
    id: str
    source: str


@dataclass(frozen=True)
class Dataset:
    """Packed sequences of `length` tokens from the shards at `prefixes`, in the order of `seed`.

    Rows number the sequences as they lie, from 0 to `len(dataset) - 1`; steps number them as they are read, without
    end. Only paths are pickled, so it may be handed to the processes of a loader. Raises TokensError when a shard is
    not there, or when none holds a sequence of this length.
    """

    prefixes: tuple[str, ...]
    length: int
    seed: int = 42

    def __post_init__(self) -> None:
        if self.length < 1:
            raise TokensError(f"sequences of {self.length} tokens; 1 or more")
        if not len(self):
            found = sum(len(shard.tokens) for shard in self._shards)
            raise TokensError(
                f"{len(self.prefixes)} shards of {found:,} tokens hold no sequence of {self.length:,} and one more; "
                "choose a smaller length"
            )

    def __len__(self) -> int:
        """How many sequences there are: those of an epoch."""
        return int(self._ends[-1]) if len(self._ends) else 0

    def __getitem__(self, row: int) -> Integers:
        """Token ids of a sequence as it lies, [length + 1]: all but the last are input, all but the first what follows.

        A view of the mapped file, of the type of the shard; not to be written to.
        """
        shard, start = self._place(row)
        return self._shards[shard].tokens[start : start + self.length + 1]

    def __reduce__(self) -> tuple[Any, ...]:
        return Dataset, (self.prefixes, self.length, self.seed)

    def row(self, step: int) -> int:
        """The sequence that a step reads."""
        epoch, place = divmod(step, len(self))
        return int(shuffled(np.array([place], np.uint64), len(self), (self.seed, epoch))[0])

    def at(self, step: int) -> Integers:
        """Token ids that a step reads, [length + 1]."""
        return self[self.row(step)]

    def batches(self, size: int, *, start: int = 0, rank: int = 0, ranks: int = 1) -> Iterator[npt.NDArray[np.int64]]:
        """Batches without end, [size, length + 1] each, from the batch `start` on: where a run that stopped goes on.

        Of `ranks` processes that train together, each is given its own `rank` and batches that no other is given: batch
        b of rank r holds the steps (b ranks + r) size up to that plus size.
        """
        if size < 1 or start < 0 or not 0 <= rank < ranks:
            raise TokensError(f"batches of {size} from {start}, rank {rank} of {ranks}; 1 or more, 0 or more, below")
        batch = start
        while True:
            first = (batch * ranks + rank) * size
            yield np.stack([self.at(step) for step in range(first, first + size)]).astype(np.int64)
            batch += 1

    def origin(self, row: int) -> list[Span]:
        """Which documents a sequence holds, by the table beside its shard; a document's end token is part of it."""
        number, first = self._place(row)
        shard, stop = self._shards[number], first + self.length + 1
        size = shard.dtype.itemsize
        # Documents are the shard's sequences: each has a row in the table.
        low = int(np.searchsorted(shard.places, first * size, side="right")) - 1
        high = int(np.searchsorted(shard.places, stop * size, side="left"))
        begins = np.maximum(shard.places[low:high] // size, first) - first
        ends = np.append(begins[1:], self.length + 1)
        documents = _rows(f"{self.prefixes[number]}.ids.parquet", low, high)
        return [
            Span(int(begin), int(end), document["id"], document["source"])
            for begin, end, document in zip(begins, ends, documents, strict=True)
        ]

    def _place(self, row: int) -> tuple[int, int]:
        """The shard of a sequence, and its first token there."""
        if not 0 <= row < len(self):
            raise IndexError(f"sequence {row}; there are {len(self)}, from 0 on")
        shard = int(np.searchsorted(self._ends, row, side="right"))
        before = int(self._ends[shard - 1]) if shard else 0
        return shard, (row - before) * self.length

    @cached_property
    def _shards(self) -> list[Index]:
        return [Index.read(prefix) for prefix in self.prefixes]

    @cached_property
    def _ends(self) -> npt.NDArray[np.int64]:
        """[shards] how many sequences there are up to the end of each shard."""
        return np.cumsum([max(0, len(shard.tokens) - 1) // self.length for shard in self._shards], dtype=np.int64)


def open_dataset(folder: str, length: int, *, seed: int = 42, names: Sequence[str] | None = None) -> Dataset:
    """The dataset of a folder of tokens: all its training shards, or those named, such as "yo" or "yo_validation".

    Shards that hold documents kept for validation are only in it when they are named.
    """
    there = sorted(name.removesuffix(ENDING) for name in storage.names(folder) if name.endswith(ENDING))
    chosen = [name for name in there if not name.endswith("_validation")] if names is None else list(names)
    missing = sorted(set(chosen) - set(there))
    if missing or not chosen:
        what = f"no shard {missing[0]!r}" if missing else "no shards"
        raise TokensError(f"{folder}: {what}; there are: {', '.join(there) or 'none'}; roots tokenize writes them")
    return Dataset(tuple(storage.join(folder, f"{name}_text_document") for name in chosen), length, seed)


def for_torch(dataset: Dataset) -> "torch.utils.data.Dataset[Any]":
    """The dataset as torch's loader takes it: item s is what step s of the first epoch reads, [length + 1] int64.

    The loader itself need not shuffle. To go on at a step, give `torch.utils.data.Subset` the steps that are left.
    """
    import torch
    from torch.utils.data import Dataset as TorchDataset

    class Steps(TorchDataset[Any]):  # type: ignore[misc, unused-ignore]
        """What each step reads."""

        def __len__(self) -> int:
            return len(dataset)

        def __getitem__(self, step: int) -> Any:
            if not 0 <= step < len(dataset):
                raise IndexError(step)
            return torch.from_numpy(dataset.at(step).astype(np.int64))

        def __reduce__(self) -> tuple[Any, ...]:
            return for_torch, (dataset,)

    return Steps()


def shuffled(places: Unsigned, size: int, key: tuple[int, int]) -> Unsigned:
    """Where each of these places in 0 … size - 1 comes to stand: a permutation for every key (seed, epoch).

    >>> sorted(shuffled(np.arange(5, dtype=np.uint64), 5, (42, 0)).tolist())
    [0, 1, 2, 3, 4]
    """
    half = max(1, ((size - 1).bit_length() + 1) // 2)
    keys = [_mixed(np.array([_word(number) for number in (*key, turn)], np.uint64)) for turn in range(ROUNDS)]
    found = _network(places, half, keys)
    while (outside := found >= size).any():
        found[outside] = _network(found[outside], half, keys)
    return found


def _rows(path: str, low: int, high: int) -> list[dict[str, Any]]:
    """Rows `low` up to `high` of a table beside a shard; only the row groups that hold them are read."""
    ends = np.cumsum(tables.group_rows(path), dtype=np.int64)
    groups = range(int(np.searchsorted(ends, low, side="right")), int(np.searchsorted(ends, high, side="left")) + 1)
    found = [row for batch in tables.batches(path, ["id", "source"], groups=groups) for row in batch.to_pylist()]
    start = low - (int(ends[groups[0] - 1]) if groups[0] else 0)
    return found[start : start + high - low]


def _network(places: Unsigned, half: int, keys: Sequence[np.uint64]) -> Unsigned:
    """A Feistel network over 2 `half` bits: each round adds a hash of one half to the other, and they change places."""
    mask = np.uint64((1 << half) - 1)
    left, right = places >> np.uint64(half), places & mask
    for key in keys:
        left, right = right, left ^ (scrambled(right ^ key) & mask)
    return (left << np.uint64(half)) | right


def _word(number: int) -> int:
    """A number as 64 bits."""
    return number & (2**64 - 1)


def _mixed(numbers: Unsigned) -> np.uint64:
    """One hash of some numbers, their order counted."""
    found = np.zeros(1, np.uint64)
    for number in numbers:
        found = scrambled(found ^ number)
    return np.uint64(found[0])
