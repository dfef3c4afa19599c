"""What judging again needs of an earlier run, and what of it would have to be read again, said before anything is
touched.

Whether a shard is still the one that a build would make says its key alone. Why it is another can mostly be told: the
manifest says how it was measured and signed, and parameters can be put back to what they were before.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from catalog.entry import Entry
from lang_params.files import toml_text
from lang_params.params import LangParams, default, load_all
from pipelines import slices, withhold
from pipelines.config import Config, measured_by
from pipelines.counted import several
from pipelines.curate import STAGES, Curation, planned, with_chains
from pipelines.run import Runtime
from pipelines.storage import fingerprint
from pipelines.task import Task, finished
from roots import folders, named
from roots.recipe import Recipe

MOST = 5
"""Reasons that are named; of a changed default there is one a language."""

LENGTHS = range(1, 21)
"""Lengths of n-grams that are tried where it is not known what a length was; those of ROOTS are 5 to 10."""


class RejudgeError(ValueError):
    """A work folder that cannot be judged again from what is stored: what would have to be read, and the command."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a work folder: the recipe, the sources that its policy admits, the configuration, and the
    command that builds it."""

    work: str
    recipe: Recipe
    entries: Sequence[Entry]
    config: Config
    command: str

    def refusal(self, reasons: Sequence[str]) -> RejudgeError:
        """The error that names what would have to be read again, and the command that does it."""
        shown = "; ".join(reasons[:MOST])
        more = f"; and {len(reasons) - MOST} more" if len(reasons) > MOST else ""
        return RejudgeError(
            f"{self.work}: cannot be judged from stored measures: {shown}{more}. This has to be read again: "
            f"{self.command}"
        )


def curated(asked: Asked, how: Runtime) -> list[dict[str, Any]]:
    """The manifests of the shards that a build would make, where all are there. Nothing is written.

    Raises RejudgeError naming what would have to be read again.
    """
    uids = {entry.uid for entry in asked.entries}
    there = folders.sources(asked.work)
    if not there:
        raise asked.refusal(["nothing was curated in this folder"])
    changed = [f"{uid}: a source that is not in it yet" for uid in sorted(uids.difference(there))]
    changed += [f"{uid}: a source that the recipe does not have, or does not admit" for uid in there if uid not in uids]
    if changed:
        raise asked.refusal(changed)
    plans, uncut = slices.known(asked.work, asked.entries, how)
    tasks = _tasks(asked, asked.config, plans)
    stand = withhold.standing(tasks, asked.recipe.removals)
    found = [stand.get(task.manifest) or finished(task) for task in tasks]
    if uncut or None in found:
        raise asked.refusal(_reasons(asked, tasks, found, (plans, uncut)))
    manifests = [manifest for manifest in found if manifest is not None]
    if names := withhold.uncompared(asked.work, manifests, asked.recipe.removals):
        raise asked.refusal([f"{names[0]}: was not compared with these removals"])
    return manifests


def _tasks(asked: Asked, config: Config, plans: Mapping[str, slices.Plan]) -> list[Task]:
    curation = with_chains(Curation(asked.work, config, "", STAGES), asked.entries, plans)
    return planned(curation, asked.entries, plans)


def _reasons(
    asked: Asked,
    tasks: Sequence[Task],
    found: Sequence[Mapping[str, Any] | None],
    plan: tuple[Mapping[str, slices.Plan], Sequence[tuple[str, str]]],
) -> list[str]:
    """Why shards are not those that a build would make: changed parameters, or else what is said of each shard."""
    plans, uncut = plan
    before = [] if uncut else _parameters(asked, plans)
    if before:
        return before
    said = [f"{uid}: {name} changed, or was cut for another --slice-size" for uid, name in uncut]
    if not said:
        waiting = [task for task, manifest in zip(tasks, found, strict=True) if manifest is None]
        said = [reason for task in waiting for reason in _of_shard(asked, task)]
    return list(dict.fromkeys(said))


def _parameters(asked: Asked, plans: Mapping[str, slices.Plan]) -> list[str]:
    """What of parameters changed, where the shards are those that other known parameters make: the recipe's own in the
    place of those of the command line, or the packaged ones."""
    config = asked.config
    for folder in dict.fromkeys((asked.recipe.own_lang_params, None)):
        known = load_all(folder, config.languages)
        if not set(config.languages) <= set(known):
            continue
        languages = {code: known[code] for code in config.languages}
        before = replace(config, languages=languages, other=default(folder))
        tasks = _tasks(asked, before, plans)
        stand = withhold.standing(tasks, asked.recipe.removals)
        if all(stand.get(task.manifest) or finished(task) for task in tasks):
            return list(_each_different(asked, before))
    return []


def _each_different(asked: Asked, before: Config) -> Iterator[str]:
    """What differs of the parameters of all languages; what is changed for any language is said once."""
    for_any = dict(_different(asked.config.other, before.other))
    for key, (was, now) in for_any.items():
        yield _said(asked, asked.config.other, key, was=was, now=now)
    for code, params in sorted(asked.config.languages.items()):
        for key, values in _different(params, before.languages[code]):
            if for_any.get(key) != values:
                yield _said(asked, params, key, was=values[0], now=values[1])


def _different(new: LangParams, old: LangParams) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """What differs of two parameters of a language and decides what is measured or replaced: key, old and new."""
    now, was = (_flat(each.measuring()) | _flat({"pii": asdict(each.personal)}) for each in (new, old))
    for key in sorted({*was, *now}):
        if was.get(key) != now.get(key):
            yield key, (was.get(key), now.get(key))


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    """The values of nested tables by their whole key, as a parameter file has it."""
    if isinstance(value, Mapping) and value:
        return {k: v for key, part in value.items() for k, v in _flat(part, f"{name}.{key}" if name else key).items()}
    return {name: value}


def _said(asked: Asked, params: LangParams, key: str, *, was: object, now: object) -> str:
    """One key of a language in the file that is in force, with what it was and is; of word lists only that they
    changed, for they are known by their hash."""
    table, _, rest = key.partition(".")
    shown = {"n": f"filters.{rest}.n", "changes": f"filters.{rest}"}.get(table, key)
    file = toml_text(params.code, asked.recipe.lang_params)[0]
    if table in ("stopwords", "flagged_words"):
        return f"{_name(params)}: the list {table}/{params.code}.txt changed"
    return f"{_name(params)}: {shown} in {file} was {was!r} and is {now!r}"


def _name(params: LangParams) -> str:
    return named.of(params) if params.code != "default" else "any language"


def _of_shard(asked: Asked, task: Task) -> list[str]:
    """Why one shard is not the one that a build would make, as far as its manifest tells."""
    entry, name = task.job.entry, task.job.slice.input.name
    where = f"{entry.uid}: {name}"
    known = [each for each in folders.manifests(asked.work, entry.uid, "documents") if each["input"] == name]
    if not known:
        return [f"{where} was not read yet"]
    count = task.job.slice.count
    manifest = next((each for each in known if each["slice"] == [task.job.slice.number, count]), known[0])
    if manifest["input_bytes"] != task.job.slice.input.size:
        return [f"{where} changed: it had {manifest['input_bytes']:,} bytes and has {task.job.slice.input.size:,}"]
    if manifest["slice"][1] != count:
        return [f"{where} was cut into {several(manifest['slice'][1], 'slice')} and not {count}: see --slice-size"]
    found = [*_stated(asked, manifest), *_cleaned(entry, manifest), *_measured(asked, manifest)]
    return found or [
        f"{where} or its entry changed, a model, [pii], or the version of this program or of a library that it uses"
    ]


def _stated(asked: Asked, manifest: Mapping[str, Any]) -> Iterator[str]:
    """What the recipe says of all texts otherwise than when they were read."""
    if manifest["profile"] != asked.config.profile:
        yield f"profile in {asked.recipe.path} was {manifest['profile']!r} and is {asked.config.profile!r}"
    was, now = ({"methods": sorted(each), **_flat(each)} for each in (manifest["signing"], asked.config.signed()))
    for key in sorted({*was, *now}):
        if was.get(key, {}) != now.get(key, {}):
            yield f"[dedup] {key} in {asked.recipe.path} was {was.get(key)!r} and is {now.get(key)!r}"


def _cleaned(entry: Entry, manifest: Mapping[str, Any]) -> Iterator[str]:
    was = [each["step"] for each in manifest.get("cleaning", ())]
    if was != list(entry.cleaning):
        yield f"cleaning in the entry of {entry.uid} was {was} and is {list(entry.cleaning)}"


def _measured(asked: Asked, manifest: Mapping[str, Any]) -> Iterator[str]:
    """The languages of a shard that were measured otherwise, with the key where trying lengths of n-grams finds it."""
    for code, was in sorted(manifest["languages"].items()):
        params = asked.config.of(code)
        if fingerprint(measured_by(params)) != was:
            yield _length(asked, params, was) or (
                f"{_name(params)}: a length of n-grams, a word list, the identifier, the way words are cut, or a model "
                f"is another: see {toml_text(params.code, asked.recipe.lang_params)[0]} and the lists beside it"
            )


def _length(asked: Asked, params: LangParams, was: str) -> str | None:
    """What is said of a length of n-grams that changed, where this is all that did."""
    measured = measured_by(params)
    for name, now in measured["n"].items():
        for n in LENGTHS:
            if fingerprint({**measured, "n": {**measured["n"], name: n}}) == was:
                return _said(asked, params, f"n.{name}", was=n, now=now)
    return None
