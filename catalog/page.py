"""A web page: whether bytes are one, in which character set they are, its title, and what is made of it."""

import codecs
import html
import re
from dataclasses import dataclass, field
from typing import Any

MAX_PAGE = 4 * 2**20
"""Bytes of a page at most. The slowest page measured, 3.7 MB of links, took trafilatura 5.7 s and 453 MB."""

MIMES = ("text/html", "application/xhtml+xml")
"""Types that are pages. ROOTS dropped application/xhtml+xml, a tenth of its captures."""

GENERIC = ("", "text/plain", "application/octet-stream", "application/xml", "text/xml", "application/x-download")
"""Types that servers send for want of a better one: the content decides. So it does where the type is no type at all
(no slash, or unknown/...). Another type, such as application/json, is believed."""

_HEAD = 64 * 1024
_CHARSET = r"charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([A-Za-z0-9_:.-]{1,40})"
_META = re.compile((r"<meta[^>]{0,1000}?" + _CHARSET).encode(), re.IGNORECASE)
_XML = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([A-Za-z0-9_:.-]{1,40})")
_BINARY = re.compile(
    rb"\s*%PDF-|%!PS|\x89PNG\r\n|GIF8[79]a|\xff\xd8\xff|RIFF....WEBP|PK\x03\x04|Rar!\x1a|7z\xbc\xaf|\x1f\x8b\x08"
    rb"|\xd0\xcf\x11\xe0|OggS|ID3|fLaC|\x00\x00\x00.ftyp|\x1aE\xdf\xa3|wOF[F2]|\x7fELF|MZ\x90\x00|\{\\rtf",
    re.DOTALL,
)
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf|\xfe\xff|\xff\xfe)?(?:\s++|<!--.{0,2000}?-->|<\?xml.{0,500}?\?>){0,20}+"
    rb"<(?:!doctype\s{1,9}html|html|head|body|title|meta)(?=[\s>/])",
    re.DOTALL | re.IGNORECASE,
)
_WIDE_LE = re.compile(rb"(?:[\t\n\r ]\0){0,1000}+<\0[!?A-Za-z]\0")
_WIDE_BE = re.compile(rb"(?:\0[\t\n\r ]){0,1000}+\0<\0[!?A-Za-z]")
_TAG = re.compile(rb"<[^<>]*>")
_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)</title", re.IGNORECASE)

BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
"""Byte order marks, and what they stand for."""

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


@dataclass(frozen=True, slots=True)
class Text:
    """What an extractor makes of a page: its text, and by name what else goes into a document's `meta`."""

    text: str
    meta: dict[str, Any] = field(default_factory=dict)


def is_page(data: bytes, mime: str) -> bool:
    """Whether a response is HTML: by its type where that says something, else by its first bytes.

    What begins as a PDF, an image, an archive or the like is no page, whatever its type.

    >>> is_page(b"<!DOCTYPE html><p>...", "text/plain"), is_page(b"<!DOCTYPE html><p>...", "application/json")
    (True, False)
    >>> is_page(b"%PDF-1.7 ...", "text/html"), is_page(b"Ojo", "text/html"), is_page(b"Ojo", "text/plain")
    (False, True, False)
    """
    if _BINARY.match(data):
        return False
    if mime in MIMES:
        return True
    return is_generic(mime) and _PAGE.match(data[:8192].replace(b"\0", b"")) is not None


def is_generic(mime: str) -> bool:
    """Whether a type says nothing of what the content is.

    >>> is_generic("application/octet-stream"), is_generic("html"), is_generic("image/png")
    (True, True, False)
    """
    return mime in GENERIC or "/" not in mime or mime.startswith("unknown/")


def decode(data: bytes, content_type: str = "", identified: str = "") -> tuple[str, str]:
    """The page as text, and the character set it was read in.

    In this order: the byte order mark; UTF-16 without one, when the page begins with markup in it; UTF-8, when the
    bytes are that (no text of another character set is, but for a few letters, whatever the server says); the
    Content-Type header; what the crawler identified (WARC-Identified-Content-Charset); the page's own declaration
    (meta or XML); what charset-normalizer finds. UTF-8 with broken bytes, ten good characters beyond ASCII for each,
    is still UTF-8; broken bytes become U+FFFD.

    >>> decode("Ẹ káàbọ̀".encode(), "text/html; charset=iso-8859-1")
    ('Ẹ káàbọ̀', 'utf-8')
    >>> decode("<meta charset=windows-1256>أهلا".encode("cp1256"), "text/html")[1]
    'cp1256'
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    wide = _without_mark(data)
    if wide:
        return data.decode(wide, "replace"), wide
    if not data.isascii():
        try:
            return data.decode(), "utf-8"
        except UnicodeDecodeError:
            pass
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    labels = (_label(re.search(_CHARSET, content_type, re.IGNORECASE)), identified, own_label(data))
    declared = [name for name in map(known, labels) if name is not None and name != "utf-8"]
    beyond = len(text) - len(text.encode("ascii", "ignore")) if broken else 0
    if (beyond or not declared) and beyond >= 11 * broken:
        return text, "utf-8"
    for name in declared:
        try:
            return data.decode(name), name
        except UnicodeDecodeError:
            continue
    name = declared[0] if declared else _detected(data)
    return data.decode(name, "replace"), name


def _without_mark(data: bytes) -> str | None:
    """UTF-16 of a page that says so by nothing but the NUL bytes of the markup it begins with."""
    if b"\0" not in data[:64]:
        return None
    return "utf-16-le" if _WIDE_LE.match(data) else "utf-16-be" if _WIDE_BE.match(data) else None


def _label(match: re.Match[str] | None) -> str:
    return match.group(1) if match else ""


def own_label(data: bytes) -> str:
    """The character set that a page says it is in, "" when it says none; XML's declaration before a meta element."""
    match = _XML.search(data[:1024]) or _META.search(data[:_HEAD])
    return match.group(1).decode("ascii") if match else ""


def known(label: str) -> str | None:
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
    return (known(best.encoding) if best is not None else None) or "cp1252"


def title(page: str) -> str:
    """The page's title, white space collapsed; "" when it has none.

    >>> title("<head><title>Ìkéde &amp;\\n ẹ̀tọ́</title>")
    'Ìkéde & ẹ̀tọ́'
    """
    match = _TITLE.search(page, 0, _HEAD)
    return " ".join(html.unescape(match.group(1)).split()) if match else ""
