"""Bytes of a file of code as text: UTF-8, or the encoding that the file itself names."""

import codecs
import re

DECLARED = re.compile(rb"coding[:=][ \t]*([-\w.]+)")
"""How a file names its encoding: PEP 263 for Python, and the editors Emacs and Vim for all others."""

NUL = "it has a NUL byte, so it is no text"
NOT_UTF_8 = "it is not UTF-8, and names no other encoding that is read"

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
"""Byte order marks; that of UTF-32 begins with that of UTF-16."""

ENCODINGS = frozenset(
    [
        *(f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
        *(f"cp125{page}" for page in range(9)),
        *("koi8-r", "koi8-u", "mac-roman", "cp437", "cp850", "cp852", "cp866"),
        *("gb2312", "gbk", "gb18030", "big5", "euc_jp", "shift_jis", "cp932", "iso2022_jp", "euc_kr", "cp949"),
    ]
)
"""Python's names of the encodings that a file may name. Others that Python has are no encodings of files (idna, utf-7),
and some of those take time with the square of a text's length."""


def decoded(content: bytes) -> tuple[str | None, str]:
    """The text, or None with the reason. A byte order mark is no part of it; line ends stay as they are.

    >>> decoded("print('Ẹ káàbọ̀')".encode())[0]
    "print('Ẹ káàbọ̀')"
    >>> decoded("# -*- coding: latin-1 -*-\\nx = 'é'".encode("latin-1"))[0]
    "# -*- coding: latin-1 -*-\\nx = 'é'"
    >>> decoded(b"\\x7fELF\\x02\\x01\\x00\\x00")
    (None, 'it has a NUL byte, so it is no text')
    """
    mark = next((encoding for start, encoding in MARKS.items() if content.startswith(start)), None)
    if mark is None and b"\0" in content:
        return None, NUL
    for encoding in [mark] if mark else ["utf-8", _declared(content)]:
        try:
            text = content.decode(encoding) if encoding else None
        except UnicodeDecodeError:
            continue
        if text is not None:
            return (None, NUL) if "\0" in text else (text, "")
    return None, NOT_UTF_8


def _declared(content: bytes) -> str | None:
    """The encoding named in the first two lines, where it is one that is read."""
    match = DECLARED.search(b"\n".join(content[:1024].split(b"\n")[:2]))
    if match is None:
        return None
    try:
        name = codecs.lookup(match[1].decode("ascii", "replace")).name
    except LookupError:
        return None
    return name if name in ENCODINGS else None
