"""The stages of curation, each `RecordBatch -> RecordBatch`: they add or fill columns and never remove rows.

A document that a stage cannot treat is marked `lost = "error:<stage>"` with the reason and goes on as a row;
the rest of its shard is not affected.
"""

import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa

from filters import cleaning, minhash, pii
from filters.changes import change
from filters.identify import identify, identify_undeclared
from filters.measures import measure_text
from filters.models import ModelError
from filters.text import Text
from lang_params.languages import find
from lang_params.params import ParamsError
from pipelines.config import Config
from pipelines.tables import MEASURES

Stage = Callable[[pa.RecordBatch], pa.RecordBatch]

READING = "error:read"
MEASURED = [field.name for field in MEASURES if pa.types.is_floating(field.type) or field.name == "number_words"]


def clean(batch: pa.RecordBatch, steps: Sequence[str]) -> pa.RecordBatch:
    """Apply a source's cleaning chain to each text; a document that a step drops keeps the text it had."""
    if not steps:
        return batch

    def one(row: dict[str, Any]) -> dict[str, Any]:
        text, dropped = cleaning.clean(row["text"], json.loads(row["meta"]), steps)
        if dropped is None:
            return {"text": text}
        return {"text": text, "lost": f"clean:{dropped}", "reason": None}

    return _map(batch, "clean", one, adds={"text": pa.string()}, skips="")


def declare(batch: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Write each declared language as ROOTS does, and give the others the language they are identified as."""

    def one(row: dict[str, Any]) -> dict[str, Any]:
        if row["lang"] is not None:
            return {"lang": _code(row["lang"])}
        return {"lang": identify_undeclared(row["text"], config.languages).lang}

    return _map(batch, "identify", one, adds={"lang": pa.string()})


@lru_cache(maxsize=4096)
def _code(declared: str) -> str:
    """ROOTS's code of a declared language; a language that is none of the 46 stays as it was written."""
    try:
        return find(declared)
    except ParamsError:
        return declared


def modify(batch: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Apply the modifiers of each document's language to its text."""

    def one(row: dict[str, Any]) -> dict[str, Any]:
        return {"text": change(row["text"], config.of(row["lang"]))}

    return _map(batch, "modify", one, adds={"text": pa.string()})


def measure(batch: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Take every measure of every text, language identification among them."""

    def one(row: dict[str, Any]) -> dict[str, Any]:
        params = config.of(row["lang"])
        found = identify(row["text"], params, config.languages)
        return {
            **measure_text(Text(row["text"], params), params, profile=config.profile),
            "lang_identified": found.lang,
            "language_id": found.score,
            "identifier": found.identifier,
        }

    adds = {name: MEASURES.field(name).type for name in [*MEASURED, "lang_identified", "identifier"]}
    return _map(batch, "measure", one, adds=adds)


def sign(batch: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Add MinHash band hashes, of words, or of characters where the language does not separate words."""

    def one(row: dict[str, Any]) -> dict[str, Any]:
        params = config.of(row["lang"])
        text = Text(row["text"], params)
        units: Sequence[str] = text.words if params.words == "whitespace" else minhash.characters(text.value)
        [bands] = minhash.sign([units])
        return {"bands": None if bands is None else bands.tolist()}

    return _map(batch, "sign", one, adds={"bands": pa.list_(pa.uint64())})


def redact(batch: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Put placeholders in the place of personal data; a text that cannot be searched is not stored.

    A document that an earlier stage failed on is redacted too: its text is stored like any other.
    """

    def one(row: dict[str, Any]) -> dict[str, Any]:
        text, spans = pii.redact(row["text"], config.profile)
        return {"text": text, "pii": [{"tag": span.tag, "start": span.start, "end": span.end} for span in spans]}

    adds = {"text": pa.string(), "pii": MEASURES.field("pii").type}
    redacted = _map(batch, "redact", one, adds=adds, skips=READING)
    failed = [lost == "error:redact" for lost in redacted.column("lost").to_pylist()]
    text = ["" if gone else value for value, gone in zip(redacted.column("text").to_pylist(), failed, strict=True)]
    return _put(redacted, {"text": pa.array(text, pa.string())})


def _map(
    batch: pa.RecordBatch,
    stage: str,
    one: Callable[[dict[str, Any]], dict[str, Any]],
    *,
    adds: dict[str, pa.DataType],
    skips: str = "error:",
) -> pa.RecordBatch:
    """Fill columns row by row, passing over the rows whose `lost` begins with `skips`; "" is every lost one."""
    rows = _rows(batch)
    for row in rows:
        if row["lost"] is not None and row["lost"].startswith(skips):
            continue
        try:
            row.update(one(row))
        except ModelError:
            raise
        except Exception as error:
            row.update(lost=f"error:{stage}", reason=type(error).__name__)
    columns = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in adds.items()}
    for name in ("lost", "reason"):
        columns[name] = pa.array([row[name] for row in rows], pa.string())
    return _put(batch, columns)


def _rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    names = [name for name in ("text", "lang", "meta", "lost", "reason") if name in batch.schema.names]
    columns = [batch.column(name).to_pylist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _put(batch: pa.RecordBatch, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    """The batch with these columns in the place of those of the same name, or after the others."""
    merged = {name: batch.column(name) for name in batch.schema.names} | columns
    return pa.RecordBatch.from_arrays(list(merged.values()), names=list(merged))
