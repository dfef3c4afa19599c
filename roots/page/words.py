"""The panel of words: how long those of a sample are, and which of them two changes would drop."""

from typing import TYPE_CHECKING, Any

from dash import Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from pipelines.run import RunError
from roots.folders import FolderError
from roots.page.served import QUESTION, Question, Served
from roots.page.shown import LIVE, number
from roots.page.word_tables import Cell, sorry, table, word
from roots.sampled import Draw
from roots.words_seen import DROPPERS, LONGEST, Dropping, Seen, WordsError
from roots.words_seen import words as seen_words

if TYPE_CHECKING:
    import pandas as pd

TITLE = "Look at long and broken words"
INTRO = (
    "Two changes take words out of a text before it is measured: those that are longer than words of the language are, "
    "and those that hold a piece of a web address. See in 1,500 texts which words that would be."
)

SHOWN = 50
"""Rows of a table at most."""

DOCUMENTS = 1_500

Rows = list[list[Cell]]

NAMES = {"long_words": "too long", "incorrect_substrings": "holds one of the pieces"}


def layout() -> list[Component]:
    """The longest word, whether pieces of addresses are looked for, and room for the tables."""
    longest = dcc.Input(
        id="words-longest", type="number", value=50, min=1, max=LONGEST, step=1, className="box", debounce=True
    )
    pieces = [{"label": " Drop words with pieces of web addresses", "value": "substrings"}]
    controls = [
        html.Label([f"Characters of a word at most (1 to {LONGEST})", longest]),
        dcc.Checklist(id="words-substrings", options=pieces, value=["substrings"], className="radios"),
        html.Button("Show the words", id="words-show", className="button first", type="button"),
    ]
    return [
        html.Div(controls, className="controls"),
        dcc.Loading(html.Div(id="words-found", className="said", **LIVE)),
    ]


def register(app: Dash, served: Served) -> None:
    """Read the sample at a click."""

    @app.callback(
        Output("words-longest", "value"),
        Input("scope", "data"),
        State("words-longest", "value"),
        prevent_initial_call=True,
    )
    def _begin(scope: Any, value: int | None) -> Any:
        if not scope:
            return no_update
        limit = served.corpus.params(scope["lang"]).filters["long_words"].max
        return value if limit is None else min(int(limit), LONGEST)

    @app.callback(
        Output("words-found", "children"),
        Input("words-show", "n_clicks"),
        Input("scope", "data"),
        State(QUESTION, "data"),
        State("words-longest", "value"),
        State("words-substrings", "value"),
        running=[(Output("words-show", "disabled"), True, False)],
        prevent_initial_call=True,
    )
    def _show(
        clicks: int | None, _scope: Any, question: Question | None, longest: int | None, ticked: list[str] | None
    ) -> Any:
        if ctx.triggered_id == "scope":
            return []
        if not clicks or not question:
            return sorry("Choose a language first.") if clicks else no_update
        return found(served, question, Dropping(longest, bool(ticked)))


def found(served: Served, question: Question, dropping: Dropping) -> list[Component]:
    """The words of a sample of the documents in question, or why there are none."""
    draw = Draw(DOCUMENTS, source=question["source"] or None, signal=question["signal"] or None)
    try:
        seen = seen_words(served.corpus, question["lang"], dropping, draw)
    except (WordsError, FolderError, RunError) as error:
        return sorry(str(error))
    return [*[html.P(each) for each in seen.said()], html.Div(_tables(seen), className="two")]


def _tables(seen: Seen) -> list[Component]:
    goes: Rows = [[_word(row, seen), _why(row), *_numbers(row)] for row in _rows(seen.discarded())]
    stays: Rows = [[_word(row, seen), *_numbers(row)] for row in _rows(seen.retained)]
    gone, kept = (f"{number(len(rows))}{_more(len(rows))}" for rows in (seen.discarded(), seen.retained))
    some = table(f"Words that would go: {gone}", ["Word", "Why", "Characters", "Times"], goes, numbers=2)
    rest = table(f"Words that would stay, longest first: {kept}", ["Word", "Characters", "Times"], stays, numbers=2)
    return [html.Div(some if goes else html.P("No word would go.")), html.Div(rest)]


def _rows(words: "pd.DataFrame") -> list[dict[Any, Any]]:
    found: list[dict[Any, Any]] = words.head(SHOWN).to_dict("records")
    return found


def _more(count: int) -> str:
    return f", of which {SHOWN} stand here" if count > SHOWN else ""


def _word(row: dict[Any, Any], seen: Seen) -> Component:
    return word(row["word"], seen.params)


def _numbers(row: dict[Any, Any]) -> list[str]:
    return [number(row["length"]), number(row["times"])]


def _why(row: dict[Any, Any]) -> str:
    return ", ".join(NAMES[name] for name in DROPPERS if row[name])
