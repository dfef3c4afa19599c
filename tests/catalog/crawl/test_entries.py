"""The entry of a seed: one that can be used as it is, and that nobody writes over."""

from pathlib import Path

import pytest

from catalog.crawl.entries import CHAIN, cleaning, write
from catalog.crawl.seeds import Seed, load
from catalog.entry import load as load_entry
from filters.cleaning import check
from tests.crawls import write_seeds


def seed(tmp_path: Path, title: str = "Ìròyìn") -> Seed:
    quoted = title.replace('"', '""')
    path = write_seeds(tmp_path / "seeds.csv", f'7,"{quoted}",https://yo.example/a/,yo')
    return load(path).seeds[0]


@pytest.mark.parametrize("title", ["Ìròyìn", 'A "b" \\ c', "'''", "x = 1", "\x7f\u2028", "[custodian]"])
def test_an_entry_can_be_loaded(tmp_path: Path, title: str) -> None:
    one = seed(tmp_path, title)
    path = tmp_path / "sources" / f"{one.uid}.toml"
    assert write(path, one, ["yo"], "../warc/x/*.warc.gz", "resiliparse")
    entry = load_entry(path)
    assert (entry.uid, entry.name, entry.kind, entry.languages) == (
        "pseudocrawl_7_yo_example", " ".join(title.split()), "pseudo_crawl", ("yo",),
    )  # fmt: skip
    assert (entry.homepage, entry.cleaning, entry.redact) == ("https://yo.example/a/", CHAIN, True)
    assert (entry.licence.id, entry.permission.outcome) == ("NOASSERTION", "not asked")
    assert (entry.data.files, entry.data.extractor) == (("../warc/x/*.warc.gz",), "resiliparse")


def test_an_entry_is_never_written_over(tmp_path: Path) -> None:
    one = seed(tmp_path)
    path = tmp_path / "mine.toml"
    path.write_text("mine", encoding="utf-8")
    assert not write(path, one, ["yo"], "x", "trafilatura")
    assert path.read_text(encoding="utf-8") == "mine"


def test_the_chain_is_that_of_roots_and_known() -> None:
    assert cleaning(["es"]) == (*CHAIN, "filter_small_docs_bytes_1024")
    assert cleaning(["pt"]) == (*CHAIN, "filter_small_docs_bytes_300")
    assert cleaning(["eu"]) == cleaning(["es", "pt"]) == CHAIN
    check(cleaning(["es"]) + cleaning(["pt"]))
