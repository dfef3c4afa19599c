"""Of equal documents the first stays: what makes them equal is held to cases."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.cleaning_documents import Document
from filters.cleaning_duplicates import KEYS, address, dedup_document, letters, up_to_amp
from tests.filters import cleaning_cases


@pytest.mark.parametrize("case", cleaning_cases.of("source", KEYS), ids=cleaning_cases.name)
def test_duplicates_are_those_of_the_cases(case: dict[str, Any]) -> None:
    cleaning_cases.check_source(case)


@given(st.lists(st.sampled_from(["a 1", "a", "A", "", "7", "ب،"]), max_size=9))
def test_the_first_of_each_key_stays_and_texts_are_not_touched(texts: list[str]) -> None:
    documents = [Document(str(number), text) for number, text in enumerate(texts)]
    kept = [document for document, found in zip(documents, dedup_document(documents), strict=True) if not found.reason]
    keys = [letters(document) for document in kept]
    assert len(set(keys)) == len(keys)
    assert set(keys) == {letters(document) for document in documents}
    assert [found.text for found in dedup_document(documents)] == texts


def test_an_address_is_the_documents_own_or_that_of_its_meta() -> None:
    assert address(Document("1", "", {"url": "https://a.cm/m"}, "https://a.cm/u")) == "https://a.cm/u"
    assert address(Document("1", "", {"url": "https://a.cm/m"})) == "https://a.cm/m"
    assert address(Document("1", "", {"url": 7})) is None


@given(st.text(alphabet="/amp?x", max_size=12))
def test_an_amp_page_is_cut_as_the_expression_of_roots_cut_it(url: str) -> None:
    import re

    found = re.match(r"^((?:(?!/amp)/?(?:[^?/]*))+)(?:/amp)?", url)
    if url:
        assert up_to_amp(Document("1", "", {}, url)) == (found.group(1) if found else "")
