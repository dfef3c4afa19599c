"""The store: parts in the index's order, whatever came when; nothing lost at any moment, nothing asked for twice."""

import itertools
import random
import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from catalog.crawl import store as stores
from catalog.crawl.captures import Capture
from catalog.crawl.fetch import Answer
from catalog.crawl.store import Store, key_of, shards
from tests.crawls import page, record

URLS = [f"https://yo.example/{number}" for number in range(12)]
DATA = [record(url, page(number)) for number, url in enumerate(URLS)]
CAPTURES = [Capture(url, "yo.example", "a.warc.gz", 1000 * n, len(DATA[n])) for n, url in enumerate(URLS)]
PAYLOADS = dict(zip(CAPTURES, DATA, strict=True))


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[], Store]:
    return lambda: Store(tmp_path / "warc", tmp_path / "fetch" / "seed.sqlite")


def fill(
    store: Store,
    plan: Sequence[Sequence[Capture]],
    *,
    but: Sequence[Capture] = (),
    seed: int = 1,
    log: list[Capture] | None = None,
) -> int:
    """Fetch what is missing in a random order, and pack it; how many were asked for."""
    store.prepare([key_of(shard) for shard in plan])
    asked = 0
    for number, shard in enumerate(plan):
        missing = store.missing(number, shard)
        asked += len(missing)
        random.Random(seed).shuffle(missing)
        for capture in missing:
            if capture not in but:
                store.put(capture, PAYLOADS[capture])
                if log is not None:
                    log.append(capture)
        store.pack(number, shard, {capture.key: Answer(None, "no") for capture in but})
    return asked


def parts(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*"))}


def test_a_part_holds_the_payloads_in_order_and_is_a_web_archive(tmp_path: Path, opened: Callable[[], Store]) -> None:
    with opened() as store:
        assert fill(store, [CAPTURES]) == 12
        assert store.counted() == (12, sum(map(len, DATA)), [])
        assert [data for _, data in store.payloads()] == DATA
        store.finish()
    part = tmp_path / "warc" / "part-00000.warc.gz"
    assert part.read_bytes() == b"".join(DATA)
    with part.open("rb") as file:
        assert [one.rec_headers.get_header("WARC-Target-URI") for one in ArchiveIterator(file)] == URLS
    assert not list((tmp_path / "fetch").iterdir())


def test_bytes_do_not_depend_on_the_order_in_which_payloads_come(tmp_path: Path) -> None:
    found = []
    for seed in (1, 2):
        with Store(tmp_path / f"{seed}", tmp_path / f"{seed}.sqlite") as store:
            fill(store, [CAPTURES[:5], CAPTURES[5:]], seed=seed)
        found.append(parts(tmp_path / f"{seed}"))
    assert found[0] == found[1]
    assert set(found[0]) == {f"part-0000{number}.{end}" for number in (0, 1) for end in ("json", "warc.gz")}


def test_what_failed_is_told_and_asked_for_again_alone(tmp_path: Path, opened: Callable[[], Store]) -> None:
    bad = CAPTURES[3:5]
    with opened() as store:
        fill(store, [CAPTURES], but=bad)
        count, _, failed = store.counted()
        assert (count, [(one.url, one.error, one.capture) for one in failed]) == (
            10, [(one.url, "no", one.key) for one in bad],
        )  # fmt: skip
    with opened() as store:
        assert fill(store, [CAPTURES], but=bad[:1]) == 2
        assert len(store.counted()[2]) == 1
    with opened() as store:
        assert fill(store, [CAPTURES]) == 1
        assert store.counted()[2] == []
    assert (tmp_path / "warc" / "part-00000.warc.gz").read_bytes() == b"".join(DATA)


def test_a_shard_of_which_nothing_came_has_no_part(tmp_path: Path, opened: Callable[[], Store]) -> None:
    with opened() as store:
        fill(store, [CAPTURES[:2]], but=CAPTURES[:2])
        assert store.counted()[0] == 0
    assert set(parts(tmp_path / "warc")) == {"part-00000.json"}
    with opened() as store:
        assert fill(store, [CAPTURES[:2]]) == 2


PLANS = {
    "fewer": [CAPTURES[:3], CAPTURES[8:]],
    "cut otherwise": [CAPTURES[:2], CAPTURES[2:9], CAPTURES[9:]],
    "another order": [CAPTURES[::-1]],
    "one part": [CAPTURES],
}


@pytest.mark.parametrize("plan", PLANS.values(), ids=PLANS)
def test_after_the_index_was_edited_nothing_is_asked_for_again(
    tmp_path: Path, opened: Callable[[], Store], plan: list[list[Capture]]
) -> None:
    with opened() as store:
        fill(store, [CAPTURES[:6], CAPTURES[6:]])
    with opened() as store:
        assert fill(store, plan) == 0
    names = [f"part-{number:05}.warc.gz" for number in range(len(plan))]
    assert [path.name for path in sorted((tmp_path / "warc").glob("*.gz"))] == names
    for name, shard in zip(names, plan, strict=True):
        assert (tmp_path / "warc" / name).read_bytes() == b"".join(PAYLOADS[one] for one in shard)


def test_a_seed_that_is_in_the_index_no_more_has_no_parts(tmp_path: Path, opened: Callable[[], Store]) -> None:
    with opened() as store:
        fill(store, [CAPTURES])
    with opened() as store:
        store.prepare([])
    assert parts(tmp_path / "warc") == {}


class Killed(BaseException):
    """The process ends here."""


MOMENTS = ["replace", "unlink", "fsync"]


@pytest.mark.parametrize("first", [[CAPTURES[:6], CAPTURES[6:]], [CAPTURES]], ids=["two", "one"])
def test_killed_at_any_moment_nothing_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: list[list[Capture]]
) -> None:
    """At every single step on disk of packing, packing again and cutting otherwise."""
    second = [CAPTURES[:4], CAPTURES[4:11]]
    for moment in itertools.count(1):
        folder = tmp_path / str(moment)
        left = [moment]

        def step(left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed

        with monkeypatch.context() as patch:
            for name in ("replace", "unlink"):
                done = getattr(Path, name)
                patch.setattr(
                    Path,
                    name,
                    lambda self, *given, _done=done, _step=step, **more: (_step(), _done(self, *given, **more))[1],
                )
            patch.setattr(stores.os, "fsync", lambda file, _step=step: _step())
            log: list[Capture] = []
            try:
                for plan in (first, second):
                    with Store(folder, tmp_path / f"{moment}.sqlite") as store:
                        fill(store, plan, log=log)
            except Killed:
                pass
        if left[0] > 0:
            break
        with Store(folder, tmp_path / f"{moment}.sqlite") as store:
            fill(store, second, log=log)
            assert (len(log) - len(set(log)), store.counted()[0]) == (0, 11), f"step {moment}"
            store.finish()
        assert set(parts(folder)) == {f"part-0000{number}.{end}" for number in (0, 1) for end in ("json", "warc.gz")}
        assert (folder / "part-00001.warc.gz").read_bytes() == b"".join(DATA[4:11])
    assert moment > 10


def test_a_broken_journal_or_manifest_costs_only_requests(tmp_path: Path, opened: Callable[[], Store]) -> None:
    with opened() as store:
        fill(store, [CAPTURES])
    (tmp_path / "fetch" / "seed.sqlite").write_bytes(b"not a database at all" * 100)
    with opened() as store:
        assert fill(store, [CAPTURES]) == 0
    (tmp_path / "warc" / "part-00000.json").write_bytes(b"{")
    with opened() as store:
        assert fill(store, [CAPTURES]) == 12
    with (tmp_path / "warc" / "part-00000.warc.gz").open("ab") as part:
        part.write(b"x")
    with opened() as store:
        assert fill(store, [CAPTURES]) == 12


def test_shards_are_cut_by_bytes_and_number(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [Capture("u", "h", "a", number, 10) for number in range(10)]
    monkeypatch.setattr(stores, "PART_BYTES", 35)
    assert [len(shard) for shard in shards(many)] == [3, 3, 3, 1]
    monkeypatch.setattr(stores, "PART_CAPTURES", 2)
    assert [len(shard) for shard in shards(many)] == [2] * 5
    assert [len(shard) for shard in shards([Capture("u", "h", "a", 0, 99), *many[:1]])] == [1, 1]


def test_bytes_that_an_index_names_twice_are_asked_for_once() -> None:
    assert [len(shard) for shard in shards([*CAPTURES, *CAPTURES])] == [12]


def test_the_journal_is_one_file_that_sqlite_opens(tmp_path: Path, opened: Callable[[], Store]) -> None:
    with opened() as store:
        store.put(CAPTURES[0], DATA[0])
        other = sqlite3.connect(tmp_path / "fetch" / "seed.sqlite")
        assert other.execute("SELECT count(*) FROM taken").fetchone() == (1,)
        other.close()
