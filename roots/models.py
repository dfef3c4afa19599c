"""The command models: every model that is known, whether it is there, and the command that brings it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from filters import models, registry
from filters.models import ModelError
from filters.published import PUBLISHED, Published
from lang_params.params import load_all
from roots.look import console

UNKNOWN = "unknown until fetched"


@dataclass(frozen=True)
class Row:
    """What is told of one model. `there` is "packaged", "present", "missing" or what is wrong with it."""

    name: str
    languages: str
    there: str
    size: str
    licence: str
    sha256: str
    command: str


def show(place: Path | None = None) -> None:
    """Print all models, and the languages for which no language model is known."""
    place = (place or registry.folder()).absolute()
    table = Table(title=f"Models; the models folder is {place}")
    for header in ("name", "languages", "is", "size", "licence", "sha256", "command"):
        table.add_column(header, overflow="fold")
    for row in rows(place):
        cells = (row.name, row.languages, row.there, row.size, row.licence, row.sha256, row.command)
        table.add_row(*map(escape, cells))
    console().print(table)
    without = without_model(place)
    if without:
        click.echo(f"No language model is known for {', '.join(without)}; roots train-lm makes one from text.")


def rows(place: Path) -> Iterator[Row]:
    """All models: packaged, then those of the models folder, then published ones that are not there."""
    for name, model in sorted(models.MODELS.items()):
        try:
            path, there = models.path(name), "packaged"
            size = f"{path.stat().st_size:,}"
        except ModelError:
            there, size = "missing", ""
        yield Row(name, "", there, size, model.licence, model.sha256, model.again if there == "missing" else "")
    for name in registry.names(place):
        yield _registered(name, place)
    for name, published in PUBLISHED.items():
        if name not in registry.names(place):
            yield _published(published)


def without_model(place: Path) -> list[str]:
    """Codes of the languages for which no language model is there or published."""
    known = {code for model in PUBLISHED.values() for code in model.languages}
    for name in registry.names(place):
        try:
            model = registry.find(name, place)
        except ModelError:
            continue
        known |= set(model.languages) if model else set()
    return [code for code in load_all() if code not in known]


def _registered(name: str, place: Path) -> Row:
    try:
        model = registry.find(name, place)
        assert model is not None
    except ModelError as error:
        return Row(name, "", f"broken: {error}", "", "", "", "")
    again = models.again(model)
    try:
        for file in model.files:
            registry.verified(file, place, again)
        there = "present"
    except ModelError as error:
        there = f"broken: {error}"
    return Row(
        name,
        ", ".join(model.languages),
        there,
        "\n".join(f"{file.bytes:,}" for file in model.files),
        model.licence,
        "\n".join(file.sha256 for file in model.files),
        "" if there == "present" else again,
    )


def _published(model: Published) -> Row:
    return Row(
        model.name,
        ", ".join(model.languages),
        "missing",
        "\n".join(f"{source.bytes:,}" for source in model.sources if source.bytes) or UNKNOWN,
        model.licence,
        "\n".join(source.sha256 for source in model.sources if source.sha256) or UNKNOWN,
        f"roots models fetch {model.name}",
    )
