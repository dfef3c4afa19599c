"""KenLM's programs that make n-gram models: lmplz estimates one, build_binary packs it. `make lmplz` builds both.

They are no part of the Python package kenlm, which only reads models.
"""

import os
import shutil
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from filters.model_files import ModelError

VARIABLE = "ROOTS_LMPLZ"
"""The environment variable that names lmplz."""

BUILT = Path(__file__).parents[1] / ".lmplz"
"""Where `make lmplz` puts what it builds: bin/lmplz, bin/build_binary, and `version`."""

MEMORY = "1G"
"""Main memory that lmplz sorts in; what does not fit goes to its folder of temporary files. The model does not depend
on it: 100M, 1G and 2G gave the same bytes."""


@dataclass(frozen=True)
class Tools:
    """The two programs, and the version of KenLM they are of where that is known."""

    lmplz: Path
    build_binary: Path
    version: str


def find(given: Path | None = None) -> Tools:
    """lmplz and build_binary, side by side: those of `given`, of ROOTS_LMPLZ, of `make lmplz`, or on the PATH.

    Raises ModelError where there are none.
    """
    named = given or (Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else None)
    if named is not None:
        return _beside(named / "lmplz" if named.is_dir() else named)
    if (built := BUILT / "bin" / "lmplz").is_file():
        return _beside(built)
    on_path = shutil.which("lmplz")
    if on_path is None:
        raise ModelError(
            "lmplz, which estimates language models, is not there; build it in the project's folder with: make lmplz, "
            f"or name it with --lmplz or {VARIABLE}"
        )
    return _beside(Path(on_path))


def estimate(tools: Tools, lines: Iterable[str], *, order: int, folder: Path) -> Path:
    """A binary n-gram model of lines of pieces joined by spaces; returns its path in `folder`.

    Modified Kneser-Ney, with fixed discounts where too little text gives none (--discount_fallback), no pruning; the
    binary is the fast one (probing). The same lines give the same bytes. Temporary files go to `folder`, too: some
    20 to 50 times the size of the text at order 5. Raises ModelError with what the program said.
    """
    arpa, binary = folder / "model.arpa", folder / "model.kenlm"
    command = [str(tools.lmplz), "--order", str(order), "--discount_fallback", "--skip_symbols"]
    command += ["--memory", MEMORY, "--temp_prefix", f"{folder}/", "--arpa", str(arpa)]
    with (folder / "lmplz.log").open("w+", encoding="utf-8", errors="replace") as log:
        # A program that ends early breaks the pipe; why it did is in its log.
        with (
            suppress(BrokenPipeError),
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log) as process,
        ):
            assert process.stdin is not None
            for line in lines:
                process.stdin.write(f"{line}\n".encode())
        if process.returncode:
            log.seek(0)
            raise ModelError(f"{tools.lmplz} failed: {_last(log.read())}")
    if not arpa.is_file():
        raise ModelError(f"{tools.lmplz} ended without an error and wrote no model; is it KenLM's lmplz?")
    packed = subprocess.run(
        [str(tools.build_binary), "-T", f"{folder}/", "probing", str(arpa), str(binary)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if packed.returncode:
        raise ModelError(f"{tools.build_binary} failed: {_last(packed.stderr)}")
    arpa.unlink()
    return binary


def _beside(lmplz: Path) -> Tools:
    build_binary = lmplz.with_name("build_binary")
    for tool in (lmplz, build_binary):
        if not (tool.is_file() and os.access(tool, os.X_OK)):
            raise ModelError(f"{tool}: is no program; build it in the project's folder with: make lmplz")
    version = BUILT / "version"
    if lmplz.parent != BUILT / "bin" or not version.is_file():
        return Tools(lmplz, build_binary, "kenlm, version unknown")
    return Tools(lmplz, build_binary, version.read_text(encoding="ascii").strip())


def _last(said: str) -> str:
    """The last lines that a program said, as one."""
    return " ".join(said.split("\n")[-4:]).strip()[-500:] or "it said nothing"
