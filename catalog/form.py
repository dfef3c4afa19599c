"""The form that every entry fills in: its sections and keys, and what each may hold, as entry.schema.json has them.

The JSON Schema is the one definition; other tools read it too. What is read of it here is what it uses: types, lists
of admissible values, patterns, and rules of the form "if this, then that", each with the sentence that says why.
"""

import datetime
import difflib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

MOST_SHOWN = 30
"""Admissible values that an error lists; of longer lists it names what is near and where to look."""


@dataclass(frozen=True)
class Key:
    """A key of the form: what it says, and what it may hold.

    `kind` is text, list of texts, true or false, date, or mark. `allowed` is empty where every text is admissible;
    with `other`, "other: ..." is so too. `place` is where the JSON form of BigScience has it, a JSON Pointer, and
    `written` how that form writes values that are written in other words here.
    """

    about: str
    kind: str
    allowed: tuple[str, ...] = ()
    other: bool = False
    pattern: str = ""
    pattern_about: str = ""
    unique: bool = True
    empty: bool = True
    place: str = ""
    written: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Fault:
    """What is wrong in an entry, and with which key; the key is empty when it is the entry as a whole."""

    path: tuple[str, ...]
    message: str

    def __str__(self) -> str:
        """The key, then what is wrong with it."""
        return f"{'.'.join(self.path)}: {self.message}" if self.path else self.message


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of entries, draft 2020-12."""
    found: dict[str, Any] = json.loads(Path(__file__).with_name("entry.schema.json").read_text(encoding="utf-8"))
    return found


@cache
def sections() -> dict[str, dict[str, Key]]:
    """The keys by section, in the order of the form; those that stand in no section are under ""."""
    found: dict[str, dict[str, Key]] = {"": {}}
    for name, values in schema()["properties"].items():
        if values.get("type") == "object":
            found[name] = {key: _key(inner) for key, inner in values.get("properties", {}).items()}
        else:
            found[""][name] = _key(values)
    return found


def about(section: str) -> str:
    """What a section is for."""
    return str(schema()["properties"][section]["description"])


def allowed(name: str) -> tuple[str, ...]:
    """The admissible values of a key by its full name; empty where every text is admissible.

    >>> allowed("permission.outcome")
    ('open licence', 'granted', 'refused', 'pending', 'not asked')
    """
    section, _, key = name.rpartition(".")
    return sections()[section][key].allowed


def codes_of_names() -> Mapping[str, str]:
    """Codes of the corpus by the names that the form of BigScience gives languages."""
    found: dict[str, str] = schema()["$defs"]["language_names"]["x-codes"]
    return found


def faults(table: Mapping[str, Any]) -> list[Fault]:
    """Everything that is wrong in an entry as TOML has it. Rules are looked at once every key is right by itself."""
    found = list(_faults_of_keys(table))
    return found or list(_faults_of_rules(table))


def value_fault(key: Key, value: Any) -> str:
    """What is wrong with the value of a key; "" when nothing is."""
    if key.kind == "true or false":
        return "" if isinstance(value, bool) else f"must be true or false, not {shown(value)}"
    if key.kind == "date":
        return _date_fault(value)
    if key.kind == "mark":
        return _mark_fault(value)
    items = value if key.kind == "list of texts" else [value]
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        return f"must be a {key.kind}, not {shown(value)}"
    if not key.empty and (not items or not all(item.strip() for item in items)):
        return "must not be empty"
    wrong = next((fault for item in items if (fault := _item_fault(key, item))), "")
    if wrong or not key.unique or len(set(items)) == len(items):
        return wrong
    return f"names {shown(next(item for item in items if items.count(item) > 1))} twice"


def near(word: str, known: list[str]) -> str:
    """The end of an error: what is known, and what of it is nearest."""
    folded = {name.casefold(): name for name in known}
    found = difflib.get_close_matches(word.casefold(), folded, n=1)
    hint = f"; did you mean {folded[found[0]]!r}?" if found else ""
    if len(known) > MOST_SHOWN:
        return f"; {len(known)} values are known, see catalog/README.md{hint}"
    return f"; known: {', '.join(known)}{hint}"


def shown(value: Any) -> str:
    """A value in an error, cut where it is long."""
    text = value.isoformat() if isinstance(value, datetime.date | datetime.time) else repr(value)
    return text if len(text) <= 80 else f"{text[:60]}... ({len(text)} characters)"


def _key(values: Mapping[str, Any]) -> Key:
    """A key from its part of the schema."""
    many = values.get("type") == "array"
    item = _resolved(values["items"] if many else values)
    choices = [_resolved(choice) for choice in item.get("anyOf", [item])]
    first = choices[0]
    kinds = {"boolean": "true or false", "object": "mark"}
    kind = "list of texts" if many else kinds.get(first.get("type", ""), "text")
    if first.get("pattern", "").startswith("^([0-9]{4}-"):
        kind = "date"
    restricted = "enum" in first or "pattern" in first
    return Key(
        about=values["description"],
        kind=kind,
        allowed=tuple(first.get("enum", ())),
        other=len(choices) > 1,
        pattern=first.get("pattern", ""),
        pattern_about=first.get("description", ""),
        unique=bool(values.get("uniqueItems")),
        empty=values.get("minItems", 0) == 0 if many else not restricted,
        place=values.get("x-bigscience", ""),
        written=tuple(first["x-bigscience"].items()) if isinstance(first.get("x-bigscience"), dict) else (),
    )


def _resolved(values: Mapping[str, Any]) -> Mapping[str, Any]:
    name = values.get("$ref", "").removeprefix("#/$defs/")
    found: Mapping[str, Any] = schema()["$defs"][name] if name else values
    return found


def _faults_of_keys(table: Mapping[str, Any]) -> Iterator[Fault]:
    names = [name for name in sections() if name]
    for name, value in table.items():
        if name in sections()[""]:
            if wrong := value_fault(sections()[""][name], value):
                yield Fault((name,), wrong)
        elif name not in names:
            yield Fault((name,), f"unknown key{near(name, [*sections()[''], *names])}")
        elif not isinstance(value, dict):
            yield Fault((name,), f"must be a section, [{name}]")
        elif name == "bigscience":
            yield from _faults_of_rest(value)
        else:
            yield from _faults_of_section(name, value)
    if "uid" not in table:
        yield Fault((), "missing: uid")


def _faults_of_section(section: str, table: Mapping[str, Any]) -> Iterator[Fault]:
    keys = sections()[section]
    for name, value in table.items():
        if name not in keys:
            yield Fault((section, name), f"unknown key{near(name, list(keys))}")
        elif wrong := value_fault(keys[name], value):
            yield Fault((section, name), wrong)


def _faults_of_rest(table: Mapping[str, Any]) -> Iterator[Fault]:
    for name, value in table.items():
        if not name.startswith("/") or not isinstance(value, str) or not _is_json(value):
            what = "must be a place that begins with / and JSON as a text, as roots sources import writes"
            yield Fault(("bigscience", name), what)


def _is_json(text: str) -> bool:
    try:
        json.loads(text or "null", parse_constant=_no_json)
    except (ValueError, RecursionError):
        return False
    return True


def _no_json(name: str) -> None:
    """NaN and the infinities, which Python reads and JSON does not have."""
    raise ValueError(name)


def _item_fault(key: Key, item: str) -> str:
    if key.other and re.match(r"other: \S", item):
        return ""
    if key.allowed and item not in key.allowed:
        choices = [*key.allowed, "other: ..."] if key.other else list(key.allowed)
        return f"{shown(item)} is not allowed{near(item, choices)}"
    if key.pattern and not re.search(key.pattern, item):
        return "must not be empty" if key.pattern == r"\S" else f"{shown(item)} is not allowed: {key.pattern_about}"
    return ""


def _date_fault(value: Any) -> str:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return ""
    try:
        if isinstance(value, str) and (not value or datetime.date.fromisoformat(value).isoformat() == value):
            return ""
    except ValueError:
        pass
    return f'must be a date such as 2026-11-20, or "" when nobody was asked, not {shown(value)}'


def _mark_fault(value: Any) -> str:
    what = 'must say who and when, as { by = "Name", on = 2026-11-20 }'
    if not isinstance(value, dict) or not {"by"} <= value.keys() <= {"by", "on"}:
        return f"{what}, not {shown(value)}"
    wrong = "" if isinstance(value["by"], str) and value["by"].strip() else f"{what}: by is empty"
    return wrong or _date_fault(value.get("on", ""))


def _faults_of_rules(table: Mapping[str, Any]) -> Iterator[Fault]:
    """What the rules of the schema find. A rule that names no key asks for keys: those that are missing are named."""
    plain = _plain(table)
    for rule in schema()["allOf"]:
        if not _fits(rule["if"], plain) or _fits(rule["then"], plain):
            continue
        if "x-key" in rule:
            yield Fault(tuple(rule["x-key"].split(".")), rule["description"])
        else:
            for path, names in _missing(rule["then"], plain):
                yield Fault(path, f"missing: {', '.join(names)} ({rule['description']})")


def _plain(value: Any) -> Any:
    """A value as JSON has it: dates are texts."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return value.isoformat() if isinstance(value, datetime.date) else value


def _missing(
    part: Mapping[str, Any], table: Mapping[str, Any], at: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """The keys that are asked for and not there, by section; of a section that is not there, its keys."""
    parts = part.get("properties", {})
    if names := [name for name in part.get("required", ()) if name not in table and name not in parts]:
        yield at, names
    for name, inner in parts.items():
        yield from _missing(inner, table.get(name, {}), (*at, name))


def _fits(part: Mapping[str, Any], value: Any) -> bool:
    """Whether a value fits a part of the schema, of which the rules use these words."""
    return all(_WORDS[word](argument, value) for word, argument in part.items())


_WORDS: dict[str, Any] = {
    "required": lambda names, value: all(name in value for name in names),
    "properties": lambda parts, value: all(_fits(part, value[name]) for name, part in parts.items() if name in value),
    "enum": lambda choices, value: value in choices,
    "const": lambda choice, value: value == choice,
    "minLength": lambda least, value: len(value) >= least,
    "minItems": lambda least, value: len(value) >= least,
    "contains": lambda part, value: any(_fits(part, item) for item in value),
    "anyOf": lambda parts, value: any(_fits(part, value) for part in parts),
    "not": lambda part, value: not _fits(part, value),
}
