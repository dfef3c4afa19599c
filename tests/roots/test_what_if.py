"""What a trial is said to do is what judging with its limits does: on any table, and on texts that are filtered."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lang_params.files import toml_text
from lang_params.params import LangParams, load
from pipelines import storage, tables, verdict
from pipelines.judge import TOO_SMALL, counts
from pipelines.verdict import CONTAMINATED, DUPLICATE, ORDER
from roots.inspect import Corpus
from roots.trial import BOUNDS, LimitError, applied, toml
from roots.what_if import FILTER_COLUMNS, TOTAL_COLUMNS, Asked
from tests import language_models
from tests.corpora import ENGLISH, articles
from tests.measured import Measured
from tests.roots.made import Ended

pytestmark = pytest.mark.usefixtures("shared_cache")

LANGUAGES = {code: load(code) for code in ("yo", "hi")}
AFTER = (CONTAMINATED, TOO_SMALL, DUPLICATE)

SHARES = (None, 0.0, 0.002, 0.1, 0.16, 0.16000000000000003, 0.167, 0.3, 0.5, 0.9, 1.0, float("nan"))
WORDS = (None, 0, 5, 9, 10, 11, 50, 51, 100_000, 100_001, 2**31 - 1)
VALUES = dict.fromkeys(ORDER, SHARES) | {"number_words": WORDS, "perplexity": (None, 1.0, 299.0, 300.0, 1e9)}
PASSING = dict.fromkeys(ORDER, 0.0) | {"number_words": 50, "stopwords": 0.5, "language_id": 1.0}

Row = dict[str, Any]


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A row of measures, of which few are beyond a limit, and what would put the document out after the filters."""
    row: Row = dict(PASSING)
    for name in draw(st.lists(st.sampled_from(ORDER), max_size=3)):
        row[name] = draw(st.sampled_from(VALUES[name]))
    row["lang"] = draw(st.sampled_from(("yo", "yo", "hi", "de", None)))
    row["lang_identified"] = draw(st.sampled_from((row["lang"], row["lang"], "yo", "hi", None)))
    row["lost"] = draw(st.sampled_from((None, None, None, "error:read", "removed")))
    row["signals"] = draw(st.sampled_from((None, [], ["tiny"], ["short", "tiny"])))
    row["bytes"] = draw(st.integers(0, 2**40))
    row["after"] = draw(st.sampled_from((None, None, *AFTER)))
    return row


@st.composite
def trials(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Limits of Hindi or Yoruba to try."""
    trial: dict[str, dict[str, Any]] = {}
    for name in draw(st.lists(st.sampled_from(sorted(ORDER)), unique=True, max_size=3)):
        allowed = [value for value in VALUES[name] if value is None or value == value]
        bound = draw(st.sampled_from(BOUNDS[name]))
        if name == "number_words":
            # What leaves nothing between the bounds is refused, which test_trial.py looks at.
            fits = range(100_001) if bound == "min" else range(50, 2**31)
            allowed = [value for value in allowed if value is None or value in fits]
        trial[name] = {bound: draw(st.sampled_from(allowed))}
    return trial


def shelved(work: Path, given: list[Row], languages: Mapping[str, LangParams]) -> pa.Table:
    """A judged folder of one shard, its ledger made by the verdict; the measures."""
    table = pa.Table.from_pylist([{"id": str(place), **row} for place, row in enumerate(given)], schema=tables.MEASURES)
    causes = verdict.filtered(table, languages)
    causes = [row["after"] if cause is None else cause for cause, row in zip(causes, given, strict=True)]
    ledger = pa.Table.from_pylist(
        [{"id": str(place), "dropped_by": cause} for place, cause in enumerate(causes)], schema=tables.LEDGER
    )
    output = tables.write(str(work / "one" / "measures" / "x.parquet"), table)
    judged = tables.write(str(work / "one" / "ledger" / "x.key.parquet"), ledger)
    shard = {"source": "one", "input": "x", "slice": [0, 1], "documents": len(given), "bytes": 0}
    named = {"documents": {"file": "x.parquet", "bytes": 0}, "measures": output.record()}
    storage.write_json(str(work / "one" / "documents" / "x.json"), shard | {"tables": named})
    here = [code for code in languages if code in table.column("lang").to_pylist()]
    limits = {code: languages[code].judging() for code in here}
    said = {"source": "one", "files": [judged.record()], "limits": limits, "counts": counts(table, ledger)}
    storage.write_json(str(work / "one" / "ledger" / "x.key.json"), said)
    return table.append_column("dropped_by", pa.array(causes, pa.string()))


def expected(table: pa.Table, lang: str, trial: Mapping[str, Any]) -> tuple[list[Row], Row]:
    """What the verdict says of a language under a trial: the rows of filters, and the total."""
    known = {name: bounds for name, bounds in trial.items() if name not in LANGUAGES[lang].not_applied()}
    params = applied(LANGUAGES[lang], known)
    now = np.array(table.column("dropped_by").to_pylist(), object)
    then = verdict.filtered(table, LANGUAGES | {lang: params})
    sizes = table.column("bytes").to_numpy()
    judged = np.array([row["lang"] == lang and row["lost"] is None for row in table.to_pylist()], bool)
    mine = np.array([code == lang for code in table.column("lang").to_pylist()], bool)
    off = {name for name in ORDER if name in params.not_applied()}
    fails = {name: verdict.failing(table, name, params) & judged & (name not in off) for name in ORDER}

    def both(which: str, rows: np.ndarray[Any, Any]) -> Row:
        return {which: int(rows.sum()), f"{which}_bytes": int(sizes[rows].sum())}

    filters = []
    for name in ORDER:
        others = np.logical_or.reduce([fails[other] for other in ORDER if other != name])
        chain = judged & (then == name)
        row = both("alone", fails[name]) | both("chain", chain) | both("only", fails[name] & ~others)
        filters.append(row | {"filter": name, "change": int(chain.sum() - (judged & (now == name)).sum())})
    passed_now = judged & np.array([cause is None or cause in AFTER for cause in now], bool)
    kept_now = judged & (now == None)  # noqa: E711 (elementwise)
    passed = judged & (then == None)  # noqa: E711
    newly = passed & ~passed_now
    total = both("passed", passed) | both("kept_now", kept_now) | both("kept", kept_now & passed | newly)
    total |= both("in", newly) | both("out", passed_now & ~passed)
    total["in_"] = total.pop("in")
    return filters, total | {"documents": int(mine.sum()), "before": int((mine & ~judged).sum())}


@given(st.lists(rows(), min_size=1, max_size=30), trials())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_it_says_what_the_verdict_says_on_any_table(
    tmp_path_factory: pytest.TempPathFactory, given_rows: list[Row], trial: dict[str, Any]
) -> None:
    work = tmp_path_factory.mktemp("any")
    table = shelved(work, given_rows, LANGUAGES)
    corpus = Corpus(work)
    found = corpus.what_if(None, trial)
    assert set(found.total["lang"]) == set(corpus.languages)
    for lang in corpus.languages:
        filters, total = expected(table, lang, trial)
        rows_ = found.filters[found.filters["lang"] == lang].to_dict("records")
        assert [{name: row[name] for name in filters[0]} for row in rows_] == filters
        [said] = found.total[found.total["lang"] == lang].to_dict("records")
        assert {name: said[name] for name in total} == total


def test_tables_have_names_units_and_limits(looked_at: Measured) -> None:
    found = Corpus(looked_at.work).what_if("yo", {"stopwords": 0.25})
    assert list(found.filters.columns) == FILTER_COLUMNS
    assert list(found.total.columns) == TOTAL_COLUMNS
    row = found.filters.set_index("filter").loc["stopwords"]
    assert (row["lang"], row["language"], row["unit"], row["min"]) == (
        "yo",
        "Yoruba",
        "share of the words, 0 to 1",
        0.25,
    )
    assert np.isnan(row["max"])
    assert found.filters.set_index("filter").loc["flagged_words"][["applied", "alone", "chain"]].tolist() == [
        False,
        0,
        0,
    ]
    assert found.copied


def test_without_a_trial_it_says_what_the_ledgers_say(looked_at: Measured) -> None:
    corpus = Corpus(looked_at.work)
    found = corpus.what_if(None)
    said: dict[tuple[str, str | None], int] = {}
    for judged in looked_at.judged:
        for lang, cause, documents, _ in judged.manifest["counts"]:
            said[lang, cause] = said.get((lang, cause), 0) + documents
    for row in found.filters.to_dict("records"):
        assert row["chain"] == said.get((row["lang"], row["filter"]), 0)
        assert row["change"] == 0
    for row in found.total.to_dict("records"):
        assert row["kept"] == row["kept_now"] == said[row["lang"], None]
        assert row["in_"] == row["out"] == 0
        assert row["passed"] == row["kept"] + said.get((row["lang"], DUPLICATE), 0)
    assert corpus.what_if("yo").filters["only"].sum() > 0


def test_sources_and_signals_are_parts_of_the_whole(looked_at: Measured) -> None:
    corpus, trial = Corpus(looked_at.work), {"stopwords": 0.3, "number_words": {"min": 100}}
    whole = corpus.what_if("yo", trial)
    parts = [corpus.what_if("yo", trial, source) for source in corpus.sources("yo")]
    for frame in ("filters", "total"):
        for name in (TOTAL_COLUMNS if frame == "total" else [*FILTER_COLUMNS[8:], "measured"])[2:]:
            sums = sum(getattr(part, frame)[name].to_numpy() for part in parts)
            assert sums.tolist() == getattr(whole, frame)[name].tolist(), name
    signals = corpus.signals("yo")
    assert set(signals) == {"meta-robots:noindex", "tdm-reservation:1"}
    for signal, count in signals.items():
        total = corpus.what_if("yo", trial, signal=signal).total.iloc[0]
        assert total["documents"] == count
        refused = signal == "tdm-reservation:1"
        assert (total["before"] == count) == refused
        assert total["before"] <= count
        assert corpus.what_if("yo", trial, Asked(signal=signal)).total.iloc[0].equals(total)
    noindex = corpus.what_if("yo", trial, "crawl", "meta-robots:noindex")
    assert noindex.filters["measured"].max() == noindex.total["documents"][0] - noindex.total["before"][0]


def test_wrong_questions_are_said(looked_at: Measured) -> None:
    corpus = Corpus(looked_at.work)
    with pytest.raises(LimitError, match="perplexity: is not applied in Yoruba"):
        corpus.what_if("yo", {"perplexity": 300})
    assert corpus.what_if(None, {"perplexity": 300}).filters["change"].abs().sum() == 0
    with pytest.raises(ValueError, match="no source 'craw'; did you mean 'crawl'"):
        corpus.what_if("yo", source="craw")
    with pytest.raises(ValueError, match=r"no document in 'xx'; known: ar, fon, hi, yo, zhs"):
        corpus.what_if("xx")


# What it says, and what `roots filter` does.


class Real(NamedTuple):
    """A folder that `roots filter` wrote, its language and its folder of parameters."""

    work: Path
    lang: str
    params: Path


def texts(lang: str) -> list[str]:
    """The carried articles of the Declaration, and what filters are there to drop."""
    plain = [record["text"] for record in articles()[lang]]
    noisy = [f"{text} {text[:40]} 123 - 456 ({place}) !!" for place, text in enumerate(plain[:8])]
    again = [" ".join([text[: 12 + 9 * place]] * (3 + place)) for place, text in enumerate(plain[8:14])]
    mixed = [f"{text} {ENGLISH * place}" for place, text in enumerate(plain[14:20])]
    bad = sorted(load(lang).flagged_words or ())[:1]
    flagged = [f"{text} {' '.join(bad * place)}" for place, text in enumerate(plain[20:25])] if bad else []
    return [*plain, *noisy, *again, *mixed, *flagged, plain[0][:30], "1234"]


@pytest.fixture(scope="module", params=["yo", "hi", "zhs"])
def real(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Real:
    """The texts of a language, filtered once by the command; Yoruba with a small model of perplexity."""
    from pipelines.run import Runtime
    from roots.filtering import Request, run_filter

    folder = tmp_path_factory.mktemp(request.param)
    params = folder / "params"
    params.mkdir()
    _, text = toml_text(request.param, None)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "yo":
            language_models.put(folder / "models")
            patch.setenv("ROOTS_MODELS", str(folder / "models"))
            text = text.replace("\nwords = ", '\nlanguage_model = "tiny"\nwords = ', 1)
        (params / f"{request.param}.toml").write_text(text, encoding="utf-8")
        lines = [json.dumps({"text": text}, ensure_ascii=False) for text in texts(request.param)]
        (folder / "my.jsonl").write_text("\n".join(lines), encoding="utf-8")
        asked = Request([str(folder / "my.jsonl")], str(folder / "work"), request.param, lang_params=params)
        run_filter(asked, Runtime())
    return Real(folder / "work", request.param, params)


def cuts(corpus: Corpus, lang: str) -> list[tuple[str, str, float]]:
    """A limit to try for every bound of every filter that is applied: a value of some document near the middle."""
    found = []
    for name, limit in corpus.limits(lang).items():
        for bound in BOUNDS[name] if limit.applied else ():
            values = np.concatenate([corpus.index.read(block, [name])[name] for block in corpus.index.blocks(lang)])
            values = np.unique(values[~np.isnan(values)])
            middle = float(values[len(values) // 2])
            found.append((name, bound, int(middle) if name == "number_words" else middle))
    return found


@pytest.mark.usefixtures("plainly")
def test_it_says_what_filtering_with_these_limits_keeps(
    real: Real, roots: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOTS_MODELS", str(real.work.parent / "models"))
    corpus = Corpus(real.work, real.params)
    applied_ = {name for name, limit in corpus.limits(real.lang).items() if limit.applied}
    assert applied_ == set(ORDER) - {"yo": {"flagged_words"}}.get(real.lang, {"perplexity"})
    _, text = toml_text(real.lang, real.params)
    moved = 0
    for number, (name, bound, value) in enumerate(cuts(corpus, real.lang)):
        mine, output = tmp_path / f"params-{number}", tmp_path / f"out-{number}"
        mine.mkdir()
        written = toml(text, {name: {bound: value}}, "a test", "to compare")
        (mine / f"{real.lang}.toml").write_text(written, encoding="utf-8")
        command = ["filter", "--lang", real.lang, "--work", real.work, "--output", output, "--lang-params", mine]
        assert roots(*command).code == 0
        found = corpus.what_if(real.lang, {name: {bound: value}})
        done = {cause: tuple(sizes) for cause, sizes in filtered(output).items()}
        [total] = found.total.to_dict("records")
        assert (total["kept"], total["kept_bytes"]) == done.get(None, (0, 0)), (name, bound, value)
        assert (total["passed"], total["passed_bytes"]) == done.get(None, (0, 0))
        for row in found.filters.to_dict("records"):
            assert (row["chain"], row["chain_bytes"]) == done.get(row["filter"], (0, 0)), (name, bound, row["filter"])
        after = Corpus(output, mine).what_if(real.lang)
        same = [column for column in FILTER_COLUMNS if column != "change"]
        assert found.filters[same].equals(after.filters[same])
        moved += abs(total["kept"] - total["kept_now"])
    assert moved > 20


def filtered(output: Path) -> dict[str | None, list[int]]:
    """Documents and bytes by cause, from the tables that a run of filter wrote."""
    found: dict[str | None, list[int]] = {}
    for path in (output / "files" / "ledger").glob("*.parquet"):
        stem = path.name.rsplit(".", 2)[0]
        sizes = tables.read(str(output / "files" / "measures" / f"{stem}.parquet"), ["bytes"]).column(0).to_pylist()
        for cause, size in zip(tables.read(str(path), ["dropped_by"]).column(0).to_pylist(), sizes, strict=True):
            sums = found.setdefault(cause, [0, 0])
            sums[0] += 1
            sums[1] += size
    return found
