"""Pages by their content, character sets and titles."""

import codecs

import pytest

from catalog import page as pages

FRENCH = "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison. " * 3
ARABIC = "يولد جميع الناس أحرارًا متساوين في الكرامة والحقوق. وقد وهبوا عقلًا وضميرًا. " * 3
CHINESE = "人人生而自由,在尊严和权利上一律平等。他们赋有理性和良心,并应以兄弟关系的精神相对待。" * 3
YORUBA = "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba."


@pytest.mark.parametrize(
    ("data", "content_type", "charset"),
    [
        (YORUBA.encode(), "", "utf-8"),
        (YORUBA.encode(), "text/html; charset=iso-8859-1", "utf-8"),
        (codecs.BOM_UTF8 + YORUBA.encode(), "text/html; charset=big5", "utf-8"),
        (codecs.BOM_UTF16_LE + YORUBA.encode("utf-16-le"), "text/html; charset=utf-8", "utf-16-le"),
        (codecs.BOM_UTF16_BE + YORUBA.encode("utf-16-be"), "", "utf-16-be"),
        (FRENCH.encode("cp1252"), "text/html; charset=ISO-8859-1", "cp1252"),
        (FRENCH.encode("cp1252"), 'text/html; Charset = "windows-1252"', "cp1252"),
        (FRENCH.encode("cp1252"), "text/html; charset=utf-8", "cp1252"),
        (FRENCH.encode("cp1252"), "text/html; charset=zlib", "cp1252"),
        (FRENCH.encode("cp1252"), "text/html; charset=no-such-set", "cp1252"),
        (FRENCH.encode("cp1252"), "", "cp1252"),
        (ARABIC.encode("cp1256"), "text/html; charset=windows-1256", "cp1256"),
        (ARABIC.encode("cp1256"), "", "cp1256"),
        (CHINESE.encode("gb2312"), "text/html; charset=gb2312", "gb18030"),
        (CHINESE.encode("gb18030"), "", "gb18030"),
        (b'<meta charset="windows-1256">' + ARABIC.encode("cp1256"), "text/html", "cp1256"),
        (b'<META http-equiv=Content-Type content="text/html; charset=GBK">' + CHINESE.encode("gbk"), "", "gb18030"),
        (b'<?xml version="1.0" encoding="iso-8859-15"?>' + "prix en €".encode("iso8859-15"), "", "iso8859-15"),
        (b'<meta charset="utf-16">' + FRENCH.encode(), "", "utf-8"),
        (("<p>" + FRENCH).encode("utf-16-le"), "text/html; charset=utf-8", "utf-16-le"),
        (("\n <!doctype html>" + FRENCH).encode("utf-16-be"), "", "utf-16-be"),
        (b"<html>".decode().encode("utf-16-be") + ARABIC.encode("utf-16-be"), "", "utf-16-be"),
        (("<html><head><title>" + CHINESE).encode("utf-16-le"), "text/html; charset=gbk", "utf-16-le"),
        ("日本語".encode("iso2022_jp"), "text/html; charset=iso-2022-jp", "iso2022_jp"),
        (b"plain ASCII", "", "utf-8"),
        (b"", "", "utf-8"),
    ],
)
def test_the_character_set_of_a_page(data: bytes, content_type: str, charset: str) -> None:
    text, found = pages.decode(data, content_type)
    assert found == charset
    assert "\ufffd" not in text
    assert text.encode(charset) == data.removeprefix(codecs.BOM_UTF8 if charset == "utf-8" else b"").removeprefix(
        {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(charset, b"")
    )


def test_a_page_cut_inside_a_character_is_still_utf8() -> None:
    text, charset = pages.decode((YORUBA * 3).encode()[:-2] + b"\xcc", "text/html; charset=iso-8859-1")
    assert charset == "utf-8"
    assert text.endswith("\ufffd")
    assert text.count("\ufffd") == 1


def test_the_header_goes_before_the_pages_own_word() -> None:
    data = b"<meta charset=windows-1252>" + ARABIC.encode("cp1256")
    assert pages.decode(data, "text/html; charset=windows-1256")[1] == "cp1256"


def test_what_the_crawler_identified_stands_between_the_header_and_the_pages_own_word() -> None:
    data = b"<meta charset=windows-1252>" + ARABIC.encode("cp1256")
    assert pages.decode(data, "text/html", "windows-1256")[1] == "cp1256"
    assert pages.decode(data, "text/html; charset=iso-8859-6", "windows-1256")[1] in ("iso8859-6", "cp1256")
    assert pages.decode(ARABIC.encode("cp1256"), "", "windows-1256") == (ARABIC, "cp1256")
    assert pages.decode(YORUBA.encode(), "", "windows-1256")[1] == "utf-8"
    assert pages.decode(FRENCH.encode("cp1252"), "", "no-such-set")[1] == "cp1252"


def test_utf8_that_holds_the_replacement_character_is_utf8() -> None:
    text = "caf\ufffd " * 20
    assert pages.decode(text.encode(), "text/html; charset=iso-8859-1") == (text, "utf-8")


@pytest.mark.parametrize(
    ("data", "mime", "is_page"),
    [
        (b"", "text/html", True),
        (b"anything", "text/html", True),
        (b"anything", "application/xhtml+xml", True),
        (b"anything", "text/plain", False),
        (b"anything", "", False),
        (b"<!doctype HTML>", "text/plain", True),
        (b"\xef\xbb\xbf \n<!-- a --> <html lang=yo>", "application/octet-stream", True),
        (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', "application/xml", True),
        (b'<?xml version="1.0"?><rss>', "text/xml", False),
        (b"<html>", "html", True),
        (b"<html>", "unknown/unknown", True),
        (b"<html>", "application/json", False),
        (b"<html>", "image/png", False),
        (b"<b>bold</b>", "text/plain", False),
        (b"<htmlx>", "text/plain", False),
        ("<html>".encode("utf-16-le"), "text/plain", True),
        (b"%PDF-1.7", "text/html", False),
        (b"\n%PDF-1.7", "text/html", False),
        (b"\x89PNG\r\n\x1a\n", "text/html", False),
        (b"GIF89a", "text/html", False),
        (b"PK\x03\x04", "text/html", False),
        (b"\x1f\x8b\x08", "text/html", False),
        (b"\xd0\xcf\x11\xe0", "application/xhtml+xml", False),
        (b" " * 100_000, "text/plain", False),
        (b"<!--" * 20_000, "text/plain", False),
        (b"<!-- -->" * 20_000, "text/plain", False),
    ],
)
def test_what_is_a_page(data: bytes, mime: str, *, is_page: bool) -> None:
    assert pages.is_page(data, mime) == is_page


def test_every_encoding_named_is_one_python_has() -> None:
    for name in pages._KNOWN:
        assert codecs.lookup(name).name == name
    assert set(pages._READ_AS.values()) <= pages._KNOWN
    assert set(pages._DETECTED) <= pages._KNOWN


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("<html><head><TITLE lang=yo>\n Ìkéde  &eacute;&lt; </Title>", "Ìkéde é<"),
        ("<title></title>", ""),
        ("<titles>no</titles>", ""),
        ("<title>no end", ""),
        ("no page", ""),
        ("<title>" * 20_000, ""),
    ],
)
def test_titles(text: str, title: str) -> None:
    assert pages.title(text) == title
