"""The table of sources and its filters, and everything that one entry says."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.catalog.forms import GOOD, WHOLE
from tests.roots.made import Ended
from tests.roots.test_look import first_cells
from tests.roots.test_reference import HAUSA

Roots = Callable[..., Ended]
DEMO = Path(__file__).parents[2] / "catalog" / "demo"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A whole entry in Yoruba, one in Zulu that only describes, an organisation, and a recipe."""
    (tmp_path / "yo_news.toml").write_text(WHOLE, "utf-8")
    described = GOOD[: GOOD.index("[data]")].replace("yo_news", "zu_talk").replace('["yo"]', '["zu", "en"]')
    changed = described.replace("CC-BY-4.0", "MIT").replace("granted", "pending").replace("Nigeria", "South Africa")
    (tmp_path / "zu_talk.toml").write_text(changed.replace("redact = true", 'release = "gated"'), "utf-8")
    (tmp_path / "house.toml").write_text('uid = "house"\nname = "[bold]A house"\ntype = "language organisation"\n')
    (tmp_path / "recipe.toml").write_text('name = "x"\nsources = ["*.toml"]')
    return tmp_path


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ([], ["house", "yo_news", "zu_talk"]),
        (["--lang", "yor_Latn"], ["yo_news"]),
        (["--lang", "zu-ZA", "--lang", "yo"], ["yo_news", "zu_talk"]),
        (["--licence", "cc-by"], ["yo_news"]),
        (["--licence", "open"], ["yo_news", "zu_talk"]),
        (["--custodian-type", "Commercial entity"], ["yo_news", "zu_talk"]),
        (["--location", "Western Africa"], ["yo_news"]),
        (["--location", "south africa"], ["zu_talk"]),
        (["--pii", "Yes - text author"], ["yo_news", "zu_talk"]),
        (["--pii", "unclear"], ["house"]),
        (["--kind", "catalogue", "--permission", "granted", "--permission", "pending"], ["yo_news", "zu_talk"]),
        (["--permission", "pending", "--lang", "yo"], []),
        (["--kind", "catalogue"], ["yo_news", "zu_talk"]),
        (["--type", "language"], ["house"]),
        (["--release", "gated"], ["zu_talk"]),
    ],
)
def test_filters(roots: Roots, folder: Path, given: list[str], found: list[str]) -> None:
    ended = roots("sources", folder, *given)
    assert (ended.code, ended.err) == (0, "")
    assert first_cells(ended.out) == found
    assert (f"{len(found)} of 3 entries" in ended.out) == bool(given)
    assert roots("sources", *given, folder).out == ended.out
    assert roots("sources", "list", folder, *given).out == ended.out


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--lang", "xx"], "'xx' is not a language of the corpus"),
        (["--lang", "yo_Arab"], "Yoruba is written in Latn here, not in Arab"),
        (["--licence", "gpl"], "error: --licence: 'gpl' is in no entry; known: CC-BY-4.0, MIT, NOASSERTION, "),
        (["--location", "Nigera"], "--location: 'Nigera' is in no entry; "),
        (["--location", "Nigera"], "did you mean 'Nigeria'?"),
        (["--permission", "grented"], "--permission: 'grented' is in no entry; known: granted, "),
        (["--custodian-type", "x"], "--custodian-type: 'x' is in no entry; known: "),
    ],
)
def test_a_filter_that_can_find_nothing_is_an_error(roots: Roots, folder: Path, given: list[str], message: str) -> None:
    ended = roots("sources", folder, *given)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_sources_without_data_are_told_apart(roots: Roots, folder: Path) -> None:
    out = roots("sources", folder).out
    assert out.count("no data") == 2
    [line] = [line for line in out.splitlines() if "yo_news" in line]
    assert "catalogue" in line


def test_everything_of_an_entry_is_shown(roots: Roots, folder: Path) -> None:
    ended = roots("sources", "show", "yo_news", "--catalogue", folder)
    assert (ended.code, ended.err) == (0, "")
    for text in (
        "Ìròyìn",
        "Yoruba (yo)",
        "commercial entity",
        "archive@news.example",
        "2026-11-20",
        "other: the diaspora",
        "by Bayo on 2026-11-02",
        "by Chike",
        "names, dates (birth, death, etc.)",
        "data/*.jsonl.gz",
        "Who owns or holds the texts",
    ):
        assert text in ended.out, text
    assert "[bold]A house" in roots("sources", "show", "house", "--catalogue", folder).out
    assert "udhr_pages" in roots("sources", "show", "udhr_articles", "--catalogue", DEMO).out


def test_what_an_import_left_aside_is_shown(roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('uid = "x"\nlanguages = ["ha"]\n[bigscience]\n"/imported" = "true"\n')
    out = roots("sources", "show", "x", "--catalogue", tmp_path).out
    assert "/imported" in out
    assert "│ ha" in out


def test_what_a_terminal_would_obey_is_shown_instead(roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('uid = "x"\nname = "a\\u001b[2Jb"\n[licence]\nid = "c\\u009bd"\n')
    for words in (["show", "x", "--catalogue", tmp_path], [tmp_path]):
        out = roots("sources", *words).out
        assert not {"\x1b", "\x9b"} & set(out)
        assert "c\\x9bd" in out


def test_a_language_of_ones_own_is_looked_for(roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('uid = "x"\nlanguages = ["ha"]\n')
    (tmp_path / "params").mkdir()
    (tmp_path / "params" / "ha.toml").write_text(HAUSA, "utf-8")
    ended = roots("sources", tmp_path / "x.toml", "--lang", "hau_Latn", "--lang-params", tmp_path / "params")
    assert first_cells(ended.out) == ["x"]


def test_an_entry_that_is_not_there_is_named_with_what_is_near(roots: Roots, folder: Path) -> None:
    ended = roots("sources", "show", "yo_newz", "--catalogue", folder)
    assert (ended.code, ended.err) == (
        2,
        f"error: {folder}: there is no entry 'yo_newz'; known: house, yo_news, zu_talk; did you mean 'yo_news'?\n",
    )


def test_a_fault_is_shown_with_its_line(roots: Roots, folder: Path) -> None:
    path = folder / "yo_news.toml"
    path.write_text(GOOD.replace('"catalogue"', '"cat"').replace("redact = true", "redact = 1"), "utf-8")
    assert roots("sources", folder).err.startswith(f"error: {path}:4: kind: 'cat' is not allowed")
    ended = roots("check", path)
    assert ended.code == 2
    first, second = ended.err.splitlines()
    assert first.startswith(f"error: {path}:4: kind: 'cat' is not allowed; known: catalogue, ")
    assert second == f"error: {path}:7: redact: must be true or false, not 1"


def test_a_uid_that_no_entry_has_is_a_warning(roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('uid = "x"\n[custodian]\nin_catalogue = "house"\n')
    ended = roots("check", tmp_path)
    assert (ended.code, ended.out.split("; ")[1][:22]) == (0, "faults: 0, warnings: 1")
    assert (
        ended.err == f"warning: {tmp_path / 'x.toml'}:3: custodian.in_catalogue: 'house' has no entry beside this one\n"
    )
    assert roots("check", tmp_path, "--strict").code == 2


def test_the_group_explains_itself(roots: Roots) -> None:
    for words in (["--help"], ["-h"]):
        out = roots("sources", *words).out
        assert all(name in out for name in ("list", "show", "new", "import", "export"))
    for name in ("list", "show", "new", "import", "export"):
        ended = roots("sources", name, "--help")
        assert ended.code == 0
        assert f"Example: roots sources {name} " in ended.out
