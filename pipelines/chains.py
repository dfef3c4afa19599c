"""Cleaning chains that hold steps over a whole source, done before curation, over many shards in bounded memory.

Rounds of tasks alternate: one that cleans every shard up to such a step and leaves hashes by partition, one that finds
the verdict of the step on every partition. The next cleaning applies it. The last leaves a table of records for every
slice of the source, which curation reads in its place:

    slices ─► clean ─► keys ─► verdict ─► clean ─► keys ─► verdict ─► clean ─► records

All sources go through their rounds side by side. The order of documents is that of the inputs and of the records in
them, so the outcome does not depend on how they are cut, and is that of `filters.cleaning.clean_source`. Every task has
its manifest: a killed run loses the shards that it was at. What no later round needs is removed when a round is done.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from catalog.entry import Entry
from catalog.sources import Slice
from filters import pii_engines
from filters.cleaning import SOURCE_WIDE, source_wide
from pipelines import chain_verdicts, exchange, personal, stages, storage, tables
from pipelines import config as configs
from pipelines.chain_jobs import CleanJob, LinesJob, Link, VerdictJob, of_lines, work
from pipelines.config import Config
from pipelines.run import Runtime, run
from pipelines.step_report import SKIPPED
from pipelines.task import Task, discard_others, finished, manifest_of, with_manifests

VERSION = 1
"""Of what chains make of the same source; a change that alters any text or verdict counts it up."""

FOLDER = "cleaned"
"""In a source's folder: the tables between steps, until the source is curated."""

LINES = pa.schema([("line", pa.string()), ("pages", pa.int64())])

PARTITION_BYTES = 100_000_000
"""Bytes of a source's files for each partition: of text four times as long some four million lines, 24 bytes each."""

MOST_PARTITIONS = 1024

UNKNOWN_PARTITIONS = 16
"""For a source whose size is not known before it is read."""


@dataclass(frozen=True)
class Plan:
    """The chain of one source: its slices in their order, where the configuration is, the key of all that decides."""

    work: str
    entry: Entry
    slices: tuple[Slice, ...]
    config: str
    key: str

    @property
    def partitions(self) -> int:
        """Into how many parts the hashes are split."""
        sizes = [each.input.size / each.count for each in self.slices]
        if not all(sizes):
            return UNKNOWN_PARTITIONS
        return min(MOST_PARTITIONS, 1 + int(sum(sizes) / PARTITION_BYTES))

    def links(self) -> list[Link]:
        """The stretches of the chain between steps over the whole source."""
        chain = self.entry.cleaning
        places = [place for place, step in enumerate(chain) if step in SOURCE_WIDE]
        starts, ends = [0, *places], [*places, len(chain)]
        return [Link(chain, at, start, end) for at, (start, end) in enumerate(zip(starts, ends, strict=True))]

    def folder(self, what: str) -> str:
        """Where a round puts its files."""
        return storage.join(self.work, self.entry.uid, FOLDER, f"{self.key}.{what}")

    def table(self, link: int, number: int) -> str:
        """The table of a slice after a link."""
        return storage.join(self.folder(f"clean{link}"), f"{number:05d}.parquet")

    @cached_property
    def records(self) -> dict[tuple[str, int], str]:
        """The tables that curation reads, by the name of the input and the number of the slice, in their order."""
        last = len(self.links()) - 1
        return {(each.input.name, each.number): self.table(last, at) for at, each in enumerate(self.slices)}


@dataclass(frozen=True)
class Round:
    """Tasks that do not need each other. `spent` are folders that nothing needs once they are done.

    `gives` is where a listing of what they leave by partition goes, for the next round.
    """

    tasks: tuple[Task, ...]
    gives: str | None = None
    spent: tuple[str, ...] = ()


def plan(work: str, entry: Entry, slices: Sequence[Slice], config: tuple[Config, str], state: Any) -> Plan | None:
    """The plan of a source's chain; None when no step of it looks at the whole source.

    `config` comes with the path where workers find it. `state` is what else decides the records: above all the keys of
    the contents of all inputs.
    """
    if not source_wide(entry.cleaning):
        return None
    cut = [[each.input.name, each.number, each.count, each.part and asdict(each.part)] for each in slices]
    decided = [VERSION, stages.cleaned_by(entry.cleaning, config[0]), entry.redact, cut, state]
    return Plan(work, entry, tuple(slices), config[1], storage.fingerprint(decided))


def staged(plans: Sequence[Plan], how: Runtime) -> None:
    """Bring the records of all these sources to the end of their chains."""
    rounds = [list(_rounds(each)) for each in plans]
    start = [_done(each) for each in rounds]
    for level in range(max(map(len, rounds), default=0)):
        active = [each for each, first in zip(rounds, start, strict=True) if first <= level < len(each)]
        for each in active:
            _list(each, level)
        tasks = [task for each in active for task in each[level].tasks]
        if tasks:
            run(f"clean whole sources, round {level + 1}", tasks, work, how)
        for each in active:
            for folder in each[level].spent:
                storage.remove(folder)
    for whole in plans:
        _keep_skipped(whole)


def tidy(work: str, uid: str, plan: Plan | None) -> None:
    """Remove the tables of a source that is curated, and the common lines that an earlier run found in it."""
    storage.remove(storage.join(work, uid, FOLDER))
    kept = [] if plan is None else with_manifests([_skipped(plan)])
    discard_others(storage.join(work, uid, SKIPPED), kept)


def _done(rounds: Sequence[Round]) -> int:
    """How many rounds need not be done: of earlier ones than a finished round the files may be gone."""
    for level in range(len(rounds), 0, -1):
        if all(finished(task) is not None for task in rounds[level - 1].tasks):
            return level
    return 0


def _list(rounds: Sequence[Round], level: int) -> None:
    """Write down what the round before left, for this one."""
    if level and (path := rounds[level - 1].gives):
        manifests = [storage.read_json(task.manifest)["left"] for task in rounds[level - 1].tasks]
        exchange.listing(path, manifests)


def _rounds(plan: Plan) -> Iterator[Round]:
    """The rounds of a source, in their order."""
    for link in plan.links():
        verdict: tuple[str, ...] = ()
        spent: tuple[str, ...] = ()
        if link.applies is not None:
            yield from _verdict(plan, link.applies, link.number)
            folder = plan.folder(f"verdict{link.number}")
            parts = [storage.join(folder, f"{part:05d}.parquet") for part in range(plan.partitions)]
            verdict = tuple(parts) if of_lines(link.applies) else (_listing(folder),)
            kept = () if link.applies == "dedup_seed_lines" else (folder,)
            spent = (plan.folder(f"clean{link.number - 1}"), *kept, plan.folder(f"lines{link.number}"))
        yield Round(
            tuple(_cleaning(plan, link, number, verdict) for number in range(len(plan.slices))),
            gives=_listing(plan.folder(f"clean{link.number}")) if link.next else None,
            spent=spent,
        )


def _verdict(plan: Plan, step: str, number: int) -> Iterator[Round]:
    """The rounds that find the verdict of a step, which is applied in the link of this number."""
    keys = _listing(plan.folder(f"clean{number - 1}"))
    folder = plan.folder(f"verdict{number}")
    if step == "dedup_seed_lines":
        ranks = storage.join(folder, "ranks.parquet")
        yield Round((_task(plan, VerdictJob("ranks", keys, 0, ranks)),))
        lines = plan.folder(f"lines{number}")
        keys = _listing(lines)
        jobs = [
            LinesJob(plan.table(number - 1, at), manifest_of(ranks), storage.join(lines, name), plan.partitions)
            for at, name in enumerate(f"{at:05d}.arrow" for at in range(len(plan.slices)))
        ]
        yield Round(tuple(_task(plan, job) for job in jobs), gives=keys)
    ending = "parquet" if of_lines(step) else "arrow"
    found = [
        VerdictJob(step, keys, part, storage.join(folder, f"{part:05d}.{ending}")) for part in range(plan.partitions)
    ]
    yield Round(tuple(_task(plan, job) for job in found), gives=None if of_lines(step) else _listing(folder))


def _cleaning(plan: Plan, link: Link, number: int, verdict: tuple[str, ...]) -> Task:
    job = CleanJob(
        entry=plan.entry,
        slice=plan.slices[number],
        number=number,
        link=link,
        config=plan.config,
        target=plan.table(link.number, number),
        partitions=plan.partitions,
        before=plan.table(link.number - 1, number) if link.number else None,
        verdict=verdict,
    )
    return _task(plan, job)


def _task(plan: Plan, job: CleanJob | LinesJob | VerdictJob) -> Task:
    size = job.slice.input.size // job.slice.count if isinstance(job, CleanJob) else 0
    return Task(manifest_of(job.target), plan.key, size, job)


def _listing(folder: str) -> str:
    return storage.join(folder, "listing.json")


def _skipped(plan: Plan) -> str:
    return storage.join(plan.work, plan.entry.uid, SKIPPED, f"lines.{plan.key}.parquet")


def _keep_skipped(plan: Plan) -> None:
    """Put the common lines that a seed's pages lost beside its tables, redacted where the source is."""
    paths = [
        storage.join(plan.folder(f"verdict{link.number}"), f"{part:05d}.parquet")
        for link in plan.links()
        if link.applies == "dedup_seed_lines"
        for part in range(plan.partitions)
    ]
    target = _skipped(plan)
    task = Task(manifest_of(target), plan.key, 0, None)
    if paths and finished(task) is None:
        choice = personal.shown_by(configs.load(plan.config), plan.entry)
        found = chain_verdicts.lines_of(paths)
        lines = [pii_engines.shown(line, choice) for line, _ in found]
        table = pa.table({"line": lines, "pages": [pages for _, pages in found]}, schema=LINES)
        record = tables.write(target, table).record()
        storage.write_json(task.manifest, {"key": plan.key, "source": plan.entry.uid, "files": [record]})
