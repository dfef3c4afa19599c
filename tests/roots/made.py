"""What tests of the commands make: parameters, web archives, files of datasets, and tables without curation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from catalog.document import DOCUMENTS, content_hash, document_id
from pipelines import storage, tables
from pipelines.judge import Judged, counts
from pipelines.shards import Shard
from pipelines.tables import Output
from roots import arrow_dataset


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code, and what it printed."""

    code: Any
    out: str
    err: str


def params_folder(folder: Path, change: str) -> Path:
    """A folder of parameters that changes one line of a filter of Yoruba."""
    packaged = (Path(__file__).parents[2] / "lang_params" / "yo.toml").read_text(encoding="utf-8")
    folder.mkdir()
    name = change.split(" ")[0]
    packaged = "".join(line for line in packaged.splitlines(keepends=True) if not line.startswith(f"{name} "))
    (folder / "yo.toml").write_text(packaged.replace("[filters]\n", f"[filters]\n{change}\n"), encoding="utf-8")
    return folder


def page(url: str, paragraphs: Sequence[str], *, length: int | None = None) -> bytes:
    """A WARC record of a page; `length` is what its header says instead of the truth."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    html = f"<html><head><title>t</title></head><body><article>{body}</article></body></html>".encode()
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + html
    size = len(block) if length is None else length
    header = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Record-ID: <urn:{url}>\r\n"
        f"WARC-Date: 2022-03-01T00:00:00Z\r\nContent-Type: application/http\r\nContent-Length: {size}\r\n\r\n"
    )
    return header.encode() + block + b"\r\n\r\n"


def write_shard(path: str, table: pa.Table) -> Output:
    """A file of a dataset with the rows of a table as they stand."""
    return arrow_dataset.write_ordered(path, [(arrow_dataset.Rows(table), np.arange(table.num_rows))])


def shelve(work: str, sources: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Judged]:
    """Write documents, measures and a ledger for each source, as judging leaves them.

    A row has a `text` and a `lang`, and may have `dropped_by` and `cuts`; its id is that of its place.
    """
    judged, first = [], 0
    for source, rows in sorted(sources.items()):
        given: list[dict[str, Any]] = [
            {
                "id": document_id(source, "x", place),
                "source": source,
                "content_hash": content_hash(row["text"].encode()),
                "meta": "{}",
                "bytes": len(row["text"].encode()),
                **row,
            }
            for place, row in enumerate(rows)
        ]
        shard = Shard(source, "x", len(rows), sum(row["bytes"] for row in given), first)
        ledger = storage.join(work, source, "ledger", "x.judged.parquet")
        found = {"documents": DOCUMENTS, "measures": tables.MEASURES, "ledger": tables.LEDGER}
        written = {name: pa.Table.from_pylist(given, schema=schema) for name, schema in found.items()}
        files = [
            tables.write(ledger if name == "ledger" else shard.path(work, name), table).record()
            for name, table in written.items()
        ]
        counted = counts(written["measures"], written["ledger"])
        manifest = {"source": source, "counts": counted, "not_applied": {}, "files": files[-1:]}
        judged.append(Judged(shard, ledger, manifest))
        first += len(rows)
    return judged
