"""Token shards made of others: joined, split, or without some documents. Nothing is encoded again.

Documents keep their order and stay whole; the side index and the manifest follow. Shards are joined only when they were
made with one tokenizer. Those that another tool wrote have no manifest: they are joined and split by their type alone.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import storage, tables
from roots import layouts, megatron, side_index
from roots.megatron import Index, Piece, TokensError
from roots.side_index import ENDING
from roots.token_shards import facts
from roots.verify import watching
from roots.verify_tokens import manifest_of

VERSION = 1
"""Of what is made of the same shards."""

TEXT = "_text_document"
"""What ends the name of a shard; a number stands before it."""

NEW = ".without"
"""Beside shards: those that are to take their place."""

_SAME = ("tokenizer", "vocabulary", "padded", "end", "dtype")
"""What the manifests of shards that are joined agree in."""


@dataclass(frozen=True)
class Made:
    """A shard that was written: its prefix, and how many documents and tokens it has."""

    prefix: str
    documents: int
    tokens: int


@dataclass(frozen=True)
class Dropped:
    """What was dropped of a shard: how many documents, of how many."""

    prefix: str
    documents: int
    of: int


def merge(prefixes: Sequence[str], output: str) -> Made:
    """Join shards into one, in the order given. Raises TokensError when they were made with different tokenizers."""
    _free(output)
    pieces = [Piece(index, 0, len(index.documents) - 1) for index in map(Index.read, prefixes)]
    _check_same(prefixes)
    with _moving("joining", pieces) as done:
        made = _write(pieces, output, output)
        done(sum(_bytes(piece) for piece in pieces))
    return made


def split(prefix: str, output: str, *, tokens: int | None = None, size: int | None = None) -> list[Made]:
    """Cut a shard into shards of at most so many tokens, or bytes of `.bin`, at the ends of documents.

    A document that is longer is a shard by itself. `numbered` says what the shards are called.
    """
    index = Index.read(prefix)
    most = tokens if tokens is not None else (size or 0) // index.dtype.itemsize
    if most < 1:
        raise TokensError(f"{prefix}: shards of {most} tokens; 1 or more")
    running = np.concatenate(([0], np.cumsum(index.lengths, dtype=np.int64)))[index.documents]  # [documents + 1]
    cuts = [0]
    while cuts[-1] < len(running) - 1:
        fits = int(np.searchsorted(running, running[cuts[-1]] + most, side="right")) - 1
        cuts.append(max(fits, cuts[-1] + 1))
    targets = [numbered(output, number, len(cuts) - 1) for number in range(len(cuts) - 1)]
    for target in targets:
        _free(target)
    pieces = [Piece(index, start, stop) for start, stop in pairwise(cuts)]
    made = []
    with _moving("splitting", pieces) as done:
        for piece, target in zip(pieces, targets, strict=True):
            made.append(_write([piece], target, target))
            done(_bytes(piece))
    return made


def numbered(prefix: str, number: int, count: int) -> str:
    """The prefix of a shard among those that one was split into.

    >>> numbered("tokens/yo_text_document", 1, 3)
    'tokens/yo-00001-of-00003_text_document'
    """
    ending = TEXT if prefix.endswith(TEXT) else ""
    return f"{prefix.removesuffix(TEXT)}-{number:05d}-of-{count:05d}{ending}"


def drop(prefixes: Sequence[str], ids: Sequence[str]) -> list[Dropped]:
    """Write shards anew without the documents of these ids; a shard that holds none of them is not touched.

    The new shard takes the place of the old one when it is whole; a run that was killed in between goes on. A shard of
    which nothing is left is removed.
    """
    for prefix in prefixes:
        _go_on(prefix)
    indexes = {prefix: Index.read(prefix) for prefix in prefixes}
    for prefix in prefixes:
        if manifest_of(prefix) is None or storage.size(f"{prefix}{ENDING}") is None:
            raise TokensError(f"{prefix}: without {ENDING} and a manifest beside it nobody knows its documents by ids")
    wanted = pa.array(sorted(set(ids)), pa.string())
    found = []
    for prefix, index in indexes.items():
        batches = tables.batches(f"{prefix}{ENDING}", ["id"])
        gone = np.concatenate(
            [pc.is_in(batch.column("id"), value_set=wanted).to_numpy(zero_copy_only=False) for batch in batches]
        )
        found.append(Dropped(prefix, int(gone.sum()), len(index)))
        if gone.all():
            _remove(prefix)
        elif gone.any():
            pieces = _left(index, gone)
            with _moving("writing", pieces) as done:
                _write(pieces, prefix, _new(prefix))
                done(sum(_bytes(piece) for piece in pieces))
            _go_on(prefix)
    return found


def read_ids(file: str) -> list[str]:
    """Ids of documents from a file: one a line, or lines of JSON with an `id`, as in a recipe's removals.

    Raises TokensError when a line names none.
    """
    try:
        lines = storage.read_bytes(file).decode().split("\n")
    except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
        raise TokensError(f"{file}: is no text file; give one with an id in each line") from None
    found = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        try:
            identity = json.loads(text)["id"] if text.startswith("{") else text
        except (ValueError, KeyError):
            raise TokensError(f"{file}: line {number}: names no id, and others need roots build") from None
        found.append(str(identity))
    if not found:
        raise TokensError(f"{file}: holds no id")
    return found


def _left(index: Index, gone: "np.typing.NDArray[np.bool_]") -> list[Piece]:
    """The documents that stay, those side by side as one piece."""
    edges = np.flatnonzero(np.diff(np.concatenate(([True], gone, [True])).astype(np.int8)))
    return [Piece(index, int(start), int(stop)) for start, stop in edges.reshape(-1, 2)]


def _write(pieces: Sequence[Piece], prefix: str, target: str) -> Made:
    """Write pieces as the shard at `target`, whose manifest says what is to stand at `prefix`."""
    outputs = megatron.assemble(pieces, target)
    lengths = sum(int(piece.lengths.sum(dtype=np.int64)) for piece in pieces)
    documents = sum(piece.stop - piece.start for piece in pieces)
    says = [manifest_of(each) for each in dict.fromkeys(piece.index.prefix for piece in pieces)]
    whole = [each for each in says if each is not None]
    if len(whole) == len(says):
        rows = (
            batch
            for piece in pieces
            for batch in side_index.part(f"{piece.index.prefix}{ENDING}", piece.sequences.start, piece.sequences.stop)
        )
        ids, counts = side_index.write(f"{target}{ENDING}", rows)
        names = [name for name in layouts.LAYOUTS if all(name in each["layouts"] for each in whole)]
        more = layouts.add(target, names)
        storage.write_json(
            f"{target}.json",
            {
                "key": storage.fingerprint([VERSION, outputs[0].sha256, ids.sha256]),
                **facts(counts, {}),
                **{key: whole[0][key] for key in (*_SAME, "end_token")},
                "made_with": whole[0]["made_with"]
                if all(e["made_with"] == whole[0]["made_with"] for e in whole)
                else [],
                "layouts": names,
                "files": [output.record() for output in (*outputs, ids, *more)],
            },
        )
    return Made(prefix, documents, lengths)


def _same(says: Sequence[Mapping[str, Any]], key: str) -> bool:
    return all(each[key] == says[0][key] for each in says)


def _check_same(prefixes: Sequence[str]) -> None:
    """Refuse shards of which some have no manifest, or whose manifests say that different tokenizers made them."""
    says = {prefix: manifest_of(prefix) for prefix in prefixes}
    known = {prefix: each for prefix, each in says.items() if each is not None}
    if known and len(known) < len(says):
        without = next(prefix for prefix, each in says.items() if each is None)
        raise TokensError(f"{without}.json: not there or no manifest, so nobody knows its tokenizer; join it apart")
    for prefix, each in known.items():
        first, says_first = next(iter(known.items()))
        one, other = (entry["tokenizer"]["sha256"][:12] for entry in (says_first, each))
        if one != other:
            raise TokensError(
                f"{prefix}: made with the tokenizer {other}, {first} with {one} (SHA-256); join shards of one tokenizer"
            )
        for key in _SAME[1:]:
            if says_first[key] != each[key]:
                one, other = _shown(says_first[key]), _shown(each[key])
                raise TokensError(f"{prefix}: {key} {other}, but {one} in {first}; join shards that agree in it")


def _shown(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _free(prefix: str) -> None:
    for ending in (".bin", ".idx"):
        if storage.size(f"{prefix}{ending}") is not None:
            raise TokensError(f"{prefix}{ending}: is there already; choose another --output")


def _new(prefix: str) -> str:
    folder, _, name = prefix.rpartition("/")
    return storage.join(folder or ".", NEW, name)


def _go_on(prefix: str) -> None:
    """Put the shard that is whole beside the one at `prefix` in its place, if there is one."""
    new = _new(prefix)
    manifest = storage.read_json(f"{new}.json")
    if manifest is not None:
        storage.remove(f"{prefix}.json")
        for file in manifest["files"]:
            if storage.size(storage.join(new, "..", file["file"])) is not None:
                storage.move(storage.join(new, "..", file["file"]), storage.join(prefix, "..", file["file"]))
        storage.write_json(f"{prefix}.json", manifest)
        storage.remove(f"{new}.json")
    folder = storage.join(new, "..")
    if not storage.names(folder):
        storage.remove(folder)


def _remove(prefix: str) -> None:
    """Remove a shard, its manifest first."""
    files = (manifest_of(prefix) or {"files": []})["files"]
    storage.remove(f"{prefix}.json")
    for file in files:
        storage.remove(storage.join(prefix, "..", file["file"]))


def _bytes(piece: Piece) -> int:
    return int(piece.lengths.sum(dtype=np.int64)) * piece.index.dtype.itemsize


@contextmanager
def _moving(what: str, pieces: Sequence[Piece]) -> Iterator[Any]:
    with watching(what, sum(map(_bytes, pieces))) as advance:
        yield advance
