"""The commands that show sources: the table of a catalogue, and everything that one entry says."""

import unicodedata
from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from catalog import form
from catalog.entry import Entry, EntryError, load, read
from lang_params.languages import find
from lang_params.params import ParamsError
from roots.look import console, is_recipe, toml_files

HELD: dict[str, Callable[[Entry], tuple[str, ...]]] = {
    "licence": lambda entry: (entry.licence.id, *entry.licence.properties, *entry.licence.list),
    "custodian_type": lambda entry: (entry.custodian.type,),
    "location": lambda entry: (entry.custodian.location, *entry.language_data.locations),
    "pii": lambda entry: (entry.pii.has_pii,),
    "kind": lambda entry: () if entry.type == "language organisation" else (entry.kind,),
    "permission": lambda entry: (entry.permission.outcome,),
    "type": lambda entry: (entry.type,),
    "release": lambda entry: (entry.release,),
}
"""What of an entry each filter looks at; an entry passes when one of these begins with what was asked for, whatever
the case: `cc-by` finds CC-BY-SA-3.0."""

SEVERAL = 6
"""From so many languages on, the table gives their number."""


def entries(folder: Path) -> list[Entry]:
    """The entries of a folder; recipes beside them are passed over."""
    paths = [path for path in toml_files(folder) if not is_recipe(path)]
    if not paths:
        raise EntryError(f"{folder}: holds no entry; give a catalogue folder")
    return sorted(map(load, paths), key=lambda entry: entry.uid)


def sources(folder: Path, filters: Mapping[str, tuple[str, ...]], codes: Set[str]) -> None:
    """Print the entries of a catalogue folder that pass all filters: of each, one of the values that it names.

    `codes` are those of languages, of which an entry has to be in one. Raises EntryError for a value that no entry
    could have.
    """
    known = entries(folder)
    wanted = {name: values for name, values in filters.items() if values}
    for name, values in wanted.items():
        _check(name, values, known)
    shown = [entry for entry in known if _passes(entry, wanted) and (not codes or codes & set(entry.languages))]
    table = Table(title=_shown(f"Sources in {folder}"))
    for header in ("uid", "kind", "languages", "custodian", "licence", "permission", "release", "personal data"):
        table.add_column(header, overflow="fold")
    for entry in shown:
        table.add_row(*(_shown(cell) for cell in _cells(entry)))
    console().print(table)
    if len(shown) < len(known):
        console().print(f"{len(shown)} of {len(known)} entries")


def _cells(entry: Entry) -> list[str]:
    few = len(entry.languages) < SEVERAL
    return [
        entry.uid,
        entry.kind if entry.data.files or entry.data.dataset else f"no data ({entry.type})",
        ", ".join(entry.languages) if few else f"{len(entry.languages)} languages",
        entry.custodian.name,
        entry.licence.id,
        entry.permission.outcome,
        entry.release,
        entry.pii.has_pii,
    ]


def _passes(entry: Entry, wanted: Mapping[str, tuple[str, ...]]) -> bool:
    return all(
        any(held.casefold().startswith(value.casefold()) for value in values for held in HELD[name](entry))
        for name, values in wanted.items()
    )


FORM = {
    "licence": "licence.properties",
    "custodian_type": "custodian.type",
    "location": "custodian.location",
    "pii": "pii.has_pii",
    "kind": "kind",
    "permission": "permission.outcome",
    "type": "type",
    "release": "release",
}
"""The key whose admissible values a filter takes, beside those that entries of the folder have."""


def _check(name: str, values: tuple[str, ...], known: list[Entry]) -> None:
    """Raise EntryError for a value that begins nothing that the form allows or an entry of the folder says."""
    allowed = form.allowed(FORM[name])
    possible = sorted({*allowed} | {held for entry in known for held in HELD[name](entry) if held})
    for value in values:
        if not any(held.casefold().startswith(value.casefold()) for held in possible):
            option = name.replace("_", "-")
            raise EntryError(f"--{option}: {value!r} is in no entry{form.near(value, possible)}")


def show(uid: str, folder: Path) -> None:
    """Print everything that the entry of a uid says, in the order of the form."""
    known = {path.stem: path for path in toml_files(folder) if not is_recipe(path)}
    if uid not in known:
        raise EntryError(f"{folder}: there is no entry {uid!r}{form.near(uid, sorted(known))}")
    load(known[uid])
    said, _ = read(known[uid])
    table = Table(title=_shown(f"{said.get('name', uid)} ({known[uid]})"), show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for section, keys in form.sections().items():
        given = said if section == "" else said.get(section, {})
        rows = [(key, given[key]) for key in ([*keys] or [*given]) if key in given]
        if rows and section:
            table.add_section()
            table.add_row(f"[bold]{section}[/bold]", f"[dim]{escape(form.about(section))}[/dim]")
        for key, value in rows:
            table.add_row(_shown(key), _shown(_text(key, value)))
    console().print(table)


def _shown(text: str) -> str:
    """A text as a cell, in which neither marks of rich nor control characters, which terminals obey, have an effect."""
    plain = (mark if mark == "\n" or unicodedata.category(mark) != "Cc" else f"\\x{ord(mark):02x}" for mark in text)
    return escape("".join(plain))


def _text(key: str, value: Any) -> str:
    """A value as people read it; languages with their names."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return f"by {value['by']}" + (f" on {value['on']}" if value.get("on") else "")
    if isinstance(value, list):
        return ", ".join(_named(item) if key == "languages" else str(item) for item in value) or "none"
    return str(value) or "not said"


def _named(code: str) -> str:
    from roots.look import names

    try:
        return f"{names()[find(code)]} ({code})"
    except ParamsError:
        return code
