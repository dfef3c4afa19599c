"""Parameters: every published threshold stands, and every mistake in a file is named with file and key."""

import csv
import json
import pickle
from pathlib import Path
from typing import Any

import pytest

from lang_params.files import PACKAGED
from lang_params.languages import codes
from lang_params.params import FILTERS, MEASURES, LangParams, ParamsError, default, load, load_all

COLUMNS = {
    "cond_uniform_whitespace": ("uniform_whitespace", "enabled"),
    "cond_replace_unicode_punctuation": ("unicode_punctuation", "enabled"),
    "cond_remove_words_with_incorrect_substrings": ("incorrect_substrings", "enabled"),
    "incorrect_word_substrings": ("incorrect_substrings", "substrings"),
    "cond_remove_long_words": ("long_words", "enabled"),
    "length_word_max_cutoff": ("long_words", "max"),
    "cond_words_augmentation": ("words_augmentation", "enabled"),
    "words_augmentation_group_sizes": ("words_augmentation", "sizes"),
    "words_augmentation_join_char": ("words_augmentation", "join"),
    "cond_check_number_words": ("number_words", "enabled"),
    "number_words_min_cutoff": ("number_words", "min"),
    "number_words_max_cutoff": ("number_words", "max"),
    "cond_check_character_repetition_removal": ("character_repetition", "enabled"),
    "character_repetition_length": ("character_repetition", "n"),
    "character_repetition_max_cutoff": ("character_repetition", "max"),
    "cond_check_word_repetition_removal": ("word_repetition", "enabled"),
    "word_repetition_length": ("word_repetition", "n"),
    "word_repetition_max_cutoff": ("word_repetition", "max"),
    "cond_check_special_characters": ("special_characters", "enabled"),
    "special_characters_max_cutoff": ("special_characters", "max"),
    "cond_check_stopwords": ("stopwords", "enabled"),
    "stopwords_min_cutoff": ("stopwords", "min"),
    "cond_check_flagged_words": ("flagged_words", "enabled"),
    "flagged_words_max_cutoff": ("flagged_words", "max"),
    "cond_check_lang_id": ("language_id", "enabled"),
    "lang_id_min_cutoff": ("language_id", "min"),
    "cond_check_perplexity": ("perplexity", "enabled"),
    "perplexity_max_cutoff": ("perplexity", "max"),
}
DERIVED = {
    ("character_repetition", "max"),
    ("word_repetition", "max"),
    ("special_characters", "max"),
    ("stopwords", "min"),
    ("language_id", "min"),
}
"""Values that are derived from text for languages that were not tuned; all others are those of the default row."""


@pytest.fixture(scope="module")
def languages() -> dict[str, LangParams]:
    return load_all()


def test_every_value_of_the_published_thresholds(shared: Path, languages: dict[str, LangParams]) -> None:
    with (shared / "spec/thresholds.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["lang_dataset_id"]: row for row in csv.DictReader(file)}
    everything = {**languages, "default": default()}
    for code, params in everything.items():
        row_id = {"zhs": "zh", "zht": "zh"}.get(code, code)
        row = rows.get(row_id, rows["default"])
        tuned = row_id in rows and row_id != "default"
        assert params.thresholds == ("tuned" if tuned else "default" if code == "default" else "derived")
        assert params.words == ("sentencepiece" if row["tokenization"] == "true" else "whitespace")
        for column, (name, key) in COLUMNS.items():
            value = getattr(params.filters[name], key)
            if params.thresholds == "derived" and (name, key) in DERIVED:
                continue
            expected = json.loads(row[column])
            assert value == (tuple(expected) if isinstance(expected, list) else expected), (code, column)


def test_all_46_have_all_13_filters(languages: dict[str, LangParams]) -> None:
    assert len(languages) == 46
    for params in languages.values():
        assert list(params.filters) == list(FILTERS)


def test_what_is_not_applied_has_a_reason(languages: dict[str, LangParams]) -> None:
    fon = languages["fon"].not_applied()
    assert fon == {
        "unicode_punctuation": "switched off",
        "incorrect_substrings": "switched off",
        "long_words": "switched off",
        "words_augmentation": "switched off",
        "flagged_words": "there is no list of flagged words for Fon",
        "perplexity": "there is no language model for Fon",
    }
    assert list(languages["fr"].not_applied()) == ["unicode_punctuation", "words_augmentation", "perplexity"]


def test_languages_without_a_list_or_an_identifier(languages: dict[str, LangParams]) -> None:
    assert all(len(params.stopwords or ()) >= 30 for params in languages.values())
    flagged = "ar en es fr hi pt zhs zht"
    assert " ".join(code for code, params in languages.items() if params.flagged_words) == flagged
    assert [code for code, params in languages.items() if params.identifier == "none"] == []
    assert default().not_applied()["language_id"] == "no identifier knows any other language well enough"


def test_measuring_and_judging_share_nothing_but_are_json(languages: dict[str, LangParams]) -> None:
    for params in languages.values():
        json.dumps([params.measuring(), params.judging()])
    assert list(languages["yo"].judging()) == list(MEASURES)
    assert languages["ar"].judging()["stopwords"] == {"applied": True, "min": 0.07, "max": None}
    assert languages["fon"].judging()["flagged_words"]["applied"] is False


def test_parameters_travel_to_other_processes(languages: dict[str, LangParams]) -> None:
    assert pickle.loads(pickle.dumps(languages)) == languages


YO = (PACKAGED / "yo.toml").read_text("utf-8")


def changed(folder: Path, old: str, new: str) -> Path:
    assert old in YO
    (folder / "yo.toml").write_text(YO.replace(old, new), "utf-8")
    return folder


def test_a_threshold_changes_the_judging_and_a_list_the_measuring(tmp_path: Path) -> None:
    packaged = load("yo")
    mine = load("yo", changed(tmp_path, "\n[filters]", "\n[filters]\nnumber_words = { min = 9 }"))
    assert mine.measuring() == packaged.measuring()
    assert mine.judging() != packaged.judging()
    assert mine.stopwords == packaged.stopwords
    (tmp_path / "stopwords").mkdir()
    (tmp_path / "stopwords/yo.txt").write_text("ni\nti\n", "utf-8")
    listed = load("yo", tmp_path)
    assert listed.stopwords == frozenset({"ni", "ti"})
    assert listed.measuring() != packaged.measuring()
    assert load_all(tmp_path)["zu"] == load("zu")


def test_a_users_default_reaches_every_language_that_does_not_say_otherwise(tmp_path: Path) -> None:
    text = (PACKAGED / "default.toml").read_text("utf-8")
    (tmp_path / "default.toml").write_text(text.replace("min = 10, max", "min = 12, max"), "utf-8")
    found = load_all(tmp_path)
    assert found["yo"].filters["number_words"].min == 12
    assert found["ar"].filters["number_words"].min == 20
    assert default(tmp_path).filters["number_words"].min == 12


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\n[filters]", "\n[filters]\nstopword_ration = {}", "filters: unknown filter 'stopword_ration'; did you mean"),
        ("\n[filters]", "\n[filters]\nflagged_words = { max = 1.1 }", "filters.flagged_words.max: 1.1; it is a share"),
        ("\n[filters]", "\n[filter]", "unknown key 'filter'; did you mean 'filters'"),
        ("\n[filters]", "\n[filters", "this is not valid TOML"),
        ('identifier = "roots"', 'identifier = "rots"', "identifier: unknown identifier 'rots'; did you mean 'roots'"),
        ('identifier = "roots"', "", "identifier: it is missing"),
        (', roots = "yo"', "", "identifier: 'roots' has no label under labels"),
        (', cld2 = "yo"', ", google = 'yo'", "labels: unknown identifier 'google'"),
        (', cld2 = "yo"', ", cld2 = 1", "labels.cld2: 1; it must be a text"),
        ('words = "whitespace"', 'words = "spaces"', "words: unknown way 'spaces'"),
        ('words = "whitespace"', 'words = "sentencepiece"', "word_model: it is missing; words = 'sentencepiece'"),
        ('words = "whitespace"', 'words = "whitespace"\nword_model = "zh_words"', "word_model: 'zh_words'; it is used"),
        ('words = "whitespace"', 'words = "whitespace"\nlanguage_model = 3', "language_model: 3; it must be a text"),
        ('script = "Latn"', "", "language.script: it is missing"),
        ('script = "Latn"', 'script = ""', "language.script: ''; it must be a text"),
        ('script = "Latn"', 'script = "Latn"\ncode = "yo"', "language: unknown key 'code'"),
        ('origin = "derived"', 'origin = "guessed"', "thresholds.origin: unknown origin 'guessed'"),
        ('origin = "derived"', "", "thresholds.origin: it is missing"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_key(old: str, new: str, message: str, tmp_path: Path) -> None:
    folder = changed(tmp_path, old, new)
    for read in (lambda: load("yo", folder), lambda: load_all(folder)):
        with pytest.raises(ParamsError) as error:
            read()
        assert str(error.value).startswith(f"{tmp_path}/yo.toml: {message}")


def test_a_code_or_folder_that_is_none(tmp_path: Path) -> None:
    for code in ("yor", "default", "de"):
        with pytest.raises(ParamsError, match=f"'{code}' is not a language of the corpus"):
            load(code)
    missing: Any = tmp_path / "mine"
    for read in (lambda: load("yo", missing), lambda: load_all(missing), lambda: default(missing)):
        with pytest.raises(ParamsError, match="there is no such folder"):
            read()


def test_code_stands_apart_from_the_46_and_none_of_its_filters_is_applied(tmp_path: Path) -> None:
    assert "code" not in load_all()
    assert list(load_all(None, ["code", "xx"]))[-1] == "code"
    assert len(load_all(None, ["code"])) == 47
    params = load("code")
    assert set(params.not_applied()) == set(FILTERS)
    assert (params.identifier, params.words, params.language.name) == ("none", "whitespace", "Code")
    packaged = (PACKAGED / "code.toml").read_text(encoding="utf-8")
    (tmp_path / "code.toml").write_text(packaged.replace('"Code"', '"My code"'), encoding="utf-8")
    assert load("code", tmp_path).language.name == "My code"
    assert load_all(tmp_path, ["code"])["code"].language.name == "My code"
    assert codes(tmp_path) == codes(), "a folder replaces it, and adds no language"
