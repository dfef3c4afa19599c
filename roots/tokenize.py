"""From the mixed datasets to the binary shards that a trainer maps into memory.

Every file of the mix is tokenized by itself; the parts of a dataset are then joined, in the order of the mix. The
dataset "yo" makes `tokens/yo_text_document`, "yo/validation" makes `tokens/yo_validation_text_document`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipelines import storage
from pipelines.run import Runtime
from pipelines.task import Task, discard_others, finished
from roots import layouts
from roots.arrow_dataset import batches
from roots.mix.mixing import Mixed
from roots.token_shards import Chosen, Planned, TokenSettings, make, old_shard, part_prefix, write_part

FOLDER = "tokens"
"""Of the shards, in a work folder."""

AS_IT_IS = TokenSettings()
"""Megatron's layout, and the end token that the tokenizer names."""


@dataclass(frozen=True)
class PartJob:
    """Tokenize one file of the mix; `old` is the prefix of a shard to copy from, or ""."""

    chosen: Chosen
    dataset: str
    prefix: str
    old: str


def tokenize(
    work: str, mixed: Mixed, tokenizer: str, how: Runtime, settings: TokenSettings = AS_IT_IS
) -> dict[str, dict[str, Any]]:
    """Write `tokens/<dataset>_text_document.bin` and `.idx` for every dataset that has text; returns the manifests.

    Documents whose text was tokenized before, with the same tokenizer, are copied. Raises EncoderError when the file is
    no tokenizer or does not say which token ends a document.
    """
    chosen = Chosen.of(tokenizer, settings)
    planned = _planned(work, mixed, chosen)
    manifests = make(list(planned.values()), chosen, encode_part, how)
    folder = storage.join(work, FOLDER)
    keep = [f"{shard_name(name)}{end}" for name in planned for end in layouts.endings(settings.layouts)]
    discard_others(folder, keep)
    return dict(zip(planned, manifests, strict=True))


def discard_stale(work: str, mixed: Mixed, tokenizer: str | None, settings: TokenSettings = AS_IT_IS) -> None:
    """Remove the shards that were made from another mix, or with another tokenizer than the one at this path, if any.

    For a run that ends with the mix: what it leaves is of one corpus.
    """
    folder = storage.join(work, FOLDER)
    chosen = None if tokenizer is None or storage.size(tokenizer) is None else Chosen.of(tokenizer, settings)
    planned = {} if chosen is None else _planned(work, mixed, chosen)
    kept = [name for name, plan in planned.items() if finished(plan.task) is not None]
    discard_others(folder, [f"{shard_name(name)}{end}" for name in kept for end in layouts.endings(settings.layouts)])
    if not kept:
        storage.remove(folder)


def current(
    work: str, mixed: Mixed, tokenizer: str | None, settings: TokenSettings = AS_IT_IS
) -> dict[str, dict[str, Any]] | None:
    """The manifests of the shards when all were made from this mix with the tokenizer at this path, else None."""
    if tokenizer is None or storage.size(tokenizer) is None:
        return None
    planned = _planned(work, mixed, Chosen.of(tokenizer, settings))
    found = {name: finished(plan.task) for name, plan in planned.items()}
    whole = {name: manifest for name, manifest in found.items() if manifest is not None}
    return whole if planned and len(whole) == len(found) else None


def shard_name(dataset: str) -> str:
    """The name of the shard of a dataset.

    >>> shard_name("yo/validation")
    'yo_validation_text_document'
    """
    return f"{dataset.replace('/', '_')}_text_document"


def _planned(work: str, mixed: Mixed, chosen: Chosen) -> dict[str, Planned]:
    """The shard of each dataset that has text."""
    found: dict[str, Planned] = {}
    for name, paths in mixed.files.items():
        if not mixed.gets[name]:
            continue
        prefix = storage.join(work, FOLDER, shard_name(name))
        old = old_shard(prefix, chosen)
        parts = []
        for number, (path, manifest) in enumerate(zip(paths, mixed.manifests[name], strict=True)):
            job = PartJob(chosen, path, part_prefix(prefix, number), old)
            key = storage.fingerprint([chosen.state, manifest["files"][0]["sha256"]])
            parts.append(Task(f"{job.prefix}.json", key, mixed.gets[name] // len(paths), job))
        key = storage.fingerprint([chosen.key, [part.key for part in parts]])
        found[name] = Planned(prefix, key, mixed.gets[name], tuple(parts))
    return found


def encode_part(job: PartJob) -> dict[str, Any]:
    """Tokenize one file of the mix; every document is closed by the end-of-document token."""
    return write_part(job.prefix, job.chosen, _documents(job.dataset), job.old)


def _documents(path: str) -> Iterator[pa.RecordBatch]:
    for batch in batches(path):
        yield batch.select(["id", "source", "text"])
