"""How a budget is divided among languages: weights by hand or by alpha, groups, a limit to each, a budget.

n_i is the size of what was kept of language i and may enter, in bytes or in tokens; m_i ≥ n_i the most that it can
give, repeats included. The *units* are the groups, and every language that is in none; the size of a group is the sum
of its languages' sizes, n_U.

1. **Level.** Where `flatten` is T, n_i gives way to y_i = min(n_i, l), with the one l at which Σ y_i = min(T, Σ n_j).
   (Section 9.3 of the ROOTS procedure; no groups there.)
2. **Weights.** A unit with a weight by hand w_U is meant to get w_U. Those without share what is left by alpha:

       q_U = w_U                                           by hand
       q_U = (1 - Σ w) · n_U^α / Σ n_V^α                   V: the units without a weight by hand

   Units that have no text do not count; the q of the others are divided by their sum, so that Σ q_U = 1.
3. **Groups.** Inside a group G with smoothing β: q_i = q_G · n_i^β / Σ n_j^β, j in G. So Σ q_i = 1.
4. **Budget.** Each unit gets x_U = min(m_U, c·q_U), m_U = Σ m_i, with the one level c at which Σ x_U = min(B, Σ m_U):
   what a unit cannot use is shared again, by q, among the others. Inside a group x_G is divided in the same way, so
   that what one of its languages cannot use stays in the group while others of it have room.
   Without a budget nothing is given up: c is the lowest level at which every language with a weight has at least
   n_i. If nothing may be repeated, that is all there is, whatever the weights.
5. **strict.** c = min m_i/q_i over languages with a weight, and each gets ⌊c·q_i⌋: shares are exactly q.

All arithmetic after the powers is on fractions. x_i are whole numbers, rounded by largest remainder, then by code.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from roots.mix.settings import Group, MixSettings
from roots.shares import ShareError, fill, powers


@dataclass(frozen=True)
class Units:
    """Groups and languages without one, with the languages of each; only those with text."""

    members: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, sizes: Mapping[str, int], groups: tuple[Group, ...]) -> "Units":
        """The units of some languages. A language has its code as a name, a group `group:` and its own."""
        placed = {code: _name(group) for group in groups for code in group.languages}
        found: dict[str, list[str]] = {}
        for code in sorted(sizes):
            if sizes[code]:
                found.setdefault(placed.get(code, code), []).append(code)
        return cls({name: tuple(codes) for name, codes in found.items()})

    def sums(self, values: Mapping[str, int]) -> dict[str, int]:
        """The sum of the languages' values, by unit."""
        return {name: sum(values[code] for code in codes) for name, codes in self.members.items()}


def meant(sizes: Mapping[str, int], settings: MixSettings) -> dict[str, Fraction]:
    """The share q_i that each language is meant to get; they add up to exactly 1. 0 for a language without text.

    >>> nguni = Group("nguni", ("xh", "zu"), alpha=0.0, weight=0.5)
    >>> q = meant({"yo": 900, "xh": 10, "zu": 90}, MixSettings(groups=(nguni,)))
    >>> {code: float(share) for code, share in q.items()}
    {'yo': 0.5, 'xh': 0.25, 'zu': 0.25}
    """
    powers(sizes, settings.alpha)  # refuses what has no shares
    level = sizes if settings.flatten is None else flat(sizes, settings.flatten)
    units = Units.of(level, settings.groups)
    groups = {_name(group): group for group in settings.groups}
    shares = dict.fromkeys(sizes, Fraction(0))
    for name, share in _units(units.sums(level), settings, groups).items():
        inside = {code: level[code] for code in units.members[name]}
        parts = powers(inside, groups[name].alpha if name in groups else 1.0)
        whole = sum(parts.values())
        shares.update({code: share * part / whole for code, part in parts.items()})
    return shares


def _units(sizes: Mapping[str, int], settings: MixSettings, groups: Mapping[str, Group]) -> dict[str, Fraction]:
    """q_U, by unit."""
    stated = {name: groups[name].weight if name in groups else settings.weights.get(name) for name in sizes}
    by_hand = {name: Fraction(str(weight)) for name, weight in stated.items() if weight is not None}
    rest = {name: size for name, size in sizes.items() if name not in by_hand}
    named = [*settings.weights.values(), *(group.weight for group in settings.groups if group.weight is not None)]
    left = max(1 - sum((Fraction(str(weight)) for weight in named), Fraction(0)), Fraction(0))
    parts = powers(rest, settings.alpha) if rest else {}
    shares = by_hand | {name: left * part / sum(parts.values()) for name, part in parts.items()}
    whole = sum(shares.values())
    if not whole:
        raise ShareError(
            "the weights leave nothing for any language that has text; give one of them a weight above 0, or let the "
            "weights add up to less than 1"
        )
    return {name: share / whole for name, share in shares.items()}


def flat(sizes: Mapping[str, int], target: int) -> dict[str, int]:
    """Sizes cut to the one level at which they add up to `target`; as they are where they add up to less.

    >>> flat({"en": 800, "fr": 120, "yo": 10}, 200)
    {'en': 95, 'fr': 95, 'yo': 10}
    """
    return fill(dict.fromkeys(sizes, Fraction(1)), sizes, target)


def divide(sizes: Mapping[str, int], settings: MixSettings, most: Mapping[str, int] | None = None) -> dict[str, int]:
    """What each language gets, x_i, in the unit of the sizes; `most` is m_i, else the sizes.

    >>> divide({"en": 1000, "fr": 200, "yo": 10}, MixSettings(alpha=0.3, budget=300))
    {'en': 179, 'fr': 111, 'yo': 10}
    >>> divide({"en": 1000, "yo": 10}, MixSettings(alpha=0.5, upsampling=4), {"en": 4000, "yo": 40})
    {'en': 1000, 'yo': 40}
    """
    limits = sizes if most is None else most
    if not any(sizes.values()):
        return dict.fromkeys(sizes, 0)
    q = meant(sizes, settings)
    if settings.strict:
        level = min(limits[code] / share for code, share in q.items() if share)
        return {code: int(level * share) for code, share in q.items()}
    weighted = {code: size if q[code] else 0 for code, size in sizes.items()}
    units = Units.of(weighted, settings.groups)
    if settings.limit is None and limits == sizes:
        return weighted
    shares = {name: sum((q[code] for code in codes), Fraction(0)) for name, codes in units.members.items()}
    budget = _everything(weighted, q, limits, units) if settings.limit is None else settings.limit
    gets = dict.fromkeys(sizes, 0)
    for name, part in fill(shares, units.sums(limits), budget).items():
        inside = {code: q[code] for code in units.members[name]}
        gets.update(fill(inside, {code: limits[code] for code in inside}, part))
    # Rounding down may have cost a byte of what is not to be given up.
    return gets if settings.limit is not None else {code: max(gets[code], weighted[code]) for code in gets}


def _everything(sizes: Mapping[str, int], q: Mapping[str, Fraction], most: Mapping[str, int], units: Units) -> int:
    """The smallest budget at which every language has at least all it has."""
    needs: dict[str, Fraction] = {}
    for name, codes in units.members.items():
        level = max(sizes[code] / q[code] for code in codes)
        needs[name] = sum((min(Fraction(most[code]), level * q[code]) for code in codes), Fraction(0))
    shares = {name: sum((q[code] for code in codes), Fraction(0)) for name, codes in units.members.items()}
    level = max(needs[name] / shares[name] for name in needs)
    limits = units.sums(most)
    return sum(-int(-min(Fraction(limits[name]), level * shares[name]) // 1) for name in needs)


def _name(group: Group) -> str:
    return f"group:{group.name}"
