"""Find personal data in a text by the ROOTS rules (`pii_rules`) and put `PI:EMAIL`, `PI:IP_ADDRESS`, `PI:KEY` or
`PI:USER` in its place.

What the rules do not do: names of persons, postal addresses, phone numbers written with single digits apart, dates.
They take some things that are no personal data: lists of years, version numbers of four parts, long counts.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence, Set
from itertools import accumulate
from typing import Any, NamedTuple, get_args

from filters.pii_rules import Profile, Rule, Tag, rules

REPLACE_LIMIT = 10_000_000_000
"""Code points that `replace_everywhere` may look at in one text: about seven seconds. A page of 100 kB would need
100,000 different matches to get there. Ours; the original has no limit."""


class PiiTimeout(ValueError):
    """The text would take longer than is bearable. Work is counted, not clocked: the same text always ends the same."""


class Span(NamedTuple):
    """A tag and where it stands, from `start` up to `end`, in code points."""

    tag: str
    start: int
    end: int


PROVED = frozenset({"PHONE", "CREDIT_CARD", "IBAN", "CRYPTO", "NATIONAL_ID"})
"""Tags of what a checksum or a numbering plan bears out. KEY, which asks of a number only that it is long, gives way to
them where both start at the same place."""


def find(text: str, profile: Profile = "fixed") -> list[Span]:
    """All matches in a text, in code points, by tag (EMAIL, IP_ADDRESS, KEY, USER), then by place.

    Each rule reads the text for itself, so matches of two tags may overlap. Two neighbours that have a single character
    between them cannot share it as an edge, and the second is missed: IP addresses and keys in both profiles, e-mail
    addresses in roots-2022-03 only.

    >>> find("Andika kwa juma@mfano.co.tz au 0712-345-678")
    [Span(tag='EMAIL', start=11, end=27), Span(tag='KEY', start=31, end=43)]
    >>> find("मेल करें: ravi.kumar@example.in या @ravi_k पर")
    [Span(tag='EMAIL', start=10, end=31), Span(tag='USER', start=35, end=42)]
    >>> len(find("ade@abc.ng ola@abc.ng")), len(find("ade@abc.ng ola@abc.ng", "roots-2022-03"))
    (2, 1)
    """
    if profile not in get_args(Profile):
        raise ValueError(f"unknown profile {profile!r}; known: {', '.join(get_args(Profile))}")
    data = text.encode()
    spans: list[Span] = []
    for tag, rule in rules(profile).items():
        if "@" in text or tag in ("IP_ADDRESS", "KEY"):
            spans += _code_points(data, tag, bodies(rule, data, tag))
    return spans


def redact(text: str, profile: Profile = "fixed") -> tuple[str, list[Span]]:
    """The text with a placeholder for every match, and where the placeholders stand in the new text: `find` and
    `replace`. Nothing of a match is returned. Run it once, on the text as it was read: placeholders may form a new
    match (`PI:KEY/PI:KEY/...` is a key).

    >>> redact("راسلنا على info@example.com أو @hesab_arabi")
    ('راسلنا على PI:EMAIL أو PI:USER', [Span(tag='EMAIL', start=11, end=19), Span(tag='USER', start=23, end=30)])
    >>> redact("联系 @user_name 或 8.8.8.8")[0]
    '联系 PI:USER 或 PI:IP_ADDRESS'
    """
    return replace(text, find(text, profile), profile)


def replace(
    text: str, matches: Sequence[Span], profile: Profile = "fixed", *, marked: Set[str] = frozenset()
) -> tuple[str, list[Span]]:
    """The text with placeholders for these matches of it, and where they stand in the new text, by place.

    Profile fixed: of matches that overlap the earliest start wins, then the longest, then the order in which they are
    given (KEY gives way to `PROVED` at the same start); the winner's placeholder stands for it, and what another match
    has beyond it is deleted, so that no character of any match is left. A match whose tag is `marked` stays in the
    text, and its span is told; not if it shares a character with one that is replaced, or with a marked one before it.

    Profile roots-2022-03: every occurrence of every matched string becomes a placeholder (`replace_everywhere`); the
    spans are those of the tags that were found, one that the text held before included. Nothing is marked there.

    >>> matches = [Span("EMAIL", 5, 16), Span("PHONE", 18, 30)]
    >>> replace("Ade: ade@mail.ng, 0803 123 4567", matches, marked={"PHONE"})
    ('Ade: PI:EMAIL, 0803 123 4567', [Span(tag='EMAIL', start=5, end=13), Span(tag='PHONE', start=15, end=27)])
    """
    if profile == "fixed":
        return _replace_spans(text, _left(matches, marked) if marked else matches, marked)
    if marked:
        raise ValueError(f"profile {profile} marks nothing: {', '.join(sorted(marked))}; it replaces every match")
    replaced = replace_everywhere(text, matches)
    return replaced, _placeholders(replaced, {match.tag for match in matches})


IN_FIELDS: tuple[Tag, ...] = ("EMAIL", "IP_ADDRESS", "USER")
"""What is looked for in the fields beside a text. Not KEY: it takes ids, dates and paths for keys."""


def redact_fields(value: Any, more: Callable[[str], list[Span]] | None = None) -> Any:
    """A JSON value with placeholders in its strings, also in the names of fields; the rules are those of `fixed`.

    The fields beside a text are not text that the original redacted; they are read for `IN_FIELDS`, and for what `more`
    finds in a string (`presidio.in_fields`).

    >>> redact_fields({"author": "Ana <ana@example.org>", "year": 1999, "by": ["@ana_p", None]})
    {'author': 'Ana <PI:EMAIL>', 'year': 1999, 'by': ['PI:USER', None]}
    """
    if isinstance(value, str):
        if any(_is_surrogate(character) for character in value):
            value = value.encode("utf-8", "replace").decode()
        found = [span for span in find(value) if span.tag in IN_FIELDS]
        return _replace_spans(value, found + more(value) if more else found)[0]
    if isinstance(value, dict):
        return {redact_fields(name, more): redact_fields(item, more) for name, item in value.items()}
    if isinstance(value, list):
        return [redact_fields(item, more) for item in value]
    return value


def _is_surrogate(character: str) -> bool:
    """Half a surrogate pair, which a JSON escape can write and UTF-8 cannot."""
    return "\ud800" <= character <= "\udfff"


def replace_everywhere(text: str, matches: Sequence[Span]) -> str:
    """The original's replacement: for each match, in order, its string wherever it occurs in the text.

    It reaches words that merely hold the string: `@you` makes `@your` into `PI:USERr`. The effort grows with the number
    of different matches times the length of the text; beyond REPLACE_LIMIT the text is refused with PiiTimeout.

    >>> text = "me@x.org or me@x.orgs"
    >>> replace_everywhere(text, find(text, "roots-2022-03"))
    'PI:EMAIL or PI:EMAILs'
    """
    replaced, changes, effort = text, 0, 0
    checked: dict[str, int] = {}  # string -> how many changes the text had when it was last looked for
    for tag, start, end in matches:
        string = text[start:end]
        if checked.get(string) == changes:
            continue
        effort += len(replaced)
        if effort > REPLACE_LIMIT:
            raise PiiTimeout(
                f"text of {len(text):,} code points has {len(matches):,} matches: replacing every occurrence of each "
                f"would look at more than {REPLACE_LIMIT:,} code points; use profile fixed, or leave the document out"
            )
        after = replaced.replace(string, f"PI:{tag}")
        changes += after != replaced
        replaced, checked[string] = after, changes
    return replaced


def bodies(rule: Rule, data: bytes, tag: Tag) -> Iterator[tuple[int, int]]:
    """Where the matches of one rule start and end in UTF-8, in bytes, by place."""
    for match in _sharing(rule.pattern, data) if rule.shares_edges else rule.pattern.finditer(data):
        start, end = match.span(1)
        if tag != "IP_ADDRESS" or _is_address(data[start:end]):
            yield start, end


def _sharing(pattern: Any, data: bytes) -> Iterator[Any]:
    """Matches, each looked for from the last character of the one before, which may be its edge."""
    position = 0
    while match := pattern.search(data, position):
        yield match
        position = _last_character(data, match.end(1))


def _last_character(data: bytes, end: int) -> int:
    """Where the character before `end` begins. Only it can be an edge of the next match (a Han character)."""
    start = end - 1
    while data[start] & 0xC0 == 0x80:  # a continuation byte of UTF-8
        start -= 1
    return start


def _is_address(body: bytes) -> bool:
    """Whether what looks like an IP address has a digit and is no date.

    Of the date forms of the original only dd.mm.yy can begin an address: it takes the first three parts of one of
    version 4 where all three have two digits and the first two are below 40.
    """
    if not any(0x30 <= byte <= 0x39 for byte in body):
        return False
    parts = body.split(b".")
    return not (len(parts) == 4 and {len(part) for part in parts[:3]} == {2} and max(parts[:2]) < b"4")


def _code_points(data: bytes, tag: Tag, places: Iterator[tuple[int, int]]) -> Iterator[Span]:
    """The same places counted in code points; each part of the text is decoded once."""
    at = point = 0
    for start, end in places:
        first = point + len(data[at:start].decode())
        at, point = end, first + len(data[start:end].decode())
        yield Span(tag, first, point)


def _replace_spans(text: str, matches: Sequence[Span], marked: Set[str] = frozenset()) -> tuple[str, list[Span]]:
    pieces: list[str] = []
    spans: list[Span] = []
    length = winner_end = done = 0
    for tag, start, end in _ranked(matches):
        if tag in marked:
            spans.append(Span(tag, length + start - done, length + end - done))
            continue
        if start >= winner_end:
            kept, placeholder = text[done:start], f"PI:{tag}"
            pieces += [kept, placeholder]
            length += len(kept) + len(placeholder)
            spans.append(Span(tag, length - len(placeholder), length))
            winner_end = end
        done = max(done, end)
    return "".join([*pieces, text[done:]]), spans


def _ranked(matches: Sequence[Span]) -> list[Span]:
    """By start, then the longest, then as they were given; a key after what is proved and starts where it does."""
    proved: dict[int, int] = {}
    for match in matches:
        if match.tag in PROVED:
            proved[match.start] = max(match.end, proved.get(match.start, 0))

    def rank(match: Span) -> tuple[int, int, bool]:
        below = match.tag == "KEY" and match.start in proved
        return match.start, -min(match.end, proved[match.start]) if below else -match.end, below

    return sorted(matches, key=rank) if proved else sorted(matches, key=lambda match: (match.start, -match.end))


def _left(matches: Sequence[Span], marked: Set[str]) -> list[Span]:
    """All matches that are replaced, and of the marked ones those that share no character with another that stays."""
    replaced = [match for match in matches if match.tag not in marked]
    left = list(replaced)
    edges = sorted(replaced, key=lambda match: match.start)
    reach = [0, *accumulate((match.end for match in edges), max)]  # up to where the first so many matches go
    last = 0
    for match in _ranked([match for match in matches if match.tag in marked]):
        before = bisect_left(edges, match.end, key=lambda edge: edge.start)
        if reach[before] <= match.start >= last:
            left.append(match)
            last = match.end
    return left


def _placeholders(text: str, tags: set[str]) -> list[Span]:
    """Where the placeholders of these tags stand, by place."""
    spans = []
    for tag in tags:
        placeholder = f"PI:{tag}"
        start = text.find(placeholder)
        while start >= 0:
            spans.append(Span(tag, start, start + len(placeholder)))
            start = text.find(placeholder, start + len(placeholder))
    return sorted(spans, key=lambda span: span.start)
