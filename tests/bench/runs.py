"""What runs in processes of its own: datatrove, and the whole `roots filter` command."""

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


COMMAND = """
import atexit, pathlib, sys
status, *arguments = sys.argv[1:]
atexit.register(lambda: pathlib.Path(status).write_text(pathlib.Path("/proc/self/status").read_text()))
from roots.cli import main
main(arguments)
"""
"""The command line, which leaves what the kernel says of it: a child's `ru_maxrss` begins with its parent's memory."""


def filter_files(file: Path, workers: int = 1) -> Used:
    """The command `roots filter` on a file, in a process of its own; the memory is that of the process alone."""
    with tempfile.TemporaryDirectory() as folder:
        status, out = Path(folder, "status"), f"{folder}/out"
        arguments = ["filter", "--lang", FILE_LANGUAGE, str(file), "--output", out, "--workers", str(workers)]
        with open(f"{folder}/said", "wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-c", COMMAND, str(status), *arguments], cwd=ROOT, stdout=said, stderr=said
            )
            _, ended, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(ended)
        if process.returncode:
            raise RuntimeError(f"roots filter failed: {Path(folder, 'said').read_text(encoding='utf-8')[-2000:]}")
        peak = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return Used(usage.ru_utime + usage.ru_stime, int(peak.split()[1]) * 1024 / 1e6)


def datatrove(
    data: Sequence[Sample], python: Path, rounds: int, *, script: str = "chain.py"
) -> tuple[list[Sample], dict[str, Any]]:
    """datatrove on texts, by the Python of its environment: the texts it could take, and what the script said."""
    chosen = [sample for sample in data if sample.params.code in DATATROVE]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "texts.jsonl")
        lines = (json.dumps({"text": text, "language": DATATROVE[params.code]}) for text, params in chosen)
        file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        command = [str(python), "-I", str(Path(__file__).with_name(script)), str(file), str(rounds)]
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"datatrove failed, {script}: {done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return [sample for sample in chosen if DATATROVE[sample.params.code] not in said["left_out"]], said
