"""The Beam pipelines, and what each runner needs. The only module that imports apache_beam.

What was learned by measuring Beam 2.77: the bare DirectRunner may fetch another runner over the network, and
FnApi's multi-processing hangs when a worker dies, so one process runs FnApiRunner and several run DaskRunner,
given as an object, one partition an element. DaskRunner computes only a pipeline's last leaf, merges tagged
outputs and loses what finish_bundle emits, all without an error: `refuse_what_dask_does_wrongly` looks before.
"""

import atexit
import logging
import pickle
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NoReturn

import apache_beam as beam
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pipeline import AppliedPTransform, PipelineVisitor
from apache_beam.runners.runner import PipelineState

from pipelines import storage
from pipelines.run import OptionError, RunError, execute_one
from pipelines.task import Task, Work


class _Finish(beam.DoFn):
    """Finishes a task; passes on the name of its manifest."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._finished = beam.metrics.Metrics.counter("roots", "shards_finished")

    def process(self, task: Any) -> Iterable[str]:
        manifest = execute_one(task, self._work)
        self._finished.inc()
        yield manifest


def unknown_options(options: Sequence[str]) -> list[str]:
    """Those of the Beam options that no class of Beam 2.77 knows, or that have a value of the wrong form."""
    _import_option_classes()
    parser = _Parser(allow_abbrev=False, add_help=False)
    for cls in _option_classes(PipelineOptions):
        cls._add_argparse_args(parser)
    try:
        return parser.parse_known_args(list(options))[1]
    except ValueError as error:
        return [str(error)]


class _Parser(beam.options.pipeline_options._BeamArgumentParser):
    """Beam's parser of its options, which raises what it does not understand instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        raise ValueError(message)


def _import_option_classes() -> None:
    """Options of runners are known once their modules are imported."""
    import apache_beam.runners.dask.dask_runner  # noqa: F401


def _option_classes(cls: type[PipelineOptions]) -> list[type[PipelineOptions]]:
    found = [cls] if "_add_argparse_args" in vars(cls) else []
    return found + [below for child in cls.__subclasses__() for below in _option_classes(child)]


def run_in_process(tasks: Sequence[Task], work: Work, options: Sequence[str]) -> None:
    """Run tasks one after the other in this process, on FnApiRunner."""
    from apache_beam.runners.portability.fn_api_runner import FnApiRunner

    _wait(_pipeline(tasks, work, FnApiRunner(), options))


def run_dask(tasks: Sequence[Task], work: Work, workers: int, options: Sequence[str]) -> None:
    """Run tasks on Dask: on the cluster named by --dask_client_address, else on `workers` local processes."""
    from apache_beam.runners.dask.dask_runner import DaskRunner

    if any(option.startswith("--dask_client_address") for option in options):
        _wait(_pipeline(tasks, work, DaskRunner(), ["--dask_partition_size=1", *options]))
        return
    address = f"--dask_client_address={_local_cluster(workers).scheduler_address}"
    _wait(_pipeline(tasks, work, DaskRunner(), ["--dask_partition_size=1", address, *options]))


_DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"
"""What a worker runs first. A terminal sends Ctrl-C to workers too: they leave it to this process, which ends them."""


@cache
def _local_cluster(workers: int) -> Any:
    """A Dask cluster of single-threaded processes on this machine, started once and ended with this process."""
    import distributed

    cluster = distributed.LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        processes=True,
        dashboard_address="127.0.0.1:0",
        memory_limit=None,
        silence_logs=logging.CRITICAL,
        preload=[_DEAF, f"import logging; logging.getLogger().setLevel({logging.getLogger().level})"],
    )
    atexit.register(_local_cluster.cache_clear)  # so that it is gone before the modules that it needs
    atexit.register(cluster.close)
    return cluster


def run_dataflow(plan: str, work: Work, options: Sequence[str]) -> None:
    """Run the tasks that a plan file lists on Dataflow.

    The shards are read from the plan by the first step and then spread, so that the job graph stays small.
    """
    from apache_beam.runners.dataflow.dataflow_runner import DataflowRunner

    try:
        pipeline = beam.Pipeline(DataflowRunner(), options=PipelineOptions(list(options)))
    except ValueError as error:
        raise OptionError(f"Beam refuses its options: {_last_line(error)}") from None
    _ = (
        pipeline
        | "Plan" >> beam.Create([plan])
        | "Shards" >> beam.FlatMap(_read_plan).with_output_types(Any)
        | "Spread" >> beam.Reshuffle()
        | "Finish" >> beam.ParDo(_Finish(work)).with_output_types(str)
    )
    _wait(pipeline)


def _read_plan(path: str) -> list[Any]:
    return list(pickle.loads(storage.read_bytes(path)))


def _pipeline(tasks: Sequence[Task], work: Work, runner: Any, options: Sequence[str]) -> beam.Pipeline:
    pipeline = beam.Pipeline(runner, options=PipelineOptions(list(options)))
    _ = (
        pipeline
        | "Shards" >> beam.Create(tasks, reshuffle=False).with_output_types(Any)
        | "Finish" >> beam.ParDo(_Finish(work)).with_output_types(str)
    )
    return pipeline


def _wait(pipeline: beam.Pipeline) -> None:
    """Run a pipeline to its end; RunError, with the cause in one line, when it failed."""
    if type(pipeline.runner).__name__ == "DaskRunner":
        refuse_what_dask_does_wrongly(pipeline)
    client = None
    try:
        result = pipeline.run()
        client = getattr(result, "client", None)
        state = result.wait_until_finish()
    except Exception as error:
        if type(error).__name__ == "KilledWorker":
            raise RunError(
                "a worker process died several times, most likely out of memory; use fewer --workers"
            ) from None
        raise RunError(f"the run stopped: {type(error).__name__}: {_last_line(error)}") from error
    finally:
        if client is not None:
            client.close()
    if state not in (PipelineState.DONE, None):
        raise RunError(f"the run ended as {state}")


def _last_line(error: BaseException) -> str:
    """The last line of what an error says; Beam adds the name of our only step."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[-1].strip().removesuffix(" [while running 'Finish']") if lines else "no message"


def refuse_what_dask_does_wrongly(pipeline: beam.Pipeline) -> None:
    """Raise OptionError for a pipeline that DaskRunner 2.77 would run wrongly without saying so."""
    visitor = _Guard()
    pipeline.visit(visitor)
    leaves = visitor.produced - visitor.consumed
    if len(leaves) > 1:
        visitor.faults.append(f"{len(leaves)} leaves, of which only the last would run")
    if visitor.faults:
        raise OptionError(f"not to be run on Dask: {'; '.join(visitor.faults)}")


class _Guard(PipelineVisitor):
    """Collects what DaskRunner would do wrongly."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.produced: set[Any] = set()
        self.consumed: set[Any] = set()

    def enter_composite_transform(self, node: AppliedPTransform) -> None:
        name = type(node.transform).__name__
        if name.startswith(("Read", "Write", "BatchElements", "Partition")):
            self.faults.append(f"{node.full_label} ({name})")

    def visit_transform(self, node: AppliedPTransform) -> None:
        self.consumed.update(node.inputs)
        self.produced.update(node.outputs.values())
        self.faults += _faults(node)


def _faults(node: AppliedPTransform) -> list[str]:
    transform = node.transform
    name = type(transform).__name__
    if name.startswith(("Read", "Write")) and not node.full_label.startswith("Shards"):
        return [f"{node.full_label} ({name})"]
    if isinstance(transform, beam.WindowInto):
        return [f"{node.full_label} (windows)"]
    if not isinstance(transform, beam.ParDo):
        return []
    found = []
    if len(node.outputs) > 1:
        found.append(f"{node.full_label} (tagged outputs)")
    signature = beam.runners.common.DoFnSignature(transform.fn)
    if signature.is_stateful_dofn():
        found.append(f"{node.full_label} (state)")
    for method in ("finish_bundle", "process_batch"):
        if getattr(type(transform.fn), method, None) is not getattr(beam.DoFn, method, None):
            found.append(f"{node.full_label} ({method})")
    return found
