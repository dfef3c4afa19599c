"""Filter a work folder's documents of one language again: from their stored measures, without measuring anything."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pyarrow.compute as pc

from lang_params.params import LangParams
from pipelines import storage, tables
from pipelines.config import measured_by
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, manifest_of, with_manifests
from roots import folders, named
from roots.folders import FolderError

VERSION = 1
"""Of what is taken from the same tables."""

TAKEN = ("documents", "measures")


@dataclass(frozen=True)
class TakeJob:
    """Take the rows of one language from one shard of a work folder; `manifest` is that of the shard."""

    work: str
    output: str
    manifest: Mapping[str, Any]
    lang: str
    key: str

    @property
    def source(self) -> str:
        """The source of the shard."""
        return str(self.manifest["source"])

    def taken(self, table: str) -> str:
        """Where one of the shard's tables is."""
        return storage.join(self.work, self.source, table, self.manifest["tables"][table]["file"])

    def target(self, table: str) -> str:
        """Where the rows go; like every shard's, the name carries the hash of what decides the content."""
        name = str(self.manifest["tables"]["documents"]["file"]).rsplit(".", 2)[0]
        return storage.join(self.output, self.source, table, f"{name}.{self.key}.parquet")


def take(work: str, output: str, params: LangParams, profile: str, how: Runtime) -> list[dict[str, Any]]:
    """Copy one language's documents and measures, row for row; returns manifests like those of curation.

    Raises FolderError when the folder is not that of a finished run, or was measured with another profile, or with
    other word lists or lengths: then its measures do not answer the question.
    """
    curated = [manifest for manifest in _curated(work, output) if params.code in manifest["languages"]]
    if not curated:
        raise FolderError(f"--work {work}: holds no document in {named.of(params)}")
    tasks = []
    for manifest in curated:
        _check(work, manifest, params, profile)
        key = storage.fingerprint([VERSION, manifest["key"], params.code])
        job = TakeJob(work, output, manifest, params.code, key)
        tasks.append(Task(manifest_of(job.target("documents")), key, manifest["bytes"], job))
    manifests = run(f"take {params.language.name}", tasks, take_shard, how)
    for source in sorted({task.job.source for task in tasks}):
        mine = [task.job.target("documents") for task in tasks if task.job.source == source]
        for table in TAKEN:
            discard_others(storage.join(output, source, table), with_manifests(mine))
    return manifests


def _curated(work: str, output: str) -> list[dict[str, Any]]:
    """The manifests of everything that was curated in a work folder, which must not be the output."""
    if folders.opened(work) == folders.opened(output):
        raise FolderError(f"--output {output}: is the work folder itself; choose another folder")
    if folders.unfinished(work):
        raise FolderError(f"--work {work}: its last run has not ended; let it end, or give its command again")
    return [manifest for source in storage.names(work) for manifest in folders.manifests(work, source, "documents")]


def _check(work: str, manifest: Mapping[str, Any], params: LangParams, profile: str) -> None:
    if manifest["profile"] != profile:
        raise FolderError(f"--profile {profile}: {work} was measured with {manifest['profile']}; give that, or FILES")
    if not {"modify", "measure"} <= set(manifest["stages"]):
        raise FolderError(f"--work {work}: {manifest['source']} was not measured for filters; give FILES instead")
    if manifest["languages"][params.code] != storage.fingerprint(measured_by(params)):
        raise FolderError(
            f"--lang-params: the word lists, lengths or models of {params.code} are not those that {work} was measured "
            "with, so its measures cannot be judged again; give the FILES themselves"
        )


def take_shard(job: TakeJob) -> dict[str, Any]:
    """Write the rows of one language of one shard."""
    rows = size = 0
    with ExitStack() as stack:
        opened = [stack.enter_context(tables.writing(job.target(table), tables.TABLES[table])) for table in TAKEN]
        for batches in tables.together(*((job.taken(table), tables.TABLES[table].names) for table in TAKEN)):
            wanted = pc.fill_null(pc.equal(batches[1].column("lang"), job.lang), False)
            for (writer, _), batch in zip(opened, batches, strict=True):
                writer.write(batch.filter(wanted))
            rows += pc.sum(wanted).as_py() or 0
            size += pc.sum(batches[1].filter(wanted).column("bytes")).as_py() or 0
    outputs = {table: outputs[0].record() for table, (_, outputs) in zip(TAKEN, opened, strict=True)}
    files = [{**output, "file": f"../{table}/{output['file']}"} for table, output in outputs.items()]
    names = ("source", "stages", "input", "input_bytes", "slice", "profile")
    kept = {name: job.manifest[name] for name in names}
    languages = {job.lang: job.manifest["languages"][job.lang]}
    return {
        **kept,
        "tables": outputs,
        "files": files,
        "languages": languages,
        "documents": rows,
        "bytes": size,
        "lost": {},
        "passed": {},
    }
