from roots.page import layout
from roots.page.served import Served
from tests.paged import said


def test_languages_are_offered_by_all_their_names(served: Served) -> None:
    labels = [option["label"] for option in layout.language_options(served)]
    assert len(labels) == len(served.corpus.languages)
    [yoruba] = [label for label in labels if label.startswith("Yoruba")]
    assert yoruba == f"Yoruba · \u2068Èdè Yorùbá\u2069 · yo · {served.corpus.languages['yo']:,} documents"
    assert labels == sorted(labels)


def test_a_chooser_offers_everything_first() -> None:
    assert layout.choices({"books": 1}, "All") == [
        {"label": "All", "value": ""},
        {"label": "books · 1 document", "value": "books"},
    ]
    # The name of a signal comes from a record.
    assert layout.choices({"a\u202eb": 1}, "All")[1] == {"label": "a\\u202eb · 1 document", "value": "a\u202eb"}


def test_the_page_says_what_is_to_be_done_and_what_words_mean(served: Served) -> None:
    words = said(layout.page(served, None, [("x", "A title", "A sentence", [])]))
    for title, text in (*layout.STEPS, *layout.WORDS):
        assert title in words
        assert text in words
    assert layout.SAFE in words
    assert "A title A sentence" in words
