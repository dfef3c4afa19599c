"""A table of the documents of a language, by what drops them; a row shows its whole text and why it is where it is."""

from typing import Any, TypedDict

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from dash.development.base_component import Component

from pipelines.counted import several
from roots.page.filter_cards import MEASURING, TITLES
from roots.page.served import QUESTION, Question, Served, moved, part
from roots.page.shown import LIVE, attribute, passage, share, value

TITLE = "All documents, dropped and kept"
INTRO = "Under your limits. A click on a row shows its text and why it is where it is; a click on a heading sorts."

ROWS = 25
"""Documents of a page of the table."""

MOST = 100_000
"""Documents of a download at most: some 40 MB."""

CAUSES = {"": "All documents", "dropped": "Dropped, for whatever reason", "kept": "Kept"}


class View(TypedDict):
    """What the table shows: by which measure it is sorted, from where, and how many documents come before."""

    sort: str
    descending: bool
    offset: int


FIRST: View = {"sort": "stopwords", "descending": False, "offset": 0}


def layout() -> list[Component]:
    """The chooser of causes, the table, its pages, and the text of a row."""
    return [
        html.Div(
            [
                html.Label("Which documents", htmlFor="documents-cause"),
                dcc.Dropdown(id="documents-cause", options=_causes(), value="", clearable=False, searchable=False),
            ],
            className="chooser",
        ),
        html.P(id="documents-said", className="said", **LIVE),
        html.Div(
            id="documents-table",
            className="scroll documents",
            tabIndex=0,
            role="region",
            **attribute("aria-label", "Table of documents"),
        ),
        html.Div(
            [
                html.Button("Before", id="documents-before", className="button", type="button", disabled=True),
                html.Button("Next", id="documents-next", className="button", type="button", disabled=True),
                html.Button("Download as JSON", id="documents-download", className="button", type="button"),
            ],
            className="controls said",
        ),
        html.Div(id="documents-text", className="whole", **LIVE),
        dcc.Store(id="documents-view", data={**FIRST}),
        dcc.Store(id="documents-ids", data=[]),
        dcc.Download(id="documents-file"),
    ]


def register(app: Dash, served: Served) -> None:
    """Fill the table again for another question, cause, order or page; show the row that is clicked."""

    @app.callback(
        Output("documents-view", "data"),
        Input("documents-before", "n_clicks"),
        Input("documents-next", "n_clicks"),
        Input({"part": "sort", "by": ALL}, "n_clicks"),
        Input("documents-cause", "value"),
        Input(QUESTION, "data"),
        State("documents-view", "data"),
        prevent_initial_call=True,
    )
    def _view(*given: Any) -> Any:
        clicks, view, asked = given[2], given[-1], ctx.triggered_id
        if isinstance(asked, dict) and f"{QUESTION}.data" not in ctx.triggered_prop_ids:
            return turned(view, asked["by"]) if any(clicks) else no_update
        step = {"documents-before": -ROWS, "documents-next": ROWS}.get(str(asked))
        return {**view, "offset": max(0, view["offset"] + step) if step else 0}

    @app.callback(
        Output("documents-said", "children"),
        Output("documents-table", "children"),
        Output("documents-ids", "data"),
        Output("documents-before", "disabled"),
        Output("documents-next", "disabled"),
        Input("documents-view", "data"),
        State(QUESTION, "data"),
        State("documents-cause", "value"),
        prevent_initial_call=True,
    )
    def _fill(view: View, question: Question | None, cause: str) -> tuple[Any, ...]:
        if not question:
            return "", [], [], True, True
        return filled(served, question, cause, view)

    _register_reading(app, served)


def _register_reading(app: Dash, served: Served) -> None:
    @app.callback(
        Output("documents-text", "children"),
        Input({"part": "row", "at": ALL}, "n_clicks"),
        State("documents-ids", "data"),
        State(QUESTION, "data"),
        prevent_initial_call=True,
    )
    def _read(clicks: list[int | None], ids: list[str], question: Question) -> Any:
        asked = ctx.triggered_id
        if not isinstance(asked, dict) or not any(clicks) or asked["at"] >= len(ids):
            return no_update
        return whole(served, question, ids[asked["at"]])

    @app.callback(
        Output("documents-file", "data"),
        Input("documents-download", "n_clicks"),
        State(QUESTION, "data"),
        State("documents-ids", "data"),
        prevent_initial_call=True,
    )
    def _download(_: Any, question: Question | None, ids: list[str]) -> Any:
        return (
            no_update
            if not question
            else {"content": data(served, question, ids), "filename": f"{question['lang']}.json"}
        )


def turned(view: View, by: str) -> View:
    """The view after a heading was clicked: sorted by it, or the other way round where it was."""
    return {"sort": by, "descending": by == view["sort"] and not view["descending"], "offset": 0}


def filled(served: Served, question: Question, cause: str, view: View) -> tuple[Any, ...]:
    """What is said of the documents of a cause, their table, their ids, and whether no page comes before, and after."""
    number, of = counted(served, question, cause)
    rows = found(served, question, cause, view)
    ids = [row["id"] for row in rows]
    last = view["offset"] + len(rows)
    name = CAUSES.get(cause) or f"Dropped by: {TITLES[cause]}"
    said = f"{name}: {several(number, 'document')}, {share(number, of)} of {of:,}."
    if rows:
        said += f" Shown: {view['offset'] + 1:,} to {last:,}."
    shown: Any = _table(served, question, rows, view) if rows else []
    return said, shown, ids, view["offset"] == 0, last >= number


def found(
    served: Served, question: Question, cause: str, view: View, number: int | None = ROWS
) -> list[dict[str, Any]]:
    """Documents of a cause under a question, as records; so many, or as many as a download holds and without texts."""
    table = served.corpus.documents(
        question["lang"],
        cause=cause or None,
        trial=moved(question),
        sort=f"-{view['sort']}" if view["descending"] else view["sort"],
        n=number or MOST,
        text=number is not None,
        offset=view["offset"],
        **part(question),
    )
    records: list[dict[str, Any]] = table.to_dict("records")
    return records


def counted(served: Served, question: Question, cause: str) -> tuple[int, int]:
    """How many documents of a cause there are, and of how many."""
    asked = served.corpus.what_if(question["lang"], moved(question), **part(question))
    [total] = asked.total.to_dict("records")
    documents, kept = int(total["documents"]), int(total["kept"])
    chain = {row["filter"]: int(row["chain"]) for row in asked.filters.to_dict("records")}
    return {"": documents, "kept": kept, "dropped": documents - kept, **chain}[cause], documents


def whole(served: Served, question: Question, id: str) -> list[Component]:
    """The text of a document, as much of it as may be shown, and why it is where it is in the corpus as judged."""
    params, why = served.corpus.params(question["lang"]), str(served.corpus.why(id))
    return [
        html.H3(["Document ", html.Code(id)]),
        html.Div(
            [
                html.Div([html.H4("Its text"), passage(served.corpus.text(id), params)]),
                html.Div(
                    [
                        html.H4("Why it is where it is, as judged"),
                        html.Pre(why, className="diff"),
                    ]
                ),
            ],
            className="two",
        ),
    ]


def data(served: Served, question: Question, shown: list[str]) -> str:
    """Ids, measures and verdicts of the language as JSON, and the texts of the documents shown in the table."""
    import json

    rows = found(served, question, "", FIRST, None)
    texts = {id: served.corpus.text(id) for id in shown}
    kept = [{key: _plain(each) for key, each in row.items() if key != "text"} for row in rows]
    said = {
        "language": question["lang"],
        "limits": {name: dict(each) for name, each in question["limits"].items()},
        "documents": [{**row, "text": texts[row["id"]]} if row["id"] in texts else row for row in kept],
    }
    return json.dumps(said, ensure_ascii=False, indent=1)


def _plain(measured: Any) -> Any:
    """A value as JSON can hold it: null where it was not taken."""
    measured = measured.item() if hasattr(measured, "item") else measured
    return None if measured is None or measured != measured else measured


def _causes() -> list[dict[str, str]]:
    named = {name: f"Dropped by: {title}" for name, title in TITLES.items()}
    return [{"label": label, "value": cause} for cause, label in {**CAUSES, **named}.items()]


def _table(served: Served, question: Question, rows: list[dict[str, Any]], view: View) -> Component:
    params = served.corpus.params(question["lang"])
    measures = [name for name in MEASURING if name not in params.not_applied()]
    head: list[Component] = [html.Th("", scope="col"), html.Th("Text", scope="col"), html.Th("Now", scope="col")]
    head += [_heading(name, view) for name in measures]
    head.append(html.Th("Source", scope="col"))
    body = [
        html.Tr(
            [
                html.Td(
                    html.Button(
                        "Read",
                        className="plain",
                        type="button",
                        **attribute("aria-label", f"Read document {row['id'][:12]}"),
                    )
                ),
                html.Td(passage(row["text"], params), className="head"),
                html.Td(str(row["cause"])),
                *(html.Td(value(row[name], MEASURING[name].unit), className="number") for name in measures),
                html.Td(row["source"]),
            ],
            id={"part": "row", "at": at},
        )
        for at, row in enumerate(rows)
    ]
    return html.Table([html.Thead(html.Tr(head)), html.Tbody(body)], className="table")


def _heading(name: str, view: View) -> Component:
    sorted_ = view["sort"] == name
    mark = (" ▼" if view["descending"] else " ▲") if sorted_ else ""
    way = ("descending" if view["descending"] else "ascending") if sorted_ else "none"
    title = name.replace("_", " ")
    button = html.Button(f"{title}{mark}", id={"part": "sort", "by": name}, className="plain", type="button")
    return html.Th(button, scope="col", className="number", **attribute("aria-sort", way))
