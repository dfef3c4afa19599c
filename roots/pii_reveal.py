"""What stood in the place of a redaction: read again from the source's own file, and shown to nobody else.

An id is the hash of the place that a record was read from, so the file is read through until a record has it. What was
redacted is then looked for by the words around it. Cleaning and redaction of the neighbourhood can change those; then
it cannot be found, and that is said.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

from catalog.entry import Entry, EntryError, load
from catalog.sources import Input, inputs, read

if TYPE_CHECKING:
    from roots.pii_audit import Seen

MOST = 300
"""Characters that a redaction may have stood for; a match of the rules is rarely longer than a line."""

NEAR = 24
"""Characters of the context by which the place is found."""


def originals(sample: Sequence["Seen"], catalogue: str) -> list[str]:
    """What stood in the place of each of some spans, in brackets why that is not known."""
    texts: dict[tuple[str, str], str] = {}
    faults: dict[str, str] = {}
    by_source: dict[str, list[Seen]] = defaultdict(list)
    for seen in sample:
        by_source[seen.source].append(seen)
    for source, some in by_source.items():
        try:
            entry = load(f"{catalogue.rstrip('/')}/{source}.toml")
            texts |= {(source, id): text for id, text in _texts(entry, some).items()}
        except (EntryError, OSError) as error:
            faults[source] = str(error)
    return [_original(seen, texts.get((seen.source, seen.id)), faults.get(seen.source)) for seen in sample]


def _texts(entry: Entry, some: Sequence["Seen"]) -> dict[str, str]:
    """The texts of documents by id, as the source's files have them; those that are not there are left out."""
    files = {file.name: file for file in inputs(entry)}
    wanted: dict[str, set[str]] = defaultdict(set)
    for seen in some:
        wanted[seen.input].add(seen.id)
    found: dict[str, str] = {}
    for name, ids in wanted.items():
        if name in files:
            found |= _of_file(entry, files[name], ids)
    return found


def _of_file(entry: Entry, file: Input, ids: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for batch in read(entry, file):
        for row, id in enumerate(batch.column("id").to_pylist()):
            if id in ids:
                found[id] = batch.column("text")[row].as_py()
        if len(found) == len(ids):
            break
    return found


def _original(seen: "Seen", text: str | None, fault: str | None) -> str:
    if fault is not None:
        return f"(cannot be shown: {fault})"
    if text is None:
        return "(cannot be shown: the source's file has no record with this id any more)"
    held = between(text, seen.before, seen.after)
    return held if held is not None else "(cannot be shown: cleaning changed the text around it)"


def between(text: str, before: str, after: str) -> str | None:
    """What stands in a text between the end of one context and the beginning of another; None where that is not sure.

    White space may be other than in the contexts, for modifiers make it plain.

    >>> between("Andika kwa  juma@mfano.co.tz leo.", "Andika kwa ", " leo.")
    'juma@mfano.co.tz'
    >>> between("a@b.tz au c@d.tz", "PI:EMAIL au ", "")
    'c@d.tz'
    >>> between("au a@b.tz au c@d.tz", "au ", "") is None
    True
    """
    left, right = _pattern(before[-NEAR:], ends=True), _pattern(after[:NEAR], ends=False)
    found = re.findall(rf"{left}(?=(\S.{{0,{MOST}}}?){right})", text, flags=re.DOTALL)
    return found[0] if len(found) == 1 else None


def _pattern(context: str, *, ends: bool) -> str:
    """A pattern of a context that ends at the place, or begins there; of the text's own beginning or end if empty.

    A placeholder beside it and what is beyond are left out: another text stood there.
    """
    pieces = re.split(r"PI:[A-Z_]+", context)
    plain = pieces[-1] if ends else pieces[0]
    if not plain and len(pieces) == 1:
        return r"\A" if ends else r"\s*\Z"
    if not plain.strip():
        return r"(?!)"
    words = r"\s+".join(map(re.escape, plain.split()))
    space = r"\s*"
    return f"{space if plain[0].isspace() else ''}{words}{space if plain[-1].isspace() else ''}"
