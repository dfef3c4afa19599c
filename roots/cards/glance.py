"""The head of a card: what everybody asks first, a question a line, each with its answer and where there is more."""

from collections.abc import Iterable

from roots.markdown import Markdown, link, table

IN_CORPUS = ("In the corpus", "in-the-corpus")
SOURCE = ("The source", "the-source")
SOURCES = ("Sources", "sources")
LANGUAGES = ("Languages", "languages")
LICENCES = ("Licences and attribution", "licences-and-attribution")
DROPPED = ("Documents dropped", "documents-dropped")
PERSONAL = ("Personal data", "personal-data")
REMOVAL = ("Removal", "to-have-a-text-removed")

Section = tuple[str, str]
"""A section as it is named, and its anchor, which the Hub and others make of its heading."""


def glance(rows: Iterable[tuple[str, str, Section]]) -> Markdown:
    """Questions, answers and the sections that say more, as a table.

    >>> print(glance([("From whom?", "A | B", SOURCES)]).splitlines()[-1])
    | From whom? | A \\| B | [Sources](#sources) |
    """
    answers = [[asked, link(said), Markdown(f"[{name}](#{anchor})")] for asked, said, (name, anchor) in rows]
    return table(["question", "answer", "more"], answers)
