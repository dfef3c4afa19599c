"""The commands about pages of the web: finding and fetching them, and taking their text."""

from pathlib import Path
from typing import Any

import click

from roots.commands.options import FORMATS, PATH, PROFILES, how_to_run, runtime_options

ARCHIVES = (".warc", ".warc.gz")
EXTRACTORS = click.Choice(["trafilatura", "resiliparse", "roots-2022-03"])


@click.command(
    name="pseudo-crawl",
    epilog="Example: roots pseudo-crawl catalog/demo/seeds.csv --index index.parquet --base DIR --output crawl",
)
@click.argument("seeds", nargs=-1, required=True, metavar="SEEDS.csv")
@click.option("--index", "places", multiple=True, help="Parquet of Common Crawl's index: file, folder, pattern, list.")
@click.option("--crawl", "crawls", multiple=True, help="A crawl of the index (CC-MAIN-2021-43); all when left out.")
@click.option("--base", default="https://data.commoncrawl.org/", show_default=True, help="Where the archives lie.")
@click.option("--output", required=True, help="Folder for all that the crawl finds, fetches and makes.")
@click.option("--parallel", type=click.IntRange(1, 256), default=8, show_default=True, help="Requests at once.")
@click.option(
    "--rate", type=click.FloatRange(0.01, 100_000), default=20.0, show_default=True, help="Requests a second, at most."
)
@click.option("--tries", type=click.IntRange(1, 20), default=6, show_default=True, help="Tries for each capture.")
@click.option(
    "--timeout", type=click.FloatRange(0.1, 3600), default=60.0, show_default=True, help="Seconds for each request."
)
@click.option("--robots/--no-robots", default=True, show_default=True, help="Fetch robots.txt, for signals.")
@click.option("--force", is_flag=True, help="Search the index anew, whatever was edited in the captures found.")
@click.option("--profile", type=PROFILES, default="fixed", show_default=True, help="How seeds are cleaned and judged.")
@click.option(
    "--smallest", type=click.IntRange(1), default=2_000_000, show_default=True, help="Bytes kept of a site, at least."
)
@click.option("--extractor", type=EXTRACTORS, default="trafilatura", show_default=True, help="What takes the text.")
@click.option("--format", "form", type=FORMATS, default="jsonl.zst", show_default=True, help="Of the kept documents.")
@runtime_options
@click.pass_context
def pseudo_crawl(context: click.Context, /, seeds: tuple[str, ...], **given: Any) -> None:
    """Find the pages of the sites in SEEDS.csv in an index of the web, fetch them, and judge their text.

    The CSV has the columns id, title, link, and lang where it is known. The same command goes on where it was stopped,
    and asks again for what failed.
    """
    archive = next((name for name in seeds if name.lower().endswith(ARCHIVES)), None)
    if archive is not None:
        raise click.UsageError(f"{archive} is a web archive: roots extract takes the text out of it")
    if len(seeds) > 1:
        raise click.UsageError(f"give one file of seeds, not {len(seeds)}")
    from catalog.crawl.fetch import Manner
    from roots import crawl_summary
    from roots import pseudo_crawl as crawling

    how = how_to_run(context, given.pop("runner"), given.pop("workers"))
    manner = Manner(**{name: given.pop(name) for name in ("parallel", "rate", "tries", "timeout")})
    request = crawling.Request(seeds=Path(seeds[0]), manner=manner, **given)
    crawl_summary.crawled(crawling.pseudo_crawl(request, how), request.output)


@click.command(epilog="Example: roots index catalog/demo/data/udhr_pages.warc.gz --output index.parquet")
@click.argument("files", nargs=-1, required=True)
@click.option("--output", type=PATH, required=True, help="The index to write (.parquet).")
@click.option("--below", help="Folder or address that the files are named below; by default by their own names alone.")
@click.option("--crawl", default="own", show_default=True, help="What the crawl is called in it.")
def index(files: tuple[str, ...], output: Path, below: str | None, crawl: str) -> None:
    """Make an index of the responses in WARC FILES (.warc.gz), with Common Crawl's columns, for roots pseudo-crawl."""
    from roots import crawl_summary
    from roots.index import index as make

    crawl_summary.indexed(make(files, output, below, crawl), output)


@click.command(epilog="Example: roots extract catalog/demo/data/udhr_pages.warc.gz --output texts")
@click.argument("files", nargs=-1, required=True)
@click.option("--output", required=True, help="Folder or URL for the tables and for kept/.")
@click.option("--lang", help="The language of the pages; left out: identified.")
@click.option("--extractor", type=EXTRACTORS, default="trafilatura", show_default=True, help="What takes the text.")
@click.option(
    "--format", "form", type=FORMATS, default="jsonl.zst", show_default=True, help="Of the extracted documents."
)
@runtime_options
@click.pass_context
def extract(context: click.Context, /, files: tuple[str, ...], **given: Any) -> None:
    """Extract the text of the pages in WARC FILES, with the language of each."""
    from roots import filtering, summary

    how = how_to_run(context, given.pop("runner"), given.pop("workers"))
    request = filtering.Request(files=files, **given)
    summary.extracted(filtering.run_extract(request, how), request.output)
