"""The panel of a notebook that lays copies beside the documents that were kept in their place."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from roots import duplicates, named
from roots.differences import side_by_side
from roots.folders import FolderError
from roots.inspect import Corpus, InspectError
from roots.pairs import Found, Pair, Wanted, clusters, pairs, readable
from roots.panels.widgets import WIDE, page, said

EVERY_LANGUAGE = "all languages"

ANY_METHOD = "any method"

PAIR = 420
"""Pixels that a pair takes on a page, about: what is shown of two texts of some length."""


class Copies:
    """Pairs of copies, chosen by language, method and similarity, in one `box`.

    With `around` off, they are drawn from all degrees of similarity alike, the least similar first. Texts are shown as
    `Corpus.text` gives them: personal data replaced.
    """

    def __init__(self, corpus: Corpus) -> None:
        import ipywidgets as widgets

        self.corpus = corpus
        names = named.languages()
        languages = [(named.both(code, names), code) for code in corpus.languages]
        methods = [(name, name) for name in _methods(corpus.work)]
        self.language = widgets.Dropdown(
            options=[(EVERY_LANGUAGE, None), *languages], description="Language", layout=WIDE
        )
        self.method = widgets.Dropdown(options=[(ANY_METHOD, None), *methods], description="Method", layout=WIDE)
        self.near = widgets.Checkbox(value=False, description="around a similarity of", indent=False)
        self.around = widgets.FloatSlider(0.8, min=0, max=1, step=0.01, continuous_update=False)
        self.number = widgets.IntSlider(5, min=1, max=50, description="Pairs", continuous_update=False, layout=WIDE)
        self.seed = widgets.IntText(0, description="Seed", tooltip="Another seed draws other pairs")
        self.shown = widgets.HTML()
        row = widgets.HBox
        asked = [self.language, self.method, row([self.near, self.around]), row([self.number, self.seed])]
        self.box = widgets.VBox([*asked, self.shown])
        for widget in (self.language, self.method, self.near, self.around, self.number, self.seed):
            widget.observe(lambda _: self._show(), "value")
        self._show()

    @property
    def wanted(self) -> Wanted:
        """Which pairs are asked for."""
        around = self.around.value if self.near.value else None
        return Wanted(
            lang=self.language.value,
            method=self.method.value,
            around=around,
            number=self.number.value,
            seed=self.seed.value,
        )

    def _show(self) -> None:
        try:
            found = drawn(self.corpus.work, self.wanted, self.corpus.text)
        except (FolderError, InspectError) as error:
            self.shown.value = said(str(error))
            return
        names = duplicates.names_in(self.corpus.work, found)
        if not found.pairs:
            self.shown.value = said(duplicates.opening(found, self.wanted, names))
            return
        html = duplicates.html(found, self.wanted, names)
        self.shown.value = page(html, min(900, 240 + PAIR * len(found.pairs)))


def drawn(work: str, wanted: Wanted, text: Callable[[str], str]) -> Found:
    """Pairs with the texts that `text` gives for their ids, and what differs in these marked."""
    with readable(work):
        found = pairs(work, wanted)
    return replace(found, pairs=[_with_texts(pair, text) for pair in found.pairs])


def _with_texts(pair: Pair, text: Callable[[str], str]) -> Pair:
    sides = side_by_side(text(pair.copy.id), text(pair.kept.id))
    return replace(pair, copy=replace(pair.copy, side=sides[0]), kept=replace(pair.kept, side=sides[1]))


def _methods(work: str) -> list[str]:
    """The methods by which copies were looked for in a folder."""
    manifest: Any = clusters(work)[1]
    return list(manifest.get("methods", ()))
