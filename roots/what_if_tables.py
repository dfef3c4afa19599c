"""What a trial would do, as tables for a terminal and a notebook, and the command that prints them.

Of one language a row for each filter, of several a row for each language, those that lose most first.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lang_params.settings import Setting
from pipelines.counted import percent, several
from pipelines.verdict import ORDER
from roots.cards.tables import interval
from roots.proposal import Begun, in_force_by, proposed
from roots.what_if import UNITS, WhatIf

if TYPE_CHECKING:
    import rich.table
    from rich.console import Console

    from roots.inspect import Corpus

COPIES = (
    "Copies: whether a document that newly passes is one, and which copy stays where the kept one goes, is decided by "
    "roots judge."
)

EXPLAINED = (
    "alone: what the filter drops by itself; only: what no other filter drops; chain: what it drops being the first "
    "that fails; change: of the chain, against the limits in force."
)

WIDTH = 140
"""Columns of a text that is made for no terminal."""

SPARED = (
    *("unit", "bytes kept now", "bytes kept", "bytes", "measured", "languages", "alone %", "kept now", "only", "now"),
    *("documents", "alone"),
)
"""Columns that are left out, in this order, where a terminal is narrower than the table."""

FORMATS = {"min": "{:,.6g}", "max": "{:,.6g}"}


def limit(low: Any, high: Any) -> str:
    """An interval in one cell; NaN, as tables have it, is no bound.

    >>> limit(5, None), limit(None, float("nan"))
    ('≥ 5', 'everything')
    """
    least, most = (None if end is None or end != end else end for end in (low, high))
    return interval(Setting(min=least, max=most))


def views(found: WhatIf) -> "Iterator[rich.table.Table]":
    """The tables for a terminal: of one language filters and totals, of several languages and filters."""
    if len(found.total) == 1:
        yield _filters(found)
    else:
        yield _languages(found)
        yield _summed(found)


def fitted(view: "rich.table.Table", screen: "Console") -> list[str]:
    """Take columns out of a table until it fits on a screen; their titles."""
    from rich.measure import Measurement

    gone: list[str] = []
    for title in SPARED:
        if Measurement.get(screen, screen.options.update(width=10_000), view).maximum <= screen.width:
            break
        gone += [title for column in view.columns if column.header == title]
        view.columns = [column for column in view.columns if column.header != title]
    return gone


def text(found: WhatIf) -> str:
    """The tables and what they say, as plain text."""
    from rich.console import Console

    console = Console(file=StringIO(), width=WIDTH)
    for view in views(found):
        console.print(view)
    written: Any = console.file
    return "\n".join([written.getvalue().rstrip("\n"), *sentences(found)])


def html(found: WhatIf) -> str:
    """The same for a notebook."""
    from roots.panels.widgets import said, table

    hidden = ["lang"] if len(found.total) == 1 else []
    filters = found.filters.drop(columns=[*hidden, "language"]) if hidden else found.filters
    return f"{table(filters, FORMATS)}{table(found.total, {})}{said(*sentences(found))}"


def sentences(found: WhatIf) -> list[str]:
    """What happens to the documents, in words."""
    names = [name for name in found.total.columns if name not in ("lang", "language")]
    sums = {name: int(found.total[name].sum()) for name in names}
    whole, before = sums["documents"], f"out before the filters, whatever the limits: {sums['before']:,}"
    kept, now = (f"{_share(sums[name], whole)}, {_bytes(sums[f'{name}_bytes'])}" for name in ("kept", "kept_now"))
    if not found.trial:
        said = [f"Of {several(whole, 'document')} kept under the limits in force: {now}; {before}."]
    else:
        said = [
            f"Of {several(whole, 'document')} kept: {kept}; under the limits in force: {now}.",
            f"Newly in: {several(sums['in_'], 'document')}, {_bytes(sums['in_bytes'])}; "
            f"newly out: {several(sums['out'], 'document')}, {_bytes(sums['out_bytes'])}; {before}.",
        ]
    return [*said, EXPLAINED, *([COPIES] if found.copied else [])]


def _filters(found: WhatIf) -> "rich.table.Table":
    """One row a filter, for one language."""
    [total] = found.total.to_dict("records")
    view = _table(f"{total['language']} ({total['lang']}): what each filter drops", "filter", "unit", "kept are", "now")
    _numbers(view, "measured", "alone", "alone %", "only", "chain", "change", "bytes")
    judged = total["documents"] - total["before"]
    for row in found.filters.to_dict("records"):
        if not row["applied"]:
            view.add_row(row["filter"], _unit(row["filter"]), "not applied")
            continue
        before = found.now[row["lang"]][row["filter"]]
        here, now = limit(row["min"], row["max"]), limit(before.min, before.max)
        counts = [f"{row['measured']:,}", f"{row['alone']:,}", percent(row["alone"], judged), f"{row['only']:,}"]
        chain = [f"{row['chain']:,}", _signed(row["change"]), _bytes(row["chain_bytes"])]
        view.add_row(row["filter"], _unit(row["filter"]), here, "" if here == now else now, *counts, *chain)
    return view


def _languages(found: WhatIf) -> "rich.table.Table":
    """One row a language, those that lose most first."""
    view = _table("By language, the largest loss first", "language")
    _numbers(view, "documents", "kept now", "kept", "kept %", "newly in", "newly out", "bytes kept now", "bytes kept")
    rows = found.total.to_dict("records")
    for row in sorted(rows, key=lambda row: (_gain(row, tried=bool(found.trial)), row["lang"])):
        kept = [f"{row[name]:,}" for name in ("documents", "kept_now", "kept")]
        moved = [percent(row["kept"], row["documents"]), f"{row['in_']:,}", f"{row['out']:,}"]
        sizes = [_bytes(row["kept_now_bytes"]), _bytes(row["kept_bytes"])]
        view.add_row(f"{row['language']} ({row['lang']})", *kept, *moved, *sizes)
    return view


def _gain(row: Mapping[str, Any], *, tried: bool) -> float:
    """By what languages are ordered: the share of their documents that a trial wins, or, without one, that is kept."""
    change = row["kept"] - row["kept_now"] if tried else row["kept"]
    return float(change / row["documents"])


SUMMED = ("applied", "measured", "alone", "only", "chain", "change", "chain_bytes")


def _summed(found: WhatIf) -> "rich.table.Table":
    """One row a filter, for several languages together."""
    view = _table("All these languages: what each filter drops", "filter", "unit", "kept are")
    _numbers(view, "languages", "measured", "alone", "only", "chain", "change", "bytes")
    sums = found.filters.groupby("filter")[list(SUMMED)].sum()
    for name in ORDER:
        row = {key: int(value) for key, value in sums.loc[name].items()}
        bounds = found.trial.get(name, {})
        tried = ", ".join(f"{key} {'none' if end is None else f'{end:,.6g}'}" for key, end in bounds.items())
        counts = [f"{row[key]:,}" for key in SUMMED[:5]]
        moved = [_signed(row["change"]), _bytes(row["chain_bytes"])]
        view.add_row(name, _unit(name), tried or "by language", *counts, *moved)
    return view


def _table(title: str, *names: str) -> "rich.table.Table":
    import rich.table

    view = rich.table.Table(title=title)
    for name in names:
        view.add_column(name, overflow="fold", no_wrap=name == "filter")
    return view


def _numbers(view: "rich.table.Table", *names: str) -> None:
    for name in names:
        view.add_column(name, justify="right", no_wrap=True)


def _bytes(count: int) -> str:
    from pipelines.progress import megabytes

    return megabytes(count)


def _unit(name: str) -> str:
    """What a measure is, in a word; tables of the API have its unit whole."""
    return UNITS[name].split()[0]


def _share(part: int, whole: int) -> str:
    return f"{part:,} ({percent(part, whole)})" if whole else f"{part:,}"


def _signed(count: int) -> str:
    return f"{count:+,}" if count else "·"


@dataclass(frozen=True)
class Wanted:
    """What the command was asked: the language (None: all), the limits as they were written, a source, the folder of
    parameters that was in force; and the folder in which the limits are saved, with who set them and why."""

    lang: str | None = None
    limits: Sequence[str] = ()
    source: str | None = None
    lang_params: Path | None = None
    save: Path | None = None
    who: str = ""
    why: str = ""


def show(work: str, wanted: Wanted) -> None:
    """Print what limits from the command line would do, and what puts them in force; save them where that is asked."""
    from roots.inspect import Corpus
    from roots.look import console
    from roots.trial import LimitError, parse

    trial = parse(wanted.limits)
    if wanted.save is not None and (wanted.lang is None or not trial):
        raise LimitError("--save: saves the limits of one language: give --lang and a limit such as stopwords=0.05")
    corpus = Corpus(work, wanted.lang_params)
    found = corpus.what_if(wanted.lang, trial, wanted.source)
    if not len(found.total):
        click.echo(f"{work}: no document in any language of the corpus")
        return
    saved = save(found, wanted) if wanted.save is not None else None
    screen = console()
    for view in views(found):
        gone = fitted(view, screen)
        screen.print(view)
        if gone:
            click.echo(f"left out, for the terminal is too narrow: {', '.join(gone)}; '| cat' prints all")
    for line in [*sentences(found), *after(corpus, found, saved)]:
        screen.print(line, highlight=False, markup=False, soft_wrap=True)


def save(found: WhatIf, wanted: Wanted) -> Path:
    """Write the limits of a trial into the parameter file of its language in a folder, which is made; its path."""
    [lang] = found.total["lang"]
    begun = Begun(found.now[lang], wanted.lang_params)
    made = proposed(lang, wanted.save, found.trial, (wanted.who, wanted.why), begun)
    made.write()
    return made.path


def after(corpus: "Corpus", found: WhatIf, saved: Path | None) -> list[str]:
    """How the limits of a trial are put in force; nothing without a trial."""
    if not found.trial:
        return []
    lang = found.total["lang"][0] if len(found.total) == 1 else None
    judge = in_force_by(corpus.work, corpus.sources(), "FOLDER" if saved is None else saved.parent, lang)
    if saved is not None:
        return [f"Saved in {saved}; the corpus is as it was. To put it in force: {judge}"]
    how = "--save FOLDER --who NAME --why REASON writes these limits into a file"
    more = how if lang else f"of one language (--lang), {how}"
    return [f"Nothing was changed. To keep this: {more}; {judge} puts them in force."]
