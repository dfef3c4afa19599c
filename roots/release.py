"""The cards of a build: gathers what the rooms know and writes README.md and cards/, with a manifest of them all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catalog.entry import Entry
from pipelines import census, overlap, storage, tables
from pipelines.contamination import report
from pipelines.judge import NO_DUPLICATES
from pipelines.run import Runtime, run
from pipelines.shards import Shard
from pipelines.task import Task, discard_others, manifest_of, with_manifests
from roots import copies, nearest
from roots.audit import record as audit_record
from roots.audit.record import Draw
from roots.build import Built
from roots.cards import counts as card_counts
from roots.cards import facts as cards
from roots.cards.copies import Found
from roots.cards.counts import Counted
from roots.cards.examples import Example
from roots.cards.files import files
from roots.cards.language import FOLDER
from roots.cards.personal import Personal, add
from roots.clean_report import steps
from roots.look import counted
from roots.map import page as map_
from roots.mix.mixing import Mixed
from roots.nearest import Candidate
from roots.parquet import configs

VERSION = 1
"""Of what is counted of the same clusters."""

NOTHING = Found()
"""No copies were looked for."""

VALIDATION = "/validation"
"""How the name of a dataset ends that is set apart for validation."""

MANIFEST = "cards.json"
"""In cards/: names every card, that of the corpus too, so that `roots verify` knows the bytes of each."""


def write_cards(built: Built, work: str, how: Runtime | None = None) -> list[str]:
    """Write the card of the corpus, of each source and of each language; returns their paths below the work folder."""
    if built.mixed is None:
        return []
    facts = gather(built, work, how or Runtime())
    whole = corpus(built, built.mixed, found(built, work), facts)
    kinds = {entry.uid: entry.kind for entry in built.entries}
    spread = census.take(work, built.judged, built.config, kinds, how or Runtime())
    written = files(whole) | map_.files(whole, spread)
    outputs = []
    for path, card in written.items():
        put = storage.write_bytes(storage.join(work, path), card.encode())
        outputs.append({"file": f"../{path}", "bytes": put.bytes, "sha256": put.sha256})
    manifest = {"key": storage.fingerprint(outputs), "files": outputs}
    storage.write_json(storage.join(work, "cards", MANIFEST), manifest)
    others = [MANIFEST, map_.FACTS.rsplit("/", 1)[-1], FOLDER]
    discard_others(storage.join(work, "cards"), [*others, *kinds])
    spoken = [path.split("/")[2] for path in written if path.startswith(f"cards/{FOLDER}/")]
    discard_others(storage.join(work, "cards", FOLDER), spoken)
    return list(written)


@dataclass(frozen=True)
class Facts:
    """What was counted of measures and ledgers: personal data by source, examples by source and by language;
    what speakers said of samples, by language."""

    personal: Mapping[str, Sequence[Personal]] = field(default_factory=dict)
    of_sources: Mapping[str, Sequence[Example]] = field(default_factory=dict)
    of_languages: Mapping[str, Sequence[Example]] = field(default_factory=dict)
    audits: Mapping[str, Draw] = field(default_factory=dict)


NO_FACTS = Facts()
"""Nothing was counted."""


def gather(built: Built, work: str, how: Runtime) -> Facts:
    """Count what the cards say of measures, shard by shard, and read the few texts that they show."""
    entries = {entry.uid: entry for entry in built.entries}
    counted = card_counts.count(work, built.judged, entries, nearest.limits(built.config.languages), how)
    dropped = {uid: _dropped(built, uid) for uid in entries}
    chosen = {uid: nearest.of_source(_near(counted, uid), dropped[uid]) for uid in entries}
    spoken: dict[str, list[Candidate]] = {}
    for each in nearest.of_languages(candidate for one in counted for candidate in one.near):
        spoken.setdefault(each.near.lang, []).append(each)
    shown = [candidate for group in (chosen, spoken) for each in group.values() for candidate in each]
    texts = card_counts.read(shown, built.config.languages)
    personal: dict[str, list[Personal]] = {uid: [] for uid in entries}
    for one in counted:
        personal[one.source] += one.personal
    return Facts(
        {uid: add(each, by_language=True) for uid, each in personal.items()},
        {uid: [texts[candidate] for candidate in each] for uid, each in chosen.items()},
        {lang: [texts[candidate] for candidate in each] for lang, each in spoken.items()},
        audit_record.latest(work, sorted(built.config.languages)),
    )


def _near(counted: Sequence[Counted], uid: str) -> list[Candidate]:
    return [candidate for one in counted if one.source == uid for candidate in one.near]


def _dropped(built: Built, uid: str) -> dict[tuple[str, str], int]:
    """How many documents of a source each filter dropped, by language and filter."""
    found: Counter[tuple[str, str]] = Counter()
    for shard in built.judged:
        for lang, cause, count, _ in shard.manifest["counts"] if shard.shard.source == uid else ():
            if lang is not None and cause is not None:
                found[lang, cause] += count
    return found


def corpus(built: Built, mixed: Mixed, copied: Found = NOTHING, facts: Facts = NO_FACTS) -> cards.Corpus:
    """What the cards are made from; `copied` is what was found of copies, `facts` what was counted of measures."""
    recipe, tokens = built.recipe, built.tokens or {}
    return cards.Corpus(
        name=recipe.name,
        profile=recipe.profile,
        languages=built.config.languages,
        sources=[_source(entry, built, facts) for entry in built.entries],
        shares=mixed.shares,
        alpha=recipe.mix.alpha,
        mixed=_mixed(mixed.manifests),
        budget=recipe.mix.budget,
        strict=recipe.mix.strict,
        tokens=_tokens(tokens),
        vocabulary=max((manifest["vocabulary"] for manifest in tokens.values()), default=0),
        left_out=built.left_out,
        description=recipe.description,
        contact=recipe.contact,
        found=copied,
        validation=_validation(mixed.manifests),
        tokenizer=_tokenizer(built),
        policy=recipe.policy,
        mixing=[*recipe.mix.said(), *mixed.notes],
        configs=configs(mixed.files, mixed.gets, parquet=bool(mixed.parquet)),
        examples=facts.of_languages,
        audits=facts.audits,
    )


def _tokenizer(built: Built) -> cards.Tokenizer:
    found = built.tokenizer
    if found is None or not built.tokens:
        return cards.Tokenizer()
    return cards.Tokenizer(found.kind, found.vocabulary, found.sha256, found.kind != "given")


def _source(entry: Entry, built: Built, facts: Facts) -> cards.Source:
    mine = [manifest for manifest in built.curated if manifest["source"] == entry.uid]
    files = {manifest["input"]: manifest["input_bytes"] for manifest in mine}  # one of several slices counts once
    programs: Counter[str] = Counter()
    for manifest in mine:
        programs.update(manifest.get("programs", {}))
    judged = [shard.manifest for shard in built.judged if shard.shard.source == entry.uid]
    return cards.Source(
        entry=entry,
        funnel=counted(judged),
        files=len(files),
        bytes=sum(files.values()),
        programs=programs,
        steps=steps(mine),
        copies=copies.lines(mine, judged),
        personal=facts.personal.get(entry.uid, ()),
        examples=facts.of_sources.get(entry.uid, ()),
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
    """Documents and bytes by source and language, those set apart for validation among them."""
    documents: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for name, written in manifests.items():
        for source, count, size in (row for manifest in written for row in manifest["sources"]):
            key = (source, name.removesuffix(VALIDATION))
            documents[key] += count
            sizes[key] += size
    return {key: (documents[key], sizes[key]) for key in sorted(documents)}


def _validation(manifests: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, tuple[int, int]]:
    """Documents and bytes that are set apart, by language."""
    found = {}
    for name, written in manifests.items():
        if name.endswith(VALIDATION):
            rows = [row for manifest in written for row in manifest["sources"]]
            found[name.removesuffix(VALIDATION)] = (sum(row[1] for row in rows), sum(row[2] for row in rows))
    return found


def _tokens(manifests: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Tokens by language, of all its datasets."""
    found: Counter[str] = Counter()
    for name, manifest in manifests.items():
        found[name.removesuffix(VALIDATION)] += manifest["tokens"]
    return dict(found)
