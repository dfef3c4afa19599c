"""Two ledgers of each shard side by side."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines import storage, tables
from pipelines.judge import Judged
from pipelines.run import Runtime
from pipelines.shards import Shard
from roots.verdict_changes import Change, ChangeJob, between, compare

ROWS: list[tuple[str | None, str | None, str | None, int]] = [
    ("yo", None, None, 1),
    ("yo", None, "stopwords", 10),
    ("en", None, "stopwords", 100),
    ("yo", "stopwords", None, 1_000),
    ("yo", "stopwords", None, 2_000),
    ("yo", "stopwords", "language_id", 4),
    (None, "error:read", "error:read", 0),
    (None, "language_id", "removed", 7),
]


def shelve(work: str, rows: Any, *, source: str = "one", groups: int = 1000) -> tuple[Judged, Judged]:
    """Measures and two ledgers of some rows of language, verdict before, verdict after, and bytes."""
    shard = Shard(source, "x", len(rows), 0, 0)
    ids = pa.array([str(place) for place in range(len(rows))])
    found = {
        "measures": (tables.MEASURES, {"id": ids, "lang": [row[0] for row in rows], "bytes": [row[3] for row in rows]})
    }
    found |= {
        name: (tables.LEDGER, {"id": ids, "dropped_by": [row[at] for row in rows]})
        for at, name in ((1, "before"), (2, "after"))
    }
    paths = {"measures": shard.path(work, "measures")}
    paths |= {name: storage.join(work, source, "ledger", f"x.{name}.parquet") for name in ("before", "after")}
    for name, (schema, given) in found.items():
        columns = [given.get(field.name, pa.nulls(len(rows), field.type)) for field in schema]
        table = pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
        with tables.writing(paths[name], schema) as (writer, _):
            for batch in table.to_batches(max_chunksize=groups if name == "before" else 1000):
                writer.write(batch)
    return Judged(shard, paths["before"], {}), Judged(shard, paths["after"], {})


EXPECTED = [
    Change("en", None, "stopwords", 1, 100),
    Change("yo", None, "stopwords", 1, 10),
    Change("yo", "stopwords", None, 2, 3_000),
    Change("yo", "stopwords", "language_id", 1, 4),
]


@pytest.mark.usefixtures("plainly")
def test_changes_are_counted_by_language_and_by_what_was_and_is_said(memory: str) -> None:
    one = shelve(memory, ROWS)
    two = shelve(memory, ROWS[:2], source="two", groups=1)
    before, after = zip(one, two, strict=True)
    changes, unknown = between(memory, before, after, Runtime())
    assert unknown == 0
    unknown_language = Change(None, "language_id", "removed", 1, 7)
    twice = Change("yo", None, "stopwords", 2, 20)
    assert changes == [unknown_language, EXPECTED[0], twice, *EXPECTED[2:]]


@pytest.mark.usefixtures("plainly")
def test_of_a_ledger_that_is_gone_it_is_said_what_was_found_before(memory: str) -> None:
    one, two = shelve(memory, ROWS), shelve(memory, ROWS, source="two")
    before, after = zip(one, two, strict=True)
    between(memory, before[:1], after[:1], Runtime())
    for each in before:
        storage.remove(each.ledger)
    changes, unknown = between(memory, before, after, Runtime())
    assert unknown == 1
    assert changes[1:] == EXPECTED


def test_equal_ledgers_have_no_changes(tmp_path: Path) -> None:
    one, _ = shelve(str(tmp_path), ROWS)
    job = ChangeJob(one.shard.path(str(tmp_path), "measures"), one.ledger, one.ledger)
    assert compare(job) == {"changes": [], "files": []}
