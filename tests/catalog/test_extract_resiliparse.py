"""Text of pages by resiliparse."""

from collections.abc import Callable

import pytest

from catalog.extract_resiliparse import load, text


def test_main_text_without_menu_links_and_alternative_texts(page: Callable[..., bytes]) -> None:
    load()
    menu = "<nav><ul><li><a href='/'>Ilé</a></li></ul></nav>"
    source = page().decode().replace("<body>", f"<body>{menu}").replace("</article>", "<img alt='àwòrán'></article>")
    found = text(source)
    assert found.text.startswith("Gbogbo ènìyàn ni a bí ní òmìnira, 0.")
    assert "Ilé" not in found.text
    assert "àwòrán" not in found.text
    assert found.meta == {}


@pytest.mark.parametrize(
    "source",
    ["", "\0\0", "<" * 100_000, "<div>" * 2000 + "x", "<!--" * 10_000, "&#xD800;&#0;" * 1000, "%PDF-1.4", "\ud800"],
)
def test_hostile_pages_end(source: str) -> None:
    try:
        assert isinstance(text(source).text, str)
    except UnicodeEncodeError:
        assert source == "\ud800"
