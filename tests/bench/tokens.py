"""Tokenization against its floor, the bare batch call of tokenizers, and against datatrove's stage, on the same texts.

The tokenizer is trained on the first of the texts. Ours loads it, reads an Arrow file and ends with token shards in
their place, checked. With a tokenizer that cuts as BLOOM's does it is faster than the floor (`roots.pieces`). The floor
is given the same batches as lists of texts and looks at no result. datatrove's stage runs once in every round, too.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa

from catalog.document import document_id
from pipelines import storage
from pipelines.run import Runtime
from pipelines.task import Task, Work, complete
from roots import arrow_dataset, encoders, tokenizer
from roots.mix.mixing import Mixed
from roots.tokenize import tokenize
from tests.bench.texts import Sample
from tests.roots.made import write_shard

VOCABULARY = 32_000

TRAINED_ON = 4_000_000
"""Bytes of text."""

DATATROVE = "datatrove DocumentTokenizer"

Ratios = list[tuple[str, float, float, str]]


def ratios(data: Sequence[Sample], python: Path, rounds: int) -> Ratios:
    """Print the rates of the floor, of ours and of datatrove's stage; the ratios."""
    from pipelines import run

    before, run._execute = run._execute, _plainly  # Beam's start is no part of it
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _measured(data, folder, python, rounds)
    finally:
        run._execute = before


def _measured(data: Sequence[Sample], folder: str, python: Path, rounds: int) -> Ratios:
    path, other = _trained(data, folder)
    encoder = encoders.load(path)
    mixed, texts = _mixed(data, folder)
    size = sum(len(text.encode()) for text in texts) / 1e6
    print(
        f"\ntokenization, {size:.2f} MB, {len(texts):,} texts; byte-level BPE of {encoder.vocabulary:,} pieces, "
        f"trained on the first {TRAINED_ON / 1e6:.0f} MB\n  {'':44}     MB/s         s",
        flush=True,
    )
    batches = list(encoders._batches(texts))
    plain = tokenizer.load(path)
    made = {
        "encode_batch_fast alone: the floor": lambda: _floor(plain, batches),
        "token shards, from an Arrow file": lambda: _whole(folder, mixed, path),
        "any other tokenizer, loaded before": lambda: _whole(folder, mixed, other, load=False),
        "token shards, all copied from old ones": lambda: _whole(folder, mixed, other, again=True),
    }
    found: dict[str, list[float]] = {name: [] for name in made}
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    versions = ""
    for _ in range(rounds + 1):
        for name, piece in made.items():
            start = time.process_time()
            piece()
            found[name].append(time.process_time() - start)
        if python.exists():
            said = datatrove(texts, path, python)
            found.setdefault(DATATROVE, []).append(said["seconds"])
            versions = ", ".join(f"{name} {number}" for name, number in said["versions"].items())
    rates = {name: size / median(seconds[1:]) for name, seconds in found.items()}
    for name, seconds in found.items():
        more = f"   {versions}" if name == DATATROVE else ""
        print(f"  {name:44}{rates[name]:9.2f}{median(seconds[1:]):10.2f}{more}", flush=True)
    floor, shards, others = list(rates.values())[:3]
    held: Ratios = [
        ("token shards / encode_batch_fast alone", shards, floor, "0.95"),
        ("token shards, any other tokenizer / encode_batch_fast alone", others, floor, "0.95"),
    ]
    if DATATROVE not in rates:
        print(f"  datatrove's: not measured: {python} is not there; make bench makes it")
        return held
    return [*held, ("token shards / datatrove's stage", shards, rates[DATATROVE], "1.2")]


def datatrove(texts: Sequence[str], path: str, python: Path) -> dict[str, Any]:
    """datatrove on the texts, by the Python of its environment: what the script said."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "texts.jsonl")
        file.write_text("".join(f"{json.dumps({'text': text})}\n" for text in texts), encoding="utf-8")
        script = Path(__file__).with_name("datatrove_tokens.py")
        command = [str(python), "-I", str(script), str(file), path]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"datatrove failed: {done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _trained(data: Sequence[Sample], folder: str) -> tuple[str, str]:
    """A tokenizer; and the same with a plain token added, which is looked for in whole texts, as in any other."""
    chosen, size = [], 0
    for text, _ in data:
        size += len(text.encode())
        chosen.append(text)
        if size > TRAINED_ON:
            break
    paths = storage.join(folder, "tokenizer.json"), storage.join(folder, "other.json")
    trained = tokenizer.train(chosen, VOCABULARY)
    tokenizer.save(trained, paths[0])
    trained.add_tokens(["<a token that no text has>"])
    storage.write_bytes(paths[1], trained.to_str().encode())
    return paths


def _mixed(data: Sequence[Sample], folder: str) -> tuple[Mixed, list[str]]:
    """The texts as the mix would write them, in one file."""
    texts = [text for text, _ in data]
    rows = [
        {"id": document_id("bench", "texts", place), "text": text, "source": "bench", "url": None, "meta": "{}"}
        for place, text in enumerate(texts)
    ]
    path = storage.join(folder, "corpus", "all", arrow_dataset.shard_name(0, 1))
    output = write_shard(path, pa.Table.from_pylist(rows))
    size = {"all": sum(len(text.encode()) for text in texts)}
    return Mixed(size, size, {"all": [path]}, {"all": [{"files": [output.record()]}]}), texts


def _floor(plain: Any, batches: Sequence[list[str]]) -> None:
    for batch in batches:
        plain.encode_batch_fast(batch, add_special_tokens=False)


def _whole(folder: str, mixed: Mixed, path: str, *, again: bool = False, load: bool = True) -> None:
    """Token shards made from nothing, or made again from those that are there; the tokenizer is loaded anew."""
    if load:
        encoders.loaded.cache_clear()
    if again:
        manifest = storage.join(folder, "tokens", "all_text_document.json")
        storage.write_json(manifest, {**storage.read_json(manifest), "key": "another"})
    else:
        storage.remove(storage.join(folder, "tokens"))
    tokenize(folder, mixed, path, Runtime())


def _plainly(tasks: Sequence[Task], work: Work, how: Runtime) -> None:
    for task in tasks:
        complete(task, work)
