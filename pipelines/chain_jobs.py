"""The tasks that chains over whole sources are made of: clean a shard, look for common lines, find verdicts.

Between two steps that look at the whole source every shard is a table of its own in the work folder, with all rows;
what a document is lost to stands in its row. A task reads the table before, applies the verdict of the step between,
runs the steps on one document, and writes the next table and what its documents leave for the step that follows.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from catalog.document import RECORDS
from catalog.entry import Entry
from catalog.sources import Slice, read
from filters.cleaning import EMPTYING, prepared
from filters.cleaning_documents import described
from filters.cleaning_templates import TEMPLATES
from pipelines import chain_keys, chain_verdicts, exchange, personal, stages, storage, tables
from pipelines import config as configs
from pipelines.config import Config
from pipelines.rows import put
from pipelines.step_report import Report
from pipelines.task import manifest_of

BETWEEN = pa.schema([*RECORDS, pa.field("emptied", pa.bool_())])
"""A table between two steps: the records, and whether a lost one still counts as an empty text."""


def of_lines(step: str) -> bool:
    """Whether the verdict of a step is on lines, not on documents.

    >>> of_lines("dedup_seed_lines"), of_lines("dedup_document")
    (True, False)
    """
    return step in TEMPLATES or step == "dedup_seed_lines"


@dataclass(frozen=True)
class Link:
    """A stretch of a chain: the steps from `start` up to `end`.

    The step at `start` looks at the whole source, but in the first link; so does the one at `end`, but in the last.
    """

    chain: tuple[str, ...]
    number: int
    start: int
    end: int

    @property
    def applies(self) -> str | None:
        """The step whose verdict is applied first."""
        return self.chain[self.start] if self.number else None

    @property
    def steps(self) -> tuple[str, ...]:
        """The steps on one document, which stand from `first`."""
        return self.chain[self.first : self.end]

    @property
    def first(self) -> int:
        """The place in the chain of the first step on one document."""
        return self.start + (1 if self.number else 0)

    @property
    def next(self) -> str | None:
        """The step that what documents leave is for."""
        return self.chain[self.end] if self.end < len(self.chain) else None


@dataclass(frozen=True)
class CleanJob:
    """Clean one shard as far as a link goes: from its slice, or from `before`, the table of the link before.

    `verdict` are the files of the verdict that is applied: those of its partitions, or a listing of them.
    """

    entry: Entry
    slice: Slice
    number: int
    link: Link
    config: str
    target: str
    partitions: int
    before: str | None = None
    verdict: tuple[str, ...] = ()


@dataclass(frozen=True)
class LinesJob:
    """Take the lines of the pages of a shard that are in the sample; `ranks` is the manifest with the last rank."""

    table: str
    ranks: str
    target: str
    partitions: int


@dataclass(frozen=True)
class VerdictJob:
    """Find the verdict of a step on one partition; `what` is the step, or "ranks" for the last rank of its sample."""

    what: str
    listing: str
    partition: int
    target: str


def work(job: CleanJob | LinesJob | VerdictJob) -> dict[str, Any]:
    """Do any of the tasks; returns what its manifest says."""
    if isinstance(job, CleanJob):
        return clean_shard(job)
    return take_lines(job) if isinstance(job, LinesJob) else find_verdict(job)


def clean_shard(job: CleanJob) -> dict[str, Any]:
    """Write a shard's table after a link, and what its documents leave for the step that follows."""
    config = configs.load(job.config)
    stem = job.target.removesuffix(".parquet")
    report = Report(job.link.chain, personal.shown_by(config, job.entry))
    passed: Counter[str] = Counter()
    before = storage.read_json(manifest_of(job.before)) if job.before else None
    left: dict[str, Any] = {}
    with tables.writing(job.target, BETWEEN if job.link.next else RECORDS) as (writer, written):
        batches = _cleaned(job, config, report, passed)
        if job.link.next is None:
            for batch in batches:
                writer.write(batch)
        else:
            groups = _groups(job, batches, writer)
            left = exchange.write(f"{stem}.arrow", chain_keys.schema(job.link.next), groups)
    if before:
        report.add(before["cleaning"], tables.read(f"{job.before}.samples").to_pylist())
        passed.update(before["passed"])
    samples = report.write(f"{job.target}.samples")
    return {
        "files": [written[0].record(), samples.record(), *left.get("files", [])],
        "left": left,
        "cleaning": report.counts(),
        "passed": dict(sorted(passed.items())),
    }


def _groups(
    job: CleanJob, batches: Iterator[pa.RecordBatch], writer: tables.TableWriter
) -> Iterator[Mapping[str, pa.Table]]:
    """What the batches leave for the next step, by partition; each batch is written on the way."""
    assert job.link.next is not None
    groups = chain_keys.Groups(job.partitions)
    position = job.number * chain_keys.SHARD_ROWS
    for batch in batches:
        writer.write(batch)
        yield from groups.add(chain_keys.left(batch, job.link.next, position))
        position += batch.num_rows
    yield from groups.rest()


def _cleaned(job: CleanJob, config: Config, report: Report, passed: Counter[str]) -> Iterator[pa.RecordBatch]:
    """The batches of a shard after a link."""
    link = job.link
    shard = Verdict(job, config.profile == "roots-2022-03", report) if link.applies else None
    for batch in _batches(job, passed):
        if shard is None:
            begun = put(batch, {"emptied": pa.repeat(pa.scalar(value=False), batch.num_rows)})
        else:
            begun = _taken_out(shard.applied(batch), link, config)
        yield stages.clean(begun, link.steps, config, report, first=link.first)


def _batches(job: CleanJob, passed: Counter[str]) -> Iterator[pa.RecordBatch]:
    return read(job.entry, job.slice, passed) if job.before is None else tables.batches(job.before)


class Verdict:
    """Applies the verdict of the step that a link begins with to the batches of a shard, in their order.

    With `keep_empty` the duplicates that ROOTS emptied count as empty texts from here on.
    """

    def __init__(self, job: CleanJob, keep_empty: bool, report: Report) -> None:  # noqa: FBT001 (the one switch)
        self._step = job.link.applies or ""
        self._place = job.link.start
        self._report = report
        self._empties = keep_empty and self._step in EMPTYING
        self._row = 0
        self._verdict = job.verdict
        self._of_lines = of_lines(self._step)
        self._decided = {} if self._of_lines else chain_verdicts.decisions(job.verdict[0], job.number)

    def applied(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch after the step."""
        done = self._without_lines(batch) if self._of_lines else self._decide(batch)
        self._row += batch.num_rows
        return done

    def _without_lines(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        template = TEMPLATES.get(self._step)
        texts = batch.column("text").to_pylist()
        ids = batch.column("id").to_pylist()
        rows = [row for row, lost in enumerate(batch.column("lost").to_pylist()) if lost is None]
        gone = chain_verdicts.gone(self._verdict)
        cleaned = chain_verdicts.without([texts[row] for row in rows], gone, template.length if template else 0)
        for row, text in zip(rows, cleaned, strict=True):
            new = text if template else text.strip()
            self._report.note(self._place, ids[row], old=texts[row], new=new)
            texts[row] = new
        return put(batch, {"text": pa.array(texts, pa.string())})

    def _decide(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        names = ("id", "text", "meta", "lost", "reason", "emptied")
        columns = {name: batch.column(name).to_pylist() for name in names}
        for row, lost in enumerate(columns["lost"]):
            if lost is None:
                self._decide_one(columns, row)
        return put(batch, {name: pa.array(columns[name], BETWEEN.field(name).type) for name in names[1:]})

    def _decide_one(self, columns: dict[str, list[Any]], row: int) -> None:
        decision = self._decided.get(self._row + row)
        id, old = columns["id"][row], columns["text"][row]
        if decision is None:
            self._report.note(self._place, id, old=old, new=old)
        elif decision["other"] is None:
            columns["text"][row], columns["meta"][row] = decision["text"], decision["meta"]
            self._report.note(self._place, id, old=old, new=decision["text"])
        else:
            reason = chain_verdicts.reason(self._step, decision["other"])
            columns["lost"][row], columns["reason"][row] = f"clean:{self._step}", reason
            columns["emptied"][row] = self._empties
            self._report.note(self._place, id, old=old, new=None, reason=reason)


def _taken_out(batch: pa.RecordBatch, link: Link, config: Config) -> pa.RecordBatch:
    """Of lost documents that count as empty texts, those no longer that a step of the link takes out."""
    emptied = batch.column("emptied").to_pylist()
    keepers = [step.keeper for step in prepared(link.steps, config.profile, config.languages) if step.keeper]
    if not keepers or not any(emptied):
        return batch
    described_by = zip(batch.column("meta").to_pylist(), batch.column("source_id").to_pylist(), strict=True)
    still = [
        one and all(keeper("", described(*meta)) for keeper in keepers)
        for one, meta in zip(emptied, described_by, strict=True)
    ]
    return put(batch, {"emptied": pa.array(still, pa.bool_())})


def take_lines(job: LinesJob) -> dict[str, Any]:
    """Map: the lines of the pages of a shard that are in the sample, by partition."""
    high, low = storage.read_json(job.ranks)["last"]
    seen: list[pa.Table] = []

    def groups() -> Iterator[Mapping[str, pa.Table]]:
        held = chain_keys.Groups(job.partitions)
        for batch in tables.batches(job.table):
            found, pages = chain_keys.lines(batch, (high, low))
            seen.append(pages)
            yield from held.add(found)
        yield from held.rest()
        yield {chain_keys.PAGES: pa.concat_tables([chain_keys.LINES.empty_table(), *seen])}

    left = exchange.write(job.target, chain_keys.LINES, groups())
    return {"files": left["files"], "left": left}


def find_verdict(job: VerdictJob) -> dict[str, Any]:
    """Reduce: the verdict of a step on one partition."""
    part = str(job.partition)
    if job.what == "ranks":
        return {"files": [], "last": list(chain_verdicts.last_rank(job.listing))}
    if of_lines(job.what):
        find = chain_verdicts.find_common if job.what == "dedup_seed_lines" else chain_verdicts.find_templates
        found = find(job.listing, part, job.what)
        return {"files": [tables.write(job.target, found).record()]}
    decide = chain_verdicts.join_segments if job.what == "concatenate_lm_fr_ester" else chain_verdicts.find_duplicates
    left = exchange.write(job.target, chain_verdicts.DECISIONS, decide(job.listing, part))
    return {"files": left["files"], "left": left}
