"""The tables of a mix: languages with their names, and only columns that say something."""

import io

import pytest
import rich.console

from lang_params.params import load_all
from roots.mix import table as mix_table
from roots.mix.plan import Planned
from roots.mix.portions import Plan
from roots.mix.settings import MixSettings
from roots.shares import Share, SourceShare
from tests.roots.plain_shares import table


def printed(view: object) -> str:
    console = rich.console.Console(file=io.StringIO(), width=150)
    console.print(view)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_a_plain_mix_shows_what_a_language_has_gets_and_gives_up() -> None:
    text = printed(mix_table.render(table({"yo": 1234}, alpha=0.3, gets={"yo": 1000}), {"yo": "Yoruba [yo]"}))
    assert "Yoruba [yo] (yo)" in text
    assert all(figure in text for figure in ("1,234", "1,000", "234", "100.00%"))
    assert not any(header in text for header in ("repeats", "held out", "group", "tokens"))


def test_repeats_groups_validation_and_tokens_have_columns_where_there_are_any() -> None:
    share = Share("zu", 100, 0.5, 0.5, 250, 100, 0.5, 10, 3, "nguni", 40, 99)
    text = printed(mix_table.render([share], {}))
    assert share.repeats == 240 / 90
    assert all(figure in text for figure in ("nguni", "2.67", "held out", "gets tokens", "99"))


def test_sources_of_which_a_part_is_in_are_shown_with_their_ratio() -> None:
    parts = (SourceShare("news", 200, 0.5, None, 90, 90), SourceShare("all", 10, 1.0, None, 10, 10))
    text = printed(mix_table.sources([Share("zu", 210, 1.0, 1.0, 100, 100, sources=parts)], {"zu": "Zulu"}))
    assert all(figure in text for figure in ("Zulu (zu)", "news", "0.45", "0.5"))
    assert " 10 " not in text


def test_the_table_and_the_notes_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    parts = (SourceShare("news", 200, 0.5, None, 90, 90),)
    plan = Planned(
        "corpus",
        "key",
        MixSettings(notes=("roots-model: oscar: no such source here",)),
        Plan(0, 0, {}),
        [Share("zu", 200, 1.0, 1.0, 90, 90, sources=parts)],
    )
    mix_table.show(plan, {"zu": load_all()["zu"]})
    out, err = capsys.readouterr()
    assert "Zulu (zu)" in out
    assert "Sources of which a part may enter" in out
    assert "look at this: roots-model: oscar: no such source here" in err
    mix_table.show(Planned("corpus", "key", MixSettings(), Plan(0, 0, {}), []), {})
    assert capsys.readouterr().out == ""
