"""The 46 languages of the corpus: their names, and the codes by which others call them.

A user's own folder can add languages: each TOML file in it that is named for none of the 46 is one more.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lang_params.check import ParamsError, Place, near, needed, table, text
from lang_params.files import APART, added, names, read_table


@dataclass(frozen=True)
class Language:
    """A language and its names. `code` is that of ROOTS; `genus` and `family` follow the ROOTS catalogue (WALS)."""

    code: str
    name: str
    bcp47: str
    iso639_1: str | None
    iso639_3: str
    script: str
    genus: str
    family: str


ALSO = {
    "ara": "ar",
    "npi": "ne",
    "ory": "or",
    "swa": "sw",
    "cmn": "zhs",
    "zh": "zhs",
    "zho": "zhs",
    "zh-cn": "zhs",
    "zh-tw": "zht",
}
"""ISO 639-3 codes of the macrolanguage or of its main member, where the corpus's table has the other one; and the
codes of Chinese. Source for Chinese: the ROOTS code, in which zh and zh-cn are zhs, zh-tw is zht, and every other
code that starts with zh is an error."""

REST = re.compile("[a-z]{4}|[a-z]{2}|[0-9]{3}")
"""What may follow the language in a BCP-47 code here: a script or a region."""


def codes(folder: Path | None = None) -> list[str]:
    """ROOTS codes of the 46 languages, and the codes of those that `folder` adds, sorted.

    >>> codes()[:3], codes()[-3:], len(codes())
    (['ak', 'ar', 'as'], ['zhs', 'zht', 'zu'], 46)
    """
    return list(_languages()) if folder is None else sorted([*_languages(), *added(folder)])


def find(code: str, folder: Path | None = None) -> str:
    """ROOTS code for a code of any usual kind: ROOTS, BCP-47, ISO 639-1 or 639-3, FLORES-200. Case does not matter.

    The languages that `folder` adds are found too, and what is treated like one ("code").

    A script must be the one that the language has here; a region is accepted and has no meaning, except for Chinese.
    Raises ParamsError, with near matches, for anything else: a code is never silently without a match.

    >>> [find(code) for code in ("yo", "yor_Latn", "yo-NG", "arb_Arab", "twi", "zh-Hant", "zh_CN", "zh")]
    ['yo', 'yo', 'yo', 'ar', 'tw', 'zht', 'zhs', 'zhs']
    >>> find("code")
    'code'
    >>> find("yor_Arab")
    Traceback (most recent call last):
    lang_params.check.ParamsError: 'yor_Arab': Yoruba is written in Latn here, not in Arab
    """
    wanted = code.strip().replace("_", "-").lower()
    if wanted in APART:
        return wanted
    languages = _with_added(folder)
    known = _known() if folder is None else _names_of(languages)
    if wanted in known:
        return known[wanted]
    first, *rest = wanted.split("-")
    chosen = known.get(first)
    if first in ("zh", "zho", "cmn") and rest:
        # Script or region decides which Chinese it is.
        chosen = known.get(f"zh-{rest.pop(0)}")
    if chosen is None:
        raise unknown(code, folder)
    language = languages[chosen]
    for part in rest:
        if len(part) == 4 and part.isalpha() and part != language.script.lower():
            script = part.title()
            raise ParamsError(f"{code!r}: {language.name} is written in {language.script} here, not in {script}")
        if not REST.fullmatch(part):
            raise unknown(code, folder)
    return language.code


def called(language: Language, code: str) -> bool:
    """Whether a code of any usual kind means this language; for languages that a folder adds, whose codes `find` knows
    only where it is given the folder.

    >>> hausa = Language("ha", "Hausa", "ha", "ha", "hau", "Latn", "West Chadic", "Afro-Asiatic")
    >>> [called(hausa, code) for code in ("hau_Latn", "ha-NG", "ha_Arab", "yo")]
    [True, True, False, False]
    """
    wanted = code.strip().replace("_", "-").lower()
    own = {name.lower() for name in (language.code, language.bcp47, language.iso639_1, language.iso639_3) if name}
    first, *rest = wanted.split("-")
    known = {language.script.lower()}
    return wanted in own or (
        first in own and all(part in known or (len(part) < 4 and REST.fullmatch(part)) for part in rest)
    )


def script(code: str) -> str:
    """ISO 15924 code of the script that one of the 46 is written in, by its ROOTS code.

    >>> script("yo"), script("zht")
    ('Latn', 'Hant')
    """
    return _languages()[code].script


def unknown(code: str, folder: Path | None = None) -> ParamsError:
    """The error for a code that is no language of the corpus, nor one that `folder` adds."""
    languages = _with_added(folder)
    by_name = {language.name.lower(): language for language in languages.values()}
    match = by_name.get(code.strip().lower())
    if match:
        return ParamsError(f"{code!r} is the name of a language; its code is {match.code!r}")
    return ParamsError(
        f"{code!r} is not a language of the corpus; {near(code.lower(), sorted(languages))}. To add a language, write "
        "a file with a [language] table into a folder of your own and give --lang-params (README.md, Give a language "
        "its parameters)"
    )


def read_language(place: Place, code: str, values: Any) -> Language:
    """The [language] table of a parameter file."""
    keys = ("name", "bcp47", "iso639_1", "iso639_3", "script", "genus", "family")
    given = table(place, values, keys)
    found = {key: text(place.at(key), needed(place, given, key)) for key in keys if key != "iso639_1"}
    iso639_1 = text(place.at("iso639_1"), given["iso639_1"]) if "iso639_1" in given else None
    return Language(code=code, iso639_1=iso639_1, **found)


@cache
def _languages() -> dict[str, Language]:
    """The languages of the packaged files by ROOTS code, sorted."""
    found = {}
    for code in names():
        if code != "default":
            place, values = read_table(code, None)
            found[code] = read_language(place.at("language"), code, needed(place, values, "language"))
    return found


def _with_added(folder: Path | None) -> Mapping[str, Language]:
    """The languages, those that a folder adds among them. Raises ParamsError for one that is there by another name."""
    if folder is None:
        return _languages()
    found, known = dict(_languages()), dict(_known())
    for code in added(folder):
        place, values = read_table(code, folder)
        language = read_language(place.at("language"), code, needed(place, values, "language"))
        names = (code, language.bcp47, language.iso639_3)
        for name in names:
            if name.lower() in known:
                other = known[name.lower()]
                raise place.error(f"{name!r} is the language {other!r}; name the file {other}.toml to change that one")
        known |= {name.lower(): code for name in names}
        found[code] = language
    return found


@cache
def _known() -> dict[str, str]:
    """ROOTS code for each way to write one of the 46, in lower case."""
    return _names_of(_languages())


def _names_of(languages: Mapping[str, Language]) -> dict[str, str]:
    """The code for each way to write a language, in lower case."""
    known = dict(ALSO)
    for language in languages.values():
        for name in (language.code, language.bcp47, language.iso639_1, language.iso639_3):
            if name is not None:
                known.setdefault(name.lower(), language.code)
    return known
