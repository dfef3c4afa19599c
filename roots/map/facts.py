"""The facts of a map: everything that page and pictures show, as one JSON value of bounded size.

A leaf of the map is a language in a source. Of very many the largest are shown one by one and the others of a language
together; every sum stays what it is. Facts hold counts and names from entries and parameters, no text of documents.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from catalog.code import extension_files, extensions
from filters.table import FILTERS
from lang_params.params import LangParams
from pipelines.bins import Counts, quantiles, view
from pipelines.census import BYTES, SCALES, Alone, Census, Files
from roots import bloom, funnel, named
from roots.cards.causes import in_words
from roots.cards.facts import Corpus
from roots.map.languages import OTHER, Shown, shown
from roots.visible import line

VERSION = 1
"""Of the form of the facts."""

LEAVES = 2000
"""Leaves that are shown one by one; the others of a language are one leaf together. About 0.4 kB each."""

BINS = 50
"""Bars of a histogram, as in the threshold app of ROOTS."""

BOX = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The quantiles of a box plot: ends of the whiskers, of the box, and the median."""

KINDS = ("catalogue", "pseudo_crawl", "oscar", "code")
"""Kinds of sources, in the order in which a map shows them."""

REST = -1
"""In the place of the number of a source: all that are not shown by themselves."""


@dataclass
class _Leaf:
    """One language in one source, or in `sources` of them, while it is summed; sizes are [2, bins] (`census.KEPT`)."""

    came: tuple[int, int]
    kept: tuple[int, int]
    mixed: tuple[int, int]
    dropped: dict[str, tuple[int, int]]
    sizes: Counts
    sources: int = 1

    def add(self, other: "_Leaf") -> None:
        """Take another leaf into this one."""
        self.came, self.kept, self.mixed = (
            _both(mine, its)
            for mine, its in zip((self.came, self.kept, self.mixed), (other.came, other.kept, other.mixed), strict=True)
        )
        for cause, counts in other.dropped.items():
            self.dropped[cause] = _both(self.dropped.get(cause, (0, 0)), counts)
        self.sizes = self.sizes + other.sizes
        self.sources += other.sources


def facts(corpus: Corpus, census: Census) -> dict[str, Any]:
    """All that a map shows of a corpus."""
    leaves = _leaves(corpus, census)
    parts, uids = _largest(leaves)
    codes = [code for code in dict.fromkeys([*corpus.languages, OTHER.code]) if any(code == lang for lang, _ in parts)]
    causes = sorted({cause for leaf in parts.values() for cause in leaf.dropped}, key=_rank)
    entries = {source.entry.uid: source.entry for source in corpus.sources}
    languages = [_shown(code, corpus) for code in codes]
    tokens, names = _summed(corpus.tokens), named.languages()
    return {
        "version": VERSION,
        "name": line(corpus.name),
        "profile": corpus.profile,
        "description": line(corpus.description),
        "contact": line(corpus.contact),
        "alpha": corpus.alpha,
        "budget": corpus.budget,
        "languages": [{**each.record(), "tokens": tokens.get(each.code, 0)} for each in languages],
        "kinds": list(KINDS),
        "sourcesInAll": len(corpus.sources),
        "sources": [
            {
                "uid": uid,
                "name": line(entries[uid].name),
                "kind": entries[uid].kind,
                "custodian": line(entries[uid].custodian.name),
                "licence": line(entries[uid].licence.id),
            }
            for uid in uids
        ],
        "causes": [{"name": cause, "what": in_words(cause)} for cause in causes],
        "parts": [
            _part(leaf, place=(codes.index(lang), REST if uid is None else uids.index(uid)), causes=causes)
            for (lang, uid), leaf in parts.items()
        ],
        "sizes": [_boxes(_whole(parts, lang)) for lang in codes],
        "filters": [
            {"name": each.name, "what": each.what, "unit": each.unit} for each in FILTERS if each.name in SCALES
        ],
        "histograms": [
            found
            for number, lang in enumerate(codes)
            if lang in corpus.languages
            for found in _histograms(number, corpus.languages[lang], census)
        ],
        "extensions": [
            {"extension": name, "language": language, "bloom": extension_files()[name]}
            for name, language in extensions().items()
        ],
        "files": _files(census.files, uids),
        "bloom": [
            {"table": name, "rows": [[code, names[code], percent] for code, percent in rows.items()]}
            for name, rows in bloom.TABLES.items()
        ],
    }


def _leaves(corpus: Corpus, census: Census) -> dict[tuple[str, str], _Leaf]:
    """The leaves by language and source; languages that the corpus does not have are one, ""."""
    found: dict[tuple[str, str], _Leaf] = {}
    mixed = _mixed(corpus.mixed)
    for source in corpus.sources:
        uid = source.entry.uid
        for row in funnel.lines(source.funnel):
            lang = row.name if row.name is not None and row.name in corpus.languages else OTHER.code
            dropped = _dropped(source.funnel, row.name)
            leaf = _Leaf(
                came=(row.documents, row.bytes),
                kept=(row.kept, row.kept_bytes),
                mixed=mixed.get((uid, row.name or ""), (0, 0)),
                dropped=dropped,
                sizes=census.sizes.get((uid, row.name or ""), np.zeros((2, SCALES[BYTES].bins), np.int64)),
            )
            if (lang, uid) in found:
                found[lang, uid].add(leaf)
                found[lang, uid].sources = 1
            else:
                found[lang, uid] = leaf
    return found


def _dropped(counts: pa.Table, lang: str | None) -> dict[str, tuple[int, int]]:
    """Documents and bytes that each cause put out, of one language (None: not known)."""
    langs, causes, documents, sizes = (counts.column(name).to_pylist() for name in funnel.FUNNEL.names[1:])
    found: dict[str, tuple[int, int]] = {}
    for mine, cause, number, size in zip(langs, causes, documents, sizes, strict=True):
        if mine == lang and cause is not None:
            # What a policy refuses and why a file cannot be read can be of many kinds.
            name = cause.split(":")[0] if cause.startswith(("policy:", "error:")) else cause
            found[name] = _both(found.get(name, (0, 0)), (number, size))
    return found


def _largest(leaves: Mapping[tuple[str, str], _Leaf]) -> tuple[dict[tuple[str, str | None], _Leaf], list[str]]:
    """The leaves that are shown by themselves, those of a language that are not summed under None; the sources."""
    ordered = sorted(leaves, key=lambda key: (-leaves[key].came[1], key))
    alone = frozenset(ordered[:LEAVES])
    found: dict[tuple[str, str | None], _Leaf] = {}
    for lang, uid in sorted(leaves):
        leaf = leaves[lang, uid]
        if (lang, uid) in alone:
            found[lang, uid] = leaf
        elif (lang, None) in found:
            found[lang, None].add(leaf)
        else:
            found[lang, None] = leaf
    return found, sorted({uid for _, uid in alone})


def _part(leaf: _Leaf, *, place: tuple[int, int], causes: Sequence[str]) -> dict[str, Any]:
    language, source = place
    return {
        "language": language,
        "source": source,
        "sources": leaf.sources,
        "in": list(leaf.came),
        "kept": list(leaf.kept),
        "corpus": list(leaf.mixed),
        "dropped": [[causes.index(cause), *counts] for cause, counts in sorted(leaf.dropped.items())],
        "sizes": _boxes(leaf.sizes),
    }


def _whole(parts: Mapping[tuple[str, str | None], _Leaf], lang: str) -> Counts:
    """Sizes of all documents of a language, [2, bins]."""
    return _summed_counts([leaf.sizes for (mine, _), leaf in parts.items() if mine == lang])


def _summed_counts(several: Sequence[Counts]) -> Counts:
    found = np.zeros_like(several[0])
    for each in several:
        found += each
    return found


def _boxes(sizes: Counts) -> dict[str, list[int]]:
    """Quantiles of the sizes of documents, of all that came in and of those kept; none where there are none."""
    scale = SCALES[BYTES]
    came, kept = (quantiles(counts, scale, BOX) for counts in (sizes.sum(axis=0), sizes[1]))
    return {"in": [round(value) for value in came], "kept": [round(value) for value in kept]}


def _histograms(number: int, params: LangParams, census: Census) -> list[dict[str, Any]]:
    """The histograms of the filters in one language, of those of which it has measures."""
    found = []
    reasons = params.not_applied()
    measured = {key[1:]: counts for key, counts in census.measured.items() if key[0] == params.code}
    for name in (each.name for each in FILTERS if each.name in SCALES):
        kinds = {kind: counts for kind in KINDS if (counts := measured.get((name, kind))) is not None}
        if not kinds:
            continue
        setting, scale = params.filters[name], SCALES[name]
        marks = [value for value in (setting.min, setting.max) if value is not None]
        whole = _summed_counts([counts.sum(axis=0) for counts in kinds.values()])
        window = view(whole, scale, BINS, marks if name not in reasons else [])
        low, high = window.ends(scale)
        alone = census.alone.get((params.code, name), Alone())
        found.append(
            {
                "language": number,
                "filter": name,
                "log": scale.log,
                "low": low,
                "high": high,
                "min": setting.min,
                "max": setting.max,
                "notApplied": reasons.get(name, ""),
                "measured": alone.measured,
                "drops": alone.drops,
                "outside": int(whole.sum()) - sum(window.shown(whole)),
                "kinds": {kind: [window.shown(counts[1]), window.shown(counts[0])] for kind, counts in kinds.items()},
            }
        )
    return found


def _files(files: Mapping[tuple[str, str], Files], uids: Sequence[str]) -> list[list[Any]]:
    """Files of code by source and extension: source, extension, then documents and bytes that came in, and kept."""
    places = {uid: number for number, uid in enumerate(uids)}
    sums: dict[tuple[int, str], np.ndarray[Any, np.dtype[np.int64]]] = {}
    for (uid, name), each in files.items():
        counts = np.array([each.documents, each.bytes, each.kept, each.kept_bytes], np.int64)
        key = (places.get(uid, REST), name)
        sums[key] = sums.get(key, np.zeros(4, np.int64)) + counts
    return [[*key, *map(int, counts)] for key, counts in sorted(sums.items())]


def _summed(tokens: Mapping[str, int]) -> dict[str, int]:
    """Tokens by language; those of a language's splits ("yo/validation") are its own."""
    found: dict[str, int] = {}
    for name, count in tokens.items():
        lang = name.split("/")[0]
        found[lang] = found.get(lang, 0) + count
    return found


def _mixed(mixed: Mapping[tuple[str, str], tuple[int, int]]) -> dict[tuple[str, str], tuple[int, int]]:
    """Documents and bytes in the corpus by source and language, splits summed."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for (uid, name), counts in mixed.items():
        key = (uid, name.split("/")[0])
        found[key] = _both(found.get(key, (0, 0)), counts)
    return found


def _shown(code: str, corpus: Corpus) -> Shown:
    return shown(corpus.languages[code].language if code in corpus.languages else OTHER)


def _rank(cause: str) -> tuple[int, str]:
    firsts = [name.rstrip(":") for name in funnel.CAUSES]
    first = cause.split(":")[0]
    return (firsts.index(first) if first in firsts else len(firsts), cause)


def _both(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], one[1] + other[1]
