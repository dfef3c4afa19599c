"""What a card says of personal data: what was looked for, what was done with it, how much was found."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from roots import named
from roots.markdown import Markdown, code, table

KINDS = {
    "EMAIL": "e-mail addresses",
    "IP_ADDRESS": "addresses of machines on the internet",
    "KEY": "keys, numbers of accounts and telephones, and other long numbers",
    "USER": "user names that begin with @",
    "PHONE": "telephone numbers",
    "CREDIT_CARD": "numbers of payment cards",
    "IBAN": "numbers of bank accounts (IBAN)",
    "CRYPTO": "addresses of wallets",
    "NATIONAL_ID": "numbers that a state gives to people",
    "PERSON": "names of people",
}
"""What each kind is, in the order in which they stand on a card; placeholders name them so."""

ACTIONS = {
    "redact": "replaced by a placeholder",
    "drop": "the document is dropped",
    "mark": "left, and its place recorded",
    "off": "not looked for",
}


@dataclass(frozen=True)
class Personal:
    """What was found of one kind of personal data in one language: in how many documents, at how many places, and the
    same of those documents that are kept."""

    lang: str | None
    kind: str
    documents: int
    places: int
    kept_documents: int = 0
    kept_places: int = 0


COUNTS = ("documents", "places", "kept_documents", "kept_places")


def placeholder(kind: str) -> str:
    """What stands in the place of personal data of a kind.

    >>> placeholder("EMAIL")
    'PI:EMAIL'
    """
    return f"PI:{kind}"


def add(found: Iterable[Personal], *, by_language: bool = False) -> list[Personal]:
    """Sums by kind, in the order of `KINDS`, or by language and kind.

    >>> add([Personal("yo", "USER", 1, 2), Personal("sw", "USER", 1, 1), Personal("sw", "EMAIL", 1, 1)])[1].places
    3
    """
    sums: dict[tuple[str | None, str], Counter[str]] = {}
    for each in found:
        counts = {name: getattr(each, name) for name in COUNTS}
        sums.setdefault((each.lang if by_language else None, each.kind), Counter()).update(counts)
    order = [*KINDS, *sorted({kind for _, kind in sums} - set(KINDS))]
    keys = sorted(sums, key=lambda key: (key[0] is None, key[0] or "", order.index(key[1])))
    return [Personal(*key, *(sums[key][name] for name in COUNTS)) for key in keys]


def looked_for(actions: Mapping[str, Sequence[str]]) -> Markdown:
    """What was looked for: kinds with what is done where they are found; several where languages or sources differ."""
    rows = [
        [KINDS.get(kind, kind), code(placeholder(kind)), "; ".join(ACTIONS.get(each, each) for each in actions[kind])]
        for kind in [*KINDS, *sorted(set(actions) - set(KINDS))]
        if actions.get(kind) and tuple(actions[kind]) != ("off",)
    ]
    if not rows:
        return Markdown("Personal data was not looked for.")
    return table(["kind", "placeholder", "what is done"], rows)


def found(personal: Sequence[Personal]) -> Markdown:
    """What was found by kind, a place being one match."""
    rows = [
        [KINDS.get(each.kind, each.kind), each.documents, each.places, each.kept_documents, each.kept_places]
        for each in add(personal)
    ]
    if not rows:
        return Markdown("None was found.")
    header = ["kind", "documents with it", "places", "documents kept with it", "places in them"]
    return table(header, rows, numbers=1)


def by_language(personal: Sequence[Personal], names: Mapping[str, str]) -> Markdown:
    """Places by language and kind; languages in which there are none are left out."""
    sums = add(personal, by_language=True)
    if not sums:
        return Markdown("")
    kinds = [each.kind for each in add(personal)]
    langs = list(dict.fromkeys(each.lang for each in sums))
    places = {(each.lang, each.kind): each.places for each in sums}
    rows = [[named.both(lang, names), *(places.get((lang, kind), 0) for kind in kinds)] for lang in langs]
    return table(["language", *kinds], rows, numbers=1)
