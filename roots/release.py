"""The cards of a build: gathers what the rooms know and writes README.md and cards/, with a manifest of them all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog.entry import Entry
from pipelines import overlap, storage, tables
from pipelines.contamination import report
from pipelines.judge import NO_DUPLICATES
from pipelines.run import Runtime, run
from pipelines.shards import Shard
from pipelines.task import Task, discard_others, manifest_of, with_manifests
from roots import cards, copies, shares
from roots.build import Built
from roots.card_copies import Found
from roots.clean_report import steps
from roots.look import counted
from roots.mix import Mixed

VERSION = 1
"""Of what is counted of the same clusters."""

NOTHING = Found()
"""No copies were looked for."""

MANIFEST = "cards.json"
"""In cards/: names every card, that of the corpus too, so that `roots verify` knows the bytes of each."""


def write_cards(built: Built, work: str) -> list[str]:
    """Write the card of the corpus and of each source; returns their paths below the work folder."""
    if built.mixed is None:
        return []
    written = cards.files(corpus(built, built.mixed, found(built, work)))
    outputs = []
    for path, card in written.items():
        put = storage.write_bytes(storage.join(work, path), card.encode())
        outputs.append({"file": f"../{path}", "bytes": put.bytes, "sha256": put.sha256})
    manifest = {"key": storage.fingerprint(outputs), "files": outputs}
    storage.write_json(storage.join(work, "cards", MANIFEST), manifest)
    discard_others(storage.join(work, "cards"), [MANIFEST, *(entry.uid for entry in built.entries)])
    return list(written)


def corpus(built: Built, mixed: Mixed, copied: Found = NOTHING) -> cards.Corpus:
    """What the cards are made from; `copied` is what was found of copies."""
    recipe, tokens = built.recipe, built.tokens or {}
    return cards.Corpus(
        name=recipe.name,
        profile=recipe.profile,
        languages=built.config.languages,
        sources=[_source(entry, built) for entry in built.entries],
        shares=shares.table(mixed.sizes, alpha=recipe.mix.alpha, gets=mixed.gets) if mixed.sizes else [],
        alpha=recipe.mix.alpha,
        mixed=_mixed(mixed.manifests),
        budget=recipe.mix.budget,
        strict=recipe.mix.strict,
        tokens={lang: manifest["tokens"] for lang, manifest in tokens.items()},
        vocabulary=max((manifest["vocabulary"] for manifest in tokens.values()), default=0),
        left_out=built.left_out,
        description=recipe.description,
        contact=recipe.contact,
        found=copied,
    )


def _source(entry: Entry, built: Built) -> cards.Source:
    mine = [manifest for manifest in built.curated if manifest["source"] == entry.uid]
    files = {manifest["input"]: manifest["input_bytes"] for manifest in mine}  # one of several slices counts once
    programs: Counter[str] = Counter()
    for manifest in mine:
        programs.update(manifest.get("programs", {}))
    judged = [shard.manifest for shard in built.judged if shard.shard.source == entry.uid]
    return cards.Source(
        entry, counted(judged), len(files), sum(files.values()), programs, steps(mine), copies.lines(mine, judged)
    )


@dataclass(frozen=True)
class OverlapJob:
    """Count what sources have in common: the folder, its shards, the path of the clusters, where the counts go."""

    work: str
    shards: Sequence[Shard]
    clusters: str
    target: str


def found(built: Built, work: str) -> Found:
    """What was found of copies. What sources have in common is counted once and kept beside the clusters."""
    asked, profile = built.recipe.dedup, built.recipe.profile
    manifests = [shard.manifest for shard in built.judged]
    benchmarks = report(work, built.shards, built.inputs.contamination)
    lines = copies.lines(built.curated, manifests)
    if built.inputs.clusters == NO_DUPLICATES:
        return Found(asked, lines=lines, benchmarks=benchmarks, profile=profile)
    folder = storage.join(work, "dedup", "overlap")
    key = storage.fingerprint([VERSION, built.inputs.clusters.rsplit("/", 1)[-1]])
    target = storage.join(folder, f"overlap.{key}.parquet")
    job = OverlapJob(work, built.shards, built.inputs.clusters, target)
    run("cards: overlap of sources", [Task(manifest_of(target), key, 0, job)], count_overlap, Runtime())
    discard_others(folder, with_manifests([target]))
    return Found(
        dedup=asked,
        counted=copies.counted(built.inputs.clusters),
        lines=lines,
        overlap=tables.read(target),
        benchmarks=benchmarks,
        profile=profile,
    )


def count_overlap(job: OverlapJob) -> dict[str, Any]:
    """Write what each source has in common with each (`pipelines.overlap.OVERLAP`)."""
    return {"files": [tables.write(job.target, overlap.shared(job.work, job.shards, job.clusters)).record()]}


def _mixed(manifests: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[tuple[str, str], tuple[int, int]]:
    documents: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for lang, files in manifests.items():
        for source, count, size in (row for manifest in files for row in manifest["sources"]):
            documents[source, lang] += count
            sizes[source, lang] += size
    return {key: (documents[key], sizes[key]) for key in sorted(documents)}
