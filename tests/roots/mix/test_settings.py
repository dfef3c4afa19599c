"""Settings: which rule holds, and what they say of themselves."""

from fractions import Fraction

import pytest

from roots.mix.settings import Group, MixSettings, SourceRule


def test_a_rule_for_a_language_goes_before_one_for_all() -> None:
    one, every = SourceRule("a", Fraction(1, 2), language="yo"), SourceRule("a", most=5)
    found = MixSettings(sources=(every, one))
    assert (found.rule("a", "yo"), found.rule("a", "zu")) == (one, every)
    assert found.rule("b", "yo") == SourceRule("b")
    assert (found.limited("a", "yo"), found.limited("a", "zu"), found.limited("b", "yo")) == (True, True, False)


def test_the_unit_is_that_of_the_budget() -> None:
    assert (MixSettings(budget=5).unit, MixSettings(budget=5).limit) == ("bytes", 5)
    assert (MixSettings(budget_tokens=7).unit, MixSettings(budget_tokens=7).limit) == ("tokens", 7)


def test_all_that_decides_is_said_in_plain_words() -> None:
    said = MixSettings(
        weights={"yo": 0.1},
        groups=(Group("nguni", ("xh", "zu"), 0.5, 0.2), Group("rest", ("en",))),
        budget_tokens=1000,
        upsampling=3,
        validation=0.05,
        preset="roots-model",
    ).said()
    assert said == [
        "alpha 1: languages keep the shares that they have",
        "weight of yo, by hand: 10.00%",
        "group nguni (xh, zu): weight 20.00%, by hand; inside it alpha 0.5",
        "group rest (en): weight by its size; inside it alpha 1",
        "budget: 1,000 tokens",
        "a training document stands 3 times at most",
        "held out for validation, by hash of the content: 5.0% of the documents",
        "preset: roots-model",
    ]
    assert "size: the largest sample whose shares are exactly those meant" in MixSettings(strict=True).said()


def test_what_describes_a_dataset_decides_nothing() -> None:
    told = MixSettings(title="demo", names={"yo": "Yoruba"}, licences={"a": "cc0"}, notes=("x",), tokenizer="t.json")
    assert repr(told) == repr(MixSettings())
    assert told == MixSettings()


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (MixSettings(alpha=1), "budget: none, all that was kept"),
        (MixSettings(alpha=0.3, upsampling=2), "budget: none, all that was kept"),
        (
            MixSettings(alpha=1, weights={"yo": 0.5}),
            "budget: none, all that was kept; without a budget, upsampling or strict no share is changed",
        ),
    ],
)
def test_weights_that_change_nothing_say_so(settings: MixSettings, said: str) -> None:
    assert said in settings.said()
