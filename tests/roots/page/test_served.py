import pytest

from roots.page.served import Served, moved, part
from roots.trial import LimitError
from tests.paged import question


def test_moved_limits_take_the_place_of_those_in_force(served: Served) -> None:
    assert served.params(question(limits={"stopwords": {"min": 0.33}})).filters["stopwords"].min == 0.33
    assert served.params(question()).filters == served.corpus.params("yo").filters


def test_a_limit_that_cannot_be_is_named(served: Served) -> None:
    with pytest.raises(LimitError, match="stopwords"):
        served.params(question(limits={"stopwords": {"min": 7}}))


def test_nothing_chosen_is_all() -> None:
    assert part(question(source="books", signal="")) == {"source": "books", "signal": None}
    assert moved(question(limits={"stopwords": {"min": None}})) == {"stopwords": {"min": None}}
