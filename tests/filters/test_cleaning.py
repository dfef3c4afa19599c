"""The table of cleaning steps, chains on one document and on a source, and what is refused."""

from dataclasses import replace

import pytest

from filters import cleaning
from filters.cleaning_documents import Document
from lang_params.params import load
from tests.filters import cleaning_cases


def test_every_step_has_a_case_that_changes_and_one_that_does_not() -> None:
    for name in cleaning.CLEANERS:
        assert {case["old"] == case["new"] for case in cleaning_cases.of("text", {name})} == {True, False}, name
    for name in cleaning.KEEPERS:
        if not name.startswith("filter_code_"):  # their cases stand in test_code.py
            assert {case["kept"] for case in cleaning_cases.of("kept", {name})} == {True, False}, name
    for name in cleaning.SOURCE_WIDE:
        cases = cleaning_cases.of("source", {name})
        assert any(case["texts"] != case["out"] or max(case["lost"]) >= 0 for case in cases), name
        assert any(text == out for case in cases for text, out in zip(case["texts"], case["out"], strict=True)), name


def test_a_step_has_one_name_and_one_kind() -> None:
    kinds = (cleaning.CLEANERS, cleaning.KEEPERS, cleaning.BY_PROFILE, cleaning.SOURCE_WIDE)
    names = [name for kind in kinds for name in kind]
    assert len(names) == len(set(names))
    assert {"dedup_document", "dedup_template_soft"} <= set(cleaning.SOURCE_WIDE)


def test_a_chain_runs_in_its_order() -> None:
    text = "short\n" + "ಕ" * 100 + " { }"
    assert cleaning.clean(text, {}, ["filter_small_docs_bytes_300", "remove_lines_with_code"]) == ("short", None)
    assert cleaning.clean(text, {}, ["remove_lines_with_code", "filter_small_docs_bytes_300"]) == (
        "short",
        "filter_small_docs_bytes_300",
    )


def test_steps_after_the_one_that_drops_do_not_run() -> None:
    chain = ["filter_wiki_user_titles", "replace_newline_with_space", "filter_remove_empty_docs"]
    assert cleaning.clean(" \n ", {"title": "User X"}, chain) == (" \n ", "filter_wiki_user_titles")
    assert cleaning.clean(" \n ", {"title": "X"}, chain) == ("   ", "filter_remove_empty_docs")


def test_an_empty_chain_changes_nothing() -> None:
    assert cleaning.clean("", {}, []) == ("", None)
    assert cleaning.clean_source([Document("1", "")], []) == [cleaning.Cleaned(Document("1", ""))]


def test_the_profile_decides_which_licences_stay() -> None:
    chain, meta = ["filter_code_licence"], {"licence": "gpl-3.0"}
    assert cleaning.clean("x", meta, chain, "fixed")[1] == "filter_code_licence"
    assert cleaning.clean("x", meta, chain, "roots-2022-03")[1] is None


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            "remove_line_with_code",
            "unknown cleaning step 'remove_line_with_code', did you mean 'remove_lines_with_code'?",
        ),
        (
            "remove_references_frr",
            "unknown cleaning step 'remove_references_frr', did you mean 'remove_references_fr'?",
        ),
        ("split_sentences_yo", "unknown cleaning step 'split_sentences_yo', did you mean 'split_sentences_"),
        ("翻译", "unknown cleaning step '翻译'; known: replace_newline_with_space, remove_lines_with_code"),
    ],
)
def test_unknown_step_is_refused_before_anything_runs(step: str, message: str) -> None:
    with pytest.raises(cleaning.CleaningError) as error:
        cleaning.clean("", {}, ["filter_remove_empty_docs", step])
    assert str(error.value).startswith(message)
    assert str(error.value).endswith("remove_references_<language>")


def test_references_can_be_asked_for_in_an_added_language() -> None:
    cleaning.check(["remove_references_ha"], ["ha"])
    with pytest.raises(cleaning.CleaningError, match="remove_references_ha"):
        cleaning.check(["remove_references_ha"])


def test_references_need_stop_words() -> None:
    none = replace(load("fr"), stopwords=None)
    with pytest.raises(cleaning.CleaningError) as error:
        cleaning.prepared(["remove_references_fr"], "fixed", {"fr": none})
    assert str(error.value) == "remove_references_fr: there is no list of stop words for French; leave the step out"


def test_references_take_the_parameters_that_are_in_force() -> None:
    own = replace(load("fr"), stopwords=frozenset({"zut"}))
    [step] = cleaning.prepared(["remove_references_fr"], "fixed", {"fr": own})
    assert step.cleaner is not None
    assert step.cleaner("zut\nle la les") == "zut"


PAGES = [
    Document("1", "a\n\nb"),
    Document("2", "A B"),
    Document("3", "a b 1"),
    Document("4", "a b 2"),
    Document("5", "7"),
]
NEWSPAPERS = ["dedup_document", "dedup_pseudocrawl_newspapers", "filter_remove_empty_docs"]


def test_in_roots_a_duplicate_counts_as_an_empty_text_until_it_is_taken_out() -> None:
    fixed = cleaning.clean_source(PAGES, NEWSPAPERS, "fixed")
    roots = cleaning.clean_source(PAGES, NEWSPAPERS, "roots-2022-03")
    assert fixed[0].document.text == "a\n\nb"
    assert roots[0].document.text == "a\nb"
    assert [each.lost for each in fixed] == [each.lost for each in roots]
    assert [each.reason for each in roots] == [None, None, "the same as 1", "the same as 1", None]


def test_a_duplicate_that_a_filter_took_out_counts_no_more() -> None:
    chain = ["dedup_document", "filter_remove_empty_docs", "dedup_pseudocrawl_newspapers"]
    assert cleaning.clean_source(PAGES, chain, "roots-2022-03")[0].document.text == "a\n\nb"


def test_a_duplicate_can_be_the_first_with_its_key_in_roots() -> None:
    urls = ["https://a.cm/1", "https://a.cm/1", "https://a.cm/2"]
    pages = [Document(str(n), text, {}, url) for n, (text, url) in enumerate(zip(["x", "y", "1"], urls, strict=True))]
    chain = ["dedup_document_on_url", "dedup_document"]
    assert [each.lost for each in cleaning.clean_source(pages, chain, "fixed")] == [None, "dedup_document_on_url", None]
    assert cleaning.clean_source(pages, chain, "roots-2022-03")[2].reason == "the same as 1"
