"""Examples on cards: of each filter the text that it dropped by the least, and one that it kept by the least.

Only texts that may be shown to everybody are: of a source whose text may be given to everyone, with permission or
under an open licence, and in which personal data is replaced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from catalog.entry import Entry
from filters.table import FILTERS
from lang_params.params import LangParams
from pipelines.counted import several
from pipelines.verdict import ORDER
from roots.cards.tables import interval
from roots.excerpts import LENGTH, block
from roots.markdown import Markdown, code, inline

OPEN = ("open license", "public domain")
"""Properties of a licence under which anybody may show a text."""

WHAT = {each.name: each.what for each in FILTERS}

RULE = (
    f"Of each filter that dropped something: the document nearest to the limit among those dropped and among those "
    f"kept. Texts are shown from their beginning, {LENGTH} characters at most, with personal data replaced and line "
    f"ends written as spaces."
)


@dataclass(frozen=True)
class Example:
    """A document that a filter dropped, or that was kept with a value near the limit; `text` is safe to be shown
    (`roots.excerpts`), `characters` the length of the whole. `identified` is the language it was identified as."""

    lang: str
    filter: str
    kept: bool
    distance: float
    id: str
    source: str
    value: float
    text: str
    characters: int
    identified: str | None = None


def hidden(entry: Entry) -> str:
    """Why no text of a source is shown, as a sentence; "" where texts may be.

    >>> hidden(Entry("a", "A", release="closed"))
    'the text may be given to nobody'
    """
    open_licence = any(each in OPEN for each in entry.licence.properties)
    reasons = {
        "the text may be given to nobody": entry.release == "closed",
        "the text may be given only to those who accept terms": entry.release != "public",
        "the licence forbids to distribute it": "do not distribute" in entry.licence.properties,
        "personal data is not replaced in it": not entry.redact,
        "the custodian did not allow it": entry.permission.outcome in ("refused", "pending"),
        "neither licence nor permission says that it may be shown": not open_licence
        and entry.permission.outcome != "granted",
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def of_source(entry: Entry, examples: Sequence[Example], languages: Mapping[str, LangParams]) -> Markdown:
    """The examples of one source; why there are none where there are none."""
    if reason := hidden(entry):
        return Markdown(f"No text of this source is shown here: {reason}.")
    if not examples:
        return Markdown("No filter dropped a document of this source.")
    return Markdown(f"{RULE}\n\n{_blocks(examples, languages)}")


def of_language(
    examples: Sequence[Example], languages: Mapping[str, LangParams], withheld: Sequence[str] = ()
) -> Markdown:
    """The examples of one language, of all sources whose texts may be shown; `withheld` are the uids of the others."""
    said = f"No text is shown of {', '.join(map(code, withheld))}: the card of the source says why." if withheld else ""
    if not examples:
        return Markdown(f"No filter dropped a document that may be shown. {said}".rstrip())
    return Markdown(f"{RULE} {said}".rstrip() + f"\n\n{_blocks(examples, languages, sources=True)}")


def _blocks(examples: Sequence[Example], languages: Mapping[str, LangParams], *, sources: bool = False) -> str:
    parts = []
    for name, group in groupby(sorted(examples, key=lambda each: (ORDER.index(each.filter), each.kept)), _filter):
        pair = list(group)
        params = languages[pair[0].lang]
        limit = f"Limit in {params.language.name}: {interval(params.filters[name])}."
        parts.append(f"### The filter {code(name)}\n\n{inline(WHAT[name])} {inline(limit)}")
        parts += [_block(each, params, sources=sources) for each in pair]
    return "\n\n".join(parts)


def _filter(example: Example) -> str:
    return example.filter


def _block(example: Example, params: LangParams, *, sources: bool) -> str:
    said = "Kept, with" if example.kept else "Dropped, with"
    value = f"{example.value:.6g}"
    found = example.identified if example.filter == "language_id" and example.identified != example.lang else None
    other = f", found to be in {code(found)}" if found else ""
    where = f" of {code(example.source)}" if sources else ""
    head = f"{said} {value}{other}: document {code(example.id)}{where}, {several(example.characters, 'character')}."
    language = "" if params.language.bcp47 == "zxx" else params.language.bcp47
    return f"{head}\n\n{block(example.text or '(no text)', language)}"
