"""The TOML text of an entry: its keys in the order of the form, as a person would write them."""

import datetime
from collections.abc import Mapping
from typing import Any

from catalog import form

WIDTH = 100
"""Characters of a list on one line; a longer one has a line for each of its texts."""


def dump(table: Mapping[str, Any]) -> str:
    """The TOML text of an entry's table. Dates may be given as texts; keys that say nothing are left out."""
    import tomlkit

    document = tomlkit.document()
    for section, keys in form.sections().items():
        given = table if section == "" else table.get(section, {})
        names = list(keys) or sorted(given)
        said = {name: given[name] for name in names if given.get(name, "") not in ("", [], {}) or _says(given, name)}
        items = {name: _item(keys.get(name), value) for name, value in said.items()}
        if section == "":
            document.update(items)
        elif items:
            document.add(section, tomlkit.item(items))
    return tomlkit.dumps(document)


def _says(given: Mapping[str, Any], name: str) -> bool:
    """Whether an empty value says something: that there are no cleaning steps, or that the form left a place out."""
    return name in given and (name.startswith("/") or name in ("cleaning", "properties", "id", "asked"))


def _item(key: form.Key | None, value: Any) -> Any:
    import tomlkit

    if key is not None and key.kind == "date" and value:
        return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)
    if key is not None and key.kind == "mark":
        mark = tomlkit.inline_table()
        mark.update({name: _date(part) if name == "on" else part for name, part in value.items() if part})
        return mark
    if isinstance(value, list | tuple):
        found = tomlkit.array()
        found.extend([_text(item) for item in value])
        return found.multiline(sum(len(item) + 4 for item in value) > WIDTH)
    return _text(value) if isinstance(value, str) else value


def _date(value: Any) -> Any:
    return value if isinstance(value, datetime.date) else datetime.date.fromisoformat(value)


def _text(value: str) -> Any:
    """A text; over several lines where it has some, and without escapes where it needs none."""
    import tomlkit

    plain = all(character.isprintable() for character in value.replace("\n", ""))
    if plain and '"' in value and "'" not in value and "\n" not in value:
        return tomlkit.string(value, literal=True)
    if plain and "\n" in value.strip("\n") and not value.startswith("\n") and '"""' not in value and value[-1] != '"':
        return tomlkit.string(value, multiline=True)
    return tomlkit.string(value)
