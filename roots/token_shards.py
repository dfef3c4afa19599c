"""How token shards are made: parts side by side, joined in order, then put in the place of the ones before.

A shard is planned with the tasks of its parts (`Planned`). Each part is written by itself, into `.parts/` beside the
shards. Of a shard that was made with the same tokenizer before, documents are copied where their text is the same, and
only others are encoded; the bytes are those of a shard made anew. The old shard and its manifest stay until the new
one is whole and checked; then the files change places, which on a disk takes no time. A killed run goes on with the
parts that it has, so it never needs an old shard that is half replaced.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import storage, tables
from pipelines.progress import console
from pipelines.run import Runtime, run
from pipelines.task import Task, Work, finished, pending
from roots import encoders, layouts, megatron, side_index
from roots.encoders import Encoder
from roots.megatron import Integers
from roots.side_index import ENDING, Spans, spans

VERSION = 2
"""Of what tokenizing makes of the same documents."""

PARTS = ".parts"
"""Beside the shards: their parts, and in `new/` those that are to take their place."""

PIECE_BYTES = 8_000_000
"""Text that is encoded before anything is written, about."""


@dataclass(frozen=True)
class TokenSettings:
    """What a recipe or a command says of shards: layouts beside Megatron's, the end token, the padded vocabulary."""

    layouts: tuple[str, ...] = ()
    end: str | None = None
    padded: int | None = None


@dataclass(frozen=True)
class Chosen:
    """The tokenizer of some shards, and how they are written."""

    path: str
    sha256: str
    library: str
    settings: TokenSettings

    @classmethod
    def of(cls, path: str, settings: TokenSettings) -> "Chosen":
        """The tokenizer at a path, as it is now."""
        return cls(path, *encoders.identity(path), settings)

    @property
    def state(self) -> list[Any]:
        """What the tokens of a text depend on."""
        return [VERSION, self.sha256, self.library, self.settings.end, self.settings.padded]

    @property
    def key(self) -> list[Any]:
        """What the files of a shard depend on beside its documents."""
        return [*self.state, sorted(set(self.settings.layouts) - {"megatron"})]

    def encoder(self) -> Encoder:
        """The tokenizer, loaded once per process."""
        return encoders.loaded(self.path, self.sha256, self.settings.end, self.settings.padded)


@dataclass(frozen=True)
class Planned:
    """A token shard that is to be: its prefix, the key of all that decides it, bytes of text, and its parts in order.

    The job of each part has the part's `prefix`.
    """

    prefix: str
    key: str
    size: int
    parts: tuple[Task, ...]

    @property
    def task(self) -> Task:
        """The task that puts the shard in its place."""
        return Task(f"{self.prefix}.json", self.key, 0, PlaceJob(self.prefix, _staged(self.prefix)))


@dataclass(frozen=True)
class JoinJob:
    """Join parts into the shard `prefix`."""

    parts: tuple[str, ...]
    prefix: str
    chosen: Chosen


@dataclass(frozen=True)
class PlaceJob:
    """Put the shard that is whole at `staged` in the place of the one at `prefix`."""

    prefix: str
    staged: str


def part_prefix(prefix: str, number: int) -> str:
    """Where a part of a shard lies while the shard is made.

    >>> part_prefix("work/tokens/yo_text_document", 3)
    'work/tokens/.parts/yo_text_document-00003'
    """
    folder, name = prefix.rsplit("/", 1)
    return storage.join(folder, PARTS, f"{name}-{number:05d}")


def _staged(prefix: str) -> str:
    folder, name = prefix.rsplit("/", 1)
    return storage.join(folder, PARTS, "new", name)


def old_shard(prefix: str, chosen: Chosen) -> str:
    """The prefix, if a whole shard is there that was made with this tokenizer, so that it can be copied; else ""."""
    says = storage.read_json(f"{prefix}.json")
    if not isinstance(says, dict) or says.get("made_with") != chosen.state:
        return ""
    whole = finished(Task(f"{prefix}.json", says["key"], 0, None)) is not None
    return prefix if whole else ""


def make(planned: Sequence[Planned], chosen: Chosen, encode: Work, how: Runtime) -> list[dict[str, Any]]:
    """Bring token shards to what is planned; returns their manifests. `encode` is what writes a part.

    Raises EncoderError, before anything runs, when the tokenizer has no end-of-document token.
    """
    finals = [plan.task for plan in planned]
    todo = {task.manifest for task in pending(finals)}
    waiting = [plan for plan, task in zip(planned, finals, strict=True) if task.manifest in todo]
    if waiting:
        _ = chosen.encoder().end
        made = run("tokenize", [part for plan in waiting for part in plan.parts], encode, how)
        copied, documents = (sum(manifest[what] for manifest in made) for what in ("copied", "documents"))
        if copied:
            said = f"tokenize: {copied:,} of {documents:,} documents were copied from the shards before"
            console.print(said, highlight=False, soft_wrap=True)
        run("tokens: join", [_join(plan, chosen) for plan in waiting], join_parts, how)
    manifests = run("tokens", finals, place, how)
    for folder in {plan.prefix.rsplit("/", 1)[0] for plan in planned}:
        storage.remove(storage.join(folder, PARTS))
    return manifests


def _join(plan: Planned, chosen: Chosen) -> Task:
    staged = _staged(plan.prefix)
    return Task(f"{staged}.json", plan.key, plan.size, JoinJob(tuple(p.job.prefix for p in plan.parts), staged, chosen))


def write_part(prefix: str, chosen: Chosen, batches: Iterable[pa.RecordBatch], old: str) -> dict[str, Any]:
    """Tokenize documents (id, source, text); what the manifest of the part says.

    A document that gives no token is skipped, and counted in `blank` by source. Memory: about ten times `PIECE_BYTES`,
    the documents of one batch, and what `Spans` takes of an old shard.
    """
    encoder = chosen.encoder()
    past = spans(old, storage.read_json(f"{old}.json")["files"][0]["sha256"]) if old else None
    counts: Counter[str] = Counter()
    blank: Counter[str] = Counter()
    dtype = megatron.token_dtype(encoder.padded)
    with megatron.writing(prefix, dtype=dtype, end_token=encoder.end, part=True) as (writer, outputs):

        def rows() -> Iterator[pa.RecordBatch]:
            for piece in (piece for batch in batches for piece in _pieces(batch)):
                texts = piece.column("text").to_pylist()
                hashes = side_index.text_hashes(texts)
                tokens, lengths, copied = _tokens(encoder, past, texts, hashes)
                there = writer.add_all(tokens, lengths)
                blank.update(piece.column("source").filter(pa.array(~there)).to_pylist())
                counts.update(copied=copied, documents=int(there.sum()))
                yield side_index.rows_of(piece, hashes, lengths)

        ids, _ = side_index.write(f"{prefix}{ENDING}", rows())
    files = [output.record() for output in [*outputs, ids]]
    return {
        "documents": counts["documents"],
        "copied": counts["copied"],
        "blank": dict(sorted(blank.items())),
        "files": files,
    }


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in pieces of about `PIECE_BYTES` of text."""
    ends = np.cumsum(pc.binary_length(batch.column("text")).to_numpy(zero_copy_only=False), dtype=np.int64)
    start = 0
    while start < batch.num_rows:
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + PIECE_BYTES, side="right")))
        yield batch.slice(start, stop - start)
        start = stop


def _tokens(
    encoder: Encoder, past: Spans | None, texts: Sequence[str], hashes: Sequence[bytes]
) -> tuple[Integers, Integers, int]:
    """The tokens of texts one behind the other, [tokens], their numbers, [texts], and how many texts were copied."""
    if past is None:
        return *encoder.tokens(texts), 0
    rows = past.rows(hashes)
    known = rows >= 0
    new = iter(encoder.encode([text for text, old in zip(texts, known, strict=True) if not old]))
    old = iter(past.tokens(rows[known]))
    found = [next(old if each else new) for each in known]
    lengths = np.array([len(tokens) for tokens in found], np.int64)
    return np.concatenate(found), lengths, int(known.sum())


def join_parts(job: JoinJob) -> dict[str, Any]:
    """Join the parts of one shard, write beside it which document each sequence is, and check the whole."""
    encoder = job.chosen.encoder()
    outputs = megatron.merge(job.parts, job.prefix)
    batches = (batch for part in job.parts for batch in tables.batches(f"{part}{ENDING}"))
    ids, counts = side_index.write(f"{job.prefix}{ENDING}", batches)
    blank, lost = Counter[str](), Counter[str]()
    for part in job.parts:
        said = storage.read_json(f"{part}.json")
        blank.update(said["blank"])
        lost.update(said.get("lost", {}))
    documents = outputs[0].rows
    faults = megatron.verify(
        job.prefix, encoder.vocabulary, end_token=encoder.end, documents=documents, padded=encoder.padded
    )
    if faults:
        raise megatron.TokensError(f"{job.prefix}: {'; '.join(faults)}")
    more = layouts.add(job.prefix, job.chosen.key[-1])
    return {
        **facts(counts, blank),
        **({"lost": dict(sorted(lost.items()))} if lost else {}),
        "vocabulary": encoder.vocabulary,
        "padded": encoder.padded,
        "end": encoder.end,
        "end_token": encoder.spelled(encoder.end),
        "dtype": megatron.token_dtype(encoder.padded).name,
        "made_with": job.chosen.state,
        "tokenizer": {"sha256": job.chosen.sha256, "library": job.chosen.library},
        "layouts": job.chosen.key[-1],
        "files": [output.record() for output in [*outputs, ids, *more]],
    }


def facts(counts: Mapping[str, Sequence[int]], blank: Mapping[str, int]) -> dict[str, Any]:
    """What a manifest says of the documents of a shard: how many, without tokens, tokens; in all and by source.

    Documents without tokens are not in the shard, and not among the first number.
    """
    sources: list[tuple[str, int, int, int]] = []
    for name in sorted({*counts, *blank}):
        documents, tokens = counts.get(name, (0, 0))
        sources.append((name, documents, blank.get(name, 0), tokens))
    return {
        "documents": sum(row[1] for row in sources),
        "blank": sum(row[2] for row in sources),
        "tokens": sum(row[3] for row in sources),
        "sources": [list(row) for row in sources],
    }


def place(job: PlaceJob) -> dict[str, Any]:
    """Put the files of a shard that is whole in the place of the ones before.

    Its manifest goes first: when this is killed, the shard is joined again from its parts.
    """
    manifest = storage.read_json(f"{job.staged}.json")
    if manifest is None:
        raise megatron.TokensError(f"{job.prefix}: an earlier attempt to put it in its place was ended; run again")
    storage.remove(f"{job.staged}.json")
    for file in manifest["files"]:
        storage.move(storage.join(job.staged, "..", file["file"]), storage.join(job.prefix, "..", file["file"]))
    return {key: value for key, value in manifest.items() if key != "key"}
