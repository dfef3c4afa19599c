"""Words and tables of the page: directions and languages are said, and nothing of people acts."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from lang_params.params import load
from roots.page.word_tables import sorry, table, word, words


def plain(component: Component) -> dict[str, Any]:
    found: dict[str, Any] = component.to_plotly_json()["props"]
    return found


def test_a_word_has_its_direction_and_language_and_controls_are_shown() -> None:
    shown = word("كتاب\u202e\x1b", load("ar"))
    assert isinstance(shown, html.Bdi)
    assert plain(shown) == {"children": "كتاب\\u202e\\x1b", "className": "word", "lang": "ar"}
    assert "lang" not in plain(word("x", load("code")))


def test_words_stand_apart() -> None:
    parts = plain(words(["ní", "ti"], load("yo")))["children"]
    assert [each if isinstance(each, str) else each.children for each in parts] == ["ní", " ", "ti", " "]


def test_a_table_has_heads_numbers_and_can_be_reached_by_keyboard() -> None:
    shown = plain(table("Some", ["Word", "Times"], [["ní", "2"]], numbers=1))
    assert (shown["tabIndex"], shown["role"], shown["aria-label"]) == (0, "region", "Some")
    text = str(table("Some", ["Word", "Times"], [["ní", "2"]], numbers=1))
    assert "scope='col'" in text
    assert "Th(children='ní', scope='row')" in text
    assert "Td(children='2', className='number')" in text


def test_a_message_is_read_out_and_cannot_turn_the_line() -> None:
    [shown] = sorry("a\u202eb")
    assert plain(shown) == {"children": "a\\u202eb", "role": "alert", "className": "notice"}
