"""LibreOffice help: the same pages in every locale, in the listed order."""

import io

from warcio.archiveiterator import ArchiveIterator

from catalog.demo import libreoffice


def test_the_list_has_120_pages() -> None:
    assert len(set(libreoffice.pages())) == 120


def test_a_crawl_holds_the_pages_of_the_package_s_own_locale() -> None:
    files = {f"{folder}/{path}": folder.encode() for folder in ("ca-valencia", "ca") for path in libreoffice.pages()}
    records = ArchiveIterator(io.BytesIO(libreoffice.crawl("ca", files)))
    found = [(record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()) for record in records]
    assert found == [(f"https://help.libreoffice.example/7.4/ca/{path}", b"ca") for path in libreoffice.pages()]


def test_locales_are_matched_whatever_their_case() -> None:
    files = {f"zh-CN/{path}": b"page" for path in libreoffice.pages()}
    assert libreoffice.crawl("zh-cn", files)
