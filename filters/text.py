"""A text and its words, each computed once, however many measures ask."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from filters.words import Encode, encoder, pieces, split, stripped
from lang_params.params import LangParams, Setting


class Text:
    """A modified text (see `filters.changes`) and its words in one language.

    Words are worked out when first asked for and kept as long as the Text. Memory: one document, at most about 100
    bytes for each word and list of words; nothing outlives the object.

    `encode` replaces the SentencePiece model that `params.word_model` names, where words are its pieces.
    """

    def __init__(self, value: str, params: LangParams, *, encode: Encode | None = None) -> None:
        self.value = value
        self._params = params
        self._encode = encode

    @cached_property
    def words(self) -> list[str]:
        """Lower-cased words without the special characters at their ends; words of nothing else are left out."""
        if self._params.words == "sentencepiece":
            return pieces(self.value, self._encoder())
        # Lower-casing the whole text gives the same as word by word: the one rule that looks at neighbours, that of
        # the final sigma, never looks across a separator.
        return stripped(split(self.value.lower()))

    @cached_property
    def cased_words(self) -> list[str]:
        """Words as they stand, stripped but not lower-cased: what the number of words counts in the original.

        Pieces of a SentencePiece model have no other form than their lower-cased one.
        """
        if self._params.words == "sentencepiece":
            return self.words
        return stripped(split(self.value))

    @cached_property
    def augmented(self) -> list[str]:
        """`words`, followed by what words_augmentation adds for this language."""
        setting = self._params.filters["words_augmentation"]
        return self.words + augmentation(self.words, setting) if setting.enabled else self.words

    def _encoder(self) -> Encode:
        if self._encode is None:
            self._encode = encoder(word_model(self._params))
        return self._encode


def word_model(params: LangParams) -> Path:
    """The file of the SentencePiece model that cuts the words of a language. Raises ValueError, ModelError."""
    if params.word_model is None:
        raise ValueError(
            f"{params.code}.toml: words = 'sentencepiece' without a word_model; "
            "name a model of filters/models.py, or set words = 'whitespace'"
        )
    from filters.models import path

    return path(params.word_model)


def augmentation(words: Sequence[str], setting: Setting) -> list[str]:
    """Every run of as many neighbouring words as one of the setting's sizes, joined; to be added to the words.

    A word list of Vietnamese, where a space stands between syllables, or of Chinese, where pieces cut words, holds
    entries that only such runs can equal. Source: ROOTS, `words_augmentation` of filtering.py; the paper says runs
    of two and three, the run that built ROOTS used two.

    >>> from lang_params.params import Setting
    >>> augmentation(["dê", "con", "bé"], Setting(sizes=(2,), join=" "))
    ['dê con', 'con bé']
    >>> augmentation(["我", "们", "好"], Setting(sizes=(2, 3), join=""))
    ['我们', '们好', '我们好']
    """
    return [
        setting.join.join(words[start : start + size])
        for size in setting.sizes
        for start in range(len(words) - size + 1)
    ]
