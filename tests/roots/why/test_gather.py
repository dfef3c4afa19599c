"""Why a document is where it is: every fact and sentence is checked against the tables, of documents of every kind."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.document import content_hash
from lang_params.params import load
from pipelines import contamination, storage, tables
from pipelines.judge import judge
from pipelines.run import Runtime
from pipelines.shards import shards_of
from pipelines.verdict import ORDER
from pipelines.withhold import digest, withheld
from roots import export
from roots.folders import FolderError, manifests
from roots.mix.mixing import MixSettings, mix
from roots.why import gather as whys
from roots.why.gather import language, why, with_removal
from tests.corpora import LETTER, PERSONAL, Corpus
from tests.measured import Measured, Wanted, measured
from tests.roots.made import Ended

Roots = Callable[..., Ended]
Kept = Callable[[Path | str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A judged folder of measures with documents of every kind."""
    work = tmp_path_factory.mktemp("why")
    found = measured(str(work), Wanted(documents=2500, languages=("yo", "en", "fon"), copies=0.05, texts=True))
    mix(found.work, found.judged, MixSettings(), Runtime())
    return found


def rows(made: Measured) -> dict[str, dict[str, Any]]:
    """What the tables say of each document, by id."""
    found = {}
    for each in made.judged:
        measures = tables.read(each.shard.path(made.work, "measures")).to_pylist()
        for one, other in zip(measures, tables.read(each.ledger).to_pylist(), strict=True):
            found[one["id"]] = {**one, **other, "source": each.shard.source}
    return found


def one_of_each(made: Measured) -> dict[str, dict[str, Any]]:
    """A document for each cause, and one that is kept."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows(made).values():
        cause = row["dropped_by"] or "kept"
        found.setdefault("foreign" if cause == "language_id" and row["lang"] in ("de", None) else cause, row)
    return found


def fails(row: Mapping[str, Any], name: str) -> bool | None:
    """Whether a document fails a filter by itself, from the packaged parameters; None where it is not applied."""
    params = load(row["lang"])
    setting, value = params.filters[name], row[name]
    if name in params.not_applied():
        return None
    other = name == "language_id" and row["lang_identified"] != row["lang"]
    low = value is not None and setting.min is not None and value < setting.min
    high = value is not None and setting.max is not None and value > setting.max
    return other or low or high


def test_there_is_a_document_of_every_kind(made: Measured) -> None:
    assert set(one_of_each(made)) >= {
        "kept", "duplicate", "foreign", "error:read", "removed", "pii:NATIONAL_ID", "policy:tdm-reservation:1",
        "clean:filter_small_docs_bytes_300", "stopwords", "language_id", "number_words",
    }  # fmt: skip


def test_facts_are_those_of_the_tables_for_every_cause(made: Measured) -> None:
    for row in one_of_each(made).values():
        found = why(made.work, row["id"])
        assert (found.id, found.origin.uid, found.lang, found.bytes) == (
            row["id"],
            row["source"],
            row["lang"],
            row["bytes"],
        )
        assert (found.cause, found.identified, found.identifier) == (
            row["dropped_by"], row["lang_identified"], row["identifier"]
        )  # fmt: skip
        assert [each.filter for each in found.measures] == list(ORDER)
        assert [each.value for each in found.measures] == [row[name] for name in ORDER]


@pytest.mark.parametrize("lang", ["yo", "en", "fon"])
def test_measures_stand_beside_the_limits_in_force_and_pass_as_they_do(made: Measured, lang: str) -> None:
    some = [row for row in rows(made).values() if row["lang"] == lang and row["lost"] is None][:25]
    params = load(lang)
    for row in some:
        found = why(made.work, row["id"])
        for each in found.measures:
            setting = params.filters[each.filter]
            assert (each.min, each.max) == (setting.min, setting.max)
            assert each.applied == (each.filter not in params.not_applied())
            assert each.passed == (None if (failed := fails(row, each.filter)) is None else not failed)
            assert bool(each.note) == (
                not each.applied or (row["lang_identified"] != lang and each.filter == "language_id")
            )
        failing = [name for name in ORDER if fails(row, name)]
        assert list(found.also) == [name for name in failing if name != row["dropped_by"]]
        said = str(found)
        if row["dropped_by"] in ORDER:
            assert failing[0] == row["dropped_by"]
            assert f"Dropped by the filter {failing[0]}, " in said
            assert ("It would also have been dropped by: " + ", ".join(failing[1:]) in said) == bool(failing[1:])


SAYS = {
    "removed": "Removed: somebody asked to have it taken out.",
    "error:read": "Failed: it could not be read.",
    "clean:filter_small_docs_bytes_300": "Cleaned away by filter_small_docs_bytes_300 (keep a document of 300 bytes of",
    "pii:NATIONAL_ID": "Dropped by pii:NATIONAL_ID: holds numbers that a state gives to people.",
    "policy:tdm-reservation:1": "Refused by the recipe's policy: it does not accept documents that say tdm-",
    "foreign": "Dropped: it is in a language that the corpus does not have (language_id).",
    "duplicate": "Dropped as a duplicate: it passed the filters, and another copy of it is kept.",
    "kept": "Kept: it passed ",
}


@pytest.mark.parametrize("cause", SAYS)
def test_what_decided_is_said_in_plain_words(made: Measured, cause: str) -> None:
    assert SAYS[cause] in str(why(made.work, one_of_each(made)[cause]["id"]))


def test_a_copy_and_the_one_that_is_kept_name_each_other(made: Measured) -> None:
    copy = one_of_each(made)["duplicate"]
    kept = rows(made)[copy["duplicate_of"]]
    found, other = why(made.work, copy["id"]), why(made.work, kept["id"])
    assert found.cluster is not None
    assert found.cluster.repeats is not None
    assert (found.cluster.repeats.id, found.cluster.repeats.source) == (kept["id"], kept["source"])
    assert found.cluster.repeats.method == copy["method"] == "exact"
    assert f"It repeats {kept['id']} of {kept['source']}, found by exact" in str(found)
    assert "2 documents that passed the filters are alike; that one is kept." in str(found)
    assert other.cluster is not None
    assert [each.id for each in other.cluster.gave_way] == [copy["id"]]
    assert other.cluster.copies == kept["copies"] == 2
    assert f"{copy['id']} of {copy['source']} gave way to it, found by exact" in str(other)


def test_a_kept_document_stands_in_its_dataset(made: Measured) -> None:
    row = one_of_each(made)["kept"]
    [stand] = why(made.work, row["id"]).mix.stands
    assert tables.read(storage.join(made.work, stand.parquet), ["id"])["id"][stand.row].as_py() == row["id"]
    said = str(why(made.work, row["id"]))
    assert f"In the dataset {row['lang']}: document {stand.index:,} of it, counted from 0." in said
    assert f"{stand.corpus}, row {stand.row:,}" in said
    assert f"{stand.parquet}, row {stand.row:,}" in said


def test_a_document_that_the_budget_keeps_out_says_how_much_the_mix_took(made: Measured) -> None:
    mix(made.work, made.judged, MixSettings(budget=200_000), Runtime())
    out = next(found for row in rows(made).values()
               if row["dropped_by"] is None and not (found := why(made.work, row["id"])).mix.stands)  # fmt: skip
    share = f"it took {out.mix.took / out.mix.had:.0%} of the bytes of {out.language}"
    assert f"Kept, and not in the mix: {share} ({out.mix.took:,} of {out.mix.had:,} bytes)." in str(out)
    mix(made.work, made.judged, MixSettings(), Runtime())


def test_passages_that_are_cut_and_items_of_benchmarks_are_told(made: Measured, tmp_path: Path) -> None:
    work = shutil.copytree(made.work, tmp_path / "work")
    row = one_of_each(made)["kept"]
    each = next(each for each in made.judged if each.shard.source == row["source"]
                and row["id"] in tables.read(each.ledger, ["id"])["id"].to_pylist())  # fmt: skip
    ledger = tables.read(each.ledger).to_pylist()
    place = next(place for place, said in enumerate(ledger) if said["id"] == row["id"])
    ledger[place] |= {"cuts": [{"start": 0, "end": 5}, {"start": 9, "end": 12}], "bytes_left": row["bytes"] - 8}
    path = each.ledger.replace(made.work, str(work))
    tables.write(path, pa.Table.from_pylist(ledger, schema=tables.LEDGER))
    hits = [{"row": place, "benchmark": "questions", "item": 7, "share": 0.9}]
    folder = storage.join(str(work), row["source"], contamination.FOLDER)
    tables.write(f"{folder}/{each.shard.stem}.k.parquet", pa.Table.from_pylist(hits, schema=contamination.HITS))
    found = why(str(work), row["id"])
    assert found.cut is not None
    assert (found.cut.passages, found.cut.bytes - found.cut.bytes_left) == (2, 8)
    assert f"2 passages of it that others repeat are left out: 8 of {row['bytes']:,} bytes." in str(found)
    assert "It holds 90% of item 7 of the benchmark questions." in str(found)


def test_a_removed_document_is_gone_and_the_line_that_asked_is_named(made: Measured, tmp_path: Path) -> None:
    work = str(shutil.copytree(made.work, tmp_path / "work"))
    row = one_of_each(made)["kept"]
    curated = [each for source in storage.names(work) for each in manifests(work, source, "documents")]
    after = withheld(work, sorted(curated, key=_place), {"id": [row["id"]]}, Runtime())
    judged = judge(work, shards_of(after), made.config, Runtime(), inputs=made.inputs)
    found = why(work, row["id"])
    assert (found.cause, found.withheld, found.url, found.source_id) == ("removed", True, None, None)
    assert "But something of it is still in this folder: roots build takes it out" in str(found)
    assert "The mix was made before this verdict and still holds the document" in str(found)
    mix(work, judged, MixSettings(), Runtime())
    found = why(work, row["id"])
    assert "Its text is gone: its row is empty, and no file of the mix holds it" in str(found)
    assert "Why stands in the recipe's file of removals: say which with --recipe." in str(found)
    assert not found.also
    assert "Had it come to the filters" not in str(found)
    removals = tmp_path / "r.jsonl"
    lines = [{"id": "0" * 32, "reason": "no"}, {"id": row["id"], "reason": "the author asked.", "date": "2026-11-20"}]
    removals.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    assert "r.jsonl, line 2, of 2026-11-20: the author asked. Its text is gone" in str(with_removal(found, removals))
    assert with_removal(why(work, one_of_each(made)["duplicate"]["id"]), removals).asked == ""
    before = with_removal(why(made.work, row["id"]), removals)
    assert (before.cause, before.asked) == (None, "r.jsonl, line 2, of 2026-11-20: the author asked.")


def test_an_address_alone_names_what_was_removed_by_it(made: Measured, tmp_path: Path) -> None:
    address = "https://example.org/gone"
    found = replace(why(made.work, one_of_each(made)["kept"]["id"]), url=address)
    removals = tmp_path / "r.jsonl"
    lines = [{"url": f"{address}x", "reason": "no"}, {"url": address, "reason": "the author asked"}]
    removals.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    assert with_removal(found, removals).asked == "r.jsonl, line 2: the author asked."
    gone = replace(found, url=None, url_digest=digest(address), cause="removed")
    assert with_removal(gone, removals).asked == "r.jsonl, line 2: the author asked."
    assert with_removal(replace(gone, url_digest=""), removals).asked == ""


def test_the_digest_of_an_address_is_what_a_removal_leaves(made: Measured, tmp_path: Path) -> None:
    here = whys.find.shelves(str(made.work))
    id = one_of_each(made)["kept"]["id"]
    place = whys.find.by_id(here, id)
    assert place is not None
    place.shelf.curated["withheld"] = {"rows": [["0" * 32, "", "a"], [id, "", "b"]]}  # type: ignore[index]
    assert whys.explained(made.work, place, here).url_digest == "b"
    place.shelf.curated["withheld"] = {"rows": [[id, "", None]]}  # type: ignore[index]
    assert whys.explained(made.work, place, here).url_digest == ""


def test_the_place_in_its_file_counts_over_the_shards_of_it(made: Measured) -> None:
    for shelf in (here := whys.find.shelves(made.work)):
        mine = [each for each in here if each.shard.source == shelf.shard.source]
        file = [each for each in mine if each.curated["input"] == shelf.curated["input"]]
        before = sum(each.shard.rows for each in file if each.curated["slice"] < shelf.curated["slice"])
        assert whys.explained(made.work, whys.Place(shelf, 2), here).number == before + 3


def _place(manifest: Mapping[str, Any]) -> tuple[Any, ...]:
    return manifest["source"], manifest["input"], manifest["slice"]


def test_a_document_that_the_mix_was_made_without_says_so(made: Measured, tmp_path: Path) -> None:
    work = str(shutil.copytree(made.work, tmp_path / "work"))
    row = one_of_each(made)["kept"]
    for path in Path(work, "parquet").rglob("*.parquet"):
        some = tables.read(str(path))
        tables.write(str(path), some.filter(pa.array([id != row["id"] for id in some["id"].to_pylist()])))
    assert "The mix was made before this verdict and does not hold the document" in str(why(work, row["id"]))


def test_a_folder_whose_run_has_not_ended_or_is_older_says_so(made: Measured, tmp_path: Path) -> None:
    work = shutil.copytree(made.work, tmp_path / "work")
    row = one_of_each(made)["kept"]
    (work / ".run").mkdir()
    for path in work.glob("*/ledger/*.json"):
        said = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({key: value for key, value in said.items() if key != "limits"}), encoding="utf-8")
    said = str(why(str(work), row["id"]))
    assert "The last run in this folder has not ended" in said
    assert "does not say which limits were in force: judge again" in said


def test_a_folder_that_is_not_judged_has_measures_and_no_verdict(made: Measured, tmp_path: Path) -> None:
    work = shutil.copytree(made.work, tmp_path / "work")
    row = one_of_each(made)["kept"]
    for folder in work.glob("*/ledger"):
        shutil.rmtree(folder)
    found = why(str(work), row["id"])
    assert (found.judged, found.facts()["kept"]) == (False, False)
    assert "Not judged yet: roots build and roots dedup write the verdicts." in str(found)


def planted(small_corpus: Corpus, name: str) -> Any:
    return why(str(small_corpus.work), name)


def test_redactions_are_counted_and_never_shown(small_corpus: Corpus) -> None:
    found = planted(small_corpus, "kept")
    counted = {each.kind: (each.redacted, each.marked) for each in found.personal}
    assert counted == dict.fromkeys(("EMAIL", "IP_ADDRESS", "KEY", "USER"), (1, 0))
    said = str(found) + json.dumps(found.facts(), ensure_ascii=False) + found._repr_html_()
    assert "EMAIL (e-mail addresses): replaced at 1 place." in said
    assert not [value for value in PERSONAL.values() if value in said]
    assert LETTER[:30] not in said


def test_no_personal_data_is_said_of_any_document(small_corpus: Corpus) -> None:
    ids = [row["id"] for path in small_corpus.work.glob("planted/measures/*.parquet")
           for row in tables.read(str(path), ["id"]).to_pylist()]  # fmt: skip
    said = "".join(
        f"{found}{found.facts()}{found._repr_html_()}" for found in (planted(small_corpus, id) for id in ids)
    )
    assert len(ids) > 20
    assert not [value for value in PERSONAL.values() if value in said]


def test_kinds_of_a_built_corpus_are_found_by_their_own_ids(small_corpus: Corpus) -> None:
    assert planted(small_corpus, "cleaned-away").cause == "clean:filter_small_docs_bytes_300"
    assert "found by: its own id" in str(planted(small_corpus, "cleaned-away"))
    german = planted(small_corpus, "another-language")
    assert (german.in_corpus, german.lang, german.language) == (False, "de", "German")
    assert "language: German (de)" in str(german)
    copy = planted(small_corpus, "copy-sw")
    assert copy.cause == "duplicate"
    assert not copy.mix.stands
    kept = planted(small_corpus, copy.cluster.repeats.id)
    assert kept.mix.stands[0].tokens is not None
    tokens = kept.mix.stands[0].tokens
    assert f"tokens/sw_text_document.bin, sequence {tokens.sequence:,}, {tokens.tokens:,} tokens" in str(kept)
    assert kept.origin.name == "Source articles"
    assert "source: Source articles (articles), of Nobody, licence CC0-1.0" in str(kept)


def test_a_record_that_could_not_be_read_gives_the_reason(small_corpus: Corpus) -> None:
    broken = [row["id"] for path in small_corpus.work.glob("planted/measures/*.parquet")
              for row in tables.read(str(path)).to_pylist() if row["lost"] == "error:read"]  # fmt: skip
    assert len(broken) == 4
    for id in broken:
        found = planted(small_corpus, id)
        assert found.reason
        assert f"Failed: it could not be read: {found.reason}." in str(found)
        assert "Measures" not in str(found)
        assert not found.mix.stands


def test_cleaning_says_what_it_did_where_that_is_known(small_corpus: Corpus) -> None:
    assert "No step changed it." in str(planted(small_corpus, "kept"))
    assert "The chain of its source: filter_small_docs_bytes_300." in str(planted(small_corpus, "kept"))
    samples = [row for path in small_corpus.work.glob("articles/cleaning/*.parquet")
               for row in tables.read(str(path)).to_pylist()]  # fmt: skip
    for row in samples:
        found = planted(small_corpus, row["id"])
        assert (row["name"], row["new"] is None) in {
            (name, did.startswith("removed")) for name, did in found.cleaned.sampled
        }


def test_the_output_of_filter_says_which_record_of_which_file(
    roots: Roots, kept: Kept, tmp_path: Path, yoruba: str, yoruba_too: str
) -> None:
    texts = [yoruba, "Òṣùpá", yoruba_too]
    lines = [json.dumps({"id": f"n{number}", "text": text}) for number, text in enumerate(texts)]
    (tmp_path / "my.jsonl").write_text("\n".join(lines), encoding="utf-8")
    out = tmp_path / "out"
    assert roots("filter", "--lang", "yo", tmp_path / "my.jsonl", "--output", out).code == 0
    found = why(str(out), "n2")
    assert found.exported == ("kept/my.jsonl.zst", 2)
    assert kept(out)[1]["id"] == "n2"
    assert "kept/my.jsonl.zst, record 2" in str(found)
    short = why(str(out), "n1")
    assert (short.cause, short.exported, short.origin.uid) == ("number_words", None, "files")


def test_a_name_that_is_nowhere_says_what_names_look_like(made: Measured) -> None:
    for name in ("nobody", "0" * 32, content_hash(b"nobody")):
        with pytest.raises(
            FolderError, match=f"'{name}': no document of .* an id is 32 of 0-9 and a-f such as [0-9a-f]"
        ):
            why(made.work, name)
    with pytest.raises(FolderError, match="no documents are there; roots build and roots filter write them"):
        why(f"{made.work}/nothing", "0" * 32)


def test_a_name_that_many_have_lists_their_ids(small_corpus: Corpus, made: Measured) -> None:
    empty = content_hash(b"")
    with pytest.raises(
        FolderError, match=r"(?s)is the content of [0-9]+ documents of .*give the id of one:\n  [0-9a-f]{32} of"
    ):
        why(made.work, empty)
    [one] = {row["content_hash"] for path in small_corpus.work.glob("planted/documents/*.parquet")
             for row in tables.read(str(path)).to_pylist() if row["source_id"] == "dropped"}  # fmt: skip
    assert planted(small_corpus, one).found_by == "content_hash"


def test_the_command_answers_and_gives_json(roots: Roots, made: Measured) -> None:
    id = one_of_each(made)["stopwords"]["id"]
    ended = roots("why", id, "--work", made.work)
    assert (ended.code, ended.err) == (0, "")
    assert "Dropped by the filter stopwords" in ended.out
    facts = json.loads(roots("why", id, "--work", made.work, "--json").out)
    assert (facts["id"], facts["cause"], facts["kept"]) == (id, "stopwords", False)
    assert facts["measures"][0]["unit"] == "words"
    ended = roots("why", "nobody", "--work", made.work)
    assert (ended.code, ended.out) == (2, "")
    assert "error: 'nobody': no document of" in ended.err


def test_the_command_names_the_line_that_asked_for_a_removal(
    roots: Roots, small_corpus: Corpus, made: Measured, tmp_path: Path
) -> None:
    folder = tmp_path / "recipe"
    shutil.copytree(small_corpus.recipe.parent, folder, ignore=shutil.ignore_patterns("work"))
    row = one_of_each(made)["removed"]
    recipe = folder / "recipe.toml"
    assert "file of removals: say which" in roots("why", row["id"], "--work", made.work, "--recipe", recipe).out
    roots("remove", recipe, "--id", row["id"], "--reason", "asked by letter")
    said = roots("why", row["id"], "--work", made.work, "--recipe", recipe).out
    assert "recipe.removals.jsonl, line 1: asked by letter." in said


def test_the_work_folder_is_the_one_given_else_of_the_environment_else_the_demo(
    roots: Roots, made: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    id = one_of_each(made)["kept"]["id"]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ROOTS_WORK", raising=False)
    ended = roots("why", id)
    assert ended.code == 2
    assert "no work folder: give --work DIR, or set ROOTS_WORK; work/demo is not there" in ended.err
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "demo").symlink_to(made.work)
    ended = roots("why", id)
    assert (ended.code, ended.err) == (0, "work folder: work/demo\n")
    monkeypatch.setenv("ROOTS_WORK", made.work)
    ended = roots("why", id)
    assert (ended.code, ended.err) == (0, f"work folder: {made.work} (ROOTS_WORK)\n")


def test_looking_changes_nothing(made: Measured) -> None:
    before = {path: path.stat().st_mtime_ns for path in Path(made.work).rglob("*")}
    for row in one_of_each(made).values():
        why(made.work, row["id"])
    assert {path: path.stat().st_mtime_ns for path in Path(made.work).rglob("*")} == before


def test_the_folders_are_those_of_the_modules_that_write_them() -> None:
    assert (whys.CONTAMINATED, whys.EXPORTED) == (contamination.FOLDER, export.FOLDER)


def test_languages_have_names_where_anybody_knows_one() -> None:
    assert [language(code) for code in ("yo", "deu", "tlh-unknown", None, "")] == ["Yoruba", "German", "", "", ""]
