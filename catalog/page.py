"""A web page: its character set, its title, and its main text by trafilatura."""

import codecs
import html
import logging
import re

MAX_PAGE = 4 * 2**20
"""Bytes of a page at most. The slowest page measured, 3.7 MB of links, took trafilatura 5.7 s and 453 MB."""

_HEAD = 64 * 1024
_CHARSET = r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.-]{1,40})"
_META = re.compile((r"<meta[^>]{0,1000}?" + _CHARSET).encode(), re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_:.-]{1,40})")
_TAG = re.compile(rb"<[^<>]*>")
_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)</title", re.IGNORECASE)

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "utf-16": "utf-8",
    "utf-16-le": "utf-8",
    "utf-16-be": "utf-8",
}
"""What a label stands for where the Encoding Standard (section 4.2) says another encoding than Python does. A page
that says in ASCII that it is UTF-16 is not: it is read as UTF-8."""
_KNOWN = frozenset(
    ["utf-8", "cp866", "cp874", "cp932", "cp949", "big5hkscs", "gb18030", "euc_jp", "iso2022_jp", "koi8-r", "koi8-u"]
    + ["mac-roman", "mac-cyrillic"]
    + [f"cp125{number}" for number in range(9)]
    + [f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)]
)
"""The encodings of the Encoding Standard. Python knows more, some of them no character sets (zlib, rot13)."""

_DETECTED = [
    "cp1252",
    "cp1256",
    "gb18030",
    "big5hkscs",
    "cp932",
    "cp949",
    "euc_jp",
    "cp1251",
    "cp1253",
    "cp1255",
    "cp874",
]
"""What is looked for in a page that says nothing: one per script, because a few words do not tell the sets of one
script apart (Spanish was taken for windows-1250). All Latin languages of ROOTS that had a set used windows-1252,
but Vietnamese."""


def decode(data: bytes, content_type: str = "") -> tuple[str, str]:
    """The page as text, and the character set it was read in.

    In this order: the byte order mark; UTF-8, when the bytes are that (no text of another character set is, but for
    a few letters, whatever the server says); the Content-Type header; the page's own declaration (meta or XML); what
    charset-normalizer finds. UTF-8 with broken bytes, ten good characters beyond ASCII for each, is still UTF-8;
    broken bytes become U+FFFD.

    >>> decode("Ẹ káàbọ̀".encode(), "text/html; charset=iso-8859-1")
    ('Ẹ káàbọ̀', 'utf-8')
    >>> decode("<meta charset=windows-1256>أهلا".encode("cp1256"), "text/html")[1]
    'cp1256'
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    labels = (_label(re.search(_CHARSET, content_type, re.IGNORECASE)), _own_label(data))
    declared = [name for name in map(_known, labels) if name is not None and name != "utf-8"]
    text = data.decode("utf-8", "replace")
    beyond = len(text) - len(text.encode("ascii", "ignore"))
    broken = text.count("\ufffd")
    if (beyond or not declared) and beyond >= 11 * broken:
        return text, "utf-8"
    for name in declared:
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            continue
    name = declared[0] if declared else _detected(data)
    return data.decode(name, "replace"), name


def _label(match: re.Match[str] | None) -> str:
    return match.group(1) if match else ""


def _own_label(data: bytes) -> str:
    match = _XML.search(data[:1024]) or _META.search(data[:_HEAD])
    return match.group(1).decode("ascii") if match else ""


def _known(label: str) -> str | None:
    """Python's name of the encoding a label stands for; None when the Encoding Standard does not have it."""
    name = _READ_AS.get(label.lower())
    if name is None:
        try:
            name = codecs.lookup(label).name
        except (LookupError, ValueError):
            return None
    name = _READ_AS.get(name, name)
    return name if name in _KNOWN else None


def _detected(data: bytes) -> str:
    """Character set of a page that says none; windows-1252, the HTML standard's default, when none is found."""
    from charset_normalizer import from_bytes

    words = _TAG.sub(b" ", data[: 4 * _HEAD])
    best = from_bytes(words, cp_isolation=_DETECTED, enable_fallback=False).best()
    return (_known(best.encoding) if best is not None else None) or "cp1252"


def title(page: str) -> str:
    """The page's title, white space collapsed; "" when it has none.

    >>> title("<head><title>Ìkéde &amp;\\n ẹ̀tọ́</title>")
    'Ìkéde & ẹ̀tọ́'
    """
    match = _TITLE.search(page, 0, _HEAD)
    return " ".join(html.unescape(match.group(1)).split()) if match else ""


def main_text(page: str) -> str:
    """The main text of a page, blocks on lines of their own: navigation, header and footer are left out. "" for none.

    trafilatura's balanced mode; tables kept; comments of readers left out (they are other people's text, and 1.7
    times the work); nothing fetched. The result is in Unicode normal form C.
    """
    from trafilatura import extract

    # It logs each page it gives up on; here that is a row with its reason.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return extract(page.replace("\0", ""), include_comments=False, include_tables=True, deduplicate=False) or ""
