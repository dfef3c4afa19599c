"""The OSCAR sample: line offsets that continue, headers that fit the text."""

from catalog.demo import oscar


def test_records() -> None:
    page = '<html><head><link rel="up" href="conclusion.html"/></head><body><p>één</p><p>two</p></body></html>'
    files = {"ca-ES/sect.a.html": page.encode(), "ca-ES/sect.b.html": page.encode(), "nl-NL/sect.c.html": page.encode()}
    first, second = oscar.records(files)
    assert (first["id"], first["text"]) == (0, "één\ntwo")
    assert first["meta"]["headers"]["content-length"] == len("één\ntwo".encode())
    assert first["meta"]["headers"]["warc-identified-content-language"] == "cat"
    assert (second["id"], second["meta"]["offset"], second["meta"]["nb_sentences"]) == (1, 2, 2)
