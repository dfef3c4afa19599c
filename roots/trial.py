"""A trial: limits that somebody wants to try in the place of those in force, and the file that would hold them.

A trial is a mapping from measures to bounds: `{"stopwords": 0.25}` sets the only bound that the measure has,
`{"number_words": {"min": 5}}` one of two; None in the place of a number takes the bound away.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lang_params.check import GREATEST, ParamsError, Place, near
from lang_params.limits import with_limits
from lang_params.params import LangParams
from lang_params.settings import MEASURES

Trial = Mapping[str, Any]
"""What somebody wants to try, as it is given."""

Checked = dict[str, dict[str, float | None]]
"""The same after `checked`: for each measure the bounds that change; None takes one away."""

BOUNDS = {name: tuple(key for key in ("min", "max") if key in keys) for name, keys in MEASURES.items()}
"""The bounds that each measure can have."""

NONE = ("none", "no")
"""What takes a bound away where a trial is given as text."""

FREE: Mapping[str, Mapping[str, float]] = {"number_words": {"min": 0, "max": GREATEST}, "language_id": {"min": 0.0}}
"""Bounds that no text misses: what a file says instead of no bound. Without a bound language_id still drops texts that
were identified as another language, which it would not if it were switched off."""


class LimitError(ValueError):
    """A limit that cannot be tried: an unknown measure, a bound that it does not have, a value that is none."""


@dataclass(frozen=True)
class Limit:
    """The interval of one filter in one language, and whether the filter is applied there. Bounds are kept; None is
    no bound."""

    applied: bool
    min: float | None = None
    max: float | None = None

    @property
    def ends(self) -> tuple[float, float]:
        """Both bounds, infinite where there is none or the filter is not applied."""
        low = float("-inf") if self.min is None or not self.applied else float(self.min)
        high = float("inf") if self.max is None or not self.applied else float(self.max)
        return low, high


Limits = Mapping[str, Limit]
"""The limits of one language, by measure."""


def parse(texts: Sequence[str]) -> Checked:
    """A trial from the words of a command line.

    >>> parse(["stopwords=0.05", "number_words.min=5", "perplexity=none"])
    {'stopwords': {'min': 0.05}, 'number_words': {'min': 5}, 'perplexity': {'max': None}}
    """
    given: dict[str, dict[str, Any]] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        measure, dot, bound = name.partition(".")
        if not measure or not value:
            raise LimitError(f"{text!r}: is no limit; write one as stopwords=0.05 or number_words.min=5")
        bound = bound if dot else only(measure)
        if bound in given.setdefault(measure, {}):
            raise LimitError(f"{text!r}: {measure}.{bound} stands there twice; name it once")
        given[measure][bound] = None if value.lower() in NONE else _number(text, value)
    return checked(given)


def checked(trial: Trial | None) -> Checked:
    """A trial with every measure, bound and value looked at. Raises LimitError, naming what is allowed."""
    found: Checked = {}
    for measure, given in (trial or {}).items():
        bounds = given if isinstance(given, Mapping) else {only(measure): given}
        found[measure] = {bound: _value(measure, bound, value) for bound, value in bounds.items()}
    return found


def only(measure: str) -> str:
    """The bound of a measure that has just one. Raises LimitError where it has two, or is unknown."""
    bounds = _bounds(measure)
    if len(bounds) > 1:
        both = " or ".join(f"{measure}.{bound}" for bound in bounds)
        raise LimitError(f"{measure}: has two bounds; say which: {both}")
    return bounds[0]


def _bounds(measure: str) -> tuple[str, ...]:
    if measure not in BOUNDS:
        raise LimitError(f"{measure}: is no filter that measures; {near(str(measure), BOUNDS)}")
    return BOUNDS[measure]


def _number(text: str, value: str) -> float:
    try:
        return int(value) if value.lstrip("+-").isdecimal() else float(value)
    except ValueError:
        raise LimitError(f"{text!r}: {value!r} is no number; give one such as 0.05, or none for no bound") from None


def _value(measure: str, bound: str, value: Any) -> float | None:
    """A bound as its filter's setting would have it."""
    if bound not in _bounds(measure):
        allowed = " and ".join(f"{measure}.{known}" for known in BOUNDS[measure])
        raise LimitError(f"{measure}.{bound}: {measure} has no such bound; allowed: {allowed}")
    if value is None:
        return None
    plain = value.item() if hasattr(value, "item") else value
    if measure == "number_words" and isinstance(plain, float) and plain.is_integer():
        plain = int(plain)
    try:
        found: float = MEASURES[measure][bound](Place(measure, bound), plain)
    except ParamsError as error:
        raise LimitError(str(error)) from None
    return found


def limits(in_force: Limits, trial: Checked, language: str, *, alone: bool = True) -> dict[str, Limit]:
    """The limits of a language with those of a trial in their place.

    Raises LimitError where nothing can lie between the bounds; where the language is asked about `alone` also for a
    filter that is not applied in it, for then the limit would do nothing.
    """
    found = dict(in_force)
    for measure, bounds in trial.items():
        before = found[measure]
        if not before.applied:
            if alone:
                raise LimitError(f"{measure}: is not applied in {language}, so a limit does nothing there")
            continue
        after = replace(before, min=bounds.get("min", before.min), max=bounds.get("max", before.max))
        if after.min is not None and after.max is not None and after.min > after.max:
            raise LimitError(
                f"{measure}: min = {after.min:,} is above max = {after.max:,} in {language}; no text can lie between"
            )
        found[measure] = after
    return found


def of_params(params: LangParams) -> dict[str, Limit]:
    """The limits that parameters set, by measure."""
    return {name: Limit(**said) for name, said in params.judging().items()}


def applied(params: LangParams, trial: Trial | None) -> LangParams:
    """Parameters with the limits of a trial in the place of their own. Raises LimitError as `limits` does."""
    after = limits(of_params(params), checked(trial), params.language.name)
    filters = {
        name: replace(setting, min=after[name].min, max=after[name].max) if name in after else setting
        for name, setting in params.filters.items()
    }
    return replace(params, filters=filters)


def with_those_in_force(trial: Trial, in_force: Limits, params: LangParams) -> Checked:
    """A trial and the limits in force that parameters do not have: what a file has to say that begins with these."""
    others = of_params(params)
    held = {
        name: {bound: getattr(limit, bound) for bound in BOUNDS[name]}
        for name, limit in in_force.items()
        if limit.applied and limit != others[name]
    }
    tried = checked(trial)
    return {name: held.get(name, {}) | tried.get(name, {}) for name in BOUNDS if name in held or name in tried}


def toml(text: str, trial: Trial, who: str, why: str) -> str:
    """The text of a language's parameter file with the limits of a trial, which `who` set and `why`.

    A file cannot take a bound away: a filter is switched off instead, or gets a bound that no text misses (`FREE`). One
    that the file switched off is on again with its limit. Raises LimitError where it is not said who and why, or where
    nothing is tried, and ParamsError where the file cannot hold the limits.

    >>> print(toml("[thresholds]\\norigin = \\"default\\"\\nsource = \\"ROOTS\\"\\n\\n[filters]\\n",
    ...     {"stopwords": 0.05}, "Adé", "read 40 texts"))
    [thresholds]
    origin = "tuned"
    source = "Adé: read 40 texts"
    <BLANKLINE>
    [filters]
    stopwords = { min = 0.05 }
    <BLANKLINE>
    """
    who, why = (" ".join(said.replace('"', "'").split()) for said in (who, why))
    if not who or not why:
        raise LimitError("a limit is saved with who set it and why: give both, such as 'Adé' and 'read 40 texts'")
    after = checked(trial)
    if not any(after.values()):
        raise LimitError("nothing to save: no limit differs from those in force")
    off = _switched_off(text)
    limits = {name: _written(name, bounds) for name, bounds in after.items() if bounds}
    limits = {name: {"enabled": True} | bounds if name in off else bounds for name, bounds in limits.items()}
    return with_limits(text, limits, {"origin": "tuned", "source": f"{who}: {why}"})


def _switched_off(text: str) -> set[str]:
    """The filters that a file switches off; none where it cannot be read, which `with_limits` says."""
    try:
        filters = tomllib.loads(text).get("filters", {})
    except tomllib.TOMLDecodeError:
        return set()
    return {name for name, keys in filters.items() if keys.get("enabled") is False}


def _written(measure: str, bounds: Mapping[str, float | None]) -> dict[str, float]:
    """Bounds as a file can say them."""
    if measure in FREE:
        return {bound: FREE[measure][bound] if value is None else value for bound, value in bounds.items()}
    return {bound: value for bound, value in bounds.items() if value is not None} or {"enabled": False}
