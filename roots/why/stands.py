"""Where a document stands in the mix and in the token shards, and where it does not, what kept it out.

The plan of the mix says in which file a document must be (`roots.mix.portions`), so one file is looked through for each
repeat, its column of ids alone; the sequence in a token shard follows from the row but for documents without a token,
and only the row groups around it are read. What is said to stand somewhere was seen there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import storage, tables
from roots import arrow_dataset, parquet, side_index
from roots.megatron import HEADER
from roots.mix import keys as mix_keys
from roots.mix.plan import MANIFEST
from roots.mix.portions import Portion
from roots.tokenize import FOLDER, shard_name
from roots.why.facts import Mix, Stand, Tokens
from roots.why.find import matching, scalar

Says = Mapping[str, Any]
"""What `mix.json` says."""


@dataclass(frozen=True)
class Known:
    """What the plan of a mix asks of a document: its id, language and source, and the hash of its content."""

    id: str
    lang: str | None
    source: str
    content_hash: str


@dataclass(frozen=True)
class _Planned:
    """What a plan says of a document: how often it is in, the folder of its dataset, how many files that has, its split
    ("" where there is one dataset), and the keys that decided."""

    times: int
    dataset: str
    folder: str
    files: int
    split: str
    portion: Portion
    ruled: bool


def mixed(work: str, known: Known, *, passed: bool) -> Mix:
    """What became of a document in the mix; `passed` is whether its verdict lets it in."""
    home = storage.join(work, "corpus")
    says = storage.read_json(storage.join(home, MANIFEST))
    if not isinstance(says, dict):
        return Mix()
    planned = _planned(says, known)
    if planned is None:
        return _out(says, known, "budget") if passed else Mix(made=True)
    stands = [
        replace(stand, tokens=_tokens(work, planned.dataset, known.id, stand.index))
        for number in sorted(set(_files(says, known, planned)))
        for stand in _stands(work, planned, number, known.id)
    ]
    if not passed:
        return Mix(made=True, stands=stands)
    if planned.times:
        return Mix(made=True, stands=stands, times=planned.times)
    return replace(_out(says, known, "rule" if planned.ruled else "budget"), stands=stands)


def _planned(says: Says, known: Known) -> _Planned | None:
    """What the plan says of a document; None where its language has no dataset."""
    plan = says["plan"]
    values = plan["portions"].get(known.lang)
    if values is None or known.lang is None:
        return None
    portion, seed = Portion(*values), plan["seed"]
    content = mix_keys.order_key(seed, known.content_hash, purpose=mix_keys.HELD_OUT)
    held = np.array([content < plan["held"]])
    times = int(portion.times(_key(mix_keys.order_key(seed, known.id)), held)[0])
    cut = plan["cuts"].get(known.lang, {}).get(known.source)
    choice = mix_keys.order_key(seed, known.id, purpose=mix_keys.CHOICE)
    ruled = cut is not None and choice >= cut
    side = bool(held[0]) and bool(portion.held_files)
    split = ("validation" if side else "train") if portion.held_files else ""
    return _Planned(
        times=0 if ruled else times,
        dataset=f"{known.lang}/validation" if side else known.lang,
        folder=f"{known.lang}/{split}" if split else known.lang,
        files=portion.held_files if side else portion.files,
        split=split,
        portion=portion,
        ruled=ruled,
    )


def _files(says: Says, known: Known, planned: _Planned) -> Iterator[int]:
    """The numbers of the files in which the repeats of a document are."""
    starts = mix_keys.bounds(planned.portion.span, planned.files)
    for repeat in range(planned.times):
        key = mix_keys.order_key(says["plan"]["seed"], known.id, repeat)
        yield int(mix_keys.part(_key(key), starts)[0])


def _key(value: int) -> NDArray[np.uint64]:
    return np.array([value], dtype=np.uint64)


def _out(says: Says, known: Known, decided: str) -> Mix:
    """A document that passed and is not in: what the mix took of its language, or of its source there."""
    share = next((each for each in says["shares"] if each["language"] == known.lang), None)
    if share is None:
        return Mix(made=True, times=0)
    if decided == "rule":
        mine = next((each for each in share["sources"] if each["source"] == known.source), None)
        took, had = (mine["once"], mine["available"]) if mine else (0, 0)
        return Mix(made=True, times=0, decided=decided, took=took, had=had)
    if share["available_tokens"] is not None:
        took, had = share["gets_tokens"], share["available_tokens"]
        return Mix(made=True, times=0, decided=decided, took=took, had=had, unit="tokens")
    once = share["gets"] if share["once"] is None else share["once"]
    return Mix(made=True, times=0, decided=decided, took=once, had=share["available"])


def _stands(work: str, planned: _Planned, number: int, id: str) -> Iterator[Stand]:
    """The rows of one file of a dataset in which a document stands."""
    name = arrow_dataset.shard_name(number, planned.files)
    file = f"corpus/{planned.folder}/{name}"
    copy = f"{parquet.FOLDER}/{parquet.name(planned.dataset, number, planned.files)}"
    path, beside = storage.join(work, file), storage.join(work, copy)
    there = storage.size(beside) is not None
    if not there and storage.size(path) is None:
        return
    before = sum(_rows_in(work, planned, each) for each in range(number))
    for row in matching(beside, "id", id) if there else _in_arrow(path, id):
        stand = Stand(
            dataset=planned.dataset.partition("/")[0],
            split=planned.split,
            corpus=file,
            parquet=copy if there else "",
            row=row,
            index=before + row,
        )
        yield stand


def _rows_in(work: str, planned: _Planned, number: int) -> int:
    """How many rows a file of a dataset has, as its manifest says."""
    name = arrow_dataset.shard_name(number, planned.files)
    path = storage.join(work, "corpus", planned.folder, name.replace(".arrow", ".json"))
    manifest = storage.read_json(path)
    return int(manifest["documents"]) if isinstance(manifest, dict) else 0


def _in_arrow(path: str, id: str) -> Iterator[int]:
    """The rows of an Arrow file in which a document stands; the file is mapped, and of its texts nothing is read."""
    first = 0
    wanted = scalar(id)
    with tables.mapped(path) as file, pa.ipc.open_stream(file) as reader:
        for batch in reader:
            for row in pc.indices_nonzero(pc.equal(batch.column("id"), wanted)).to_pylist():
                yield first + row
            first += batch.num_rows


def _tokens(work: str, dataset: str, id: str, index: int) -> Tokens | None:
    """The document that stands at a row of a dataset in its token shard; None where no shard holds it there."""
    prefix = f"{FOLDER}/{shard_name(dataset)}"
    path = storage.join(work, prefix)
    manifest = storage.read_json(f"{path}.json")
    if not isinstance(manifest, dict):
        return None
    # Documents without a token have no sequence, so it is at most as many before the row.
    first = max(0, index - int(manifest.get("blank", 0)))
    beside = side_index.part(f"{path}{side_index.ENDING}", first, index + 1)
    rows = [row for batch in beside for row in batch.to_pylist()]
    found = next((number for number in range(len(rows) - 1, -1, -1) if rows[number]["id"] == id), None)
    if found is None:
        return None
    return Tokens(prefix, first + found, int(rows[found]["tokens"]), _offset(f"{path}.idx", first + found))


def _offset(path: str, sequence: int) -> int:
    """The byte of a `.bin` file at which a sequence begins, from the index beside it: two short reads."""
    fs, inner = storage.filesystem(path)
    sequences = HEADER.unpack(fs.cat_file(inner, start=0, end=HEADER.size))[3]
    start = HEADER.size + 4 * sequences + 8 * sequence
    return int(np.frombuffer(fs.cat_file(inner, start=start, end=start + 8), "<i8")[0])
