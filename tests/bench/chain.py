"""datatrove's filters on the same texts: run by a Python of its own environment, imports nothing of the project.

`python chain.py TEXTS ROUNDS`: TEXTS is jsonl with `text` and `language`, a code of three letters. Each document goes
through Gopher repetition, Gopher quality, C4 and FineWeb, one after the other, whatever each says, with datatrove's
defaults. Prints a JSON object: CPU seconds of each round, languages that could not be taken, and versions.
"""

import json
import sys
import time
from importlib.metadata import version


def main(texts: str, rounds: int) -> None:
    """Measure, and say what was found."""
    versions = {name: version(name) for name in ("datatrove", "spacy", "nltk")}
    with open(texts, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    chains, left_out = {}, {}
    for language in sorted({record["language"] for record in records}):
        try:
            chain = filters(language)
            run(chain, "One sentence. Another one, to load what is needed.\n" * 5)
        except Exception as error:
            left_out[language] = f"{type(error).__name__}: {error}"[:200]
        else:
            chains[language] = chain
    taken = [record for record in records if record["language"] in chains]
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        for record in taken:
            run(chains[record["language"]], record["text"])
        seconds.append(time.process_time() - start)
    print(json.dumps({"seconds": seconds, "left_out": left_out, "versions": versions}))


def filters(language: str) -> list:
    """The filters of a language, in their order."""
    from datatrove.pipeline import filters as theirs

    kinds = (
        theirs.GopherRepetitionFilter,
        theirs.GopherQualityFilter,
        theirs.C4QualityFilter,
        theirs.FineWebQualityFilter,
    )
    return [kind(language=language) for kind in kinds]


def run(chain: list, text: str) -> None:
    """One document through all filters. One that C4 has emptied goes no further: FineWeb's would divide by nothing."""
    from datatrove.data import Document

    document = Document(text=text, id="")
    for each in chain:
        if document.text:
            each.filter(document)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
