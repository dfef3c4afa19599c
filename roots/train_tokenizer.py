"""The tokenizer of a build: a sample of what was kept, its repeated lines taken out, and a vocabulary learnt from it.

It comes before the mix, so that a budget can be counted in its tokens. The sample is a small mix of its own, below
`tokenizer/sample/`, where it stays: it is the record of what the tokenizer saw. What the sample holds and the settings
decide the tokenizer, so another budget of the corpus leaves it alone. A document that is removed leaves the sample too,
and another takes its place: then the tokenizer is trained anew, and all tokens with it. A recipe that must not have
that names a tokenizer that is there already as `file`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from catalog.entry import Entry
from lang_params.files import APART
from pipelines import storage
from pipelines.judge import Judged
from pipelines.run import Runtime
from pipelines.task import Task, complete, discard_others, finished
from roots import encoders, sentencepiece_tokenizer, tokenizer
from roots.arrow_dataset import batches
from roots.line_dedup import FirstLines
from roots.mix.mixing import Mixed, MixSettings, mix
from roots.recipe_dedup import KINDS as SOURCES
from roots.tokenizer import TokenizerError
from roots.tokenizer_progress import Told, telling

VERSION = 2
"""Of what training makes of the same sample."""

KINDS = ("bpe", *sentencepiece_tokenizer.KINDS)
"""Kinds of tokenizer that can be trained: byte-level BPE as BLOOM's, and those of SentencePiece."""

GIVEN = "given"
"""Kind of a tokenizer that a recipe names as a file."""

PRESET = "roots-tokenizer"
"""Name of the sample that ROOTS took."""

FOLDER = "tokenizer"
SAMPLE = "tokenizer/sample"
"""Where in a work folder the tokenizer is, and what it was trained on."""

MANIFEST, ASKED = "manifest.json", "sample.json"
"""In the folder: the manifest of the tokenizer; and what the sample was taken for, written when it is whole."""


@dataclass(frozen=True)
class TokenizerSettings:
    """What kind of tokenizer, of how many pieces, and the sample that it is trained on.

    `reserved` of the pieces are kept for later use. The sample is smoothed by `alpha` and aims at `sample_bytes` of
    text; or it is that of ROOTS (`preset`), of so many bytes. `sources` are the kinds of sources that enter it; None:
    all but OSCAR, as in ROOTS, or all where nothing but OSCAR was kept. `line_dedup` takes repeated lines out. `seed`
    and `validation` are those of the mix, so that what it holds out is not trained on. With `file`, the path of a
    tokenizer, nothing is trained.
    """

    kind: str = "bpe"
    vocabulary: int = 8000
    reserved: int = 0
    alpha: float = 0.3
    sample_bytes: int = 20_000_000
    preset: str = ""
    sources: tuple[str, ...] | None = None
    line_dedup: bool = True
    seed: int = 42
    validation: float = 0.0
    file: str | None = None


@dataclass(frozen=True)
class Trained:
    """A tokenizer in the work folder: its file, the SHA-256 of that, its pieces, special and reserved ones included.

    `kind` is "given" for one that a recipe named as a file.
    """

    path: str
    sha256: str
    vocabulary: int
    kind: str


@dataclass(frozen=True)
class TrainJob:
    """Train a tokenizer on the files of some datasets, by language, or copy the one that is given."""

    files: tuple[tuple[str, tuple[str, ...]], ...]
    settings: TokenizerSettings
    folder: str


def entering(judged: Sequence[Judged], entries: Sequence[Entry], settings: TokenizerSettings) -> list[Judged]:
    """The shards of the sources whose kind enters the sample."""
    kinds = {entry.uid: entry.kind for entry in entries}
    wanted = [kind for kind in SOURCES if kind != "oscar"] if settings.sources is None else settings.sources
    found = [each for each in judged if kinds[each.shard.source] in wanted]
    return list(judged) if settings.sources is None and not _any_text(found) else found


def _any_text(judged: Sequence[Judged]) -> bool:
    return any(dropped is None and size for each in judged for _, dropped, _, size in each.manifest["counts"])


def train(work: str, judged: Sequence[Judged], settings: TokenizerSettings, how: Runtime) -> Trained:
    """Bring the tokenizer of a work folder to what the settings say; what is there already is not made again.

    `judged` are the shards that enter the sample. Training runs in this process, whatever `how` says: it is one task.
    Raises TokenizerError when they hold no text or not enough, EncoderError for a given file that is no tokenizer.
    """
    folder = storage.join(work, FOLDER)
    if settings.file is not None:
        task = _giving(folder, settings.file)
    elif _any_text(judged):
        task = training(folder, sample(work, judged, settings, how), settings)
    else:
        raise TokenizerError(
            "nothing was kept from which a tokenizer could be learnt; sources of these kinds enter its sample "
            f"(tokenizer.sources): {', '.join(settings.sources or SOURCES)}"
        )
    done = finished(task) is not None
    if not done:
        discard_others(folder, [] if settings.file else [SAMPLE.rsplit("/", 1)[-1]])
    with telling(task.size, done=done) as told:
        complete(task, partial(fit, told=told))
    storage.write_json(
        storage.join(folder, ASKED), {"key": _asked(judged, settings), "training": task.key, "files": []}
    )
    return _trained(folder)


def known(work: str, judged: Sequence[Judged], settings: TokenizerSettings) -> Trained | None:
    """The tokenizer of a work folder if `train` would find nothing to do, else None; nothing is made."""
    folder = storage.join(work, FOLDER)
    says = storage.read_json(storage.join(folder, ASKED))
    if not isinstance(says, dict) or says.get("key") != _asked(judged, settings):
        return None
    return (
        None if finished(Task(storage.join(folder, MANIFEST), says["training"], 0, None)) is None else _trained(folder)
    )


def discard(work: str) -> None:
    """Remove the tokenizer of a work folder, and its sample."""
    storage.remove(storage.join(work, FOLDER))


def sample(work: str, judged: Sequence[Judged], settings: TokenizerSettings, how: Runtime) -> Mixed:
    """The mix that the tokenizer is trained on; of the shards' sources, with the validation part kept apart."""
    asked = MixSettings(
        alpha=settings.alpha,
        budget=settings.sample_bytes,
        preset=settings.preset,
        seed=settings.seed,
        validation=settings.validation,
        formats=("arrow",),
    )
    return mix(work, judged, asked, how, name=SAMPLE)


def training(folder: str, mixed: Mixed, settings: TokenizerSettings) -> Task:
    """The task of training on a sample; its key covers the bytes of the sample's files, and of the settings what is
    not in those."""
    parts = training_parts(mixed)
    hashes = [[file["sha256"] for manifest in mixed.manifests[name] for file in manifest["files"]] for name in parts]
    key = storage.fingerprint([VERSION, decides(settings), list(parts), hashes])
    job = TrainJob(tuple(parts.items()), settings, folder)
    return Task(storage.join(folder, MANIFEST), key, sum(mixed.gets[name] for name in parts), job)


def training_parts(mixed: Mixed) -> dict[str, tuple[str, ...]]:
    """The files of each dataset that is trained on, by language: all but the validation parts."""
    return {name: tuple(paths) for name, paths in sorted(mixed.files.items()) if "/" not in name}


def decides(settings: TokenizerSettings) -> dict[str, Any]:
    """What decides the tokenizer beside its sample."""
    return {name: getattr(settings, name) for name in ("kind", "vocabulary", "reserved", "line_dedup")}


def fit(job: TrainJob, told: Told) -> dict[str, Any]:
    """Train and save a tokenizer, or copy the one that is given; what its manifest says."""
    settings = job.settings
    if settings.file is not None:
        return _copy(job.folder, settings.file)
    first = FirstLines() if settings.line_dedup else None
    texts = told.reading(sampled(job.files, first))
    if settings.kind == "bpe":
        learnt = tokenizer.train(texts, settings.vocabulary, reserved=settings.reserved)
        vocabulary = learnt.get_vocab_size()
        files = {"tokenizer.json": tokenizer.to_bytes(learnt), **tokenizer.descriptions(settings.reserved)}
    else:
        kind, reserved = settings.kind, settings.reserved
        data = sentencepiece_tokenizer.train(texts, settings.vocabulary, kind=kind, reserved=reserved)
        vocabulary = sentencepiece_tokenizer.from_bytes(data).get_piece_size()
        files = {"tokenizer.model": data}
    different = {} if first is None else {"lines": len(first.lines), "texts": len(first.texts)}
    return {
        "trained": decides(settings),
        "different": different,
        **_written(job.folder, settings.kind, vocabulary, files),
    }


def sampled(files: Iterable[tuple[str, Sequence[str]]], first: FirstLines | None) -> Iterator[Sequence[str]]:
    """The texts of datasets, given by language, a batch at a time; without what came before, where `first` is given.

    Code keeps its lines.
    """
    for lang, paths in files:
        for path in paths:
            for batch in batches(path):
                texts = batch.column("text").to_pylist()
                yield texts if first is None else list(first.of(texts, whole=lang in APART))


def _giving(folder: str, file: str) -> Task:
    """The task of copying a tokenizer that is given."""
    data = storage.read_bytes(file)
    key = storage.fingerprint([VERSION, sha256(data).hexdigest()])
    return Task(storage.join(folder, MANIFEST), key, len(data), TrainJob((), TokenizerSettings(file=file), folder))


def _copy(folder: str, file: str) -> dict[str, Any]:
    vocabulary = encoders.load(file).vocabulary
    data = storage.read_bytes(file)
    name = "tokenizer.json" if data.lstrip()[:1] == b"{" else "tokenizer.model"
    return _written(folder, GIVEN, vocabulary, {name: data})


def _written(folder: str, kind: str, vocabulary: int, files: Mapping[str, bytes]) -> dict[str, Any]:
    """Write the files of a tokenizer, itself first, and return what the manifest says of it."""
    found = []
    for name, data in files.items():
        written = storage.write_bytes(storage.join(folder, name), data)
        found.append({"file": name, "bytes": written.bytes, "sha256": written.sha256})
    rows = {str(devices): tokenizer.padded(vocabulary, devices=devices) for devices in (1, 2, 4, 8)}
    return {"kind": kind, "vocabulary": vocabulary, "padded_for_devices": rows, "files": found}


def _trained(folder: str) -> Trained:
    manifest = storage.read_json(storage.join(folder, MANIFEST))
    file = manifest["files"][0]
    return Trained(storage.join(folder, file["file"]), file["sha256"], manifest["vocabulary"], manifest["kind"])


def _asked(judged: Sequence[Judged], settings: TokenizerSettings) -> str:
    """Fingerprint of what a tokenizer was asked for: verdicts, whose names carry the hash of all that decides them, and
    settings; or the bytes of the file that is given."""
    if settings.file is not None:
        return storage.fingerprint([VERSION, sha256(storage.read_bytes(settings.file)).hexdigest()])
    ledgers = [[each.shard.source, each.ledger.rsplit("/", 1)[-1]] for each in judged]
    return storage.fingerprint([VERSION, repr(settings), sorted(ledgers)])
