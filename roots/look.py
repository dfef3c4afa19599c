"""The commands that only look: languages, check, stats."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Literal

import click
import pyarrow as pa
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from catalog import entry as entries
from catalog.entry import EntryError
from catalog.sources import inputs
from lang_params.files import APART, origin
from lang_params.languages import codes, find
from lang_params.lint import Finding
from lang_params.params import MEASURES, LangParams, ParamsError, load_all
from lang_params.params import load as load_params
from lang_params.reference import read_reference_text
from pipelines import storage
from roots import funnel
from roots.entries import load_all_checked, load_checked, unknown_uids
from roots.folders import FolderError, manifests, opened, unfinished


def console() -> Console:
    """Where tables are printed: as wide as the terminal, 140 columns where there is none."""
    found = Console()
    return found if found.is_terminal else Console(width=140)


def names(folder: Path | None = None) -> dict[str, str]:
    """Names of the 46 languages, of those that `folder` adds, and of code, by code."""
    return {code: params.language.name for code, params in load_all(folder, APART).items()}


def languages(folder: Path | None) -> None:
    """Print the languages with what each has, and what its limits rest on."""
    headers = (
        "code", "name", "BCP-47", "identifier", "stop words", "flagged", "model", "thresholds", "not applied"
    )  # fmt: skip
    table = Table(title="Languages", padding=(0, 0, 0, 1))
    for header in headers:
        table.add_column(header, overflow="fold")
    for code, params in load_all(folder).items():
        not_applied = ", ".join(name for name in params.not_applied() if name in MEASURES)
        cells = [
            code,
            params.language.name,
            params.language.bcp47,
            params.identifier,
            _stopwords(params, folder),
            "none" if params.flagged_words is None else f"{len(params.flagged_words):,}",
            params.language_model or "none",
            _thresholds(params, folder),
            not_applied,
        ]
        table.add_row(*map(escape, cells))
    console().print(table)
    for code in APART:
        name = load_params(code, folder).language.name
        click.echo(f"apart: {code}: {name}, which is no language; in force where a source or a recipe names it")


def _stopwords(params: LangParams, folder: Path | None) -> str:
    """The size of the list of stop words and where it is from, without versions."""
    if params.stopwords is None:
        return "none"
    said = origin("stopwords", params.code, folder) or "not said"
    return f"{len(params.stopwords):,} ({re.sub(r' [0-9][0-9.]*(?=,|$)', '', said)})"


def _thresholds(params: LangParams, folder: Path | None) -> str:
    """Where the limits of a language are from, and how many texts they rest on where they were derived."""
    reference = read_reference_text(params.code, folder) if params.thresholds == "derived" else None
    return params.thresholds if reference is None else f"{params.thresholds} ({reference.texts:,} texts)"


def check(folders: Sequence[Path], lang_params: Path | None, *, strict: bool = False) -> int:
    """Check catalogues, recipes and parameters; print every fault once, return 2 when there is one, else 0.

    Doubts about parameters, and uids that no entry has, are warnings; `strict` makes them faults. What is accepted
    beside it is counted alone.
    """
    from roots.policy import PolicyError
    from roots.recipe import RecipeError

    checked = {"entries": 0, "recipes": 0, "languages": 0}
    faults: dict[str, None] = {}
    for what, look in _checks(folders, lang_params):
        try:
            look()
            checked[what] += 1
        except (EntryError, RecipeError, PolicyError, ParamsError) as error:
            faults |= dict.fromkeys(str(error).splitlines() if isinstance(error, EntryError) else [str(error)])
    doubts = _doubts(lang_params, faults)
    lost = [doubt for folder in folders if folder.is_dir() for doubt in unknown_uids(toml_files(folder))]
    warned = [*dict.fromkeys(lost), *(str(doubt) for doubt in doubts if not doubt.accepted)]
    for fault in faults:
        click.echo(f"error: {fault}", err=True)
    for doubt in warned:
        click.echo(f"{'error' if strict else 'warning'}: {doubt}", err=True)
    counts = ", ".join(f"{count} {what}" for what, count in checked.items())
    click.echo(
        f"{counts} in order; faults: {len(faults)}, warnings: {len(warned)}, "
        f"accepted: {sum(bool(doubt.accepted) for doubt in doubts)}"
    )
    return 2 if faults or (strict and warned) else 0


def _doubts(lang_params: Path | None, faults: dict[str, None]) -> list[Finding]:
    """The linter's findings; none where the parameters cannot be read, which is then among the faults."""
    from roots.lint import findings

    try:
        return findings(lang_params)
    except ParamsError as error:
        faults.setdefault(str(error))
        return []


def _checks(folders: Sequence[Path], lang_params: Path | None) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is to be checked: of which kind it is, and a function that raises what is wrong with it."""
    for folder in folders:
        for path in toml_files(folder):
            if is_recipe(path):
                yield "recipes", partial(check_recipe, path)
            else:
                yield "entries", partial(check_entry, path, lang_params)
    for code in _codes(lang_params):
        yield "languages", partial(check_language, code, lang_params)


def _codes(lang_params: Path | None) -> list[str]:
    """The languages to check: those of a folder that cannot be read are the packaged ones, each with its fault."""
    try:
        return codes(lang_params)
    except ParamsError:
        return codes()


def toml_files(folder: Path) -> list[Path]:
    """The TOML files of a folder; a file is itself."""
    paths = sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]
    if not paths or not paths[0].exists():
        raise EntryError(f"{folder}: no TOML file is there; give a catalogue folder, an entry or a recipe")
    return paths


def is_recipe(path: Path) -> bool:
    """Whether a TOML file is a recipe: it names sources, which no entry does."""
    try:
        return "sources" in tomllib.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError, OSError):
        return False


def check_recipe(path: Path) -> None:
    """Raise the error of the first thing that is wrong with a recipe, its parameters or its sources.

    Says which sources its policy or its removals leave out; that is no fault while there are others.
    """
    from roots.policy import admit
    from roots.recipe import load as load_recipe

    recipe = load_recipe(path)
    load_all(recipe.lang_params)
    sources = load_all_checked(recipe.sources, recipe.lang_params)
    admitted = admit(path, sources, recipe.policy, recipe.removals)
    for source in admitted.left_out:
        click.echo(f"{path}: left out: {source}")
    for entry in admitted.entries:
        inputs(entry)


def check_entry(path: Path, lang_params: Path | None = None) -> None:
    """Raise an error with a line for everything that is wrong with the keys of an entry, or, where they are right,
    for the first thing that is wrong with its languages, cleaning steps or files."""
    if found := entries.faults(path):
        raise EntryError("\n".join(found))
    inputs(load_checked(path, lang_params))


def check_language(code: str, lang_params: Path | None) -> None:
    """Raise the error of the first thing that is wrong with a language's parameters or an added language's codes."""
    load_params(code, lang_params)
    if code not in codes():
        find(code, lang_params)


def counted(manifests: Sequence[Mapping[str, object]]) -> pa.Table:
    """The funnel of judged shards, from their manifests."""
    return funnel.add(funnel.of_counts(manifest["counts"], str(manifest["source"])) for manifest in manifests)  # type: ignore[arg-type]


def idle(manifests: Sequence[Mapping[str, Any]]) -> dict[str, set[str]]:
    """Filters that were not applied in judged shards, by language, from their manifests."""
    found: dict[str, set[str]] = {}
    for manifest in manifests:
        for lang, names in manifest["not_applied"].items():
            found.setdefault(lang, set()).update(names)
    return found


def stats(work: str, by: Literal["lang", "source"]) -> None:
    """Print the funnel of a work folder."""
    opened(work)
    ledgers = [manifest for source in storage.names(work) for manifest in manifests(work, source, "ledger")]
    if not ledgers:
        raise FolderError(f"{work}: no ledger is there; roots build or roots filter writes them")
    if unfinished(work):
        click.echo("warning: the last run in this folder has not ended; the figures may be of two runs", err=True)
    shown = names() if by == "lang" else None
    console().print(funnel.render(counted(ledgers), by, shown, idle=idle(ledgers)))
