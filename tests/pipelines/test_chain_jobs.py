"""A link of a chain knows its steps; lost documents that count as empty go when a filter takes them out."""

import pytest

from lang_params.params import default
from pipelines import chain_jobs
from pipelines.chain_jobs import Link, of_lines
from pipelines.config import Config
from tests.pipelines.test_chain_keys import batch

CHAIN = ("filter_no_text", "dedup_document", "dedup_template_soft", "filter_remove_empty_docs")


@pytest.mark.parametrize(
    ("link", "applies", "steps", "first", "next_"),
    [
        (Link(CHAIN, 0, 0, 1), None, ("filter_no_text",), 0, "dedup_document"),
        (Link(CHAIN, 1, 1, 2), "dedup_document", (), 2, "dedup_template_soft"),
        (Link(CHAIN, 2, 2, 4), "dedup_template_soft", ("filter_remove_empty_docs",), 3, None),
    ],
)
def test_a_link_has_the_steps_between_two_that_look_at_the_source(
    link: Link, applies: str | None, steps: tuple[str, ...], first: int, next_: str | None
) -> None:
    assert (link.applies, link.steps, link.first, link.next) == (applies, steps, first, next_)


def test_verdicts_are_on_lines_or_on_documents() -> None:
    assert [of_lines(step) for step in ("dedup_template_soft", "dedup_seed_lines", "dedup_code")] == [True, True, False]


def test_an_emptied_document_counts_until_a_filter_takes_an_empty_text_out() -> None:
    config = Config("roots-2022-03", {}, default())
    lost = {"lost": "clean:dedup_document", "emptied": True}
    given, text = batch(lost, {"text": "x"}), batch({**lost, "meta": '{"type":"text"}'}, {"text": "x"})
    chain = ("dedup_document", "filter_wiki_non_text_type", "remove_lines_with_code", "dedup_document")
    for rows, end, emptied in ((text, 2, True), (given, 1, True), (given, 2, False)):
        taken = chain_jobs._taken_out(rows, Link(chain, 1, 0, end), config)
        assert taken.column("emptied").to_pylist() == [emptied, False]
