"""Main text of a page by trafilatura, its own text in three quarters of its time.

Four things take time that no text depends on. Each is put aside once, when the extractor is loaded:

- the stop words of justext are a tuple, hashed anew for every page: a frozen set keeps its hash;
- lxml asks a Python function for the class of every element: one that is compiled gives the same class to all;
- XPath results are strings that know their element, which nobody asks;
- a regular expression is tried on attributes that are not there.

A test holds the text byte-equal to bare trafilatura's on all pages of three archives.
"""

import logging
import re
from functools import cache
from importlib import import_module
from typing import Any

from catalog.page import Text

_TEST = re.compile(r"re:test\(((?:@[\w-]+\|?)+), '([^']*)'(?:, 'i')?\)")


def load() -> None:
    """Import trafilatura and make it ready."""
    _options()
    text("<html><body><p>warm</p></body></html>")


def text(page: str, url: str = "") -> Text:
    """The main text of a page, blocks on lines of their own: navigation, header and footer are left out. "" for none.

    trafilatura's balanced mode; tables kept; comments of readers left out (they are other people's text); nothing
    fetched. The result is in Unicode normal form C.
    """
    from trafilatura import extract

    return Text(extract(page.replace("\0", ""), options=_options()) or "")


@cache
def _options() -> Any:
    """The options, read from trafilatura's settings once and not for every page; and trafilatura made ready."""
    from trafilatura import utils
    from trafilatura.settings import Extractor

    external: Any = import_module("trafilatura.external")

    # It logs each page it gives up on; here that is a row with its reason.
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    external.JT_STOPLIST = frozenset(external.jt_stoplist_init())
    _plain_classes(utils.HTML_PARSER)
    _plain_paths()
    return Extractor(output_format="txt", comments=False, tables=True, dedup=False)


def _plain_classes(parser: Any) -> None:
    """Have a parser make every element an HtmlElement; lxml's own classes for form fields are used by nothing here."""
    from lxml import etree, html

    parser.set_element_class_lookup(
        etree.ElementDefaultClassLookup(
            element=html.HtmlElement,
            comment=html.HtmlComment,
            pi=html.HtmlProcessingInstruction,
            entity=html.HtmlEntity,
        )
    )


def _plain_paths() -> None:
    """Put a quicker expression that finds the same in the place of each of trafilatura's XPath expressions."""
    from lxml.etree import XPath
    from trafilatura import xpaths

    baseline: Any = import_module("trafilatura.baseline")
    for value in vars(xpaths).values():
        if isinstance(value, list) and value and all(isinstance(item, XPath) for item in value):
            value[:] = [_quicker(item) for item in value]
    baseline.BASIC_CLEAN_XPATH = _quicker(baseline.BASIC_CLEAN_XPATH)


def _quicker(path: Any) -> Any:
    from lxml.etree import XPath
    from trafilatura.xpaths import REGEXP_NS

    return XPath(guarded(path.path), namespaces={"re": REGEXP_NS}, smart_strings=False)


def guarded(path: str) -> str:
    """An XPath expression whose regular expressions are tried only where there is an attribute to try them on.

    A missing attribute counts as the empty string, so an expression that fits that is left alone.

    >>> guarded(".//*[re:test(@id, '^nav')]")
    ".//*[(@id and re:test(@id, '^nav'))]"
    >>> guarded(".//*[re:test(@id, '^$')]")
    ".//*[re:test(@id, '^$')]"
    """

    def guard(match: re.Match[str]) -> str:
        return match.group() if re.search(match.group(2), "") else f"({match.group(1)} and {match.group()})"

    return _TEST.sub(guard, path)
