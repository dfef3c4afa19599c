"""What kind of file a model is, told by its first bytes before a library loads it.

The libraries answer a wrong file in words of their own, or read it as what it is not (KenLM takes anything that is no
binary of its own for ARPA text). So a file is looked at first, and what is wrong with it is said in plain words.
"""

import struct
from pathlib import Path

KENLM = b"mmap lm http://kheafield.com/code format version"
"""How a binary model of KenLM begins (`kMagicBeforeVersion` of its lm/binary_format.cc)."""

ARPA = b"\\data\\"
FASTTEXT = (793_712_314).to_bytes(4, "little")
"""How a fastText model begins (`FASTTEXT_FILEFORMAT_MAGIC_INT32` of its fasttext.cc)."""

HEAD = 256
"""Bytes that are looked at."""

PARAMETERS, PARAMETERS_AT, COUNTS_AT = struct.Struct("<B3xfI"), 88, 108
"""In the header of a binary model of KenLM: order, places for each entry of a table, form of the tables; and where the
numbers of n-grams of each order begin, 64 bits each (`Sanity`, `FixedWidthParameters` of its lm/binary_format.cc)."""

MOST_ORDER, FORMS, MOST_MULTIPLIER, LEAST_WORDS = 6, range(6), 100, 3
"""The highest order that the package kenlm is built for, the numbers of its forms, more places than anybody gives an
entry (the default is 1.5), and the words that every model has: <unk>, <s>, </s>."""


class ModelError(Exception):
    """A model is missing, is not the file its record describes, or has no record. The message says what to do."""


class ModelNameError(ModelError):
    """A name that a person gave is that of no model, or none that a new model can have."""


def kind(file: Path) -> str:
    """What a file is, in plain words. Raises ModelError when it cannot be read."""
    try:
        with file.open("rb") as opened:
            head = opened.read(HEAD)
    except OSError as error:
        raise ModelError(f"{file}: {error.strerror}; `roots models` lists every model and how to get it") from error
    if not head.strip(b"\0"):
        return "an empty file" if not head else "nothing but zeros"
    if head.startswith(KENLM):
        return "a binary model of KenLM"
    if head.lstrip().startswith(ARPA):
        return "an n-gram model as ARPA text"
    if head.startswith(FASTTEXT):
        return "a fastText model"
    if head[:1] == head[2:3] == b"\n":  # the first piece, and in it the first piece's text: field 1 in field 1
        return "a SentencePiece model"
    if head.lstrip()[:1] == b"<":
        return "a web page"
    return "no model of a known kind"


def check_pieces(file: Path) -> None:
    """Raise ModelError unless a file begins as a SentencePiece model does."""
    _check(file, ("a SentencePiece model",))


def check_ngrams(file: Path) -> None:
    """Raise ModelError unless a file begins as an n-gram model does that KenLM reads: its binary, or ARPA text."""
    _check(file, ("a binary model of KenLM", "an n-gram model as ARPA text"))
    with file.open("rb") as opened:
        head = opened.read(HEAD)
    if head.startswith(KENLM) and (wrong := _wrong_header(head, file.stat().st_size)):
        raise ModelError(f"{file}: is an n-gram model that is not whole (its header {wrong})")


def check_fasttext(file: Path) -> None:
    """Raise ModelError unless a file begins as a fastText model does."""
    _check(file, ("a fastText model",))


def _wrong_header(head: bytes, size: int) -> str:
    """What is wrong with the header of a binary model of KenLM; "" where nothing is.

    KenLM compares the sizes that follow from a header with that of the file, but divides by what stands in it before
    that, and looks for words in tables that must not be full: a damaged header can end or halt the process.
    """
    if len(head) < PARAMETERS.size + PARAMETERS_AT:
        return "ends too early"
    order, multiplier, form = PARAMETERS.unpack_from(head, PARAMETERS_AT)
    if not 2 <= order <= MOST_ORDER:
        return f"gives order {order}; 2 to {MOST_ORDER} are possible"
    if form not in FORMS:
        return f"gives form {form}; {FORMS[0]} to {FORMS[-1]} are known"
    if not 1 < multiplier < MOST_MULTIPLIER:
        return f"gives {multiplier:.3g} places in a table for each entry; more than 1 are needed"
    try:
        counts = struct.unpack_from(f"<{order}Q", head, COUNTS_AT)
    except struct.error:
        return "ends too early"
    if counts[0] < LEAST_WORDS or max(counts) > 8 * size:
        return f"gives {counts[0]:,} words and up to {max(counts):,} n-grams in {size:,} bytes"
    return ""


def _check(file: Path, wanted: tuple[str, ...]) -> None:
    found = kind(file)
    if found not in wanted:
        raise ModelError(
            f"{file}: is {found}, not {' or '.join(wanted)}; `roots models` lists every model and how to get it"
        )
