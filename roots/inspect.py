"""Look into a judged corpus and try other limits: over every document, from measures that are stored.

    from roots.inspect import Corpus
    corpus = Corpus("work/demo")
    print(corpus.what_if("yo", {"stopwords": 0.25}))

Nothing here changes a work folder. Tables are pandas DataFrames. Texts are shown as they may be (`roots.excerpts`).
Other modules do the work; they are imported when they are asked for.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lang_params.check import near
from roots import named
from roots.histogram import BINS
from roots.inspect_index import Index, InspectError, open_index
from roots.trial import LimitError, Limits, Trial, checked, limits
from roots.what_if import Asked, WhatIf

if TYPE_CHECKING:
    import pandas as pd

    from lang_params.params import LangParams
    from roots.histogram import Histogram
    from roots.why.gather import Why

__all__ = ["Corpus", "InspectError", "LimitError", "WhatIf", "compare"]


class Corpus:
    """A judged work folder, local or a URL, of `roots build` or `roots filter`.

    Opening it reads its measures once and keeps an index of them (`roots.inspect_index`); later openings read its
    manifests alone. `lang_params` is the folder of parameters that were in force beside the packaged ones, where there
    was one. Raises InspectError where there is no such folder, no finished run in it, or nothing in it was judged.
    """

    def __init__(self, work: str | Path, lang_params: str | Path | None = None) -> None:
        from lang_params.files import APART
        from lang_params.params import load_all

        self.work = str(work)
        self.lang_params = None if lang_params is None else Path(lang_params)
        self.index: Index = open_index(self.work)
        self._params = load_all(self.lang_params, APART)

    def __repr__(self) -> str:
        documents = sum(self.languages.values())
        return f"Corpus({self.work!r}): {documents:,} documents in {len(self.languages)} languages"

    @property
    def languages(self) -> dict[str, int]:
        """Documents by language, of the corpus's languages that have any, sorted by code."""
        found = {lang: sum(block.rows for block in self.index.blocks(lang)) for lang in self.index.limits}
        return {lang: count for lang, count in found.items() if count}

    @property
    def names(self) -> dict[str, str]:
        """Names of these languages by code."""
        return {lang: self._params[lang].language.name if lang in self._params else lang for lang in self.languages}

    def sources(self, lang: str | None = None) -> dict[str, int]:
        """Documents by source, of one language or of all languages of the corpus, sorted by uid."""
        found: dict[str, int] = {}
        for code in self.languages if lang is None else [self.language(lang)]:
            for block in self.index.blocks(code):
                uid = self.index.held[block.shard].shard.source
                found[uid] = found.get(uid, 0) + block.rows
        return dict(sorted(found.items()))

    def signals(self, lang: str, source: str | None = None) -> dict[str, int]:
        """Documents by signal that their record gave, sorted; empty where records have none."""
        import numpy as np

        found: dict[str, int] = {}
        for block in self.index.blocks(self.language(lang), self._source(source)):
            if not any(block.signals):
                continue
            sets = self.index.read(block, ["signals"], every=True)["signals"]
            for place, count in enumerate(np.bincount(sets, minlength=len(block.signals)).tolist()):
                for name in block.signals[place] if count else ():
                    found[name] = found.get(name, 0) + count
        return dict(sorted(found.items()))

    def language(self, lang: str) -> str:
        """The code of a language that the corpus has, by any of its codes. Raises InspectError naming those there."""
        from lang_params.languages import find
        from lang_params.params import ParamsError

        try:
            code = lang if lang in self.index.limits else find(lang, self.lang_params)
        except ParamsError:
            code = lang
        if code not in self.languages:
            raise InspectError(f"{self.work}: no document in {lang!r}; {near(lang, list(self.languages))}")
        return code

    def params(self, lang: str) -> "LangParams":
        """The parameters of a language with the limits in force in the place of their own.

        Raises InspectError for a language that is known only to a folder of parameters that was not given.
        """
        code = self.language(lang)
        if code not in self._params:
            raise InspectError(
                f"{code}: has no packaged parameters; give the folder that it was judged with: lang_params"
            )
        found = self._params[code]
        filters = dict(found.filters)
        for name, limit in self.index.limits[code].items():
            off = name not in found.not_applied() and not limit.applied
            filters[name] = replace(
                filters[name], min=limit.min, max=limit.max, enabled=filters[name].enabled and not off
            )
        return replace(found, filters=filters)

    def limits(self, lang: str, trial: Trial | None = None) -> Limits:
        """The limits in force in a language, by measure, with those of a trial in their place."""
        code = self.language(lang)
        return limits(self.index.limits[code], checked(trial), named.both(code, self.names))

    def funnel(self, by: str = "lang") -> "pd.DataFrame":
        """Documents in, dropped by each cause, kept, and bytes: one row a language ("lang") or a source ("source")."""
        from roots.inspect_funnel import funnel

        return funnel(self.index, by)

    def what_if(
        self, lang: str | None, trial: Trial | None = None, source: str | Asked | None = None, signal: str | None = None
    ) -> WhatIf:
        """What other limits would keep and drop in a language; None: in all. Without a trial: what those in force do.

        Raises LimitError for a measure, bound or value that there is not.
        """
        from roots.what_if import what_if

        langs = list(self.languages) if lang is None else [self.language(lang)]
        return what_if((self.index, self.names), langs, trial, self._asked(source, signal), alone=lang is not None)

    def histogram(
        self,
        measure: str,
        lang: str,
        trial: Trial | None = None,
        source: str | Asked | None = None,
        bins: int = BINS,
    ) -> "Histogram":
        """How a measure is distributed, and what its filter alone keeps and drops under the limits in force or a
        trial's. `source` may be an `Asked`, to name a signal too."""
        from roots.histogram import histogram

        code = self.language(lang)
        then = self.limits(code, trial)
        if measure not in then:
            raise LimitError(f"{measure}: is no filter that measures; {near(measure, then)}")
        if bins < 1:
            raise LimitError(f"bins = {bins}: allowed is 1 or more")
        return histogram(self.index, measure, (code, self.names[code]), then, (bins, self._asked(source)))

    def examples(self, measure: str, lang: str, **how: Any) -> "pd.DataFrame":
        """Documents on both sides of a line, nearest first: id, source, value, kept, text. See
        `roots.inspect_texts.Line` for near, n, seed, trial, source and signal."""
        from roots.inspect_texts import Line, examples

        return examples(self, measure, lang, Line(**how))

    def documents(self, lang: str, **how: Any) -> "pd.DataFrame":
        """Documents of a language with what decided and all measures. See `roots.inspect_texts.Listing` for cause,
        trial, source, signal, sort, n, offset and text."""
        from roots.inspect_texts import Listing, documents

        return documents(self, lang, Listing(**how))

    def text(self, id: str) -> str:
        """The stored text of a document, 10,000 characters at most, redacted once more."""
        from roots.inspect_texts import text

        return text(self, id)

    def why(self, id: str) -> "Why":
        """What became of a document and why."""
        from roots.why.gather import why

        return why(self.work, id)

    def compare(self, other: "Corpus") -> "pd.DataFrame":
        """Documents and bytes by what became of them here and there."""
        return compare(self, other)

    def changed(self) -> bool:
        """Whether the folder was judged anew since it was opened, or a run is at work in it: then open it again."""
        return self.index.changed()

    def _asked(self, source: str | Asked | None, signal: str | None = None) -> Asked:
        asked = source if isinstance(source, Asked) else Asked(source, signal)
        self._source(asked.source)
        return asked

    def _source(self, source: str | None) -> str | None:
        there = list(dict.fromkeys(each.shard.source for each in self.index.held))
        if source is not None and source not in there:
            raise InspectError(f"{self.work}: no source {source!r}; {near(source, there)}")
        return source


def compare(run_a: Corpus | str | Path, run_b: Corpus | str | Path) -> "pd.DataFrame":
    """Documents and bytes of two judged folders by what became of them in each. See `roots.compare`."""
    from roots.compare import compare as compared

    one, other = (run.work if isinstance(run, Corpus) else str(run) for run in (run_a, run_b))
    return compared(one, other)
