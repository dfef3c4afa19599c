"""How a budget is divided: shares that add up, limits, groups, weights by hand, and ROOTS's own figures."""

import csv
import math
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roots.against import of_roots
from roots.division import divide, flat, meant
from roots.mix.settings import Group, MixSettings
from roots.shares import ShareError
from tests.roots.plain_shares import allocate, largest_sample, shares

CODES = ("ar", "en", "fon", "hi", "xh", "yo", "zu")
SIZES = st.dictionaries(st.sampled_from(CODES), st.integers(0, 10**12), min_size=1).filter(lambda it: any(it.values()))
ALPHA = st.sampled_from([0.0, 0.3, 0.5, 1.0])
GB = 10**9


@st.composite
def asked(draw: st.DrawFn) -> MixSettings:
    """Settings with groups and weights that leave something to the others."""
    groups = [Group("nguni", ("xh", "zu"), draw(ALPHA), draw(st.sampled_from([None, 0.0, 0.25])))]
    weights = draw(st.dictionaries(st.sampled_from(["en", "yo"]), st.sampled_from([0.0, 0.1, 0.3])))
    return MixSettings(
        alpha=draw(ALPHA),
        weights=weights,
        groups=tuple(groups) if draw(st.booleans()) else (),
        budget=draw(st.one_of(st.none(), st.integers(1, 10**13))),
        upsampling=draw(st.integers(1, 5)),
    )


def weighted(sizes: dict[str, int], given_: MixSettings) -> bool:
    try:
        meant(sizes, given_)
    except ShareError:
        return False
    return True


@settings(deadline=None)
@given(SIZES, asked())
def test_shares_add_up_to_one(sizes: dict[str, int], given_: MixSettings) -> None:
    if not weighted(sizes, given_):
        return
    q = meant(sizes, given_)
    assert sum(q.values()) == 1
    assert list(q) == list(sizes)
    assert all(share >= 0 and (size or not share) for share, size in zip(q.values(), sizes.values(), strict=True))


@settings(deadline=None)
@given(SIZES, asked())
def test_nobody_gets_more_than_the_limit_and_the_budget_is_never_passed(
    sizes: dict[str, int], given_: MixSettings
) -> None:
    if not weighted(sizes, given_):
        return
    most = {code: size * given_.upsampling for code, size in sizes.items()}
    gets, q = divide(sizes, given_, most), meant(sizes, given_)
    assert all(type(got) is int and 0 <= got <= most[code] for code, got in gets.items())
    able = sum(most[code] for code in most if q[code])
    if given_.budget is None:
        assert all(gets[code] >= size for code, size in sizes.items() if q[code])
    else:
        assert sum(gets.values()) == min(given_.budget, able)
    assert divide(dict(reversed(sizes.items())), given_, most) == gets


@settings(deadline=None)
@given(SIZES, ALPHA, st.integers(1, 10**13))
def test_without_groups_and_weights_it_is_plain_water_filling(sizes: dict[str, int], alpha: float, budget: int) -> None:
    asked_ = MixSettings(alpha=alpha, budget=budget)
    assert divide(sizes, asked_) == allocate(sizes, alpha=alpha, budget=budget)
    assert divide(sizes, MixSettings(alpha=alpha)) == sizes
    assert {code: float(q) for code, q in meant(sizes, asked_).items()} == shares(sizes, alpha=alpha)
    assert divide(sizes, MixSettings(alpha=alpha, strict=True)) == largest_sample(sizes, alpha=alpha)


def test_what_a_language_of_a_group_cannot_use_stays_in_the_group() -> None:
    nguni = Group("nguni", ("xh", "zu"), alpha=0.0, weight=0.5)
    gets = divide({"en": 1000, "xh": 10, "zu": 500}, MixSettings(groups=(nguni,), budget=400))
    assert gets == {"en": 200, "xh": 10, "zu": 190}


def test_a_group_that_runs_dry_leaves_the_rest_to_the_others() -> None:
    nguni = Group("nguni", ("xh", "zu"), weight=0.9)
    assert divide({"en": 1000, "xh": 10, "zu": 5}, MixSettings(groups=(nguni,), budget=400)) == {
        "en": 385,
        "xh": 10,
        "zu": 5,
    }


def test_a_weight_by_hand_is_a_share_of_the_corpus_and_0_leaves_a_language_out() -> None:
    asked_ = MixSettings(weights={"yo": 0.2, "de": 0.0}, budget=1000)
    assert divide({"en": 5000, "fr": 3000, "yo": 900, "de": 70}, asked_) == {"en": 500, "fr": 300, "yo": 200, "de": 0}


def test_without_a_budget_small_languages_are_lifted_and_nothing_is_given_up() -> None:
    gets = divide({"en": 1000, "yo": 10}, MixSettings(alpha=0.0, upsampling=7), {"en": 7000, "yo": 70})
    assert gets == {"en": 1000, "yo": 70}


def test_weights_that_leave_nothing_are_refused() -> None:
    with pytest.raises(ShareError, match="the weights leave nothing for any language that has text"):
        meant({"en": 5}, MixSettings(weights={"yo": 1.0}))


def test_no_text_divides_into_nothing() -> None:
    assert divide({"en": 0}, MixSettings()) == {"en": 0}


def test_the_smoothed_shares_of_roots(shared: Path) -> None:
    """q_i for alpha 0.3 of the table of bytes, against the formula in plain floats."""
    with (shared / "spec" / "languages.csv").open(encoding="utf-8") as file:
        sizes = {row["dataset_prefix"].split("-")[-1]: int(row["bytes"]) for row in csv.DictReader(file)}
    assert {code: size for code, (size, _) in of_roots().items() if code != "code"} == sizes
    whole = math.fsum(sizes.values())
    raised = {code: (size / whole) ** 0.3 for code, size in sizes.items()}
    total = math.fsum(raised.values())
    q = meant(sizes, MixSettings(alpha=0.3))
    assert all(math.isclose(float(q[code]), raised[code] / total, rel_tol=1e-12) for code in sizes)
    assert f"{float(q['en']):.2%} {float(q['fr']):.2%} {float(q['tum']):.3%}" == "10.27% 7.97% 0.119%"


NOMINAL = {"en": 797.9, "zhs": 214.2, "code": 188.1, "fr": 126.8, "es": 99.3, "ar": 69.7}
"""Gigabytes of the six largest languages in the procedure behind the tokenizer's data; 1,727 with all."""


def test_the_level_of_the_tokenizers_data_is_100_gigabytes() -> None:
    """The others, 231 GB together, are each below the level, whatever their sizes."""
    sizes = {code: round(size * GB) for code, size in NOMINAL.items()}
    others = 1727 * GB - sum(sizes.values())
    sizes |= {f"other {number}": others // 41 for number in range(41)}
    level = flat(sizes, 800 * GB)
    assert {code for code in NOMINAL if level[code] < sizes[code]} == {"en", "zhs", "code", "fr"}
    assert max(level.values()) / GB == pytest.approx(100, abs=0.1)


def test_the_published_shares_of_the_tokenizers_data_follow_from_the_sizes_that_are_given() -> None:
    """Of en, zhs, code and fr 6.34 %; 6.33 of es and 5.69 of ar follow. 6.34 itself needs the size of each language."""
    level = {code: min(size, 100.0) for code, size in NOMINAL.items()} | {"tum": of_roots()["tum"][0] / GB}
    q = meant({code: round(size * GB) for code, size in level.items()}, MixSettings(alpha=0.3))
    said = {code: round(float(q[code] / q["en"]) * 6.34, 2) for code in level}
    assert said == {"en": 6.34, "zhs": 6.34, "code": 6.34, "fr": 6.34, "es": 6.33, "ar": 5.69, "tum": 0.12}


def test_every_niger_congo_language_is_whole_in_the_tokenizers_data(shared: Path) -> None:
    """The ratio 1.0: 30 GB times the share that its size gives a language is more than its size, for each of the 22."""
    with (shared / "spec" / "languages.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["dataset_prefix"].startswith("nigercongo-")]
    assert len(rows) == 22
    for row in rows:
        size = int(row["bytes"])
        assert 0.0634 * (size / (100 * GB)) ** 0.3 * 30 * GB > size


def test_a_level_is_the_same_for_all_that_reach_it() -> None:
    assert flat({"en": 5, "fr": 5, "yo": 1}, 7) == {"en": 3, "fr": 3, "yo": 1}
    assert flat({"en": 5, "yo": 1}, 70) == {"en": 5, "yo": 1}
    assert sum(meant({"en": 5, "yo": 1}, MixSettings(flatten=2)).values()) == Fraction(1)
