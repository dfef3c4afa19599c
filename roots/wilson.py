"""Intervals of 95 % for shares in a sample that was drawn by strata, without replacement, from a known population.

Within a stratum the interval is that of Wilson (1927, Probable inference, the law of succession, and statistical
inference, JASA 22), with a correction for finite populations: of 20 documents of which 15 were looked at, five are
unknown, and of all 20 nothing is. Near 0 and 1, where Wilson's interval holds the truth too seldom, the nearer bound is
that of a Poisson count (Brown, Cai and DasGupta 2001, Interval estimation for a binomial proportion, Statistical
Science 16, section 4.1.1).

Strata are put together from their own intervals: sums as Zou and Donner do (2008, Construction of confidence limits
about effect measures, Statistics in Medicine 27), ratios as Donner and Zou (2012, Closed-form confidence intervals for
functions of the normal mean and standard deviation, Statistical Methods in Medical Research 21). One interval from an
effective number of labels (Korn and Graubard 1998, Survey Methodology 24) says too little here: where a stratum shows
no bad document, it takes its share for surely 0, and the few that it may hold weigh most.

All functions work over arrays of any shape, the last axis being that of strata.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Z = 1.959963984540054
"""The quantile 0.975 of the normal distribution."""

POISSON = (0.0, 0.05129329, 0.35536151, 0.81769145)
"""The bounds below which the mean of a Poisson count of 0, 1, 2 or 3 does not lie but in one of twenty draws: half of
the quantile 0.05 of chi-squared with as many degrees of freedom as twice the count."""

ROUNDING = 1e-9
"""How far from a whole number of documents a bound may be by the rounding of the machine alone."""


class Interval(NamedTuple):
    """An estimate and its interval, arrays of one shape."""

    share: Floats
    low: Floats
    high: Floats


def bounds(share: Any, size: Any) -> tuple[Floats, Floats]:
    """Wilson's interval of a share that was seen in so many draws from a population without end.

    >>> low, high = bounds(0.25, 20)
    >>> round(float(low), 3), round(float(high), 3)
    (0.112, 0.469)
    """
    share, size = np.asarray(share, np.float64), np.asarray(size, np.float64)
    middle = (share + Z**2 / (2 * size)) / (1 + Z**2 / size)
    reach = Z / (1 + Z**2 / size) * np.sqrt(share * (1 - share) / size + (Z / (2 * size)) ** 2)
    return middle - reach, middle + reach


def wilson(found: Any, labels: Any, documents: Any) -> Interval:
    """The share of a stratum's documents that are of a kind, of which so many were found among its labels.

    Of no label nothing is known: 0 to 1. A share of whole documents is widened to the next whole ones.

    >>> low, high = wilson(3, 50, 10_000)[1:]
    >>> round(float(low), 3), round(float(high), 3)
    (0.016, 0.162)
    >>> [float(bound) for bound in wilson(3, 17, 17)[1:]] == [3 / 17, 3 / 17]
    True
    """
    found, labels, documents = (np.asarray(value, np.float64) for value in (found, labels, documents))
    known = np.maximum(labels, 1)
    share = np.where(labels > 0, found / known, 0.5)
    # A sample without replacement varies less, by (N - m) / N about; with one more, for of few documents it jumps.
    size = known * documents / np.maximum(documents - labels + 1, 1)
    low, high = bounds(share, size)
    low = np.clip(np.minimum(low, _poisson(found, size)), 0, share)
    high = np.clip(np.maximum(high, 1 - _poisson(labels - found, size)), share, 1)
    low = np.floor(low * documents + ROUNDING) / documents
    high = np.minimum(np.ceil(high * documents - ROUNDING) / documents, 1)
    open_, whole = (labels > 0) & (labels < documents), labels >= documents
    return Interval(
        share,
        np.where(open_, low, np.where(whole, share, 0.0)),
        np.where(open_, high, np.where(whole, share, 1.0)),
    )


def _poisson(count: Floats, size: Floats) -> Floats:
    """The bound for small counts, infinite for others."""
    bounds = np.array([*POISSON, np.inf])
    return np.asarray(bounds[np.clip(count, 0, len(POISSON)).astype(np.int64)] / size)


def total(parts: Interval, weights: Any) -> Interval:
    """The sum of shares of independent strata, each times its weight, over the last axis.

    >>> low, high = total(wilson([3, 0], [50, 50], [1000, 9000]), [1000, 9000])[1:]
    >>> round(float(low)), round(float(high))
    (15, 707)
    """
    weights = np.asarray(weights, np.float64)
    below, above = (weights * (parts.share - parts.low)) ** 2, (weights * (parts.high - parts.share)) ** 2
    share = (weights * parts.share).sum(-1)
    return Interval(share, share - np.sqrt(below.sum(-1)), share + np.sqrt(above.sum(-1)))


def part(one: Interval, other: Interval) -> Interval:
    """Which share the first of two independent sums has in both together; NaN, from 0 to 1, where both are 0.

    >>> found = part(Interval(*map(np.float64, (400, 300, 450))), Interval(*map(np.float64, (0, 0, 370))))
    >>> [round(float(bound), 2) for bound in found]
    [1.0, 0.51, 1.0]
    """
    product = one.share * other.share
    under = one.low * (2 * one.share - one.low)
    over = other.high * (2 * other.share - other.high)
    root = np.sqrt(np.maximum(product**2 - under * over, 0))
    with np.errstate(divide="ignore", invalid="ignore"):
        low = under / (product + root)
        above = one.high * (2 * one.share - one.high)
        below = other.low * (2 * other.share - other.low)
        high = (product + np.sqrt(np.maximum(product**2 - above * below, 0))) / below
        share = one.share / (one.share + other.share)
        low, high = (np.where(np.isinf(end), 1.0, end / (1 + end)) for end in (low, high))
    return Interval(share, np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), 1.0, high))
