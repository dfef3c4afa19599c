"""Captures: rows of an index, each a record of a web archive, and what of a row may be asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog.crawl.addresses import LONGEST
from catalog.record import MAX_BYTES

INDEX = pa.schema(
    [
        ("url_surtkey", pa.string()),
        ("url", pa.string()),
        ("url_host_name", pa.string()),
        ("url_host_tld", pa.string()),
        ("url_host_registered_domain", pa.string()),
        ("fetch_time", pa.timestamp("ms", tz="UTC")),
        ("fetch_status", pa.int16()),
        ("fetch_redirect", pa.string()),
        ("content_mime_detected", pa.string()),
        ("content_languages", pa.string()),
        ("content_charset", pa.string()),
        ("warc_filename", pa.string()),
        ("warc_record_offset", pa.int64()),
        ("warc_record_length", pa.int64()),
        ("crawl", pa.string()),
        ("subset", pa.string()),
    ]
)
"""An index as `roots index` makes one: the columns of Common Crawl's that ROOTS used. There `crawl` and `subset` are
names of folders (crawl=CC-MAIN-2021-43/subset=warc)."""

NEEDED = ("url_surtkey", "url", "url_host_name", "url_host_registered_domain", "fetch_time")
PLACE = ("warc_filename", "warc_record_offset", "warc_record_length")
"""What an index must have; all other columns may be missing and are null."""

SELECTED = pa.schema([("seed_id", pa.string()), *INDEX])
"""The captures of the seeds: DIR/index.parquet."""

LONGEST_NAME = 1024
"""Characters of the name of an archive at most: what S3 takes as the name of an object."""

_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\\:?#%*\[\]{}]")

BATCH = 10_000
"""Rows of an index that are held at once."""


class CrawlIndexError(ValueError):
    """An index that cannot be used; the message names the file, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One record of an archive: the address of its page, and the bytes of the file that hold it.

    `fault` says why it may not be asked for.
    """

    url: str
    host: str
    filename: str
    offset: int
    length: int
    fault: str | None = None

    @property
    def key(self) -> tuple[str, int, int]:
        """What names the bytes."""
        return self.filename, self.offset, self.length


def capture(row: dict[str, Any]) -> Capture:
    """The capture that a row of an index names, with its fault: an index comes from elsewhere, or people edit it.

    >>> capture({"url": "https://yo.example/", "url_host_name": "yo.example", "warc_filename": "../../etc/passwd",
    ...          "warc_record_offset": 0, "warc_record_length": 10}).fault
    'warc_filename leads out of the folder of archives'
    """
    name, offset, length = (row[column] for column in PLACE)
    fault = None
    if not (row["url"] and name and isinstance(offset, int) and isinstance(length, int)):
        fault = "the row has no url, warc_filename, warc_record_offset or warc_record_length"
    elif len(row["url"]) > LONGEST:
        fault = f"url has more than {LONGEST} characters"
    elif len(name) > LONGEST_NAME or _NOT_IN_NAMES.search(name):
        fault = "warc_filename is no path of a file"
    elif any(part in ("", ".", "..") for part in name.split("/")):
        fault = "warc_filename leads out of the folder of archives"
    elif offset < 0 or offset >= 2**62:
        fault = "warc_record_offset is no place in a file"
    elif not 0 < length <= MAX_BYTES:
        fault = f"warc_record_length is not from 1 to {MAX_BYTES}"
    place = (name or "", int(offset or 0), int(length or 0))
    return Capture(row["url"] or "", row["url_host_name"] or "", *place, fault)


def selected(path: Path) -> Iterator[tuple[str, Capture]]:
    """The captures of an index of seeds, with the seed's id ("" where there is none), in the order of the file.

    Those of a seed must stand together. Raises CrawlIndexError.
    """
    import pyarrow.parquet as pq

    columns = ["seed_id", "url", "url_host_name", *PLACE]
    current, ended = "", set[str]()
    try:
        with pq.ParquetFile(path) as file:
            missing = [name for name in columns if name not in file.schema_arrow.names]
            if missing:
                raise CrawlIndexError(f"{path}: has no column {' or '.join(missing)}; --force makes it anew")
            for batch in file.iter_batches(BATCH, columns=columns):
                for row in _typed(batch.select(columns)).to_pylist():
                    seed = row["seed_id"] or ""
                    if seed != current and seed in ended:
                        raise CrawlIndexError(f"{path}: rows of seed {seed!r} stand apart; sort the table by seed_id")
                    current = seed
                    ended.add(seed)
                    yield seed, capture(row)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        raise CrawlIndexError(
            f"{path}: cannot be read as Parquet: {_first_line(error)}; --force makes it anew"
        ) from None


def _typed(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with the types of SELECTED; programs that edit tables like to change them. Texts are UTF-8."""
    schema = pa.schema([SELECTED.field(name) for name in batch.schema.names])
    columns = [batch.column(field.name).cast(field.type, safe=True) for field in schema]
    found = pa.RecordBatch.from_arrays(columns, schema=schema)
    found.validate(full=True)
    return found


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
