"""What sources, or languages, have in common: a table in the terminal, a CSV file, a picture."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from pipelines import storage
from pipelines.overlap import By, shared, sizes
from roots import named
from roots.folders import FolderError, unfinished
from roots.look import console
from roots.overlap_picture import Line, megabytes, png, svg
from roots.pairs import clusters, dedup_command, readable, shards
from roots.visible import line

MATRIX = 6
"""So many sources are shown as a matrix where there is room; of more, the largest overlaps are listed."""

COLUMN = 19
"""Characters that a column of the matrix takes."""

LARGEST = 30
"""Overlaps that are listed in a terminal."""

NOT_COMPARED = {
    ("source", "source"): "copies were looked for within each source only: what sources share is not known",
    ("language", "language"): "copies were looked for within each language only: what languages share is not known",
    ("source", "language"): "copies were looked for within each source only: those of two sources were not compared",
    ("language", "source"): "copies were looked for within each language only: those in two were not compared",
}
"""What is said of the scope of deduplication, by the scope and by what is compared here."""

ACROSS = 'with scope = "all" in the recipe\'s [dedup] they are looked for everywhere'


@dataclass(frozen=True)
class Overlap:
    """What a work folder's sources, or languages, have in common: `lines` by their names, those of nothing left out.

    `names` are those of people by uid or code; `note` says what was not compared, empty where everything was.
    """

    by: By
    lines: Sequence[Line]
    names: Mapping[str, str]
    note: str = ""

    def keys(self) -> list[str]:
        """The uids or codes of which there is a line, sorted."""
        return sorted({key for each in self.lines for key in (each.source, each.other)})

    def label(self, key: str) -> str:
        """A uid or code with its name."""
        return line(key) if key not in self.names else named.both(key, self.names)


def show(work: str, by: By, *, picture: str | None, table: str | None) -> None:
    """Print what sources or languages have in common; write it as a picture and as a CSV file where these are named."""
    if picture is not None and not picture.endswith((".svg", ".png")):
        raise FolderError(f"{picture}: a picture is .svg or .png; choose one of these names")
    with readable(work):
        found = overlap(work, by)
    if unfinished(work):
        click.echo("warning: the last run in this folder has not ended; the figures may be of two runs", err=True)
    if found.lines:
        console().print(matrix(found) if _fits(found) else largest(found))
    click.echo("\n".join(remarks(found)))
    if table is not None:
        storage.write_bytes(table, as_csv(found).encode())
        click.echo(table)
    if picture is not None:
        drawn = svg(found.by, found.keys(), found.lines, label=found.label, note=found.note)
        storage.write_bytes(picture, png(drawn) if picture.endswith(".png") else drawn.encode())
        click.echo(picture)


def overlap(work: str, by: By) -> Overlap:
    """Work out the overlap of a work folder. Raises FolderError where no copies were looked for."""
    path, manifest = clusters(work)
    there = shards(work)
    rows = sum(shard.rows for shard in there)
    if manifest.get("rows", rows) != rows:
        raise FolderError(f"{work}: was read anew since copies were looked for in it; {dedup_command(work)} anew")
    found = shared(work, there, path, by=by)
    whole = {row["source"]: row for row in sizes(work, there, by=by).to_pylist()}
    lines = [
        Line(**row, all_documents=whole[row["source"]]["documents"], all_bytes=whole[row["source"]]["bytes"])
        for row in found.to_pylist()
    ]
    names = named.sources(work, sorted(whole)) if by == "source" else {**named.languages(), "": named.NOT_KNOWN}
    return Overlap(by, lines, names, NOT_COMPARED.get((manifest.get("scope", "all"), by), ""))


def _fits(found: Overlap) -> bool:
    """Whether there is room for a matrix."""
    return len(found.keys()) <= MATRIX and console().width >= COLUMN * (len(found.keys()) + 1)


def remarks(found: Overlap) -> list[str]:
    """What is to be said beside the table: what was not compared, and what is left out of it."""
    said = [f"{found.note}; {ACROSS}"] if found.note else []
    if not found.lines:
        return [*said, "no document has a copy"]
    left = len(found.lines) - LARGEST
    if left > 0 and not _fits(found):
        said.append(f"{left:,} smaller overlaps are left out; --csv FILE has all")
    return [*said, "copies are counted before filters and verdicts; roots duplicates shows texts"]


def matrix(found: Overlap) -> Table:
    """Each source by each: of the one at the left, what has a copy in the one above."""
    table = Table(title=f"of each {found.by}, what has a copy in …", show_lines=True)
    table.add_column(found.by, overflow="fold")
    keys = found.keys()
    lines = {(each.source, each.other): each for each in found.lines}
    for key in keys:
        head = key if found.by == "source" else found.label(key)
        table.add_column(Text(head), justify="right", overflow="fold")
    for one in keys:
        cells = [lines[one, other].told() if (one, other) in lines else "·" for other in keys]
        whole = next((each for each in found.lines if each.source == one), None)
        head = found.label(one)
        if whole is not None:
            head += f"\n{whole.all_documents:,} documents, {megabytes(whole.all_bytes)} MB"
        table.add_row(*map(Text, (head, *cells)))
    return table


def largest(found: Overlap) -> Table:
    """The overlaps with the most bytes, a line each."""
    table = Table(title=f"of each {found.by}, what has a copy in another: the largest overlaps")
    for place, header in enumerate((found.by, "has a copy in", "documents", "of all", "MB", "of all")):
        table.add_column(header, justify="left" if place < 2 else "right", overflow="fold")
    ordered = sorted(found.lines, key=lambda each: (-each.bytes, -each.documents, each.source, each.other))
    for each in ordered[:LARGEST]:
        other = "itself" if each.source == each.other else found.label(each.other)
        shares = f"{each.share_of_documents:.1%}", f"{each.share:.1%}"
        cells = (found.label(each.source), other, f"{each.documents:,}", shares[0], megabytes(each.bytes), shares[1])
        table.add_row(*map(Text, cells))
    return table


def as_csv(found: Overlap) -> str:
    """All lines as CSV, with a header."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\n")
    header: tuple[Any, ...] = (found.by, "other", "documents", "bytes", "all_documents", "all_bytes")
    writer.writerow(header)
    for each in found.lines:
        row = (each.source, each.other, each.documents, each.bytes, each.all_documents, each.all_bytes)
        writer.writerow(row)
    return target.getvalue()
