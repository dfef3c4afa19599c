"""Text whose language is known: what the model roots-lid is trained on, and what identification is measured with.

One JSON object a line, plain or gzipped, with a text and its language. Any code of a language of the corpus becomes the
label that the model has for it, any other one the shortest BCP-47 code, so that "zsm_Latn" and "ms" are one language.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lang_params.languages import find
from lang_params.params import ParamsError

ONE_LABEL = {"tw": "ak"}
"""Akan and Twi: the field scores them as one class, since Twi is a part of Akan."""

ARABIC = frozenset({"acm", "acq", "aeb", "ajp", "apc", "ars", "ary", "arz"})
"""Spoken varieties of Arabic that FLORES-200 has beside the standard language. They count as Arabic: the ROOTS
catalogue has 28 varieties of it, all in the one language category of the corpus."""

MEMBERS = {
    "als": "sq",
    "arb": "ar",
    "ayr": "ay",
    "azj": "az",
    "fuv": "ff",
    "gaz": "om",
    "khk": "mn",
    "kmr": "ku",
    "knc": "kr",
    "lvs": "lv",
    "pes": "fa",
    "plt": "mg",
    "prs": "fa",
    "quy": "qu",
    "uzn": "uz",
    "ydd": "yi",
    "zsm": "ms",
}
"""The code of two letters that texts usually carry, for the members of macrolanguages that FLORES-200 names."""

CODE = re.compile("([a-z]{2,3})(?:[-_]([A-Z][a-z]{3}))?")
"""A code of a language that the corpus does not have: ISO 639-1 or 639-3, and the script where it is said."""


class TextError(ValueError):
    """A file of labelled text cannot be used. The message names file, line, what is wrong and what is needed."""


@dataclass(frozen=True)
class Labelled:
    """A text, the label of its language, and where it is from: neighbours of one source make a document."""

    text: str
    label: str
    source: str


def label(code: str) -> str:
    """The label of a language. Raises TextError for what is no code.

    >>> [label(code) for code in ("yo", "yor_Latn", "tw", "zh-Hant", "arz_Arab", "zsm_Latn", "arb_Latn", "bem")]
    ['yo', 'yo', 'ak', 'zht', 'ar', 'ms', 'ar-Latn', 'bem']
    """
    try:
        known = find(code)
    except ParamsError:
        return _of_another(code)
    return ONE_LABEL.get(known, known)


def _of_another(code: str) -> str:
    match = CODE.fullmatch(code)
    if match is None:
        raise TextError(
            f"{code!r} is no code of a language; known are those of the corpus (roots languages), and two or three "
            "letters of ISO 639 for any other, with its script if need be: de, bem, ace_Arab"
        )
    language, script = match.groups()
    if language in ARABIC:
        return "ar"
    short = _two_letters().get(language, language)
    try:
        find(short)
    except ParamsError:
        return short
    return f"{short}-{script}"  # a language of the corpus in another script


@cache
def _two_letters() -> dict[str, str]:
    """ISO 639-1 code by ISO 639-3 code, where there is one."""
    lines = (Path(__file__).parent / "iso_639.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if not line.startswith("#")) | MEMBERS


def read(files: Sequence[Path]) -> list[Labelled]:
    """All texts of some files, in their order. Raises TextError for a file that is not as it must be, or is empty."""
    found = [record for file in files for record in _records(file)]
    if not found:
        names = ", ".join(str(file) for file in files)
        raise TextError(f"{names}: no text; each line must be a JSON object with the fields lang and text")
    return found


def _records(file: Path) -> Iterator[Labelled]:
    labels: dict[str, str] = {}
    for number, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        place = f"{file}:{number}"
        lang, text, source = _fields(place, line)
        if lang not in labels:
            try:
                labels[lang] = label(lang)
            except TextError as error:
                raise TextError(f"{place}: {error}") from None
        yield Labelled(text, labels[lang], source)


def _lines(file: Path) -> Iterator[str]:
    """The lines of a file, which may be gzipped."""
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    yield line.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise TextError(
                        f"{file}:{number}: not UTF-8 (byte {error.start} of the line); convert it"
                    ) from None
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or error
        raise TextError(f"{file}: {reason}; give a file of lines of JSON, plain or .gz") from None


def _fields(place: str, line: str) -> tuple[str, str, str]:
    """Language, text and source of a line."""
    try:
        record: Any = json.loads(line)
    except ValueError as error:
        raise TextError(f"{place}: not JSON ({error}); each line must be an object with lang and text") from None
    if not isinstance(record, dict):
        raise TextError(f"{place}: {line.strip()[:40]!r} is no JSON object; it needs the fields lang and text")
    for field in ("lang", "text"):
        if not isinstance(record.get(field), str):
            raise TextError(
                f"{place}: the field {field!r} is missing or no text; there are: {', '.join(sorted(record)) or 'none'}"
            )
    # A lone surrogate, which JSON can hold, cannot be written.
    return record["lang"], record["text"].encode("utf-8", "replace").decode(), str(record.get("source") or "")
