"""What is known of a document in plain words: paragraphs under headings, and a table of its measures.

A terminal and a notebook show the same sentences. Names, addresses and reasons are others' text, so nothing in them may
steer what shows them.
"""

from collections.abc import Iterator, Sequence
from html import escape

from filters.signing import METHODS
from pipelines.counted import several
from pipelines.verdict import CONTAMINATED, DUPLICATE, ORDER, POLICY
from pipelines.withhold import REMOVED
from roots.cards.causes import in_words
from roots.cards.personal import KINDS
from roots.cards.steps import what
from roots.limit_words import between
from roots.named import both
from roots.visible import line
from roots.why.facts import Cluster, Copy, Measured, Stand, Tokens, Why

HEADERS = ("filter", "value", "kept where", "verdict", "unit")
"""Of the table of measures."""

MOST_NAMED = 10
"""Documents that gave way to one that are named in the text; `--json` names all."""

UNREAD = "error:read"
"""The cause of a record that could not be read: no step of its source came to it."""

FAILED = {UNREAD: "it could not be read", "error:redact": "personal data could not be looked for in it"}
"""Why a document failed, in words."""

Section = tuple[str, Sequence[str]]
"""A heading, and the sentences below it."""


def sections(why: Why) -> list[Section]:
    """All that is said of a document beside the table, under headings; those with nothing to say are left out."""
    said: list[Section] = [
        ("Document", list(_document(why))),
        ("Verdict", list(_verdict(why))),
        ("Cleaning", list(_cleaning(why))),
        ("Copies", [] if why.cluster is None else list(_copies(why.cluster))),
        ("Personal data", list(_personal(why))),
        ("Passages", list(_cut(why))),
        ("Where it stands", list(_stands(why))),
        ("Of the folder", [line(note) for note in why.notes]),
    ]
    return [(title, lines) for title, lines in said if lines]


def _document(why: Why) -> Iterator[str]:
    origin = why.origin
    name = both(origin.uid, {origin.uid: line(origin.name)} if origin.name else {})
    licence = f", licence {line(origin.licence)}" if origin.licence else ""
    custodian = f", of {line(origin.custodian)}" if origin.custodian else ""
    yield f"id: {why.id}"
    yield f"source: {name}{custodian}{licence}"
    yield f"read from: {line(why.file)}, document {why.number:,} of it"
    if why.source_id:
        yield f"its own id: {line(why.source_id)}"
    if why.url:
        yield f"address: {line(why.url)}"
    yield f"language: {_language(why)}"
    if why.bytes:
        yield f"text as stored: {several(why.bytes, 'byte')} of UTF-8"
    if why.found_by != "id":
        yield f"found by: {_CALLED[why.found_by]}"


_CALLED = {"source_id": "its own id", "url": "its address", "content_hash": "the hash of its content"}


def _language(why: Why) -> str:
    names = {code: name for code, name in _names(why) if code and name}
    lang, other = both(why.lang, names), both(why.identified, names)
    by = f" by {why.identifier}" if why.identifier else ""
    if why.identified is None:
        return f"{lang}, not identified"
    if why.identified == why.lang:
        return f"{lang}, identified as the same{by}"
    return f"{lang} as declared, identified as {other}{by}"


def _names(why: Why) -> Iterator[tuple[str | None, str]]:
    yield why.lang, why.language
    yield why.identified, why.identified_language


def _verdict(why: Why) -> Iterator[str]:
    if not why.judged and why.cause is None:
        yield "Not judged yet: roots build and roots dedup write the verdicts."
        return
    yield _decided(why)
    if why.asked and why.cause != REMOVED:
        yield f"Somebody asked to have it taken out, and the next roots build does so. {line(why.asked)}"
    for hit in why.contamination:
        yield f"It holds {hit.share:.0%} of item {hit.item:,} of the benchmark {line(hit.benchmark)}."
    if why.also:
        would = ", ".join(why.also)
        yield f"It would also have been dropped by: {would}." if why.cause in ORDER else _alone(would)
    if why.signals:
        yield f"The record says of itself: {', '.join(map(line, why.signals))}."
    if why.harmful_perplexity is not None:
        yield f"OSCAR's model of adult text gives it a perplexity of {why.harmful_perplexity:g}."


def _alone(would: str) -> str:
    return f"Had it come to the filters, it would have been dropped by: {would}."


def _decided(why: Why) -> str:
    """The sentence on what decided."""
    cause, reason = why.cause, f": {line(why.reason)}" if why.reason else ""
    if cause is None:
        applied = sum(each.applied for each in why.measures)
        passed = f"it passed {several(applied, 'filter')}, all that are applied" if applied else "no filter is applied"
        return f"Kept: {passed} in its language."
    if cause == REMOVED:
        return f"Removed: somebody asked to have it taken out. {_gone(why)}"
    if cause.startswith("error:"):
        return f"Failed: {FAILED.get(cause, in_words(cause))}{reason}."
    if cause.startswith("clean:"):
        step = cause.removeprefix("clean:")
        says = what(step)
        return f"Cleaned away by {step}{f' ({says[0].lower()}{says[1:-1]})' if says else _words(cause)}{reason}."
    if cause.startswith(POLICY):
        return f"Refused by the recipe's policy: {_refused(cause.removeprefix(POLICY))}."
    if cause == "language_id" and not why.in_corpus:
        return "Dropped: it is in a language that the corpus does not have (language_id)."
    if cause in ORDER:
        said = "not surely in its language" if cause == "language_id" else in_words(cause)
        return f"Dropped by the filter {cause}, {said}: {_fails(why, cause)}."
    if cause == DUPLICATE:
        return "Dropped as a duplicate: it passed the filters, and another copy of it is kept."
    if cause == CONTAMINATED:
        return "Dropped as contaminated: it passed the filters, and holds an item of a benchmark."
    return f"Dropped by {cause}: {in_words(cause)}{reason}."


def _words(cause: str) -> str:
    said = in_words(cause)
    return "" if said.startswith("the cleaning step") else f" ({said})"


def _gone(why: Why) -> str:
    asked = why.asked or "Why stands in the recipe's file of removals: say which with --recipe."
    if why.withheld and not why.mix.stands:
        proof = "roots verify --removed reads every table to prove it."
        return f"{line(asked)} Its text is gone: its row is empty, and no file of the mix holds it; {proof}"
    return "But something of it is still in this folder: roots build takes it out, roots verify --removed says where."


def _refused(what: str) -> str:
    if what == "smallest_source":
        return "fewer bytes of its source pass the filters than it asks for (smallest_source)"
    if what == "harmful_perplexity":
        return "it is too much like adult text (harmful_perplexity)"
    return f"it does not accept documents that say {line(what)} of themselves"


def _fails(why: Why, name: str) -> str:
    measured = next(each for each in why.measures if each.filter == name)
    note = f", {measured.note}" if measured.note else ""
    return f"it has {number(measured.value)}{note}, and {between(measured.min, measured.max)} is kept"


def number(value: float | None) -> str:
    """A measure as people read it: six digits at most; "none" where it was not taken.

    >>> number(0.0512345678), number(12345), number(None)
    ('0.0512346', '12,345', 'none')
    """
    if value is None:
        return "none"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.6g}"


def rows(why: Why) -> list[tuple[str, ...]]:
    """The rows of the table of measures, under HEADERS; none for a document of which nothing was measured."""
    if all(each.value is None for each in why.measures):
        return []
    return [
        (each.filter, number(each.value), between(each.min, each.max), _passed(each), each.unit)
        for each in why.measures
    ]


def _passed(measured: Measured) -> str:
    if measured.applied:
        verdict = "passes" if measured.passed else "fails"
        return f"{verdict}: {measured.note}" if measured.note else verdict
    return f"not applied: {measured.note}" if measured.note else "no limit"


def _cleaning(why: Why) -> Iterator[str]:
    chain = why.cleaned.chain
    if not chain or why.cause == UNREAD:
        return
    yield f"The chain of its source: {', '.join(chain)}."
    if why.cause == REMOVED:
        return
    told = (why.cause or "").removeprefix("clean:")
    for step, did in why.cleaned.sampled:
        if step != told:
            yield f"{step} {line(did)}."
    if not why.cleaned.sampled and why.cause != f"clean:{told}":
        sample = "What its steps changed is recorded of a sample of documents, and this one is in none."
        yield "No step changed it." if why.cleaned.complete else sample


def _copies(cluster: Cluster) -> Iterator[str]:
    if cluster.repeats is not None:
        copy = cluster.repeats
        yield f"It repeats {copy.id}{f' of {copy.source}' if copy.source else ''}, found by {_method(copy)}."
        if cluster.copies:
            yield f"{several(cluster.copies, 'document')} that passed the filters are alike; that one is kept."
    elif cluster.copies == 1:
        yield "No other document that passed the filters repeats it."
    elif cluster.copies:
        yield f"{several(cluster.copies, 'document')} that passed the filters are alike, itself included; it is kept."
        for copy in cluster.gave_way[:MOST_NAMED]:
            yield f"{copy.id} of {copy.source} gave way to it, found by {_method(copy)}."
        if len(cluster.gave_way) > MOST_NAMED:
            yield f"So did {len(cluster.gave_way) - MOST_NAMED:,} more."
    if cluster.keep and (cluster.copies or 0) > 1:
        yield f"Which one of them is kept was chosen by: {', '.join(cluster.keep)}."


def _method(copy: Copy) -> str:
    alike = "" if copy.similarity is None else f", similarity {copy.similarity:.3g}"
    known = _METHODS.get(copy.method or "", "")
    return f"{copy.method or 'a method that is not recorded'}{f' ({known})' if known else ''}{alike}"


_METHODS = {
    **dict.fromkeys(METHODS, ""),
    "exact": "the same text but for case and spaces",
    "url": "the same address",
    "minhash": "many word sequences in common",
    "simhash": "fingerprints of the text that differ in few bits",
    "substring": "all of its text stands in others",
}


def _personal(why: Why) -> Iterator[str]:
    for each in why.personal:
        name = KINDS.get(each.kind, each.kind)
        if each.redacted:
            yield f"{each.kind} ({name}): replaced at {several(each.redacted, 'place')}."
        if each.marked:
            yield f"{each.kind} ({name}): marked at {several(each.marked, 'place')} and left in the text."


def _cut(why: Why) -> Iterator[str]:
    if why.cut is not None:
        gone = why.cut.bytes - why.cut.bytes_left
        passages = several(why.cut.passages, "passage")
        yield f"{passages} of it that others repeat are left out: {gone:,} of {several(why.cut.bytes, 'byte')}."


def _stands(why: Why) -> Iterator[str]:
    mix = why.mix
    if why.exported is not None:
        yield f"{line(why.exported[0])}, record {why.exported[1]:,}"
    if mix.times is not None and mix.times > 1:
        yield f"It stands {mix.times} times in the mix."
    for stand in mix.stands:
        yield from _stand(stand)
    if mix.stands or not why.judged or why.cause is not None:
        return
    if mix.decided == "budget":
        yield f"Kept, and not in the mix: {_share(why)}."
        yield "Which documents go in is decided by hashes of their ids."
    elif mix.decided == "rule":
        yield f"Kept, and not in the mix: a rule for its source let in {_part(why)} that were kept of it here."
    elif not mix.made and why.exported is None:
        yield "Nothing is mixed in this folder yet: roots mix and roots build make the datasets."


def _share(why: Why) -> str:
    if not why.mix.took:
        return "it took nothing of its language"
    name = why.language or why.lang
    return f"it took {why.mix.took / why.mix.had:.0%} of the {why.mix.unit} of {name} ({_part(why)})"


def _part(why: Why) -> str:
    return f"{why.mix.took:,} of {several(why.mix.had, why.mix.unit.removesuffix('s'))}"


def _stand(stand: Stand) -> Iterator[str]:
    dataset = f"{stand.dataset}, {stand.split}" if stand.split else stand.dataset
    yield f"In the dataset {dataset}: document {stand.index:,} of it, counted from 0."
    yield f"{stand.corpus}, row {stand.row:,}"
    if stand.parquet:
        yield f"{stand.parquet}, row {stand.row:,}"
    if stand.tokens is not None:
        yield _tokens(stand.tokens)


def _tokens(tokens: Tokens) -> str:
    place = f"sequence {tokens.sequence:,}, {several(tokens.tokens, 'token')}"
    return f"{tokens.prefix}.bin, {place}, from byte {tokens.offset:,}"


def plain(why: Why) -> str:
    """Everything in lines for a terminal."""
    found: list[str] = []
    for title, lines in sections(why):
        found += [title, *(f"  {each}" for each in lines), ""]
        if title == "Verdict" and (table := rows(why)):
            found += ["Measures", *_columns([HEADERS, *table]), ""]
    return "\n".join(found).rstrip()


def _columns(table: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADERS))]
    for row in table:
        cells = [cell.rjust(width) if place == 1 else cell.ljust(width) for place, (cell, width) in _each(row, widths)]
        yield f"  {'  '.join(cells)}".rstrip()


def _each(row: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[int, tuple[str, int]]]:
    return enumerate(zip(row, widths, strict=True))


def html(why: Why) -> str:
    """The same as HTML for a notebook or a page; each line has the direction of what it says."""
    found = ['<div class="roots-why">']
    for title, lines in sections(why):
        items = "".join(f'<li dir="auto">{escape(each)}</li>' for each in lines)
        found.append(f"<h4>{escape(title)}</h4><ul>{items}</ul>")
        if title == "Verdict" and (table := rows(why)):
            head = "".join(f"<th>{each}</th>" for each in HEADERS)
            body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in table)
            found.append(f"<h4>Measures</h4><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    return "".join([*found, "</div>"])
