"""What is said of a document: a sentence a fact, the same in a terminal and in a notebook, and nothing steers them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from pipelines.verdict import ORDER
from roots.why.facts import Cleaned, Cluster, Copy, Measured, Mix, Personal, Stand, Why
from roots.why.text import html, plain, rows, sections
from tests.roots.why.test_facts import WHY

ALL = tuple(
    Measured(name, "unit", 0.5, 0.25, None, applied=name != "perplexity", passed=None if name == "perplexity" else True)
    for name in ORDER
)


def said(**changes: Any) -> str:
    return plain(replace(WHY, **changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"cause": None, "measures": ALL}, "Kept: it passed 7 filters, all that are applied in its language."),
        ({"cause": None, "measures": ()}, "Kept: no filter is applied in its language."),
        ({"cause": "error:redact", "reason": "X"}, "Failed: personal data could not be looked for in it: X."),
        ({"cause": "error:stage"}, "Failed: could not be read or treated."),
        ({"cause": "clean:not_html", "reason": "css"}, "Cleaned away by not_html (the page is not HTML): css."),
        ({"cause": "clean:unheard_of"}, "Cleaned away by unheard_of."),
        ({"cause": "clean:dedup_document", "reason": "the same as 12"}, ": the same as 12."),
        ({"cause": "policy:smallest_source"}, "fewer bytes of its source pass the filters than it asks for"),
        ({"cause": "policy:harmful_perplexity", "harmful_perplexity": 3.5}, "too much like adult text"),
        ({"harmful_perplexity": 3.5}, "OSCAR's model of adult text gives it a perplexity of 3.5."),
        ({"cause": "policy:x:y", "signals": ("x:y",)}, "it does not accept documents that say x:y of themselves."),
        ({"signals": ("a:b", "c:d")}, "The record says of itself: a:b, c:d."),
        ({"cause": "contaminated"}, "Dropped as contaminated: it passed the filters, and holds an item of"),
        ({"number": 1200}, ", document 1,200 of it"),
        ({"asked": "r.jsonl, line 2: the author asked."},
         "Somebody asked to have it taken out, and the next roots build does so. r.jsonl, line 2: the author asked."),
        ({"cause": "something"}, "Dropped by something: something."),
        ({"cause": "duplicate"}, "Had it come to the filters, it would have been dropped by: number_words, stopwords."),
        ({}, "Dropped by the filter stopwords, too few of the small words that sentences of its language need: it has "
             "0.01, and 0.05 or more is kept."),
        ({}, "It would also have been dropped by: number_words."),
        ({"identified": "ig", "identified_language": "Igbo", "identifier": "roots"},
         "language: Yoruba (yo) as declared, identified as Igbo (ig) by roots"),
        ({"identified": "yo", "identifier": "cld2"}, "language: Yoruba (yo), identified as the same by cld2"),
        ({"lang": None, "language": ""}, "language: not known, not identified"),
        ({"mix": Mix(True, times=0, decided="budget", took=68, had=100)},
         "Kept, and not in the mix: it took 68% of the bytes of Yoruba (68 of 100 bytes)."),
        ({"mix": Mix(True, times=0, decided="budget", took=0, had=100)}, "it took nothing of its language"),
        ({"mix": Mix(True, times=0, decided="budget", took=1, had=4, unit="tokens")}, "25% of the tokens of Yoruba"),
        ({"mix": Mix(True, times=0, decided="rule", took=68, had=100)},
         "a rule for its source let in 68 of 100 bytes that were kept of it here."),
        ({"mix": Mix()}, "Nothing is mixed in this folder yet: roots mix and roots build make the datasets."),
        ({"mix": Mix(True, [Stand("yo", "validation", "c.arrow", "p.parquet", 4, 1004)], 1)},
         "In the dataset yo, validation: document 1,004 of it, counted from 0."),
        ({"mix": Mix(True, [Stand("yo", "", "c.arrow", "", 4, 4)] * 3, 3)}, "It stands 3 times in the mix."),
        ({"personal": (Personal("PHONE", 0, 2),)}, "PHONE (telephone numbers): marked at 2 places and left in the"),
        ({"cleaned": Cleaned(("a", "b"))}, "What its steps changed is recorded of a sample of documents, and this one"),
        ({"cleaned": Cleaned(("a", "b"), (("b", "changed its text"),), complete=True)}, "b changed its text."),
        ({"cluster": Cluster(Copy("1" * 32, "x", None, None), None)},
         f"It repeats {'1' * 32} of x, found by a method that is not recorded."),
        ({"cluster": Cluster(None, 14, [Copy(f"{n:032}", "x", "simhash", 1.0) for n in range(13)], ["source"])},
         "So did 3 more."),
        ({"cluster": Cluster(None, 2, (), ["source", "longest"])},
         "Which one of them is kept was chosen by: source, longest."),
        ({"cluster": Cluster(None, 1)}, "No other document that passed the filters repeats it."),
    ],
)  # fmt: skip
def test_each_fact_has_its_sentence(changes: Mapping[str, Any], sentence: str) -> None:
    kept = {"mix", "cluster"} & changes.keys()
    assert sentence in said(**({"cause": None} if kept else {}), **changes)


def test_of_a_record_that_was_not_read_no_cleaning_is_told() -> None:
    chain = Cleaned(("a", "b"), complete=True)
    assert "No step changed it." in said(cleaned=chain)
    assert "Cleaning" not in said(cleaned=chain, cause="error:read")


def test_language_id_says_as_what_a_document_was_identified() -> None:
    measures = (Measured("language_id", "u", 0.9, 0.7, None, applied=True, passed=False, note="identified as Igbo"),)
    text = said(cause="language_id", measures=measures)
    assert "not surely in its language: it has 0.9, identified as Igbo, and 0.7 or more is kept." in text
    assert "fails: identified as Igbo" in text


def test_the_table_has_value_limit_verdict_and_unit() -> None:
    assert rows(WHY)[0] == ("number_words", "5", "10 to 100,000", "fails", "words")
    assert rows(WHY)[2] == ("flagged_words", "none", "0.1 or less", "not applied: there is no list", "share")
    assert rows(WHY)[3][3] == "passes"
    assert rows(replace(WHY, measures=(replace(WHY.measures[2]),))) == []


def test_text_and_html_say_the_same() -> None:
    text, page = plain(WHY), html(WHY)
    for title, lines in sections(WHY):
        assert title in text
        assert f"<h4>{title}</h4>" in page
        assert all(line in text for line in lines)
    assert page.count('<li dir="auto">') == sum(len(lines) for _, lines in sections(WHY))
    assert page.count("<tr>") == 1 + len(rows(WHY))


def test_nothing_that_others_wrote_steers_a_terminal_or_a_page() -> None:
    evil = "\x1b[2J<script>\u202ex"
    found: Why = replace(WHY, url=evil, source_id=evil, reason=evil, cause="error:read", signals=(evil,), file=evil)
    assert "\x1b" not in plain(found)
    assert "\u202e" not in plain(found)
    assert "<script>" not in html(found)
    assert "\\x1b" in plain(found)
