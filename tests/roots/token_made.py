"""Datasets and shards made by hand, for the tests of tokens."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from catalog.document import document_id
from pipelines import storage
from roots import arrow_dataset, tokenizer
from roots.mix.mixing import Mixed
from tests.roots.made import write_shard

YORUBA = [f"ọ̀rọ̀ {number} </s> kan " for number in range(30)]
CHINESE = [f"人人生而自由 {number}\n" for number in range(8)]
TEXTS = {"yo": [*YORUBA[:7], "", *YORUBA[7:], " "], "zhs": CHINESE}


def rows(texts: Sequence[str], source: str = "one") -> list[dict[str, Any]]:
    """Documents with these texts; a text always has the same id."""
    return [
        {
            "id": document_id(source, text, 0),
            "text": text,
            "source": source if len(text) % 2 else "two",
            "url": None,
            "meta": "{}",
        }
        for text in texts
    ]


def mixed(work: str, texts: Mapping[str, Sequence[str]] = TEXTS, *, files: int = 1) -> Mixed:
    """What the mix would have made: a dataset of each of these, in so many files."""
    names: dict[str, list[str]] = {}
    manifests: dict[str, list[Mapping[str, Any]]] = {}
    for dataset, every in texts.items():
        documents = rows(every)
        names[dataset], manifests[dataset] = [], []
        for number in range(files):
            part = documents[len(documents) * number // files : len(documents) * (number + 1) // files]
            path = storage.join(work, "corpus", dataset, arrow_dataset.shard_name(number, files))
            schema = pa.schema([(name, pa.string()) for name in arrow_dataset.COLUMNS])
            output = write_shard(path, pa.Table.from_pylist(part, schema=schema))
            names[dataset].append(path)
            manifests[dataset].append({"files": [output.record()]})
    sizes = {dataset: sum(len(text.encode()) for text in every) for dataset, every in texts.items()}
    return Mixed(sizes, sizes, names, manifests)


def tokenizer_file(work: str, vocabulary: int = 280) -> str:
    """A tokenizer that was trained on the texts."""
    path = storage.join(work, "tokenizer", "tokenizer.json")
    tokenizer.save(tokenizer.train([text for every in TEXTS.values() for text in every], vocabulary), path)
    return path


def contents(folder: str) -> dict[str, bytes]:
    """Every file of a folder; those of folders in it are left out."""
    paths = {name: storage.join(folder, name) for name in storage.names(folder)}
    files = {name: path for name, path in paths.items() if storage.filesystem(path)[0].isfile(path)}
    return {name: storage.read_bytes(path) for name, path in files.items()}
