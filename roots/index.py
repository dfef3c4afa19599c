"""An index of WARC files that one has, so that roots pseudo-crawl finds in them what seeds ask for."""

from collections.abc import Sequence
from pathlib import Path

from catalog.crawl.captures import CrawlIndexError
from catalog.crawl.make_index import Indexed, make_index, names_below
from catalog.entry import EntryError
from catalog.sources import entry_for_files
from pipelines.progress import console


def index(files: Sequence[str], output: Path, below: str | None, crawl: str) -> Indexed:
    """Write the index of WARC files, which may be named by patterns. Raises CrawlIndexError or EntryError."""
    if output.suffix != ".parquet":
        raise CrawlIndexError(f"{output}: an index is a Parquet file; let its name end in .parquet")
    entry = entry_for_files(files, None)
    if entry.kind != "pseudo_crawl":
        raise EntryError(f"{entry.data.files[0]}: is no web archive (.warc.gz)")
    found = sorted(entry.data.files)
    return make_index(found, names_below(found, below), output, crawl, _told)


def _told(number: int) -> None:
    if number % 100 == 0:
        console.print(f"index: {number:,} files", highlight=False)
