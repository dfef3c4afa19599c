"""Every cause is told in words, and what is left after each adds up."""

from pipelines.verdict import ORDER
from roots.cards.causes import WORDS, causes, in_words, summary
from roots.funnel import CAUSES, of_counts

COUNTS = of_counts(
    [
        ("yo", None, 5, 900),
        ("yo", "stopwords", 2, 80),
        ("yo", "clean:dedup_document", 3, 30),
        ("sw", "error:read", 1, 0),
        ("yo", "cut", 0, 40),
    ],
    "udhr",
)


def test_every_cause_that_judging_knows_has_words() -> None:
    for cause in (*ORDER, *CAUSES):
        assert in_words(f"{cause}x" if cause.endswith(":") else cause) != cause
    assert set(ORDER) <= set(WORDS)


def test_causes_in_words() -> None:
    assert in_words("clean:dedup_document") == "the cleaning step dedup_document of its source"
    assert in_words("clean:not_html") == "the page is not HTML"
    assert in_words("pii:PHONE") == "holds telephone numbers"
    assert in_words("pii:ODD") == "holds personal data for which whole documents are dropped"
    assert in_words("of tomorrow") == "of tomorrow"


def test_what_is_left_after_each_cause_in_documents_and_bytes() -> None:
    rows = [line.strip("|").replace(" ", "").split("|") for line in causes(COUNTS).splitlines()]
    assert [(row[0], row[2], row[4], row[5], row[6]) for row in rows[2:]] == [
        ("in", "11", "1,050", "11", "1,050"),
        ("`error:read`", "1", "0", "10", "1,050"),
        ("`clean:dedup_document`", "3", "30", "7", "1,020"),
        ("`stopwords`", "2", "80", "5", "940"),
        ("`cut`", "0", "40", "5", "900"),
        ("kept", "5", "900", "5", "900"),
    ]


def test_a_summary_names_what_put_out_most() -> None:
    assert summary(COUNTS) == (
        "11 documents came in and 5 are kept. What put out most: the cleaning step dedup_document of its source (3); "
        "too few of the small words that sentences of its language need (2); could not be read or treated (1)."
    )
    assert summary(of_counts([("yo", None, 1, 9)], "x")) == "1 document came in and 1 is kept."
    assert summary(of_counts([], "x")) == "0 documents came in and 0 are kept."


def test_nothing_came_in() -> None:
    assert "| kept |  | 0 |  | 0 | 0 | 0 |" in causes(of_counts([], "x"))
