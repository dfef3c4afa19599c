"""The commands that look at what is there: entries, recipes, parameters, work folders."""

from pathlib import Path
from typing import Literal

import click

from roots.commands.options import LANG_PARAMS, PATH


@click.command(epilog="Example: roots check catalog/demo --lang-params my_params")
@click.argument("folders", type=PATH, nargs=-1)
@LANG_PARAMS
@click.option("--strict", is_flag=True, help="Warnings about parameters are errors.")
def check(folders: tuple[Path, ...], lang_params: Path | None, strict: bool) -> None:  # noqa: FBT001 (click's order)
    """Check catalogue FOLDERS, the recipes in them, and the language parameters, without running anything.

    Warns of limits that drop nothing or everything, and of entries of word lists that can never match.
    """
    from roots import look

    demo = [path for path in (Path("catalog/demo"), Path("catalog/demo.toml")) if path.exists()]
    raise click.exceptions.Exit(look.check(folders or demo, lang_params, strict=strict))


@click.command(epilog="Example: roots stats work/demo")
@click.argument("work")
@click.option(
    "--by", type=click.Choice(["lang", "source"]), default="lang", show_default=True, help="Rows of the table."
)
def stats(work: str, by: Literal["lang", "source"]) -> None:
    """Print the funnel of a work folder: documents in, dropped by each cause, kept."""
    from roots import look

    look.stats(work, by)


@click.command(epilog="Example: roots cleaning work/demo --source debian_handbook_ar --show 5")
@click.argument("work")
@click.option("--source", help="Only the source with this uid.")
@click.option("--step", help="Only this step.")
@click.option("--show", type=click.IntRange(0, 1000), default=0, help="Samples to show of each step, old beside new.")
def cleaning(work: str, source: str | None, step: str | None, show: int) -> None:
    """Print what the cleaning steps of each source did in a work folder: documents and bytes before and after.

    Marks steps that did nothing or took nearly everything. Samples are texts of the source, redacted where it is.
    """
    from roots import clean_report

    clean_report.show(work, source, step, show)
