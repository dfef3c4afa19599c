"""The tables of a recipe that say how copies are found, which of them stays, and what is cut: read and checked.

They stand in the example of `roots.recipe`. A key that would change nothing, because what it belongs to is not asked
for, is refused: who writes it expects something of it.
"""

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filters.signing import METHODS, MOST_UNITS, PRESETS, MinHash, Signing, SigningError, SimHash
from filters.substrings import LARGEST
from pipelines.contamination import Settings as Decontamination
from pipelines.copies import CRITERIA, CopiesError, Keep
from pipelines.search import SCOPES, Settings
from pipelines.substring_parts import Settings as Substrings
from roots.values import SHARE, TEXTS, Allowed, one_of, some_of, whole

KINDS = ("catalogue", "pseudo_crawl", "oscar", "code")
"""The order of sources by kind: data that people chose and described, pages of sites that they chose, the web."""

DEFAULT_METHODS = {"fixed": ("minhash",), "roots-2022-03": ("simhash",)}
"""How copies are looked for where a recipe does not say, by profile."""

MOST_IN_BUCKET = 10_000
"""Documents of a bucket of which all pairs are compared, at most: 50 million pairs."""

NUMBERS = ("unit", "n", "bands", "rows", "bits")
"""What a preset stands for."""

LOWER = {"redpajama-v2-0.7": 0.7, "the-stack": 0.7}
"""Presets that are for pairs less alike than `Dedup.verify`, and what pairs have in common at least where a recipe does
not say: else none of those would be found."""


@dataclass(frozen=True)
class Dedup:
    """How copies are found and what becomes of them.

    `keep` are the criteria by which the copy that stays is chosen, first to last, `sources` the order of kinds and
    uids for the criterion "source". `preset` is the name under which the parameters of MinHash were given, if any.
    Without benchmarks there is no decontamination, without `substrings` nothing is cut.
    """

    scope: str = "all"
    signing: Signing = field(default_factory=Signing)
    preset: str = ""
    verify: float = 0.75
    largest_bucket: int = 100
    keep: tuple[str, ...] = ()
    sources: tuple[str, ...] = KINDS
    substrings: Substrings | None = None
    decontamination: Decontamination = field(default_factory=Decontamination)

    def settings(self, profile: Any) -> Settings:
        """What the search for copies is told, given the profile of the recipe."""
        return Settings(
            scope=self.scope,
            verify=self.verify,
            largest_bucket=self.largest_bucket,
            signing=self.signing,
            profile=profile,
        )

    def kept(self, kinds: Mapping[str, str]) -> Keep:
        """What judging is told of the copy that stays, given the kind of each source by uid.

        The place of a uid goes before that of its kind; what the order does not name comes last.

        >>> Dedup(sources=("mine", "oscar")).kept({"mine": "oscar", "web": "oscar", "book": "catalogue"}).ranks
        {'mine': 0, 'web': 1, 'book': 2}
        """
        places = {name: place for place, name in enumerate(self.sources)}
        ranks = {uid: places.get(uid, places.get(kind, len(places))) for uid, kind in kinds.items()}
        return Keep(self.keep, ranks, self.signing.simhash.longest)


KEYS: Mapping[str, Mapping[str, Allowed]] = {
    "dedup": {
        "scope": one_of(*SCOPES, "none"),
        "methods": some_of(METHODS),
        "preset": one_of(*PRESETS),
        "unit": one_of("words", "characters"),
        "n": whole(1),
        "bands": whole(1),
        "rows": whole(1),
        "bits": whole(1),
        "verify": SHARE,
        "largest_bucket": whole(2, MOST_IN_BUCKET),
        "keep": some_of(CRITERIA),
        "sources": TEXTS,
    },
    "simhash": {"n": whole(1), "distance": whole(0), "blocks": whole(1), "longest": whole(0)},
    "substrings": {"bytes": whole(1, LARGEST), "characters": whole(0, LARGEST), "part_bytes": whole(1, LARGEST)},
    "decontamination": {"benchmarks": TEXTS, "n": whole(1, MOST_UNITS), "share": SHARE, "fields": TEXTS},
}
"""The keys of these tables."""


def of_tables(tables: Mapping[str, Mapping[str, Any] | None], folder: Path, profile: str, uids: Sequence[str]) -> Dedup:
    """The tables, whose values were checked by `KEYS`; None for one that a recipe does not have.

    `uids` are those of the recipe's sources. Raises ValueError naming table, key, value and what is allowed.
    """
    table = tables["dedup"] or {}
    for key, value in table.items():
        if table.get("scope") == "none" and key != "scope":
            raise ValueError(f'dedup.{key}: {value!r} has no meaning with scope = "none"; leave it out')
    asked = table.get("methods", DEFAULT_METHODS[profile])
    signing = Signing(
        methods=tuple(method for method in METHODS if method in asked),
        minhash=_minhash(table, asked),
        simhash=_simhash(tables["simhash"], asked),
    )
    given = tables["decontamination"]
    substrings = tables["substrings"]
    return Dedup(
        scope=table.get("scope", "all"),
        signing=signing,
        preset=table.get("preset", ""),
        verify=table.get("verify", LOWER.get(table.get("preset", ""), Dedup.verify)),
        largest_bucket=table.get("largest_bucket", Dedup.largest_bucket),
        keep=_keep(table.get("keep", ())),
        sources=_sources(table, uids),
        substrings=None if substrings is None else Substrings(scope=_within(table), **substrings),
        decontamination=Decontamination() if given is None else _decontamination(given, folder),
    )


def _within(table: Mapping[str, Any]) -> str:
    """The scope in which passages are looked for: that of copies, or everything where these are not looked for."""
    scope = str(table.get("scope", "all"))
    return scope if scope in SCOPES else "all"


def _minhash(table: Mapping[str, Any], methods: Sequence[str]) -> MinHash:
    numbers = {key: table[key] for key in NUMBERS if key in table}
    for key in ("preset", *NUMBERS, "verify", "largest_bucket"):
        if key in table and "minhash" not in methods:
            raise ValueError(f"dedup.{key}: {table[key]!r} has no meaning where minhash is none of dedup.methods")
    if "preset" in table and numbers:
        key, value = next(iter(numbers.items()))
        raise ValueError(
            f"dedup.preset: {table['preset']!r} and dedup.{key}: {value!r}; give the name of a preset, or your own "
            "numbers"
        )
    try:
        return PRESETS[table["preset"]] if "preset" in table else MinHash(**numbers)
    except SigningError as error:
        raise ValueError(f"dedup.{error}") from None


def _simhash(table: Mapping[str, Any] | None, methods: Sequence[str]) -> SimHash:
    if table is None:
        return SimHash()
    if "simhash" not in methods:
        raise ValueError("simhash: the table has no meaning where simhash is none of dedup.methods")
    try:
        return SimHash(**table)
    except SigningError as error:
        raise ValueError(f"simhash.{error}") from None


def _keep(criteria: Sequence[str]) -> tuple[str, ...]:
    try:
        return Keep(tuple(criteria)).criteria
    except CopiesError as error:
        raise ValueError(f"dedup.{error}") from None


def _sources(table: Mapping[str, Any], uids: Sequence[str]) -> tuple[str, ...]:
    if "sources" not in table:
        return KINDS
    if "source" not in table.get("keep", ()):
        raise ValueError(f'dedup.sources: {table["sources"]!r} has no meaning where "source" is none of dedup.keep')
    for name in table["sources"]:
        if name not in (*KINDS, *uids):
            raise ValueError(f"dedup.sources: {name!r}; it must be one of {', '.join(KINDS)}, or the uid of a source")
    return tuple(table["sources"])


def _decontamination(table: Mapping[str, Any], folder: Path) -> Decontamination:
    if "benchmarks" not in table:
        raise ValueError(f"decontamination.benchmarks: it is missing; it must be {TEXTS[0]}")
    found: list[Path] = []
    for pattern in table["benchmarks"]:
        names = sorted(glob.glob(pattern, root_dir=folder, recursive=True))
        files = [folder / name for name in names if (folder / name).is_file()]
        if not files:
            raise ValueError(f"decontamination.benchmarks: {pattern!r} matches no file in {folder}")
        found += [file for file in files if file not in found]
    others = {key: value for key, value in table.items() if key in ("n", "share")}
    return Decontamination(tuple(map(str, found)), fields=tuple(table.get("fields", ())), **others)
