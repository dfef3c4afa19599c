"""Finding the captures of seeds in an index: a join by DuckDB, file by file, then the latest of each address.

Every file's matches are kept under `work`, so that a search that was ended goes on at the next file. DuckDB holds at
most MEMORY and puts what is more on disk.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog.crawl import index_files
from catalog.crawl.captures import BATCH, INDEX, SELECTED, CrawlIndexError
from catalog.crawl.files import replacing
from catalog.crawl.index_files import IndexFile
from catalog.crawl.seeds import Seed

MEMORY = "1GB"
"""What DuckDB may hold; a pseudo-crawl of the size of ROOTS's has 35 million captures."""

ROW_GROUP = 100_000
"""Rows of a group of the tables written here."""

# A page of a seed: the same registered domain, and a key that begins with the seed's. robots.txt of its host besides,
# whose key is the host's part of the seed's key and /robots.txt.
_JOIN = """
SELECT s.place, s.id AS seed_id, s.length, c.*
FROM captures c JOIN seeds s
    ON c.url_host_registered_domain = s.domain
    AND CASE c.subset WHEN 'warc' THEN starts_with(c.url_surtkey, s.surtkey)
        ELSE c.fetch_status = 200 AND c.url_surtkey = s.host || '/robots.txt' END
"""

# The latest capture of an address over all crawls and seeds. Of two seeds that have it the nearer one takes it, that
# is the longer key; ROOTS let chance decide. The rest makes the order of captures of one time sure.
_PAGES = """
SELECT * EXCLUDE (place, length) FROM hits WHERE subset = 'warc'
QUALIFY row_number() OVER (
    PARTITION BY url ORDER BY fetch_time DESC NULLS LAST, length DESC, place, crawl DESC, warc_filename,
    warc_record_offset, warc_record_length
) = 1
ORDER BY place, url_surtkey, url
"""

_ROBOTS = """
SELECT * EXCLUDE (place, length) REPLACE (NULL::VARCHAR AS seed_id) FROM hits
WHERE subset = 'robotstxt'
    AND url_host_name IN (SELECT url_host_name FROM pages)
QUALIFY row_number() OVER (
    PARTITION BY url_host_name ORDER BY fetch_time DESC NULLS LAST, url DESC, crawl DESC, warc_filename,
    warc_record_offset, warc_record_length
) = 1
ORDER BY url_host_name
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: captures of pages, of which seeds, and the captures of robots.txt."""

    pages: int
    robots: int


def search(
    seeds: Sequence[Seed], files: Sequence[IndexFile], crawls: Sequence[str], target: Path, told: Callable[[int], None]
) -> Found:
    """Write the captures of the seeds to `target`/index.parquet, and of robots.txt to `target`/robots.parquet.

    `told` is called with the number of files done. Raises CrawlIndexError. Memory does not depend on the index.
    """
    import duckdb

    try:
        return _searched(seeds, files, crawls, target, told)
    except duckdb.Error as error:
        raise CrawlIndexError(f"{target}: the search failed: {str(error).splitlines()[0]}") from None


def _searched(
    seeds: Sequence[Seed], files: Sequence[IndexFile], crawls: Sequence[str], target: Path, told: Callable[[int], None]
) -> Found:
    work = target / "search"
    work.mkdir(parents=True, exist_ok=True)
    table, domains = _seed_table(seeds), sorted({seed.url_host_registered_domain for seed in seeds})
    asked = _hash(repr((table.to_pydict(), sorted(crawls))))
    hits = []
    for number, file in enumerate(files, 1):
        path = work / f"{_hash(repr((asked, file)))}.parquet"
        if not path.exists():
            _write_hits(path, table, index_files.batches(file, domains, crawls))
        hits.append(path)
        told(number)
    with _connected(work) as connection:
        connection.register("hits", _rows(hits))
        pages = _write(target / "index.parquet", connection.sql(_PAGES).to_arrow_reader(BATCH))
        connection.register("hits", _rows(hits))
        connection.register("pages", _rows([target / "index.parquet"], ["url_host_name"]))
        robots = _write(target / "robots.parquet", connection.sql(_ROBOTS).to_arrow_reader(BATCH))
    shutil.rmtree(work)
    return Found(pages, robots)


def _rows(paths: Sequence[Path], columns: Sequence[str] | None = None) -> pa.RecordBatchReader:
    """The rows of Parquet files, to be read once, a few batches ahead: what DuckDB holds is told by MEMORY alone."""
    import pyarrow.dataset as ds

    scanner = ds.dataset(list(map(str, paths))).scanner(
        columns=columns, batch_size=BATCH, batch_readahead=2, fragment_readahead=1
    )
    return scanner.to_reader()


def _write_hits(path: Path, seeds: pa.Table, captures: Iterator[pa.RecordBatch]) -> None:
    """Write the matches of one file of the index; an error of reading is raised as it is, not as DuckDB tells it."""
    faults: list[Exception] = []

    def read() -> Iterator[pa.RecordBatch]:
        try:
            yield from captures
        except Exception as error:
            faults.append(error)
            raise

    with _connected(path.parent) as connection:
        connection.register("seeds", seeds)
        connection.register("captures", pa.RecordBatchReader.from_batches(INDEX, read()))
        try:
            _write(path, connection.sql(_JOIN).to_arrow_reader(BATCH))
        except Exception:
            if faults:
                raise faults[0] from None
            raise


@contextmanager
def _connected(work: Path) -> Iterator[Any]:
    """A DuckDB without network, extensions or files but those it is given."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(work / "spilled"),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "preserve_insertion_order": False,
    }
    with duckdb.connect(config=settings) as connection:
        yield connection


def _seed_table(seeds: Sequence[Seed]) -> pa.Table:
    keys = [seed.url_surtkey for seed in seeds]
    columns = {
        "place": pa.array(range(len(seeds)), pa.int32()),
        "id": [seed.id for seed in seeds],
        "domain": [seed.url_host_registered_domain for seed in seeds],
        "surtkey": keys,
        "length": pa.array([len(key) for key in keys], pa.int32()),
        "host": [key.partition(")")[0] + ")" for key in keys],
    }
    return pa.table(columns)


def _hash(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _write(path: Path, rows: pa.RecordBatchReader) -> int:
    """Write rows to a file that appears when it is whole; how many. The same rows give the same bytes."""
    import pyarrow.parquet as pq

    schema = SELECTED if "place" not in rows.schema.names else rows.schema
    count = 0
    with replacing(path) as temporary, pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for table in _groups(rows):
            writer.write_table(table.cast(schema), row_group_size=ROW_GROUP)
            count += table.num_rows
    return count


def _groups(rows: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """Tables of ROW_GROUP rows, wherever the batches end."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in rows:
        held.append(batch)
        count += batch.num_rows
        while count >= ROW_GROUP:
            table = pa.Table.from_batches(held)
            yield table.slice(0, ROW_GROUP).combine_chunks()
            held = table.slice(ROW_GROUP).to_batches()
            count -= ROW_GROUP
    if held:
        yield pa.Table.from_batches(held).combine_chunks()
