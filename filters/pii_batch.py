"""Personal data in many texts at once: Arrow in, Arrow out, equal to `filters.pii` one text after the other.

What makes it fast: one screen (`pii_screens`) goes over the bytes of all texts, joined to one; the lines that it points
at are put together, and the rules read those alone. No match goes beyond a line, and
an end of a line is an edge of every rule, so a line has the same matches among other lines as in its text. A text
without a match is passed on as bytes, together with its neighbours, and no Python object is made of it.

Memory: the bytes of the texts three times at most (a copy that the screen reads, the lines that it points at, the new
texts), and the text and matches of one text after the other as Python objects.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters import pii_screens
from filters.kernels.compiled import Array
from filters.pii import Span, bodies, replace
from filters.pii_rules import rules
from filters.table import Profile

Found = dict[int, list[Span]]
"""The matches of each text that has any, by its row; in code points of that text."""

SPANS = pa.list_(pa.struct([("tag", pa.string()), ("start", pa.int64()), ("end", pa.int64())]))
"""The type of a column of spans."""

LINE_END = ord("\n")


def redact_texts(texts: pa.Array, profile: Profile = "fixed") -> tuple[pa.Array, pa.Array]:
    """`pii.redact` of each text: the new texts, and the spans of the placeholders (`SPANS`).

    Strings without nulls. Raises PiiTimeout as it does, for whichever text.

    >>> texts, spans = redact_texts(pa.array(["Kaabo", "Kọ sí ade@mail.ng"]))
    >>> texts.to_pylist(), spans.to_pylist()
    (['Kaabo', 'Kọ sí PI:EMAIL'], [[], [{'tag': 'EMAIL', 'start': 6, 'end': 14}]])
    """
    return replace_texts(texts, find_texts(texts, profile), profile)


def find_texts(texts: pa.Array, profile: Profile = "fixed") -> Found:
    """`pii.find` of each text that has a match, by row. Strings without nulls.

    >>> find_texts(pa.array(["Kaabo", "@ade_ola ati 8.8.8.8"]))
    {1: [Span(tag='IP_ADDRESS', start=13, end=20), Span(tag='USER', start=0, end=8)]}
    """
    data, begins = _joined(texts)
    lines = list(_lines(data, pii_screens.of_texts()))
    if not lines:
        return {}
    together = b"\n".join(data[start:end] for start, end in lines)
    starts, ends = np.array(lines, np.int64).T
    moved = np.cumsum(ends - starts + 1) - (ends - starts + 1)  # where each line begins among the others. [lines] int64
    rows = np.searchsorted(begins, starts, side="right") - 1  # [lines] int64
    tags: list[str] = []
    found, held = [], []  # places in bytes and rows, in an array for each tag. [matches, 2] int64; [matches] int64
    for tag, rule in rules(profile).items():
        inside = _keys(together) if tag == "KEY" else bodies(rule, together, tag)
        places = np.array(list(inside), np.int64).reshape(-1, 2)
        line = np.searchsorted(moved, places[:, 0], side="right") - 1
        tags += [tag] * len(places)
        found.append(places + (starts[line] - moved[line])[:, None])
        held.append(rows[line])
    if not tags:
        return {}
    row_of = np.concatenate(held)
    return _by_row(tags, _code_points(data, np.concatenate(found), begins[row_of]), row_of)


def replace_texts(
    texts: pa.Array,
    found: Mapping[int, Sequence[Span]],
    profile: Profile = "fixed",
    *,
    marked: Set[str] = frozenset(),
) -> tuple[pa.Array, pa.Array]:
    """`pii.replace` of each text by the matches of its row: the new texts, and their spans (`SPANS`).

    Strings without nulls. Where no row has a match the texts are those that were given.

    >>> replace_texts(pa.array(["Kaabo", "ade"]), {1: [Span("PERSON", 0, 3)]})[0].to_pylist()
    ['Kaabo', 'PI:PERSON']
    """
    new: dict[int, str] = {}
    spans: list[Span] = []
    counts = np.zeros(len(texts) + 1, np.int32)
    for row in sorted(found):
        new[row], told = replace(texts[row].as_py(), found[row], profile, marked=marked)
        counts[row + 1] = len(told)
        spans += told
    listed = pa.ListArray.from_arrays(pa.array(np.cumsum(counts, dtype=np.int32)), _structs(spans))
    return put_strings(texts, new), listed


def put_strings(strings: pa.Array, new: Mapping[int, str]) -> pa.Array:
    """The strings with others in some rows, none of them null; the strings as they are where there are no others.

    >>> put_strings(pa.array(["a", None, "c"]), {2: "d"}).to_pylist()
    ['a', None, 'd']
    """
    if not new:
        return strings
    mask = np.zeros(len(strings), np.bool_)
    mask[list(new)] = True
    return pc.replace_with_mask(strings, pa.array(mask), pa.array([new[row] for row in sorted(new)], pa.string()))


def suspects(strings: pa.Array, *, json: bool = False) -> list[int]:
    """Rows of strings in which something of `pii.IN_FIELDS` may stand, in order; the others have no match.

    With `json` the strings are JSON as `json.dumps` writes it, and what is meant are the strings inside; something of
    `presidio.NUMBERS_IN_FIELDS` may stand there too.

    >>> suspects(pa.array(["https://a.cm/1999-2000-2001", None, "mailto:ade@mail.ng"]))
    [2]
    >>> suspects(pa.array(['{"by": "ade\\\\u0040mail.ng"}', '{"day": "12:30"}']), json=True)
    [0]
    """
    data, begins = _joined(strings.fill_null(""))
    screen = pii_screens.of_json() if json else pii_screens.of_strings()
    found: list[int] = []
    position = 0
    while match := screen.search(data, position):
        found.append(int(np.searchsorted(begins, match.start(), side="right")) - 1)
        position = int(begins[found[-1] + 1]) if found[-1] + 1 < len(begins) else len(data)
    return found


def _joined(strings: pa.Array) -> tuple[bytes, Array]:
    """The bytes of strings, a line end between two of them, and where each begins. [strings] int64

    Without the line end a hit could go on into the next string, and a hostile column would be read once a string.
    """
    whole = pc.binary_join(pa.ListArray.from_arrays([0, len(strings)], strings), "\n")[0]
    sizes = pc.binary_length(strings).to_numpy() + 1
    return whole.as_buffer().to_pybytes(), np.cumsum(sizes, dtype=np.int64) - sizes


def _lines(data: bytes, screen: Any) -> Iterator[tuple[int, int]]:
    """Where the lines that a screen points at start and end in bytes; what comes after one is screened afresh."""
    end = 0
    while match := screen.search(data, end):
        hit = match.start()
        end = data.find(b"\n", hit)
        end = len(data) if end < 0 else end
        yield data.rfind(b"\n", 0, hit) + 1, end


def _keys(data: bytes) -> Iterator[tuple[int, int]]:
    """`pii.bodies` of the rule KEY, which has most matches; profiles have the same.

    RE2 finds a match in a quarter of the time that it takes to say where its group is. Within a line a match has a
    character of edge on each side. At an end of the line it may have none: then the group is asked for, unless the
    first or last character of the match is one of ASCII's letters and digits, which are never an edge.
    """
    rule = rules("fixed")["KEY"].pattern
    for match in pii_screens.keys_with_edges().finditer(data):
        first, last = match.span()
        start, end = first, last
        if first and data[first - 1] != LINE_END:
            start += 1
            while data[start] & 0xC0 == 0x80:  # a continuation byte of UTF-8
                start += 1
        if last < len(data) and data[last] != LINE_END:
            end -= 1
            while data[end] & 0xC0 == 0x80:
                end -= 1
        sure = (start > first or data[first : first + 1].isalnum()) and (end < last or data[last - 1 : last].isalnum())
        yield (start, end) if sure else rule.search(data, first).span(1)


def _code_points(data: bytes, places: Array, begins: Array) -> Array:
    """Places in bytes, each in a text that begins somewhere, in code points of it. [matches, 2] int64, [matches] int64

    The bytes are taken as strings that end where a place does, so that nothing need be decoded to count.
    """
    edges = np.unique(np.concatenate([places.ravel(), begins]))
    ends = pa.py_buffer(edges.astype(np.int32))
    parts = pa.Array.from_buffers(pa.string(), len(edges) - 1, [None, ends, pa.py_buffer(data)])
    points = np.concatenate([[0], np.cumsum(pc.utf8_length(parts).to_numpy(), dtype=np.int64)])  # [edges] int64
    counted: Array = points[np.searchsorted(edges, places)] - points[np.searchsorted(edges, begins)][:, None]
    return counted


def _by_row(tags: Sequence[str], places: Array, rows: Array) -> Found:
    """Matches put together by row, in the order that they have, and the rows in theirs."""
    found: Found = {row: [] for row in np.unique(rows).tolist()}
    for tag, (start, end), row in zip(tags, places.tolist(), rows.tolist(), strict=True):
        found[row].append(Span(tag, start, end))
    return found


def _structs(spans: Sequence[Span]) -> pa.Array:
    """Spans as one array of structs."""
    columns = [[span[place] for span in spans] for place in range(3)]
    fields = list(SPANS.value_type)
    return pa.StructArray.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, fields, strict=True)], fields=fields
    )
