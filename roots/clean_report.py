"""What cleaning did, for the reader: a table of the steps of each source, and samples with old and new side by side."""

import unicodedata
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from pipelines import storage, tables
from pipelines.step_report import COUNTS, FOLDER, SHOWN, SKIPPED, Report
from roots.folders import FolderError, manifests, opened, unfinished
from roots.look import console

NEARLY_ALL = 0.9
"""A step that takes more than this share of the documents or of the bytes is pointed out."""

Counts = Mapping[str, Any]
"""The counts of a step, as a manifest has them."""


def steps(shards: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The counts of each step of a source's chain, summed over the manifests of its shards; none without a chain."""
    found: list[dict[str, Any]] = []
    for shard in shards:
        mine = shard.get("cleaning", [])
        found = found or [{"step": each["step"], **dict.fromkeys(COUNTS, 0)} for each in mine]
        for whole, each in zip(found, mine, strict=True):
            for name in COUNTS:
                whole[name] += each[name]
    return found


def show(work: str, source: str | None, step: str | None, samples: int) -> None:
    """Print the steps of all sources of a work folder, or of one, and so many samples of each step."""
    opened(work)
    found = {
        uid: shards
        for uid in storage.names(work)
        if (shards := [each for each in manifests(work, uid, "documents") if each.get("cleaning")])
    }
    _check(work, found, source, step)
    if unfinished(work):
        click.echo("warning: the last run in this folder has not ended; the figures may be of two runs", err=True)
    for uid, shards in found.items():
        if source in (None, uid):
            counts = steps(shards)
            console().print(_table(uid, counts, step))
            for name in storage.names(storage.join(work, uid, SKIPPED)):
                if name.endswith(".parquet"):
                    click.echo(f"common lines that were taken out: {storage.join(work, uid, SKIPPED, name)}")
            for doubt in doubts(counts):
                click.echo(f"look at this: {uid}: {doubt}", err=True)
            if samples:
                _samples(work, uid, shards, step, samples)


def _check(work: str, found: Mapping[str, Any], source: str | None, step: str | None) -> None:
    """Refuse a folder, a source or a step of which there is nothing to say."""
    if not found:
        raise FolderError(f"{work}: no source of this folder has cleaning steps; roots build writes what they did")
    if source is not None and source not in found:
        raise FolderError(f"{work}: no cleaned source {source!r}; there are: {', '.join(found)}")
    shards = [each for uid, shards in found.items() if source in (None, uid) for each in shards]
    known = sorted({each["step"] for shard in shards for each in shard["cleaning"]})
    if step is not None and step not in known:
        raise FolderError(f"{work}: no step {step!r}; there are: {', '.join(known)}")


def doubts(counts: Sequence[Counts]) -> list[str]:
    """The steps that a person should look at, in plain words: those that did nothing, and those that took nearly all.

    >>> doubts([{"step": "a", "documents": 9, "documents_after": 9, "bytes": 90, "bytes_after": 90, "changed": 0}])
    ['nothing was done by a']
    """
    found, idle = [], []
    for step in counts:
        before, after = step["documents"], step["documents_after"]
        if not before:
            continue
        if before == after and not step["changed"]:
            idle.append(step["step"])
        elif _share(before, after) > NEARLY_ALL or _share(step["bytes"], step["bytes_after"]) > NEARLY_ALL:
            found.append(
                f"{step['step']} leaves {after:,} of {before:,} documents, "
                f"{step['bytes_after']:,} of {step['bytes']:,} bytes"
            )
    return [*found, f"nothing was done by {', '.join(idle)}"] if idle else found


def _share(before: int, after: int) -> float:
    """Which share was taken."""
    return (before - after) / before if before else 0.0


def _table(uid: str, counts: Sequence[Counts], only: str | None) -> Table:
    table = Table(title=uid)
    headers = ("", "step", "documents", "after", "removed", "texts changed", "bytes", "after", "removed")
    for place, header in enumerate(headers):
        table.add_column(header, justify="left" if place == 1 else "right", overflow="fold")
    for place, step in enumerate(counts):
        if only in (None, step["step"]):
            cells: list[str] = [str(place + 1), step["step"]]
            for name in ("documents", "bytes"):
                before, after = step[name], step[f"{name}_after"]
                changed = [f"{step['changed']:,}"] if name == "documents" else []
                cells += [f"{before:,}", f"{after:,}", f"{_share(before, after):.2%}", *changed]
            table.add_row(*(Text(cell) for cell in cells))
    return table


def _samples(work: str, uid: str, shards: Sequence[Mapping[str, Any]], only: str | None, most: int) -> None:
    """Print samples of each step: of those of all shards the first."""
    whole = Report([each["step"] for each in shards[0]["cleaning"]], None)
    for shard in shards:
        path = storage.join(work, uid, FOLDER, shard["samples"][FOLDER]["file"])
        whole.add_samples(tables.read(path).to_pylist())
    printed: dict[int, int] = {}
    for row in whole.rows():
        printed[row["step"]] = printed.get(row["step"], 0) + 1
        if only in (None, row["name"]) and printed[row["step"]] <= most:
            console().print(side_by_side(row))


def side_by_side(sample: Mapping[str, Any]) -> Table:
    """A sample as a table: the old text on the left and the new on the right, line by line.

    Lines that went have a minus before them, lines that came a plus. Control characters are shown as their code, so
    that a text cannot steer the terminal; all else is left as it is, marks and directions of writing too.
    """
    place = f", from character {sample['start']:,}" if sample["start"] else ""
    reason = f": {sample['reason']}" if sample["reason"] else ""
    table = Table(title=Text(f"{sample['step'] + 1} {sample['name']}{reason}"), caption=Text(f"{sample['id']}{place}"))
    table.add_column("old", ratio=1, overflow="fold")
    table.add_column("new", ratio=1, overflow="fold")
    if sample["new"] is None:
        table.add_row(_lines(sample["old"].split("\n"), "  "), Text("removed", "red"))
        return table
    old, new = sample["old"].split("\n"), sample["new"].split("\n")
    for kind, start, end, other, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left, right = ("  ", "  ") if kind == "equal" else ("- ", "+ ")
        table.add_row(_lines(old[start:end], left), _lines(new[other:last], right))
    if max(len(sample["old"]), len(sample["new"])) == SHOWN:
        table.add_row(Text("...", "dim"), Text("...", "dim"))
    return table


_STYLES = {"- ": "red", "+ ": "green"}


def _lines(lines: Sequence[str], mark: str) -> Text:
    return Text("\n".join(f"{mark}{plain(line)}" for line in lines), _STYLES.get(mark, ""))


def plain(text: str) -> str:
    """A text with its control characters as codes.

    >>> plain("\\x1b[2Jكتاب\\tẹ̀kọ́")
    '\\\\x1b[2Jكتاب\\\\x09ẹ̀kọ́'
    """
    return "".join(f"\\x{ord(each):02x}" if unicodedata.category(each) == "Cc" else each for each in text)
