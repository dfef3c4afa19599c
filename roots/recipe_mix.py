"""What a recipe says of the mix: the table [mix] and those inside it, read into `MixSettings`.

[mix]
alpha = 0.3                       # smoothing, from 0 (languages alike) to 1 (as they are, also when left out)
budget = 5_000_000                # bytes of text; left out: all that was kept
budget_tokens = 1_000_000         # in its place: tokens, an end of document after each counted
upsampling = 4                    # most times a training document may stand; left out: 1
validation = 0.05                 # share of documents held out, by hash of their content; left out: none
strict = false                    # true: the largest sample with exactly the shares meant, in place of a budget
seed = 42
shard_bytes = 256_000_000         # text that a file aims to hold
formats = ["arrow", "parquet"]    # left out: both; Arrow is always written
preset = "roots-model"            # or "roots-tokenizer": decides all but seed, shard_bytes, formats, validation, budget

[mix.weights]                     # shares by hand; the others have what is left, by alpha
yo = 0.1

[mix.groups.nguni]                # languages that share one weight; inside, its own alpha (left out: 1)
languages = ["zu", "xh"]
alpha = 0.0
weight = 0.05                     # left out: by the size of the group

[mix.sources.my_news]             # what of a source is in, in each of its languages
ratio = 0.5                       # share of its documents, also as "148/272"
most = 1_000_000                  # bytes of text
languages = ["en"]                # left out: all of its languages
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

from lang_params.languages import find
from roots.mix.presets import OPEN, PRESETS, resolved
from roots.mix.settings import FORMATS, Group, MixSettings, SourceRule
from roots.values import FLAG, SEED, SHARE, TEXTS, Allowed, one_of, some_of, whole

TABLE: Allowed = ("a table", lambda value: isinstance(value, dict))


def _fraction(value: Any) -> Fraction | None:
    """A share as it is written, exactly: 0.1 is a tenth. None for what is none."""
    try:
        found = Fraction(str(value)) if type(value) in (int, float, str) else Fraction(-1)
    except (ValueError, ZeroDivisionError):
        return None
    return found if 0 <= found <= 1 else None


RATIO: Allowed = ('a number from 0 to 1, or a fraction as "148/272"', lambda value: _fraction(value) is not None)
PART: Allowed = ("a number from 0 to below 1", lambda value: type(value) in (int, float) and 0 <= value < 1)

KEYS: Mapping[str, Allowed] = {
    "alpha": SHARE,
    "budget": whole(1),
    "budget_tokens": whole(1),
    "upsampling": whole(1, 1_000_000),
    "validation": PART,
    "strict": FLAG,
    "seed": SEED,
    "shard_bytes": whole(1),
    "formats": some_of(FORMATS),
    "preset": one_of(*PRESETS),
    "weights": TABLE,
    "groups": TABLE,
    "sources": TABLE,
}
"""The keys of [mix]."""

OF_A_GROUP: Mapping[str, Allowed] = {"languages": TEXTS, "alpha": SHARE, "weight": SHARE}
OF_A_SOURCE: Mapping[str, Allowed] = {"ratio": RATIO, "most": whole(1), "languages": TEXTS}


def of_table(table: Mapping[str, Any], uids: Sequence[str], lang_params: Path | None = None) -> MixSettings:
    """The settings that a checked table [mix] gives. Raises ValueError naming key, value and what is allowed."""

    def code(name: str, where: str) -> str:
        try:
            return find(name, lang_params)
        except ValueError as error:
            raise ValueError(f"{where}: {error}") from None

    _together(table)
    plain = {key: value for key, value in table.items() if key not in ("preset", "weights", "groups", "sources")}
    if "formats" in plain:
        plain["formats"] = tuple(name for name in FORMATS if name in plain["formats"])
    if "preset" in table:
        return resolved(replace(PRESETS[table["preset"]], **plain))
    weights = {code(name, f"mix.weights.{name}"): value for name, value in sorted(table.get("weights", {}).items())}
    for name, value in table.get("weights", {}).items():
        _check(f"mix.weights.{name}", value, SHARE)
    groups = tuple(_group(name, values, code) for name, values in sorted(table.get("groups", {}).items()))
    _apart(weights, groups)
    rules = [
        rule for uid, values in sorted(table.get("sources", {}).items()) for rule in _rules(uid, values, uids, code)
    ]
    return MixSettings(**plain, weights=dict(sorted(weights.items())), groups=groups, sources=tuple(rules))


def _together(table: Mapping[str, Any]) -> None:
    """Refuse keys that do not go together."""
    if "preset" in table:
        for key in table:
            if key not in (*OPEN, "preset"):
                raise ValueError(
                    f"mix.{key}: has no meaning beside preset = {table['preset']!r}, which decides it; leave one out. "
                    f"Beside a preset may stand: {', '.join(OPEN)}"
                )
        if table["preset"] == "roots-model" and "budget" in table:
            raise ValueError("mix.budget: the preset roots-model takes all that was kept; leave one out")
    if "budget" in table and "budget_tokens" in table:
        raise ValueError(
            f"mix.budget: {table['budget']!r} and mix.budget_tokens: {table['budget_tokens']!r}; give one of them"
        )
    for key in ("budget", "budget_tokens"):
        if table.get("strict") and key in table:
            raise ValueError(f"mix.{key}: has no meaning with strict = true, which decides the size; leave one out")
    if "arrow" not in table.get("formats", FORMATS):
        raise ValueError(f'mix.formats: {table["formats"]!r}; the Arrow files are always written: add "arrow"')


def _group(name: str, values: Any, code: Callable[[str, str], str]) -> Group:
    where = f"mix.groups.{name}"
    _table(where, values, OF_A_GROUP)
    if "languages" not in values:
        raise ValueError(f"{where}.languages: it is missing; it must be {TEXTS[0]}")
    languages = tuple(sorted({code(each, f"{where}.languages") for each in values["languages"]}))
    return Group(name, languages, values.get("alpha", Group.alpha), values.get("weight"))


def _apart(weights: Mapping[str, float], groups: Sequence[Group]) -> None:
    """Refuse a language that is weighted twice, and weights that are more than everything."""
    seen: dict[str, str] = dict.fromkeys(weights, "mix.weights")
    for group in groups:
        for code in group.languages:
            where = f"mix.groups.{group.name}.languages"
            if code in seen:
                raise ValueError(f"{where}: {code!r} is also in {seen[code]}; a language has one weight")
            seen[code] = where
    named = [*weights.values(), *(group.weight for group in groups if group.weight is not None)]
    total = sum((Fraction(str(weight)) for weight in named), Fraction(0))
    if total > 1:
        raise ValueError(
            f"mix.weights: weights by hand, those of groups among them, add up to {float(total):g}; they are shares of "
            "the corpus, so 1 at most"
        )


def _rules(uid: str, values: Any, uids: Sequence[str], code: Callable[[str, str], str]) -> list[SourceRule]:
    where = f"mix.sources.{uid}"
    if uid not in uids:
        near = get_close_matches(uid, uids, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(uids))}"
        raise ValueError(f"{where}: no source of the recipe has this uid; {hint}")
    _table(where, values, OF_A_SOURCE)
    ratio = _fraction(values.get("ratio", 1)) or Fraction(0)
    languages = sorted({code(each, f"{where}.languages") for each in values.get("languages", ())})
    if not languages:
        return [SourceRule(uid, ratio, values.get("most"))]
    return [SourceRule(uid, ratio, values.get("most"), language) for language in languages]


def _table(where: str, values: Any, keys: Mapping[str, Allowed]) -> None:
    """Refuse what is no table, unknown keys and values that are not what their key must be."""
    _check(where, values, TABLE)
    for key, value in values.items():
        if key not in keys:
            near = get_close_matches(key, keys, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise ValueError(f"{where}.{key}: unknown key; {hint}Known: {', '.join(keys)}")
        _check(f"{where}.{key}", value, keys[key])


def _check(where: str, value: Any, allowed: Allowed) -> None:
    says, fits = allowed
    if not fits(value):
        raise ValueError(f"{where}: {value!r}; it must be {says}")
