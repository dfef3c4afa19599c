"""From documents in to documents kept: how many each cause put out, per source and language.

A funnel is one small Arrow table of counts, `FUNNEL`. It is made of the counts that judging leaves in the manifest of
each ledger, added up, and shown. A document has one cause, the first that put it out, so the causes and what is kept
add up to what came in.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from pipelines.counted import percent
from pipelines.verdict import ORDER
from roots.markdown import Markdown
from roots.markdown import table as markdown_table
from roots.own_names import english_name

if TYPE_CHECKING:
    import rich.table

FUNNEL = pa.schema(
    [
        pa.field("source", pa.string(), nullable=False),
        pa.field("lang", pa.string()),
        pa.field("dropped_by", pa.string()),
        pa.field("documents", pa.int64(), nullable=False),
        pa.field("bytes", pa.int64(), nullable=False),
    ]
)
"""Documents and bytes of stored text for each source, language (null: not known) and cause (null: kept)."""

CAUSES = ("removed", "error:", "clean:", "pii:", "policy:", *ORDER, "contaminated", "duplicate", "cut")
"""Causes in the order in which a document meets them; a name that ends in a colon stands for all that begin so.

`cut` puts no document out: its bytes went out of documents that are in."""

By = Literal["lang", "source"]

Idle = Mapping[str, Collection[str]]
"""Filters that are not applied, by language."""

NONE_IDLE: Idle = {}

_TITLES = {
    "error": "errors",
    "clean": "clean-\ning",
    "pii": "pers.\ndata",
    "policy": "pol-\nicy",
    "number_words": "words",
    "character_repetition": "char.\nrep.",
    "word_repetition": "word\nrep.",
    "special_characters": "special\nchar.",
    "stopwords": "stop\nwords",
    "flagged_words": "flagged\nwords",
    "language_id": "lang.\nid",
    "contaminated": "conta-\nminated",
    "duplicate": "dupli-\ncate",
}
"""Causes as they head the columns of a terminal."""

GROUPS = ("error", "clean", "pii", "policy")
"""Beginnings of causes that a terminal and the cards of corpus and languages show as one."""

_HEADERS = {"lang": "language", "source": "source"}


@dataclass(frozen=True)
class Line:
    """The funnel of one language, source or step: documents in, dropped by each cause, kept, and bytes of text."""

    name: str | None
    documents: int
    dropped: Mapping[str, int]
    kept: int
    bytes: int
    kept_bytes: int

    @property
    def kept_share(self) -> float:
        """Share of the documents that are kept, in [0, 1]; 0 where nothing came in."""
        return self.kept / self.documents if self.documents else 0.0


def of_counts(counts: Iterable[tuple[str | None, str | None, int, int]], source: str) -> pa.Table:
    """The funnel of counts that are there already: language, cause (None: kept), documents, bytes of text.

    >>> of_counts([("yo", "stopwords", 2, 80), ("yo", None, 5, 900)], "udhr").num_rows
    2
    """
    rows = [dict(zip(FUNNEL.names, (source, *row), strict=True)) for row in counts]
    return add([pa.Table.from_pylist(rows, schema=FUNNEL)])


def add(tables: Iterable[pa.Table]) -> pa.Table:
    """The sum of funnels, sorted by source, language and cause; what is kept stands last."""
    rows = pa.concat_tables([FUNNEL.empty_table(), *(table.select(FUNNEL.names).cast(FUNNEL) for table in tables)])
    keys = ["source", "lang", "dropped_by"]
    grouped = rows.group_by(keys, use_threads=False).aggregate([("documents", "sum"), ("bytes", "sum")])
    named = grouped.select([*keys, "documents_sum", "bytes_sum"]).rename_columns(FUNNEL.names)
    return named.sort_by([(key, "ascending") for key in keys]).cast(FUNNEL)


def select(funnel: pa.Table, *, source: str | None = None, lang: str | None = None) -> pa.Table:
    """The rows of one source, of one language, or of one language in one source."""
    for column, value in (("source", source), ("lang", lang)):
        if value is not None:
            funnel = funnel.filter(pc.equal(funnel.column(column), value))
    return funnel


def causes(funnel: pa.Table) -> list[str]:
    """The causes that put a document out, in the order of `CAUSES`; then others, by name.

    >>> causes(of_counts([("yo", "duplicate", 1, 9), ("yo", None, 1, 9), ("sn", "error:read", 1, 0)], "s"))
    ['error:read', 'duplicate']
    """
    return ordered(set(funnel.column("dropped_by").to_pylist()) - {None})


def ordered(causes: Collection[str]) -> list[str]:
    """Causes, or groups of them, in the order of `CAUSES`; then others, by name.

    >>> ordered(["duplicate", "number_words", "clean"])
    ['clean', 'number_words', 'duplicate']
    """
    return sorted(causes, key=lambda cause: (_rank(cause), cause))


def grouped(funnel: pa.Table, groups: Collection[str] = GROUPS) -> pa.Table:
    """The funnel with one cause for all that begin with the same of these groups."""
    whole = [cause and cause.split(":")[0] for cause in funnel.column("dropped_by").to_pylist()]
    given = funnel.column("dropped_by").to_pylist()
    causes = [group if group in groups else cause for group, cause in zip(whole, given, strict=True)]
    column = funnel.schema.get_field_index("dropped_by")
    return add([funnel.set_column(column, FUNNEL.field(column), pa.array(causes, pa.string()))])


def lines(funnel: pa.Table, by: By = "lang") -> list[Line]:
    """One line a language or source, by name; documents whose language is not known come last."""
    names = sorted(set(funnel.column(by).to_pylist()), key=lambda name: (name is None, name))
    return [_line(name, funnel.filter(_is(funnel.column(by), name))) for name in names]


def total(funnel: pa.Table) -> Line:
    """The line of everything together."""
    return _line("total", funnel)


def render(
    funnel: pa.Table, by: By = "lang", names: Mapping[str, str] | None = None, *, idle: Idle = NONE_IDLE
) -> "rich.table.Table":
    """The funnel as a table for a terminal: errors, cleaning steps, kinds of personal data, and what the policy
    refuses, in one column each.

    A dot is none, a dash a filter that is not applied. `names` maps a code to the name that is shown beside it.
    """
    import rich.table
    from rich.markup import escape

    header, rows = _cells(grouped(funnel), by, show=lambda name: _named(name, names or {}), idle=idle)
    view = rich.table.Table(title="Documents", show_footer=True)
    *rows, last = rows
    for column, (title, foot) in enumerate(zip(header, last, strict=True)):
        shown = _TITLES.get(title, title.replace("_", "\n"))
        view.add_column(escape(shown), escape(foot), justify="right" if column else "left", no_wrap=not column)
    for row in rows:
        view.add_row(*(escape("·" if cell == "0" else cell) for cell in row))
    return view


def markdown(
    funnel: pa.Table,
    by: By = "lang",
    names: Mapping[str, str] | None = None,
    *,
    idle: Idle = NONE_IDLE,
    groups: Collection[str] = ("policy",),
) -> Markdown:
    """The funnel as a Markdown table, with bytes of text, its last row the total; a dash is a filter that is not
    applied.

    What the policy refuses is one column, for its signals can be many, and so is whatever `groups` names by how it
    begins: `roots.cards.causes` has each by itself.
    """
    header, rows = _cells(grouped(funnel, groups), by, show=lambda name: _named(name, names or {}), idle=idle)
    sizes = [[f"{line.bytes:,}", f"{line.kept_bytes:,}"] for line in [*lines(funnel, by), total(funnel)]]
    both = [[*row, *size] for row, size in zip(rows, sizes, strict=True)]
    return markdown_table([*header, "bytes in", "bytes kept"], both, numbers=1)


def _cells(
    funnel: pa.Table, by: By, *, show: Callable[[str | None], str], idle: Idle
) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a table of lines, the total last."""
    whole = total(funnel)
    found = [cause for cause in causes(funnel) if whole.dropped[cause]]
    rows = [
        [
            "total" if line is whole else show(line.name),
            f"{line.documents:,}",
            *("–" if cause in idle.get(line.name or "", ()) else f"{line.dropped.get(cause, 0):,}" for cause in found),
            f"{line.kept:,}",
            percent(line.kept, line.documents),
        ]
        for line in [*lines(funnel, by), whole]
    ]
    return [_HEADERS[by], "in", *found, "kept", "kept %"], rows


def _line(name: str | None, rows: pa.Table) -> Line:
    """Sums of some rows of a funnel."""
    dropped: dict[str, int] = {}
    kept = kept_bytes = whole = 0
    for cause, documents, size in zip(
        *(rows.column(column).to_pylist() for column in ("dropped_by", "documents", "bytes")), strict=True
    ):
        whole += size
        if cause is None:
            kept += documents
            kept_bytes += size
        else:
            dropped[cause] = dropped.get(cause, 0) + documents
    return Line(name, kept + sum(dropped.values()), dropped, kept, whole, kept_bytes)


def _is(column: pa.ChunkedArray, value: str | None) -> pa.ChunkedArray:
    """Where a column has a value; None matches null."""
    return pc.is_null(column) if value is None else pc.fill_null(pc.equal(column, value), fill_value=False)


def _named(name: str | None, names: Mapping[str, str]) -> str:
    """A code with its name beside it; languages that are none of the corpus's have the name that CLDR gives them."""
    if name is None:
        return "not known"
    known = names.get(name) or (english_name(name) if names else "")
    return f"{known} ({name})" if known else name


def _rank(cause: str) -> int:
    """Place of a cause in the order of `CAUSES`."""
    for place, known in enumerate(CAUSES):
        if cause == known.rstrip(":") or (known.endswith(":") and cause.startswith(known)):
            return place
    return len(CAUSES)
