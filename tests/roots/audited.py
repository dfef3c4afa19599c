"""Judged work folders with texts, made by hand, for the tests of audits; and speakers who label their sheets."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from catalog.document import document_id
from lang_params.params import load
from pipelines import storage
from tests.roots.made import shelve

SIZES = {None: 400, "stopwords": 60, "language_id": 12, "number_words": 3}
"""Documents by what drops them."""

Row = Mapping[str, Any]


def rows(sizes: Mapping[str | None, int] | None = None, lang: str = "yo") -> list[Row]:
    """Documents of a language, their ids those of a source that is called big."""
    found: list[Row] = []
    for cause, size in (SIZES if sizes is None else sizes).items():
        for _ in range(size):
            place = len(found)
            text = f"Ọ̀rọ̀ {place}, {cause or 'kept'}.\nÌlà kejì."
            found.append({"id": document_id("big", lang, place), "lang": lang, "text": text, "dropped_by": cause})
    return found


def judged(work: str, sources: Mapping[str, Sequence[Row]], *, limits: Mapping[str, Any] | None = None) -> None:
    """A work folder as judging leaves it, with the limits of each language that it holds, or with others; the texts of
    a source whose name begins with closed may be given to nobody."""
    for each in shelve(work, sources):
        uid, shard = each.shard.source, each.shard
        said = {"input": "x", "slice": [0, 1], "tables": {"documents": {"file": "x.parquet", "bytes": 1}}}
        counted = {"documents": shard.rows, "bytes": shard.bytes}
        storage.write_json(storage.join(work, uid, "documents", "x.json"), {"source": uid, **said, **counted})
        spoken = {row[0] for row in each.manifest["counts"] if row[0]}
        given = {lang: load(lang).judging() for lang in sorted(spoken)} if limits is None else limits
        manifest = {**each.manifest, "limits": given}
        storage.write_json(storage.join(work, uid, "ledger", "x.judged.json"), manifest)
        release = "closed: the text may be given to nobody" if uid.startswith("closed") else "public"
        facts = {"licence": "CC0-1.0", "properties of the licence": "open license", "permission": "open licence"}
        table = "\n".join(f"| {what} | {said} |" for what, said in {**facts, "release": release}.items())
        card = f"# A card\n\n| what | as the catalogue has it |\n|---|---|\n{table}\n\n"
        storage.write_bytes(storage.join(work, "cards", uid, "README.md"), card.encode())


def cells(path: Path, separator: str = ",") -> list[list[str]]:
    """The rows of a sheet, without what stands above its header."""
    text = path.read_bytes().decode("utf-8-sig")
    return [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if not row[0].startswith("#")]


def label(path: Path, say: Callable[[str, str], str], separator: str = ",") -> Path:
    """A copy of a sheet that a speaker has labelled: `say` is given id and text."""
    header, *found = cells(path, separator)
    done = path.with_name("labelled.csv")
    with done.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=separator)
        writer.writerow(header)
        writer.writerows([number, id, text, say(id, text), note] for number, id, text, _, note in found)
    return done
