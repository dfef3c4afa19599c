"""What is said at the end: where a person should look, what is not applied, what could not be read."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from lang_params.params import load
from pipelines.run import Runtime
from roots import funnel, summary
from roots.filtering import Request, run_filter
from roots.mix.mixing import MixSettings
from roots.recipe import Recipe

pytestmark = pytest.mark.usefixtures("plainly")

NAMES = {"yo": "Yoruba", "zu": "Zulu"}


def doubts(*counts: tuple[str | None, str | None, int]) -> list[str]:
    rows = [(lang, cause, documents, documents) for lang, cause, documents in counts]
    return summary.doubts(funnel.of_counts(rows, "s"), NAMES)


def test_a_language_nearly_all_of_which_is_dropped_is_pointed_out_with_the_cause() -> None:
    found = doubts(("yo", None, 3), ("yo", "stopwords", 80), ("yo", "duplicate", 7), ("zu", None, 90), (None, "x", 99))
    assert found == ["Yoruba (yo): 3 of 90 documents are kept; stopwords drops 80"]


def test_few_documents_and_languages_that_are_not_the_corpus_s_say_nothing() -> None:
    assert doubts(("yo", "stopwords", 19), ("de", "language_id", 500)) == []
    assert doubts(("yo", "stopwords", 20)) == ["Yoruba (yo): 0 of 20 documents are kept; stopwords drops 20"]


def test_modifiers_are_not_among_the_filters_that_are_not_applied() -> None:
    assert summary.not_applied(load("yo")) == {
        "flagged_words": "there is no list of flagged words for Yoruba",
        "perplexity": "there is no language model for Yoruba",
    }


def test_what_was_asked_for_is_said_before_a_build(capsys: pytest.CaptureFixture[str]) -> None:
    recipe = Recipe(Path("r.toml"), "small", (Path("one.toml"),), ("yo", "zu"))
    summary.opening(recipe, "work", Runtime("dask", 3))
    said = capsys.readouterr().err
    assert all(
        part in said for part in ("small: 1 source, 2 languages, profile fixed", "all that is kept", "3 workers")
    )
    summary.opening(replace(recipe, mix=MixSettings(budget=5_000_000)), "work", Runtime())
    said = capsys.readouterr().err
    assert "at most 5.0 MB" in said
    assert "parameters" not in said
    mine = replace(recipe, lang_params=Path("mine"), own_lang_params=Path("mine"))
    summary.opening(mine, "work", Runtime())
    assert capsys.readouterr().err.endswith("parameters: mine over the packaged ones\n")
    summary.opening(replace(mine, lang_params=Path("given")), "work", Runtime())
    end = "parameters: given over the packaged ones, in place of what the recipe names\n"
    assert capsys.readouterr().err.endswith(end)


def test_what_could_not_be_read_and_where_the_rest_is(
    lines: Callable[..., Path], memory: str, yoruba: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = lines("my.jsonl", {"text": yoruba}, "{", "[", {"text": None})
    summary.filtered(run_filter(Request([str(file)], memory, "yo"), Runtime()), memory)
    said = capsys.readouterr().out
    assert "my.jsonl: 2 x error:read: not valid JSON: character N of the line" in said
    assert "my.jsonl: 1 x error:read: the field 'text' is a JSON null, not a string" in said
    assert said.endswith(f"1 of 4 documents: {memory}/kept\n")


def test_every_record_of_an_archive_is_accounted_for() -> None:
    one = {"documents": 5, "lost": {"clean:not_html: the response is not HTML": 1, "error:read: x": 1}, "passed": {}}
    two = {"documents": 1000, "lost": {"error:read: x": 2}, "passed": {"request": 1002, "warcinfo": 1}}
    assert summary.accounted([one, two]) == [
        "records read: 2,008",
        "  1,001 documents",
        "  1 clean:not_html: the response is not HTML",
        "  3 error:read: x",
        "  1,002 other records, request",
        "  1 other records, warcinfo",
    ]
    assert summary.accounted([]) == ["records read: 0", "  0 documents"]
