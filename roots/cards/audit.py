"""What cards say of audits: the results of the last sheet that a speaker of the language labelled."""

from collections.abc import Mapping

from lang_params.params import LangParams
from pipelines.verdict import ORDER
from roots import named
from roots.audit.record import Draw
from roots.audit.text import HEADER, MEANT, changed, drawn, percent, rows, sentences
from roots.markdown import Markdown, code, inline, table

NOBODY = "No speaker has labelled a sample of this language yet; `roots audit` draws one."

WHAT = ("precision", "recall")
"""What is said of the filters together."""


def of_language(params: LangParams, audits: Mapping[str, Draw]) -> Markdown:
    """The results of a language: what was drawn, who labelled it, precision and recall of each filter, and whether
    limits have changed since."""
    draw = audits.get(params.code)
    if draw is None or draw.results is None:
        return Markdown(NOBODY)
    found = draw.results
    cells = [[code(row[0]) if row[0] in ORDER else row[0], *row[1:]] for row in rows(found)]
    since = changed(found["limits"], params.judging())
    said = [
        f"A speaker was shown {drawn(draw)}; the sheet did not say which was which.",
        *sentences(found),
        "The limits are those that were in force then."
        if not since
        else f"Limits have changed since: {'; '.join(since)}.",
        f"No document was drawn of {', '.join(draw.hidden)}, whose texts may not be shown." if draw.hidden else "",
    ]
    listed = "\n".join(f"- {inline(each)}" for each in said if each)
    return Markdown(f"{inline(MEANT)}\n\n{table(HEADER, cells, numbers=1)}\n\n{listed}")


def of_corpus(audits: Mapping[str, Draw], languages: Mapping[str, LangParams]) -> Markdown:
    """The results of all languages, a line each."""
    lines = []
    for lang, draw in sorted(audits.items()):
        found, params = draw.results, languages.get(lang)
        if found is None or params is None:
            continue
        chain, kept = found["chain"], found["kept"]
        name = Markdown(f"[{inline(named.of(params))}](cards/by-language/{lang}/README.md)")
        labels = found["good"] + found["bad"]
        dropped = [percent(chain[what]) if chain["documents"] else "nothing is dropped" for what in WHAT]
        shares = [*dropped, percent(kept["precision"])]
        since = "yes" if changed(found["limits"], params.judging()) else "no"
        lines.append([name, labels, *shares, since])
    if not lines:
        return Markdown("No speaker has labelled a sample of any language yet; `roots audit` draws one.")
    header = ["language", "labels", "precision of the filters", "recall", "bad among the kept", "limits changed since"]
    return Markdown(f"{inline(MEANT)}\n\n{table(header, lines, numbers=1)}")
