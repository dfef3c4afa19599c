"""Text of pages by trafilatura: what is left out, and that what makes it quicker changes no text."""

import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import pytest

from catalog import page as pages
from catalog.extract_trafilatura import guarded, load, text
from catalog.warc import captures, split_header
from tests.corpora import ROOT, environment

BARE = """
import json, logging, sys
from hashlib import blake2b
from trafilatura import extract
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
texts = json.load(sys.stdin)
found = [extract(text.replace("\\0", ""), include_comments=False) or "" for text in texts]
json.dump([blake2b(text.encode(), digest_size=8).hexdigest() for text in found], sys.stdout)
"""
"""Bare trafilatura, in a process where nothing of it was changed."""


LOHELP = "14978c0bd1f501052ab2965b54c051bd"
"""Digest of the digests that bare trafilatura 2.3.1 gives for lohelp.warc.gz."""


def bare(sources: list[str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", BARE], input=json.dumps(sources), capture_output=True, text=True, check=True, cwd=ROOT
    )
    return [str(digest) for digest in json.loads(done.stdout)]


def ours(sources: list[str]) -> list[str]:
    code = (
        "import json, sys; from hashlib import blake2b; from catalog.extract_trafilatura import text;"
        "json.dump([blake2b(text(source).text.encode(), digest_size=8).hexdigest() for source in json.load(sys.stdin)],"
        " sys.stdout)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=environment(),
    )
    return [str(digest) for digest in json.loads(done.stdout)]


def sources_of(path: Path) -> list[str]:
    """The pages of an archive, decoded."""
    found = []
    with path.open("rb") as handle:
        for capture in captures(handle):
            span = split_header(capture.block)
            if capture.type == "response" and span:
                found.append(pages.decode(capture.block[span[1] :])[0])
    return found


@pytest.mark.parametrize(("name", "count", "step"), [("udhr", 46, 1), ("whirlwind", 1, 1), ("lohelp", 1440, 12)])
def test_the_text_is_that_of_bare_trafilatura(shared: Path, name: str, count: int, step: int) -> None:
    sources = sources_of(shared / "data" / f"{name}.warc.gz")
    assert len(sources) == count
    assert ours(sources[::step]) == bare(sources[::step])


def test_the_text_of_a_whole_site_is_that_of_bare_trafilatura(shared: Path) -> None:
    """Against a digest taken once of bare(sources), because that takes half a minute."""
    assert version("trafilatura") == "2.3.1", "another trafilatura: take the digest of bare(sources) anew"
    digests = ours(sources_of(shared / "data" / "lohelp.warc.gz"))
    assert blake2b("".join(digests).encode(), digest_size=16).hexdigest() == LOHELP


HOSTILE = [
    "",
    "\0\0\0",
    "<html></html>",
    "<" * 100_000,
    "<div>" * 100_000 + "text",
    "<table><tr><td>" * 10_000,
    "<!--" * 10_000,
    "&#xD800;&#0;" * 1000,
    "%PDF-1.4",
    "<form><select><option>a<option>b</select><label for=x>c</label><input name=x><textarea>d</textarea></form>" * 50,
    "<p>" + "word, and other words. " * 300 + "<div id='' class=''><p class>x</p></div>",
    "<div class='comments nav share'><p>" + "word, and other words. " * 50 + "</p></div>",
    "<html><body><a href='/'>" + "link " * 5000 + "</a></body></html>",
]


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_pages_end(source: str) -> None:
    load()
    assert isinstance(text(source).text, str)


def test_hostile_pages_have_the_text_of_bare_trafilatura() -> None:
    assert ours(HOSTILE) == bare(HOSTILE)


def test_main_text_leaves_navigation_and_readers_comments_out(page: Callable[..., bytes]) -> None:
    menu = "<nav><ul><li><a href='/'>Ilé</a></li></ul></nav>"
    comments = "<div id='comments'><p>Ọ̀rọ̀ òǹkàwé kan tí kì í ṣe ti ojú ewé yìí rárá.</p></div>"
    source = page().decode().replace("<body>", "<body>" + menu).replace("</body>", comments + "</body>")
    found = text(source).text
    assert found.startswith("Gbogbo ènìyàn")
    assert "Ilé" not in found
    assert "òǹkàwé" not in found


def test_main_text_of_an_xhtml_page_with_a_declaration(page: Callable[..., bytes]) -> None:
    source = '<?xml version="1.0" encoding="iso-8859-1"?>\n' + page().decode()
    assert text(source).text.startswith("Gbogbo ènìyàn")


def test_nul_is_dropped_and_the_page_goes_on(page: Callable[..., bytes]) -> None:
    assert text(page().decode().replace("ènìyàn", "ènì\0yàn")) == text(page().decode())


@pytest.mark.parametrize(
    ("path", "quicker"),
    [
        (".//p[re:test(@id|@class, 'x', 'i')]", ".//p[(@id|@class and re:test(@id|@class, 'x', 'i'))]"),
        (".//p[re:test(@class, '')]", ".//p[re:test(@class, '')]"),
        (".//p[re:test(@class, 'a|')]", ".//p[re:test(@class, 'a|')]"),
        (".//p[re:test(text(), 'a')]", ".//p[re:test(text(), 'a')]"),
        (".//p[@class='re:test']", ".//p[@class='re:test']"),
    ],
)
def test_expressions_are_tried_where_there_is_an_attribute(path: str, quicker: str) -> None:
    assert guarded(path) == quicker


def test_every_expression_of_trafilatura_finds_what_it_found() -> None:
    from lxml import html
    from lxml.etree import XPath
    from trafilatura import xpaths

    load()
    words = ["", "x", "nav", "comment-list", "cookie-banner", "content", "shared", "related", "hidden", "teaser"]
    source = "".join(
        f"<div id='{a}' class='{b}'><p class='{b}'>t</p></div><p id='{a}'>u</p>" for a in words for b in words
    )
    tree = html.fromstring(f"<html><body>{source}<div>v</div></body></html>")
    lists = [value for value in vars(xpaths).values() if isinstance(value, list) and value]
    for expression in [item for value in lists for item in value if isinstance(item, XPath)]:
        plain = expression.path
        for guard in ("@id|@class", "@class", "@id", "@id|@style"):
            plain = plain.replace(f"({guard} and re:test({guard},", f"(re:test({guard},")
        found = XPath(plain, namespaces={"re": xpaths.REGEXP_NS})(tree)
        assert [element.tag for element in found] == [element.tag for element in expression(tree)]
        assert found == expression(tree)
