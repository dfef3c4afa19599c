"""The page of an audit: hostile texts are text, labels are given by key, stay in the browser, come back as a sheet."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.document import document_id
from roots.audit.page import page
from roots.audit.sheet import Labelled, read
from tests import browser
from tests.browser import Page

IDS = [document_id("page", "x", place) for place in range(4)]
TEXTS = [
    "كتاب جديد عن تاريخ المدينة 12 - 2024",
    '</script><script>document.title="x"</script><img src=x onerror=alert(1)>&amp; "quoted"',
    "Gbogbo ènìyàn ni a bí ní òmìnira;\nìlà kejì.",
    "人人生而自由，" * 300,
]
PHONE = 360


def made() -> bytes:
    rows = list(zip(IDS, TEXTS, strict=True))
    return page(rows, "0123456789abcdef", language="Arabic", bcp47="ar", file="ar.csv")


def test_the_page_holds_everything_and_nothing_hostile_acts() -> None:
    said = made().decode()
    assert said == made().decode()
    assert len(re.findall("<script", said)) == 2
    assert "<img" not in said
    assert not re.findall(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", said)
    assert "default-src &#39;none&#39;" in said
    assert '<article id="text" dir="auto" lang="ar"' in said
    assert 'lang=""' not in page([("a", "b")], "k", language="code", bcp47="", file="x.csv").decode()


@pytest.fixture
def shown(chromium: browser.Browser, tmp_path: Path) -> Iterator[Page]:
    """The page. When a test ends, it has asked for nothing but itself and has had nothing to say."""
    path = tmp_path / "ar.html"
    path.write_bytes(made())
    opened = chromium.page()
    opened.view(1280, 900)
    opened.open(path.as_uri())
    yield opened
    asked = {url for url in opened.requests if not url.startswith(("data:", "about:", "blob:"))}
    opened.evaluate("localStorage.clear()")
    opened.send("Page.close")
    assert asked == {path.as_uri()}
    assert opened.said == []


def press(page: Page, *keys: str) -> None:
    """Keys of letters, as a keyboard sends them."""
    for key in keys:
        given = {"key": key, "text": key} if len(key) == 1 else {"key": key}
        page.send("Input.dispatchKeyEvent", type="keyDown", **given)
        page.send("Input.dispatchKeyEvent", type="keyUp", key=key)
    page.settle()


def place(page: Page) -> str:
    return str(page.evaluate("document.querySelector('#place').textContent"))


def downloaded(page: Page, folder: Path) -> Path:
    """The sheet that the page gives, as bytes in a file."""
    page.evaluate("URL.createObjectURL = blob => { window.sheet = blob.text(); return '#'; }")
    page.evaluate("HTMLAnchorElement.prototype.click = function () { window.file = this.download; }")
    page.click("#download")
    assert page.evaluate("window.file") == "ar.csv"
    path = folder / "ar.csv"
    path.write_bytes(str(page.evaluate("window.sheet")).encode())
    return path


def test_labels_are_given_by_key_and_come_back_as_a_sheet(shown: Page, tmp_path: Path) -> None:
    assert place(shown) == "Text 1 of 4; 0 with a label"
    press(shown, "g", "B", "u")
    assert place(shown) == "Text 4 of 4; 3 with a label"
    assert shown.evaluate("document.querySelector('#done').value") == 3
    press(shown, "ArrowLeft", "ArrowLeft")
    assert shown.evaluate("document.querySelector('[aria-pressed=true]').dataset.label") == "bad"
    press(shown, "Backspace")
    assert place(shown) == "Text 2 of 4; 2 with a label"
    press(shown, "ArrowRight", "ArrowRight", "n")
    assert place(shown) == "Text 2 of 4; 2 with a label"
    found = read(str(downloaded(shown, tmp_path)))
    assert [row.id for row in found] == IDS
    assert [row.label for row in found] == ["good", "", "unsure", ""]
    assert all(text not in (tmp_path / "ar.csv").read_text(encoding="utf-8") for text in TEXTS)


def test_keys_of_another_script_are_known_by_their_place_and_held_ones_label_once(shown: Page) -> None:
    for key, code, again in (("ل", "KeyG", False), ("ल", "KeyB", False), ("ل", "KeyG", True), ("g", "KeyG", True)):
        shown.send("Input.dispatchKeyEvent", type="keyDown", key=key, code=code, autoRepeat=again)
    shown.settle()
    assert place(shown) == "Text 3 of 4; 2 with a label"
    press(shown, "ArrowLeft")
    assert shown.evaluate("document.querySelector('[aria-pressed=true]').dataset.label") == "bad"


def test_labels_and_notes_stay_in_the_browser(shown: Page, tmp_path: Path) -> None:
    shown.click("[data-label=bad]")
    shown.evaluate("document.querySelector('#note').focus()")
    press(shown, "g", "=", "u")
    assert place(shown) == "Text 2 of 4; 1 with a label"
    shown.open((tmp_path / "ar.html").as_uri())
    assert place(shown) == "Text 2 of 4; 1 with a label"
    assert shown.evaluate("document.querySelector('#note').value") == "g=u"
    assert "kept in this browser" in shown.evaluate("document.querySelector('#kept').textContent")
    assert read(str(downloaded(shown, tmp_path)))[0] == Labelled(2, IDS[0], "bad")


def test_texts_are_text_in_their_direction(shown: Page) -> None:
    for number, text in enumerate(TEXTS):
        assert shown.evaluate("document.querySelector('#text').textContent") == text
        way = shown.evaluate("getComputedStyle(document.querySelector('#text')).direction")
        assert way == ("rtl" if number == 0 else "ltr")
        press(shown, "ArrowRight")
    assert shown.evaluate("document.title") == "Texts to label: Arabic"


def test_it_fits_a_phone_by_day_and_by_night(shown: Page) -> None:
    for dark in (False, True):
        shown.view(PHONE, 700, dark=dark)
        assert shown.evaluate("document.documentElement.scrollWidth") <= PHONE
        small = shown.evaluate(
            "[...document.querySelectorAll('.labels button')].filter(b => b.getBoundingClientRect().height < 44).length"
        )
        assert small == 0
