"""Changes of bytes at random: what transfers, disks, programs and enemies do to a file."""

from hypothesis import strategies as st

TOKENS = (
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\n", b"\r\n\r\n", b"\xef\xbb\xbf", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"),
    *(b'"', b"\\ud800", b"\\", b"{", b"[" * 200, b"]", b"null", b"NaN", b"1e999", b"-1", b"9" * 30, b"true", b","),
    *(b'"text":', b'"content":', b'"meta":{', b'"metadata":{', b'"headers":', b'"identification":', b'"harmful_pp":'),
    *(b'"quality_warnings":[', b'"categories":', b'"offset":', b'"nb_sentences":', b'"warc-target-uri":'),
    *(b"WARC/1.0\r\n", b"WARC/1.1\r\nA:", b"WARC-Type: response\r\n", b"Content-Length: 0\r\n", b"Content-Length: -1"),
    *(
        b"Content-Length: 9999999999999999\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"fffff\r\n",
    ),
    *(
        b"Content-Encoding: gzip\r\n",
        b"Content-Encoding: br\r\n",
        b"charset=utf-7",
        b"charset=x",
        b"<?xml encoding=x",
    ),
    *(b"<div>" * 300, b"</html>", b"<!--", b"<![CDATA[", b"<table><tr>", b"<meta charset=utf-16>", b"&#55296;&#0;"),
    *(b"PAR1", b"ARROW1\x00\x00", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\x00" * 8, b"\x80" * 10),
)
"""Bytes that mean something to a reader."""

PLACES = st.floats(0, 1, exclude_max=True)

Change = tuple[str, float, float, bytes]


def _change(draw: st.DrawFn) -> Change:
    kind = draw(st.sampled_from(("put", "over", "cut", "again", "end", "flip", "swap")))
    return kind, draw(PLACES), draw(PLACES), draw(st.sampled_from(TOKENS) | st.binary(min_size=1, max_size=8))


CHANGES: st.SearchStrategy[list[Change]] = st.lists(st.composite(_change)(), max_size=6)
"""A few changes: the fewer, the more of a file is still read."""


def changed(data: bytes, changes: list[Change]) -> bytes:
    """The bytes after the changes: put in, written over, cut out, said twice, ended early, flipped, put elsewhere."""
    for kind, where, size, token in changes:
        start = int(where * len(data))
        stop = start + 1 + int(size**4 * (len(data) - start))
        if kind == "put":
            data = data[:start] + token + data[start:]
        elif kind == "over":
            data = data[:start] + token + data[start + len(token) :]
        elif kind == "cut":
            data = data[:start] + data[stop:]
        elif kind == "again":
            data = data[:stop] + data[start:]
        elif kind == "end":
            data = data[:start]
        elif kind == "flip" and data:
            data = data[:start] + bytes([data[start] ^ token[0]]) + data[start + 1 :]
        elif kind == "swap":
            data = data[stop:] + data[start:stop] + data[:start]
    return data
