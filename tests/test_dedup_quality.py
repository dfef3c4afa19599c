"""Copies of real pages are found and what only looks alike stays: recall, precision, and stories that nobody may merge.

The truth is not ours: the pairs of the installation guide come with the exact Jaccard similarity of their words
(of Chinese: characters) as a plain reading gives it, which is repeated here for all other pairs that are found.
"""

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import pyarrow as pa
import pytest
from resiliparse.extract.html2text import extract_plain_text

from catalog.document import DOCUMENTS
from catalog.warc import captures
from filters.minhash_batch import sign_texts
from pipelines import storage, tables
from pipelines.bands import edges
from pipelines.compare import verified
from pipelines.dedup import dedup
from pipelines.run import Runtime
from pipelines.search import Search, Settings
from pipelines.shards import Shard
from pipelines.tables import SIGNATURES

LANGUAGES = ("ca", "en", "es", "fr", "id", "pt", "vi", "zh_CN")

Shingles = set[tuple[str, ...]]
Page = tuple[str, str, str]
"""Architecture, language, name."""


def plain(text: str, lang: str) -> Shingles:
    """The shingles of the plain reading: five words, or of Chinese five characters without white space."""
    units = list(re.sub(r"\s", "", text.lower())) if lang.startswith("zh") else re.findall(r"\w+", text.lower())
    return {tuple(units[at : at + 5]) for at in range(len(units) - 4)}


def jaccard(one: Shingles, other: Shingles) -> float:
    return len(one & other) / max(len(one | other), 1)


def make(work: str, texts: Sequence[str], settings: Settings) -> Search:
    """A search over one shard of these texts, with their signatures."""
    shard = Shard("a", "x", len(texts), sum(len(text.encode()) for text in texts), 0)
    ids = [f"{number:032x}" for number in range(len(texts))]
    blank = {name: [""] * len(texts) for name in DOCUMENTS.names}
    tables.write(shard.path(work, "documents"), pa.table({**blank, "text": list(texts)}, schema=DOCUMENTS))
    signed = sign_texts(pa.array(texts, pa.string()), settings.signing.minhash)
    nothing = {field.name: pa.nulls(len(texts), field.type) for field in SIGNATURES}
    tables.write(shard.path(work, "signatures"), pa.table({**nothing, **signed, "id": ids}, schema=SIGNATURES))
    return Search(work, (shard,), settings, "key")


@dataclass(frozen=True)
class Guide:
    """The pages of the guide with the shingles of the plain reading, the listed pairs, and the pairs that are found."""

    pages: Sequence[Page]
    shingles: Sequence[Shingles]
    listed: Mapping[frozenset[Page], float]
    found: Sequence[tuple[int, int]]

    def pairs(self, lang: str) -> set[frozenset[Page]]:
        """The found pairs of which a page is in a language."""
        named = ((self.pages[one], self.pages[other]) for one, other in self.found)
        return {frozenset((one, other)) for one, other in named if lang in (one[1], other[1])}


def documents(path: Path) -> Iterator[tuple[Page, str]]:
    """The pages of the archive, each with its text as its README says."""
    with path.open("rb") as file:
        for capture in captures(file):
            if capture.type == "response":
                page = capture.block.split(b"\r\n\r\n", 1)[1].decode("utf-8", "replace")
                arch, lang, name = capture.headers["warc-target-uri"].split("/")[-3:]
                yield (arch, lang, name), extract_plain_text(page, main_content=True)


@pytest.fixture(scope="module")
def guide(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Guide:
    """All 2,000 pages, whatever their language, searched for copies together."""
    pages, texts = zip(*documents(shared / "data" / "debguide_neardup.warc.gz"), strict=True)
    listed = {}
    with gzip.open(shared / "data" / "neardup_pairs.tsv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            pair = frozenset((row[arch], row["lang"], row["page"]) for arch in ("arch_a", "arch_b"))
            listed[pair] = float(row["jaccard5"])
    search = make(str(tmp_path_factory.mktemp("guide")), texts, Settings(verify=0.8))
    paths = verified(search, edges(search, "minhash", Runtime()), Runtime())
    found = [(row["row"], row["other"]) for path in paths for row in tables.read(path).to_pylist()]
    return Guide(pages, [plain(text, page[1]) for page, text in zip(pages, texts, strict=True)], listed, found)


def test_the_plain_reading_is_the_one_that_the_pairs_were_made_with(guide: Guide) -> None:
    place = {page: number for number, page in enumerate(guide.pages)}
    assert len(guide.listed) == 1984
    for pair, similarity in guide.listed.items():
        one, other = (guide.shingles[place[page]] for page in pair)
        assert jaccard(one, other) == pytest.approx(similarity, abs=0.01)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pairs_of_085_and_more_are_found(guide: Guide, lang: str) -> None:
    found = guide.pairs(lang)
    alike = [pair for pair, similarity in guide.listed.items() if similarity >= 0.85 and lang in next(iter(pair))]
    assert len(alike) > 150
    assert sum(pair in found for pair in alike) >= 0.97 * len(alike)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pairs_that_are_found_have_075_and_more(guide: Guide, lang: str) -> None:
    place = {page: number for number, page in enumerate(guide.pages)}
    found = guide.pairs(lang)
    right = 0
    for pair in found:
        one, other = (guide.shingles[place[page]] for page in pair)
        right += jaccard(one, other) >= 0.75
    assert len(found) > 150
    assert right >= 0.99 * len(found)


@pytest.fixture(scope="module")
def stories(shared: Path) -> dict[str, list[str]]:
    """The texts of the stories in four languages that others' tools merge or cut up."""
    found: dict[str, list[str]] = {lang: [] for lang in ("ar", "zh", "hi", "yo")}
    with gzip.open(shared / "data" / "stories.jsonl.gz", "rt", encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            if record["lang"] in found:
                found[record["lang"]].append(record["text"])
    return found


def words(text: str) -> list[str]:
    return text.split()


def characters(text: str) -> list[str]:
    return list("".join(text.split()))


@pytest.mark.parametrize("verify", [0.0, 0.75])
@pytest.mark.parametrize(("lang", "units"), [("ar", words), ("zh", characters), ("hi", words), ("yo", words)])
def test_stories_that_are_not_alike_are_not_merged(
    stories: dict[str, list[str]], memory: str, lang: str, units: Callable[[str], list[str]], verify: float
) -> None:
    """Of any two stories in a cluster at least half of all runs of five are in both, and a planted copy is found."""
    texts = [*stories[lang], stories[lang][0] + "\n"]

    def read(row: int) -> tuple[int, list[str]]:
        return row, units(texts[row])

    assert len(texts) > 10
    search = make(memory, texts, Settings(verify=verify))
    table = tables.read(dedup(memory, search.shards, search.settings, Runtime())).to_pylist()
    clusters: dict[int, list[int]] = {}
    for row in table:
        clusters.setdefault(row["minhash"], []).append(row["row"])
    assert len(texts) - 1 in clusters[0]
    for members in clusters.values():
        sets = {row: {tuple(each[at : at + 5]) for at in range(len(each) - 4)} for row, each in map(read, members)}
        for one, other in combinations(members, 2):
            assert jaccard(sets[one], sets[other]) >= 0.5, f"{lang}: {one} and {other}"


def test_all_stories_of_four_languages_are_searched_together(stories: dict[str, list[str]], memory: str) -> None:
    """No story is taken for one in another language, and few are taken for another at all."""
    texts = [(lang, text) for lang, held in stories.items() for text in held]
    search = make(memory, [text for _, text in texts], Settings(verify=0.75))
    path = dedup(memory, search.shards, search.settings, Runtime())
    found = tables.read(path).to_pylist()
    assert all(texts[row["row"]][0] == texts[row["minhash"]][0] for row in found)
    assert len(found) <= 0.05 * len(texts)
    assert storage.size(path)
