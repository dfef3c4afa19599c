"""Substrings that stand in texts more than once: all but the first occurrence of each, as spans of code points.

A place in a text is a repeat when the `least` bytes of UTF-8 that begin there are also found at an earlier place: of an
earlier text, or earlier in the same one. Those bytes are then covered, all of them. So a repeat ends at the end of its
text, a longer one is the union of those it is made of, and of one letter that stands a thousand times, one is left. A
code point is cut when all its bytes are covered, and a run of them loses what it has of a grapheme cluster that is not
wholly in it (the rules of Unicode's UAX 29, by the package regex).

What is cut stands somewhere before, byte for byte. That place may itself be cut, because of what stands on either side
of it; but then it stands before that too, and so on to a first place, which stays.

`repeats` is the definition; `find` is the same through a suffix array, for many texts in one buffer. It takes
`BYTES_A_BYTE` bytes of memory for each byte of the buffer, and at most 16 for each run of code points that is cut.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import regex

Span = tuple[int, int]
"""The first code point of a span, and the one after its last."""

CLUSTER = regex.compile(r"\X")

CARRIAGE_RETURN = 0x0D
"""The one letter of ASCII that can be in a cluster with another, the line feed after it."""

PIECE = 32
"""Code points that are looked at first for the end of a cluster; most have fewer than 10."""

PAIRS = 1 << 16
"""Pairs of letters of which it is known whether they part clusters, some 10 MB."""

LARGEST = 2**31 - 1
"""Bytes of a buffer at most: its suffix array is of int32."""

BYTES_A_BYTE = 9.125
"""Of memory at the peak: the text, two arrays of int32, a bit."""


class Joined(NamedTuple):
    """Texts in one buffer, each followed by a byte that is none of UTF-8."""

    data: npt.NDArray[np.uint8]  # [bytes], writeable, as the suffix array's library asks for, but never written
    starts: npt.NDArray[np.int64]  # [texts + 1], where each text begins, and the size of it all


class Repeats(NamedTuple):
    """The spans that are cut of one text: its number, the spans in order, and for each the number of the text in which
    its first byte, with those after it, stands first."""

    text: int
    spans: list[Span]
    sources: list[int]


def repeats(texts: Sequence[str], least: int) -> list[list[Span]]:
    """The spans of each text that are cut: the definition, one place after the other.

    >>> repeats(["ẹ káàbọ̀ sí ilé", "o, ẹ káàbọ̀"], 9)
    [[], [(3, 11)]]
    >>> repeats(["हिन्दी हिन्दी", "a" * 1000], 6)
    [[(7, 13)], [(1, 1000)]]
    """
    seen: set[bytes] = set()
    found = []
    for text in texts:
        data = text.encode()
        covered = bytearray(len(data))
        for at in range(len(data) - least + 1):
            window = data[at : at + least]
            if window in seen:
                covered[at : at + least] = b"\1" * least
            seen.add(window)
        spans = within_clusters(text, _runs(text, covered))
        found.append([(start, end) for start, end in spans if start < end])
    return found


def _runs(text: str, covered: bytearray) -> list[Span]:
    """The longest runs of code points all of whose bytes are covered."""
    runs: list[Span] = []
    at = 0
    for place, letter in enumerate(text):
        size = len(letter.encode())
        if all(covered[at : at + size]):
            joins = bool(runs) and runs[-1][1] == place
            runs[-1:] = [(runs[-1][0], place + 1)] if joins else [*runs[-1:], (place, place + 1)]
        at += size
    return runs


def join(texts: Iterable[bytes]) -> Joined:
    """Texts of UTF-8 in one buffer.

    >>> join([b"ab", b"", b"c"]).starts.tolist()
    [0, 3, 4, 6]
    """
    from filters.kernels.lcp import SEPARATOR

    held = list(texts)
    starts = np.cumsum([0, *(len(text) + 1 for text in held)], dtype=np.int64)
    end = bytes([SEPARATOR])
    data = bytearray().join(part for text in held for part in (text, end))
    return Joined(np.frombuffer(data, dtype=np.uint8), starts)


def find(joined: Joined, least: int) -> Iterator[Repeats]:
    """The texts of which anything is cut, in their order.

    Raises ValueError for a buffer of more than `LARGEST` bytes.

    >>> [*find(join([b"one and the same", b"the same and one"]), 8)]
    [Repeats(text=1, spans=[(0, 8)], sources=[0])]
    """
    data, starts = joined
    if len(data) > LARGEST:
        raise ValueError(f"a buffer of {len(data):,} bytes; give at most {LARGEST:,}")
    if not len(data):
        return
    runs = _covered(joined, least)
    sources = np.searchsorted(starts, runs[:, 3], side="right") - 1
    borders = np.flatnonzero(np.diff(runs[:, 0], prepend=-1, append=-1))  # where the runs of another text begin
    for begin, end in pairwise(borders.tolist()):
        text = int(runs[begin, 0])
        spans = [(first, last) for first, last in runs[begin:end, 1:3].tolist()]
        written = data[starts[text] : starts[text + 1] - 1]
        if written.max() < 0x80 and not (written == CARRIAGE_RETURN).any():  # each code point is a cluster
            yield Repeats(text, spans, sources[begin:end].tolist())
            continue
        spans = within_clusters(written.tobytes().decode(), spans)
        left = [at for at, (first, last) in enumerate(spans) if first < last]
        if left:
            yield Repeats(text, [spans[at] for at in left], sources[begin:end][left].tolist())


def _covered(joined: Joined, least: int) -> npt.NDArray[np.int32]:
    """The runs of code points that are covered, [runs, 4]: see `filters.kernels.lcp.covered`."""
    from pydivsufsort import divsufsort

    from filters.kernels import lcp
    from filters.kernels.compiled import constant

    data, starts = constant(joined.data), constant(joined.starts)
    origin = lcp.origins(data, constant(divsufsort(joined.data)), least)
    count = lcp.covered(data, starts, origin, least, np.empty((0, 4), np.int32))
    runs = np.empty((count, 4), np.int32)
    lcp.covered(data, starts, origin, least, runs)
    return runs


def warm() -> None:
    """Compile the kernels, or load them from the cache."""
    list(find(join([b"a text"]), 3))


def within_clusters(text: str, runs: Sequence[Span]) -> list[Span]:
    """Ascending runs of a text, each without what it has of clusters that are not wholly in it; empty: nothing is left.

    >>> within_clusters("ẹ̀kọ́ ẹ̀kọ́", [(0, 1), (1, 7)]), len("ẹ̀kọ́")
    ([(0, 0), (2, 6)], 5)
    """
    clusters = _Clusters(text)
    found = []
    for start, end in runs:
        inner = clusters.around(start)[1]
        found.append((inner, max(inner, clusters.around(end)[0])))
    return found


class _Clusters:
    """The grapheme clusters of a text around borders that are asked for in ascending order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._start = self._end = 0  # of the cluster that was found last; no border before it is asked for

    def around(self, border: int) -> Span:
        """The cluster that a border is in; the border twice where clusters part there."""
        text = self._text
        if border >= len(text):
            return border, border
        if border > self._end:
            at = border
            while at > self._end and not parted(text[at - 1], text[at]):
                at -= 1
            self._start = self._end = at
        while self._end < border:
            self._start, self._end = self._end, self._end + _first(text, self._end)
        return (self._start, self._end) if self._start < border < self._end else (border, border)


def _first(text: str, begin: int) -> int:
    """Code points of the cluster that begins at a place.

    regex looks back to the first of a row of flags, so that a text of flags takes the square of its length. It is
    given a piece without what stands before.
    """
    length = PIECE
    while True:
        piece = text[begin : begin + length]
        end: int = CLUSTER.match(piece).end()
        if end < len(piece) or begin + end == len(text):
            return end
        length *= 2


@lru_cache(PAIRS)
def parted(one: str, other: str) -> bool:
    """Whether clusters part between two letters, whatever stands before them.

    They do where they part without anything before them, and the first one does not belong to what stands before it.

    >>> parted("口", "岸"), parted("क", "्"), parted("e", "\u0301"), parted("\u200d", "👩")
    (True, False, False, False)
    """
    return len(CLUSTER.findall(one + other)) == 2 and len(CLUSTER.findall(f"a{one}")) == 2


def without(text: str, spans: Iterable[Span]) -> str:
    """A text without spans of code points; they may come in any order, and overlap.

    >>> without("ẹ káàbọ̀ o", [(4, 8), (1, 5)])
    'ẹ o'
    """
    left = []
    at = 0
    for start, end in sorted(spans):
        if start > at:
            left.append(text[at:start])
        at = max(at, end)
    return "".join([*left, text[at:]])
