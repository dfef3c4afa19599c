"""The picture of overlaps: well-formed, whatever names hold; a square for each overlap; it grows with the sources."""

import sys
import xml.etree.ElementTree as ET

import pytest

from roots.folders import FolderError
from roots.overlap_picture import LABEL, MOST, Line, colour, png, svg

SVG = "{http://www.w3.org/2000/svg}"


def line(source: str, other: str, share: float = 0.5) -> Line:
    return Line(source, other, 3, round(share * 1e6), 10, 1_000_000)


def drawn(*lines: Line, names: dict[str, str] | None = None, note: str = "") -> ET.Element:
    keys = sorted({key for each in lines for key in (each.source, each.other)})
    return ET.fromstring(svg("source", keys, lines, label=lambda key: (names or {}).get(key, key), note=note))


def texts(picture: ET.Element) -> list[str]:
    return [str(each.text) for each in picture.iter(f"{SVG}text")]


def squares(picture: ET.Element) -> list[ET.Element]:
    return [each for each in picture.iter(f"{SVG}g") if each.find(f"{SVG}title") is not None]


def test_each_overlap_is_a_square_in_its_row_and_column_with_its_share() -> None:
    picture = drawn(line("a", "b", 0.25), line("b", "a", 0.004), line("b", "b", 1.0))
    places = {}
    for square in squares(picture):
        [title], [box], [number] = (square.findall(SVG + name) for name in ("title", "rect", "text"))
        places[title.text] = (box.get("x"), box.get("y"), box.get("fill"), number.text)
    x, y, fill, number = places["a in b: 3 (30.0%), 0.25 MB (25.0%)"]
    assert (fill, number) == (colour(0.25), "25")
    assert places["b in a: 3 (30.0%), 0.0040 MB (0.4%)"][3] == "<1"
    below = places["b in itself: 3 (30.0%), 1.00 MB (100.0%)"]
    assert (below[0], below[2]) == (x, colour(1))
    assert float(str(below[1])) > float(str(y))
    assert texts(picture).count("a") == texts(picture).count("b") == 2


def test_names_are_as_they_are_and_what_no_picture_can_hold_is_left_out() -> None:
    names = {"a": "\u2068مكتبة قطر\u2069 (a)", "b": "</text><script>\x00\x1b\ufffe&amp;", "c": "ẹ̀kọ́ 图书馆 " * 20}
    picture = drawn(line("a", "b"), line("c", "a"), names=names)
    assert picture.find(f".//{SVG}script") is None
    assert {names["a"], "</text><script>&amp;", f"{names['c'][: LABEL - 1]}…"} <= set(texts(picture))


def test_a_note_is_in_the_picture_and_so_is_that_there_is_nothing() -> None:
    assert "only within each source" in texts(drawn(line("a", "a"), note="only within each source"))
    assert "no document has a copy" in texts(drawn())


@pytest.mark.parametrize(("sources", "cell"), [(2, 40), (60, 15), (500, 8)])
def test_it_grows_with_the_sources(sources: int, cell: int) -> None:
    picture = drawn(*(line(f"s{n:03d}", f"s{(n + 1) % sources:03d}") for n in range(sources)))
    boxes = [next(square.iter(f"{SVG}rect")) for square in squares(picture)]
    assert {box.get("width") for box in boxes} == {str(cell)}
    assert len(boxes) == sources
    for side, at in (("width", "x"), ("height", "y")):
        assert max(float(str(box.get(at))) for box in boxes) + cell < float(str(picture.get(side)))


def test_of_too_many_sources_those_with_the_most_in_common_are_drawn() -> None:
    lines = [line(f"s{n:04d}", f"s{n:04d}", n / 1000) for n in range(MOST + 7)]
    picture = drawn(*lines)
    assert len(squares(picture)) == MOST
    assert "7 with less in common are left out" in texts(picture)
    assert "s0006" not in texts(picture)
    assert "s0007" in texts(picture)


def test_a_png_is_the_same_picture() -> None:
    pytest.importorskip("vl_convert")
    assert png(svg("source", ["a"], [line("a", "a")], label=str)).startswith(b"\x89PNG")


def test_without_the_package_that_draws_png_the_way_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(FolderError, match=r"pip install vl-convert-python, or choose a name that ends in \.svg"):
        png("<svg/>")
