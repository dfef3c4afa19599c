"""What a card says of personal data adds up, and names every kind in words."""

from lang_params.personal import ACTIONS as KNOWN_ACTIONS
from lang_params.personal import KINDS as KNOWN
from roots.cards.personal import ACTIONS, KINDS, Personal, add, by_language, found, looked_for

FOUND = [
    Personal("yo", "USER", 1, 2, 1, 1),
    Personal("sw", "USER", 2, 3),
    Personal("sw", "EMAIL", 1, 1),
    Personal(None, "ODD", 1, 1),
]


def test_every_kind_and_every_action_has_its_words() -> None:
    assert tuple(KINDS) == KNOWN
    assert set(ACTIONS) == set(KNOWN_ACTIONS)


def test_sums_by_kind_and_by_language() -> None:
    assert add(FOUND) == [
        Personal(None, "EMAIL", 1, 1),
        Personal(None, "USER", 3, 5, 1, 1),
        Personal(None, "ODD", 1, 1),
    ]
    assert [(each.lang, each.kind) for each in add(FOUND, by_language=True)] == [
        ("sw", "EMAIL"), ("sw", "USER"), ("yo", "USER"), (None, "ODD"),
    ]  # fmt: skip


def test_what_was_found_by_kind() -> None:
    assert found(FOUND).splitlines()[3] == "| user names that begin with @ | 3 | 5 | 1 | 1 |"
    assert found([]) == "None was found."


def test_places_by_language_and_kind() -> None:
    assert by_language(FOUND, {"sw": "Swahili"}).splitlines() == [
        "| language | EMAIL | USER | ODD |",
        "|---|---:|---:|---:|",
        "| Swahili (sw) | 1 | 3 | 0 |",
        "| yo | 0 | 2 | 0 |",
        "| not known | 0 | 0 | 1 |",
    ]
    assert by_language([], {}) == ""


def test_what_was_looked_for_with_what_is_done() -> None:
    lines = looked_for({"EMAIL": ["redact"], "PHONE": ["drop", "off"], "PERSON": ["off"], "USER": []}).splitlines()
    assert lines[2:] == [
        "| e-mail addresses | `PI:EMAIL` | replaced by a placeholder |",
        "| telephone numbers | `PI:PHONE` | the document is dropped; not looked for |",
    ]
    assert looked_for({"EMAIL": ["off"]}) == looked_for({}) == "Personal data was not looked for."
