"""Options and arguments that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import click

from filters.table import Profile

PROFILES = click.Choice(get_args(Profile))
FORMATS = click.Choice(["jsonl.zst", "jsonl.gz", "parquet"])
PATH = click.Path(path_type=Path)
LANG_PARAMS = click.option("--lang-params", type=PATH, help="Folder that overlays the packaged parameters.")


def input_files(name: str, what: str) -> Callable[..., Any]:
    """An option that names files or folders to read, at least one."""
    return click.option(name, type=PATH, multiple=True, required=True, help=f"{what}; may be given several times.")


def runtime_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that runs over many shards."""
    command = click.option("--runner", help="fnapi (one process), dask, dataflow; by default chosen by --workers.")(
        command
    )
    return click.option("--workers", type=int, default=1, show_default=True, help="Worker processes.")(command)


def how_to_run(context: click.Context, runner: str | None, workers: int) -> Any:
    """Where to run, from the options of the command and those for Beam after `--`."""
    from pipelines.run import runtime

    return runtime(runner, workers, context.obj or ())
