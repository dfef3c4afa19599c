"""Lines and texts stay where they first appear, however the sample is cut into batches, in bounded memory."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roots.line_dedup import FirstLines, Seen, hashes_of

LINES = st.lists(st.sampled_from(["menu", " menu ", "", "\t", "ọ̀rọ̀", "人人", "a b", "ab", "a\u00a0b"]), max_size=6)
TEXTS = st.lists(LINES.map("\n".join), max_size=12)


def plainly(texts: Sequence[str]) -> list[str]:
    """What `FirstLines` does, with sets of the lines and texts themselves."""
    lines: set[str] = set()
    whole: set[str] = set()
    left = []
    for text in texts:
        kept = []
        for line in map(str.strip, text.split("\n")):
            if line and line not in lines:
                kept.append(line)
                lines.add(line)
        bare = "".join("\n".join(kept).split())
        if bare and bare not in whole:
            left.append("\n".join(kept))
            whole.add(bare)
    return left


def in_batches(texts: Sequence[str], size: int) -> list[str]:
    first = FirstLines()
    cuts = range(0, len(texts), size)
    return [text for start in cuts for text in first.of(texts[start : start + size], whole=False)]


@given(TEXTS, st.integers(1, 5))
def test_it_does_what_sets_of_lines_would_do(texts: list[str], size: int) -> None:
    assert in_batches(texts, size) == plainly(texts)


@given(st.lists(st.text(), max_size=9), st.integers(1, 4))
def test_any_text_does(texts: list[str], size: int) -> None:
    assert in_batches(texts, size) == plainly(texts)


def test_code_keeps_its_lines_but_not_its_copies() -> None:
    first = FirstLines()
    program = "if x:\n    return\n\n    return\n"
    assert list(first.of([program, program + " ", "return"], whole=True)) == [program, "return"]
    assert list(first.of(["if x:\nreturn"], whole=False)) == ["if x:\nreturn"]
    assert list(first.of(["x:\nif x:"], whole=False)) == ["x:"]


@given(st.lists(st.lists(st.integers(0, 50), max_size=40), max_size=20))
def test_hashes_are_told_apart_by_whether_they_came_before(batches: list[list[int]]) -> None:
    seen, known = Seen(), set[int]()
    for batch in batches:
        expected = [value not in known and value not in batch[:place] for place, value in enumerate(batch)]
        assert seen.first(np.array(batch, dtype=np.uint64)).tolist() == expected
        known.update(batch)
        assert len(seen) == len(known)


def test_what_is_held_is_eight_bytes_a_line_in_few_runs() -> None:
    seen = Seen()
    for start in range(0, 50_000, 500):
        values = np.random.default_rng(start).integers(0, 2**63, 500, dtype=np.uint64)
        assert seen.first(values).all()
    assert sum(run.nbytes for run in seen._runs) == 8 * len(seen) == 400_000
    lengths = [len(run) for run in seen._runs]
    assert all(longer >= 2 * shorter for longer, shorter in pairwise(lengths))


@pytest.mark.parametrize(("text", "expected"), [("", 0xB4B2797457A0A6E4), ("Ẹ káàárọ̀", 0x7E0CE6DA2349D23C)])
def test_a_hash_is_the_same_everywhere(text: str, expected: int) -> None:
    assert hashes_of(["x", text]).tolist()[1] == expected
