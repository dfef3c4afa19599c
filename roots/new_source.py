"""A new entry by questions and answers, for people who do not write TOML."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from catalog import entry_text, form
from catalog.entry import EntryError
from catalog.form import Fault, Key
from lang_params.languages import find
from lang_params.params import ParamsError

Table = dict[str, Any]

FIRST = ("name", "uid", "description", "homepage", "type")
"""What is asked of every entry."""

NEEDED = (
    "kind", "languages", "custodian.name", "custodian.type", "custodian.location", "custodian.contact", "licence.id",
    "licence.properties", "licence.attribution", "licence.url", "permission.outcome", "permission.asked",
    "permission.whom", "permission.document", "pii.has_pii", "pii.justification_class", "pii.justification",
    "pii.generic", "pii.generic_kinds", "pii.numeric", "pii.numeric_kinds", "pii.sensitive", "pii.sensitive_kinds",
    "release", "data.files",
)  # fmt: skip
"""What is asked of a source."""

HELD = ("custodian.name", "custodian.type", "custodian.location", "custodian.contact")
"""What is asked of an organisation."""

OPTIONAL = {
    "homepage", "custodian.contact", "licence.url", "permission.whom", "permission.document", "pii.justification",
    "pii.generic_kinds", "pii.numeric_kinds", "pii.sensitive_kinds", "data.files",
}  # fmt: skip
"""Of these, what may be left open; all that follows may."""

UNASKED = {"cleaning", "redact", "data", "submitted", "validated", "bigscience", "permission", "release"}
"""Sections and keys that the questions leave to the file: they have good defaults, or somebody else fills them in."""

SKIPPED: dict[str, Callable[[Table], bool]] = {
    "permission.asked": lambda table: _said(table, "permission.outcome") in ("open licence", "not asked"),
    "permission.whom": lambda table: _said(table, "permission.outcome") in ("open licence", "not asked"),
    "permission.document": lambda table: _said(table, "permission.outcome") not in ("granted", "refused"),
    "pii.justification_class": lambda table: str(_said(table, "pii.has_pii")).startswith("Yes"),
    "pii.justification": lambda table: str(_said(table, "pii.has_pii")).startswith("Yes"),
    "pii.generic": lambda table: _said(table, "pii.has_pii") != "Yes",
    "pii.numeric": lambda table: _said(table, "pii.has_pii") != "Yes",
    "pii.sensitive": lambda table: _said(table, "pii.has_pii") != "Yes",
    "pii.generic_kinds": lambda table: not str(_said(table, "pii.generic")).endswith(" likely"),
    "pii.numeric_kinds": lambda table: not str(_said(table, "pii.numeric")).endswith(" likely"),
    "pii.sensitive_kinds": lambda table: not str(_said(table, "pii.sensitive")).endswith(" likely"),
}
"""Questions that an answer before them has settled."""

MORE = {"primary source": "processed_from_primary", "processed dataset": "source_category"}
"""The section that an entry of a type does not have."""


def ask(folder: Path) -> Path:
    """Ask the questions of the form, write the entry into `folder`, and return its path. Never writes over a file."""
    click.echo("Enter takes what stands in [brackets] and leaves a question open that may be.")
    try:
        table = _answers(folder)
    except click.Abort:
        raise EntryError("stopped before the last question: nothing was written") from None
    path = folder / f"{table['uid']}.toml"
    folder.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(entry_text.dump(table))
    return path


def uid_for(name: str) -> str:
    """A uid made of a name.

    >>> uid_for("Ìròyìn: the news of Ọ̀ṣun!"), uid_for("新闻")
    ('iroyin_the_news_of_osun', '')
    """
    letters = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return re.sub("[^a-z0-9]+", "_", letters.lower()).strip("_")[:60].strip("_")


def _answers(folder: Path) -> Table:
    table: Table = {}
    for name in FIRST:
        _ask(table, name, folder)
    organisation = table["type"] == "language organisation"
    for name in HELD if organisation else NEEDED:
        _ask(table, name, folder)
    if not organisation and "data" not in table:
        click.echo("Without files the entry describes a source; it cannot be in a build until [data] names some.")
    if click.confirm("\nThe rest of the form (writers, scripts, how to get it, kind, media): answer it now?"):
        for name in _rest(table):
            _ask(table, name, folder)
    while wrong := form.faults(table):
        _mend(table, wrong[0], folder)
    return table


def _rest(table: Table) -> Iterable[str]:
    """The keys that were not asked for, of the sections that an entry of this type has."""
    without = UNASKED | {MORE.get(table["type"], "")}
    if table["type"] == "language organisation":
        without |= {"kind", "languages", "licence", "procurement", "pii", "redaction", "media", *MORE.values()}
    asked = {*FIRST, *NEEDED}
    for section, keys in form.sections().items():
        for key in keys:
            name = f"{section}.{key}" if section else key
            if name not in asked and (section or key) not in without:
                yield name


def _mend(table: Table, fault: Fault, folder: Path) -> None:
    """Say what does not fit together, and ask again for it."""
    named = ".".join(fault.path)
    asked = [name for name in (*FIRST, *NEEDED) if name == named or name.startswith(f"{named}.")]
    if not asked and named.count(".") != 1:
        raise EntryError(str(fault))
    click.echo(f"\n{fault}")
    for name in asked or [named]:
        _ask(table, name, folder, again=True)


def _ask(table: Table, name: str, folder: Path, *, again: bool = False) -> None:
    """Ask for one key, until the answer is one that it can hold."""
    if name in SKIPPED and SKIPPED[name](table) and not again:
        return
    section, _, last = name.rpartition(".")
    key = form.sections()[section][last]
    default = _default(table, name)
    optional = name in OPTIONAL or name not in {*FIRST, *NEEDED}

    def answered(text: str) -> Any:
        found = _read(key, text)
        wrong = _wrong(name, key, found, folder) if found not in ("", []) or not optional else ""
        if wrong:
            raise click.BadParameter(wrong)
        return found

    several = " Several: a; b; c." if key.kind == "list of texts" else ""
    click.echo(f"\n{key.about}.{several}")
    for number, value in enumerate(key.allowed if len(key.allowed) <= form.MOST_SHOWN else (), start=1):
        click.echo(f"  {number}  {value}")
    if key.other:
        click.echo("  or     other: and what it is")
    value = click.prompt(name, default="" if optional and default is None else default, value_proc=answered,
                         show_default=default is not None)  # fmt: skip
    place = table.setdefault(section, {}) if section else table
    if value in ("", []):
        place.pop(last, None)
        if section and not place:
            del table[section]
    else:
        place[last] = value


def _default(table: Mapping[str, Any], name: str) -> str | None:
    """What Enter answers: for the uid the name in small letters, else what the form takes where nothing is said."""
    if name == "uid":
        return uid_for(table["name"]) or None
    return {"type": "primary source", "kind": "catalogue", "release": "public", "permission.outcome": "not asked",
            "pii.has_pii": "Yes"}.get(name)  # fmt: skip


def _read(key: Key, text: str) -> Any:
    """The value that an answer means: numbers of the list shown, or the words themselves, whatever their case."""
    if key.kind == "true or false":
        return {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}.get(text.lower(), text)
    if key.kind != "list of texts":
        return _chosen(key, text.strip())
    numbers = re.fullmatch(r"[0-9]+([;,\s]+[0-9]+)*", text.strip()) and key.allowed
    parts = re.split(r"[;,\s]+" if numbers else ";", text.strip())
    return [_chosen(key, part.strip()) for part in parts if part.strip()]


def _chosen(key: Key, text: str) -> str:
    if text.isdecimal() and key.allowed and 1 <= int(text) <= len(key.allowed):
        return key.allowed[int(text) - 1]
    return next((value for value in key.allowed if value.casefold() == text.casefold()), text)


def _wrong(name: str, key: Key, value: Any, folder: Path) -> str:
    """What is wrong with an answer; "" when nothing is. Codes of languages become those of the corpus in place."""
    if name == "languages":
        try:
            value[:] = dict.fromkeys(find(code) for code in value)
        except ParamsError as error:
            return str(error)
    fault = form.value_fault(key, value)
    if not fault and name == "uid" and (folder / f"{value}.toml").exists():
        return f"{folder / value}.toml is there; choose another uid"
    return fault


def _said(table: Mapping[str, Any], name: str) -> Any:
    section, _, key = name.rpartition(".")
    return (table.get(section, {}) if section else table).get(key, "")
