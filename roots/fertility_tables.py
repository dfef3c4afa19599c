"""The tables of fertility: in a terminal, and as CSV files beside the tokenizer."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from pipelines import storage
from pipelines.run import Runtime
from roots import named
from roots.build import Built
from roots.fertility import GOAL, LEAST_DOCUMENTS, Component, Fertility, measure
from roots.folders import locked
from roots.look import console
from roots.tokenizer import TokenizerError
from roots.train_tokenizer import FOLDER, entering, sample

if TYPE_CHECKING:
    import rich.table

LANGUAGES, SOURCES, MANIFEST = "fertility.csv", "tokens_per_byte.csv", "fertility.json"
"""The files, in the folder of the tokenizer, and the manifest that names them."""

HIGHEST = 10
"""Sources that a terminal shows beside those that are far out."""


def show(built: Built, work: str, how: Runtime) -> None:
    """Measure the tokenizer of a build that went so far, print both tables and write them.

    Raises TokenizerError for a tokenizer that was given as a file: it has no sample to train others on.
    """
    settings = built.recipe.tokenizer
    if settings.file is not None:
        raise TokenizerError(
            f"{built.recipe.path}: tokenizer.file: fertility is measured beside tokenizers that are trained on the "
            "sample, and a tokenizer that is given has none; leave tokenizer.file out"
        )
    if built.tokenizer is None:
        raise TokenizerError("nothing was kept, so there is no tokenizer to measure; roots stats says what was dropped")
    with locked(work, "build"):
        mixed = sample(work, entering(built.judged, built.entries, settings), settings, how)
        rows, components = measure(work, mixed, built.tokenizer, settings, how)
        paths = write(work, rows, components)
    names = named.languages() | {code: params.language.name for code, params in built.config.languages.items()}
    console().print(languages(rows, names))
    console().print(sources(components, names))
    for path in paths:
        click.echo(path)


def write(work: str, languages: Sequence[Fertility], components: Sequence[Component]) -> list[str]:
    """Write both tables as CSV files and a manifest of them; returns where they are."""
    folder = storage.join(work, FOLDER)
    outputs, paths = [], []
    for file, rows in ((LANGUAGES, _languages(languages)), (SOURCES, _sources(components))):
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        paths.append(storage.join(folder, file))
        written = storage.write_bytes(paths[-1], text.getvalue().encode())
        outputs.append({"file": file, "bytes": written.bytes, "sha256": written.sha256})
    storage.write_json(storage.join(folder, MANIFEST), {"key": storage.fingerprint(outputs), "files": outputs})
    return paths


def _languages(rows: Sequence[Fertility]) -> Iterable[Sequence[Any]]:
    yield (
        *("language", "documents", "words", "bytes", "tokens", "fertility"),
        *("monolingual_vocabulary", "monolingual_tokens", "monolingual_fertility", "points_worse", "goal", "held_out"),
    )
    for row in rows:
        yield (
            *(row.lang, row.documents, row.words, row.bytes, row.tokens, f"{row.pieces:.4f}"),
            *(row.vocabulary, row.alone, f"{row.pieces_alone:.4f}", f"{row.points:.2f}"),
            *("met" if row.meets else "missed", "yes" if row.held_out else "no"),
        )


def _sources(rows: Sequence[Component]) -> Iterable[Sequence[Any]]:
    yield ("language", "source", "documents", "bytes", "tokens", "tokens_per_byte", "ratio_to_language", "far_out")
    for row in rows:
        counts = (row.documents, row.bytes, row.tokens)
        yield (row.lang, row.source, *counts, f"{row.rate:.5f}", f"{row.ratio:.4f}", "yes" if row.far else "no")


def languages(rows: Sequence[Fertility], names: Mapping[str, str]) -> "rich.table.Table":
    """Fertility by language, the worst first; `names` maps a language code to its name."""
    import rich.table
    from rich.markup import escape

    table = rich.table.Table(title="pieces a word", caption=_caption(rows))
    table.add_column("language", overflow="fold")
    for header in ("words", "pieces a word", "of its own", "with so many pieces", "points worse"):
        table.add_column(header, justify="right")
    for row in sorted(rows, key=lambda row: (-row.points, row.lang)):
        points = f"{row.points:+.1f}"
        table.add_row(
            escape(named.both(row.lang, names)),
            f"{row.words:,}",
            f"{row.pieces:.3f}",
            f"{row.pieces_alone:.3f}",
            f"{row.vocabulary:,}",
            points if row.meets else f"[bold]{points} missed[/bold]",
        )
    return table


def _caption(rows: Sequence[Fertility]) -> str:
    met = sum(row.meets for row in rows)
    seen = sum(not row.held_out for row in rows)
    where = "on documents that are held out" if not seen else "on text that the tokenizers were trained on"
    some = f"{where} in {seen} of {len(rows)} languages" if 0 < seen < len(rows) else where
    return (
        f"goal of BLOOM: at most {GOAL:g} percentage points worse than a tokenizer of the language's own; "
        f"{met} of {len(rows)} languages meet it, measured {some}"
    )


def sources(rows: Sequence[Component], names: Mapping[str, str]) -> "rich.table.Table":
    """The sources that are far out, and those with the most tokens a byte for their language."""
    import rich.table
    from rich.markup import escape

    table = rich.table.Table(
        title="tokens a byte, by source",
        caption=f"sources of {LEAST_DOCUMENTS} documents or more; far out: look whether the language is right",
    )
    for header in ("language", "source"):
        table.add_column(header, overflow="fold")
    for header in ("documents", "tokens a byte", "times its language's", ""):
        table.add_column(header, justify="right")
    ordered = sorted(rows, key=lambda row: (not row.far, -row.ratio, row.lang, row.source))
    for row in ordered[: sum(row.far for row in rows) + HIGHEST]:
        table.add_row(
            escape(named.both(row.lang, names)),
            escape(row.source),
            f"{row.documents:,}",
            f"{row.rate:.4f}",
            f"{row.ratio:.2f}",
            "[bold]far out[/bold]" if row.far else "",
        )
    return table
