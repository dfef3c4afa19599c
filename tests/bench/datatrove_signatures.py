"""datatrove's MinHash signatures of texts: run by a Python of its own environment, imports nothing of the project.

`python datatrove_signatures.py TEXTS ROUNDS`: TEXTS is jsonl with `text` and `language`, a code of three letters. Each
language goes through MinhashDedupSignature with datatrove's defaults: word 5-grams, 14 bands of 8 rows, hashes of 64
bits; it writes sorted files, as it always does. Prints a JSON object: CPU seconds of each round, languages that could
not be taken, and versions.
"""

import json
import logging
import sys
import tempfile
import time
from importlib.metadata import version


def main(texts: str, rounds: int) -> None:
    """Measure, and say what was found."""
    from datatrove.data import Document
    from datatrove.utils.logging import logger

    logger.remove()
    logging.disable()
    versions = {name: version(name) for name in ("datatrove", "spacy", "nltk", "xxhash")}
    with open(texts, encoding="utf-8") as file:
        records = [json.loads(line) for line in file]
    by_language, left_out = {}, {}
    for language in sorted({record["language"] for record in records}):
        documents = [Document(text=each["text"], id="") for each in records if each["language"] == language]
        try:
            sign([Document(text="One sentence of some words, to load what is needed.", id="")], language)
        except Exception as error:
            left_out[language] = f"{type(error).__name__}: {error}"[:200]
        else:
            by_language[language] = documents
    seconds = []
    for _ in range(rounds):
        start = time.process_time()
        for language, documents in by_language.items():
            sign(documents, language)
        seconds.append(time.process_time() - start)
    print(json.dumps({"seconds": seconds, "left_out": left_out, "versions": versions}))


def sign(documents: list, language: str) -> None:
    """Documents of one language through the stage, whose files go into a folder that is removed."""
    from datatrove.pipeline.dedup import MinhashDedupSignature

    with tempfile.TemporaryDirectory() as folder:
        MinhashDedupSignature(folder, language=language).run(documents, rank=0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
