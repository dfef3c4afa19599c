"""The panel in which people try a text of their own: every measure beside its limit, and what the changes took out."""

from functools import cache
from pathlib import Path
from typing import Any

from dash import Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component

from filters.model_files import ModelError
from lang_params.files import APART
from lang_params.params import LangParams, load_all
from roots.own_text import LONGEST, OwnText, OwnTextError, measured
from roots.page.filter_cards import TITLES
from roots.page.served import QUESTION, Question, Served
from roots.page.shown import LIVE, number, passage
from roots.page.word_tables import sorry, table, words
from roots.sampled import profile

TITLE = "Try a text of your own"
INTRO = (
    "Paste a text in the language you chose. It is changed and measured as a build would do it, and held against the "
    "limits as you have moved them. It is stored nowhere."
)


def layout() -> list[Component]:
    """Room for the text and for what is said of it."""
    return [
        html.Label(f"Your text, at most {number(LONGEST)} characters", htmlFor="own-text-input"),
        dcc.Textarea(id="own-text-input", maxLength=LONGEST, rows=7, className="wide", dir="auto", spellCheck=False),
        html.Button("Measure it", id="own-text-measure", className="button first", type="button", n_clicks=0),
        html.Div(id="own-text-found", className="said", **LIVE),
    ]


def register(app: Dash, served: Served) -> None:
    """Measure the text at a click, and judge it again when a limit was moved."""

    @app.callback(
        Output("own-text-found", "children"),
        Input("own-text-measure", "n_clicks"),
        Input(QUESTION, "data"),
        State("own-text-input", "value"),
        prevent_initial_call=True,
    )
    def _measure(clicks: int | None, question: Question | None, text: str | None) -> Any:
        if not clicks or not question:
            return sorry("Choose a language first.") if clicks else no_update
        return found(served, question, text or "")


def found(served: Served, question: Question, text: str) -> list[Component]:
    """What is said of a text: the verdict, every measure, what the changes did, the text as it would be kept."""
    if not text.strip():
        return sorry("There is no text: paste one into the box.")
    force = served.corpus.params(question["lang"])
    try:
        own = measured(text, force, languages(served.lang_params), profile(served.corpus.work))
    except (OwnTextError, ModelError) as error:
        return sorry(str(error))
    moved = served.params(question) if question["limits"] else None
    now = own if moved is None else own.under(moved)
    return [
        html.P(html.Strong(_fate(now, moved=moved is not None))),
        *([html.P(_fate(own, moved=False))] if moved is not None else []),
        html.P(f"The text: {own.language()}."),
        _measures(now),
        *_changes(own, force),
        *[html.P(note, className="hint") for note in own.notes],
    ]


@cache
def languages(folder: Path | None) -> dict[str, LangParams]:
    """The parameters of all languages, among which a text is identified."""
    return load_all(folder, APART)


def _fate(own: OwnText, *, moved: bool) -> str:
    limits = "With the limits as you have moved them" if moved else "With the limits in force"
    cause = own.dropped_by
    if cause is None:
        return f"{limits} the filters keep this text."
    return f"{limits} this text is dropped, first by: {TITLES.get(cause, cause)}."


def _measures(own: OwnText) -> Component:
    rows = [
        [TITLES[row["measure"]], row["verdict"], row["value"] or "\u2013", row["min"], row["max"]]
        for row in own.shown()
    ]
    return table("Measures of your text", ["Measure", "Verdict", "Value", "Keep from", "Keep up to"], rows, numbers=3)


def _changes(own: OwnText, params: LangParams) -> list[Component]:
    done = [step for step in own.steps if step.count]
    parts: list[Component] = [html.H3("After the changes")]
    if not done:
        parts.append(html.P("The changes left the text as it is."))
    for step in done:
        parts.append(html.P([html.Code(step.filter), f": {step.did}{'.' if not step.words else ':'}"]))
        if step.words:
            parts.append(words(step.words, params))
    return [*parts, html.Div(passage(own.text, params), className="text whole")]
