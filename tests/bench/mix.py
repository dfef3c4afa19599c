"""The mix against its floor: reading the same Parquet tables and writing them as Arrow, in the same run.

The floor of a mix reads the Parquet files that the mix reads and writes as many of their rows as stand in its datasets,
in any order. It hashes nothing, orders nothing, decides nothing, reads no verdicts and leaves the disk to the system. A
mix computes the SHA-256 of every byte that it writes, which alone takes a third of what the floor takes. "In two runs"
is what a language takes that is too large to be made at once: its texts are written and read once more. The least time
of all rounds counts: these pieces move much memory, and what else the machine does only adds to it.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pyarrow as pa

from catalog.document import DOCUMENTS, content_hash, document_id
from pipelines import storage, tables
from pipelines.judge import Judged, counts
from pipelines.plan import BASE, LEAST
from pipelines.run import Runtime
from pipelines.shards import Shard
from pipelines.task import Task, Work, complete
from roots.mix import mixing
from roots.mix.settings import MixSettings
from tests.bench.texts import Sample

SHARD = 64_000_000
"""Bytes of text of a curated shard, about."""

LITTLE = BASE + LEAST
"""Bytes of memory of a worker that has just enough."""

GOAL = "0.5"
"""Of the floor's rate."""


def ratios(data: Sequence[Sample], size: float, rounds: int) -> list[tuple[str, float, float, str]]:
    """Print the rates of the floor and of mixes of `size` MB of text; the ratios."""
    from pipelines import run

    head = f"\nmix, {size:,.0f} MB of text, five languages, a source each; Arrow files alone"
    print(head + "\n  " + " " * 44 + "     MB/s         s", flush=True)
    before, run._execute = run._execute, _plainly  # Beam's start is no part of the mix
    try:
        with tempfile.TemporaryDirectory() as folder:
            judged = shelved(data, size, folder)
            megabytes = sum(each.shard.bytes for each in judged) / 1e6
            every = MixSettings(formats=("arrow",))
            several = replace(every, shard_bytes=int(size * 5e4))
            held_out = replace(every, alpha=0.5, budget=int(megabytes * 9e5), validation=0.05)
            made: dict[str, Callable[[str], None]] = {
                "Parquet read, Arrow written: the floor": lambda work: _floor(work, judged, 1),
                "the floor of the budget": lambda work: _floor(work, judged, 0.9),
                "mix, all that was kept": lambda work: _mix(work, judged, every, Runtime()),
                "mix, several files a language": lambda work: _mix(work, judged, several, Runtime()),
                "mix, budget and validation": lambda work: _mix(work, judged, held_out, Runtime()),
                "mix, several files, in two runs": lambda work: _mix(work, judged, several, Runtime(memory=LITTLE)),
            }
            found: dict[str, list[float]] = {name: [] for name in made}
            for _ in range(rounds + 1):
                for name, piece in made.items():
                    start = time.process_time()
                    piece(folder)
                    found[name].append(time.process_time() - start)
                    storage.remove(storage.join(folder, "corpus"))
    finally:
        run._execute = before
    rates = {}
    for name, seconds in found.items():
        used = min(seconds[1:])
        rates[name] = megabytes / used
        print(f"  {name:44}{rates[name]:9.1f}{used:10.2f}", flush=True)
    floor, of_budget, *mixes = rates
    floors = {name: rates[of_budget if "budget" in name else floor] for name in mixes}
    return [(f"{name} / floor", rates[name], floors[name], "" if "two runs" in name else GOAL) for name in mixes]


def shelved(data: Sequence[Sample], size: float, work: str) -> list[Judged]:
    """Curated and judged shards of so many MB of text: the texts again and again, their words in another order."""
    judged: list[Judged] = []
    first = 0
    for number, rows in enumerate(_shards(data, size)):
        source, stem = f"source-{rows[0]['lang']}", f"shard{number:03d}"
        for place, row in enumerate(rows):
            row |= {"id": document_id(source, stem, place), "source": source, "meta": '{"title": "a"}'}
        shard = Shard(source, stem, len(rows), sum(row["bytes"] for row in rows), first)
        ledger = storage.join(work, source, "ledger", f"{stem}.judged.parquet")
        schemas = {"documents": DOCUMENTS, "measures": tables.MEASURES, "ledger": tables.LEDGER}
        written = {name: pa.Table.from_pylist(rows, schema=schema) for name, schema in schemas.items()}
        outputs = [
            tables.write(ledger if name == "ledger" else shard.path(work, name), table)
            for name, table in written.items()
        ]
        counted = counts(written["measures"], written["ledger"])
        manifest = {"source": source, "counts": counted, "files": [outputs[-1].record()]}
        judged.append(Judged(shard, ledger, manifest))
        first += len(rows)
    return judged


def _shards(data: Sequence[Sample], size: float) -> Iterator[list[dict[str, object]]]:
    order = random.Random(0)
    for lang in ("ar", "en", "es", "vi", "zhs"):
        chosen = [sample.text for sample in data if sample.params.code == lang] or [data[0].text]
        rows: list[dict[str, object]] = []
        held = total = 0
        while total < size * 2e5:
            for text in order.sample(chosen, len(chosen)):
                # Copies of texts would be packed away.
                words = text.split(" ") if " " in text else list(text)
                made = " ".join(order.sample(words, len(words)))
                encoded = made.encode()
                rows.append({"text": made, "lang": lang, "bytes": len(encoded), "content_hash": content_hash(encoded)})
                held += len(encoded)
            if held >= SHARD:
                yield rows
                total, rows, held = total + held, [], 0
            if total + held >= size * 2e5:
                break
        if rows:
            yield rows


def _plainly(tasks: Sequence[Task], work: Work, how: Runtime) -> None:
    for task in tasks:
        complete(task, work)


def _mix(work: str, judged: Sequence[Judged], settings: MixSettings, how: Runtime) -> None:
    mixing.mix(work, judged, settings, how)


def _floor(work: str, judged: Sequence[Judged], share: float) -> None:
    """Read all rows, write that share of each batch."""
    names = ["id", "text", "source", "url", "meta"]
    for number, each in enumerate(judged):
        path = Path(work, "corpus", f"{number}.arrow")
        path.parent.mkdir(exist_ok=True)
        batches = tables.batches(each.shard.path(work, "documents"), names)
        first = next(batches)
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, first.schema) as writer:
            for batch in chain([first], batches):
                writer.write_batch(batch.slice(0, int(batch.num_rows * share)))
