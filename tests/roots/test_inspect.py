"""The corpus as people look into it: what is there, under which limits, and questions that it passes on."""

from pathlib import Path

import pytest

from lang_params.params import load
from roots import inspect
from roots.inspect import Corpus, InspectError, LimitError, compare
from roots.inspect_texts import Line, Listing
from roots.trial import Limit
from tests.measured import Measured, Wanted, measured

pytestmark = pytest.mark.usefixtures("shared_cache")


@pytest.fixture
def corpus(looked_at: Measured) -> Corpus:
    return Corpus(looked_at.work)


def test_it_says_what_is_there(corpus: Corpus, looked_at: Measured) -> None:
    counts = dict.fromkeys(("ar", "fon", "hi", "yo", "zhs"), 0)
    for judged in looked_at.judged:
        for lang, _, documents, _ in judged.manifest["counts"]:
            if lang in counts:
                counts[lang] += documents
    assert corpus.languages == counts
    assert list(corpus.languages) == sorted(counts)
    assert corpus.names["fon"] == "Fon"
    assert repr(corpus) == f"Corpus({looked_at.work!r}): {sum(counts.values()):,} documents in 5 languages"
    assert list(corpus.sources()) == ["books", "crawl", "handbooks", "oscar"]
    assert sum(corpus.sources("yo").values()) == counts["yo"]
    assert not corpus.changed()


def test_a_language_may_be_named_by_any_of_its_codes(corpus: Corpus) -> None:
    assert [corpus.language(code) for code in ("yo", "yor_Latn", "yo-Latn", "zhs")] == ["yo", "yo", "yo", "zhs"]
    for code in ("sw", "de", "xx"):
        with pytest.raises(InspectError, match=f"no document in '{code}'"):
            corpus.language(code)


def test_parameters_are_those_of_the_limits_in_force(tmp_path: Path) -> None:
    from dataclasses import replace

    from lang_params.params import default
    from pipelines.config import Config

    yo = load("yo")
    settings = dict(yo.filters) | {"stopwords": replace(yo.filters["stopwords"], min=0.3)}
    settings["word_repetition"] = replace(settings["word_repetition"], enabled=False)
    config = Config("fixed", {"yo": replace(yo, filters=settings)}, default())
    made = measured(str(tmp_path / "work"), Wanted(300, ("yo",), copies=0), config=config)
    found = Corpus(made.work)
    assert found.params("yo").filters["stopwords"].min == 0.3
    assert found.params("yo").judging() == config.languages["yo"].judging()
    assert found.limits("yo")["word_repetition"].applied is False
    assert found.limits("yo", {"stopwords": 0.2})["stopwords"] == Limit(True, 0.2)
    with pytest.raises(LimitError, match=r"word_repetition: is not applied in Yoruba \(yo\)"):
        found.limits("yo", {"word_repetition": 0.2})


def test_a_language_of_another_folder_of_parameters_needs_the_folder(corpus: Corpus) -> None:
    del corpus._params["yo"]
    assert corpus.names["yo"] == "yo"
    with pytest.raises(InspectError, match="yo: has no packaged parameters; give the folder that it was judged with"):
        corpus.params("yo")


def test_what_others_answer_is_passed_on(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []
    for module, name in (("inspect_texts", "examples"), ("inspect_texts", "documents"), ("inspect_texts", "text")):
        monkeypatch.setattr(f"roots.{module}.{name}", lambda *given, **how: asked.append((*given, how)))
    monkeypatch.setattr("roots.why.gather.why", lambda *given: asked.append(given))
    monkeypatch.setattr("roots.compare.compare", lambda *given: asked.append(given))
    corpus.examples("stopwords", "yo", n=3)
    corpus.documents("yo", cause="kept")
    corpus.text("x")
    corpus.why("x")
    corpus.compare(corpus)
    compare("one", Path("other"))
    assert asked == [
        (corpus, "stopwords", "yo", Line(n=3), {}),
        (corpus, "yo", Listing(cause="kept"), {}),
        (corpus, "x", {}),
        (corpus.work, "x"),
        (corpus.work, corpus.work),
        ("one", "other"),
    ]


def test_these_names_are_for_people() -> None:
    assert set(inspect.__all__) == {"Corpus", "InspectError", "LimitError", "WhatIf", "compare"}
