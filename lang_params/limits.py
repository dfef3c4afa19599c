"""Limits written into the text of a parameter file: what people wrote around them stays as it is."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from lang_params.check import ParamsError

_TABLE = re.compile(r"\s*\[")


def with_limits(text: str, limits: Mapping[str, Mapping[str, float]], thresholds: Mapping[str, str]) -> str:
    """The text of a language's TOML file with other limits under [filters] and other keys under [thresholds].

    A filter's line keeps its other keys and its comment; a filter without a line gets one at the end of the table.
    A line that says "nothing differs" goes. Raises ParamsError where the result would not say what it should, as where
    a filter is a table of its own.

    >>> print(with_limits("[filters]\\nstopwords = { min = 0.1 } # mine\\n", {"stopwords": {"min": 0.2}}, {}))
    [filters]
    stopwords = { min = 0.2 } # mine
    <BLANKLINE>
    """
    for key, value in thresholds.items():
        text = _put(text, "thresholds", key, _value(value))
    before = _parsed(text).get("filters", {})
    for name, keys in limits.items():
        table = {**before.get(name, {}), **keys}
        inline = ", ".join(f"{key} = {_value(value)}" for key, value in table.items())
        text = _put(text, "filters", name, f"{{ {inline} }}")
    found = _parsed(text)
    wanted = {name: {**before.get(name, {}), **keys} for name, keys in limits.items()}
    if any(found.get("filters", {}).get(name) != table for name, table in wanted.items()):
        raise ParamsError(
            "the limits do not fit into this file: write each filter on a line of its own under [filters]"
        )
    return text


def _put(text: str, table: str, key: str, value: str) -> str:
    """The text with `key = value` under [table]: in place of its line, or after the last line of the table."""
    lines = text.split("\n")
    if f"[{table}]" not in [line.strip() for line in lines]:
        lines = [*"\n".join(lines).rstrip("\n").split("\n"), "", f"[{table}]", ""]
    start = [line.strip() for line in lines].index(f"[{table}]") + 1
    end = next((place for place in range(start, len(lines)) if _TABLE.match(lines[place])), len(lines))
    pattern = re.compile(rf"\s*{re.escape(key)}\s*=\s*(?:\{{[^}}]*\}}|\"[^\"]*\")(?P<rest>\s*(?:#.*)?)$")
    for place in range(start, end):
        found = pattern.match(lines[place])
        if found:
            lines[place] = f"{key} = {value}{found['rest']}"
            return "\n".join(lines)
    last = max((place for place in range(start, end) if lines[place].strip()), default=start - 1)
    lines.insert(last + 1, f"{key} = {value}")
    return "\n".join(line for line in lines if line != "# nothing differs")


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ParamsError(f"the limits do not fit into this file ({error}): write them by hand") from error


def _value(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, float):
        short = f"{value:g}"
        return short if float(short) == value else repr(value)
    return str(value)
