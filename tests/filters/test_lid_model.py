"""Models are read as fastText reads them, and what is no model, or half of one, is refused in plain words."""

import struct
from pathlib import Path

import numpy as np
import pytest

from filters import models
from filters.lid_model import read
from filters.models import ModelError
from tests.filters.lid_files import KINDS, files


@pytest.fixture(scope="module")
def carried() -> bytes:
    return models.path("lid.176").read_bytes()


@pytest.fixture(scope="module")
def dense() -> bytes:
    return files()["hs"].read_bytes()


def test_the_carried_model() -> None:
    model = read(models.path("lid.176"))
    assert model.labels[:3] == ("en", "ru", "de")
    assert len(model.labels) == 176
    assert model.inputs.shape == (50000, 16)
    assert model.inputs.dtype == np.float32
    assert model.outputs.shape == (176, 16)
    assert model.tree.shape == (175, 2)
    assert (model.shortest, model.longest, model.bucket, model.loss) == (2, 4, 2_000_000, "hs")
    assert model.pruned is not None
    assert len(model.pruned) + len(model.ends) - 176 == 50000


@pytest.mark.parametrize("kind", KINDS)
def test_labels_and_matrices_of_every_kind_are_those_of_fasttext(kind: str) -> None:
    import fasttext

    file = files()[kind]
    model, theirs = read(file), fasttext.load_model(str(file))
    assert [f"__label__{label}" for label in model.labels] == theirs.f.getLabels("strict")[0]
    assert model.loss == theirs.f.getArgs().loss.name
    words = len(model.ends) - len(model.labels)
    for word in range(0, words, 7):
        vector = fasttext.FastText.fasttext.Vector(theirs.get_dimension())
        theirs.f.getInputVector(vector, word)
        np.testing.assert_allclose(model.inputs[word], np.array(vector), atol=1e-6)
    if file.suffix == ".bin":
        np.testing.assert_array_equal(model.outputs, theirs.get_output_matrix())


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a model file of fastText: it begins with b''"),
        (b"\x1f\x8b\x08\0 some gzip file", r"it begins with b'\\x1f\\x8b"),
        (b"PAR1 a table", "it begins with b'PAR1"),
        (struct.pack("<ii", 793712314, 13), "version 13 of fastText's file format; known: 11, 12"),
        (struct.pack("<ii", 793712314, 12), "cut short at 8 bytes: 56 bytes are needed at byte 8"),
    ],
    ids=["empty", "gzip", "parquet", "version", "signature"],
)
def test_another_kind_of_file_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "model.ftz"
    file.write_bytes(content)
    with pytest.raises(ModelError, match=said) as found:
        read(file)
    assert str(found.value).startswith(f"{file}: ")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.ftz: No such file or directory; give the \.bin or \.ftz file"):
        read(tmp_path / "none.ftz")


def test_word_vectors_are_refused(dense: bytes, tmp_path: Path) -> None:
    vectors = bytearray(dense)
    struct.pack_into("<i", vectors, 36, 2)
    (tmp_path / "vectors.bin").write_bytes(vectors)
    with pytest.raises(
        ModelError, match=r"word vectors \(skipgram\), not a classifier; give what `fasttext supervised`"
    ):
        read(tmp_path / "vectors.bin")


@pytest.mark.parametrize("whole", ["carried", "dense"])
def test_a_file_cut_short_anywhere_is_refused(whole: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    content: bytes = request.getfixturevalue(whole)
    file = tmp_path / "short.ftz"
    for size in sorted({*range(8, 200, 7), *range(200, len(content), len(content) // 60), len(content) - 1}):
        file.write_bytes(content[:size])
        with pytest.raises(ModelError, match=f"a model file cut short at {size:,} bytes: .*; fetch or train it again"):
            read(file)


@pytest.mark.parametrize(
    ("at", "form", "value", "said"),
    [
        (8, "<i", 17, "17 dimensions"),
        (8, "<i", -1, "-1 dimensions"),
        (8, "<i", 4097, "4097 dimensions"),
        (28, "<i", 2, "n-grams of up to 2 words, which are not supported; train the model with wordNgrams=1"),
        (32, "<i", 9, "loss 9"),
        (36, "<i", 1, r"word vectors \(cbow\)"),
        (40, "<i", 0, "no hashes for them"),
        (40, "<i", -5, "-5 hashes"),
        (48, "<i", 1 << 30, "n-grams up to 1073741824"),
        (64, "<i", 1 << 30, "its dictionary claims 1073741824 entries"),
        (68, "<i", 7000, "its dictionary claims"),
        (72, "<i", 0, "0 labels"),
        (84, "<q", -2, "its dictionary claims"),
        (84, "<q", 1 << 60, "cut short"),
        (92 + 5, "<q", -1, "seen -1 times"),
        (92 + 13, "<b", 1, "is of kind 1"),
    ],
)
def test_a_damaged_file_is_refused(at: int, form: str, value: int, said: str, carried: bytes, tmp_path: Path) -> None:
    damaged = bytearray(carried)
    struct.pack_into(form, damaged, at, value)
    file = tmp_path / "damaged.ftz"
    file.write_bytes(damaged)
    with pytest.raises(ModelError, match=said):
        read(file)


def test_no_damage_to_a_byte_is_more_than_another_model_or_an_error(dense: bytes, tmp_path: Path) -> None:
    """Every size is checked before memory is taken: nothing but ModelError comes of a changed byte."""
    file, refused = tmp_path / "damaged.bin", 0
    for at in [*range(8, 120), *range(120, len(dense), 97)]:
        damaged = bytearray(dense)
        damaged[at] ^= 0xFF
        file.write_bytes(damaged)
        try:
            read(file)
        except ModelError:
            refused += 1
    assert refused > 60


def test_rows_that_the_matrix_does_not_have_and_numbers_that_are_none(dense: bytes, tmp_path: Path) -> None:
    file = tmp_path / "damaged.bin"
    size = len(dense)
    damaged = bytearray(dense)
    struct.pack_into("<i", damaged, 40, 1001)
    file.write_bytes(damaged)
    with pytest.raises(ModelError, match=r"an input matrix of .* rows for .* words and 1001 n-grams"):
        read(file)
    damaged = bytearray(dense)
    struct.pack_into("<f", damaged, size - 4, float("nan"))
    file.write_bytes(damaged)
    with pytest.raises(ModelError, match="a matrix with numbers that are none"):
        read(file)
