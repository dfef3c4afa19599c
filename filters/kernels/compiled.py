"""The one place where numba is imported: `compiled` makes machine code of a plain function.

A kernel stays a typed function for a reader and for mypy. It is compiled at the first call with arguments of some
types. Floating point follows IEEE 754 (no fastmath), since measures equal the readable ones bit for bit.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy.typing as npt

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

Array = npt.NDArray[Any]
"""An array that a kernel works on; shape and type are said where it is taken."""

Int = Any
"""A whole number of a kernel, int64 where nothing else is said. numpy's numbers and Python's mix there, which mypy
does not allow; numba checks them instead."""

numba.core.config.reload_config()  # type: ignore[no-untyped-call]  # the cache's folder, for the case that something imported numba before


def compiled(function: Kernel) -> Kernel:
    """A kernel that Python calls: it gives up the interpreter's lock and is kept in the cache."""
    return cast(Kernel, numba.njit(nogil=True, cache=True, error_model="numpy")(function))


def inner(function: Kernel) -> Kernel:
    """A function that only kernels call: compiled into each of them, with no place of its own in the cache."""
    return cast(Kernel, numba.njit(nogil=True, error_model="numpy")(function))


def inlined(function: Kernel) -> Kernel:
    """An inner function that is written out where it is called: for what runs for each word.

    To hand over an array costs some ten instructions, and one more for each owner that is counted.
    """
    return cast(Kernel, numba.njit(nogil=True, error_model="numpy", inline="always")(function))


def constant(array: Array) -> Array:
    """The same array, not to be written: numba compiles a kernel anew for each kind, so all inputs are of this one."""
    found = array.view()
    found.flags.writeable = False
    return found
