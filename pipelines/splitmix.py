"""Numbers made into others that look drawn by chance: splitmix64 (Steele, Lea and Flood 2014; Vigna's constants)."""

import numpy as np
from numpy.typing import NDArray


def scrambled(numbers: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Numbers in which each bit depends on all of one, of the same shape; no two become the same. uint64

    It is what the generator gives whose counter stands at the number.

    >>> [hex(number) for number in scrambled(np.array([0, 1], np.uint64)).tolist()]
    ['0xe220a8397b1dcdaf', '0x910a2dec89025cc1']
    """
    numbers = numbers + np.uint64(0x9E3779B97F4A7C15)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
