"""The thirteen filters of ROOTS in the order of its configuration: what each does, in which unit, and where it stands.

Five change the text or its words; eight measure it and keep a document whose measure lies in the interval that its
language sets in lang_params. The table holds facts alone: cards, notebooks and reports read it, the verdict does not.

The files of each `source` are those of https://github.com/bigscience-workshop/data-preparation, in its folder
preprocessing/training/01b_oscar_cleaning_and_filtering. The reasons for the filters: Laurençon et al., The BigScience
ROOTS Corpus, 2022, arXiv:2303.03915, on OSCAR.
"""

from dataclasses import dataclass
from typing import Literal

Profile = Literal["fixed", "roots-2022-03"]
"""`roots-2022-03` measures and redacts as the run that built ROOTS did, faults included; `fixed` does it right."""


@dataclass(frozen=True)
class Filter:
    """One filter: `what` in a plain sentence, `function` as `module:function` (importable by `pkgutil.resolve_name`).

    `unit` and `bound`, the ends that its interval can have, belong to a filter that measures; "" and None otherwise.
    """

    name: str
    kind: Literal["changes", "measures"]
    what: str
    function: str
    source: str
    unit: str = ""
    bound: Literal["min", "max", "min and max"] | None = None


FILTERS = (
    Filter(
        name="uniform_whitespace",
        kind="changes",
        what="Writes every kind of space as the plain space.",
        function="filters.changes:uniform_whitespace",
        source="filtering.py, ModifyingDocuments.uniform_whitespace",
    ),
    Filter(
        name="unicode_punctuation",
        kind="changes",
        what="Writes typographic and wide punctuation as ASCII; switched off for every language.",
        function="filters.changes:unicode_punctuation",
        source="filtering.py, ModifyingDocuments.replace_unicode_punctuation",
    ),
    Filter(
        name="incorrect_substrings",
        kind="changes",
        what="Drops words that hold a piece of a web address or of HTML.",
        function="filters.changes:incorrect_substrings",
        source="filtering.py, ModifyingDocuments.remove_words_with_incorrect_substrings",
    ),
    Filter(
        name="long_words",
        kind="changes",
        what="Drops words that are longer than words of the language are.",
        function="filters.changes:long_words",
        source="filtering.py, ModifyingDocuments.remove_long_words",
    ),
    Filter(
        name="number_words",
        kind="measures",
        what="Keeps texts that are neither too short nor too long.",
        function="filters.measures:number_words",
        source="filtering.py, Filtering.check_number_words",
        unit="words",
        bound="min and max",
    ),
    Filter(
        name="character_repetition",
        kind="measures",
        what="Drops texts in which a few runs of characters come back again and again.",
        function="filters.measures:character_repetition",
        source="filtering.py, Filtering.compute_character_repetition_ratio",
        unit="share of the runs of n characters, 0 to 1",
        bound="max",
    ),
    Filter(
        name="word_repetition",
        kind="measures",
        what="Drops texts in which the same runs of words come back again and again.",
        function="filters.measures:word_repetition",
        source="filtering.py, Filtering.compute_word_repetition_ratio",
        unit="share of the runs of n words, 0 to 1",
        bound="max",
    ),
    Filter(
        name="special_characters",
        kind="measures",
        what="Drops texts made of too many digits, marks, spaces and emoji.",
        function="filters.measures:special_characters",
        source="filtering.py, Filtering.compute_special_characters_ratio",
        unit="share of the characters, 0 to 1",
        bound="max",
    ),
    Filter(
        name="words_augmentation",
        kind="changes",
        what="Adds pairs of neighbouring words, so that lists can hold entries of two syllables or pieces.",
        function="filters.text:augmentation",
        source="filtering.py, ModifyingDocuments.words_augmentation",
    ),
    Filter(
        name="stopwords",
        kind="measures",
        what="Keeps texts with enough of the small words that every sentence of the language needs.",
        function="filters.measures:stopwords",
        source="filtering.py, Filtering.compute_stopwords_ratio",
        unit="share of the words, 0 to 1",
        bound="min",
    ),
    Filter(
        name="flagged_words",
        kind="measures",
        what="Drops texts with too many words that speakers of the language flagged as pornographic.",
        function="filters.measures:flagged_words",
        source="filtering.py, Filtering.compute_flagged_words_ratio",
        unit="share of the words, 0 to 1",
        bound="max",
    ),
    Filter(
        name="language_id",
        kind="measures",
        what="Keeps texts that an identifier of languages finds to be in the language, and is sure of.",
        function="filters.identify:identify",
        source="filtering.py, Filtering.compute_lang_id_pred_score",
        unit="score of the identifier, 0 to 1",
        bound="min",
    ),
    Filter(
        name="perplexity",
        kind="measures",
        what="Drops texts that a model of well-written text in the language finds very unlikely.",
        function="filters.perplexity:perplexity",
        source="filtering.py, Filtering.compute_perplexity_score",
        unit="perplexity for each piece",
        bound="max",
    ),
)
"""All thirteen, in the order in which the original's configuration lists their switches."""
