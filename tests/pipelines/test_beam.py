"""The guard before Dask, the options, and the job graph for Dataflow, built with no account and no network."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

import apache_beam as beam
import pytest

from pipelines import beam as engine
from pipelines import storage
from pipelines.run import DryRun, OptionError, run, runtime
from pipelines.task import Task


class Emits(beam.DoFn):
    """Emits when its bundle ends, which Dask would lose."""

    def process(self, element: int) -> Iterable[int]:
        yield element

    def finish_bundle(self) -> None:
        return None


class Tags(beam.DoFn):
    """Two outputs, which Dask would merge."""

    def process(self, element: int) -> Iterable[Any]:
        yield beam.pvalue.TaggedOutput("odd", element)


def two_leaves(numbers: beam.PCollection) -> None:
    _ = numbers | "One" >> beam.Map(str)
    _ = numbers | "Two" >> beam.Map(str)


CASES: dict[str, tuple[Callable[[beam.PCollection], Any], str]] = {
    "two leaves": (two_leaves, "2 leaves"),
    "tagged outputs": (lambda numbers: numbers | beam.ParDo(Tags()).with_outputs("odd", main="even"), "tagged outputs"),
    "finish_bundle": (lambda numbers: numbers | beam.ParDo(Emits()), "finish_bundle"),
    "windows": (lambda numbers: numbers | beam.WindowInto(beam.window.FixedWindows(1)), "windows"),
    "batches": (lambda numbers: numbers | beam.BatchElements(), "BatchElements"),
    "partition": (lambda numbers: numbers | beam.Partition(lambda n, of: n % of, 2), "Partition"),
    "write": (lambda numbers: numbers | beam.io.WriteToText("/nowhere"), "Write"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_dask_would_do_wrongly_is_refused(name: str) -> None:
    add, message = CASES[name]
    pipeline = beam.Pipeline()
    add(pipeline | beam.Create([1, 2], reshuffle=False))
    with pytest.raises(OptionError, match=message):
        engine.refuse_what_dask_does_wrongly(pipeline)


def test_reading_from_a_source_is_refused() -> None:
    pipeline = beam.Pipeline()
    _ = pipeline | beam.io.ReadFromText(__file__)
    with pytest.raises(OptionError, match="Read"):
        engine.refuse_what_dask_does_wrongly(pipeline)


def test_the_pipeline_of_this_project_passes_the_guard() -> None:
    pipeline = engine._pipeline([Task("m", "k", 1, None)], nothing, None, [])
    engine.refuse_what_dask_does_wrongly(pipeline)


def nothing(job: Any) -> dict[str, Any]:
    return {"files": []}


def test_unknown_options_are_found_and_known_ones_are_not() -> None:
    known = ["--project=p", "--dask_client_address=tcp://127.0.0.1:1", "--dry_run=True", "--num_workers", "3"]
    assert engine.unknown_options(known) == []
    assert engine.unknown_options(["--projekt=p"]) == ["--projekt=p"]


@pytest.mark.filterwarnings("ignore")
def test_the_dataflow_job_graph_is_built_offline() -> None:
    folder = f"memory://dataflow-{uuid.uuid4()}"
    tasks = [Task(f"{folder}/{n}.json", "k", 1, {"number": n}) for n in range(3)]
    options = [
        "--dry_run=True",
        "--no_auth",
        "--sdk_location=container",
        "--project=roots-builder",
        "--region=europe-west1",
        "--temp_location=gs://bucket/temp",
        "--staging_location=gs://bucket/staging",
    ]
    with pytest.raises(DryRun):
        run("try", tasks, nothing, runtime("dataflow", 1, options))
    assert storage.names(folder) == []
