"""Words of a script without spaces are the pieces of the definition, known to the model or not."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import models
from filters.kernels import pieces
from filters.kernels.compiled import constant
from filters.model_files import ModelError
from filters.words import encoder
from filters.words import pieces as readable

MODEL = models.path("zh_words")


def words(texts: list[str]) -> list[list[str]]:
    encoded = [text.encode() for text in texts]
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    data = constant(np.frombuffer(b"".join(encoded), np.uint8))
    found = pieces.cut(data, constant(offsets), pieces.vocabulary(MODEL))
    known = [
        "".join(map(chr, found.codes[start:end]))
        for start, end in zip(found.starts[:-1], found.starts[1:], strict=True)
    ]
    every = [[known[number] for number in found.ids[found.ends[at] : found.ends[at + 1]]] for at in range(len(texts))]
    return [[word for word in one if word] for one in every]


@settings(max_examples=50)
@given(st.lists(st.text(st.sampled_from("你好，世界的是 A1!\n犇😀é\0▁") | st.characters(exclude_categories=["Cs"]))))
def test_equal_to_the_definition(texts: list[str]) -> None:
    assert words(texts) == [readable(text, encoder(MODEL)) for text in texts]


def test_characters_that_the_model_does_not_know_stay_as_they_are() -> None:
    text = "你好𓀀𓀁世界"
    assert words([text, "你好", text]) == [readable(value, encoder(MODEL)) for value in (text, "你好", text)]
    assert "𓀀𓀁" in "".join(words([text])[0])


class Spaced:
    """A model whose pieces are not escaped."""

    def get_piece_size(self) -> int:
        return 2

    def id_to_piece(self, number: int) -> str:
        return ["a", "b c"][number]


def test_a_model_with_spaces_in_its_pieces_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "processor", lambda model: Spaced())
    with pytest.raises(ModelError, match=r"x\.model: has pieces with plain spaces, such as 'b c'; train"):
        pieces.vocabulary(Path("x.model"))
