"""Text of pages as ROOTS took it: cases worked out by hand from section 4.5 of the specification.

L is 70 characters, more than the 64 up to which an element is deleted.
"""

from typing import Any

import pytest

from catalog.extract_roots import MAX_LINKS, MAX_RECORDS, decode, text

L = "x" * 70
S64 = "y" * 64
S65 = "y" * 65


def taken(body: str) -> str:
    return text(f"<html><head><title>T</title></head><body>{body}</body></html>").text


def records(body: str) -> list[dict[str, Any]]:
    found = text(f"<html><body>{body}</body></html>").meta["html_metadata"]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # what is deleted with its content
        (f"{L}<script>var {L}</script><style>{L}</style>", f"{L}\n"),
        (f"<header>{L}</header>{L}<footer>{L}</footer><form>{L}</form><iframe>{L}</iframe>", f"{L}\n"),
        (f"<nav>{L}</nav>{L}", f"{L}{L}\n"),
        (f"{L}<p>{S64}</p>", f"{L}\n"),
        (f"{L}<p>{S65}</p>", f"{L}\n{S65}\n"),
        (f"{L}<ul><li>{S64}</li></ul>", f"{L}\n"),
        (f"{L}<ul><li>{S64}</li><li>a</li></ul>", f"{L}\n{S64}\na\n"),
        (f"{L}<h1>short</h1><span>s</span><li>t</li>", f"{L}\nshort\ns\nt\n"),
        (f"{L}<article>a</article><blockquote>b</blockquote>", f"{L}\na\nb\n"),
        (
            f"{L}<table><tr><td>short</td></tr></table><dl><dt>a</dt></dl><section>b</section><ol><li>c</li></ol>",
            f"{L}\n",
        ),
        # decided at a node before its children are looked at
        (f"<div>{L}<p>short</p></div>", f"{L}\n"),
        (f"{L}<div>{'z' * 40}<p>{'w' * 40}</p></div>", f"{L}\n{'z' * 40}\n"),
        # text of scripts counts as text of what holds them, for it is not yet deleted
        (f"{L}<div>short<script>{L}</script></div>", f"{L}\nshort\n"),
        # white space is collapsed before it is counted
        (f"{L}<p>{'a' * 30}{' ' * 50}{'b' * 30}</p>", f"{L}\n"),
        (f"{L}<p>{'a' * 32} {'b' * 32}</p>", f"{L}\n{'a' * 32} {'b' * 32}\n"),
        # the whole body is short
        (S64, ""),
        (S65, f"{S65}\n"),
        ("", ""),
        # tails of what is deleted are kept, joined with one space where neither side has one
        (f"{L}<p>short</p>tail", f"{L} tail\n"),
        (f"{L} <p>short</p>tail", f"{L} tail\n"),
        (f"{L}<p>short</p> tail", f"{L} tail\n"),
        (f"{L} <p>short</p> tail", f"{L} tail\n"),
        (f"{L}<b>b</b>c<p>short</p>tail", f"{L}bc tail\n"),
        (f"<p>short</p>tail{L}", f"tail{L}\n"),
        (f"{L}<script>1</script>a<script>2</script>b<script>3</script>c", f"{L} a b c\n"),
    ],
)
def test_what_is_deleted(body: str, expected: str) -> None:
    assert taken(body) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        # blocks: a space before becomes a line end; else one is added, but for the very beginning
        (f"<p>{L}</p><p>{L}</p>", f"{L}\n{L}\n"),
        (f"{L} <h1>a</h1> b", f"{L}\na\nb\n"),
        (f"{L}<hr>b", f"{L}\nb\n"),
        (f"<h1>a</h1><h2></h2><h3>b</h3>{L}", f"a\nb\n{L}\n"),
        # spaced inline elements
        (f"{L}<cite>a</cite>b<q>c</q>", f"{L} a b c \n".replace(" \n", "\n")),
        (f"{L}<img src=i>b", f"{L} b\n"),
        (f"{L}<label> a </label>b", f"{L} a b\n"),
        (f"<cite>a</cite>{L}", f"a {L}\n"),
        (f"<table><tr><td>{L}</td><td>b</td></tr><tr><td>c</td></tr></table>", f"{L} b\nc\n"),
        (f"<table><tbody><tr><th>{L}</th><th>b</th></tr></tbody></table>", f"{L}\nb\n"),
        # other elements
        (f"<b>a</b><i>b</i> <span>c</span><a href=x>{L}</a>", f"ab c{L}\n"),
        # br adds a line end, always
        (f"{L}<br>a<br><br>b", f"{L}\na\n\nb\n"),
        (f"{L} <br> a", f"{L} \na\n"),
        (f"<br>{L}", f"\n{L}\n"),
        # white space
        (f"  \n {L}\t\n\r b ", f"{L} b\n"),
        (f"{L}&nbsp;&nbsp;b&nbsp;", f"{L} b\n"),
        (f"{L}<b> </b> <i> c</i>", f"{L} c\n"),
        (f"{L}&#9;&#9;b", f"{L} b\n"),
        # pre is verbatim, whatever stands in it; its tail is not
        (f"<pre>  a\n\n   b{L}</pre>  c   d", f"  a\n\n   b{L}\nc d\n"),
        (f"{L}<pre><code>if x:\n    y\n</code>  z</pre>", f"{L}\nif x:\n    y\n  z\n"),
        (f"{L}<pre>a&nbsp;b</pre>", f"{L}\na\u00a0b\n"),
        # comments of all kinds are removed
        (f"{L}<!-- c -->a<!--[if IE]>no<![endif]-->b<!--! d -->c<?php e ?>d", f"{L}abcd\n"),
        # entities, scripts of many languages
        (f"&lt;b&gt; Ẹ káàbọ̀ &amp; 你好 أهلا {L}", f"<b> Ẹ káàbọ̀ & 你好 أهلا {L}\n"),
        # the first body only
        (f"{L}</body><body>more", f"{L}\n"),
    ],
)
def test_how_text_is_put_together(body: str, expected: str) -> None:
    assert taken(body) == expected


def shown(body: str) -> list[tuple[object, ...]]:
    names = ("value", "char_start_idx", "char_end_idx", "relative_start_pos", "relative_end_pos")
    return [tuple(record[name] for name in names) for record in records(body)]


def test_metadata_of_elements_in_the_order_of_their_ends() -> None:
    assert shown(f"<h1>{L}</h1>") == [("h1", 0, 70, 1, 0), ("body", 0, 71, 0, 0)]
    assert records(f'<h1 class="a b" id=c>{L}</h1>')[0] == {
        "key": "html",
        "type": "local",
        "value": "h1",
        "html_attrs": {"attrs": ["class", "id"], "values": ["a b", "c"]},
        "char_start_idx": 0,
        "relative_start_pos": 1,
        "char_end_idx": 70,
        "relative_end_pos": 0,
    }


def test_starts_and_ends_that_share_a_character_are_numbered_as_they_come() -> None:
    assert shown(f"{L}<i></i><b><u>a</u></b>") == [
        ("i", 70, 70, 0, 1),
        ("u", 70, 71, 3, 0),
        ("b", 70, 71, 2, 1),
        ("body", 0, 71, 0, 2),
    ]


def test_line_breaks_and_folded_elements_have_no_record_but_take_no_numbers() -> None:
    assert shown(f"<b>{L}</b><br><i>a</i>") == [("b", 0, 70, 1, 0), ("i", 71, 72, 0, 0), ("body", 0, 72, 0, 1)]
    found = records(f"<div class=a><div class=b id=c><div class=d>{L}</div></div></div>")
    assert [record["value"] for record in found] == ["div", "body"]
    assert found[0]["html_attrs"] == {"attrs": ["class", "id"], "values": ["a b d", "c"]}


@pytest.mark.parametrize(
    ("body", "values"),
    [
        (f"<div><div>{L}</div>a</div>", ["div", "body"]),  # text beside the one child does not hinder
        (f"<div><div>{L}</div><b>a</b></div>", ["div", "b", "div", "body"]),
        (f"<div><p>{L}</p></div>", ["p", "div", "body"]),
        (f"<section><section>{L}</section></section>", ["section", "section", "body"]),
        (f"<div>{L}<div>short</div></div>", ["div", "body"]),  # a folded element is not deleted for being short
    ],
)
def test_only_a_div_in_a_div_is_folded(body: str, values: list[str]) -> None:
    assert [record["value"] for record in records(body)] == values


def test_a_folded_div_is_still_a_block_and_stays_though_short() -> None:
    assert taken(f"<div>{L}<div>short</div>tail</div>") == f"{L}\nshort\ntail\n"


def test_characters_of_records_are_those_of_the_text() -> None:
    body = f"<h1>Title {L}</h1> <p>one <b>bold</b> and <i>more</i>{L}</p><ul><li>{L}</li><li>two</li></ul>"
    page = text(f"<html><body>{body}</body></html>")
    found = {record["value"]: page.text[record["char_start_idx"] : record["char_end_idx"]] for record in records(body)}
    assert found["b"] == "bold"
    assert found["i"] == "more"
    assert found["h1"] == f"Title {L}"
    assert found["body"] + "\n" == page.text or found["body"] == page.text


def test_head_footer_and_title_are_kept_as_they_are() -> None:
    page = text(
        f"<html><head><title>T &amp; Ẹ</title></head><body>{L}<footer>f</footer><footer>g</footer></body></html>"
    )
    assert page.meta["html_title"] == ["<title>T &amp; Ẹ</title>"]
    assert page.meta["html_head"] == ["<head><title>T &amp; Ẹ</title></head>"]
    assert page.meta["html_footer"] == ["<footer>f</footer>", "<footer>g</footer>"]


@pytest.mark.parametrize(
    "source",
    [
        "",
        "   ",
        f'<?xml version="1.0" encoding="utf-8"?><html><body>{L}</body></html>',
        "<html><frameset><frame src=a></frameset></html>",
        f"<p>{L}</p><p>{L}</p>",
        "\0",
        "%PDF-1.4",
        "<" * 10_000,
        "<!--" * 10_000,
    ],
)
def test_a_page_without_body_or_that_cannot_be_parsed_has_no_text(source: str) -> None:
    assert text(source).text == ""


@pytest.mark.parametrize(
    "source",
    [
        "<html><body>" + "<div>" * 5000 + L,
        "<html><body>" + "<div>a" * 200 + L,
        "<html><body>" + "<table><tr><td>" * 300 + L,
        "<html><body>" + "<p>" * 5000 + L,
        "<html><body>" + "</p></div></b>" * 2000 + L,
        "<html><body>&#xD800;&#0;&#1114112;" + L,
        "<html><body>" + "<![CDATA[" * 100 + L,
        f"<html><body><folded_block>{L}</folded_block>",
        f"<html><body pre><p pre>  {L}   a  </p>",
    ],
)
def test_hostile_pages_end(source: str) -> None:
    assert isinstance(text(source).text, str)


def test_records_and_links_are_bounded() -> None:
    page = text(f"<html><body>{L}{'<b>c</b>' * (MAX_RECORDS + 10)}</body></html>")
    assert len(page.meta["html_metadata"]) == MAX_RECORDS
    links = "".join(f"<a href=http://a{number}.example/></a>" for number in range(MAX_LINKS + 10))
    assert len(text(f"<html><body>{links}</body></html>").meta["external_urls"]) == MAX_LINKS


def test_links_to_other_sites() -> None:
    links = ["http://b.example/", "https://www.a.example/x", "/here", "www.c.example", "http://b.example/", "ftp://d/"]
    source = "".join(f"<a href='{link}'>l</a>" for link in links)
    found = text(f"<html><body>{source}<a>none</a></body></html>", "https://news.a.example/1").meta["external_urls"]
    assert found == ["http://b.example/", "www.c.example"]
    assert text(f"<html><body>{source}</body></html>", "http://[").meta["external_urls"][1] == "https://www.a.example/x"


@pytest.mark.parametrize(
    ("data", "identified", "charset"),
    [
        ("<meta charset=utf-8>é".encode("cp1252"), "windows-1252", "cp1252"),
        ("<meta charset=windows-1252>é".encode(), "", "cp1252"),
        ("<p>é".encode(), "", "utf-8"),
        (b"\xef\xbb\xbf<meta charset=windows-1252>", "", "utf-8"),
        (b"\xef\xbb\xbf<p>", "UTF-8", "utf-8"),
        ("é".encode(), "no-such-set", "utf-8"),
    ],
)
def test_the_crawlers_character_set_goes_first(data: bytes, identified: str, charset: str) -> None:
    source, found = decode(data, identified)
    assert found == charset
    assert not source.startswith("\ufeff")
