"""The panel of a language's limits: what is shown follows what is moved, and only a click writes a file."""

import re
from html import unescape
from pathlib import Path

import pytest

from lang_params.params import load
from roots.inspect import Corpus
from roots.panels.thresholds import EVERY_SOURCE, MEASURES, Thresholds
from tests.measured import Wanted, measured


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A judged folder of three languages, of which one has no list of flagged words and none a language model."""
    work = tmp_path_factory.mktemp("panel") / "work"
    measured(str(work), Wanted(900, ("yo", "ar", "zhs"), texts=True))
    return Corpus(work)


@pytest.fixture
def panel(corpus: Corpus, tmp_path: Path) -> Thresholds:
    return Thresholds(corpus, tmp_path / "mine")


def words(html: str) -> str:
    """What a reader sees of HTML."""
    return unescape(re.sub(r"<[^>]+>", " ", html))


def test_it_begins_with_yoruba_stop_words_and_the_limits_in_force(panel: Thresholds, corpus: Corpus) -> None:
    assert (panel.language.value, panel.measure.value, panel.source.value) == ("yo", "stopwords", None)
    assert panel.language.options[0][0].startswith("Arabic (ar), ")
    assert panel.source.options[0] == (EVERY_SOURCE, None)
    assert panel.sliders.bounds == {"min": corpus.params("yo").filters["stopwords"].min}
    assert panel.trial == {}
    assert "Against what is in force: nothing changes." in words(panel.counts.value)


def test_a_moved_slider_is_tried_in_the_whole_corpus(panel: Thresholds, corpus: Corpus) -> None:
    panel.sliders.sliders["min"].value = 0.5
    assert panel.trial == {"stopwords": {"min": 0.5}}
    found = corpus.what_if("yo", panel.trial)
    [row] = found.filters[found.filters["filter"] == "stopwords"].to_dict("records")
    [total] = found.total.to_dict("records")
    assert f"Alone, this filter drops {row['alone']:,} of {row['measured']:,} documents" in words(panel.about.value)
    assert f"{total['out']:,} go out ({total['out_bytes']:,} bytes)" in words(panel.counts.value)
    assert total["out"] > 0
    assert "<svg" in panel.histogram.value


def test_trials_of_several_filters_add_up_and_stay(panel: Thresholds) -> None:
    panel.attempt("stopwords", min=0.5)
    panel.measure.value = "number_words"
    panel.sliders.sliders["max"].value = 2_000
    assert panel.trial == {"stopwords": {"min": 0.5}, "number_words": {"max": 2_000}}
    panel.language.value = "ar"
    assert panel.trial == {}
    panel.language.value = "yo"
    assert panel.sliders.bounds["max"] == 2_000
    panel.back.click()
    assert panel.trial == {}
    assert panel.sliders.bounds["max"] == load("yo").filters["number_words"].max


def test_a_limit_can_be_taken_away(panel: Thresholds) -> None:
    panel.sliders.switches["min"].value = False
    assert panel.trial == {"stopwords": {"min": None}}
    assert "Alone, this filter drops 0 of" in words(panel.about.value)
    assert "has no limit" in words(panel.texts.value)


@pytest.mark.parametrize("lang", ["ar", "yo", "zhs"])
def test_every_filter_of_every_language_is_shown(panel: Thresholds, corpus: Corpus, lang: str) -> None:
    panel.language.value = lang
    for name in MEASURES:
        panel.measure.value = name
        idle = corpus.params(lang).not_applied().get(name)
        said = words(panel.about.value)
        assert (f"Not applied: {idle}." in said) == bool(idle)
        assert panel.sliders.box.children
        assert MEASURES[name].what in said
        nothing = "It was measured in no document here." in said
        assert nothing != ("<svg" in panel.histogram.value)


def test_a_filter_that_is_not_applied_says_so_and_keeps_its_sliders(panel: Thresholds) -> None:
    panel.measure.value = "perplexity"
    assert "Not applied: there is no language model for Yoruba." in words(panel.about.value)
    assert all(slider.disabled for slider in panel.sliders.sliders.values())
    panel.attempt("perplexity", max=5)
    assert "is not applied in Yoruba (yo)" in words(panel.about.value)
    assert panel.histogram.value == ""


def test_texts_stand_on_both_sides_with_their_values(panel: Thresholds, corpus: Corpus) -> None:
    panel.number.value = 3
    shown = panel.texts.value
    assert shown.count("<h4>") == 2
    found = corpus.examples("stopwords", "yo", n=3)
    assert all(id in shown for id in found["id"])
    assert f"{found['value'][0]:.4g}, " in shown
    before = panel.texts.value
    panel.source.value = panel.source.options[-1][1]
    assert panel.texts.value != before


def test_a_text_identified_as_another_language_says_so(panel: Thresholds) -> None:
    panel.number.value = 50
    panel.measure.value = "language_id"
    assert "A text identified as another language is dropped whatever its score." in words(panel.about.value)
    assert re.search(r"identified as (ar|zhs|de)", panel.texts.value)


def test_the_difference_is_shown_before_anything_is_written(panel: Thresholds, tmp_path: Path) -> None:
    panel.attempt("number_words", min=5)
    panel.look.click()
    assert "with who set it and why" in words(panel.written.value)
    panel.who.value, panel.why.value = "Adé <b>", "40 short texts are good"
    panel.look.click()
    assert "+number_words = { min = 5 }" in words(panel.written.value)
    assert "<b>" not in panel.written.value
    assert not (tmp_path / "mine").exists()
    panel.write.click()
    file = tmp_path / "mine" / "yo.toml"
    assert f"Written: {file}" in words(panel.written.value)
    assert f"roots build RECIPE --work {panel.corpus.work} --lang-params {tmp_path / 'mine'}" in panel.written.value
    params = load("yo", tmp_path / "mine")
    assert (params.filters["number_words"].min, params.thresholds) == (5, "tuned")
    assert 'source = "Adé <b>: 40 short texts are good"' in file.read_text(encoding="utf-8")


def test_nothing_tried_is_nothing_to_save(panel: Thresholds, tmp_path: Path) -> None:
    panel.who.value, panel.why.value = "Adé", "no reason"
    panel.write.click()
    assert "nothing to save" in words(panel.written.value)
    assert not (tmp_path / "mine").exists()
