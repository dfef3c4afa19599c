"""The settings of the 13 filters in one language: what each may be told, and the reading of a [filters] table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lang_params.check import Place, flag, from_one, joint, needed, number, ratio, sizes, table, texts, whole


@dataclass(frozen=True)
class Setting:
    """What one filter is told in one language; which of the fields mean something is a matter of the filter.

    `min` and `max` are inclusive on the side that is kept.
    """

    enabled: bool = True
    min: float | None = None
    max: float | None = None
    n: int | None = None
    substrings: tuple[str, ...] = ()
    sizes: tuple[int, ...] = ()
    join: str = ""


CHANGES: Mapping[str, Mapping[str, Callable[[Place, Any], Any]]] = {
    "uniform_whitespace": {},
    "unicode_punctuation": {},
    "incorrect_substrings": {"substrings": texts},
    "long_words": {"max": from_one},
    "words_augmentation": {"sizes": sizes, "join": joint},
}
"""The 5 filters that change the text or its words, with the keys each has beside `enabled` and their checks."""

MEASURES: Mapping[str, Mapping[str, Callable[[Place, Any], Any]]] = {
    "number_words": {"min": whole, "max": whole},
    "character_repetition": {"n": from_one, "max": ratio},
    "word_repetition": {"n": from_one, "max": ratio},
    "special_characters": {"max": ratio},
    "stopwords": {"min": ratio},
    "flagged_words": {"max": ratio},
    "language_id": {"min": ratio},
    "perplexity": {"max": number},
}
"""The 8 filters that measure, likewise, in the order in which ROOTS applied them."""

FILTERS = {**CHANGES, **MEASURES}
"""All 13, by the switches of the ROOTS configuration."""


def defaults(place: Place, values: Any) -> dict[str, Setting]:
    """The [filters] table of default.toml: all 13 filters, each with all its keys."""
    filters = table(place, values, FILTERS, what="filter")
    found = {}
    for name in FILTERS:
        given = needed(place, filters, name)
        for key in ("enabled", *FILTERS[name]):
            needed(place.at(name), table(place.at(name), given, {"enabled", *FILTERS[name]}), key)
        found[name] = _setting(place.at(name), name, given, Setting())
    return found


def overlay(place: Place, values: Any, below: Mapping[str, Setting]) -> dict[str, Setting]:
    """A language's [filters] table laid over the default: what it does not name stays as it is below."""
    filters = table(place, values, FILTERS, what="filter")
    return {name: _setting(place.at(name), name, filters.get(name, {}), below[name]) for name in FILTERS}


def _setting(place: Place, name: str, values: Any, below: Setting) -> Setting:
    checks: Mapping[str, Callable[[Place, Any], Any]] = {"enabled": flag, **FILTERS[name]}
    given = table(place, values, checks)
    setting = replace(below, **{key: checks[key](place.at(key), value) for key, value in given.items()})
    if setting.min is not None and setting.max is not None and setting.min > setting.max:
        raise place.error(f"min = {setting.min} is above max = {setting.max}; no text can lie between them")
    if not setting.enabled:
        return setting
    if name == "incorrect_substrings" and not setting.substrings:
        raise place.at("substrings").error("the list is empty; name the substrings, or set enabled = false")
    if name == "words_augmentation" and not setting.sizes:
        raise place.at("sizes").error("the list is empty; name the sizes, such as [2], or set enabled = false")
    return setting
