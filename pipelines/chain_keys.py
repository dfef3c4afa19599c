"""What the documents of one shard leave for a step that looks at their whole source: hashes, by partition.

Text travels only where the step needs it: of segments that are joined, and of the lines of a sample. A document's
`position` is the number of its shard in the source and its row there, so that positions are in the order of the source.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from filters.cleaning import TAKES_EMPTIED
from filters.cleaning_documents import Document, described
from filters.cleaning_duplicates import KEYS
from filters.cleaning_segments import segment
from filters.cleaning_templates import SAMPLE, TEMPLATES, rank, stripped_lines
from pipelines import hashes

SHARD_ROWS = 2**40
"""Positions of one shard."""

GROUP_BYTES, GROUP_ROWS = 32_000_000, 500_000
"""What is held before it is written: about this many bytes, or rows."""

_HASH = [pa.field("high", pa.uint64()), pa.field("low", pa.uint64())]

COUNTED = pa.schema([*_HASH, pa.field("count", pa.int64())])
"""Lines by their hash, and how often they stand in the shard."""

RANKED = pa.schema(_HASH)
"""The ranks of the pages that may be in the sample."""

LINES = pa.schema([*_HASH, ("page_high", pa.uint64()), ("page_low", pa.uint64()), ("line", pa.string())])
"""The lines of the pages of a sample, each once a page, with the hash of the page's text."""

PAGES = "pages"
"""The partition that has one row for each page of the sample, with an empty line."""

EQUAL = pa.schema([*_HASH, pa.field("position", pa.int64()), pa.field("id", pa.binary(16))])
"""Documents by the hash of what makes them equal to others."""

SEGMENTS = pa.schema([*EQUAL, ("name", pa.string()), ("digits", pa.string()), ("text", pa.string())])
"""Segments by the hash of the transcript's name."""


class Row(NamedTuple):
    """A document of a shard at its position; of a lost one that still counts, the text is empty."""

    position: int
    document: Document


def schema(step: str) -> pa.Schema:
    """The schema of what documents leave for a step."""
    if step in TEMPLATES:
        return COUNTED
    if step in KEYS:
        return EQUAL
    return RANKED if step == "dedup_seed_lines" else SEGMENTS


def rows(batch: pa.RecordBatch, step: str, first: int) -> Iterator[Row]:
    """The documents of a batch that a step looks at, the first at this position."""
    reads_meta = step.startswith(("dedup_document_on_url", "concatenate"))
    names = ("id", "text", "url", "lost", "emptied", "meta", "source_id")
    columns = [batch.column(name).to_pylist() for name in names]
    for place, (id, text, url, lost, emptied, meta, own) in enumerate(zip(*columns, strict=True), start=first):
        counts = emptied and step in TAKES_EMPTIED
        if lost is None or counts:
            seen = described(meta, own) if reads_meta else {}
            yield Row(place, Document(id, "" if counts else text, seen, url))


def left(batch: pa.RecordBatch, step: str, first: int) -> pa.Table:
    """What the documents of a batch leave for a step."""
    return _LEFT.get(step, _counted)(batch, step, first)


def _counted(batch: pa.RecordBatch, step: str, first: int) -> pa.Table:
    least = TEMPLATES[step].length
    digests = bytearray()
    emptied = batch.column("emptied").to_pylist()
    for text, lost, empty in zip(
        batch.column("text").to_pylist(), batch.column("lost").to_pylist(), emptied, strict=True
    ):
        if lost is None or empty:
            for line in stripped_lines("" if empty else text):
                if len(line) >= least:
                    digests += hashes.digest(line.encode())
    found = hashes.array(digests)
    return _sums(found, np.ones(len(found), dtype=np.int64))


def _sums(found: hashes.Hashes, counts: Any) -> pa.Table:
    found, counts = hashes.summed(found, counts)
    return pa.table({"high": found[:, 0], "low": found[:, 1], "count": counts}, schema=COUNTED)


def _equal(batch: pa.RecordBatch, step: str, first: int) -> pa.Table:
    digests = bytearray()
    positions, ids = [], []
    for row in rows(batch, step, first):
        key = KEYS[step](row.document)
        if key is not None:
            digests += hashes.digest(key.encode("utf-8", "surrogatepass"))
            positions.append(row.position)
            ids.append(bytes.fromhex(row.document.id))
    found = hashes.array(digests)
    columns = {"high": found[:, 0], "low": found[:, 1], "position": positions, "id": ids}
    return pa.table(columns, schema=EQUAL)


def _segments(batch: pa.RecordBatch, step: str, first: int) -> pa.Table:
    found: list[dict[str, Any]] = []
    for row in rows(batch, step, first):
        parts = segment(row.document.meta)
        if parts is not None:
            name, _, digits = parts
            [[high, low]] = hashes.array(hashes.digest(name.encode("utf-8", "surrogatepass"))).tolist()
            found.append(
                {
                    "high": high,
                    "low": low,
                    "position": row.position,
                    "id": bytes.fromhex(row.document.id),
                    "name": json.dumps(name),
                    "digits": digits,
                    "text": row.document.text,
                }
            )
    return pa.Table.from_pylist(found, schema=SEGMENTS)


def _ranked(batch: pa.RecordBatch, step: str, first: int) -> pa.Table:
    found = hashes.array(b"".join(rank(row.document.id) for row in rows(batch, step, first)))
    return pa.table({"high": found[:, 0], "low": found[:, 1]}, schema=RANKED)


def lines(batch: pa.RecordBatch, last: tuple[int, int]) -> tuple[pa.Table, pa.Table]:
    """The lines of the pages of a batch that are in the sample, those whose rank is not after `last`; and the pages."""
    digests, pages, whole, texts = bytearray(), bytearray(), bytearray(), []
    for row in rows(batch, "dedup_seed_lines", 0):
        [[high, low]] = hashes.array(rank(row.document.id)).tolist()
        if (high, low) <= last:
            page = hashes.digest(row.document.text.encode())
            whole += page
            for line in set(stripped_lines(row.document.text)):
                digests += hashes.digest(line.encode())
                pages += page
                texts.append(line)
    seen = hashes.array(whole)
    return _lines(hashes.array(digests), hashes.array(pages), texts), _lines(seen, seen, [""] * len(seen))


def _lines(found: hashes.Hashes, pages: hashes.Hashes, texts: list[str]) -> pa.Table:
    columns = {"high": found[:, 0], "low": found[:, 1], "page_high": pages[:, 0], "page_low": pages[:, 1]}
    return pa.table({**columns, "line": texts}, schema=LINES)


_LEFT: dict[str, Callable[[pa.RecordBatch, str, int], pa.Table]] = {
    **dict.fromkeys(KEYS, _equal),
    "concatenate_lm_fr_ester": _segments,
    "dedup_seed_lines": _ranked,
}


class Groups:
    """Holds what batches leave until it is worth writing, and splits it by partition."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._held: list[pa.Table] = []
        self._rows = self._bytes = 0

    def add(self, table: pa.Table) -> Iterator[dict[str, pa.Table]]:
        """Take in a table; gives the group that is full, if one is."""
        self._held.append(table)
        self._rows += table.num_rows
        self._bytes += table.nbytes
        if self._rows > GROUP_ROWS or self._bytes > GROUP_BYTES:
            yield from self.rest()

    def rest(self) -> Iterator[dict[str, pa.Table]]:
        """What is held, as a group: tables by partition."""
        whole = _smaller(pa.concat_tables(self._held)) if self._rows else None
        self._held, self._rows, self._bytes = [], 0, 0
        if whole is not None:
            yield _split(whole, self._partitions)


def _smaller(table: pa.Table) -> pa.Table:
    """A group without what another row of it says too, or what cannot matter any more."""
    found = hashes.together(table.column("high"), table.column("low"))
    if table.schema == COUNTED:
        return _sums(found, table.column("count").to_numpy())
    if table.schema == RANKED:
        return table.take(pa.array(hashes.order(found)[:SAMPLE]))
    return table


def _split(table: pa.Table, partitions: int) -> dict[str, pa.Table]:
    if partitions == 1 or table.schema == RANKED:
        return {"0": table}
    parts = (table.column("high").to_numpy() % np.uint64(partitions)).astype(np.int64)
    return {str(part): table.filter(pa.array(parts == part)) for part in np.unique(parts)}
