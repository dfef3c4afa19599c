"""Telephone numbers in a line of text: those of the countries where its language is spoken, others with their code.

presidio's recognizer, which is libphonenumber's, finds what some plan of numbers allows. That is nearly every number of
eight digits in a small country, so what it finds counts only with evidence: a plus sign, the zero of a trunk call, the
groups in which the country writes its numbers, or a word such as "phone" before it. Numbers of books, dates, places on
the map, sums and versions do not count.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from filters.pii import PiiTimeout
from filters.presidio_classes import recognizers

RUN = re.compile(r"[+(]{0,2}\d(?:[-./() \[\]~]{0,4}\d){5,}")
"""Six digits or more with what may stand between the digits of a number; every number that counts is part of one."""

HAN = r"\u2e80-\u9fff\uf900-\ufaff"
"""Letters that stand beside a number without a space."""

ABROAD = re.compile("00[1-9]")

SHORTEST, LONGEST = 7, 15
"""Digits of the shortest number that counts without a word before it (Andorra's have six), and of the longest. Source
of the latter: ITU-T E.164."""

REACH = 24
"""Characters before a number in which a word or sign can say what it is."""

ANYWHERE = "ZZ"
"""libphonenumber's name of no region: only numbers with a plus sign are read."""

VALID = 1
"""libphonenumber's leniency: a number must fit its region's plan, its groups need not."""

GLUED = re.compile(
    rf"(?:(?![{HAN}])\w|[/\\=#&@$€£¥₹₦₵%°^*×<]|[$€£¥₹₦₵R] |\d[.,:'’/-]|[^\W\d_][-/_]|[^\s\w]\.|[-+]\d*\.)$"
)
"""What stands before a number that is part of something else."""

TAIL = re.compile(
    rf"(?![{HAN}])\w|[@=%€$£°₹]|[.,:/'’-]\d| ?[%€$£°₹]|[-/.](?![{HAN}])[^\W\d_]| (?:[A-Z]{{3}}\b|FCFA|km|kg|m²|ha\b)"
)
"""What stands behind such a number."""

NOT_PHONES = re.compile(
    r"(?i)(?:isbn|issn|ismn|doi|arxiv|pmid|oclc|ean|upc|gtin|sku|iso|rfc|cas|uuid|md5|sha|iban|imei|vin|ssn|nino|nin|"
    r"aadhaar|passport|order|parcel|tracking|invoice|serial|part|ref|article|art|version|versión|versão|build|rev|v|§)"
    r"(?:[ -]?1[03])?[\s.:#№º°n-]{0,6}(?:no\.? ?|number ?)?$"
)
"""Words and signs that say that the number after them is something else. Ours."""

DATE = re.compile(
    r"(?:(?:1[5-9]|20)\d\d([-./ ]?)(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])([-./ ])(?:0?[1-9]|[12]\d|3[01])\2(?:(?:1[5-9]|20)\d\d|\d\d))"
    r"(?:[ T]\d\d(?:[.:]?\d\d)+)?"
)
"""A day, and the beginning of a time."""

DAY = re.compile(r"(?<!\d)\d{4,5}([-./])(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])(?!\d)")
"""A day of any calendar, its year first, in a run with other numbers."""

THOUSANDS = re.compile(r"\d{1,3}(?:([ .])\d{3})(?:\1\d{3})*")
YEARS = re.compile(r"(?:1[0-9]|20)\d\d(?:[-/ ]+(?:1[0-9]|20)\d\d)+")
QUAD = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
DECIMAL = re.compile(r"\d{1,3}\.\d{3,}(?![.\d])")


SIGNS = r"[\u260e\u260f\u2121\u2706\U0001f4de\U0001f4f1\U0001f4f2\U0001f57b]|(?<!\w)[tm]:"
"""Signs of telephones, and the letters that stand for them on cards of addresses."""


class Number(NamedTuple):
    """A number that was found, from `start` up to `end` of its line, and the region by whose plan it was read."""

    start: int
    end: int
    region: str


@dataclass
class Questions:
    """How many questions phonenumbers may still be asked about one text. One takes a third of a millisecond, and a
    hostile page raises twenty with every line. Counted, not clocked: the same text always ends the same."""

    left: int

    def ask(self) -> None:
        """One question less. Raises PiiTimeout where none is left."""
        if not self.left:
            raise PiiTimeout("the text has more numbers than can be looked at; split the document, or leave it out")
        self.left -= 1


def find(line: str, countries: tuple[str, ...], questions: Questions | None = None) -> list[tuple[int, int]]:
    """Where telephone numbers stand in a piece of a line, folded (`filters.folding`), in code points.

    Raises PiiTimeout where more would have to be asked than `questions` allow; without them nothing is counted.

    >>> line = "Simu: 0712 345 678 au +254 733 123456, ISBN 978-0-306-40615-7, 12 345 678, 2012-2014"
    >>> [line[start:end] for start, end in find(line, ("KE",))]
    ['0712 345 678', '+254 733 123456']
    >>> find("call 202-555-0143", ("KE",)), find("call 202-555-0143", ("US",))
    ([], [(5, 17)])
    """
    found: list[tuple[int, int]] = []
    for start, end in _runs(line):
        named = _named(line, start, found)
        if not _worth(line[start:end], line[max(0, start - REACH) : start], named=named):
            continue
        for number in _numbers(line, (start, end), countries, questions, named=named):
            overlaps = any(number.start < end and start < number.end for start, end in found)
            if not overlaps and _counts(line, number, named=_named(line, number.start, found)):
                found.append((number.start, number.end))
    return sorted(found)


def _runs(line: str) -> Iterator[tuple[int, int]]:
    """Where the runs of a line are. One of more digits than three numbers have is a table, or a list in which each
    number stands between spaces."""
    for run in RUN.finditer(line):
        if sum(character.isdecimal() for character in run.group()) <= 3 * LONGEST:
            yield run.span()
            continue
        for word in re.finditer(r"\S+", run.group()):
            digits = sum(character.isdecimal() for character in word.group())
            if SHORTEST <= digits <= LONGEST + len("0011"):
                yield run.start() + word.start(), run.start() + word.end()


def _named(line: str, start: int, found: list[tuple[int, int]]) -> bool:
    """Whether a word says that a telephone number begins here, or one that counts stands right before."""
    if phone_word(line[max(0, start - REACH) : start]):
        return True
    return any(end <= start <= end + len(" / ") and not line[end:start].strip(" ,;/、，") for _, end in found)


def _worth(run: str, before: str, *, named: bool) -> bool:
    """Whether a run can hold a number that counts: the cheap half of `_counts`, which most numbers do not pass."""
    groups = re.findall(r"\d+", run)
    digits = sum(map(len, groups))
    if "+" in run or named:
        return True
    if digits < SHORTEST or NOT_PHONES.search(before) or YEARS.fullmatch(run) or DATE.fullmatch(run) or DAY.search(run):
        return False
    if any(len(group) > 1 and group[0] == "0" for group in groups):
        return True
    if digits > LONGEST or THOUSANDS.fullmatch(run):
        return False
    return len(groups) > 1 or digits >= len("13800138000")


def _numbers(
    line: str, run: tuple[int, int], countries: tuple[str, ...], questions: Questions | None, *, named: bool
) -> list[Number]:
    """What presidio finds in a run, by the plans that the run's digits fit; the longest reading of a place first.

    A reading of the whole run that counts is the only one.
    """
    start, end = run
    piece = line[start : end + 1]
    joined = tuple(_joined(re.findall(r"\d+", piece)))
    found: list[Number] = []
    for region in _regions(piece, joined, countries):
        if questions is not None:
            questions.ask()
        plus = region == ANYWHERE and ABROAD.match(piece) is not None
        some = [
            Number(start + (0 if plus else match.start), start + match.end, region)
            for match in _recognizer(region).analyze(f" +{piece[2:]}" if plus else piece, [])
        ]
        for number in some:
            whole = not re.search(r"\d", line[start : number.start] + line[number.end : end])
            if whole and _counts(line, number, named=named):
                return [number]
        found += some
    return sorted(set(found), key=lambda number: (number.start, -number.end, number.region))


def _regions(piece: str, joined: tuple[str, ...], countries: tuple[str, ...]) -> Iterator[str]:
    """By whose plans a run is read: one region of each country code, for they share a plan."""
    if "+" in piece or ABROAD.match(piece):  # 00: the commonest prefix of calls abroad, also where there is another
        yield ANYWHERE
    for region in _one_of_a_code(countries):
        plan = _plan(region)
        if any(plan.fullmatch(digits) for digits in joined):
            yield region


@cache
def _one_of_a_code(countries: tuple[str, ...]) -> tuple[str, ...]:
    from phonenumbers import country_code_for_region, region_code_for_country_code

    codes = dict.fromkeys(country_code_for_region(region) for region in countries)
    return tuple(region_code_for_country_code(code) for code in codes if code)


def _joined(groups: list[str]) -> Iterator[str]:
    """The digits of neighbouring groups, wherever they are as many as a telephone number can have."""
    for first in range(len(groups)):
        digits = ""
        for group in groups[first:]:
            digits += group
            if len(digits) > LONGEST + 4:  # with the prefix of calls abroad
                break
            if len(digits) >= 6:
                yield digits


@cache
def _plan(region: str) -> Any:
    """A pattern that the digits of every valid number of a region fit, whatever was dialled before it."""
    import re2
    from phonenumbers import PhoneMetadata

    plan = PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.general_desc is None:
        return re2.compile(r"[^\d\D]")
    prefix = plan.national_prefix_for_parsing or ""
    if plan.national_prefix_transform_rule:  # what is left of the prefix is written anew: any digits may do
        return re2.compile(r"\d{6,19}")
    abroad = f"(?:{plan.international_prefix})" if plan.international_prefix else ""
    either = f"|{abroad}\\d{{6,15}}" if abroad else ""
    return re2.compile(f"(?:{plan.country_code})?(?:{prefix})?(?:{plan.general_desc.national_number_pattern}){either}")


@cache
def _recognizer(region: str) -> Any:
    recognizer = recognizers((("generic.phone_recognizer", "PhoneRecognizer"),))["PhoneRecognizer"]
    return recognizer(supported_regions=(region,), leniency=VALID)


def _counts(line: str, number: Number, *, named: bool) -> bool:
    """Whether there is evidence that a number is one of a telephone."""
    written = line[number.start : number.end]
    before, after = line[max(0, number.start - REACH) : number.start], line[number.end : number.end + 8]
    if TAIL.match(after):
        return False
    if written.startswith(("+", "(+")):
        return not before[-1:].isalnum() or before[-1:] >= "\u2e80"
    if GLUED.search(before) and not before.endswith("wa.me/"):
        return False
    if DATE.fullmatch(written) or YEARS.fullmatch(written):
        return False
    if named or number.region == ANYWHERE:
        return True
    if DECIMAL.match(written) or NOT_PHONES.search(before) or THOUSANDS.fullmatch(written):
        return False
    if QUAD.fullmatch(written) or _is_row(written):
        return False
    return _as_written(written, number.region)


def _is_row(written: str) -> bool:
    """Whether the digits stand in their order, as where digits themselves are shown: 0123456789, 987654321."""
    if not written.isdecimal():
        return False
    steps = {(int(two) - int(one)) % 10 for one, two in pairwise(written)}
    return len(steps) == 1 and steps <= {0, 1, 9}


def _as_written(written: str, region: str) -> bool:
    """Whether a number is written as in its country: with a trunk zero, or in the groups of its plan.

    One without groups counts with its zero and from nine digits on, or as a mobile number of eleven digits or more.
    """
    import phonenumbers

    groups = re.findall(r"\d+", written)
    trunk = groups[0][0] == "0"
    if len(groups) == 1:
        return len(groups[0]) >= 9 if trunk else len(groups[0]) >= 11 and _is_mobile(written, region)
    if len(set(re.findall(r"\D+", written.lstrip("(")))) > 2 or (len(groups[-1]) == 1 and "-" in written):
        return False
    if trunk and len(groups[0]) > 1 and "." not in written:
        return True
    if sum(map(len, groups)) <= SHORTEST:
        return False
    form = phonenumbers.PhoneNumberFormat
    try:
        parsed = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return False
    forms = [phonenumbers.format_number(parsed, kind) for kind in (form.NATIONAL, form.INTERNATIONAL)]
    known = [re.findall(r"\d+", form) for form in forms]
    return groups in (known[0], known[1][1:], known[1])


def _is_mobile(written: str, region: str) -> bool:
    import phonenumbers

    kind = phonenumbers.number_type(phonenumbers.parse(written, region))
    return kind == phonenumbers.PhoneNumberType.MOBILE


def phone_word(before: str) -> bool:
    """Whether the last words of a piece of text say that a telephone number follows.

    >>> phone_word("Simu ya mkononi: "), phone_word("ফোন "), phone_word("population "), phone_word("电话：")
    (True, True, False, True)
    """
    return _words().search(before[-REACH:].lower()) is not None


@cache
def _words() -> Any:
    lines = Path(__file__).with_name("phone_words.txt").read_text(encoding="utf-8").splitlines()
    words = sorted((word for word in lines if word and not word.startswith("#")), key=len, reverse=True)
    han = [word for word in words if re.match(rf"[{HAN}]", word)]
    spaced = "|".join(
        re.escape(word.rstrip("*")) + (r"\w*" if word.endswith("*") else r"(?!\w)") for word in words if word not in han
    )
    joined = "|".join(map(re.escape, han))
    return re.compile(rf"(?:(?<!\w)(?:{spaced})|(?:{joined})|{SIGNS})[^\d\n,;]{{0,14}}$")
