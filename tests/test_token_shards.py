"""Token shards read by a reader of its own, which knows nothing but the layout of the files.

`.idx`: 9 bytes magic, 8 bytes version, 1 byte token type, 8 bytes number of sequences S, 8 bytes length D of the
document index; then S int32 lengths in tokens, S int64 places in bytes, D int64 ends of documents in sequences.
`.bin`: the tokens, back to back. All little-endian.
"""

import itertools
import json
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tokenizers import Tokenizer

from catalog.document import content_hash
from tests.corpora import LANGUAGES, Corpus

TYPES = {4: np.dtype("<i4"), 8: np.dtype("<u2")}
END = 2
"""The number of `</s>`, which ends every document."""


@dataclass(frozen=True)
class Shard:
    """What the two files of a token shard say."""

    sequences: int
    index_length: int
    size: int
    lengths: np.ndarray[Any, Any]  # [S] int32 tokens
    places: np.ndarray[Any, Any]  # [S] int64 bytes
    ends: np.ndarray[Any, Any]  # [D] int64 sequences
    tokens: np.ndarray[Any, Any]  # [tokens]

    def documents(self) -> list[np.ndarray[Any, Any]]:
        """The tokens of each document."""
        starts = np.concatenate(([0], np.cumsum(self.lengths, dtype=np.int64)))[self.ends]
        return [self.tokens[start:stop] for start, stop in itertools.pairwise(starts)]


@cache
def read(prefix: str) -> Shard:
    """Read a shard by the layout alone."""
    index = Path(f"{prefix}.idx").read_bytes()
    magic, version, code, sequences, index_length = struct.unpack_from("<9sQBQQ", index)
    assert (magic, version) == (b"MMIDIDX\x00\x00", 1)
    at = 34
    lengths = np.frombuffer(index[at : at + 4 * sequences], "<i4")
    places = np.frombuffer(index[at + 4 * sequences : at + 12 * sequences], "<i8")
    ends = np.frombuffer(index[at + 12 * sequences : at + 12 * sequences + 8 * index_length], "<i8")
    tokens = np.frombuffer(Path(f"{prefix}.bin").read_bytes(), TYPES[code])
    return Shard(sequences, index_length, len(index), lengths, places, ends, tokens)


def rows(corpus: Corpus, lang: str) -> list[dict[str, Any]]:
    """The documents of a language as the mix wrote them, its files in the order of their names."""
    found = []
    for path in sorted((corpus.work / "corpus" / lang).glob("*.arrow")):
        with pa.ipc.open_stream(path) as reader:
            found += reader.read_all().to_pylist()
    return found


@pytest.fixture(params=LANGUAGES)
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def prefix(corpus: Corpus, lang: str) -> str:
    return str(corpus.work / "tokens" / f"{lang}_text_document")


@pytest.fixture(scope="module")
def tokenizer(corpus: Corpus) -> Tokenizer:
    return Tokenizer.from_file(str(corpus.work / "tokenizer" / "tokenizer.json"))


def test_the_index_keeps_every_rule_of_the_layout(prefix: str, tokenizer: Tokenizer) -> None:
    shard = read(prefix)
    assert shard.size == 34 + 12 * shard.sequences + 8 * shard.index_length
    assert shard.sequences >= 1
    assert shard.index_length >= 1
    assert shard.ends[0] == 0
    assert shard.ends[-1] == shard.sequences
    assert (np.diff(shard.ends) >= 0).all()
    assert (shard.lengths > 0).all()
    item = shard.tokens.dtype.itemsize
    assert (shard.places == (np.cumsum(shard.lengths, dtype=np.int64) - shard.lengths) * item).all()
    assert Path(f"{prefix}.bin").stat().st_size == int(shard.lengths.sum()) * item
    assert shard.tokens.min() >= 0
    assert shard.tokens.max() < tokenizer.get_vocab_size()


def test_the_type_of_the_tokens_is_the_smaller_one_for_a_small_vocabulary(prefix: str) -> None:
    assert read(prefix).tokens.dtype == np.dtype("<u2")


def test_every_document_ends_with_the_end_token_and_holds_it_nowhere_else(prefix: str) -> None:
    shard = read(prefix)
    for tokens in shard.documents():
        assert tokens[-1] == END
        assert END not in tokens[:-1]


def test_the_numbers_of_documents_and_tokens_are_the_manifests(corpus: Corpus, lang: str, prefix: str) -> None:
    shard = read(prefix)
    manifest = json.loads(Path(f"{prefix}.json").read_text())
    assert manifest["documents"] == shard.index_length - 1 == len(rows(corpus, lang))
    assert manifest["tokens"] == len(shard.tokens) == shard.lengths.sum()


def test_documents_a_source_are_as_many_as_the_mix_says(corpus: Corpus, lang: str, prefix: str) -> None:
    mixed: dict[str, int] = {}
    for path in (corpus.work / "corpus" / lang).glob("data-*.json"):
        for source, documents, _ in json.loads(path.read_text())["sources"]:
            mixed[source] = mixed.get(source, 0) + documents
    counted: dict[str, int] = {}
    for source in pq.read_table(f"{prefix}.ids.parquet").column("source").to_pylist():
        counted[source] = counted.get(source, 0) + 1
    assert counted == mixed


def test_decoding_gives_back_the_mixed_documents_in_their_order(
    corpus: Corpus, lang: str, prefix: str, tokenizer: Tokenizer
) -> None:
    decoded = [tokenizer.decode(tokens[:-1].tolist(), skip_special_tokens=False) for tokens in read(prefix).documents()]
    assert decoded == [row["text"] for row in rows(corpus, lang)]


def test_the_ids_beside_a_shard_name_its_documents_in_their_order(corpus: Corpus, lang: str, prefix: str) -> None:
    named = pq.read_table(f"{prefix}.ids.parquet").to_pylist()
    expected = [
        {"id": row["id"], "source": row["source"], "text_hash": bytes.fromhex(content_hash(row["text"].encode()))}
        for row in rows(corpus, lang)
    ]
    assert [{key: row[key] for key in ("id", "source", "text_hash")} for row in named] == expected
    assert [row["tokens"] for row in named] == read(prefix).lengths.tolist()


def test_every_language_of_the_corpus_has_a_shard_and_no_other(corpus: Corpus) -> None:
    names = {path.name for path in (corpus.work / "tokens").iterdir()}
    ends = (".bin", ".idx", ".ids.parquet", ".json")
    assert names == {f"{lang}_text_document{end}" for lang in LANGUAGES for end in ends}


def test_text_that_spells_the_end_token_is_ordinary_text(corpus: Corpus) -> None:
    assert any("</s>" in row["text"] for row in rows(corpus, "yo"))
