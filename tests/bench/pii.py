"""Redaction of personal data by the ROOTS rules: ours beside the rules as the original ran them, and beside presidio.

The plain rules are the second statement of the rules, for a backtracking engine with look-around: Python `regex` in
multi-line mode, all of them over every text. Tests hold `filters.pii_rules` equal to them.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

import pyarrow as pa
import regex

from filters import pii
from filters.pii_rules import Profile, Tag
from tests.bench.stages import Work
from tests.bench.texts import Sample

PROFILES: tuple[Profile, ...] = ("fixed", "roots-2022-03")

BATCH = 1000
"""Texts of a batch, as curation has them."""

EDGE = r"\b\s@,?!;:'\").(\p{Han}"
OCTET = "(?:25[0-5]|2[0-4]\\d|[01]?\\d\\d?)".replace(r"\d", "[0-9]")
MAPPED_OCTET = "(?:25[0-5]|(?:2[0-4]|1?[0-9])?[0-9])"
HEX = "[0-9a-fA-F]{1,4}"
DASH = r"[\p{Pd}/]"
POINT = r"[\p{Pd}/.]"
YEAR = "[12][0-9]{3}"
PART = "[0-3][0-9]"

ADDRESSES = [
    rf"{OCTET}\.{OCTET}\.{OCTET}\.{OCTET}",
    f"(?:{HEX}:){{7}}{HEX}",
    f"(?:{HEX}:){{1,7}}:",
    f"(?:{HEX}:){{1,6}}:{HEX}",
    f"(?:{HEX}:){{1,5}}(?::{HEX}){{1,2}}",
    f"(?:{HEX}:){{1,4}}(?::{HEX}){{1,3}}",
    f"(?:{HEX}:){{1,3}}(?::{HEX}){{1,4}}",
    f"(?:{HEX}:){{1,2}}(?::{HEX}){{1,5}}",
    f"{HEX}:(?::{HEX}){{1,6}}",
    f":(?:(?::{HEX}){{1,7}}|:)",
    "fe80:(?::[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]+",
    rf"::(?:ffff(?::0{{1,4}})?:)?(?:{MAPPED_OCTET}\.){{3}}{MAPPED_OCTET}",
    rf"(?:{HEX}:){{1,4}}:(?:{MAPPED_OCTET}\.){{3}}{MAPPED_OCTET}",
]
DATES = [
    f"{YEAR}{DASH}{YEAR}",
    f"{YEAR}{POINT}{PART}{POINT}{PART}",
    f"{PART}{POINT}{PART}{POINT}(?:[0-9]{{2}}|{YEAR})",
    f"{PART}{DASH}(?:[0-9]{{2}}|{YEAR})",
    f"{YEAR}-{PART}",
]
KEYS = (
    r"(?:[A-Za-z]+[\p{Nd}\p{Pd}/+=:_]+|[\p{Nd}\p{Pd}/+=:]+[A-Za-z]+){4,}|"
    r"(?:(?:\p{Nd}{3,}|[A-Z]+\p{Nd}+[A-Z]*|\p{Nd}+[A-Z]+\p{Nd}*)[ \p{Pd}]?){3,}"
)


@cache
def plain(profile: Profile) -> dict[Tag, Any]:
    """The rules as the original had them: patterns that consume their edges, but where `fixed` looks around."""
    patterns: dict[Tag, str] = {
        "EMAIL": rf"(?:^|[{EDGE}])([^\s@,?!;:)(]+@[^,\s!?;]+[^\s\b'\"@,?!;:)(.])(?:$|[\s\b@,?!;:)(.\p{{Han}}])",
        "IP_ADDRESS": rf"(?:^|[{EDGE}])({'|'.join(ADDRESSES)})(?:$|[\s@,?!;:'\"(.\p{{Han}}])",
        "KEY": rf"(?:^|[{EDGE}])({KEYS})(?:$|[{EDGE}])",
        "USER": r"(?:^|[\s@,?!;:'\")(\p{Han}])(@[^\s@,?!;:'\")(]{3,})",
    }
    if profile == "fixed":
        name, host = r"[^\b\s@?!;,:)('\"<]+", r"[^\b\s@!?;,/]*[^\b\s@?!;,/:)('\">.]\.\p{L}\w+"
        patterns["EMAIL"] = rf"(?<=^|[{EDGE}<])({name}@{host})(?=$|[{EDGE}>])"
        patterns["USER"] = r"(?<=^|[\s@,?!;:'\")(\p{Han}])(@[^\s@,?!;:'\")(]{3,})"
    return {tag: regex.compile(pattern, regex.MULTILINE) for tag, pattern in patterns.items()}


def plain_find(text: str, profile: Profile) -> list[pii.Span]:
    """`pii.find` as the original ran it: every rule over the whole text."""
    return [
        pii.Span(tag, *match.span(1))
        for tag, pattern in plain(profile).items()
        for match in pattern.finditer(text)
        if tag != "IP_ADDRESS" or address(match.group(1))
    ]


def address(found: str) -> bool:
    """Whether what looks like an IP address has a digit and is no date."""
    date = rf"(?:^|[{EDGE}])(?:{'|'.join(f'(?:{form})' for form in DATES)})(?:$|[\s@,?!;:'\"(.\p{{Han}}])"
    return any(map(str.isdigit, found)) and not regex.match(date, found)


def plain_redact(text: str, profile: Profile) -> tuple[str, list[pii.Span]]:
    """`pii.redact` by the plain rules; the replacement is the same."""
    return pii.replace(text, plain_find(text, profile), profile)


def work(data: Sequence[Sample]) -> dict[str, Work]:
    """Each profile: whole columns, one text after the other, and the plain rules, redaction included."""
    from filters.pii_batch import redact_texts

    texts = [text for text, _ in data]
    columns = [pa.array(texts[start : start + BATCH], pa.string()) for start in range(0, len(texts), BATCH)]

    def of(profile: Profile) -> dict[str, Work]:
        return {
            f"{profile}: columns": lambda: [redact_texts(column, profile) for column in columns],
            f"{profile}: one by one": lambda: [pii.redact(text, profile) for text in texts],
            f"{profile}: plain rules": lambda: [plain_redact(text, profile) for text in texts],
        }

    return of("fixed") | of("roots-2022-03")


def both(data: Sequence[Sample]) -> dict[str, Work]:
    """Both our engines with the kinds that each language has by default, and presidio by itself, redaction included."""
    from filters import pii_engines, pii_kinds
    from tests.bench.stages import batches

    together = [(texts, pii_kinds.chosen(params, "fixed")) for params, texts in batches(data)]
    analyse = presidio()
    return {
        "both engines, columns": lambda: [pii_engines.redact_texts(*each) for each in together],
        "presidio alone": lambda: [pii.replace(text, analyse(text)) for text, _ in data],
    }


def presidio() -> Any:
    """presidio's own engine with its recognizers of patterns for what we look for, and no language model.

    The list of public suffixes is the one that tldextract carries: without that the first e-mail address asks a server.
    """
    import tldextract
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer import predefined_recognizers as made
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    found = [
        made.EmailRecognizer(),
        made.IpRecognizer(),
        made.PhoneRecognizer(),
        made.CreditCardRecognizer(),
        made.IbanRecognizer(),
        made.CryptoRecognizer(),
    ]
    engine = AnalyzerEngine(RecognizerRegistry(found), NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}]))

    def analyse(text: str) -> list[pii.Span]:
        return [pii.Span(each.entity_type, each.start, each.end) for each in engine.analyze(text, "en")]

    return analyse


def with_a_match(data: Sequence[Sample]) -> tuple[float, float]:
    """Share of texts in which a rule finds something, in [0, 1], and matches in a MB."""
    found = [pii.find(text) for text, _ in data]
    size = sum(sample.size for sample in data) / 1e6
    return sum(map(bool, found)) / max(len(found), 1), sum(map(len, found)) / max(size, 1e-9)
