"""A corpus beside ROOTS: of each language bytes and share here and there.

ROOTS's bytes are those of table 3 of its paper (arXiv 2303.03915), three of them with their marks set right (Akan,
Igbo, Telugu); they add up to 1,614,479,114,961. Its sampling shares are the weights of BLOOM's training mix, second
version, which follow tokens; code has what the languages leave of 100. Both are in `catalog/roots_languages.csv`.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines import storage
from roots import named
from roots.folders import FolderError, manifests, opened
from roots.mix.plan import MANIFEST, shares_of

if TYPE_CHECKING:
    import rich.table

TABLE = Path(__file__).parents[1] / "catalog" / "roots_languages.csv"


@dataclass(frozen=True)
class Line:
    """A language here and in ROOTS: bytes, shares in [0, 1]; ROOTS's share of bytes and its sampling share are two."""

    language: str
    bytes: int
    share: float
    roots_bytes: int
    roots_share: float
    roots_sampling: float

    @property
    def ratio(self) -> float | None:
        """Our share of bytes over that of ROOTS; None for a language that ROOTS does not have."""
        return self.share / self.roots_share if self.roots_share else None


@cache
def of_roots() -> dict[str, tuple[int, float]]:
    """Bytes of ROOTS and its sampling share in per cent, by language, and of code."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return {row["language"]: (int(row["bytes"]), float(row["sampling_percent"])) for row in csv.DictReader(file)}


def compare(sizes: dict[str, int]) -> list[Line]:
    """Every language of either corpus, by code.

    >>> [line] = [line for line in compare({"yo": 50, "de": 50}) if line.language == "yo"]
    >>> line.share, line.roots_bytes, round(line.ratio or 0)
    (0.5, 89695835, 9000)
    """
    known, whole = of_roots(), max(sum(sizes.values()), 1)
    total = sum(size for size, _ in known.values())
    return [
        Line(
            code,
            sizes.get(code, 0),
            sizes.get(code, 0) / whole,
            known.get(code, (0, 0.0))[0],
            known.get(code, (0, 0.0))[0] / total,
            known.get(code, (0, 0.0))[1] / 100,
        )
        for code in sorted({*known, *sizes})
    ]


def sizes_in(work: str) -> tuple[dict[str, int], str]:
    """Bytes by language of a work folder, and of what: of the corpus where there is one, else of what was kept."""
    opened(work)
    mixed = storage.read_json(storage.join(work, "corpus", MANIFEST))
    if isinstance(mixed, dict):
        return {share.language: share.gets for share in shares_of(mixed)}, "in the corpus"
    sizes: dict[str, int] = {}
    ledgers = [manifest for source in storage.names(work) for manifest in manifests(work, source, "ledger")]
    if not ledgers:
        raise FolderError(f"{work}: no corpus and no ledger is there; roots build or roots filter writes them")
    for manifest in ledgers:
        for lang, dropped_by, _, size in manifest["counts"]:
            if dropped_by is None:
                sizes[lang] = sizes.get(lang, 0) + size
    return sizes, "kept"


def show(work: str) -> None:
    """Print a work folder beside ROOTS."""
    from roots.look import console, names

    sizes, what = sizes_in(work)
    lines = compare(sizes)
    console().print(render(lines, names(), what))
    absent = [line.language for line in lines if line.roots_bytes and not line.bytes]
    if absent:
        click.echo(f"in ROOTS and not here: {', '.join(absent)}")
    click.echo("ROOTS: bytes of table 3 of its paper (arXiv 2303.03915); sampled: its weights in BLOOM's training")


def render(lines: Sequence[Line], names: dict[str, str], what: str) -> "rich.table.Table":
    """The lines as a table for a terminal, the whole below."""
    import rich.table
    from rich.markup import escape

    view = rich.table.Table(title=f"Languages {what}, beside ROOTS")
    view.add_column("language", overflow="fold")
    for header in ("bytes", "share", "ROOTS bytes", "ROOTS share", "ROOTS sampled", "share / ROOTS share"):
        view.add_column(header, justify="right")
    for line in lines:
        name = named.both(line.language, names)
        ratio = "–" if line.ratio is None else f"{line.ratio:,.2f}"
        view.add_row(
            escape(name),
            f"{line.bytes:,}",
            _percent(line.share),
            f"{line.roots_bytes:,}",
            _percent(line.roots_share),
            _percent(line.roots_sampling),
            ratio,
        )
    view.add_section()
    total = f"{sum(line.bytes for line in lines):,}", f"{sum(line.roots_bytes for line in lines):,}"
    view.add_row("total", total[0], "", total[1], "", "", "")
    return view


def _percent(share: float) -> str:
    """A share in per cent with three digits, since the smallest are some hundred-thousandths of one.

    >>> _percent(0.300377), _percent(0.0000012)
    ('30%', '0.00012%')
    """
    return f"{share * 100:.3g}%"
