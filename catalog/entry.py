"""Entry: one source of text, as a TOML file says it: who holds it, under which licence, where it is, how it is read."""

import datetime
import os
import posixpath
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog import form, toml_lines
from catalog.streams import address

LICENCE_PROPERTIES = (
    "public domain",
    "multiple licenses",
    "copyright – all rights reserved",
    "open license",
    "research use",
    "non-commercial use",
    "do not distribute",
)
"""What a licence allows. These four are as in entry.schema.json; a test holds them equal."""

OUTCOMES = ("open licence", "granted", "refused", "pending", "not asked")
"""What came of asking the custodian; an open licence needs no asking."""

HAS_PII = ("Yes", "Yes - text author name only", "No", "Unclear")
"""Answers to the question for personal information."""

RELEASES = ("public", "gated", "closed")
"""To whom the text may be given: to everyone, to those who accept terms, to nobody."""


class EntryError(ValueError):
    """An entry that cannot be used; the message names the file and the key, what is allowed and what to do."""


@dataclass(frozen=True)
class Language:
    """Whose language it is: the names of its varieties, the scripts it is written in, where those who made it live."""

    names: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    locations: tuple[str, ...] = ()
    comments: str = ""


@dataclass(frozen=True)
class Custodian:
    """Who holds the text: the one to ask for permission. `contact` may be published, name and address of a person
    (`contact_name`, `contact_email`) may not. `in_catalogue` is the uid of the custodian's own entry."""

    name: str = ""
    type: str = ""
    location: str = ""
    contact: str = ""
    in_catalogue: str = ""
    contact_name: str = ""
    contact_email: str = ""
    contact_submitter: bool = False
    additional: str = ""


@dataclass(frozen=True)
class Procurement:
    """How the data is got: whether it can be downloaded, from where, and whom to write to."""

    for_download: str = ""
    url: str = ""
    email: str = ""


@dataclass(frozen=True)
class Licence:
    """The licence as an SPDX id, its properties, and how its holders want to be named. `text` is the licence's or the
    terms' own, or, where there is none, what the submitter thinks is right; `list` holds further licences."""

    id: str = "NOASSERTION"
    properties: tuple[str, ...] = ()
    attribution: str = ""
    url: str = ""
    has_licenses: str = ""
    text: str = ""
    list: tuple[str, ...] = ()


@dataclass(frozen=True)
class Permission:
    """What the custodian answered; `asked` is the ISO date of asking, "" when nobody was asked, `whom` the one asked,
    `document` the path or address of the answer."""

    outcome: str = "not asked"
    asked: str = ""
    note: str = ""
    whom: str = ""
    document: str = ""


@dataclass(frozen=True)
class Pii:
    """Whether the text holds personal information, of which kinds, how likely, and why that is believed."""

    has_pii: str = "Unclear"
    justification: str = ""
    justification_class: str = ""
    generic: str = ""
    generic_kinds: tuple[str, ...] = ()
    numeric: str = ""
    numeric_kinds: tuple[str, ...] = ()
    sensitive: str = ""
    sensitive_kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class SourceCategory:
    """What a primary source is."""

    type: str = ""
    web: str = ""
    media: str = ""


@dataclass(frozen=True)
class Processed:
    """What a processed dataset was made from."""

    from_primary: str = ""
    availability: str = ""
    licence: str = ""
    types: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Media:
    """In which media and formats the data comes, and about how much there is of it."""

    category: tuple[str, ...] = ()
    text_format: tuple[str, ...] = ()
    audiovisual_format: tuple[str, ...] = ()
    image_format: tuple[str, ...] = ()
    database_format: tuple[str, ...] = ()
    text_is_transcribed: str = ""
    instance_type: str = ""
    instance_count: str = ""
    instance_size: str = ""


@dataclass(frozen=True)
class Mark:
    """Who has submitted an entry, or found a part of it right, and on which date (ISO); "" where it is not known."""

    by: str = ""
    on: str = ""


@dataclass(frozen=True)
class Data:
    """Where the data is, and the names of a record's fields; "" for a field it does not have.

    `files` are patterns; in their place may stand a `dataset` that the package datasets can stream: a name on the
    Hugging Face Hub or a folder, its `subset` and `split`, and of one on the Hub the `revision` (a commit, tag or
    branch). `extractor` is for web pages.
    """

    files: tuple[str, ...] = ()
    text: str = "text"
    id: str = "id"
    lang: str = ""
    url: str = ""
    dataset: str = ""
    subset: str = ""
    split: str = "train"
    revision: str = ""
    extractor: str = "trafilatura"
    note: str = ""


@dataclass(frozen=True)
class Entry:
    """One source. `folder` is where its TOML file lies; "" when there is none and `data.files` are whole paths.

    What each field means stands in entry.schema.json and README.md. An entry may describe a source without data, or
    an organisation; `validated` holds the parts that somebody found right, each with who and when. `redaction` holds
    pairs of a kind of personal data and what becomes of it here, the kinds by name.
    """

    uid: str
    name: str
    description: str = ""
    kind: str = "catalogue"
    languages: tuple[str, ...] = ()
    cleaning: tuple[str, ...] = ()
    redact: bool = True
    redaction: tuple[tuple[str, str], ...] = ()
    custodian: Custodian = Custodian()
    licence: Licence = Licence()
    permission: Permission = Permission()
    pii: Pii = Pii()
    data: Data = Data()
    homepage: str = ""
    folder: str = ""
    type: str = "primary source"
    release: str = "public"
    language_data: Language = Language()
    procurement: Procurement = Procurement()
    source_category: SourceCategory = SourceCategory()
    processed_from_primary: Processed = Processed()
    media: Media = Media()
    submitted: Mark = Mark()
    validated: tuple[tuple[str, Mark], ...] = ()

    @property
    def language(self) -> str | None:
        """The language every record without its own is declared to be in: the entry's, when it has just one."""
        return self.languages[0] if len(self.languages) == 1 else None


def load(path: str | os.PathLike[str]) -> Entry:
    """The entry in a TOML file. Raises EntryError naming file, line and key of the first thing wrong with it."""
    import fsspec

    storage, inner = fsspec.core.url_to_fs(os.fspath(path))
    table, found = _checked(path)
    if found:
        raise EntryError(found[0])
    return of_table(table, address(storage, posixpath.dirname(inner)))


def faults(path: str | os.PathLike[str]) -> list[str]:
    """Everything that is wrong in a TOML file of an entry, by line, each with file, line and key."""
    try:
        return _checked(path)[1]
    except EntryError as error:
        return [str(error)]


def read(path: str | os.PathLike[str]) -> tuple[dict[str, Any], str]:
    """A TOML file as a table, and its text. Raises EntryError for a file that cannot be read or is not TOML."""
    import fsspec

    storage, inner = fsspec.core.url_to_fs(os.fspath(path))
    try:
        content = storage.cat_file(inner)
    except FileNotFoundError:
        raise EntryError(f"{path}: there is no such file") from None
    except (PermissionError, IsADirectoryError) as error:
        raise EntryError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        text = content.decode()
        return tomllib.loads(text), text
    except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError of Python's own
        raise EntryError(f"{path}: is not valid TOML: {error}") from None


def at(path: str | os.PathLike[str], key: str) -> str:
    """File, line and name of a key, as errors begin that are found in other rooms: "yo.toml:6: languages"."""
    return f"{path}:{toml_lines.line(toml_lines.lines(read(path)[1]), key.split('.'))}: {key}"


def of_table(table: Mapping[str, Any], folder: str = "") -> Entry:
    """The entry that a table of its keys describes; one in which nothing is wrong."""
    given = {key: _value(table[key]) for key in form.sections()[""] if key in table}
    rooms = {field: room(**_values(table.get(section, {}))) for field, section, room in _ROOMS}
    marks = tuple((part, Mark(**_values(mark))) for part, mark in sorted(table.get("validated", {}).items()))
    actions = tuple(sorted(table.get("redaction", {}).items()))
    own = {"validated": marks, "redaction": actions, "folder": folder}
    return Entry(**{"name": given["uid"], **given, **rooms, **own})


_ROOMS: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("language_data", "language", Language),
    ("custodian", "custodian", Custodian),
    ("procurement", "procurement", Procurement),
    ("licence", "licence", Licence),
    ("permission", "permission", Permission),
    ("pii", "pii", Pii),
    ("source_category", "source_category", SourceCategory),
    ("processed_from_primary", "processed_from_primary", Processed),
    ("media", "media", Media),
    ("data", "data", Data),
    ("submitted", "submitted", Mark),
)


def _values(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _value(value) for key, value in table.items()}


def _value(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value.isoformat() if isinstance(value, datetime.date) else value


def _checked(path: str | os.PathLike[str]) -> tuple[dict[str, Any], list[str]]:
    """The table of a file, and what is wrong in it, by line."""
    table, text = read(path)
    found = form.faults(table)
    if not found:
        found = [*_uid_faults(posixpath.basename(os.fspath(path)), table["uid"]), *_mark_faults(table)]
    known = toml_lines.lines(text) if found else {}
    lines = sorted((toml_lines.line(known, fault.path), number, fault) for number, fault in enumerate(found))
    return table, [f"{path}:{line}: {fault}" for line, _, fault in lines]


def _uid_faults(file: str, uid: str) -> list[form.Fault]:
    stem = file.removesuffix(".toml")
    if uid == stem:
        return []
    what = f"{uid!r} is not the file's name: rename the file to {uid}.toml, or the uid to {stem}"
    return [form.Fault(("uid",), what)]


def _mark_faults(table: Mapping[str, Any]) -> list[form.Fault]:
    """Marks of the one who wrote the entry: a second person has to find it right."""
    writer = table.get("submitted", {}).get("by")
    what = f"by {form.shown(writer)}, who wrote the entry ([submitted]); a second person has to find it right"
    marks = table.get("validated", {}).items()
    return [form.Fault(("validated", part), what) for part, mark in marks if mark["by"] == writer]
