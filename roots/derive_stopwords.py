"""The command derive-stopwords: a list of stop words from reference text, to be read by a speaker before it is used."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import pyarrow as pa

from filters.closed_class import PART, Candidate, closed_class
from filters.text import Text
from lang_params.languages import find
from lang_params.params import LangParams, load
from pipelines import storage
from roots.reference import DeriveError, Reference, read_reference

LEAST_WORDS = 10 * PART
"""Words of reference text without which no list is derived. Of the first hundred words in 2,000, some fifty are among
the first hundred of all the text there is (three times each in 81,000 words of Yoruba, 149,000 of Hindi and 396,000 of
English: 36 to 64)."""

GOOD_WORDS = 100 * PART
"""Words below which a warning is given: in 20,000, 62 to 83 of the first hundred are those of all text (as above)."""


@dataclass(frozen=True)
class StopwordsRequest:
    """What the command was asked for."""

    lang: str
    text: tuple[Path, ...]
    output: Path | None
    size: int
    force: bool
    lang_params: Path | None


@dataclass(frozen=True)
class StopwordsFound:
    """The list that was written, and what it was made of: `shares` of each text's words that are on it."""

    params: LangParams
    reference: Reference
    words: int
    found: list[Candidate]
    shares: list[float]
    path: Path

    def said(self) -> list[str]:
        """What is told at the end, line by line."""
        entries = len(_entries(self.found))
        lines = [
            self.reference.said(),
            f"{len(self.found)} words in {entries} entries, spread from {self.found[0].spread:.2f} to "
            f"{self.found[-1].spread:.2f}: {self.path}",
            f"of the words of a text {_percent(median(self.shares))} are on the list in the middle, "
            f"{_percent(sorted(self.shares)[len(self.shares) // 20])} in the twentieth part that has fewest",
        ]
        if self.words < GOOD_WORDS:
            lines.append(f"warning: {self.words:,} words of text are few; {GOOD_WORDS:,} give a list to rely on")
        return [*lines, "read the list, and strike out what is a name or a subject's word and no small word"]


def derive_stopwords(request: StopwordsRequest) -> StopwordsFound:
    """Find the stop words and write the list. Raises DeriveError for too little text and for a file that is there."""
    params = load(find(request.lang, request.lang_params), request.lang_params)
    path = request.output or Path("stopwords", f"{params.code}.txt")
    refuse_to_overwrite(path, force=request.force)
    reference = read_reference(request.text, params)
    texts = reference.texts()
    words = sum(len(Text(text, params).words) for text in texts)
    if words < LEAST_WORDS:
        raise DeriveError(
            f"the reference text has {words:,} words of {params.language.name} in {len(texts):,} texts; "
            f"{LEAST_WORDS:,} are needed, and {GOOD_WORDS:,} make a list to rely on ({reference.said()})"
        )
    found = closed_class(reference.sources.values(), params, request.size)
    if not found:
        raise DeriveError("no word is spread evenly over the reference text; give text on more than one subject")
    storage.write_bytes(str(path), _file(params, reference, words=words, found=found).encode())
    from filters.batch import measure_texts

    listed = replace(params, stopwords=frozenset(_entries(found)))
    shares = measure_texts(pa.array(texts, pa.string()), listed)["stopwords"].to_pylist()
    return StopwordsFound(params, reference, words, found, shares, path)


def refuse_to_overwrite(path: Path, *, force: bool) -> None:
    """Raise DeriveError where a file is there, unless it may be written over: somebody may have worked on it."""
    if path.exists() and not force:
        raise DeriveError(f"{path}: the file is there; give another --output, or --force to write over it")


def _file(params: LangParams, reference: Reference, *, words: int, found: Sequence[Candidate]) -> str:
    """The list as it is written: a head on where it is from, then a word a line, the most evenly spread first."""
    entries = _entries(found)
    head = [
        f"# Stop words of {params.language.name}, one a line.",
        "# Origin: roots derive-stopwords, words spread evenly over text (filters/closed_class.py).",
        f"# Text: {'; '.join(reference.origins())}.",
        "# Licence: CC0-1.0 for the list; it holds single words and no text.",
        f"# Size: {len(found)} words in {len(entries)} entries, of {words:,} words of text.",
    ]
    return "\n".join([*head, *entries, ""])


def _entries(found: Sequence[Candidate]) -> list[str]:
    """Every way to write every word, each once: "ti" is a word of Yoruba, and how "tí" is often typed."""
    return list(dict.fromkeys(form for word in found for form in word.forms))


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
