"""What a trial would do is printed for people, and saved where they ask for it."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from lang_params.params import load
from roots.inspect import Corpus
from roots.what_if_tables import COPIES, EXPLAINED, SPARED, Wanted, fitted, html, save, text, views
from tests.measured import Measured
from tests.roots.made import Ended

pytestmark = pytest.mark.usefixtures("shared_cache")

Roots = Callable[..., Ended]


@pytest.fixture
def ask(roots: Roots, looked_at: Measured, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ended]:
    """Runs roots what-if on the folder, which ROOTS_WORK names."""
    monkeypatch.setenv("ROOTS_WORK", looked_at.work)
    return lambda *given: roots("what-if", *given)


def cells(out: str, name: str) -> list[str]:
    [line] = [line for line in out.splitlines() if line.startswith(f"│ {name} ")]
    return [cell.strip() for cell in line.strip("│").split("│")]


def test_one_language_is_shown_filter_by_filter(ask: Callable[..., Ended], looked_at: Measured) -> None:
    ended = ask("--lang", "yor_Latn", "stopwords=0.3")
    assert ended.code == 0
    assert f"work folder: {looked_at.work} (ROOTS_WORK)" in ended.err
    assert "Yoruba (yo): what each filter drops" in ended.out
    found = Corpus(looked_at.work).what_if("yo", {"stopwords": 0.3})
    row = found.filters.set_index("filter").loc["stopwords"]
    shown = cells(ended.out, "stopwords")
    assert shown[:4] == ["stopwords", "share", "≥ 0.3", "≥ 0.16"]
    assert shown[4:6] + shown[7:10] == [
        *(f"{row[name]:,}" for name in ("measured", "alone", "only", "chain")),
        f"{row['change']:+,}",
    ]
    assert cells(ended.out, "perplexity")[2:4] == ["not", ""] or cells(ended.out, "perplexity")[2] == "not applied"
    total = found.total.iloc[0]
    assert f"Of {total['documents']:,} documents kept: {total['kept']:,} (" in ended.out
    assert f"Newly in: {total['in_']:,} documents" in ended.out
    assert COPIES in ended.out
    assert EXPLAINED in ended.out
    assert "Nothing was changed. To keep this: --save FOLDER --who NAME --why REASON" in ended.out
    assert (
        f"roots judge RECIPE.toml --work {looked_at.work} --lang-params FOLDER --lang yo puts them in force"
        in ended.out
    )


def test_all_languages_are_shown_with_the_largest_loss_first(ask: Callable[..., Ended], looked_at: Measured) -> None:
    ended = ask("stopwords=0.3")
    assert ended.code == 0
    names = re.findall(r"^│ [A-Z][^│]* \((\w+)\) ", ended.out, re.MULTILINE)
    total = Corpus(looked_at.work).what_if(None, {"stopwords": 0.3}).total
    total["gain"] = (total["kept"] - total["kept_now"]) / total["documents"]
    assert names == total.sort_values(["gain", "lang"])["lang"].tolist()
    assert cells(ended.out, "stopwords")[2:4] == ["min 0.3", "5"]
    assert cells(ended.out, "number_words")[2] == "by language"
    assert "of one language (--lang), --save" in ended.out


def test_without_limits_it_says_what_is_in_force(ask: Callable[..., Ended]) -> None:
    ended = ask("--lang", "yo", "--source", "crawl")
    assert ended.code == 0
    assert "documents kept under the limits in force: " in ended.out
    assert "Nothing was changed" not in ended.out
    assert ask().code == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("stopword=0.1",), "stopword: is no filter that measures; did you mean 'stopwords'?"),
        (("--lang", "yo", "perplexity=9"), "perplexity: is not applied in Yoruba (yo)"),
        (("--lang", "sw"), "no document in 'sw'; known: ar, fon, hi, yo, zhs"),
        (("--source", "none"), "no source 'none'"),
        (("--save", "mine", "stopwords=0.1"), "--save: saves the limits of one language: give --lang and a limit"),
        (("--save", "mine", "--lang", "yo"), "--save: saves the limits of one language"),
        (("--save", "mine", "--lang", "yo", "stopwords=0.1"), "a limit is saved with who set it and why"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_line(ask: Callable[..., Ended], given: tuple[str, ...], said: str) -> None:
    ended = ask(*given)
    assert ended.code == 2
    assert said in ended.err
    assert not Path("mine").exists()


def test_limits_are_saved_in_a_file_that_the_checks_accept(
    ask: Callable[..., Ended], roots: Roots, tmp_path: Path, looked_at: Measured
) -> None:
    mine = tmp_path / "mine"
    saving = ("--save", mine, "--who", "Adé", "--why", "read 40 texts")
    ended = ask("--lang", "yo", "stopwords=0.05", *saving)
    assert ended.code == 0
    path = mine / "yo.toml"
    assert f"Saved in {path}; the corpus is as it was. To put it in force: roots judge RECIPE.toml" in ended.out
    assert f"--lang-params {mine} --lang yo" in ended.out
    assert 'source = "Adé: read 40 texts"' in path.read_text(encoding="utf-8")
    assert ask("--lang", "yo", "number_words.min=5", *saving).code == 0
    after = load("yo", mine)
    assert (after.filters["stopwords"].min, after.filters["number_words"].min) == (0.05, 5)
    checked = roots("check", "--lang-params", mine, "catalog/demo.toml")
    assert checked.code == 0, checked.err


def test_a_saved_file_has_the_limits_in_force_that_the_packaged_one_has_not(
    looked_at: Measured, tmp_path: Path
) -> None:
    """As of a folder that was judged with parameters of one's own, which nobody named again."""
    corpus = Corpus(looked_at.work)
    now = corpus.index.limits["yo"]
    other = now | {"stopwords": replace(now["stopwords"], min=0.05)}
    found = replace(corpus.what_if("yo", {"number_words": {"min": 5}}), now={"yo": other})
    path = save(found, Wanted(lang="yo", save=tmp_path / "mine", who="Adé", why="why"))
    after = load("yo", path.parent)
    assert (after.filters["stopwords"].min, after.filters["number_words"].min) == (0.05, 5)


def test_it_prints_well_and_shows_well(looked_at: Measured) -> None:
    corpus = Corpus(looked_at.work)
    one, every = corpus.what_if("yo", {"stopwords": 0.3}), corpus.what_if(None)
    assert str(one) == text(one)
    assert "Yoruba (yo): what each filter drops" in str(one)
    assert "By language, the largest loss first" in str(every)
    shown = one._repr_html_()
    assert shown == html(one)
    assert "<table" in shown
    assert "0.3" in shown
    assert "Simplified Chinese" in every._repr_html_()


@pytest.mark.parametrize("lang", ["yo", None])
@pytest.mark.parametrize("width", [80, 90, 140])
def test_a_narrow_terminal_leaves_columns_out_and_cuts_nothing_off(
    looked_at: Measured, lang: str | None, width: int
) -> None:
    found = Corpus(looked_at.work).what_if(lang, {"stopwords": 0.3, "number_words": {"min": 12}})
    for view in views(found):
        screen = Console(width=width)
        titles = [str(column.header) for column in view.columns]
        gone = fitted(view, screen)
        with screen.capture() as shown:
            screen.print(view)
        lines = shown.get().splitlines()
        assert max(map(len, lines)) <= width
        assert "…" not in shown.get()
        assert [title for title in titles if title in gone] == [title for title in titles if title not in lines[2]]
        assert set(gone) <= set(SPARED)
        assert bool(gone) == (width < 140)
