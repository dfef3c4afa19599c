"""Names of sources come from their cards, and those of languages from the parameters."""

import pytest

from pipelines import storage
from roots import named


def card(work: str, uid: str, text: str) -> None:
    storage.write_bytes(f"{work}/cards/{uid}/README.md", text.encode())


def test_the_name_of_a_source_is_that_of_its_card(memory: str) -> None:
    card(
        memory,
        "qatar",
        '---\npretty_name: "مكتبة: قطر\\u202e"\nlicense: cc0-1.0\n---\n\n# Card\n\n---\npretty_name: no\n',
    )
    assert named.sources(memory, ["qatar", "nowhere"]) == {"qatar": "مكتبة: قطر\\u202e"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# A page\n---\npretty_name: x\n",
        "---\npretty_name: [\n---\n",
        "---\n- a\n---\n",
        "---\nlicense: mit\n---\n",
        "\ufeff---\n",
    ],
)
def test_a_card_that_was_rewritten_has_no_name(memory: str, text: str) -> None:
    card(memory, "one", text)
    assert named.sources(memory, ["one"]) == {}


def test_a_name_of_several_lines_is_one_line(memory: str) -> None:
    card(memory, "one", "---\npretty_name: >\n  Ìwé\n  Yorùbá\n\n  b\n---\n")
    assert named.sources(memory, ["one"]) == {"one": "Ìwé Yorùbá b"}


def test_languages_and_code_have_names() -> None:
    names = named.languages()
    assert (names["yo"], names["zhs"]) == ("Yoruba", "Simplified Chinese")
    assert "code" in names
