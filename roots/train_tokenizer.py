"""The tokenizer of a build: trained on an alpha-weighted sample of the mix, of each language its first documents, which
are in a random order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines import storage
from pipelines.run import Runtime, run
from pipelines.task import Task
from roots.arrow_dataset import texts
from roots.mix import Mixed
from roots.shares import allocate

VERSION = 1
"""Of what training makes of the same datasets."""


@dataclass(frozen=True)
class TokenizerSettings:
    """Size of the vocabulary, and the sample it is trained on: smoothing of languages and bytes of text."""

    vocabulary: int = 8000
    alpha: float = 0.3
    sample_bytes: int = 20_000_000


@dataclass(frozen=True)
class TrainJob:
    """Train a tokenizer on the first bytes of each language's files."""

    files: tuple[tuple[str, tuple[str, ...], int], ...]
    vocabulary: int
    target: str


def train(work: str, mixed: Mixed, settings: TokenizerSettings) -> str:
    """Train `tokenizer/tokenizer.json` on the corpus; returns its path."""
    task = training(work, mixed, settings)
    run("tokenizer", [task], fit, Runtime())
    return str(task.job.target)


def training(work: str, mixed: Mixed, settings: TokenizerSettings) -> Task:
    """The task of training; its key covers every file of the mix."""
    folder = storage.join(work, "tokenizer")
    wanted = allocate(dict(mixed.gets), alpha=settings.alpha, budget=settings.sample_bytes)
    files = tuple((lang, tuple(paths), wanted[lang]) for lang, paths in mixed.files.items())
    hashes = [manifest["files"] for manifests in mixed.manifests.values() for manifest in manifests]
    key = storage.fingerprint([VERSION, settings.vocabulary, wanted, hashes])
    job = TrainJob(files, settings.vocabulary, storage.join(folder, "tokenizer.json"))
    return Task(storage.join(folder, "manifest.json"), key, sum(wanted.values()), job)


def fit(job: TrainJob) -> dict[str, Any]:
    """Train and save a tokenizer."""
    from roots import tokenizer

    trained = tokenizer.train(_sample(job.files), job.vocabulary)
    written = storage.write_bytes(job.target, tokenizer.to_bytes(trained))
    file = {"file": job.target.rsplit("/", 1)[-1], "bytes": written.bytes, "sha256": written.sha256}
    return {"vocabulary": trained.get_vocab_size(), "files": [file]}


def _sample(files: Sequence[tuple[str, tuple[str, ...], int]]) -> Iterator[str]:
    for _, paths, budget in files:
        left = budget
        for text in texts(paths):
            if left <= 0:
                break
            left -= len(text.encode())
            yield text
