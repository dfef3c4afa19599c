"""Prints the tables of `filters/PII.md`, or writes them there (`--write`).

With `--failures`: what both engines missed and what they took wrongly, grouped.
"""

import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from tests.planted import documents, engines, score
from tests.planted.documents import Document, Draw
from tests.planted.score import Result

PAGE = Path(__file__).parents[2] / "filters" / "PII.md"
START, END = "<!-- tables of python -m tests.planted -->", "<!-- end of the tables -->"


def rows(result: Result, kinds: Sequence[str], known: Sequence[str] = engines.BOTH) -> Iterator[str]:
    """A table of scores by kind; of a kind that the engine does not know only what is hidden all the same."""
    yield "| kind | planted | found | precision | recall | F1 | exact | hidden |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for kind in kinds:
        one = result.of(kind)
        planted = max(one.planted, 1)
        shares = [f"{share:.3f}" for share in (one.precision, one.recall, one.f1, one.exact / planted)]
        cells = [str(one.finds), *shares] if kind in known else ["–"] * 5
        yield f"| {kind} | {one.planted} | {' | '.join(cells)} | {one.hidden / planted:.3f} |"


def by_language(result: Result, kinds: Sequence[str]) -> Iterator[str]:
    """A table of F1 by language; a dash where the set has none of a kind."""
    yield f"| language | {' | '.join(kinds)} |"
    yield f"|---|{'--:|' * len(kinds)}"
    for lang in sorted(documents.words()):
        cells = [result.of(kind, lang) for kind in kinds]
        yield f"| {lang} | {' | '.join(f'{one.f1:.2f}' if one.planted else '–' for one in cells)} |"


def false(result: Result, kinds: Sequence[str]) -> Iterator[str]:
    """False positives in a MB (10^6 bytes of UTF-8) by kind, and the share of each class of look-alikes taken."""
    size, number = result.size / 1e6, sum(result.met.values())
    yield f"{number} look-alikes; false positives in a MB of {size:.2f}, by kind:"
    yield ""
    yield f"| {' | '.join(kinds)} | all |"
    yield f"|{'--:|' * (len(kinds) + 1)}"
    yield f"| {' | '.join(f'{result.false[kind] / size:.0f}' for kind in kinds)} | {result.false.total() / size:.0f} |"
    yield ""
    taken = (f"{name} {result.taken[name] / count:.2f}" for name, count in sorted(result.met.items()))
    yield f"Share taken for anything, by class: {', '.join(taken)}."


@cache
def both(draw: Draw = documents.SEEN) -> Result:
    """What both engines make of a draw."""
    return score.measured(documents.every_document(draw), engines.both, engines.BOTH)


def tables() -> Iterator[str]:
    """The tables of the page, line by line."""
    every = list(documents.every_document())
    plain, hostile = ([one for one in every if one.hostile == said] for said in (False, True))
    yield told(every)
    yield "\n### The ROOTS rules, without look-alikes\n"
    yield from rows(score.measured(plain, engines.roots_rules, engines.ROOTS), engines.BOTH, engines.ROOTS)
    yield "\n### The ROOTS rules, with look-alikes: false positives\n"
    yield from false(score.measured(hostile, engines.roots_rules, engines.ROOTS), engines.ROOTS)
    result = both()
    yield "\n### Both engines, look-alikes included\n"
    yield from rows(result, engines.BOTH)
    yield "\nF1 by language; a dash where none of its countries has a form that is known:\n"
    yield from by_language(result, engines.BOTH)
    yield ""
    yield from false(result, engines.BOTH)
    result = both(documents.UNSEEN)
    yield "\n### Both engines on what was not there while they were made\n"
    yield f"{told(list(documents.every_document(documents.UNSEEN)))}\n"
    yield from rows(result, engines.BOTH)
    yield ""
    yield from false(result, engines.BOTH)
    yield "\n### Both engines on another draw of that\n"
    yield from rows(both(documents.LAST), engines.BOTH)


def told(every: Sequence[Document]) -> str:
    """How large a set is."""
    languages, size = len({one.lang for one in every}), sum(len(one.text.encode()) for one in every) / 1e6
    personal = sum(len(one.personal) for one in every)
    return f"{len(every)} documents in {languages} languages, {size:.2f} MB, {personal} pieces of personal data."


def written(page: str) -> str:
    """The page with its tables made anew; they stand between two comments."""
    start, end = page.index(START) + len(START), page.index(END)
    made = "\n".join(tables())
    return f"{page[:start]}\n\n{made}\n\n{page[end:]}"


def main(arguments: Sequence[str]) -> None:
    """Score both engines on the whole set and print."""
    if "--failures" in arguments:
        print("\n".join([*rows(both(), engines.BOTH), *score.grouped(both().failures)]))
    elif "--write" in arguments:
        PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        print("\n".join(tables()))


if __name__ == "__main__":
    main(sys.argv[1:])
