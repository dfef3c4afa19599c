"""What a card says of a source decides whether its texts are shown, and what is shown holds no personal data."""

import pytest

from catalog.entry import Custodian, Entry, Licence, Permission
from lang_params.params import load
from pipelines import storage
from roots.cards import tables as card_tables
from roots.inspect_shown import HEAD, LENGTH, NO_CARD, heads, hidden, instead, texts

OPEN = Licence("CC0-1.0", ("open license",), "Nobody | *else*")


def card(work: str, entry: Entry) -> None:
    """Write the part of a source's card that says what the catalogue has of it."""
    facts = card_tables.facts(entry, files=1, size=9)
    data = f"---\nlicense: x\n---\n\n# A\n\n## The source\n\n{facts}\n\n## More\n\n| permission | refused |\n"
    storage.write_bytes(storage.join(work, "cards", entry.uid, "README.md"), data.encode())


def entry(**given: object) -> Entry:
    whole: dict[str, object] = {"licence": OPEN, "permission": Permission("open licence"), "redact": True}
    return Entry("a", "A | b", custodian=Custodian("N", "other", "x"), **{**whole, **given})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, None),
        ({"redact": False}, None),
        ({"release": "closed"}, "the text may be given to nobody"),
        ({"release": "gated"}, "the text may be given only to those who accept terms"),
        (
            {"licence": Licence("x", ("non-commercial use", "do not distribute"))},
            "the licence forbids to distribute it",
        ),
        ({"permission": Permission("refused", asked="2026-01-02")}, "the custodian did not allow it"),
        ({"permission": Permission("pending"), "redact": False}, "the custodian did not allow it"),
        ({"permission": Permission("not asked"), "licence": Licence()}, "neither licence nor permission says that"),
        ({"permission": Permission("granted", asked="2026-01-02", whom="x"), "licence": Licence()}, None),
    ],
)
def test_a_source_is_hidden_for_what_its_card_says(memory: str, given: dict[str, object], reason: str | None) -> None:
    card(memory, entry(**given))
    found = hidden(memory, ["a"])
    assert found == {} if reason is None else found["a"].startswith(reason)


def test_without_cards_nothing_is_hidden_and_beside_other_cards_all_is(memory: str) -> None:
    assert hidden(memory, ["files"]) == {}
    card(memory, entry())
    assert hidden(memory, ["b", "a"]) == {"b": NO_CARD}
    storage.write_bytes(storage.join(memory, "cards", "b", "README.md"), b"# Another card\n")
    assert hidden(memory, ["b"]) == {"b": NO_CARD}
    assert instead(NO_CARD) == f"(not shown: {NO_CARD})"


def test_personal_data_is_replaced_again_and_marked_places_too() -> None:
    text = "Kọ̀wé sí ade@abc.example\nlónìí. Foonu 0712 345 678."
    [shown] = texts(
        [text], [[{"tag": "PHONE", "start": text.index("0712"), "end": text.index("0712") + 12}]], load("yo")
    )
    assert shown == "Kọ̀wé sí PI:EMAIL\nlónìí. Foonu PI:PHONE."
    [other] = texts(["Schreib an ade@abc.example."], [()], None)
    assert other == "Schreib an PI:EMAIL."


def test_texts_are_cut_and_nothing_steers_what_shows_them() -> None:
    long = "ẹ̀kọ́ " * 4000
    shown, short = texts([long, "a\x1b[2J\u202e\nb"], [(), ()], load("yo"))
    assert LENGTH - 10 < len(shown) <= LENGTH + 2
    assert shown.endswith(" …")
    assert short == "a\\x1b[2J\\u202e\nb"
    head, whole = heads([long, "a\n\n b"], [(), ()], load("yo"))
    assert HEAD - 10 < len(head) <= HEAD + 2
    assert whole == "a b"
    assert texts([], [], load("yo")) == []


def test_an_address_at_the_end_of_what_is_shown_does_not_stand_there_by_half() -> None:
    text = "a " * (LENGTH // 2 - 4) + "ade@abc.example and more " * 100
    [shown] = texts([text], [()], load("yo"))
    assert "ade@" not in shown
