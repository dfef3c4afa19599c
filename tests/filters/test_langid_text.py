"""Labelled text: codes of any kind, plain and gzipped files, and a sentence for every file that cannot be used."""

import gzip
from pathlib import Path

import pytest

from filters.langid_text import Labelled, TextError, label, read


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("hin_Deva", "hi"),
        ("twi", "ak"),
        ("zh", "zhs"),
        ("ajp_Arab", "ar"),
        ("deu_Latn", "de"),
        ("de", "de"),
        ("zsm_Latn", "ms"),
        ("ace_Arab", "ace"),
        ("arb_Latn", "ar-Latn"),
        ("nr", "nr"),
    ],
)
def test_labels(code: str, wanted: str) -> None:
    assert label(code) == wanted


@pytest.mark.parametrize("code", ["", "yoruba", "Y", "yo?", "zh-mars", "__label__yo"])
def test_what_is_no_code(code: str) -> None:
    with pytest.raises(TextError, match="no code of a language; known are those of the corpus"):
        label(code)


def test_plain_and_gzipped(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_text('{"lang": "yor", "text": "Ẹ káàbọ̀", "source": "a book"}\n\n{"lang": "de", "text": "\\ud800"}\n')
    packed.write_bytes(gzip.compress(b'{"lang": "tw", "text": "Akwaaba"}\n'))
    assert read([plain, packed]) == [
        Labelled("Ẹ káàbọ̀", "yo", "a book"),
        Labelled("?", "de", ""),
        Labelled("Akwaaba", "ak", ""),
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no text; each line must be a JSON object with the fields lang and text"),
        (b"\n \n", "no text"),
        (b'{"lang": "yo"}\n', "a.jsonl:1: the field 'text' is missing or no text; there are: lang"),
        (b'{"lang": "yo", "text": "a"}\n{"text": "b"}\n', "a.jsonl:2: the field 'lang' is missing"),
        (b'{"lang": 3, "text": "a"}\n', "the field 'lang' is missing or no text; there are: lang, text"),
        (b"{}\n", "there are: none"),
        (b"[1]\n", "a.jsonl:1: '[1]' is no JSON object"),
        (b"yo\thello\n", "a.jsonl:1: not JSON"),
        (b'{"lang": "klingon", "text": "a"}\n', "a.jsonl:1: 'klingon' is no code of a language"),
        (b'{"lang": "yo", "text": "\xe9"}\n', "a.jsonl:1: not UTF-8 (byte 24 of the line)"),
    ],
)
def test_what_cannot_be_used(content: bytes, said: str, tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_bytes(content)
    with pytest.raises(TextError) as error:
        read([file])
    assert said in str(error.value)


def test_files_that_are_not_there_or_broken(tmp_path: Path) -> None:
    with pytest.raises(TextError, match="No such file or directory; give a file of lines of JSON"):
        read([tmp_path / "a.jsonl"])
    cut, other = tmp_path / "cut.jsonl.gz", tmp_path / "other.jsonl.gz"
    cut.write_bytes(gzip.compress(b'{"lang": "yo", "text": "a"}\n' * 100)[:-20])
    other.write_bytes(b"not gzip")
    for file in (cut, other):
        with pytest.raises(TextError, match="give a file of lines of JSON, plain or"):
            read([file])
