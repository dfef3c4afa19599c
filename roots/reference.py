"""Reference text: what a language's stop words and limits are derived from, read from a user's own files."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from catalog.entry import Data, Entry, EntryError
from catalog.sources import SUFFIXES, entry_for_files, inputs, read
from filters.changes import change
from filters.text import Text
from lang_params.languages import called, find
from lang_params.params import LangParams, ParamsError

LEAST_WORDS = 4
"""A record with fewer words is an entry of a glossary or a heading and no text: it is left out."""

SENTENCE = 40
"""Words that the middle record of a source has at most when its records are sentences: FLORES-200 has 21 in English,
articles of the Universal Declaration of Human Rights have 80."""

READ = SUFFIXES["catalogue"]
"""Endings of the files that are taken from a folder."""


class DeriveError(ValueError):
    """What cannot be derived: too little reference text, or a file that would be written over."""


@dataclass(frozen=True)
class Reference:
    """The texts of one language, as its filters see them, by their source; `left_out` counts other records by reason.

    A record's source is what its field `source` says, else its file; `licences` are those of its field `license`.
    """

    sources: dict[str, list[str]]
    licences: Mapping[str, tuple[str, ...]]
    files: tuple[str, ...]
    left_out: Mapping[str, int]

    def texts(self) -> list[str]:
        """All texts, source after source."""
        return [text for texts in self.sources.values() for text in texts]

    def origins(self) -> list[str]:
        """Each source with its number of texts and its licences.

        >>> Reference({"a.txt": ["Ẹ káàbọ̀"]}, {}, ("a.txt",), {}).origins()
        ['a.txt (1 text, licence not named)']
        """
        return [
            f"{name} ({len(texts):,} text{'' if len(texts) == 1 else 's'}, "
            f"{', '.join(self.licences.get(name, ())) or 'licence not named'})"
            for name, texts in self.sources.items()
        ]

    def said(self) -> str:
        """What was read, in a line.

        >>> Reference({"a.txt": []}, {}, ("a.txt",), {"of fewer than 4 words": 2}).said()
        '0 texts of a.txt; left out: 2 of fewer than 4 words'
        """
        out = ", ".join(f"{count:,} {why}" for why, count in self.left_out.items())
        return f"{len(self.texts()):,} texts of {', '.join(self.files)}" + (f"; left out: {out}" if out else "")


def read_reference(files: Sequence[Path], params: LangParams, *, join: int = 1) -> Reference:
    """The texts in one language of `files`: jsonl, Parquet, Arrow or txt, plain or packed; of a folder all it holds.

    A record whose field `lang` names another language is left out; one without that field is taken for the language
    asked for. Where the records of a source are sentences, `join` neighbours become one text, since limits are those of
    documents; other sources stay as they are. A text that stands there twice is taken once. What is no text is left
    out and counted. Raises EntryError for a file that is not there or of another kind.
    """
    entry = entry_of(files, params)
    files_read = tuple(file.name for file in inputs(entry))
    left: Counter[str] = Counter()
    found: dict[str, list[str]] = {}
    licences: dict[str, set[str]] = {}
    for file in inputs(entry):
        rows = (row for batch in read(entry, file) for row in batch.to_pylist())
        for meta, text in chosen(rows, params, left):
            source = _on_one_line(meta.get("source")) or file.name
            found.setdefault(source, []).append(text)
            licences.setdefault(source, set()).update(
                _on_one_line(meta[key]) for key in ("license", "licence") if meta.get(key)
            )
    between = "" if params.words == "sentencepiece" else " "
    seen: set[str] = set()
    sources = {}
    for source, texts in sorted(found.items()):
        size = join if join > 1 and _are_sentences(texts, params) else 1
        joined = dict.fromkeys(change(text, params) for text in _joined(texts, size, between))
        sources[source] = [text for text in joined if text not in seen]
        seen |= joined.keys()
    named = {source: tuple(sorted(names)) for source, names in licences.items()}
    return Reference(sources, named, files_read, dict(sorted(left.items())))


def entry_of(files: Sequence[Path], params: LangParams) -> Entry:
    """An entry for the files, folders opened."""
    found: list[Path] = []
    for file in files:
        inside = sorted(inner for inner in file.rglob("*") if inner.name.lower().endswith(READ))
        if file.is_dir() and not inside:
            raise EntryError(f"{file}: no file in this folder can be read; known: {', '.join(READ)}")
        found += inside if file.is_dir() else [file]
    return entry_for_files(found, None, uid=f"reference for {params.code}", fields=Data(files=(), lang="lang"))


def chosen(
    rows: Iterable[Mapping[str, Any]], params: LangParams, left: Counter[str]
) -> Iterator[tuple[dict[str, Any], str]]:
    """Other fields and text of the records that are texts in the language."""
    for row in rows:
        if row["lost"] is not None:
            left[f"not readable ({row['reason']})"] += 1
        elif row["lang"] and not same_language(row["lang"], params):
            left["in other languages"] += 1
        elif len(Text(change(row["text"], params), params).words) < LEAST_WORDS:
            left[f"of fewer than {LEAST_WORDS} words"] += 1
        else:
            yield json.loads(row["meta"]), row["text"]


def same_language(lang: str, params: LangParams) -> bool:
    """Whether a language that a record names, in whatever code, is this one."""
    try:
        return find(lang) == params.code
    except ParamsError:
        return called(params.language, lang)


def _on_one_line(said: object) -> str:
    """What a record says of itself as it can stand in the head of a list and in TOML: a line, no control characters.

    >>> _on_one_line("stories\\n  of\\x00 Ọ̀yọ́"), _on_one_line(None)
    ('stories of Ọ̀yọ́', '')
    """
    text = "" if said is None else str(said)
    return " ".join("".join(character if character.isprintable() else " " for character in text).split())


def _are_sentences(texts: Sequence[str], params: LangParams) -> bool:
    """Whether the middle text has the length of a sentence."""
    return median(len(Text(change(text, params), params).words) for text in texts) <= SENTENCE


def _joined(texts: Sequence[str], join: int, between: str) -> Iterator[str]:
    """Every `join` neighbours as one text; what is left at the end is one too if it is half of that or more."""
    for start in range(0, len(texts), join):
        part = texts[start : start + join]
        if 2 * len(part) >= join:
            yield between.join(part)
