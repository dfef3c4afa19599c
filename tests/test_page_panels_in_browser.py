"""The panels of one's own text, one's own list and words in a browser: what they say is what the functions say."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest

from lang_params.params import load_all
from roots.inspect import Corpus
from roots.own_list import listed, with_list
from roots.own_text import measured
from roots.page.app import made
from roots.page.served import Served
from roots.page.serving import bound, server_of
from tests import browser
from tests.browser import Page
from tests.corpora import articles
from tests.roots.filtered import filtered

TEXT = f"Todos los seres humanos nacen libres. www.a.com {'x' * 30} <b>مرحبا</b>"
LIST = "de\nla\nDe\nzzzz"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small judged folder in Spanish, opened with a cache of its own."""
    folder = tmp_path_factory.mktemp("panels")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        yield Served(Corpus(filtered(folder, "es", [row["text"] for row in articles()["es"]])))


@pytest.fixture(scope="module")
def address(served: Served) -> Iterator[str]:
    """Where its page is served."""
    listening = bound(0)
    server = server_of(made(served, "es"), listening)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}/"
    server.shutdown()
    thread.join()
    server.server_close()
    listening.close()


@pytest.fixture(scope="module")
def shown(chromium: browser.Browser, address: str) -> Iterator[Page]:
    """The page of the language. In the end it asked for nothing from elsewhere and had nothing to say."""
    page = chromium.page()
    page.view(1280, 900)
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-reduced-motion", "value": "reduce"}])
    page.open(address)
    until(page, "document.querySelector('.card')")
    yield page
    assert [url for url in page.requests if not url.startswith((address, "data:", "blob:"))] == []
    assert page.said == []


def until(page: Page, expression: str) -> None:
    """Wait until an expression is true on the page."""
    end = monotonic() + browser.PATIENCE
    while not page.evaluate(f"!!({expression})"):
        assert monotonic() < end, f"never: {expression}; the page says {text_of(page, 'body')[:400]}"
        sleep(0.05)


def typed(page: Page, selector: str, text: str) -> None:
    """Write into a box as by keyboard, in the place of what stood there."""
    page.evaluate(f"document.querySelector({json.dumps(selector)}).focus()")
    page.evaluate("document.activeElement.select()")
    page.send("Input.insertText", text=text)


def text_of(page: Page, selector: str) -> str:
    return str(page.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))


def test_a_text_of_ones_own_is_measured_and_nothing_in_it_acts(shown: Page) -> None:
    typed(shown, "#own-text-input", TEXT)
    shown.click("#own-text-measure")
    until(shown, "document.querySelector('#own-text-found table')")
    said = text_of(shown, "#own-text-found")
    languages = load_all()
    own = measured(TEXT, languages["es"], languages)
    assert own.dropped_by == "number_words"
    assert "With the limits in force this text is dropped, first by: Number of words." in said
    for row in own.shown():
        assert row["value"] in said
        assert row["verdict"] in said
    assert "x" * 30 in said
    passage = "document.querySelector('#own-text-found .passage')"
    assert shown.evaluate(f"{passage}.textContent") == own.text
    assert shown.evaluate(f"[{passage}.dir, {passage}.lang, {passage}.querySelectorAll('b').length]") == [
        "auto",
        "es",
        0,
    ]


def test_a_moved_limit_judges_the_text_again(shown: Page) -> None:
    typed(shown, "#own-text-input", "Hola a todos")
    shown.click("#own-text-measure")
    until(shown, "document.querySelector('#own-text-found').innerText.includes('by fasttext')")
    box = """[...document.querySelectorAll('#filter-number_words input')].find(each => each.value == '16')"""
    shown.evaluate(f"{box}.id = 'moved'")
    typed(shown, "#moved", "1")
    shown.press("Enter")
    until(shown, "document.querySelector('#own-text-found').innerText.includes('as you have moved them')")


def test_a_list_is_measured_as_the_function_says_and_taken_home(shown: Page, served: Served) -> None:
    typed(shown, "#own-list-input", LIST)
    shown.click("#own-list-measure")
    until(shown, "document.querySelector('#own-list-found').innerText.includes('measured in')")
    said = text_of(shown, "#own-list-found")
    found = with_list(served.corpus, "es", "stopwords", listed(LIST))
    for line in found.said():
        assert line in said
    assert "line 3: 'De' never matches: words are lower-cased, as 'de'" in said
    shown.click("#own-list-download")
    until(shown, "document.querySelector('#own-list-told [role=alert]')")
    assert "give both, in a few words" in text_of(shown, "#own-list-told")


def test_a_file_is_uploaded_into_the_box_or_refused(shown: Page, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.txt", tmp_path / "bad.txt"
    good.write_text("sí\nno\n", encoding="utf-8")
    bad.write_bytes(b"\xff\n")
    upload(shown, good)
    until(shown, "document.querySelector('#own-list-input').value == 'sí\\nno\\n'")
    assert "2 words read." in text_of(shown, "#own-list-read")
    upload(shown, bad)
    until(shown, "document.querySelector('#own-list-read [role=alert]')")
    assert "bad.txt: byte 0 is not UTF-8" in text_of(shown, "#own-list-read")


def upload(page: Page, path: Path) -> None:
    """Choose a file."""
    root = page.send("DOM.getDocument")["root"]["nodeId"]
    node = page.send("DOM.querySelector", nodeId=root, selector="#own-list-upload input[type=file]")["nodeId"]
    page.send("DOM.setFileInputFiles", nodeId=node, files=[str(path)])


def test_words_are_shown_by_what_would_drop_them(shown: Page) -> None:
    assert shown.evaluate("document.querySelector('#words-longest').value") == "25"
    typed(shown, "#words-longest", "14")
    shown.press("Tab")
    shown.click("#words-show")
    until(shown, "document.querySelectorAll('#words-found table').length == 2")
    lengths = shown.evaluate(
        "[...document.querySelectorAll('#words-found table')].map(table => "
        "[...table.querySelectorAll('tbody tr')].map(row => Number(row.querySelector('.number').textContent)))"
    )
    assert min(lengths[0]) > 14 >= max(lengths[1])


def test_all_panels_fit_a_phone(shown: Page) -> None:
    shown.view(360, 800)
    outside = shown.evaluate(
        "[...document.querySelectorAll('#own-text *, #own-list *, #words *')].filter("
        "each => !each.closest('.scroll') && each.getBoundingClientRect().right > 361).map(each => each.outerHTML)"
    )
    assert outside == []
