"""Which documents are searched for repeated passages together, and the search of one part of them.

A part is filled with documents in the order of their rows until the next one would not fit. What is in it depends on
the documents and the settings alone. Copies that stand in different parts are not found. Only spans, sizes and ids
leave a part, never text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters import substrings
from filters.substrings import BYTES_A_BYTE, Joined, Repeats
from pipelines import exchange, tables
from pipelines.judge import Judged
from pipelines.plan import BASE
from pipelines.progress import megabytes
from pipelines.run import OptionError
from pipelines.shards import Shard
from pipelines.texts import Places, stored

BESIDE = 20_000_000
"""Bytes of memory beside the arrays of a search: the texts that are read at once, and the suffix array's buckets."""

A_TEXT = 300
"""Bytes of memory for each text of a part: its id and its place, its verdict."""

CANDIDATES = pa.schema(
    [
        pa.field("place", pa.int64()),
        pa.field("id", pa.string()),
        pa.field("scope", pa.string()),
        pa.field("bytes", pa.int64()),
    ]
)
"""The documents of a shard that take part: their place in it, what they are compared within, their size."""

SPANS = pa.schema(
    [
        pa.field("place", pa.int64()),
        pa.field("cuts", tables.LEDGER.field("cuts").type),
        pa.field("bytes_left", pa.int64()),
        pa.field("emptied", pa.bool_()),
        pa.field("duplicate_of", pa.string()),
    ]
)
"""What is found in a document: its place in the shard, the spans, the bytes of text that they leave, and whether these
are white space alone; if so, the id of the document in which its longest span begins to stand first."""


@dataclass(frozen=True)
class Settings:
    """Passages of at least `bytes` bytes of UTF-8 that stand before are cut from documents of more than `characters`
    characters (both as ROOTS had them). They are looked for inside a `scope`, "source", "language" or "all", among
    `part_bytes` bytes of text at a time."""

    bytes: int = 50
    characters: int = 6000
    part_bytes: int = 100_000_000
    scope: str = "all"


@dataclass(frozen=True)
class LookJob:
    """See which documents of one shard take part."""

    work: str
    judged: Judged
    settings: Settings
    target: str


class Piece(NamedTuple):
    """The documents of one shard that are in a part: the shard, its number, the path of its candidates, places from
    `first` to before `end`."""

    shard: Shard
    number: int
    candidates: str
    first: int
    end: int


@dataclass(frozen=True)
class Part:
    """Documents that are searched together: of which scope, how many bytes with one after each text, where they are."""

    scope: str
    bytes: int
    texts: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class SearchJob:
    """Search one part for passages of at least `least` bytes that stand before."""

    work: str
    part: Part
    least: int
    target: str


def look(job: LookJob) -> dict[str, Any]:
    """Write down which documents of a shard take part: those that are in, have enough characters, and fit into a part.

    Characters are counted in the text as it is stored. `too_large` are the documents that fit into no part.
    """
    settings = job.settings
    judged = _judged(job)
    enough = pc.and_(pc.is_null(judged["dropped_by"]), pc.greater(judged["bytes"], settings.characters))
    wanted = np.flatnonzero(enough.to_numpy())
    found: list[Places] = []
    too_large = 0
    for places, texts in stored(job.work, job.judged.shard, wanted):
        long = pc.greater(pc.utf8_length(texts), settings.characters).to_numpy(zero_copy_only=False)
        fits = pc.less(pc.binary_length(texts), settings.part_bytes).to_numpy(zero_copy_only=False)
        too_large += int((long & ~fits).sum())
        found.append(places[long & fits])
    chosen = np.concatenate(found) if found else wanted[:0]
    rows = judged.take(pa.array(chosen))
    within = {"source": job.judged.shard.source, "all": ""}
    alike = pa.array([within.get(settings.scope)] * len(chosen), pa.string())
    scope = rows["lang"].fill_null("") if settings.scope == "language" else alike
    columns = [pa.array(chosen), rows["id"], scope, rows["bytes"]]
    output = tables.write(job.target, pa.table(columns, schema=CANDIDATES))
    size = pc.sum(rows["bytes"]).as_py() or 0
    return {"documents": output.rows, "bytes": size, "too_large": too_large, "files": [output.record()]}


def _judged(job: LookJob) -> pa.Table:
    """What is known of the documents of a shard without their texts."""
    ledger = tables.read(job.judged.ledger, ["id", "dropped_by"])
    measures = tables.read(job.judged.shard.path(job.work, "measures"), ["lang", "bytes"])
    return pa.table({name: table[name] for table in (ledger, measures) for name in table.schema.names})


def fill(shards: Sequence[Shard], candidates: Sequence[str], room: int) -> list[Part]:
    """The parts of all candidates, those of one scope after the other, each of at most `room` bytes.

    Of one shard after the other only its candidates' sizes are read.
    """
    parts: list[Part] = []
    unfinished: dict[str, Part] = {}
    for number, (shard, path) in enumerate(zip(shards, candidates, strict=True)):
        rows = tables.read(path, ["place", "scope", "bytes"])
        for scope in sorted(rows["scope"].unique().to_pylist()):
            mine = rows.filter(pc.equal(rows["scope"], scope))
            places = mine["place"].to_numpy()
            ends = np.cumsum(mine["bytes"].to_numpy() + 1)
            begin = 0
            while begin < len(places):
                part = unfinished.pop(scope, Part(scope, 0, 0, ()))
                before = int(ends[begin - 1]) if begin else 0
                end = int(np.searchsorted(ends, before + room - part.bytes, side="right"))
                if end == begin:
                    parts.append(part)
                    continue
                piece = Piece(shard, number, path, int(places[begin]), int(places[end - 1]) + 1)
                size = part.bytes + int(ends[end - 1]) - before
                unfinished[scope] = Part(scope, size, part.texts + end - begin, (*part.pieces, piece))
                begin = end
    return sorted(
        [*parts, *unfinished.values()], key=lambda part: (part.scope, part.pieces[0].number, part.pieces[0].first)
    )


def memory(size: int, texts: int) -> int:
    """Bytes of memory of a worker that searches a part of so many bytes and texts."""
    return BASE + BESIDE + round(size * BYTES_A_BYTE) + texts * A_TEXT


def check_memory(parts: Sequence[Part], limit: int) -> None:
    """Refuse parts that need more memory than a worker may take: OptionError says which size of part would fit."""
    largest = max(parts, key=lambda part: memory(part.bytes, part.texts), default=None)
    if largest is None or memory(largest.bytes, largest.texts) <= limit:
        return
    fits = (limit - BASE - BESIDE) / (BYTES_A_BYTE + A_TEXT * largest.texts / largest.bytes)
    raise OptionError(
        f"--memory: of {megabytes(limit)}; to search a part of {megabytes(largest.bytes)} for repeated passages takes "
        f"{megabytes(memory(largest.bytes, largest.texts))}; give that, or part_bytes = {max(int(fits), 0)} under "
        "[substrings] in the recipe"
    )


def search(job: SearchJob) -> dict[str, Any]:
    """Find the passages of a part that stand before, and spread their spans over the shards."""
    rows = [_rows(job.part.scope, piece) for piece in job.part.pieces]
    joined = _read(job, rows)
    found = list(substrings.find(joined, job.least))
    left = {each.text: _left(joined, each) for each in found}
    ids = pa.chunked_array([chunk for table in rows for chunk in table["id"].chunks], pa.string())
    spread = exchange.write(job.target, SPANS, _groups(job.part, rows, _said(found, left, ids)))
    return {"texts": len(joined.starts) - 1, "spans": sum(len(each.spans) for each in found), **spread}


def _rows(scope: str, piece: Piece) -> pa.Table:
    inside = [("scope", "==", scope), ("place", ">=", piece.first), ("place", "<", piece.end)]
    return tables.read(piece.candidates, ["place", "id", "bytes"], where=inside)


def _read(job: SearchJob, rows: Sequence[pa.Table]) -> Joined:
    """The texts of a part in one buffer, without another copy of them all."""
    from filters.kernels.lcp import SEPARATOR
    from filters.kernels.strings import buffers

    sizes = np.concatenate([table["bytes"].to_numpy() for table in rows])
    starts = np.concatenate([[0], np.cumsum(sizes + 1)]).astype(np.int64)
    data = np.full(starts[-1], SEPARATOR, dtype=np.uint8)
    text = 0
    for piece, table in zip(job.part.pieces, rows, strict=True):
        for _, texts in stored(job.work, piece.shard, table["place"].to_numpy()):
            letters, offsets = buffers(texts)
            for begin, end in pairwise(offsets):
                data[starts[text] : starts[text + 1] - 1] = letters[begin:end]
                text += 1
    return Joined(data, starts)


def _left(joined: Joined, found: Repeats) -> tuple[int, bool]:
    """The bytes of what is left of a text, and whether it is white space alone."""
    begin, end = joined.starts[found.text], joined.starts[found.text + 1] - 1
    rest = substrings.without(joined.data[begin:end].tobytes().decode(), found.spans)
    return len(rest.encode()), not rest.strip()


def _said(found: Sequence[Repeats], left: Mapping[int, tuple[int, bool]], ids: pa.ChunkedArray) -> pa.Table:
    """What is said of each text of a part, as SPANS; the place is that in the part."""
    first_of: list[str | None] = []
    for text, spans, sources in found:
        lengths = [end - start for start, end in spans]
        source = sources[lengths.index(max(lengths))]
        known = left[text][1] and source != text and not left.get(source, (0, False))[1]
        first_of.append(ids[source].as_py() if known else None)
    borders = np.array([border for each in found for span in each.spans for border in span], np.int64).reshape(-1, 2)
    cuts = pa.StructArray.from_arrays([pa.array(borders[:, 0]), pa.array(borders[:, 1])], ["start", "end"])
    ends = np.cumsum([0, *(len(each.spans) for each in found)])
    columns = [
        pa.array([each.text for each in found], pa.int64()),
        pa.ListArray.from_arrays(pa.array(ends, pa.int32()), cuts),
        pa.array([size for size, _ in left.values()], pa.int64()),
        pa.array([emptied for _, emptied in left.values()], pa.bool_()),
        pa.array(first_of, pa.string()),
    ]
    return pa.table(columns, schema=SPANS)


def _groups(part: Part, rows: Sequence[pa.Table], said: pa.Table) -> Iterator[dict[str, pa.Table]]:
    """What is said of the texts of each shard, by its number, with their places in it."""
    texts = said["place"].to_numpy()
    first = 0
    for piece, table in zip(part.pieces, rows, strict=True):
        low, high = np.searchsorted(texts, [first, first + table.num_rows])
        if high > low:
            places = table["place"].to_numpy()[texts[low:high] - first]
            yield {str(piece.number): said.slice(low, high - low).set_column(0, SPANS.field("place"), pa.array(places))}
        first += table.num_rows
