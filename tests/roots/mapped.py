"""A corpus in all languages, made without a build, for tests of its map: counts are made up, names are hostile."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from catalog.entry import Custodian, Entry, Licence
from lang_params.params import LangParams, load_all
from pipelines.census import BYTES, SCALES, Alone, Census, Files
from roots import funnel
from roots.cards.facts import Corpus, Source
from roots.map.facts import facts

HOSTILE = "</script><script>document.title='ran'</script><img src=x onerror=alert(1)>&amp;"
"""A name that would act if it were not escaped."""

ARABIC = "مكتبة قطر الرقمية"
OVERRIDE = "Library \u202egnihton\u202c of \u2066x"

KINDS = {"books": "catalogue", "pages": "pseudo_crawl", "crawl": "oscar", "repo": "code"}


@cache
def languages() -> dict[str, LangParams]:
    return load_all(None, ("code",))


def entries() -> dict[str, Entry]:
    names = {"books": ARABIC, "pages": HOSTILE, "crawl": OVERRIDE, "repo": "Code"}
    return {
        uid: Entry(
            uid=uid,
            name=names[uid],
            kind=kind,
            languages=("yo",),
            custodian=Custodian(HOSTILE),
            licence=Licence("CC0-1.0"),
        )
        for uid, kind in KINDS.items()
    }


def corpus(**changes: Any) -> Corpus:
    """All 46 languages in three sources each, and code in one; each is larger than the one before."""
    codes = [code for code in languages() if code != "code"]
    sources, mixed = [], {}
    for uid, entry in entries().items():
        counts: list[tuple[str | None, str | None, int, int]] = []
        for place, code in enumerate(codes if uid != "repo" else ["code"]):
            size = 1000 * (place + 1) ** 2
            counts += [(code, None, 10 + place, size), (code, "stopwords", 3, 300), (code, "clean:filter_small", 2, 90)]
            mixed[uid, code] = (5 + place, size // 2)
        counts += [("xx", "language_id", 4, 400), (None, "error:read", 2, 0), (None, "error:json", 1, 0)]
        sources.append(Source(entry, funnel.of_counts(counts, uid), 1, 1000))
    tokens = {code: 100 * (place + 1) for place, code in enumerate(languages())}
    given: dict[str, Any] = {
        "name": "a test",
        "profile": "fixed",
        "languages": languages(),
        "sources": sources,
        "shares": [],
        "alpha": 0.3,
        "mixed": mixed,
        "tokens": tokens,
        "description": "Every language & <more>",
    }
    return Corpus(**{**given, **changes})


def histogram(what: str, kept: Sequence[float], dropped: Sequence[float]) -> Any:
    scale = SCALES[what]
    return np.stack([scale.count(np.array(values, np.float64)) for values in (dropped, kept)])


def census() -> Census:
    """Sizes and measures of the languages of the corpus, alike for each."""
    codes = [code for code in languages() if code != "code"]
    return Census(
        sizes={
            (uid, code): histogram(BYTES, [100, 1000, 3000], [20])
            for uid in ("books", "pages", "crawl")
            for code in codes
        }
        | {("repo", "code"): histogram(BYTES, [500], [])},
        measured={
            (code, name, kind): histogram(name, [0.2, 0.3], [0.01] if kind == "oscar" else [])
            for code in codes
            for name in ("stopwords", "special_characters")
            for kind in ("catalogue", "oscar")
        },
        alone={(code, "stopwords"): Alone(5, 1) for code in codes},
        files={("repo", "py"): Files(30, 3000, 20, 2000), ("repo", "java"): Files(2, 100, 1, 50)},
    )


@cache
def made() -> dict[str, Any]:
    """The facts of this corpus."""
    return facts(corpus(), census())
