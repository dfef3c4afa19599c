"""Token shards that Megatron-DeepSpeed and Megatron-LM map into memory: `<prefix>.bin` and `<prefix>.idx`.

`.bin` holds the token ids of all sequences back to back, little-endian, nothing else. `.idx` holds, little-endian:

    offset      bytes  what
    0           9      magic b"MMIDIDX\\0\\0"
    9           8      version 1, unsigned
    17          1      code of the token type: 4 int32, 8 uint16
    18          8      S, number of sequences
    26          8      D, length of the document index (documents + 1)
    34          4 S    int32 length of each sequence, in tokens
    34 + 4 S    8 S    int64 place of each sequence in `.bin`, in bytes
    34 + 12 S   8 D    int64 document index: 0, then the number of sequences up to each document's end

The header has 34 bytes, so no array after it lies where the processor would like it: readers must copy or
tolerate that. Here every document is one sequence, in the order given, and ends with the end-of-document token.
Source: `megatron/data/indexed_dataset.py` of both projects.
"""

import struct
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from pipelines import storage
from pipelines.counted import several
from pipelines.tables import Output

MAGIC = b"MMIDIDX\x00\x00"
HEADER = struct.Struct("<9sQBQQ")
"""Magic, version, code of the token type, S, D: 34 bytes."""

CODES: Mapping[int, str] = {1: "<u1", 2: "<i1", 3: "<i2", 4: "<i4", 5: "<i8", 8: "<u2"}
"""Token type of each code; 6 and 7 are floating point, on which the two projects disagree, and hold no tokens."""

SMALL_VOCABULARY = 65_500
"""A vocabulary below this is stored in 16 bits (`best_fitting_dtype` of both projects)."""

CHUNK = 4_000_000
"""Tokens looked at in one go when a shard is verified."""

_NOTHING = "no document has any token; leave out the language instead"

Integers = npt.NDArray[np.integer[Any]]


class TokensError(ValueError):
    """Tokens that cannot be written, or files that are no token shard."""


def token_dtype(vocabulary: int) -> np.dtype[Any]:
    """Type of a token id for a vocabulary of this many pieces, special tokens included.

    Megatron-DeepSpeed asks for the padded vocabulary, Megatron-LM for the tokenizer's own; a reader takes the type from
    the header. Shards here follow the padded one: for a vocabulary just below the limit the two differ.

    >>> token_dtype(8_000), token_dtype(250_680)
    (dtype('uint16'), dtype('int32'))
    """
    if vocabulary < 1:
        raise TokensError(f"a vocabulary of {vocabulary} pieces; 1 or more")
    return np.dtype("<u2" if vocabulary < SMALL_VOCABULARY else "<i4")


def write_index(
    file: BinaryIO, lengths: Sequence[int] | Integers, *, dtype: npt.DTypeLike, documents: Integers | None = None
) -> None:
    """Write an `.idx`: sequences of these lengths, in tokens, one behind the other.

    Each sequence is a document, unless `documents` gives another document index.
    """
    sizes = np.asarray(lengths, dtype=np.int64)  # [S] tokens
    if len(sizes) and (sizes.min() < 1 or sizes.max() > np.iinfo(np.int32).max):
        raise TokensError(f"a sequence of {sizes.min()} to {sizes.max()} tokens; 1 to 2,147,483,647 fit")
    kind = np.dtype(dtype)
    places = (np.cumsum(sizes) - sizes) * kind.itemsize  # [S] bytes
    index = np.arange(len(sizes) + 1) if documents is None else documents  # [D] sequences
    file.write(HEADER.pack(MAGIC, 1, _code(kind), len(sizes), len(index)))
    for values, layout in ((sizes, "<i4"), (places, "<i8"), (index, "<i8")):
        file.write(np.ascontiguousarray(values, dtype=layout).tobytes())


class TokenWriter:
    """Appends documents to an open `.bin`."""

    def __init__(self, file: BinaryIO, dtype: np.dtype[Any], *, end_token: int) -> None:
        self._file = file
        self._dtype = dtype
        self._end = np.array([end_token], dtype=dtype)
        self.lengths = array("i")  # int32 tokens of each document, its end token included

    def add(self, tokens: Integers | Sequence[int]) -> bool:
        """Append a document: its tokens and, behind them, the end-of-document token, which the caller leaves out.

        A document without tokens is skipped, as Megatron's own tool does; then the answer is False.
        """
        ids = np.asarray(tokens)
        return bool(self.add_all(ids, np.array([ids.size]))[0])

    def add_all(self, tokens: Integers, lengths: Integers) -> npt.NDArray[np.bool_]:
        """Append documents of these lengths whose tokens, [tokens], lie one behind the other; see `add`.

        Says which of them were not skipped, [documents].
        """
        there = lengths > 0
        if not there.any():
            return there
        limits = np.iinfo(self._dtype)
        if tokens.min() < 0 or tokens.max() > limits.max:
            raise TokensError(f"token ids from {tokens.min()} to {tokens.max()}; {self._dtype} holds 0 to {limits.max}")
        sizes = lengths[there]
        self._file.write(np.insert(tokens.astype(self._dtype), np.cumsum(sizes), self._end[0]).data)
        self.lengths.frombytes((sizes + 1).astype(np.int32).tobytes())
        return there


@contextmanager
def writing(
    prefix: str, *, dtype: npt.DTypeLike, end_token: int, part: bool = False
) -> Iterator[tuple[TokenWriter, list[Output]]]:
    """Open a token shard for writing; `.bin` and, last, `.idx` are in place once the block has ended without error.

    The list then holds what was written, `.bin` first; rows are sequences. Memory: four bytes a document. A shard
    needs a document; a `part`, which `merge` will join to others, may be without.
    """
    outputs: list[Output] = []
    with storage.writing(f"{prefix}.bin") as target:
        writer = TokenWriter(target.file, np.dtype(dtype), end_token=end_token)
        yield writer, outputs
        if not writer.lengths and not part:
            raise TokensError(f"{prefix}: {_NOTHING}")
    name = f"{prefix}.bin".rsplit("/", 1)[-1]
    outputs.append(Output(name, len(writer.lengths), target.written.bytes, target.written.sha256))
    outputs.append(_save_index(prefix, np.array(writer.lengths, dtype=np.int64), dtype=np.dtype(dtype)))


@dataclass(frozen=True, eq=False)
class Piece:
    """Documents `start` up to `stop` of a token shard."""

    index: "Index"
    start: int
    stop: int

    @property
    def sequences(self) -> slice:
        """Its sequences among those of the shard."""
        return slice(int(self.index.documents[self.start]), int(self.index.documents[self.stop]))

    @property
    def lengths(self) -> Integers:
        """Tokens of each of its sequences, [sequences] int32."""
        return self.index.lengths[self.sequences]

    @property
    def documents(self) -> Integers:
        """Its sequences up to each document's end, [documents + 1] int64; the first is 0."""
        ends: Integers = self.index.documents[self.start : self.stop + 1]
        begun: Integers = np.subtract(ends, ends[0])
        return begun

    def tokens(self) -> Iterator[Integers]:
        """Its tokens, `CHUNK` at a time."""
        first = int(self.index.lengths[: self.sequences.start].sum(dtype=np.int64))
        last = first + int(self.lengths.sum(dtype=np.int64))
        for start in range(first, last, CHUNK):
            yield self.index.part(start, min(start + CHUNK, last))


def merge(prefixes: Sequence[str], prefix: str) -> list[Output]:
    """Join token shards of one type into one, in the order given; returns what was written, `.bin` first."""
    parts = [Index.read(part) for part in prefixes]
    return assemble([Piece(part, 0, len(part.documents) - 1) for part in parts], prefix)


def assemble(pieces: Sequence[Piece], prefix: str) -> list[Output]:
    """Write pieces of token shards of one type as one, in the order given; returns what was written, `.bin` first."""
    kinds = sorted({str(piece.index.dtype) for piece in pieces})
    if len(kinds) != 1:
        found = " and ".join(kinds) if kinds else "no shards"
        raise TokensError(f"{prefix}: {found} to join; give shards made with one tokenizer")
    sizes = np.concatenate([piece.lengths for piece in pieces])
    if not len(sizes):
        raise TokensError(f"{prefix}: {_NOTHING}")
    with storage.writing(f"{prefix}.bin") as target:
        for piece in pieces:
            for tokens in piece.tokens():
                target.file.write(tokens.data)
    starts = np.cumsum([0, *(len(piece.lengths) for piece in pieces[:-1])])
    shifted = [piece.documents[1:] + start for piece, start in zip(pieces, starts, strict=True)]
    documents = np.concatenate([np.zeros(1, np.int64), *shifted])
    name = f"{prefix}.bin".rsplit("/", 1)[-1]
    written = Output(name, len(sizes), target.written.bytes, target.written.sha256)
    return [written, _save_index(prefix, sizes, dtype=pieces[0].index.dtype, documents=documents)]


@dataclass(frozen=True, eq=False)
class Index:
    """A token shard to read from: what its `.idx` says, and its tokens, mapped into memory on a local disk."""

    prefix: str
    dtype: np.dtype[Any]
    lengths: Integers  # [S] int32 tokens of each sequence
    places: Integers  # [S] int64 bytes into .bin
    documents: Integers  # [D] int64 sequences up to each document's end; the first is 0

    @classmethod
    def read(cls, prefix: str) -> "Index":
        """Read `<prefix>.idx`. Header and size are checked here, everything else by `verify`."""
        path = f"{prefix}.idx"
        data = _mapped(path)
        if data is None or len(data) < HEADER.size:
            raise TokensError(f"{path}: {'not there' if data is None else 'no header'}; tokenize the language again")
        magic, version, code, sequences, documents = HEADER.unpack(data[: HEADER.size].tobytes())
        if magic != MAGIC or version != 1 or code not in CODES:
            raise TokensError(
                f"{path}: magic {magic!r}, version {version}, type {code}; "
                f"{MAGIC!r}, 1 and one of {list(CODES)} expected"
            )
        ends = [HEADER.size + size for size in (4 * sequences, 12 * sequences, 12 * sequences + 8 * documents)]
        if len(data) != ends[2]:
            raise TokensError(
                f"{path}: {len(data)} bytes, {ends[2]} expected for {several(sequences, 'sequence')} "
                f"and a document index of {documents}"
            )
        # Copies: the arrays do not lie at multiples of their item size.
        lengths = np.frombuffer(data[HEADER.size : ends[0]].tobytes(), "<i4")
        places = np.frombuffer(data[ends[0] : ends[1]].tobytes(), "<i8")
        return cls(prefix, np.dtype(CODES[code]), lengths, places, np.frombuffer(data[ends[1] :].tobytes(), "<i8"))

    def __len__(self) -> int:
        return len(self.lengths)

    @cached_property
    def tokens(self) -> Integers:
        """All token ids of the shard; on a local disk a view that reads what is looked at."""
        data = _mapped(f"{self.prefix}.bin")
        if data is None:
            raise TokensError(f"{self.prefix}.bin: not there; tokenize the language again")
        return data[: len(data) - len(data) % self.dtype.itemsize].view(self.dtype)

    def part(self, start: int, stop: int) -> Integers:
        """Tokens `start` up to `stop`; no more than these are read, wherever the shard lies."""
        size, path = self.dtype.itemsize, f"{self.prefix}.bin"
        if is_local(path) or not start < stop:
            return self.tokens[start:stop] if start < stop else np.zeros(0, self.dtype)
        fs, inner = storage.filesystem(path)
        return np.frombuffer(fs.cat_file(inner, start=start * size, end=stop * size), self.dtype)

    def sequence(self, number: int) -> Integers:
        """Token ids of one sequence, its end-of-document token included."""
        start = int(self.places[number]) // self.dtype.itemsize
        return self.tokens[start : start + int(self.lengths[number])]


def verify(
    prefix: str,
    vocabulary: int | None,
    *,
    end_token: int | None,
    documents: int | None = None,
    padded: int | None = None,
) -> list[str]:
    """Everything that is wrong with a token shard, in plain words; nothing when it is sound.

    Checked: header, sizes, at least one sequence, the document index from 0 up to S without falling, lengths above
    0, places equal to the running sum of lengths, the size of `.bin`, ids below `vocabulary`, the end token at the
    end of every document and nowhere else, and, when given, the number of documents. The type of the tokens follows
    from the padded vocabulary, where there is one (see `token_dtype`). What is None is not known and not checked.
    """
    try:
        index = Index.read(prefix)
    except TokensError as error:
        return [str(error)]
    found = _index_faults(index, documents)
    size_of = vocabulary if padded is None else padded
    if size_of is not None and index.dtype != token_dtype(size_of):
        found.append(f"tokens are {index.dtype}, {token_dtype(size_of)} expected for {size_of} pieces")
    size = storage.size(f"{prefix}.bin")
    expected = int(index.lengths.sum(dtype=np.int64)) * index.dtype.itemsize
    if size != expected:
        return [*found, f".bin is {'not there' if size is None else f'{size} bytes'}, {expected} bytes expected"]
    # Without a sound index there is no saying where documents end.
    return found or _token_faults(index, vocabulary, end_token=end_token)


def _index_faults(index: Index, documents: int | None) -> list[str]:
    """What is wrong with an index by itself."""
    lengths, places, ends = index.lengths, index.places, index.documents
    if not len(lengths) or not len(ends):
        return [f"{several(len(lengths), 'sequence')} and a document index of {len(ends)}; each needs at least one"]
    expected = np.concatenate(([0], np.cumsum(lengths[:-1], dtype=np.int64))) * index.dtype.itemsize
    count = len(ends) - 1
    checks = {
        f"the document index starts at {ends[0]}, 0 expected": ends[0] != 0,
        "the document index falls": bool((np.diff(ends) < 0).any()),
        f"the document index ends at {ends[-1]}, {len(lengths)} expected": ends[-1] != len(lengths),
        "a sequence has no tokens": bool((lengths < 1).any()),
        "the places are not the running sum of the lengths": not np.array_equal(places, expected),
        f"{several(count, 'document')}, {documents} expected": documents not in (None, count),
    }
    return [fault for fault, wrong in checks.items() if wrong]


def _token_faults(index: Index, vocabulary: int | None, *, end_token: int | None) -> list[str]:
    """What is wrong with the tokens of a shard whose index is sound; looks at a chunk at a time."""
    running = np.concatenate(([0], np.cumsum(index.lengths, dtype=np.int64)))  # [S + 1] tokens
    ends = np.unique(running[index.documents])[1:] - 1  # place of each document's last token
    most = vocabulary or np.iinfo(index.dtype).max + 1
    low, high, missing, extra = 0, 0, 0, 0
    for start in range(0, int(running[-1]), CHUNK):
        chunk = index.part(start, min(start + CHUNK, int(running[-1])))
        low, high = min(low, int(chunk.min())), max(high, int(chunk.max()))
        if end_token is not None:
            found = np.flatnonzero(chunk == end_token) + start
            wanted = ends[np.searchsorted(ends, start) : np.searchsorted(ends, start + len(chunk))]
            missing += len(np.setdiff1d(wanted, found, assume_unique=True))
            extra += len(np.setdiff1d(found, wanted, assume_unique=True))
    do = "does" if missing == 1 else "do"
    checks = {
        f"token ids from {low} to {high}, 0 to {most - 1} expected": low < 0 or high >= most,
        f"{several(missing, 'document')} {do} not end with the token {end_token}": missing > 0,
        f"the token {end_token} stands {several(extra, 'time')} inside a document": extra > 0,
    }
    return [fault for fault, wrong in checks.items() if wrong]


def _save_index(prefix: str, lengths: Integers, *, dtype: np.dtype[Any], documents: Integers | None = None) -> Output:
    """Write `<prefix>.idx`, whole or not at all."""
    with storage.writing(f"{prefix}.idx") as target:
        write_index(target.file, lengths, dtype=dtype, documents=documents)
    name = f"{prefix}.idx".rsplit("/", 1)[-1]
    return Output(name, len(lengths), target.written.bytes, target.written.sha256)


def _code(dtype: np.dtype[Any]) -> int:
    """Code of a token type."""
    for code, kind in CODES.items():
        if dtype == np.dtype(kind):
            return code
    raise TokensError(f"tokens of type {dtype}; one of {', '.join(np.dtype(kind).name for kind in CODES.values())}")


def _mapped(path: str) -> npt.NDArray[np.uint8] | None:
    """The bytes of a file, mapped into memory on a local disk, read elsewhere; None when it is not there."""
    size = storage.size(path)
    if size is None:
        return None
    if size and is_local(path):
        return np.memmap(storage.filesystem(path)[1], np.uint8, "r")
    return np.frombuffer(storage.read_bytes(path), np.uint8)


def is_local(path: str) -> bool:
    """Whether a file lies on a local disk, so that it can be mapped into memory."""
    from fsspec.implementations.local import LocalFileSystem

    return isinstance(storage.filesystem(path)[0], LocalFileSystem)
