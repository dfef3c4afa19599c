"""Entry: one source of text, as a TOML file says it: who holds it, under which licence, where it is, how it is read."""

import datetime
import difflib
import os
import posixpath
import re
import tomllib
from dataclasses import dataclass
from typing import Any

from catalog.streams import address

KINDS = ("catalogue", "pseudo_crawl", "oscar", "code")
"""The groups of sources ROOTS was made of; each has its connector."""

EXTRACTORS = ("trafilatura", "resiliparse", "roots-2022-03")
"""What takes the text out of a web page: see catalog/page.py."""

CUSTODIANS = (
    "private individual",
    "commercial entity",
    "library/museum/archive",
    "university or research institution",
    "nonprofit/NGO",
    "government organisation",
    "other",
)
"""Kinds of custodian in the catalogue form of ROOTS."""

LICENCE_PROPERTIES = (
    "public domain",
    "multiple licenses",
    "copyright – all rights reserved",
    "open license",
    "research use",
    "non-commercial use",
    "do not distribute",
)
"""Properties of a licence in the catalogue form of ROOTS."""

OUTCOMES = ("open licence", "granted", "refused", "pending", "not asked")
"""What came of asking the custodian; an open licence needs no asking."""

HAS_PII = ("Yes", "Yes - text author name only", "No", "Unclear")
"""Answers to the question for personal information in the catalogue form of ROOTS."""


class EntryError(ValueError):
    """An entry that cannot be used; the message names the file and the key, what is allowed and what to do."""


@dataclass(frozen=True)
class Custodian:
    """Who holds the text: the one to ask for permission."""

    name: str
    type: str
    location: str
    contact: str = ""


@dataclass(frozen=True)
class Licence:
    """The licence as an SPDX id, its properties, and how its holders want to be named."""

    id: str
    properties: tuple[str, ...]
    attribution: str
    url: str = ""


@dataclass(frozen=True)
class Permission:
    """What the custodian answered; `asked` is the ISO date of asking, "" when nobody was asked."""

    outcome: str
    asked: str = ""
    note: str = ""


@dataclass(frozen=True)
class Pii:
    """Whether the text holds personal information, and why that is believed."""

    has_pii: str
    justification: str


@dataclass(frozen=True)
class Data:
    """Where the data is, and the names of a record's fields; "" for a field it does not have.

    `files` are patterns; in their place may stand a `dataset` that the package datasets can stream: a name on the
    Hugging Face Hub or a folder, its `subset` and `split`. `extractor` is for web pages.
    """

    files: tuple[str, ...] = ()
    text: str = "text"
    id: str = "id"
    lang: str = ""
    url: str = ""
    dataset: str = ""
    subset: str = ""
    split: str = "train"
    extractor: str = "trafilatura"
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """One source. `folder` is where its TOML file lies; "" when there is none and `data.files` are whole paths."""

    uid: str
    name: str
    description: str
    kind: str
    languages: tuple[str, ...]
    cleaning: tuple[str, ...]
    redact: bool
    custodian: Custodian
    licence: Licence
    permission: Permission
    pii: Pii
    data: Data
    homepage: str = ""
    folder: str = ""

    @property
    def language(self) -> str | None:
        """The language every record without its own is declared to be in: the entry's, when it has just one."""
        return self.languages[0] if len(self.languages) == 1 else None


@dataclass(frozen=True)
class _Key:
    type: str = "text"
    required: bool = True
    allowed: tuple[str, ...] = ()
    empty: bool = False


_OPTIONAL = _Key(required=False, empty=True)
_SECTIONS: dict[str, dict[str, _Key]] = {
    "": {
        "uid": _Key(),
        "name": _Key(),
        "description": _Key(),
        "homepage": _OPTIONAL,
        "kind": _Key(allowed=KINDS),
        "languages": _Key("list of texts"),
        "cleaning": _Key("list of texts", empty=True),
        "redact": _Key("true or false"),
    },
    "custodian": {
        "name": _Key(),
        "type": _Key(allowed=CUSTODIANS),
        "location": _Key(),
        "contact": _OPTIONAL,
    },
    "licence": {
        "id": _Key(),
        "properties": _Key("list of texts", allowed=LICENCE_PROPERTIES),
        "attribution": _Key(),
        "url": _OPTIONAL,
    },
    "permission": {
        "outcome": _Key(allowed=OUTCOMES),
        "asked": _Key("date", required=False, empty=True),
        "note": _OPTIONAL,
    },
    "pii": {
        "has_pii": _Key(allowed=HAS_PII),
        "justification": _Key(empty=True),
    },
    "data": {
        "files": _Key("list of texts", required=False),
        "text": _Key(required=False),
        "id": _OPTIONAL,
        "lang": _OPTIONAL,
        "url": _OPTIONAL,
        "dataset": _OPTIONAL,
        "subset": _OPTIONAL,
        "split": _Key(required=False),
        "extractor": _Key(required=False, allowed=EXTRACTORS),
        "note": _OPTIONAL,
    },
}


def load(path: str | os.PathLike[str]) -> Entry:
    """The entry in a TOML file. Raises EntryError naming file and key for whatever is wrong with it."""
    import fsspec

    storage, inner = fsspec.core.url_to_fs(os.fspath(path))
    try:
        content = storage.cat_file(inner)
    except FileNotFoundError:
        raise EntryError(f"{path}: there is no such file") from None
    except (PermissionError, IsADirectoryError) as error:
        raise EntryError(f"{path}: cannot be read: {error.strerror}") from None
    name = posixpath.basename(inner)
    try:
        table = tomllib.loads(content.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EntryError(f"{name}: is not valid TOML: {error}") from None
    return _entry(name, table, address(storage, posixpath.dirname(inner)))


def load_folder(folder: str | os.PathLike[str]) -> list[Entry]:
    """All entries (*.toml) of a folder, sorted by uid. A folder without one is an error."""
    import fsspec

    storage, inner = fsspec.core.url_to_fs(os.fspath(folder))
    try:
        found = storage.ls(inner, detail=False)
    except (FileNotFoundError, NotADirectoryError):
        raise EntryError(f"{folder}: there is no such folder") from None
    except PermissionError:
        raise EntryError(f"{folder}: may not be read: no permission") from None
    paths = sorted(path for path in found if path.endswith(".toml"))
    if not paths:
        raise EntryError(f"{folder}: holds no entry (*.toml)")
    entries = [load(address(storage, path)) for path in paths]
    return sorted(entries, key=lambda entry: entry.uid)


def _entry(file: str, table: dict[str, Any], folder: str) -> Entry:
    names = [name for name in _SECTIONS if name]
    for key in table:
        if key not in names and key not in _SECTIONS[""]:
            raise EntryError(f"{file}: unknown key {key!r}{_near(key, [*_SECTIONS[''], *names])}")
    top = _section(file, "", {key: value for key, value in table.items() if key not in names})
    _check_uid(file, top["uid"])
    rooms: dict[str, Any] = {}
    for name, room in zip(names, (Custodian, Licence, Permission, Pii, Data), strict=True):
        if not isinstance(table.get(name, {}), dict):
            raise EntryError(f"{file}: {name}: must be a section, [{name}]")
        rooms[name] = room(**_section(file, name, table.get(name, {})))
    if bool(rooms["data"].files) == bool(rooms["data"].dataset):
        raise EntryError(f"{file}: data: give files, or a dataset instead of them")
    return Entry(**top, **rooms, folder=folder)


def _section(file: str, section: str, table: dict[str, Any]) -> dict[str, Any]:
    keys = _SECTIONS[section]
    prefix = f"{section}." if section else ""
    for key in table:
        if key not in keys:
            raise EntryError(f"{file}: unknown key {prefix + key!r}{_near(key, list(keys))}")
    missing = [prefix + key for key, rule in keys.items() if rule.required and key not in table]
    if missing:
        raise EntryError(f"{file}: missing: {', '.join(missing)}")
    return {key: _value(f"{file}: {prefix}{key}", keys[key], value) for key, value in table.items()}


def _value(where: str, key: _Key, value: Any) -> Any:
    if key.type == "true or false":
        if not isinstance(value, bool):
            raise EntryError(f"{where}: must be true or false, not {value!r}")
        return value
    if key.type == "date":
        return _date(where, value)
    items = value if key.type == "list of texts" else [value]
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise EntryError(f"{where}: must be a {key.type}, not {value!r}")
    if not key.empty and (not items or not all(item.strip() for item in items)):
        raise EntryError(f"{where}: must not be empty")
    for item in items:
        if key.allowed and item not in key.allowed:
            raise EntryError(f"{where}: {item!r} is not allowed{_near(item, list(key.allowed))}")
    if key.type == "text":
        return value
    if len(set(items)) < len(items) and not where.endswith(": cleaning"):
        raise EntryError(f"{where}: names {next(item for item in items if items.count(item) > 1)!r} twice")
    return tuple(items)


def _date(where: str, value: Any) -> str:
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, str):
        try:
            return datetime.date.fromisoformat(value).isoformat() if value else ""
        except ValueError:
            pass
    raise EntryError(f'{where}: must be a date such as 2026-11-20, or "" when nobody was asked, not {value!r}')


def _check_uid(file: str, uid: str) -> None:
    if not re.fullmatch(r"[a-z0-9_]+", uid):
        raise EntryError(f"{file}: uid: {uid!r} is not snake_case: only a to z, 0 to 9 and _ are allowed")
    stem = file.removesuffix(".toml")
    if uid != stem:
        raise EntryError(
            f"{file}: uid: {uid!r} is not the file's name: rename the file to {uid}.toml, or the uid to {stem}"
        )


def _near(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"; known: {', '.join(known)}{hint}"
