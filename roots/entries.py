"""The entries of a build: loaded, and checked against what the other rooms know."""

from collections.abc import Sequence
from pathlib import Path

from catalog.code import LANGUAGE as CODE
from catalog.entry import Entry, EntryError, at, load
from filters import cleaning
from lang_params.languages import codes, find
from lang_params.params import ParamsError
from lang_params.params import load as load_params

RESERVED = ("audits", "cards", "corpus", "dedup", "kept", "parquet", "tokenizer", "tokens")
"""Folders of a work folder, which no source may be named after."""


def load_checked(path: Path, lang_params: Path | None = None) -> Entry:
    """Read an entry; its languages must be ROOTS's codes, or added by a folder, and its cleaning steps known.

    Raises EntryError or CleaningError, naming the file, the value and what is allowed.
    """
    entry = load(path)
    if entry.uid in RESERVED:
        raise EntryError(f"{at(path, 'uid')}: {entry.uid!r} is the name of a folder of every build; choose another")
    for code in entry.languages:
        try:
            known = find(code, lang_params)
        except ParamsError as error:
            raise EntryError(f"{at(path, 'languages')}: {error}") from None
        if known != code:
            raise EntryError(f"{at(path, 'languages')}: {code!r}: write {known!r}, the code that ROOTS uses")
    if entry.kind == "code" and entry.languages != (CODE,):
        raise EntryError(f"{at(path, 'languages')}: a source of kind 'code' is in no language: write [\"code\"]")
    try:
        cleaning.check(entry.cleaning, codes(lang_params))
        for step in entry.cleaning:
            if step.startswith(cleaning.REFERENCES):
                lang = step.removeprefix(cleaning.REFERENCES)
                cleaning.needed(step, {lang: load_params(lang, lang_params)})
    except cleaning.CleaningError as error:
        raise EntryError(f"{at(path, 'cleaning')}: {error}") from None
    return entry


def load_all_checked(paths: Sequence[Path], lang_params: Path | None = None) -> list[Entry]:
    """Read the entries of a recipe, sorted by uid, each uid once. One that only describes a source cannot be built."""
    found: dict[str, Entry] = {}
    for path in paths:
        entry = load_checked(path, lang_params)
        if not entry.data.files and not entry.data.dataset:
            raise EntryError(
                f"{at(path, 'uid')}: {entry.uid!r} has no [data]: it describes a source and cannot be in a build; say "
                "where its files are, or leave it out of the recipe"
            )
        if entry.uid in found:
            raise EntryError(f"{at(path, 'uid')}: {entry.uid!r} is also that of {found[entry.uid].folder}/{path.name}")
        found[entry.uid] = entry
    return [found[uid] for uid in sorted(found)]


def unknown_uids(paths: Sequence[Path]) -> list[str]:
    """Where entries name others that are not among these: the custodian's, and those of primary sources.

    Entries in which something else is wrong are passed over. Uids are names of files, so a folder has each once.
    """
    known = {path.stem for path in paths}
    found = []
    for path in paths:
        try:
            entry = load(path)
        except EntryError:
            continue
        named = [("custodian.in_catalogue", entry.custodian.in_catalogue)]
        named += [("processed_from_primary.entries", uid) for uid in entry.processed_from_primary.entries]
        found += [
            f"{at(path, key)}: {uid!r} has no entry beside this one" for key, uid in named if {uid} - {*known, ""}
        ]
    return found
