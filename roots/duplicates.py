"""Copies beside the documents that were kept in their place, for a reader who can judge whether they are copies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from lang_params.files import APART
from pipelines import storage
from pipelines.counted import several
from roots import named
from roots.copies import SUBSTRING
from roots.differences import Part, Side
from roots.folders import unfinished
from roots.look import console
from roots.markup import filled
from roots.pairs import BANDS, UNKNOWN, Document, Found, Pair, Wanted, pairs, readable
from roots.visible import visible

ALONE = {"copy": ("[-", "-]", "bold red"), "kept": ("{+", "+}", "bold green")}
"""What stands around words that one document has alone, and their style: the marks of wdiff."""


@dataclass(frozen=True)
class Names:
    """Names of languages by code and of sources by uid, and the languages' codes of BCP 47."""

    languages: Mapping[str, str]
    sources: Mapping[str, str]
    bcp47: Mapping[str, str]


def show(work: str, wanted: Wanted, page: str | None) -> None:
    """Print pairs of a work folder, or write them as an HTML file."""
    with readable(work):
        found = pairs(work, wanted)
    if unfinished(work):
        click.echo("warning: the last run in this folder has not ended; what is shown may be of two runs", err=True)
    names = names_in(work, found)
    if page is not None:
        storage.write_bytes(page, html(found, wanted, names).encode())
        click.echo(f"{opening(found, wanted, names)}\n{page}")
        return
    for number, pair in enumerate(found.pairs, 1):
        console().print(side_by_side(number, pair, names))
    if found.copies:
        console().print(by_similarity(found))
    click.echo(opening(found, wanted, names))
    if found.keep is not None:
        click.echo(kept_by(found.keep))


def names_in(work: str, found: Found) -> Names:
    """The names of all languages, and of the sources that the pairs are of."""
    uids = {document.source for pair in found.pairs for document in (pair.copy, pair.kept)}
    return Names(named.languages(), named.sources(work, sorted(uids)), _bcp47())


def _bcp47() -> dict[str, str]:
    from lang_params.params import load_all

    return {code: params.language.bcp47 for code, params in load_all(None, APART).items() if code not in APART}


def opening(found: Found, wanted: Wanted, names: Names) -> str:
    """How many copies there are of what was asked for, and which of them are shown."""
    asked = ""
    if wanted.lang is not None:
        asked += f" in {named.both(wanted.lang, names.languages)}"
    if wanted.source is not None:
        asked += f" of {named.both(wanted.source, names.sources)}"
    if wanted.method is not None:
        asked += f" found by {wanted.method}"
    if not found.copies:
        among = f"none of {several(found.documents, 'document')} was dropped as a copy{asked}"
        return f"{among}; roots overlap also counts copies that filters dropped before"
    shown = (
        f"{len(found.pairs):,} of {several(found.copies, 'copy')}{asked}, among {several(found.documents, 'document')}"
    )
    if wanted.around is not None:
        return f"{shown}: those whose similarity is nearest to {wanted.around:g}"
    return f"{shown}: of each band of similarity as many, drawn with seed {wanted.seed}"


def kept_by(keep: Sequence[str]) -> str:
    """By what the document that is kept was chosen.

    >>> kept_by(["source", "longest"])
    'of a cluster one document is kept, by: source, longest, lowest id'
    """
    return f"of a cluster one document is kept, by: {', '.join([*keep, 'lowest id'])}"


def band(number: int) -> str:
    """A band of similarity in words.

    >>> band(15), band(20), band(-1)
    ('0.75 to 0.80', '1', 'not known')
    """
    if number == UNKNOWN:
        return named.NOT_KNOWN
    return "1" if number >= BANDS else f"{number / BANDS:.2f} to {(number + 1) / BANDS:.2f}"


def by_similarity(found: Found) -> Table:
    """How many copies there are in each band of similarity."""
    table = Table(title="copies by similarity")
    table.add_column("similarity")
    table.add_column("copies", justify="right")
    for number, copies in found.bands.items():
        table.add_row(band(number), f"{copies:,}")
    return table


def facts(pair: Pair) -> list[str]:
    """What is known of a pair beside its texts, in words."""
    if pair.method == SUBSTRING:
        said = ["method substring", "nothing is left of the one once passages that stand elsewhere are cut"]
    else:
        likeness = named.NOT_KNOWN if pair.similarity is None else f"{pair.similarity:.3f}"
        said = [f"similarity {likeness}", f"method {pair.method or named.NOT_KNOWN}"]
        said += [] if pair.copies is None else [f"one of {pair.copies:,} copies that passed the filters"]
    if pair.copy.lang != pair.kept.lang:
        said.append("in two languages")
    if pair.copy.source != pair.kept.source:
        said.append("of two sources")
    return said


def place(side: Side) -> str:
    """Which part of a text is shown, in words; empty where it is the whole."""
    said = []
    if side.start:
        said.append(f"from character {side.start:,}")
    if side.more:
        said.append(f"{side.more:,} more follow")
    return f"{side.characters:,} characters" + (f", {', '.join(said)}" if said else "")


def side_by_side(number: int, pair: Pair, names: Names) -> Table:
    """A pair as a table: the copy on the left, the document that was kept on the right."""
    table = Table(title=Text(f"{number}: {', '.join(facts(pair))}"))
    for title, document in (("dropped", pair.copy), ("kept", pair.kept)):
        table.add_column(Text(f"{title}: {_about(document, names)}"), ratio=1, overflow="fold")
    table.add_row(_marked(pair.copy.side.parts, "copy"), _marked(pair.kept.side.parts, "kept"))
    table.add_row(Text(place(pair.copy.side), "dim"), Text(place(pair.kept.side), "dim"))
    return table


def _about(document: Document, names: Names) -> str:
    source = named.both(document.source, names.sources)
    return f"{document.id}\n{source}\n{named.both(document.lang, names.languages)}"


def _marked(parts: Sequence[Part], which: str) -> Text:
    before, after, style = ALONE[which]
    text = Text()
    for part in parts:
        shown = visible(part.text)
        text.append(f"{before}{shown}{after}" if part.differs else shown, style if part.differs else "")
    return text


def html(found: Found, wanted: Wanted, names: Names) -> str:
    """The pairs as one HTML page, which needs no other file and no script."""
    values = {
        "opening": opening(found, wanted, names),
        "keep": None if found.keep is None else kept_by(found.keep),
        "bands": [(band(number), f"{copies:,}") for number, copies in found.bands.items()],
        "pairs": [_values(pair, names) for pair in found.pairs],
    }
    return filled("duplicates.html.j2", values)


def _values(pair: Pair, names: Names) -> dict[str, Any]:
    sides = (("dropped", "del", pair.copy), ("kept", "ins", pair.kept))
    return {
        "facts": ", ".join(facts(pair)),
        "sides": [
            {
                "title": title,
                "mark": mark,
                "id": document.id,
                "source": document.source,
                "name": names.sources.get(document.source, ""),
                "lang": named.both(document.lang, names.languages),
                "bcp47": names.bcp47.get(document.lang or "", ""),
                "code": document.lang in APART,
                "place": place(document.side),
                "parts": [Part(visible(part.text), part.differs) for part in document.side.parts],
            }
            for title, mark, document in sides
        ],
    }
