"""The entries of a build: loaded, and checked against what the other rooms know."""

from collections.abc import Sequence
from pathlib import Path

from catalog.entry import Entry, EntryError, load
from filters import cleaning
from lang_params.languages import find
from lang_params.params import ParamsError

RESERVED = ("cards", "corpus", "dedup", "kept", "tokenizer", "tokens")
"""Folders of a work folder, which no source may be named after."""


def load_checked(path: Path, lang_params: Path | None = None) -> Entry:
    """Read an entry; its languages must be ROOTS's codes, or added by a folder, and its cleaning steps known.

    Raises EntryError or CleaningError, naming the file, the value and what is allowed.
    """
    entry = load(path)
    if entry.uid in RESERVED:
        raise EntryError(f"{path}: uid: {entry.uid!r} is the name of a folder of every build; choose another")
    for code in entry.languages:
        try:
            known = find(code, lang_params)
        except ParamsError as error:
            raise EntryError(f"{path}: languages: {error}") from None
        if known != code:
            raise EntryError(f"{path}: languages: {code!r}: write {known!r}, the code that ROOTS uses")
    try:
        cleaning.check(entry.cleaning)
    except cleaning.CleaningError as error:
        raise EntryError(f"{path}: cleaning: {error}") from None
    return entry


def load_all_checked(paths: Sequence[Path], lang_params: Path | None = None) -> list[Entry]:
    """Read the entries of a recipe, sorted by uid, each uid once."""
    found: dict[str, Entry] = {}
    for path in paths:
        entry = load_checked(path, lang_params)
        if entry.uid in found:
            raise EntryError(f"{path}: uid: {entry.uid!r} is also that of {found[entry.uid].folder}/{path.name}")
        found[entry.uid] = entry
    return [found[uid] for uid in sorted(found)]
