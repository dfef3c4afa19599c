"""What is fuzzed: the three readers, and what must be true of whatever they give."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import strategies as st

from catalog import catalogue, oscar, oscar_parts, pseudo_crawl, slices, wet
from catalog.extraction_child import MODULES
from catalog.record import Record, batches
from catalog.sources import entry_for_files
from catalog.streams import Part
from catalog.warc import captures
from tests.fuzz import files
from tests.fuzz.changes import CHANGES, changed

Example = tuple[str, tuple[bytes, ...]]
"""The name of a file, and its content; of two files where they are read together."""

OTHER = entry_for_files([], None)
OSCAR = replace(OTHER, kind="oscar")
ARCHIVES = {
    f"{name}.warc": replace(OTHER, kind="pseudo_crawl", data=replace(OTHER.data, extractor=name)) for name in MODULES
}
"""By the name of the file: pages are read with every extractor."""


class Broken(AssertionError):
    """A record that no reader may give."""


@dataclass(frozen=True)
class Reader:
    """A reader under test: what it begins with, how an example of it is made, and how one is read."""

    examples: st.SearchStrategy[Example]
    read: Callable[[str, tuple[bytes, ...]], Iterator[Record]]


def _packed(draw: st.DrawFn) -> Example:
    """Lines that are changed before they are compressed, or after."""
    parts = draw(st.sampled_from(files.lines()))
    suffix = draw(st.sampled_from(tuple(files.PACKERS)))
    inside, outside = draw(CHANGES), draw(st.just([]) | CHANGES)
    done = tuple(changed(files.PACKERS[suffix](changed(part, inside)), outside) for part in parts)
    return f"{'pair' if len(parts) > 1 else draw(st.sampled_from(('catalogue', 'oscar')))}.jsonl{suffix}", done


def _archived(draw: st.DrawFn) -> Example:
    (data,) = draw(st.sampled_from(files.archives()))
    name = draw(st.sampled_from((*ARCHIVES, "x.warc.wet")))
    return name, (changed(data, draw(CHANGES)),)


def _tabular(draw: st.DrawFn) -> Example:
    (data,) = draw(st.sampled_from(files.tables()))
    name = draw(st.sampled_from(("catalogue", "oscar")))
    return f"{name}.{'parquet' if data.startswith(b'PAR1') else 'arrow'}", (changed(data, draw(CHANGES)),)


def _read_lines(name: str, parts: tuple[bytes, ...]) -> Iterator[Record]:
    if len(parts) > 1:
        handles = io.BytesIO(parts[0]), io.BytesIO(parts[1])
        return oscar_parts.records(OSCAR, handles, (name, name.replace(".jsonl", ".txt")))
    return _read_tables(name, parts)


def _read_archive(name: str, parts: tuple[bytes, ...]) -> Iterator[Record]:
    if name.endswith(wet.SUFFIXES):
        return wet.records(OTHER, io.BytesIO(parts[0]), name)
    return pseudo_crawl.records(ARCHIVES[name], io.BytesIO(parts[0]), name)


def _read_tables(name: str, parts: tuple[bytes, ...]) -> Iterator[Record]:
    return iter(_rows(name, parts[0], None))


READERS = {
    "lines": Reader(st.composite(_packed)(), _read_lines),
    "archives": Reader(st.composite(_archived)(), _read_archive),
    "tables": Reader(st.composite(_tabular)(), _read_tables),
}
"""JSON lines with OSCAR's schemas, web archives with the extraction of pages, Parquet and Arrow."""


def check(reader: Reader, name: str, parts: tuple[bytes, ...]) -> tuple[int, int]:
    """Read an example. Returns how many documents and how many other records it held; raises Broken, or whatever a
    reader lets through."""
    found = list(reader.read(name, parts))
    lost = 0
    for record in found:
        lost += record.lost is not None
        if (record.lost is None) != (record.reason is None):
            raise Broken("a lost record without a reason, or a reason without a lost record")
        if len(record.signals) > 32 or any(len(signal) > 60 for signal in record.signals):
            raise Broken("signals over their limits")
    if len({record.offset for record in found}) != len(found):
        raise Broken("two records of one offset")
    for batch in batches(found, "fuzz", name):
        batch.validate(full=True)
    if len(parts) == 1:
        _cut(name, parts[0], found)
    return len(found) - lost, lost


def _cut(name: str, data: bytes, whole: Sequence[Record]) -> None:
    """The parts of a file, one after the other, hold the records of the whole. Pages are not extracted again."""
    copy = io.BytesIO()
    index = slices.index(io.BytesIO(data), name, max(1, len(data) // 3), lambda: copy)
    read = _captures if name.endswith(".warc") else _rows
    expected = read(name, data, None) if name.endswith(".warc") else list(whole)
    parts = [read(name, copy.getvalue() if part.packed else data, part) for part in index.parts]
    if parts and [record for part in parts for record in part] != expected:
        raise Broken("the parts of a file are not the whole")


def _rows(name: str, data: bytes, part: Part | None) -> list[Any]:
    if name.endswith(wet.SUFFIXES):
        return list(wet.records(OTHER, io.BytesIO(data), name, part))
    entry, read = (OSCAR, oscar.records) if name.startswith("oscar") else (OTHER, catalogue.records)
    return list(read(entry, io.BytesIO(data), name, part))


def _captures(name: str, data: bytes, part: Part | None) -> list[Any]:
    return list(captures(io.BytesIO(data), part))
