"""The beginning of a stored text as a card may show it: without personal data, cut, and harmless on a page.

A text can hold anything: links, tables, HTML, characters that turn the direction of writing. On a card it stands in a
block of HTML on one line, where Markdown reads nothing, with its direction said, for a page is written from left to
right.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from html import escape
from typing import Any
from unicodedata import bidirectional

from filters.pii_kinds import KINDS, Choice, chosen, joined
from filters.substrings import within_clusters
from lang_params.params import LangParams
from roots.markdown import Markdown
from roots.visible import line

LENGTH = 300
"""Characters of a text that are shown at most: some three lines on a page, enough to see what kind of text it is."""

READ = 4 * LENGTH
"""Characters of a text that are looked at: more than are shown, so that personal data stands there whole."""

MORE = "…"

Spans = Sequence[Mapping[str, Any]]
"""Places of personal data in a stored text: tag, start and end, in code points."""


def excerpts(texts: Sequence[str], spans: Sequence[Spans], params: LangParams) -> list[str]:
    """The beginnings of stored texts of one language, each on one line, as they may be shown.

    `spans` are those of the measures: where personal data was found and left as it is, a placeholder takes its place.
    Then all that is looked for in the language is looked for once more, so that nothing is shown that a source chose
    to leave in.

    >>> from lang_params.params import load
    >>> excerpts(["Kọ̀wé sí ade@abc.example lónìí.\\n\\n\\u202eẸ ṣeun."], [()], load("yo"))
    ['Kọ̀wé sí PI:EMAIL lónìí. \\\\u202eẸ ṣeun.']
    """
    import pyarrow as pa

    from filters.pii_engines import redact_texts

    heads = [masked(text[: READ + 1], found) for text, found in zip(texts, spans, strict=True)]
    redacted = redact_texts(pa.array(heads, pa.string()), everything(params)).texts.to_pylist()
    return [_shown(head, more=len(text) > READ) for head, text in zip(redacted, texts, strict=True)]


def everything(params: LangParams) -> Choice:
    """What is looked for in a language, all of it replaced; names of persons are left to the stored text, for finding
    them takes a model."""
    choice = chosen(params, "fixed")
    return replace(choice, actions=tuple((kind, "redact") for kind, _ in choice.actions if kind != "PERSON"))


@cache
def everywhere() -> Choice:
    """What is looked for in any language: all kinds that need no model, and the countries of all languages."""
    from lang_params.files import APART
    from lang_params.params import load_all

    sure = {kind: "redact" for kind in KINDS if kind != "PERSON"}
    return joined(chosen(params, "fixed", {**sure, "PERSON": "off"}) for params in load_all(None, APART).values())


def _shown(text: str, *, more: bool) -> str:
    shown = line(text)
    return shown if len(shown) <= LENGTH and not more else cut(shown)


def masked(text: str, spans: Spans) -> str:
    """A text with placeholders where spans of it were marked as personal data and left; what reaches beyond the text
    goes too.

    >>> masked("Piga 0712 345 678 leo", [{"tag": "PHONE", "start": 5, "end": 17}])
    'Piga PI:PHONE leo'
    >>> masked("Andika PI:EMAIL", [{"tag": "EMAIL", "start": 7, "end": 15}])
    'Andika PI:EMAIL'
    """
    for span in sorted(spans, key=lambda span: -span["start"]):
        start, end, placeholder = span["start"], span["end"], f"PI:{span['tag']}"
        if start < len(text) and text[start:end] != placeholder:
            text = f"{text[:start]}{placeholder}{text[end:]}"
    return text


def cut(text: str, length: int = LENGTH) -> str:
    """A text of so many characters at most and a mark that there is more; cut at a space, or between letters as they
    are seen.

    >>> cut("Gbogbo ènìyàn ni a bí ní òmìnira", 14), cut("नमस्ते", 4)
    ('Gbogbo ènìyàn …', 'नम …')
    """
    at = min(length, len(text))
    space = text.rfind(" ", at - at // 5, at + 1)
    if space > 0:
        return f"{text[:space]} {MORE}"
    [(_, end)] = within_clusters(text, [(0, at)])
    return f"{text[:end]} {MORE}"


def direction(text: str) -> str:
    """How a text is written: "rtl" where more of its letters are of scripts from right to left, else "ltr".

    >>> direction("مكتبة قطر, QNL"), direction("ẹ̀kọ́"), direction("12:30")
    ('rtl', 'ltr', 'ltr')
    """
    ways = [bidirectional(character) for character in text]
    return "rtl" if sum(way in ("R", "AL") for way in ways) > ways.count("L") else "ltr"


def block(text: str, language: str = "") -> Markdown:
    """A line of text as a block of its own in Markdown, in which nothing of it acts; `language` is its BCP-47 tag.

    A block of HTML that begins with this tag ends at an empty line, of which the text has none, and Markdown reads
    nothing inside (CommonMark 0.31, section 4.6, condition 6). The Hub and others keep the attributes.

    >>> print(block("كتاب | <b>", "ar"))
    <blockquote dir="rtl" lang="ar">كتاب | &lt;b&gt;</blockquote>
    """
    lang = f' lang="{escape(language)}"' if language else ""
    return Markdown(f'<blockquote dir="{direction(text)}"{lang}>{escape(line(text))}</blockquote>')
