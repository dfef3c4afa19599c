"""Entries are checked against languages, cleaning steps and the names of folders."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.entry import EntryError
from roots.entries import load_all_checked, load_checked, unknown_uids

Source = Callable[..., Path]


@pytest.mark.parametrize(
    ("uid", "given", "message"),
    [
        ("one", {"languages": ["yor"]}, "one.toml:6: languages: 'yor': write 'yo'"),
        ("one", {"languages": ["xx"]}, "languages: .*xx"),
        ("one", {"cleaning": ["filter_smal_docs"]}, "cleaning: unknown cleaning step 'filter_smal_docs'"),
        ("corpus", {}, "uid: 'corpus' is the name of a folder of every build"),
    ],
)
def test_what_the_other_rooms_do_not_know_is_refused(
    source: Source, uid: str, given: dict[str, list[str]], message: str
) -> None:
    with pytest.raises(EntryError, match=message):
        load_checked(source(uid, [{"text": "x"}], **given))


def test_entries_come_by_uid_and_each_once(source: Source, tmp_path: Path) -> None:
    two, one = source("two", [{"text": "x"}]), source("one", [{"text": "x"}])
    assert [entry.uid for entry in load_all_checked([two, one])] == ["one", "two"]
    again = tmp_path / "elsewhere" / "one.toml"
    again.parent.mkdir()
    again.write_text(one.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(EntryError, match="uid: 'one' is also that of"):
        load_all_checked([one, again])


def test_a_source_of_code_is_in_no_language(source: Source) -> None:
    path = source("one", [{"text": "x"}], languages=["code"])
    assert load_checked(path).languages == ("code",), "a catalogued source of code may be"
    text = path.read_text(encoding="utf-8").replace('kind = "catalogue"', 'kind = "code"')
    path.write_text(text, encoding="utf-8")
    assert load_checked(path).kind == "code"
    path.write_text(text.replace('languages = ["code"]', 'languages = ["en"]'), encoding="utf-8")
    with pytest.raises(EntryError, match="languages: a source of kind 'code' is in no language: write \\[\"code\"\\]"):
        load_checked(path)


def test_an_entry_that_only_describes_is_no_source_of_a_build(tmp_path: Path) -> None:
    path = tmp_path / "house.toml"
    path.write_text('name = "A house"\nuid = "house"\n')
    assert load_checked(path).name == "A house"
    with pytest.raises(EntryError, match=r"house.toml:2: uid: 'house' has no \[data\]: it describes a source "):
        load_all_checked([path])


def test_uids_that_no_entry_has_are_found(source: Source, tmp_path: Path) -> None:
    one = source("one", [{"text": "x"}])
    one.write_text(one.read_text(encoding="utf-8").replace("[custodian]\n", '[custodian]\nin_catalogue = "house"\n'))
    made = one.with_name("made.toml")
    made.write_text('uid = "made"\ntype = "processed dataset"\n[processed_from_primary]\nentries = ["one", "two"]\n')
    broken = one.with_name("broken.toml")
    broken.write_text("uid = 1")
    assert unknown_uids([broken, made, one]) == [
        f"{made}:4: processed_from_primary.entries: 'two' has no entry beside this one",
        f"{one}:11: custodian.in_catalogue: 'house' has no entry beside this one",
    ]
    assert unknown_uids([made, one, one.with_name("house.toml"), one.with_name("two.toml")]) == []
