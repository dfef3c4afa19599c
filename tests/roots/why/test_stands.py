"""Every document of mixes of all kinds is found where the files hold it, and nowhere else."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pipelines import storage, tables
from pipelines.run import Runtime
from roots import arrow_dataset, megatron
from roots.mix.mixing import MixSettings, mix
from roots.mix.settings import SourceRule
from roots.tokenize import tokenize
from roots.why.facts import Stand
from roots.why.stands import Known, mixed
from tests.corpora import Corpus
from tests.measured import Measured, Wanted, measured

LANGUAGES = ("en", "yo", "sn")

RULES = (SourceRule("books", Fraction(1, 2)), SourceRule("crawl", most=20_000, language="en"))

Places = dict[str, list[tuple[str, int]]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    work = tmp_path_factory.mktemp("stands")
    return measured(str(work), Wanted(documents=250, languages=LANGUAGES, texts=True))


def kept(made: Measured) -> dict[str, Known]:
    """The kept documents by id."""
    found = {}
    for each in made.judged:
        parts = [tables.read(each.ledger, ["id", "dropped_by"]).to_pylist()]
        parts += [tables.read(each.shard.path(made.work, "measures"), ["lang"]).to_pylist()]
        parts += [tables.read(each.shard.path(made.work, "documents"), ["content_hash"]).to_pylist()]
        for ledger, measures, document in zip(*parts, strict=True):
            if ledger["dropped_by"] is None:
                known = Known(ledger["id"], measures["lang"], each.shard.source, document["content_hash"])
                found[ledger["id"]] = known
    return found


def in_files(work: str) -> Places:
    """Where each id stands: the file and the row, by reading every Arrow file."""
    found: Places = {}
    for path in sorted(Path(work, "corpus").rglob("*.arrow")):
        row = 0
        for batch in arrow_dataset.batches(str(path)):
            for id in batch.column("id").to_pylist():
                found.setdefault(id, []).append((path.relative_to(work).as_posix(), row))
                row += 1
    return found


SETTINGS: Mapping[str, dict[str, Any]] = {
    "everything": {},
    "a budget, small files": {"alpha": 0.3, "budget": 150_000, "shard_bytes": 20_000},
    "repeats": {"alpha": 0.1, "upsampling": 3, "shard_bytes": 50_000},
    "repeats and validation": {"alpha": 0.1, "upsampling": 4, "validation": 0.3, "shard_bytes": 30_000},
    "rules": {"sources": RULES, "validation": 0.2},
    "Arrow alone": {"alpha": 0.3, "budget": 150_000, "formats": ("arrow",)},
}


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_each_document_stands_where_the_files_hold_it(made: Measured, settings: dict[str, Any]) -> None:
    mix(made.work, made.judged, MixSettings(**settings), Runtime())
    places, read = in_files(made.work), Read(made.work)
    out = 0
    for id, known in kept(made).items():
        found = mixed(made.work, known, passed=True)
        assert found.made
        assert sorted((stand.corpus, stand.row) for stand in found.stands) == sorted(places.get(id, []))
        assert found.times == len(places.get(id, []))
        assert found.decided in (("budget", "rule") if not found.stands else ("",))
        out += not found.stands
        for stand in found.stands:
            assert bool(stand.parquet) == ("formats" not in settings)
            _stands_there(read, stand, known)
    assert bool(out) == (settings.keys() >= {"budget"} or "sources" in settings)


class Read:
    """The ids of files and of whole datasets, each read once."""

    def __init__(self, work: str) -> None:
        self.work = work
        self.known: dict[str, list[str]] = {}

    def parquet(self, file: str) -> list[str]:
        """The ids of a Parquet file, row by row."""
        if file not in self.known:
            self.known[file] = tables.read(storage.join(self.work, file), ["id"]).column("id").to_pylist()
        return self.known[file]

    def dataset(self, folder: Path) -> list[str]:
        """The ids of a dataset, as `load_from_disk` counts its rows."""
        if str(folder) not in self.known:
            batches = (batch for path in sorted(folder.glob("*.arrow")) for batch in arrow_dataset.batches(str(path)))
            self.known[str(folder)] = [id for batch in batches for id in batch.column("id").to_pylist()]
        return self.known[str(folder)]


def _stands_there(read: Read, stand: Stand, known: Known) -> None:
    """The row of the Parquet file, and of the whole dataset, is that document."""
    if stand.parquet:
        assert read.parquet(stand.parquet)[stand.row] == known.id
    folder = Path(read.work, stand.corpus).parent
    assert read.dataset(folder)[stand.index] == known.id
    assert stand.split == ("" if folder.name == known.lang else folder.name)


def test_what_the_mix_took_is_said_of_the_language_or_of_the_source(made: Measured) -> None:
    mix(made.work, made.judged, MixSettings(alpha=0.3, budget=100_000), Runtime())
    says = storage.read_json(storage.join(made.work, "corpus", "mix.json"))
    english = next(share for share in says["shares"] if share["language"] == "en")
    out = [found for known in kept(made).values() if not (found := mixed(made.work, known, passed=True)).stands]
    assert (english["gets"], english["available"]) in {(found.took, found.had) for found in out}
    assert {found.decided for found in out} == {"budget"}
    assert all(found.took < found.had for found in out)
    mix(made.work, made.judged, MixSettings(sources=RULES), Runtime())
    ruled = [found for known in kept(made).values() if not (found := mixed(made.work, known, passed=True)).stands]
    assert {found.decided for found in ruled} == {"rule"}
    assert all(found.took < found.had for found in ruled)


def test_a_document_that_is_out_now_and_still_in_an_older_mix_is_found_there(made: Measured) -> None:
    mix(made.work, made.judged, MixSettings(), Runtime())
    known = next(iter(kept(made).values()))
    found = mixed(made.work, known, passed=False)
    assert len(found.stands) == 1
    assert found.times is None


def test_without_a_mix_nothing_is_said_of_it(memory: str) -> None:
    assert not mixed(memory, Known("0" * 32, "yo", "a", "0" * 32), passed=True).made


def test_a_language_that_gets_nothing_has_no_dataset(made: Measured) -> None:
    mix(made.work, made.judged, MixSettings(), Runtime())
    found = mixed(made.work, Known("0" * 32, "fr", "books", "0" * 32), passed=True)
    assert (found.made, found.stands, found.times) == (True, (), 0)


def test_each_document_is_at_its_sequence_of_its_token_shard(small_corpus: Corpus) -> None:
    work = str(small_corpus.work)
    seen = 0
    for path in sorted(small_corpus.work.glob("tokens/*.ids.parquet")):
        prefix = str(path).removesuffix(".ids.parquet")
        index = megatron.Index.read(prefix)
        for sequence, row in enumerate(tables.read(str(path)).to_pylist()):
            lang = Path(prefix).name.removesuffix("_text_document")
            [stand] = mixed(work, Known(row["id"], lang, row["source"], "0" * 32), passed=True).stands
            assert stand.tokens is not None
            assert (Path(work, stand.tokens.prefix), stand.tokens.sequence) == (Path(prefix), sequence)
            assert (stand.tokens.tokens, stand.tokens.offset) == (index.lengths[sequence], index.places[sequence])
            seen += 1
    assert seen > 90


def test_each_repeat_is_at_a_sequence_of_its_own(made: Measured, small_corpus: Corpus) -> None:
    settings = MixSettings(alpha=0.1, upsampling=3, validation=0.3, shard_bytes=30_000)
    mix_made = mix(made.work, made.judged, settings, Runtime())
    tokenize(made.work, mix_made, str(small_corpus.work / "tokenizer" / "tokenizer.json"), Runtime())
    seen = set()
    for id, known in kept(made).items():
        for stand in mixed(made.work, known, passed=True).stands:
            assert stand.tokens is not None
            beside = tables.read(storage.join(made.work, f"{stand.tokens.prefix}.ids.parquet"), ["id", "tokens"])
            assert beside.slice(stand.tokens.sequence, 1).to_pylist() == [{"id": id, "tokens": stand.tokens.tokens}]
            seen.add((stand.tokens.prefix, stand.tokens.sequence))
    assert len(seen) == sum(manifest["rows"] for manifest in _shards(made.work))
    storage.remove(storage.join(made.work, "tokens"))


def _shards(work: str) -> list[dict[str, Any]]:
    return [storage.read_json(str(path))["files"][0] for path in Path(work, "tokens").glob("*.json")]
