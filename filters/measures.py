"""The six filters that measure a text by itself, and the test of a measure against a language's interval.

Each measure is a pure function of a Text and its language's parameters. The two measures that need a model of their
own stand in `filters.identify` (language_id) and `filters.perplexity`. Ratios are not rounded: every value equals that
of the original ROOTS code bit for bit. Source: section "filters" of its filtering.py, class `Filtering`.

Memory: one document at a time. character_repetition is the largest, with one dictionary entry for each distinct run
of characters: some 150 bytes for each code point of a text that never repeats itself. It is freed before the next.
"""

from collections import Counter
from math import isqrt

from filters import characters
from filters.table import Profile
from filters.text import Text
from lang_params.params import LangParams, Setting


def number_words(text: Text, params: LangParams) -> int:
    """Number of words that are left when special characters are stripped, counted before lower-casing.

    >>> from lang_params.params import load
    >>> yo = load("yo")
    >>> number_words(Text("Ẹ káàbọ̀ — sí ilé wa!", yo), yo)
    5
    """
    # Lower-casing first saves splitting twice. It matters only where a letter is special in one case alone.
    if any(letter in text.value for letter in characters.CASE_BOUND):
        return len(text.cased_words)
    return len(text.words)


def character_repetition(text: Text, params: LangParams, *, profile: Profile = "fixed") -> float:
    """Share that the most frequent runs of n characters have among all runs of n characters, in [0, 1].

    Runs overlap, case is kept, spaces and newlines count. Of N distinct runs the k most frequent are added up, where
    k is at most the square root of N, so that a long text is not punished for its length. In profile `fixed` k is
    also at most the number of runs that occur more than once: a text without repeats has 0. In `roots-2022-03` it
    is at most the number that occur exactly *once*: a text in which everything repeats has 0 and passes.
    A text shorter than n has 0. n is 10, for Chinese 3.

    >>> from lang_params.params import load
    >>> zh, en = load("zhs"), load("en")
    >>> character_repetition(Text("ok_ok_good_ok", zh), zh) == 4 / 11
    True
    >>> character_repetition(Text("ok_ok_good_ok", zh), zh, profile="roots-2022-03") == 5 / 11
    True
    >>> character_repetition(Text("abcdefghij" * 50, en), en) == 148 / 491
    True
    >>> character_repetition(Text("abcdefghij" * 50, en), en, profile="roots-2022-03")
    0.0
    """
    n, value = run_length(params, "character_repetition"), text.value
    total = len(value) - n + 1
    if total <= 0:
        return 0.0
    counts = Counter([value[start : start + n] for start in range(total)])
    repeated = sorted((count for count in counts.values() if count > 1), reverse=True)
    most = len(repeated) if profile == "fixed" else len(counts) - len(repeated)
    k = min(isqrt(len(counts)), most)
    # Where k reaches beyond the repeated runs, the rest of the k most frequent occur once each.
    return (sum(repeated[:k]) + max(k - len(repeated), 0)) / total


def word_repetition(text: Text, params: LangParams) -> float:
    """Share of runs of n neighbouring words that occur more than once in the text, in [0, 1]; 0 for fewer than n words.

    n is 5, for Urdu 7.

    >>> from lang_params.params import load
    >>> sw = load("sw")
    >>> word_repetition(Text("haba na haba hujaza kibaba, " * 2, sw), sw) == 2 / 6
    True
    """
    n, words = run_length(params, "word_repetition"), text.words
    total = len(words) - n + 1
    if total <= 0:
        return 0.0
    counts = Counter([" ".join(words[start : start + n]) for start in range(total)])
    return sum(count for count in counts.values() if count > 1) / total


def special_characters(text: Text, params: LangParams) -> float:
    """Share of code points that are special characters (spaces, digits, punctuation, emoji ...), in [0, 1].

    >>> from lang_params.params import load
    >>> te = load("te")
    >>> special_characters(Text("అవును! 😀", te), te) == 3 / 8
    True
    """
    return sum(map(characters.special().__contains__, text.value)) / max(len(text.value), 1)


def stopwords(text: Text, params: LangParams) -> float | None:
    """Share of words that are closed-class words of the language, in [0, 1]; 0 for a text without words.

    None where the language has no list.
    """
    return _share(text, params.stopwords)


def flagged_words(text: Text, params: LangParams) -> float | None:
    """Share of words that the language's speakers flagged as pornographic, in [0, 1]; 0 for a text without words.

    None where the language has no list.
    """
    return _share(text, params.flagged_words)


def measure_text(text: Text, params: LangParams, profile: Profile = "fixed") -> dict[str, float | int | None]:
    """The six measures by the names of their filters; None where the language has no list to measure with.

    A filter that is switched off is measured all the same: the switch belongs to the verdict.
    """
    return {
        "number_words": number_words(text, params),
        "character_repetition": character_repetition(text, params, profile=profile),
        "word_repetition": word_repetition(text, params),
        "special_characters": special_characters(text, params),
        "stopwords": stopwords(text, params),
        "flagged_words": flagged_words(text, params),
    }


def passes(value: float | None, setting: Setting) -> bool:
    """Whether a measure keeps a document: it lies in the setting's interval, ends included.

    None (not measured) passes, and so does everything where the filter is switched off. A text without words needs
    no rule of its own: its 0 lies below every minimum.

    >>> from lang_params.params import Setting
    >>> passes(20, Setting(min=20)), passes(0.0, Setting(min=0.07)), passes(None, Setting(min=0.07))
    (True, False, True)
    >>> passes(0.31, Setting(max=0.3)), passes(0.31, Setting(max=0.3, enabled=False))
    (False, True)
    """
    if value is None or not setting.enabled:
        return True
    return (setting.min is None or setting.min <= value) and (setting.max is None or value <= setting.max)


def _share(text: Text, listed: frozenset[str] | None) -> float | None:
    """Listed ones among the words and their augmentation, for each plain word; at most 1, since runs add matches."""
    if not listed:
        return None
    found = sum(map(listed.__contains__, text.augmented))
    return min(found / max(len(text.words), 1), 1.0)


def run_length(params: LangParams, name: str) -> int:
    """How many characters or words make one run."""
    n = params.filters[name].n
    if n is None or n < 1:
        raise ValueError(f"{params.code}.toml: filters.{name}.n: {n!r}; it must be a whole number from 1")
    return n
