"""The table [mix]: what it may say, and what is wrong with it, by key, value and what is allowed."""

import re
import tomllib
from fractions import Fraction
from typing import Any

import pytest

from roots.mix.settings import Group, MixSettings, SourceRule
from roots.recipe_mix import KEYS, of_table

UIDS = ["my_news", "udhr"]


def read(text: str) -> MixSettings:
    table: dict[str, Any] = tomllib.loads(text).get("mix", {})
    for key, value in table.items():
        says, fits = KEYS[key]
        assert fits(value), (key, says)
    return of_table(table, UIDS)


def test_a_long_table_is_read_whole() -> None:
    found = read(
        """
        [mix]
        alpha = 0.3
        budget = 5_000_000
        upsampling = 4
        validation = 0.05
        formats = ["parquet", "arrow"]
        [mix.weights]
        yor = 0.1
        [mix.groups.nguni]
        languages = ["zu", "xh"]
        alpha = 0.0
        weight = 0.05
        [mix.sources.my_news]
        ratio = "148/272"
        most = 1000
        languages = ["en"]
        [mix.sources.udhr]
        ratio = 0.3
        """
    )
    assert found == MixSettings(
        alpha=0.3,
        budget=5_000_000,
        upsampling=4,
        validation=0.05,
        formats=("arrow", "parquet"),
        weights={"yo": 0.1},
        groups=(Group("nguni", ("xh", "zu"), 0.0, 0.05),),
        sources=(SourceRule("my_news", Fraction(148, 272), 1000, "en"), SourceRule("udhr", Fraction(3, 10))),
    )


def test_an_empty_table_takes_everything_as_it_is() -> None:
    assert read("") == MixSettings()


def test_a_preset_is_read_with_what_may_stand_beside_it() -> None:
    found = read('mix = { preset = "roots-model", seed = 7, validation = 0.01 }')
    assert found == MixSettings(preset="roots-model", seed=7, validation=0.01)
    found = read('mix = { preset = "roots-tokenizer", budget = 3_000_000 }')
    assert (found.flatten, found.even, found.alpha) == (80_000_000, True, 0.3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('preset = "roots-model"\nalpha = 0.3', "mix.alpha: has no meaning beside preset = 'roots-model'"),
        ('preset = "roots-model"\nbudget = 3', "mix.budget: the preset roots-model takes all that was kept"),
        ("budget = 3\nbudget_tokens = 4", "mix.budget: 3 and mix.budget_tokens: 4; give one of them"),
        ("strict = true\nbudget = 3", "mix.budget: has no meaning with strict = true"),
        ('formats = ["parquet"]', 'the Arrow files are always written: add "arrow"'),
        ("weights = { yo = 2 }", "mix.weights.yo: 2; it must be a number from 0 to 1"),
        ("weights = { yo = 0.7, en = 0.4 }", "add up to 1.1; they are shares of the corpus, so 1 at most"),
        ("weights = { qq = 0.7 }", "mix.weights.qq: "),
        ("groups.a = 3", "mix.groups.a: 3; it must be a table"),
        ("groups.a = { alpha = 1 }", "mix.groups.a.languages: it is missing; it must be a list of texts"),
        ('groups.a = { languages = ["yo"], wait = 1 }', "mix.groups.a.wait: unknown key; did you mean 'weight'?"),
        ('groups.a = { languages = ["yo"] }\nweights = { yo = 0.1 }', "'yo' is also in mix.weights"),
        (
            'groups.a = { languages = ["yo"] }\ngroups.b = { languages = ["yor"] }',
            "mix.groups.b.languages: 'yo' is also in mix.groups.a.languages; a language has one weight",
        ),
        ("sources.my_new = { ratio = 1 }", "mix.sources.my_new: no source of the recipe has this uid; did you mean"),
        ("sources.x = { ratio = 1 }", "mix.sources.x: no source of the recipe has this uid; known: my_news, udhr"),
        (
            "sources.udhr = { ratio = 1.5 }",
            "mix.sources.udhr.ratio: 1.5; it must be a number from 0 to 1, or a fraction",
        ),
        ('sources.udhr = { ratio = "1/0" }', "mix.sources.udhr.ratio: '1/0'; it must be"),
        ("sources.udhr = { most = 0 }", "mix.sources.udhr.most: 0; it must be a whole number from 1 upwards"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        read(f"[mix]\n{text}")


def test_a_tenth_is_exactly_a_tenth() -> None:
    assert int(10 * read("mix = { sources.udhr = { ratio = 0.3 } }").rule("udhr", "yo").ratio) == 3
