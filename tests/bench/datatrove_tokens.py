"""datatrove's tokenization of texts: run by a Python of its own environment, imports nothing of the project.

`python datatrove_tokens.py TEXTS TOKENIZER`: TEXTS is jsonl with `text`, TOKENIZER a tokenizer.json whose end
token is `</s>`. All texts go through DocumentTokenizer with its defaults, but without shuffling, which would copy its
file; documents are made before the clock starts. Prints a JSON object: CPU seconds, tokens, and versions.
"""

import json
import logging
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path


def main(texts: str, tokenizer: str) -> None:
    """Measure, and say what was found."""
    from datatrove.data import Document
    from datatrove.utils.logging import logger

    logger.remove()
    logging.disable()
    versions = {name: version(name) for name in ("datatrove", "tokenizers")}
    with open(texts, encoding="utf-8") as file:
        documents = [Document(text=json.loads(line)["text"], id="") for line in file]
    tokenize(documents[:1], tokenizer)  # loads what is needed
    start = time.process_time()
    tokens = tokenize(documents, tokenizer)
    seconds = time.process_time() - start
    print(json.dumps({"seconds": seconds, "tokens": tokens, "versions": versions}))


def tokenize(documents: list, tokenizer: str) -> int:
    """Documents through the stage, whose files go into a folder that is removed; the tokens in them."""
    from datatrove.pipeline.tokens import DocumentTokenizer

    with tempfile.TemporaryDirectory() as folder:
        stage = DocumentTokenizer(folder, tokenizer, eos_token="</s>", shuffle_documents=False)
        stage.run(documents)
        (index,) = Path(folder).glob("*.index")
        return int.from_bytes(index.read_bytes()[-8:], "little")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
