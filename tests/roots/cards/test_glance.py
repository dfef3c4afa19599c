"""The head of a card is a table of questions; answers are text, whatever they hold."""

from roots.cards.glance import REMOVAL, SOURCES, glance


def test_an_answer_is_text_or_an_address() -> None:
    lines = glance(
        [("a?", "[x](http://y) <b>", SOURCES), ("b?", "https://me:pw@example.org/x?k=1", REMOVAL)]
    ).splitlines()
    assert lines[2] == "| a? | \\[x\\](http://y) \\<b\\> | [Sources](#sources) |"
    assert lines[3] == "| b? | <https://example.org/x> | [Removal](#to-have-a-text-removed) |"
