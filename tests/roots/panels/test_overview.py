"""All languages of a work folder at once, from the manifests of its ledgers."""

from pathlib import Path

import pytest

from pipelines import storage
from roots.folders import FolderError
from roots.panels.overview import overview

NO_LIST = "there is no list of flagged words"
NO_MODEL = "there is no language model"


def folder(work: Path, **stopwords: int) -> str:
    """A work folder in which each language has 100 documents, of which stop words dropped so many."""
    counts = [[lang, "stopwords", dropped, 10] for lang, dropped in stopwords.items() if dropped]
    counts += [[lang, None, 100 - dropped, 90] for lang, dropped in stopwords.items()]
    not_applied = {lang: {"perplexity": NO_MODEL} for lang in stopwords} | {
        "yo": {"perplexity": NO_MODEL, "flagged_words": NO_LIST}
    }
    said = {"source": "news", "counts": counts, "not_applied": not_applied}
    storage.write_json(storage.join(str(work), "news", "ledger", "a.json"), said)
    return str(work)


def test_a_language_that_loses_far_more_than_its_family_is_named(tmp_path: Path) -> None:
    found = overview(folder(tmp_path, ig=1, sn=2, sw=3, yo=60, zu=2))
    assert [loss.lang for loss in found.found] == ["yo", "yo"]
    assert found.outliers()[0].startswith("Yoruba (yo): all causes put out 60 of 100 documents (60 %); of the 4 others")
    assert overview(folder(tmp_path, ig=1, sn=2, sw=3, yo=6, zu=2)).outliers() == [
        "No language loses 10 of 100 documents more than is usual in its family, beyond chance."
    ]


def test_the_table_has_a_row_for_each_language(tmp_path: Path) -> None:
    table = overview(folder(tmp_path, ar=10, yo=0)).frame()
    assert table.to_dict("records") == [
        {"language": "Arabic (ar)", "in": 100, "stopwords": 10, "kept": 90, "kept share": 0.9},
        {"language": "Yoruba (yo)", "in": 100, "stopwords": 0, "kept": 100, "kept share": 1.0},
    ]


def test_the_steps_of_cleaning_are_one_cause(tmp_path: Path) -> None:
    counts = [["yo", "duplicate", 3, 10], ["yo", "clean:b", 2, 10], ["yo", "clean:a", 1, 10], ["yo", None, 94, 90]]
    storage.write_json(str(tmp_path / "news/ledger/a.json"), {"source": "news", "counts": counts, "not_applied": {}})
    [row] = overview(str(tmp_path)).frame().to_dict("records")
    assert list(row.items())[2:5] == [("clean", 3), ("duplicate", 3), ("kept", 94)]


def test_what_is_not_applied_and_what_is_empty_is_said(tmp_path: Path) -> None:
    found = overview(folder(tmp_path, ar=10, yo=0))
    assert found.not_applied() == [
        "flagged words is not applied in 1 language: Yoruba.",
        "perplexity is not applied in any language here.",
    ]
    assert found.empty().startswith("Without a document here: 44 languages: Akan (ak), Assamese (as)")
    every = overview(folder(tmp_path, **dict.fromkeys([*found.absent, "ar", "yo"], 0)))
    assert every.empty() == "Every language of the parameters holds documents."


def test_pictures_are_of_the_same_funnel(tmp_path: Path) -> None:
    found = overview(folder(tmp_path, ar=10, yo=0))
    [values] = found.bars().to_dict()["datasets"].values()
    assert sum(each["documents"] for each in values) == 200
    [squares] = found.heat_map().to_dict()["datasets"].values()
    assert {each["said"] for each in squares if each["cause"] == "perplexity"} == {"–"}


def test_a_folder_without_ledgers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match="no ledger is there"):
        overview(str(tmp_path))
