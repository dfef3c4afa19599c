"""Find personal data in a text by the ROOTS rules (`pii_rules`) and put `PI:EMAIL`, `PI:IP_ADDRESS`, `PI:KEY` or
`PI:USER` in its place.

What the rules do not do: names of persons, postal addresses, phone numbers written with single digits apart, dates.
They take some things that are no personal data: lists of years, version numbers of four parts, long counts.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args

from filters.pii_rules import Profile, Rule, Tag, rules

REPLACE_LIMIT = 10_000_000_000
"""Code points that `replace_everywhere` may look at in one text: about seven seconds. A page of 100 kB would need
100,000 different matches to get there. Ours; the original has no limit."""


class PiiTimeout(ValueError):
    """The text would take longer than is bearable. Work is counted, not clocked: the same text always ends the same."""


class Span(NamedTuple):
    """A tag and where it stands, from `start` up to `end`, in code points."""

    tag: Tag
    start: int
    end: int


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
            spans += _code_points(data, tag, _bodies(rule, data, tag))
    return spans


def redact(text: str, profile: Profile = "fixed") -> tuple[str, list[Span]]:
    """The text with a placeholder for every match, and where the placeholders stand in the new text.

    Profile fixed: of matches that overlap the earliest start wins, then the longest, then the tag order EMAIL,
    IP_ADDRESS, KEY, USER; the winner's placeholder stands for it, and what another match has beyond it is deleted,
    so that no character of any match is left. Nothing of a match is returned. Run it once, on the text as it was
    read: placeholders may form a new match (`PI:KEY/PI:KEY/...` is a key).

    Profile roots-2022-03: every occurrence of every matched string becomes a placeholder (`replace_everywhere`); the
    spans are those of the tags that were found, one that the text held before included.

    >>> redact("راسلنا على info@example.com أو @hesab_arabi")
    ('راسلنا على PI:EMAIL أو PI:USER', [Span(tag='EMAIL', start=11, end=19), Span(tag='USER', start=23, end=30)])
    >>> redact("联系 @user_name 或 8.8.8.8")[0]
    '联系 PI:USER 或 PI:IP_ADDRESS'
    """
    matches = find(text, profile)
    if profile == "fixed":
        return _replace_spans(text, matches)
    replaced = replace_everywhere(text, matches)
    return replaced, _placeholders(replaced, {match.tag for match in matches})


IN_FIELDS: tuple[Tag, ...] = ("EMAIL", "IP_ADDRESS", "USER")
"""What is looked for in the fields beside a text. Not KEY: it takes ids, dates and paths for keys."""


def redact_fields(value: Any) -> Any:
    """A JSON value with placeholders in its strings, also in the names of fields; the rules are those of `fixed`.

    The fields beside a text are not text that the original redacted; they are read for `IN_FIELDS`.

    >>> redact_fields({"author": "Ana <ana@example.org>", "year": 1999, "by": ["@ana_p", None]})
    {'author': 'Ana <PI:EMAIL>', 'year': 1999, 'by': ['PI:USER', None]}
    """
    if isinstance(value, str):
        if any(_is_surrogate(character) for character in value):
            value = value.encode("utf-8", "replace").decode()
        return _replace_spans(value, [span for span in find(value) if span.tag in IN_FIELDS])[0]
    if isinstance(value, dict):
        return {redact_fields(name): redact_fields(item) for name, item in value.items()}
    if isinstance(value, list):
        return [redact_fields(item) for item in value]
    return value


def _is_surrogate(character: str) -> bool:
    """Half a surrogate pair, which a JSON escape can write and UTF-8 cannot."""
    return "\ud800" <= character <= "\udfff"


def replace_everywhere(text: str, matches: list[Span]) -> str:
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


def _bodies(rule: Rule, data: bytes, tag: Tag) -> Iterator[tuple[int, int]]:
    """Byte offsets of the matches of one rule."""
    position = 0
    while match := rule.pattern.search(data, position):
        start, end = match.span(1)
        if tag != "IP_ADDRESS" or _is_address(data[start:end]):
            yield start, end
        position = _last_character(data, end) if rule.shares_edges else match.end()


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


def _code_points(data: bytes, tag: Tag, bodies: Iterator[tuple[int, int]]) -> Iterator[Span]:
    """The same places counted in code points; each part of the text is decoded once."""
    at = point = 0
    for start, end in bodies:
        first = point + len(data[at:start].decode())
        at, point = end, first + len(data[start:end].decode())
        yield Span(tag, first, point)


def _replace_spans(text: str, matches: list[Span]) -> tuple[str, list[Span]]:
    pieces: list[str] = []
    spans: list[Span] = []
    length = winner_end = done = 0
    for tag, start, end in sorted(matches, key=lambda match: (match.start, -match.end)):  # stable: keeps the tag order
        if start >= winner_end:
            kept, placeholder = text[done:start], f"PI:{tag}"
            pieces += [kept, placeholder]
            length += len(kept) + len(placeholder)
            spans.append(Span(tag, length - len(placeholder), length))
            winner_end = end
        done = max(done, end)
    return "".join([*pieces, text[done:]]), spans


def _placeholders(text: str, tags: set[Tag]) -> list[Span]:
    """Where the placeholders of these tags stand, by place."""
    spans = []
    for tag in tags:
        placeholder = f"PI:{tag}"
        start = text.find(placeholder)
        while start >= 0:
            spans.append(Span(tag, start, start + len(placeholder)))
            start = text.find(placeholder, start + len(placeholder))
    return sorted(spans, key=lambda span: span.start)
