"""The commands about sources: where text comes from, and who allows what."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from roots.commands.options import LANG_PARAMS, PATH

DEMO = Path("catalog/demo")
"""The catalogue that is shown where none is named."""


class Listing(click.Group):
    """A group that lists a folder where its first word is no command of its own: `roots sources my_sources`.

    click gives a group's first word to a command and has no setting for this; overriding is its documented way.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before everything that is neither a command nor a call for help."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


def _filter(name: str, what: str) -> Callable[..., Any]:
    return click.option(name, multiple=True, help=f"{what}; may be given several times.")


@click.group(cls=Listing, epilog="Example: roots sources catalog/demo")
def sources() -> None:
    """List the sources of a catalogue, show one, write one, take some from the form of BigScience or give them to it.

    Without a command: `roots sources FOLDER`, with the options of `roots sources list`.
    """


@sources.command(name="list", epilog="Example: roots sources list catalog/demo --lang yor_Latn --licence cc-by")
@click.argument("folder", type=PATH, default=DEMO)
@_filter("--lang", "Only sources in a language: yo, yor_Latn, yo-Latn ...")
@_filter("--licence", "Only sources whose licence or one of its properties begins so: cc-by, 'open license'")
@_filter("--custodian-type", "Only sources of a kind of custodian: 'nonprofit/NGO'")
@_filter("--location", "Only sources whose custodian or writers are there: Nigeria")
@_filter("--pii", "Only sources with this answer on personal information: No")
@_filter("--kind", "Only sources that are read so: pseudo_crawl")
@_filter("--permission", "Only sources with this answer of the custodian: granted")
@_filter("--type", "Only entries that describe this: 'processed dataset'")
@_filter("--release", "Only sources that may be released so: gated")
@LANG_PARAMS
def list_(folder: Path, lang: tuple[str, ...], lang_params: Path | None, **filters: tuple[str, ...]) -> None:
    """List the sources of a catalogue FOLDER: what they are, whose, under which licence."""
    from lang_params.languages import find
    from roots import look_sources

    look_sources.sources(folder, filters, {find(code, lang_params) for code in lang})


@sources.command(epilog="Example: roots sources show udhr_pages --catalogue catalog/demo")
@click.argument("uid")
@click.option("--catalogue", type=PATH, default=DEMO, show_default=True, help="Folder of entries.")
def show(uid: str, catalogue: Path) -> None:
    """Show everything that the entry of UID says."""
    from roots import look_sources

    look_sources.show(uid, catalogue)


@sources.command(name="import", epilog="Example: roots sources import bigscience.json --output my_sources")
@click.argument("file", type=PATH)
@click.option("--output", type=PATH, required=True, help="Folder of entries to write into.")
def import_(file: Path, output: Path) -> None:
    """Take entries from FILE in the JSON form of BigScience: one record, a list or an object of them, or a folder."""
    from roots import bigscience

    click.echo("\n".join(bigscience.take(file, output)))


@sources.command(epilog="Example: roots sources export catalog/demo --output records.json")
@click.argument("folder", type=PATH, default=DEMO)
@click.option("--output", type=PATH, required=True, help="The file to write; for --shape files, a folder.")
@click.option(
    "--shape",
    type=click.Choice(["list", "object", "files"]),
    default="list",
    show_default=True,
    help="A list of records, an object of them by uid, or a file each.",
)
def export(folder: Path, output: Path, shape: str) -> None:
    """Give the entries of FOLDER in the JSON form of BigScience; what an import left aside is put back."""
    from roots import bigscience

    click.echo("\n".join(bigscience.give(folder, output, shape)))


@sources.command(epilog="Example: roots sources new --catalogue my_sources")
@click.option(
    "--catalogue", type=PATH, default=Path("my_sources"), show_default=True, help="Folder to write the entry into."
)
def new(catalogue: Path) -> None:
    """Ask what there is to know about a source, and write its entry; no file is ever written over."""
    from roots import new_source

    path = new_source.ask(catalogue)
    click.echo(f"\nwritten: {path}\nnow: roots check {catalogue}")
