"""Plans how the inputs of sources are cut into slices, so that one file never means one worker.

A file of more than the size of a slice is cut. Where that takes reading it, a task of its own looks for the places, all
files side by side; its manifest holds them, so that a later run with the same file knows them. What cannot be cut is
packed anew by that task, in the source's folder, until the source is curated. Names, ids and rows do not depend on it.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from catalog import slices
from catalog.entry import Entry
from catalog.sources import Input, Slice, can_be_cut, inputs
from catalog.streams import Part, open_file
from pipelines import contents, storage
from pipelines.progress import console, megabytes
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, finished, pending

VERSION = 1
"""Of where the same file is cut."""

FOLDER = "slices"
"""In a source's folder: where its files are cut, and packed copies of those that cannot be."""


@dataclass(frozen=True)
class IndexJob:
    """Look for the places to cut one file into slices of `size` bytes; `target` is where a packed copy goes."""

    input: Input
    size: int
    target: str


@dataclass(frozen=True)
class Plan:
    """The slices of one source in the order of its inputs, the content key of each input by its name.

    `indexing` are the tasks that looked for the places to cut.
    """

    slices: tuple[Slice, ...]
    contents: Mapping[str, str]
    indexing: tuple[Task, ...] = ()


def plan(work: str, entries: Sequence[Entry], how: Runtime) -> dict[str, Plan]:
    """The slices of all sources by uid; looks for the places to cut large files where that was not done before.

    Raises EntryError for inputs that are not what their source says.
    """
    files = {entry.uid: inputs(entry) for entry in entries}
    for entry in entries:
        contents.check(work, entry, files[entry.uid])
    keys = _keys(files)
    tasks = _tasks(work, entries, keys, how)
    return _plans(keys, tasks, dict(zip(tasks, _indexed(list(tasks.values()), how), strict=True)))


def known(work: str, entries: Sequence[Entry], how: Runtime) -> tuple[dict[str, Plan], list[tuple[str, str]]]:
    """The slices of all sources by uid as earlier runs cut their files, and source and name of files of which it is not
    known where they are cut; these are whole.

    Of the files no more is read than tells whether they changed, and nothing is written.
    """
    keys = _keys({entry.uid: inputs(entry) for entry in entries})
    tasks = _tasks(work, entries, keys, how)
    found = {each: manifest for each, task in tasks.items() if (manifest := finished(task)) is not None}
    there = {each: task for each, task in tasks.items() if each in found}
    return _plans(keys, there, found), [(uid, file.name) for uid, file in tasks if (uid, file) not in found]


def _keys(files: Mapping[str, Sequence[Input]]) -> dict[str, dict[Input, str]]:
    """The content key of every input by source."""
    return {uid: {file: contents.content_key(file) for file in some} for uid, some in files.items()}


def _tasks(
    work: str, entries: Sequence[Entry], keys: Mapping[str, Mapping[Input, str]], how: Runtime
) -> dict[tuple[str, Input], Task]:
    """The tasks that look for the places to cut large files, by source and file."""
    return {
        (entry.uid, file): _task(storage.join(work, entry.uid, FOLDER), file, content, how.slice_bytes)
        for entry in entries
        for file, content in keys[entry.uid].items()
        if file.size > how.slice_bytes and can_be_cut(entry, file)
    }


def _plans(
    keys: Mapping[str, Mapping[Input, str]],
    tasks: Mapping[tuple[str, Input], Task],
    found: Mapping[tuple[str, Input], Mapping[str, Any]],
) -> dict[str, Plan]:
    return {
        uid: Plan(
            tuple(each for file in files for each in _slices(file, tasks.get((uid, file)), found.get((uid, file), {}))),
            {file.name: content for file, content in files.items()},
            tuple(task for (owner, _), task in tasks.items() if owner == uid),
        )
        for uid, files in keys.items()
    }


def _task(folder: str, file: Input, content: str, size: int) -> Task:
    key = storage.fingerprint([VERSION, file.name, content, size])
    job = IndexJob(file, size, storage.join(folder, f"{key}.zst"))
    return Task(storage.join(folder, f"{key}.json"), key, file.size, job)


def _indexed(tasks: Sequence[Task], how: Runtime) -> list[dict[str, Any]]:
    """The manifests of these tasks; says of which files a copy was packed, or that they are read by one worker."""
    todo = {task.manifest for task in pending(tasks)}
    if not todo:
        return [storage.read_json(task.manifest) for task in tasks]
    manifests = run("cut large files", tasks, index, how)
    for task, manifest in zip(tasks, manifests, strict=True):
        if task.manifest in todo and (manifest["packed"] or manifest["whole"]):
            file, what = (
                task.job.input,
                "packed anew in the work folder, once" if manifest["packed"] else "for one worker",
            )
            said = f"{file.name} ({megabytes(file.size)}) {manifest['packed'] or manifest['whole']}: {what}"
            console.print(said, highlight=False, soft_wrap=True)
    return manifests


def _slices(file: Input, task: Task | None, found: Mapping[str, Any]) -> list[Slice]:
    if task is None or not found["parts"]:
        return [Slice(file)]
    packed = task.job.target if found["packed"] else ""
    count = len(found["parts"])
    return [Slice(file, at, count, Part(**part), packed) for at, part in enumerate(found["parts"])]


def index(job: IndexJob) -> dict[str, Any]:
    """Look for the places to cut one file; returns what its manifest says.

    A packed copy is not among the files of the manifest: it goes when the source is curated, and is made again when it
    is needed again.
    """
    with open_file(job.input.path) as handle, ExitStack() as stack:

        def out() -> BinaryIO:
            return stack.enter_context(storage.writing(job.target)).file

        found = slices.index(handle, job.input.name, job.size, out)
    return {**asdict(found), "files": []}


def pack_again(plan: Plan, needed: Sequence[Slice], how: Runtime) -> None:
    """Make the packed copies anew that are to be read and went when the source was curated before."""
    paths = {each.packed for each in needed if each.packed and storage.size(each.packed) is None}
    gone = [task for task in plan.indexing if task.job.target in paths]
    for task in gone:
        storage.remove(task.manifest)
    if gone:
        run("pack large files again", gone, index, how)


def tidy(work: str, uid: str, plan: Plan) -> None:
    """Remove the packed copies of a source that is curated, and what an earlier run found of other files."""
    keep = [task.manifest.rsplit("/", 1)[-1] for task in plan.indexing]
    discard_others(storage.join(work, uid, FOLDER), keep)
