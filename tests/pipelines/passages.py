"""Judged shards of given texts, as judging leaves them, for the tests of repeated passages."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from catalog.document import DOCUMENTS, content_hash, document_id
from pipelines import storage, tables
from pipelines.judge import Judged, counts
from pipelines.shards import Shard

SENTENCES = (
    "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba. ",
    "Wọ́n ní ẹ̀bùn ti làákàyè àti ti ẹ̀rí‐ọkàn, ó sì yẹ kí wọn ó máa hùwà sí ara wọn. ",
    "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है। ",
    "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。",
    "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. ",
    "👩\u200d👩\u200d👧 is a family, 👍🏽 is a hand, 🇧🇯 and 🇳🇬 are flags of two countries side by side. ",
)


def shelve(
    work: str, sources: Mapping[str, Sequence[Mapping[str, Any]]], *, rows: int = 1000, folder: str = "verdicts"
) -> list[Judged]:
    """Write documents, measures and a ledger for each source, in shards of so many rows.

    A row has a `text`, and may have a `lang` and what a ledger holds; its id is that of its place in the source.
    """
    judged, first = [], 0
    for source, given in sorted(sources.items()):
        whole = [_row(source, place, row) for place, row in enumerate(given)]
        for start in range(0, len(whole), rows):
            some = whole[start : start + rows]
            shard = Shard(source, f"s{start:05d}-{rows}", len(some), sum(row["bytes"] for row in some), first)
            ledger = storage.join(work, source, folder, f"{shard.stem}.judged.parquet")
            schemas = {"documents": DOCUMENTS, "measures": tables.MEASURES, "ledger": tables.LEDGER}
            found = {name: pa.Table.from_pylist(some, schema=schema) for name, schema in schemas.items()}
            for name, table in found.items():
                tables.write(ledger if name == "ledger" else shard.path(work, name), table)
            counted = counts(found["measures"], found["ledger"])
            judged.append(Judged(shard, ledger, {"source": source, "counts": counted, "not_applied": {}, "key": "k"}))
            first += len(some)
    return judged


def _row(source: str, place: int, row: Mapping[str, Any]) -> dict[str, Any]:
    data = row["text"].encode()
    return {
        "id": document_id(source, "x", place),
        "source": source,
        "content_hash": content_hash(data),
        "meta": "{}",
        "bytes": len(data),
        "lang": "yo",
        **row,
    }


def verdicts(judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """The rows of all ledgers."""
    return [row for each in judged for row in tables.read(each.ledger).to_pylist()]


def cuts(judged: Sequence[Judged]) -> list[list[tuple[int, int]] | None]:
    """The spans of all documents; None where nothing is cut."""
    return [row["cuts"] and [(span["start"], span["end"]) for span in row["cuts"]] for row in verdicts(judged)]
