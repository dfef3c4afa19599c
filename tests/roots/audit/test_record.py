"""What is remembered of audits: nothing of texts, the last one last, the same bytes for the same draws."""

from dataclasses import replace

import pytest

from pipelines import storage
from roots.audit.record import AuditError, Draw, Stratum, draws, latest, path, save
from roots.entries import RESERVED

DRAW = Draw(0, {"stopwords": {"applied": True, "min": 0.1, "max": None}}, {"kept": Stratum(9, ("a", "b"))}, ("one",))


def test_draws_come_back_as_they_were_the_last_one_last(memory: str) -> None:
    other = replace(DRAW, seed=1)
    assert draws(memory, "yo") == []
    save(memory, "yo", DRAW)
    save(memory, "yo", other)
    assert draws(memory, "yo") == [DRAW, other]
    read = replace(DRAW, results={"labels": {"a": "good"}})
    save(memory, "yo", read)
    assert draws(memory, "yo") == [other, read]


def test_the_file_is_a_manifest_of_no_files_and_the_same_bytes_each_time(memory: str) -> None:
    save(memory, "yo", DRAW)
    before = storage.read_bytes(path(memory, "yo"))
    save(memory, "yo", DRAW)
    assert storage.read_bytes(path(memory, "yo")) == before
    said = storage.read_json(path(memory, "yo"))
    assert (said["files"], said["lang"], len(said["key"])) == ([], "yo", 16)


def test_the_latest_is_of_languages_of_which_a_sheet_was_read(memory: str) -> None:
    save(memory, "yo", replace(DRAW, results={"labels": {"a": "good"}}))
    save(memory, "yo", replace(DRAW, seed=2))
    save(memory, "sw", DRAW)
    found = latest(memory, ["sw", "yo", "zu"])
    assert list(found) == ["yo"]
    assert found["yo"].seed == 0


@pytest.mark.parametrize(
    ("held", "message"),
    [
        (b"{", "is no JSON file; put back a copy"),
        (b'{"version": 9}', "another version of roots"),
        (b'{"version": 1}', "lacks what roots wrote"),
    ],
)
def test_a_file_that_is_none_of_ours(held: bytes, message: str, memory: str) -> None:
    storage.write_bytes(path(memory, "yo"), held)
    with pytest.raises(AuditError) as caught:
        draws(memory, "yo")
    assert message in str(caught.value)


def test_no_source_is_named_as_the_folder() -> None:
    assert "audits" in RESERVED
