"""A text of one's own, changed and measured as a build would, and held against the limits: what each filter says of it.

The text goes through the stages of a build themselves (`pipelines.stages.modify` and `measure`) and their verdict
(`pipelines.verdict`). It is stored nowhere and written to no log.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filters.table import FILTERS, Profile
from lang_params.params import LangParams
from pipelines.counted import several
from roots import named
from roots.visible import visible

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

LONGEST = 10_000
"""Characters of a text at most, as in the application with which ROOTS was tuned."""

UNITS = {each.name: each.unit for each in FILTERS if each.kind == "measures"}

HALVES = "half of a surrogate pair is no character: it was read as ?, and a build would not read the text at all"


class OwnTextError(ValueError):
    """A text that is not measured: too long, or no text."""


@dataclass(frozen=True)
class Step:
    """What one of the five changes did to a text: `count` characters or words, in words `did`; the `words` that went.

    `applied` is false where the change is switched off in the language.
    """

    filter: str
    applied: bool
    count: int
    did: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class OwnText:
    """A text after the changes, what each of them did, and its measures: one row of `pipelines.tables.MEASURES`.

    `names` are the languages' names by code, for the one it is identified as.
    """

    params: LangParams
    names: Mapping[str, str]
    text: str
    steps: tuple[Step, ...]
    row: "pa.Table"
    notes: tuple[str, ...] = ()

    def under(self, params: LangParams) -> "OwnText":
        """The same measures under other limits; nothing is measured again."""
        return replace(self, params=params)

    @property
    def dropped_by(self) -> str | None:
        """The first filter that drops the text, as a ledger would name it; None where it is kept."""
        from pipelines.verdict import filtered

        found: str | None = filtered(self.row, {self.params.code: self.params})[0]
        return found

    @property
    def identified(self) -> tuple[str | None, float | None, str]:
        """The language the text is found to be in (None: it could not be told), the score in [0, 1], and by whom."""
        lang, score, by = (
            self.row.column(name)[0].as_py() for name in ("lang_identified", "language_id", "identifier")
        )
        return lang, score, by or "none"

    @property
    def measures(self) -> "pd.DataFrame":
        """Every measure: measure, value (null where it is not taken), unit, min, max (null: no such limit), verdict.

        A verdict is "passes", "fails" with the reason where a number does not say it, or "not applied:" and why.
        """
        import pandas as pd

        settings = self.params.filters
        rows = [
            {
                "measure": name,
                "value": self.row.column(name)[0].as_py(),
                "unit": UNITS[name],
                "min": settings[name].min,
                "max": settings[name].max,
                "verdict": self._verdict(name),
            }
            for name in UNITS
        ]
        table = pd.DataFrame(rows)
        return table.astype(dict.fromkeys(("value", "min", "max"), "Float64"))

    def _verdict(self, name: str) -> str:
        from pipelines.verdict import failing

        reason = self.params.not_applied().get(name)
        if reason is not None:
            return f"not applied: {reason}"
        if not failing(self.row, name, self.params)[0]:
            return "passes"
        other = name == "language_id" and self.identified[0] != self.params.code
        return f"fails: {self.language()}" if other else "fails"

    def language(self) -> str:
        """Which language the text is found to be in, as a sentence without its stop."""
        lang, score, by = self.identified
        name = self.params.language.name
        if by == "none":
            return f"nobody was asked for its language: no identifier knows {name} well enough"
        if lang is None:
            return f"its language could not be told (by {by})"
        known = named.both(lang, self.names)
        other = "" if lang == self.params.code else f", another language than {name}"
        return f"identified as {known} with {score:.3f} by {by}{other}"

    def said(self) -> list[str]:
        """What is told under the table, line by line: the language, the verdict, the changes, notes."""
        cause = self.dropped_by
        fate = "It would be kept by the filters." if cause is None else f"It would be dropped, first by {cause}."
        lines = [f"The text: {self.language()}.", fate]
        for step in self.steps:
            if step.count:
                went = f": {', '.join(map(visible, step.words))}" if step.words else ""
                lines.append(f"{step.filter}: {step.did}{went}")
        return [*lines, *self.notes]

    def shown(self) -> list[dict[str, str]]:
        """The rows of `measures` as they are read: measure, value, min, max, verdict, unit."""
        return [
            {
                "measure": row["measure"],
                "value": number(row),
                "min": bound(row["min"]),
                "max": bound(row["max"]),
                "verdict": row["verdict"],
                "unit": row["unit"],
            }
            for row in self.measures.to_dict("records")
        ]

    def __str__(self) -> str:
        import pandas as pd

        return "\n".join([pd.DataFrame(self.shown()).to_string(index=False), *self.said()])

    def _repr_html_(self) -> str:
        from html import escape

        import pandas as pd

        said = "".join(f"<p>{escape(line)}</p>" for line in self.said())
        lang = escape(self.params.language.bcp47)
        text = f'<blockquote dir="auto" lang="{lang}" style="white-space: pre-wrap">{escape(visible(self.text))}'
        return f"{pd.DataFrame(self.shown()).to_html(index=False)}{said}{text}</blockquote>"


def number(row: Mapping[Any, Any]) -> str:
    """The value of a row of `OwnText.measures`: 3 decimals, whole numbers as such, and more decimals where 3 would say
    that it lies on a limit and it does not.

    >>> number({"measure": "stopwords", "value": 0.31415, "min": 0.1, "max": None})
    '0.314'
    >>> number({"measure": "stopwords", "value": 0.09999, "min": 0.1, "max": None})
    '0.09999'
    >>> number({"measure": "number_words", "value": 1234, "min": 10, "max": None})
    '1,234'
    """
    import pandas as pd

    value = row["value"]
    if pd.isna(value):
        return ""
    if row["measure"] == "number_words":
        return f"{int(value):,}"
    shown = f"{value:.3f}"
    on_a_limit = any(not pd.isna(row[end]) and float(shown) == row[end] != value for end in ("min", "max"))
    return f"{value:.6g}" if on_a_limit else shown


def bound(value: Any) -> str:
    """An end of an interval as it is read, "" where there is none.

    >>> bound(0.05), bound(1000000.0), bound(None)
    ('0.05', '1,000,000', '')
    """
    import pandas as pd

    return "" if pd.isna(value) else f"{value:,.10g}"


def measured(text: str, params: LangParams, languages: Mapping[str, LangParams], profile: Profile = "fixed") -> OwnText:
    """Change and measure one text as declared to be in the language of `params`; `languages` are those of the corpus.

    Raises OwnTextError for a text of more than LONGEST characters, ModelError where a model is not there.

    >>> from lang_params.params import load_all
    >>> languages = load_all()
    >>> own = measured("Ẹ káàbọ̀ sí ilé wa!", languages["yo"], languages)
    >>> own.dropped_by, number(own.measures.to_dict("records")[0])
    ('number_words', '5')
    """
    import pyarrow as pa

    from lang_params.params import default
    from pipelines import stages
    from pipelines.config import Config
    from pipelines.tables import MEASURES

    if len(text) > LONGEST:
        raise OwnTextError(
            f"the text has {len(text):,} characters; {LONGEST:,} are measured at most. Give a part of it, or a file to "
            f"roots filter --lang {params.code}"
        )
    whole = text.encode("utf-8", "replace").decode()
    config = Config(profile, {**languages, params.code: params}, default())
    given = {"text": whole, "lang": params.code, "lost": None, "reason": None}
    batch = pa.RecordBatch.from_arrays([pa.array([value], pa.string()) for value in given.values()], list(given))
    batch = stages.measure(stages.modify(batch, config), config)
    changed = batch.column("text")[0].as_py()
    known = {name: batch.column(name) for name in batch.schema.names} | {"bytes": pa.array([len(changed.encode())])}
    columns = [known.get(field.name, pa.nulls(1, field.type)).cast(field.type) for field in MEASURES]
    row = pa.table(columns, names=MEASURES.names)
    names = {code: each.language.name for code, each in languages.items()}
    return OwnText(params, names, changed, tuple(steps(whole, params)), row, () if whole == text else (HALVES,))


def steps(text: str, params: LangParams) -> Iterator[Step]:
    """What each of the five changes does to a text, in their order. Of code nothing is changed."""
    from filters import changes
    from filters.text import Text
    from lang_params.files import APART

    settings = params.filters
    apart = params.code in APART
    text = text if apart else text.strip()
    for name, change, what in (
        ("uniform_whitespace", changes.uniform_whitespace, "space"),
        ("unicode_punctuation", changes.unicode_punctuation, "punctuation mark"),
    ):
        applied = settings[name].enabled and not apart
        new = change(text) if applied else text
        count = sum(map(str.__ne__, text, new)) if len(new) == len(text) else abs(len(new) - len(text))
        yield Step(name, applied, count, f"{several(count, what)} written plainly")
        text = new
    for name in ("incorrect_substrings", "long_words"):
        applied = settings[name].enabled and not apart
        words = tuple(dropped(text, name, params)) if applied else ()
        yield Step(name, applied, len(words), f"{several(len(words), 'word')} went", words)
        if applied:
            text = getattr(changes, name)(text, settings[name])
    augmented = settings["words_augmentation"].enabled
    known = Text(text, params)
    count = len(known.augmented) - len(known.words) if augmented else 0
    did = f"{several(count, 'run')} of neighbouring words looked up in the lists too"
    yield Step("words_augmentation", augmented, count, did)


def dropped(text: str, name: str, params: LangParams) -> Iterator[str]:
    """The words that incorrect_substrings or long_words drops from a text, as they stand, in their order."""
    from filters import changes
    from filters.words import split

    change, setting = getattr(changes, name), params.filters[name]
    # A word without separators is changed to itself or to nothing.
    return (word for word in split(text) if word and not change(word, setting))


def show(lang: str, file: str, folder: Path | None, profile: Profile) -> None:
    """Print what is measured of the text in a file, or at "-" of what comes in, and what limits say of it."""
    from rich.table import Table

    from lang_params.languages import find
    from lang_params.params import load_all
    from roots.look import console

    text = read(file)
    languages = load_all(folder, (lang,))
    own = measured(text, languages[find(lang, folder)], languages, profile)
    table = Table(title=named.of(own.params), title_justify="left")
    for column in own.shown()[0]:
        table.add_column(column, justify="right" if column in ("value", "min", "max") else "left")
    for row in own.shown():
        table.add_row(*row.values())
    console().print(table)
    sys.stdout.write("\n".join([*own.said(), ""]))


def read(file: str) -> str:
    """The text of a file in UTF-8, or of what comes in at "-". Raises OwnTextError."""
    most = 4 * LONGEST + 4
    try:
        if file == "-":
            data = sys.stdin.buffer.read(most)
        else:
            with open(file, "rb") as opened:
                data = opened.read(most)
    except OSError as error:
        raise OwnTextError(f"{file}: cannot be read: {error.strerror}") from None
    if len(data) == most:
        raise OwnTextError(f"{file}: has more than {LONGEST:,} characters; give a part, or the file to roots filter")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OwnTextError(f"{file}: byte {error.start} is not UTF-8; give a text in the encoding UTF-8") from None
