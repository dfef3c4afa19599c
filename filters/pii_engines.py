"""Both engines together: what is chosen of personal data is found in texts, and redacted, marked, or noted as a cause.

One text at a time this is `find` and `redact`, which define it; `redact_texts` does the same over an Arrow column, with
the screens of both engines, and tests hold them equal.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from filters import pii, pii_names, presidio
from filters.look_alikes import counts
from filters.pii import Span
from filters.pii_kinds import KINDS, Choice

if TYPE_CHECKING:
    import pyarrow as pa


class Redacted(NamedTuple):
    """Texts after redaction, their spans (`pii_batch.SPANS`), and of each the kind that drops its document, or null.

    `refused` says of each whether it would take longer to search than is bearable (PiiTimeout); it is "" then.
    """

    texts: "pa.Array"
    spans: "pa.Array"
    dropped: "pa.Array"
    refused: "pa.Array"


def find(text: str, choice: Choice) -> list[Span]:
    """All matches in a text of the kinds that are chosen, in code points, by kind; matches of two kinds may overlap.

    Raises PiiTimeout where the second engine does.

    >>> from lang_params.params import load
    >>> from filters.pii_kinds import chosen
    >>> find("Piga 0712-345-678 au andika juma@mfano.co.tz", chosen(load("sw"), "fixed"))
    [Span(tag='EMAIL', start=28, end=44), Span(tag='PHONE', start=5, end=17)]
    """
    names = pii_names.find(text, choice) if "PERSON" in choice.kinds else []
    return _together(text, choice, [*pii.find(text, choice.profile), *presidio.find(text, choice), *names])


def redact(text: str, choice: Choice) -> tuple[str, list[Span], str | None]:
    """A text with placeholders, the spans of what was found in it, and the kind that drops its document, if one does.

    >>> from lang_params.params import load
    >>> from filters.pii_kinds import chosen
    >>> redact("Woo ma ci 77 123 45 67", chosen(load("wo"), "fixed", {"PHONE": "drop"}))
    ('Woo ma ci PI:PHONE', [Span(tag='PHONE', start=10, end=18)], 'PHONE')
    >>> redact("Woo ma ci 77 123 45 67", chosen(load("wo"), "fixed", {"PHONE": "mark"}))
    ('Woo ma ci 77 123 45 67', [Span(tag='PHONE', start=10, end=22)], None)
    """
    matches = find(text, choice)
    replaced, spans = pii.replace(text, matches, choice.profile, marked=frozenset(choice.having("mark")))
    return replaced, spans, _drops(matches, choice)


def shown(text: str, choice: Choice | None) -> str:
    """A text as it may be shown beside its source's tables: redacted where a choice is given, "" where that would take
    longer than is bearable.

    >>> shown("a@b.example", None)
    'a@b.example'
    """
    if choice is None:
        return text
    try:
        return redact(text, choice)[0]
    except ValueError:  # among them PiiTimeout
        return ""


def redact_texts(texts: "pa.Array", choice: Choice) -> Redacted:
    """`redact` of each text of an array of strings without nulls."""
    import pyarrow as pa

    from filters import pii_batch

    found, refused = find_texts(texts, choice)
    marked = frozenset(choice.having("mark"))
    replaced, spans = pii_batch.replace_texts(texts, found, choice.profile, marked=marked)
    dropped: list[str | None] = [None] * len(texts)
    for row, matches in found.items():
        dropped[row] = _drops(matches, choice)
    replaced = pii_batch.put_strings(replaced, dict.fromkeys(refused, ""))
    out = pa.array([row in refused for row in range(len(texts))], pa.bool_())
    return Redacted(replaced, spans, pa.array(dropped, pa.string()), out)


def find_texts(texts: "pa.Array", choice: Choice) -> tuple[dict[int, list[Span]], frozenset[int]]:
    """`find` of each text, by row, rows without a match absent; and the rows on which it raises PiiTimeout."""
    from filters import pii_batch

    found: dict[int, list[Span]] = pii_batch.find_texts(texts, choice.profile)
    if choice.roots_alone:
        return found, frozenset()
    second = presidio.find_texts(texts, choice)
    refused = frozenset(row for row, spans in second.items() if spans is None)
    others: Sequence[Mapping[int, list[Span]]] = [
        {row: spans for row, spans in second.items() if spans is not None},
        pii_names.find_texts(texts, choice) if "PERSON" in choice.kinds else {},
    ]
    every: dict[int, list[Span]] = {}
    for row in sorted(set(found).union(*others) - refused):
        matches = [*found.get(row, ()), *(match for other in others for match in other.get(row, ()))]
        if kept := _together(texts[row].as_py(), choice, matches):
            every[row] = kept
    return every, refused


def _together(text: str, choice: Choice, matches: Sequence[Span]) -> list[Span]:
    """Matches of the chosen kinds that are what they look like, each once, by kind.

    A key is none where a check digit or a plan of numbers bears out what it is part of.
    """
    if choice.roots_alone:
        return list(matches)
    kept = {match for match in matches if match.tag in choice.kinds and counts(text, match)}
    proved = [match for match in kept if match.tag in pii.PROVED]
    reach, places = presidio.Reach(proved), {(match.start, match.end) for match in proved}
    told = [
        match
        for match in kept
        if not (match.tag == "KEY" and reach.holds(match))
        # four groups with dots that a word says to be a telephone number
        and not (match.tag == "IP_ADDRESS" and (match.start, match.end) in places)
    ]
    return sorted(told, key=lambda match: (KINDS.index(match.tag), match.start, match.end))


def _drops(matches: Sequence[Span], choice: Choice) -> str | None:
    """The first kind that was found and whose action is to drop the document."""
    found = {match.tag for match in matches}
    return next((kind for kind in choice.having("drop") if kind in found), None)
