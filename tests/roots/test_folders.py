"""A run works in a folder of its own, alone, and clears away nothing that is not from a run."""

from pathlib import Path

import pytest
from filelock import FileLock

from pipelines import storage
from pipelines.run import RunError
from roots.folders import FolderError, discard_sources, locked, manifests, opened, sources, unfinished


def hold(folder: Path | str, kind: str = "build") -> None:
    with locked(str(folder), kind):  # type: ignore[arg-type]
        pass


@pytest.fixture(params=["local", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path, memory: str) -> str:
    return str(tmp_path / "work") if request.param == "local" else memory


def test_a_new_folder_is_made_and_can_be_taken_again(folder: str) -> None:
    hold(folder)
    storage.write_bytes(storage.join(folder, "corpus", "x"), b"1")
    hold(folder)
    assert storage.names(folder) == [".lock", "corpus"]


def test_a_folder_with_files_of_others_is_refused_and_left_as_it_is(folder: str) -> None:
    storage.write_bytes(storage.join(folder, "corpus", "mine.txt"), b"1")
    with pytest.raises(FolderError, match="holds files that are not from here; choose a new or an empty folder"):
        hold(folder)
    assert storage.names(folder) == ["corpus"]


def test_hidden_files_do_not_make_a_folder_somebody_elses(folder: str) -> None:
    storage.write_bytes(storage.join(folder, ".DS_Store"), b"1")
    hold(folder)


def test_the_work_folder_of_a_build_is_no_output_for_files_nor_the_other_way_round(folder: str) -> None:
    hold(folder)
    storage.write_bytes(storage.join(folder, "dedup", "x"), b"1")
    with pytest.raises(FolderError, match="is the work folder of a build; choose another folder"):
        hold(folder, "files")
    storage.remove(storage.join(folder, "dedup"))
    storage.write_bytes(storage.join(folder, "kept", "x"), b"1")
    with pytest.raises(FolderError, match="is the output of another command; choose another folder"):
        hold(folder)
    hold(folder, "files")


def test_one_run_at_a_time(tmp_path: Path) -> None:
    hold(tmp_path)
    with (
        FileLock(tmp_path / ".lock"),
        pytest.raises(RunError, match="another run is working in this folder; wait for it, or choose another"),
    ):
        hold(tmp_path)
    hold(tmp_path)


def test_a_folder_is_free_again_after_a_failure(tmp_path: Path) -> None:
    def fails() -> None:
        with locked(str(tmp_path), "build"):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    hold(tmp_path)


def test_what_a_killed_run_left_half_written_is_swept(tmp_path: Path) -> None:
    hold(tmp_path)
    (tmp_path / f"{storage.TEMPORARY}1-x.parquet").write_bytes(b"half")
    hold(tmp_path)
    assert storage.names(str(tmp_path)) == [".lock"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("file", "is a file; choose a folder"),
        ("file/below", "cannot be written to: Not a directory; choose another folder"),
    ],
)
def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FolderError, match=message):
        hold(tmp_path / name)


def test_a_folder_that_may_not_be_written_to_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(self: FileLock, timeout: float) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(FileLock, "acquire", refuses)
    with pytest.raises(FolderError, match="cannot be written to: Permission denied"):
        hold(tmp_path)


def test_an_address_of_no_known_storage_is_refused() -> None:
    with pytest.raises(FolderError, match="foo://x: Protocol not known: foo"):
        opened("foo://x")


def put_source(folder: str, name: str, *, source: str) -> None:
    for table in ("documents", "measures"):
        storage.write_bytes(storage.join(folder, name, table, "x.parquet"), b"1")
    manifest = {"source": source, "tables": {"documents": {"file": "x.parquet"}}}
    storage.write_json(storage.join(folder, name, "documents", "x.json"), manifest)


def test_sources_that_are_no_longer_wanted_go_and_folders_of_others_stay(folder: str) -> None:
    for name in ("old", "new"):
        put_source(folder, name, source=name)
    put_source(folder, "copied_by_hand", source="old")
    storage.write_bytes(storage.join(folder, "letters", "documents", "mine.json"), b"[]")
    discard_sources(folder, ["new"])
    assert storage.names(folder) == ["copied_by_hand", "letters", "new"]
    assert sources(folder) == ["new"]


def test_a_kill_while_a_source_goes_leaves_what_tells_that_it_must_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_source(str(tmp_path), "old", source="old")
    remove = storage.remove

    def killed(path: str) -> None:
        there = Path(path).exists()
        remove(path)
        if there:
            raise KeyboardInterrupt

    monkeypatch.setattr(storage, "remove", killed)
    for left in (["documents"], ["documents"], []):
        with pytest.raises(KeyboardInterrupt):
            discard_sources(str(tmp_path), [])
        assert storage.names(str(tmp_path / "old")) == left
    discard_sources(str(tmp_path), [])


def test_manifests_that_are_not_whole_or_of_another_source_are_passed_over(folder: str) -> None:
    put_source(folder, "one", source="one")
    storage.write_bytes(storage.join(folder, "one", "documents", "y.json"), b'{"source": ')
    storage.write_json(storage.join(folder, "one", "documents", "z.json"), {"source": "two"})
    assert [manifest["source"] for manifest in manifests(folder, "one", "documents")] == ["one"]
    assert manifests(folder, "nowhere", "documents") == []


def test_a_run_that_has_not_ended_is_seen(folder: str) -> None:
    assert not unfinished(folder)
    storage.write_bytes(storage.join(folder, ".run", "config-x.pickle"), b"")
    assert unfinished(folder)
