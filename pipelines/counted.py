"""Numbers with their nouns, so that one of a thing is not called many."""

_PLURALS = {"copy": "copies", "entry": "entries", "piece": "pieces", "match": "matches", "this": "these"}


def several(number: int, noun: str) -> str:
    """A number and its noun, in the plural unless it is one.

    >>> several(1, "benchmark"), several(0, "copy"), several(1234, "document")
    ('1 benchmark', '0 copies', '1,234 documents')
    """
    return f"{number:,} {noun_of(number, noun)}"


def noun_of(number: int, noun: str) -> str:
    """A noun as it stands after a number.

    >>> noun_of(2, "copy"), noun_of(1, "copy")
    ('copies', 'copy')
    """
    return noun if number == 1 else _PLURALS.get(noun, f"{noun}s")


def are(number: int) -> str:
    """The verb that goes with a number.

    >>> are(1), are(2)
    ('is', 'are')
    """
    return "is" if number == 1 else "are"


def percent(part: float, whole: float) -> str:
    """A share as a percentage with one decimal; nothing where there is nothing to have a share of.

    >>> percent(1, 3), percent(0, 0)
    ('33.3%', '')
    """
    return f"{part / whole:.1%}" if whole else ""
