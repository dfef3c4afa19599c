"""The panel of a notebook in which a speaker moves the limits of a language and reads what they do.

It has four parts, which a notebook shows where it speaks of them: `choose`, `move`, `read`, `save`. All figures are of
the whole corpus, from stored measures. Nothing is changed but, on a click, one file of parameters.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filters.table import FILTERS, Filter
from lang_params.check import ParamsError
from pipelines.counted import several
from roots import named
from roots.inspect import Corpus, InspectError
from roots.panels.histogram_chart import chart
from roots.panels.limit_sliders import LimitSliders
from roots.panels.widgets import WIDE, Shown, beside, difference, passage, picture, said, table
from roots.proposal import Begun, proposed
from roots.trial import LimitError

if TYPE_CHECKING:
    import pandas as pd

MEASURES: Mapping[str, Filter] = {entry.name: entry for entry in FILTERS if entry.kind == "measures"}

EVERY_SOURCE = "all sources"

REFUSED = (LimitError, InspectError, ParamsError)
"""What is said in a sentence, in the place of what was asked for."""

Bounds = dict[str, float | None]


class Thresholds:
    """The limits of one language at a time, as they are in force and as they are tried.

    `trials` holds the limits that were moved, by language and measure, as `Corpus.what_if` takes them; they stay when
    another language or measure is chosen. `folder` is where `save` writes a language's file.
    """

    def __init__(self, corpus: Corpus, folder: str | Path = "mine") -> None:
        import ipywidgets as widgets

        self.corpus = corpus
        self.trials: dict[str, dict[str, Bounds]] = {}
        languages = [(_named(corpus, code, count), code) for code, count in corpus.languages.items()]
        self.language = widgets.Dropdown(options=languages, description="Language", layout=WIDE)
        self.source = widgets.Dropdown(options=[(EVERY_SOURCE, None)], description="Source", layout=WIDE)
        filters = [(name.replace("_", " "), name) for name in MEASURES]
        self.measure = widgets.Dropdown(options=filters, value="stopwords", description="Filter", layout=WIDE)
        self.sliders = LimitSliders(self._moved)
        self.back = widgets.Button(description="As in force", tooltip="Take back all that was tried in this language")
        self.number = widgets.IntSlider(5, 1, 50, description="Texts a side", continuous_update=False, layout=WIDE)
        self.seed = widgets.IntText(0, description="Seed", tooltip="Another seed draws others of the same value")
        self.about, self.histogram, self.counts, self.texts, self.written = (widgets.HTML() for _ in range(5))
        self.who = widgets.Text(description="Who", placeholder="your name", layout=WIDE)
        self.why = widgets.Text(description="Why", placeholder="which texts you read, and what is better", layout=WIDE)
        self.folder = widgets.Text(str(folder), description="Folder", layout=WIDE)
        self.look = widgets.Button(description="Show the difference")
        self.write = widgets.Button(description="Write the file", button_style="primary")
        row, column = widgets.HBox, widgets.VBox
        self.choose = column([self.language, self.source])
        self.move = column([self.measure, row([self.sliders.box, self.back]), self.about, self.histogram, self.counts])
        self.read = column([row([self.number, self.seed]), self.texts])
        self.save = column([self.who, self.why, self.folder, row([self.look, self.write]), self.written])
        if "yo" in corpus.languages:
            self.language.value = "yo"
        self._listen()
        self._language_chosen()

    @property
    def trial(self) -> dict[str, Bounds]:
        """What is tried in the language that is chosen."""
        return self.trials.setdefault(self.language.value, {})

    def attempt(self, measure: str, **bounds: float | None) -> None:
        """Try bounds of a measure, as moving its sliders does: attempt("stopwords", min=0.2). None takes one away."""
        self.trial[measure] = {**self.trial.get(measure, {}), **bounds}
        self.measure.value = measure
        self._chosen()

    def _listen(self) -> None:
        """Do on each change what it asks for."""
        self.language.observe(lambda _: self._language_chosen(), "value")
        for chooser in (self.source, self.measure):
            chooser.observe(lambda _: self._chosen(), "value")
        for asked in (self.number, self.seed):
            asked.observe(lambda _: self._show_texts(), "value")
        self.back.on_click(lambda _: self._taken_back())
        self.look.on_click(lambda _: self._propose(write=False))
        self.write.on_click(lambda _: self._propose(write=True))

    def _language_chosen(self) -> None:
        """Another language: its sources, and the rest."""
        sources = [(f"{uid}, {count:,}", uid) for uid, count in self.corpus.sources(self.language.value).items()]
        self.source.options = [(EVERY_SOURCE, None), *sources]
        self.written.value = ""
        self._chosen()

    def _chosen(self) -> None:
        """Another language, source or measure: its own sliders, and its figures."""
        measure, lang = self.measure.value, self.language.value
        before = self.corpus.params(lang).filters[measure]
        bounds = {end: getattr(before, end) for end in ("min", "max")} | self.trial.get(measure, {})
        shown = self.corpus.histogram(measure, lang, source=self.source.value)
        self.sliders.show(MEASURES[measure], bounds, (shown.least, shown.most), applied=not self._idle())
        self._show()

    def _moved(self, bounds: Bounds) -> None:
        """A slider was moved: what differs from the limits in force is tried."""
        measure = self.measure.value
        before = self.corpus.params(self.language.value).filters[measure]
        differs = {end: value for end, value in bounds.items() if value != getattr(before, end)}
        self.trial.pop(measure, None)
        if differs:
            self.trial[measure] = differs
        self._show()

    def _taken_back(self) -> None:
        self.trial.clear()
        self._chosen()

    def _idle(self) -> str:
        """Why the chosen filter is not applied in the language, in words; empty where it is."""
        return self.corpus.params(self.language.value).not_applied().get(self.measure.value, "")

    def _show(self) -> None:
        """The figures and the texts of what is tried."""
        self._refusing(self.about, self._show_figures)
        self._show_texts()

    def _show_texts(self) -> None:
        self._refusing(self.texts, self._read_texts)

    def _refusing(self, place: Any, work: Any) -> None:
        """Do some work, and say in its place why it cannot be done."""
        try:
            work()
        except REFUSED as error:
            place.value = said(str(error))

    def _show_figures(self) -> None:
        lang, measure, source = self.language.value, self.measure.value, self.source.value
        self.histogram.value = self.counts.value = ""
        found = self.corpus.histogram(measure, lang, self.trial, source=source)
        what_if = self.corpus.what_if(lang, self.trial, source=source)
        [row] = what_if.filters[what_if.filters["filter"] == measure].to_dict("records")
        self.about.value = said(*self._sentences(row))
        if found.measured:
            label = f"{measure.replace('_', ' ')} of {found.measured:,} documents in {_named(self.corpus, lang)}"
            self.histogram.value = picture(chart(found), label)
        self.counts.value = said(*totals(what_if.total)) + table(*by_filter(what_if.filters))

    def _sentences(self, row: Mapping[str, Any]) -> list[str]:
        """What the filter does, in words: what is said of it, and how many documents it drops alone."""
        measure, lang = self.measure.value, self.language.value
        lines = [f"{MEASURES[measure].what} Origin of the limits: {self.corpus.params(lang).thresholds}."]
        if measure == "language_id":
            lines.append("A text identified as another language is dropped whatever its score.")
        if why := self._idle():
            lines.append(f"Not applied: {why}.")
        of, alone = int(row["measured"]), int(row["alone"])
        if not of:
            return [*lines, "It was measured in no document here."]
        share = f"{100 * alone / of:.1f} %"
        return [*lines, f"Alone, this filter drops {alone:,} of {several(of, 'document')} ({share})."]

    def _read_texts(self) -> None:
        """Texts on both sides of the line that was moved last, the nearest first."""
        lang, measure = self.language.value, self.measure.value
        params = self.corpus.params(lang)
        found = self.corpus.examples(
            measure, lang, n=self.number.value, seed=self.seed.value, trial=self.trial, source=self.source.value
        )
        columns: dict[str, list[str]] = {"kept": [], "dropped": []}
        for row in found.to_dict("records"):
            head = f"{row['value']:.4g}, {row['source']}, {row['id']}"
            if row.get("identified") not in (None, lang):
                head += f", identified as {row['identified']}"
            columns["kept" if row["kept"] else "dropped"].append(passage(head, row["text"], params))
        self.texts.value = beside(columns)

    def _propose(self, *, write: bool) -> None:
        self._refusing(self.written, partial(self._show_proposal, write=write))

    def _show_proposal(self, *, write: bool) -> None:
        """The difference that the trial makes of the language's file; the file itself where it is asked for."""
        lang, folder = self.language.value, Path(self.folder.value)
        begun = Begun(self.corpus.limits(lang), self.corpus.lang_params)
        found = proposed(lang, folder, self.trial, (self.who.value, self.why.value), begun)
        shown: list[Shown] = [difference(found.diff)]
        if write:
            found.write()
            shown.append(said(f"Written: {found.path}", *next_steps(self.corpus, folder)))
        self.written.value = "".join(shown)


def totals(total: "pd.DataFrame") -> list[str]:
    """What all filters together do, and what the trial changes, in words."""
    [row] = total.to_dict("records")
    passed, changes = several(int(row["passed"]), "document"), []
    if row["in_"]:
        changes.append(f"{int(row['in_']):,} come in ({int(row['in_bytes']):,} bytes)")
    if row["out"]:
        changes.append(f"{int(row['out']):,} go out ({int(row['out_bytes']):,} bytes)")
    lines = [
        f"Of {several(int(row['documents']), 'document')}, {int(row['before']):,} were out before filters; "
        f"{passed} pass them all ({int(row['passed_bytes']):,} bytes)."
    ]
    return [*lines, f"Against what is in force: {', '.join(changes) or 'nothing changes'}."]


def by_filter(filters: "pd.DataFrame") -> tuple["pd.DataFrame", dict[str, str]]:
    """What each filter does, for a table: alone, as the first that fails, and alone among all."""
    shown = filters[["filter", "min", "max", "measured", "alone", "chain", "only", "change"]].copy()
    shown["filter"] = [
        name.replace("_", " ") + ("" if applied else " (not applied)")
        for name, applied in zip(filters["filter"], filters["applied"], strict=True)
    ]
    titles = {"alone": "dropped alone", "chain": "first to drop", "only": "only by this", "change": "change of first"}
    return shown.rename(columns=titles), {"min": "{:g}", "max": "{:g}", titles["change"]: "{:+,}"}


def next_steps(corpus: Corpus, folder: Path) -> list[str]:
    """What makes a written file be in force, in words."""
    from roots.filtering import SOURCE

    check, work = f"Check it: roots check --lang-params {folder}", corpus.work
    if list(corpus.sources()) == [SOURCE]:
        return [check, f"Judge by it: roots filter --lang LANG FILES --output {work} --lang-params {folder}"]
    return [
        check,
        f"See what it changes: roots judge RECIPE --work {work} --lang-params {folder}",
        f"Make it so: roots build RECIPE --work {work} --lang-params {folder}",
    ]


def _named(corpus: Corpus, code: str, documents: int | None = None) -> str:
    name = named.of(corpus.params(code))
    return name if documents is None else f"{name}, {documents:,}"
