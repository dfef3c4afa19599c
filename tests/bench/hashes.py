"""SimHash and exact hashes: ours beside a plain reading of their definitions, each as a piece of work to be timed.

The plain reading is as fast as plain Python makes it: MD5 from hashlib, its bits counted by numpy.
"""

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b, md5

import numpy as np
import pyarrow as pa

from filters.signing import SimHash
from tests.bench.stages import Work
from tests.bench.texts import Sample

BATCH = 1000
"""Texts of a batch, as curation has them."""

LETTERS = re.compile(r"[^\s\d!-/:-@\[-`{-~]+")
"""What counts of a text: no white space, no digits, no ASCII punctuation."""


def work(data: Sequence[Sample]) -> dict[str, Work]:
    """SimHash in both profiles, and the hash of the whole text."""
    from filters.exact import exact_texts
    from filters.simhash_batch import simhash_texts

    plain = [(text, params.code) for text, params in data]
    batches = [
        tuple(pa.array(column) for column in zip(*plain[start : start + BATCH], strict=True))
        for start in range(0, len(plain), BATCH)
    ]
    how = SimHash()
    return {
        "SimHash": lambda: [simhash_texts(texts, langs, how) for texts, langs in batches],
        "SimHash, roots-2022-03": lambda: [
            simhash_texts(texts, langs, how, "roots-2022-03") for texts, langs in batches
        ],
        "exact": lambda: [exact_texts(texts) for texts, _ in batches],
        "exact, plain": lambda: [
            blake2b("".join(LETTERS.findall(text)).encode(), digest_size=16).digest() for text, _ in plain
        ],
    }


def slow(data: Sequence[Sample]) -> dict[str, Work]:
    """The plain reading of SimHash in the profile roots-2022-03, and ours: for fewer texts."""
    everything = map(chr, range(0x110000))
    gone = {ord(character): None for character in everything if unicodedata.category(character).startswith("P")}
    ours = work(data)

    def simhash(text: str, lang: str) -> int:
        left = text.lower().translate(gone)
        pieces = left.split(" ")
        runs = [" ".join(pieces[at : at + 6]) for at in range(len(pieces) - 6)]
        runs = runs if lang == "en" else [left[at : at + 6] for at in range(len(left) - 6)]
        digests = b"".join(md5(run.encode()).digest()[:8] for run in runs)
        bits = np.unpackbits(np.frombuffer(digests, np.uint8).reshape(-1, 8), axis=1)
        return int.from_bytes(np.packbits(2 * bits.sum(axis=0, dtype=np.int64) > len(runs)).tobytes(), "big")

    return {
        "SimHash, roots-2022-03": ours["SimHash, roots-2022-03"],
        "SimHash, roots-2022-03, plain": lambda: [simhash(text, params.code) for text, params in data],
    }
