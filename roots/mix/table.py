"""The mix as tables, before it is written: what each language has, is meant to get and gets, and its sources."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from lang_params.params import LangParams
from roots import named
from roots.shares import Share, SourceShare

if TYPE_CHECKING:
    import rich.table

    from roots.mix.plan import Planned

ALL = "all"
"""Of a source: no rule keeps a part of it out."""


def show(plan: "Planned", languages: Mapping[str, LangParams]) -> None:
    """Print what a plan will make: languages, then the sources of which only a part is in, then what is to be known."""
    from roots.look import console

    if not any(share.available for share in plan.shares):
        return
    names = {code: params.language.name for code, params in languages.items()}
    for line in plan.settings.said():
        click.echo(f"mix: {line}", err=True)
    console().print(render(plan.shares, names))
    if any(_ruled(source) for share in plan.shares for source in share.sources):
        console().print(sources(plan.shares, names))
    for line in plan.notes:
        click.echo(f"look at this: {line}", err=True)


def render(rows: Sequence[Share], names: Mapping[str, str]) -> "rich.table.Table":
    """The shares as a table for a terminal; `names` maps a language code to its name.

    Columns that say nothing are left out: of repeats, of validation, of groups, of tokens.
    """
    import rich.table
    from rich.markup import escape

    counted = any(row.available_tokens is not None for row in rows)
    grouped, repeated = any(row.group for row in rows), any(row.repeats > 1 for row in rows)
    held = any(row.validation for row in rows)
    view = rich.table.Table(title="Languages in the corpus, bytes of text" + ("; shares of tokens" if counted else ""))
    view.add_column("language", overflow="fold")
    extra = {"group": grouped, "has tokens": counted, "gets tokens": counted, "repeats": repeated, "held out": held}
    headers = ["has", "has tokens", "share", "group", "meant", "gets", "gets tokens", "after", "repeats", "held out"]
    shown = [header for header in [*headers, "gives up"] if extra.get(header, True)]
    for header in shown:
        view.add_column(header, justify="right")
    for row in rows:
        name = named.both(row.language, names)
        cells = {
            "has": f"{row.available:,}",
            "has tokens": f"{row.available_tokens or 0:,}",
            "share": f"{row.share:.2%}",
            "group": row.group,
            "meant": f"{row.sampling:.2%}",
            "gets": f"{row.gets:,}",
            "gets tokens": f"{row.gets_tokens or 0:,}",
            "after": f"{row.after:.2%}",
            "repeats": f"{row.repeats:.2f}",
            "held out": f"{row.validation:,}",
            "gives up": f"{row.gives_up:,}",
        }
        view.add_row(escape(name), *(escape(cells[header]) for header in shown))
    return view


def sources(rows: Sequence[Share], names: Mapping[str, str]) -> "rich.table.Table":
    """The sources of which a rule lets in a part, or that give alike, by language."""
    import rich.table
    from rich.markup import escape

    view = rich.table.Table(title="Sources of which a part may enter, bytes of text")
    for header in ("language", "source"):
        view.add_column(header, overflow="fold")
    for header in ("has", "documents let in", "bytes let in", "gives", "ratio of bytes"):
        view.add_column(header, justify="right")
    for row in rows:
        for source in filter(_ruled, row.sources):
            view.add_row(
                escape(named.both(row.language, names)),
                escape(source.source),
                f"{source.available:,}",
                ALL if source.ratio == 1 else f"{source.ratio:.6g}",
                ALL if source.most is None else f"{source.most:,}",
                f"{source.once:,}",
                f"{source.once / source.available:.6g}" if source.available else "",
            )
    return view


def _ruled(source: SourceShare) -> bool:
    return source.ratio < 1 or source.most is not None
