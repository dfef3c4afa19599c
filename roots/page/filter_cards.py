"""A card for each filter that measures: what it does, whose its limit is, its histogram, and the handles to move it."""

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from filters.table import FILTERS
from lang_params.files import read_table
from lang_params.params import LangParams, Setting
from pipelines.counted import several
from roots.cards.tables import THRESHOLDS
from roots.histogram import Histogram
from roots.page import figures
from roots.page.axes import Axis, axis
from roots.page.served import Bounds, Question, Served, moved, part
from roots.page.shown import attribute, number, share, signed, size, value
from roots.trial import BOUNDS
from roots.what_if import Asked

MEASURING = {each.name: each for each in FILTERS if each.kind == "measures"}
"""The filters that have a card, in the order of the build."""

TITLES = {
    "number_words": "Number of words",
    "character_repetition": "Repeated characters",
    "word_repetition": "Repeated words",
    "special_characters": "Special characters",
    "stopwords": "Stop words (small words)",
    "flagged_words": "Flagged words",
    "language_id": "Is it the language?",
    "perplexity": "How unlikely the text is (perplexity)",
}

ENDS = {"min": "Keep from", "max": "Keep up to"}
"""What stands beside the number box of each end of an interval."""

HIDDEN = "for their values lie far from most others"

BESIDES = {
    "language_id": "Hollow bars above the line, if any: texts found to be in another language. No limit keeps them."
}
"""What a filter drops besides what lies beyond its limit."""


def cards(served: Served, question: Question) -> list[Component]:
    """The cards of a language, in the order of the build."""
    params = served.corpus.params(question["lang"])
    not_applied = params.not_applied()
    return [
        idle(params, name, not_applied[name]) if name in not_applied else card(served, question, params, name)
        for name in MEASURING
    ]


def card(served: Served, question: Question, params: LangParams, name: str) -> Component:
    """A filter that is applied."""
    setting = params.filters[name]
    found = histogram(served, question, name)
    force: Bounds = {end: getattr(setting, end) for end in BOUNDS[name]}
    now: Bounds = {**force, **question["limits"].get(name, {})}
    scale = axis(list(found.edges), log=found.log)
    held = {
        "lang": params.code,
        "filter": name,
        "axis": scale.record(),
        "ends": list(BOUNDS[name]),
        "force": force,
        "now": now,
    }
    drawn = figures.bars(scale, list(found.edges), (list(found.kept), list(found.dropped)))
    picture = dcc.Graph(
        id=id_of("plot", name), figure=figures.lined(drawn, scale, now), config=figures.CONFIG, className="plot"
    )
    return html.Article(
        [
            *_head(name),
            _limit(params, name, setting, served),
            html.Div(picture, role="img", **attribute("aria-label", _in_words(found, name))),
            _slider(name, scale, now),
            _boxes(name, now),
            *[html.P(each, className="hint") for each in (BESIDES.get(name), _unseen(found)) if each],
            html.Div(id=id_of("counts", name)),
            dcc.Store(id=id_of("limit", name), data=held),
        ],
        className="card",
        id=f"filter-{name}",
    )


def idle(params: LangParams, name: str, reason: str) -> Component:
    """A filter that does nothing in the language, and why."""
    return html.Article(
        [*_head(name), html.P([html.Strong(f"Not applied in {params.language.name}: "), f"{reason}."])],
        className="card idle",
        id=f"filter-{name}",
    )


def id_of(part: str, name: str) -> dict[str, str]:
    """The id of a part of a card: plot, slider, min, max, keep, force, counts or limit."""
    return {"part": part, "filter": name}


def histogram(served: Served, question: Question, name: str) -> Histogram:
    """The histogram of a filter's measure, under the limits of a question."""
    return served.corpus.histogram(name, question["lang"], moved(question), Asked(**part(question)))


def counts(row: Mapping[str, Any], seen: int) -> Component:
    """What a filter drops of `seen` documents, from a row of `WhatIf.filters`."""
    said = (
        ("By this filter alone", "documents that fail it, whatever the others say", "alone"),
        ("In the chain", "documents that it is the first to drop", "chain"),
        ("Only by this one", "documents that every other filter keeps", "only"),
    )
    rows = [
        html.Tr(
            [
                html.Th(title, scope="row", title=hint),
                html.Td(number(row[key]), className="number", **attribute("data-count", key)),
                html.Td(share(row[key], seen), className="number"),
                html.Td(size(row[f"{key}_bytes"]), className="number"),
            ]
        )
        for title, hint, key in said
    ]
    change = int(row["change"])
    last = "No change: as in force." if not change else f"{signed(change)} in the chain, against what is in force"
    head = html.Tr([html.Th(each, scope="col") for each in ("Dropped", "documents", "share", "bytes")])
    return html.Div(
        [html.Table([html.Thead(head), html.Tbody(rows)], className="table counts"), html.P(last, className="change")]
    )


def interval(limits: Mapping[str, float | None]) -> str:
    """A limit in words.

    >>> interval({"min": 0.16}), interval({"min": 10, "max": 100000}), interval({"max": None})
    ('at least 0.16', 'from 10 to 100,000', 'no limit: everything is kept')
    """
    low, high = (None if limits.get(end) is None else f"{limits[end]:,.10g}" for end in ("min", "max"))
    if low is not None and high is not None:
        return f"from {low} to {high}"
    return (
        f"at least {low}"
        if low is not None
        else f"at most {high}"
        if high is not None
        else "no limit: everything is kept"
    )


def whose(params: LangParams, name: str, served: Served) -> str:
    """Who set the limit of a filter, and from what."""
    table = read_table(params.code, served.lang_params)[1]
    if name not in table.get("filters", {}):
        return THRESHOLDS["default"]
    said = table.get("thresholds", {})
    return f"{THRESHOLDS.get(said.get('origin', ''), 'not said by whom')}: {said.get('source', 'no source given')}"


def _head(name: str) -> list[Component]:
    title = html.H3([TITLES[name], " ", html.Code(name)])
    return [title, html.P(MEASURING[name].what)]


def _limit(params: LangParams, name: str, setting: Setting, served: Served) -> Component:
    said = interval({"min": setting.min, "max": setting.max})
    said_by = whose(params, name, served)
    unit = MEASURING[name].unit.replace(" n ", f" {setting.n} ")
    return html.P(
        [html.Strong(f"In force: {said}"), f", {unit}. ", f"{said_by[:1].upper()}{said_by[1:]}."],
        className="hint",
    )


def _slider(name: str, scale: Axis, now: Mapping[str, float | None]) -> Component:
    slider = dcc.RangeSlider(
        id=id_of("slider", name),
        min=scale.low,
        max=scale.high,
        step=scale.step,
        value=[scale.place(limit, end) for end, limit in now.items()],
        marks=None,
        included=False,
        allow_direct_input=False,
        updatemode="mouseup",
    )
    said: dict[str, Any] = {"data-label": f"Limit of {TITLES[name]}", "data-log": "1" if scale.log else "0"}
    return html.Div(slider, className="slider", **said)


def _boxes(name: str, now: Mapping[str, float | None]) -> Component:
    boxes: list[Component] = []
    for end, words in ENDS.items():
        given: dict[str, Any] = {"id": id_of(end, name), "value": typed(now.get(end)), "debounce": True}
        if end in now:
            box = dcc.Input(type="text", placeholder="no limit", maxLength=20, className="box", **given)
            boxes.append(html.Label([html.Span(words), box]))
        else:
            boxes.append(dcc.Input(type="hidden", **given))
    buttons = [
        html.Button("Keep everything", id=id_of("keep", name), className="button", type="button"),
        html.Button("As in force", id=id_of("force", name), className="button", type="button"),
        html.A("Read texts near the line", href="#near", id=id_of("read", name)),
    ]
    return html.Div([*boxes, *buttons], className="controls")


def typed(limit: float | None) -> str:
    """A limit as it stands in its number box.

    >>> typed(100000), typed(0.25), typed(None)
    ('100000', '0.25', '')
    """
    return "" if limit is None else f"{limit:.12g}"


def _unseen(found: Histogram) -> str:
    hidden = found.below + found.above
    if not hidden:
        return ""
    return f"{several(hidden, 'document')} not in the picture, {HIDDEN}: {found.below:,} below, {found.above:,} above."


def _in_words(found: Histogram, name: str) -> str:
    kept, dropped = int(found.kept.sum()), int(found.dropped.sum())
    ends = f"from {value(found.least, found.unit)} to {value(found.most, found.unit)}"
    return (
        f"Histogram of {TITLES[name]}: {several(found.measured, 'document')} {ends}; "
        f"in the picture {kept:,} kept and {dropped:,} dropped by this filter."
    )
