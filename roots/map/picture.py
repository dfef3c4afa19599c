"""Two pictures of a map for print: the tree map of languages, and the funnel, as SVG with text as text.

Fonts are those of whatever shows a picture: names in many scripts need fonts for them (Noto has all).
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from unicodedata import category, east_asian_width

from roots.map.layout import Box, squarified
from roots.markup import filled

Measure = Literal["bytes", "documents", "tokens"]
Scope = Literal["in", "kept", "corpus"]

SCOPES: Mapping[Scope, str] = {"in": "what came in", "kept": "what was kept", "corpus": "what is in the corpus"}

WIDTH, HEIGHT = 1200, 720
"""Pixels of the tree map, its heading not counted."""

TOP, HEAD = 56, 24
"""Pixels of the heading of a picture, and of the name over a family."""

GREY = "#e2e3e4"
LIGHT = ("#9fc3e7", "#f4ae98", "#f3e7ab", "#ffc4d1", "#b9e7ff", "#7fcfb7", "#d2de7f", "#cecc8d", "#ddd3ef")
"""Colours of families: those of the page, Paul Tol's "light" scheme and a violet, made paler."""

BARS = {"in": "#8b939b", "dropped": "#d98445", "kept": "#3f7fb5", "corpus": "#3b9478"}

ROW, BAR = 30, 480
"""Pixels of a row of the funnel, and of its longest bar."""


def tree(facts: Mapping[str, Any], measure: Measure = "bytes", scope: Scope = "corpus") -> str:
    """The tree map of families and languages as SVG; tokens are those of the corpus, whatever the scope."""
    scope = "corpus" if measure == "tokens" else scope
    sizes = amounts(facts, measure, scope)
    languages = facts["languages"]
    names = sorted({each["family"] for each in languages if not each["apart"]})
    families = list(dict.fromkeys(each["family"] for each in languages))
    members = [[number for number, each in enumerate(languages) if each["family"] == name] for name in families]
    outer = squarified([sum(sizes[number] for number in some) for some in members], Box(0, TOP, WIDTH, HEIGHT))
    frames, cells = [], []
    for name, some, box in zip(families, members, outer, strict=True):
        if box is None:
            continue
        headed = box.width > 70 and box.height > 56
        apart = languages[some[0]]["apart"]
        fill = GREY if apart else LIGHT[names.index(name) % len(LIGHT)]
        share = sum(sizes[number] for number in some) / sum(sizes)
        label = fitting(f"{name} {share:.1%}", box.width - 12, 14) if headed else ""
        frames.append({"box": box, "fill": fill, "label": label})
        inner = box.inside(top=HEAD, side=2) if headed else box
        for number, cell in zip(some, squarified([sizes[number] for number in some], inner), strict=True):
            if cell is not None:
                cells.append({"box": cell, "fill": fill, **_cell(languages[number], cell, sizes[number], measure)})
    said = f"{SCOPES[scope]}, by {'bytes of text' if measure == 'bytes' else measure}"
    values = {
        "width": WIDTH,
        "height": TOP + HEIGHT,
        "title": clean(f"{facts['name']}: languages by family"),
        "note": f"{said}; {short(sum(sizes), measure)} in all",
        "frames": frames,
        "cells": cells,
    }
    return filled("map_tree.svg.j2", values)


def funnel(facts: Mapping[str, Any], measure: Measure = "bytes", lang: str | None = None) -> str:
    """The funnel of the corpus, or of one of its languages, as SVG: bars of bytes, or of documents."""
    by = 0 if measure == "documents" else 1
    parts = [part for part in facts["parts"] if lang in (None, facts["languages"][part["language"]]["code"])]
    came, kept, mixed = (
        [sum(part[scope][at] for part in parts) for at in (0, 1)] for scope in ("in", "kept", "corpus")
    )
    rows = [_row("came in", "", came, (came[by], 0), "in")]
    left = came[by]
    for number, cause in enumerate(facts["causes"]):
        gone = [sum(row[1 + at] for part in parts for row in part["dropped"] if row[0] == number) for at in (0, 1)]
        if any(gone):
            left -= gone[by]
            name = cause["name"].replace(":", ": ").replace("_", " ")
            rows.append(_row(name, cause["what"], gone, (gone[by], left), "dropped"))
    rows += [_row("kept", "", kept, (kept[by], 0), "kept"), _row("in the corpus", "", mixed, (mixed[by], 0), "corpus")]
    longest = max(came[by], mixed[by], 1)
    for place, row in enumerate(rows):
        row |= {"y": TOP + place * ROW, "x": BAR * row["from"] / longest, "length": BAR * row["size"] / longest}
    names = [each["name"] for each in facts["languages"] if each["code"] == lang]
    values = {
        "width": 1130,
        "height": TOP + ROW * len(rows) + 16,
        "title": clean(f"{facts['name']}: from what came in to the corpus" + "".join(f", {name}" for name in names)),
        "note": f"bars: {'documents' if measure == 'documents' else 'bytes of text'}",
        "bar": BAR,
        "rows": rows,
    }
    return filled("map_funnel.svg.j2", values)


def amounts(facts: Mapping[str, Any], measure: Measure, scope: Scope) -> list[int]:
    """What each language holds, in the order of the languages."""
    if measure == "tokens":
        return [each["tokens"] for each in facts["languages"]]
    sums = [0] * len(facts["languages"])
    for part in facts["parts"]:
        sums[part["language"]] += part[scope][0 if measure == "documents" else 1]
    return sums


def short(value: float, measure: Measure) -> str:
    """An amount for a label.

    >>> short(1_234_567, "bytes"), short(1_234_567, "tokens"), short(999, "bytes")
    ('1.23 MB', '1,234,567', '999 B')
    """
    if measure != "bytes":
        return f"{value:,.0f}"
    step = 0
    while value >= 1000 and step < 5:
        value, step = value / 1000, step + 1
    decimals = 0 if not step or value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{decimals}f} {('B', 'kB', 'MB', 'GB', 'TB', 'PB')[step]}"


def fitting(text: str, room: float, font: float) -> str:
    """A text, cut where it takes more than so many pixels, about; "" where nothing of it can be read.

    >>> fitting("Portuguese", 200, 13), fitting("Portuguese", 50, 13), fitting("Portuguese", 10, 13)
    ('Portuguese', 'Portu…', '')
    """
    text = clean(text)
    if width(text) * font * 0.6 <= room:
        return text
    while text and width(text + "…") * font * 0.6 > room:
        text = text[:-1]
    return f"{text}…" if len(text) > 1 else ""


def clean(text: str) -> str:
    """A text without what XML cannot hold."""
    return "".join(each for each in text if category(each) not in ("Cc", "Cs") and ord(each) & 0xFFFE != 0xFFFE)


def _cell(language: Mapping[str, Any], box: Box, size: int, measure: Measure) -> dict[str, Any]:
    name, own, amount = language["name"], language["own"], short(size, measure)
    font = 14 if box.width >= 76 else 11
    lines: list[dict[str, Any]] = []
    for text, tag in ((name, "en"), (own, language["tag"]), (amount, "en")):
        shown = fitting(text, box.width - 10, font)
        # Half a number is none.
        if shown and (shown == text or text != amount) and box.height > (len(lines) + 1) * (font + 4) + 4:
            lines.append({"text": shown, "tag": tag, "y": box.y + (len(lines) + 1) * (font + 4), "bold": text == name})
    says = ", ".join(filter(None, [name, own, language["code"], amount]))
    return {"says": clean(says), "font": font, "lines": lines}


def _row(name: str, what: str, counts: Sequence[int], bar: tuple[int, int], kind: str) -> dict[str, Any]:
    return {
        "name": clean(name),
        "what": clean(what),
        "documents": f"{counts[0]:,}",
        "bytes": short(counts[1], "bytes"),
        "size": bar[0],
        "from": bar[1],
        "fill": BARS[kind],
    }


def width(text: str) -> float:
    """The width of a text in letters, about: Chinese characters take more than one, marks none."""
    return sum(0 if category(each) in ("Mn", "Cf") else 1.6 if east_asian_width(each) in "WF" else 1 for each in text)
