"""Languages that lose far more of their documents than the others of their family, by a rule that few can bend.

A limit, a list or an identifier that is wrong for one language shows as a loss that its relatives do not have. What is
usual among these is the median of their shares, and how far apart they lie the median absolute deviation from it:
nearly half of the languages may be odd, and neither moves much. A language stands out by a cause where the lower end of
the 95 % interval of its share (Wilson, 1927) lies beyond the median by more than `FAR`, and by more than `BEYOND`
median absolute deviations. The interval keeps a few documents from being taken for many; `FAR` is there because any
loss at all is beyond the median where no other language loses anything.

Its peers are the other languages of its family; of fewer than `PEERS` of them with `ENOUGH` documents nothing can be
called usual, and all other languages of the corpus take their place. That a language stands out says where to look, not
what is wrong: its texts may be worse than those of the others.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from pipelines.counted import several
from roots import named
from roots.copies import ENOUGH
from roots.funnel import Line
from roots.wilson import bounds

if TYPE_CHECKING:
    import pandas as pd

FAR = 0.1
"""One document more of ten than is usual: less is seldom worth a speaker's hour."""

PEERS = 4
"""Of three shares the median deviation is the smaller of two differences, which is often nought by chance."""

BEYOND = 3.5 * 1.4826
"""Of median absolute deviations: 1.4826 of them are a standard deviation where shares are normal, and 3.5 of those make
an outlier (Iglewicz and Hoaglin, How to detect and handle outliers, 1993)."""

ALL = "all causes"
"""In the place of a cause: documents that are not kept, whatever put them out."""

EVERY_LANGUAGE = "all languages"
"""In the place of a family."""

COLUMNS = ("language", "lang", "cause", "documents", "lost", "share", "peers", "languages", "usual", "beyond")
"""Of the table: `share`, `usual` and `beyond` are shares of the documents of a language, in [0, 1]."""


@dataclass(frozen=True)
class Loss:
    """What one language lost by one cause, beside what is usual; shares are of its documents, in [0, 1].

    `peers` is the family, or `EVERY_LANGUAGE`, and `languages` how many others of it there are; `usual` is the median
    of their shares, `beyond` the share from which on a language stands out among them.
    """

    lang: str
    cause: str
    documents: int
    lost: int
    peers: str
    languages: int
    usual: float
    beyond: float

    @property
    def share(self) -> float:
        """Share of the documents of the language that the cause put out, in [0, 1]."""
        return self.lost / self.documents

    @property
    def stands_out(self) -> bool:
        """Whether it is far more than is usual, beyond chance."""
        return bool(bounds(self.share, self.documents)[0] > self.beyond)


def outliers(lines: Sequence[Line], families: Mapping[str, str]) -> list[Loss]:
    """The losses that stand out, the furthest from what is usual first; `families` are those of the languages of the
    corpus, by code.

    Languages without a family there, or with fewer than `ENOUGH` documents, are neither compared nor peers.
    """
    found = [loss for loss in losses(lines, families) if loss.stands_out]
    return sorted(found, key=lambda loss: (loss.usual - loss.share, loss.lang, loss.cause))


def losses(lines: Sequence[Line], families: Mapping[str, str]) -> list[Loss]:
    """Every loss of every language that can be compared, by language and cause; `outliers` says what is given."""
    compared = {line.name: line for line in lines if line.name in families and line.documents >= ENOUGH and line.name}
    causes = {lang: {**line.dropped, ALL: line.documents - line.kept} for lang, line in compared.items()}
    found = []
    for lang, line in compared.items():
        peers, others = _peers(lang, compared, families)
        for cause, lost in causes[lang].items() if len(others) >= PEERS else ():
            shares = [causes[other].get(cause, 0) / compared[other].documents for other in others]
            usual = median(shares)
            beyond = usual + max(FAR, BEYOND * median(abs(share - usual) for share in shares))
            found.append(Loss(lang, cause, line.documents, lost, peers, len(others), usual, beyond))
    return found


def sentence(loss: Loss, names: Mapping[str, str]) -> str:
    """A loss in words.

    >>> sentence(Loss("hi", "stopwords", 137, 62, "Indo-European", 11, 0.031, 0.131), {"hi": "Hindi"})
    'Hindi (hi): stopwords put out 62 of 137 documents (45 %); of the 11 others of Indo-European usually 3 %'
    """
    out = f"{loss.lost:,} of {several(loss.documents, 'document')} ({100 * loss.share:.0f} %)"
    others = f"of the {loss.languages} others of {loss.peers} usually {100 * loss.usual:.0f} %"
    return f"{named.both(loss.lang, names)}: {loss.cause} put out {out}; {others}"


def frame(found: Sequence[Loss], names: Mapping[str, str]) -> "pd.DataFrame":
    """Losses as a table of `COLUMNS`."""
    import pandas as pd

    rows = [[names.get(each.lang, each.lang), *(getattr(each, name) for name in COLUMNS[1:])] for each in found]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _peers(lang: str, compared: Mapping[str, Line], families: Mapping[str, str]) -> tuple[str, list[str]]:
    """With whom a language is compared."""
    others = [other for other in compared if other != lang]
    family = [other for other in others if families[other] == families[lang]]
    return (families[lang], family) if len(family) >= PEERS else (EVERY_LANGUAGE, others)
