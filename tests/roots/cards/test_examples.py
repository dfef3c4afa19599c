"""Examples are shown of sources whose texts may be shown, and of no others."""

from dataclasses import replace

import pytest

from catalog.entry import Entry, Licence, Permission
from lang_params.params import load
from roots.cards.examples import Example, hidden, of_language, of_source
from tests.roots.carded import ENTRY, examples

LANGUAGES = {code: load(code) for code in ("ar", "yo")}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"release": "closed"}, "given to nobody"),
        ({"release": "gated"}, "only to those who accept terms"),
        ({"redact": False}, "personal data is not replaced"),
        ({"licence": Licence("x", ("open license", "do not distribute"))}, "forbids to distribute"),
        ({"permission": Permission("refused")}, "did not allow it"),
        ({"permission": Permission("pending")}, "did not allow it"),
        ({"permission": Permission("not asked"), "licence": Licence("x", ("research use",))}, "neither licence nor"),
    ],
)
def test_no_text_is_shown_where_it_may_not_be(changes: dict[str, object], why: str) -> None:
    entry: Entry = replace(ENTRY, **changes)  # type: ignore[arg-type]
    assert why in hidden(entry)
    said = of_source(entry, examples("udhr"), LANGUAGES)
    assert why in said
    assert "kukuru" not in said


@pytest.mark.parametrize(
    ("outcome", "properties"),
    [("granted", ()), ("open licence", ("open license",)), ("not asked", ("public domain",))],
)
def test_a_text_is_shown_with_permission_or_under_an_open_licence(outcome: str, properties: tuple[str, ...]) -> None:
    entry = replace(ENTRY, permission=Permission(outcome), licence=Licence("x", properties))
    assert hidden(entry) == ""


def test_each_filter_has_the_text_it_dropped_and_the_one_it_kept_by_the_least() -> None:
    lines = of_source(ENTRY, examples("udhr"), LANGUAGES).split("\n\n")
    limit = load("yo").filters["stopwords"].min
    assert lines[1:] == [
        "### The filter `stopwords`",
        f"Keeps texts with enough of the small words that every sentence of the language needs. "
        f"Limit in Yoruba: ≥ {limit}.",
        f"Dropped, with 0.09: document `{'d' * 32}`, 1,234 characters.",
        '<blockquote dir="ltr" lang="yo">kukuru PI:EMAIL</blockquote>',
        f"Kept, with 0.11: document `{'e' * 32}`, 1,235 characters.",
        '<blockquote dir="ltr" lang="yo">Gbogbo ènìyàn ni a bí ní òmìnira</blockquote>',
    ]


def test_a_text_in_another_language_is_said_to_be_and_one_from_right_to_left_shows_so() -> None:
    text = "مرحبا بكم في المكتبة"
    one = Example("ar", "language_id", False, 2.0, "f" * 32, "news", 0.98, text, 20, "ur")
    said = of_language([one], LANGUAGES)
    assert f"Dropped, with 0.98, found to be in `ur`: document `{'f' * 32}` of `news`, 20 characters." in said
    assert f'<blockquote dir="rtl" lang="ar">{text}</blockquote>' in said


def test_one_character_is_one_and_no_text_is_said() -> None:
    one = Example("yo", "number_words", False, 2.0, "f" * 32, "news", 0, "", 1)
    assert "1 character." in of_language([one], LANGUAGES)
    assert "(no text)" in of_language([one], LANGUAGES)


def test_where_nothing_was_dropped_that_is_said() -> None:
    assert of_source(ENTRY, [], LANGUAGES) == "No filter dropped a document of this source."
    assert of_language([], LANGUAGES) == "No filter dropped a document that may be shown."
    assert of_language([], LANGUAGES, ["a", "b"]).endswith("of `a`, `b`: the card of the source says why.")
