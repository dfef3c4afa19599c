"""Judged work folders in which no text was read: measures at random from a seed, their manifests, and true ledgers.

Documents are drawn so that every filter drops some of them, that some lie right on a limit, and that there is all that
a real folder holds: records that were lost, documents that the policy refuses, languages that the corpus does not have
or that were identified as another, measures that were not taken, copies. Ledgers are written by `pipelines.judge`, so
that judging again with what is given back changes nothing. Some 10 s for a million documents.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from catalog.document import DOCUMENTS, content_hash
from lang_params.params import LangParams, default, load_all
from pipelines import storage, tables
from pipelines.config import Config, measured_by
from pipelines.judge import Inputs, Judged, judge
from pipelines.run import Runtime
from pipelines.shards import Shard, shards_of
from pipelines.task import manifest_of
from pipelines.verdict import Refusals

ALONE = ("books", "handbooks")
"""Sources whose shards hold one language each."""

MIXED = ("crawl", "oscar")
"""Sources whose shards hold all languages."""

PER_SHARD = 125_000
"""Documents of a shard, at most: about what a slice of 64 MB holds."""

FOREIGN = ("de", None)
"""Languages that the corpus does not have."""

LOST = ("error:read", "clean:filter_small_docs_bytes_300", "pii:NATIONAL_ID", "removed")
SIGNALS = ("meta-robots:noindex", "tdm-reservation:1")
REFUSALS = Refusals(("tdm-reservation:*",))

Random = np.random.Generator
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Wanted:
    """What a folder holds: so many documents in these languages (none given: all), a share of which have a copy.

    The languages come in their order, the first most often. `texts` writes the documents too.
    """

    documents: int = 2_000
    languages: tuple[str, ...] = ()
    copies: float = 0.02
    texts: bool = False
    per_shard: int = PER_SHARD
    seed: int = 0


@dataclass(frozen=True)
class Measured:
    """A folder that was made: with this, `judge(work, shards, config, ...)` writes the ledgers that are there."""

    work: str
    shards: Sequence[Shard]
    config: Config
    inputs: Inputs
    judged: Sequence[Judged]


@cache
def parameters() -> Mapping[str, LangParams]:
    """The packaged parameters of all languages."""
    return load_all()


def measured(work: str, wanted: Wanted | None = None, *, config: Config | None = None) -> Measured:
    """Write a judged work folder; the same wishes give the same bytes. Other limits may be given with `config`."""
    wanted = wanted or Wanted()
    config = config or Config("fixed", parameters(), default())
    codes = wanted.languages or tuple(sorted(parameters()))
    manifests, found = [], []
    for number, (source, langs) in enumerate(_shards(wanted, len(codes))):
        drawn = _Drawn(np.random.default_rng([wanted.seed, number]), (*codes, *FOREIGN), langs, config)
        manifests.append(_write(work, (source, f"{number:05d}.jsonl"), drawn, texts=wanted.texts))
        found.append(langs)
    shards = shards_of(manifests)
    inputs = Inputs(refusals=REFUSALS)
    if wanted.copies:
        inputs = replace(inputs, clusters=_clusters(work, np.concatenate(found), wanted))
    storage.write_bytes(storage.join(work, ".lock"), b"")
    judged = judge(work, shards, config, Runtime(), inputs=inputs)
    storage.remove(storage.join(work, ".run"))
    return Measured(work, shards, config, inputs, judged)


def _shards(wanted: Wanted, languages: int) -> Iterator[tuple[str, Ints]]:
    """Source and languages of the documents, [rows] int64, of each shard, sources by name; a fiftieth are foreign."""
    weights = 1.0 / np.arange(1, languages + 1)
    foreign = len(FOREIGN)
    weights = np.concatenate([weights / weights.sum(), np.full(foreign, 0.02 / foreign)])
    shares = dict.fromkeys(ALONE, 0.2) | dict.fromkeys(MIXED, 0.3)
    for place, source in enumerate(sorted(shares)):
        random = np.random.default_rng([wanted.seed, 1_000_000, place])
        rows = round(wanted.documents * shares[source])
        drawn = np.where(np.arange(len(weights)) < languages, weights, 0.0) if source in ALONE else weights
        langs: Ints = random.choice(len(drawn), rows, p=drawn / drawn.sum())
        parts = [langs[langs == lang] for lang in range(languages)] if source in ALONE else [langs]
        for part in parts:
            for start in range(0, len(part), wanted.per_shard):
                yield source, part[start : start + wanted.per_shard]


class _Drawn:
    """The documents of one shard: languages by number in `codes`, [rows] int64, and what is drawn of each."""

    def __init__(self, random: Random, codes: Sequence[str | None], langs: Ints, config: Config) -> None:
        self.random, self.rows, self.config = random, len(langs), config
        self.codes, self.langs = codes, langs
        self.words: Ints = np.maximum(0, np.exp(random.normal(5.2, 1.3, self.rows)).astype(np.int64))
        self.lost = random.random(self.rows) < 0.02

    def column(self, values: Any) -> pa.Array:
        """A column of measures; null where a document was lost."""
        return pa.array(values, mask=self.lost)

    def named(self, names: Sequence[str | None], numbers: Ints) -> pa.Array:
        """A column of names, given by number."""
        return pa.array(names, pa.string()).take(pa.array(numbers))

    def some(self, names: Sequence[str], share: float) -> pa.Array:
        """A column that names one of these in a share of the rows, and nothing in the others."""
        numbers = self.random.integers(len(names), size=self.rows)
        return pa.array(names, pa.string()).take(pa.array(numbers, mask=self.random.random(self.rows) >= share))

    def ids(self) -> pa.Array:
        """Ids of 32 hexadecimal digits, each of its own."""
        digits = pa.py_buffer(self.random.bytes(16 * self.rows).hex().encode())
        offsets = pa.py_buffer(np.arange(0, 32 * self.rows + 1, 32, dtype=np.int32))
        return pa.Array.from_buffers(pa.string(), self.rows, [None, offsets, digits])

    def near(self, name: str) -> pa.Array:
        """A measure of which some lie beyond the limit of each language and some on it: counts over words."""
        wide, taken = np.zeros(len(self.codes)), np.zeros(len(self.codes), dtype=bool)
        for number, code in enumerate(self.codes):
            params = self.config.of(code)
            setting = params.filters[name]
            taken[number] = name not in params.not_applied() or not setting.enabled
            wide[number] = setting.max if setting.max is not None else setting.min or 0.0
        limits = wide[self.langs]
        values = limits * self._spread(name)
        words = np.maximum(self.words, 1)
        if name != "perplexity":
            values = np.clip(np.round(values * words) / words, 0.0, 1.0)
        on = self.random.random(self.rows) < 0.01
        values = np.where(on, limits, values)
        return pa.array(values, mask=self.lost | ~taken[self.langs])

    def _spread(self, name: str) -> Floats:
        """Values in units of the limit."""
        if name == "perplexity":
            return np.exp(self.random.normal(-1.0, 0.7, self.rows))
        if name == "flagged_words":
            return np.where(self.random.random(self.rows) < 0.1, self.random.exponential(0.5, self.rows), 0.0)
        if name == "language_id":
            return 1.0 + 0.15 * (1.5 - self.random.exponential(0.5, self.rows))
        drawn = self.random.beta(2.0, 5.0, self.rows)
        return 0.6 + 4 * drawn if name == "stopwords" else 1.7 * drawn

    def measures(self) -> dict[str, pa.Array]:
        """The columns of MEASURES."""
        random, rows = self.random, self.rows
        other = np.where(random.random(rows) < 0.03, random.integers(len(self.codes), size=rows), self.langs)
        lost = self.random.integers(len(LOST), size=rows)
        signals = self.some(SIGNALS, 0.02)
        there = signals.is_valid().to_numpy(zero_copy_only=False)
        offsets = np.concatenate([[0], np.cumsum(there)]).astype(np.int32)
        return {
            "id": self.ids(),
            "lang": self.named(self.codes, self.langs),
            "lang_identified": pa.array(self.named(self.codes, other).to_pylist(), pa.string(), mask=self.lost),
            "language_id": self.near("language_id"),
            "identifier": pa.array(["fasttext"], pa.string()).take(pa.array(np.zeros(rows, np.int64), mask=self.lost)),
            "number_words": self.column(self.words),
            **{
                name: self.near(name)
                for name in ("character_repetition", "word_repetition", "special_characters", "stopwords")
            },
            **{name: self.near(name) for name in ("flagged_words", "perplexity")},
            "bytes": pa.array(np.where(self.lost, 0, 3 + self.words * random.integers(4, 9, rows))),
            "lost": pa.array(LOST, pa.string()).take(pa.array(lost, mask=~self.lost)),
            "signals": pa.ListArray.from_arrays(
                pa.array(offsets, mask=np.append(~there, False)), signals.filter(signals.is_valid())
            ),
        }

    def documents(self, source: str, measures: Mapping[str, pa.Array]) -> pa.Table:
        """The documents, whose texts have as many bytes of UTF-8 as the measures say."""
        texts = [
            ("ọ̀rọ̀ " * size).encode()[:size].decode(errors="ignore").ljust(0) for size in measures["bytes"].to_pylist()
        ]
        texts = [
            text + "a" * (size - len(text.encode()))
            for text, size in zip(texts, measures["bytes"].to_pylist(), strict=True)
        ]
        given = {
            "id": measures["id"],
            "source": [source] * self.rows,
            "lang": measures["lang"],
            "text": texts,
            "content_hash": [content_hash(text.encode()) for text in texts],
            "meta": ["{}"] * self.rows,
        }
        columns = [given.get(field.name, pa.nulls(self.rows, field.type)) for field in DOCUMENTS]
        return pa.table(columns, schema=DOCUMENTS)


def _write(work: str, name: tuple[str, str], drawn: _Drawn, *, texts: bool) -> dict[str, Any]:
    """Write the tables of one shard and the manifest that curation would have written."""
    source, input_ = name
    columns = drawn.measures()
    rows = drawn.rows
    key = storage.fingerprint([source, input_])
    stem = f"{input_}.{key}"
    table = pa.table(
        [columns.get(field.name, pa.nulls(rows, field.type)) for field in tables.MEASURES], schema=tables.MEASURES
    )
    signed = {"id": columns["id"], "characters": columns["bytes"]}
    written = {
        "measures": table,
        "signatures": pa.table(
            [signed.get(field.name, pa.nulls(rows, field.type)) for field in tables.SIGNATURES],
            schema=tables.SIGNATURES,
        ),
    }
    if texts:
        written["documents"] = drawn.documents(source, columns)
    outputs = {
        table: tables.write(storage.join(work, source, table, f"{stem}.parquet"), content).record()
        for table, content in written.items()
    }
    files = [{**output, "file": f"../{table}/{output['file']}"} for table, output in sorted(outputs.items())]
    langs = [code for code in columns["lang"].unique().to_pylist() if code is not None]
    manifest = {
        "key": key,
        "source": source,
        "input": input_,
        "input_bytes": 1,
        "slice": [0, 1],
        "tables": {"documents": {"file": f"{stem}.parquet", "bytes": 0}, **outputs},
        "files": files,
        "profile": drawn.config.profile,
        "stages": ["declare", "modify", "measure", "sign", "redact"],
        "signing": drawn.config.signed(),
        "languages": {lang: _measuring(lang) for lang in sorted(langs)},
        "documents": rows,
        "bytes": int(np.asarray(columns["bytes"]).sum()),
        "lost": {},
        "passed": {},
        "short": [],
    }
    storage.write_json(storage.join(work, source, "documents", f"{stem}.json"), manifest)
    return manifest


@cache
def _measuring(code: str) -> str:
    return storage.fingerprint(measured_by(parameters().get(code, default())))


def _clusters(work: str, langs: Ints, wanted: Wanted) -> str:
    """Write clusters of two documents of one language, found by the method "exact"; the path of the table."""
    random = np.random.default_rng([wanted.seed, 2_000_000])
    some = np.flatnonzero(random.random(len(langs)) < 2 * wanted.copies)
    some = some[np.argsort(langs[some], kind="stable")]
    pairs = some[: len(some) // 2 * 2].reshape(-1, 2)
    rows = np.concatenate([pairs[:, 0], pairs[:, 1]])
    order = np.argsort(rows, kind="stable")
    numbers = np.concatenate([pairs.min(axis=1)] * 2)
    schema = pa.schema([pa.field("row", pa.int64(), nullable=False), pa.field("exact", pa.int64())])
    key = storage.fingerprint([len(langs), wanted.copies, wanted.seed])
    path = storage.join(work, "dedup", "clusters", f"clusters.{key}.parquet")
    table = pa.table({"row": rows[order], "exact": numbers[order]}, schema=schema)
    said = {"key": key, "scope": "all", "rows": len(langs), "clusters": len(pairs), "members": len(rows)}
    methods = {"exact": {"clusters": len(pairs), "members": len(rows)}}
    files = [tables.write(path, table).record()]
    storage.write_json(manifest_of(path), {**said, "methods": methods, "files": files})
    return path
