"""Judging again: ledgers from stored measures, beside reading the same columns and writing the same ledgers.

The floor is pyarrow alone: the row groups of the measures are read one by one, and a ledger that is there is written
with the same settings, in this process.
"""

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines import config, judge, ledger, storage, tables
from pipelines.run import Runtime
from tests.measured import ALONE, MIXED, Measured, Wanted, measured

COLUMNS = (
    "id",
    "lang",
    "lang_identified",
    "language_id",
    "number_words",
    "character_repetition",
    "word_repetition",
    "special_characters",
    "stopwords",
    "flagged_words",
    "perplexity",
    "lost",
    "bytes",
    "signals",
)
"""What judging by filters and by signals needs of the measures."""

SOURCES = {"one language a shard": ALONE, "all languages in a shard": MIXED}


def ratios(documents: int, rounds: int) -> list[tuple[str, float, float, str]]:
    """The table of documents judged in a second; how near that is to reading and writing."""
    print(
        f"\njudging again, {documents:,} documents in 46 languages\n  {'':46}{'documents/s':>13}{'CPU s':>9}",
        flush=True,
    )
    found = []
    with tempfile.TemporaryDirectory() as folder:
        made = measured(folder, Wanted(documents))
        jobs = _jobs(made)
        ours, floor = [0.0, 0.0], [0.0, 0.0]
        for place, (name, sources) in enumerate(SOURCES.items()):
            mine = [job for job in jobs if job.filtering.shard.source in sources]
            ours[place], floor[place] = _both(mine, rounds)
            rows = sum(job.filtering.shard.rows for job in mine)
            _line(f"ledgers, {name}", rows, ours[place])
            _line(f"read and written, {name}", rows, floor[place])
            found.append((f"judge / Parquet read + write, {name}", 1 / ours[place], 1 / floor[place], "0.5"))
        _line("copies chosen too, all steps and their start", documents, _whole(made))
    return [("judge / Parquet read + write", 1 / sum(ours), 1 / sum(floor), "0.5"), *found]


def _jobs(made: Measured) -> list[ledger.Job]:
    """A job for each shard, whose ledger goes into a folder of its own."""
    path = config.save(made.config, made.work)
    return [
        ledger.Job(
            ledger.Filtering(made.work, shard, path, made.inputs.refusals, ""),
            storage.join(made.work, "judged", f"{shard.source}-{shard.stem}.parquet"),
        )
        for shard in made.shards
    ]


def _both(jobs: Sequence[ledger.Job], rounds: int) -> tuple[float, float]:
    """CPU seconds of judging these shards, and of reading and writing the same; medians, the first does not count."""
    times: dict[str, list[float]] = {"ours": [], "floor": []}
    for _ in range(rounds + 1):
        spent = dict.fromkeys(times, 0.0)
        for job in jobs:
            spent["ours"] += _seconds(partial(ledger.judge_shard, job))
            spent["floor"] += _seconds(partial(read_and_write, job, list(tables.batches(job.target))))
        for name, seconds in spent.items():
            times[name].append(seconds)
    ours, floor = (median(each[1:]) for each in times.values())
    return ours, floor


def read_and_write(job: ledger.Job, groups: Sequence[pa.RecordBatch]) -> None:
    """Read the measures of a shard and write a ledger that is there, a row group at a time."""
    path = job.filtering.shard.path(job.filtering.work, "measures")
    file = pq.ParquetFile(path)
    with pq.ParquetWriter(
        f"{job.target}.floor",
        tables.LEDGER,
        version="2.6",
        compression="zstd",
        compression_level=3,
        use_dictionary=["dropped_by"],
        write_statistics=["id", "dropped_by"],
        store_schema=True,
    ) as writer:
        for number, group in enumerate(groups):
            file.read_row_group(number, columns=list(COLUMNS))
            writer.write_batch(group)


def _whole(made: Measured) -> float:
    """CPU seconds of all of judging, copies included, in this process."""
    other = {code: params for code, params in made.config.languages.items() if code != "zu"}  # another key
    changed = config.Config("fixed", other, made.config.other)
    return _seconds(lambda: judge.judge(made.work, made.shards, changed, Runtime(), inputs=made.inputs))


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return max(time.process_time() - start, 1e-9)


def _line(name: str, rows: int, seconds: float) -> None:
    print(f"  {name:46}{rows / seconds:13,.0f}{seconds:9.2f}", flush=True)
