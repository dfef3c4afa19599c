"""Copies over all sources: each method finds edges between documents, and the edges are joined to clusters.

Hashes are exchanged through files, in two runs (`pipelines.bands`, `pipelines.hamming`); pairs that MinHash proposes
are compared by their shingles (`pipelines.compare`). A document's row number is its place among all shards. What is
kept of a cluster is decided in judging, among the documents that passed their filters.

Memory is that of one task, which `--memory` bounds; it does not grow with the number of documents, nor with the number
of copies of one page. The clusters are the same for any memory, any number of workers, and any order of the inputs.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from pipelines import bands, clusters, storage
from pipelines.clusters import JoinJob
from pipelines.plan import Phase, room
from pipelines.run import Runtime, run
from pipelines.search import Search, Settings
from pipelines.shards import Shard
from pipelines.task import Task, discard_others, finished, manifest_of, with_manifests

VERSION = 2
"""Of what deduplication makes of the same signatures."""

BETWEEN = ("exchange", "edges", "verified")
"""Folders of what is no longer needed once there are clusters."""


def dedup(work: str, shards: Sequence[Shard], settings: Settings, how: Runtime) -> str:
    """Find the clusters of copies; returns the path of their table (see `pipelines.clusters`).

    The manifest beside it says how many clusters and members there are by method, how many documents were too short to
    be compared, and what was not compared in large buckets.
    """
    search = _search(work, shards, settings)
    target = search.path("clusters", f"clusters.{search.key}.parquet")
    final = Task(manifest_of(target), search.key, 0, None)
    if finished(final) is None:
        found = {method: _edges(search, method, how) for method in settings.methods}
        paths = tuple(tuple(paths) for paths, _ in found.values())
        counted = {method: counts for method, (_, counts) in found.items()}
        job = JoinJob(search.rows, settings.methods, paths, target, room(how.memory), counted, settings.scope)
        final = Task(final.manifest, final.key, 0, job)
    run("dedup: clusters", [final], clusters.join, Runtime())
    for folder in BETWEEN:
        storage.remove(search.path(folder))
    discard_others(search.path("clusters"), with_manifests([target]))
    return target


def stored(work: str, shards: Sequence[Shard], settings: Settings) -> str | None:
    """The path of the clusters where an earlier run found them of these shards and settings; None where it did not."""
    search = _search(work, shards, settings)
    target = search.path("clusters", f"clusters.{search.key}.parquet")
    return None if finished(Task(manifest_of(target), search.key, 0, None)) is None else target


def plan(shards: Sequence[Shard], settings: Settings, how: Runtime) -> list[Phase]:
    """What each phase will take, from the numbers of the shards' manifests alone.

    How many edges there will be is not known: one for each hash is assumed, which is more than most corpora have. They
    stay on disk until there are clusters, so what a method leaves is there in all phases after it.
    """
    rows = sum(shard.rows for shard in shards)
    phases: list[Phase] = []
    left = 0
    for method in settings.methods:
        phases += [replace(phase, disk=phase.disk + left) for phase in _needs(method, shards, settings, how)]
        left += bands.EDGE_BYTES * rows * bands.hashes_each(method, settings)
    last = clusters.needs(shards, settings, how)
    return [*phases, replace(last, disk=last.disk + left)]


def _needs(method: str, shards: Sequence[Shard], settings: Settings, how: Runtime) -> list[Phase]:
    if method == "simhash":
        from pipelines import hamming

        return hamming.needs(shards, settings, how)
    phases = bands.needs(method, shards, settings, how)
    if method == "minhash" and settings.verify > 0:
        from pipelines import compare

        compared = compare.needs(shards, settings, how)
        proposed = bands.EDGE_BYTES * sum(shard.rows for shard in shards) * bands.hashes_each(method, settings)
        phases.append(replace(compared, disk=compared.disk + proposed))
    return phases


def _search(work: str, shards: Sequence[Shard], settings: Settings) -> Search:
    """The search, with a key that memory, workers and the order of inputs do not change."""
    from pipelines import compare

    ordered = tuple(sorted(shards, key=lambda shard: shard.first))
    asked = {**asdict(settings), "signing": {**asdict(settings.signing), "methods": list(settings.methods)}}
    state = [VERSION, compare.VERSION, asked, [[shard.source, shard.stem, shard.rows] for shard in ordered]]
    return Search(work, ordered, settings, storage.fingerprint(state))


def _edges(search: Search, method: str, how: Runtime) -> tuple[list[str], dict[str, Any]]:
    """The files of a method's edges, and what was counted on the way."""
    if method == "simhash":
        from pipelines import hamming

        paths = hamming.edges(search, how)
        return paths, _counted(paths)
    paths = bands.edges(search, method, how)
    counts = _counted(paths)
    if method == "minhash" and search.settings.verify > 0:
        from pipelines import compare

        paths = compare.verified(search, paths, how)
        counts |= compare.counted(paths)
    return paths, counts


def _counted(paths: Sequence[str]) -> dict[str, Any]:
    """The sums of what the manifests of edges count: documents without a signature, and what large buckets left out."""
    total: Counter[str] = Counter(unsigned=0)
    for path in paths:
        manifest: dict[str, Any] = storage.read_json(manifest_of(path)) or {}
        total.update({name: manifest.get(name, 0) for name in ("unsigned", "large_buckets", "pairs_left_out")})
    return dict(total)
