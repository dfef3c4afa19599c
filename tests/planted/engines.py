"""The engines as the set asks them: the ROOTS rules alone, and both as a build has them.

Of finds of both that overlap, the one whose placeholder stands in the text counts: `filters.pii.replace` says which.
What another has beyond it is deleted, so it is hidden all the same.
"""

from collections.abc import Sequence
from functools import cache

from filters import pii
from filters.pii_kinds import KINDS, ROOTS_KINDS, Choice, chosen
from filters.table import Profile
from lang_params.params import load
from tests.planted.score import Answer, Find

ROOTS = ROOTS_KINDS
"""The kinds that the ROOTS rules know."""

BOTH = tuple(kind for kind in KINDS if kind != "PERSON")
"""The kinds of both engines, where no model of names is installed."""


def roots_rules(texts: Sequence[str], lang: str, profile: Profile = "fixed") -> list[Answer]:
    """The four ROOTS rules: every match of each, for a rule reads the text for itself."""
    return [Answer(finds, finds) for finds in (_finds(pii.find(text, profile)) for text in texts)]


def both(texts: Sequence[str], lang: str) -> list[Answer]:
    """What a build in profile fixed finds in the texts of a language, as its parameters are, national ids included."""
    from filters import pii_engines

    choice = _choice(lang)
    every = (_finds(pii_engines.find(text, choice)) for text in texts)
    return [Answer(_winners(finds), finds) for finds in every]


@cache
def _choice(lang: str) -> Choice:
    return chosen(load(lang), "fixed", {"NATIONAL_ID": "redact"})  # a source has to ask for them


def _finds(spans: Sequence[pii.Span]) -> list[Find]:
    return [Find(*span) for span in spans]


def _winners(finds: Sequence[Find]) -> list[Find]:
    """Those whose placeholders stand in the text: by start, then the longest, then as given; a key after the proved."""
    proved = {find.start: find.end for find in sorted(finds, key=lambda find: find.end) if find.tag in pii.PROVED}

    def rank(find: Find) -> tuple[int, int, bool]:
        below = find.tag == "KEY" and find.start in proved
        return find.start, -min(find.end, proved[find.start]) if below else -find.end, below

    won: list[Find] = []
    for find in sorted(finds, key=rank):
        if not won or find.start >= won[-1].end:
            won.append(find)
    return won
