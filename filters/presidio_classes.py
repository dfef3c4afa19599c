"""Recognizers of presidio-analyzer by themselves: their classes, without what the package loads beside them.

`import presidio_analyzer` loads spaCy, and transformers and torch where they are installed: 5 to 20 seconds and some
hundred MB in every worker, of which a recognizer of patterns uses nothing. Only the modules that define recognizers are
run here; their packages stand in as empty ones meanwhile, and are gone afterwards, so that whoever imports
presidio_analyzer gets the whole of it.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

PACKAGE = "presidio_analyzer"

PARTS = {
    "AnalysisExplanation": "analysis_explanation",
    "RecognizerResult": "recognizer_result",
    "EntityRecognizer": "entity_recognizer",
    "LocalRecognizer": "local_recognizer",
    "Pattern": "pattern",
    "PatternRecognizer": "pattern_recognizer",
}
"""What recognizers import from the package, and the modules that define it, each after those that it needs."""

_LOADING = Lock()


@cache
def recognizers(wanted: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """Classes of recognizers by name, of pairs of module (below `predefined_recognizers`) and class.

    >>> found = recognizers((("generic.iban_recognizer", "IbanRecognizer"),))
    >>> found["IbanRecognizer"]().supported_entities
    ['IBAN_CODE']
    """
    with _LOADING:
        if PACKAGE in sys.modules:
            return _imported(wanted)
        with _stand_ins([module for module, _ in wanted]):
            for name, module in PARTS.items():
                setattr(sys.modules[PACKAGE], name, getattr(import_module(f"{PACKAGE}.{module}"), name))
            return _imported(wanted)


def _imported(wanted: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {name: getattr(import_module(f"{PACKAGE}.predefined_recognizers.{module}"), name) for module, name in wanted}


@contextmanager
def _stand_ins(modules: Sequence[str]) -> Iterator[None]:
    """Empty packages in the place of presidio's own, as long as the block lasts."""
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(f"{PACKAGE} is not installed; pip install -r requirements.txt", name=PACKAGE)
    root = Path(next(iter(spec.submodule_search_locations)))
    packages = {PACKAGE, f"{PACKAGE}.predefined_recognizers"}
    for module in modules:
        parts = module.split(".")[:-1]
        packages |= {f"{PACKAGE}.predefined_recognizers.{'.'.join(parts[:end])}" for end in range(1, len(parts) + 1)}
    try:
        for name in sorted(packages):
            package = ModuleType(name)
            package.__path__ = [str(root.joinpath(*name.split(".")[1:]))]
            sys.modules[name] = package
        engine = ModuleType(f"{PACKAGE}.nlp_engine")
        engine.NlpArtifacts = object  # type: ignore[attr-defined]  # only named in annotations
        sys.modules[engine.__name__] = engine
        yield
    finally:
        for name in [name for name in sys.modules if name == PACKAGE or name.startswith(f"{PACKAGE}.")]:
            del sys.modules[name]
