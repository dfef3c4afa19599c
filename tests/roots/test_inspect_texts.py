"""Lists and examples are those that the tables give when everything is read; and only what may be shown is."""

import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipelines import storage, tables
from pipelines.verdict import ORDER
from roots import inspect_shown
from roots.inspect import Corpus, InspectError, LimitError
from roots.inspect_texts import KEPT
from tests import corpora
from tests.measured import Measured, Wanted, measured
from tests.roots.test_inspect_shown import card, entry


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    work = tmp_path_factory.mktemp("texts")
    return measured(str(work), Wanted(3000, ("yo", "en", "fon"), copies=0.05, texts=True, per_shard=400))


@pytest.fixture(scope="module")
def corpus(made: Measured, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        return Corpus(made.work)


def rows(made: Measured, lang: str) -> list[dict[str, Any]]:
    """All that the tables say of the documents of a language."""
    found = []
    for each in made.judged:
        parts = [tables.read(path).to_pylist() for path in (
            each.shard.path(made.work, "measures"), each.ledger, each.shard.path(made.work, "documents"))]  # fmt: skip
        for measures, ledger, document in zip(*parts, strict=True):
            if measures["lang"] == lang:
                found.append({**document, **measures, **ledger, "cause": ledger["dropped_by"] or KEPT})
    return found


def by(value: float | None) -> float:
    return math.inf if value is None else value


@pytest.mark.parametrize("sort", ["stopwords", "-number_words", "bytes", "-flagged_words"])
@pytest.mark.parametrize("cause", [None, KEPT, "dropped", "stopwords", "duplicate", "clean:"])
def test_documents_are_those_of_the_tables_in_their_order(
    made: Measured, corpus: Corpus, sort: str, cause: str | None
) -> None:
    def has(row: dict[str, Any]) -> bool:
        said = str(row["cause"])
        return (
            cause in (None, said) or (cause == "dropped" and said != KEPT) or (cause == "clean:" and said[:6] == cause)
        )

    wanted = [row for row in rows(made, "yo") if has(row)]
    name, sign = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    values = sorted(math.inf if row[name] is None else sign * row[name] for row in wanted)
    frame = corpus.documents("yo", cause=cause, sort=sort, n=10_000)
    assert sorted(frame["id"]) == sorted(row["id"] for row in wanted)
    shown = [math.inf if math.isnan(float(value)) else sign * value for value in frame[name].astype("float64")]
    assert shown == values
    known = {row["id"]: row for row in wanted}
    for said in frame.to_dict(orient="records")[:30]:
        row = known[said["id"]]
        assert (said["source"], said["cause"], said["bytes"]) == (row["source"], row["cause"], row["bytes"])
        for measure in ORDER:
            value = said[measure]
            assert (row[measure] is None and (value != value or str(value) == "<NA>")) or value == row[measure]
        assert row["text"].startswith(said["text"].removesuffix(" …").rstrip())


def test_pages_of_a_list_are_the_whole_list(corpus: Corpus) -> None:
    whole = list(corpus.documents("en", n=1000)["id"])
    pages = [list(corpus.documents("en", n=37, offset=start)["id"]) for start in range(0, len(whole), 37)]
    assert [id for page in pages for id in page] == whole
    assert corpus.documents("en", offset=10_000).empty
    assert corpus.documents("en", cause="contaminated").empty


def test_a_list_is_of_a_source_or_a_signal(made: Measured, corpus: Corpus) -> None:
    for source in ("books", "crawl"):
        wanted = {row["id"] for row in rows(made, "en") if row["source"] == source}
        assert set(corpus.documents("en", source=source, n=10_000)["id"]) == wanted
    signal = "meta-robots:noindex"
    wanted = {row["id"] for row in rows(made, "en") if signal in (row["signals"] or ())}
    assert wanted
    assert set(corpus.documents("en", signal=signal, n=10_000)["id"]) == wanted
    near = corpus.examples("stopwords", "en", signal=signal, n=10_000)
    assert set(near["id"]) <= wanted
    assert len(near) > 0


def test_without_texts_none_is_read(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspect_shown, "texts", None)
    monkeypatch.setattr("roots.inspect_texts.heads", None)
    frame = corpus.documents("yo", text=False, n=50)
    assert len(frame) == 50
    assert set(frame["text"]) == {""}


def failing(row: dict[str, Any], corpus: Corpus, lang: str, trial: dict[str, Any]) -> str:
    """What decides under a trial, plainly: as before where it was out before the filters."""
    if row["cause"] not in (KEPT, "duplicate", *ORDER):
        return str(row["cause"])
    for name, limit in corpus.limits(lang, trial).items():
        value, (low, high) = row[name], limit.ends
        other = name == "language_id" and limit.applied and row["lang_identified"] != lang
        if other or (value is not None and not low <= value <= high):
            return name
    return "duplicate" if row["cause"] == "duplicate" else KEPT


@pytest.mark.parametrize("lang", ["yo", "fon"])
def test_with_a_trial_the_cause_is_what_would_decide(made: Measured, corpus: Corpus, lang: str) -> None:
    trial = {"stopwords": 0.3, "number_words": {"min": 50}, "language_id": 0.5}
    wanted = {row["id"]: failing(row, corpus, lang, trial) for row in rows(made, lang)}
    frame = corpus.documents(lang, trial=trial, n=10_000)
    assert dict(zip(frame["id"], frame["cause"], strict=True)) == wanted
    some = corpus.documents(lang, trial=trial, cause="stopwords", n=10_000)
    assert set(some["id"]) == {id for id, cause in wanted.items() if cause == "stopwords"}
    kept = corpus.documents(lang, trial=trial, cause=KEPT, n=10_000)
    assert set(kept["id"]) == {id for id, cause in wanted.items() if cause == KEPT}


def judged(made: Measured, lang: str, name: str) -> list[dict[str, Any]]:
    """The documents that the filters judge, of which a measure was taken."""
    through = (KEPT, "duplicate", *ORDER)
    return [row for row in rows(made, lang) if row["cause"] in through and row[name] is not None]


@pytest.mark.parametrize(
    ("name", "trial", "line"),
    [("stopwords", None, None), ("stopwords", {"stopwords": 0.3}, None), ("special_characters", None, 0.2),
     ("number_words", None, None), ("language_id", None, None), ("language_id", {"language_id": 0.9}, 0.8)],
)  # fmt: skip
def test_examples_are_the_nearest_on_both_sides(
    made: Measured, corpus: Corpus, name: str, trial: Any, line: float | None
) -> None:
    limit = corpus.limits("yo", trial)[name]
    ends = [end for end in limit.ends if math.isfinite(end)] if line is None else [line]

    def drops(row: dict[str, Any]) -> bool:
        low, high = limit.ends
        return not low <= row[name] <= high or (name == "language_id" and row["lang_identified"] != "yo")

    def first(row: dict[str, Any]) -> bool:
        return drops(row) if line is None else row[name] < line

    def far(value: float) -> float:
        return min(abs(value - end) for end in ends)

    all_rows = judged(made, "yo", name)
    frame = corpus.examples(name, "yo", near=line, n=8, trial=trial)
    known = {row["id"]: row for row in all_rows}
    sides: list[list[dict[str, Any]]] = [[], []]
    for said in frame.to_dict(orient="records"):
        row = known[said["id"]]
        assert (said["value"], said["source"], said["kept"]) == (row[name], row["source"], not drops(row))
        assert row["text"].startswith(said["text"].removesuffix(" …").rstrip())
        assert said.get("identified", row["lang_identified"] or "none") == (row["lang_identified"] or "none")
        sides[not first(row)].append(row)
    assert [row["id"] for side in sides for row in side] == list(frame["id"])
    for side, here in zip(sides, (True, False), strict=True):
        distances = sorted(far(row[name]) for row in all_rows if first(row) == here)[:8]
        assert [far(row[name]) for row in side] == distances
    assert ("identified" in frame.columns) == (name == "language_id")


def test_a_seed_draws_among_equals_and_the_same_every_time(corpus: Corpus) -> None:
    drawn = [tuple(corpus.examples("flagged_words", "en", near=0.0, n=5, seed=seed)["id"]) for seed in (0, 0, 1, 2)]
    assert drawn[0] == drawn[1]
    assert len(set(drawn)) == 3


def test_a_text_is_found_by_its_id_wherever_it_is(made: Measured, corpus: Corpus) -> None:
    for lang in ("yo", "de"):
        row = next(row for row in rows(made, lang) if row["text"])
        assert row["text"].startswith(corpus.text(row["id"]).removesuffix(" …"))
    with pytest.raises(InspectError, match=r"'x': no document of .* has this id; an id is 32 of 0-9 and a-f"):
        corpus.text("x")


def test_of_a_hidden_source_measures_are_shown_and_no_text(made: Measured, tmp_path: Path, own_cache: Path) -> None:
    work = shutil.copytree(made.work, tmp_path / "work")
    for uid in ("books", "crawl", "handbooks", "oscar"):
        card(str(work), entry(release="closed" if uid == "crawl" else "public"))
        (work / "cards" / "a").rename(work / "cards" / uid)
    found = Corpus(work)
    frame = found.documents("yo", n=300, sort="-stopwords")
    shut = frame["source"] == "crawl"
    assert shut.any()
    assert (frame["shown"] == ~shut).all()
    assert set(frame[shut]["text"]) == {"(not shown: the text may be given to nobody)"}
    assert frame[shut]["stopwords"].notna().any()
    near = found.examples("stopwords", "yo", n=40)
    assert {text[:10] for text in near[near["source"] == "crawl"]["text"]} == {"(not shown"}
    assert found.text(frame[shut]["id"].iloc[0]) == "(not shown: the text may be given to nobody)"


def test_personal_data_is_shown_nowhere(small_corpus: corpora.Corpus, own_cache: Path) -> None:
    found = Corpus(small_corpus.work)
    said = ""
    for lang in found.languages:
        said += found.documents(lang, n=1000).to_json(force_ascii=False)
        said += found.examples("special_characters", lang, near=0.2, n=1000).to_json(force_ascii=False)
    assert "PI:EMAIL" in said
    assert not [value for value in corpora.PERSONAL.values() if value in said]


def test_a_folder_without_texts_has_lists_without_them(made: Measured, tmp_path: Path, own_cache: Path) -> None:
    work = shutil.copytree(made.work, tmp_path / "work")
    for path in work.glob("*/documents/*.parquet"):
        storage.remove(str(path))
    frame = Corpus(work).documents("yo", n=5)
    assert list(frame["text"]) == [""] * 5


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"sort": "stopword"}, "sort = 'stopword': is nothing to order by; .*stopwords"),
        ({"cause": "stopword"}, "cause = 'stopword': nothing is dropped by this; .*stopwords"),
        ({"n": 0}, "n = 0, offset = 0: n is 1 or more, offset 0 or more"),
        ({"offset": -1}, "n = 100, offset = -1: n is 1 or more"),
        ({"source": "book"}, "no source 'book'; .*books"),
    ],
)
def test_a_list_that_cannot_be_is_refused(corpus: Corpus, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InspectError, match=message):
        corpus.documents("yo", **asked)


@pytest.mark.parametrize(
    ("measure", "asked", "message"),
    [
        ("stopword", {}, "'stopword': is no filter that measures; .*stopwords"),
        ("stopwords", {"n": 0}, "n = 0: give 1 or more"),
        ("stopwords", {"source": "book"}, "no source 'book'; .*books"),
        ("perplexity", {}, r"perplexity: has no limit in Yoruba \(yo\); say with near= where to look"),
    ],
)
def test_examples_that_cannot_be_are_refused(corpus: Corpus, measure: str, asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InspectError, match=message):
        corpus.examples(measure, "yo", **asked)
    with pytest.raises(LimitError, match="stopword: is no filter"):
        corpus.examples("stopwords", "yo", trial={"stopword": 1})
