"""The words of a sample of texts: how long they are, and which of them two changes would drop.

Stored texts were changed already when they were read: where long_words or incorrect_substrings is on in a language, the
words that it dropped are in no table any more, and what is shown is what another setting would drop beside them. Of
texts that were never changed `words_of` shows both. What is shown of stored texts is redacted again
(`roots.excerpts`).

Memory: 10,000 characters of each text are read, so 1,500 texts have 15 million at most; some 100 bytes for each
distinct word of them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lang_params.params import LangParams
from lang_params.personal import KINDS
from pipelines.counted import several
from roots import named
from roots.sampled import Draw, Sample, sample

if TYPE_CHECKING:
    import pandas as pd

    from roots.inspect import Corpus

LONGEST = 200
"""Characters up to which the limit of a word can be moved, as in the application with which ROOTS was tuned."""

READ = 10_000
"""Characters of a text that are read."""

DROPPERS = ("long_words", "incorrect_substrings")


class WordsError(ValueError):
    """Words that cannot be shown: of a language that is cut into pieces, or of a length that is none."""


@dataclass(frozen=True)
class Dropping:
    """What words are held against: the longest in characters (None: any), and whether the language's substrings are
    looked for in them."""

    longest: int | None = None
    substrings: bool = False


@dataclass(frozen=True)
class Seen:
    """The words of a sample. `words` has a row for each: word, length (characters), times, long_words and
    incorrect_substrings (whether that would drop it); longest first, then by how often. `hidden` are the sources that
    are left out because their text may not be shown."""

    params: LangParams
    dropping: Dropping
    sample: Sample
    words: "pd.DataFrame"
    hidden: tuple[str, ...] = ()

    def discarded(self, by: str | None = None) -> "pd.DataFrame":
        """The words that would go, by one of the two changes or by either."""
        gone = self.words[list(DROPPERS) if by is None else [by]].any(axis=1)
        return self.words[gone].reset_index(drop=True)

    @property
    def retained(self) -> "pd.DataFrame":
        """The words that would stay, the longest first."""
        return self.words[~self.words[list(DROPPERS)].any(axis=1)].reset_index(drop=True)

    def said(self) -> list[str]:
        """How many words there are and would go, line by line, and what cannot be seen."""
        name = named.of(self.params)
        gone = self.discarded()
        asked = []
        if self.dropping.longest is not None:
            asked.append(f"a limit of {several(self.dropping.longest, 'character')}")
        if self.dropping.substrings:
            asked.append(f"the substrings {', '.join(self.params.filters['incorrect_substrings'].substrings)}")
        lines = [
            f"{several(len(self.words), 'word')} in {self.sample.said()} in {name}, "
            f"of which {READ:,} characters each are read.",
            f"{several(len(gone), 'word')} would go, {int(gone['times'].sum()):,} of "
            f"{int(self.words['times'].sum()):,} times, with {' and '.join(asked) or 'nothing asked for'}.",
        ]
        if self.hidden:
            lines.append(f"Of {', '.join(self.hidden)} no word is shown, for their texts may not be.")
        settings = self.params.filters
        went = []
        if settings["long_words"].enabled:
            went.append(f"words of more than {settings['long_words'].max} characters")
        if settings["incorrect_substrings"].enabled:
            went.append("words with one of the substrings")
        if went:
            lines.append(
                f"{' and '.join(went).capitalize()} went in {name} when the texts were read, and are not here; "
                "roots measure shows which words one text loses."
            )
        return lines

    def __str__(self) -> str:
        return "\n".join([*self.said(), self.discarded().head(20).to_string(index=False)])

    def _repr_html_(self) -> str:
        from html import escape

        said = "".join(f"<p>{escape(each)}</p>" for each in self.said())
        return said + str(self.discarded().head(20).to_html(index=False))


def words(corpus: "Corpus", lang: str, dropping: Dropping, draw: Draw | None = None) -> Seen:
    """The words of 1,500 stored texts of a language, or as many as are drawn.

    Sources whose text may not be shown are left out (`roots.inspect_shown`). Raises WordsError for a language that is
    cut into pieces, FolderError where there is no such document, RunError where a table cannot be read.
    """
    from roots.inspect_shown import hidden

    params = corpus.params(lang)
    check(params, dropping)
    wanted = draw or Draw(n=1_500)
    unseen = hidden(corpus.work, corpus.sources(lang))
    if wanted.source in unseen:
        raise WordsError(f"{wanted.source}: no word of it is shown: {unseen[str(wanted.source)]}")
    drawn = sample(corpus.work, params.code, replace(wanted, without=tuple(unseen)), ("pii",))
    return Seen(params, dropping, drawn, words_of(shown(drawn, params), params, dropping), tuple(unseen))


def check(params: LangParams, dropping: Dropping) -> None:
    """Raise WordsError for what cannot be asked."""
    if params.words == "sentencepiece":
        raise WordsError(
            f"{params.language.name} is cut into pieces by a SentencePiece model, and a piece has no length that says "
            "anything: its words are not shown, as in the original"
        )
    if dropping.longest is not None and not 1 <= dropping.longest <= LONGEST:
        raise WordsError(f"longest = {dropping.longest}: a limit of a word's length lies between 1 and {LONGEST}")


def shown(drawn: Sample, params: LangParams) -> Iterator[str]:
    """The beginnings of the texts of a sample as they may be shown. `drawn` has the column pii of the measures."""
    import pyarrow as pa

    from roots.inspect_shown import texts as as_shown

    spans = drawn.rows.column("pii")
    for places, texts in drawn.texts():
        found = [each or () for each in spans.take(pa.array(places)).to_pylist()]
        yield from as_shown(texts.to_pylist(), found, params, READ)


def words_of(texts: Iterable[str], params: LangParams, dropping: Dropping) -> "pd.DataFrame":
    """The distinct words of texts as `Seen.words` has them: as they stand, without special characters at their ends.

    Placeholders of personal data are no words. What is nothing but special characters is one only where long_words
    would drop it.

    >>> from lang_params.params import load
    >>> found = words_of(["Soma zaidi: (www.a.b) hapa, " + "na" * 20], load("sw"), Dropping(30, substrings=True))
    >>> found[["word", "length", "long_words", "incorrect_substrings"]].to_dict("split")["data"][:2]
    [['nananananananananananananananananananana', 40, True, False], ['www.a.b', 7, False, True]]
    """
    import pandas as pd

    from filters.changes import change
    from filters.words import split, strip

    check(params, dropping)
    off = {name: replace(params.filters[name], enabled=False) for name in DROPPERS}
    plain = replace(params, filters={**params.filters, **off})
    pieces = Counter[str]()
    for text in texts:
        pieces.update(split(change(text[:READ], plain)))
    found = Counter[str]()
    for piece, times in pieces.items():
        core = strip(piece)
        if core or _dropped(piece, "long_words", params, dropping):
            found[core or piece] += times
    placeholders = {f"PI:{kind}" for kind in KINDS}
    rows: list[dict[str, Any]] = [
        {"word": word, "length": len(word), "times": times}
        | {name: _dropped(word, name, params, dropping) for name in DROPPERS}
        for word, times in found.items()
        if word not in placeholders
    ]
    table = pd.DataFrame(rows, columns=["word", "length", "times", *DROPPERS])
    return table.sort_values(["length", "times", "word"], ascending=[False, False, True], ignore_index=True)


def _dropped(word: str, name: str, params: LangParams, dropping: Dropping) -> bool:
    """Whether a change as it is asked for drops a word."""
    from filters.changes import incorrect_substrings, long_words

    setting = params.filters[name]
    if name == "incorrect_substrings":
        return bool(dropping.substrings and word and not incorrect_substrings(word, setting))
    if dropping.longest is None or not word:
        return False
    return not long_words(word, replace(setting, max=dropping.longest))
