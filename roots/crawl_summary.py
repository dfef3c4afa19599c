"""What the commands about crawls print at their end."""

from collections import Counter
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from catalog.crawl.make_index import Indexed
from pipelines import storage
from roots.build import Built
from roots.look import console
from roots.pseudo_crawl import Crawled, rows

MOST = 20
"""Faults of archives that are printed; the rest are counted."""


def crawled(done: Crawled, output: str) -> None:
    """After a pseudo-crawl: a line for each seed, what to look at, where everything is."""
    table = Table(padding=(0, 0, 0, 1))
    table.add_column("seed", overflow="fold")
    for header in ("captures", "fetched", "failed", "pages", "kept"):
        table.add_column(header, justify="right")
    found = rows(done)
    for seed, numbers in found:
        table.add_row(escape(seed), *(f"{number:,}" if number else "·" for number in numbers))
    table.add_section()
    total = [sum(column) for column in zip(*(numbers for _, numbers in found), strict=True)]
    table.add_row(f"{len(found):,} seeds", *(f"{number:,}" for number in total))
    console().print(table)
    without = sum(not numbers[0] for _, numbers in found)
    if without:
        click.echo(f"{without:,} of {len(found):,} seeds have no capture in the index")
    if done.built is None:
        click.echo("nothing was fetched, so there are no documents", err=True)
        return
    for reason, count in _lost(done.built).most_common():
        click.echo(f"{count:,} x {reason}")
    click.echo(f"documents: {storage.join(output, 'kept')}")
    for what, name in (("fill in whose the sites are", "sources"), ("tables", "work")):
        click.echo(f"{what}: {storage.join(output, name)}")
    click.echo(
        f"on to a corpus: roots build {storage.join(output, 'recipe.toml')} --work {storage.join(output, 'work')}"
    )


def _lost(built: Built) -> Counter[str]:
    """Pages that gave no document, by reason, over all seeds."""
    found: Counter[str] = Counter()
    for manifest in built.curated:
        found.update(manifest["lost"])
    return found


def indexed(done: Indexed, output: Path) -> None:
    """After indexing: how many responses, and which records can never be asked for."""
    for fault in done.faults[:MOST]:
        click.echo(f"not in the index: {fault}", err=True)
    if len(done.faults) > MOST:
        click.echo(f"not in the index: {len(done.faults) - MOST:,} more", err=True)
    click.echo(f"{done.captures:,} responses: {output}")
