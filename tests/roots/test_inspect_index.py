"""The index is made once, is of what is there now, and says what is wrong with a folder that cannot be looked into."""

import errno
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from pipelines import storage, tables
from pipelines.verdict import ORDER
from roots.folders import FolderError
from roots.inspect_index import DAY, OF, InspectError, open_index
from tests.measured import Measured
from tests.roots.made import Ended

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def copied(looked_at: Measured, tmp_path: Path) -> Path:
    """The folder, to change."""
    return Path(shutil.copytree(looked_at.work, tmp_path / "work"))


def ledgers(work: Path) -> list[Path]:
    return sorted(work.glob("*/ledger/*.json"))


def test_it_holds_every_measure_of_every_document(looked_at: Measured) -> None:
    index = open_index(looked_at.work)
    assert index.made == len(index.held) == len(looked_at.shards)
    assert 50 * 3_000 < index.bytes < 200 * 3_000
    seen = 0
    for lang in (*index.limits, "de", None):
        for block in index.blocks(lang):
            held = index.held[block.shard]
            found = index.read(block, [*ORDER, "bytes", "row", "cause", "signals"], every=True)
            measures = tables.read(held.shard.path(looked_at.work, "measures")).to_pylist()
            judged = tables.read(held.ledger, ["dropped_by"]).column(0).to_pylist()
            seen += block.rows
            for place, row in enumerate(found["row"].tolist()):
                assert measures[row]["lang"] == lang
                assert measures[row]["bytes"] == found["bytes"][place]
                assert block.causes[found["cause"][place]] == judged[row]
                assert list(block.signals[found["signals"][place]]) == (measures[row]["signals"] or [])
                for name in ORDER:
                    value = found[name][place]
                    assert measures[row][name] == (None if np.isnan(value) else value)
    assert seen == sum(shard.rows for shard in looked_at.shards) == 3_000


def test_a_second_opening_reads_manifests_alone(looked_at: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    first = open_index(looked_at.work)
    monkeypatch.setattr("roots.inspect_index.write", lambda *_: pytest.fail("read again"))
    again = open_index(looked_at.work)
    assert (first.made, again.made) == (len(first.held), 0)
    assert again.blocks("yo") == first.blocks("yo")
    assert again.bytes == first.bytes


def test_the_same_folder_by_another_path_has_the_same_index(looked_at: Measured, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(looked_at.work)
    assert open_index(looked_at.work).folder == open_index(str(tmp_path / "link")).folder


def test_only_what_changed_is_read_again_and_what_is_stale_goes(copied: Path, own_cache: Path) -> None:
    before = open_index(str(copied))
    path = ledgers(copied)[0]
    said = json.loads(path.read_text(encoding="utf-8"))
    table = copied / said["source"] / "ledger" / said["files"][0]["file"]
    output = tables.write(str(table), tables.read(str(table)).replace_schema_metadata({"a": "b"}))
    path.write_text(json.dumps(said | {"files": [output.record()]}), encoding="utf-8")
    after = open_index(str(copied))
    assert after.made == 1
    assert len(list(after.folder.iterdir())) == 2 * len(after.held) + 1
    assert {each.name for each in before.held} != {each.name for each in after.held}
    gone = next(number for number, each in enumerate(before.held) if each not in after.held)
    block = next(block for blocks in before._blocks.values() for block in blocks if block.shard == gone)
    with pytest.raises(InspectError, match=r"its index is gone .*: open the work folder again"):
        before.read(block, ["bytes"])


def test_it_knows_that_the_folder_was_judged_anew(copied: Path) -> None:
    index = open_index(str(copied))
    assert not index.changed()
    for path in (ledgers(copied)[0], ledgers(copied)[0].with_suffix(".parquet")):
        path.rename(path.with_name(f"new.{path.name}"))
    assert index.changed()


def test_indexes_of_folders_that_are_gone_are_removed(looked_at: Measured, copied: Path, own_cache: Path) -> None:
    gone = open_index(str(copied)).folder
    shutil.rmtree(copied)
    assert gone.is_dir()
    open_index(looked_at.work)
    assert not gone.exists()
    assert [
        path.name for path in (own_cache / "roots-builder" / "inspect").iterdir() if not (path / OF).is_file()
    ] == []


def test_without_a_cache_folder_it_is_a_temporary_one(
    looked_at: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    index = open_index(looked_at.work)
    folder = index.folder
    assert folder.name.startswith("roots-inspect-")
    assert index.made == len(index.held)
    del index
    assert not folder.exists()


def test_nothing_is_changed_in_the_work_folder(looked_at: Measured) -> None:
    def stamps() -> dict[str, int]:
        return {str(path): path.stat().st_mtime_ns for path in Path(looked_at.work).rglob("*")}

    before = stamps()
    open_index(looked_at.work)
    assert stamps() == before


def test_a_folder_at_an_address_is_looked_into(looked_at: Measured, memory: str) -> None:
    for path in Path(looked_at.work).rglob("*"):
        if path.is_file():
            storage.write_bytes(f"{memory}/{path.relative_to(looked_at.work).as_posix()}", path.read_bytes())
    index = open_index(memory)
    assert index.blocks("yo") == open_index(looked_at.work).blocks("yo")


def test_what_is_no_judged_folder_is_said(copied: Path, tmp_path: Path) -> None:
    def refused(work: Path | str) -> str:
        with pytest.raises(InspectError) as raised:
            open_index(str(work))
        return str(raised.value)

    assert "there is no such folder; give the work folder of roots build" in refused(tmp_path / "none")
    (tmp_path / "empty").mkdir()
    assert "no run has written documents there" in refused(tmp_path / "empty")
    with pytest.raises(FolderError):
        open_index("nowhere://work")
    (copied / ".run").mkdir()
    assert "its last run has not ended; let it end, or give its command again" in refused(copied)
    (copied / ".run").rmdir()
    manifest = ledgers(copied)[0]
    whole = manifest.read_text(encoding="utf-8")
    said = json.loads(whole)
    lang = next(iter(said["limits"]))
    other = {**said["limits"], lang: said["limits"][lang] | {"stopwords": {"applied": True, "min": 0.99, "max": None}}}
    manifest.write_text(json.dumps(said | {"limits": other}), encoding="utf-8")
    assert f"some documents in {lang} were judged by other limits than others; judge again" in refused(copied)
    del said["limits"]
    manifest.write_text(json.dumps(said), encoding="utf-8")
    assert "the ledgers do not say by which limits they were judged; judge again: roots build" in refused(copied)
    manifest.unlink()
    assert f"{said['source']} was not judged; roots build RECIPE --work {copied} judges it" in refused(copied)


def test_tables_that_go_or_are_damaged_meanwhile_are_said(copied: Path) -> None:
    manifest = ledgers(copied)[0]
    said = json.loads(manifest.read_text(encoding="utf-8"))
    table = manifest.with_suffix(".parquet")
    whole = table.read_bytes()
    table.unlink()
    with pytest.raises(InspectError, match="went while it was read; let the run in this folder end, and try again"):
        open_index(str(copied))
    table.write_bytes(whole[:-20] + b"x" * 20)
    with pytest.raises(InspectError, match=f"a table of {said['source']} is damaged .*; roots verify names it"):
        open_index(str(copied))
    table.write_bytes(whole)
    assert open_index(str(copied)).held


def test_a_ledger_that_does_not_fit_its_measures_is_said(copied: Path) -> None:
    manifest = ledgers(copied)[0]
    table = manifest.with_suffix(".parquet")
    rows = tables.read(str(table))
    tables.write(str(table), rows.slice(1))
    with pytest.raises(InspectError, match="its ledger has not as many rows as its measures; judge again: roots build"):
        open_index(str(copied))
    column = rows.schema.get_field_index("dropped_by")
    stop = rows.set_column(column, rows.schema.field(column), [["stopwords"] * len(rows)])
    tables.write(str(table), stop)
    with pytest.raises(InspectError, match="its ledger does not say what its measures and limits do; judge again"):
        open_index(str(copied))


def test_a_damaged_index_is_said(looked_at: Measured) -> None:
    index = open_index(looked_at.work)
    block = index.blocks("yo")[0]
    os.truncate(index.folder / f"{index.held[block.shard].name}.columns", block.offset)
    with pytest.raises(InspectError, match="its index is damaged: open the work folder again, which makes it anew"):
        index.read(block, ["bytes"])


@pytest.mark.parametrize("change", [os.unlink, lambda path: os.truncate(path, 7)])
def test_an_index_of_which_a_part_is_gone_is_made_anew(looked_at: Measured, change: Callable[[Path], None]) -> None:
    """As after a kill while stale files were removed, or after a disk was full."""
    index = open_index(looked_at.work)
    block = index.blocks("yo")[0]
    before = index.read(block, ["bytes"])["bytes"]
    change(index.folder / f"{index.held[block.shard].name}.columns")
    again = open_index(looked_at.work)
    assert again.made == 1
    assert again.read(block, ["bytes"])["bytes"].tolist() == before.tolist()


def test_what_others_make_meanwhile_stays_and_what_killed_processes_left_goes(looked_at: Measured) -> None:
    folder = open_index(looked_at.work).folder
    newer, writing, left = (folder / name for name in ("f00.columns", ".roots-tmp-1-x", ".roots-tmp-2-x"))
    for path, age in ((newer, -60), (writing, 60), (left, 2 * DAY)):
        path.write_bytes(b"x")
        os.utime(path, (time.time() - age,) * 2)
    open_index(looked_at.work)
    assert (newer.exists(), writing.exists(), left.exists()) == (True, True, False)
    os.utime(newer, (time.time() - 60,) * 2)
    open_index(looked_at.work)
    assert not newer.exists()


def test_a_disk_on_which_the_index_does_not_fit_is_said(looked_at: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("roots.inspect_index.write", full)
    with pytest.raises(InspectError, match=r"its index does not fit into .* \(No space left on device\): make room"):
        open_index(looked_at.work)


def test_the_command_line_says_it_in_a_line(roots: Callable[..., Ended], tmp_path: Path) -> None:
    ended = roots("what-if", "--work", tmp_path / "none")
    assert (ended.code, ended.err.startswith("error: ")) == (2, True)
