"""The steps of cleaning chains that cost most, each as a piece of work to be timed."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from catalog.document import document_id
from lang_params.params import default
from tests.bench.stages import Work
from tests.bench.texts import Sample

BATCH = 1000
"""Documents of a batch, as readers give them."""


def steps(data: Sequence[Sample]) -> dict[str, Work]:
    """Lines that a source shares: their hashes, and taking them out; equal documents; steps on one document."""
    from filters.cleaning_sentences import split_sentences
    from filters.pii_kinds import chosen
    from pipelines import chain_keys, chain_verdicts, hashes, stages
    from pipelines.config import Config
    from pipelines.step_report import Report

    batches = [_batch(data[start : start + BATCH], start) for start in range(0, len(data), BATCH)]
    held = chain_keys.Groups(1)
    [whole] = [*(group for each in batches for group in held.add(_lines(each))), *held.rest()][-1:]
    found = whole["0"].filter(pc.greater(whole["0"].column("count"), 1))
    gone = hashes.HashSet.of(hashes.together(found.column("high"), found.column("low")))
    chain = ["remove_lines_with_code", "remove_repeated_lines", "filter_small_docs_bytes_300"]
    config = Config("fixed", {}, default())
    choice = chosen(default(), "fixed")
    return {
        "lines: hash and count": lambda: [_lines(each) for each in batches],
        "lines: take out those that repeat": lambda: [
            chain_verdicts.without(each.column("text").to_pylist(), gone) for each in batches
        ],
        "dedup_document: keys": lambda: [chain_keys.left(each, "dedup_document", 0) for each in batches],
        "three steps on one document, with samples": lambda: [
            stages.clean(each, chain, config, report) for report in [Report(chain, choice)] for each in batches
        ],
        "split_sentences_en": lambda: [split_sentences(text, "en") for text, _ in data],
    }


def _lines(batch: pa.RecordBatch) -> pa.Table:
    from pipelines import chain_keys

    return chain_keys.left(batch, "dedup_pseudocrawl_newspapers", 0)


def _batch(data: Sequence[Sample], start: int) -> pa.RecordBatch:
    from pipelines.chain_jobs import BETWEEN

    whole = {"source": "bench", "content_hash": "", "meta": "{}", "emptied": False}
    rows = [
        {**whole, "id": document_id("bench", "texts", start + place), "text": sample.text}
        for place, sample in enumerate(data)
    ]
    return pa.RecordBatch.from_pylist(rows, schema=BETWEEN)
