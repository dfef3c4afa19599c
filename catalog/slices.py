"""Slices: where a large file can be cut, so that every record is read by just one of many workers.

A record belongs to the part that holds its first byte. However a file is cut, its parts one after the other give the
records, offsets and faults of the whole file: cuts stand only where a reader of the whole passes in the same state.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

from catalog import packed
from catalog.streams import PIECE, Damage, Part, pieces
from catalog.warc import GZIP_MAGIC, captures, members

LONG = 2
"""How many times the size of a slice a stretch without a place to cut may be; after a longer one the file is packed."""


@dataclass(frozen=True)
class Index:
    """Where a file is cut. `packed` says why a copy is cut in its place; `whole`, why nothing can be cut.

    Without parts the file is read whole.
    """

    parts: tuple[Part, ...] = ()
    packed: str = ""
    whole: str = ""


def index(handle: BinaryIO, name: str, size: int, out: Callable[[], BinaryIO]) -> Index:
    """Cut a file that is longer than `size` bytes into parts of about that many stored bytes, and of one length.

    Where it cannot be cut, it is packed anew into `out()`, which is not called otherwise.
    """
    length = handle.seek(0, 2)
    handle.seek(0)
    step = -(-length // -(-length // size)) if length else size
    lower = name.lower()
    if lower.endswith(".jsonl"):
        found = parts(_line_cuts(handle, step, length))
        return Index(found, whole="" if found else "has no line to cut at")
    if lower.endswith((".warc", ".warc.gz", ".warc.wet", ".warc.wet.gz")):
        return _archive(handle, step, out)
    if lower.endswith((".parquet", ".arrow")):
        return _table(handle, lower, step, out)
    cuts = _member_cuts(handle, name, step)
    if cuts is not None:
        return Index(parts(cuts))
    why = f"has no {'gzip member' if lower.endswith('.gz') else 'zstd frame'} to cut at"
    starts, fault = packed.pack_lines(handle, name, step, out())
    if not starts:
        return Index(whole=why)
    *others, last = parts(starts)
    return Index((*others, replace(last, fault=fault)), packed=why)


def parts(cuts: Sequence[Part], *, rows: bool = False) -> tuple[Part, ...]:
    """Parts that begin at the start of a file and at each cut, and end where the next begins; none without cuts.

    Parts of tables end at the number of a row group or batch, others at an offset.
    """
    begun = [Part(packed=any(cut.packed for cut in cuts)), *cuts]
    ended = [replace(part, end=after.start if rows else after.first) for part, after in zip(begun, cuts, strict=False)]
    return (*ended, begun[-1]) if cuts else ()


def _line_cuts(handle: BinaryIO, step: int, length: int) -> list[Part]:
    """Cuts of uncompressed lines: the first line that starts at or after each multiple of `step`."""
    cuts: list[Part] = []
    for nominal in range(step, length, step):
        if cuts and cuts[-1].first >= nominal:
            continue
        handle.seek(nominal - 1)
        place = nominal - 1
        for piece in iter(lambda: handle.read(2**16), b""):
            found = piece.find(b"\n")
            if found >= 0:
                place += found + 1
                cuts.append(Part(start=place, first=place))
                break
            place += len(piece)
        else:
            break
    return [cut for cut in cuts if cut.first < length]


def _member_cuts(handle: BinaryIO, name: str, step: int) -> list[Part] | None:
    """Cuts of compressed lines: the first line that starts in or after a gzip member or zstd frame, `step` bytes apart.

    None when there is too long a stretch without a member, or none to cut at. After a damage there are no cuts.
    """
    cuts: list[Part] = []
    noted: list[int] = []
    waiting: tuple[int, int] | None = None
    total = last = 0
    after = b"\n"
    try:
        for piece in pieces(handle, name, note=noted.append):
            if noted:
                waiting = (noted[-1], total)
                noted.clear()
            if waiting and waiting[0] - last >= step:
                place, start = waiting
                begins = total == start and after == b"\n"
                found = 0 if begins else piece.find(b"\n") + 1
                first = total + found
                if (begins or found) and first > (cuts[-1].first if cuts else 0):
                    cuts.append(Part(start=place, skip=first - start, first=first))
                    last, waiting = place, None
            if handle.tell() - last > LONG * step + PIECE:
                return None
            total += len(piece)
            after = piece[-1:]
    except Damage:
        pass
    return cuts or None


def _table(handle: BinaryIO, name: str, step: int, out: Callable[[], BinaryIO]) -> Index:
    """Cut a table at row groups or record batches; one without, or an Arrow stream, is packed."""
    from catalog.tables import index_arrow, index_parquet

    is_parquet = name.endswith(".parquet")
    cuts = index_parquet(handle, step, LONG * step) if is_parquet else index_arrow(handle, step)
    if cuts:
        return Index(parts(cuts, rows=True))
    why = f"has no {'row group' if is_parquet else 'record batch'} to cut at"
    starts = packed.pack_table(handle, name, step, out())
    return Index(parts(starts, rows=True), packed=why) if starts else Index(whole=why)


def _archive(handle: BinaryIO, step: int, out: Callable[[], BinaryIO]) -> Index:
    """Cut an archive at gzip members, or at records where it is plain; one that is a single member is packed."""
    cuts: list[Part] = []
    last = count = 0
    gzipped = handle.read(len(GZIP_MAGIC)) == GZIP_MAGIC
    handle.seek(0)
    for place in _sound(handle) if gzipped else (capture.place for capture in captures(handle)):
        count += 1
        if place - last >= step:
            cuts.append(Part(start=place, first=place))
            last = place
    if cuts:
        return Index(parts(cuts))
    starts = packed.pack_archive(handle, step, out()) if gzipped and count == 1 else []
    why = f"has no {'gzip member' if gzipped else 'record'} to cut at"
    return Index(parts(starts), packed=why) if starts else Index(whole=why)


def _sound(handle: BinaryIO) -> Iterator[int]:
    """Places of the gzip members at which a part of an archive may begin."""
    for member in members(handle, Part()):
        if member.window is not None:
            while member.window.fill(1):
                member.window.drop(len(member.window.buffer))
            if member.sound:
                yield member.place
