"""Build a corpus from a recipe: every room, one after the other. What is finished is not done again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.entry import Entry
from lang_params.files import APART
from lang_params.params import default, load_all
from pipelines import storage, substrings
from pipelines.config import Config
from pipelines.contamination import check, search
from pipelines.curate import STAGES, Wanted, curate
from pipelines.dedup import dedup
from pipelines.judge import NO_DUPLICATES, Inputs, Judged, judge
from pipelines.progress import console
from pipelines.run import Runtime
from pipelines.shards import Shard, shards_of
from roots import sums
from roots.entries import load_all_checked
from roots.folders import discard_sources, locked
from roots.mix import table as mix_table
from roots.mix.mixing import Mixed, kept_bytes, write
from roots.mix.plan import planned
from roots.mix.presets import applied
from roots.mix.settings import MixSettings
from roots.policy import LeftOut, admit, too_small
from roots.recipe import Recipe
from roots.recipe_dedup import Dedup
from roots.tokenize import current, discard_stale, tokenize
from roots.train_tokenizer import Trained, discard, entering, known, train

Tokens = Mapping[str, Mapping[str, Any]] | None
"""The manifests of token shards by dataset; None: there are none."""


@dataclass(frozen=True)
class Built:
    """What a build made, as far as it went; `inputs` is what judging was told of copies and contamination."""

    recipe: Recipe
    entries: Sequence[Entry]
    config: Config
    curated: Sequence[Mapping[str, Any]]
    shards: Sequence[Shard]
    judged: Sequence[Judged]
    left_out: Sequence[LeftOut] = ()
    inputs: Inputs = field(default_factory=Inputs)
    mixed: Mixed | None = None
    tokens: Tokens = None
    tokenizer: Trained | None = None


def build(recipe: Recipe, work: str, how: Runtime, until: str = "tokens") -> Built:
    """Bring the work folder to where the recipe says, up to the stage `until`.

    Nothing is read of a source that the policy refuses or that was removed.
    """
    sources = load_all_checked(recipe.sources, recipe.lang_params)
    admitted = admit(recipe.path, sources, recipe.policy, recipe.removals)
    entries = admitted.entries
    _say(admitted.left_out)
    config = configuration(recipe, entries)
    check(recipe.dedup.decontamination, how)
    with locked(work, "build"):
        curated = curate(work, entries, config, how, Wanted(STAGES, recipe.removals))
        discard_sources(work, [entry.uid for entry in entries])
        shards = shards_of(curated)
        if until == "curate":
            storage.remove(storage.join(work, ".run"))
            return Built(recipe, entries, config, curated, shards, [], admitted.left_out)
        inputs = _inputs(work, shards, (recipe, entries), how)
        judged = _cut(work, judge(work, shards, config, how, inputs=inputs), recipe.dedup, how)
        small = too_small(entries, judged, recipe.policy)
        _say(small)
        left_out = [*admitted.left_out, *small]
        built = Built(recipe, entries, config, curated, shards, judged, left_out, inputs)
        if until in ("tokenizer", "mix", "tokens"):
            built = _release(built, work, how, until)
        storage.remove(storage.join(work, ".run"))
    return built


def _say(left_out: Sequence[LeftOut]) -> None:
    for source in left_out:
        console.print(f"left out: {source}", highlight=False, markup=False, soft_wrap=True)


def _inputs(work: str, shards: Sequence[Shard], asked: tuple[Recipe, Sequence[Entry]], how: Runtime) -> Inputs:
    """What judging is told beside measures and parameters, after looking for benchmarks and for copies."""
    recipe, entries = asked
    clusters = NO_DUPLICATES
    contamination = search(work, shards, recipe.dedup.decontamination, how)
    if recipe.dedup.scope == "none":
        storage.remove(storage.join(work, "dedup"))
    else:
        clusters = dedup(work, shards, recipe.dedup.settings(recipe.profile), how)
    return inputs_of(recipe, entries, clusters, contamination)


def inputs_of(recipe: Recipe, entries: Sequence[Entry], clusters: str, contamination: str) -> Inputs:
    """What judging is told, given the path of the clusters of copies and the key of the search for benchmarks."""
    return Inputs(
        clusters=clusters,
        refusals=recipe.policy.documents,
        keep=recipe.dedup.kept({entry.uid: entry.kind for entry in entries}),
        contamination=contamination,
        folder="ledger" if recipe.dedup.substrings is None else "verdicts",
    )


def _cut(work: str, judged: Sequence[Judged], asked: Dedup, how: Runtime) -> Sequence[Judged]:
    """The shards with ledgers that say what is cut inside documents, if the recipe asks for it."""
    if asked.substrings is not None:
        return substrings.cut(work, judged, asked.substrings, how)
    substrings.discard(work, sorted({each.shard.source for each in judged}))
    return judged


def _release(built: Built, work: str, how: Runtime, until: str) -> Built:
    """From verdicts to what is published: the tokenizer (a budget in tokens needs it), the mix, the tokens, the cards.

    Checksums of all that come last."""
    from roots.release import write_cards

    recipe = built.recipe
    sample = entering(built.judged, built.entries, recipe.tokenizer)
    trained = known(work, sample, recipe.tokenizer)
    text = any(kept_bytes(built.judged).values())
    wanted = until != "mix" or recipe.mix.budget_tokens is not None
    if wanted and text:
        trained = train(work, sample, recipe.tokenizer, how)
    if until == "tokenizer":
        return replace(built, tokenizer=trained)
    sums.discard(work)
    plan = planned(work, built.judged, _settings(built, trained), how)
    mix_table.show(plan, built.config.languages)
    mixed = write(work, built.judged, plan, how)
    path = None if trained is None else trained.path
    if trained is None:
        discard(work)
    if until == "tokens" and path is not None and any(mixed.gets.values()):
        tokens: Tokens = tokenize(work, mixed, path, how, recipe.tokens)
    else:
        discard_stale(work, mixed, path, recipe.tokens)
        tokens = current(work, mixed, path, recipe.tokens)
    done = replace(built, mixed=mixed, tokens=tokens, tokenizer=trained)
    write_cards(done, work, how)
    sums.write(work)
    return done


def _settings(built: Built, trained: Trained | None) -> MixSettings:
    """What the recipe says of the mix, with what only a build knows: its sources, their licences, its tokenizer."""
    settings = applied(built.recipe.mix, {entry.uid: entry.kind for entry in built.entries})
    return replace(
        settings,
        title=built.recipe.name,
        names={code: params.language.name for code, params in built.config.languages.items()},
        licences={entry.uid: entry.licence.id for entry in built.entries},
        tokenizer=trained.path if trained and settings.budget_tokens is not None else "",
    )


def configuration(recipe: Recipe, entries: Sequence[Entry] = ()) -> Config:
    """The profile and the parameters of the recipe's languages, and of code where a source is in it."""
    declared = {code for entry in entries for code in entry.languages}
    codes = sorted({*recipe.languages, *declared.intersection(APART)})
    everything = load_all(recipe.lang_params, codes)
    languages = {code: everything[code] for code in codes}
    profile: Any = recipe.profile
    return Config(profile, languages, default(recipe.lang_params), recipe.dedup.signing)
