"""The page in a browser: a speaker chooses, moves a limit, reads and saves; it asks nobody else, and logs nothing."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from roots.cli import main
from roots.inspect import Corpus
from tests import browser, paged
from tests.browser import Page

PHONE = 360
"""Pixels of a narrow phone."""

PATIENCE = 60
"""Seconds until what is waited for has to be there."""

CARD = "document.querySelector('#filter-{name}')"
LIMIT = CARD + ".querySelector('.controls input').value"
THUMB = "#filter-{name} [role=slider]"
LINE = "#filter-{name} .shapelayer path"
COUNTS = (
    "Object.fromEntries([..." + CARD + ".querySelectorAll('[data-count]')].map(e => [e.dataset.count, e.innerText]))"
)

OUTSIDE = """[...document.querySelectorAll('.page *')].filter(
    each => !each.closest('.scroll, .js-plotly-plot, pre, .passage, .skip') && each.getBoundingClientRect().right > 361
).map(each => each.outerHTML.slice(0, 120))"""
"""What reaches over the right side of a phone, but for what may be scrolled in its own frame."""


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The judged folder that the page is about."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield paged.folder(tmp_path_factory.mktemp("judged"))


@pytest.fixture(scope="module")
def corpus(work: str) -> Corpus:
    """The same folder, asked without the page."""
    return Corpus(work)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the page may write."""
    return tmp_path_factory.mktemp("page") / "mine"


@pytest.fixture(scope="module")
def address(work: str, output: Path) -> Iterator[str]:
    """Where the page is served."""
    with paged.page(work, output) as found:
        yield found


@contextmanager
def _opened(chromium: browser.Browser, address: str) -> Iterator[Page]:
    """The page at a desk, as it opens. In the end it has asked for nothing elsewhere and has had nothing to say."""
    page = chromium.page()
    page.view(1280, 900)
    page.open(address)
    _until(page, "!!document.querySelector('#language')")
    yield page
    asked = [url for url in page.requests if not url.startswith((address, "data:", "about:", f"blob:{address}"))]
    page.send("Page.close")
    assert asked == []
    assert page.said == []


@pytest.fixture
def shown(chromium: browser.Browser, address: str) -> Iterator[Page]:
    """The page as it opens, for one test that changes it."""
    with _opened(chromium, address) as page:
        yield page


@pytest.fixture(scope="module")
def yoruba(chromium: browser.Browser, address: str) -> Iterator[Page]:
    """The page with Yoruba chosen, for all tests that leave its limits as they are in force."""
    with _opened(chromium, address) as page:
        _choose(page, "Yoruba")
        yield page


def _until(page: Page, expression: str, wanted: Any = True) -> None:
    """Wait until an expression has a value."""
    end = time.monotonic() + PATIENCE
    while (found := page.evaluate(expression)) != wanted:
        assert time.monotonic() < end, f"{expression} is {found!r}, not {wanted!r}"
        page.settle()
        time.sleep(0.05)


def _choose(page: Page, name: str) -> None:
    """Choose a language as a person does: open the list, type its name, take what is found."""
    page.click("#language")
    _until(page, "!!document.querySelector('.dash-dropdown-search')")
    page.send("Input.insertText", text=name)
    _until(page, "document.querySelectorAll('.dash-dropdown-option').length", 1)
    page.click(".dash-dropdown-option")
    _until(page, f"document.querySelector('#total').innerText.startsWith({json.dumps(name)})")
    _until(page, "!!document.querySelector('#filter-stopwords .shapelayer path')")


def _middle(page: Page, selector: str) -> tuple[float, float]:
    x, y = page.evaluate(
        f"(() => {{ const it = document.querySelector({json.dumps(selector)});"
        " it.scrollIntoView({block: 'center', behavior: 'instant'});"
        " const box = it.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
    )
    return x, y


def _drag(page: Page, selector: str, by: float) -> None:
    """Take something with the mouse and let it go further on."""
    x, y = _middle(page, selector)

    def _mouse(kind: str, at: float) -> None:
        button: dict[str, Any] = {"button": "left", "buttons": 1, "clickCount": 1}
        page.send("Input.dispatchMouseEvent", type=kind, x=at, y=y, **button)
        page.settle()

    _mouse("mouseMoved", x)
    _mouse("mousePressed", x)
    for step in range(1, 5):
        _mouse("mouseMoved", x + by * step / 4)
    _mouse("mouseReleased", x + by)


def _limit(page: Page, name: str) -> float:
    return float(page.evaluate(LIMIT.format(name=name)))


def _counts_follow(page: Page, corpus: Corpus, lang: str, limits: dict[str, Any]) -> None:
    """Wait until the counts of all moved filters, and the total, are those that the API gives for these limits."""
    found = corpus.what_if(lang, limits)
    rows = found.filters.set_index("filter")
    for name in limits:
        wanted = {key: f"{rows.loc[name, key]:,}" for key in ("alone", "chain", "only")}
        _until(page, COUNTS.format(name=name), wanted)
    total = str(int(found.total.loc[0, "kept"]))
    _until(page, "document.querySelector('[data-total]').dataset.total", total)


def test_a_limit_is_moved_by_mouse_keys_line_and_number_and_the_counts_are_those_of_the_api(
    shown: Page, corpus: Corpus
) -> None:
    _choose(shown, "Yoruba")
    seen = {0.16}

    def _moved(by: Callable[[], object]) -> None:
        by()
        _until(shown, f"{json.dumps(sorted(seen))}.includes(Number({LIMIT.format(name='stopwords')}))", False)
        limit = _limit(shown, "stopwords")
        seen.add(limit)
        _counts_follow(shown, corpus, "yo", {"stopwords": limit})

    _moved(lambda: _drag(shown, THUMB.format(name="stopwords"), 90))
    shown.evaluate(f"document.querySelector({json.dumps(THUMB.format(name='stopwords'))}).focus()")
    for key in ("ArrowRight", "ArrowUp"):
        _moved(lambda key=key: shown.press(key))  # type: ignore[misc]
    _moved(lambda: _drag(shown, LINE.format(name="stopwords"), -140))
    shown.evaluate(
        "const box = " + CARD.format(name="stopwords") + ".querySelector('input'); box.focus(); box.select()"
    )
    shown.send("Input.insertText", text="0,2345")
    _moved(lambda: shown.press("Enter"))
    assert _limit(shown, "stopwords") == 0.2345


def test_handle_and_line_stand_one_above_the_other(yoruba: Page) -> None:
    for name in ("stopwords", "number_words", "word_repetition"):
        handle, line = _middle(yoruba, THUMB.format(name=name)), _middle(yoruba, LINE.format(name=name))
        assert abs(handle[0] - line[0]) < 1.5


def test_everything_is_kept_and_then_as_in_force(yoruba: Page, corpus: Corpus) -> None:

    def _press(words: str) -> None:
        yoruba.evaluate(
            f"[...{CARD.format(name='number_words')}.querySelectorAll('button')]"
            f".find(each => each.innerText === {json.dumps(words)}).click()"
        )

    _press("Keep everything")
    _counts_follow(yoruba, corpus, "yo", {"number_words": {"min": None, "max": None}})
    assert yoruba.evaluate(LIMIT.format(name="number_words")) == ""
    _press("As in force")
    _until(yoruba, "document.querySelector('#total').innerText.includes('no limit moved yet')")
    assert _limit(yoruba, "number_words") == 10


def test_a_button_is_heard_while_a_plot_is_drawn(yoruba: Page) -> None:
    """A busy browser tells of both at once, in any order."""
    plot, keep = (
        '{"filter":"number_words","part":"plot"}.relayoutData',
        '{"filter":"number_words","part":"keep"}.n_clicks',
    )
    for happened in ([plot, keep], [keep, plot], [plot]):
        now = yoruba.evaluate(
            f"""(() => {{
                const dash = window.dash_clientside, before = dash.callback_context;
                dash.callback_context = {{triggered: {json.dumps(happened)}.map(each => ({{prop_id: each}}))}};
                const axis = {{low: 0, high: 5, step: 0.01, digits: 0, log: true}};
                const data = {{axis, ends: ["min"], now: {{min: 10}}}};
                const figure = {{layout: {{shapes: [{{x0: 1, x1: 1, label: {{}}}}]}}}};
                const moved = dash.limits.move([1], [1], "10", "", 1, null, {{autosize: true}}, data, figure)[4];
                dash.callback_context = before;
                return moved === dash.no_update ? "as it was" : moved.now.min;
            }})()"""
        )
        assert now == (None if keep in happened else "as it was")


def test_handles_have_names_and_say_words_not_logarithms(yoruba: Page) -> None:
    handles = "[...document.querySelectorAll('#filter-number_words [role=slider]')]"
    _until(
        yoruba,
        f"{handles}.map(each => each.getAttribute('aria-label') + ': ' + each.getAttribute('aria-valuetext'))",
        ["Limit of Number of words, least: 10", "Limit of Number of words, most: 100,000"],
    )


def test_a_limit_that_cannot_be_is_said_in_a_sentence(shown: Page) -> None:
    _choose(shown, "Yoruba")
    shown.evaluate(
        "const box = " + CARD.format(name="stopwords") + ".querySelector('input'); box.focus(); box.select()"
    )
    shown.send("Input.insertText", text="7")
    shown.press("Enter")
    _until(shown, "document.querySelector('#notice').innerText.includes('stopwords')")
    assert "Traceback" not in shown.evaluate("document.body.innerText")


def _downloaded(page: Page, button: str, path: Path) -> str:
    """What a button gives as a file of this path."""
    page.browser.send("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(path.parent)})
    page.click(button)
    end = time.monotonic() + PATIENCE
    while not path.is_file():
        assert time.monotonic() < end, f"{button} gave no {path.name}"
        page.settle()
    return path.read_text(encoding="utf-8")


def test_documents_are_given_as_a_file(yoruba: Page, corpus: Corpus, tmp_path: Path) -> None:
    _until(yoruba, "document.querySelectorAll('#documents-table tbody tr').length", 25)
    given = json.loads(_downloaded(yoruba, "#documents-download", tmp_path / "yo.json"))
    assert (given["language"], given["limits"], len(given["documents"])) == ("yo", {}, corpus.languages["yo"])
    assert sum("text" in each for each in given["documents"]) == 25


def test_what_is_saved_is_a_file_that_the_check_accepts(shown: Page, output: Path, tmp_path: Path) -> None:
    _choose(shown, "Yoruba")
    assert shown.evaluate("document.querySelector('#save-write').disabled") is True
    _drag(shown, THUMB.format(name="stopwords"), 60)
    for box, words in (("save-who", "Adé"), ("save-why", 'read 40 texts; "short" ones were good')):
        shown.evaluate(f"document.querySelector('#{box}').focus()")
        shown.send("Input.insertText", text=words)
    limit = _limit(shown, "stopwords")
    _until(shown, f"document.querySelector('#save-diff').innerText.includes('+stopwords = {{ min = {limit:g} }}')")
    _until(shown, "document.querySelector('#save-write').disabled", False)
    given = _downloaded(shown, "#save-download", tmp_path / "yo.toml")
    shown.click("#save-write")
    _until(shown, "document.querySelector('#save-said').innerText.includes('roots judge')")
    text = (output / "yo.toml").read_text(encoding="utf-8")
    assert given == text
    assert f"stopwords = {{ min = {limit:g} }}" in text
    assert "Adé: read 40 texts; 'short' ones were good" in text
    with pytest.raises(SystemExit) as ended:
        main(["check", "--lang-params", str(output)])
    assert ended.value.code == 0


def test_arabic_is_shown_from_right_to_left(shown: Page) -> None:
    _choose(shown, "Arabic")
    _until(shown, f"document.querySelector('#near .passage')?.innerText === {json.dumps(paged.ARABIC)}")
    assert shown.evaluate("getComputedStyle(document.querySelector('#near .passage')).direction") == "rtl"
    assert shown.evaluate("document.querySelector('#near .passage').lang") == "ar"


def test_a_hostile_text_is_text_and_stays_in_its_place(yoruba: Page) -> None:
    hostile = "[...document.querySelectorAll('#near .passage')].find(each => each.innerText.includes('<script>'))"
    _until(yoruba, f"!!{hostile}")
    assert yoruba.evaluate("document.title") == "ROOTS: see and decide"
    assert yoruba.evaluate(f"{hostile}.querySelectorAll('*').length") == 0
    assert "\\u202e" in yoruba.evaluate(f"{hostile}.innerText")
    assert yoruba.evaluate(f"{hostile}.getBoundingClientRect().height") < 300
    assert yoruba.evaluate(f"getComputedStyle({hostile}).contain") == "paint"


def test_a_row_of_the_table_shows_its_text_and_why(yoruba: Page) -> None:
    _until(yoruba, "document.querySelectorAll('#documents-table tbody tr').length", 25)
    yoruba.evaluate("document.querySelector('#documents-table tbody button').focus()")
    yoruba.press("Enter")
    _until(yoruba, "document.querySelectorAll('#documents-text .passage').length", 1)
    assert "as judged" in yoruba.evaluate("document.querySelector('#documents-text').innerText")
    yoruba.click("#documents-next")
    _until(yoruba, "document.querySelector('#documents-said').innerText.includes('Shown: 26 to 50')")


def test_another_source_asks_again(shown: Page, corpus: Corpus) -> None:
    _choose(shown, "Yoruba")
    shown.click("#source")
    _until(shown, "document.querySelectorAll('.dash-dropdown-option').length > 1")
    shown.evaluate("[...document.querySelectorAll('.dash-dropdown-option')][1].click()")
    source, documents = next(iter(corpus.sources("yo").items()))
    _until(shown, f"document.querySelector('#total').innerText.includes(': {documents:,} documents')")
    assert source in shown.evaluate("document.querySelector('#source').innerText")


def test_on_a_phone_nothing_reaches_over_the_side(shown: Page) -> None:
    shown.view(PHONE, 740)
    assert shown.evaluate(OUTSIDE) == []
    _choose(shown, "Yoruba")
    _until(shown, "document.querySelectorAll('#documents-table tbody tr').length", 25)
    _until(shown, "document.querySelectorAll('#near .passage').length > 3")
    for dark in (False, True):
        shown.view(PHONE, 740, dark=dark)
        assert shown.evaluate(OUTSIDE) == []
        assert shown.evaluate("document.documentElement.scrollWidth") == PHONE


def test_all_inputs_have_names(yoruba: Page) -> None:
    nameless = """[...document.querySelectorAll('input, textarea, select, button, [role=slider]')].filter(
        each => each.type !== 'hidden' && !each.closest('label') && !each.labels?.length
            && !each.innerText.trim() && !each.getAttribute('aria-label') && !each.getAttribute('aria-labelledby')
            && each.offsetParent && !each.closest('[aria-hidden]') && getComputedStyle(each).pointerEvents !== 'none'
    ).map(each => each.outerHTML.slice(0, 120))"""
    assert yoruba.evaluate(nameless) == []
