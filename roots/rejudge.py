"""New verdicts from stored measures after a limit changed: the judging of a build without what reads texts.

New ledgers are written beside the old ones, the two are compared document by document, what changed is said, and only
then the old ones go. A mark in `.run` remembers what was in force before, so that after a kill the same command goes on
and says the same; only of ledgers that went before they were compared it cannot.
"""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from lang_params.languages import find
from lang_params.params import LangParams
from pipelines import contamination, dedup, judge, storage
from pipelines.config import Config
from pipelines.judge import NO_DUPLICATES, Inputs, Judged
from pipelines.run import Runtime
from pipelines.shards import Shard, shards_of
from pipelines.task import manifest_of, pending
from roots import named, verdict_changes
from roots.build import configuration, inputs_of
from roots.entries import load_all_checked
from roots.folders import locked, unfinished
from roots.limit_words import let_through
from roots.policy import admit
from roots.recipe import Recipe
from roots.reread import Asked, RejudgeError, curated
from roots.verdict_changes import Change

MARK = "rejudge.json"
"""In `.run`: what was in force when judging again began."""

Limits = Mapping[str, Mapping[str, Any]]
"""Of a language: for each measure whether it is applied, and its bounds."""

Counts = Sequence[Sequence[Any]]
"""Rows of language or None, cause (None: kept), documents, bytes of text, as manifests have them."""


@dataclass(frozen=True)
class InForce:
    """What ledgers say: their key, the limits by language, why filters are not applied, the documents by cause.

    `shards` is the hash of the names of the shards that they are of.
    """

    key: str
    shards: str
    limits: Mapping[str, Limits]
    not_applied: Mapping[str, Mapping[str, str]]
    counts: Counts


@dataclass(frozen=True)
class Mark:
    """What was in force when judging again began, and whether another run had not ended in the folder before that."""

    before: InForce
    unfinished: bool


@dataclass(frozen=True)
class Rejudged:
    """What judging again changed: what was in force and what is, and the documents that another cause decides now.

    `unknown` shards could not be compared, because a run that was killed had removed their old ledgers. `held` are
    languages whose limits are others in the parameters, but were not asked for. `command` is what builds the folder.
    """

    names: Mapping[str, str]
    before: InForce
    after: InForce
    changes: Sequence[Change] = ()
    unknown: int = 0
    held: Sequence[str] = ()
    command: str = ""

    @property
    def anything(self) -> bool:
        """Whether the verdicts are decided by anything else than before."""
        return self.before.key != self.after.key

    def limits(self) -> Iterator[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]:
        """The limits that changed, of languages of which there are documents: language, filter, before, after."""
        for code, limits in sorted(self.after.limits.items()):
            for name, now in limits.items():
                was = self.before.limits.get(code, {}).get(name, now)
                if was != now:
                    yield code, name, was, now


def rejudge(recipe: Recipe, work: str, how: Runtime, langs: Sequence[str], say: Callable[[Rejudged], None]) -> Rejudged:
    """Judge a built work folder by the limits of the recipe's parameters, or by those of some languages alone.

    `say` is told what changed before the old ledgers go. Raises RejudgeError, before anything is touched, where
    something would have to be read again, or where the folder was never judged.
    """
    admitted = admit(recipe.path, load_all_checked(recipe.sources, recipe.lang_params), recipe.policy, recipe.removals)
    config = configuration(recipe, admitted.entries)
    asked = Asked(work, recipe, admitted.entries, config, _command(recipe, work))
    codes = _codes(recipe, config, langs)
    if not storage.names(work):
        raise asked.refusal(["there is no such folder, or nothing is in it"])
    with locked(work, "build"):
        shards = shards_of(curated(asked, how))
        inputs = _inputs(asked, shards)
        new = judge.planned(work, shards, config, inputs)[0].key
        mark = _marked(work, shards) or Mark(_found(asked, shards, new), unfinished(work))
        before = mark.before
        wanted = _in_force(config, before, codes) if codes else config
        held = sorted(code for code in before.limits if code not in codes and _other(wanted, config, code))
        done = replace(_written(asked, (shards, mark), (wanted, inputs), how), held=held)
        say(done)
        if inputs.folder == "ledger":
            judge.sweep(work, _ledgers(work, shards, done.after.key), inputs.folder)
        _tidy(work, mark)
    return done


def _command(recipe: Recipe, work: str) -> str:
    other = [] if recipe.lang_params == recipe.own_lang_params else ["--lang-params", str(recipe.lang_params)]
    return shlex.join(["roots", "build", str(recipe.path), "--work", work, *other])


def _codes(recipe: Recipe, config: Config, langs: Sequence[str]) -> list[str]:
    codes = sorted({find(name, recipe.lang_params) for name in langs})
    for code in codes:
        if code not in config.languages:
            known = ", ".join(sorted(config.languages))
            raise RejudgeError(f"--lang {code}: is none of the languages of {recipe.path}, which are {known}")
    return codes


def _inputs(asked: Asked, shards: Sequence[Shard]) -> Inputs:
    """What judging is told of copies and of contamination, as earlier runs found it."""
    wanted = asked.recipe.dedup
    clusters: str | None = NO_DUPLICATES
    if wanted.scope != "none":
        clusters = dedup.stored(asked.work, shards, wanted.settings(asked.recipe.profile))
    if clusters is None:
        raise asked.refusal(["copies were not looked for as [dedup] and [simhash] of the recipe now say"])
    found = contamination.stored(asked.work, shards, wanted.decontamination)
    if found is None:
        raise asked.refusal(["benchmarks were not looked for as [decontamination] of the recipe now says"])
    return inputs_of(asked.recipe, asked.entries, clusters, found)


def _names_of(shards: Sequence[Shard]) -> str:
    return storage.fingerprint([[shard.source, shard.stem] for shard in shards])


def _ledgers(work: str, shards: Sequence[Shard], key: str) -> list[Judged]:
    """The ledgers with this key, whether they are there or not."""
    return [
        Judged(shard, storage.join(work, shard.source, "ledger", f"{shard.stem}.{key}.parquet"), {}) for shard in shards
    ]


def _marked(work: str, shards: Sequence[Shard]) -> Mark | None:
    """The mark of a run that was killed; None where there is none, or one of other shards."""
    found = storage.read_json(storage.join(work, ".run", MARK))
    if not isinstance(found, dict) or found["before"]["shards"] != _names_of(shards):
        return None
    return Mark(InForce(**found["before"]), found["unfinished"])


def _tidy(work: str, mark: Mark) -> None:
    """Remove what this run left; what a run left that has not ended is for that run to remove."""
    mine = (MARK, verdict_changes.FOLDER) if mark.unfinished else ("",)
    for name in mine:
        storage.remove(storage.join(work, ".run", name))


def _found(asked: Asked, shards: Sequence[Shard], new: str) -> InForce:
    """What is in force: the ledgers that every shard has. Where a killed run left two such sets, those are meant that
    do not have the `new` key."""
    stems = {(shard.source, shard.stem) for shard in shards}
    keys: dict[str, int] = {}
    for source in sorted({shard.source for shard in shards}):
        for name in storage.names(storage.join(asked.work, source, "ledger")):
            stem, _, key = name.removesuffix(".json").rpartition(".")
            if name.endswith(".json") and (source, stem) in stems:
                keys[key] = keys.get(key, 0) + 1
    whole = [key for key, count in keys.items() if count == len(stems)]
    if not whole:
        raise asked.refusal(["the documents in this folder were never judged, or not to the end"])
    key = max(whole, key=lambda key: (key != new, key))
    ledgers = [
        replace(each, manifest=storage.read_json(manifest_of(each.ledger)))
        for each in _ledgers(asked.work, shards, key)
    ]
    if any("limits" not in each.manifest for each in ledgers):
        raise asked.refusal(["its ledgers are from an earlier version and do not say which limits were in force"])
    return _said(key, ledgers)


def _said(key: str, judged: Sequence[Judged]) -> InForce:
    """What the manifests of ledgers say."""
    limits: dict[str, Limits] = {}
    reasons: dict[str, Mapping[str, str]] = {}
    sums: dict[tuple[str | None, str | None], tuple[int, int]] = {}
    for each in judged:
        limits |= each.manifest["limits"]
        reasons |= each.manifest["not_applied"]
        for lang, cause, documents, size in each.manifest["counts"]:
            before = sums.get((lang, cause), (0, 0))
            sums[lang, cause] = (before[0] + documents, before[1] + size)
    counts = [[*which, *found] for which, found in sums.items()]
    return InForce(key, _names_of([each.shard for each in judged]), limits, reasons, counts)


def _other(one: Config, two: Config, code: str) -> bool:
    """Whether the limits of a language are others in one configuration than in another."""
    return code in one.languages and one.languages[code].judging() != two.languages[code].judging()


def _in_force(config: Config, before: InForce, but: Sequence[str]) -> Config:
    """The configuration with the limits in force, but those of some languages. Of a language without a document it is
    not known what is in force, nor does it matter."""
    held = {
        code: _held(params, before) if code not in but and code in before.limits else params
        for code, params in config.languages.items()
    }
    return replace(config, languages=held)


def _held(params: LangParams, before: InForce) -> LangParams:
    """Parameters of a language with the limits in force."""
    limits, reasons = before.limits[params.code], before.not_applied.get(params.code, {})
    filters = dict(params.filters)
    for name, said in limits.items():
        switched_on = reasons.get(name) != "switched off"
        filters[name] = replace(filters[name], enabled=switched_on, min=said["min"], max=said["max"])
    return replace(params, filters=filters)


def _written(
    asked: Asked, stored: tuple[Sequence[Shard], Mark], given: tuple[Config, Inputs], how: Runtime
) -> Rejudged:
    """Write the new ledgers where there are none, and compare them with the old ones."""
    (shards, mark), (config, inputs) = stored, given
    before = mark.before
    names = {code: params.language.name for code, params in asked.config.languages.items()}
    tasks = judge.planned(asked.work, shards, config, inputs)
    if inputs.folder != "ledger":
        if pending(tasks):
            raise asked.refusal(_passages(asked, before))
        return Rejudged(names, before, before, command=asked.command)
    key = tasks[0].key
    if key == before.key and not pending(tasks):
        return Rejudged(names, before, before, command=asked.command)
    storage.write_json(storage.join(asked.work, ".run", MARK), asdict(mark))
    judged = judge.written(asked.work, shards, config, how, inputs=inputs)
    changes, unknown = verdict_changes.between(asked.work, _ledgers(asked.work, shards, before.key), judged, how)
    return Rejudged(names, before, _said(key, judged), changes, unknown, command=asked.command)


def _passages(asked: Asked, before: InForce) -> list[str]:
    """Why new verdicts need texts where passages are cut, with the limits that make new ones."""
    changed = [
        code
        for code in sorted(before.limits)
        if code in asked.config.languages and asked.config.languages[code].judging() != before.limits[code]
    ]
    now = {code: asked.config.languages[code].judging() for code in changed}
    found = Rejudged({}, before, replace(before, limits={**before.limits, **now}))
    limits = [
        f"{named.of(asked.config.languages[code])}: {name} was {let_through(was)} and is {let_through(new)}"
        for code, name, was, new in found.limits()
    ]
    why = "[substrings] of the recipe cuts passages that stand in other documents that are in, and these are others now"
    return [why, *limits]
