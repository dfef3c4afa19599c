"""What the house promises of its code: the picture of its rooms, the size of modules, tests and help for everything."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from roots.commands import roots
from tests.corpora import ROOT, environment

ROOMS = {
    "lang_params": set[str](),
    "catalog": set[str](),
    "filters": {"lang_params"},
    "pipelines": {"lang_params", "catalog", "filters"},
    "roots": {"lang_params", "catalog", "filters", "pipelines"},
}
"""Which rooms a room may import, beside itself."""

ALONE = {"apache_beam": "pipelines", "click": "roots", "argparse": "roots", "dash": "roots", "numba": "filters"}
"""What only one room may import."""

HEAVY = (
    "apache_beam",
    "dash",
    "dask",
    "datasets",
    "distributed",
    "fasttext",
    "flask",
    "numba",
    "plotly",
    "presidio_analyzer",
    "pyarrow",
    "spacy",
    "sentencepiece",
    "tokenizers",
    "torch",
    "trafilatura",
    "transformers",
)
"""What the command line may not import before a command asks for it."""

MOST_LINES = 400

MODULES = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "__pycache__" not in path.parts
)
"""Every product file."""

TESTED_BY_MODULE = [
    name for name in MODULES if not name.endswith(("/__init__.py", "/__main__.py")) and "/commands/" not in name
]

OF_A_ROOM = {
    "tests/roots/test_commands.py",
    "tests/catalog/test_demo.py",
    "tests/filters/test_golden.py",
    "tests/pipelines/test_versions.py",
    "tests/roots/test_code_corpus.py",
}
"""Test files that look at a room as a whole."""

COMMANDS = sorted(roots.commands)


@cache
def tree(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def imports(name: str) -> Iterator[tuple[str, int]]:
    """What a file imports, wherever it stands in it: the module and the level of a relative import."""
    for node in ast.walk(tree(name)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, 0) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "", node.level


def test_there_are_five_rooms_and_files_in_each() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(ROOMS)
    assert {name.split("/")[0] for name in MODULES} == set(ROOMS)


@pytest.mark.parametrize("name", MODULES)
def test_imports_are_those_of_the_picture(name: str) -> None:
    room = name.split("/")[0]
    for module, level in imports(name):
        top = module.split(".")[0]
        assert level == 0, f"{name}: a relative import"
        assert top not in ROOMS or top == room or top in ROOMS[room], f"{name} imports {module}"
        assert ALONE.get(top, room) == room, f"{name} imports {module}: only {ALONE.get(top)} may"
        assert top != "tests", f"{name} imports {module}"


def test_only_one_module_imports_beam() -> None:
    assert [name for name in MODULES if any(module.startswith("apache_beam") for module, _ in imports(name))] == [
        "pipelines/beam.py"
    ]


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_small_and_says_what_it_is(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8").splitlines()) <= MOST_LINES
    assert ast.get_docstring(tree(name)), f"{name}: no docstring"


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_in_a_module_has_a_docstring(name: str) -> None:
    public = [
        node
        for node in tree(name).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
    ]
    assert [node.name for node in public if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("name", MODULES)
def test_a_function_is_short_and_takes_few_arguments(name: str) -> None:
    functions = [node for node in ast.walk(tree(name)) if isinstance(node, ast.FunctionDef)]
    # A command has the options its users need, a kernel the arrays it works on: neither can bundle them.
    free = name.startswith(("roots/commands/", "filters/kernels/"))
    for node in functions:
        lines = (node.end_lineno or 0) - node.body[0].lineno + 1
        arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
        own = [argument for argument in arguments if argument.arg not in ("self", "cls")]
        assert lines <= 60, f"{name}: {node.name} has {lines} lines"
        assert free or len(own) <= 5, f"{name}: {node.name} has {len(own)} parameters"


@pytest.mark.parametrize("name", MODULES)
def test_no_module_is_named_for_what_is_left_over(name: str) -> None:
    assert Path(name).stem not in ("utils", "util", "base", "common", "helpers", "misc")


@pytest.mark.parametrize("name", TESTED_BY_MODULE)
def test_a_module_has_a_test_file_of_its_name(name: str) -> None:
    path = Path(name)
    assert (ROOT / "tests" / path.parent / f"test_{path.name}").is_file()


def test_a_test_file_in_a_room_is_of_a_module_or_of_a_whole_room() -> None:
    known = {str(Path("tests") / Path(name).parent / f"test_{Path(name).name}") for name in MODULES}
    found = {path.relative_to(ROOT).as_posix() for room in ROOMS for path in (ROOT / "tests" / room).rglob("test_*.py")}
    assert found - known <= OF_A_ROOM


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_and_an_example_that_names_it(name: str) -> None:
    command = roots.commands[name]
    context = click.Context(command, info_name=name, parent=click.Context(roots, info_name="roots"))
    shown = command.get_help(context)
    assert command.help
    assert f"Example: roots {name} " in shown or f"Example: roots {name}\n" in f"{shown}\n"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"roots {name}: {parameter.name} has no help"


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_stands_in_the_readme(name: str) -> None:
    assert f"roots {name}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_commands_are_those_that_are_promised() -> None:
    promised = {"build", "filter", "pseudo-crawl", "extract", "index", "dedup", "redact", "mix", "tokenize"}
    assert promised | {"sources", "languages", "check", "stats"} <= set(COMMANDS)


def test_the_command_line_imports_nothing_heavy() -> None:
    code = f"import sys, roots.cli; print([name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("arguments", [["--help"], ["build", "--help"]])
def test_help_takes_less_than_half_a_second_of_processor_time(arguments: list[str]) -> None:
    used = []
    for _ in range(3):
        with open(os.devnull, "wb") as nowhere:
            process = subprocess.Popen(
                [sys.executable, "-m", "roots", *arguments], env=environment(), stdout=nowhere, stderr=nowhere
            )
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        used.append(usage.ru_utime + usage.ru_stime)
    assert min(used) < 0.5
