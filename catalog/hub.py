"""Datasets that the package datasets can stream, from the Hugging Face Hub or a folder, in the place of files.

Rows are read as Arrow batches, without the decoding of images or sound; a row's number is its offset. No code of a
dataset is run: the package has given that up, and nothing here asks for it. What decides the content is, of a dataset
on the Hub, the commit: it is looked up when inputs are planned, so that all of a run reads the same one, and is part
of the input's path; of a folder, all files below it.
"""

import os
import posixpath
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa

from catalog.entry import Entry, EntryError
from catalog.oscar import CONTENT
from catalog.record import Record, bad_record
from catalog.streams import open_file

SCHEME = "dataset:"
"""What the path of such an input begins with; then a folder, or a name on the Hub, @ and a commit."""

ROWS = 256
"""Rows read at once. Of JSON lines the package itself holds 10 MB."""

NO_HUB = "download it (hf download --repo-type dataset NAME --local-dir FOLDER) and let data.dataset name the folder"

_CONTENT_FAULTS = (pa.ArrowException, ValueError, OverflowError, KeyError, TypeError)
"""What the package raises for content that it cannot read, its own DatasetGenerationError beside."""


def described(entry: Entry) -> tuple[str, str]:
    """Path and name of the one input that the dataset of an entry is.

    The name is part of ids and holds neither the folder above a local dataset nor a commit. A dataset, subset, split
    or column that is not there is an EntryError, and so is a Hub that cannot be reached.
    """
    data = entry.data
    folder = _folder(entry)
    where = folder or f"{data.dataset}@{_commit(entry)}"
    columns = _columns(entry, where)
    named = {"text": data.text, "lang": data.lang, "url": data.url}
    for key, column in named.items():
        if not column or column in columns or (key == "text" and entry.kind == "oscar" and CONTENT in columns):
            continue
        raise EntryError(
            f"{entry.uid}: data.{key}: the dataset {data.dataset} has no column {column!r}; it has {', '.join(columns)}"
        )
    name = posixpath.basename(folder) if folder and os.path.isabs(data.dataset) else data.dataset
    return f"{SCHEME}{where}", f"{posixpath.normpath(name)}/{data.subset or 'default'}/{data.split}"


def files(path: str) -> list[str]:
    """The files that decide what is in an input: those below a local dataset's folder, sorted; none for the Hub."""
    folder = path.removeprefix(SCHEME)
    found = [posixpath.join(top, name) for top, _, names in os.walk(folder) for name in names]
    return sorted(name for name in found if not posixpath.relpath(name, folder).startswith("."))


def records(entry: Entry, path: str) -> Iterator[Record]:
    """The rows of the dataset at such a path as records, in its order.

    What cannot be read on is one bad record at the row where that begins, and the end. Faults of the network are
    raised: the next run begins the dataset anew.
    """
    where = path.removeprefix(SCHEME)
    tables = [] if _is_saved(where) else _parquet(_builder(entry, where), entry.data.split)
    return _of_parquet(entry, tables) if tables else _of_stream(entry, where)


def _of_stream(entry: Entry, where: str) -> Iterator[Record]:
    from datasets.exceptions import DatasetsError

    from catalog.tables import batch_records, valid

    row = 0
    try:
        for table in _stream(entry, where).with_format("arrow").iter(batch_size=ROWS):
            for batch in table.combine_chunks().to_batches():
                yield from batch_records(entry, valid(batch), row)
                row += batch.num_rows
    except (*_CONTENT_FAULTS, DatasetsError) as error:
        yield bad_record(row, f"the dataset cannot be read from row {row} on: {type(error).__name__}")


def _of_parquet(entry: Entry, names: list[str]) -> Iterator[Record]:
    """Rows of Parquet files, by the reader of such files: the package decodes up to 1 GB of them ahead."""
    from catalog.tables import parquet_records

    first = 0
    for name in names:
        last = -1
        with open_file(name) as handle:
            for record in parquet_records(entry, handle):
                last = record.offset
                yield replace(record, offset=first + last)
        first += last + 1


def _parquet(builder: Any, split: str) -> list[str]:
    """The files of a split when all are Parquet, with their addresses (hf:// for the Hub)."""
    found = dict(builder.config.data_files or {}).get(split, [])
    return [str(name) for name in found] if all(str(name).endswith(".parquet") for name in found) else []


def _folder(entry: Entry) -> str:
    """The folder of a local dataset, from that of the entry's file; "" for a name on the Hub."""
    name = entry.data.dataset
    folder = posixpath.normpath(posixpath.join(entry.folder or os.getcwd(), os.path.expanduser(name)))
    if "://" not in folder and os.path.isdir(folder):
        return folder
    if name.startswith((".", "/", "~")) or name.count("/") > 1 or "://" in name:
        raise EntryError(f"{entry.uid}: data.dataset: {folder}: there is no such folder")
    if os.path.exists(name):
        raise EntryError(
            f"{entry.uid}: data.dataset: {name} is a name on the Hub here, for it is not beside the entry, but the "
            "package datasets would take what has that name in the current folder: run from another one"
        )
    return ""


def _commit(entry: Entry) -> str:
    """The commit of a dataset on the Hub. A whole one that the entry names is taken as it is, without asking."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError

    name, revision = entry.data.dataset, entry.data.revision
    if len(revision) == 40 and not revision.strip("0123456789abcdef"):
        return revision
    try:
        return str(HfApi().dataset_info(name, revision=revision or None).sha)
    except HFValidationError:
        raise EntryError(
            f"{entry.uid}: data.dataset: {name!r} is neither a folder nor a name on the Hub (OWNER/NAME)"
        ) from None
    except HfHubHTTPError as error:
        raise EntryError(_unfit(entry, error)) from None
    except Exception as error:  # the client's own kinds, which are no OSErrors and change with its library for HTTP
        raise EntryError(_out_of_reach(entry, error)) from None


def _columns(entry: Entry, where: str) -> list[str]:
    from datasets.exceptions import DatasetsError

    try:
        stream = _stream(entry, where)
        names = stream.column_names or next(iter(stream.with_format("arrow").iter(batch_size=1))).schema.names
    except (ValueError, RuntimeError, DatasetsError, FileNotFoundError) as error:
        raise EntryError(_unfit(entry, error)) from None
    except StopIteration:
        raise EntryError(f"{entry.uid}: data.dataset: {entry.data.dataset}: the split has no rows") from None
    except OSError as error:
        raise EntryError((_unfit if os.path.isdir(where) else _out_of_reach)(entry, error)) from None
    return list(names)


def _stream(entry: Entry, where: str) -> Any:
    """The split as the package's IterableDataset."""
    from datasets import load_from_disk

    split = entry.data.split
    if not _is_saved(where):
        return _builder(entry, where).as_streaming_dataset(split=split)
    if os.path.isfile(posixpath.join(where, "dataset_dict.json")):
        where = posixpath.join(where, split)
        if not os.path.isdir(where):
            raise ValueError(f"there is no split {split!r}")
    return load_from_disk(where).to_iterable_dataset()


def _is_saved(where: str) -> bool:
    """Whether a folder was written by the package's save_to_disk."""
    return any(os.path.isfile(posixpath.join(where, name)) for name in ("dataset_dict.json", "state.json"))


def _builder(entry: Entry, where: str) -> Any:
    from datasets import load_dataset_builder

    name, _, commit = where.rpartition("@")
    local = os.path.isdir(where)
    subset = entry.data.subset or None
    return load_dataset_builder(where if local else name, subset, revision=None if local else commit)


def _unfit(entry: Entry, error: Exception) -> str:
    """What is wrong with the dataset, subset or split that was asked for; the first line of what the package says."""
    said = (str(error).strip() or type(error).__name__).splitlines()[0]
    data = entry.data
    asked = f"{data.dataset}, subset {data.subset or 'default'!r}, split {data.split!r}"
    return f"{entry.uid}: data.dataset: {asked}: {said}"


def _out_of_reach(entry: Entry, error: Exception) -> str:
    offline = os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE")
    why = "HF_HUB_OFFLINE is set" if offline else f"the Hub cannot be reached ({type(error).__name__})"
    return f"{entry.uid}: data.dataset: {entry.data.dataset}: {why}; {NO_HUB}"
