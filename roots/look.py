"""The commands that only look: sources, languages, check, stats."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click
import pyarrow as pa
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catalog.entry import EntryError, load_folder
from catalog.sources import inputs
from lang_params.languages import codes
from lang_params.params import ParamsError, load_all
from lang_params.params import load as load_params
from pipelines import storage
from roots import funnel
from roots.entries import load_checked


def console() -> Console:
    """Where tables are printed: as wide as the terminal, 140 columns where there is none."""
    found = Console()
    return found if found.is_terminal else Console(width=140)


def names(folder: Path | None = None) -> dict[str, str]:
    """Names of the 46 languages by ROOTS code."""
    return {code: params.language.name for code, params in load_all(folder).items()}


def sources(folder: Path) -> None:
    """Print the entries of a catalogue folder."""
    table = Table(title=f"Sources in {folder}")
    for header in ("uid", "kind", "languages", "custodian", "licence", "permission"):
        table.add_column(header, overflow="fold")
    for entry in load_folder(folder):
        shown = ", ".join(entry.languages) if len(entry.languages) < 6 else f"{len(entry.languages)} languages"
        cells = [entry.uid, entry.kind, shown, entry.custodian.name, entry.licence.id, entry.permission.outcome]
        table.add_row(*(escape(cell) for cell in cells))
    console().print(table)


def languages(folder: Path | None) -> None:
    """Print the 46 languages with what each has."""
    table = Table(title="Languages")
    for header in ("code", "name", "BCP-47", "identifier", "stop words", "flagged", "thresholds", "not applied"):
        table.add_column(header, overflow="fold")
    for code, params in load_all(folder).items():
        stopwords = "none" if params.stopwords is None else f"{len(params.stopwords):,}"
        flagged = "none" if params.flagged_words is None else f"{len(params.flagged_words):,}"
        cells = [code, params.language.name, params.language.bcp47, params.identifier, stopwords, flagged]
        table.add_row(*map(escape, [*cells, params.thresholds, ", ".join(params.not_applied())]))
    console().print(table)


def check(folders: Sequence[Path], lang_params: Path | None) -> int:
    """Check catalogues, recipes and parameters; print every fault, return 2 when there is one, else 0."""
    from filters.cleaning import CleaningError
    from roots.recipe import RecipeError

    counted = {"entries": 0, "recipes": 0, "languages": 0}
    faults: list[str] = []
    for what, look in _checks(folders, lang_params):
        try:
            look()
            counted[what] += 1
        except (EntryError, RecipeError, CleaningError, ParamsError) as error:
            faults.append(str(error))
    for fault in faults:
        click.echo(f"error: {fault}", err=True)
    click.echo(", ".join(f"{count} {what}" for what, count in counted.items()) + f" in order; faults: {len(faults)}")
    return 2 if faults else 0


def _checks(folders: Sequence[Path], lang_params: Path | None) -> Iterator[tuple[str, Callable[[], object]]]:
    from roots.recipe import load as load_recipe

    for folder in folders:
        paths = sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]
        if not paths or not paths[0].exists():
            raise EntryError(f"{folder}: no TOML file is there; give a catalogue folder, an entry or a recipe")
        for path in paths:
            if is_recipe(path):
                yield "recipes", lambda path=path: load_recipe(path)  # type: ignore[misc]
            else:
                yield "entries", lambda path=path: check_entry(path)  # type: ignore[misc]
    for code in codes():
        yield "languages", lambda code=code: load_params(code, lang_params)  # type: ignore[misc]


def is_recipe(path: Path) -> bool:
    """Whether a TOML file is a recipe: it names sources, which no entry does."""
    try:
        return "sources" in tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return False


def check_entry(path: Path) -> None:
    """Raise the error of the first thing that is wrong with an entry: keys, languages, cleaning steps, files."""
    inputs(load_checked(path))


def counted(manifests: Sequence[Mapping[str, object]]) -> pa.Table:
    """The funnel of judged shards, from their manifests."""
    return funnel.add(funnel.of_counts(manifest["counts"], str(manifest["source"])) for manifest in manifests)  # type: ignore[arg-type]


def stats(work: str, by: str) -> None:
    """Print the funnel of a work folder."""
    manifests = []
    for source in storage.names(work):
        folder = storage.join(work, source, "ledger")
        files = [name for name in storage.names(folder) if name.endswith(".json")]
        manifests += [storage.read_json(storage.join(folder, name)) for name in files]
    if not manifests:
        raise EntryError(f"{work}: no ledger is there; roots build or roots filter writes them")
    shown = funnel.render(counted([m for m in manifests if m]), "source" if by == "source" else "lang", names())
    console().print(shown)
