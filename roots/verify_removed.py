"""Proof that nothing of what was removed is left in a work folder, by reading every table that could hold it.

No manifest is trusted: a document that was put back under its id, its address or its content is found though all
hashes were made right. Texts are hashed too, so that a removed text is found under any other id, as long as no step
changed it. A text that differs in a letter is another one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from catalog.document import content_hash
from pipelines import step_report, substrings, tables
from pipelines.counted import several
from pipelines.storage import join, read_bytes
from pipelines.tables import SIGNATURES
from pipelines.withhold import REMOVED, Removals
from roots import arrow_dataset, lengths
from roots.verify import Manifest, Scanned, kind_of, listing, watching

ID = re.compile(r"\b[0-9a-f]{32}\b")
"""The id of a document, as cards write it."""

UNREADABLE = (pa.ArrowException, OSError, KeyError, ValueError)
"""What a file that is no table of ours raises when it is read as one."""


@dataclass
class Gone:
    """What must not be there. `ids` grows while documents are read: those that only an address or content names."""

    ids: set[str]
    urls: frozenset[str]
    hashes: frozenset[str]
    sources: frozenset[str]

    @classmethod
    def of(cls, removals: Removals, manifests: Sequence[Manifest]) -> "Gone":
        """What a recipe's removals name, and the documents that were withheld because of them."""
        named = {key: frozenset(removals.get(key, ())) for key in ("id", "url", "content_hash", "source")}
        rows = (row for manifest in manifests for row in manifest.says.get("withheld", {}).get("rows", ()))
        return cls({*named["id"], *(str(row[0]) for row in rows)}, named["url"], named["content_hash"], named["source"])

    def has(self, batch: pa.RecordBatch, column: str) -> pa.Array:
        """Which rows name in a column a document, an address, a content or a source that was removed, [rows] bool."""
        values = {"url": self.urls, "content_hash": self.hashes, "source": self.sources}.get(column, self.ids)
        return pc.is_in(batch.column(column), value_set=pa.array(sorted(values), pa.string()))

    def texts(self, batch: pa.RecordBatch) -> pa.Array:
        """Which rows hold a removed text, letter for letter, [rows] bool."""
        found = (bool(text) and content_hash(text.encode()) in self.hashes for text in batch.column("text").to_pylist())
        return pa.array(found if self.hashes else [False] * batch.num_rows, pa.bool_())


@dataclass(frozen=True)
class Check:
    """What is read of a kind of table, and which of its rows are removed documents that should not be so there."""

    columns: tuple[str, ...]
    rows: Callable[[pa.RecordBatch, Gone], pa.Array]
    says: str = ""


def _documents(batch: pa.RecordBatch, gone: Gone) -> pa.Array:
    """Removed documents that are more than an empty row."""
    named = _any(gone.has(batch, column) for column in ("id", "url", "content_hash"))
    gone.ids.update(batch.column("id").filter(named).to_pylist())
    left = _any(
        [
            pc.not_equal(batch.column("text"), ""),
            pc.not_equal(batch.column("meta"), "{}"),
            pc.is_valid(batch.column("url")),
            pc.is_valid(batch.column("source_id")),
        ]
    )
    return _any([pc.and_(named, left), gone.texts(batch), gone.has(batch, "source")])


def _measures(batch: pa.RecordBatch, gone: Gone) -> pa.Array:
    return pc.and_(gone.has(batch, "id"), pc.not_equal(batch.column("lost").fill_null(""), REMOVED))


def _signatures(batch: pa.RecordBatch, gone: Gone) -> pa.Array:
    left = _any(pc.is_valid(batch.column(name)) for name in SIGNATURES.names if name != "id")
    return pc.and_(gone.has(batch, "id"), left)


def _ledger(batch: pa.RecordBatch, gone: Gone) -> pa.Array:
    kept = pc.and_(gone.has(batch, "id"), pc.not_equal(batch.column("dropped_by").fill_null(""), REMOVED))
    return pc.or_(kept, gone.has(batch, "duplicate_of"))


def _corpus(batch: pa.RecordBatch, gone: Gone) -> pa.Array:
    return _any([*(gone.has(batch, column) for column in ("id", "url", "source")), gone.texts(batch)])


def _tokens(batch: pa.RecordBatch, gone: Gone) -> pa.Array:
    texts = pa.array([bytes.fromhex(value) for value in sorted(gone.hashes)], pa.binary(16))
    same = pc.is_in(batch.column("text_hash"), value_set=texts)
    return _any([gone.has(batch, "id"), gone.has(batch, "source"), same])


def _lengths(batch: pa.RecordBatch, gone: Gone) -> pa.Array:
    return pc.and_(gone.has(batch, "id"), pc.is_valid(batch.column("tokens")))


def _samples(batch: pa.RecordBatch, gone: Gone) -> pa.Array:
    return pc.and_(gone.has(batch, "id"), _any([pc.is_valid(batch.column("old")), pc.is_valid(batch.column("new"))]))


CHECKS: Mapping[str, Check] = {
    "documents": Check(("id", "source", "url", "content_hash", "text", "meta", "source_id"), _documents),
    "measures": Check(("id", "lost"), _measures, ", measured"),
    "signatures": Check(tuple(SIGNATURES.names), _signatures, ", with a signature"),
    "verdicts": Check(("id", "dropped_by", "duplicate_of"), _ledger, ", judged otherwise"),
    "ledger": Check(("id", "dropped_by", "duplicate_of"), _ledger, ", judged otherwise"),
    step_report.FOLDER: Check(("id", "old", "new"), _samples, ", shown as a sample"),
    substrings.FOLDER: Check(("id", "old", "new"), _samples, ", shown as a sample"),
    "sample": Check(("id", "url", "source", "text"), _corpus),
    "corpus": Check(("id", "url", "source", "text"), _corpus),
    "parquet": Check(("id", "url", "source", "text"), _corpus),
    lengths.FOLDER: Check(("id", "tokens"), _lengths, ", with tokens"),
    "tokens": Check(("id", "source", "text_hash"), _tokens),
}
"""By kind of table, in the order in which they are read: documents say which ids the others must not have. A table of
clusters is none of these: it holds row numbers, of documents that have a row without a text too."""


def verify_removed(folder: str, manifests: Sequence[Manifest], removals: Removals) -> Scanned:
    """Read every table of a work folder for what was removed; what was read, and every file in which it is."""
    gone = Gone.of(removals, manifests)
    scanned = Scanned()
    places = []
    for path, size in listing(folder).items():
        if (kind := _table(path)) in CHECKS:
            places.append(_Place(join(folder, path), path, kind, size))
        for uid in sorted(gone.sources):
            if path.startswith((f"{uid}/", f"cards/{uid}/")):
                scanned.faults.append(f"{path}: is of the source {uid}, which was removed")
    order = list(CHECKS)
    with watching("reading", sum(place.size for place in places)) as advance:
        for place in sorted(places, key=lambda place: order.index(place.kind)):
            _scan(place, gone, scanned)
            advance(place.size)
    scanned.faults += _shown(folder, gone)
    return scanned


def _shown(folder: str, gone: Gone) -> Iterator[str]:
    """The cards that show a document that was removed: examples stand there with their ids."""
    for path in listing(folder):
        if path.endswith(".md"):
            shown = set(ID.findall(read_bytes(join(folder, path)).decode("utf-8", "replace")))
            if count := len(shown & gone.ids):
                yield f"{path}: shows {several(count, 'document')} that {'was' if count == 1 else 'were'} removed"


def _table(path: str) -> str:
    """The kind of table that a file is, "" for none: by its folder.

    >>> _table("udhr/documents/yor.parquet"), _table("tokens/yo.ids.parquet"), _table("tokens/yo_text_document.bin")
    ('documents', 'tokens', '')
    """
    kind, suffix = kind_of(path), path.rsplit(".", 1)[-1]
    return kind if suffix == ("arrow" if kind in ("corpus", "sample") else "parquet") else ""


@dataclass(frozen=True)
class _Place:
    """A file that is read: its address, its path in the folder, its kind and its size in bytes."""

    address: str
    path: str
    kind: str
    size: int


def _scan(place: _Place, gone: Gone, scanned: Scanned) -> None:
    """Read one file; whatever is wrong with it is a fault."""
    check = CHECKS[place.kind]
    rows = bad = 0
    try:
        for batch in _batches(place.address, check.columns):
            rows += batch.num_rows
            bad += pc.sum(check.rows(batch, gone)).as_py() or 0
    except UNREADABLE:
        scanned.faults.append(f"{place.path}: cannot be read as a table, so it may hold anything")
    if bad:
        scanned.faults.append(f"{place.path}: holds {several(bad, 'removed document')}{check.says}")
    scanned.add(place.kind, rows=rows, size=place.size)


def _batches(address: str, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    if address.endswith(".arrow"):
        for batch in arrow_dataset.batches(address):
            yield batch.select(list(columns))
    else:
        yield from tables.batches(address, columns)


def _any(conditions: Iterable[pa.Array]) -> pa.Array:
    """Where at least one of some conditions holds; null is none."""
    return reduce(lambda one, other: pc.or_(one.fill_null(False), other.fill_null(False)), conditions)
