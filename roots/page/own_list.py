"""The panel in which people try a word list of their own, and take it home as a file."""

import base64
import binascii
from typing import Any

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from lang_params.check import ParamsError
from pipelines.counted import several
from pipelines.run import RunError
from roots.folders import FolderError
from roots.own_list import MOST_BYTES, YOURS, OwnRatios, doubts, list_text, listed, with_list
from roots.page.own_text import languages
from roots.page.served import QUESTION, Question, Served
from roots.page.shown import LIVE, number
from roots.page.word_tables import Cell, sorry, table, word, words
from roots.sampled import Draw

TITLE = "Try a word list of your own"
INTRO = (
    "Stop words are the small words that every sentence of the language needs; flagged words are those that speakers "
    "hold for a sign of pornography. Give a list of yours, one word a line, and see what it would find in the corpus."
)

MOST_SENT = 5_000_000
"""Bytes of a file that the browser sends at all; larger ones than a list may be are refused with a message."""

FILE = f"A text file in UTF-8 of at most {number(MOST_BYTES)} bytes; it takes the place of what stands above."

SHOWN = 30
"""Words and warnings that are shown at most; the words that never occur ten times as many."""

MOST_DOCUMENTS = 100_000
"""Of a sample: some minutes."""


def layout() -> list[Component]:
    """What is given: kind, list, size of the sample; and who takes the list home."""
    kinds = [{"label": " Stop words", "value": "stopwords"}, {"label": " Flagged words", "value": "flagged_words"}]
    choose = html.Button("Choose a file", type="button", className="button")
    draw = [
        html.Label(["Documents", _number("own-list-n", Draw().n, 1, MOST_DOCUMENTS)]),
        html.Label(["Seed", _number("own-list-seed", Draw().seed, 0, 2**31 - 1)]),
        html.Button("Measure with this list", id="own-list-measure", className="button first", type="button"),
    ]
    who = [
        html.Label(["Who chose the words", _words_of("own-list-who", 200)]),
        html.Label(["Why, from what", _words_of("own-list-why", 500)]),
        html.Button("Download the list", id="own-list-download", className="button", type="button"),
    ]
    return [
        dcc.RadioItems(id="own-list-kind", options=kinds, value="stopwords", className="radios"),
        html.Label("Your words, one a line; a line with # in front is a comment", htmlFor="own-list-input"),
        dcc.Textarea(id="own-list-input", rows=7, className="wide", dir="auto", spellCheck=False),
        dcc.Upload(choose, id="own-list-upload", max_size=MOST_SENT, className="upload"),
        html.P(FILE, className="hint"),
        html.Div(id="own-list-read", **LIVE),
        html.Div(draw, className="controls"),
        dcc.Loading(html.Div(id="own-list-found", className="said", **LIVE)),
        html.Div(who[:2], className="fields"),
        who[2],
        html.Div(id="own-list-told", **LIVE),
        dcc.Download(id="own-list-file"),
    ]


def register(app: Dash, served: Served) -> None:
    """Read an uploaded file, measure at a click, and give the list as a file."""

    @app.callback(
        Output("own-list-input", "value"),
        Output("own-list-read", "children"),
        Input("own-list-upload", "contents"),
        State("own-list-upload", "filename"),
        prevent_initial_call=True,
    )
    def _read(contents: str | None, name: str | None) -> tuple[Any, Any]:
        return (no_update, no_update) if contents is None else uploaded(contents, name or YOURS)

    @app.callback(
        Output("own-list-found", "children"),
        Input("own-list-measure", "n_clicks"),
        Input("scope", "data"),
        State(QUESTION, "data"),
        State("own-list-kind", "value"),
        State("own-list-input", "value"),
        State("own-list-n", "value"),
        State("own-list-seed", "value"),
        running=[(Output("own-list-measure", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    def _measure(
        clicks: int | None, _scope: Any, question: Question | None, kind: str, text: str | None, *draw: int | None
    ) -> Any:
        if ctx.triggered_id == "scope":
            return []
        if not clicks or not question:
            return sorry("Choose a language first.") if clicks else no_update
        return found(served, question, kind, text or "", drawn(question, *draw))

    @app.callback(
        Output("own-list-file", "data"),
        Output("own-list-told", "children"),
        Input("own-list-download", "n_clicks"),
        State(QUESTION, "data"),
        State("own-list-kind", "value"),
        State("own-list-input", "value"),
        State("own-list-who", "value"),
        State("own-list-why", "value"),
        prevent_initial_call=True,
    )
    def _download(
        clicks: int | None, question: Question | None, kind: str, text: str | None, *by: str | None
    ) -> tuple[Any, Any]:
        if not clicks or not question:
            return no_update, sorry("Choose a language first.") if clicks else no_update
        return taken(served, question, kind, text or "", (by[0] or "", by[1] or ""))


def drawn(question: Question, n: int | None, seed: int | None) -> Draw:
    """Which documents are drawn of those in question; what was left empty is as it is at first."""
    first = Draw()
    source, signal = question["source"] or None, question["signal"] or None
    return Draw(n or first.n, first.seed if seed is None else seed, source, signal)


def uploaded(contents: str, name: str) -> tuple[Any, list[Component]]:
    """The text of an uploaded file for the box, and what was read; of a file that is no list what is wrong."""
    try:
        data = base64.b64decode(contents.partition(",")[2], validate=True)
        words = listed(data, name)
    except binascii.Error:
        return no_update, sorry(f"{name}: was not sent whole; choose it again")
    except ParamsError as error:
        return no_update, sorry(str(error))
    return data.decode("utf-8-sig"), [html.P(f"{several(len(words), 'word')} read.")]


def found(served: Served, question: Question, kind: str, text: str, draw: Draw) -> list[Component]:
    """What a list finds in a sample of the documents in question, or what is wrong with it."""
    params = served.corpus.params(question["lang"])
    try:
        given = listed(text)
        ratios = with_list(served.corpus, question["lang"], kind, given, draw)
    except (ParamsError, FolderError, RunError) as error:
        return sorry(str(error))
    limit = served.params(question).filters[kind]
    warned = list(doubts(given, kind, params, languages(served.lang_params)))
    doubtful = [html.Li(f"line {each.line}: {each.what}") for each in warned[:SHOWN]]
    more = [html.P(f"And {len(warned) - SHOWN:,} warnings more.", className="hint")] if len(warned) > SHOWN else []
    head = [html.H3(f"{several(len(warned), 'warning')} about the list"), html.Ul(doubtful), *more] if warned else []
    return [*[html.P(each) for each in ratios.said(limit)], *_tables(ratios), *head]


def _tables(ratios: OwnRatios) -> list[Component]:
    values = [
        [row["what"], *(_value(row[name]) for name in ("old", "new"))] for row in ratios.summary.to_dict("records")
    ]
    top = ratios.hits[ratios.hits["documents"] > 0].head(SHOWN).to_dict("records")
    hits: list[list[Cell]] = [
        [word(row["word"], ratios.params), number(row["documents"]), number(row["times"])] for row in top
    ]
    never = ratios.never
    parts = [
        table("Share of listed words in the documents", ["", "list in force", "your list"], values, numbers=2),
        table("Your words that occur most", ["Word", "Documents", "Times"], hits, numbers=2),
    ]
    if never:
        rest = f", of which the first {10 * SHOWN:,} stand here" if len(never) > 10 * SHOWN else ""
        parts += [
            html.H3("Words that never occur"),
            html.P(f"{several(len(never), 'word')}{rest}:", className="hint"),
            words(never[: 10 * SHOWN], ratios.params),
        ]
    return parts


def taken(served: Served, question: Question, kind: str, text: str, said: tuple[str, str]) -> tuple[Any, Any]:
    """The list as a file for the parameters, and where it belongs; or what is wrong with it."""
    params = served.corpus.params(question["lang"])
    try:
        file = list_text(listed(text), kind, params, *said)
    except ValueError as error:  # ParamsError is one
        return no_update, sorry(str(error))
    where = f"lang_params/{kind}/{params.code}.txt"
    told: list[Cell] = [
        "Put it as ",
        html.Code(where),
        " into a folder of yours, and ",
        html.Code("roots check"),
        " reads it.",
    ]
    return {"content": file, "filename": f"{params.code}.txt"}, [html.P(told)]


def _value(value: float) -> str:
    return "\u2013" if value != value else f"{value:.3f}"


def _number(id: str, value: int, low: int, high: int) -> Component:
    return dcc.Input(id=id, type="number", value=value, min=low, max=high, step=1, className="box", debounce=True)


def _words_of(id: str, most: int) -> Component:
    return dcc.Input(id=id, type="text", className="wide", maxLength=most)
