"""`roots inspect`: the page put together from its sections, and served."""

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from dash import Dash, html, set_props

from lang_params.params import ParamsError
from pipelines.run import RunError
from roots.folders import FolderError
from roots.inspect import Corpus, InspectError
from roots.page import documents, layout, moving, near, own_list, own_text, save, words
from roots.page.served import Served
from roots.page.serving import PageError, bound, serve
from roots.trial import LimitError
from roots.visible import visible

PANELS: tuple[ModuleType, ...] = (own_text, own_list, words)
"""Sections that stand each in a module of its own, with TITLE, INTRO, `layout` and `register`."""

KNOWN = (InspectError, LimitError, ParamsError, FolderError, RunError, PageError, OSError)
"""Errors whose message says what is wrong and what to do."""


@dataclass(frozen=True)
class Wanted:
    """The language that the page opens with; the folders of parameters that were in force, and into which changed ones
    may be written; the port."""

    lang: str | None = None
    lang_params: Path | None = None
    output: Path | None = None
    port: int = 8050


def show(work: str, wanted: Wanted) -> None:
    """Open a work folder and serve its page until Ctrl-C. Raises PageError, InspectError and ParamsError."""
    # The port first: reading a large folder for the first time takes minutes.
    with closing(bound(wanted.port)) as listening:
        if wanted.output is not None and wanted.output.exists() and not wanted.output.is_dir():
            raise PageError(f"{wanted.output} is a file; give a folder, or a new one, with --output")
        corpus = Corpus(work, lang_params=wanted.lang_params)
        lang = None if wanted.lang is None else corpus.language(wanted.lang)
        serve(made(Served(corpus, wanted.lang_params, wanted.output), lang), listening)


def made(served: Served, lang: str | None = None) -> Dash:
    """The page as an application of Dash: its own files alone, no tools for developers, nothing from outside."""
    app = Dash(
        "roots",
        title="ROOTS: see and decide",
        update_title="",
        assets_folder=str(Path(__file__).parent / "assets"),
        serve_locally=True,
        suppress_callback_exceptions=True,
        on_error=said,
        add_log_handler=False,
        enable_mcp=False,
    )
    app.index_string = INDEX
    parts = [moving, near, save, documents, *PANELS]
    codes = list(served.corpus.languages)
    chosen = lang or (codes[0] if len(codes) == 1 else None)
    app.layout = layout.page(served, chosen, [_section(part) for part in parts])
    for part in parts:
        part.register(app, served)
    return app


INDEX = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}<title>{%title%}</title>{%favicon%}{%css%}</head>
<body>{%app_entry%}<noscript>This page needs JavaScript, which comes from this machine.</noscript>
<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def said(error: Exception) -> None:
    """Say on the page what went wrong, as one sentence and not as a traceback; of an unknown error only its kind, for
    its message may hold a text."""
    if isinstance(error, KNOWN):
        message = str(error)
    else:
        message = f"this could not be computed ({type(error).__name__}); reload the page, or start it anew"
    set_props("notice", {"children": [html.Strong("Sorry: "), visible(message)]})


def _section(part: ModuleType) -> layout.Section:
    if hasattr(part, "section"):
        found: layout.Section = part.section()
        return found
    name = part.__name__.rpartition(".")[2].replace("_", "-")
    return name, part.TITLE, part.INTRO, [html.Div(part.layout(), className="inside")]
