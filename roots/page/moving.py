"""What follows a choice or a moved line: cards, the question of the page, counts, and the bars of the filter moved."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, MATCH, ClientsideFunction, Dash, Input, Output, Patch, State, ctx, html, set_props
from dash.development.base_component import Component

from pipelines.counted import several
from roots.page import figures, filter_cards, layout
from roots.page.served import QUESTION, Question, Served, moved, part
from roots.page.shown import attribute, number, share, signed, size

KEY = ("kept by this filter", "dropped by this filter", "the limit: drag it")
"""What full bars, hollow bars and the dashed line are."""


def section() -> layout.Section:
    """The section of the filters."""
    inside = [html.Ul([html.Li(each) for each in KEY], className="key"), html.Div(id="cards", className="cards")]
    intro = (
        "In the order in which they are asked. Drag a dashed line or the handle under it, move it with the arrow keys, "
        "or type a number."
    )
    return "filters", "2. Look at each filter and move its line", intro, inside


def register(app: Dash, served: Served) -> None:
    """Tie choosers, cards and counts together."""

    @app.callback(
        Output("cards", "children"),
        Output("scope", "data"),
        Output("source", "options"),
        Output("source", "value"),
        Output("signal", "options"),
        Output("signal", "value"),
        Output("signal-chooser", "hidden"),
        Input("language", "value"),
        Input("source", "value"),
        Input("signal", "value"),
        State(QUESTION, "data"),
    )
    def _choose(lang: str | None, source: str, signal: str, before: Question | None) -> tuple[Any, ...]:
        return chosen(served, _scope(lang, source, signal), before)

    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("limits", "move"),
        Output({"part": "slider", "filter": MATCH}, "value"),
        Output({"part": "min", "filter": MATCH}, "value"),
        Output({"part": "max", "filter": MATCH}, "value"),
        Output({"part": "plot", "filter": MATCH}, "figure"),
        Output({"part": "limit", "filter": MATCH}, "data"),
        Input({"part": "slider", "filter": MATCH}, "drag_value"),
        Input({"part": "slider", "filter": MATCH}, "value"),
        Input({"part": "min", "filter": MATCH}, "value"),
        Input({"part": "max", "filter": MATCH}, "value"),
        Input({"part": "keep", "filter": MATCH}, "n_clicks"),
        Input({"part": "force", "filter": MATCH}, "n_clicks"),
        Input({"part": "plot", "filter": MATCH}, "relayoutData"),
        State({"part": "limit", "filter": MATCH}, "data"),
        State({"part": "plot", "filter": MATCH}, "figure"),
        prevent_initial_call=True,
    )
    app.clientside_callback(  # type: ignore[no-untyped-call]
        ClientsideFunction("limits", "question"),
        Output(QUESTION, "data"),
        Input({"part": "limit", "filter": ALL}, "data"),
        Input("scope", "data"),
        prevent_initial_call=True,
    )
    _register_counts(app, served)


def _register_counts(app: Dash, served: Served) -> None:
    @app.callback(
        Output("total", "children"),
        Output({"part": "counts", "filter": ALL}, "children"),
        Input(QUESTION, "data"),
        prevent_initial_call=True,
    )
    def _count(question: Question) -> tuple[Any, list[Component]]:
        set_props("notice", {"children": stale(served)})
        names = [each["id"]["filter"] for each in ctx.outputs_list[1]]
        return counted(served, question, names)

    @app.callback(
        Output({"part": "plot", "filter": MATCH}, "figure", allow_duplicate=True),
        Input({"part": "limit", "filter": MATCH}, "data"),
        State("scope", "data"),
        prevent_initial_call=True,
    )
    def _bars(held: Mapping[str, Any], scope: Mapping[str, str]) -> Patch:
        question: Question = {**scope, "limits": {held["filter"]: held["now"]}}  # type: ignore[typeddict-item]
        found = filter_cards.histogram(served, question, held["filter"])
        patch = Patch()
        patch["data"][0]["y"] = figures.heights(found.kept)
        patch["data"][1]["y"] = figures.heights(found.dropped)
        return patch


def chosen(served: Served, scope: Question | None, before: Question | None) -> tuple[Any, ...]:
    """What stands on the page for a language, a source and a signal: cards, scope, and what the choosers offer.

    Another language begins anew; another source of the same language keeps the limits that were moved.
    """
    if scope is None:
        return (
            [],
            None,
            layout.choices({}, "All sources"),
            layout.ALL,
            layout.choices({}, "All documents"),
            layout.ALL,
            True,
        )
    lang = scope["lang"]
    sources = served.corpus.sources(lang)
    source = scope["source"] if scope["source"] in sources else layout.ALL
    signals = served.corpus.signals(lang, source=source or None)
    signal = scope["signal"] if scope["signal"] in signals else layout.ALL
    limits = before["limits"] if before and before["lang"] == lang else {}
    question: Question = {"lang": lang, "source": source, "signal": signal, "limits": limits}
    return (
        filter_cards.cards(served, question),
        {key: value for key, value in question.items() if key != "limits"},
        layout.choices(sources, "All sources"),
        source,
        layout.choices(signals, "All documents"),
        signal,
        not signals,
    )


def counted(served: Served, question: Question, names: Sequence[str]) -> tuple[Component, list[Component]]:
    """The totals and the counts of some filters under a question."""
    found = served.corpus.what_if(question["lang"], moved(question), **part(question))
    [total] = found.total.to_dict("records")
    seen = int(total["documents"] - total["before"])
    rows = {row["filter"]: row for row in found.filters.to_dict("records")}
    return in_all(total, question), [filter_cards.counts(rows[name], seen) for name in names]


def stale(served: Served) -> str:
    """A warning where the folder is no longer as it was when the page was opened."""
    if not served.corpus.changed():
        return ""
    return "The work folder was judged anew, or a run is at work in it. What stands here is from before: start anew."


def in_all(total: Mapping[str, Any], question: Question) -> Component:
    """What is kept now and would be then, in one bar."""
    documents = total["documents"]
    now, then, came = total["kept_now"], total["kept"], total["in_"]
    parts: list[Component] = [
        html.Div([html.Strong(f"{total['language']} ({question['lang']})"), f": {several(documents, 'document')}"]),
        html.Div([f"kept now: {number(now)} ({share(now, documents)}, {size(total['kept_now_bytes'])})"]),
    ]
    if question["limits"]:
        said = f"with your limits: {number(then)} ({share(then, documents)}, {size(total['kept_bytes'])})"
        parts.append(html.Div(html.Strong(said), **attribute("data-total", str(int(then)))))
        parts.append(html.Div(f"{signed(then - now)}: {number(came)} come in, {number(now + came - then)} go out"))
        parts.append(html.A("Save the limits", href="#save"))
    else:
        parts.append(html.Div("no limit moved yet", className="quiet"))
    return html.Div(parts, className="bar")


def _scope(lang: str | None, source: str | None, signal: str | None) -> Question | None:
    return {"lang": lang, "source": source or "", "signal": signal or "", "limits": {}} if lang else None
