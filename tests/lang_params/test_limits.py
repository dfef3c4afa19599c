"""Limits written into a file: people's lines and comments stay, and what does not fit is refused."""

import tomllib

import pytest

from lang_params.check import ParamsError
from lang_params.files import PACKAGED
from lang_params.limits import with_limits

FILE = """# mine
[thresholds]
origin = "default"
source = "ROOTS"   # long ago

[filters]
# looked at in May
number_words = { min = 5, max = 100 }   # poems
stopwords = { min = 0.1 }

[labels]
cld2 = "yo"
"""


def test_lines_are_changed_added_and_otherwise_kept() -> None:
    limits = {"number_words": {"min": 7}, "special_characters": {"max": 0.45}}
    found = with_limits(FILE, limits, {"origin": "derived", "source": "text"})
    expected = FILE.replace("min = 5", "min = 7").replace('"default"', '"derived"').replace('"ROOTS"', '"text"')
    expected = expected.replace("min = 0.1 }\n", "min = 0.1 }\nspecial_characters = { max = 0.45 }\n")
    assert found == expected


def test_nothing_to_change_changes_nothing() -> None:
    assert with_limits(FILE, {}, {}) == FILE


def test_every_packaged_file_takes_a_limit() -> None:
    for file in sorted(PACKAGED.glob("*.toml")):
        text = file.read_text("utf-8")
        found = tomllib.loads(with_limits(text, {"stopwords": {"min": 0.123}}, {"origin": "derived"}))
        assert found["filters"]["stopwords"]["min"] == 0.123
        assert found["thresholds"]["origin"] == "derived"
        before = tomllib.loads(text)
        assert {**found, "filters": {}, "thresholds": {}} == {**before, "filters": {}, "thresholds": {}}


def test_a_value_is_escaped_and_a_line_that_cannot_be_replaced_is_refused() -> None:
    source = r"C:\new texts"
    assert tomllib.loads(with_limits(FILE, {}, {"source": source}))["thresholds"]["source"] == source
    with pytest.raises(ParamsError, match=r"the limits do not fit into this file \(.*\): write them by hand"):
        with_limits("[thresholds]\nsource = 'mine'\n", {}, {"source": "text"})


def test_a_file_with_the_line_ends_of_windows_is_changed() -> None:
    found = with_limits(FILE.replace("\n", "\r\n"), {"stopwords": {"min": 0.2}}, {"origin": "derived"})
    assert found.replace("\r", "") == FILE.replace("min = 0.1", "min = 0.2").replace('"default"', '"derived"')


def test_a_file_without_the_tables_gets_them() -> None:
    found = tomllib.loads(with_limits('words = "whitespace"', {"stopwords": {"min": 0.2}}, {"origin": "derived"}))
    assert found == {
        "words": "whitespace",
        "thresholds": {"origin": "derived"},
        "filters": {"stopwords": {"min": 0.2}},
    }


def test_keys_of_a_filter_that_are_no_limits_stay() -> None:
    text = '[filters]\nwords_augmentation = { enabled = true, sizes = [2], join = " " }\n'
    found = with_limits(text, {"words_augmentation": {"max": 1}}, {})
    assert tomllib.loads(found)["filters"]["words_augmentation"] == {
        "enabled": True, "sizes": [2], "join": " ", "max": 1
    }  # fmt: skip


@pytest.mark.parametrize(
    "text", ["[filters.stopwords]\nmin = 0.1\n", "[filters]\nstopwords.min = 0.1\n", "filters = { }\n"]
)
def test_a_table_that_lines_do_not_fit_into_is_refused(text: str) -> None:
    with pytest.raises(ParamsError, match="the limits do not fit into this file"):
        with_limits(text, {"stopwords": {"min": 0.2}}, {})


def test_a_limit_keeps_all_its_digits() -> None:
    for value in (0.1234567891, 0.1 + 0.2, 1e-7, 1234567.25):
        assert (
            tomllib.loads(with_limits("", {"perplexity": {"max": value}}, {}))["filters"]["perplexity"]["max"] == value
        )
    assert "max = 0.3 }" in with_limits("", {"stopwords": {"max": 0.3}}, {})
