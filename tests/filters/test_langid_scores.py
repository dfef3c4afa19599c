"""Scores: one class for the rest, documents of neighbours, and languages without text."""

import pytest

from filters.langid_scores import REST, Score, documents, score
from filters.langid_text import Labelled


def test_documents_hold_one_language_and_source() -> None:
    records = [Labelled(str(at), "yo" if at % 2 else "ig", "a" if at < 6 else "b") for at in range(11)]
    assert [(one.text, one.label, one.source) for one in documents(records, 2)] == [
        ("0 2", "ig", "a"),
        ("1 3", "yo", "a"),
        ("6 8", "ig", "b"),
        ("7 9", "yo", "b"),
    ]


def test_scores() -> None:
    records = [Labelled("", label, "") for label in ("yo", "yo", "yo", "id", "ms", "de")]
    found = score(records, ["yo", "yo", "de", "ms", "id", None], {"yo", "id"})
    assert list(found.of) == ["id", "yo", REST]
    assert found.of["yo"] == Score(texts=3, recall=2 / 3, precision=1.0)
    assert found.of["id"] == Score(texts=1, recall=0.0, precision=0.0)
    assert found.of[REST].recall == 1 / 2
    assert found.macro_f1 == pytest.approx((0.8 + 0) / 2)
    assert found.confusions == [("id", REST, 1), ("ms", "id", 1), ("yo", REST, 1)]


def test_nothing_to_score() -> None:
    assert score([], [], {"yo"}).macro_f1 == 0
    assert score([Labelled("", "de", "")], ["de"], {"yo"}).macro_f1 == 0
