"""Modifiers and measures of ROOTS once more, in the plain Python of the original: what kernels are measured against.

Written from section 5 of the project's notes on the original pipeline, in its style: each filter takes the text apart
for itself, n-grams are counted in a Counter. It shares no code with `filters`, only the lists of characters and the
parameters of a language. Whitespace languages, and Chinese where a SentencePiece model is given.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from math import isqrt
from pathlib import Path

from lang_params.params import LangParams

FILTERS = Path(__file__).parents[1] / "filters"


def _characters() -> set[str]:
    """The special characters of ROOTS: its own list and the emoji of one code point."""
    found = set[str]()
    for name in ("special_characters.txt", "special_characters_emoji.txt"):
        for line in (FILTERS / name).read_text(encoding="utf-8").splitlines():
            ends = [int(end.removeprefix("U+"), 16) for end in line.partition("#")[0].strip().split("-") if end]
            if ends:
                found.update(map(chr, range(ends[0], ends[-1] + 1)))
    return found


SPECIAL = _characters()
SPACES = [
    chr(code) for code in (0x20, 0x2009, 0x200A, 0x202F, 0x2005, 0x3000, 0x2002, 0xA0, 0x2008, 0x2003, 0xFFFC, 0x84)
]
NOT_PRINTED = re.compile("[\x00-\x1f\x7f-\x9f]")
DIGIT = re.compile(r"\d")
PUNCTUATION = {
    **dict.fromkeys("，、", ","), **dict.fromkeys("„”“«»１」「《》", '"'), **dict.fromkeys("´’", "'"),
    **dict.fromkeys("∶：", ":"), **dict.fromkeys("–━►", "-"), "。": ".", "？": "?", "！": "!", "（": "(", "）": ")",
    "；": ";", "—": " - ", "．": ". ", "～": "~", "…": "...", "〈": "<", "〉": ">", "【": "[", "】": "]", "％": "%",
}  # fmt: skip


def modify(text: str, params: LangParams) -> str:
    """The text after the modifiers that the language has switched on."""
    settings = params.filters
    text = text.strip()
    if settings["uniform_whitespace"].enabled:
        for space in SPACES:
            text = text.replace(space, " ")
    if settings["incorrect_substrings"].enabled:
        wrong = settings["incorrect_substrings"].substrings
        text = without(text, lambda word: any(substring in strip(word) for substring in wrong))
    if settings["long_words"].enabled:
        longest = settings["long_words"].max
        assert longest is not None
        text = without(text, lambda word: len(word) > longest and not 0 < len(strip(word)) <= longest)
    return text


def without(text: str, dropped: Callable[[str], bool]) -> str:
    """The text taken apart at newlines, tabs and spaces, and joined again without some words and all that is empty."""
    lines = []
    for line in text.split("\n"):
        parts = []
        for part in line.split("\t"):
            words = [word for word in part.split(" ") if word and not dropped(word)]
            if words:
                parts.append(" ".join(words))
        if parts:
            lines.append("\t".join(parts))
    return "\n".join(lines)


def strip(word: str) -> str:
    """A word without special characters at its ends."""
    start, end = 0, len(word)
    while start < end and word[start] in SPECIAL:
        start += 1
    while end > start and word[end - 1] in SPECIAL:
        end -= 1
    return word[start:end]


def words_of(text: str, *, lower: bool, encode: Callable[[str], list[str]] | None) -> list[str]:
    """Words of a text: split at spaces, tabs and newlines, or pieces of a model, and stripped."""
    if encode is not None:
        text = NOT_PRINTED.sub("", text).strip().lower()
        for space in SPACES:
            text = text.replace(space, " ")
        text = "".join(PUNCTUATION.get(letter, letter) for letter in DIGIT.sub("0", text))
        words = [piece.lower() for piece in encode(text)]
    else:
        words = [word.lower() if lower else word for word in text.replace("\n", " ").replace("\t", " ").split(" ")]
    return [word for word in map(strip, words) if word]


def measure(
    text: str, params: LangParams, *, profile: str = "fixed", encode: Callable[[str], list[str]] | None = None
) -> dict[str, float | int | None]:
    """The six measures of a modified text."""

    def words() -> list[str]:
        return words_of(text, lower=True, encode=encode)

    settings = params.filters
    return {
        "number_words": len(words_of(text, lower=False, encode=encode)),
        "character_repetition": character_repetition(text, settings["character_repetition"].n or 0, profile),
        "word_repetition": word_repetition(words(), settings["word_repetition"].n or 0),
        "special_characters": sum(letter in SPECIAL for letter in text) / len(text) if text else 0.0,
        "stopwords": share(words(), params, params.stopwords),
        "flagged_words": share(words(), params, params.flagged_words),
    }


def character_repetition(text: str, n: int, profile: str) -> float:
    """What the most frequent n-grams of characters have of all."""
    counts = Counter(text[start : start + n] for start in range(len(text) - n + 1))
    if not counts:
        return 0.0
    ordered = sorted(counts.values(), reverse=True)
    once = ordered.count(1)
    k = min(isqrt(len(ordered)), len(ordered) - once if profile == "fixed" else once)
    return sum(ordered[:k]) / sum(ordered)


def word_repetition(words: list[str], n: int) -> float:
    """What the n-grams of words that occur more than once have of all."""
    counts = Counter(" ".join(words[start : start + n]) for start in range(len(words) - n + 1))
    total = sum(counts.values())
    return sum(count for count in counts.values() if count > 1) / total if total else 0.0


def share(words: list[str], params: LangParams, listed: frozenset[str] | None) -> float | None:
    """What listed words have of all; None where there is no list."""
    if not listed:
        return None
    if not words:
        return 0.0
    found = sum(word in listed for word in words) + sum(run in listed for run in runs(words, params))
    return min(found / len(words), 1.0)


def runs(words: list[str], params: LangParams) -> Iterator[str]:
    """Runs of words that a language wants to be looked up as well."""
    setting = params.filters["words_augmentation"]
    if setting.enabled:
        for size in setting.sizes:
            for start in range(len(words) - size + 1):
                yield setting.join.join(words[start : start + size])
