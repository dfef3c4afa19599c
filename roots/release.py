"""The cards of a build: gathers what the rooms know and writes README.md and cards/, with a manifest of them all."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from catalog.entry import Entry
from pipelines import storage
from pipelines.task import discard_others
from roots import cards, shares
from roots.build import Built
from roots.clean_report import steps
from roots.look import counted
from roots.mix import Mixed

MANIFEST = "cards.json"
"""In cards/: names every card, that of the corpus too, so that `roots verify` knows the bytes of each."""


def write_cards(built: Built, work: str) -> list[str]:
    """Write the card of the corpus and of each source; returns their paths below the work folder."""
    if built.mixed is None:
        return []
    written = cards.files(corpus(built, built.mixed))
    outputs = []
    for path, card in written.items():
        put = storage.write_bytes(storage.join(work, path), card.encode())
        outputs.append({"file": f"../{path}", "bytes": put.bytes, "sha256": put.sha256})
    manifest = {"key": storage.fingerprint(outputs), "files": outputs}
    storage.write_json(storage.join(work, "cards", MANIFEST), manifest)
    discard_others(storage.join(work, "cards"), [MANIFEST, *(entry.uid for entry in built.entries)])
    return list(written)


def corpus(built: Built, mixed: Mixed) -> cards.Corpus:
    """What the cards are made from."""
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
    )


def _source(entry: Entry, built: Built) -> cards.Source:
    mine = [manifest for manifest in built.curated if manifest["source"] == entry.uid]
    counts = counted([shard.manifest for shard in built.judged if shard.shard.source == entry.uid])
    files = {manifest["input"]: manifest["input_bytes"] for manifest in mine}  # one of several slices counts once
    programs: Counter[str] = Counter()
    for manifest in mine:
        programs.update(manifest.get("programs", {}))
    return cards.Source(entry, counts, len(files), sum(files.values()), programs, steps(mine))


def _mixed(manifests: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[tuple[str, str], tuple[int, int]]:
    documents: Counter[tuple[str, str]] = Counter()
    sizes: Counter[tuple[str, str]] = Counter()
    for lang, files in manifests.items():
        for source, count, size in (row for manifest in files for row in manifest["sources"]):
            documents[source, lang] += count
            sizes[source, lang] += size
    return {key: (documents[key], sizes[key]) for key in sorted(documents)}
