"""The commands on a person's own files: filter, redact, extract. Each writes tables and, in kept/, plain files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from catalog.entry import Data, Entry, EntryError
from catalog.sources import entry_for_files
from lang_params.languages import find
from lang_params.params import default, load_all
from pipelines import storage
from pipelines.config import Config
from pipelines.curate import Wanted, curate
from pipelines.judge import Inputs, Judged, judge
from pipelines.run import Runtime
from pipelines.shards import shards_of
from roots.export import export
from roots.folders import discard_sources, locked, opened
from roots.refilter import take

SOURCE = "files"
"""The uid of the source that a person's own files make up."""


@dataclass(frozen=True)
class Request:
    """What was asked for: files, the language they are in (None: identify it), where the result goes and how.

    `extractor` is what takes the text out of web pages.
    """

    files: Sequence[str]
    output: str
    lang: str | None = None
    work: str | None = None
    profile: str = "fixed"
    lang_params: Path | None = None
    form: str = "jsonl.zst"
    extractor: str = "trafilatura"


@dataclass(frozen=True)
class Treated:
    """What was made: the manifests of curation, the ledgers if there are any, and those of the kept files."""

    config: Config
    lang: str | None
    curated: Sequence[Mapping[str, Any]]
    judged: Sequence[Judged]
    kept: Sequence[Mapping[str, Any]]


def run_filter(request: Request, how: Runtime) -> Treated:
    """Measure and judge the files, or a work folder's documents, by the filters of their language."""
    if request.work is None:
        return _treat(request, _entry(request), how, stages=("declare", "modify", "measure"))
    config = _config(request)
    params = config.languages[find(request.lang or "", request.lang_params)]
    with locked(request.output, "files"):
        taken = take(request.work, request.output, params, request.profile, how)
        return _finish(request, None, (config, taken, True), how)


def run_redact(request: Request, how: Runtime) -> Treated:
    """Replace personal data in the files; nothing else of a text changes."""
    return _treat(request, _entry(request), how, stages=("redact",))


def run_extract(request: Request, how: Runtime) -> Treated:
    """Extract the texts of the pages in the files, and say the language of each."""
    entry = _entry(request)
    if entry.kind != "pseudo_crawl":
        raise EntryError(
            f"{entry.data.files[0]}: is no web archive (.warc, .warc.gz, .wet.gz); roots filter reads other files"
        )
    return _treat(request, entry, how, stages=("declare", "measure"))


def _entry(request: Request) -> Entry:
    """The files as a source of their own."""
    for file in request.files:
        opened(file)
    lang = None if request.lang is None else find(request.lang, request.lang_params)
    return entry_for_files(request.files, lang, uid=SOURCE, fields=Data(extractor=request.extractor))


def _treat(request: Request, entry: Entry, how: Runtime, *, stages: Sequence[str]) -> Treated:
    config = _config(request)
    entry = replace(entry, redact="redact" in stages)
    with locked(request.output, "files"):
        curated = curate(request.output, [entry], config, how, Wanted(tuple(stages)))
        return _finish(request, entry, (config, curated, "modify" in stages), how)


def _config(request: Request) -> Config:
    profile: Any = request.profile
    asked = () if request.lang is None else (find(request.lang, request.lang_params),)
    return Config(profile, load_all(request.lang_params, asked), default(request.lang_params))


def _finish(
    request: Request, entry: Entry | None, done: tuple[Config, Sequence[Mapping[str, Any]], bool], how: Runtime
) -> Treated:
    """Judge what is to be judged, write kept/, and clear away what another command left in the folder."""
    config, curated, judging = done
    output, shards = request.output, shards_of(curated)
    judged = judge(output, shards, config, how, inputs=Inputs()) if judging else []
    kept = export(output, entry, (shards, judged), form=request.form, how=how)
    discard_sources(output, [shard.source for shard in shards])
    if not judging:
        storage.remove(storage.join(output, SOURCE, "ledger"))
    storage.remove(storage.join(output, ".run"))
    return Treated(config, request.lang and find(request.lang, request.lang_params), curated, judged, kept)
