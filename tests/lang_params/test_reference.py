"""Summaries of reference text: written, read, and refused where they are faulty."""

from pathlib import Path

import pytest

from filters.thresholds import summary
from lang_params.check import ParamsError
from lang_params.files import PACKAGED
from lang_params.languages import codes
from lang_params.reference import KEYS, read_reference_text, write_reference


def test_what_is_written_is_read(tmp_path: Path) -> None:
    import numpy as np

    row = summary(np.array([0.25, 0.5]))
    write_reference(tmp_path, "yo", ['stories "of Ade"'], {"stopwords": row}, 2)
    found = read_reference_text("yo", tmp_path)
    assert found is not None
    assert (found.texts, found.sources) == (2, ('stories "of Ade"',))
    assert found.measures["stopwords"]["median"] == 0.375
    assert tuple(found.measures["stopwords"]) == KEYS


def test_every_packaged_language_has_one() -> None:
    assert sorted(file.stem for file in (PACKAGED / "reference").iterdir()) == codes()
    for code in codes():
        found = read_reference_text(code)
        assert found is not None
        assert found.texts >= 50
        assert {"number_words", "special_characters", "stopwords"} <= set(found.measures)


def test_no_file_is_no_summary(tmp_path: Path) -> None:
    assert read_reference_text("ha", tmp_path) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("texts = 1", "reference/yo.toml: measures: it is missing"),
        ("texts = 0\nsources = []\n[measures]", "reference/yo.toml: texts: 0; it must be a whole number from 1"),
        ("texts =", "reference/yo.toml: this is not valid TOML"),
        ("texts = 1\nsources = []\n[measures]\nstopword = {}", "measures: unknown filter 'stopword'"),
        ("texts = 1\nsources = []\n[measures]\nstopwords = {}", "measures.stopwords.least: it is missing"),
        (
            'texts = 1\nsources = []\n[measures]\nstopwords = { least = "0", q01 = 0, median = 0, q99 = 0,'
            " greatest = 0, mean = 0, std = 0 }",
            "measures.stopwords.least: '0'; it must be a number",
        ),
    ],
)
def test_a_faulty_summary_is_named_with_file_and_key(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "yo.toml").write_text(text, "utf-8")
    with pytest.raises(ParamsError) as error:
        read_reference_text("yo", tmp_path)
    assert message in str(error.value)
