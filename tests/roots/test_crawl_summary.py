"""What is printed of a crawl: a line for each seed, also where its title looks like markup."""

from pathlib import Path

import pytest

from catalog.crawl.crawl import Fetched
from catalog.crawl.make_index import Indexed
from catalog.crawl.seeds import load
from roots.crawl_summary import crawled, indexed
from roots.pseudo_crawl import Crawled
from tests.crawls import write_seeds


def test_every_seed_has_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_seeds(tmp_path / "seeds.csv", "1,[bold]Ìwé,https://yo.example/,", "2,x,https://ig.example/,")
    seeds = load(path)
    crawled(Crawled(seeds, {seeds.seeds[0].uid: Fetched(1200, 5, 34)}, None, {}), "out")
    out, err = capsys.readouterr()
    lines = [line.replace("│", " ").split() for line in out.splitlines()]
    assert ["[bold]Ìwé", "(1)", "1,234", "1,200", "34", "·", "·"] in lines
    assert ["x", "(2)", "·", "·", "·", "·", "·"] in lines
    assert ["2", "seeds", "1,234", "1,200", "34", "0", "0"] in lines
    assert "1 of 2 seeds have no capture in the index" in out
    assert err == "nothing was fetched, so there are no documents\n"


def test_faults_are_told_up_to_a_number(capsys: pytest.CaptureFixture[str]) -> None:
    indexed(Indexed(1234, ("a: at byte 7: broken",)), Path("i.parquet"))
    assert capsys.readouterr() == ("1,234 responses: i.parquet\n", "not in the index: a: at byte 7: broken\n")
