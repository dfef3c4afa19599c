"""What cards need to know of measures and ledgers: personal data by kind, and the documents near each limit.

A task a shard, which reads numbers and spans and no text; what it finds is in its manifest, below `<source>/cards`.
Only of the few documents that a card shows the texts are read, a row group each.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog.entry import Entry
from lang_params.params import LangParams
from pipelines import storage, tables
from pipelines.judge import Judged
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others
from roots import nearest
from roots.cards.examples import Example, hidden
from roots.cards.personal import Personal
from roots.excerpts import excerpts
from roots.nearest import Candidate, Limits, Near

VERSION = 1
"""Of what is counted of the same measures and ledgers."""

FOLDER = "cards"
"""Below the folder of a source: the manifests of this task."""


@dataclass(frozen=True)
class Job:
    """Count one shard: its source, its measures and its ledger, and the limits in force; none where no text of the
    source may be shown."""

    source: str
    measures: str
    ledger: str
    limits: Limits


@dataclass(frozen=True)
class Counted:
    """What was counted of one shard: personal data, and the documents near each limit."""

    source: str
    personal: Sequence[Personal]
    near: Sequence[Candidate]


def count(
    work: str, judged: Sequence[Judged], entries: Mapping[str, Entry], limits: Limits, how: Runtime
) -> list[Counted]:
    """Count every shard of a build; what is finished is not done again."""
    tasks = []
    for each in judged:
        shard = each.shard
        stem = each.ledger.rsplit("/", 1)[-1].removesuffix(".parquet")
        shown = limits if not hidden(entries[shard.source]) else {}
        job = Job(shard.source, shard.path(work, "measures"), each.ledger, shown)
        # The name of a ledger carries the hash of all that decides it, measures and limits among it.
        key = storage.fingerprint([VERSION, stem, bool(shown)])
        target = storage.join(work, shard.source, FOLDER, f"{stem}.json")
        tasks.append(Task(target, key, shard.sizes.get("measures", 0), job))
    manifests = run("cards: measures", tasks, count_shard, how)
    for source in sorted({each.shard.source for each in judged}):
        folder = storage.join(work, source, FOLDER)
        discard_others(folder, [task.manifest.rsplit("/", 1)[-1] for task in tasks if task.job.source == source])
    return [
        _counted(manifest, each.shard.path(work, "documents"), task.job.measures)
        for manifest, each, task in zip(manifests, judged, tasks, strict=True)
    ]


def _counted(manifest: Mapping[str, Any], documents: str, measures: str) -> Counted:
    personal = [Personal(*row) for row in manifest["personal"]]
    near = [Candidate(Near(*row), documents, measures) for row in manifest["near"]]
    return Counted(manifest["source"], personal, near)


def count_shard(job: Job) -> dict[str, Any]:
    """What one shard holds of personal data, by language and kind, and its documents near limits."""
    documents, places = Counter[tuple[str | None, str, bool]](), Counter[tuple[str | None, str, bool]]()
    near: list[Near] = []
    first = 0
    columns = list(nearest.MEASURES) if job.limits else ["lang"]
    for measures, ledger in tables.together((job.measures, [*columns, "pii"]), (job.ledger, list(nearest.LEDGER))):
        kept = pc.is_null(ledger.column("dropped_by"))
        _add_spans(measures.column("lang"), measures.column("pii"), kept, (documents, places))
        near = nearest.best([*near, *nearest.nearest(measures, ledger, job.limits, first)])
        first += len(measures)
    keys = sorted({(lang, kind) for lang, kind, _ in documents}, key=lambda key: (key[0] or "", key[1]))
    sums = [
        [lang, kind, *(counts[lang, kind, True] + counts[lang, kind, False] for counts in (documents, places)),
         *(counts[lang, kind, True] for counts in (documents, places))]
        for lang, kind in keys
    ]  # fmt: skip
    return {"source": job.source, "personal": sums, "near": [list(each) for each in near], "files": []}


def _add_spans(langs: pa.Array, pii: pa.Array, kept: pa.Array, sums: tuple[Counter[Any], Counter[Any]]) -> None:
    """Add the documents and the places with personal data of some rows, by language, kind and whether they are kept."""
    rows = pc.list_parent_indices(pii)
    tags = pc.struct_field(pc.list_flatten(pii), "tag")
    found = pa.table({"row": rows, "lang": langs.take(rows), "tag": tags, "kept": kept.take(rows)})
    each = found.group_by(["row", "lang", "tag", "kept"], use_threads=False).aggregate([([], "count_all")])
    for row in each.to_pylist():
        key = (row["lang"], row["tag"], row["kept"])
        sums[0][key] += 1
        sums[1][key] += row["count_all"]


def read(candidates: Iterable[Candidate], languages: Mapping[str, LangParams]) -> dict[Candidate, Example]:
    """The examples that candidates are, with the beginnings of their texts; a row group is read once."""
    places: dict[tuple[str, str], list[Candidate]] = {}
    for each in sorted(set(candidates), key=lambda each: (each.documents, each.near.row)):
        places.setdefault((each.documents, each.measures), []).append(each)
    found: dict[Candidate, Example] = {}
    for (documents, measures), here in places.items():
        rows = sorted({each.near.row for each in here})
        texts = _rows(documents, ["source", "text"], rows)
        spans = {row: values["pii"] or () for row, values in _rows(measures, ["pii"], rows).items()}
        for lang in sorted({each.near.lang for each in here}):
            mine = [each for each in here if each.near.lang == lang]
            stored = [texts[each.near.row]["text"] for each in mine]
            shown = excerpts(stored, [spans[each.near.row] for each in mine], languages[lang])
            for each, text, whole in zip(mine, shown, stored, strict=True):
                found[each] = _example(each.near, texts[each.near.row]["source"], text, len(whole))
    return found


def _rows(path: str, columns: Sequence[str], rows: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Some rows of a table by their place, of which only their row groups are read."""
    found: dict[int, dict[str, Any]] = {}
    first = 0
    for group, size in enumerate(tables.group_rows(path)):
        wanted = [row - first for row in rows if first <= row < first + size]
        if wanted:
            [batch] = tables.batches(path, columns, groups=[group])
            taken = batch.take(pa.array(wanted)).to_pylist()
            found |= {row + first: values for row, values in zip(wanted, taken, strict=True)}
        first += size
    return found


def _example(near: Near, source: str, text: str, characters: int) -> Example:
    return Example(
        lang=near.lang,
        filter=near.filter,
        kept=near.kept,
        distance=near.distance,
        id=near.id,
        source=source,
        value=near.value,
        text=text,
        characters=characters,
        identified=near.identified,
    )
