"""The beginnings of texts as cards show them: hostile texts stay text, and personal data is not shown."""

from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lang_params.params import load
from roots.excerpts import LENGTH, MORE, Spans, block, cut, direction, everything, everywhere, excerpts, masked

HOSTILE = [
    "[click](https://evil.example) <https://evil.example> ![x](https://evil.example/x.png)",
    "<script>alert(1)</script> </blockquote><img src=x onerror=alert(1)>",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "# heading\n\n## another\n\n---\n\n- a\n- b\n\n1. c",
    "```\ncode\n```\n\n    indented ~~~ `tick` ``two``",
    "setext\n===\n\n***\n\n> quoted\n\n[a]: https://evil.example\n\n[a]",
    "\u202eback to front\u202c and \u2066isolated\u2069",
    "www.evil.example and mailto:somebody and &lt;b&gt; &amp; &#60;",
    "\x1b[2J\x00\x07\r\n\u2028\u2029\x85",
    "{{ 7 * 7 }} {% raw %} ${x} $$y$$ :smile: @everyone #1",
    '" onmouseover="alert(1)" dir="rtl',
]


def excerpt(text: str, spans: Spans = ()) -> str:
    """The beginning of one text in Yoruba."""
    return excerpts([text], [spans], load("yo"))[0]


def rendered(text: str) -> str:
    """A card in which the text is shown, as HTML; raw HTML is let through, and tables and links of GitHub are made."""
    card = f"# Title\n\nBefore.\n\n{block(text, 'yo')}\n\nAfter.\n"
    return str(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(card))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_stays_one_quoted_line(text: str) -> None:
    html = rendered(text)
    before, _, rest = html.partition("<blockquote ")
    inside, _, after = rest.partition("</blockquote>")
    assert before == "<h1>Title</h1>\n<p>Before.</p>\n"
    assert after == "\n<p>After.</p>\n"
    attributes, _, shown = inside.partition(">")
    assert attributes in ('dir="ltr" lang="yo"', 'dir="rtl" lang="yo"')
    assert not {"<", ">", '"', "\n"} & set(shown)


@given(st.text(max_size=400))
def test_any_text_is_one_line_in_which_nothing_acts(text: str) -> None:
    made = block(text)
    assert made.count("<") == made.count(">") == 2
    assert len(made.splitlines()) == 1


@given(st.text(max_size=3 * LENGTH))
def test_an_excerpt_is_short_and_shows_the_beginning(text: str) -> None:
    shown = excerpt(text)
    assert len(shown) <= LENGTH + len(MORE) + 1
    assert excerpt(text) == shown


def test_what_turns_the_direction_is_shown_as_its_code() -> None:
    assert "\u202e" not in block(HOSTILE[6])
    assert "\\u202eback" in unescape(block(HOSTILE[6]))


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("مرحبا بكم في المكتبة", "rtl"),
        ("שלום עולם", "rtl"),
        ("اردو کا متن 123", "rtl"),
        ("Ẹ káàbọ̀ sí ilé ìkàwé", "ltr"),
        ("नमस्ते दुनिया", "ltr"),
        ("12.30", "ltr"),
        ("", "ltr"),
    ],
)
def test_a_text_shows_in_its_direction(text: str, way: str) -> None:
    assert direction(text) == way
    assert block(text).startswith(f'<blockquote dir="{way}">')


def test_the_tag_of_a_language_cannot_leave_its_attribute() -> None:
    assert 'lang="a&quot;b"' in block("x", 'a"b')


def test_a_text_is_cut_at_a_space_or_between_letters_as_they_are_seen() -> None:
    assert cut("one two three", 8) == f"one two {MORE}"
    assert cut("ẹ̀" * 200, LENGTH) == "ẹ̀" * (LENGTH // len("ẹ̀")) + f" {MORE}"
    assert excerpt("ọ̀rọ̀ " * 400).endswith(f" {MORE}")


def test_personal_data_that_a_source_leaves_in_is_not_shown() -> None:
    assert excerpt("Kọ̀wé sí ayoola@kofoworola.example tàbí @ayoola_benson") == "Kọ̀wé sí PI:EMAIL tàbí PI:USER"
    half = "x" * (LENGTH - 8) + " ayoola@kofoworola.example y"
    assert "ayoola" not in excerpt(half)


def test_what_a_language_looks_for_is_all_replaced() -> None:
    assert {action for _, action in everything(load("sw")).actions} == {"redact"}
    assert excerpts(["Piga 0712-345-678 leo"], [()], load("sw")) == ["Piga PI:PHONE leo"]
    assert excerpts([], [], load("sw")) == []


def test_personal_data_that_is_only_marked_is_not_shown() -> None:
    spans = [{"tag": "PHONE", "start": 5, "end": 17}, {"tag": "EMAIL", "start": 22, "end": 30}]
    assert masked("Piga 0712 345 678 leo PI:EMAIL", spans) == "Piga PI:PHONE leo PI:EMAIL"
    assert masked("Piga 0712", [{"tag": "PHONE", "start": 5, "end": 17}]) == "Piga PI:PHONE"
    assert masked("Piga", [{"tag": "PHONE", "start": 5, "end": 17}]) == "Piga"


def test_a_long_text_is_read_no_further_than_needed() -> None:
    assert excerpt("ab " * 10_000_000) == excerpt("ab " * 1000)


def test_without_a_language_all_kinds_but_names_of_persons_are_looked_for() -> None:
    actions = dict(everywhere().actions)
    assert actions.pop("PERSON", "off") == "off"
    assert set(actions.values()) == {"redact"}
