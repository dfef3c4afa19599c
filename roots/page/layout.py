"""The page before a language is chosen: what is to be done, the choosers, and the sections in their order."""

from collections.abc import Sequence

from dash import dcc, html
from dash.development.base_component import Component

from pipelines.counted import several
from roots.own_names import own_name
from roots.page.served import QUESTION, Served
from roots.page.shown import LIVE, attribute
from roots.visible import visible

ALL = ""
"""The value of a chooser that restricts nothing."""

STEPS = (
    ("Choose a language", "One that you read well. You may choose one of its sources too."),
    (
        "Look at each filter and move its line",
        "A picture shows how many texts have which value: full bars are kept, hollow bars dropped. Drag the dashed "
        "line, and the counts follow.",
    ),
    (
        "Read texts on both sides of the line",
        "Good texts among those dropped? Then the limit is too strict. Bad ones among those kept? Then it is too mild.",
    ),
    ("Save the limits", "With your name and your reason. Somebody who builds the corpus puts them in force."),
)

SAFE = (
    "Nothing that you do here changes the corpus, and nothing leaves this computer. Personal data that was replaced in "
    "the texts is not shown."
)

WORDS = (
    ("Document", "one text of the corpus: an article, a page, a chapter."),
    ("Filter", "a rule that measures each text, and drops those whose measure lies beyond a limit."),
    ("By this filter alone", "documents that fail this filter, whatever the other filters say of them."),
    (
        "In the chain",
        "filters are asked in a fixed order, and a document is counted for the first that drops it. Filters further "
        "down see fewer documents.",
    ),
    ("Only by this one", "documents that all other filters keep: what you would get back without this filter."),
    (
        "Copies",
        "a document that passes all filters may still be left out as a copy of another. Which copy stays is decided "
        "when the corpus is judged again, not here.",
    ),
)

Section = tuple[str, str, str, Sequence[Component]]
"""The id of a section, its title, a sentence under it, and what stands in it."""


def page(served: Served, chosen: str | None, sections: Sequence[Section]) -> Component:
    """The whole page; `chosen` is the language that it opens with."""
    return html.Div(
        [
            html.A("To the filters", href="#filters", className="skip"),
            html.Header([html.P("ROOTS", className="brand"), html.H1("See and decide"), _lead()]),
            html.Div(id="notice", role="alert", className="notice"),
            html.Main([_explained(), _choosers(served, chosen), _total(), *map(_section, sections)]),
            dcc.Store(id="scope"),
            dcc.Store(id=QUESTION),
        ],
        className="page",
    )


def language_options(served: Served) -> list[dict[str, str]]:
    """What the chooser of languages offers: English name, own name, code and documents; sorted by English name."""
    options = []
    for code, documents in served.corpus.languages.items():
        language = served.corpus.params(code).language
        own = own_name(language)
        name = f"{language.name} · \u2068{own}\u2069" if own else language.name
        said = f"{name} · {code} · {several(documents, 'document')}"
        options.append({"label": said, "value": code, "search": f"{language.name} {own} {code} {language.iso639_3}"})
    return sorted(options, key=lambda option: option["label"])


def choices(counts: dict[str, int], everything: str) -> list[dict[str, str]]:
    """What a chooser that restricts offers: everything first, then each with its documents."""
    rest = [
        {"label": f"{visible(name)} · {several(count, 'document')}", "value": name} for name, count in counts.items()
    ]
    return [{"label": everything, "value": ALL}, *rest]


def _lead() -> Component:
    said = "Filters decide which texts stay in the corpus. Here speakers of a language see what each does, and move it."
    return html.P(said, className="lead")


def _explained() -> Component:
    steps = [html.Li([html.Strong(title), html.Span(f" {text}")]) for title, text in STEPS]
    words = [each for term, text in WORDS for each in (html.Dt(term), html.Dd(text))]
    return html.Section(
        [
            html.H2("What is to be done", id="explained"),
            html.Ol(steps, className="steps"),
            html.P(SAFE, className="hint"),
            html.Details([html.Summary("What the words on this page mean"), html.Dl(words)]),
        ],
        **attribute("aria-labelledby", "explained"),
    )


def _choosers(served: Served, chosen: str | None) -> Component:
    def chooser(name: str, title: str, options: list[dict[str, str]], value: str | None) -> Component:
        box = dcc.Dropdown(
            id=name, options=options, value=value, clearable=False, placeholder="Choose …", maxHeight=380
        )
        return html.Div([html.Label(title, htmlFor=name), box], className="chooser", id=f"{name}-chooser")

    return html.Section(
        [
            html.H2("1. Choose", id="choose"),
            html.Div(
                [
                    chooser("language", "Language", language_options(served), chosen),
                    chooser("source", "Source", choices({}, "All sources"), ALL),
                    chooser("signal", "Signal or label", choices({}, "All documents"), ALL),
                ],
                className="choosers",
            ),
        ],
        **attribute("aria-labelledby", "choose"),
    )


def _total() -> Component:
    return html.Div(id="total", className="total", **LIVE)


def _section(section: Section) -> Component:
    id, title, intro, inside = section
    return html.Section(
        [html.H2(title, id=f"{id}-title"), html.P(intro), *inside],
        id=id,
        className="panel",
        **attribute("aria-labelledby", f"{id}-title"),
    )
