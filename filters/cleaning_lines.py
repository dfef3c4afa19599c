"""Cleaning steps that rewrite one text line by line: markup, notices, references, repeated lines.

A line is what stands between two `\\n`. Where a step looks for a mark, the line goes, whatever else it says.
"""

import re

from lang_params.params import LangParams

WIKTIONARY_NOTICES = (
    "This entry needs pronunciation information",
    "Please try to find a suitable image on Wikimedia Commons or upload one there yourself!"
    "This entry needs pronunciation information",
    "You may continue to edit this entry while the discussion proceeds, but please mention significant edits at the "
    "RFD discussion and ensure that the intention of votes already cast is not left unclear",
    "This entry is part of the phrasebook project, which presents criteria for inclusion based on utility, simplicity "
    "and commonality",
    "If you are a native speaker with a microphone, please record some and upload them",
    "If you are familiar with the IPA then please add some!",
    "Feel free to edit this entry as normal, but do not remove {{rfv}} until the request has been resolved",
    "This entry needs quotations to illustrate usage",
    "If you are familiar with the IPA then please add some!This entry needs audio files",
    "Please see that page for discussion and justifications",
    "If you are familiar with the IPA or enPR then please add some!A user has added this entry to requests for "
    "verification(+) If it cannot be verified that this term meets our attestation criteria, it will be deleted",
    "This entry needs a photograph or drawing for illustration",
    "A user has added this entry to requests for deletion(+)",
    "Do not remove the {{rfd}} until the debate has finished",
    "This entry needs audio files",
    "If you come across any interesting, durably archived quotes then please add them!This entry is part of the "
    "phrasebook project, which presents criteria for inclusion based on utility, simplicity and commonality",
    "(For audio required quickly, visit WT:APR)",
)
"""What editors of the English Wiktionary tell each other, in the order of ROOTS: map_strip_substring.py."""

_NOTICES = re.compile("|".join(map(re.escape, WIKTIONARY_NOTICES)))


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


def strip_substrings_en_wiktionary(text: str) -> str:
    """Delete the editors' notices of the English Wiktionary wherever they stand, from left to right, each once.

    Where two notices begin at the same place the one that is named first is deleted, which may be the shorter: so of
    two that are run together the rest of the second goes as a notice of its own, or stays.

    >>> strip_substrings_en_wiktionary("Noun\\nThis entry needs audio files\\nokà: maize")
    'Noun\\n\\nokà: maize'
    >>> strip_substrings_en_wiktionary("This entry needs pronunciation.")
    'This entry needs pronunciation.'
    """
    return _NOTICES.sub("", text)


def remove_references(text: str, params: LangParams) -> str:
    """Cut off the end of a text from where no line is a sentence of the language any more: its list of references.

    A line passes when the number of its words that are stop words is greater than their least share in the language
    (`filters.stopwords.min`) times the number of its words. All stays up to the last line that passes; without one
    nothing does. Words are what white space separates, neither lower-cased nor stripped: "Le" and "(de" are no stop
    words. The paper says that every line that does not pass goes; the code of ROOTS cuts off the end alone.

    The least share is that of ROOTS in the languages that it tuned. Source: clean_lines of ROOTS, used for HAL, French.

    >>> from lang_params.params import load
    >>> remove_references("Introduction\\nc' est la fin de tout\\nDupont 1998 Paris\\n[2] Durand", load("fr"))
    "Introduction\\nc' est la fin de tout"
    """
    stopwords = params.stopwords or frozenset()
    least = params.filters["stopwords"].min or 0.0
    end = len(text)
    while True:
        start = text.rfind("\n", 0, end) + 1
        words = text[start:end].split()
        if sum(word in stopwords for word in words) > len(words) * least:
            return text[:end]
        if not start:
            return ""
        end = start - 1


def remove_repeated_lines(text: str) -> str:
    """Of identical lines keep the first. Empty lines all stay. The fourth step of cleaning a seed of the pseudo-crawl.

    >>> remove_repeated_lines("Ilé\\n\\nÌròyìn\\nIlé\\n\\nIlé ")
    'Ilé\\n\\nÌròyìn\\n\\nIlé '
    """
    seen: set[str] = set()
    kept = []
    for line in text.split("\n"):
        if line not in seen:
            kept.append(line)
            if line:
                seen.add(line)
    return "\n".join(kept)


def _without_lines(text: str, marks: tuple[str, ...]) -> str:
    if not any(mark in text for mark in marks):
        return text
    return "\n".join(line for line in text.split("\n") if not any(mark in line for mark in marks))
