"""Which documents other verdicts decide otherwise: two ledgers of each shard side by side, row for row.

Nothing is read but verdicts, languages and sizes, some row groups at a time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import storage, tables
from pipelines.judge import Judged
from pipelines.run import Runtime, run
from pipelines.task import Task, finished

FOLDER = "changes"
"""In `.run`: what changed in each shard."""

VERSION = 1
"""Of what is counted."""


@dataclass(frozen=True)
class Change:
    """Documents of one language that one cause dropped before and another drops now; None: they are kept."""

    lang: str | None
    before: str | None
    after: str | None
    documents: int
    bytes: int


@dataclass(frozen=True)
class ChangeJob:
    """Compare the ledgers of one shard: paths of its measures, of the ledger before and of the one after."""

    measures: str
    before: str
    after: str


def between(work: str, before: Sequence[Judged], after: Sequence[Judged], how: Runtime) -> tuple[list[Change], int]:
    """What changed from some ledgers to others of the same shards, sorted; and of how many shards it is not known,
    because the ledger before is not there."""
    tasks = []
    for number, (old, new) in enumerate(zip(before, after, strict=True)):
        key = storage.fingerprint([VERSION, old.ledger.rsplit("/", 1)[-1], new.ledger.rsplit("/", 1)[-1]])
        target = storage.join(work, ".run", FOLDER, f"{number:05d}.{key}.json")
        job = ChangeJob(new.shard.path(work, "measures"), old.ledger, new.ledger)
        tasks.append(Task(target, key, 0, job))
    known = [task for task in tasks if storage.size(task.job.before) is not None or finished(task) is not None]
    found = run("judge: compare", known, compare, how)
    sums: dict[tuple[str | None, str | None, str | None], list[int]] = {}
    for manifest in found:
        for *which, documents, size in manifest["changes"]:
            total = sums.setdefault(tuple(which), [0, 0])
            total[0] += documents
            total[1] += size
    changes = [Change(*which, *total) for which, total in sums.items()]
    ordered = sorted(changes, key=lambda each: [name or "" for name in (each.lang, each.before, each.after)])
    return ordered, len(tasks) - len(known)


def compare(job: ChangeJob) -> dict[str, Any]:
    """Count the documents of one shard that another cause decides, by language and causes."""
    found = [_CHANGES.empty_table()]
    parts = ((job.measures, ("lang", "bytes")), (job.before, ("dropped_by",)), (job.after, ("dropped_by",)))
    for measures, old, new in tables.together(*parts):
        was, now = old.column(0), new.column(0)
        others = pc.not_equal(pc.fill_null(was, ""), pc.fill_null(now, ""))
        if others.true_count:
            columns = [measures.column("lang"), was, now, measures.column("bytes")]
            found.append(pa.table(columns, schema=_CHANGES).filter(others))
    keys = ["lang", "before", "after"]
    summed = pa.concat_tables(found).group_by(keys).aggregate([([], "count_all"), ("bytes", "sum")])
    rows = summed.select([*keys, "count_all", "bytes_sum"]).to_pylist()
    return {
        "changes": sorted((list(row.values()) for row in rows), key=lambda row: [x or "" for x in row[:3]]),
        "files": [],
    }


_CHANGES = pa.schema(
    [
        pa.field("lang", pa.string()),
        pa.field("before", pa.string()),
        pa.field("after", pa.string()),
        pa.field("bytes", pa.int64()),
    ]
)
