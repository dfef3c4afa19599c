"""The stages of curation, each `RecordBatch -> RecordBatch`: they add or fill columns and never remove rows.

A document that a stage cannot treat is marked `lost = "error:<stage>"` with the reason and goes on as a row;
the rest of its shard is not affected.
"""

import json
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog.document import DOCUMENTS
from catalog.record import meta_json
from filters import cleaning, minhash, pii
from filters.changes import change
from filters.identify import identify, identify_undeclared
from filters.measures import measure_text
from filters.models import ModelError, language_model
from filters.perplexity import perplexity
from filters.text import Text
from lang_params.languages import find
from lang_params.params import LangParams, ParamsError
from pipelines.config import Config
from pipelines.tables import MEASURES

READING = "error:read"
STORED = ("text", "meta", "url", "source_id")
"""The columns of a document that hold what a record said."""

ENVIRONMENT = (ImportError, MemoryError, OSError, ModelError)
"""Faults of the machine, which end the task: it is done again when they are mended. All others are a document's."""

UNDECLARED = ("", "und", "mul", "mis", "zxx")
"""What a record says that does not declare one language: nothing, or ISO 639's codes for that."""

TAG = re.compile(r"[A-Za-z0-9]{1,8}([-_][A-Za-z0-9]{1,8}){0,3}")
"""The form of a language code; anything else that a record gives is stored as "unknown", for it could be anything."""

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
        if (row["lang"] or "") not in UNDECLARED:
            return {"lang": _code(row["lang"])}
        return {"lang": identify_undeclared(row["text"], config.languages).lang}

    return _map(batch, "identify", one, adds={"lang": pa.string()})


@lru_cache(maxsize=4096)
def _code(declared: str) -> str:
    """ROOTS's code of a declared language; a language that is none of the 46 stays as it was written."""
    if not TAG.fullmatch(declared):
        return "unknown"
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
            "perplexity": _perplexity(row["text"], params),
            "lang_identified": found.lang,
            "language_id": found.score,
            "identifier": found.identifier,
        }

    adds = {name: MEASURES.field(name).type for name in [*MEASURED, "lang_identified", "identifier"]}
    return _map(batch, "measure", one, adds=adds)


def _perplexity(text: str, params: LangParams) -> float | None:
    """Perplexity by the pair of models that the language names; None where it names none."""
    if params.language_model is None:
        return None
    return perplexity(text, **language_model(params.language_model))


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

    A document that an earlier stage failed on is redacted too: its text is stored like any other. The other fields
    of a record, its address and its own id are read for what `pii.IN_FIELDS` names.
    """

    def one(row: dict[str, Any]) -> dict[str, Any]:
        text, spans = pii.redact(row["text"], config.profile)
        return {
            "text": text,
            "pii": [{"tag": span.tag, "start": span.start, "end": span.end} for span in spans],
            "meta": meta_json(pii.redact_fields(json.loads(row["meta"]))),
            "url": pii.redact_fields(row["url"]),
            "source_id": pii.redact_fields(row["source_id"]),
        }

    adds = {name: DOCUMENTS.field(name).type for name in STORED} | {"pii": MEASURES.field("pii").type}
    redacted = _map(batch, "redact", one, adds=adds, skips=READING)
    failed = pc.fill_null(pc.equal(redacted.column("lost"), "error:redact"), False)
    empty = {"text": "", "meta": "{}", "url": None, "source_id": None}
    columns = {name: pc.if_else(failed, pa.scalar(empty[name], pa.string()), redacted.column(name)) for name in STORED}
    return _put(redacted, columns)


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
        except ENVIRONMENT:
            raise
        except Exception as error:
            row.update(lost=f"error:{stage}", reason=type(error).__name__)
    columns = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in adds.items()}
    for name in ("lost", "reason"):
        columns[name] = pa.array([row[name] for row in rows], pa.string())
    return _put(batch, columns)


def _rows(batch: pa.RecordBatch) -> list[dict[str, Any]]:
    names = [name for name in (*STORED, "lang", "lost", "reason") if name in batch.schema.names]
    columns = [batch.column(name).to_pylist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _put(batch: pa.RecordBatch, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    """The batch with these columns in the place of those of the same name, or after the others."""
    merged = {name: batch.column(name) for name in batch.schema.names} | columns
    return pa.RecordBatch.from_arrays(list(merged.values()), names=list(merged))
