"""Bytes of code as text: UTF-8, marks, declared encodings, and what is no text."""

import pytest

from catalog.code_text import NOT_UTF_8, NUL, decoded


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_is_no_part_of_the_text(encoding: str) -> None:
    assert decoded("x = 'Ẹ káàbọ̀'\r\n".encode(encoding)) == ("x = 'Ẹ káàbọ̀'\r\n", "")


@pytest.mark.parametrize(
    ("encoding", "line"),
    [
        ("latin-1", "# -*- coding: latin-1 -*-"),
        ("cp1252", "# vim: set fileencoding=windows-1252 :"),
        ("koi8-r", "// -*- coding: koi8-r -*-"),
        ("gbk", "#!/usr/bin/env python\n# coding=gbk"),
        ("shift_jis", "/* coding: sjis */"),
    ],
)
def test_a_file_may_name_its_encoding_in_its_first_two_lines(encoding: str, line: str) -> None:
    letters = {"latin-1": "é", "cp1252": "–", "koi8-r": "ж", "gbk": "中", "shift_jis": "語"}[encoding]
    assert decoded(f"{line}\nx = '{letters}'".encode(encoding)) == (f"{line}\nx = '{letters}'", "")
    assert decoded(f"\n\n{line}\nx = '{letters}'".encode(encoding)) == (None, NOT_UTF_8)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x7fELF\x02\x01\x01\x00", NUL),
        ("x = 1\0".encode("utf-16"), NUL),
        (b"x = '\xe9'", NOT_UTF_8),
        (b"# coding: no-such-encoding\nx = '\xe9'", NOT_UTF_8),
        (b"# coding: idna\nx = '\xe9'", NOT_UTF_8),
        (b"# coding: hex\nx = '\xe9'", NOT_UTF_8),
        (b"# coding: ascii\nx = '\xe9'", NOT_UTF_8),
        (b"# coding: gbk\nx = '\xff\xff'", NOT_UTF_8),
        (b"\xff\xfex", NOT_UTF_8),
    ],
)
def test_what_is_no_text_has_a_reason(content: bytes, reason: str) -> None:
    assert decoded(content) == (None, reason)


def test_an_empty_file_is_an_empty_text() -> None:
    assert decoded(b"") == ("", "")
