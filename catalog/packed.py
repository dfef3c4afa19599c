"""Packed copies: what is read in the place of a file that cannot be cut, such as one gzip member or one row group.

A copy holds the same stream in zstd frames that each begin with a line or record, or the same rows in record batches of
an Arrow file. Where its frames and batches begin is returned: records keep the offsets that they have in the file.
"""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from catalog.streams import Damage, Part, pieces

LEVEL = 1
"""The zstd level of copies, which are read once."""

BATCH_ROWS = 512
"""Rows of a record batch of a copy, at most."""


def pack_lines(handle: BinaryIO, name: str, step: int, out: BinaryIO) -> tuple[list[Part], str]:
    """Pack compressed lines in frames of about `step` bytes of the file; where they begin, but for the first.

    With that comes the damage that the file ends in, "" for none.
    """
    frames = _Frames(out)
    starts: list[Part] = []
    total = last = 0
    handle.seek(0)
    try:
        for piece in pieces(handle, name):
            found = piece.find(b"\n") + 1 if handle.tell() - last >= step else 0
            if found:
                frames.add(piece[:found])
                starts.append(Part(start=frames.next(), first=total + found, packed=True))
                last = handle.tell()
            frames.add(piece[found:])
            total += len(piece)
    except Damage as damage:
        return starts, str(damage)
    finally:
        frames.next()
    return starts, ""


def pack_archive(handle: BinaryIO, step: int, out: BinaryIO) -> list[Part]:
    """Pack the records of a WARC file that is one gzip member; where frames begin, but for the first.

    Nothing for another archive or a broken one, for its records have other offsets.
    """
    from catalog.warc import captures

    places: list[int] = []
    last = 0
    handle.seek(0)
    for capture in captures(handle):
        if capture.place:
            return []
        if capture.offset and handle.tell() - last >= step:
            places.append(-capture.offset)
            last = handle.tell()
    frames = _Frames(out)
    starts: list[Part] = []
    try:
        for place, piece in _split(handle, places):
            if place is not None:
                starts.append(Part(start=frames.next(), first=place, packed=True))
            frames.add(piece)
    except Damage:
        return []
    frames.next()
    return starts


def _split(handle: BinaryIO, places: Sequence[int]) -> Iterator[tuple[int | None, bytes]]:
    """The pieces of a gzip member, cut at these places, with each place before its piece."""
    waiting = list(reversed(places))
    total = 0
    handle.seek(0)
    for piece in pieces(handle, ".gz"):
        done, place = 0, None
        while waiting and waiting[-1] < total + len(piece):
            yield place, piece[done : waiting[-1] - total]
            place = waiting.pop()
            done = place - total
        yield place, piece[done:]
        total += len(piece)


def pack_table(handle: BinaryIO, name: str, step: int, out: BinaryIO) -> list[Part]:
    """Pack the rows of a Parquet file or an Arrow stream; where stretches of about `step` of its bytes begin.

    Nothing where the file is broken, or holds what an Arrow file cannot.
    """
    import pyarrow as pa

    from catalog.tables import FAULTS, Watched, all_batches

    watched = Watched(handle)
    starts: list[Part] = []
    row = number = held = 0
    writer: Any = None
    options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=LEVEL), use_threads=False)
    try:
        for batch, share in all_batches(watched, name):
            writer = writer or pa.ipc.new_file(out, batch.schema, options=options)
            for first in range(0, batch.num_rows, BATCH_ROWS):
                if held >= step:
                    starts.append(Part(start=number, first=row, packed=True))
                    held = 0
                few = batch.slice(first, BATCH_ROWS)
                writer.write_batch(few)
                number += 1
                row += few.num_rows
                held += share * few.num_rows // batch.num_rows
    except FAULTS as error:
        watched.blame(error)
        starts = []
    finally:
        if writer is not None:
            writer.close()
    return starts


class _Frames:
    """Writes zstd frames one after the other."""

    def __init__(self, out: BinaryIO) -> None:
        import zstandard

        self._compressor = zstandard.ZstdCompressor(level=LEVEL)
        self._frame: Any = self._compressor.compressobj()
        self._out = out
        self._written = 0

    def add(self, data: bytes) -> None:
        """Write to the frame that is open."""
        self._written += self._out.write(self._frame.compress(data))

    def next(self) -> int:
        """Close the frame that is open; where the next one begins."""
        self._written += self._out.write(self._frame.flush())
        self._frame = self._compressor.compressobj()
        return self._written
