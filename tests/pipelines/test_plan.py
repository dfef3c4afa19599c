"""What a plan states is what a run takes: resident memory for three sizes; a run that is not given more finishes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.plan import BASE, LEAST, room
from pipelines.run import OptionError, Runtime, runtime
from tests.corpora import ROOT, environment

RUN = """
import json, resource, sys
from filters.signing import MinHash
from pipelines import bands, clusters, plan
from pipelines.dedup import dedup
from pipelines.dedup import plan as planned
from pipelines.run import Runtime
from tests import signed

work, rows, memory, limit, size = sys.argv[1], *map(int, sys.argv[2:])
bands.PARTITION_BYTES = size
how, settings = Runtime(memory=memory), signed.settings(minhash=MinHash())


def status():
    lines = (line.split(":", 1) for line in open("/proc/self/status"))
    return {name: int(value.split()[0]) * 1024 for name, value in lines if name.startswith("Vm")}


shards = signed.shards_of(work, signed.planted(rows, 14), 25_000)
dedup(f"{work}/warm", signed.shards_of(f"{work}/warm", signed.planted(20, 14), 10), settings, how)
stated = max(phase.memory for phase in planned(shards, settings, how))
if limit:
    allowed = status()["VmData"] + (stated - plan.BASE) * limit // 100
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed))
path = dedup(work, shards, settings, how)
print(json.dumps({"stated": stated, "peak": status()["VmHWM"], "members": clusters.found(path)["members"]}))
"""
"""A search in a process of its own, with one worker. `limit` is what it may take beside what it has when its libraries
are loaded, in percent of what the plan states for data; 0: no limit. It is a limit of private memory (RLIMIT_DATA),
because a limit of addresses (ulimit -v) counts what allocators and mapped files set aside and never use. Arrow's own
allocator would set a gigabyte aside, so the system's is chosen."""

linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from Linux's /proc")


def ran(work: Path, rows: int, memory: int, *, limit: int = 0, size: int = 64_000_000) -> tuple[int, str]:
    command = [sys.executable, "-c", RUN, str(work), *map(str, (rows, memory, limit, size))]
    more = {"ARROW_DEFAULT_MEMORY_POOL": "system", "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment(**more), capture_output=True, text=True, check=False)
    return done.returncode, done.stdout if not done.returncode else done.stderr


@linux
@pytest.mark.parametrize(
    ("rows", "memory", "size"),
    [(25_000, BASE + LEAST, 64_000_000), (200_000, 2_000_000_000, 64_000_000), (600_000, 2_000_000_000, 10**12)],
    ids=["small", "middle", "one partition"],
)
def test_the_memory_that_is_stated_is_within_30_percent_of_the_peak(
    tmp_path: Path, rows: int, memory: int, size: int
) -> None:
    code, out = ran(tmp_path, rows, memory, size=size)
    assert code == 0, out
    said: dict[str, Any] = json.loads(out.splitlines()[-1])
    assert 0.7 < said["stated"] / said["peak"] < 1.3, said
    assert said["peak"] <= memory
    assert said["members"] > rows // 5


@linux
def test_a_run_that_may_take_little_more_than_is_stated_finishes(tmp_path: Path) -> None:
    code, out = ran(tmp_path, 200_000, 2_000_000_000, limit=120, size=10**12)
    assert code == 0, out
    assert json.loads(out.splitlines()[-1])["members"] > 40_000


@linux
def test_a_run_that_may_take_half_of_what_is_stated_fails(tmp_path: Path) -> None:
    """Else the limit of the test above would limit nothing."""
    code, out = ran(tmp_path, 200_000, 2_000_000_000, limit=50, size=10**12)
    assert code != 0
    assert "RunError" in out


def test_the_room_for_data_is_what_libraries_leave() -> None:
    assert room(2_000_000_000) == 2_000_000_000 - BASE


def test_memory_below_what_is_possible_is_refused_with_the_number() -> None:
    assert runtime(None, 1, memory=BASE + LEAST) == Runtime(memory=530_000_000)
    with pytest.raises(
        OptionError, match="--memory: 529 MB; a worker needs 530 MB at least, of which its libraries take"
    ):
        runtime(None, 1, memory=529_000_000)
