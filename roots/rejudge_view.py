"""What judging again prints: limits before and after, documents that came in and went out, and by what."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import click
from rich.markup import escape
from rich.table import Table

from pipelines import storage
from pipelines.counted import several
from pipelines.progress import megabytes
from pipelines.verdict import DUPLICATE
from roots import named
from roots.limit_words import let_through
from roots.look import console
from roots.rejudge import InForce, Rejudged
from roots.verdict_changes import Change

Way = Literal["in", "out", "other"]


def show(done: Rejudged) -> None:
    """Print what changed; one line where nothing did."""
    for line in _held(done):
        click.echo(line)
    if not done.anything:
        click.echo("nothing changed: the verdicts are those that these limits give")
        return
    limits = list(done.limits())
    if limits:
        console().print(_limits(done, limits))
    else:
        click.echo("no limit changed of a language of which there are documents; something else decides verdicts anew")
    if done.unknown:
        click.echo(
            f"look at this: {several(done.unknown, 'shard')} could not be compared, for a run that was killed had "
            "removed the old verdicts; what is said of single documents is of the others",
            err=True,
        )
    console().print(_documents(done))
    for line in _copies(done.changes):
        click.echo(line)


def after(done: Rejudged, work: str) -> None:
    """Print what is still that of before, and the command that brings it up to date."""
    if done.anything and "corpus" in storage.names(work):
        click.echo(f"corpus/, cards/ and tokens/ are those of before: {done.command} brings them up to date")


def _limits(done: Rejudged, limits: Sequence[tuple[str, str, Mapping[str, Any], Mapping[str, Any]]]) -> Table:
    table = Table(title="Limits")
    for header in ("language", "filter", "before", "now"):
        table.add_column(header)
    for code, name, was, now in limits:
        table.add_row(*map(escape, (_name(done, code), name, let_through(was), let_through(now))))
    return table


def _documents(done: Rejudged) -> Table:
    """A row for each language in which anything changed, then for each cause that documents came from or went to."""
    table = Table(title="Documents")
    table.add_column("language")
    for header in ("kept before", "kept now", "newly kept", "newly dropped"):
        table.add_column(header, justify="right")
    for lang in _languages(done):
        mine = [change for change in done.changes if change.lang == lang]
        kept = [_cell(*_kept(state, lang)) for state in (done.before, done.after)]
        table.add_row(escape(_name(done, lang)), *kept, *(_sum(mine, way) for way in ("in", "out")))
        for cause, way, documents, size in _by_cause(mine):
            cell = _cell(documents, size)
            where = ["", "", cell, ""] if way == "in" else ["", "", "", cell] if way == "out" else ["", "", "", ""]
            table.add_row(escape(f"  {cause}"), *where)
    return table


def _by_cause(changes: Sequence[Change]) -> Iterator[tuple[str, Way, int, int]]:
    for way, word in (("in", "were dropped by"), ("out", "are dropped by")):
        for change in changes:
            if _way(change) == way:
                yield f"{word} {change.before if way == 'in' else change.after}", way, change.documents, change.bytes


def _way(change: Change) -> Way:
    if change.after is None:
        return "in"
    return "out" if change.before is None else "other"


def _sum(changes: Sequence[Change], way: Way) -> str:
    mine = [change for change in changes if _way(change) == way]
    return _cell(sum(change.documents for change in mine), sum(change.bytes for change in mine))


def _cell(documents: int, size: int) -> str:
    return f"{documents:,} ({megabytes(size)})" if documents else "·"


def _kept(state: InForce, lang: str | None) -> tuple[int, int]:
    rows = [row for row in state.counts if row[0] == lang and row[1] is None]
    return sum(row[2] for row in rows), sum(row[3] for row in rows)


def _languages(done: Rejudged) -> list[str | None]:
    """The languages in which a limit or a document changed, sorted; documents of no known language last."""
    found = {change.lang for change in done.changes} | {code for code, *_ in done.limits()}
    found |= {lang for lang, cause, *_ in done.after.counts if _kept(done.before, lang) != _kept(done.after, lang)}
    return sorted(found, key=lambda lang: (lang is None, lang or ""))


def _copies(changes: Sequence[Change]) -> list[str]:
    """What is said of copies, and of documents that something else drops than before."""
    stays = sum(change.documents for change in changes if change.before == DUPLICATE and change.after is None)
    gives = sum(change.documents for change in changes if change.before is None and change.after == DUPLICATE)
    others = sum(change.documents for change in changes if _way(change) == "other")
    lines = []
    if stays:
        lines.append(f"{several(stays, 'copy')} took the place of one that was kept and is not kept now")
    if gives:
        lines.append(f"{several(gives, 'document')} gave way to a copy that is kept now in the place of it")
    if others:
        lines.append(f"{several(others, 'document')} stayed out, dropped by something else than before")
    return lines


def _held(done: Rejudged) -> list[str]:
    """The languages whose limits stay as they were though the parameters say others."""
    if not done.held:
        return []
    shown = ", ".join(_name(done, code) for code in done.held)
    return [f"not asked for, and as before though the parameters have other limits: {shown}; roots build takes them"]


def _name(done: Rejudged, lang: str | None) -> str:
    return named.both(lang, done.names)
