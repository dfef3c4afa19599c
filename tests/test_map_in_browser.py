"""The map in a browser: it asks for nothing, logs nothing, and does what it says by mouse, keyboard and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from roots.map.page import page as page_of
from tests import browser
from tests.browser import Page
from tests.corpora import Corpus
from tests.roots.mapped import HOSTILE, languages, made

FOCUSED = "document.activeElement.getAttribute('aria-label')"
CELLS = "[...document.querySelectorAll('#tree .cell')].map(cell => cell.getAttribute('aria-label'))"
CHOSEN = "document.querySelector('#way [aria-current]').textContent"
PHONE = 360
"""Pixels of a narrow phone. A browser on one widens its window to what does not fit, so the window is no measure."""


CONTRAST = """(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const linear = value => value <= 10 ? value / 3294.6 : ((value / 255 + 0.055) / 1.055) ** 2.4;
    const light = colour => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map(linear);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (one, other) => {
        const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
        return (high + 0.05) / (low + 0.05);
    };
    const styles = name => [...document.querySelectorAll(name)].map(each => getComputedStyle(each));
    const paper = getComputedStyle(document.body).backgroundColor;
    const cells = styles('#tree .cell').map(style => ratio(style.color, style.backgroundColor));
    const others = styles('body, .quiet, a, span.code, .what').map(style => ratio(style.color, paper));
    return Math.min(...cells, ...others);
})()"""
"""The least contrast of text on the page, as WCAG 2.2 defines it; 4.5 is what it asks for (1.4.3)."""

OUTSIDE = """[...document.querySelectorAll('main *')].filter(
    each => !each.closest('.scroll, .cell, .head, .hidden') && each.getBoundingClientRect().right > 361
).map(each => each.outerHTML.slice(0, 80))"""
"""What reaches over the right side of the window, but for what may be scrolled in its own frame."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the map of a corpus in all languages is, with names in it that would act if they could."""
    path = tmp_path_factory.mktemp("map") / "map.html"
    path.write_text(page_of(made()), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def shown(chromium: browser.Browser, address: str) -> Iterator[Page]:
    """The map at a desk. When a test ends, the page has asked for nothing but itself and has had nothing to say."""
    page = chromium.page()
    page.view(1280, 900)
    page.open(address)
    yield page
    asked = {url.split("#")[0] for url in page.requests if not url.startswith(("data:", "about:"))}
    page.send("Page.close")
    assert asked <= {address}
    assert page.said == []


def test_every_language_of_a_built_corpus_is_on_its_map(chromium: browser.Browser, corpus: Corpus) -> None:
    page = chromium.page()
    page.view(1280, 900)
    page.open((corpus.work / "map.html").as_uri())
    inside = {path.name for path in (corpus.work / "corpus").iterdir() if path.is_dir()}
    keys = page.evaluate("[...document.querySelectorAll('#tree .cell')].map(cell => cell.dataset.key)")
    assert set(keys) == inside
    rows = page.evaluate("document.querySelectorAll('#funnel tbody tr').length")
    assert rows > 5
    assert page.evaluate("document.querySelectorAll('#histograms svg').length") >= 5
    assert page.evaluate("document.querySelectorAll('#sizes tbody tr').length") >= len(inside)
    assert set(page.requests) == {(corpus.work / "map.html").as_uri()}
    assert page.said == []


def test_all_languages_are_there_as_cells_in_the_table_and_in_the_list(shown: Page) -> None:
    cells = shown.evaluate(CELLS)
    rows = shown.evaluate("[...document.querySelectorAll('#rows tbody th')].map(row => row.textContent)")
    choices = shown.evaluate("[...document.querySelectorAll('#language option')].map(each => each.textContent)")
    for code, params in languages().items():
        assert any(label.startswith(f"{params.language.name}: ") for label in cells)
        assert any(f"({code})" in label for label in choices)
        assert any(row.startswith(f"{params.language.name} {code}") for row in rows)


def test_a_click_filters_all_that_is_below(shown: Page) -> None:
    before = shown.evaluate("document.querySelector('#funnel').innerText")
    shown.click("#tree .cell[data-key='yo']")
    assert shown.evaluate(CHOSEN) == "Yoruba yo Èdè Yorùbá"
    assert len(shown.evaluate(CELLS)) == 3
    after = shown.evaluate("document.querySelector('#funnel').innerText")
    assert after != before
    number = list(languages()).index("yo")
    parts = [part for part in made()["parts"] if part["language"] == number]
    assert f"{sum(part['in'][0] for part in parts):,}" in after
    assert shown.evaluate("document.querySelector('#filter-language').selectedOptions[0].textContent").startswith(
        "Yoruba"
    )
    assert shown.evaluate("document.querySelectorAll('#sizes tbody tr').length") == 4
    assert shown.evaluate("document.querySelector('#status').textContent").startswith("Yoruba: ")
    shown.click("#way button")
    assert shown.evaluate(CHOSEN) == "All"
    assert shown.evaluate("document.querySelector('#funnel').innerText") == before


def test_the_way_back_works_and_an_address_leads_to_a_part(shown: Page, address: str) -> None:
    shown.open("about:blank")
    shown.open(f"{address}#/Niger-Congo/Defoid/yo/books")
    assert "Defoid" in shown.evaluate("document.querySelector('#way').textContent")
    assert "card of the source" in shown.evaluate("document.querySelector('#about').textContent")
    shown.click("#way li:nth-child(2) button")
    assert shown.evaluate(CHOSEN) == "Niger-Congo"
    shown.evaluate("history.back()")
    shown.evaluate("new Promise(done => setTimeout(done, 50))")
    assert "مكتبة" in shown.evaluate(CHOSEN)
    shown.evaluate("location.hash = '#/nowhere/%E0%A4'")
    shown.settle()
    assert shown.evaluate(CHOSEN) == "All"


def test_the_keyboard_goes_in_moves_and_comes_out(shown: Page) -> None:
    shown.evaluate("document.querySelector('#even').focus()")
    shown.press("Tab")
    first = shown.evaluate(FOCUSED)
    assert ": " in first
    seen = {first}
    for key in ("ArrowDown", "ArrowRight", "ArrowDown", "ArrowRight", "ArrowLeft", "ArrowUp", "End", "Home"):
        shown.press(key)
        seen.add(shown.evaluate(FOCUSED))
    assert len(seen) >= 4
    assert shown.evaluate(FOCUSED) == first
    assert shown.evaluate("document.querySelectorAll('#tree [tabindex=\"0\"]').length") == 1
    shown.press("Enter")
    family = shown.evaluate(CHOSEN)
    assert first.startswith(f"{family}: ")
    assert shown.evaluate("document.querySelector('#tree').contains(document.activeElement)")
    shown.press("ArrowDown")
    shown.press("Escape")
    assert shown.evaluate(CHOSEN) == "All"


def test_the_list_leads_to_a_language_without_a_mouse(shown: Page) -> None:
    shown.evaluate("document.querySelector('#language').focus()")
    shown.press("ArrowDown")
    assert shown.evaluate(CHOSEN).startswith("Akan")


@pytest.mark.parametrize("path", ["", "#/Afro-Asiatic/Semitic/ar", "#/Code/Code/code", "#/Niger-Congo/Kwa/fon/pages"])
def test_nothing_is_wider_than_a_phone(shown: Page, address: str, path: str) -> None:
    shown.view(PHONE, 740)
    shown.open("about:blank")
    shown.open(address + path)
    shown.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    shown.settle()
    assert shown.evaluate("document.documentElement.scrollWidth") == PHONE
    assert shown.evaluate(OUTSIDE) == []


def test_text_from_right_to_left_has_its_direction(shown: Page) -> None:
    own = "[...document.querySelectorAll('bdi[lang=ur]')].map(each => [each.textContent, each.dir])"
    assert ["اردو", "rtl"] in shown.evaluate(own)
    shown.click("#tree .cell[data-key='ur']")
    names = "[...document.querySelectorAll('#tree bdi')].filter(each => each.textContent.startsWith('مكتبة'))"
    assert shown.evaluate(f"{names}.map(bdi => getComputedStyle(bdi).direction)") == ["rtl"]
    assert "right to left" in shown.evaluate("document.querySelector('#about').textContent")


def test_what_names_hold_is_shown_and_not_run(shown: Page) -> None:
    shown.click("#tree .cell[data-key='yo']")
    assert shown.evaluate("document.title") == "Map of a test"
    assert any(label.startswith(HOSTILE) for label in shown.evaluate(CELLS))
    assert shown.evaluate("document.querySelectorAll('img').length") == 0
    assert shown.evaluate("document.querySelectorAll('script').length") == 2


@pytest.mark.parametrize("measure", ["bytes", "documents", "tokens"])
def test_areas_are_as_large_as_what_they_show(shown: Page, measure: str) -> None:
    shown.click(f"input[name=measure][value={measure}]")
    areas = """Object.fromEntries([...document.querySelectorAll('#tree .cell')].map(
        each => [each.dataset.key, each.offsetWidth * each.offsetHeight]))"""
    found = shown.evaluate(areas)
    if measure == "tokens":
        sizes = {each["code"]: each["tokens"] for each in made()["languages"]}
        assert shown.evaluate("document.querySelector('input[value=in]').disabled")
    else:
        place = 0 if measure == "documents" else 1
        sizes = {
            each["code"]: sum(part["corpus"][place] for part in made()["parts"] if part["language"] == number)
            for number, each in enumerate(made()["languages"])
        }
    largest = max(sizes, key=lambda code: sizes[code])
    whole, area = sum(sizes.values()), sum(found.values())
    # Frames and heads take room from what is in them.
    assert abs(found[largest] / area - sizes[largest] / whole) < 0.02


def test_small_parts_can_be_enlarged_and_those_too_small_are_counted(shown: Page) -> None:
    least = (
        "Math.min(...[...document.querySelectorAll('#tree .cell')].map(each => each.offsetWidth * each.offsetHeight))"
    )
    before, said = shown.evaluate(least), "document.querySelector('#unseen').textContent"
    assert "too small to be seen" in shown.evaluate(said)
    shown.click("#even")
    assert shown.evaluate(least) > 4 * max(before, 1)
    assert shown.evaluate(said) == ""


def test_what_came_in_shows_what_is_in_no_language_of_the_corpus(shown: Page) -> None:
    shown.click("input[name=scope][value=in]")
    assert any(label.startswith("Other or not known: ") for label in shown.evaluate(CELLS))


def test_kinds_of_sources_can_be_compared(shown: Page) -> None:
    shown.click("#tree .cell[data-key='yo']")
    assert shown.evaluate("document.querySelectorAll('#histograms polyline').length") == 0
    shown.click("#by-kind")
    classes = shown.evaluate(
        "[...new Set([...document.querySelectorAll('#histograms polyline')].map(each => each.classList[1]))]"
    )
    assert sorted(classes) == ["catalogue", "oscar"]
    labels = shown.evaluate(
        "[...document.querySelectorAll('#histograms svg')].map(each => each.getAttribute('aria-label'))"
    )
    assert any("alone it drops 20.0% (1 of 5)" in label and "kept where at least" in label for label in labels)


def test_bloom_stands_beside_the_corpus(shown: Page) -> None:
    text = shown.evaluate("document.querySelector('#bloom').innerText")
    assert "Yoruba yo Èdè Yorùbá" in text
    assert "0.006%" in text
    extensions = shown.evaluate("document.querySelector('#code').textContent")
    assert ".java Java" in extensions
    assert "5,407,724" in extensions


@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read_by_day_and_by_night(shown: Page, dark: bool) -> None:  # noqa: FBT001 (pytest's names)
    shown.view(1280, 900, dark=dark)
    assert shown.evaluate(CONTRAST) >= 4.5


def test_a_map_of_nothing_opens(chromium: browser.Browser, tmp_path: Path) -> None:
    path = tmp_path / "map.html"
    empty = {
        **made(),
        "parts": [],
        "languages": [],
        "sources": [],
        "sizes": [],
        "histograms": [],
        "files": [],
        "causes": [],
    }
    path.write_text(page_of(empty), encoding="utf-8")
    page = chromium.page()
    page.open(path.as_uri())
    assert "Nothing of this" in page.evaluate("document.querySelector('#tree').textContent")
    assert page.said == []
