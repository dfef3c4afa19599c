"""Audits: a sheet of documents that a speaker of the language labels, and what the labels say of the filters.

`roots.audit.draw` draws, `roots.audit.sheet` and `roots.audit.page` write and read, `roots.audit.results` estimates,
`roots.audit.record` remembers. Nothing but the folder `audits` of the work folder is written there.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.table import Table

from lang_params.files import APART
from lang_params.params import LangParams, load
from pipelines import storage
from pipelines.counted import several
from roots import named
from roots.audit import draw as audit_draw
from roots.audit import page as audit_page
from roots.audit import record, text
from roots.audit import sheet as audit_sheet
from roots.audit.draw import Wanted
from roots.audit.record import AuditError, Draw
from roots.audit.results import results
from roots.audit.sheet import Labelled
from roots.folders import opened, unfinished
from roots.look import console
from roots.visible import line


@dataclass(frozen=True)
class Files:
    """Where a draw is written: a sheet, a page, or both; and what stands between the cells of the sheet."""

    sheet: str | None = None
    page: str | None = None
    separator: str = ","


@dataclass(frozen=True)
class Asked:
    """What the command was asked: see its options."""

    sheet: str | None
    page: str | None
    labelled: str | None
    by: str
    number: int
    seed: int
    also: tuple[str, ...]
    hidden: bool
    separator: str
    as_json: bool
    lang_params: Path | None = None


def command(work: str, lang: str, asked: Asked) -> None:
    """Draw, or read, or show what was read last. Raises AuditError, FolderError and RunError."""
    drawing = asked.sheet is not None or asked.page is not None
    if drawing and asked.labelled is not None:
        raise AuditError(
            f"--read {asked.labelled}: reads labels, and --sheet and --html draw documents; give one or other"
        )
    if asked.by and asked.labelled is None:
        raise AuditError(f"--by {asked.by}: names who gave the labels; give it with --read")
    if drawing:
        wanted = Wanted(lang, asked.number, asked.seed, tuple(sorted(set(asked.also))), asked.hidden)
        draw(work, wanted, load(lang, asked.lang_params), Files(asked.sheet, asked.page, asked.separator))
        return
    done = last(work, lang) if asked.labelled is None else read(work, lang, asked.labelled, asked.by)
    show(work, lang, done, as_json=asked.as_json)


def draw(work: str, wanted: Wanted, params: LangParams, files: Files) -> Draw:
    """Draw documents of a language, and write them for a speaker. A file that is there already is not written over, for
    it may hold labels. Raises AuditError, FolderError and RunError."""
    for path in (files.sheet, files.page):
        if path is not None and storage.size(path) is not None:
            raise AuditError(f"{path}: is there already, perhaps with labels in it; choose another name, or move it")
    drawn = audit_draw.draw(work, wanted)
    texts = audit_draw.texts(drawn, params)
    rows = [(id, texts[id]) for id in drawn.order()]
    language = params.language.name
    record.save(work, wanted.lang, _known(work, wanted.lang, drawn.draw))
    if files.sheet is not None:
        says = audit_sheet.instructions(language, len(rows))
        storage.write_bytes(files.sheet, audit_sheet.write(rows, says, files.separator))
    if files.page is not None:
        bcp47 = "" if params.code in APART else params.language.bcp47
        file = f"{Path(files.page).stem}.csv"
        page = audit_page.page(rows, drawn.draw.key, language=language, bcp47=bcp47, file=file)
        storage.write_bytes(files.page, page)
    _say(work, drawn, wanted, files)
    return drawn.draw


def _known(work: str, lang: str, made: Draw) -> Draw:
    """The same draw as it was remembered, with the labels that were read for it."""
    return next((each for each in record.draws(work, lang) if each.key == made.key), made)


def _say(work: str, drawn: audit_draw.Drawn, wanted: Wanted, files: Files) -> None:
    if unfinished(work):
        click.echo("warning: the last run in this folder has not ended; what is drawn may be of two runs", err=True)
    both = named.both(wanted.lang, named.languages())
    click.echo(f"{both}: {text.drawn(drawn.draw)}")
    if len(drawn.draw.ids) < wanted.number:
        click.echo(f"these are all that there are; {wanted.number:,} were asked for")
    for uid, reason in sorted(drawn.reasons.items()):
        click.echo(f"left out: {uid}: {reason}")
    for what, path in (("sheet", files.sheet), ("page", files.page)):
        if path is not None:
            click.echo(f"{what}: {path}")
    click.echo("it holds texts: give it only to the speaker, and delete it when it is read")
    sheet = files.sheet or "the sheet that the page downloads"
    click.echo(f"next: when it is labelled, roots audit {work} --lang {wanted.lang} --read {sheet}")


def read(work: str, lang: str, path: str, by: str = "") -> Draw:
    """Take a labelled sheet in: estimate, and remember labels and results. Raises AuditError, FolderError, RunError."""
    opened(work)
    rows = audit_sheet.read(path)
    found = _matching(work, lang, path, rows)
    labels = {row.id: row.label for row in rows if row.label}
    if not labels:
        raise AuditError(f"{path}: holds no label yet; write into the column label: {audit_sheet.ALLOWED}")
    standing, limits = audit_draw.standing(work, lang, found.ids, found.hidden)
    said = Counter(labels.values())
    result = results(found.strata, labels, standing.strata, standing.documents)
    told = {
        "by": line(by),
        "labels": labels,
        "limits": limits,
        "unsure": said["unsure"],
        "unlabelled": len(found.ids) - len(labels),
        **result.facts(),
    }
    done = replace(found, results=json.loads(json.dumps(told)))
    record.save(work, lang, done)
    return done


def _matching(work: str, lang: str, path: str, rows: Sequence[Labelled]) -> Draw:
    """The draw of a sheet: the last that has all its ids; of several rather one that has no other."""
    both = named.both(lang, named.languages())
    known = record.draws(work, lang)
    if not known:
        raise AuditError(
            f"{path}: no sheet was drawn in {both} from {work}; roots audit {work} --lang {lang} --sheet FILE draws one"
        )
    ids = {row.id for row in rows}
    whole = [each for each in known if ids <= each.ids]
    if not whole:
        nearest = max(known, key=lambda each: len(ids & each.ids))
        row = next(row for row in rows if row.id not in nearest.ids)
        raise AuditError(
            f"{path}: row {row.row}: id {audit_sheet.called(row.id)}: is not of a document that was "
            f"drawn in {both} from {work}; a sheet holds only rows that roots audit --sheet wrote for this language "
            "and folder"
        )
    return next((each for each in reversed(whole) if each.ids == ids), whole[-1])


def show(work: str, lang: str, done: Draw, *, as_json: bool = False) -> None:
    """Print the results of a draw that was read, as a table or as JSON."""
    found = done.results or {}
    if as_json:
        click.echo(json.dumps({"lang": lang, "seed": done.seed, **found}, ensure_ascii=False, indent=1, sort_keys=True))
        return
    names = named.languages()
    table = Table(title=f"Audit of {named.both(lang, names)}")
    for place, header in enumerate(text.HEADER):
        table.add_column(header, justify="right" if place else "left")
    for row in text.rows(found):
        table.add_row(*(f"{cell:,}" if isinstance(cell, int) else cell for cell in row))
    console().print(table)
    click.echo("\n".join([*text.sentences(found), text.MEANT]))
    if text.changed(done.limits, found["limits"]):
        changes = "; ".join(text.changed(done.limits, found["limits"]))
        click.echo(f"Limits have changed since the sheet was drawn: {changes}. Verdicts are those in force now.")
    click.echo(f"remembered in {record.path(work, lang)}; the next roots build writes it into the cards")


def last(work: str, lang: str) -> Draw:
    """The last draw of a language of which a sheet was read. Raises AuditError where there is none."""
    opened(work)
    found = record.latest(work, [lang]).get(lang)
    if found is None:
        waiting, both = several(len(record.draws(work, lang)), "sheet"), named.both(lang, named.languages())
        raise AuditError(
            f"{work}: no labels in {both} were read yet, {waiting} drawn; give --sheet FILE or --html FILE to draw "
            "documents, --read FILE to read labels"
        )
    return found
