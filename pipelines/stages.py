"""The stages of curation, each `RecordBatch -> RecordBatch`: they add or fill columns and never remove rows.

A document that a stage cannot treat is marked `lost = "error:<stage>"` with the reason and goes on as a row;
the rest of its shard is not affected.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence, Set
from functools import lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog.document import DOCUMENTS
from catalog.record import meta_json
from filters import addresses, cleaning, pii, pii_batch, pii_engines, presidio
from filters.batch import change_texts, measure_texts
from filters.cleaning_documents import described
from filters.cleaning_duplicates import SITES
from filters.exact import exact_texts, url_hashes
from filters.identify import identify_texts, identify_undeclared_texts
from filters.minhash_batch import sign_texts
from filters.models import language_model
from filters.perplexity import perplexities
from filters.pii_kinds import NO_ACTIONS
from filters.simhash_batch import simhash_texts
from lang_params.files import APART
from lang_params.languages import Language, called, find
from lang_params.params import MEASURES as KEYS
from lang_params.params import LangParams, ParamsError
from pipelines.config import Config
from pipelines.rows import STORED, Columns, all_rows, by_language, put, row_by_row
from pipelines.step_report import Report
from pipelines.tables import MEASURES, SIGNATURES

READING = "error:read"

UNDECLARED = ("", "und", "mul", "mis", "zxx")
"""What a record says that does not declare one language: nothing, or ISO 639's codes for that."""

TAG = re.compile(r"[A-Za-z0-9]{1,8}([-_][A-Za-z0-9]{1,8}){0,3}")
"""The form of a language code; anything else that a record gives is stored as "unknown", for it could be anything."""

MEASURED = tuple(KEYS)

SIGNED = {field.name: field.type for field in SIGNATURES if field.name != "id"}
"""What signing fills."""


def clean(
    batch: pa.RecordBatch, steps: Sequence[str], config: Config, report: Report | None = None, *, first: int = 0
) -> pa.RecordBatch:
    """Apply the steps on one document of a cleaning chain to each text; one that is dropped keeps the text it had.

    The report learns what each step did; `first` is the place of the first of these steps in its chain.
    """
    if not steps:
        return batch
    ready = list(enumerate(cleaning.prepared(steps, config.profile, config.languages), start=first))
    decides = any(step.keeper is not None for _, step in ready)

    def one(row: dict[str, Any]) -> dict[str, Any]:
        text = row["text"]
        meta = described(row["meta"], row["source_id"]) if decides else {}
        for place, step in ready:
            new = text if step.cleaner is None else step.cleaner(text)
            dropped = step.keeper is not None and not step.keeper(text, meta)
            if report is not None:
                report.note(place, row["id"], old=text, new=None if dropped else new)
            if dropped:
                return {"text": text, "lost": f"clean:{step.name}", "reason": None}
            text = new
        return {"text": text}

    return row_by_row(batch, "clean", one, adds={"text": pa.string()}, skips="")


def cleaned_by(steps: Sequence[str], config: Config) -> dict[str, Any]:
    """What decides the outcome of a cleaning chain beside the texts: its steps, the profile, the languages' words, the
    rules of sites."""
    needed = {step: cleaning.needed(step, config.languages) for step in steps if step.startswith(cleaning.REFERENCES)}
    words = {step: [sorted(params.stopwords or ()), params.filters["stopwords"].min] for step, params in needed.items()}
    sites = {step: addresses.deciding()[SITES[step]] for step in steps if step in SITES}
    decided = {"steps": list(steps), "profile": config.profile if steps else "", "references": words}
    return decided | ({"sites": sites} if sites else {})


def declare(batch: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Write each declared language as ROOTS does, and give the others the language they are identified as."""
    declared = batch.column("lang").to_pylist()
    added = config.added()
    known = [None if (lang or "") in UNDECLARED else _code(lang, added) for lang in declared]

    def treat(texts: pa.Array, lang: str | None) -> Columns:
        if lang is not None:
            return {"lang": pa.repeat(pa.scalar(lang, pa.string()), len(texts))}
        found = identify_undeclared_texts(texts, config.languages)
        return {"lang": pa.array([each.lang for each in found], pa.string())}

    return by_language(
        put(batch, {"lang": pa.array(known, pa.string())}), "identify", treat, adds={"lang": pa.string()}
    )


@lru_cache(maxsize=4096)
def _code(declared: str, added: tuple[Language, ...]) -> str:
    """ROOTS's code of a declared language; one that is none of the 46 and not `added` stays as it was written."""
    if not TAG.fullmatch(declared):
        return "unknown"
    try:
        return find(declared)
    except ParamsError:
        return next((language.code for language in added if called(language, declared)), declared)


def modify(batch: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Apply the modifiers of each document's language to its text. Code stays as it is, white space at its ends too."""

    def treat(texts: pa.Array, lang: str | None) -> Columns:
        return {"text": texts if lang in APART else change_texts(texts, config.of(lang))}

    return by_language(batch, "modify", treat, adds={"text": pa.string()})


def measure(batch: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Take every measure of every text, language identification among them."""

    def treat(texts: pa.Array, lang: str | None) -> Columns:
        params = config.of(lang)
        found = identify_texts(texts, params, config.languages)
        return {
            **measure_texts(texts, params, config.profile),
            "perplexity": _perplexities(texts, params),
            "lang_identified": pa.array([each.lang for each in found], pa.string()),
            "language_id": pa.array([each.score for each in found], pa.float64()),
            "identifier": pa.array([each.identifier for each in found], pa.string()),
        }

    adds = {name: MEASURES.field(name).type for name in [*MEASURED, "lang_identified", "identifier"]}
    return by_language(batch, "measure", treat, adds=adds)


def _perplexities(texts: pa.Array, params: LangParams) -> pa.Array:
    """Perplexities by the pair of models that the language names; nulls where it names none."""
    if params.language_model is None:
        return pa.nulls(len(texts), pa.float64())
    return pa.array(perplexities(texts.to_pylist(), **language_model(params.language_model)), pa.float64())


def sign(batch: pa.RecordBatch, config: Config) -> pa.RecordBatch:
    """Fill the columns of `tables.SIGNATURES` by the methods asked for; the length of the text always.

    What a cleaning step dropped is signed too, like it is measured: what becomes of it is the verdict's to say.
    """
    signing = config.signing
    methods = set(signing.methods)

    def treat(rows: pa.RecordBatch) -> Columns:
        texts = rows.column("text")
        found: dict[str, pa.Array] = {"characters": pc.utf8_length(texts).cast(pa.int64())}
        if "exact" in methods:
            found["exact"] = exact_texts(texts)
        if "url" in methods:
            found["url_hash"] = url_hashes(rows.column("url"))
        if "simhash" in methods:
            found["simhash"] = simhash_texts(texts, rows.column("lang"), signing.simhash, config.profile)
        if "minhash" in methods:
            found |= sign_texts(texts, signing.minhash)
        return {name: found.get(name, pa.nulls(len(texts), kind)) for name, kind in SIGNED.items()}

    return all_rows(batch, "sign", treat, adds=SIGNED)


def redact(batch: pa.RecordBatch, config: Config, source: Mapping[str, str] = NO_ACTIONS) -> pa.RecordBatch:
    """Put placeholders in the place of personal data; a text that cannot be searched is not stored.

    A document that an earlier stage failed on is redacted too: its text is stored like any other. One that holds data
    of a kind whose action is "drop" is lost. `source` are the actions that the source has of its own. The other fields
    of a record, its address and its own id are read for what `pii.IN_FIELDS` names; the other fields also for what
    `presidio.IN_FIELDS` names and the source does not turn off.
    """

    def treat(texts: pa.Array, lang: str | None) -> Columns:
        return pii_engines.redact_texts(texts, config.choice(lang, source))._asdict()

    adds = {"texts": pa.string(), "spans": MEASURES.field("pii").type, "dropped": pa.string(), "refused": pa.bool_()}
    found = by_language(batch, "redact", treat, adds=adds, skips=READING)
    looked_at, refused = pc.is_valid(found.column("spans")), pc.fill_null(found.column("refused"), False)
    text = pc.if_else(looked_at, found.column("texts"), batch.column("text"))
    lost = pc.coalesce(found.column("lost"), pc.binary_join_element_wise("pii", found.column("dropped"), ":"))
    lost = pc.if_else(refused, "error:redact", lost)
    reason = pc.if_else(refused, pii.PiiTimeout.__name__, found.column("reason"))
    plain = put(batch, {"text": text, "pii": found.column("spans"), "lost": lost, "reason": reason})
    fields = {name: DOCUMENTS.field(name).type for name in STORED if name != "text"}
    kinds = config.choice(None, source).kinds.intersection(presidio.IN_FIELDS)
    redacted = all_rows(plain, "redact", lambda rows: _redacted_fields(rows, kinds), adds=fields, skips=READING)
    failed = pc.fill_null(pc.equal(redacted.column("lost"), "error:redact"), False)
    if not failed.true_count:
        return redacted
    empty = {"text": "", "meta": "{}", "url": None, "source_id": None}
    columns = {name: pc.if_else(failed, pa.scalar(empty[name], pa.string()), redacted.column(name)) for name in STORED}
    return put(redacted, columns)


def _redacted_fields(rows: pa.RecordBatch, kinds: Set[str]) -> Columns:
    """What a record said beside its text. The second engine finds these kinds there too; in an address or id, which may
    well be numbers, e-mail addresses alone. Rows that nothing is looked for in are not read; `meta` is as `meta_json`
    wrote it, and comes out of it the same.
    """
    more, mail = _second(kinds), _second(kinds & {"EMAIL"})
    metas, found = rows.column("meta"), pii_batch.suspects(rows.column("meta"), json=True)
    new = [meta_json(pii.redact_fields(json.loads(metas[row].as_py()), more)) for row in found]
    fields = {"meta": pii_batch.put_strings(metas, dict(zip(found, new, strict=True)))}
    for name in ("url", "source_id"):
        column = rows.column(name)
        changed = {row: pii.redact_fields(column[row].as_py(), mail) for row in pii_batch.suspects(column)}
        fields[name] = pii_batch.put_strings(column, changed)
    return fields


def _second(kinds: Set[str]) -> Callable[[str], list[pii.Span]] | None:
    """What finds these kinds in the string of a field; None where there are none."""
    chosen = tuple(kind for kind in presidio.IN_FIELDS if kind in kinds)
    return (lambda text: presidio.in_fields(text, chosen)) if chosen else None
