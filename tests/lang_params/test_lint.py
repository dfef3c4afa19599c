"""The linter: limits that do nothing, entries that are doubtful, and what is accepted beside them."""

from pathlib import Path

import pytest

from lang_params import lint
from lang_params.files import PACKAGED
from lang_params.params import load, load_all
from lang_params.reference import write_reference

YO = (PACKAGED / "yo.toml").read_text("utf-8").split("\n[filters]\n")[0] + "\n"


def found(folder: Path, *lines: str, kind: str = "limits") -> list[str]:
    """What the linter says of a Yoruba file with these lines under [filters]."""
    (folder / "yo.toml").write_text("\n".join([f"{YO}[filters]", *lines, ""]), "utf-8")
    return [str(finding) for finding in getattr(lint, kind)("yo", load("yo", folder), folder) if not finding.accepted]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("stopwords = { min = 0 }", "stopwords: min = 0 drops nothing: no text lies below"),
        ("stopwords = { min = 1.0 }", "stopwords: min = 1 drops nearly every text: a share is seldom 1"),
        ("number_words = { min = 0 }", "number_words: min = 0 drops nothing: no text lies below"),
        ("special_characters = { max = 1 }", "special_characters: max = 1 drops nothing: a share is at most 1"),
        ("special_characters = { max = 0.0 }", "special_characters: max = 0 drops every text that has any"),
        ("perplexity = { max = 1 }", "perplexity: max = 1 drops every text that has any"),
        ("flagged_words = { max = 0.1 }", "flagged_words: a limit, but there is no list of flagged words: it is not"),
        (
            "word_repetition = { max = 0.99 }",
            "word_repetition: max = 0.99 lies beyond anything in reference text: of ",
        ),
        ("stopwords = { min = 0.001 }", "stopwords: min = 0.001 lies beyond anything in reference text: 99 of 100"),
    ],
)
def test_a_limit_that_does_nothing_or_everything_is_named_with_file_and_line(
    line: str, what: str, tmp_path: Path
) -> None:
    [said] = found(tmp_path, "# first", line)
    number = YO.count("\n") + 3
    assert said.startswith(f"{tmp_path}/yo.toml:{number}: {what}")


@pytest.mark.parametrize(
    "line",
    [
        "stopwords = { min = 0.2 }",
        "stopwords = { enabled = false, min = 0 }",
        "stopwords = { min = 0 }  # accepted: poems of one word",
        "number_words = { min = 1 }",
        "perplexity = { max = 100000 }",
    ],
)
def test_what_can_drop_something_is_switched_off_or_accepted_is_in_order(line: str, tmp_path: Path) -> None:
    assert found(tmp_path, line) == []


def test_a_limit_of_default_is_named_there(tmp_path: Path) -> None:
    text = (PACKAGED / "default.toml").read_text("utf-8")
    (tmp_path / "default.toml").write_text(text.replace("n = 5, max = 0.3", "n = 5, max = 1"), "utf-8")
    [said] = found(tmp_path)
    assert said.startswith(f"{tmp_path}/default.toml:")
    assert said.endswith("word_repetition: max = 1 drops nothing: a share is at most 1 (for yo)")


def test_a_folders_own_reference_text_counts(tmp_path: Path) -> None:
    from filters.thresholds import numbers, summary

    write_reference(tmp_path, "yo", ["mine"], {"stopwords": summary(numbers([0.01] * 60))}, 60)
    assert found(tmp_path, "stopwords = { min = 0.002 }") == []
    [said] = found(tmp_path, "stopwords = { min = 0.0005 }")
    assert "99 of 100 texts have 0.01 or more" in said


def listed(folder: Path, text: str) -> list[str]:
    (folder / "stopwords").mkdir(exist_ok=True)
    (folder / "stopwords" / "yo.txt").write_text(text, "utf-8")
    return found(folder, kind="lists")


def test_entries_that_are_not_composed_or_in_another_script(tmp_path: Path) -> None:
    file = f"{tmp_path}/stopwords/yo.txt"
    assert listed(tmp_path, "# head\nní\nни\nabc中\n") == [
        f"{file}:3: 'ни' has 'ни', no letters of Latn",
        f"{file}:4: 'abc中' has '中', no letters of Latn",
    ]
    assert listed(tmp_path, "ni\u0301\n") == [
        f"{file}:1: 'ni\u0301' is not in composed form (NFC), nor is its composed form listed"
    ]
    assert listed(tmp_path, "ní\nni\u0301\n") == []


def test_a_kind_of_finding_can_be_accepted_in_a_list(tmp_path: Path) -> None:
    assert listed(tmp_path, "# accepted script: loans\nни\nnи\n") == []
    assert len(listed(tmp_path, "# accepted form: loans\nни\n")) == 1


def test_a_list_with_the_words_of_another_language(tmp_path: Path) -> None:
    words = sorted(load("yo").stopwords or ()) + sorted(load("zu").stopwords or ())
    listed(tmp_path, "\n".join([*dict.fromkeys(words), ""]))
    said = [str(finding) for finding in lint.shared(load_all(tmp_path), tmp_path) if not finding.accepted]
    assert len(said) == 1
    start = f"{tmp_path}/stopwords/yo.txt:1: the list holds 100 of 100 entries of the list of zu"
    assert said[0] == f"{start}: does it hold two languages?"


def test_the_packaged_lists_do_not_hold_each_others_words_but_for_akan_and_twi() -> None:
    assert {finding.file for finding in lint.shared(load_all(), None)} <= {"stopwords/ak.txt", "stopwords/tw.txt"}
    assert all(finding.accepted for finding in lint.shared(load_all(), None))
