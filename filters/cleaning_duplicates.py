"""Cleaning steps that look for equal documents in all of a source: of those with one key the first is kept.

Each function is the definition over a list of documents in the order of the source; `pipelines/chains.py` does the same
over many files. The original emptied the text of a later one, and `filter_remove_empty_docs` took it out; here it is
lost at once, with the id of the one that is kept. In the profile roots-2022-03 it still counts in the steps up to that
filter as an empty text: see `filters.cleaning.clean_source`.

Source: deduplication.py of the ROOTS cleaning code, whose keys were MD5 sums.
"""

import re
import string
from collections.abc import Callable, Sequence

from filters import addresses
from filters.cleaning_documents import Document, Outcome
from filters.code import without_whitespace

_NO_LETTERS = re.compile(rf"[\d{re.escape(string.punctuation)}]+")


def letters(document: Document) -> str:
    """The text without white space, decimal digits of any script, and ASCII punctuation; case stays.

    >>> letters(Document("1", "Nyumba 25, ٢٥ «Bei»!"))
    'Nyumba«Bei»'
    """
    return letters_of(document.text)


def letters_of(text: str) -> str:
    """The same of a text alone.

    >>> letters_of("第 25 章, 完！")
    '第章完！'
    """
    return _NO_LETTERS.sub("", without_whitespace(text))


def without_spaces(document: Document) -> str:
    """The text without U+0020; newlines and all other white space stay.

    >>> without_spaces(Document("1", "a b\\nc\\u3000d"))
    'ab\\nc\\u3000d'
    """
    return document.text.replace(" ", "")


def address(document: Document) -> str | None:
    """The document's address, or the `url` of its meta; None where there is neither."""
    found = document.url or document.meta.get("url")
    return found if isinstance(found, str) and found else None


def up_to_query(document: Document) -> str | None:
    """The address before the first `?`. Scheme, case, a slash at the end and `#fragment` all count.

    >>> up_to_query(Document("1", "", {}, "https://a.cm/Ẹ/?p=1#x"))
    'https://a.cm/Ẹ/'
    """
    url = address(document)
    return None if url is None else addresses.up_to_query(url)


def up_to_amp(document: Document) -> str | None:
    """The address before the first `?`, and before the first `/amp` where that comes sooner; in ROOTS `/ample` is one.

    >>> up_to_amp(Document("1", "", {}, "https://es.cointelegraph.com/news/bitcoin/amp?x"))
    'https://es.cointelegraph.com/news/bitcoin'
    """
    url = address(document)
    cut = addresses.rules()["es.cointelegraph.com"].cut
    return None if url is None else url.partition("?")[0].partition(cut)[0].strip()


def with_id_only(document: Document) -> str | None:
    """The address with a query of nothing but `id` parameters, those named `news-id` among them, in their order.

    An address that cannot be taken apart is its own key.

    >>> with_id_only(Document("1", "", {}, "https://www.qut.edu.au/news?news-id=7&page=2&id=8"))
    'https://www.qut.edu.au/news?id=7&id=8'
    """
    url = address(document)
    return None if url is None else addresses.rules()["www.qut.edu.au"].key(url)


def dedup_document(documents: Sequence[Document]) -> list[Outcome]:
    """Of documents that differ in white space, digits and ASCII punctuation only, keep the first.

    >>> texts = ["Bei: 100", "Bei 250!", "bei 100"]
    >>> [found.reason for found in dedup_document([Document(str(n), text) for n, text in enumerate(texts)])]
    [None, 'the same as 0', None]
    """
    return _first_of_each(documents, letters)


def dedup_document_spaces(documents: Sequence[Document]) -> list[Outcome]:
    """Of documents that differ in spaces only, keep the first. The third step of cleaning a seed.

    >>> texts = ["नम स्ते", "नमस्ते", "नमस्\\nते"]
    >>> [found.reason for found in dedup_document_spaces([Document(str(n), text) for n, text in enumerate(texts)])]
    [None, 'the same as 0', None]
    """
    return _first_of_each(documents, without_spaces)


def dedup_document_on_url(documents: Sequence[Document]) -> list[Outcome]:
    """Of documents with one address before the first `?`, keep the first; those without an address all stay.

    >>> urls = ["https://a.cm/1?p=1", "https://a.cm/1", "http://a.cm/1", None, None]
    >>> documents = [Document(str(n), "", {}, url) for n, url in enumerate(urls)]
    >>> [found.reason for found in dedup_document_on_url(documents)]
    [None, 'the same as 0', None, None, None]
    """
    return _first_of_each(documents, up_to_query)


def dedup_document_on_url_cointelegraph(documents: Sequence[Document]) -> list[Outcome]:
    """As `dedup_document_on_url`, with pages for telephones (`/amp`) taken for the same as those they stand for.

    >>> urls = ["https://es.cointelegraph.com/news/a/amp", "https://es.cointelegraph.com/news/a?ref=1"]
    >>> documents = [Document(str(n), "", {}, url) for n, url in enumerate(urls)]
    >>> [found.reason for found in dedup_document_on_url_cointelegraph(documents)]
    [None, 'the same as 0']
    """
    return _first_of_each(documents, up_to_amp)


def dedup_document_on_url_qut(documents: Sequence[Document]) -> list[Outcome]:
    """As `dedup_document_on_url`, for a site whose articles differ in the query's `id` or `news-id` alone.

    >>> urls = ["https://www.qut.edu.au/news?id=7", "https://www.qut.edu.au/news?news-id=7&p=1"]
    >>> documents = [Document(str(n), "", {}, url) for n, url in enumerate(urls)]
    >>> [found.reason for found in dedup_document_on_url_qut(documents)]
    [None, 'the same as 0']
    """
    return _first_of_each(documents, with_id_only)


def dedup_code(documents: Sequence[Document]) -> list[Outcome]:
    """Of files of code that differ in white space only, keep the first: what ROOTS did before it filtered them.

    >>> texts = ["if (a)\\n{ b; }", "if (a) { b; }", "if (a) { c; }"]
    >>> [found.reason for found in dedup_code([Document(str(n), text) for n, text in enumerate(texts)])]
    [None, 'the same as 0', None]
    """
    return _first_of_each(documents, content)


def content(document: Document) -> str:
    """The text without any white space.

    >>> content(Document("1", "x = 1\\n"))
    'x=1'
    """
    return without_whitespace(document.text)


SITES = {
    "dedup_document_on_url_lm_es_pseudocrawl-filtered_341_es_cointelegraph_com": "es.cointelegraph.com",
    "dedup_document_on_url_lm_en_pseudocrawl_filtered_619_www_qut_edu_au": "www.qut.edu.au",
}
"""The site whose rule (`filters/addresses.toml`) a step follows, whatever site a document is from."""

Key = Callable[[Document], str | None]

KEYS: dict[str, Key] = {
    "dedup_document": letters,
    "dedup_document_spaces": without_spaces,
    "dedup_code": content,
    "dedup_document_on_url": up_to_query,
    "dedup_document_on_url_lm_es_pseudocrawl-filtered_341_es_cointelegraph_com": up_to_amp,
    "dedup_document_on_url_lm_en_pseudocrawl_filtered_619_www_qut_edu_au": with_id_only,
}
"""What makes two documents equal, by step; a document whose key is None has no equal."""


def same_as(id: str) -> str:
    """The reason for which a duplicate is lost, given the id of the document that is kept.

    >>> same_as("d48d6208b8ccb9c61489fa7942dc9557")
    'the same as d48d6208b8ccb9c61489fa7942dc9557'
    """
    return f"the same as {id}"


def _first_of_each(documents: Sequence[Document], key: Key) -> list[Outcome]:
    first: dict[str, str] = {}
    outcomes = []
    for document in documents:
        found = key(document)
        kept = document.id if found is None else first.setdefault(found, document.id)
        outcomes.append(Outcome(document.text, None if kept == document.id else same_as(kept)))
    return outcomes
