"""Blocks: lines where a reader sees lines."""

import pytest

from catalog.demo.blocks import parse, text


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<p>a <b>b</b>c</p>tail", "a bc\ntail"),
        ("<p>one\n   two</p>", "one two"),
        ("<pre>one\n   two</pre>", "one\ntwo"),
        ("<pre><code>one\ntwo</code></pre>three", "one\ntwo\nthree"),
        ("<script>x()</script><p>one<!-- no --> two</p>", "one two"),
        ("<table><tr><td>one<td>two</table>", "one\ntwo"),
        ("<p></p>", ""),
    ],
)
def test_text(html: str, expected: str) -> None:
    assert text(parse(html.encode()).body) == expected


def test_pages_are_utf_8() -> None:
    assert text(parse("<p>Ẹ káàbọ̀</p>".encode())) == "Ẹ káàbọ̀"
