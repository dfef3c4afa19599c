"""A judged folder of texts of one language, as `roots filter` leaves it, made in this process."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.entry import Data
from catalog.sources import entry_for_files
from lang_params.params import default, load_all
from pipelines import storage
from pipelines.config import Config
from pipelines.curate import Wanted, curate
from pipelines.judge import Inputs, judge
from pipelines.run import Runtime
from pipelines.shards import shards_of
from pipelines.task import Task, Work, complete


def filtered(folder: Path, lang: str, texts: Sequence[str], *, redact: bool = False, how: Runtime | None = None) -> str:
    """Curate and judge texts, each of them a record; with `redact` as a build does where a source is redacted."""
    how = how or Runtime()
    folder.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps({"text": text}, ensure_ascii=False) for text in texts)
    (folder / "texts.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    work = str(folder / "work")
    entry = replace(entry_for_files([str(folder / "texts.jsonl")], lang, uid="files", fields=Data()), redact=redact)
    config = Config("fixed", load_all(), default())
    stages = ("declare", "modify", "measure", *(("redact",) if redact else ()))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.run._execute", _execute)
        curated = curate(work, [entry], config, how, Wanted(stages))
        judge(work, shards_of(curated), config, how, inputs=Inputs())
    storage.remove(storage.join(work, ".run"))
    return work


def _execute(tasks: Sequence[Task], work: Work, how: Runtime) -> None:
    for task in tasks:
        complete(task, work)
