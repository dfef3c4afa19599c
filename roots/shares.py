"""How much of the corpus each language gives.

Sizes are bytes of kept text per language. With n_i the size of language i and α the smoothing:

    p_i = n_i / Σ n_j               the share a language has
    q_i = p_i^α / Σ p_j^α           the share it is meant to get

α = 1 leaves the shares as they are, α = 0 treats every language alike, and values between lift the small
languages. The formula is that of XLM (Lample and Conneau 2019, section 3.1); ROOTS used α = 0.3 for the text
its tokenizer was trained on and no smoothing (α = 1) for the training mix.

Here text is never repeated: no language gets more than it has. Weights by hand, groups, repeats and budgets in tokens
are `roots.division`, which rests on these. All arithmetic after the power is on fractions, so sums are exact, and the
order in which languages are given does not matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import isfinite


class ShareError(ValueError):
    """Sizes, a smoothing or a budget that cannot be shared."""


@dataclass(frozen=True)
class SourceShare:
    """One source inside one language, in bytes: what it has, what of it may enter and what is in.

    `ratio` is the share of its documents that its rule lets in, `most` the bytes of it; 1 and None: no rule. `once` are
    the bytes of the different documents that are in, `gets` those in the datasets, repeats included.
    """

    source: str
    available: int
    ratio: float = 1.0
    most: int | None = None
    once: int = 0
    gets: int = 0


@dataclass(frozen=True)
class Share:
    """What one language has, is meant to get and gets. Sizes in bytes, shares in [0, 1].

    `share` is that of what was kept and may enter, `sampling` the one it is meant to get, both in the unit of the mix;
    `after` the one it has of the corpus. `gets` are the bytes in its datasets, repeats and validation included; `once`
    those of its different documents (None: the same), `validation` those held out, `documents` how many different ones.
    Tokens are counted only where the budget is in tokens.
    """

    language: str
    available: int
    share: float
    sampling: float
    gets: int
    once: int | None = None
    after: float = 0.0
    validation: int = 0
    documents: int = 0
    group: str = ""
    available_tokens: int | None = None
    gets_tokens: int | None = None
    sources: tuple[SourceShare, ...] = ()

    @property
    def gives_up(self) -> int:
        """Bytes that were kept and are not in the corpus."""
        return self.available - (self.gets if self.once is None else self.once)

    @property
    def repeats(self) -> float:
        """How often a training document stands in the corpus, on average by bytes; 1 where none is repeated."""
        once = (self.gets if self.once is None else self.once) - self.validation
        return (self.gets - self.validation) / once if once > 0 else 1.0


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


def fill(q: Mapping[str, Fraction], most: Mapping[str, int], budget: int) -> dict[str, int]:
    """Water-filling: x_i = min(m_i, c q_i) with the one level c at which Σ x_i = min(B, Σ m_i), in whole numbers.

    The q need not add up to 1; who has none gets nothing. Rounding as in `allocate`.

    >>> fill({"en": Fraction(1), "fr": Fraction(1), "yo": Fraction(1)}, {"en": 900, "fr": 500, "yo": 100}, 700)
    {'en': 300, 'fr': 300, 'yo': 100}
    """
    gets = dict.fromkeys(q, 0)
    waiting = sorted((name for name in q if q[name] and most[name]), key=lambda name: (most[name] / q[name], name))
    left = min(budget, sum(most[name] for name in waiting))
    weight = sum((q[name] for name in waiting), Fraction(0))
    while waiting and most[waiting[0]] * weight <= q[waiting[0]] * left:
        name = waiting.pop(0)
        gets[name] = most[name]
        left -= most[name]
        weight -= q[name]
    return gets | _rounded({name: q[name] * left / weight for name in waiting}, left)


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


def powers(sizes: Mapping[str, int], alpha: float) -> dict[str, Fraction]:
    """Numbers in proportion to n_i^α, in [0, 1]: the power is taken relative to the largest. 0 where there is no text.

    Raises ShareError for an alpha outside [0, 1], a size below 0, and where nobody has text.
    """
    _check(sizes, alpha)
    largest = max(sizes.values())
    ratios = {name: Fraction(size, largest) for name, size in sizes.items()}
    return {name: ratio if alpha == 1 or not ratio else Fraction(ratio**alpha) for name, ratio in ratios.items()}


def _rounded(exact: Mapping[str, Fraction], whole: int) -> dict[str, int]:
    """Integers that add up to `whole`, each the exact value rounded down, or up for the largest remainders."""
    floors = {name: int(value) for name, value in exact.items()}
    spare = whole - sum(floors.values()) if exact else 0
    for name in sorted(exact, key=lambda name: (floors[name] - exact[name], name))[:spare]:
        floors[name] += 1
    return floors


def _check(sizes: Mapping[str, int], alpha: float) -> None:
    """Refuse what has no shares."""
    if not isfinite(alpha) or not 0 <= alpha <= 1:
        raise ShareError(f"alpha is {alpha}; it must be from 0 (all languages alike) to 1 (as they are)")
    for language, size in sizes.items():
        if size < 0:
            raise ShareError(f"{language}: a size of {size} bytes; sizes are 0 or more")
    if not any(sizes.values()):
        raise ShareError(
            "no language has any text, so there is nothing to share; see the funnel for what dropped the documents"
        )


def _checked(budget: int) -> int:
    """A budget of at least one byte."""
    if budget < 1:
        raise ShareError(f"a budget of {budget} bytes; give 1 or more, or none to keep everything")
    return budget
