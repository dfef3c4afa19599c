"""What is drawn for an audit follows from seed and ids alone, in strata, with enough of each."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from catalog.document import document_id
from lang_params.params import load
from roots.audit.draw import FEW, LENGTH, Wanted, allocate, draw, ranked, standing, texts
from roots.audit.record import KEPT, AuditError
from tests.roots.audited import Row, judged, rows


def by_stratum(work: str, wanted: Wanted) -> dict[str, tuple[int, int]]:
    found = draw(work, wanted).draw.strata
    return {name: (stratum.documents, len(stratum.ids)) for name, stratum in found.items()}


def test_strata_are_what_is_kept_and_what_each_filter_dropped(memory: str) -> None:
    others: list[Row] = rows({"duplicate": 30, "contaminated": 4, "removed": 5, "policy:x": 5, None: 0})
    lost = [{**row, "lost": "removed", "text": ""} for row in others if row["dropped_by"] == "removed"]
    there = [row for row in others if row["dropped_by"] != "removed"]
    given = [{**row, "id": document_id("others", "x", place)} for place, row in enumerate([*there, *lost])]
    judged(memory, {"big": rows(), "others": given, "swahili": rows({None: 9}, "sw")})
    assert by_stratum(memory, Wanted("yo", 100)) == {
        KEPT: (400, 50),
        "number_words": (3, 3),
        "stopwords": (60, 35),
        "language_id": (12, 12),
    }
    also = by_stratum(memory, Wanted("yo", 100, also=("duplicate", "contaminated")))
    assert (also["duplicate"][0], also["contaminated"]) == (30, (4, 4))
    assert sum(drawn for _, drawn in also.values()) == 100


def test_documents_without_text_are_none_of_a_speakers_business(memory: str) -> None:
    judged(memory, {"big": [*rows({None: 10}), {"id": "0" * 32, "lang": "yo", "text": "", "dropped_by": "stopwords"}]})
    assert by_stratum(memory, Wanted("yo")) == {KEPT: (10, 10)}


def test_the_sample_does_not_depend_on_how_documents_lie(memory: str) -> None:
    everything = rows()
    judged(f"{memory}/one", {"big": everything})
    judged(f"{memory}/two", {"one": everything[1::2][::-1], "two": everything[::2]})
    one, two = (draw(f"{memory}/{name}", Wanted("yo", 60, seed=3)) for name in ("one", "two"))
    assert one.draw == two.draw
    assert one.order() == two.order()
    assert texts(one, load("yo")) == texts(two, load("yo"))


def test_another_seed_draws_others_and_more_documents_hold_the_fewer(memory: str) -> None:
    judged(memory, {"big": rows()})
    few, more = (draw(memory, Wanted("yo", number)).draw.ids for number in (40, 100))
    other = draw(memory, Wanted("yo", 40, seed=1)).draw.ids
    assert few < more
    assert len(few & other) < 30


def test_every_document_is_as_likely_as_another() -> None:
    ids = [document_id("big", "yo", place) for place in range(200)]
    hits: Counter[str] = Counter()
    for seed in range(400):
        hits.update(ids[place] for place in np.argsort(ranked(pa.array(ids), seed))[:20])
    # Each is drawn 40 times of 400 on average, with a standard deviation of 6; of 200 the furthest is some 3 away.
    assert max(hits.values()) < 40 + 5 * 6
    assert min(hits[id] for id in ids) > 40 - 5 * 6


def test_the_order_of_a_sheet_shows_no_strata(memory: str) -> None:
    judged(memory, {"big": rows({None: 3000, "stopwords": 60})})
    drawn = draw(memory, Wanted("yo", 100))
    kept = set(drawn.draw.strata[KEPT].ids)
    first = sum(id in kept for id in drawn.order()[:50])
    assert 12 <= first <= 38
    assert drawn.order() != sorted(drawn.order())
    lower = sorted(drawn.order())[:50]  # nor do the ids themselves, of which a stratum has not those of one stretch
    assert 12 <= sum(id in kept for id in lower) <= 38


def test_sources_that_may_not_be_shown_are_left_out_and_said(memory: str) -> None:
    closed = [{**row, "id": document_id("c", "x", place)} for place, row in enumerate(rows({None: 50}))]
    judged(memory, {"big": rows({None: 20, "stopwords": 10}), "closed_one": closed})
    found = draw(memory, Wanted("yo", 10))
    assert found.reasons == {"closed_one": "the text may be given to nobody"}
    assert found.draw.hidden == ("closed_one",)
    assert found.draw.strata[KEPT].documents == 20
    assert draw(memory, Wanted("yo", 10, hidden=True)).draw.strata[KEPT].documents == 70
    standing_, _ = standing(memory, "yo", found.draw.ids, found.draw.hidden)
    assert standing_.documents == Counter({KEPT: 20, "stopwords": 10})


@pytest.mark.parametrize(
    ("given", "lang", "message"),
    [
        ({"big": {None: 5}}, "sw", "holds no document in Swahili (sw); there are: yo"),
        ({"closed": {None: 5}}, "yo", "in sources whose texts are not shown (closed: the text may be given to nobody)"),
        ({"big": {"error:read": 5}}, "yo", "no document in Yoruba (yo) is kept or dropped by a filter"),
    ],
)
def test_a_folder_from_which_nothing_can_be_drawn(
    given: dict[str, dict[str | None, int]], lang: str, message: str, memory: str
) -> None:
    judged(memory, {uid: rows(sizes) for uid, sizes in given.items()})
    with pytest.raises(AuditError) as caught:
        draw(memory, Wanted(lang))
    assert message in str(caught.value)


def test_ledgers_without_limits_have_to_be_made_again(memory: str) -> None:
    judged(memory, {"big": rows()}, limits={})
    with pytest.raises(AuditError, match=r"do not say which limits were in force for Yoruba \(yo\); give the command"):
        draw(memory, Wanted("yo"))


def test_how_documents_stand_now(memory: str) -> None:
    judged(memory, {"big": rows({None: 20, "stopwords": 10, "duplicate": 3})})
    ids = [str(row["id"]) for row in rows({None: 20, "stopwords": 10, "duplicate": 3})]
    found, limits = standing(memory, "yo", frozenset([ids[0], ids[25], ids[31], "f" * 32]), ())
    assert found.documents == Counter({KEPT: 20, "stopwords": 10, "duplicate": 3})
    assert found.strata == {ids[0]: KEPT, ids[25]: "stopwords", ids[31]: "duplicate"}
    assert limits == load("yo").judging()


@pytest.mark.parametrize(
    ("sizes", "number", "given"),
    [
        ({KEPT: 10, "stopwords": 5}, 20, {KEPT: 10, "stopwords": 5}),
        ({KEPT: 1000, "stopwords": 5}, 20, {KEPT: 15, "stopwords": 5}),
        ({KEPT: 3, "stopwords": 500}, 20, {KEPT: 3, "stopwords": 17}),
        ({"stopwords": 500, "language_id": 500}, 21, {"stopwords": 11, "language_id": 10}),
        ({KEPT: 1000, "stopwords": 10**6, "language_id": 10}, 40, {KEPT: 20, "stopwords": 15, "language_id": 5}),
    ],
)
def test_so_many_of_each_stratum(sizes: dict[str, int], number: int, given: dict[str, int]) -> None:
    assert allocate(sizes, number) == given


@pytest.mark.parametrize("number", [10, 37, 200, 2000])
def test_no_stratum_gives_more_than_it_has_and_each_gives_a_few(number: int) -> None:
    sizes = {KEPT: 900, "number_words": 2, "stopwords": 70, "language_id": 400, "perplexity": 10_000}
    given = allocate(sizes, number)
    assert sum(given.values()) == number
    assert all(given[name] <= size for name, size in sizes.items())
    assert all(given[name] >= min(FEW, size, number // 10) for name, size in sizes.items())


def test_texts_are_cut_redacted_and_harmless(memory: str) -> None:
    long = "Ọ̀rọ̀ gígùn púpọ̀. " * 400
    told = ["Pe 0803 123 4567.\r\nÌlà\rkejì\x1b[2J\u202e", long]
    ids = [document_id("big", "yo", place) for place in range(2)]
    given = zip(ids, told, strict=True)
    judged(memory, {"big": [{"id": id, "lang": "yo", "text": text, "dropped_by": None} for id, text in given]})
    found = texts(draw(memory, Wanted("yo")), load("yo"))
    assert found[ids[0]] == "Pe PI:PHONE.\nÌlà\nkejì\\x1b[2J\\u202e"
    assert len(found[ids[1]]) <= LENGTH + 2
    assert found[ids[1]].endswith(" …")


def test_a_draw_is_remembered_by_all_that_was_drawn(memory: str) -> None:
    judged(memory, {"big": rows()})
    found = draw(memory, Wanted("yo", 40)).draw
    assert found.key == replace(found, results={"labels": {}}).key
    assert found.key != draw(memory, Wanted("yo", 41)).draw.key
