"""The files of the parameters: TOML tables and word lists, the packaged ones or those of a user's own folder.

A user's folder is laid out like this one. A file in it takes the place of the packaged file of the same name, whole;
what it does not have comes from here. A file for a language that is not here adds it.
"""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from lang_params.check import ParamsError, Place, near

PACKAGED = Path(__file__).parent
LISTS = ("stopwords", "flagged_words")
"""Folders of word lists, one file a language, named as the filters that use them."""
DERIVED = "roots derive-stopwords"
"""What the head of a list says that was found in reference text."""
REFERENCE = "reference"
"""Folder of the summaries of reference text, one TOML file a language."""


APART = ("code",)
"""What is treated like a language and is none: ROOTS' code. It is not among the 46, and in force only where a source or
a recipe names it."""

CODE = re.compile("[a-z]{2,8}(-[a-z0-9]{1,8})*")
"""Codes of languages that a folder may add: they become names of folders and files."""


def names(folder: Path = PACKAGED) -> list[str]:
    """Names of the TOML files of a folder, without their ending: language codes and "default", sorted. What stands
    APART is not among them."""
    return sorted(file.stem for file in folder.glob("*.toml") if file.stem not in APART)


def added(folder: Path) -> list[str]:
    """Codes of the languages that a user's folder adds: its TOML files that are named for no packaged one, sorted."""
    return [name for name in names(folder) if not (PACKAGED / f"{name}.toml").is_file()]


def check_folder(folder: Path) -> None:
    """See that a user's folder changes something: that each file is named for a language, packaged or added there.

    A TOML file of another name adds a language if it has a [language] table.
    """
    if not folder.is_dir():
        raise ParamsError(f"{folder}: there is no such folder; it should hold files such as yo.toml")
    known = {*names(), *APART}
    new = {name for name in added(folder) if CODE.fullmatch(name) and "language" in read_table(name, folder)[1]}
    found = [(Path(f"{name}.toml"), name) for name in (*names(folder), *APART) if (folder / f"{name}.toml").is_file()]
    for kind in LISTS:
        codes = sorted(file.stem for file in (folder / kind).glob("*.txt"))
        found += [(Path(kind, f"{code}.txt"), code) for code in codes]
    for file, name in found:
        if name not in known | new or (name == "default" and file.parent != Path()):
            raise Place(str(folder / file)).error(
                f"{name!r} is not the code of a language; {near(name, known)}. To add a language, give {name}.toml a "
                "[language] table; a code is small letters, with more after a hyphen"
            )
    if not found:
        raise ParamsError(f"{folder}: nothing in it replaces anything; it should hold files such as yo.toml")


def origin(kind: str, code: str, folder: Path | None) -> str | None:
    """Where a word list is from, in a few words: what its head says after "# Origin:" up to a bracket or a comma.

    "derived" is a list by `roots derive-stopwords`; "not said" has no such line. None where there is no list.

    >>> origin("stopwords", "ig", None), origin("stopwords", "en", None), origin("stopwords", "zu", None)
    ('derived', 'spaCy 3.8.18', 'stopwordsiso 0.7.1, derived')
    """
    found = read_text(Path(kind, f"{code}.txt"), folder)
    if found is None:
        return None
    head = [line for line in found[1].splitlines() if line.startswith("#")]
    said = next((line[9:].strip() for line in head if line.lower().startswith("# origin:")), "")
    parts = [] if said.startswith(DERIVED) or not said else [re.split(r" \(|,|\. ", said)[0].rstrip(".")]
    if any(DERIVED in line for line in head):
        parts.append("derived")
    return ", ".join(parts) or "not said"


def toml_text(name: str, folder: Path | None) -> tuple[str, str]:
    """The name of the TOML file of a language that is in force, and its text as it stands."""
    found = read_text(Path(f"{name}.toml"), folder)
    if found is None:
        raise ParamsError(f"{name}.toml: there is no such file")
    return found[0].file, found[1]


def read_text(name: Path, folder: Path | None) -> tuple[Place, str] | None:
    """The text of the file of this name that is in force, and the place to name in messages; None without a file."""
    file = _choose(name, folder)
    if file is None:
        return None
    place = _place(file, folder)
    return place, _text(place, file)


def read_table(name: str, folder: Path | None) -> tuple[Place, dict[str, Any]]:
    """The TOML file of a language or "default", and the place to name in messages about it."""
    file = _choose(Path(f"{name}.toml"), folder) or PACKAGED / f"{name}.toml"
    place = _place(file, folder)
    text = _text(place, file)
    try:
        return place, tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise place.error(f"this is not valid TOML: {error}") from error
    except ValueError:
        raise place.error("this is not valid TOML: a number has more digits than Python reads (4300)") from None


def read_words(kind: str, code: str, folder: Path | None) -> frozenset[str] | None:
    """The word list of a language: one word a line, as it stands; lines that start with # are comments.

    None when there is no file. A word is not lower-cased, stripped or normalised. A word with white space around it,
    a word that stands there twice and a list without a word are errors: each would say something else than it seems.
    """
    file = _choose(Path(kind, f"{code}.txt"), folder)
    if file is None:
        return None
    place = _place(file, folder)
    return frozenset(words_in(place, _text(place, file)))


def words_in(place: Place, text: str) -> list[str]:
    """The words of the text of a list, in their order. Raises ParamsError for a list as `read_words` refuses it.

    >>> words_in(Place("mine.txt"), "# Origin: me\\nàti\\n\\nní\\r\\n")
    ['àti', 'ní']
    """
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    words = {number: line for number, line in enumerate(lines, start=1) if line and not line.startswith("#")}
    for number, word in words.items():
        if word != word.strip():
            raise place.error(f"line {number}: {word!r} has white space around it; remove it")
    counts = Counter(words.values())
    for number, word in words.items():
        if counts[word] > 1:
            raise place.error(f"line {number}: {word!r} stands there {counts[word]} times; leave one")
    if not words:
        raise place.error("the list holds no word; remove the file if there is no list, or switch the filter off")
    return list(counts)


def decoded(place: Place, data: bytes) -> str:
    """The text of a file's bytes, which must be UTF-8.

    The byte order mark that some editors put in front is no part of the first line.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise place.error(f"byte {error.start} is not UTF-8; save the file with the encoding UTF-8") from error


def _choose(name: Path, folder: Path | None) -> Path | None:
    for place in (folder, PACKAGED):
        if place is not None and (place / name).is_file():
            return place / name
    return None


def _place(file: Path, folder: Path | None) -> Place:
    """Packaged files are named as they are in the package, a user's with their path."""
    if folder is not None and file.is_relative_to(folder):
        return Place(str(file))
    return Place(file.relative_to(PACKAGED).as_posix())


def _text(place: Place, file: Path) -> str:
    try:
        return decoded(place, file.read_bytes())
    except OSError as error:
        raise place.error(f"it cannot be read: {error.strerror}") from error
