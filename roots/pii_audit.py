"""Redactions in context for a reader: what was taken out of texts or marked in them, counted by kind, and a sample.

Only stored tables are read, and nothing is written. Around a redaction the text is masked too: whatever either engine
takes for personal data, and every digit, for a reader may only find there what the rules missed. Spans are drawn by a
hash of the seed, the document and the place, so that neither shards nor workers change the sample. Memory is that of a
row group and of the sample.
"""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from filters.pii_kinds import KINDS
from pipelines import storage, tables
from pipelines.run import RunError
from pipelines.shards import Shard, shards_of
from roots import named
from roots.excerpts import everywhere
from roots.folders import FolderError, manifests, opened, unfinished
from roots.look import console
from roots.visible import line

AROUND = 60
"""Code points on either side of a span that are shown."""

READ = 4 * AROUND
"""Code points on either side that are looked at, so that personal data stands there whole."""

FAULTS = (OSError, ValueError)  # pyarrow's own faults are among them
"""What is raised for a table that is missing or damaged."""


@dataclass(frozen=True)
class Wanted:
    """Which spans: of documents in a language, of a source, of a kind; how many of them; the seed by which they are
    drawn."""

    lang: str | None = None
    source: str | None = None
    kind: str | None = None
    sample: int = 20
    seed: int = 0


@dataclass(frozen=True)
class Seen:
    """A span in its context: `before` and `after` are the stored text around it, `READ` code points of each at most;
    `held` is what stands there where it was only marked, "" where it was redacted.

    `input` is the name of the file that the document was read from, and `slice` the part of it, and of how many.
    """

    kind: str
    source: str
    lang: str | None
    id: str
    before: str
    held: str
    after: str
    input: str
    slice: tuple[int, int]


@dataclass
class Audit:
    """Spans counted by kind, redacted and marked; documents that hold some, and that a kind drops; the sample."""

    redacted: Counter[str] = field(default_factory=Counter)
    marked: Counter[str] = field(default_factory=Counter)
    documents: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    looked_at: int = 0
    sample: Sequence[Seen] = ()


def audit(work: str, wanted: Wanted) -> Audit:
    """Count the spans of a work folder, and draw a sample of them. Raises FolderError and RunError."""
    opened(work)
    found = {uid: shards for uid in storage.names(work) if (shards := manifests(work, uid, "documents"))}
    if not found:
        raise FolderError(f"{work}: no documents are there; roots build, filter and redact write them")
    if wanted.source is not None and wanted.source not in found:
        raise FolderError(f"{work}: no source {wanted.source!r}; there are: {', '.join(found)}")
    result = Audit()
    drawn: list[tuple[int, int, Seen]] = []
    for uid, given in found.items():
        for manifest in sorted(given, key=lambda each: (each["input"], each["slice"])):
            if wanted.source in (None, uid) and "redact" in manifest.get("stages", ["redact"]):
                _read(work, manifest, wanted, result, drawn)
    result.sample = [seen for _, _, seen in sorted(drawn, key=lambda each: each[:2], reverse=True)]
    return result


def _read(
    work: str, manifest: Mapping[str, Any], wanted: Wanted, result: Audit, drawn: list[tuple[int, int, Seen]]
) -> None:
    """Count the spans of a shard, and put those into the heap that come before what it holds."""
    (shard,) = shards_of([manifest])
    place = (str(manifest["input"]), (int(manifest["slice"][0]), int(manifest["slice"][1])))
    for row in _rows(work, shard):
        if wanted.lang not in (None, row["lang"]):
            continue
        result.looked_at += 1
        if (row["lost"] or "").startswith("pii:"):
            result.dropped[row["lost"].removeprefix("pii:")] += 1
        spans = [span for span in row["pii"] or () if wanted.kind in (None, span["tag"])]
        result.documents.update({span["tag"] for span in spans})
        for span in spans:
            held = row["text"][span["start"] : span["end"]]
            marked = held != f"PI:{span['tag']}"
            (result.marked if marked else result.redacted)[span["tag"]] += 1
            rank = _rank(wanted.seed, row["id"], span["start"])
            if wanted.sample and (len(drawn) < wanted.sample or -rank > drawn[0][0]):
                seen = _seen(row, span, held if marked else "", (shard.source, *place))
                put = heapq.heappush if len(drawn) < wanted.sample else heapq.heapreplace
                put(drawn, (-rank, -span["start"], seen))


def _rows(work: str, shard: Shard) -> Iterator[dict[str, Any]]:
    """Id, text, language, cause of loss and spans of each document of a shard. Raises RunError naming a bad table."""
    documents, measures = (shard.path(work, name) for name in ("documents", "measures"))
    columns = (documents, ["id", "text"]), (measures, ["lang", "lost", "pii"])
    try:
        for texts, beside in tables.together(*columns):
            has = [bool(spans) for spans in beside.column("pii").to_pylist()]
            for row, spans in enumerate(has):
                told = {name: beside.column(name)[row].as_py() for name in ("lang", "lost", "pii")}
                yield {name: texts.column(name)[row].as_py() if spans else "" for name in ("id", "text")} | told
    except FAULTS as error:
        raise RunError(
            f"{documents}: this table or that of measures cannot be read ({type(error).__name__}); remove it and "
            "run the build again, which makes it anew"
        ) from None


def _rank(seed: int, id: str, start: int) -> int:
    return int.from_bytes(blake2b(f"{seed} {id} {start}".encode(), digest_size=8).digest())


def _seen(row: Mapping[str, Any], span: Mapping[str, Any], held: str, place: tuple[str, str, tuple[int, int]]) -> Seen:
    text, start, end = row["text"], span["start"], span["end"]
    before, after = text[max(0, start - READ) : start], text[end : end + READ]
    return Seen(span["tag"], place[0], row["lang"], row["id"], before, held, after, place[1], place[2])


def masked(text: str) -> str:
    """A piece of text in which either engine's personal data, words with an at-sign, and digits cannot be read.

    >>> masked("Wasiliana na PI:EMAIL au 0712 345 678, 12 Mei, mtu@"), masked("عمره ٣٤")
    ('Wasiliana na PI:EMAIL au PI:PHONE, ## Mei, …@…', 'عمره ##')
    """
    from filters import pii_engines

    clean = pii_engines.redact(text, everywhere())[0]
    words = ("…@…" if "@" in word else word for word in clean.split(" "))
    return "".join("#" if character.isdecimal() else character for character in " ".join(words))


def show(work: str, wanted: Wanted, catalogue: str | None = None, *, reveal: bool = False) -> None:
    """Print counts by kind and the sample; with `reveal` the text as it stands, and what the source's file holds."""
    if reveal and catalogue is None:
        raise FolderError("--reveal reads the sources' own files: say with --catalogue where their entries are")
    found = audit(work, wanted)
    if unfinished(work):
        click.echo("warning: the last run in this folder has not ended; what is shown may be of two runs", err=True)
    originals = _originals(found.sample, catalogue) if reveal else ["" for _ in found.sample]
    names = named.languages()
    for number, (seen, original) in enumerate(zip(found.sample, originals, strict=True), 1):
        for text in shown(number, seen, named.both(seen.lang, names), original if reveal else None):
            console().print(text)
    if found.redacted or found.marked or found.dropped:
        console().print(counted(found))
    click.echo(summary(found))


def _originals(sample: Sequence[Seen], catalogue: str | None) -> list[str]:
    from roots.pii_reveal import originals

    return originals(sample, catalogue or "")


def shown(number: int, seen: Seen, lang: str, original: str | None) -> Iterator[Text]:
    """The lines of a span: what and where it is; the context, masked unless `original` is there; the original."""
    what = "marked" if seen.held else "redacted"
    yield Text(f"{number}. {seen.kind}, {what}: {line(seen.source)}, {line(lang)}, {seen.id}", style="bold")
    if original is None:
        before, held, after = masked(seen.before)[-AROUND:], "", masked(seen.after)[:AROUND]
    else:
        before, held, after = seen.before[-AROUND:], seen.held, seen.after[:AROUND]
    place = (f"[{line(held) or f'PI:{seen.kind}'}]", "bold red")
    yield Text.assemble("   ", line(before), " ", place, " ", line(after))
    if original is not None and not seen.held:
        yield Text(f"   original: {line(original)}")


def counted(found: Audit) -> Table:
    """The counts as a table: spans redacted and marked, and documents, by kind."""
    table = Table(title="Personal data")
    for header in ("kind", "redacted", "marked", "documents with it", "documents dropped"):
        table.add_column(header, justify="left" if header == "kind" else "right")
    for kind in KINDS:
        numbers = [found.redacted[kind], found.marked[kind], found.documents[kind], found.dropped[kind]]
        if any(numbers):
            table.add_row(kind, *(f"{number:,}" for number in numbers))
    return table


def summary(found: Audit) -> str:
    """How much was looked at, and what came of it, in a line.

    >>> summary(Audit(Counter(PHONE=3), Counter(IBAN=1), looked_at=10))
    '10 documents: 3 spans redacted, 1 marked; 0 shown'
    """
    return (
        f"{found.looked_at:,} documents: {found.redacted.total():,} spans redacted, {found.marked.total():,} marked; "
        f"{len(found.sample):,} shown"
    )
