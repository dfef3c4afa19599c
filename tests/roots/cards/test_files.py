"""All cards together: where they are, the same each time, and safe with whatever an entry says."""

import re
from dataclasses import replace

import pytest

from catalog.entry import Custodian, Data, Licence, Permission, Pii
from roots.cards.files import files
from roots.cards.language import FOLDER
from tests.roots.carded import ENTRY, NASTY, NEWS, corpus, front, tables


def test_files_are_one_card_a_source_a_language_and_one_for_the_corpus() -> None:
    made = files(corpus())
    languages = [f"cards/by-language/{code}/README.md" for code in ("fon", "yo", "zhs")]
    assert list(made) == ["README.md", "cards/udhr/README.md", "cards/news_pages/README.md", *languages]
    assert made == files(corpus())
    for card in made.values():
        front(card)
        tables(card)
        assert card.endswith("\n")
        assert not card.endswith("\n\n")
        assert "\n\n\n" not in card


def test_no_source_can_have_its_card_where_those_of_languages_are() -> None:
    from catalog.form import schema

    pattern = schema()["$defs"]["uid"]["pattern"]
    assert re.fullmatch(pattern, "languages")
    assert not re.fullmatch(pattern, FOLDER)


def test_links_between_cards_lead_to_cards() -> None:
    made = files(corpus())
    for path, card in made.items():
        folder = path.rpartition("/")[0]
        for target in re.findall(r"\]\(([^)#]+README\.md)\)", card):
            parts = folder.split("/") if folder else []
            for part in target.split("/"):
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(parts) in made, (path, target)


def test_anchors_lead_to_headings() -> None:
    for card in files(corpus()).values():
        headings = re.findall(r"^#+ (.*)$", card, re.M)
        anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
        assert set(re.findall(r"\]\(#([^)]+)\)", card)) <= anchors


@pytest.mark.parametrize("private", ["/home/someone", "SECRET", "key:word"])
def test_a_card_holds_no_absolute_path_and_no_secret(private: str) -> None:
    assert all(private not in card for card in files(corpus()).values())


def test_whatever_an_entry_says_the_cards_keep_their_shape() -> None:
    entry = replace(
        ENTRY,
        name=NASTY,
        description=NASTY,
        homepage=NASTY,
        kind="oscar",
        custodian=Custodian(NASTY, "other", NASTY, NASTY),
        licence=Licence(NASTY, ("open license",), NASTY, NASTY),
        permission=Permission("pending", "", NASTY),
        pii=Pii("Yes", NASTY),
        data=Data(files=(NASTY,), note=NASTY),
    )
    nasty = corpus(entry, NEWS, name=NASTY, description=NASTY, contact=NASTY, mixing=[NASTY])
    plain = files(corpus(replace(entry, name="x"), NEWS, description="x", contact="x", mixing=["x"]))
    for name, card in files(nasty).items():
        assert "\n" not in front(card)["pretty_name"]
        shapes = [[[len(row) for row in found] for found in tables(cards[name])] for cards in (files(nasty), plain)]
        assert shapes[0] == shapes[1]
        body = card.split("\n---\n", 1)[1]
        assert "<script>" not in body.replace("\\<script\\>", "")
        assert "49" not in body
        assert "\x00" not in card
        headings = [re.findall(r"^#+", cards[name], re.M) for cards in (files(nasty), plain)]
        assert headings[0] == headings[1]
