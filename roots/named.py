"""Sources and languages as people know them, for tables and pages about a work folder."""

from collections.abc import Iterable, Mapping
from unicodedata import bidirectional

from lang_params.params import LangParams
from pipelines import storage
from roots.visible import line

NOT_KNOWN = "not known"


def sources(work: str, uids: Iterable[str]) -> dict[str, str]:
    """The names of sources by uid, from their data cards; a source that has no card in the folder is left out."""
    found: dict[str, str] = {}
    for uid in uids:
        try:
            card = storage.read_bytes(storage.join(work, "cards", uid, "README.md"))
        except FileNotFoundError:
            continue
        if name := _name(card.decode("utf-8", "replace")):
            found[uid] = line(name)
    return found


def _name(card: str) -> str:
    """The name that the front matter of a card says, empty where it says none."""
    import yaml  # type: ignore[import-untyped]

    mark, _, rest = card.partition("---\n")
    try:
        front = None if mark else yaml.safe_load(rest.partition("\n---")[0])
    except yaml.YAMLError:
        return ""
    return str(front.get("pretty_name") or "") if isinstance(front, dict) else ""


def languages() -> dict[str, str]:
    """The names of the languages of the parameters, and of code, by code."""
    from roots.look import names

    return names()


def of(params: LangParams) -> str:
    """A language by its name and code, from its parameters.

    >>> from lang_params.params import load
    >>> of(load("yo"))
    'Yoruba (yo)'
    """
    return f"{params.language.name} ({params.code})"


def both(code: str | None, names: Mapping[str, str]) -> str:
    """A name with its uid or code beside it. One that is written from right to left keeps its order to itself.

    >>> both("yo", {"yo": "Yoruba"}), both("xx", {}), both(None, {}), both("", {})
    ('Yoruba (yo)', 'xx', 'not known', 'not known')
    >>> both("qatar", {"qatar": "مكتبة قطر"}) == "\u2068مكتبة قطر\u2069 (qatar)"
    True
    """
    if not code:
        return NOT_KNOWN
    name = names.get(code, code)
    leftward = any(bidirectional(character) in ("R", "AL") for character in name)
    name = f"\u2068{name}\u2069" if leftward else name
    return code if name == code else f"{name} ({code})"
