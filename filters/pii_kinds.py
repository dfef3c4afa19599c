"""The kinds of personal data, and what is chosen for each: looked for or not, and what becomes of a match.

Four kinds are found by the ROOTS rules (`filters.pii`), the others by the second engine (`filters.presidio`) and, names
of persons, by a model that the user installed (`filters.pii_names`). The choice is made by language
(`lang_params/README.md`) and may be changed by source (`catalog/README.md`, [redaction]).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from filters.table import Profile
from lang_params.params import LangParams
from lang_params.personal import ACTIONS, KINDS

__all__ = ["ACTIONS", "KINDS", "ROOTS_KINDS", "Choice", "chosen", "joined"]

ROOTS_KINDS = ("EMAIL", "IP_ADDRESS", "KEY", "USER")
"""The kinds that the ROOTS rules find."""

NO_ACTIONS: Mapping[str, str] = {}


@dataclass(frozen=True)
class Choice:
    """What is looked for in a text, and what becomes of it.

    `actions` are pairs of kind and action for each kind that is not off, in the order of `KINDS`. `countries` (ISO
    3166-1) say whose phone numbers and national ids are looked for; `names` is a spaCy model. `roots_alone` is profile
    roots-2022-03: its four rules, all redacted, and nothing else.
    """

    actions: tuple[tuple[str, str], ...]
    countries: tuple[str, ...] = ()
    names: str | None = None
    roots_alone: bool = False

    @property
    def profile(self) -> Profile:
        """The profile by which the ROOTS rules are read."""
        return "roots-2022-03" if self.roots_alone else "fixed"

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds that are looked for."""
        return frozenset(kind for kind, _ in self.actions)

    def having(self, action: str) -> tuple[str, ...]:
        """The kinds with this action, in the order of `KINDS`."""
        return tuple(kind for kind, chosen in self.actions if chosen == action)

    def deciding(self) -> dict[str, Any]:
        """What of the choice decides the stored text and spans, as JSON; what no kind asks for is not among it."""
        by_country = self.kinds & {"PHONE", "NATIONAL_ID"}
        return {
            "actions": dict(self.actions),
            "countries": sorted(self.countries) if by_country else [],
            "names": self.names if "PERSON" in self.kinds else None,
            "roots_alone": self.roots_alone,
        }


ROOTS_ALONE = Choice(tuple((kind, "redact") for kind in ROOTS_KINDS), roots_alone=True)
"""Profile roots-2022-03, whatever else is said."""


def chosen(params: LangParams, profile: Profile, source: Mapping[str, str] = NO_ACTIONS) -> Choice:
    """What is looked for in the texts of a language; `source` are the actions that a source has of its own.

    >>> from lang_params.params import load
    >>> chosen(load("wo"), "fixed").countries
    ('SN',)
    >>> chosen(load("wo"), "fixed", {"PHONE": "off", "IBAN": "drop"}).having("drop")
    ('IBAN',)
    >>> sorted(chosen(load("wo"), "roots-2022-03", {"PHONE": "redact"}).kinds)
    ['EMAIL', 'IP_ADDRESS', 'KEY', 'USER']
    """
    if profile == "roots-2022-03":
        return ROOTS_ALONE
    actions = {**params.personal.actions, **source}
    kept = tuple((kind, actions[kind]) for kind in KINDS if actions[kind] != "off")
    return Choice(kept, params.personal.countries, params.personal.names)


def joined(choices: Iterable[Choice]) -> Choice:
    """All that one of some choices looks for, redacted: for what is shown of texts whose language is not known, or that
    hold marks.

    Names of persons are among it where all choices name the same model.

    >>> from lang_params.params import load
    >>> both = joined([chosen(load("wo"), "fixed", {"PHONE": "off"}), chosen(load("zu"), "fixed", {"PHONE": "mark"})])
    >>> both.countries, both.having("mark"), "PHONE" in both.having("redact")
    (('SN', 'ZA'), (), True)
    """
    every = list(choices)
    if every and all(choice.roots_alone for choice in every):
        return ROOTS_ALONE
    models = {choice.names for choice in every if "PERSON" in choice.kinds}
    kinds = {kind for choice in every for kind in choice.kinds} - (set() if len(models) == 1 else {"PERSON"})
    countries = sorted({country for choice in every for country in choice.countries})
    names = next(iter(models)) if len(models) == 1 else None
    return Choice(tuple((kind, "redact") for kind in KINDS if kind in kinds), tuple(countries), names)
