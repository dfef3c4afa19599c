"""Checks of what people write in parameter files. Every message names the file, the key, what stands there, what may.

A check takes a Place and the value that was found, and gives the value back with its type known. All raise
`ParamsError`; nothing is repaired, rounded or guessed.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any


class ParamsError(ValueError):
    """A parameter file, word list or language code that cannot be used, e.g. "yo.toml: filters.stopwords.min: ..."."""


@dataclass(frozen=True)
class Place:
    """Where a value stands: a file and the dotted key in it."""

    file: str
    key: str = ""

    def at(self, key: str) -> "Place":
        """The place of a key inside this one."""
        return Place(self.file, f"{self.key}.{key}" if self.key else key)

    def error(self, problem: str) -> ParamsError:
        """What is wrong here, as an exception to raise.

        >>> Place("yo.toml").at("filters").at("stopwords").error("it must be a table")
        ParamsError('yo.toml: filters.stopwords: it must be a table')
        """
        return ParamsError(f"{self.file}: {self.key}: {problem}" if self.key else f"{self.file}: {problem}")


def near(name: str, known: Collection[str]) -> str:
    """What is known, as the end of a message; if one of it begins or looks like `name`, that first.

    >>> near("stopword_ration", ["word_repetition", "stopwords"])
    "did you mean 'stopwords'? Known: stopwords, word_repetition"
    >>> near("google", ["fasttext", "cld2"])
    'known: cld2, fasttext'
    """
    every = ", ".join(sorted(known))
    begin = [other for other in known if len(name) >= 4 and other.startswith(name[:4])]
    close = begin or get_close_matches(name, list(known), n=1)
    return f"did you mean {close[0]!r}? Known: {every}" if close else f"known: {every}"


def table(place: Place, value: Any, known: Collection[str], *, what: str = "key") -> Mapping[str, Any]:
    """A TOML table that holds no other keys than the known ones."""
    if not isinstance(value, dict):
        raise place.error(f"{value!r}; it must be a table")
    for key in value:
        if key not in known:
            raise place.error(f"unknown {what} {key!r}; {near(key, known)}")
    return value


def needed(place: Place, values: Mapping[str, Any], key: str) -> Any:
    """The value of a key that must be there."""
    if key not in values:
        raise place.at(key).error("it is missing")
    return values[key]


def text(place: Place, value: Any) -> str:
    """A string with something in it."""
    if not isinstance(value, str) or not value:
        raise place.error(f"{value!r}; it must be a text in quotation marks")
    return value


def joint(place: Place, value: Any) -> str:
    """A string, possibly empty."""
    if not isinstance(value, str):
        raise place.error(f"{value!r}; it must be a text in quotation marks")
    return value


def texts(place: Place, value: Any) -> tuple[str, ...]:
    """A list of strings, each with something in it."""
    if not isinstance(value, list):
        raise place.error(f"{value!r}; it must be a list of texts")
    return tuple(text(place, item) for item in value)


def one_of(place: Place, value: Any, allowed: Collection[str], *, what: str) -> str:
    """One of a few words."""
    if not isinstance(value, str) or value not in allowed:
        raise place.error(f"unknown {what} {value!r}; {near(str(value), allowed)}")
    return value


def flag(place: Place, value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise place.error(f"{value!r}; it must be true or false")
    return value


GREATEST = 2**31 - 1
"""No text has as many words, and columns hold no more."""


def whole(place: Place, value: Any, *, least: int = 0) -> int:
    """A whole number from `least` upwards, below 2^31."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise place.error(f"{value!r}; it must be a whole number from {least} upwards")
    if value > GREATEST:
        raise place.error(f"{value!r}; it must be a whole number up to {GREATEST}")
    return value


def from_one(place: Place, value: Any) -> int:
    """A whole number from 1 upwards."""
    return whole(place, value, least=1)


def sizes(place: Place, value: Any) -> tuple[int, ...]:
    """A list of different whole numbers from 2 upwards."""
    if not isinstance(value, list):
        raise place.error(f"{value!r}; it must be a list of whole numbers, such as [2]")
    found = tuple(whole(place, item, least=2) for item in value)
    if len(set(found)) != len(found):
        raise place.error(f"{value!r}; a size stands there twice")
    return found


def number(place: Place, value: Any) -> float:
    """A finite number above 0."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value) or value <= 0:
        raise place.error(f"{value!r}; it must be a number above 0")
    return float(value)


def ratio(place: Place, value: Any) -> float:
    """A share, in [0, 1]."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise place.error(f"{value!r}; it is a share and must lie between 0 and 1")
    return float(value)
