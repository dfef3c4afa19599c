"""What runs in processes of its own: datatrove's chain, and the whole `roots filter` command."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.texts import FILE_LANGUAGE, Sample

ROOT = Path(__file__).parents[2]

DATATROVE = {
    "ar": "ara", "ca": "cat", "en": "eng", "es": "spa", "eu": "eus", "fr": "fra", "gu": "guj", "id": "ind", "kn": "kan",
    "ml": "mal", "mr": "mar", "ne": "nep", "pt": "por", "ta": "tam", "te": "tel", "tn": "tsn", "ur": "urd", "vi": "vie",
    "yo": "yor",
}  # fmt: skip
"""datatrove's codes of languages for whose words it has a tokenizer of their own. Those that need a package beside
spaCy (Tamil, Vietnamese and others) say so when they are asked, and are left out."""


class Used(NamedTuple):
    """What a process used: CPU seconds of it and its children, and the most memory that it held, in MB."""

    seconds: float
    memory: float


def filter_files(file: Path, workers: int = 1) -> Used:
    """The command `roots filter` on a file, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "roots",
            "filter",
            "--lang",
            FILE_LANGUAGE,
            str(file),
            "--output",
            f"{folder}/out",
        ]
        with open(f"{folder}/said", "wb") as said:
            process = subprocess.Popen(
                [*command, "--workers", str(workers)], cwd=ROOT, stdout=said, stderr=subprocess.STDOUT
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"roots filter failed: {Path(folder, 'said').read_text(encoding='utf-8')[-2000:]}")
    return Used(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3 if sys.platform == "linux" else 0.0)


def datatrove(data: Sequence[Sample], python: Path, rounds: int) -> tuple[list[Sample], dict[str, Any]]:
    """datatrove's chain on texts, by the Python of its environment: the texts it could take, and what it said."""
    chosen = [sample for sample in data if sample.params.code in DATATROVE]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "texts.jsonl")
        lines = (json.dumps({"text": text, "language": DATATROVE[params.code]}) for text, params in chosen)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        command = [str(python), "-I", str(Path(__file__).with_name("chain.py")), str(file), str(rounds)]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"datatrove's chain failed: {done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return [sample for sample in chosen if DATATROVE[sample.params.code] not in said["left_out"]], said
