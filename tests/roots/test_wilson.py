"""Intervals hold the truth in about 95 of 100 samples: small strata, shares near 0 and 1, finite populations, strata
together."""

from math import comb

import numpy as np
import pytest
from numpy.typing import NDArray

from roots.wilson import Interval, bounds, part, total, wilson

DRAWS = 4_000
"""Samples of each case; the standard error of a coverage of 0.95 is 0.0034 then."""

Floats = NDArray[np.float64]


def held(found: Interval, truth: float) -> float:
    """In which share of samples the interval holds the truth."""
    return float(((found.low <= truth + 1e-9) & (found.high >= truth - 1e-9)).mean())


def chances(documents: int, bad: int, labels: int) -> Floats:
    """The probability of each number of bad documents among the labels, by counting samples; [labels + 1] float64."""
    whole = comb(documents, labels)
    return np.array([comb(bad, found) * comb(documents - bad, labels - found) / whole for found in range(labels + 1)])


@pytest.mark.parametrize(
    ("documents", "labels"), [(10, 5), (20, 10), (40, 10), (100, 5), (100, 50), (400, 20), (400, 100), (5_000, 30)]
)
def test_the_interval_of_a_stratum_holds_the_truth_whatever_its_share_is(documents: int, labels: int) -> None:
    """Exact: of each truth all samples are counted, none is drawn. Wilson's own interval falls to 0.84 near 0 and 1."""
    truths = np.unique(np.linspace(0, documents, min(documents, 120) + 1).astype(int)).tolist()
    found = wilson(np.arange(labels + 1), labels, documents)
    covered = []
    for bad in truths:
        holds = (found.low <= bad / documents + 1e-9) & (found.high >= bad / documents - 1e-9)
        covered.append(float(chances(documents, bad, labels)[holds].sum()))
    assert min(covered) >= 0.92
    assert 0.95 <= float(np.mean(covered)) <= 1
    if documents > 20 * labels:
        assert float(np.mean(covered)) <= 0.98


def test_a_whole_stratum_is_known_and_of_no_label_nothing_is() -> None:
    assert [float(end) for end in wilson(2, 7, 7)] == [2 / 7] * 3
    assert [float(end) for end in wilson(0, 0, 50)][1:] == [0, 1]


def test_more_labels_and_fewer_unknown_documents_make_it_narrower() -> None:
    found = wilson([5, 25, 25], [20, 100, 100], [10_000, 10_000, 110])
    widths = (found.high - found.low).tolist()
    assert widths[0] > widths[1] > widths[2] > 0


CASES = {
    # documents, labels and the share of bad ones, of the kept and of three filters
    "usual": ([9000, 500, 300, 50], [100, 50, 35, 15], [0.02, 0.9, 0.7, 0.5]),
    "bad ones are rare among the kept": ([9000, 500, 300, 50], [100, 50, 35, 15], [0.002, 0.9, 0.7, 0.5]),
    "none is bad among the kept": ([9000, 500, 300, 50], [100, 50, 35, 15], [0, 0.9, 0.7, 0.5]),
    "many are bad among the kept": ([9000, 500, 300, 50], [100, 50, 35, 15], [0.4, 0.9, 0.95, 0.5]),
    "filters drop good ones": ([9000, 5000, 300, 50], [100, 50, 35, 15], [0.05, 0.02, 0.03, 0.5]),
    "filters are right": ([9000, 5000, 300, 50], [100, 50, 35, 15], [0.01, 1, 1, 1]),
    "a small language": ([40, 20, 12, 6], [20, 12, 8, 5], [0.1, 0.8, 0.5, 0.5]),
    "a small language, little bad": ([100, 20, 12, 6], [40, 12, 8, 5], [0.02, 0.8, 1, 0.5]),
    "few labels": ([9000, 500, 300, 50], [10, 5, 5, 5], [0.1, 0.8, 0.5, 0.5]),
    "a large language": ([10**7, 10**6, 10**5, 10**3], [100, 40, 30, 30], [0.03, 0.8, 0.5, 0.9]),
    "few are kept": ([50, 10**6, 10**5, 10**3], [50, 60, 50, 40], [0.3, 0.95, 0.9, 0.99]),
}

EASY = {"usual", "many are bad among the kept", "a large language"}
"""Those in which counts are large enough for an interval to be no wider than it has to be."""


@pytest.mark.parametrize("name", CASES)
def test_intervals_over_strata_hold_the_truth(name: str) -> None:
    documents, labels, shares = (np.array(each) for each in CASES[name])
    bad = np.round(documents * shares).astype(np.int64)
    random = np.random.default_rng(2022)
    found = wilson(random.hypergeometric(bad, documents - bad, labels, size=(DRAWS, 4)), labels, documents)
    other = Interval(1 - found.share, 1 - found.high, 1 - found.low)

    def amount(of: Interval, places: list[int]) -> Interval:
        return total(Interval(*(end[:, places] for end in of)), documents[places])

    dropped, kept, good = [1, 2, 3], [0], documents - bad
    covered = {
        "precision of the chain": held(amount(found, dropped), bad[1:].sum()),
        "good ones lost": held(amount(other, dropped), good[1:].sum()),
        "recall of the chain": held(part(amount(found, dropped), amount(found, kept)), bad[1:].sum() / bad.sum()),
        "share lost": held(part(amount(other, dropped), amount(other, kept)), good[1:].sum() / good.sum()),
        **{
            f"recall of filter {filter_}": held(
                part(amount(found, [filter_]), amount(found, [each for each in range(4) if each != filter_])),
                bad[filter_] / bad.sum(),
            )
            for filter_ in dropped
        },
    }
    assert {what: share for what, share in covered.items() if share < 0.93} == {}
    if name in EASY:
        assert {what: share for what, share in covered.items() if share > 0.98} == {}


def test_strata_at_random_hold_the_truth_too() -> None:
    random, worst = np.random.default_rng(7), []
    for _ in range(150):
        strata = int(random.integers(2, 6))
        documents = np.round(10 ** random.uniform(0.6, 3, strata)).astype(int)
        labels = np.maximum(np.minimum(5, documents), (documents * random.uniform(0.1, 1, strata)).astype(int))
        bad = np.round(documents * random.choice([0, 0.02, 0.1, 0.5, 0.9, 1.0], strata)).astype(int)
        if not bad.sum():
            continue
        found = wilson(random.hypergeometric(bad, documents - bad, labels, size=(1_000, strata)), labels, documents)
        sums = [total(Interval(*(end[:, at] for end in found)), documents[at]) for at in ([0], list(range(1, strata)))]
        worst.append(held(part(sums[1], sums[0]), bad[1:].sum() / bad.sum()))
    assert min(worst) >= 0.87
    assert float(np.quantile(worst, 0.03)) >= 0.93


def test_a_part_of_nothing_is_not_known_and_all_of_it_is() -> None:
    nothing, some = Interval(*map(np.float64, (0, 0, 0))), Interval(*map(np.float64, (5, 4, 6)))
    assert np.isnan(part(nothing, nothing).share)
    assert [float(end) for end in part(nothing, nothing)[1:]] == [0, 1]
    assert [float(end) for end in part(some, nothing)] == [1, 1, 1]
    assert [float(end) for end in part(nothing, some)] == [0, 0, 0]


def test_bounds_are_those_that_are_published() -> None:
    # Agresti and Coull, Approximate is better than "exact", 1998: 0 of 10 ends at 0.278; 10 of 10 begins where it ends.
    assert float(bounds(0, 10)[1]) == pytest.approx(0.278, abs=0.001)
    assert float(bounds(1, 10)[0]) == pytest.approx(1 - 0.278, abs=0.001)
