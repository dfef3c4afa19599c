import json

from roots.page import documents
from roots.page.served import Served
from tests.paged import question, said


def test_a_heading_sorts_and_sorts_the_other_way_round() -> None:
    one = documents.turned({**documents.FIRST, "offset": 50}, "number_words")
    assert one == {"sort": "number_words", "descending": False, "offset": 0}
    assert documents.turned(one, "number_words")["descending"] is True


def test_every_cause_is_counted_as_the_api_counts(served: Served) -> None:
    limits = {"stopwords": {"min": 0.3}}
    for cause in ("", "kept", "dropped", "stopwords", "number_words"):
        number, of = documents.counted(served, question(lang="zht", limits=limits), cause)
        listed = served.corpus.documents("zht", cause=cause or None, trial=limits, n=10_000)
        assert (number, of) == (len(listed), served.corpus.languages["zht"])


def test_a_page_of_the_table_says_how_many_there_are(served: Served) -> None:
    told, table, ids, first, last = documents.filled(served, question(), "kept", documents.FIRST)
    number, of = documents.counted(served, question(), "kept")
    assert f"Kept: {number:,} documents" in told
    assert f"of {of:,}. Shown: 1 to 25." in told
    assert (len(ids), first, last) == (25, True, False)
    assert said(table).count("Read") == 25
    end = {**documents.FIRST, "offset": number - 3}
    assert documents.filled(served, question(), "kept", end)[3:] == (False, True)


def test_the_heading_that_sorts_says_so(served: Served) -> None:
    table = documents.filled(served, question(), "kept", {"sort": "stopwords", "descending": True, "offset": 0})[1]
    assert "stopwords ▼" in said(table)
    assert "number words" in said(table)


def test_a_row_shows_its_whole_text_and_why(served: Served) -> None:
    id = documents.filled(served, question(), "stopwords", documents.FIRST)[2][0]
    words = said(documents.whole(served, question(), id))
    assert id in words
    assert served.corpus.text(id)[:60] in words
    assert "stopwords" in words


def test_data_holds_measures_and_verdicts_of_all_and_texts_of_those_shown(served: Served) -> None:
    ids = documents.filled(served, question(lang="ar"), "kept", documents.FIRST)[2][:2]
    found = json.loads(documents.data(served, question(lang="ar"), ids))
    assert found["language"] == "ar"
    assert len(found["documents"]) == served.corpus.languages["ar"]
    assert {row["id"] for row in found["documents"] if "text" in row} == set(ids)
    assert {"cause", "stopwords", "number_words", "source"} <= found["documents"][0].keys()
