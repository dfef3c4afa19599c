"""A text of one's own gets the measures and the verdict that a build gives it, whatever it is."""

import io
import logging
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.changes import change
from filters.identify import identify
from filters.measures import measure_text
from filters.table import Profile
from filters.text import Text
from lang_params.params import LangParams, load_all
from pipelines import tables
from pipelines.verdict import ORDER, filtered
from roots.own_text import HALVES, LONGEST, OwnText, OwnTextError, dropped, measured, read, steps
from roots.sampled import judged
from tests.corpora import ENGLISH, YORUBA, YORUBA_TOO
from tests.roots import filtered as folders
from tests.roots.made import Ended

Roots = Callable[..., Ended]

LANGS = ("yo", "es", "vi", "zhs", "ar", "code")


@cache
def languages() -> dict[str, LangParams]:
    return load_all(apart=("code",))


def own(text: str, lang: str = "yo", profile: Profile = "fixed") -> OwnText:
    return measured(text, languages()[lang], languages(), profile)


def expected(text: str, lang: str, profile: Profile) -> dict[str, object]:
    """The readable definitions, one after the other."""
    params = languages()[lang]
    readable = text.encode("utf-8", "replace").decode()
    changed = readable if lang == "code" else change(readable, params)
    found = identify(changed, params, languages())
    values = measure_text(Text(changed, params), params, profile)
    return values | {"language_id": found.score, "perplexity": None, "text": changed, "lang": found.lang}


@settings(max_examples=60)
@given(text=st.text(max_size=300), lang=st.sampled_from(LANGS), profile=st.sampled_from(get_args(Profile)))
def test_any_text_has_the_measures_of_the_definitions(text: str, lang: str, profile: Profile) -> None:
    found = own(text, lang, profile)
    values = {name: found.row.column(name)[0].as_py() for name in ORDER}
    asked = expected(text, lang, profile)
    assert {"text": found.text, "lang": found.identified[0]} | values == asked
    assert str(found)
    assert found._repr_html_().startswith("<table")


@given(text=st.text(alphabet=st.characters(categories=("Cs", "Lu", "Zs", "Cc")), max_size=40))
def test_half_a_surrogate_pair_is_read_as_a_question_mark_and_that_is_said(text: str) -> None:
    found = own(text)
    assert (HALVES in found.notes) == any("\ud800" <= each <= "\udfff" for each in text)


def test_documents_of_a_corpus_get_their_stored_measures(tmp_path: Path) -> None:
    texts = [YORUBA, YORUBA_TOO, ENGLISH, f"{YORUBA} {YORUBA}", "kékeré", f"  {YORUBA}\u00a0{YORUBA_TOO}\n"]
    work = folders.filtered(tmp_path, "yo", texts)
    [each] = judged(work, "yo")
    stored = tables.read(each.shard.path(work, "measures")).to_pylist()
    causes = tables.read(each.ledger, ["dropped_by"]).column(0).to_pylist()
    kept = tables.read(each.shard.path(work, "documents"), ["text"]).column(0).to_pylist()
    assert {None, "stopwords", "number_words"} <= set(causes)
    for text, row, cause, after in zip(texts, stored, causes, kept, strict=True):
        found = own(text)
        same = [*ORDER, "lang", "lang_identified", "identifier", "lost", "bytes"]
        assert {name: found.row.column(name)[0].as_py() for name in same} == {name: row[name] for name in same}
        assert (found.text, found.dropped_by) == (after, cause)


def test_the_table_says_measure_value_unit_limits_and_verdict() -> None:
    table = own(YORUBA).measures
    assert list(table.columns) == ["measure", "value", "unit", "min", "max", "verdict"]
    assert list(table["measure"]) == list(ORDER)
    verdicts = dict(zip(table["measure"], table["verdict"], strict=True))
    assert verdicts["stopwords"] == "passes"
    assert verdicts["flagged_words"] == "not applied: there is no list of flagged words for Yoruba"
    shown = {row["measure"]: row for row in own(YORUBA).shown()}
    assert shown["number_words"] | {"unit": "words"} == shown["number_words"]
    assert (shown["number_words"]["value"], shown["number_words"]["max"]) == ("36", "100,000")
    assert shown["stopwords"]["value"] == "0.639"
    assert shown["perplexity"]["value"] == ""


def test_a_text_in_another_language_is_said_to_be() -> None:
    found = own(ENGLISH)
    assert found.dropped_by == "stopwords"
    [verdict] = [row["verdict"] for row in found.shown() if row["measure"] == "language_id"]
    assert verdict.startswith("fails: identified as English (en) with ")
    assert verdict.endswith(" by roots, another language than Yoruba")
    assert found.said()[1] == "It would be dropped, first by stopwords."


def test_who_is_not_asked_or_cannot_tell_is_said() -> None:
    nobody = replace(languages()["yo"], identifier="none")
    found = measured(YORUBA, nobody, languages())
    assert found.language() == "nobody was asked for its language: no identifier knows Yoruba well enough"
    lost = own("\x00")
    unknown = replace(lost, row=lost.row.set_column(2, "lang_identified", pa.nulls(1, pa.string())))
    assert unknown.language() == "its language could not be told (by roots)"


def test_other_limits_judge_the_same_measures() -> None:
    found = own(YORUBA)
    params = languages()["yo"]
    stricter = replace(
        params, filters={**params.filters, "number_words": replace(params.filters["number_words"], min=37)}
    )
    moved = found.under(stricter)
    assert (found.dropped_by, moved.dropped_by) == (None, "number_words")
    assert moved.row is found.row
    assert filtered(found.row, {"yo": stricter}).tolist() == ["number_words"]
    assert "It would be kept by the filters." in found.said()


def test_changes_are_said_with_the_words_that_went() -> None:
    text = f"  Hola\u00a0a www.a.com/ {'x' * 30}, «{'ñ' * 25}» ({'-' * 26})\n\nhttps://b.es"
    found = own(text, "es")
    done = {step.filter: step for step in found.steps}
    assert done["uniform_whitespace"].did == "1 space written plainly"
    assert done["incorrect_substrings"].words == ("www.a.com/", "https://b.es")
    assert done["long_words"].words == (f"{'x' * 30},", f"({'-' * 26})")
    assert not done["unicode_punctuation"].applied
    assert found.text == f"Hola a «{'ñ' * 25}»"
    assert "incorrect_substrings: 2 words went: www.a.com/, https://b.es" in found.said()
    pairs = {step.filter: step.count for step in own("dê con bé", "vi").steps}
    assert pairs["words_augmentation"] == 2
    assert own(text, "code").text == text


@given(text=st.text(alphabet="ab/. \n\t-«www", max_size=60))
def test_steps_end_at_the_changed_text(text: str) -> None:
    params = languages()["es"]
    gone = [word for step in steps(text, params) for word in step.words]
    left = change(text, params).split()
    plain = text.strip().replace("\n", " ").replace("\t", " ").split(" ")
    assert sorted([*gone, *left]) == sorted(word for word in plain if word)
    assert list(dropped(text.strip(), "incorrect_substrings", params)) == list(gone)


def test_too_long_a_text_is_refused_with_the_way_out() -> None:
    assert own("a " * (LONGEST // 2)).dropped_by
    with pytest.raises(OwnTextError, match=r"has 10,001 characters; 10,000 are measured .* roots filter --lang yo"):
        own("a" * (LONGEST + 1))


def test_nothing_of_a_text_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        own("Ọ̀rọ̀aṣírí " * 30)
    assert "aṣírí" not in caplog.text + "".join(capfd.readouterr())


def test_the_command_measures_a_file_and_what_comes_in(
    roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(f"\ufeff{YORUBA}\n", encoding="utf-8")
    ended = roots("measure", "--lang", "yor_Latn", path)
    assert ended.code == 0
    assert "Yoruba (yo)" in ended.out
    assert "It would be kept by the filters." in ended.out
    assert "0.639" in ended.out
    came = io.TextIOWrapper(io.BytesIO(YORUBA.encode()))
    monkeypatch.setattr(sys, "stdin", came)
    assert roots("measure", "--lang", "yo", "-").out == ended.out


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\xff\xfe", "byte 0 is not UTF-8; give a text in the encoding UTF-8"),
        (b"a" * 50_000, "has more than 10,000 characters; give a part, or the file to roots filter"),
        (b"a" * 20_000, "the text has 20,000 characters; 10,000 are measured at most"),
    ],
)
def test_a_file_that_cannot_be_measured_is_said(roots: Roots, tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    ended = roots("measure", "--lang", "yo", path)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    assert "Traceback" not in ended.err


def test_a_file_that_is_not_there_is_said(roots: Roots, tmp_path: Path) -> None:
    ended = roots("measure", "--lang", "yo", tmp_path / "nothing.txt")
    assert ended.code == 2
    assert "nothing.txt: cannot be read: No such file or directory" in ended.err
    with pytest.raises(OwnTextError):
        read(str(tmp_path))


def test_parameters_of_ones_own_are_those_it_is_judged_by(roots: Roots, stricter: Path, tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(" ".join(YORUBA.split()[:20]), encoding="utf-8")
    asked: Sequence[object] = ("measure", "--lang", "yo", path)
    assert "It would be kept" in roots(*asked).out
    assert "dropped, first by number_words" in roots(*asked, "--lang-params", stricter).out
