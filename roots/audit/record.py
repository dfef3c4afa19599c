"""What is remembered of audits in a work folder: `audits/<lang>.json`, with what was drawn, labels and results.

A sheet that is handed to a speaker must not show what became of a document, so the strata stand here and not there. No
text and no note is kept; a name only where it was given for the cards. The file is a manifest that names no files, so
that `roots verify` knows it. It is not in SHA256SUMS: people change it between builds, it names documents that are not
in the corpus, and what is published of it stands in the cards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipelines import storage

FOLDER = "audits"
"""In a work folder: a file a language. No source may be named so."""

VERSION = 1
"""Of the form of the file."""

KEPT = "kept"
"""The stratum of the documents that are kept; the others are named for what dropped them."""

LABELS = ("good", "bad", "unsure")
"""What a speaker may say of a document."""

Limits = Mapping[str, Mapping[str, Any]]
"""Of each filter whether it is applied, and its bounds, as ledgers' manifests have them."""


class AuditError(ValueError):
    """An audit that cannot be drawn, or a sheet that cannot be read; the message says where and what is allowed."""


@dataclass(frozen=True)
class Stratum:
    """How many documents of the language it holds, and the ids of those that were drawn, in the order of their rank."""

    documents: int
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Draw:
    """What was drawn of a language: the seed, the limits then in force, the strata by name, the sources left out;
    `results` is what came of the sheet once it was read, None before."""

    seed: int
    limits: Limits
    strata: Mapping[str, Stratum]
    hidden: tuple[str, ...] = ()
    results: Mapping[str, Any] | None = None

    @property
    def key(self) -> str:
        """A hash of all that was drawn, by which the page for a speaker knows its labels again."""
        return storage.fingerprint(_json(replace(self, results=None)))

    @property
    def ids(self) -> frozenset[str]:
        """The ids of all documents that were drawn."""
        return frozenset(id for stratum in self.strata.values() for id in stratum.ids)


def path(work: str, lang: str) -> str:
    """Where the file of a language is."""
    return storage.join(work, FOLDER, f"{lang}.json")


def draws(work: str, lang: str) -> list[Draw]:
    """All that was drawn of a language; what was drawn or read last stands last. Raises AuditError for another form."""
    found = storage.read_json(path(work, lang))
    if found is None:
        if storage.size(path(work, lang)) is None:
            return []
        raise AuditError(f"{path(work, lang)}: is no JSON file; put back a copy of it, or remove it and draw anew")
    if not isinstance(found, dict) or found.get("version") != VERSION:
        raise AuditError(
            f"{path(work, lang)}: is of another version of roots ({VERSION} expected); remove it and draw anew"
        )
    try:
        return [_draw(each) for each in found["draws"]]
    except (KeyError, TypeError, AttributeError):
        raise AuditError(
            f"{path(work, lang)}: lacks what roots wrote; put back a copy, or remove it and draw anew"
        ) from None


def save(work: str, lang: str, draw: Draw) -> None:
    """Put a draw at the end of a language's file, in the place of the same one where it was there."""
    others = [_json(each) for each in draws(work, lang) if each.key != draw.key]
    says = {"version": VERSION, "lang": lang, "files": [], "draws": [*others, _json(draw)]}
    storage.write_json(path(work, lang), {"key": storage.fingerprint(says), **says})


def latest(work: str, langs: Sequence[str]) -> dict[str, Draw]:
    """The last draw of each language of which a sheet was read, by language; those without are left out."""
    there = set(storage.names(storage.join(work, FOLDER)))
    found = {}
    for lang in langs:
        read = [each for each in draws(work, lang) if each.results] if f"{lang}.json" in there else []
        if read:
            found[lang] = read[-1]
    return found


def _json(draw: Draw) -> dict[str, Any]:
    strata = [{"name": name, "documents": each.documents, "ids": list(each.ids)} for name, each in draw.strata.items()]
    said = {"seed": draw.seed, "limits": draw.limits, "strata": strata, "hidden": list(draw.hidden)}
    return said if draw.results is None else {**said, "results": draw.results}


def _draw(says: Mapping[str, Any]) -> Draw:
    strata = {each["name"]: Stratum(each["documents"], tuple(each["ids"])) for each in says["strata"]}
    return Draw(says["seed"], says["limits"], strata, tuple(says["hidden"]), says.get("results"))
