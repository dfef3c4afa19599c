"""The verdicts of steps that look at a whole source: found by partition, then applied to each shard.

Of lines the verdict is a set of hashes; of documents a table of decisions, by shard, on rows that do not stay as they
are.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa

from catalog.record import meta_json
from filters.cleaning_duplicates import same_as
from filters.cleaning_segments import joined, joined_to
from filters.cleaning_templates import SAMPLE, TEMPLATES, most_pages, stripped_lines
from pipelines import exchange, hashes, tables
from pipelines.chain_keys import COUNTED, EQUAL, LINES, PAGES, RANKED, SEGMENTS, SHARD_ROWS

DECISIONS = pa.schema(
    [("row", pa.int64()), ("other", pa.string()), ("text", pa.string()), ("meta", pa.string())],
)
"""A row of a shard that is lost to the document `other`, or that gets another text and meta."""

GONE = pa.schema([("high", pa.uint64()), ("low", pa.uint64()), ("line", pa.string()), ("pages", pa.int64())])
"""Lines that go, by their hash, ascending; those of a sample with their text, and on how many pages they stand."""


def find_templates(listing: str, partition: str, step: str) -> pa.Table:
    """Reduce: the hashes of the lines of a partition that are templates (schema GONE)."""
    found = exchange.read(listing, partition, COUNTED)
    lines, counts = hashes.summed(
        hashes.together(found.column("high"), found.column("low")), found.column("count").to_numpy()
    )
    return _gone(lines[counts >= TEMPLATES[step].occurrences])


def _gone(lines: hashes.Hashes, texts: Sequence[str] | None = None, pages: Any = None) -> pa.Table:
    columns = {"high": lines[:, 0], "low": lines[:, 1], "line": texts, "pages": pages}
    empty = {"line": pa.nulls(len(lines), pa.string()), "pages": pa.nulls(len(lines), pa.int64())}
    return pa.table({name: empty[name] if column is None else column for name, column in columns.items()}, schema=GONE)


def last_rank(listing: str) -> tuple[int, int]:
    """Reduce: the rank of the last page of the sample."""
    found = exchange.read(listing, "0", RANKED)
    ranks = hashes.together(found.column("high"), found.column("low"))
    if not len(ranks):
        return (0, 0)
    high, low = ranks[hashes.order(ranks)[:SAMPLE][-1]].tolist()
    return high, low


def find_common(listing: str, partition: str, step: str) -> pa.Table:
    """Reduce: the lines of a partition that stand on too many pages of the sample (schema GONE)."""
    pages = _pages(listing)
    found = exchange.read(listing, partition, LINES)
    both = np.concatenate(
        [
            hashes.together(found.column("high"), found.column("low")),
            hashes.together(found.column("page_high"), found.column("page_low")),
        ],
        axis=1,
    )  # [lines of pages, 4] uint64
    places = np.lexsort(both.T[::-1])
    ordered = both[places]
    new = np.concatenate(([True], (ordered[1:] != ordered[:-1]).any(axis=1))) if len(ordered) else np.empty(0, bool)
    ordered, places = ordered[new], places[new]
    begin = hashes.starts(ordered[:, :2])
    counts = np.diff(np.append(begin, len(ordered)))
    common = counts > most_pages(pages)
    texts = found.column("line").take(pa.array(places[begin[common]])).to_pylist()
    return _gone(ordered[begin[common], :2], texts, counts[common])


def _pages(listing: str) -> int:
    """How many different pages the sample has."""
    found = exchange.read(listing, PAGES, LINES)
    return len(hashes.HashSet.of(hashes.together(found.column("page_high"), found.column("page_low"))).sorted)


def find_duplicates(listing: str, partition: str) -> Iterator[dict[str, pa.Table]]:
    """Reduce: decisions on every document that has an equal before it, by shard."""
    found = exchange.read(listing, partition, EQUAL)
    keys = hashes.together(found.column("high"), found.column("low"))
    positions = found.column("position").to_numpy()
    places = np.lexsort((positions, keys[:, 1], keys[:, 0]))
    begin = hashes.starts(keys[places])
    lengths = np.diff(np.append(begin, len(places)))
    first = places[np.repeat(begin, lengths)]
    later = places != first
    ids = found.column("id").combine_chunks()
    others = [id.hex() for id in ids.take(pa.array(first[later])).to_pylist()]
    decided = pa.table(
        {
            "row": positions[places[later]],
            "other": others,
            "text": pa.nulls(len(others), pa.string()),
            "meta": pa.nulls(len(others), pa.string()),
        },
        schema=DECISIONS,
    )
    yield _by_shard(decided)


def join_segments(listing: str, partition: str) -> Iterator[dict[str, pa.Table]]:
    """Reduce: decisions on every segment: the first of its transcript gets the text of all, the others are lost."""
    groups: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for row in exchange.read(listing, partition, SEGMENTS).to_pylist():
        groups.setdefault((row["high"], row["low"]), []).append(row)
    decided: list[dict[str, Any]] = []
    for group in groups.values():
        first = min(group, key=lambda row: int(row["position"]))
        text = joined([(int(row["digits"]), row["digits"], row["text"]) for row in group])
        meta = meta_json({"id": json.loads(first["name"])})
        decided.append({"row": first["position"], "other": None, "text": text, "meta": meta})
        decided += [
            {"row": row["position"], "other": first["id"].hex(), "text": None, "meta": None}
            for row in group
            if row is not first
        ]
    yield _by_shard(pa.Table.from_pylist(decided, schema=DECISIONS))


def _by_shard(decided: pa.Table) -> dict[str, pa.Table]:
    """Decisions by the number of the shard, with rows counted in it."""
    positions = decided.column("row").to_numpy()
    shards = positions // SHARD_ROWS
    local = decided.set_column(0, "row", pa.array(positions % SHARD_ROWS))
    return {str(shard): local.filter(pa.array(shards == shard)) for shard in np.unique(shards)}


@lru_cache(maxsize=2)
def gone(paths: tuple[str, ...]) -> hashes.HashSet:
    """The lines that go, of all partitions, once per process."""
    found = [tables.read(path, ["high", "low"]) for path in paths]
    return hashes.HashSet.of(
        np.concatenate([hashes.together(table.column("high"), table.column("low")) for table in found])
    )


def without(texts: Sequence[str], lines: hashes.HashSet, least: int = 0) -> list[str]:
    """Texts of stripped lines without those that go, which have `least` characters or more."""
    split = [stripped_lines(text) for text in texts]
    digests = bytearray()
    for text in split:
        for line in text:
            if len(line) >= least:
                digests += hashes.digest(line.encode())
    asked = iter((~lines.has(hashes.array(digests))).tolist())
    return ["\n".join([line for line in text if len(line) < least or next(asked)]) for text in split]


def decisions(listing: str, shard: int) -> dict[int, Mapping[str, Any]]:
    """The decisions on one shard, by row."""
    return {row["row"]: row for row in exchange.read(listing, str(shard), DECISIONS).to_pylist()}


def reason(step: str, other: str) -> str:
    """The reason for which a document is lost to another."""
    return joined_to(other) if step == "concatenate_lm_fr_ester" else same_as(other)


def lines_of(paths: Sequence[str]) -> list[tuple[str, int]]:
    """The common lines of a seed with the pages of the sample they stand on, most common first."""
    rows = [row for path in paths for row in tables.read(path, ["line", "pages"]).to_pylist()]
    return sorted(((row["line"], row["pages"]) for row in rows), key=lambda row: (-row[1], row[0]))
