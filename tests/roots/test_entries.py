"""Entries are checked against languages, cleaning steps and the names of folders."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.entry import EntryError
from roots.entries import load_all_checked, load_checked

Source = Callable[..., Path]


@pytest.mark.parametrize(
    ("uid", "given", "message"),
    [
        ("one", {"languages": ["yor"]}, "languages: 'yor': write 'yo'"),
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
