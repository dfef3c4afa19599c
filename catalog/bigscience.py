"""Entries in the JSON form of the BigScience catalogue: taken from it and given back without a loss.

What the form has a key for becomes that key, in the words used here. All else (fields that nobody foresaw, answers
that are none of the admissible ones, parts left out) is kept in the section [bigscience] by its place in that form,
and put back there, unless somebody has since filled in the key. The fields are those of
bigscience-workshop/data_sourcing.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from catalog import form
from catalog.entry import EntryError
from catalog.form import Key

LONGEST_UID = 200
"""Characters of a uid: names of files end at 255 bytes in most file systems."""

DEEPEST = 50
"""Lists and objects inside each other; the form itself has three."""

VALIDATED = "the BigScience catalogue, which does not say who"
"""Who found a part right, where the form says only that it was."""

PARTS = {
    "primary source": ("description", "languages", "custodian", "availability", "source_category", "media"),
    "processed dataset": ("description", "languages", "custodian", "availability", "processed_from_primary", "media"),
    "language organisation": ("description", "languages", "custodian"),
}
"""The parts of the form by what an entry describes."""

ABSENT = ""
"""What stands in [bigscience] for a part or a field that the record does not have; no JSON text is empty."""


def table_of(record: Mapping[str, Any], where: str = "record") -> dict[str, Any]:
    """The entry, as the table of its TOML file, that a record in the JSON form describes.

    Raises EntryError, beginning with `where`, for a uid that cannot name a file and for lists and objects that are
    nested too deep. Everything else has its place.
    """
    if _too_deep(record):
        raise EntryError(f"{where}: lists and objects are nested more than {DEEPEST} deep")
    table: dict[str, Any] = {"uid": uid_of(record.get("uid"), where)}
    kind = _ours(form.sections()[""]["type"], record.get("type"))
    table |= {"type": kind} if kind else {}
    rest: dict[str, str] = {}
    for place, value in _leaves(dict(record), _skeleton(kind or "primary source"), ""):
        _put(table, rest, place, value)
    if codes := _codes(table.get("language", {}).get("names", ())):
        table["languages"] = codes
    return table | ({"bigscience": rest} if rest else {})


def record_of(table: Mapping[str, Any]) -> dict[str, Any]:
    """The record in the JSON form of an entry's table, in which nothing is wrong."""
    record = _skeleton(table.get("type", "primary source"))
    rest = table.get("bigscience", {})
    filled = set()
    for place, (section, name, key) in _fields().items():
        given = table if section == "" else table.get(section, {})
        if name in given:
            _set(record, place, _theirs(key, given[name]))
            filled.add(place)
    if "names" not in table.get("language", {}) and not any(_NAMES in (place, f"{place}/x") for place in rest):
        names = {code: name for name, code in form.codes_of_names().items()}
        _set(record, _NAMES, [names.get(code, code) for code in table.get("languages", ())])
    for place, text in rest.items():
        value = json.loads(text) if text != ABSENT else _Absent
        if place == "/uid":
            is_open = uid_of(value, "/uid") == table["uid"]
        else:
            is_open = not any(each == place or each.startswith(f"{place}/") for each in filled)
        if is_open:
            _set(record, place, value)
    return record


def uid_of(uid: Any, where: str) -> str:
    """The uid here for a uid of the form: small letters, digits and _; with a hash where letters would be lost.

    >>> uid_of("le_monde_newspaper", ""), uid_of(" 12_Société Générale", ""), uid_of("ìròyìn_ọ̀sẹ̀", "")
    ('le_monde_newspaper', '12_societe_generale', 'iroyin_ose')
    >>> uid_of("جريدة", "")
    'entry_f289e747'
    """
    if not isinstance(uid, str) or not uid.strip():
        raise EntryError(f"{where}: has no uid; give it one of small letters, digits and _")
    if len(uid) > LONGEST_UID:
        raise EntryError(f"{where}: uid: {form.shown(uid)} is longer than {LONGEST_UID} characters")
    if re.search(r"[/\\\x00-\x1f\x7f]|^\s*\.+\s*$", uid):
        raise EntryError(f"{where}: uid: {form.shown(uid)} cannot name a file; / and \\ cannot stand in it")
    if re.fullmatch("[a-z0-9_]+", uid):
        return uid
    letters = unicodedata.normalize("NFKD", uid)
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
    found = re.sub("[^a-z0-9]+", "_", plain).strip("_")
    if any(letter.isalnum() and not letter.isascii() for letter in plain):
        mark = hashlib.blake2b(uid.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
        found = f"{found or 'entry'}_{mark}"
    return found[:LONGEST_UID] or "entry"


def read(text: bytes, where: str) -> list[tuple[str, dict[str, Any]]]:
    """The records of a JSON file with where each stands in it: one record, a list, or an object of them by their uids.

    Raises EntryError for what is no JSON and for what is no record.
    """
    try:
        value = json.loads(text, parse_constant=_no_number, parse_float=_number)
    except RecursionError:
        raise EntryError(f"{where}: lists and objects are nested more than {DEEPEST} deep") from None
    except ValueError as error:
        raise EntryError(f"{where}: is not valid JSON in UTF-8: {error}") from None
    if isinstance(value, dict) and ("uid" in value or not value):
        found = [(where, value)]
    elif isinstance(value, dict):
        found = [(f"{where}: {form.shown(name)}", record) for name, record in value.items()]
    else:
        items = value if isinstance(value, list) else [value]
        found = [(f"{where}: record {number}", record) for number, record in enumerate(items, start=1)]
    for place, record in found:
        if not isinstance(record, dict):
            raise EntryError(f"{place}: is no record of the form: a JSON object with a uid")
    return found


def text_of(value: Any) -> str:
    """Records as JSON text, with their letters as they are where UTF-8 can write them."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return f"{text if _writable(text) else json.dumps(value, indent=2)}\n"


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _number(text: str) -> float:
    found = float(text)
    return _no_number(text) if found in (float("inf"), float("-inf")) else found


class _Absent:
    """Stands for a field that a record does not have."""


_NAMES = "/languages/language_names"


@cache
def _fields() -> dict[str, tuple[str, str, Key]]:
    """Section, name and key of every field of the form, by its place there."""
    keys = ((section, name, key) for section, keys in form.sections().items() for name, key in keys.items())
    return {key.place: (section, name, key) for section, name, key in keys if key.place}


def _skeleton(kind: str) -> dict[str, Any]:
    """A record in which nothing has been answered."""
    record: dict[str, Any] = {}
    for place, (_, _, key) in _fields().items():
        top = place.split("/")[1]
        if top in ("uid", "type", *PARTS[kind]):
            _set(record, place, _no_answer(key))
    record["type"] = dict(form.sections()[""]["type"].written)[kind]
    return record


def _no_answer(key: Key) -> Any:
    if key.kind == "list of texts":
        return []
    return False if key.kind in ("true or false", "mark") else ""


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON; to Python 0 and False are equal."""
    return type(one) is type(other) and bool(one == other)


def _leaves(value: Any, expected: Any, place: str) -> Iterator[tuple[str, Any]]:
    """The fields of a record, the ones it should have and has not, and whatever else is in it, as they stand."""
    if not isinstance(value, dict) or not isinstance(expected, dict):
        yield place, value
        return
    for name in [*value, *(name for name in expected if name not in value)]:
        below = f"{place}/{_escaped(name)}"
        if name in value and name in expected:
            yield from _leaves(value[name], expected[name], below)
        else:
            yield below, value.get(name, _Absent)


def _put(table: dict[str, Any], rest: dict[str, str], place: str, value: Any) -> None:
    """Put the value of a field under its key, or where it cannot be one, into the rest."""
    section, name, key = _fields().get(place, ("", "", None))
    if key is None or value is _Absent:
        rest[place] = ABSENT if value is _Absent else _json(value)
    elif place == "/uid":
        rest |= {} if value == table["uid"] else {place: _json(value)}
    elif place == "/type" or not _same(value, _no_answer(key)):
        ours = _ours(key, value)
        if ours is None:
            rest[place] = _json(value)
        else:
            (table if section == "" else table.setdefault(section, {}))[name] = ours


def _ours(key: Key, value: Any) -> Any:
    """The value of a key for a value in the form; None where it has none that would give the same again."""
    names = {theirs: ours for ours, theirs in key.written}

    def one(item: str) -> str:
        found = names.get(item, item)
        return found if found in key.allowed or not key.other else f"other: {item}"

    if key.kind == "mark":
        return {"by": VALIDATED} if value is True else None
    if key.kind == "true or false":
        return value if isinstance(value, bool) else None
    items = value if key.kind == "list of texts" else [value]
    if not isinstance(items, list) or not all(isinstance(item, str) and _writable(item) for item in items):
        return None
    found = [one(item) for item in items]
    ours = found if key.kind == "list of texts" else found[0]
    return ours if not form.value_fault(key, ours) and _theirs(key, ours) == value else None


def _theirs(key: Key, value: Any) -> Any:
    """The value in the form for the value of a key."""
    if key.kind in ("mark", "true or false"):
        return bool(value)
    names = dict(key.written)

    def one(item: str) -> str:
        return item.removeprefix("other: ") if key.other and item not in key.allowed else names.get(item, item)

    return [one(item) for item in value] if key.kind == "list of texts" else one(value)


def _codes(names: list[str]) -> list[str]:
    """Codes of the corpus for names of languages; names of groups and of other languages have none."""
    known = form.codes_of_names()
    found = ("ar" if re.fullmatch("ar-[A-Z]{2,3}", name) else known.get(name, "") for name in names)
    return list(dict.fromkeys(code for code in found if code))


def _set(record: dict[str, Any], place: str, value: Any) -> None:
    """Set the field at a place, or take it away."""
    *parents, last = (_unescaped(name) for name in place.split("/")[1:])
    for parent in parents:
        if not isinstance(record.get(parent), dict):
            record[parent] = {}
        record = record[parent]
    if value is _Absent:
        record.pop(last, None)
    else:
        record[last] = value


def _escaped(name: str) -> str:
    """A name in a JSON Pointer (RFC 6901); characters that no line can show are written ~u and their number too."""
    name = name.replace("~", "~0").replace("/", "~1")
    return "".join(letter if letter.isprintable() else f"~u{ord(letter):06x}" for letter in name)


def _unescaped(name: str) -> str:
    marks = {"0": "~", "1": "/"}
    return re.sub(
        "~(0|1|u(0[0-9a-f]{5}|10[0-9a-f]{4}))", lambda match: marks.get(match[1]) or chr(int(match[2], 16)), name
    )


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if _writable(text) else json.dumps(value)


def _writable(text: str) -> bool:
    """Whether TOML can hold a text: half a surrogate pair is no character."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [*value.values()]
    return value if isinstance(value, list) else []
