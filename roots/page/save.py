"""Moved limits as a file: who moved them and why, what would change in it, and where it goes."""

import difflib
from dataclasses import dataclass
from typing import Any

from dash import Dash, Input, Output, State, ctx, dcc, html
from dash.development.base_component import Component

from lang_params.params import ParamsError
from roots import named
from roots.page.filter_cards import TITLES, interval
from roots.page.served import QUESTION, Question, Served, moved
from roots.page.shown import LIVE, attribute
from roots.proposal import Begun, Proposal, in_force_by, proposed
from roots.trial import LimitError

TITLE = "4. Save the limits"
INTRO = "The file of the language with the limits that you moved. It takes effect when the corpus is judged with it."

LONGEST = 500
"""Characters of a reason at most: it stands on one line of the file."""


@dataclass(frozen=True)
class Written:
    """What came of writing a file: a message, whether it was written, and the difference from what stood there."""

    said: str
    done: bool
    diff: str = ""


def layout() -> list[Component]:
    """Who and why, the difference, and the buttons."""
    return [
        html.Div(
            [
                _field("save-who", "Who you are", dcc.Input(id="save-who", type="text", maxLength=100, value="")),
                _field(
                    "save-why",
                    "Why, and what you looked at",
                    dcc.Textarea(id="save-why", maxLength=LONGEST, rows=3, value=""),
                ),
            ],
            className="fields",
        ),
        html.Div(id="save-diff", **LIVE),
        html.Div(
            [
                html.Button("Download", id="save-download", className="button first", type="button", disabled=True),
                html.Button("Write", id="save-write", className="button", type="button", disabled=True, hidden=True),
                html.Button("Replace it", id="save-replace", className="button", type="button", hidden=True),
                html.Button("Leave it", id="save-leave", className="button", type="button", hidden=True),
            ],
            className="controls said",
        ),
        html.Div(id="save-said", role="alert"),
        dcc.Download(id="save-file"),
    ]


def register(app: Dash, served: Served) -> None:
    """Show the difference while who and why are typed, and give the file out when a button is pressed."""
    asked = (State(QUESTION, "data"), State("save-who", "value"), State("save-why", "value"))

    @app.callback(
        Output("save-diff", "children"),
        Output("save-download", "disabled"),
        Output("save-download", "children"),
        Output("save-write", "disabled"),
        Output("save-write", "hidden"),
        Output("save-write", "children"),
        Input(QUESTION, "data"),
        Input("save-who", "value"),
        Input("save-why", "value"),
    )
    def _diff(question: Question | None, who: str | None, why: str | None) -> tuple[Any, ...]:
        shown, ready = difference(served, question, who or "", why or "")
        lang = question["lang"] if question else "…"
        to = f"Write into {served.output}/" if served.output else ""
        return shown, not ready, f"Download {lang}.toml", not ready, served.output is None, to

    @app.callback(Output("save-file", "data"), Input("save-download", "n_clicks"), *asked, prevent_initial_call=True)
    def _download(_: int | None, question: Question, who: str, why: str) -> Any:
        return {"content": proposal(served, question, who, why).text, "filename": f"{question['lang']}.toml"}

    @app.callback(
        Output("save-said", "children"),
        Output("save-replace", "hidden"),
        Output("save-leave", "hidden"),
        Input("save-write", "n_clicks"),
        Input("save-replace", "n_clicks"),
        Input("save-leave", "n_clicks"),
        *asked,
        prevent_initial_call=True,
    )
    def _write(*given: Any) -> tuple[Any, bool, bool]:
        question, who, why = given[-3:]
        if ctx.triggered_id == "save-leave":
            return "Nothing was written.", True, True
        found = written(served, question, (who, why), replace=ctx.triggered_id == "save-replace")
        asks = not found.done and bool(found.diff)
        return [html.P(found.said), *([_shown(found.diff)] if asks else [])], not asks, not asks


def difference(served: Served, question: Question | None, who: str, why: str) -> tuple[list[Component], bool]:
    """What would change in the file, and whether all is there that it takes."""
    if not question:
        return [html.P("Choose a language first.", className="hint")], False
    if not question["limits"]:
        return [html.P("No limit was moved yet: there is nothing to save.", className="hint")], False
    changes = html.Ul([html.Li(each) for each in in_words(served, question)])
    ready = bool(who.strip() and why.strip())
    try:
        found = proposal(served, question, who if ready else "(who)", why if ready else "(why)")
    except (LimitError, ParamsError) as error:
        return [changes, html.P(str(error), role="alert")], False
    missing = [] if ready else [html.P("Say who you are and why: both stand in the file.", className="hint")]
    return [changes, *missing, *_doubt(served, question), _shown(found.diff)], ready


def in_words(served: Served, question: Question) -> list[str]:
    """What was moved, from where to where."""
    params = served.corpus.params(question["lang"])
    said = []
    for name, bounds in question["limits"].items():
        setting = params.filters[name]
        before = {end: getattr(setting, end) for end in bounds}
        said.append(f"{TITLES[name]}: {interval(before)} becomes {interval(bounds)}")
    return said


def proposal(served: Served, question: Question, who: str, why: str) -> Proposal:
    """The changed file of the language. Raises LimitError and ParamsError as `roots.proposal.proposed` does."""
    # It names a file: only a language of the corpus may.
    lang = served.corpus.language(question["lang"])
    begun = Begun(served.corpus.limits(lang), served.lang_params)
    return proposed(lang, served.lang_params, moved(question), (who or "", why or ""), begun)


def written(served: Served, question: Question, signed: tuple[str, str], *, replace: bool) -> Written:
    """Write the file into the output folder; one that is there and differs is replaced only where that was asked."""
    if served.output is None:
        return Written("This page was opened without --output: download the file instead.", done=False)
    made = proposal(served, question, *signed)
    target = Proposal(made.code, served.output / f"{made.code}.toml", made.text, made.diff)
    try:
        return _put(served, target, replace=replace)
    except OSError as error:
        said = f"{target.path} cannot be written ({error.strerror}): download the file instead, or start the page anew "
        return Written(f"{said}with another --output.", done=False)


def _put(served: Served, made: Proposal, *, replace: bool) -> Written:
    if made.path.is_file():
        # One that cannot be read as text differs.
        before = made.path.read_text(encoding="utf-8", errors="replace")
        if before != made.text and not replace:
            lines = difflib.unified_diff(
                before.splitlines(True),
                made.text.splitlines(True),
                f"{made.path} (there now)",
                f"{made.path} (new)",
            )
            return Written(f"{made.path} is there already, and differs. Replace it?", done=False, diff="".join(lines))
    params = made.write()
    judge = in_force_by(served.corpus.work, served.corpus.sources(), made.path.parent, made.code)
    said = f"{made.path} is written: the limits of {named.of(params)}. To put them in force: {judge}"
    return Written(said, done=True)


def _doubt(served: Served, question: Question) -> list[Component]:
    """Where a person's own file says other limits than those in force, a warning: what is saved begins with it."""
    from lang_params.params import load

    lang = question["lang"]
    if served.lang_params is None or not (served.lang_params / f"{lang}.toml").is_file():
        return []
    ours, theirs = load(lang, served.lang_params).judging(), served.corpus.params(lang).judging()
    other = [TITLES[name] for name, limits in theirs.items() if limits != ours[name] and name not in question["limits"]]
    if not other:
        return []
    said = (
        f"The corpus was judged with other limits than this file holds, for: {', '.join(other)}. Start the page with "
        "--lang-params and the folder with which it was judged."
    )
    return [html.P(said, role="note", className="notice")]


def _field(id: str, label: str, box: Component) -> Component:
    return html.Div([html.Label(label, htmlFor=id), box], className="field")


def _shown(diff: str) -> Component:
    """A difference, line by line; a line says by its first character what becomes of it."""
    kinds = {"+": "add", "-": "remove"}
    lines = [
        html.Span(f"{line}\n", className=None if line.startswith(("+++", "---")) else kinds.get(line[:1]))
        for line in diff.splitlines()
    ]
    return html.Pre(lines, className="diff", tabIndex=0, **attribute("aria-label", "What changes in the file"))
