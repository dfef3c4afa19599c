"""What a data card says of copies: how they were looked for, what was found, what was dropped, what stays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from filters.signing import METHODS
from pipelines.counted import several
from pipelines.overlap import OVERLAP
from roots import copies, method
from roots.copies import Line
from roots.markdown import Markdown, code, table
from roots.recipe_dedup import Dedup

MOST_PAIRS = 20
"""Pairs of sources that the card of a corpus names; `roots overlap` has all."""

COUNTED = {
    "clusters": "clusters",
    "members": "documents in them",
    "unsigned": "without a signature",
    "large_buckets": "large buckets",
    "pairs_left_out": "pairs in them not compared",
    "verified": "pairs verified",
    "refused": "pairs refused",
}
"""What a search counts of each method, as it heads a column."""


@dataclass(frozen=True)
class Found:
    """What was asked for, and what came of it: `counted` by method as the search counted it, `lines` by language.

    `overlap` are the documents of each source that have a copy in each other (`pipelines.overlap`), `benchmarks` what
    was found of each benchmark.
    """

    dedup: Dedup = field(default_factory=lambda: Dedup(scope="none"))
    counted: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    lines: Sequence[Line] = ()
    overlap: pa.Table = field(default_factory=OVERLAP.empty_table)
    benchmarks: Sequence[Mapping[str, Any]] = ()
    profile: str = "fixed"

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods by which copies were looked for."""
        return () if self.dedup.scope == "none" else self.dedup.signing.methods


def corpus_section(found: Found, names: Mapping[str, str]) -> dict[str, Any]:
    """The values of the template of a corpus: what is said of the method, and the tables."""
    looked = bool(found.methods)
    return {
        "copies_method": method.sentences(found.dedup, found.profile),
        "copies_by_method": by_method(found.counted) if looked else None,
        "copies_by_language": copies.markdown(found.lines, found.methods, names) if looked else None,
        "copies_among": among(found.overlap) if looked else None,
        "copies_of_benchmarks": of_benchmarks(found.benchmarks) if found.benchmarks else None,
    }


def by_method(counted: Mapping[str, Mapping[str, int]]) -> Markdown:
    """What the search counted, a method a row; what a method does not count is left empty."""
    there = [key for key in COUNTED if any(key in counts for counts in counted.values())]
    rows = [[name, *(counted[name].get(key, "") for key in there)] for name in METHODS if name in counted]
    return table(["method", *(COUNTED[key] for key in there)], rows, numbers=1)


def among(overlap: pa.Table) -> Markdown:
    """The pairs of sources that have most documents in common, and how many more pairs there are."""
    if not overlap.num_rows:
        return Markdown("No document has a copy in any source.")
    order = [("documents", "descending"), ("source", "ascending"), ("other", "ascending")]
    rows = overlap.sort_by(order).to_pylist()
    shown = table(
        ["of source", "have a copy in", "documents", "bytes"],
        [[code(row["source"]), _other(row), row["documents"], row["bytes"]] for row in rows[:MOST_PAIRS]],
        numbers=2,
    )
    left = len(rows) - MOST_PAIRS
    more = f"And {several(left, 'more such pair')}, with fewer documents each."
    return Markdown(f"{shown}\n\n{more}" if left > 0 else shown)


def _other(row: Mapping[str, Any]) -> str:
    return "itself" if row["source"] == row["other"] else code(row["other"])


def of_source(uid: str, found: Found, lines: Sequence[Line]) -> Markdown:
    """Of which sources documents of one source are copies, and how many of them were dropped for it."""
    if not found.methods:
        return Markdown("Copies were not looked for.")
    rows = found.overlap.filter(pc.equal(found.overlap.column("source"), uid)).sort_by("other").to_pylist()
    whole = copies.total(lines)
    gone = sum(whole.dropped.values())
    how = ", ".join(f"{count:,} by {name}" for name, count in sorted(whole.dropped.items()))
    by = f" ({how})" if how else ""
    said = f"{several(gone, 'document')} {_as_copies(gone)}{by}."
    if not rows:
        return Markdown(f"No document of this source has a copy, {method.SCOPES[found.dedup.scope]}. {said}")
    shown = table(
        ["have a copy in", "documents", "bytes"],
        [[_other(row), row["documents"], row["bytes"]] for row in rows],
        numbers=1,
    )
    return Markdown(f"{shown}\n\n{said}")


def of_language(lang: str, found: Found) -> Markdown:
    """How many documents of one language were dropped as copies, and by which method."""
    if not found.methods:
        return Markdown("Copies were not looked for.")
    line = next((line for line in found.lines if line.lang == lang), Line(lang))
    how = ", ".join(f"{count:,} by {name}" for name, count in sorted(line.dropped.items()))
    gone = sum(line.dropped.values())
    cut = f" {several(line.cut, 'byte')} of repeated passages were cut inside documents." if line.cut else ""
    by = f" ({how})" if how else ""
    passed = several(line.passed, "document")
    return Markdown(f"Of {passed} that passed everything else, {gone:,} {_as_copies(gone)}{by}.{cut}")


def _as_copies(number: int) -> str:
    if number == 1:
        return "was dropped as a copy of another that is kept"
    return "were dropped as copies of others that are kept"


def of_benchmarks(found: Sequence[Mapping[str, Any]]) -> Markdown:
    """What was found of each benchmark."""
    header = ["benchmark", "items", "too short to look for", "documents that hold one"]
    rows = [[each["benchmark"], each["items"], each["short"], each["documents"]] for each in found]
    return table(header, rows, numbers=1)
