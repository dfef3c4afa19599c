"""Texts on both sides of a filter's line, the nearest first: what is dropped beside what is kept."""

from typing import Any

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from lang_params.params import LangParams
from roots.page.filter_cards import MEASURING, TITLES
from roots.page.served import QUESTION, Question, Served, moved, part
from roots.page.shown import LIVE, passage, value

TITLE = "3. Read texts on both sides of the line"
INTRO = (
    "Those nearest to the line of one filter, whatever the other filters say of them. Of a source whose texts may not "
    "be shown nothing stands here."
)

SOME = 5
"""Texts on each side at first, and how many more at a click."""

MOST = 50
"""Texts on each side at most: they are read one by one."""


def layout() -> list[Component]:
    """The chooser of the filter, and room for two columns."""
    chooser = html.Div(
        [
            html.Label("Filter", htmlFor="near-filter"),
            dcc.Dropdown(id="near-filter", options=[], clearable=False, searchable=False, placeholder="Choose …"),
        ],
        className="chooser",
    )
    more = html.Button("More texts", id="near-more", className="button", type="button", n_clicks=0)
    return [chooser, html.Div(id="near-texts", className="two said", **LIVE), more]


def register(app: Dash, served: Served) -> None:
    """Show the texts of the filter chosen, and again when its limit was moved."""

    @app.callback(
        Output("near-filter", "options"),
        Output("near-filter", "value"),
        Output("near-more", "n_clicks"),
        Input("scope", "data"),
        Input({"part": "read", "filter": ALL}, "n_clicks"),
        State("near-filter", "value"),
        prevent_initial_call=True,
    )
    def _offer(scope: Any, clicks: list[int | None], before: str | None) -> tuple[Any, Any, Any]:
        if scope is None:
            return [], None, 0
        if isinstance(ctx.triggered_id, dict) and "scope.data" not in ctx.triggered_prop_ids:
            return (no_update, ctx.triggered_id["filter"], 0) if any(clicks) else (no_update, no_update, no_update)
        return offered(served.corpus.params(scope["lang"]), before)

    @app.callback(
        Output("near-texts", "children"),
        Output("near-more", "disabled"),
        Input("total", "children"),  # counts are painted before texts
        Input("near-filter", "value"),
        Input("near-more", "n_clicks"),
        State(QUESTION, "data"),
        prevent_initial_call=True,
    )
    def _show(_: Any, name: str | None, more: int, question: Question | None) -> tuple[Any, bool]:
        if not question or not name or name in served.corpus.params(question["lang"]).not_applied():
            return [], True
        number = min(SOME * (1 + (more or 0)), MOST)
        return columns(served, question, name, number), number >= MOST


def offered(params: LangParams, before: str | None) -> tuple[list[dict[str, str]], str | None, int]:
    """The filters that may be chosen, and the one that is: the one from before where it can be."""
    names = [name for name in MEASURING if name not in params.not_applied()]
    options = [{"label": TITLES[name], "value": name} for name in names]
    first = "stopwords" if "stopwords" in names else next(iter(names), None)
    return options, before if before in names else first, 0


def columns(served: Served, question: Question, name: str, number: int) -> list[Component]:
    """What the filter drops and what it keeps, nearest to its line first."""
    limit = served.corpus.limits(question["lang"], moved(question))[name]
    if limit.min is None and limit.max is None:
        return [html.P("Without a limit there are no two sides: this filter keeps everything now.")]
    found = served.corpus.examples(name, question["lang"], n=number, trial=moved(question), **part(question))
    params = served.corpus.params(question["lang"])
    rows = found.to_dict("records")
    return [
        _column(params, name, [row for row in rows if bool(row["kept"]) is kept], kept=kept) for kept in (False, True)
    ]


def _column(params: LangParams, name: str, rows: list[dict[str, Any]], *, kept: bool) -> Component:
    title = "Kept by this filter" if kept else "Dropped by this filter"
    texts: list[Component] = [
        html.Div(
            [
                html.P(
                    [
                        html.Strong(value(row["value"], MEASURING[name].unit)),
                        f" · {row['source']} · ",
                        html.Code(row["id"][:12]),
                    ],
                    className="hint",
                ),
                passage(row["text"], params),
            ],
            className="text",
        )
        for row in rows
    ]
    none = html.P("There is none that may be shown.", className="hint")
    return html.Div([html.H3(title), *(texts or [none])], className="kept" if kept else "dropped")
