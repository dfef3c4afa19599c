"""What may be shown of a stored text to somebody who looks into a work folder, and of which sources nothing may.

As on cards: nothing of a source whose text may not be given to everybody (`roots.cards.examples.hidden`), which the
card of the source says. Of the others personal data is looked for once more when they are shown, whatever was replaced
before, so a source that was not redacted is shown redacted.
"""

from collections.abc import Iterable, Iterator, Sequence

from catalog.entry import Entry, Licence, Permission
from lang_params.params import LangParams
from pipelines import storage
from roots.cards.examples import hidden as hidden_by
from roots.excerpts import Spans, cut, everything, everywhere, masked
from roots.visible import line, visible

LENGTH = 10_000
"""Characters of a text that are shown at most, as in the original app for setting thresholds."""

HEAD = 200
"""Characters of a text in a list of documents."""

BEYOND = 900
"""Characters that are looked at beyond those that are shown, so that personal data at the end stands there whole."""


NO_CARD = "its card, which says whether it may be shown, is not in this folder: roots build writes it"
"""Why nothing is shown of a source without a card in a folder that has cards."""


def hidden(work: str, uids: Iterable[str]) -> dict[str, str]:
    """Why no text is shown of sources, by uid; the others are left out.

    A folder without cards holds a person's own files, or what no build has ended yet: it hides none.
    """
    there = set(storage.names(storage.join(work, "cards")))
    found = {uid: _reason(work, uid) if uid in there else NO_CARD for uid in sorted(uids) if there}
    return {uid: reason for uid, reason in found.items() if reason}


def _reason(work: str, uid: str) -> str:
    """Why nothing may be shown of a source, by what its card has of its entry; "" where texts may be."""
    said = dict(_facts(storage.read_bytes(storage.join(work, "cards", uid, "README.md")).decode("utf-8", "replace")))
    if not {"licence", "permission"} <= said.keys():
        return NO_CARD
    entry = Entry(
        uid,
        uid,
        licence=Licence(properties=tuple(said.get("properties of the licence", "").split(", "))),
        permission=Permission(said["permission"].partition(";")[0]),
        release=said.get("release", "").partition(":")[0],
        redact=True,  # personal data is replaced in what is shown
    )
    return hidden_by(entry)


def _facts(card: str) -> Iterator[tuple[str, str]]:
    """The rows of a card's table of what the catalogue has of the source."""
    _, _, rest = card.partition("\n| what | as the catalogue has it |")
    for row in rest.partition("\n\n")[0].split("\n"):
        cells = [cell.strip() for cell in row.split("|")]
        if len(cells) > 3:
            yield cells[1], cells[2]


def instead(reason: str) -> str:
    """What stands in the place of a text that is not shown.

    >>> instead("the text may be given to nobody")
    '(not shown: the text may be given to nobody)'
    """
    return f"(not shown: {reason})"


def texts(stored: Sequence[str], spans: Sequence[Spans], params: LangParams | None, length: int = LENGTH) -> list[str]:
    """Stored texts of one language as they may be shown, so many characters of each at most; what steers a terminal or
    a page stands as codes. `params` is None for a language that is not known."""
    import pyarrow as pa

    from filters.pii_engines import redact_texts

    heads = [masked(text[: length + BEYOND], found) for text, found in zip(stored, spans, strict=True)]
    choice = everywhere() if params is None else everything(params)
    redacted = redact_texts(pa.array(heads, pa.string()), choice).texts.to_pylist()
    return [
        _cut(visible(head), length, more=len(text) > length + BEYOND)
        for head, text in zip(redacted, stored, strict=True)
    ]


def heads(stored: Sequence[str], spans: Sequence[Spans], params: LangParams | None) -> list[str]:
    """The beginnings of stored texts of one language, each on one line."""
    return [_cut(line(text), HEAD, more=False) for text in texts(stored, spans, params, 2 * HEAD)]


def _cut(text: str, length: int, *, more: bool) -> str:
    return text if len(text) <= length and not more else cut(text, length)
