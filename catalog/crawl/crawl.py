"""The crawl itself: every capture of an index fetched, shard by shard, into the parts of its seed."""

import asyncio
import csv
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from catalog.crawl import payload, robots
from catalog.crawl.captures import Capture, CrawlIndexError, selected
from catalog.crawl.fetch import Answer, Asker, CrawlError, Manner, asker
from catalog.crawl.files import replacing
from catalog.crawl.store import Key, Store, key_of, shards

Told = Callable[[int, int, int], None]
"""Called with captures done, failed, and requests made, each since it was called before."""

ROBOTS = "robots"
"""The name of the parts that hold robots.txt; no uid of a source."""


MOST_HOSTS = 1000
"""Hosts of a seed, beyond which those of further shards are not noted: a seed's key names one, with and without www."""


@dataclass(frozen=True)
class Plan:
    """What an index asks for, by seed's uid: how many captures, and of which hosts."""

    captures: Mapping[str, int]
    hosts: Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Job:
    """What is to be fetched, and where it goes: an index, the uid of each seed, the folders of parts and journals."""

    index: Path
    uids: Mapping[str, str]
    parts: Path
    journals: Path


@dataclass(frozen=True)
class Fetched:
    """What was fetched of one seed, by its manifests."""

    fetched: int
    bytes: int
    failed: int


@dataclass(frozen=True)
class _Shard:
    uid: str
    number: int
    captures: list[Capture]


def plan(job: Job) -> Plan:
    """Read the index once and prepare the parts of every seed in it. Raises CrawlIndexError.

    Memory is that of one shard, and a key for each of them.
    """
    keys: dict[str, list[str]] = {}
    captures: Counter[str] = Counter()
    hosts: dict[str, frozenset[str]] = {}
    for shard in _shards(job):
        keys.setdefault(shard.uid, []).append(key_of(shard.captures))
        captures[shard.uid] += len(shard.captures)
        found = hosts.get(shard.uid, frozenset())
        if len(found) < MOST_HOSTS:
            hosts[shard.uid] = found | {capture.host for capture in shard.captures}
    for uid in job.uids.values():
        if uid in keys or (job.parts / uid).exists():
            with _store(job, uid) as store:
                store.prepare(keys.get(uid, []))
    return Plan(captures, hosts)


def fetch(job: Job, base: str, manner: Manner, told: Told) -> None:
    """Fetch what is missing of the captures of an index; what is there is not asked for again, what failed is.

    Raises CrawlError, CrawlIndexError. May be killed at any moment.
    """
    try:
        asyncio.run(_fetch(job, base, manner, told))
    except sqlite3.Error as error:
        raise CrawlError(f"{job.journals}: a journal cannot be written: {error}") from None
    for uid in job.uids.values():
        if (job.parts / uid).exists():
            with _store(job, uid) as store:
                store.finish()


def counted(job: Job, failed: Path) -> dict[str, Fetched]:
    """What was fetched, by seed's uid; what was not is written as a table (CSV) for people."""
    found = {}
    with replacing(failed) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["seed_id", "warc_filename", "warc_record_offset", "warc_record_length", "url", "error"])
        for seed, uid in job.uids.items():
            if (job.parts / uid).exists():
                with _store(job, uid) as store:
                    fetched, size, missing = store.counted()
                    store.finish()
                found[uid] = Fetched(fetched, size, len(missing))
                for one in missing:
                    writer.writerow([harmless(cell) for cell in (seed, *one.capture, one.url, one.error)])
    return found


def robots_of(job: Job, hosts: Mapping[Key, str]) -> dict[str, str]:
    """The rules of each host whose robots.txt was fetched, by the store of these."""
    rules = {}
    if (job.parts / ROBOTS).exists():
        with _store(job, ROBOTS) as store:
            for key, data in store.payloads():
                if key in hosts:
                    rules[hosts[key]] = robots.text(payload.body(data, robots.LONGEST))
            store.finish()
    return rules


def write_robots(path: Path, rules: Mapping[str, str]) -> None:
    """Write the rules of a seed's hosts beside its parts, as JSON; nothing is touched where they are the same."""
    text = json.dumps(dict(sorted(rules.items())), ensure_ascii=False, indent=1) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8", errors="replace") != text:
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


async def _fetch(job: Job, base: str, manner: Manner, told: Told) -> None:
    todo = _shards(job)
    async with asker(base, manner) as asking:

        async def work() -> None:
            for shard in todo:
                await _fetch_shard(job, shard, asking, told)

        await _together([work() for _ in range(manner.parallel)])


async def _fetch_shard(job: Job, shard: _Shard, asking: Asker, told: Told) -> None:
    with _store(job, shard.uid) as store:
        missing = store.missing(shard.number, shard.captures)
        told(len(shard.captures) - len(missing), 0, asking.made())
        errors: dict[Key, Answer] = {}
        todo = iter(missing)

        async def work() -> None:
            for capture in todo:
                answer = await asking.ask(capture)
                if answer.payload is None:
                    errors[capture.key] = answer
                else:
                    store.put(capture, answer.payload)
                told(answer.payload is not None, answer.payload is None, asking.made())

        await _together([work() for _ in range(min(asking.manner.parallel, len(missing)))])
        store.pack(shard.number, shard.captures, errors)


async def _together(work: list) -> None:  # type: ignore[type-arg]
    """Do all of it; the first error ends the rest, and is raised as it is."""
    try:
        async with asyncio.TaskGroup() as group:
            for one in work:
                group.create_task(one)
    except BaseExceptionGroup as errors:
        error: BaseException = errors
        while isinstance(error, BaseExceptionGroup):
            error = error.exceptions[0]
        raise error from None


def _shards(job: Job) -> Iterator[_Shard]:
    """The shards of an index, seed by seed."""
    for seed, rows in groupby(selected(job.index), key=lambda row: row[0]):
        if seed not in job.uids:
            known = f"the seeds file has no such id; known: {', '.join(list(job.uids)[:20])}"
            raise CrawlIndexError(f"{job.index}: seed_id {seed!r}: {known}")
        for number, captures in enumerate(shards(capture for _, capture in rows)):
            yield _Shard(job.uids[seed], number, captures)


def _store(job: Job, uid: str) -> Store:
    return Store(job.parts / uid, job.journals / f"{uid}.sqlite")


def harmless(cell: object) -> object:
    """A cell that no program for tables takes for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
