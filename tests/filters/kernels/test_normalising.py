"""Texts are normalised as the definition does it, in a buffer that is always large enough."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.kernels.compiled import constant
from filters.kernels.normalising import GROWTH, forms, normalise_all
from filters.kernels.tables import CODE_POINTS, code_points
from filters.words import normalise

FEW = "aΣİ\u0301 \u3000\x84\x85\n\0٣１９，—…．Ⱥ\u2028"


def normalised(texts: list[str]) -> list[str]:
    encoded = [text.encode() for text in texts]
    data = constant(np.frombuffer(b"".join(encoded), np.uint8))
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    codes, out = np.empty(max(map(len, encoded), default=0), np.uint32), np.empty(GROWTH * len(data), np.uint8)
    ends = np.empty(len(texts) + 1, np.int64)
    normalise_all(data, constant(offsets), code_points(), forms(), codes, out, ends)
    return [out[ends[text] : ends[text + 1]].tobytes().decode() for text in range(len(texts))]


@given(st.lists(st.text(st.sampled_from(FEW) | st.characters(exclude_categories=["Cs"])), max_size=5))
def test_equal_to_the_definition(texts: list[str]) -> None:
    assert normalised(texts) == [normalise(text, lower=True) for text in texts]


@pytest.mark.parametrize("pattern", ["{}", "A{}b"])
def test_every_code_point(pattern: str) -> None:
    texts = [pattern.format(chr(code)) for code in range(CODE_POINTS) if not 0xD800 <= code < 0xE000]
    expected = [normalise(text, lower=True) for text in texts]
    assert normalised(texts) == expected
    assert all(len(new.encode()) <= GROWTH * len(text.encode()) for text, new in zip(texts, expected, strict=True))
