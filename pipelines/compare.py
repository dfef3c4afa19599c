"""Candidate pairs compared by their stored texts: those whose shingles have a high Jaccard similarity stay.

Three runs. The pairs are spread over partitions, and it is noted which documents each shard has to give. Then each
shard sends the shingle hashes of these documents, 8 bytes a shingle, to the partitions that need them. Then each
partition compares its pairs:

    edges ─► spread ─► shards: shingles ─► partitions: firsts | others ─► edges

The tasks themselves are in `pipelines.compare_jobs`, and how they keep inside the room that there is.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from filters import resemblance
from pipelines import exchange, storage, tables
from pipelines.compare_jobs import CompareJob, ShinglesJob, SpreadJob, block_of, compare, send, spread
from pipelines.plan import BASE, Phase, room
from pipelines.run import Runtime, run
from pipelines.search import Search, Settings
from pipelines.shards import Shard
from pipelines.task import Task, manifest_of, pending

VERSION = 1
"""Of what comparing makes of the same pairs."""

FOLDER = "verified"
"""In the folder of all that finds copies: the edges that stay, and what is exchanged until they are found."""

PAIR = 100
"""Bytes of a partition for each of its pairs: rows, sizes, places, what is shared, and copies while they are sorted."""

PARTITION = 64_000_000
"""Bytes of the sets of firsts that a partition is meant to have, so that there are enough partitions to work on."""

MOST_PARTITIONS = 1024
"""Partitions at most, unless the pairs of one would not fit the memory."""

MOST_BLOCKS = 1024
"""Blocks of rows, at most, by which it is noted what each shard has to give."""

HASH_BYTES = 2
"""Bytes of hashes for each byte of text, at 8 a shingle: of Chinese nearly 3, of Latin letters 1.3."""

SENDING = 150_000_000
"""Bytes of a worker that makes shingles. Seen: 85 MB with the usual row groups of 8 MB of text, 150 MB with a text of
16 MB, which is the longest record that is read."""

COMPARING = 40_000_000
"""Bytes of a worker that compares, beside its pairs and the sets of its firsts."""


def verified(search: Search, paths: Sequence[str], how: Runtime) -> list[str]:
    """Of candidate pairs, those whose stored texts have a Jaccard similarity of at least `settings.verify`.

    Returns files of edges, each pair once; their manifests count the pairs, see `counted`. A text that is too short for
    a shingle, as one may be once personal data is replaced, is like no other. Raises RunError naming a table of
    documents that is missing or damaged.
    """
    settings = search.settings
    pairs = sum(sum(tables.group_rows(path)) for path in paths)
    partitions = _partitions(pairs, search.shards, how)
    names = [path.rsplit("/", 1)[-1] for path in paths]
    state = [VERSION, search.key, asdict(settings.signing.minhash), settings.verify, names, pairs, partitions]
    tasks = _Tasks(search, storage.fingerprint(state), partitions, room(how.memory))
    compares = tasks.compares()
    if pending(compares):
        resemblance.warm()
        exchange.listing(tasks.listing("pairs"), run("dedup: spread pairs", tasks.spreads(paths), spread, how))
        exchange.listing(tasks.listing("sets"), run("dedup: shingles", tasks.shingles(), send, how))
    run("dedup: compare pairs", compares, compare, how)
    storage.remove(search.path(FOLDER, "exchange"))
    return [task.job.target for task in compares]


def counted(paths: Sequence[str]) -> dict[str, Any]:
    """What the manifests of `verified` count: pairs `compared`, of them `verified` and `refused`.

    `similarities` are how many of those compared have which similarity, by steps of 0.05.
    """
    manifests = [storage.read_json(manifest_of(path)) for path in paths]
    found = {name: sum(each[name] for each in manifests) for name in ("compared", "verified", "refused")}
    steps = np.sum([each["similarities"] for each in manifests], axis=0, dtype=np.int64)
    return {**found, "similarities": steps.tolist()}


def needs(shards: Sequence[Shard], settings: Settings, how: Runtime) -> Phase:
    """What comparing takes at most: as if every document were in one pair."""
    rows, text = sum(shard.rows for shard in shards), sum(shard.bytes for shard in shards)
    partitions = _partitions(rows, shards, how)
    comparing = rows * PAIR // partitions + min(room(how.memory) // 2, HASH_BYTES * text // partitions) + COMPARING
    memory = BASE + max(min(comparing, room(how.memory)), SENDING)
    return Phase("compare pairs", 2 * len(shards) + partitions, memory, 2 * HASH_BYTES * text + 3 * 16 * rows)


def _partitions(pairs: int, shards: Sequence[Shard], how: Runtime) -> int:
    """Into how many partitions so many pairs go: those of one take a quarter of the room at most."""
    rows = sum(shard.rows for shard in shards)
    firsts = HASH_BYTES * sum(shard.bytes for shard in shards) * min(pairs, rows) // max(rows, 1)
    wide = min(MOST_PARTITIONS, -(-firsts // PARTITION))
    return max(1, wide, -(-pairs * PAIR * 4 // room(how.memory)))


@dataclass(frozen=True)
class _Tasks:
    """The tasks of one comparison: the search, the key of all, the number of partitions, the room in bytes."""

    search: Search
    key: str
    partitions: int
    room: int

    @property
    def blocks(self) -> int:
        """Into how many blocks all rows are cut."""
        return min(MOST_BLOCKS, max(1, len(self.search.shards)))

    def listing(self, what: str) -> str:
        """Where the listing of a run's files is."""
        return self.search.path(FOLDER, "exchange", f"{what}.{self.key}.json")

    def spreads(self, paths: Sequence[str]) -> list[Task]:
        """A task for each file of candidate pairs."""
        jobs = []
        for number, path in enumerate(paths):
            target = self.search.path(FOLDER, "exchange", f"pairs-{number:05d}.{self.key}.arrow")
            jobs.append(SpreadJob(path, self.search.rows, self.partitions, self.blocks, target))
        return [Task(manifest_of(job.target), self.key, storage.size(job.edges) or 0, job) for job in jobs]

    def shingles(self) -> list[Task]:
        """A task for each shard with documents."""
        tasks = []
        for number, shard in enumerate(self.search.shards):
            if shard.rows:
                ends = np.array([shard.first, shard.first + shard.rows - 1])
                first, last = block_of(ends, self.search.rows, self.blocks).tolist()
                notes = tuple(f"notes-{block}" for block in range(first, last + 1))
                target = self.search.path(FOLDER, "exchange", f"sets-{number:05d}.{self.key}.arrow")
                how = self.search.settings.signing.minhash
                job = ShinglesJob(self.search.work, shard, how, (self.listing("pairs"), *notes), target)
                tasks.append(Task(manifest_of(target), self.key, shard.sizes.get("documents", 0), job))
        return tasks

    def compares(self) -> list[Task]:
        """A task for each partition."""
        listings = (self.listing("pairs"), self.listing("sets"))
        tasks = []
        for part in range(self.partitions):
            target = self.search.path(FOLDER, f"part-{part:05d}.{self.key}.parquet")
            job = CompareJob(listings, part, self.search.settings.verify, self.room, target)
            tasks.append(Task(manifest_of(target), self.key, 0, job))
        return tasks
