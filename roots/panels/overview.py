"""All languages of a work folder at once: what became of their documents, and which lose far more than their family.

What is counted stands in the manifests of the ledgers, so this costs nothing however large the corpus is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lang_params.files import APART
from lang_params.params import load_all
from pipelines import storage
from pipelines.counted import several
from pipelines.verdict import ORDER
from roots import funnel, named
from roots.folders import FolderError, manifests, opened
from roots.funnel import Line
from roots.look import counted
from roots.panels import funnel_charts
from roots.panels.outliers import FAR, Loss, outliers, sentence

if TYPE_CHECKING:
    import altair
    import pandas as pd


@dataclass(frozen=True)
class Overview:
    """The funnel of each language, by code and with its causes grouped, the documents of no known language last;
    `names` of languages; `reasons` why a filter is not applied, by language; `found`, what stands out; `absent`,
    languages without a document."""

    lines: Sequence[Line]
    names: Mapping[str, str]
    reasons: Mapping[str, Mapping[str, str]]
    found: Sequence[Loss]
    absent: Sequence[str]

    def frame(self) -> "pd.DataFrame":
        """A row for each language: documents in, put out by each cause, kept, and the share that is kept, in [0, 1]."""
        import pandas as pd

        causes = funnel.ordered({cause for line in self.lines for cause in line.dropped})
        rows = [
            {
                "language": funnel_charts.called(line.name, self.names),
                "in": line.documents,
                **{cause.replace("_", " "): line.dropped.get(cause, 0) for cause in causes},
                "kept": line.kept,
                "kept share": line.kept_share,
            }
            for line in self.lines
        ]
        return pd.DataFrame(rows)

    def heat_map(self) -> "altair.LayerChart":
        """The share of its documents that each cause put out of each language; what stands out has a frame."""
        return funnel_charts.heat_map(self.lines, self.names, self.found, idle=self.reasons)

    def bars(self) -> "altair.Chart":
        """What became of the documents of each language."""
        return funnel_charts.bars(self.lines, self.names)

    def outliers(self) -> list[str]:
        """What stands out, in words."""
        if self.found:
            return [f"{sentence(loss, self.names)}." for loss in self.found]
        return [f"No language loses {100 * FAR:.0f} of 100 documents more than is usual in its family, beyond chance."]

    def not_applied(self) -> list[str]:
        """Which filters are not applied, in how many languages and in which, in words."""
        said = []
        languages = [line.name for line in self.lines if line.name in self.reasons and line.name not in APART]
        for name in ORDER:
            without = [self.names.get(lang, lang) for lang in languages if lang and name in self.reasons[lang]]
            if without:
                every = len(without) == len(languages)
                which = "any language here" if every else f"{several(len(without), 'language')}: {', '.join(without)}"
                said.append(f"{name.replace('_', ' ')} is not applied in {which}.")
        return said

    def empty(self) -> str:
        """Which languages hold no document, in words."""
        if not self.absent:
            return "Every language of the parameters holds documents."
        which = ", ".join(named.both(code, self.names) for code in self.absent)
        return f"Without a document here: {several(len(self.absent), 'language')}: {which}."


def overview(work: str) -> Overview:
    """Read the manifests of a work folder. Raises FolderError where nothing is judged in it."""
    opened(work)
    ledgers = [manifest for source in storage.names(work) for manifest in manifests(work, source, "ledger")]
    if not ledgers:
        raise FolderError(f"{work}: no ledger is there; roots build or roots filter writes them")
    lines = funnel.lines(funnel.grouped(counted(ledgers)))
    params = load_all(None, APART)
    families = {code: each.language.family for code, each in params.items() if code not in APART}
    reasons: dict[str, dict[str, str]] = {}
    for manifest in ledgers:
        for lang, said in manifest["not_applied"].items():
            reasons.setdefault(lang, {}).update(said)
    there = {line.name for line in lines}
    return Overview(
        lines=lines,
        names={code: each.language.name for code, each in params.items()},
        reasons=reasons,
        found=outliers(lines, families),
        absent=[code for code in families if code not in there],
    )
