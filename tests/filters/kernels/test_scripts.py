"""The kernel counts what the readable definition counts."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from filters.kernels.scripts import counts
from filters.scripts import CLASSES
from filters.scripts import counts as readable

TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=6)


def named(texts: pa.Array) -> list[dict[str, int]]:
    return [{CLASSES[at]: count for at, count in enumerate(row) if count} for row in counts(texts).tolist()]


@given(TEXTS)
def test_equal_to_the_definition(texts: list[str]) -> None:
    assert named(pa.array(texts, pa.string())) == [readable(text) for text in texts]


def test_slices_and_no_texts() -> None:
    texts = pa.array(["left out", "Ẹ̀kọ́ 汉", "", "நாள்"])
    assert named(texts.slice(1, 2)) == [{"Latn": 3, "simplified": 1}, {}]
    assert named(texts.slice(4)) == []
    assert counts(pa.array([], pa.string())).shape == (0, len(CLASSES))
