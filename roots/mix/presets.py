"""Two mixes under a name: the one that ROOTS was trained on, and the one its tokenizer was.

`roots-model` is the mix of the model. Every dataset is in whole, but three English ones, which are brought down so
that English has 350 GB: of 326 GB from the catalogue 251 are S2ORC and 21 USPTO, which leaves 54; the other 296 are
divided in halves of 148. So S2ORC and USPTO keep 148/272 of their documents, and OSCAR, of 1,100 GB, keeps 148/1100.
There is no smoothing (alpha 1), no repeat, and 5 in 100 documents are held out.

`roots-tokenizer` is the text of the tokenizer. OSCAR is not in it. Sizes of languages are cut to the one level at which
they add up to 800 GB, then raised to the power of 0.3; so 30 GB are divided, and in each language among its sources, of
which each gives its size or the same level. Another `budget` keeps the proportion of the two, 80 to 3. ROOTS did not
share again what a language with less than its share left over; here the others have it.

Both follow the scripts and ratios of the ROOTS procedure, in which a dataset is a source in one language. ROOTS drew
documents with NumPy and a seed; here a hash of seed and id draws them, so that no file order decides. It held out the
last 5 in 100 documents of each dataset; here a hash of the content holds them out.
"""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from roots.mix.settings import MixSettings, SourceRule

PRESETS: Mapping[str, MixSettings] = {
    "roots-model": MixSettings(alpha=1.0, validation=0.05, preset="roots-model"),
    "roots-tokenizer": MixSettings(
        alpha=0.3, budget=30_000_000_000, flatten=800_000_000_000, even=True, preset="roots-tokenizer"
    ),
}

OPEN = ("seed", "shard_bytes", "formats", "validation", "budget")
"""Keys of a recipe that may stand beside a preset; it decides the others."""

SHRUNK: Mapping[str, Fraction] = {
    "s2orc_ai2_pdf_parses": Fraction(148, 272),
    "the_pile_uspto": Fraction(148, 272),
    "oscar": Fraction(148, 1100),
}
"""The ratios of `roots-model`: of two sources, by name, and of English documents of every source of kind oscar."""


def flattened(budget: int) -> int:
    """The sum to which `roots-tokenizer` cuts sizes before the power: 800 GB for 30.

    >>> flattened(30_000_000_000)
    800000000000
    """
    return budget * 80 // 3


def resolved(settings: MixSettings) -> MixSettings:
    """Settings that name a preset, with what it decides beside sources; others as they are.

    >>> asked = resolved(MixSettings(preset="roots-tokenizer", budget=3_000))
    >>> asked.alpha, asked.flatten, asked.even
    (0.3, 80000, True)
    """
    if not settings.preset:
        return settings
    decided = PRESETS[settings.preset]
    if decided.flatten is None:
        return replace(settings, alpha=decided.alpha)
    budget = settings.budget or decided.budget or 0
    return replace(settings, alpha=decided.alpha, budget=budget, flatten=flattened(budget), even=True)


def applied(settings: MixSettings, kinds: Mapping[str, str]) -> MixSettings:
    """Settings with what their preset says of the sources of a build, by uid and kind; what it names and is not there
    is said in the notes."""
    if settings.preset == "roots-model":
        rules = [rule for uid, kind in sorted(kinds.items()) for rule in _shrinking(uid, kind)]
        found = {name for name in SHRUNK for rule in rules if name in (_plain(rule.source), kinds[rule.source])}
        absent = [f"roots-model: {name}: no such source here, so nothing is shrunk for it" for name in SHRUNK]
        notes = [line for name, line in zip(SHRUNK, absent, strict=True) if name not in found]
        return replace(settings, sources=tuple(rules), notes=(*settings.notes, *notes))
    if settings.preset == "roots-tokenizer":
        out = sorted(uid for uid, kind in kinds.items() if kind == "oscar")
        notes = [f"roots-tokenizer: {uid}: of kind oscar, so nothing of it is in" for uid in out]
        rules = [SourceRule(uid, Fraction(0)) for uid in out]
        return replace(settings, sources=tuple(rules), notes=(*settings.notes, *notes))
    return settings


def _shrinking(uid: str, kind: str) -> list[SourceRule]:
    """What `roots-model` takes of a source."""
    name = "oscar" if kind == "oscar" else _plain(uid)
    return [SourceRule(uid, SHRUNK[name], language="en")] if name in SHRUNK else []


def _plain(uid: str) -> str:
    """The name of an English source without what ROOTS put before it.

    >>> _plain("lm_en_the_pile_uspto"), _plain("the_pile_uspto")
    ('the_pile_uspto', 'the_pile_uspto')
    """
    return uid.removeprefix("lm_").removeprefix("en_")
