"""What a file is can be told before a library reads it."""

from pathlib import Path

import pytest

from filters import models
from filters.lmplz import Tools, estimate
from filters.model_files import ModelError, check_fasttext, check_ngrams, check_pieces, kind
from tests import language_models

PAGE = b"<!DOCTYPE html><html>"
KINDS = {
    b"": "an empty file",
    bytes(999): "nothing but zeros",
    PAGE: "a web page",
    b"\nGbogbo\n": "no model of a known kind",
    b"\x1f\x8b\x08": "no model of a known kind",
    language_models.ARPA.encode(): "an n-gram model as ARPA text",
    b"mmap lm http://kheafield.com/code format version 5\n\x00": "a binary model of KenLM",
}


@pytest.mark.parametrize(("data", "found"), KINDS.items(), ids=list(KINDS.values()))
def test_a_kind_is_told_by_the_first_bytes(tmp_path: Path, data: bytes, found: str) -> None:
    (tmp_path / "model").write_bytes(data)
    assert kind(tmp_path / "model") == found


@pytest.fixture
def binary(lmplz: Tools, tmp_path: Path) -> Path:
    """A whole binary model of order 3."""
    (tmp_path / "made").mkdir()
    return estimate(lmplz, ["▁ à ti ▁ à", "▁ à ni"] * 4, order=3, folder=tmp_path / "made")


@pytest.mark.parametrize(
    ("at", "data", "message"),
    [
        (88, b"\0", "gives order 0; 2 to 6 are possible"),
        (88, b"\xff", "gives order 255; 2 to 6 are possible"),
        (92, bytes(4), "gives 0 places in a table for each entry; more than 1 are needed"),
        (92, b"\xff" * 4, "gives nan places"),
        (92, b"\0\0\x80\x7f", "gives inf places"),
        (96, b"\x09", "gives form 9; 0 to 5 are known"),
        (108, bytes(8), "gives 0 words and up to"),
        (116, b"\xff" * 8, "n-grams in"),
        (120, None, "ends too early"),
        (95, None, "ends too early"),
    ],
)
def test_a_damaged_header_is_refused_before_kenlm_divides_by_it(
    at: int, data: bytes | None, message: str, binary: Path
) -> None:
    check_ngrams(binary)
    whole = binary.read_bytes()
    binary.write_bytes(whole[:at] if data is None else whole[:at] + data + whole[at + len(data) :])
    with pytest.raises(ModelError) as raised:
        check_ngrams(binary)
    assert "model.kenlm: is an n-gram model that is not whole (its header " in str(raised.value)
    assert message in str(raised.value)


def test_the_packaged_models_are_what_they_are(tmp_path: Path) -> None:
    assert kind(models.path("lid.176")) == "a fastText model"
    assert kind(models.path("zh_words")) == "a SentencePiece model"
    (tmp_path / "small.sp").write_bytes(language_models.pieces())
    assert kind(tmp_path / "small.sp") == "a SentencePiece model"


def test_another_kind_is_refused_in_plain_words(tmp_path: Path) -> None:
    pieces, ngrams = tmp_path / "a.sp", tmp_path / "a.kenlm"
    pieces.write_bytes(language_models.pieces())
    ngrams.write_text(language_models.ARPA, encoding="utf-8")
    check_pieces(pieces)
    check_ngrams(ngrams)
    check_fasttext(models.path("lid.176"))
    with pytest.raises(ModelError, match=r"a\.kenlm: is an n-gram model as ARPA text, not a SentencePiece model"):
        check_pieces(ngrams)
    with pytest.raises(ModelError, match=r"a\.sp: is a SentencePiece model, not a binary model of KenLM or an n-gram"):
        check_ngrams(pieces)
    with pytest.raises(ModelError, match=r"not a fastText model; `roots models` lists every model and how to get it"):
        check_fasttext(pieces)
    with pytest.raises(ModelError, match=r"none: No such file or directory; `roots models` lists"):
        check_pieces(tmp_path / "none")
