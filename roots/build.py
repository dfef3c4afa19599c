"""Build a corpus from a recipe: every room, one after the other. What is finished is not done again."""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from filelock import FileLock, Timeout
from fsspec.implementations.local import LocalFileSystem

from catalog.entry import Entry
from lang_params.params import default, load_all
from pipelines import storage
from pipelines.config import Config
from pipelines.curate import curate
from pipelines.dedup import Shard, dedup, shards_of
from pipelines.judge import NO_DUPLICATES, Judged, judge
from pipelines.run import RunError, Runtime
from roots.entries import RESERVED, load_all_checked
from roots.mix import Mixed, mix
from roots.recipe import Recipe
from roots.tokens import tokenize, train

UNTIL = ("judge", "mix", "tokens")
"""Where a build may stop."""


@dataclass(frozen=True)
class Built:
    """What a build made, as far as it went."""

    recipe: Recipe
    entries: Sequence[Entry]
    config: Config
    curated: Sequence[Mapping[str, Any]]
    shards: Sequence[Shard]
    judged: Sequence[Judged]
    mixed: Mixed | None = None
    tokens: Mapping[str, Mapping[str, Any]] | None = None


def build(recipe: Recipe, work: str, how: Runtime, until: str = "tokens") -> Built:
    """Bring the work folder to where the recipe says, up to the stage `until`."""
    entries = load_all_checked(recipe.sources)
    config = configuration(recipe)
    with locked(work):
        curated = curate(work, entries, config, how)
        _discard_sources(work, entries)
        shards = shards_of(curated)
        clusters = NO_DUPLICATES if recipe.scope == "none" else dedup(work, shards, recipe.scope, how)
        judged = judge(work, shards, config, how, inputs=(clusters, recipe.removals))
        built = Built(recipe, entries, config, curated, shards, judged)
        if until in ("mix", "tokens"):
            built = _release(built, work, how, until)
        storage.remove(storage.join(work, ".run"))
    return built


def _release(built: Built, work: str, how: Runtime, until: str) -> Built:
    from roots.release import write_cards

    mixed = mix(work, built.judged, built.recipe.mix, how)
    tokens = None
    if until == "tokens" and mixed.files:
        tokens = tokenize(work, mixed, train(work, mixed, built.recipe.tokenizer), how)
    done = replace(built, mixed=mixed, tokens=tokens)
    write_cards(done, work)
    return done


def configuration(recipe: Recipe) -> Config:
    """The profile and the parameters of the recipe's languages."""
    everything = load_all(recipe.lang_params)
    languages = {code: everything[code] for code in recipe.languages}
    profile: Any = recipe.profile
    return Config(profile, languages, default(recipe.lang_params))


@contextlib.contextmanager
def locked(work: str) -> Iterator[None]:
    """Hold a local work folder for one run at a time; what an ended run left unfinished is swept away."""
    fs, inner = storage.filesystem(work)
    if not isinstance(fs, LocalFileSystem):
        yield
        return
    fs.makedirs(inner, exist_ok=True)
    try:
        with FileLock(storage.join(inner, ".lock"), timeout=0):
            storage.sweep(inner)
            yield
    except Timeout:
        raise RunError(
            f"{work}: another run is working in this folder; wait for it, or choose another --work"
        ) from None


def _discard_sources(work: str, entries: Sequence[Entry]) -> None:
    """Remove the tables of sources that are no longer in the recipe."""
    keep = {*RESERVED, *(entry.uid for entry in entries)}
    for name in storage.names(work):
        folder = storage.join(work, name)
        if name not in keep and "documents" in storage.names(folder):
            storage.remove(folder)
