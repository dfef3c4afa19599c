"""The cleaning steps of the ROOTS catalogue that look at one document only, under their original names.

A cleaner rewrites a text, a keeper says whether a document stays. A source's entry lists them in the order in which
they run. Steps that need all documents of a source (`dedup_...`, `concatenate_...`) are not here.

A line is what stands between two `\\n`. Where a cleaner looks for a mark, the line goes, whatever else it says.
Source: bigscience-workshop/data-preparation, preprocessing/training/01a_catalogue_cleaning_and_filtering.
"""

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any

Cleaner = Callable[[str], str]
Keeper = Callable[[str, Mapping[str, Any]], bool]


class CleaningError(ValueError):
    """A cleaning chain names a step that does not exist."""


def replace_newline_with_space(text: str) -> str:
    """Every newline becomes one space.

    >>> replace_newline_with_space("पहली पंक्ति\\nदूसरी पंक्ति\\n")
    'पहली पंक्ति दूसरी पंक्ति '
    """
    return text.replace("\n", " ")


def remove_lines_with_code(text: str) -> str:
    """Drop lines of scripts and style sheets: any with a brace, `[if` or `<script`. Used on all of the pseudo-crawl.

    >>> remove_lines_with_code("Ìròyìn òní\\n.menu { color: red }\\nẸ kú àárọ̀")
    'Ìròyìn òní\\nẸ kú àárọ̀'
    """
    return _without_lines(text, ("{", "}", "[if", "<script"))


def remove_html_spans(text: str) -> str:
    """Drop lines with a tag of span, div or a, or the end of a line break tag.

    `<a` also begins `<article>` and `<abbr>`: those lines go too, as in the original.

    >>> remove_html_spans("قال المؤلف\\n<span class='p'>١٢</span>\\nثم قال")
    'قال المؤلف\\nثم قال'
    """
    return _without_lines(text, ("<span", "</span>", "<div", "</div>", "<a", "</a>", "br>"))


def remove_html_spans_sanad(text: str) -> str:
    """Drop lines that the pages of one Arabic news collection (SANAD) left behind: images, CDATA, trackers, a notice.

    >>> remove_html_spans_sanad("خبر عاجل\\nvar xtpage = 1\\nTo view this video please enable JavaScript, and ...")
    'خبر عاجل'
    """
    notice = "To view this video please enable JavaScript"
    return _without_lines(text, ("<img", "]]>", "<![CDATA", "//DW", "var ", "xtImg", notice))


def remove_wiki_mojibake(text: str) -> str:
    """Drop lines with U+00C0, space, U+00C0: wrongly decoded text in the Kannada Wikisource.

    >>> remove_wiki_mojibake("ಕನ್ನಡ ಸಾಹಿತ್ಯ\\nÀ À¤À À\\nÀ la carte")
    'ಕನ್ನಡ ಸಾಹಿತ್ಯ\\nÀ la carte'
    """
    return _without_lines(text, ("\u00c0 \u00c0",))


def filter_remove_empty_docs(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a document that has more than white space.

    >>> filter_remove_empty_docs("你好", {}), filter_remove_empty_docs(" \\n\\u3000", {})
    (True, False)
    """
    return bool(text.strip())


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


CLEANERS: dict[str, Cleaner] = {
    "replace_newline_with_space": replace_newline_with_space,
    "remove_lines_with_code": remove_lines_with_code,
    "remove_html_spans": remove_html_spans,
    "remove_html_spans_sanad": remove_html_spans_sanad,
    "remove_wiki_mojibake": remove_wiki_mojibake,
}

KEEPERS: dict[str, Keeper] = {
    "filter_remove_empty_docs": filter_remove_empty_docs,
    "filter_wiki_user_titles": filter_wiki_user_titles,
    "filter_wiki_non_text_type": filter_wiki_non_text_type,
    "filter_small_docs": filter_small_docs,
    "filter_small_docs_bytes_300": filter_small_docs_bytes_300,
    "filter_small_docs_bytes_1024": filter_small_docs_bytes_1024,
}


def check(steps: Iterable[str]) -> None:
    """Raise CleaningError when a chain names a step that is not known.

    >>> check(["filter_smal_docs"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    filters.cleaning.CleaningError: unknown cleaning step 'filter_smal_docs', did you mean 'filter_small_docs'? ...
    """
    known = [*CLEANERS, *KEEPERS]
    for step in steps:
        if step not in known:
            near = get_close_matches(step, known, n=1)
            hint = f", did you mean {near[0]!r}?" if near else ";"
            raise CleaningError(f"unknown cleaning step {step!r}{hint} known: {', '.join(known)}")


def clean(text: str, meta: Mapping[str, Any], steps: Iterable[str]) -> tuple[str, str | None]:
    """Run a chain of steps on one document: the text, and the name of the step that dropped it or None.

    A dropped document keeps the text that the step saw; the steps after it do not run.

    >>> chain = ["remove_lines_with_code", "filter_remove_empty_docs"]
    >>> clean("Habari ya leo\\nif (x) { y }", {}, chain)
    ('Habari ya leo', None)
    >>> clean("if (x) { y }", {}, chain)
    ('', 'filter_remove_empty_docs')
    """
    steps = list(steps)
    check(steps)
    for step in steps:
        if step in CLEANERS:
            text = CLEANERS[step](text)
        elif not KEEPERS[step](text, meta):
            return text, step
    return text, None


def _without_lines(text: str, marks: tuple[str, ...]) -> str:
    if not any(mark in text for mark in marks):
        return text
    return "\n".join(line for line in text.split("\n") if not any(mark in line for mark in marks))
