"""Pictures of a map: well-formed, every language in them, text as text."""

import xml.etree.ElementTree as ET
from itertools import pairwise
from typing import Any

import pytest

from roots.map.picture import amounts, fitting, funnel, tree
from roots.overlap_picture import png
from tests.roots.mapped import made

SVG = "{http://www.w3.org/2000/svg}"


def titles(picture: str) -> list[str]:
    return [str(each.text) for each in ET.fromstring(picture).iter(f"{SVG}title")][1:]


def texts(picture: str) -> list[str]:
    return [str(each.text) for each in ET.fromstring(picture).iter(f"{SVG}text")]


def test_every_language_is_in_the_tree_map_with_its_own_name_and_its_size() -> None:
    found = titles(tree(made()))
    assert len(found) == len([each for each in made()["languages"] if each["code"]])
    number = [each["code"] for each in made()["languages"]].index("ur")
    size = amounts(made(), "bytes", "corpus")[number]
    assert any(title.startswith("Urdu, اردو, ur, ") and title.endswith(f"{size / 1e6:.2f} MB") for title in found)
    assert "简体中文" in texts(tree(made()))


def test_a_name_in_its_own_script_says_its_language() -> None:
    [urdu] = [each for each in ET.fromstring(tree(made())).iter(f"{SVG}text") if each.text == "اردو"]
    assert urdu.get("{http://www.w3.org/XML/1998/namespace}lang") == "ur"


@pytest.mark.parametrize("scope", ["in", "kept", "corpus"])
def test_areas_are_of_what_was_asked_for(scope: Any) -> None:
    whole = sum(amounts(made(), "documents", scope))
    assert any(f"by documents; {whole:,} in all" in text for text in texts(tree(made(), "documents", scope)))


def test_tokens_are_those_of_the_corpus_whatever_was_asked_for() -> None:
    said = " ".join(texts(tree(made(), "tokens", "in")))
    assert "what is in the corpus, by tokens" in said
    assert f"{sum(each['tokens'] for each in made()['languages']):,} in all" in said


def test_the_funnel_goes_from_what_came_in_to_the_corpus() -> None:
    rows = titles(funnel(made(), "documents"))
    assert [row.split(":")[0] for row in rows] == [
        "came in", "error", "clean", "stopwords", "language id", "kept", "in the corpus",
    ]  # fmt: skip
    came = sum(part["in"][0] for part in made()["parts"])
    assert rows[0].startswith(f"came in: {came:,} documents")


def test_bars_of_what_was_dropped_end_where_the_one_before_begins() -> None:
    bars = [
        (float(str(each.get("x"))), float(str(each.get("width"))))
        for each in ET.fromstring(funnel(made(), "documents")).iter(f"{SVG}rect")
        if each.get("rx")
    ]
    came, *dropped, kept, _ = bars
    assert abs(dropped[0][0] + dropped[0][1] - (came[0] + came[1])) < 0.2
    for before, after in pairwise(dropped):
        assert abs(after[0] + after[1] - before[0]) < 0.2
    assert abs(kept[0] + kept[1] - dropped[-1][0]) < 0.2


def test_the_funnel_of_one_language_is_its_own() -> None:
    number = [each["code"] for each in made()["languages"]].index("yo")
    documents = sum(part["in"][0] for part in made()["parts"] if part["language"] == number)
    picture = funnel(made(), "bytes", "yo")
    assert titles(picture)[0].startswith(f"came in: {documents:,} documents")
    assert any("Yoruba" in text for text in texts(picture))


def test_names_that_are_mark_up_stay_text() -> None:
    hostile = {**made(), "name": "</text><script>\x00\ufffe&amp;"}
    for picture in (tree(hostile), funnel(hostile)):
        assert ET.fromstring(picture).find(f".//{SVG}script") is None
        assert any(text.startswith("</text><script>&amp;") for text in texts(picture))


def test_a_label_is_cut_and_half_a_number_is_not_shown() -> None:
    assert fitting("简体中文", 40, 13).endswith("…")
    assert not [text for text in texts(tree(made())) if "…" in text and text[0].isdigit()]


def test_a_picture_of_nothing_is_a_picture() -> None:
    empty = {**made(), "parts": [], "languages": [], "causes": []}
    assert ET.fromstring(tree(empty)).tag == f"{SVG}svg"
    assert titles(funnel(empty))[0].startswith("came in: 0 documents")


def test_a_png_is_the_same_picture() -> None:
    pytest.importorskip("vl_convert")
    assert png(funnel(made())).startswith(b"\x89PNG")
