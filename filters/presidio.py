"""The second engine: telephone numbers, payment cards, bank accounts, bitcoin addresses, national ids and IP addresses.

presidio-analyzer's recognizers of patterns find them, each with its check digits or its plan of numbers; phonenumbers
knows the plans. They are looked for only around what a cheap screen points at, in pieces of a line of bounded length,
so that clean text costs one pass and a hostile one bounded time. Digits of every script count (`filters.folding`).

What it does not find: numbers that run over a line end; other crypto currencies than Bitcoin; bank accounts of
countries that presidio has no form for (most of Africa); ids of countries that it does not know. It uses no model and
no network.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from filters import accounts, folding, national_ids, payment_cards, phones
from filters.folding import folded
from filters.look_alikes import counts
from filters.pii import PiiTimeout, Span
from filters.pii_kinds import KINDS, Choice
from filters.presidio_classes import recognizers

if TYPE_CHECKING:
    import pyarrow as pa

SECOND = ("EMAIL", "IP_ADDRESS", "USER", "IBAN", "CREDIT_CARD", "CRYPTO", "NATIONAL_ID", "PHONE")
"""The kinds that this engine looks for, in this order. Of the first three it finds those that the ROOTS rules miss:
beside the punctuation of other scripts (`filters.accounts`), in links, in brackets."""

GAP = r"\p{Zs}\p{Pd}−" + folding.UNSEEN
BETWEEN = rf"[{GAP}./()\[\]~（）．／]"
SCREENS = {
    "EMAIL": accounts.AT,
    "USER": "[@＠]",
    "IP_ADDRESS": r"\p{Nd}{1,3}(?:[.．]\p{Nd}{1,3}){3}|[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]",
    "PHONE": rf"\p{{Nd}}(?:{BETWEEN}{{0,4}}\p{{Nd}}){{5,}}",
    "CREDIT_CARD": rf"\p{{Nd}}(?:{BETWEEN}{{0,4}}\p{{Nd}}){{5,}}",
    "IBAN": rf"[A-Z]{{2}}\p{{Nd}}{{2}}(?:[{GAP}]?[A-Z\p{{Nd}}]{{4}}){{2,}}",
    "CRYPTO": r"(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25,}",
    "NATIONAL_ID": rf"\p{{Nd}}(?:{BETWEEN}{{0,4}}\p{{Nd}}){{5,}}|[A-Za-z]{{5}}\p{{Nd}}{{4}}[A-Za-z]",
}
"""What every match of a kind holds, for RE2, which reads bytes in time linear in their number."""

HOLDS = {
    "EMAIL": re.compile(accounts.AT),
    "USER": re.compile("@"),
    "IP_ADDRESS": re.compile(r"\d\.\d{1,3}\.\d|:[0-9A-Fa-f]{0,4}:"),
    "IBAN": re.compile(r"[A-Z]{2}\d{2}(?:[ -]?[A-Z\d]{4}){2}"),
    "CREDIT_CARD": re.compile(r"\d(?:[- ]?\d){11}"),
    "CRYPTO": re.compile(r"(?:bc1|[13])[a-zA-HJ-NP-Z0-9]{25}"),
    "NATIONAL_ID": re.compile(r"\d(?:[-./()\[\] ~]{0,4}\d){5}|[A-Za-z]{5}\d{4}[A-Za-z]"),
    "PHONE": phones.RUN,
}
"""The same for a folded piece, which another kind may have pointed at: most hold nothing of most kinds."""

MARGIN = 64
"""Code points around a hit that are read with it: words before a number, what follows it."""

PIECE, SHARED = 400, 80
"""Code points of the longest piece, and of what it shares with the next: 80 hold every kind."""

CHECKED = frozenset({"CREDIT_CARD", "IBAN", "CRYPTO", "NATIONAL_ID"})
"""Kinds that a check digit proves; a telephone number that one of them overlaps is none."""


QUESTIONS = 50_000
"""How often phonenumbers may be asked about the numbers of one text: 3 to 20 seconds. A list of telephone numbers
needs one to five questions a number, 20 in English, which has most countries. Ours."""


def find(text: str, choice: Choice) -> list[Span]:
    """All matches of the second engine in a text, in code points, by kind, then by place.

    Raises PiiTimeout where the text has so many numbers that phonenumbers would be asked more than `QUESTIONS` times.

    >>> from lang_params.params import load
    >>> from filters.pii_kinds import chosen
    >>> find("Piga 0712 345 678 au ٠٧١٢٣٤٥٦٧٨; kadi 4111 1111 1111 1111.", chosen(load("sw"), "fixed"))
    ... # doctest: +NORMALIZE_WHITESPACE
    [Span(tag='PHONE', start=5, end=17), Span(tag='PHONE', start=21, end=31),
     Span(tag='CREDIT_CARD', start=38, end=57)]
    >>> find("IBAN GB82 WEST 1234 5698 7654 32 ya kampuni", chosen(load("sw"), "fixed"))
    [Span(tag='IBAN', start=5, end=32)]
    """
    kinds = wanted(choice)
    if not kinds:
        return []
    found: set[Span] = set()
    questions = phones.Questions(QUESTIONS)
    for start, piece in pieces(text, kinds):
        left = piece
        for kind in kinds:
            if not HOLDS[kind].search(left):
                continue
            places = _of_kind(kind, left, choice, questions)
            found |= {Span(kind, start + first, start + last) for first, last in places}
            if kind in CHECKED:
                left = _without(left, places)
    proved = [span for span in found if span.tag in CHECKED]
    reach = Reach(proved)
    kept = [span for span in found if span.tag != "PHONE" or not reach.overlaps(span)]
    return sorted(kept, key=lambda span: (KINDS.index(span.tag), span.start, span.end))


IN_FIELDS = ("EMAIL", "PHONE", "CREDIT_CARD", "IBAN")
"""What is looked for in the fields beside a text, by `in_fields`: what an id, a date or a count hardly is."""


def in_fields(text: str, kinds: tuple[str, ...] = IN_FIELDS) -> list[Span]:
    """What stands in the string of a field, of these kinds, and needs no country and no word beside it.

    E-mail addresses, telephone numbers with a plus sign, cards of 14 digits or more (articles of shops have 13),
    accounts with their check digits.

    >>> [span.tag for span in in_fields("+255 712 345 678; 4111 1111 1111 1111; 0712 345 678; 5012345678900")]
    ['PHONE', 'CREDIT_CARD']
    """
    found = find(text, Choice(tuple((kind, "redact") for kind in kinds)))
    return [
        span
        for span in found
        if counts(text, span)
        and (span.tag != "PHONE" or "+" in folded(text[span.start : span.start + 2]))
        and (span.tag != "CREDIT_CARD" or sum(map(str.isdecimal, text[span.start : span.end])) >= 14)
    ]


def _without(piece: str, places: Iterable[tuple[int, int]]) -> str:
    """A piece with letters in these places, in which no telephone number is looked for."""
    for start, end in places:
        piece = f"{piece[:start]}{'x' * (end - start)}{piece[end:]}"
    return piece


def find_texts(texts: "pa.Array", choice: Choice) -> dict[int, list[Span] | None]:
    """What `find` gives for each text of an array of strings without nulls, by row; rows without a match are absent.

    None stands for a text on which `find` raises PiiTimeout, so that the others need not be read again.

    One pass of the screen goes over the bytes of all texts, and says which of them are looked at.
    """
    kinds = wanted(choice)
    found: dict[int, list[Span] | None] = {}
    for row in _pointed_at(texts, kinds) if kinds else ():
        try:
            spans = find(texts[row].as_py(), choice)
        except PiiTimeout:
            found[row] = None
        else:
            if spans:
                found[row] = spans
    return found


def wanted(choice: Choice) -> tuple[str, ...]:
    """Which of `SECOND` are chosen; none where the ROOTS rules are alone."""
    return () if choice.roots_alone else tuple(kind for kind in SECOND if kind in choice.kinds)


def pieces(text: str, kinds: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Where each piece begins that the screen of these kinds points at, and the piece, folded; it holds no line end."""
    data = text.encode()
    at = point = end = 0
    start = -1
    for hit in _screen(kinds).finditer(data):
        first = point + len(data[at : hit.start()].decode())
        at, point = hit.end(), first + len(hit.group().decode())
        line_start = text.rfind("\n", max(0, first - MARGIN), first)
        before = max(0, first - MARGIN) if line_start < 0 else line_start + 1
        if start >= 0 and before > end:
            yield from _cut(text, start, end)
            start = -1
        start = before if start < 0 else start
        line_end = text.find("\n", point, point + MARGIN)
        end = min(point + MARGIN, len(text)) if line_end < 0 else line_end
    if start >= 0:
        yield from _cut(text, start, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    whole = folded(text[start:end])
    step = PIECE - SHARED
    for at in range(0, max(len(whole) - SHARED, 1), step):
        yield start + at, whole[at : at + PIECE]


def _pointed_at(texts: "pa.Array", kinds: tuple[str, ...]) -> list[int]:
    """The rows of which the screen hits a part. One hit may reach over the border of two texts: both are named."""
    import numpy as np

    offsets = np.frombuffer(texts.buffers()[1], np.int32, len(texts) + 1, texts.offset * 4)  # [rows + 1] int32
    if not len(texts) or offsets[0] == offsets[-1]:
        return []
    data = texts.buffers()[2][int(offsets[0]) : int(offsets[-1])].to_pybytes()
    rows: list[int] = []
    last = -1
    for hit in _screen(kinds).finditer(data):
        first, final = np.searchsorted(offsets[1:], [hit.start() + offsets[0], hit.end() - 1 + offsets[0]], "right")
        rows += range(max(int(first), last + 1), int(final) + 1)
        last = max(last, int(final))
    return rows


@cache
def _screen(kinds: tuple[str, ...]) -> Any:
    import re2  # here, so that commands which redact nothing do not load it

    options = re2.Options()
    options.log_errors = False
    every = "|".join(dict.fromkeys(SCREENS[kind] for kind in kinds))
    return re2.compile(every, options)


def _of_kind(kind: str, piece: str, choice: Choice, questions: phones.Questions | None = None) -> list[tuple[int, int]]:
    """Where matches of a kind stand in a piece."""
    if kind == "PHONE":
        return phones.find(piece, choice.countries, questions)
    if kind not in ("EMAIL", "USER"):  # to presidio's patterns a Han character is part of the word beside it
        piece = HAN.sub(" ", piece)
    if kind == "CREDIT_CARD":
        return [place for place in _matches("CreditCardRecognizer", piece) if payment_cards.counts(piece, *place)]
    if kind == "NATIONAL_ID":
        return national_ids.find(piece, choice.countries)
    if kind in ("EMAIL", "USER"):
        return accounts.emails(piece) if kind == "EMAIL" else accounts.users(piece)
    if kind == "IP_ADDRESS":
        return [_address(piece, *place) for place in _matches("IpRecognizer", piece)]
    return [place for place in _matches(NAMED[kind], piece) if _stands_alone(piece, *place)]


HAN = re.compile(f"[{phones.HAN}]")
NAMED = {"IBAN": "IbanRecognizer", "CRYPTO": "CryptoRecognizer"}

MODULES = {
    "CreditCardRecognizer": "generic.credit_card_recognizer",
    "IbanRecognizer": "generic.iban_recognizer",
    "CryptoRecognizer": "generic.crypto_recognizer",
    "IpRecognizer": "generic.ip_recognizer",
}


@cache
def _recognizer(name: str) -> Any:
    kind = recognizers(tuple((module, each) for each, module in MODULES.items()))[name]
    if name != "CreditCardRecognizer":
        return kind()
    pattern = type(kind.PATTERNS[0])
    return kind(patterns=[*kind.PATTERNS, *(pattern(about, form, 0.3) for about, form in MORE_CARDS)])


MORE_CARDS = (
    ("Mastercard, second series", r"\b2[2-7]\d{2}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}\b"),
    ("RuPay", r"\b8[12]\d{2}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}\b"),
    ("nineteen digits", r"\b[456]\d{3}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}[- ]?\d{3}\b"),
)
"""Forms of cards that presidio's pattern does not have."""


def _matches(name: str, piece: str) -> list[tuple[int, int]]:
    return [(match.start, match.end) for match in _recognizer(name).analyze(piece, [])]


def _address(piece: str, start: int, end: int) -> tuple[int, int]:
    """An address without the length of its network, which presidio takes with it."""
    return start, start + len(piece[start:end].split("/")[0])


def _stands_alone(piece: str, start: int, end: int) -> bool:
    return not re.search(r"\w$", piece[:start]) and not re.match(r"\w", piece[end:])


class Reach:
    """How far spans reach, asked in the logarithm of their number: a page can hold a hundred thousand."""

    def __init__(self, spans: Iterable[Span]) -> None:
        ordered = sorted((span.start, span.end) for span in spans)
        self._starts = [start for start, _ in ordered]
        self._ends = list(accumulate((end for _, end in ordered), max))

    def overlaps(self, span: Span) -> bool:
        """Whether one of the spans shares a character with this one."""
        before = bisect_left(self._starts, span.end)
        return before > 0 and self._ends[before - 1] > span.start

    def holds(self, span: Span) -> bool:
        """Whether this span lies within one of the spans."""
        before = bisect_right(self._starts, span.start)
        return before > 0 and self._ends[before - 1] >= span.end
