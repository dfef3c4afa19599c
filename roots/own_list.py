"""A word list of one's own: what share of words it finds in documents of a corpus, beside the list in force.

The measure is taken anew, by the code that a build measures with, of a sample of the stored texts. Those are changed as
a language asks, and personal data is replaced in them, which happens after measuring: so where data was replaced, the
value with the list in force can differ a little from the stored one. How often it does is counted.

Memory: that of `roots.sampled`, some 5 MB of texts at a time with what measuring them takes (`filters.batch`), and the
list. Of languages cut by a SentencePiece model the words are counted in fewer documents (CUT): that takes long.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from lang_params.check import Place
from lang_params.files import LISTS, decoded, words_in
from lang_params.lint import Entries, Finding, of_another, of_list
from lang_params.params import LangParams, Setting
from pipelines.counted import several
from roots import named
from roots.sampled import Draw, Sample, sample
from roots.visible import line

if TYPE_CHECKING:
    import pandas as pd

    from roots.inspect import Corpus

MOST_BYTES = 1_000_000
"""Of a list; the largest that is carried, of Traditional Chinese, has 12,599."""

MOST_WORDS = 100_000

CUT = 1_500
"""Documents of a sample in which words are counted one by one, where a SentencePiece model cuts them."""

YOURS = "your list"
"""The name of a list that was typed in, in messages."""

NAMES = {"stopwords": "Stop words", "flagged_words": "Flagged words"}


@dataclass(frozen=True)
class OwnRatios:
    """What a list finds in a sample, beside the list in force.

    `values` has a row for each document: id, source, replaced (whether personal data was found in it), stored (the
    measure as it is stored), old (taken anew with the list in force; null where there is none), new (with one's own).
    `hits` has a row for each of the words: word, documents, times; it counts in the first `counted` documents.
    """

    kind: str
    params: LangParams
    words: frozenset[str]
    sample: Sample
    values: "pd.DataFrame"
    hits: "pd.DataFrame"
    counted: int

    @property
    def never(self) -> list[str]:
        """The words that occur nowhere in the documents in which words were counted, sorted."""
        return sorted(self.hits.loc[self.hits["documents"] == 0, "word"])

    @property
    def differing(self) -> int:
        """Documents whose measure, taken anew with the list in force, is not the stored one."""
        return int(self._differ().sum())

    def _differ(self) -> "pd.Series[bool]":
        stored, old = self.values["stored"], self.values["old"]
        return ~((stored == old) | (stored.isna() & old.isna()))

    def dropped(self, column: str, setting: Setting | None = None) -> int:
        """How many documents of the sample the limit alone drops by "stored", "old" or "new" values; `setting` is
        another limit than the one in force."""
        limit = self.params.filters[self.kind] if setting is None else setting
        if not limit.enabled:
            return 0
        values, fails = self.values[column], 0
        if limit.min is not None:
            fails += int((values < limit.min).sum())
        return fails if limit.max is None else fails + int((values > limit.max).sum())

    @property
    def summary(self) -> "pd.DataFrame":
        """Old beside new: what, old, new; the values at five places of the sample."""
        import pandas as pd

        places = {"the lowest": 0.0, "a tenth lies below": 0.1, "the middle": 0.5, "a tenth lies above": 0.9}
        rows = [
            {"what": what} | {name: self.values[name].quantile(at) for name in ("old", "new")}
            for what, at in (places | {"the highest": 1.0}).items()
        ]
        return pd.DataFrame(rows)

    def said(self, setting: Setting | None = None) -> list[str]:
        """What the list changes, line by line; of the limit in force or another."""
        limit = self.params.filters[self.kind] if setting is None else setting
        lines = [
            f"{several(len(self.words), 'word')}, measured in {self.sample.said()} in {self._language()} that limits "
            "decide about."
        ]
        if not limit.enabled:
            lines.append(f"The filter {self.kind} is switched off in this language: no value drops a document.")
        then = self._share(self.dropped("new", limit))
        if self.values["old"].isna().all():
            lines.append(f"With {_limit(limit)} the list would drop {then}; there is no list in force.")
        else:
            now = self._share(self.dropped("old", limit))
            lines.append(f"With {_limit(limit)} the list in force drops {now}, yours {then}.")
        never = len(self.never)
        verb = "occurs" if never == 1 else "occur"
        lines.append(
            f"{several(never, 'word')} of the list never {verb} in {several(self.counted, 'document')} of these."
        )
        return [*lines, *self._compared()]

    def _compared(self) -> list[str]:
        """How often the values of the list in force are not the stored ones, and why."""
        differ = self._differ()
        if not differ.any():
            return []
        other = int((differ & ~self.values["replaced"]).sum())
        said = f"In {several(self.differing, 'document')} the value of the list in force is not the stored one"
        if not other:
            said += ", for personal data was replaced in the text after it was measured"
        else:
            said += f"; in {other:,} of them no personal data was replaced: the folder was measured with another list"
        return [f"{said}. Both values here are of the text as it is stored."]

    def _language(self) -> str:
        return named.of(self.params)

    def _share(self, documents: int) -> str:
        return f"{several(documents, 'document')} ({100 * documents / max(len(self.sample), 1):.1f} %)"

    def __str__(self) -> str:
        return "\n".join([*self.said(), self.summary.to_string(index=False)])

    def _repr_html_(self) -> str:
        from html import escape

        return "".join(f"<p>{escape(each)}</p>" for each in self.said()) + str(self.summary.to_html(index=False))


def listed(data: bytes | str, name: str = YOURS) -> list[str]:
    """The words of a list, given as a file's bytes or as text: one a line, lines with # in front are comments.

    Raises ParamsError as for a list of the parameters (`lang_params.files.words_in`), and for one that is too large.

    >>> listed("àti\\n# and\\nní\\n")
    ['àti', 'ní']
    """
    # Half a surrogate pair, which a browser can send, has no UTF-8 form: then the bytes are none either.
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    place = Place(line(name))
    if len(raw) > MOST_BYTES:
        raise place.error(f"has {len(raw):,} bytes; lists of at most {MOST_BYTES:,} bytes are read")
    words = words_in(place, decoded(place, raw))
    if len(words) > MOST_WORDS:
        raise place.error(f"has {len(words):,} words; lists of at most {MOST_WORDS:,} words are read")
    return words


def doubts(words: Sequence[str], kind: str, params: LangParams, every: Mapping[str, LangParams]) -> Iterator[Finding]:
    """What `roots check` would warn of in a list: entries that can never match, that are not composed, in letters of
    another script, or a list that holds another language's. The line is the word's place in the list."""
    from roots.lint import unmatched_in

    entries = Entries(f"{kind}/{params.code}.txt", {word: n for n, word in enumerate(words, start=1)}, {})
    yield from unmatched_in(entries, params)
    yield from of_list(entries, params)
    for code, other in every.items():
        theirs: frozenset[str] = getattr(other, kind) or frozenset()
        if code != params.code and other.language.script == params.language.script:
            what = of_another(frozenset(words), theirs, code)
            if what:
                yield Finding(entries.file, 1, "shared", what)


def with_list(corpus: "Corpus", lang: str, kind: str, words: Sequence[str], draw: Draw | None = None) -> OwnRatios:
    """Measure a sample of a language's documents with these words in the place of its "stopwords" or "flagged_words".

    Raises FolderError where there is no such document, RunError where a table cannot be read, ValueError for another
    kind of list.
    """
    if kind not in LISTS:
        raise ValueError(f"{kind!r} is no list of words; there are: {', '.join(LISTS)}")
    params = corpus.params(lang)
    return ratios(sample(corpus.work, params.code, draw or Draw(), (kind, "pii")), params, kind, frozenset(words))


def ratios(drawn: Sample, params: LangParams, kind: str, words: frozenset[str]) -> OwnRatios:
    """The measures of a sample that was drawn with its stored measure of this kind and `pii`; see `with_list`."""
    import numpy as np
    import pandas as pd

    from filters.batch import measure_texts

    # Both lists are measured alike, as shares of the words: so one pass takes both, one in the place of the other.
    both = replace(params, stopwords=words, flagged_words=getattr(params, kind))
    old, new = np.full(len(drawn), np.nan), np.full(len(drawn), np.nan)
    documents, times, counted = Counter[str](), Counter[str](), 0
    most = CUT if params.words == "sentencepiece" else len(drawn)
    for places, texts in drawn.texts():
        found = measure_texts(texts, both)
        new[places], old[places] = (found[name].to_numpy(zero_copy_only=False) for name in LISTS)
        for text in texts[: max(most - counted, 0)].to_pylist():
            hits = occurrences(text, words, params)
            times.update(hits)
            documents.update(hits.keys())
            counted += 1
    values = drawn.rows.select(["id", "source"]).to_pandas()
    replaced = [bool(spans) for spans in drawn.rows.column("pii").to_pylist()]
    values = values.assign(replaced=replaced, stored=drawn.rows.column(kind).to_numpy(), old=old, new=new)
    rows = [{"word": word, "documents": documents[word], "times": times[word]} for word in sorted(words)]
    table = pd.DataFrame(rows).sort_values(["times", "word"], ascending=[False, True], ignore_index=True)
    return OwnRatios(kind, params, words, drawn, values, table, counted)


def occurrences(text: str, words: frozenset[str], params: LangParams) -> Counter[str]:
    """How often each of some words occurs in a stored text, counted as the two measures count.

    >>> from lang_params.params import load
    >>> sorted(occurrences("Ó dára, ó dára gan-an ni!", frozenset({"ó", "ni", "wa"}), load("yo")).items())
    [('ni', 1), ('ó', 2)]
    """
    from filters.text import Text
    from filters.words import split, strip

    if params.words == "sentencepiece" or params.filters["words_augmentation"].enabled:
        return Counter(word for word in Text(text, params).augmented if word in words)
    found = Counter[str]()
    # A piece is stripped once, however often it occurs.
    for piece, count in Counter(split(text.lower())).items():
        word = strip(piece)
        if word in words:
            found[word] += count
    return found


def list_text(words: Sequence[str], kind: str, params: LangParams, who: str, why: str) -> str:
    """A list as a file for `lang_params/<kind>/<code>.txt`, with a head that says who chose the words and why.

    Raises ValueError where neither is said.

    >>> from lang_params.params import load
    >>> print(list_text(["àti", "ní"], "stopwords", load("yo"), "Adé", "read in 200 texts"))
    # Stop words of Yoruba, one a line.
    # Origin: Adé, read in 200 texts
    # Licence: say here under which licence the list may be passed on.
    # Size: 2 entries.
    àti
    ní
    <BLANKLINE>
    """
    said = [line(each) for each in (who, why)]
    if not all(said):
        raise ValueError("a list says who chose its words and why: give both, in a few words")
    head = [
        f"{NAMES[kind]} of {params.language.name}, one a line.",
        f"Origin: {', '.join(said)}",
        "Licence: say here under which licence the list may be passed on.",
        f"Size: {several(len(words), 'entry')}.",
    ]
    return "".join(f"{each}\n" for each in [*(f"# {each}" for each in head), *words])


def _limit(setting: Setting) -> str:
    """A limit in words."""
    ends: Mapping[str, Any] = {"min": setting.min, "max": setting.max}
    return " and ".join(f"{end} = {value:g}" for end, value in ends.items() if value is not None) or "no limit"
