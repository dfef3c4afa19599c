"""What notebooks show: HTML in which nothing of a text acts, and which asks for nothing from a network."""

import altair as alt
import pandas as pd
import pytest

from lang_params.params import load
from roots.panels import widgets
from roots.panels.widgets import SHORT

EVIL = '<script>alert("x")</script> & </pre>'


def test_what_is_shown_is_html_to_a_notebook_and_short_in_a_list() -> None:
    shown = widgets.said("ẹ̀kọ́", EVIL)
    assert shown._repr_html_() == str(shown)
    assert repr(shown) == "<HTML>"
    assert "ẹ̀kọ́<br>&lt;script&gt;" in shown


@pytest.mark.parametrize(
    "shown",
    [
        widgets.said(EVIL),
        widgets.written(EVIL),
        widgets.difference(f"--- a\n+++ b\n+{EVIL}"),
        widgets.table(pd.DataFrame({EVIL: [EVIL]})),
        widgets.passage(EVIL, EVIL, load("yo")),
        widgets.beside({EVIL: []}),
        widgets.page(EVIL),
    ],
)
def test_nothing_of_a_text_acts(shown: widgets.Shown) -> None:
    assert "<script" not in shown
    assert "alert" in shown


def test_what_steers_a_page_is_shown_as_a_code() -> None:
    assert "\\u202e" in widgets.passage("a", "b\u202ec", load("yo"))


def test_a_difference_has_a_colour_for_each_kind_of_line() -> None:
    shown = widgets.difference("--- yo.toml\n+++ mine/yo.toml\n@@ -1 +1 @@\n-a = 1\n+a = 2\n same\n")
    assert shown.count("font-weight:bold") == 2
    assert '#fde3df">-a = 1<' in shown
    assert '#dff3e1">+a = 2<' in shown


def test_a_picture_is_drawn_here_and_said_in_words() -> None:
    chart = alt.Chart(alt.InlineData(values=[{"a": 1}])).mark_point().encode(x="a:Q")
    shown = widgets.picture(chart, 'How "long" texts are')
    assert 'role="img" aria-label="How &quot;long&quot; texts are"' in shown
    assert "<svg" in shown
    assert "<script" not in shown
    assert "src=" not in shown
    image = widgets.drawn("<svg/>")
    assert 'src="data:image/svg+xml;base64,PHN2Zy8+"' in image


def test_a_table_has_its_numbers_written_out() -> None:
    frame = pd.DataFrame({"language": ["العربية"], "documents": [12345], "share": [0.256], "min": [float("nan")]})
    shown = widgets.table(frame, {"share": "{:.1%}"})
    assert '<td dir="auto" style="text-align:left">العربية</td>' in shown
    assert ">12,345<" in shown
    assert ">25.6%<" in shown
    assert "nan" not in shown
    assert ">none<" in widgets.table(frame[:0])


@pytest.mark.parametrize(("lang", "tag"), [("ar", ' lang="ar"'), ("zht", ' lang="zh-Hant"'), ("code", "")])
def test_a_text_says_its_language_and_takes_its_own_direction(lang: str, tag: str) -> None:
    assert f'<p dir="auto"{tag} style=' in widgets.passage("0.2", "كتاب", load(lang))


def test_a_long_text_is_shown_in_two_parts_and_loses_nothing() -> None:
    text = "ẹ̀kọ́ ni " * 200
    first, rest = widgets.parts(text)
    assert len(first) <= SHORT + 2
    assert first.removesuffix(" …") + rest == text
    assert "<details><summary>more</summary>" in widgets.passage("a", text, load("yo"))
    assert widgets.parts("short") == ["short"]
    unbroken = "நி" * SHORT
    first, rest = widgets.parts(unbroken)
    assert first.removesuffix(" …") + rest == unbroken
    assert rest.startswith("நி"), "a letter is not cut from its mark"


def test_a_command_shows_itself_and_what_it_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    shown = widgets.command("models", "--help")
    assert "$ roots models --help\n" in shown
    assert "List every model" in shown
    assert "x1b" not in shown


def test_a_command_that_fails_says_what_it_said() -> None:
    with pytest.raises(ChildProcessError, match=r"roots stats nowhere\n.*nowhere: no ledger is there"):
        widgets.command("stats", "nowhere")
