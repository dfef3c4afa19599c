"""Documents of a language as a person reads them: a list with what decided, and those on both sides of a line.

Which documents they are is found in the index of columns; then only the row groups in which they stand are read.
Memory: a block of the index, as many rows as are asked for, offset included, and a row group of texts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lang_params.check import near as nearest_name
from pipelines import storage
from pipelines.verdict import ORDER, outside
from roots.inspect_index import Held, InspectError
from roots.inspect_shard import AFTER, ELSEWHERE, FIRST, Block
from roots.inspect_shown import heads, hidden, instead, texts
from roots.trial import Limit, Limits, Trial
from roots.what_if import chosen, failing
from roots.why.find import matching, rows_of

if TYPE_CHECKING:
    import pandas as pd

    from lang_params.params import LangParams
    from roots.inspect import Corpus

KEPT = "kept"
"""The cause of a document that nothing drops."""

DROPPED = "dropped"
"""In the place of a cause: any but `KEPT`."""

TEXT = "text"
"""The column of the stored text."""

SORTS = (*ORDER, "bytes")
"""By what documents can be ordered, the lowest first; with a minus before it the highest."""


@dataclass(frozen=True)
class Chosen:
    """Some documents of an index: numbers of their shards and their rows there, the value by which they are ordered,
    what decides between equals, and a number that says more; all [documents]."""

    shards: NDArray[np.int64]
    rows: NDArray[np.int64]
    values: NDArray[np.float64]
    ties: NDArray[np.float64]
    says: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.rows)

    def some(self, which: NDArray[Any]) -> "Chosen":
        """Those of the documents, by their places or as a mask."""
        return Chosen(*(column[which] for column in vars(self).values()))

    def first(self, number: int) -> "Chosen":
        """So many that come first, in their order: by value, then by what decides between equals; NaN comes last."""
        found = self
        if len(self) > 4 * number:  # most of a block is far behind
            worst = np.partition(self.values, number - 1)[number - 1]
            found = self if np.isnan(worst) else self.some(self.values <= worst)
        order = np.lexsort((found.rows, found.shards, found.ties, found.values))
        return found.some(order[:number])


_NOTHING = Chosen(*(np.empty(0, kind) for kind in ("i8", "i8", "f8", "f8", "i8")))


def _together(found: Sequence[Chosen]) -> Chosen:
    columns = zip(*(vars(each).values() for each in found), strict=True)
    return Chosen(*(np.concatenate(column) for column in columns))


@dataclass(frozen=True)
class Listing:
    """Which documents are listed, and how.

    `cause` is what decided, "kept" or "dropped", or, with a colon at its end, how it begins; with a trial it is what
    would decide. Of a source, or with a signal; None: of all. `sort` is one of `SORTS`, with a minus before it for the
    highest first; documents without the measure come last. `n` documents are listed after the first `offset`; without
    `text` no text is read.
    """

    cause: str | None = None
    trial: Trial | None = None
    source: str | None = None
    signal: str | None = None
    sort: str = "stopwords"
    n: int = 100
    offset: int = 0
    text: bool = True


EVERYTHING = Listing()


def documents(corpus: "Corpus", lang: str, asked: Listing = EVERYTHING) -> "pd.DataFrame":
    """Documents of a language: id, source, cause, all measures, bytes, whether its text is `shown`, and its beginning.

    In the place of a text that may not be shown stands why. Raises InspectError for an unknown cause, order or source,
    LimitError for a trial that cannot be.
    """
    code = corpus.language(lang)
    blocks = _checked(corpus, code, asked)
    then, names = corpus.limits(code, asked.trial), {KEPT: 0}
    found = _NOTHING
    for block in blocks:
        here = _ordered(corpus, block, (then, names), asked)
        found = _together([found, here]).first(asked.offset + asked.n)
    found = found.some(np.arange(asked.offset, max(asked.offset, len(found))))
    said = list(names)
    return _listed(corpus, code, found, [said[number] for number in found.says.tolist()], text=asked.text)


def _checked(corpus: "Corpus", code: str, asked: Listing) -> list[Block]:
    """The blocks that are asked about. Raises InspectError for what cannot be asked."""
    by = asked.sort.removeprefix("-")
    if by not in SORTS:
        raise InspectError(f"sort = {asked.sort!r}: is nothing to order by; {nearest_name(by, SORTS)}")
    if asked.n < 1 or asked.offset < 0:
        raise InspectError(f"n = {asked.n}, offset = {asked.offset}: n is 1 or more, offset 0 or more")
    _check_source(corpus, asked.source)
    blocks = corpus.index.blocks(code, asked.source)
    _check_cause(asked.cause, blocks)
    return blocks


def _ordered(corpus: "Corpus", block: Block, how: tuple[Limits, dict[str, int]], asked: Listing) -> Chosen:
    """The documents of a block that are asked for, with the values by which they are ordered and numbers of causes."""
    says = _causes(corpus, block, *how)
    which = _having(says, asked.cause, how[1])
    signalled = chosen(corpus.index, block, asked.signal, every=True)
    places = np.flatnonzero(which if signalled is None else which & signalled)
    by = asked.sort.removeprefix("-")
    read = corpus.index.read(block, ["row", by], every=True)
    values = read[by].astype(np.float64)[places] * (-1 if by != asked.sort else 1)
    shards, rows = np.full(len(places), block.shard), read["row"][places].astype(np.int64)
    return Chosen(shards, rows, values, np.zeros(len(places)), says[places])


def _check_source(corpus: "Corpus", source: str | None) -> None:
    there = list(dict.fromkeys(each.shard.source for each in corpus.index.held))
    if source is not None and source not in there:
        raise InspectError(f"{corpus.work}: no source {source!r}; {nearest_name(source, there)}")


def _check_cause(cause: str | None, blocks: Sequence[Block]) -> None:
    known = dict.fromkeys([KEPT, DROPPED, *ORDER, *AFTER])
    known |= dict.fromkeys(name for block in blocks for name in block.causes if name is not None)
    begins = cause is not None and cause.endswith(":")
    if cause is not None and cause not in known and not begins:
        raise InspectError(f"cause = {cause!r}: nothing is dropped by this; {nearest_name(cause, list(known))}")


def _causes(corpus: "Corpus", block: Block, then: Limits, names: dict[str, int]) -> NDArray[np.int64]:
    """What decides of each document of a block under some limits, [rows], as numbers of `names`, which grows."""
    numbers = np.array([names.setdefault(name or KEPT, len(names)) for name in block.causes], np.int64)
    filters = np.array([0, *(names.setdefault(name, len(names)) for name in ORDER)], np.int64)
    read = corpus.index.read(block, ["cause", "fails"], every=True)
    said = numbers[read["cause"]]
    passed = read["fails"][: block.judged] == 0
    fails = failing(corpus.index, block, corpus.index.limits[str(block.lang)], then)
    # One that passed before and passes now has whatever came after the filters.
    said[: block.judged] = np.where((fails == 0) & passed, said[: block.judged], filters[FIRST[fails]])
    return said


def _having(says: NDArray[np.int64], cause: str | None, names: Mapping[str, int]) -> NDArray[np.bool_]:
    """Which documents have a cause, [rows] bool."""
    if cause is None:
        return np.ones(len(says), np.bool_)
    if cause == DROPPED:
        dropped: NDArray[np.bool_] = says != names[KEPT]
        return dropped
    wanted = [
        number for name, number in names.items() if name == cause or (cause[-1] == ":" and name.startswith(cause))
    ]
    return np.isin(says, wanted)


def _listed(corpus: "Corpus", code: str, found: Chosen, causes: Sequence[str], *, text: bool) -> "pd.DataFrame":
    import pandas as pd

    rows = _read(corpus, found, [*ORDER, "bytes"], text=text)
    shown = _shown(corpus, code, rows, whole=False) if text else [(False, "")] * len(rows)
    listed = [
        {"id": row["id"], "source": row["source"], "cause": cause}
        | {name: row[name] for name in (*ORDER, "bytes")}
        | {"shown": is_shown, "text": text}
        for row, cause, (is_shown, text) in zip(rows, causes, shown, strict=True)
    ]
    columns = ["id", "source", "cause", *ORDER, "bytes", "shown", "text"]
    frame = pd.DataFrame(listed, columns=columns)
    types = {name: "Int64" if name in ("number_words", "bytes") else "float64" for name in (*ORDER, "bytes")}
    return frame.astype(types | {"shown": "bool"})


@dataclass(frozen=True)
class Line:
    """Where examples are looked for: on both sides of the limit in force, or of the trial's, or at `near`; `n` on each
    side, drawn by `seed` among those that are equally near; of a source, or with a signal; None: of all."""

    near: float | None = None
    n: int = 10
    seed: int = 0
    trial: Trial | None = None
    source: str | None = None
    signal: str | None = None


IN_FORCE = Line()


def examples(corpus: "Corpus", measure: str, lang: str, asked: Line = IN_FORCE) -> "pd.DataFrame":
    """The documents nearest to a line on either side of it: id, source, value, kept (by this filter alone), text.

    Those that the filter drops come first, where `near` is given those below it; on each side the nearest comes first.
    For language_id a column `identified` says as which language a document was identified, "none" where as none; one
    that was identified as another is dropped whatever its value. Raises InspectError for an unknown measure, and where
    there is no line.
    """
    code = corpus.language(lang)
    then = corpus.limits(code, asked.trial)
    if measure not in then:
        raise InspectError(f"{measure!r}: is no filter that measures; {nearest_name(measure, list(then))}")
    if asked.n < 1:
        raise InspectError(f"n = {asked.n}: give 1 or more")
    _check_source(corpus, asked.source)
    limit = then[measure]
    lines = [asked.near] if asked.near is not None else [end for end in limit.ends if np.isfinite(end)]
    if not lines:
        raise InspectError(f"{measure}: has no limit in {corpus.names[code]} ({code}); say with near= where to look")
    sides = [_NOTHING, _NOTHING]
    for block in corpus.index.blocks(code, asked.source):
        here, first = _near(corpus, block, (measure, limit, lines), asked)
        sides = [_together([side, here.some(first == (place == 0))]).first(asked.n) for place, side in enumerate(sides)]
    return _examples(corpus, code, measure, sides)


def _near(
    corpus: "Corpus", block: Block, at: tuple[str, Limit, Sequence[float]], asked: Line
) -> tuple[Chosen, NDArray[np.bool_]]:
    """The documents of a block by their distance from the lines, and which of them come first."""
    measure, limit, lines = at
    read = corpus.index.read(block, [measure, "row", "state"])
    wanted = ~np.isnan(read[measure])
    signalled = chosen(corpus.index, block, asked.signal)
    there = np.flatnonzero(wanted if signalled is None else wanted & signalled)
    values = read[measure][there]
    drops = outside(values, *limit.ends)
    if measure == "language_id" and limit.applied:
        drops |= (read["state"][there] & ELSEWHERE) > 0
    distance = np.min([np.abs(values - line) for line in lines], axis=0)
    ties = np.random.default_rng([asked.seed % 2**64, block.shard, block.offset]).random(block.judged)[there]
    shards = np.full(len(there), block.shard)
    found = Chosen(shards, read["row"][there].astype(np.int64), distance, ties, drops.astype(np.int64))
    return found, drops if asked.near is None else values < asked.near


def _examples(corpus: "Corpus", code: str, measure: str, sides: Sequence[Chosen]) -> "pd.DataFrame":
    import pandas as pd

    found = _together(sides)
    identified = ["lang_identified"] if measure == "language_id" else []
    rows = _read(corpus, found, [measure, *identified])
    shown = _shown(corpus, code, rows, whole=True)
    listed = {
        "id": [row["id"] for row in rows],
        "source": [row["source"] for row in rows],
        "value": [row[measure] for row in rows],
        "kept": [not drops for drops in found.says.tolist()],
        "text": [text for _, text in shown],
    }
    if identified:
        listed["identified"] = [row["lang_identified"] or "none" for row in rows]
    return pd.DataFrame(listed)


def _read(corpus: "Corpus", found: Chosen, columns: Sequence[str], *, text: bool = True) -> list[dict[str, Any]]:
    """What the tables say of documents, in their order: id, source, places of personal data, some measures, text."""
    rows: dict[tuple[int, int], dict[str, Any]] = {}
    for shard in np.unique(found.shards).tolist():
        held = corpus.index.held[shard]
        wanted = np.unique(found.rows[found.shards == shard]).tolist()
        for row, said in zip(
            wanted, _rows(corpus.work, held, wanted, [*columns, *([TEXT] if text else [])]), strict=True
        ):
            rows[shard, row] = said
    return [rows[place] for place in zip(found.shards.tolist(), found.rows.tolist(), strict=True)]


def _rows(work: str, held: Held, wanted: Sequence[int], columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    measured = [name for name in columns if name != TEXT]
    path = held.shard.path(work, "documents")
    there = TEXT in columns and storage.size(path) is not None
    stored = rows_of(path, wanted, [TEXT]) if there else [{TEXT: ""} for _ in wanted]
    measures = rows_of(held.shard.path(work, "measures"), wanted, ["id", "pii", *measured])
    for one, other in zip(measures, stored, strict=True):
        yield {"source": held.shard.source, **one, **other}


def _shown(
    corpus: "Corpus", code: str | None, rows: Sequence[Mapping[str, Any]], *, whole: bool
) -> list[tuple[bool, str]]:
    """Of each document whether its text is shown, and the text, or its beginning, or why it is not."""
    reasons = hidden(corpus.work, {row["source"] for row in rows})
    mine = [row for row in rows if row["source"] not in reasons]
    given = [row["text"] for row in mine], [row["pii"] or () for row in mine], _params(corpus, code)
    said = iter(texts(*given) if whole else heads(*given))
    return [
        (False, instead(reasons[row["source"]])) if row["source"] in reasons else (True, next(said)) for row in rows
    ]


def _params(corpus: "Corpus", code: str | None) -> "LangParams | None":
    """The parameters of a language; None for one that is none of the corpus's."""
    return corpus.params(code) if code in corpus.languages else None


def text(corpus: "Corpus", id: str) -> str:
    """The stored text of a document as it may be shown; why it is not where it may not be.

    Raises InspectError where no judged document has the id.
    """
    for number, held in enumerate(corpus.index.held):
        for row in matching(held.ledger, "id", id):
            place = (np.array([each]) for each in (number, row, 0.0, 0.0, 0))
            [said] = _read(corpus, Chosen(*place), ["lang"])
            [(_, shown)] = _shown(corpus, said["lang"], [said], whole=True)
            return shown
    raise InspectError(f"{id!r}: no document of {corpus.work} has this id; an id is 32 of 0-9 and a-f")
