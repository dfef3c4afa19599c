"""What put documents out, in words: a row a cause, from documents in to documents kept."""

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.counted import are, percent, several
from roots import funnel
from roots.cards.personal import KINDS
from roots.cards.steps import what
from roots.markdown import Markdown, code, table

WORDS = {
    "removed": "somebody asked to have it taken out",
    "clean:not_code": "no code by its name: settings, pictures, text",
    "clean:size": "larger than a file of code that is read",
    "clean:binary": "a file that is no text",
    "clean:not_html": "the page is not HTML",
    "clean:not_text": "the record is no plain text",
    "clean:no_text": "the page or record has no text",
    "clean:http_status": "the server did not give the page",
    "number_words": "too few or too many words",
    "character_repetition": "the same characters again and again",
    "word_repetition": "the same words again and again",
    "special_characters": "too many digits, marks, spaces and emoji",
    "stopwords": "too few of the small words that sentences of its language need",
    "flagged_words": "too many words that speakers flagged as pornographic",
    "language_id": "in no language of the corpus, or not surely in its own",
    "perplexity": "very unlikely as text in its language",
    "contaminated": "holds an item of a benchmark",
    "duplicate": "a copy of a document that is kept",
    "cut": "passages cut inside documents that are kept: bytes alone",
}
"""Causes in words."""

CLEANING = "clean:"

BEGINNINGS = {
    "error:": "could not be read or treated",
    "policy:": "the recipe's policy refuses it",
    "pii:": "holds personal data for which whole documents are dropped",
}
"""Causes in words by how their names begin."""

MOST_NAMED = 3
"""Causes that a summary names."""


def in_words(cause: str) -> str:
    """A cause in words.

    >>> in_words("stopwords"), in_words("pii:PERSON")
    ('too few of the small words that sentences of its language need', 'holds names of people')
    """
    if cause.startswith("pii:") and (kind := cause.removeprefix("pii:")) in KINDS:
        return f"holds {KINDS[kind]}"
    if cause.startswith(CLEANING) and cause not in WORDS:
        return f"the cleaning step {cause.removeprefix(CLEANING)} of its source"
    return WORDS.get(cause) or next((says for start, says in BEGINNINGS.items() if cause.startswith(start)), cause)


def causes(counts: pa.Table) -> Markdown:
    """From documents in to documents kept: what each cause put out, in documents and bytes, and what is left then."""
    whole = funnel.total(counts)
    left, left_bytes = whole.documents, whole.bytes
    rows: list[list[object]] = [["in", "", left, "", left_bytes, left, left_bytes]]
    for cause in funnel.causes(counts):
        line = funnel.total(counts.filter(pc.equal(counts.column("dropped_by"), cause)))
        gone = sum(line.dropped.values())
        left, left_bytes = left - gone, left_bytes - line.bytes
        share = percent(gone, whole.documents)
        says = what(cause.removeprefix(CLEANING)) if cause.startswith(CLEANING) else ""
        told = f"its cleaning: {says}" if says else in_words(cause)
        rows.append([code(cause), told, gone, share, line.bytes, left, left_bytes])
    share = percent(whole.kept, whole.documents)
    rows.append(["kept", "", whole.kept, share, whole.kept_bytes, left, left_bytes])
    header = ["dropped by", "in words", "documents", "of those in", "bytes", "documents left", "bytes left"]
    return table(header, rows, numbers=2)


def summary(counts: pa.Table) -> str:
    """In a sentence or two: how many documents came in, how many are kept, and what put out most.

    >>> summary(funnel.of_counts([("yo", None, 1, 9), ("yo", "duplicate", 2, 18)], "udhr"))
    '3 documents came in and 1 is kept. What put out most: a copy of a document that is kept (2).'
    """
    whole = funnel.total(counts)
    kept = f"{several(whole.documents, 'document')} came in and {whole.kept:,} {are(whole.kept)} kept."
    sums: Counter[str] = Counter()
    for cause, count in whole.dropped.items():
        sums[in_words(cause)] += count
    found = sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_NAMED]
    named = "; ".join(f"{says} ({count:,})" for says, count in found if count)
    return f"{kept} What put out most: {named}." if named else kept
