"""From the mixed datasets to the binary shards that a trainer maps into memory.

Every file of the mix is tokenized by itself; the parts of a language are then joined, in order.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import storage, tables
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, finished, pending
from roots import megatron
from roots.arrow_dataset import batches
from roots.mix import Mixed
from roots.train_tokenizer import TokenizerSettings, training

VERSION = 1
"""Of what tokenizing makes of the same datasets."""

PARTS = ".parts"
"""Where in tokens/ the files of a language lie until they are joined."""

IDS = pa.schema([pa.field("id", pa.string(), nullable=False), pa.field("source", pa.string(), nullable=False)])
"""Beside a token shard, row for row with its sequences: which document each is, and whose."""


@dataclass(frozen=True)
class PartJob:
    """Tokenize one file of the mix."""

    tokenizer: str
    dataset: str
    prefix: str


@dataclass(frozen=True)
class JoinJob:
    """Join the parts of one language, made of these datasets."""

    parts: tuple[str, ...]
    datasets: tuple[str, ...]
    prefix: str
    vocabulary: int


def discard_stale(work: str, mixed: Mixed, settings: TokenizerSettings) -> None:
    """Remove a tokenizer that was trained on another mix or with other settings, and the shards made with it."""
    if not any(mixed.gets.values()) or finished(training(work, mixed, settings)) is None:
        for folder in ("tokens", "tokenizer"):
            storage.remove(storage.join(work, folder))


def tokenize(work: str, mixed: Mixed, tokenizer: str, how: Runtime) -> dict[str, dict[str, Any]]:
    """Write `tokens/<lang>_text_document.bin` and `.idx` for every language that has text; returns the manifests."""
    finals = _joins(work, mixed, tokenizer)
    parts = [
        Task(f"{prefix}.json", task.key, task.size // len(task.job.parts), PartJob(tokenizer, path, prefix))
        for task in pending(finals.values())
        for path, prefix in zip(task.job.datasets, task.job.parts, strict=True)
    ]
    if parts:
        run("tokenize", parts, encode_part, how)
    manifests = run("tokens: join", list(finals.values()), join_parts, how)
    folder = storage.join(work, "tokens")
    storage.remove(storage.join(folder, PARTS))
    ends = (".bin", ".idx", ".ids.parquet", ".json")
    discard_others(folder, [f"{lang}_text_document{end}" for lang in finals for end in ends])
    return dict(zip(finals, manifests, strict=True))


def _joins(work: str, mixed: Mixed, tokenizer: str) -> dict[str, Task]:
    """The task that makes the token shard of each language that has text."""
    trained = storage.read_json(storage.join(tokenizer.rsplit("/", 1)[0], "manifest.json"))
    tasks: dict[str, Task] = {}
    for lang, paths in mixed.files.items():
        if mixed.gets[lang]:
            datasets = [manifest["files"] for manifest in mixed.manifests[lang]]
            key = storage.fingerprint([VERSION, trained["files"], datasets])
            parts = tuple(storage.join(work, "tokens", PARTS, f"{lang}-{number:05d}") for number in range(len(paths)))
            prefix = storage.join(work, "tokens", f"{lang}_text_document")
            job = JoinJob(parts, tuple(paths), prefix, trained["vocabulary"])
            tasks[lang] = Task(f"{prefix}.json", key, mixed.gets[lang], job)
    return tasks


def current(work: str, mixed: Mixed, settings: TokenizerSettings) -> dict[str, dict[str, Any]] | None:
    """The manifests of the token shards when they were made from this mix with these settings, else None."""
    if not any(mixed.gets.values()) or finished(training(work, mixed, settings)) is None:
        return None
    tasks = _joins(work, mixed, storage.join(work, "tokenizer", "tokenizer.json"))
    found = {lang: finished(task) for lang, task in tasks.items()}
    whole = {lang: manifest for lang, manifest in found.items() if manifest is not None}
    return whole if len(whole) == len(found) else None


@lru_cache(maxsize=2)
def _tokenizer(path: str, sha256: str) -> Any:
    """A tokenizer, loaded once per process and version."""
    from roots import tokenizer

    return tokenizer.load(path)


def encode_part(job: PartJob) -> dict[str, Any]:
    """Tokenize one file of the mix; every document is closed by the end-of-document token."""
    from roots import tokenizer

    manifest = storage.read_json(storage.join(job.tokenizer.rsplit("/", 1)[0], "manifest.json"))
    trained = _tokenizer(job.tokenizer, manifest["files"][0]["sha256"])
    dtype = megatron.token_dtype(trained.get_vocab_size())
    with megatron.writing(job.prefix, dtype=dtype, end_token=tokenizer.END, part=True) as (writer, outputs):
        for batch in batches(job.dataset):
            for tokens in tokenizer.encode(trained, batch.column("text").to_pylist()):
                writer.add(tokens)
    return {"files": [output.record() for output in outputs]}


def join_parts(job: JoinJob) -> dict[str, Any]:
    """Join the parts of one language, write beside them which document each sequence is, and check the whole."""
    from roots import tokenizer

    outputs = megatron.merge(job.parts, job.prefix)
    ids = pa.concat_tables(
        pa.Table.from_batches([batch.select(IDS.names)]).filter(pc.greater(pc.binary_length(batch.column("text")), 0))
        for path in job.datasets
        for batch in batches(path)
    )
    outputs.append(tables.write(f"{job.prefix}.ids.parquet", ids.cast(IDS)))
    faults = megatron.verify(job.prefix, job.vocabulary, end_token=tokenizer.END, documents=outputs[0].rows)
    if faults:
        raise megatron.TokensError(f"{job.prefix}: {'; '.join(faults)}")
    tokens = int(megatron.Index.read(job.prefix).lengths.sum())
    files = [output.record() for output in outputs]
    return {"documents": outputs[0].rows, "tokens": tokens, "vocabulary": job.vocabulary, "files": files}
