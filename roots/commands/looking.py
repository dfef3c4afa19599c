"""The commands that look at what is there: entries, recipes, parameters, work folders."""

from pathlib import Path
from typing import Any, Literal

import click

from filters.signing import METHODS
from lang_params.personal import KINDS
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


@click.command(epilog="Example: roots stats work/demo --against roots")
@click.argument("work")
@click.option(
    "--by", type=click.Choice(["lang", "source"]), default="lang", show_default=True, help="Rows of the table."
)
@click.option(
    "--against", type=click.Choice(["roots"]), help="Instead, languages beside those of the original ROOTS corpus."
)
def stats(work: str, by: Literal["lang", "source"], against: str | None) -> None:
    """Print the funnel of a work folder: documents in, dropped by each cause, kept.

    With --against roots bytes and shares of its languages, beside those of the 46 languages of ROOTS and of code.
    """
    if against is None:
        from roots import look

        look.stats(work, by)
    else:
        from roots import against as comparison

        comparison.show(work)


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


@click.command(epilog="Example: roots overlap work/demo --by language --picture overlap.svg --csv overlap.csv")
@click.argument("work")
@click.option(
    "--by",
    type=click.Choice(["source", "language"]),
    default="source",
    show_default=True,
    help="What is compared with each other.",
)
@click.option("--picture", help="A picture to write, .svg or .png.")
@click.option("--csv", "table", help="A CSV file to write, with every pair.")
def overlap(work: str, by: Literal["source", "language"], picture: str | None, table: str | None) -> None:
    """Print what sources have in common: documents and bytes of each that have a copy in each of the others.

    All documents that deduplication compared count, also those that a filter drops. Nothing is judged and no text read.
    """
    from roots import overlap

    overlap.show(work, by, picture=picture, table=table)


@click.command("map", epilog="Example: roots map work/demo --tree tree.svg --funnel funnel.png --lang yo")
@click.argument("work")
@click.option("--html", help="The page to write, made anew by this version of roots.")
@click.option("--tree", help="A picture to write, .svg or .png: languages by family, as areas.")
@click.option("--funnel", help="A picture to write, .svg or .png: from what came in to what is in the corpus.")
@click.option("--lang", help="The funnel of one language: yo, yor_Latn, yo-Latn ...")
@click.option(
    "--measure",
    type=click.Choice(["bytes", "documents", "tokens"]),
    default="bytes",
    show_default=True,
    help="What areas and bars show.",
)
@click.option(
    "--scope",
    type=click.Choice(["in", "kept", "corpus"]),
    default="corpus",
    show_default=True,
    help="What areas are of: what came in, was kept, is in the corpus.",
)
def map_(work: str, **given: Any) -> None:
    """Write the map of a corpus again, a page that needs no network, or pictures of it for print.

    A build writes map.html beside the cards; this command reads the same facts, and no table. Pictures are drawn in the
    fonts of this machine (.png) or of whoever looks at them (.svg).
    """
    from roots.map import page as maps

    maps.show(work, maps.Wanted(**given))


@click.command(epilog="Example: roots duplicates work/demo --lang yo --around 0.8 --n 20 --html copies.html")
@click.argument("work")
@click.option("--lang", help="Only copies in a language: yo, yor_Latn, yo-Latn ...")
@click.option("--source", help="Only copies in the source with this uid.")
@click.option("--method", type=click.Choice([*METHODS, "substring"]), help="Only copies that this method found.")
@click.option(
    "--around", type=click.FloatRange(0, 1), help="Those whose similarity is nearest to this, instead of all alike."
)
@click.option("--n", "number", type=click.IntRange(1, 1000), default=10, show_default=True, help="Pairs to show.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws other pairs.")
@click.option("--html", "page", help="An HTML file to write instead, to read in a browser.")
def duplicates(lang: str | None, page: str | None, **given: Any) -> None:
    """Show copies beside the documents that were kept in their place, with what differs marked.

    They are drawn from all degrees of similarity alike, the least similar first, so that a reader of the language can
    judge whether they are copies. [-Words so-] stand in the copy alone, {+words so+} in the kept one alone. Texts are
    the stored ones: where a source is redacted, personal data is replaced.
    """
    from lang_params.languages import find
    from roots import duplicates
    from roots.pairs import Wanted

    work = given.pop("work")
    duplicates.show(work, Wanted(lang=None if lang is None else find(lang), **given), page)


@click.command("pii-audit", epilog="Example: roots pii-audit work/demo --lang yo --kind PHONE --sample 20")
@click.argument("work")
@click.option("--lang", help="Only documents in a language: yo, yor_Latn, yo-Latn ...")
@click.option("--source", help="Only the source with this uid.")
@click.option("--kind", type=click.Choice(KINDS), help="Only personal data of this kind.")
@click.option("--sample", type=click.IntRange(0, 1000), default=20, show_default=True, help="Redactions to show.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws others.")
@click.option("--reveal", is_flag=True, help="Show the text as it is, and what the source's file holds in that place.")
@click.option("--catalogue", help="The folder of the sources' entries, by which --reveal finds their files.")
def pii_audit(lang: str | None, catalogue: str | None, reveal: bool, **given: Any) -> None:  # noqa: FBT001
    """Show what was redacted as personal data, or marked, in its context, for a reader; and count it by kind.

    The text around is masked too: digits, and all that either engine takes for personal data. Nothing is written.
    """
    from lang_params.languages import find
    from roots import pii_audit
    from roots.pii_audit import Wanted

    work = given.pop("work")
    wanted = Wanted(lang=None if lang is None else find(lang), **given)
    pii_audit.show(work, wanted, catalogue, reveal=reveal)
