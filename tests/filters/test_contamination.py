"""Items of benchmarks are found in texts as the definition has it, and no item is passed over without being counted."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import contamination
from filters.contamination import SHORTEST, Items, grams, share
from filters.units import units

QUESTION = "Ta ni ó kọ ìwé tí a ń pè ní Ògbójú Ọdẹ nínú Igbó Irúnmọlẹ̀ ní ọdún tó kọjá, ọ̀gbẹ́ni?"
WORDS = st.sampled_from(["ẹ", "Kú", "o", "1", "山", "羊", "قال", "नमस्ते", "a,b", "—"])
TEXTS = st.lists(WORDS, max_size=40).map(" ".join)
ITEMS = st.lists(st.lists(TEXTS, min_size=1, max_size=3), min_size=1, max_size=4)

Best = list[tuple[int, int, float]]


def found(benchmarks: Sequence[Sequence[Sequence[str]]], texts: Sequence[str], n: int, least: float) -> Best:
    """What the index finds: text, item and share, where items are numbered through."""
    items = Items(n)
    for number, each in enumerate(benchmarks):
        items.add(number, each)
    hits = items.index().hits(pa.array(texts, pa.string()), least)
    return list(zip(hits.texts.tolist(), hits.items.tolist(), hits.shares.tolist(), strict=True))


def expected(benchmarks: Sequence[Sequence[Sequence[str]]], texts: Sequence[str], n: int, least: float) -> Best:
    """The same by the definition: of each text and benchmark the item it holds most of, the first of equals."""
    listed, known = [], 0
    for each in benchmarks:
        long = [item for fields in each if (item := grams(fields, n))]
        listed.append([(known + place, item) for place, item in enumerate(long)])
        known += len(long)
    best = []
    for place, text in enumerate(texts):
        for items in listed:
            shares = [(-share(text, item), number) for number, item in items]
            if shares and -min(shares)[0] >= least and min(shares)[0] < 0:
                best.append((place, min(shares)[1], -min(shares)[0]))
    return best


@given(
    st.lists(ITEMS, min_size=1, max_size=3),
    st.lists(TEXTS, max_size=5),
    st.integers(1, 14),
    st.sampled_from([0, 0.5, 1]),
)
def test_the_index_finds_what_the_definition_says(
    benchmarks: list[list[list[str]]], texts: list[str], n: int, least: float
) -> None:
    # Texts that hold some of an item, and all of one
    texts = [*texts, " ".join(benchmarks[0][0]), f"{texts[0] if texts else ''} {benchmarks[-1][-1][0][:40]} 1"]
    assert found(benchmarks, texts, n, least) == expected(benchmarks, texts, n, least)


@given(st.lists(ITEMS, min_size=1, max_size=2), st.integers(1, 14))
def test_items_that_are_too_short_are_said_so(benchmarks: list[list[list[str]]], n: int) -> None:
    items = Items(n)
    for number, each in enumerate(benchmarks):
        assert items.add(number, each) == [bool(grams(fields, n)) for fields in each]
    assert items.index().lengths.tolist() == [
        len(item) for each in benchmarks for fields in each if (item := grams(fields, n))
    ]


def test_how_long_a_field_has_to_be() -> None:
    eight = "ọ̀kan èjì ẹ̀ta ẹ̀rin àrún ẹ̀fà èje ẹ̀jọ"
    assert len(units(eight)) == SHORTEST
    assert Items().add(0, [[eight], [eight.removesuffix(" ẹ̀jọ")], [], ["", eight], ["我们去哪里看小", "山羊"]]) == [
        True, False, False, True, False,
    ]  # fmt: skip
    assert Items(n=3).add(0, [["ọ̀kan èjì ẹ̀ta"], ["ọ̀kan èjì"]]) == [True, False]


def test_a_short_field_is_found_whole_and_in_no_other_way() -> None:
    nine = "one two three four five six seven eight nine"
    texts = [f"He: {nine.upper()}!", nine.removesuffix(" nine") + " ten", "zero " + nine]
    assert found([[[nine]]], texts, 13, 0.01) == [(0, 0, 1.0), (2, 0, 1.0)]


@pytest.mark.parametrize("text", [QUESTION, QUESTION.upper(), f"“{QUESTION}” ni ó bi í.", QUESTION.replace(" ", "\n")])
def test_copies_in_other_case_and_punctuation_are_found(text: str) -> None:
    assert found([[[QUESTION]]], [text, "kò sí nǹkan"], 13, 1.0) == [(0, 0, 1.0)]


def test_a_changed_word_takes_the_grams_that_hold_it() -> None:
    words = [f"w{number}" for number in range(40)]
    changed = " ".join([*words[:20], "other", *words[21:]])
    ((_, _, part),) = found([[[" ".join(words)]]], [changed], 13, 0.5)
    assert part == (28 - 13) / 28


def test_of_each_benchmark_the_item_that_a_text_holds_most_of_is_named() -> None:
    one, two = [f"a{number}" for number in range(20)], [f"b{number}" for number in range(20)]
    benchmarks = [[[" ".join(one)], [" ".join(two)], [" ".join(two)]], [[" ".join(two)]]]
    text = " ".join([*one[:18], "between", *two])
    assert found(benchmarks, [text], 13, 0.1) == [(0, 1, 1.0), (0, 3, 1.0)]
    assert found(benchmarks, [" ".join(one[:18])], 13, 0.1) == [(0, 0, 6 / 8)]
    assert found(benchmarks, [" ".join(one[:18])], 13, 0.8) == []


def test_a_gram_that_every_item_has_is_counted_for_each() -> None:
    same = " ".join(f"s{number}" for number in range(13))
    items = [[same, f"{same} own{number} " + " ".join(f"x{number}-{k}" for k in range(12))] for number in range(300)]
    assert found([items], [same], 13, 0.01) == [(0, 0, 1 / len(grams(items[0])))]


def test_an_index_is_what_it_was_made_of() -> None:
    items = Items()
    items.add(0, [[QUESTION, QUESTION], ["我们去哪里看小山羊"], [QUESTION]])
    index = items.index()
    again = contamination.Index.of(index.occurrences(), [0, 0, 0])
    assert all(np.array_equal(*each) for each in zip(vars(index).values(), vars(again).values(), strict=True))
    assert index.lengths.tolist() == [8, 1, 8]
    assert sorted(set(index.sizes.tolist())) == [9, 13]


def test_no_item_and_no_text() -> None:
    contamination.warm()
    assert found([[["short"]]], ["some text"], 13, 0.5) == []
    assert found([[[QUESTION]]], [], 13, 0.5) == []
    index = Items().index()
    assert len(index.hashes) == len(index.sizes) == 0
    assert np.array_equal(index.starts, [0])
