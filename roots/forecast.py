"""What deduplication will take, said before it runs: documents, bytes, and for each phase tasks, memory and disk.

The figures come from the manifests of curated sources. Nothing is guessed: where a source is not curated as the recipe
asks, that is said, with the command that curates it.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from fsspec.implementations.local import LocalFileSystem
from rich.table import Table

from catalog.entry import Entry
from catalog.sources import inputs
from pipelines import storage
from pipelines.clusters import enough
from pipelines.config import Config, measured_by
from pipelines.counted import several
from pipelines.plan import Phase
from pipelines.progress import megabytes
from pipelines.run import Runtime
from pipelines.shards import Shard, shards_of
from roots.build import configuration
from roots.entries import load_all_checked
from roots.folders import manifests, opened
from roots.look import console
from roots.policy import admit
from roots.recipe import Recipe


class PlanError(ValueError):
    """A plan that cannot be made: sources that are not curated, and the command that curates them."""


@dataclass(frozen=True)
class Forecast:
    """What a search for copies will take: the shards, its phases, and the bytes that are free where it works.

    `free` is None where it is not known, as of a bucket.
    """

    shards: Sequence[Shard]
    phases: Sequence[Phase]
    how: Runtime
    free: int | None

    @property
    def memory(self) -> int:
        """Peak memory in bytes of all workers together: the largest phase, on as many workers as have a task."""
        return max((phase.memory * min(self.how.workers, max(phase.tasks, 1)) for phase in self.phases), default=0)

    @property
    def disk(self) -> int:
        """Peak of what is on disk beyond the curated sources, in bytes."""
        return max((phase.disk for phase in self.phases), default=0)


def forecast(recipe: Recipe, work: str, how: Runtime) -> Forecast:
    """The plan for a recipe's search for copies. Raises PlanError when a source is not curated as the recipe asks."""
    opened(work)
    sources = load_all_checked(recipe.sources, recipe.lang_params)
    entries = admit(recipe.path, sources, recipe.policy, recipe.removals).entries
    config = configuration(recipe, entries)
    found = {entry.uid: manifests(work, entry.uid, "documents") for entry in entries}
    missing = [entry.uid for entry in entries if not curated(entry, found[entry.uid], config)]
    if missing:
        more = f" and {len(missing) - 3:,} more" if len(missing) > 3 else ""
        raise PlanError(
            f"{work}: not curated as this recipe asks: {', '.join(missing[:3])}{more}; without that nobody knows how "
            f"much there is to compare; first: roots curate {recipe.path} --work {work}"
        )
    shards = shards_of([manifest for some in found.values() for manifest in some])
    return Forecast(shards, phases(recipe, shards, how), how, _free(work))


def phases(recipe: Recipe, shards: Sequence[Shard], how: Runtime) -> list[Phase]:
    """The phases of all that a recipe asks for, in their order; none where copies are not looked for.

    How many documents have copies is not known before: the choice of the ones that stay is planned as if all had.
    """
    from pipelines import contamination, copies, dedup, substrings

    found: list[Phase] = []
    asked = recipe.dedup
    if asked.decontamination.benchmarks:
        found.append(contamination.needs(shards, asked.decontamination, how))
    if asked.scope != "none":
        found += dedup.plan(shards, asked.settings(recipe.profile), how)
        documents = sum(shard.rows for shard in shards)
        methods, functions = asked.signing.methods, asked.signing.minhash.functions
        found.append(copies.needs(shards, documents, how, methods=methods, functions=functions))
    if asked.substrings is not None:
        found.append(substrings.needs(shards, asked.substrings, how))
    return found


def curated(entry: Entry, found: Sequence[Mapping[str, Any]], config: Config) -> bool:
    """Whether these manifests are those of all files of a source, read and signed as the configuration says."""
    asked = {file.name: file.size for file in inputs(entry)}
    read: dict[str, set[int]] = {name: set() for name in asked}
    counts: dict[str, set[int]] = {name: set() for name in asked}
    for manifest in found:
        name, (number, count) = manifest["input"], manifest["slice"]
        if asked.get(name) != manifest["input_bytes"] or not _measured(manifest, config):
            return False
        read[name].add(number)
        counts[name].add(count)
    return all(len(counts[name]) == 1 and len(read[name]) == max(counts[name]) for name in asked)


def _measured(manifest: Mapping[str, Any], config: Config) -> bool:
    """Whether a shard was measured with the parameters of the configuration, and signed."""
    languages = manifest["languages"]
    return (
        manifest["profile"] == config.profile
        and manifest["signing"] == config.signed()
        and all(storage.fingerprint(measured_by(config.of(lang))) == key for lang, key in languages.items())
    )


def _free(work: str) -> int | None:
    """Bytes that are free on the disk of a local folder."""
    fs, inner = storage.filesystem(work)
    return shutil.disk_usage(inner).free if isinstance(fs, LocalFileSystem) else None


def show(plan: Forecast) -> None:
    """Print a plan: what is compared, the phases, the totals against what there is."""
    documents, size = sum(shard.rows for shard in plan.shards), sum(shard.bytes for shard in plan.shards)
    click.echo(f"{several(documents, 'document')}, {megabytes(size)} of text, in {several(len(plan.shards), 'shard')}")
    view = Table(title="Deduplication")
    for place, header in enumerate(("phase", "tasks", "memory of a worker", "disk")):
        view.add_column(header, justify="right" if place else "left")
    for phase in plan.phases:
        view.add_row(phase.name, f"{phase.tasks:,}", megabytes(phase.memory), megabytes(phase.disk))
    console().print(view)
    for said in totals(plan):
        click.echo(said)


def totals(plan: Forecast) -> list[str]:
    """Peak memory and disk, against the limit of a worker and what is free; a line each."""
    workers = f"{plan.how.workers} workers" if plan.how.workers > 1 else "1 worker"
    worker = max((phase.memory for phase in plan.phases), default=0)
    said = [
        f"memory: {megabytes(worker)} a worker at most (--memory {megabytes(plan.how.memory)}), "
        f"{megabytes(plan.memory)} in all on {workers}"
    ]
    free = "" if plan.free is None else f", {megabytes(plan.free)} are free"
    said.append(f"disk: {megabytes(plan.disk)} beside the curated sources at most{free}")
    if worker > plan.how.memory:
        said.append(f"look at this: a worker needs more than --memory {megabytes(plan.how.memory)}")
    if enough(plan.shards) > plan.how.memory and any(phase.name == "clusters" for phase in plan.phases):
        least = megabytes(enough(plan.shards))
        said.append(f"look at this: clusters are joined many times faster from --memory {least} on")
    if plan.free is not None and plan.disk > plan.free:
        said.append("look at this: that is more than is free on this disk")
    return said
