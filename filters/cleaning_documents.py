"""What a cleaning step sees of a document, and the steps that decide on one document alone: keep it or not."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple


class Document(NamedTuple):
    """A document of a source, as the steps that look at all of them see it."""

    id: str
    text: str
    meta: Mapping[str, Any] = {}
    url: str | None = None


class Outcome(NamedTuple):
    """What a step makes of a document: its text, and if it is lost the reason.

    `meta` is what takes the place of the document's, where anything does.
    """

    text: str
    reason: str | None = None
    meta: Mapping[str, Any] | None = None


def described(meta: str, source_id: str | None = None) -> dict[str, Any]:
    """What the steps see as a document's meta: its other fields, and those of a field `meta` in the place of these.

    Datasets of ROOTS have all but the text in such a field, as an object or as the JSON of one. The document's own id
    is its `id` where no field is.

    >>> described('{"titre":"Là","meta":{"type":"text"}}', "7")
    {'id': '7', 'titre': 'Là', 'meta': {'type': 'text'}, 'type': 'text'}
    """
    fields = json.loads(meta)
    inner = fields.get("meta")
    if isinstance(inner, str) and inner.startswith("{"):
        try:
            inner = json.loads(inner)
        except (ValueError, RecursionError):
            inner = None
    own = {} if source_id is None else {"id": source_id}
    return {**own, **fields, **(inner if isinstance(inner, dict) else {})}


def filter_remove_empty_docs(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a document that has more than white space.

    >>> filter_remove_empty_docs("你好", {}), filter_remove_empty_docs(" \\n\\u3000", {})
    (True, False)
    """
    return bool(text.strip())


def filter_no_text(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a page from which any text was taken, be it white space. The first step of cleaning a seed.

    >>> filter_no_text("\\n", {}), filter_no_text("", {})
    (True, False)
    """
    return bool(text)


def filter_short_pages_32(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a page of more than 32 characters, which is asked when the seed's common lines are gone.

    >>> filter_short_pages_32("字" * 33, {}), filter_short_pages_32("字" * 32, {})
    (True, False)
    """
    return len(text) > 32


def filter_wiki_user_titles(text: str, meta: Mapping[str, Any]) -> bool:
    """Drop a page of a wiki's user: one whose `meta["title"]` begins with `User ` (not `User:`, not `user `).

    A document without a title is kept.

    >>> filter_wiki_user_titles("", {"title": "User Ade"}), filter_wiki_user_titles("", {"title": "Userspace"})
    (False, True)
    """
    return not str(meta.get("title", "")).startswith("User ")


def filter_wiki_non_text_type(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a wiki page only when `meta["type"]` is `text`. A document without a type goes.

    >>> filter_wiki_non_text_type("", {"type": "text"}), filter_wiki_non_text_type("", {"type": "template"})
    (True, False)
    """
    return meta.get("type") == "text"


def filter_small_docs(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a document of 15 pieces or more between single spaces. Two spaces make an empty piece; newlines make none.

    >>> filter_small_docs("neno " * 14, {}), filter_small_docs("neno\\n" * 100, {})
    (True, False)
    """
    return text.count(" ") >= 14


def filter_small_docs_bytes_300(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a document of 300 bytes of UTF-8 or more: ROOTS' floor for Arabic, Indonesian, Portuguese and most of India.

    >>> filter_small_docs_bytes_300("ঀ" * 100, {}), filter_small_docs_bytes_300("x" * 299, {})
    (True, False)
    """
    return len(text.encode()) >= 300


def filter_small_docs_bytes_1024(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a document of 1,024 bytes of UTF-8 or more: ROOTS' floor for Catalan, Chinese, English, French and Spanish.

    >>> filter_small_docs_bytes_1024("字" * 342, {}), filter_small_docs_bytes_1024("字" * 341, {})
    (True, False)
    """
    return len(text.encode()) >= 1024
