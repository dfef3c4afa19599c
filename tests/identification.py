"""How well each identifier knows each language: the table of lang_params/README.md, and scores to set limits by.

    python -m tests.identification --sentences devtest.jsonl.gz --other stories.jsonl.gz --limits limits.json

Prints a row a language: the share of texts that each identifier names rightly, the same of other texts for the one
that is asked, of documents whose language is not declared, the limit in force, and the shares that are named rightly
with a score that passes it. Sentences are the records of the first kind of file; a document is five neighbouring ones.
The other files hold whole texts. `--limits` writes what FineWeb-2 would set as limit: clip(median - std, 0.3, 0.9) of
the scores of texts rightly named, for each identifier: of documents or, where that is lower, of other texts.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median, pstdev

import pyarrow as pa

from filters.identify import IDENTIFIERS, Answer, identify_undeclared_texts
from filters.langid_text import Labelled, label, read
from lang_params.params import LangParams, load_all

SENTENCES = 5
"""Of a document."""

FEWEST = 10
"""Texts of a language that a share is printed of."""

SHORTEST = 100
"""Characters of another text: below it are titles alone."""

NAMES = {"fasttext": "lid.176", "cld2": "CLD2", "roots": "roots"}

Texts = Mapping[str, Sequence[str]]


def by_language(records: Sequence[Labelled], sentences: int = 1) -> Texts:
    """Texts of each language of the corpus, so many records in each: Akan's and Twi's are the same label's."""
    found: dict[str, list[str]] = defaultdict(list)
    for record in records:
        found[record.label].append(record.text)
    return {
        lang: [" ".join(texts[at : at + sentences]) for at in range(0, len(texts) - sentences + 1, sentences)]
        for lang, texts in found.items()
    }


def shares(answers: Sequence[Answer], wanted: str, least: float) -> tuple[float, float]:
    """Right and passing, of some answers of an identifier that calls the language `wanted`."""
    right = [score for found, score in answers if found == wanted]
    return len(right) / len(answers), sum(score >= least for score in right) / len(answers)


def row(params: LangParams, languages: Mapping[str, LangParams], sets: Sequence[Texts]) -> list[str]:
    """The cells of a language."""
    name = label(params.code)
    least = params.filters["language_id"].min
    assert least is not None
    cells, passing = [params.code, params.identifier], []
    for texts in sets:
        some = texts.get(name, [])
        for identifier, ask in IDENTIFIERS.items():
            wanted = params.labels.get(identifier)
            enough = wanted is not None and len(some) >= FEWEST
            right, passes = (
                shares(ask(pa.array(some, pa.string())), wanted, least) if wanted is not None and enough else (-1, -1)
            )
            if identifier == params.identifier:
                passing.append(percent(passes))
            if texts is not sets[2]:
                cells.append(percent(right))
            elif identifier == params.identifier:
                cells.append(f"{percent(right)} of {len(some)}" if enough else "–")
    documents = identify_undeclared_texts(pa.array(sets[1].get(name, []), pa.string()), languages)
    found = sum(one.lang is not None and label(one.lang) == name for one in documents)
    right = found / len(documents) if documents else -1
    return [*cells, percent(right), f"{least:g}", *passing]


def percent(share: float) -> str:
    """A share as a whole number of hundredths; a dash for none."""
    return "–" if share < 0 else f"{100 * share:.0f}"


def limits(params: LangParams, sets: Sequence[Sequence[str]]) -> dict[str, float]:
    """The limit that each identifier's scores of texts in the language give, the lowest of some sets of texts."""
    found: dict[str, float] = {}
    for identifier, wanted in params.labels.items():
        for texts in sets:
            answers = IDENTIFIERS[identifier](pa.array(texts, pa.string()))
            right = [score for said, score in answers if said == wanted]
            if len(right) >= FEWEST:
                limit = min(0.9, max(0.3, median(right) - pstdev(right)))
                found[identifier] = round(min(limit, found.get(identifier, 1.0)), 3)
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sentences", type=Path, nargs="+", required=True)
    parser.add_argument("--other", type=Path, nargs="*", default=[])
    parser.add_argument("--limits", type=Path)
    given = parser.parse_args()
    languages = load_all()
    sentences = read(given.sentences)
    other = [one for one in (read(given.other) if given.other else []) if len(one.text) >= SHORTEST]
    sets = [by_language(sentences), by_language(sentences, SENTENCES), by_language(other)]
    names = [f"{kind}: {NAMES[name]}" for kind in ("sentences", "documents") for name in IDENTIFIERS]
    passes = ["passes: sentences", "documents", "other texts"]
    head = ["", "identifier", *names, "other texts", "undeclared", "limit", *passes]
    print(f"| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for params in languages.values():
        print(f"| {' | '.join(row(params, languages, sets))} |")
    few = [params.language.name for params in languages.values() if len(sets[2].get(label(params.code), [])) < FEWEST]
    print(f"\nFewer than {FEWEST} other texts: {', '.join(few) or 'none'}.")
    if given.limits:
        found = {
            code: limits(params, [texts.get(label(code), []) for texts in sets[1:]])
            for code, params in languages.items()
        }
        given.limits.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
