"""Main text of a page by resiliparse: far faster than trafilatura, with more of the page's furniture in it."""

from catalog.page import Text


def load() -> None:
    """Import resiliparse."""
    text("<html><body><p>warm</p></body></html>")


def text(page: str, url: str = "") -> Text:
    """The main text of a page, blocks on lines of their own; "" for none.

    Links, form fields and readers' comments are left out, as by the other extractors; so are alternative texts of
    images and bullets of lists, which no other extractor writes. Parsed in a step of its own, which gives the same and
    saves a twentieth of the time.
    """
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(page)
    return Text(extract_plain_text(tree, main_content=True, comments=False, alt_texts=False, list_bullets=False))
