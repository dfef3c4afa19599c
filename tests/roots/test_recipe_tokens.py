"""The table [tokens] of a recipe."""

from collections.abc import Callable
from pathlib import Path

import pytest

from roots import recipe
from roots.recipe import RecipeError
from roots.recipe_tokens import of_table
from roots.token_shards import TokenSettings
from tests import corpora

TABLE = """
[tokens]
layouts = ["numpy", "megatron", "datatrove"]
end = "<|endoftext|>"
padded = 250880
"""


@pytest.fixture
def with_table(tmp_path: Path) -> Callable[[str], Path]:
    """A recipe with a table at its end."""

    def make(table: str) -> Path:
        path = corpora.make_small_recipe(tmp_path)
        path.write_text(f"{path.read_text(encoding='utf-8')}\n{table}", encoding="utf-8")
        return path

    return make


def test_a_recipe_says_how_shards_are_written(with_table: Callable[[str], Path]) -> None:
    assert recipe.load(with_table(TABLE)).tokens == TokenSettings(("datatrove", "numpy"), "<|endoftext|>", 250_880)


def test_without_it_there_is_megatron_s_layout_alone(with_table: Callable[[str], Path]) -> None:
    assert recipe.load(with_table("")).tokens == TokenSettings() == of_table({})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('layouts = ["mmap"]', r"tokens.layouts: \['mmap'\]; it must be a list of some of megatron, datatrove, numpy"),
        ('end = ""', r"tokens.end: ''; it must be a text"),
        ("padded = 0", "tokens.padded: 0; it must be a whole number from 1"),
        ("pad = 1", "tokens.pad: unknown key"),
    ],
)
def test_a_value_that_is_none_is_named(with_table: Callable[[str], Path], line: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        recipe.load(with_table(f"[tokens]\n{line}"))
