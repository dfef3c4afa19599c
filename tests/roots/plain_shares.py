"""The shares of languages by alpha alone, as the formula says: what `roots.division` has to give without groups,
weights and repeats."""

from collections.abc import Mapping
from fractions import Fraction

from roots.shares import Share, ShareError, fill, powers


def shares(sizes: Mapping[str, int], *, alpha: float) -> dict[str, float]:
    """The share q_i that each language is meant to get, in [0, 1]; they add up to 1.

    q_i = p_i^α / Σ p_j^α with p_i = n_i / Σ n_j. A language that has nothing gets the share 0, also at α = 0.

    >>> shares({"en": 900, "yo": 100}, alpha=1.0)
    {'en': 0.9, 'yo': 0.1}
    >>> shares({"हिन्दी": 900, "yorùbá": 100, "中文": 0}, alpha=0.5)
    {'हिन्दी': 0.75, 'yorùbá': 0.25, '中文': 0.0}
    """
    return {language: float(share) for language, share in _exact(sizes, alpha).items()}


def allocate(sizes: Mapping[str, int], *, alpha: float, budget: int | None = None) -> dict[str, int]:
    """Share a budget of B bytes: what each language gets, in bytes.

    Each language gets min(n_i, q_i B). What the languages that are too small leave over is shared again, by q,
    among the others, until the budget is used or nobody has more: x_i = min(n_i, c q_i) with the one level c at
    which Σ x_i = min(B, Σ n_j). Bytes lost by rounding down go to the largest remainders, then by language code.

    Without a budget B is all there is. Then everybody keeps everything, whatever α is: smoothing can only show
    when there is less room than text.

    >>> allocate({"en": 1000, "fr": 200, "yo": 10}, alpha=0.3, budget=300)
    {'en': 179, 'fr': 111, 'yo': 10}
    >>> allocate({"العربية": 1000, "isiZulu": 10}, alpha=1.0)
    {'العربية': 1000, 'isiZulu': 10}
    """
    return fill(_exact(sizes, alpha), sizes, sum(sizes.values()) if budget is None else _checked(budget))


def largest_sample(sizes: Mapping[str, int], *, alpha: float) -> dict[str, int]:
    """The largest sample in which the shares are exactly q: what each language gets, in bytes.

    c = min n_i / q_i over the languages that have text; each gets ⌊c q_i⌋. The language that decides c gives all
    it has, so one tiny language makes a tiny corpus. That is the price of exact shares; `allocate` pays none.

    >>> largest_sample({"en": 900, "yo": 100}, alpha=0.5)
    {'en': 300, 'yo': 100}
    >>> largest_sample({"বাংলা": 900, "yorùbá": 100}, alpha=1.0)
    {'বাংলা': 900, 'yorùbá': 100}
    """
    q = _exact(sizes, alpha)
    level = min(sizes[name] / q[name] for name in sizes if sizes[name])
    return {name: int(level * q[name]) for name in sizes}


def table(sizes: Mapping[str, int], *, alpha: float, gets: Mapping[str, int]) -> list[Share]:
    """One row a language, by code: what it has, p, q, what it gets and gives up.

    >>> [row] = table({"yo": 100}, alpha=0.3, gets={"yo": 60})
    >>> row.share, row.sampling, row.gives_up
    (1.0, 1.0, 40)
    """
    q = shares(sizes, alpha=alpha)
    whole = sum(sizes.values())
    return [Share(name, sizes[name], sizes[name] / whole, q[name], gets.get(name, 0)) for name in sorted(sizes)]


def _exact(sizes: Mapping[str, int], alpha: float) -> dict[str, Fraction]:
    """The shares q_i as fractions that add up to exactly 1."""
    raised = powers(sizes, alpha)
    total = sum(raised.values())
    return {name: value / total for name, value in raised.items()}


def _checked(budget: int) -> int:
    """A budget of at least one byte."""
    if budget < 1:
        raise ShareError(f"a budget of {budget} bytes; give 1 or more, or none to keep everything")
    return budget
