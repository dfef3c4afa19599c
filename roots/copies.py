"""What deduplication found and did, by method and by language, from the manifests that it left; reads no table of text.

Shown after `roots dedup`, and in the cards.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from filters.signing import METHODS
from pipelines import storage
from pipelines.counted import are, several
from pipelines.substrings import CUT
from pipelines.substrings import METHOD as SUBSTRING
from pipelines.task import manifest_of
from roots import named
from roots.markdown import Markdown
from roots.markdown import table as markdown_table

if TYPE_CHECKING:
    import rich.table

ORDER = (*METHODS, SUBSTRING)
"""Methods as they head columns; the last is that of documents of which nothing is left once passages are cut."""

ENOUGH = 20
"""Documents from which on a share says something."""

NEARLY_ALL = 0.8
"""A language of which copies are a greater share than this is pointed out."""


@dataclass(frozen=True)
class Line:
    """One language: documents in all, those that passed everything else, those too short for a method; clusters with a
    document that is kept and one that is not; copies dropped by method; bytes cut inside documents."""

    lang: str | None
    documents: int = 0
    passed: int = 0
    short: Mapping[str, int] = field(default_factory=dict)
    clusters: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict)
    cut: int = 0

    @property
    def share(self) -> float:
        """Share of the documents that passed everything else that are copies, in [0, 1]."""
        return sum(self.dropped.values()) / self.passed if self.passed else 0.0


def lines(curated: Iterable[Mapping[str, Any]], judged: Iterable[Mapping[str, Any]]) -> list[Line]:
    """A line for each language in the manifests of curated and of judged shards, by code; not known comes last."""
    sums: dict[str | None, dict[str, Any]] = {}

    def of(lang: str | None) -> dict[str, Any]:
        return sums.setdefault(
            lang or None, {"documents": 0, "passed": 0, "short": {}, "clusters": 0, "dropped": {}, "cut": 0}
        )

    for manifest in curated:
        for lang, method, count in manifest.get("short", ()):
            _add(of(lang)["short"], method, count)
    for manifest in judged:
        for lang, cause, count, size in manifest["counts"]:
            of(lang)["documents"] += count
            of(lang)["passed"] += count if cause in (None, "duplicate") else 0
            of(lang)["cut"] += size if cause == CUT else 0
        for lang, method, count, _ in manifest.get("methods", ()):
            _add(of(lang)["dropped"], method, count)
        for lang, count in manifest.get("clusters", ()):
            of(lang)["clusters"] += count
    return [Line(lang, **sums[lang]) for lang in sorted(sums, key=lambda lang: (lang is None, lang or ""))]


def counted(clusters: str) -> dict[str, dict[str, int]]:
    """What the search counted by method, in their order, given the path of its clusters; nothing where there was none.

    A manifest has its keys in alphabetical order, but what a method found includes what those before it found.
    """
    manifest = storage.read_json(manifest_of(clusters)) if clusters else None
    return {name: manifest["methods"][name] for name in METHODS if name in manifest["methods"]} if manifest else {}


def total(found: Sequence[Line]) -> Line:
    """The sum of some lines."""
    short: dict[str, int] = {}
    dropped: dict[str, int] = {}
    for line in found:
        for method, count in line.short.items():
            _add(short, method, count)
        for method, count in line.dropped.items():
            _add(dropped, method, count)
    sums = (sum(getattr(line, name) for line in found) for name in ("documents", "passed", "clusters", "cut"))
    documents, passed, clusters, cut = sums
    return Line("total", documents, passed, short, clusters, dropped, cut)


def _add(sums: dict[str, int], name: str, count: int) -> None:
    sums[name] = sums.get(name, 0) + count


def cells(found: Sequence[Line], methods: Sequence[str], names: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    """Header and rows of a table of languages, the total last; `methods` are those that were asked for."""
    short = [method for method in methods if method in ("simhash", "minhash")]
    cut = any(line.cut for line in found)
    by = [method for method in ORDER if method in methods or any(method in line.dropped for line in found)]
    rows = [
        [
            named.both(line.lang, names),
            f"{line.documents:,}",
            f"{line.passed:,}",
            *(f"{line.short.get(method, 0):,}" for method in short),
            f"{line.clusters:,}",
            *(f"{line.dropped.get(method, 0):,}" for method in by),
            f"{line.share:.1%}",
            *([f"{line.cut:,}"] * cut),
        ]
        for line in [*found, total(found)]
    ]
    header = ["language", "documents", "passed", *(f"too short for {method}" for method in short), "clusters"]
    return [*header, *(f"dropped by {method}" for method in by), "of those passed", *["bytes cut"] * cut], rows


def render(found: Sequence[Line], methods: Sequence[str], names: Mapping[str, str]) -> "rich.table.Table":
    """The languages as a table for a terminal; a dot is none."""
    import rich.table
    from rich.markup import escape

    header, [*rows, last] = cells(found, methods, names)
    view = rich.table.Table(title="Copies", show_footer=True)
    for column, (title, foot) in enumerate(zip(header, last, strict=True)):
        view.add_column(escape(title), escape(foot), justify="right" if column else "left", no_wrap=not column)
    for row in rows:
        view.add_row(*(escape("·" if cell == "0" else cell) for cell in row))
    return view


def markdown(found: Sequence[Line], methods: Sequence[str], names: Mapping[str, str]) -> Markdown:
    """The languages as a Markdown table."""
    header, rows = cells(found, methods, names)
    return markdown_table(header, rows, numbers=1)


def said(counted: Mapping[str, Mapping[str, int]]) -> list[str]:
    """What each method found, with those before it, what it refused, and what it left out, a line each."""
    found: list[str] = []
    for method, counts in counted.items():
        joined = f"{method}, with those before it" if found else method
        line = f"{joined}: {several(counts['clusters'], 'cluster')} of {several(counts['members'], 'document')}"
        if "verified" in counts:
            line += f"; {several(counts['verified'], 'pair')} verified, {counts['refused']:,} refused"
        found.append(line)
        if counts.get("large_buckets"):
            shared = (
                "hashes were shared by more documents than largest_bucket"
                if method == "minhash"
                else "groups of hashes that may be near each other were too large"
            )
            found.append(
                f"{method}: {counts['large_buckets']:,} {shared}: {counts['pairs_left_out']:,} pairs among these were "
                "not compared"
            )
    return found


def said_of_benchmarks(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """What was found of each benchmark, a line each; see `pipelines.contamination.report`."""
    return [
        f"{each['benchmark']}: {several(each['documents'], 'document')} {_hold(each['documents'])} one of its "
        f"{several(each['items'], 'item')}, {each['short']:,} of which {are(each['short'])} too short to be looked for"
        for each in found
    ]


def doubts(found: Sequence[Line], counts: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> list[str]:
    """What a person should look at: no copy dropped at all, or languages of which nearly everything is a copy.

    `counts` are those of the search (`counted`).
    """
    whole = total(found)
    said = []
    if whole.passed >= ENOUGH and not whole.dropped:
        clusters = max((each["clusters"] for each in counts.values()), default=0)
        why = (
            f"of none of its {several(clusters, 'cluster')} two documents pass the filters"
            if clusters
            else "it found no copies"
        )
        said.append(f"deduplication dropped no document: {why}")
    for line in found:
        copies = sum(line.dropped.values())
        if line.passed >= ENOUGH and line.share > NEARLY_ALL:
            said.append(
                f"{named.both(line.lang, names)}: {copies:,} of the {line.passed:,} documents that passed the filters "
                "are dropped as copies; see whether they are: roots duplicates"
            )
    return said


def _hold(number: int) -> str:
    return "holds" if number == 1 else "hold"
