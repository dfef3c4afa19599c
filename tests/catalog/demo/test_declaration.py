"""The declaration: parallel documents of a few articles."""

from catalog.demo import declaration
from lang_params.languages import codes

ENGLISH = ["preamble " * 80, "first " * 30, "second " * 40, "third " * 10]


def _page(title: str, sections: list[str]) -> bytes:
    header, *articles = (f"<h2>{number}</h2><p>{text}</p>" for number, text in enumerate(sections))
    body = f"<header>{header}</header>" + "".join(f"<article>{article}</article>" for article in articles)
    return f"<html><body><h1>{title}</h1>{body}</body></html>".encode()


def test_languages_are_42_of_the_corpus() -> None:
    assert set(codes()) - set(declaration.TRANSLATIONS) == {"as", "ki", "or", "tum"}
    assert set(declaration.TRANSLATIONS) <= set(codes())


def test_groups_have_the_words_and_leave_nothing_out() -> None:
    parts = declaration.groups(ENGLISH)
    assert parts == [range(1), range(1, 4)]
    assert declaration.groups(["short"]) == [range(1)]


def test_documents_are_the_same_articles_in_every_language() -> None:
    names = declaration.TRANSLATIONS.values()
    pages = {f"{name}.html": _page(name, ENGLISH if name == "eng" else ["a", "b", "c", "d"]) for name in names}
    found = list(declaration.articles(pages))
    assert len(found) == 2 * 42
    yoruba = [record for record in found if record["lang"] == "yo"]
    assert [record["id"] for record in yoruba] == ["yor/0-0", "yor/1-3"]
    assert yoruba[1]["articles"] == [1, 2, 3]
    assert yoruba[1]["text"] == "1\nb\n2\nc\n3\nd"
    assert yoruba[1]["title"] == "yor"
