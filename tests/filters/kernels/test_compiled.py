"""Kernels are machine code that is kept, and their inputs cannot be written."""

import pkgutil
from importlib import import_module

import numba
import numpy as np
import pytest

from filters import kernels
from filters.kernels.compiled import constant
from filters.kernels.lists import hash_of


def test_a_kernel_is_compiled_and_kept() -> None:
    assert hash_of(np.array([7], np.uint32), 0, 1) == 7
    stats = hash_of.stats  # type: ignore[attr-defined]
    assert sum(stats.cache_hits.values()) + sum(stats.cache_misses.values()) > 0


@pytest.mark.timeout(400)  # all kernels anew: forty seconds of one free core
def test_ready_compiles_every_kernel_that_is_kept() -> None:
    kernels.ready()
    modules = [import_module(f"filters.kernels.{module.name}") for module in pkgutil.iter_modules(kernels.__path__)]
    kept = [
        (module.__name__, name, kernel.signatures)
        for module in modules
        for name, kernel in vars(module).items()
        if isinstance(kernel, numba.core.dispatcher.Dispatcher) and kernel._cache.cache_path is not None
    ]
    assert len(kept) > 5
    assert [(module, name) for module, name, signatures in kept if not signatures] == []


def test_a_constant_cannot_be_written_and_is_no_copy() -> None:
    array = np.zeros(2)
    found = constant(array)
    array[0] = 1
    assert found.tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="read-only"):
        found[0] = 2
