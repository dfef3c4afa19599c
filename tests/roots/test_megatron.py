"""Token shards, read back by a reader that knows nothing but the layout table."""

import io
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.tables import Output
from roots import megatron
from roots.megatron import HEADER, Index, TokensError, merge, token_dtype, verify, write_index, writing

END = 2
VOCABULARY = 8000
DOCUMENTS = [[5, 6, 7], [7999], list(range(10, 300)), [4]]


def parse(idx: bytes, binary: bytes) -> tuple[str, list[list[int]], list[int]]:
    """The independent reader: struct alone, field by field. Token format, sequences, document index."""
    magic, idx = idx[:9], idx[9:]
    assert magic == b"MMIDIDX\x00\x00"
    (version,), idx = struct.unpack("<Q", idx[:8]), idx[8:]
    assert version == 1
    code, idx = idx[0], idx[1:]
    letter, width = {4: ("i", 4), 8: ("H", 2)}[code]
    (count, documents), idx = struct.unpack("<QQ", idx[:16]), idx[16:]
    assert len(idx) == 12 * count + 8 * documents
    lengths = struct.unpack(f"<{count}i", idx[: 4 * count])
    places = struct.unpack(f"<{count}q", idx[4 * count : 12 * count])
    index = struct.unpack(f"<{documents}q", idx[12 * count :])
    sequences = [
        list(struct.unpack(f"<{length}{letter}", binary[place : place + length * width]))
        for length, place in zip(lengths, places, strict=True)
    ]
    assert len(binary) == sum(lengths) * width
    return letter, sequences, list(index)


def write(prefix: str, documents: Sequence[Sequence[int]] = DOCUMENTS, vocabulary: int = VOCABULARY) -> list[Output]:
    with writing(prefix, dtype=token_dtype(vocabulary), end_token=END) as (writer, outputs):
        for document in documents:
            writer.add(np.array(document, dtype=np.int32))
    return outputs


def read(prefix: Path | str) -> tuple[str, list[list[int]], list[int]]:
    return parse(Path(f"{prefix}.idx").read_bytes(), Path(f"{prefix}.bin").read_bytes())


@pytest.mark.parametrize(("vocabulary", "letter"), [(VOCABULARY, "H"), (250_680, "i")])
def test_an_independent_reader_finds_the_documents_in_order(vocabulary: int, letter: str, tmp_path: Path) -> None:
    outputs = write(str(tmp_path / "yo_text_document"), vocabulary=vocabulary)
    kind, sequences, index = read(tmp_path / "yo_text_document")
    assert kind == letter
    assert sequences == [[*document, END] for document in DOCUMENTS]
    assert index == [0, 1, 2, 3, 4]
    assert [output.file for output in outputs] == ["yo_text_document.bin", "yo_text_document.idx"]
    assert [output.rows for output in outputs] == [4, 4]
    assert outputs[1].bytes == 34 + 12 * 4 + 8 * 5 == (tmp_path / "yo_text_document.idx").stat().st_size
    assert verify(str(tmp_path / "yo_text_document"), vocabulary, end_token=END, documents=4) == []


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(3, 250_679), min_size=1, max_size=9), min_size=1, max_size=9), st.integers(1, 8))
def test_any_documents_come_back_also_when_joined(documents: list[list[int]], cut: int) -> None:
    folder = "memory://test_megatron/joined"
    parts = [part for part in (documents[:cut], documents[cut:]) if part]
    for number, part in enumerate(parts):
        write(f"{folder}/{number}", part, 250_680)
    merge([f"{folder}/{number}" for number in range(len(parts))], f"{folder}/all")
    idx, binary = (fsspec.filesystem("memory").cat_file(f"/test_megatron/joined/all.{end}") for end in ("idx", "bin"))
    assert parse(idx, binary) == ("i", [[*document, END] for document in documents], [*range(len(documents) + 1)])
    assert verify(f"{folder}/all", 250_680, end_token=END, documents=len(documents)) == []
    write(f"{folder}/whole", documents, 250_680)
    assert fsspec.filesystem("memory").cat_file("/test_megatron/joined/whole.idx") == idx


def test_the_index_reader_tolerates_arrays_at_odd_places(tmp_path: Path) -> None:
    assert HEADER.size == 34
    write(str(tmp_path / "yo"))
    index = Index.read(str(tmp_path / "yo"))
    assert len(index) == 4
    assert index.dtype == np.uint16
    assert index.lengths.tolist() == [4, 2, 291, 2]
    assert index.places.tolist() == [0, 8, 12, 594]
    assert index.documents.tolist() == [0, 1, 2, 3, 4]
    assert all(values.flags.aligned for values in (index.lengths, index.places, index.documents))
    assert [index.sequence(number).tolist() for number in range(4)] == [[*document, END] for document in DOCUMENTS]
    assert isinstance(index.tokens.base, np.memmap)


def test_a_shard_lives_in_memory_too() -> None:
    write("memory://test_megatron/yo")
    index = Index.read("memory://test_megatron/yo")
    assert index.sequence(1).tolist() == [7999, END]
    assert verify("memory://test_megatron/yo", VOCABULARY, end_token=END) == []


def test_a_document_without_tokens_is_skipped_and_said_to_be(tmp_path: Path) -> None:
    with writing(str(tmp_path / "yo"), dtype=np.uint16, end_token=END) as (writer, _):
        assert [writer.add(tokens) for tokens in ([5], [], [6, 7])] == [True, False, True]
    assert read(tmp_path / "yo")[1] == [[5, END], [6, 7, END]]


def test_nothing_is_left_when_there_is_nothing_to_write(tmp_path: Path) -> None:
    with pytest.raises(TokensError, match="no document has any token; leave out the language"):
        write(str(tmp_path / "yo"), [[]])
    assert list(tmp_path.iterdir()) == []


def test_a_part_may_be_empty_but_not_all_of_them(tmp_path: Path) -> None:
    for name in ("empty", "empty_too"):
        with writing(str(tmp_path / name), dtype=np.uint16, end_token=END, part=True):
            pass
    assert read(tmp_path / "empty") == ("H", [], [0])
    write(str(tmp_path / "yo"))
    merge([str(tmp_path / name) for name in ("empty", "yo", "empty_too")], str(tmp_path / "all"))
    assert (tmp_path / "all.idx").read_bytes() == (tmp_path / "yo.idx").read_bytes()
    assert (tmp_path / "all.bin").read_bytes() == (tmp_path / "yo.bin").read_bytes()
    assert verify(str(tmp_path / "empty"), VOCABULARY, end_token=END) == [
        "0 sequences and a document index of 1; each needs at least one"
    ]
    with pytest.raises(TokensError, match="no document has any token; leave out the language"):
        merge([str(tmp_path / "empty"), str(tmp_path / "empty_too")], str(tmp_path / "none"))


def test_an_error_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TokensError, match=r"token ids from 5 to 70000; uint16 holds 0 to 65535"):
        write(str(tmp_path / "yo"), [[5], [5, 70_000]])
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(TokensError, match="token ids from -1 to 5"):
        write(str(tmp_path / "yo"), [[-1, 5]], 250_680)


@pytest.mark.parametrize(
    ("vocabulary", "name"), [(1, "uint16"), (65_499, "uint16"), (65_500, "int32"), (250_680, "int32")]
)
def test_small_vocabularies_take_two_bytes_a_token(vocabulary: int, name: str) -> None:
    assert token_dtype(vocabulary).name == name


def test_a_vocabulary_of_nothing_is_refused() -> None:
    with pytest.raises(TokensError, match="a vocabulary of 0 pieces"):
        token_dtype(0)


def test_lengths_and_types_that_do_not_fit_are_refused() -> None:
    with pytest.raises(TokensError, match="a sequence of 0 to 3 tokens"):
        write_index(io.BytesIO(), [3, 0], dtype=np.int32)
    with pytest.raises(TokensError, match="a sequence of 3 to 2147483648 tokens"):
        write_index(io.BytesIO(), [3, 2**31], dtype=np.int32)
    with pytest.raises(TokensError, match="tokens of type float64; one of uint8, int8, int16, int32, int64, uint16"):
        write_index(io.BytesIO(), [3], dtype=np.float64)


def test_places_pass_four_gigabytes() -> None:
    file = io.BytesIO()
    write_index(file, [2**31 - 1] * 3, dtype=np.int32)
    assert struct.unpack("<3q", file.getvalue()[34 + 12 : 34 + 36]) == (0, 4 * (2**31 - 1), 8 * (2**31 - 1))


def test_joined_shards_keep_documents_of_several_sequences(tmp_path: Path) -> None:
    for name, lengths, documents in (("a", [2, 2], [0, 2]), ("b", [1, 1, 2], [0, 1, 3])):
        (tmp_path / f"{name}.bin").write_bytes(struct.pack(f"<{sum(lengths)}i", *range(3, 3 + sum(lengths))))
        with open(tmp_path / f"{name}.idx", "wb") as file:
            write_index(file, lengths, dtype=np.int32, documents=np.array(documents))
    outputs = merge([str(tmp_path / "a"), str(tmp_path / "b")], str(tmp_path / "ab"))
    assert read(tmp_path / "ab")[1:] == ([[3, 4], [5, 6], [3], [4], [5, 6]], [0, 2, 3, 5])
    assert [output.bytes for output in outputs] == [(tmp_path / f"ab.{end}").stat().st_size for end in ("bin", "idx")]


def test_shards_of_different_types_are_not_joined(tmp_path: Path) -> None:
    write(str(tmp_path / "a"))
    write(str(tmp_path / "b"), vocabulary=250_680)
    with pytest.raises(TokensError, match="int32 and uint16 to join; give shards made with one tokenizer"):
        merge([str(tmp_path / "a"), str(tmp_path / "b")], str(tmp_path / "ab"))
    with pytest.raises(TokensError, match="no shards to join"):
        merge([], str(tmp_path / "ab"))


def patch(path: Path, offset: int, data: bytes) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:offset] + data + whole[offset + len(data) :])


LENGTHS, PLACES, ENDS = 34, 34 + 4 * 4, 34 + 12 * 4


@pytest.mark.parametrize(
    ("fault", "damage"),
    [
        ("magic b'XMIDIDX", lambda idx, _: patch(idx, 0, b"X")),
        ("version 2", lambda idx, _: patch(idx, 9, struct.pack("<Q", 2))),
        ("type 6", lambda idx, _: patch(idx, 17, b"\x06")),
        ("tokens are int16, uint16 expected", lambda idx, _: patch(idx, 17, b"\x03")),
        ("122 bytes, 134 expected for 5 sequences", lambda idx, _: patch(idx, 18, struct.pack("<Q", 5))),
        ("121 bytes, 122 expected", lambda idx, _: idx.write_bytes(idx.read_bytes()[:-1])),
        ("no header", lambda idx, _: idx.write_bytes(idx.read_bytes()[:33])),
        ("no header", lambda idx, _: idx.write_bytes(b"")),
        ("not there", lambda idx, _: idx.unlink()),
        ("0 sequences and a document index of 0", lambda idx, _: idx.write_bytes(idx.read_bytes()[:18] + bytes(16))),
        ("index starts at 1, 0 expected", lambda idx, _: patch(idx, ENDS, struct.pack("<q", 1))),
        ("the document index falls", lambda idx, _: patch(idx, ENDS + 8, struct.pack("<q", 3))),
        ("index ends at 5, 4 expected", lambda idx, _: patch(idx, ENDS + 32, struct.pack("<q", 5))),
        ("a sequence has no tokens", lambda idx, _: patch(idx, LENGTHS, struct.pack("<2i", 6, 0))),
        ("not the running sum", lambda idx, _: patch(idx, PLACES + 8, struct.pack("<q", 9))),
        ("the token 2 stands 1 time inside", lambda _, binary: patch(binary, 2, struct.pack("<H", END))),
        ("1 document does not end with the token 2", lambda _, binary: patch(binary, 6, struct.pack("<H", 9))),
        ("token ids from 0 to 8000, 0 to 7999", lambda _, binary: patch(binary, 0, struct.pack("<H", 8000))),
        (".bin is 597 bytes, 598", lambda _, binary: binary.write_bytes(binary.read_bytes()[:-1])),
        (".bin is 600 bytes, 598", lambda _, binary: binary.write_bytes(binary.read_bytes() + b"ab")),
        (".bin is not there", lambda _, binary: binary.unlink()),
    ],
)
def test_verify_names_every_fault(fault: str, damage: Callable[[Path, Path], Any], tmp_path: Path) -> None:
    write(str(tmp_path / "yo"))
    damage(tmp_path / "yo.idx", tmp_path / "yo.bin")
    found = verify(str(tmp_path / "yo"), VOCABULARY, end_token=END)
    assert any(fault in line for line in found), found


def test_verify_counts_documents_and_looks_at_every_chunk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(str(tmp_path / "yo"))
    monkeypatch.setattr(megatron, "CHUNK", 3)
    assert verify(str(tmp_path / "yo"), VOCABULARY, end_token=END) == []
    assert verify(str(tmp_path / "yo"), VOCABULARY, end_token=END, documents=5) == ["4 documents, 5 expected"]
    patch(tmp_path / "yo.bin", 2 * 296, struct.pack("<H", 9))
    assert verify(str(tmp_path / "yo"), VOCABULARY, end_token=END) == ["1 document does not end with the token 2"]


def test_reading_tokens_of_a_shard_without_bin_is_an_error(tmp_path: Path) -> None:
    write(str(tmp_path / "yo"))
    (tmp_path / "yo.bin").unlink()
    with pytest.raises(TokensError, match=r"yo.bin: not there; tokenize the language again"):
        Index.read(str(tmp_path / "yo")).sequence(0)


def independent_index(lengths: Sequence[int], width: int, code: int, ends: Sequence[int]) -> bytes:
    """The writer of the layout table: struct alone, number by number."""
    data = b"MMIDIDX\x00\x00" + struct.pack("<Q", 1) + bytes([code]) + struct.pack("<Q", len(lengths))
    data += struct.pack("<Q", len(ends))
    for length in lengths:
        data += struct.pack("<i", length)
    place = 0
    for length in lengths:
        data += struct.pack("<q", place)
        place += length * width
    for end in ends:
        data += struct.pack("<q", end)
    return data


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 2**31 - 1), max_size=4), min_size=1, max_size=9).filter(any),
    st.sampled_from([("<u2", 2, 8), ("<i4", 4, 4)]),
)
def test_the_index_has_the_bytes_of_an_independent_writer_also_with_several_sequences_a_document(
    documents: list[list[int]], kind: tuple[str, int, int]
) -> None:
    dtype, width, code = kind
    lengths = [length for document in documents for length in document]
    ends = [0]
    for document in documents:
        ends.append(ends[-1] + len(document))
    file = io.BytesIO()
    write_index(file, lengths, dtype=dtype, documents=np.array(ends))
    assert file.getvalue() == independent_index(lengths, width, code, ends)
    plain = io.BytesIO()
    write_index(plain, lengths, dtype=dtype)
    assert plain.getvalue() == independent_index(lengths, width, code, range(len(lengths) + 1))


@pytest.mark.parametrize(("vocabulary", "width", "code"), [(VOCABULARY, 2, 8), (250_680, 4, 4)])
def test_a_shard_has_the_bytes_of_an_independent_writer(vocabulary: int, width: int, code: int, tmp_path: Path) -> None:
    write(str(tmp_path / "yo"), vocabulary=vocabulary)
    whole = [[*document, END] for document in DOCUMENTS]
    letter = {2: "H", 4: "i"}[width]
    tokens = [token for document in whole for token in document]
    assert (tmp_path / "yo.bin").read_bytes() == struct.pack(f"<{len(tokens)}{letter}", *tokens)
    expected = independent_index([len(each) for each in whole], width, code, range(len(whole) + 1))
    assert (tmp_path / "yo.idx").read_bytes() == expected


@given(st.lists(st.lists(st.integers(3, 7999), max_size=5), min_size=1, max_size=20))
def test_many_documents_at_once_are_the_same_as_one_by_one(documents: list[list[int]]) -> None:
    folder = "memory://test_megatron/at_once"
    with writing(f"{folder}/one", dtype=np.uint16, end_token=END, part=True) as (writer, _):
        there = [writer.add(document) for document in documents]
    with writing(f"{folder}/all", dtype=np.uint16, end_token=END, part=True) as (writer, _):
        flat = np.array([token for document in documents for token in document], np.int32)
        assert writer.add_all(flat, np.array([len(document) for document in documents])).tolist() == there
    for ending in ("bin", "idx"):
        one, every = (
            fsspec.filesystem("memory").cat_file(f"/test_megatron/at_once/{name}.{ending}") for name in ("one", "all")
        )
        assert one == every


@pytest.mark.parametrize("folder", ["memory://test_megatron/pieces", ""])
def test_pieces_of_shards_are_put_together(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(megatron, "CHUNK", 7)
    folder = folder or str(tmp_path)
    write(f"{folder}/yo")
    index = Index.read(f"{folder}/yo")
    pieces = [megatron.Piece(index, 2, 4), megatron.Piece(index, 0, 1), megatron.Piece(index, 1, 1)]
    megatron.assemble(pieces, f"{folder}/some")
    some = Index.read(f"{folder}/some")
    expected = [[*DOCUMENTS[at], END] for at in (2, 3, 0)]
    assert [some.sequence(number).tolist() for number in range(len(some))] == expected
    assert some.part(1, 3).tolist() == [11, 12]
    assert some.part(3, 3).tolist() == []
    assert verify(f"{folder}/some", VOCABULARY, end_token=END, documents=3) == []


def test_the_padded_vocabulary_decides_the_type(tmp_path: Path) -> None:
    write(str(tmp_path / "yo"))
    assert verify(str(tmp_path / "yo"), VOCABULARY, end_token=END, padded=8_064) == []
    message = "tokens are uint16, int32 expected for 65536 pieces"
    assert verify(str(tmp_path / "yo"), 65_450, end_token=END, padded=65_536) == [message]


def test_what_is_not_known_is_not_checked(tmp_path: Path) -> None:
    write(str(tmp_path / "yo"))
    assert verify(str(tmp_path / "yo"), None, end_token=None) == []
    assert verify(str(tmp_path / "yo"), None, end_token=3) != []
