"""The corpus as Parquet beside the Arrow files: same rows, same order, a folder a language, a file for each Arrow file.

`parquet/yo/train-00000-of-00002.parquet`, and `validation-...` where something is held out: the names that the Hub
expects, so that an upload of the work folder loads by language (`configs` gives the front matter). Row groups hold
10,000 rows or 64 MB of text. One worker holds one of them, twice.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipelines import storage, tables
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, manifest_of, with_manifests
from roots import arrow_dataset

VERSION = 1
"""Of what is made of the same Arrow files."""

FOLDER = "parquet"

GROUP_ROWS = 10_000
GROUP_BYTES = 64_000_000

SCHEMA = pa.schema([pa.field(name, pa.string()) for name in arrow_dataset.COLUMNS])


@dataclass(frozen=True)
class CopyJob:
    """Write an Arrow file as Parquet."""

    source: str
    target: str


def write(
    work: str,
    files: Mapping[str, Sequence[str]],
    manifests: Mapping[str, Sequence[Mapping[str, Any]]],
    how: Runtime,
    *,
    wanted: bool = True,
) -> dict[str, list[str]]:
    """Write the Arrow files of every dataset as Parquet; the paths by dataset. Where it is not wanted, remove them."""
    home = storage.join(work, FOLDER)
    if not wanted or not files:
        storage.remove(home)
        return {}
    targets: dict[str, list[str]] = {}
    tasks = []
    for dataset, paths in files.items():
        for number, path in enumerate(paths):
            target = storage.join(home, name(dataset, number, len(paths)))
            targets.setdefault(dataset, []).append(target)
            before = manifests[dataset][number]["files"][0]
            key = storage.fingerprint([VERSION, before["sha256"]])
            tasks.append(Task(manifest_of(target), key, before["bytes"], CopyJob(path, target)))
    run("mix: parquet", tasks, copy, how)
    languages = {dataset.partition("/")[0] for dataset in targets}
    for lang in languages:
        mine = [path for dataset, paths in targets.items() if dataset.partition("/")[0] == lang for path in paths]
        discard_others(storage.join(home, lang), with_manifests(mine))
    discard_others(home, sorted(languages))
    return targets


def name(dataset: str, number: int, count: int) -> str:
    """Path of a file of a dataset, in the folder of Parquet files.

    >>> name("yo", 0, 2), name("yo/validation", 0, 1)
    ('yo/train-00000-of-00002.parquet', 'yo/validation-00000-of-00001.parquet')
    """
    lang, _, held = dataset.partition("/")
    return f"{lang}/{held or 'train'}-{number:05d}-of-{count:05d}.parquet"


def copy(job: CopyJob) -> dict[str, Any]:
    """Write one file."""
    with tables.writing(job.target, SCHEMA) as (writer, outputs):
        for group in _groups(job.source):
            writer.write(group)
    return {"documents": outputs[0].rows, "files": [outputs[0].record()]}


def _groups(path: str) -> Iterator[pa.RecordBatch]:
    """The rows of an Arrow file, a row group at a time."""
    held: list[pa.RecordBatch] = []
    for batch in arrow_dataset.batches(path):
        plain = batch.replace_schema_metadata(None)
        full = sum(each.num_rows for each in held) + plain.num_rows > GROUP_ROWS
        if held and (full or sum(each.nbytes for each in held) + plain.nbytes > GROUP_BYTES):
            yield pa.concat_batches(held)
            held = []
        held.append(plain)
    if held:
        yield pa.concat_batches(held)


def configs(files: Mapping[str, Sequence[str]], sizes: Mapping[str, int], *, parquet: bool) -> list[dict[str, Any]]:
    """The `configs` of a dataset card: for each language its splits, and where their files lie below the work folder.

    `files` are those of a mix by dataset and `sizes` the bytes of text in them; with `parquet` its Parquet files are
    named, else its Arrow files. A split that holds nothing is not named: `load_dataset` would refuse the language.

    >>> configs({"yo": ["train.arrow"], "yo/validation": ["held.arrow"]}, {"yo": 3, "yo/validation": 0}, parquet=True)
    [{'config_name': 'yo', 'data_files': [{'split': 'train', 'path': 'parquet/yo/train-*.parquet'}]}]
    """
    found: dict[str, list[dict[str, str]]] = {}
    for dataset in files:
        if not sizes[dataset]:
            continue
        lang, _, held = dataset.partition("/")
        split = held or "train"
        arrow = f"corpus/{lang}/{split}/*.arrow" if f"{lang}/validation" in files else f"corpus/{lang}/*.arrow"
        path = f"{FOLDER}/{lang}/{split}-*.parquet" if parquet else arrow
        found.setdefault(lang, []).append({"split": split, "path": path})
    return [{"config_name": lang, "data_files": splits} for lang, splits in found.items()]
