"""The funnel: counts add up, causes keep their order, names stand beside codes, nothing is lost."""

import io

import pyarrow as pa
import rich.console
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.judge import counts
from pipelines.tables import LEDGER, MEASURES
from pipelines.verdict import ORDER
from roots.funnel import (
    CAUSES,
    FUNNEL,
    add,
    causes,
    lines,
    markdown,
    of_counts,
    render,
    select,
    total,
)

NAMES = {"yo": "Yoruba", "zu": "isiZulu [zu]"}

Row = tuple[str | None, str | None, int]


def shard(rows: list[Row]) -> tuple[pa.Table, pa.Table]:
    """Measures and ledger with the language, cause and size of each row."""
    ids = [f"{number:032x}" for number in range(len(rows))]
    measures = [{"id": id_, "lang": lang, "bytes": size} for id_, (lang, _, size) in zip(ids, rows, strict=True)]
    ledger: list[dict[str, object]] = [
        {"id": id_, "dropped_by": cause, "cuts": []} for id_, (_, cause, _) in zip(ids, rows, strict=True)
    ]
    return pa.Table.from_pylist(measures, schema=MEASURES), pa.Table.from_pylist(ledger, schema=LEDGER)


def count(measures: pa.Table, ledger: pa.Table, source: str) -> pa.Table:
    """The funnel of a shard, by the counts that judging makes of it."""
    return of_counts(
        [(lang, cause, documents, size) for lang, cause, documents, size in counts(measures, ledger)], source
    )


def small() -> pa.Table:
    first = shard([("yo", None, 100), ("yo", "stopwords", 50), ("zu", None, 30), (None, "error:read", 0)])
    second = shard([("yo", None, 10), ("yo", "duplicate", 5), ("zu", "clean:filter_remove_empty_docs", 0)])
    other = shard([("zu", "removed", 7), ("zu", "language_id", 3), ("zu", "error:read", 0), ("yo", None, 1)])
    return add([count(*first, "udhr"), count(*second, "udhr"), count(*other, "a_news")])


def text(view: object) -> str:
    console = rich.console.Console(file=io.StringIO(), width=200)
    console.print(view)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_count_counts_documents_and_bytes_per_language_and_cause() -> None:
    funnel = count(*shard([("yo", None, 100), ("yo", None, 10), ("yo", "stopwords", 50), (None, None, 2)]), "udhr")
    assert funnel.schema == FUNNEL
    assert funnel.to_pylist() == [
        {"source": "udhr", "lang": "yo", "dropped_by": "stopwords", "documents": 1, "bytes": 50},
        {"source": "udhr", "lang": "yo", "dropped_by": None, "documents": 2, "bytes": 110},
        {"source": "udhr", "lang": None, "dropped_by": None, "documents": 1, "bytes": 2},
    ]


def test_an_empty_shard_is_an_empty_funnel() -> None:
    funnel = count(*shard([]), "udhr")
    assert funnel == FUNNEL.empty_table()
    assert add([]) == funnel
    assert lines(funnel) == []
    assert total(funnel).kept_share == 0
    assert "total" in text(render(funnel))


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["yo", "zu", "zhs", None]),
            st.sampled_from([None, *ORDER, "duplicate", "error:read", "clean:x", "something new"]),
            st.integers(0, 10**9),
        ),
        max_size=40,
    ),
    st.integers(0, 40),
    st.sampled_from(["lang", "source"]),
)
def test_what_comes_in_is_what_is_dropped_and_kept(rows: list[Row], cut: int, by: str) -> None:
    funnel = add([count(*shard(rows[:cut]), "a"), count(*shard(rows[cut:]), "b")])
    found = lines(funnel, by)  # type: ignore[arg-type]
    assert all(line.documents == line.kept + sum(line.dropped.values()) for line in found)
    assert sum(line.documents for line in found) == total(funnel).documents == len(rows)
    assert sum(line.bytes for line in found) == sum(size for _, _, size in rows)
    assert total(funnel).kept_bytes == sum(size for _, cause, size in rows if cause is None)
    assert add([funnel]) == funnel


def test_counts_made_elsewhere_are_the_same_funnel() -> None:
    rows: list[Row] = [("yo", None, 100), ("yo", None, 10), (None, "error:read", 0)]
    made = [(None, "error:read", 1, 0), ("yo", None, 1, 10), ("yo", None, 1, 100)]
    assert of_counts(made, "udhr") == count(*shard(rows), "udhr")
    assert of_counts([], "udhr") == FUNNEL.empty_table()


def test_add_does_not_depend_on_the_order_of_the_shards() -> None:
    one, two = count(*shard([("yo", None, 1)]), "b"), count(*shard([("zu", "stopwords", 2)]), "a")
    assert add([one, two]) == add([two, one])


def test_causes_come_in_the_order_in_which_a_document_meets_them() -> None:
    first = [
        "removed",
        "error:read",
        "clean:a",
        "clean:b",
        "pii:PHONE",
        "policy:harmful_perplexity",
        "policy:tdm-reservation:1",
    ]
    assert CAUSES[:5] == ("removed", "error:", "clean:", "pii:", "policy:")
    rows: list[Row] = [("yo", cause, 1) for cause in (*reversed(CAUSES[5:]), "zzz", *reversed(first))]
    assert causes(count(*shard(rows), "s")) == [*first, *CAUSES[5:], "zzz"]


def test_what_a_policy_refuses_is_one_column() -> None:
    signals = [f"policy:oscar-category:{name}" for name in ("adult", "phishing", "aggressive")]
    found = count(*shard([("yo", signal, 9) for signal in signals] + [("yo", None, 9)]), "s")
    assert "| language | in | policy | kept | kept % | bytes in | bytes kept |" in markdown(found)
    assert "| Yoruba (yo) | 4 | 3 | 1 | 25.0% | 36 | 9 |" in markdown(found, "lang", NAMES)
    assert "pol-" in text(render(found))


def test_lines_per_language_and_per_source() -> None:
    by_lang = {line.name: line for line in lines(small())}
    assert list(by_lang) == ["yo", "zu", None]
    assert (by_lang["yo"].documents, by_lang["yo"].kept, by_lang["yo"].kept_bytes) == (5, 3, 111)
    assert by_lang["yo"].dropped == {"stopwords": 1, "duplicate": 1}
    assert by_lang["yo"].kept_share == 0.6
    assert [line.name for line in lines(small(), "source")] == ["a_news", "udhr"]


def test_select_takes_one_source_and_one_language() -> None:
    assert total(select(small(), source="udhr")).documents == 7
    assert total(select(small(), lang="zu")).documents == 5
    assert total(select(small(), source="udhr", lang="zu")).documents == 2


def test_render_shows_every_cause_with_names_and_the_total() -> None:
    shown = text(render(small(), "lang", NAMES))
    assert "Yoruba (yo)" in shown
    assert "isiZulu [zu] (zu)" in shown
    assert "not known" in shown
    for word in ("errors", "clean-", "stop", "dupli-", "removed", "kept %", "60.0%", "total", "36.4%", "·"):
        assert word in shown
    assert "char." not in shown
    assert "a_news" in text(render(small(), "source"))


def test_a_language_that_is_none_of_the_corpus_has_its_name_beside_its_code() -> None:
    found = of_counts([("deu", "language_id", 3, 9), ("unheard-of", "language_id", 1, 2)], "deu")
    assert "German (deu)" in (shown := text(render(found, "lang", NAMES)))
    assert "unheard-of" in shown
    assert "German" not in text(render(found, "source"))


def test_markdown_has_a_row_a_language_with_bytes_and_the_total() -> None:
    assert markdown(select(small(), source="udhr"), "lang", NAMES).splitlines() == [
        "| language | in | error:read | clean:filter\\_remove\\_empty\\_docs | stopwords | duplicate | kept | kept % "
        "| bytes in | bytes kept |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
        "| Yoruba (yo) | 4 | 0 | 0 | 1 | 1 | 2 | 50.0% | 165 | 110 |",
        "| isiZulu \\[zu\\] (zu) | 2 | 0 | 1 | 0 | 0 | 1 | 50.0% | 30 | 30 |",
        "| not known | 1 | 1 | 0 | 0 | 0 | 0 | 0.0% | 0 | 0 |",
        "| total | 7 | 1 | 1 | 1 | 1 | 3 | 42.9% | 195 | 140 |",
    ]


def test_a_filter_that_is_not_applied_is_a_dash_and_not_a_dot() -> None:
    found = of_counts([("fon", None, 3, 9), ("yo", None, 1, 9), ("yo", "stopwords", 2, 9)], "s")
    shown = markdown(found, idle={"fon": {"stopwords"}})
    assert [row.split(" | ")[2] for row in shown.splitlines()[2:]] == ["–", "2", "2"]
