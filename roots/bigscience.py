"""Catalogues in the JSON form of BigScience: files of it become a folder of entries, and a folder such a file."""

import re
from pathlib import Path

from catalog import bigscience, entry_text
from catalog.entry import EntryError, faults, read
from roots.look import is_recipe, toml_files

LARGEST = 100_000_000
"""Bytes of a JSON file; all 192 records of the catalogue would be about 1 MB."""

VALIDATED = re.compile(r"(.+)-validated-.+\.json")
"""The name of a file that a validation of an entry left beside the entry's own; the last one holds."""


def take(source: Path, output: Path) -> list[str]:
    """Write an entry into `output` for each record of a JSON file, or of the files of a folder; say what was done.

    Nothing is written when a record cannot be an entry, or when a file is there. Raises EntryError.
    """
    found: dict[str, tuple[str, str]] = {}
    kept = 0
    for where, record in [each for path in _json_files(source) for each in bigscience.read(_content(path), str(path))]:
        table = bigscience.table_of(record, where)
        name = f"{table['uid']}.toml"
        if name in found:
            raise EntryError(f"{where}: its uid gives {name}, as that of {found[name][0]} does; change one of them")
        if (output / name).exists():
            raise EntryError(f"{output / name}: is there; give another --output, or take the file away")
        found[name] = (where, entry_text.dump(table))
        kept += len(table.get("bigscience", {}))
    if output.exists() and not output.is_dir():
        raise EntryError(f"{output}: is a file; give a folder as --output")
    output.mkdir(parents=True, exist_ok=True)
    for name, (_, text) in found.items():
        (output / name).write_text(text, encoding="utf-8", newline="\n")
    return [
        f"{len(found)} entries: {output}",
        f"{kept} answers have no place of their own and stand under [bigscience], as they were",
        "an entry describes a source; to build with it, say in it where its files are ([data]): catalog/README.md",
    ]


def give(folder: Path, output: Path, shape: str) -> list[str]:
    """Write the entries of a folder as records: to a JSON file as a list, or an object by uid; or to a folder.

    `shape` is list, object, or files, for which `output` is a folder. Raises EntryError for an entry with a fault and
    for a file that is there.
    """
    paths = [path for path in toml_files(folder) if not is_recipe(path)]
    wrong = [fault for path in paths for fault in faults(path)]
    if wrong or not paths:
        raise EntryError("\n".join(wrong) or f"{folder}: holds no entry; give a catalogue folder")
    records = {path.stem: bigscience.record_of(read(path)[0]) for path in paths}
    if shape == "files":
        files = {output / f"{uid}.json": bigscience.text_of(record) for uid, record in records.items()}
    else:
        files = {output: bigscience.text_of(records if shape == "object" else list(records.values()))}
    if there := next((path for path in files if path.exists()), None):
        raise EntryError(f"{there}: is there; give another --output, or take it away")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return [f"{len(records)} records: {output}"]


def _json_files(source: Path) -> list[Path]:
    """The file, or the files of a folder: of an entry that was validated, its last version."""
    if not source.is_dir():
        return [source]
    paths = sorted(source.glob("*.json"))
    if not paths:
        raise EntryError(f"{source}: holds no JSON file (*.json)")
    last: dict[str, Path] = {}
    for path in paths:
        match = VALIDATED.fullmatch(path.name)
        stem = match[1] if match else path.stem
        if match or stem not in last:
            last[stem] = path
    return list(last.values())


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST:
            raise EntryError(f"{path}: is larger than {LARGEST:,} bytes; give its records in several files")
        return path.read_bytes()
    except FileNotFoundError:
        raise EntryError(f"{path}: there is no such file") from None
    except (PermissionError, IsADirectoryError) as error:
        raise EntryError(f"{path}: cannot be read: {error.strerror}") from None
