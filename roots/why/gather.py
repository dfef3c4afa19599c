"""Why a document of a work folder is where it is: gathered from measures, ledgers, the mix and the token shards.

Rows of one document are read, a row group of each table; beside them columns of ids, of the shards up to the one that
holds the document, and of copies where it has some. The text is looked at to tell what was replaced in it from what was
only marked, and is not shown. Memory: a row group of texts, and 65,536 ids.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from filters.table import FILTERS, Filter
from lang_params.params import ParamsError
from lang_params.params import load as load_params
from pipelines import step_report, storage, tables
from pipelines.verdict import DUPLICATE, ORDER
from pipelines.withhold import REMOVED, digest
from roots.folders import FolderError, unfinished
from roots.own_names import english_name
from roots.pairs import readable
from roots.removals import NOTHING
from roots.removals import read as read_removals
from roots.why import find
from roots.why.facts import Cleaned, Cluster, Contamination, Copy, Cut, Measured, Mix, Origin, Personal, Why
from roots.why.find import Found, Place, Shelf, row_of
from roots.why.stands import Known, mixed

__all__ = ["Why", "explained", "origin", "why", "with_removal"]

MOST_NAMED = 20
"""Documents of one name that are told apart in a message."""

CONTAMINATED = "contamination"
"""The folder of what was found of benchmarks; its module, `pipelines.contamination`, takes a third of a second to
load, and so does the next."""

EXPORTED = "kept"
"""The folder of `roots.export`."""

Row = Mapping[str, Any]


def why(work: str, name: str) -> Why:
    """Everything that a work folder says of the document with an id, an id of its own, an address or a content hash.

    Raises FolderError where there is no such document, or where several have the name: then it lists their ids.
    """
    with readable(work):
        here = find.shelves(work)
        found = find.find(work, name, here)
        if len(found.places) > 1:
            raise FolderError(_several(work, name, found))
        return explained(work, found.places[0], here, found.by)


def with_removal(found: Why, removals: Path) -> Why:
    """What is known of a document, and which line of a recipe's file of removals asks for it to be taken out, if any.

    The content of a record that could not be read is that of all of these, and names none, as for `roots.removals`.
    """
    names = {"id": found.id, "content_hash": found.content_hash, "source": found.origin.uid, "url": found.url}
    if found.content_hash == NOTHING:
        names.pop("content_hash")
    for number, named in enumerate(read_removals(removals), 1):
        gone = found.url_digest and digest(named.get("url", "")) == found.url_digest
        if gone or any(names.get(key) == value for key, value in named.items()):
            said = json.loads(removals.read_text(encoding="utf-8").split("\n")[number - 1])
            date = f", of {said['date']}" if said.get("date") else ""
            reason = str(said.get("reason") or "no reason is given")
            return replace(found, asked=f"{removals.name}, line {number:,}{date}: {reason.rstrip('.')}.")
    return found


def _several(work: str, name: str, found: Found) -> str:
    kind = {"source_id": "the id of its own", "url": "the address", "content_hash": "the content"}[found.by]
    listed = [f"  {_id(place)} of {place.shelf.shard.source}" for place in found.places[:MOST_NAMED]]
    more = [f"  and {len(found.places) - MOST_NAMED:,} more"] if len(found.places) > MOST_NAMED else []
    head = f"{name!r}: is {kind} of {len(found.places):,} documents of {work}; give the id of one:"
    return "\n".join([head, *listed, *more])


def _id(place: Place) -> str:
    return str(row_of(place.shelf.path("measures"), place.row, ["id"])["id"])


def explained(work: str, place: Place, here: Sequence[Shelf], found_by: str = "id") -> Why:
    """Everything that a work folder says of the document at a place; `here` are the folder's shards."""
    shelf = place.shelf
    measured = row_of(shelf.path("measures"), place.row)
    ledger = {} if shelf.ledger is None else row_of(shelf.ledger, place.row)
    stored = _stored(shelf, place.row)
    lost, cause = measured["lost"], ledger.get("dropped_by", measured["lost"])
    lang = measured["lang"]
    content = str(stored.get("content_hash") or "")
    mix = mixed(work, Known(measured["id"], lang, shelf.shard.source, content), passed=bool(ledger) and cause is None)
    return Why(
        id=measured["id"],
        origin=origin(work, shelf.shard.source),
        file=str(shelf.curated["input"]),
        row=place.row,
        number=_number(here, place),
        source_id=stored.get("source_id"),
        url=stored.get("url"),
        lang=lang,
        language=language(lang),
        identified=measured["lang_identified"],
        identified_language=language(measured["lang_identified"]),
        identifier=measured["identifier"],
        in_corpus=shelf.judged is None or lang in shelf.judged.get("limits", {}),
        bytes=measured["bytes"],
        judged=bool(ledger),
        cause=cause,
        reason=measured["reason"] or "",
        signals=measured["signals"] or (),
        harmful_perplexity=measured["harmful_perplexity"],
        measures=tuple(_measures(measured, shelf.judged)),
        cleaned=_cleaned(shelf, measured["id"]),
        cluster=_cluster(here, ledger, shelf.judged),
        personal=_personal(measured["pii"] or (), stored.get("text") or ""),
        cut=_cut(measured, ledger),
        contamination=tuple(_contamination(shelf, place.row)),
        mix=mix,
        exported=_exported(shelf, place.row) if cause is None else None,
        withheld=lost == REMOVED and not stored.get("text") and stored.get("url") is None,
        content_hash=content,
        url_digest=_url_digest(shelf, measured["id"]),
        found_by=found_by,
        notes=tuple(_notes(work, shelf, cause, mix)),
    )


def language(code: str | None) -> str:
    """What a language is called in English: as the parameters call it, else as CLDR does; "" where neither knows it."""
    if not code:
        return ""
    try:
        return load_params(code).language.name
    except ParamsError:
        return english_name(code)


def origin(work: str, uid: str) -> Origin:
    """A source, with what the map of the folder says of it."""
    facts = storage.read_json(storage.join(work, "cards", "map.json"))
    sources = facts.get("sources", ()) if isinstance(facts, dict) else ()
    mine: Row = next((each for each in sources if each["uid"] == uid), {})
    return Origin(uid, *(str(mine.get(key, "")) for key in ("name", "licence", "custodian")))


def _stored(shelf: Shelf, row: int) -> Row:
    """The row of the document itself; empty where its table is not there."""
    path = shelf.path("documents")
    return row_of(path, row) if storage.size(path) is not None else {}


def _number(here: Sequence[Shelf], place: Place) -> int:
    """Which document of its file it is, counted from 1; a file may have been cut into several shards."""
    uid, file, part = _part(place.shelf)
    before = [each.shard.rows for each in here if _part(each)[:2] == (uid, file) and _part(each)[2] < part]
    return sum(before) + place.row + 1


def _part(shelf: Shelf) -> tuple[str, str, list[int]]:
    return shelf.shard.source, shelf.curated["input"], shelf.curated["slice"]


def _url_digest(shelf: Shelf, id: str) -> str:
    """What is left of the address of a removed document; "" of any other."""
    withheld = shelf.curated.get("withheld", {}).get("rows", ())
    return next((url or "" for each, _, url in withheld if each == id), "")


def _measures(row: Row, judged: Row | None) -> Iterator[Measured]:
    """The measures in the order in which filters are applied, each beside the limit in force."""
    said = judged or {}
    limits = said.get("limits", {}).get(row["lang"], {})
    reasons = said.get("not_applied", {}).get(row["lang"], {})
    known = {each.name: each for each in FILTERS}
    measured = any(row[name] is not None for name in ORDER)
    for name in ORDER:
        each = _measure(known[name], row, limits.get(name), reasons)
        yield each if measured or row["lost"] is None else replace(each, passed=None, note=each.note or "not measured")


def _measure(filter_: Filter, row: Row, limit: Row | None, reasons: Any) -> Measured:
    value, name = row[filter_.name], filter_.name
    low, high = (None, None) if limit is None else (limit["min"], limit["max"])
    applied = limit is not None and limit["applied"]
    fails = value is not None and ((low is not None and value < low) or (high is not None and value > high))
    note = ""
    if limit is not None and not applied:
        note = reasons.get(name, "not applied") if isinstance(reasons, Mapping) else "not applied"
    elif applied and name == "language_id" and row["lang_identified"] != row["lang"]:
        fails = True
        other = row["lang_identified"]
        note = "no language was identified" if other is None else f"identified as {language(other) or other}"
    passed = not fails if applied else None
    return Measured(name, filter_.unit, value, low, high, applied, passed, note)


def _cleaned(shelf: Shelf, id: str) -> Cleaned:
    """The chain of the source, and what samples of it say of the document."""
    steps = shelf.curated.get("cleaning", ())
    chain = tuple(str(step["step"]) for step in steps)
    gone = [step["documents"] - step["documents_after"] + step["changed"] for step in steps]
    file = shelf.curated.get("samples", {}).get(step_report.FOLDER, {}).get("file")
    if not file:
        return Cleaned(chain)
    path = storage.join(shelf.work, shelf.shard.source, step_report.FOLDER, file)
    rows = [row_of(path, row, ["name", "new", "reason"]) for row in find.matching(path, "id", id)]
    sampled = tuple((row["name"], _step(row)) for row in rows)
    return Cleaned(chain, sampled, complete=max(gone, default=0) <= step_report.MOST)


def _step(row: Row) -> str:
    reason = f": {row['reason']}" if row["reason"] else ""
    return f"{'removed it' if row['new'] is None else 'changed its text'}{reason}"


def _cluster(here: Sequence[Shelf], ledger: Row, judged: Row | None) -> Cluster | None:
    """The document among its copies; None where it has none, or none were looked for."""
    keep = tuple((judged or {}).get("keep", ()))
    if ledger.get("duplicate_of") is not None:
        other = find.by_id(here, ledger["duplicate_of"])
        source, copies = "", None
        if other is not None:
            source = other.shelf.shard.source
            copies = row_of(other.shelf.ledger, other.row, ["copies"])["copies"] if other.shelf.ledger else None
        repeats = Copy(ledger["duplicate_of"], source, ledger["method"], ledger["similarity"])
        return Cluster(repeats, copies, keep=keep)
    copies = ledger.get("copies")
    if copies is None or ledger.get("dropped_by") is not None:
        return None
    gave_way = tuple(_gave_way(here, ledger["id"])) if copies > 1 else ()
    return Cluster(None, copies, gave_way, keep)


def _gave_way(here: Sequence[Shelf], id: str) -> Iterator[Copy]:
    """The copies that were dropped for a document."""
    for shelf in here:
        if shelf.ledger is not None and any(row[1] == DUPLICATE for row in (shelf.judged or {}).get("counts", ())):
            for row in find.matching(shelf.ledger, "duplicate_of", id):
                said = row_of(shelf.ledger, row, ["id", "method", "similarity"])
                yield Copy(said["id"], shelf.shard.source, said["method"], said["similarity"])


def _personal(spans: Sequence[Row], text: str) -> tuple[Personal, ...]:
    """What was found of personal data, by kind; what is in its place in the stored text says what became of it."""
    found: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for span in spans:
        found[text[span["start"] : span["end"]] == f"PI:{span['tag']}"][span["tag"]] += 1
    return tuple(Personal(tag, found[True][tag], found[False][tag]) for tag in sorted({*found[True], *found[False]}))


def _cut(measured: Row, ledger: Row) -> Cut | None:
    cuts = ledger.get("cuts")
    return Cut(len(cuts), measured["bytes"], ledger["bytes_left"]) if cuts else None


def _contamination(shelf: Shelf, row: int) -> Iterator[Contamination]:
    """The items of benchmarks that the document holds."""
    folder = storage.join(shelf.work, shelf.shard.source, CONTAMINATED)
    for name in storage.names(folder):
        if name.startswith(f"{shelf.shard.stem}.") and name.endswith(".parquet"):
            for hit in tables.read(storage.join(folder, name), where=[("row", "=", row)]).to_pylist():
                yield Contamination(hit["benchmark"], hit["item"], hit["share"])


def _exported(shelf: Shelf, row: int) -> tuple[str, int] | None:
    """The file of `kept/` that holds the document, and the record there; None where none was written."""
    folder = storage.join(shelf.work, shelf.shard.source, EXPORTED)
    manifest = storage.read_json(storage.join(folder, f"{shelf.shard.stem}.json"))
    if not isinstance(manifest, dict) or not manifest["files"]:
        return None
    column, path = ("lost", shelf.path("measures")) if shelf.ledger is None else ("dropped_by", shelf.ledger)
    before = first = 0
    for batch in tables.batches(path, [column]):
        some = batch.column(0).slice(0, row - first)
        before, first = before + some.null_count, first + batch.num_rows
        if first > row:
            break
    name = manifest["files"][0]["file"].rsplit("/", 1)[-1]
    return f"{EXPORTED}/{name}", before + 1


def _notes(work: str, shelf: Shelf, cause: str | None, mix: Mix) -> Iterator[str]:
    """What a reader must know of the folder."""
    if unfinished(work):
        yield "The last run in this folder has not ended: what is said here may be of two runs."
    if shelf.judged is not None and "limits" not in shelf.judged:
        yield "The ledger is of an older version and does not say which limits were in force: judge again, roots build."
    if cause is not None and mix.stands:
        yield "The mix was made before this verdict and still holds the document: roots mix makes it anew."
    if mix.times and len(mix.stands) < mix.times:
        yield "The mix was made before this verdict and does not hold the document: roots mix makes it anew."
    if mix.times == 0 and mix.stands:
        yield "The files of the mix hold the document, and its plan does not: roots verify says what is wrong."
