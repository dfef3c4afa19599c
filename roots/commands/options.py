"""Options and arguments that several commands share."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click

from filters.table import Profile

PROFILES = click.Choice(get_args(Profile))
FORMATS = click.Choice(["jsonl.zst", "jsonl.gz", "parquet"])
PATH = click.Path(path_type=Path)
LANG_PARAMS = click.option("--lang-params", type=PATH, help="Folder that overlays the packaged parameters.")

WORK = click.option("--work", help="Work folder or URL; by default $ROOTS_WORK, else work/demo where that is there.")
"""The option of commands that look into a work folder; what it gives goes through `work_folder`."""

DEMO = "work/demo"
"""The work folder that `make demo` builds."""


def work_folder(given: str | None) -> str:
    """The work folder to look into: the one given, else that of $ROOTS_WORK, else `DEMO` where that is there.

    One that was not given is named on the error stream. Raises click.UsageError where there is none.
    """
    if given:
        return given
    named = os.environ.get("ROOTS_WORK", "")
    if not named and not os.path.isdir(DEMO):
        raise click.UsageError(f"no work folder: give --work DIR, or set ROOTS_WORK; {DEMO} is not there")
    click.echo(f"work folder: {named} (ROOTS_WORK)" if named else f"work folder: {DEMO}", err=True)
    return named or DEMO


def input_files(name: str, what: str) -> Callable[..., Any]:
    """An option that names files or folders to read, at least one."""
    return click.option(name, type=PATH, multiple=True, required=True, help=f"{what}; may be given several times.")


UNITS = {"kB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000}

SLICE = "roots.slice_bytes"
"""Where a command's context holds the size of slices."""

MEMORY = "roots.memory"
"""Where it holds the memory of a worker."""


def size(_context: click.Context, _parameter: click.Parameter, value: str | None) -> int | None:
    """A size in bytes; None where none was given."""
    if value is None:
        return None
    found = re.fullmatch(r"([0-9]{1,12})(kB|MB|GB)", value.strip())
    bytes_ = int(found.group(1)) * UNITS[found.group(2)] if found else 0
    if not bytes_:
        raise click.BadParameter(f"{value!r} is not a size: give one such as 500kB, 64MB or 1GB")
    return bytes_


def _size(context: click.Context, parameter: click.Parameter, value: str) -> None:
    """Put a size in bytes where the context holds it."""
    context.meta[MEMORY if parameter.name == "memory" else SLICE] = size(context, parameter, value)


def runtime_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that runs over many shards."""
    command = click.option(
        "--slice-size",
        default="64MB",
        show_default=True,
        callback=_size,
        expose_value=False,
        help="A larger file is cut into slices of about this size, which workers share; the result is the same.",
    )(command)
    command = click.option(
        "--memory",
        default="2GB",
        show_default=True,
        callback=_size,
        expose_value=False,
        help="What a worker may take while copies are looked for, its libraries included; the result is the same.",
    )(command)
    command = click.option("--runner", help="fnapi (one process), dask, dataflow; by default chosen by --workers.")(
        command
    )
    return click.option("--workers", type=int, default=1, show_default=True, help="Worker processes.")(command)


def how_to_run(context: click.Context, runner: str | None, workers: int) -> Any:
    """Where to run, from the options of the command and those for Beam after `--`."""
    from pipelines import run

    sizes = {"slice_bytes": context.meta.get(SLICE, run.SLICE_BYTES), "memory": context.meta.get(MEMORY, run.MEMORY)}
    return run.runtime(runner, workers, context.obj or (), **sizes)
