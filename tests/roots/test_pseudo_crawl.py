"""The whole pseudo-crawl by its command: real archives, a real server, and what people do with the result."""

import asyncio
import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from catalog.crawl import fetch as fetching
from catalog.crawl import store
from catalog.entry import load as load_entry
from roots.commands import roots as group
from roots.pseudo_crawl import Request
from tests.corpora import environment
from tests.crawls import kept as crawled_so_far
from tests.crawls import site, write_index, write_seeds
from tests.range_server import RangeServer, serving
from tests.roots.made import Ended

Roots = Callable[..., Ended]
Kept = Callable[[Path | str], list[dict[str, Any]]]

YO, IG = "pseudocrawl_1_yo_example", "pseudocrawl_2_ig_example"


@dataclass
class Web:
    """Two sites in archives behind a server, an index of them, seeds, and a command that crawls them."""

    folder: Path
    server: RangeServer
    roots: Roots

    @property
    def out(self) -> Path:
        return self.folder / "out"

    def crawl(self, *more: object, seeds: str = "seeds.csv", index: str | None = "index.parquet") -> Ended:
        place = [] if index is None else ["--index", self.folder / index]
        return self.roots(
            *("pseudo-crawl", self.folder / seeds, *place, "--base", self.server.url, "--output", self.out),
            *("--rate", 10_000, "--smallest", 100, *more),
        )

    def failed(self) -> list[dict[str, str]]:
        with (self.out / "failed.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))


@pytest.fixture
def web(tmp_path: Path, roots: Roots, plainly: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Web]:
    """yo.example with six pages and a robots.txt, ig.example with three; a third seed that is in no archive."""
    monkeypatch.setattr(fetching.Manner, "__init__", _impatient(fetching.Manner.__init__))
    site(tmp_path / "web" / "yo.warc.gz", "yo.example", 6, robots=True)
    site(tmp_path / "web" / "ig.warc.gz", "ig.example", 3, lang="ig")
    write_index(tmp_path / "index.parquet", *sorted((tmp_path / "web").iterdir()))
    rows = ["1,Ìwé,https://yo.example/,yo", "2,Akwụkwọ,https://ig.example/,", "3,Nowhere,https://no.example/,yo"]
    write_seeds(tmp_path / "seeds.csv", *rows)
    with serving(tmp_path / "web") as server:
        yield Web(tmp_path, server, roots)


def _impatient(init: Callable[..., None]) -> Callable[..., None]:
    """Manners with pauses that tests can wait for."""
    return lambda self, **given: init(self, **{"first_pause": 0.01, "longest_pause": 0.1, **given})


def table(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return rows


def test_from_seeds_to_kept_documents(web: Web, kept: Kept) -> None:
    ended = web.crawl()
    assert ended.code == 0, ended.err
    assert "search: 9 captures of 3 seeds" in ended.err
    assert "fetch: 10 of 10 captures, 0 failed, 10 requests" in ended.err
    assert "1 of 3 seeds have no capture in the index" in ended.out
    documents = kept(web.out)
    assert len(documents) > 3
    assert {row["url"].rpartition("/")[0] for row in documents} <= {"https://yo.example", "https://ig.example"}
    assert (documents[0]["lang"], documents[0]["warc"].rpartition("/")[2]) == ("yo", "part-00000.warc.gz")
    assert [row["id"] for row in csv.DictReader((web.out / "seeds.csv").read_text(encoding="utf-8").splitlines())] == [
        "1", "2", "3",
    ]  # fmt: skip
    assert sorted(path.stem for path in (web.out / "sources").iterdir()) == [YO, IG]
    entry = load_entry(web.out / "sources" / f"{YO}.toml")
    assert (entry.languages, entry.data.files) == (("yo",), (f"../warc/{YO}/*.warc.gz",))
    assert len(load_entry(web.out / "sources" / f"{IG}.toml").languages) == 46
    rules = json.loads((web.out / "warc" / YO / "robots.json").read_text(encoding="utf-8"))
    assert list(rules) == ["yo.example"]
    assert json.loads((web.out / "warc" / IG / "robots.json").read_text(encoding="utf-8")) == {}


def test_a_second_run_asks_for_nothing_and_makes_nothing(web: Web) -> None:
    first = web.crawl()
    files = {path: path.read_bytes() for path in web.out.rglob("*") if path.is_file()}
    asked = len(web.server.log)
    ended = web.crawl()
    assert (ended.code, ended.out) == (0, first.out)
    assert f"{web.out}/index.parquet: taken as it is; --force makes it anew" in ended.err
    assert "curate: nothing to do" in ended.err
    assert len(web.server.log) == asked
    assert {path: path.read_bytes() for path in web.out.rglob("*") if path.is_file()} == files


def test_killed_in_the_middle_the_same_command_asks_for_nothing_twice(web: Web) -> None:
    """The server answers six requests and no more; when these are kept, the process is killed."""
    web.server.hold(6)
    arguments = ["pseudo-crawl", web.folder / "seeds.csv", "--index", web.folder / "index.parquet"]
    place = ["--base", web.server.url, "--output", web.out, "--smallest", 100]
    command = [sys.executable, "-m", "roots", *map(str, [*arguments, *place])]
    process = subprocess.Popen(command, env=environment(), stderr=subprocess.DEVNULL)
    try:
        while crawled_so_far(web.out) < 6:
            assert process.poll() is None
            time.sleep(0.05)
    finally:
        process.kill()
        process.wait()
        web.server.release()
    assert web.crawl().code == 0
    asked = [(request.path, request.range) for request in web.server.log]
    assert len(asked) == len(set(asked)) == 10


def test_interrupted_it_says_that_it_goes_on(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    async def interrupted(*given: Any) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(60)

    with monkeypatch.context() as patch:
        patch.setattr(fetching, "web_range", interrupted)
        ended = web.crawl()
    assert ended.code == 130
    assert ended.err.endswith("stopped; the same command goes on from here\n")
    assert web.crawl().code == 0


def test_the_index_may_be_edited_by_people(web: Web, kept: Kept) -> None:
    web.crawl()
    path, asked = web.out / "index.parquet", len(web.server.log)
    rows = pq.read_table(path)
    pq.write_table(rows.filter([url != "https://yo.example/003.html" for url in rows.column("url").to_pylist()]), path)
    ended = web.crawl()
    assert "index.parquet: taken as it is, as it was edited; --force makes it anew" in ended.err
    assert len(web.server.log) == asked
    assert "https://yo.example/003.html" not in {row["url"] for row in kept(web.out)}
    assert len(table(path)) == 8
    write_seeds(web.folder / "seeds.csv", "1,Ìwé,https://yo.example/,yo")
    ended = web.crawl()
    assert (ended.code, "was edited, and is of other seeds, another --index or other --crawl" in ended.err) == (2, True)
    assert web.crawl("--force").code == 0
    assert {row["seed_id"] for row in table(path)} == {"1"}
    assert f"{IG}.toml: is of no seed of the file any more" in web.crawl().err


def test_an_index_of_ones_own_needs_no_search(web: Web) -> None:
    web.crawl()
    (web.out / "index.json").unlink()
    asked = len(web.server.log)
    assert "taken as it is, as it was edited" in web.crawl(index=None).err
    assert len(web.server.log) == asked


def test_what_failed_is_listed_and_fetched_by_the_next_run_alone(web: Web) -> None:
    web.server.fail("ig.*", "503")
    ended = web.crawl("--tries", 2)
    assert ended.code == 0
    assert f"fetch: 3 captures failed: {web.out}/failed.csv; the same command asks for them again" in ended.err
    assert [row["error"] for row in web.failed()] == ["the host answers 503 Service Unavailable, after 2 tries"] * 3
    assert sorted(path.stem for path in (web.out / "sources").iterdir()) == [YO]
    web.server.heal()
    asked = len(web.server.log)
    assert web.crawl().code == 0
    assert {request.path for request in web.server.log[asked:]} == {"ig.warc.gz"}
    assert web.failed() == []
    assert sorted(path.stem for path in (web.out / "sources").iterdir()) == [YO, IG]


def test_nothing_at_all_that_can_be_fetched(web: Web) -> None:
    web.server.fail("*", "404")
    ended = web.crawl()
    assert (ended.code, "captures could be fetched" in ended.err) == (1, True)
    assert "error: none of " in ended.err
    assert {row["error"] for row in web.failed()} == {"the host answers 404 Not Found"}


def test_a_host_that_is_away_ends_the_run_in_one_line(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "IN_A_ROW", 2)
    web.server.fail("*", "429")
    ended = web.crawl("--tries", 1)
    assert ended.code == 1
    assert "2 captures in a row could not be fetched" in ended.err.splitlines()[-1]
    web.server.heal()
    assert web.crawl().code == 0


def test_what_people_wrote_is_never_written_over(web: Web) -> None:
    web.crawl()
    entry, recipe = web.out / "sources" / f"{YO}.toml", web.out / "recipe.toml"
    for path in (entry, recipe):
        path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    ended = web.crawl("--smallest", 5)
    assert f"{recipe}: is kept as it is; --profile and --smallest count when it is first written" in ended.err
    assert all(path.read_text(encoding="utf-8").endswith("# mine\n") for path in (entry, recipe))


def test_a_least_size_that_no_recipe_takes_is_refused_before_anything_is_fetched(web: Web) -> None:
    ended = web.crawl("--smallest", 0)
    assert ended.code == 2
    assert "0 is not in the range x>=1" in ended.err
    assert not web.out.exists()


def test_a_policy_can_refuse_what_robots_txt_forbids(web: Web, kept: Kept) -> None:
    site(web.folder / "web" / "yo.warc.gz", "yo.example/private", 3, robots=False)
    private = (web.folder / "web" / "yo.warc.gz").read_bytes()
    site(web.folder / "web" / "yo.warc.gz", "yo.example", 3, robots=True, first=10)
    (web.folder / "web" / "yo.warc.gz").write_bytes(private + (web.folder / "web" / "yo.warc.gz").read_bytes())
    write_index(web.folder / "index.parquet", web.folder / "web" / "yo.warc.gz")
    web.crawl()
    (web.out / "recipe.toml").write_text(
        'name = "x"\nsources = ["sources/*.toml"]\n[policy]\nrefused_signals = ["robots-txt:disallow"]\n', "utf-8"
    )
    urls = {row["url"] for row in kept(web.out)}
    assert any("/private/" in url for url in urls)
    assert web.crawl().code == 0
    assert {row["url"] for row in kept(web.out)} == {url for url in urls if "/private/" not in url}


def test_robots_txt_need_not_be_fetched(web: Web) -> None:
    assert web.crawl("--no-robots").code == 0
    assert len(web.server.log) == 9
    assert not (web.out / "warc" / YO / "robots.json").exists()


def test_seeds_are_cleaned_by_the_profile(web: Web) -> None:
    write_seeds(web.folder / "seeds.csv", "1,x,https://yo.example/a/b.html,yo")
    for profile, prefix in (("fixed", "/a/"), ("roots-2022-03", "/")):
        web.crawl("--profile", profile, "--force")
        (row,) = csv.DictReader((web.out / "seeds.csv").read_text(encoding="utf-8").splitlines())
        assert row["url_path_prefix"] == prefix


def test_small_shards_give_the_same_documents(web: Web, monkeypatch: pytest.MonkeyPatch, kept: Kept) -> None:
    web.crawl()
    whole = sorted((row["url"], row["text"]) for row in kept(web.out))
    monkeypatch.setattr(store, "PART_CAPTURES", 2)
    asked = len(web.server.log)
    assert web.crawl().code == 0
    assert len(list((web.out / "warc" / YO).glob("*.gz"))) == 3
    assert sorted((row["url"], row["text"]) for row in kept(web.out)) == whole
    assert len(web.server.log) == asked


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["a.warc.gz"], "a.warc.gz is a web archive: roots extract takes the text out of it"),
        (["a.warc", "b.warc"], "a.warc is a web archive: roots extract takes the text out of it"),
        (["a.csv", "b.csv"], "give one file of seeds, not 2"),
        (["none.csv"], "none.csv: cannot be read: No such file or directory; give a CSV file of seeds"),
        (["seeds.csv", "--rate", "0"], "Invalid value for '--rate'"),
        (["seeds.csv", "--index", "none.parquet"], "none.parquet: there is no Parquet file of an index"),
        (["seeds.csv"], "index.parquet: is not there yet: name an index with --index, as roots index makes one"),
        (["seeds.csv", "--index", "index.parquet", "--crawl", "x", "--base", "foo://x"], "foo://x: Protocol not known"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    web: Web, monkeypatch: pytest.MonkeyPatch, given: list[str], message: str
) -> None:
    monkeypatch.chdir(web.folder)
    ended = web.roots("pseudo-crawl", *given, "--output", web.out)
    assert ended.code in (1, 2)
    assert message in " ".join(ended.err.split())
    assert "Traceback" not in ended.err


def test_a_language_that_does_not_exist(web: Web) -> None:
    write_seeds(web.folder / "seeds.csv", "1,x,https://yo.example/,yoo")
    ended = web.crawl()
    assert (ended.code, "line 2: lang: 'yoo' is not a language of the corpus; did you mean 'yo'?" in ended.err) == (
        2,
        True,
    )


def test_an_output_that_cannot_be(web: Web) -> None:
    ended = web.roots("pseudo-crawl", web.folder / "seeds.csv", "--output", "memory://x")
    assert (ended.code, "memory://x: a pseudo-crawl needs a folder on this machine" in ended.err) == (2, True)
    (web.folder / "mine").mkdir()
    (web.folder / "mine" / "letter.txt").write_text("x", encoding="utf-8")
    ended = web.roots("pseudo-crawl", web.folder / "seeds.csv", "--output", web.folder / "mine")
    assert (ended.code, "holds files that are not from here" in ended.err) == (2, True)
    web.crawl()
    ended = web.roots("build", web.out / "recipe.toml", "--work", web.out)
    assert (ended.code, "is the output of another command; choose another folder" in ended.err) == (2, True)


def test_the_defaults_of_the_command_are_those_of_the_code() -> None:
    """They stand in the command too, for its help must not load what the code needs."""
    options = {option.name: option.default for option in group.commands["pseudo-crawl"].params}
    ours = {field.name: field.default for kind in (Request, fetching.Manner) for field in fields(kind)}
    shared = options.keys() & ours.keys() - {"output", "seeds", "places", "crawls", "force"}
    assert len(shared) == 10
    assert {name: options[name] for name in shared} == {name: ours[name] for name in shared}


def test_the_tables_are_verified_and_the_folder_of_the_crawl_says_where_they_are(web: Web, roots: Roots) -> None:
    assert web.crawl().code == 0
    assert roots("verify", web.out / "work").code == 0
    ended = roots("verify", web.out)
    assert (ended.code, ended.err) == (
        2,
        f"error: {web.out}: is that of a pseudo-crawl; give {web.out}/work, where its tables are\n",
    )
