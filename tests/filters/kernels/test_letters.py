"""What counts of a text is what the definition leaves."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from filters.cleaning_duplicates import letters_of
from filters.kernels.letters import counting, keep_letters
from filters.kernels.strings import buffers


def kept(texts: list[str]) -> list[str]:
    data, offsets = buffers(pa.array(texts, pa.string()))
    out, ends = np.empty(len(data) + 1, np.uint8), np.empty(len(offsets), np.int64)
    keep_letters(data, offsets, counting(), out, ends)
    return [out[ends[text] : ends[text + 1]].tobytes().decode() for text in range(len(texts))]


@given(
    st.lists(st.text(st.sampled_from("aÉ中१2 \n\u3000.,!«»،😀_\x1c\x85") | st.characters(exclude_categories=["Cs"])))
)
def test_equal_to_the_definition(texts: list[str]) -> None:
    assert kept(texts) == [letters_of(text) for text in texts]


def test_every_code_point() -> None:
    every = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    blocks = [every[start : start + 256] for start in range(0, len(every), 256)]
    assert kept(blocks) == [letters_of(block) for block in blocks]
