"""How many tokens every kept document has, for a budget in tokens: counted once, and kept beside the verdicts.

`<source>/lengths/` holds a table for each ledger, row for row: `tokens`, the end of the document that a trainer sees
after it among them, null for a document that is not kept; `whole` is false where something is cut from the text. Counts
depend on the tokenizer and the text alone. So after a new verdict only documents are counted that were not before, or
from which something is cut.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters.substrings import without
from pipelines import storage, tables
from pipelines.judge import Judged
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, manifest_of, with_manifests

VERSION = 1
"""Of what is counted of the same texts."""

FOLDER = "lengths"

LENGTHS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("tokens", pa.int64()),
        pa.field("whole", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class CountJob:
    """Count the tokens of one shard's kept documents; `before` is a table with counts of the same shard, or ""."""

    tokenizer: str
    documents: str
    ledger: str
    before: str
    target: str


def version(tokenizer: str) -> list[Any]:
    """What decides counts beside the texts: nothing where there is no tokenizer."""
    if not tokenizer:
        return []
    from roots import encoders

    return [VERSION, encoders.load(tokenizer).sha256]


def count(work: str, judged: Sequence[Judged], tokenizer: str, how: Runtime) -> list[str]:
    """Count the tokens of every kept document that has no count; the path of each shard's table."""
    named = storage.fingerprint(version(tokenizer))
    tasks = []
    for each in judged:
        folder = storage.join(work, each.shard.source, FOLDER)
        start = f"{each.shard.stem}.{named}."
        ledger = storage.fingerprint([file["sha256"] for file in each.manifest["files"]])
        target = storage.join(folder, f"{start}{ledger}.parquet")
        others = [name for name in storage.names(folder) if name.startswith(start) and name.endswith(".parquet")]
        before = storage.join(folder, others[0]) if others else ""
        job = CountJob(tokenizer, each.shard.path(work, "documents"), each.ledger, before, target)
        tasks.append(Task(manifest_of(target), storage.fingerprint([start, ledger]), each.shard.bytes, job))
    run("mix: count tokens", tasks, measure, how)
    for source in sorted({each.shard.source for each in judged}):
        mine = [task.job.target for each, task in zip(judged, tasks, strict=True) if each.shard.source == source]
        discard_others(storage.join(work, source, FOLDER), with_manifests(mine))
    return [task.job.target for task in tasks]


def discard(work: str, sources: Sequence[str]) -> None:
    """Remove the counts of sources, when nobody asks for them any more."""
    for source in sources:
        storage.remove(storage.join(work, source, FOLDER))


def measure(job: CountJob) -> dict[str, Any]:
    """Write the counts of one shard."""
    with tables.writing(job.target, LENGTHS) as (writer, outputs):
        for batch in _counted(job):
            writer.write(batch)
    return {"files": [output.record() for output in outputs]}


def _counted(job: CountJob) -> Iterator[pa.RecordBatch]:
    from roots import encoders

    encoder = encoders.load(job.tokenizer)
    parts = [(job.documents, ["id", "text"]), (job.ledger, ["dropped_by", "cuts"])]
    parts += [(job.before, ["tokens", "whole"])] * bool(job.before)
    for documents, ledger, *before in tables.together(*parts):
        kept = pc.is_null(ledger.column("dropped_by"))
        whole = pc.is_null(ledger.column("cuts"))
        tokens = np.full(len(kept), -1, dtype=np.int64)
        if before:
            same = pc.and_(kept, pc.and_(whole, before[0].column("whole").fill_null(False)))
            tokens = pc.if_else(same, before[0].column("tokens"), None).fill_null(-1).to_numpy()
        todo = kept.to_numpy(zero_copy_only=False) & (tokens < 0)
        if todo.any():
            places = pa.array(np.flatnonzero(todo))
            rows = zip(documents.column("text").take(places), ledger.column("cuts").take(places), strict=True)
            texts = [_left(text.as_py(), cuts.as_py()) for text, cuts in rows]
            found = encoder.count(texts)
            tokens = np.where(todo, 0, tokens)
            tokens[todo] = found + (found > 0)
        counted = pa.array(tokens, mask=~kept.to_numpy(zero_copy_only=False))
        yield pa.RecordBatch.from_arrays([documents.column("id"), counted, whole], schema=LENGTHS)


def _left(text: str, cuts: Sequence[dict[str, int]] | None) -> str:
    return without(text, [(cut["start"], cut["end"]) for cut in cuts]) if cuts else text
