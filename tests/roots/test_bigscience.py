"""Import and export: all records of a catalogue go through files and come back, and no file is touched beside."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.bigscience import uid_of
from catalog.entry import load
from roots import bigscience
from tests.catalog.records import record, records
from tests.roots.made import Ended

Roots = Callable[..., Ended]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    """Writes records.json, or a file of another name."""

    def write(value: Any, name: str = "records.json") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value), encoding="utf-8")
        return path

    return write


def by_uid(given: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {str(each["uid"]): each for each in given}


def test_192_records_go_to_toml_and_come_back_unchanged(
    roots: Roots, file: Callable[..., Path], tmp_path: Path
) -> None:
    given, folder = records(), tmp_path / "mine"
    ended = roots("sources", "import", file(given), "--output", folder)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"192 entries: {folder}\n")
    assert len({load(path).uid for path in folder.glob("*.toml")}) == 192
    checked = roots("check", folder)
    # Some of the odd records are gone from under the uids that others give: warnings, no errors.
    assert (checked.code, "error" in checked.err) == (0, False)
    for shape in ("list", "object", "files"):
        output = tmp_path / shape
        assert (
            roots("sources", "export", folder, "--output", output, "--shape", shape).out == f"192 records: {output}\n"
        )
    as_list = json.loads((tmp_path / "list").read_bytes())
    assert by_uid(as_list) == by_uid(given)
    assert json.loads((tmp_path / "object").read_bytes()) == {
        uid_of(uid, ""): each for uid, each in by_uid(given).items()
    }
    assert by_uid([json.loads(path.read_bytes()) for path in (tmp_path / "files").glob("*.json")]) == by_uid(given)


def test_a_second_trip_gives_the_same_bytes(roots: Roots, file: Callable[..., Path], tmp_path: Path) -> None:
    roots("sources", "import", file(records()[:35]), "--output", tmp_path / "one")
    for shape in ("object", "files"):
        roots("sources", "export", tmp_path / "one", "--output", tmp_path / shape, "--shape", shape)
        again = tmp_path / f"{shape}_again"
        assert roots("sources", "import", tmp_path / shape, "--output", again).code == 0
        for path in (tmp_path / "one").iterdir():
            assert (again / path.name).read_bytes() == path.read_bytes()


def test_the_carried_entries_can_be_given_away(roots: Roots, tmp_path: Path) -> None:
    ended = roots("sources", "export", ROOT / "catalog" / "demo", "--output", tmp_path / "demo.json")
    assert ended.code == 0
    found = by_uid(json.loads((tmp_path / "demo.json").read_bytes()))
    assert found["lohelp_hi"]["languages"]["language_names"] == ["Indic", "Hindi"]
    assert found["udhr_articles"]["type"] == "processed"
    assert found["udhr_articles"]["processed_from_primary"]["from_primary_entries"] == ["udhr_pages"]


@pytest.mark.parametrize(
    ("uid", "message"),
    [
        ("../x", r"record 2: uid: '../x' cannot name a file; / and \ cannot stand in it"),
        ("", "record 2: has no uid; give it one of small letters, digits and _"),
        ("x" * 10_000, "(10002 characters) is longer than 200 characters"),
        ("/tmp/x", "record 2: uid: '/tmp/x' cannot name a file"),
        ("ENTRY_0", "record 2: its uid gives entry_0.toml, as that of "),
    ],
)
def test_a_hostile_uid_is_an_error_and_nothing_is_written(
    roots: Roots, file: Callable[..., Path], tmp_path: Path, uid: str, message: str
) -> None:
    path = file([record(0), record(1) | {"uid": uid}], "in/records.json")
    ended = roots("sources", "import", path, "--output", tmp_path / "a" / "b")
    assert ended.code == 2
    assert message in ended.err
    assert len(ended.err) < 500
    assert sorted(each.name for each in tmp_path.rglob("*")) == ["in", "records.json"]


def test_no_file_is_written_over(roots: Roots, file: Callable[..., Path], tmp_path: Path) -> None:
    path = file([record(0), record(1)])
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "entry_1.toml").write_text("mine")
    ended = roots("sources", "import", path, "--output", folder)
    assert (ended.code, ended.err) == (
        2,
        f"error: {folder / 'entry_1.toml'}: is there; give another --output, or take the file away\n",
    )
    assert [each.name for each in folder.iterdir()] == ["entry_1.toml"]
    (folder / "entry_1.toml").unlink()
    assert roots("sources", "import", path, "--output", folder).code == 0
    ended = roots("sources", "import", path, "--output", path)
    assert (ended.code, ended.err) == (2, f"error: {path}: is a file; give a folder as --output\n")
    ended = roots("sources", "export", folder, "--output", path)
    assert (ended.code, ended.err) == (2, f"error: {path}: is there; give another --output, or take it away\n")


def test_of_a_validated_entry_the_last_version_is_taken(file: Callable[..., Path], tmp_path: Path) -> None:
    for number, name in enumerate(["a.json", "a-validated-2021-11-02.json", "a-validated-2021-11-01.json", "b.json"]):
        file({"uid": name[0], "number": number}, f"entries/{name}")
    bigscience.take(tmp_path / "entries", tmp_path / "mine")
    assert '"/number" = "1"' in (tmp_path / "mine" / "a.toml").read_text()
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["a.toml", "b.toml"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("none.json", None, "none.json: there is no such file"),
        ("empty", "folder", "empty: holds no JSON file (*.json)"),
        ("bad.json", "[1", "bad.json: is not valid JSON in UTF-8: "),
        ("deep.json", "[" * 99_999, "deep.json: lists and objects are nested more than 50 deep"),
        ("large.json", "[  ]", "large.json: is larger than 3 bytes; give its records in several files"),
    ],
)
def test_a_file_that_is_none_is_an_error(
    roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: str | None, message: str
) -> None:
    if content == "folder":
        (tmp_path / name).mkdir()
    elif content is not None:
        (tmp_path / name).write_text(content)
    monkeypatch.setattr(bigscience, "LARGEST", 3 if name == "large.json" else 10**6)
    ended = roots("sources", "import", tmp_path / name, "--output", tmp_path / "out")
    assert (ended.code, message in ended.err) == (2, True)
    assert not (tmp_path / "out").exists()


def test_only_entries_in_order_are_exported(roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text('uid = "x"\ntype = "book"\nname = ""\n')
    ended = roots("sources", "export", tmp_path, "--output", tmp_path / "x.json")
    assert ended.code == 2
    assert f"{tmp_path / 'x.toml'}:2: type: 'book' is not allowed" in ended.err
    assert f"{tmp_path / 'x.toml'}:3: name: must not be empty" in ended.err
    assert not (tmp_path / "x.json").exists()
