"""Fertility of a tokenizer: into how many pieces it cuts a word of each language, beside a tokenizer of that language
alone; and how many tokens it needs for a byte of each source.

BLOOM's goal was not to be more than ten percentage points worse than tokenizers that were trained on one language
each. Here those are trained too, of the same kind, on the language's part of the same sample, for as many pieces; where
its text does not make so many, the table says how many it made. Both are measured on the same text: documents that
are held out for validation, where the recipe has such, else the first of the sample, which both have seen.

A word is, as in Universal Dependencies, a run of letters, marks and digits, or a punctuation mark or symbol, the same
mark repeated being one; where a script does not separate words every character is one (`filters.units`), so figures of
Chinese are pieces a character. Universal Dependencies cut some words further (the French du is two).

Tokens a byte of a source show where something else is in it than its entry says: another language, another dialect,
what a crawl broke. Source: BLOOM's training of its tokenizer.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from unicodedata import category

import numpy as np

from filters.units import ALONE, SEPARATES, WITHIN, kind
from pipelines import storage
from pipelines.run import Runtime, run
from pipelines.task import Task
from roots import encoders, sentencepiece_tokenizer, tokenizer
from roots.arrow_dataset import batches
from roots.line_dedup import FirstLines
from roots.mix.mixing import Mixed
from roots.train_tokenizer import FOLDER, KINDS, TokenizerSettings, Trained, decides, sampled, training_parts

VERSION = 1
"""Of what is measured of the same sample and tokenizer."""

GOAL = 10.0
"""Percentage points that a language may be worse than with a tokenizer of its own. Source: BLOOM paper, section 3.3."""

MOST_BYTES = 1_000_000
"""Text of a language, and of each of its sources, that is measured: some 150,000 words."""

LEAST_DOCUMENTS = 5
"""Sources of fewer documents are not judged by their tokens a byte. Source: BLOOM's training of its tokenizer."""

FAR = 3.5
"""Deviations from the median, in units of 1.4826 times the median of all of them, from which on a value is far out.
Source: Iglewicz and Hoaglin 1993, How to detect and handle outliers, page 12."""

PARTS = "fertility"
"""Where in the folder of the tokenizer the counts of each language lie."""


@dataclass(frozen=True)
class Job:
    """Measure one language: the files its part of the sample lies in, those that are measured, and the tokenizer."""

    lang: str
    sample: tuple[str, ...]
    measured: tuple[str, ...]
    trained: Trained
    settings: TokenizerSettings


@dataclass(frozen=True)
class Fertility:
    """Of one language: what was measured, and the pieces it came to with both tokenizers.

    `vocabulary` is what the tokenizer of this language alone came to have; `held_out` says whether no tokenizer was
    trained on what was measured.
    """

    lang: str
    documents: int
    words: int
    bytes: int
    tokens: int
    vocabulary: int
    alone: int
    held_out: bool

    @property
    def pieces(self) -> float:
        """Pieces a word of the tokenizer of the corpus."""
        return self.tokens / max(self.words, 1)

    @property
    def pieces_alone(self) -> float:
        """Pieces a word of the tokenizer that was trained on this language alone."""
        return self.alone / max(self.words, 1)

    @property
    def points(self) -> float:
        """How much worse the former is, in percentage points: in pieces per hundred words."""
        return 100 * (self.tokens - self.alone) / max(self.words, 1)

    @property
    def meets(self) -> bool:
        """Whether that is within BLOOM's goal."""
        return self.points <= GOAL


@dataclass(frozen=True)
class Component:
    """Of one source in one language: the documents and bytes that were measured, and their tokens.

    `ratio` is its tokens a byte over those of its language; `far` says that the ratio is far from that of others.
    """

    lang: str
    source: str
    documents: int
    bytes: int
    tokens: int
    ratio: float = 1.0
    far: bool = False

    @property
    def rate(self) -> float:
        """Tokens a byte."""
        return self.tokens / max(self.bytes, 1)


def count_words(text: str) -> int:
    """The number of words of a text, punctuation marks and symbols included.

    >>> count_words("Ẹ káàbọ̀, ọ̀rẹ́!"), count_words("don't ... 3 %"), count_words("你好，世界。")
    (5, 6, 6)
    """
    found, before = 0, " "
    for character in text:
        does = kind(character)
        begins = does == WITHIN and kind(before) != WITHIN
        mark = does == SEPARATES and character != before and category(character)[0] in "PS"
        found += does == ALONE or begins or mark
        before = character
    return found


def measure(
    work: str, mixed: Mixed, trained: Trained, settings: TokenizerSettings, how: Runtime
) -> tuple[list[Fertility], list[Component]]:
    """Measure the tokenizer of a work folder on its sample (`train_tokenizer.sample`), language by language.

    What was measured with the same tokenizer on the same sample is not measured again.
    """
    tasks = []
    for lang, paths in training_parts(mixed).items():
        held = tuple(mixed.files.get(f"{lang}/validation", ()))
        manifests = [manifest for name in (lang, f"{lang}/validation") for manifest in mixed.manifests.get(name, ())]
        hashes = [file["sha256"] for manifest in manifests for file in manifest["files"]]
        key = storage.fingerprint([VERSION, trained.sha256, decides(settings), hashes, len(held)])
        job = Job(lang, paths, held, trained, settings)
        tasks.append(Task(storage.join(work, FOLDER, PARTS, f"{lang}.json"), key, mixed.gets[lang], job))
    found = run("fertility", tasks, measure_language, how)
    languages = [
        Fertility(task.job.lang, *(manifest["counted"][name] for name in _COUNTED))
        for task, manifest in zip(tasks, found, strict=True)
    ]
    components = [
        Component(task.job.lang, *row)
        for task, manifest in zip(tasks, found, strict=True)
        for row in manifest["sources"]
    ]
    return [each for each in languages if each.words], judged(components)


_COUNTED = ("documents", "words", "bytes", "tokens", "vocabulary", "alone", "held_out")
"""What the manifest of a language counts, in the order of `Fertility`."""


def measure_language(job: Job) -> dict[str, Any]:
    """Count what one language comes to; the tokenizer of it alone is not kept."""
    encoder = encoders.loaded(job.trained.path, job.trained.sha256)
    texts = list(_first(job.measured or job.sample))
    vocabulary, alone = _alone(job, texts)
    counted = {
        "documents": len(texts),
        "words": sum(map(count_words, texts)),
        "bytes": sum(len(text.encode()) for text in texts),
        "tokens": int(encoder.count(texts).sum()),
        "vocabulary": vocabulary,
        "alone": alone,
        "held_out": bool(job.measured),
    }
    return {"counted": counted, "sources": _sources(job, encoder), "files": []}


def _first(paths: Iterable[str]) -> Iterator[str]:
    """The first texts of some files, up to `MOST_BYTES`, and one at least."""
    left = MOST_BYTES
    for path in paths:
        for batch in batches(path):
            for text in batch.column("text").to_pylist():
                if left <= 0:
                    return
                left -= len(text.encode())
                yield text


def _alone(job: Job, texts: Sequence[str]) -> tuple[int, int]:
    """Train a tokenizer on this language's part of the sample; its pieces, and into how many it cuts the texts."""
    settings = job.settings
    first = FirstLines() if settings.line_dedup else None
    sample = (text for part in sampled([(job.lang, job.sample)], first) for text in part)
    if settings.kind == KINDS[0]:
        learnt = tokenizer.train(sample, settings.vocabulary, reserved=settings.reserved)
        return learnt.get_vocab_size(), sum(map(len, tokenizer.encode(learnt, texts)))
    data = sentencepiece_tokenizer.train(sample, settings.vocabulary, kind=settings.kind, reserved=settings.reserved)
    model = sentencepiece_tokenizer.from_bytes(data)
    return model.get_piece_size(), sum(map(len, sentencepiece_tokenizer.encode(model, texts)))


def _sources(job: Job, encoder: encoders.Encoder) -> list[list[Any]]:
    """Documents, bytes and tokens of each source, of its first `MOST_BYTES`: rows by source."""
    documents, sizes, tokens = Counter[str](), Counter[str](), Counter[str]()
    for path in (*job.sample, *job.measured):
        for batch in batches(path):
            chosen: list[tuple[str, str]] = []
            for source, text in zip(*(batch.column(name).to_pylist() for name in ("source", "text")), strict=True):
                if sizes[source] < MOST_BYTES:
                    chosen.append((source, text))
                    documents[source] += 1
                    sizes[source] += len(text.encode())
            for (source, _), count in zip(chosen, encoder.count([text for _, text in chosen]).tolist(), strict=True):
                tokens[source] += count
    return [[source, documents[source], sizes[source], tokens[source]] for source in sorted(documents)]


def judged(components: Sequence[Component]) -> list[Component]:
    """The components with their ratios, and those far out marked; those of too few documents are left out.

    Compared are logarithms of ratios, of the languages that have several sources. Where more than half of them are the
    same, the mean deviation stands for the median one, as in the book.
    """
    large = [each for each in components if each.documents >= LEAST_DOCUMENTS and each.tokens]
    bytes_, tokens, sources = Counter[str](), Counter[str](), Counter[str]()
    for each in large:
        bytes_[each.lang] += each.bytes
        tokens[each.lang] += each.tokens
        sources[each.lang] += 1
    found = [replace(each, ratio=each.rate * bytes_[each.lang] / tokens[each.lang]) for each in large]
    compared = np.log([each.ratio for each in found if sources[each.lang] > 1])  # [components] float64
    if len(compared) < LEAST_DOCUMENTS:
        return found
    off = np.abs(compared - np.median(compared))
    scale = 1.4826 * np.median(off) or 1.2533 * np.mean(off)
    return [
        replace(each, far=bool(abs(np.log(each.ratio) - np.median(compared)) > FAR * scale > 0))
        if sources[each.lang] > 1
        else each
        for each in found
    ]
