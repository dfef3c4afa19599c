"""Lines and texts only at their first appearance: what a tokenizer's sample goes through before training.

Without it, whatever stands on thousands of pages of a site (whole addresses, menus, licences) becomes a token. ROOTS
did the same with the data of its tokenizer: each line, its ends stripped, stays only where it first appears in the
whole sample, empty lines go, code keeps its lines; then of texts that are equal but for white space the first stays.

Lines are told apart by hashes of 8 bytes, so that among 300 million lines two different ones would be taken for one
about once in 400 samples. Memory: 8 bytes for each different line, and up to two and a half times that for a moment.
"""

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]


class Seen:
    """Which hashes came before. They lie in sorted runs, each at least twice as long as the next."""

    def __init__(self) -> None:
        self._runs: list[Hashes] = []

    def __len__(self) -> int:
        return sum(map(len, self._runs))

    def first(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Which of some hashes appear for the first time, [hashes] bool; from now on they all are known."""
        values, places = np.unique(hashes, return_index=True)
        new = np.ones(len(values), dtype=bool)
        for run in self._runs:
            at = np.minimum(np.searchsorted(run, values), len(run) - 1)
            new &= run[at] != values
        self._add(values[new])
        found = np.zeros(len(hashes), dtype=bool)
        found[places[new]] = True
        return found

    def _add(self, run: Hashes) -> None:
        while self._runs and len(self._runs[-1]) < 2 * len(run):
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        if len(run):
            self._runs.append(run)


def hashes_of(texts: Iterable[str]) -> Hashes:
    """A hash of 8 bytes for each text, [texts] uint64, the same everywhere."""
    return np.frombuffer(b"".join(blake2b(text.encode(), digest_size=8).digest() for text in texts), dtype="<u8")


class FirstLines:
    """Gives texts back without the lines, and without the texts, that came before."""

    def __init__(self) -> None:
        self.lines, self.texts = Seen(), Seen()

    def of(self, texts: Sequence[str], *, whole: bool) -> Iterator[str]:
        """What is left of some texts, in their order; of `whole` ones every line stays as it is.

        >>> first = FirstLines()
        >>> list(first.of(["Menu\\n Ẹ káàbọ̀\\n\\n", "Menu\\n你好", "Menu"], whole=False))
        ['Menu\\nẸ káàbọ̀', '你好']
        >>> list(first.of(["Menu\\n{\\n}\\n", "Menu {}"], whole=True))
        ['Menu\\n{\\n}\\n']
        """
        left = texts if whole else self._without_lines(texts)
        bare = ["".join(text.split()) for text in left]
        new = self.texts.first(hashes_of(bare))
        yield from (text for text, seen, first in zip(left, bare, new, strict=True) if seen and first)

    def _without_lines(self, texts: Sequence[str]) -> list[str]:
        lines = [[line for part in text.split("\n") if (line := part.strip())] for text in texts]
        new = iter(self.lines.first(hashes_of(line for each in lines for line in each)).tolist())
        return ["\n".join(line for line in each if next(new)) for each in lines]
