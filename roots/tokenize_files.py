"""Tokenize a person's own files, jsonl, Parquet, Arrow and the other forms that are read, with a given tokenizer.

All files make one shard, `files_text_document`, in the order of their names, documents in the order in which they
stand. A file that is cut for several workers gives the same shard. Records without a text are counted and left out.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog.entry import Data, Entry, EntryError
from catalog.sources import Slice, entry_for_files, read
from pipelines import slices, storage
from pipelines.run import Runtime
from pipelines.task import Task, finished
from roots import layouts
from roots.folders import locked, opened
from roots.token_shards import Chosen, Planned, TokenSettings, make, old_shard, part_prefix, write_part

SOURCE = "files"
"""The uid of the source that a person's own files make up; ids are made of it."""

SHARD = f"{SOURCE}_text_document"
"""The name of the shard."""


@dataclass(frozen=True)
class Request:
    """What was asked for: files, the tokenizer, the folder to write to; which field of a record is the text."""

    files: Sequence[str]
    tokenizer: str
    output: str
    text_key: str = "text"
    settings: TokenSettings = field(default_factory=TokenSettings)


@dataclass(frozen=True)
class SliceJob:
    """Tokenize one slice of a file; `old` is the prefix of a shard to copy from, or ""."""

    chosen: Chosen
    entry: Entry
    slice: Slice
    prefix: str
    old: str


def tokenize_files(request: Request, how: Runtime) -> Mapping[str, Any]:
    """Write the shard of the files; returns its manifest and, as `lost`, records that gave no document by reason.

    Raises EntryError for files that are not there or are not read, EncoderError for the tokenizer.
    """
    for file in request.files:
        opened(file)
    entry = entry_for_files(request.files, None, uid=SOURCE, fields=Data(text=request.text_key))
    if entry.kind != "catalogue":
        raise EntryError(f"{entry.data.files[0]}: is a web archive; roots extract takes the texts out of it")
    chosen = Chosen.of(request.tokenizer, request.settings)
    output = request.output
    with locked(output, "files"):
        plan = slices.plan(output, [entry], how)[SOURCE]
        prefix = storage.join(output, SHARD)
        parts = _parts(prefix, (entry, plan), chosen)
        key = storage.fingerprint([chosen.key, request.text_key, sorted(plan.contents.items())])
        planned = Planned(prefix, key, sum(part.size for part in parts), tuple(parts))
        if finished(planned.task) is None:
            slices.pack_again(plan, plan.slices, how)
        (manifest,) = make([planned], chosen, encode_slice, how)
        slices.tidy(output, SOURCE, plan)
        _discard_layouts(output, request.settings)
    return manifest


def _parts(prefix: str, source: tuple[Entry, slices.Plan], chosen: Chosen) -> list[Task]:
    """The task of each slice of the files."""
    entry, plan = source
    old = old_shard(prefix, chosen)
    tasks = []
    for number, slice in enumerate(plan.slices):
        part = None if slice.part is None else [slice.number, slice.count, repr(slice.part)]
        content = plan.contents[slice.input.name]
        key = storage.fingerprint([chosen.state, entry.data.text, slice.input.name, content, part])
        job = SliceJob(chosen, entry, slice, part_prefix(prefix, number), old)
        tasks.append(Task(f"{job.prefix}.json", key, slice.input.size // slice.count, job))
    return tasks


def encode_slice(job: SliceJob) -> dict[str, Any]:
    """Tokenize one slice of a file."""
    lost: Counter[str] = Counter()
    said = write_part(job.prefix, job.chosen, _documents(job, lost), job.old)
    return {**said, "lost": dict(sorted(lost.items()))}


def _documents(job: SliceJob, lost: Counter[str]) -> Iterator[pa.RecordBatch]:
    """The documents of a slice; records that are none are counted by reason."""
    for batch in read(job.entry, job.slice):
        there = pc.is_null(batch.column("lost"))
        lost.update(batch.column("lost").drop_null().to_pylist())
        yield batch.select(["id", "source", "text"]).filter(there)


def _discard_layouts(output: str, settings: TokenSettings) -> None:
    """Remove the files of layouts that are no longer asked for."""
    kept = {f"{SHARD}{ending}" for ending in layouts.endings(settings.layouts)}
    for ending in layouts.endings(tuple(layouts.LAYOUTS)):
        if f"{SHARD}{ending}" not in kept:
            storage.remove(storage.join(output, f"{SHARD}{ending}"))
