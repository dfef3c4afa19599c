"""How copies are found, in words: one line before a run, sentences for a data card.

The numbers are those of the recipe; chances are computed from them, never typed.
"""

from collections.abc import Callable, Mapping

from filters.signing import MinHash, SimHash
from pipelines.counted import several
from roots.recipe_dedup import Dedup

SCOPES = {
    "source": "within a source",
    "language": "within a language",
    "all": "among all sources",
    "none": "not looked for",
}

SIMILARITIES = (0.7, 0.75, 0.8, 0.85)
"""At which the chance to find a pair is said."""

UNITS = {
    "words": "words (in scripts that do not separate words, characters)",
    "characters": "characters, white space and punctuation left out",
}


GRAMS = {
    "fixed": UNITS["words"],
    "roots-2022-03": "words in English, characters in other languages, white space among them",
}
"""Of what SimHash's n-grams are made, by profile."""


def chance(similarity: float, how: MinHash) -> float:
    """The chance in [0, 1] that MinHash compares two documents, of whose shingles this share is the same.

    1 - (1 - s^rows)^bands: Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, section 3.4.2.

    >>> [f"{chance(s, MinHash()):.0%}" for s in SIMILARITIES]
    ['56%', '77%', '92%', '99%']
    """
    return 1.0 - (1.0 - similarity**how.rows) ** how.bands


def line(dedup: Dedup) -> str:
    """Methods, scope, and what is done with copies, in one line."""
    if dedup.scope == "none":
        return f"duplicates {SCOPES['none']}{_more(dedup)}"
    methods = ", ".join(_SHORT[method](dedup) for method in dedup.signing.methods)
    return f"duplicates {SCOPES[dedup.scope]} by {methods}, kept: {', '.join([*dedup.keep, 'lowest id'])}{_more(dedup)}"


def _more(dedup: Dedup) -> str:
    """What is asked for beside copies of whole documents."""
    said = ""
    if dedup.decontamination.benchmarks:
        asked = dedup.decontamination
        named, run = several(len(asked.benchmarks), "benchmark"), several(asked.n, "word")
        said += f"; {named}: runs of {run}, a share of {asked.share:g}"
    if dedup.substrings is not None:
        cut = dedup.substrings
        said += f"; passages cut: {cut.bytes:,} bytes, documents over {cut.characters:,} characters"
    return said


def _minhash_line(dedup: Dedup) -> str:
    how = dedup.signing.minhash
    verified = f"verified at {dedup.verify:g}" if dedup.verify else "not verified"
    name = f"{dedup.preset}: " if dedup.preset else ""
    return f"minhash ({name}{how.n} {how.unit}, {how.bands} bands of {how.rows} rows, {how.bits} bits, {verified})"


def _simhash_line(dedup: Dedup) -> str:
    how = dedup.signing.simhash
    return f"simhash (n = {how.n}, distance {how.distance}, {how.blocks} blocks)"


_SHORT: Mapping[str, Callable[[Dedup], str]] = {
    "exact": lambda _: "exact",
    "url": lambda _: "url",
    "simhash": _simhash_line,
    "minhash": _minhash_line,
}


def sentences(dedup: Dedup, profile: str) -> list[str]:
    """Everything that decided which documents are copies of which, a sentence each."""
    if dedup.scope == "none":
        return ["Copies were not looked for."]
    return [
        f"Documents were compared {SCOPES[dedup.scope]}, those that filters drop too.",
        *(sentence for method in dedup.signing.methods for sentence in _LONG[method](dedup, profile)),
        "Documents that were found to be copies form a cluster with all that their copies are copies of.",
        _kept(dedup),
    ]


def _exact(_: Dedup, __: str) -> list[str]:
    return ["exact: two documents are copies when their texts are the same but for spaces, digits and punctuation."]


def _url(_: Dedup, __: str) -> list[str]:
    return ["url: two documents are copies when they are from the same address, written alike by rules for each site."]


def _simhash(dedup: Dedup, profile: str) -> list[str]:
    how: SimHash = dedup.signing.simhash
    return [
        f"simhash: two documents are copies when their 64-bit hashes, of n-grams with n = {how.n} ({GRAMS[profile]}), "
        f"differ in at most {how.distance} bits; all such pairs are found ({how.blocks} blocks), but in groups of very "
        f"many near hashes, which are counted. A document of more than {how.longest:,} characters stays."
    ]


def _minhash(dedup: Dedup, _: str) -> list[str]:
    how = dedup.signing.minhash
    preset = f" (the numbers of {dedup.preset})" if dedup.preset else ""
    chances = ", ".join(f"{chance(similarity, how):.0%} at {similarity:g}" for similarity in SIMILARITIES)
    verified = (
        f"A pair counts when at least {dedup.verify:g} of all shingles of the two texts are common to both, counted on "
        f"the stored texts. A band hash that more than {dedup.largest_bucket:,} documents share is compared in part."
        if dedup.verify
        else "Candidates were not verified: each pair that is compared counts as copies."
    )
    return [
        f"minhash{preset}: shingles of {how.n} {UNITS[how.unit]}, {how.bands} bands of {how.rows} hash functions of "
        f"{how.bits} bits, seed {how.seed}. The chance that a pair is compared is, by the share of shingles that the "
        f"two have in common, {chances}.",
        verified,
    ]


_LONG: Mapping[str, Callable[[Dedup, str], list[str]]] = {
    "exact": _exact,
    "url": _url,
    "simhash": _simhash,
    "minhash": _minhash,
}


def _kept(dedup: Dedup) -> str:
    criteria = [_criterion(criterion, dedup) for criterion in dedup.keep] + ["with the lowest id"]
    return (
        "Of a cluster's documents that pass the filters one stays: the one "
        f"{', among several the one '.join(criteria)}."
    )


def _criterion(criterion: str, dedup: Dedup) -> str:
    way, _, measure = criterion.partition(":")
    if way == "source":
        return f"of the first source in the order {', '.join(dedup.sources)}"
    return "with the longest text" if way == "longest" else f"with the {way} {measure}"


def limits(dedup: Dedup) -> list[str]:
    """What the search for copies leaves in, a sentence each, for the known limits of a card."""
    if dedup.scope == "none":
        return ["Copies were not looked for: the same text can stand in the corpus many times."]
    said = []
    if dedup.scope != "all":
        said.append(f"Copies were looked for {SCOPES[dedup.scope]} only; others stay.")
    if "minhash" in dedup.signing.methods:
        how = dedup.signing.minhash
        missed = "; ".join(f"{similarity:g}: {1 - chance(similarity, how):.1%}" for similarity in SIMILARITIES)
        said.append(
            f"MinHash misses pairs by chance, by the share of shingles that the two documents have in common: {missed}."
        )
        said.append(f"Texts of fewer than {how.n} {how.unit} are compared with nothing by MinHash.")
    return [*said, _passages(dedup), _benchmarks(dedup)]


def _passages(dedup: Dedup) -> str:
    asked = dedup.substrings
    if asked is None:
        return "Whole documents were compared: passages that stand in several documents stay."
    return (
        f"Repeated passages stay where they are shorter than {asked.bytes:,} bytes, where a document has at most "
        f"{asked.characters:,} characters, and where the two stand in different parts of the text, which are of "
        f"{asked.part_bytes:,} bytes."
    )


def _benchmarks(dedup: Dedup) -> str:
    if not dedup.decontamination.benchmarks:
        return "The corpus was not compared with any benchmark: items of benchmarks can stand in it."
    return (
        f"Only the benchmarks that are named were looked for, and only runs of {dedup.decontamination.n} words as they "
        "stand there: what was translated or reworded stays."
    )
