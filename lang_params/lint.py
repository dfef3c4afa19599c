"""Doubts about parameters: what is no error, and yet says something else than it seems.

A limit that no text can miss, or none can reach; an entry of a list that matches nothing. Each is a Finding with file
and line. Who knows why it must stand says so beside it, and it is accepted, counted but not reported:

    stopwords = { min = 0.002 }      # accepted: ROOTS, its own value            in a TOML file, on the filter's line
    # accepted script: chemical symbols, as the list was published               in a word list, for a kind of finding
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

from lang_params.files import LISTS, read_text, toml_text
from lang_params.params import MEASURES, LangParams, Setting
from lang_params.reference import read_reference_text
from lang_params.scripts import strangers

SHARED = 0.5
"""Share of another language's list, of the same script, from which a list is said to hold that language's words. Of the
packaged lists that of Twi holds 0.76 of Akan's, which is the same language, and the next, Zulu, 0.37 of Xhosa's."""

LEAST_SHARED = 40
"""Entries that the other list needs: of the 31 of Sesotho, half are those of Northern Sotho too."""

ACCEPTED = re.compile(r"#\s*accepted(?P<kind> \w+)?:\s*(?P<reason>\S.*)$", re.IGNORECASE)
"""The reason why a finding is accepted, and in a word list its kind."""


@dataclass(frozen=True)
class Finding:
    """A doubt: where, of which kind, and what; `accepted` is the reason that stands beside it, "" without one."""

    file: str
    line: int
    kind: str
    what: str
    accepted: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Entries:
    """The entries of a word list with their lines, its name, and the kinds of findings that are accepted in it."""

    file: str
    lines: Mapping[str, int]
    accepted: Mapping[str, str]

    def finding(self, word: str, kind: str, what: str) -> Finding:
        """A finding about one entry."""
        return Finding(self.file, self.lines[word], kind, f"{word!r} {what}", self.accepted.get(kind, ""))


def entries(kind: str, code: str, folder: Path | None) -> Entries | None:
    """A word list by its lines; None where there is none."""
    found = read_text(Path(kind, f"{code}.txt"), folder)
    if found is None:
        return None
    return entries_in(found[0].file, found[1])


def entries_in(file: str, text: str) -> Entries:
    """The entries of the text of a word list of this name."""
    rows = list(enumerate((line.removesuffix("\r") for line in text.split("\n")), start=1))
    matches = [match for _, line in rows if (match := ACCEPTED.match(line))]
    accepted = {(match["kind"] or "").strip().lower(): match["reason"] for match in matches}
    return Entries(file, {line: n for n, line in rows if line and not line.startswith("#")}, accepted)


def lists(code: str, params: LangParams, folder: Path | None) -> Iterator[Finding]:
    """Entries that are not composed, and entries in letters of another script."""
    for kind in LISTS:
        listed = entries(kind, code, folder)
        if listed is None:
            continue
        yield from of_list(listed, params)


def of_list(listed: Entries, params: LangParams) -> Iterator[Finding]:
    """What is doubtful about the entries of one list."""
    for word in listed.lines:
        if normalize("NFC", word) not in listed.lines:
            yield listed.finding(word, "form", "is not in composed form (NFC), nor is its composed form listed")
        foreign = strangers(word, params.language.script)
        if foreign:
            yield listed.finding(word, "script", f"has {foreign!r}, no letters of {params.language.script}")


def shared(every: Mapping[str, LangParams], folder: Path | None) -> Iterator[Finding]:
    """Lists that hold much of the list of another language with the same script.

    Reported for the longer of the two lists, at its first entry: that one has both languages' words.
    """
    for kind in LISTS:
        words = {code: getattr(params, kind) or frozenset() for code, params in every.items()}
        for code, own in words.items():
            for other, theirs in words.items():
                same = every[code].language.script == every[other].language.script
                what = of_another(own, theirs, other) if code != other and same else ""
                listed = entries(kind, code, folder) if what else None
                if listed is not None:
                    line = min(listed.lines.values())
                    yield Finding(listed.file, line, "shared", what, listed.accepted.get("shared", ""))


def of_another(own: frozenset[str], theirs: frozenset[str], other: str) -> str:
    """What is doubtful about a list that holds much of the shorter list of another language; "" where it does not."""
    common = len(own & theirs)
    if not LEAST_SHARED <= len(theirs) < len(own) or common <= SHARED * len(theirs):
        return ""
    share = f"{100 * common / len(theirs):.0f} of 100 entries of the list of {other}"
    return f"the list holds {share}: does it hold two languages?"


def limits(code: str, params: LangParams, folder: Path | None) -> Iterator[Finding]:
    """Limits that every text keeps, that every text misses, or that have nothing to be held against."""
    reference = read_reference_text(code, folder)
    for name in MEASURES:
        if not params.filters[name].enabled:
            continue
        place = _where(name, code, folder)
        found = list(_of_one(name, params.filters[name]))
        if name in LISTS and getattr(params, name) is None and place.own:
            found.append(f"a limit, but there is no list of {name.replace('_', ' ')}: it is not applied")
        measured = None if reference is None else reference.measures.get(name)
        if reference is not None and measured is not None and name != "number_words":
            found += _beyond(params.filters[name], measured, reference.texts)
        for what in found:
            about = what if place.own else f"{what} (for {code})"
            yield Finding(place.file, place.line, "limit", f"{name}: {about}", place.accepted)


def _of_one(name: str, setting: Setting) -> Iterator[str]:
    """What is doubtful about the limits of one filter, whatever the language."""
    share = name not in ("number_words", "perplexity")
    if setting.min is not None and setting.min <= 0:
        yield f"min = {setting.min:g} drops nothing: no text lies below"
    if setting.min is not None and share and setting.min >= 1:
        yield f"min = {setting.min:g} drops nearly every text: a share is seldom 1"
    if setting.max is not None and share and setting.max >= 1:
        yield f"max = {setting.max:g} drops nothing: a share is at most 1"
    if setting.max is not None and setting.max <= (0 if share else 1):
        yield f"max = {setting.max:g} drops every text that has any"


def _beyond(setting: Setting, measured: Mapping[str, float], texts: int) -> Iterator[str]:
    """A limit far beyond every reference text: nearer to the end of the scale than to the text that is furthest out.

    The end is 1 for a maximum; for a minimum, a tenth of the text that has least, since 0 is no tenth of anything.
    """
    if setting.max is not None and setting.max < 1 and setting.max > (1 + measured["greatest"]) / 2:
        yield (
            f"max = {setting.max:g} lies beyond anything in reference text: of {texts:,} texts the one that has most "
            f"has {measured['greatest']:.3g}"
        )
    if setting.min is not None and 0 < setting.min < measured["q01"] / 10:
        yield (
            f"min = {setting.min:g} lies beyond anything in reference text: 99 of 100 texts have "
            f"{measured['q01']:.3g} or more"
        )


@dataclass(frozen=True)
class _Line:
    """The line at which a filter's limits stand; `own` where that is the language's own file."""

    file: str
    line: int
    own: bool
    accepted: str


def _where(name: str, code: str, folder: Path | None) -> _Line:
    """Where the limits of a filter stand: in the language's own file, else in default.toml."""
    for stem in (code, "default"):
        file, text = toml_text(stem, folder)
        for number, line in enumerate(text.split("\n"), start=1):
            if re.match(rf"\s*(\[filters\.)?{name}\b", line):
                accepted = ACCEPTED.search(line)
                return _Line(file, number, stem == code, accepted["reason"] if accepted else "")
    return _Line(toml_text(code, folder)[0], 1, own=False, accepted="")
