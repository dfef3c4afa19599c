"""The files of an index: a Parquet file, a folder of them, a pattern, or a list of names; on disk or in the net."""

import gzip
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import pyarrow as pa

from catalog.crawl.captures import BATCH, INDEX, NEEDED, PLACE, CrawlIndexError
from catalog.streams import address

SUBSETS = ("warc", "robotstxt")
"""What of an index is looked at: pages, and what sites ask of crawlers."""

LISTS = (".paths", ".paths.gz", ".txt")
"""Endings of lists of names, such as Common Crawl's cc-index-table.paths.gz."""

LONGEST_LIST = 64 * 2**20
"""Bytes of a list at most; that of a crawl has 100 kB."""


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One Parquet file of an index; `crawl` and `subset` are those in its path, "" where they are columns of it."""

    path: str
    size: int
    crawl: str
    subset: str


def files(places: Sequence[str], crawls: Sequence[str], base: str) -> list[IndexFile]:
    """The files of an index that can hold pages or robots.txt of the wanted crawls (none named: of all), sorted.

    A place is a Parquet file, a folder, a pattern, or a list of names relative to `base`. Raises CrawlIndexError.
    """
    found = {file.path: file for place in places for file in _of_place(place, base)}
    wanted = [
        file for file in found.values() if (not crawls or file.crawl in ("", *crawls)) and file.subset in ("", *SUBSETS)
    ]
    if not wanted:
        crawl = f" of {', '.join(crawls)}" if crawls else ""
        raise CrawlIndexError(f"{', '.join(places)}: holds no Parquet file of an index{crawl}")
    return sorted(wanted, key=lambda file: file.path)


def batches(file: IndexFile, domains: Sequence[str], crawls: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """The rows (schema INDEX) of the registered domains; row groups without one are not read.

    Raises CrawlIndexError naming the file.
    """
    import pyarrow.dataset as ds

    wanted = ds.field("url_host_registered_domain").isin(list(domains))
    try:
        storage, inner = _filesystem(file.path)
        data = ds.dataset(inner, format="parquet", filesystem=storage)
        names = data.schema.names
        _check(file, names)
        if not file.subset:
            wanted &= ds.field("subset").isin(list(SUBSETS))
        if not file.crawl and crawls:
            wanted &= ds.field("crawl").isin(list(crawls))
        columns = [name for name in INDEX.names if name in names]
        for batch in data.scanner(columns=columns, filter=wanted, batch_size=BATCH, batch_readahead=2).to_batches():
            if batch.num_rows:
                yield _typed(batch, file)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError, OSError, ValueError) as error:
        if isinstance(error, CrawlIndexError):
            raise
        raise CrawlIndexError(f"{file.path}: cannot be read as an index: {_first_line(error)}") from None


def _check(file: IndexFile, names: Sequence[str]) -> None:
    needed = [*NEEDED, *PLACE, *([] if file.subset else ["subset"])]
    missing = [name for name in needed if name not in names]
    if missing:
        raise CrawlIndexError(
            f"{file.path}: has no column {' or '.join(missing)}; an index has Common Crawl's columns, and roots index "
            "makes one of WARC files"
        )


def _typed(batch: pa.RecordBatch, file: IndexFile) -> pa.RecordBatch:
    """The rows under the schema INDEX: times in milliseconds, folders' names as columns, null for what is missing."""
    columns = []
    for field in INDEX:
        if field.name in batch.schema.names:
            column = batch.column(field.name)
            if pa.types.is_timestamp(column.type) and column.type.tz is None:
                column = column.cast(pa.timestamp(column.type.unit, tz="UTC"))
            columns.append(column.cast(field.type, safe=field.name != "fetch_time"))
        else:
            value = {"crawl": file.crawl, "subset": file.subset}.get(field.name) or None
            columns.append(pa.repeat(pa.scalar(value, field.type), batch.num_rows))
    found = pa.RecordBatch.from_arrays(columns, schema=INDEX)
    found.validate(full=True)  # DuckDB mixes up the columns of rows whose texts are no UTF-8
    return found


def _of_place(place: str, base: str) -> list[IndexFile]:
    try:
        storage, inner = _filesystem(place)
        if place.lower().endswith(LISTS):
            return [_file(path, 0) for path in _listed(storage, inner, place, base)]
        if place.startswith(("http://", "https://")) and place.endswith(".parquet"):
            return [_file(place, 0)]
        found = _found(storage, inner)
    except (OSError, ValueError, ImportError) as error:
        if isinstance(error, CrawlIndexError):
            raise
        raise CrawlIndexError(f"{place}: {_first_line(error)}") from None
    if not found:
        raise CrawlIndexError(f"{place}: there is no Parquet file of an index")
    return [_file(address(storage, info["name"]), int(info["size"] or 0)) for info in found]


def _found(storage: Any, inner: str) -> list[dict[str, Any]]:
    if storage.isfile(inner):
        return [storage.info(inner)]
    below = storage.find(inner, detail=True) if storage.isdir(inner) else storage.glob(inner, detail=True)
    return [info for info in below.values() if info["type"] == "file" and info["name"].endswith(".parquet")]


def _listed(storage: Any, inner: str, place: str, base: str) -> Iterator[str]:
    """Whole addresses of the files that a list names."""
    with storage.open(inner, "rb") as file:
        stream = gzip.GzipFile(fileobj=file) if place.endswith(".gz") else file
        data = stream.read(LONGEST_LIST + 1)
    if len(data) > LONGEST_LIST:
        raise CrawlIndexError(f"{place}: has more than {LONGEST_LIST:,} bytes; it is no list of names")
    for line in io.StringIO(data.decode()):
        name = line.strip()
        if name.startswith("/") or "://" in name or ".." in name.split("/"):
            raise CrawlIndexError(f"{place}: names a file that is not below {base}")
        if name.endswith(".parquet"):
            yield joined(base, name)


def joined(base: str, name: str) -> str:
    """The address of a file below a base, which is a folder or an address.

    >>> joined("https://data.example", "crawl/a.parquet"), joined("archives/", "a.parquet")
    ('https://data.example/crawl/a.parquet', 'archives/a.parquet')
    """
    return urljoin(f"{base.rstrip('/')}/", name) if "://" in base else f"{base.rstrip('/')}/{name}"


def _file(path: str, size: int) -> IndexFile:
    crawl, subset = (re.search(rf"(?:^|/){key}=([^/]+)/", path) for key in ("crawl", "subset"))
    return IndexFile(path, size, crawl.group(1) if crawl else "", subset.group(1) if subset else "")


def _filesystem(path: str) -> tuple[Any, str]:
    """The file system of an address; buckets of S3 and Google are asked without credentials."""
    import fsspec

    options: dict[str, dict[str, Any]] = {"s3": {"anon": True}, "gs": {"token": "anon"}, "gcs": {"token": "anon"}}
    return fsspec.core.url_to_fs(path, **options.get(path.partition("://")[0], {}))  # type: ignore[no-any-return]


def _first_line(error: Exception) -> str:
    strerror = getattr(error, "strerror", None)
    return str(strerror or (str(error).splitlines() or [type(error).__name__])[0])
