"""What the steps of a cleaning chain did to a source: exact counts, and samples of what each removed or changed.

A sample holds at most 1,000 documents a step: those that come first by a keyed hash of their id, so that any number of
workers draw the same. Old and new text stand side by side; of a long text only the part around the first difference.
Where a source is redacted, so are its samples. Texts stand in them and nowhere else: counts go to manifests and cards.
"""

import heapq
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from filters import pii_engines
from filters.cleaning_templates import rank
from filters.pii_kinds import Choice
from pipelines import tables
from pipelines.tables import Output

FOLDER = "cleaning"
"""In a source's folder: the samples of each shard, beside its tables and named as they are."""

SKIPPED = "skipped"
"""In a source's folder: the common lines of a seed that `dedup_seed_lines` took out."""

MOST = 1000
"""Documents of a sample, as in ROOTS."""

SHOWN = 2000
"""Characters of a text in a sample."""

BEFORE = 200
"""Of these, before the first difference."""

SAMPLES = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("step", pa.int32(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("start", pa.int64(), nullable=False),
        pa.field("old", pa.string(), nullable=False),
        pa.field("new", pa.string()),
        pa.field("reason", pa.string()),
    ]
)
"""A row of a sample. `step` is the place of the step in the chain; `start` the first character that is shown; `new` is
null for a document that was removed."""

COUNTS = ("documents", "bytes", "documents_after", "bytes_after", "changed")
"""What is counted of a step: documents and bytes of text before and after, and how many texts it changed."""

Row = tuple[int, int, dict[str, Any]]
"""The negative of a document's rank, the negative of how many came before it, and its row of a sample."""


class Report:
    """Collects what the steps of a chain do. `choice` is what samples are redacted by, None where nothing is."""

    def __init__(self, chain: Sequence[str], choice: Choice | None) -> None:
        self._chain = tuple(chain)
        self._choice = choice
        self._counts = [dict.fromkeys(COUNTS, 0) for _ in chain]
        self._samples: list[list[Row]] = [[] for _ in chain]
        self._came = 0

    def note(self, step: int, id: str, *, old: str, new: str | None, reason: str | None = None) -> None:
        """What a step of the chain made of one document; `new` is None when it removed it."""
        counts = self._counts[step]
        size = len(old) if old.isascii() else len(old.encode())
        counts["documents"] += 1
        counts["bytes"] += size
        if new is not None:
            counts["documents_after"] += 1
            if new == old:
                counts["bytes_after"] += size
                return
            counts["bytes_after"] += len(new) if new.isascii() else len(new.encode())
            counts["changed"] += 1
        self._draw(step, id, old, new, reason)

    def _draw(self, step: int, id: str, old: str, new: str | None, reason: str | None) -> None:
        place = -int.from_bytes(rank(id))
        if self._drawn(step, place):
            start, before, after = shown(
                pii_engines.shown(old, self._choice), None if new is None else pii_engines.shown(new, self._choice)
            )
            found = {"step": step, "name": self._chain[step], "start": start, "old": before, "new": after}
            self._put(step, place, {"id": id, **found, "reason": reason})

    def _drawn(self, step: int, place: int) -> bool:
        drawn = self._samples[step]
        return len(drawn) < MOST or place > drawn[0][0]

    def _put(self, step: int, place: int, sample: dict[str, Any]) -> None:
        drawn = self._samples[step]
        self._came += 1
        row = (place, -self._came, sample)
        if len(drawn) < MOST:
            heapq.heappush(drawn, row)
        else:
            heapq.heapreplace(drawn, row)

    def add(self, counts: Iterable[Mapping[str, int]], samples: Iterable[Mapping[str, Any]]) -> None:
        """Take in what another report says of the same chain."""
        for mine, other in zip(self._counts, counts, strict=True):
            for name in COUNTS:
                mine[name] += other[name]
        self.add_samples(samples)

    def add_samples(self, samples: Iterable[Mapping[str, Any]]) -> None:
        """Take in the samples of another report of the same chain; of both those that come first stay."""
        for sample in samples:
            place = -int.from_bytes(rank(sample["id"]))
            if self._drawn(sample["step"], place):
                self._put(sample["step"], place, dict(sample))

    def counts(self) -> list[dict[str, Any]]:
        """The counts of every step, for a manifest."""
        return [{"step": name, **counts} for name, counts in zip(self._chain, self._counts, strict=True)]

    def rows(self) -> list[dict[str, Any]]:
        """The samples, step by step, in the order in which they were drawn."""
        return [row for drawn in self._samples for _, _, row in sorted(drawn, key=lambda row: (-row[0], -row[1]))]

    def write(self, path: str) -> Output:
        """Write the samples to a Parquet file."""
        return tables.write(path, pa.Table.from_pylist(self.rows(), schema=SAMPLES))


def without(path: str, target: str, ids: Collection[str]) -> Output:
    """Write samples anew without those of withheld documents."""
    rows = tables.read(path)
    keep = [row not in ids for row in rows.column("id").to_pylist()]
    return tables.write(target, rows.filter(pa.array(keep, pa.bool_())))


def shown(old: str, new: str | None) -> tuple[int, str, str | None]:
    """Where two texts are shown from, and what is shown of them.

    >>> shown("Ìròyìn òní", None)
    (0, 'Ìròyìn òní', None)
    >>> start, old, new = shown("क" * 5000 + "ख", "क" * 5000)
    >>> start, old[-1], len(new)
    (4800, 'ख', 200)
    """
    start = 0 if new is None else max(0, _first_difference(old, new) - BEFORE)
    return start, old[start : start + SHOWN], None if new is None else new[start : start + SHOWN]


def _first_difference(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
