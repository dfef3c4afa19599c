"""The entry point: splits off Beam's options, runs the command, and turns known errors into one line.

Exit codes: 0 done, 1 a run that failed, 2 a command or a file that cannot be used as given.
"""

import logging
import os
import sys
from collections.abc import Sequence

import click

from catalog.entry import EntryError
from filters.cleaning import CleaningError
from filters.model_files import ModelError, ModelNameError
from lang_params.params import ParamsError
from roots.commands import roots
from roots.visible import visible


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    ours, beam = split(given)
    _quiet_libraries()
    try:
        code = roots.main(args=ours, prog_name="roots", standalone_mode=False, obj=beam)
    except Exception as error:
        code = report(error)
    _flush()
    sys.exit(code if isinstance(code, int) else 0)


def split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Our arguments, and Beam's after a bare `--`.

    >>> split(["filter", "--lang", "yo", "--", "--num_workers=3"])
    (['filter', '--lang', 'yo'], ['--num_workers=3'])
    """
    if "--" not in arguments:
        return list(arguments), []
    at = list(arguments).index("--")
    return list(arguments[:at]), list(arguments[at + 1 :])


def report(error: Exception) -> int:
    """Say what is wrong in one line and return the exit code; an error that nobody foresaw is raised again."""
    if interrupted(error):
        click.echo("stopped; the same command goes on from here", err=True)
        return 130
    if isinstance(error, click.ClickException):
        error.show()
        return 2
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, _loaded("pipelines.run", "DryRun")):
        click.echo(str(error))
        return 0
    for code, kinds in ((2, usage_errors()), (1, failures())):
        if isinstance(error, kinds):
            click.echo(f"error: {visible(str(error))}", err=True)
            return code
    raise error


def interrupted(error: BaseException | None) -> bool:
    """Whether Ctrl-C is behind an error: click and Beam raise errors of their own for it."""
    while error is not None:
        if isinstance(error, KeyboardInterrupt | click.Abort):
            return True
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return False


def usage_errors() -> tuple[type[Exception], ...]:
    """What a person can put right in a command or a file."""
    return (
        EntryError,
        ParamsError,
        CleaningError,
        ModelNameError,
        *_loaded("catalog.crawl.captures", "CrawlIndexError"),
        *_loaded("catalog.crawl.seeds", "SeedError"),
        *_loaded("filters.addresses", "AddressError"),
        *_loaded("filters.langid_text", "TextError"),
        *_loaded("pipelines.benchmarks", "ContaminationError"),
        *_loaded("pipelines.run", "OptionError"),
        *_loaded("roots.audit.record", "AuditError"),
        *_loaded("roots.encoders", "EncoderError"),
        *_loaded("roots.folders", "FolderError"),
        *_loaded("roots.forecast", "PlanError"),
        *_loaded("roots.reference", "DeriveError"),
        *_loaded("roots.inspect_index", "InspectError"),
        *_loaded("roots.megatron", "TokensError"),
        *_loaded("roots.own_text", "OwnTextError"),
        *_loaded("roots.page.serving", "PageError"),
        *_loaded("roots.policy", "PolicyError"),
        *_loaded("roots.recipe", "RecipeError"),
        *_loaded("roots.removals", "RemovalError"),
        *_loaded("roots.reread", "RejudgeError"),
        *_loaded("roots.shares", "ShareError"),
        *_loaded("roots.tokenizer", "TokenizerError"),
        *_loaded("roots.trial", "LimitError"),
    )


def failures() -> tuple[type[Exception], ...]:
    """What made a run fail: a worker, a missing model, a disk."""
    return (
        ModelError,
        OSError,
        *_loaded("catalog.crawl.fetch", "CrawlError"),
        *_loaded("pipelines.run", "RunError"),
        *_loaded("pipelines.search", "DedupError"),
    )


def _loaded(module: str, name: str) -> tuple[type[Exception], ...]:
    """An error of a module, if the command came to load it: loading all of them would make help slow."""
    return (getattr(sys.modules[module], name),) if module in sys.modules else ()


def _flush() -> None:
    """Write out what was printed; a reader that wants no more of it (as `head`) is no error."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _quiet_libraries() -> None:
    """Only what concerns the user is shown; ROOTS_LOG=DEBUG shows what the libraries say too."""
    level = os.environ.get("ROOTS_LOG", "").upper()
    os.environ.setdefault("DASK_LOGGING__DISTRIBUTED", level.lower() or "critical")
    shown = level if level in logging.getLevelNamesMapping() else "CRITICAL"
    logging.basicConfig(level=shown, format="%(levelname)s %(name)s: %(message)s")
