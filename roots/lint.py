"""Every doubt about parameters: those of lang_params.lint, and those that only the filters can tell."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from filters.words import SEPARATORS, strip
from lang_params import lint
from lang_params.files import LISTS, toml_text
from lang_params.lint import Entries, Finding, entries
from lang_params.params import LangParams, load_all


def findings(folder: Path | None) -> list[Finding]:
    """The doubts about all languages, in the order of their codes; each once. Raises ParamsError for faulty files."""
    every = load_all(folder)
    found: dict[Finding, None] = {}
    for code, params in every.items():
        found.update(dict.fromkeys(lint.limits(code, params, folder)))
        found.update(dict.fromkeys(lint.lists(code, params, folder)))
        found.update(dict.fromkeys(unmatched(code, params, folder)))
        found.update(dict.fromkeys(unknown_to_identifier(code, params, folder)))
        found.update(dict.fromkeys(without_its_model(code, params, folder)))
    found.update(dict.fromkeys(lint.shared(every, folder)))
    return list(found)


def unmatched(code: str, params: LangParams, folder: Path | None) -> Iterator[Finding]:
    """Entries that no word of a text can equal, since words are stripped, lower-cased and cut at spaces first."""
    for kind in LISTS:
        listed = entries(kind, code, folder)
        if listed is None:
            continue
        yield from unmatched_in(listed, params)


def unmatched_in(listed: Entries, params: LangParams) -> Iterator[Finding]:
    """The entries of one list that no word of a text in the language can equal."""
    for word in listed.lines:
        why = _why_unmatched(word, params)
        if why:
            yield listed.finding(word, "unmatched", why)


def _why_unmatched(word: str, params: LangParams) -> str:
    """Why an entry can never match; "" if it can."""
    setting = params.filters["words_augmentation"]
    parts = [word]
    if any(separator in word for separator in SEPARATORS):
        if not (setting.enabled and setting.join == " "):
            return "has a space, and no words are joined in this language: it never matches"
        parts = word.split(" ")
        if len(parts) not in setting.sizes:
            return f"is {len(parts)} words long, and runs of {', '.join(map(str, setting.sizes))} are joined"
    for part in parts:
        if strip(part) != part:
            return f"never matches: words are stripped, which leaves {strip(part)!r} of {part!r}"
        if part.lower() != part:
            return f"never matches: words are lower-cased, as {part.lower()!r}"
    return ""


def unknown_to_identifier(code: str, params: LangParams, folder: Path | None) -> Iterator[Finding]:
    """A language whose identifier has no such label, or that has no identifier."""
    file, text = toml_text(code, folder)
    lines = text.split("\n")
    at = next((n for n, line in enumerate(lines, start=1) if line.startswith("identifier")), 1)
    label = params.labels.get(params.identifier)
    if params.identifier == "none":
        yield Finding(file, at, "identifier", "identifier: none: language_id is not applied", _reason(lines[at - 1]))
    elif label not in labels(params.identifier):
        what = f"identifier: {params.identifier} does not know the label {label!r}"
        yield Finding(file, at, "identifier", what, _reason(lines[at - 1]))


def without_its_model(code: str, params: LangParams, folder: Path | None) -> Iterator[Finding]:
    """A language that names a model which is not there: a run would end before it begins."""
    from filters import models

    try:
        models.of_language(params)
    except models.ModelError as error:
        file, text = toml_text(code, folder)
        lines = enumerate(text.split("\n"), start=1)
        at = next((n for n, line in lines if line.startswith(("language_model", "word_model"))), 1)
        yield Finding(file, at, "model", str(error))


@cache
def labels(identifier: str) -> frozenset[str]:
    """Every label that an identifier can give."""
    if identifier == "cld2":
        import pycld2

        return frozenset(code for _, code in pycld2.LANGUAGES)
    from filters.lid_model import read
    from filters.models import path

    if identifier == "fasttext":
        return frozenset(read(path("lid.176")).labels)
    from filters import roots_lid

    return roots_lid.labels()


def _reason(line: str) -> str:
    """The reason for which what a line says is accepted, if it stands there."""
    found = lint.ACCEPTED.search(line)
    return found["reason"] if found else ""
