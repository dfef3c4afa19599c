"""The commands about sources: where text comes from, and who allows what."""

from pathlib import Path

import click

from roots.commands.options import PATH


@click.command(epilog="Example: roots sources catalog/demo")
@click.argument("folder", type=PATH, default=Path("catalog/demo"))
def sources(folder: Path) -> None:
    """List the sources of a catalogue FOLDER: what they are, whose, under which licence."""
    from roots import look

    look.sources(folder)
