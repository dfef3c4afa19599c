"""The map of a corpus: one page that needs no network, and the facts that it is made from, in a file beside the cards.

The page holds its style, its script and its facts. A policy in it lets a browser run that script and no other, and load
nothing; facts are data, escaped, so that a name in an entry is shown and never acted upon. What the page does stands in
`templates/map_*.js`, in the order of `SCRIPTS`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from lang_params.languages import find
from pipelines import storage
from pipelines.census import Census
from roots.cards.facts import Corpus
from roots.folders import FolderError, opened, unfinished
from roots.map import picture as map_picture
from roots.map.facts import LEAVES, VERSION, facts
from roots.markup import filled, plain, policy
from roots.overlap_picture import png

PAGE, FACTS = "map.html", "cards/map.json"
"""Where the map and its facts are in a work folder."""

SCRIPTS = ("map_model.js", "map_layout.js", "map_charts.js", "map_page.js")

ESCAPED = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}
"""Characters that could end or begin something in a page, as JSON writes them."""


def files(corpus: Corpus, census: Census) -> dict[str, str]:
    """The map of a corpus and its facts, by their paths in the work folder."""
    found = facts(corpus, census)
    return {PAGE: page(found), FACTS: f"{_json(found)}\n"}


def page(found: Mapping[str, Any]) -> str:
    """The page that shows some facts."""
    from markupsafe import Markup

    script = "(() => {\n'use strict';\n" + "\n".join(map(plain, SCRIPTS)) + "})();"
    style = plain("map.css")
    values = {
        "policy": policy(script, style),
        "name": found["name"],
        "description": found["description"],
        "leaves": f"{LEAVES:,}",
        "style": Markup(style),
        "script": Markup(script),
        "facts": Markup(as_data(found)),
    }
    return filled("map.html.j2", values)


def as_data(value: Any) -> str:
    """A value as JSON that nothing in a page takes for mark-up.

    >>> print(as_data({"name": "</script>"}))
    {"name":"\\u003c/script\\u003e"}
    """
    return _json(value).translate(ESCAPED)


def _json(value: Any) -> str:
    """JSON that depends on nothing but the value, without a space too many."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def read(work: str) -> dict[str, Any]:
    """The facts of the last build in a work folder. Raises FolderError where there are none of this version."""
    opened(work)
    found = storage.read_json(storage.join(work, FACTS))
    if not isinstance(found, dict):
        raise FolderError(
            f"{work}: holds no facts of a map ({FACTS}); `roots build RECIPE.toml --work {work}` writes them"
        )
    if found.get("version") != VERSION:
        raise FolderError(
            f"{work}: the facts of its map are of another version ({found.get('version')!r}, {VERSION} expected); "
            f"`roots build RECIPE.toml --work {work}` writes them anew"
        )
    return found


@dataclass(frozen=True)
class Wanted:
    """What of a map is asked for: files for the page and the pictures, and what the pictures show."""

    html: str | None = None
    tree: str | None = None
    funnel: str | None = None
    lang: str | None = None
    measure: map_picture.Measure = "bytes"
    scope: map_picture.Scope = "corpus"


def show(work: str, wanted: Wanted) -> None:
    """Write what is asked for of the map of a work folder, from its facts; print where it is.

    The folder's own page stays as it is, since checksums name it. Raises FolderError for what cannot be drawn, or where
    nothing is asked for.
    """
    if not any((wanted.html, wanted.tree, wanted.funnel)):
        raise FolderError(
            f"{work}: nothing to write; give --html, --tree or --funnel and a file (the map of the last build is "
            f"{storage.join(work, PAGE)})"
        )
    found = read(work)
    for path in (wanted.tree, wanted.funnel):
        if path is not None and not path.endswith((".svg", ".png")):
            raise FolderError(f"{path}: a picture is .svg or .png; choose one of these names")
    lang = _lang(work, wanted.lang, [each["code"] for each in found["languages"] if each["code"]])
    if wanted.measure == "tokens" and not any(each["tokens"] for each in found["languages"]):
        raise FolderError(f"{work}: tokens were not counted; `roots tokenize RECIPE.toml --work {work}` counts them")
    if unfinished(work):
        click.echo("warning: the last run in this folder has not ended; the map is that of the last build", err=True)
    if wanted.html is not None:
        storage.write_bytes(wanted.html, page(found).encode())
        click.echo(wanted.html)
    if wanted.tree is not None:
        _draw(wanted.tree, map_picture.tree(found, wanted.measure, wanted.scope))
    if wanted.funnel is not None:
        _draw(wanted.funnel, map_picture.funnel(found, wanted.measure, lang))


def _lang(work: str, asked: str | None, codes: Sequence[str]) -> str | None:
    """The code of a language that the map has, for a code of any usual kind."""
    lang = asked if asked is None or asked in codes else find(asked)
    if lang is not None and lang not in codes:
        raise FolderError(f"{work}: nothing of the language {lang!r} is in it; there are: {', '.join(codes)}")
    return lang


def _draw(path: str, picture: str) -> None:
    storage.write_bytes(path, png(picture) if path.endswith(".png") else picture.encode())
    click.echo(path)
