"""The parameters of a language: thresholds, switches, word lists, and the models and identifier it names.

They are read from default.toml, one TOML file a language laid over it, and the word lists beside them. README.md in
this folder explains every key to those who edit them. What a file says wrongly is an error that names file and key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from lang_params.check import ParamsError, Place, needed, one_of, table, text
from lang_params.files import APART, LISTS, check_folder, read_table, read_words
from lang_params.languages import Language, codes, read_language, unknown
from lang_params.personal import Personal
from lang_params.personal import defaults as personal_defaults
from lang_params.personal import overlay as personal_overlay
from lang_params.settings import CHANGES, FILTERS, MEASURES, Setting, defaults, overlay

__all__ = ["CHANGES", "FILTERS", "MEASURES", "LangParams", "ParamsError", "Setting", "default", "load", "load_all"]

IDENTIFIERS = ("fasttext", "cld2", "roots")
KEYS = (
    "language",
    "identifier",
    "labels",
    "words",
    "word_model",
    "language_model",
    "thresholds",
    "filters",
    "pii",
)


@dataclass(frozen=True)
class LangParams:
    """Everything the builder is told about one language.

    `identifier` is "fasttext", "cld2" or "none" where neither knows the language well enough; `labels` gives the
    label of the language in each identifier that has one. `words` says how a text is cut into words: at white space,
    or into the pieces of the SentencePiece model `word_model`. `language_model` names the model of the perplexity.
    `thresholds` says where the intervals come from: "tuned" by people for ROOTS, "derived" from text where at least
    one of them was measured, "none" where no filter measures, else "default". A word list is None where there is none.
    `personal` says which personal data is looked for and what becomes of it.
    """

    code: str
    language: Language
    identifier: str
    labels: Mapping[str, str]
    words: str
    word_model: str | None
    language_model: str | None
    thresholds: str
    filters: Mapping[str, Setting]
    stopwords: frozenset[str] | None
    flagged_words: frozenset[str] | None
    personal: Personal

    def not_applied(self) -> dict[str, str]:
        """Filters that do nothing in this language, each with the reason in plain words."""
        name = self.language.name
        reasons = {filter_: "switched off" for filter_, setting in self.filters.items() if not setting.enabled}
        if self.stopwords is None:
            reasons.setdefault("stopwords", f"there is no list of stop words for {name}")
        if self.flagged_words is None:
            reasons.setdefault("flagged_words", f"there is no list of flagged words for {name}")
        if self.identifier == "none":
            reasons.setdefault("language_id", f"no identifier knows {name} well enough")
        if self.language_model is None:
            reasons.setdefault("perplexity", f"there is no language model for {name}")
        return {filter_: reasons[filter_] for filter_ in FILTERS if filter_ in reasons}

    def measuring(self) -> dict[str, Any]:
        """What decides the measured values of a text in this language, as JSON; word lists by their hash.

        Two languages or versions that agree in this measure a text alike. Intervals are not among it.
        """
        return {
            "code": self.code,
            "identifier": self.identifier,
            "labels": dict(self.labels),
            "words": self.words,
            "word_model": self.word_model,
            "language_model": self.language_model,
            "changes": {name: asdict(self.filters[name]) for name in CHANGES},
            "n": {name: self.filters[name].n for name, keys in MEASURES.items() if "n" in keys},
            "stopwords": _hash(self.stopwords),
            "flagged_words": _hash(self.flagged_words),
        }

    def judging(self) -> dict[str, Any]:
        """What turns measured values into a verdict, as JSON: for each measuring filter whether it applies, and its
        interval."""
        not_applied = self.not_applied()
        return {
            name: {"applied": name not in not_applied, "min": self.filters[name].min, "max": self.filters[name].max}
            for name in MEASURES
        }


def load(code: str, folder: Path | None = None) -> LangParams:
    """Parameters of the language with this ROOTS code, or of "code"; files of `folder` take the place of packaged ones.

    >>> yo = load("yo")
    >>> yo.language.name, yo.filters["number_words"].min, "láti" in yo.stopwords
    ('Yoruba', 10, True)
    >>> load("fon").not_applied()["flagged_words"]
    'there is no list of flagged words for Fon'
    """
    if folder is not None:
        check_folder(folder)
    if code not in (*codes(folder), *APART):
        raise unknown(code, folder)
    return _load(code, folder, _defaults(folder))


def load_all(folder: Path | None = None, apart: Iterable[str] = ()) -> dict[str, LangParams]:
    """Parameters of all 46 languages, and of those that `folder` adds, by ROOTS code, sorted; then of what is asked for
    among those that stand `apart` ("code")."""
    if folder is not None:
        check_folder(folder)
    below = _defaults(folder)
    return {code: _load(code, folder, below) for code in (*codes(folder), *(code for code in APART if code in apart))}


def default(folder: Path | None = None) -> LangParams:
    """Parameters with the code "default": for text in a language that the corpus does not have.

    >>> default().filters["language_id"].min, default().identifier
    (0.7, 'none')
    """
    if folder is not None:
        check_folder(folder)
    return _load("default", folder, _defaults(folder))


def _defaults(folder: Path | None) -> tuple[dict[str, Setting], Personal]:
    """What default.toml says of filters and of personal data; of the latter the packaged one, where a folder's own
    default.toml was written before there was a table for it."""
    place, values = read_table("default", folder)
    filters = defaults(place.at("filters"), needed(place, values, "filters"))
    if "pii" not in values and folder is not None:
        place, values = read_table("default", None)
    return filters, personal_defaults(place.at("pii"), needed(place, values, "pii"))


def _load(code: str, folder: Path | None, defaults: tuple[Mapping[str, Setting], Personal]) -> LangParams:
    below, personal = defaults
    place, values = read_table(code, folder)
    given = table(place, values, KEYS)
    words, word_model = _words(place, given)
    identifier, labels = _identifier(place, given)
    lists = {kind: None if code == "default" else read_words(kind, code, folder) for kind in LISTS}
    return LangParams(
        code=code,
        language=read_language(place.at("language"), code, needed(place, given, "language")),
        identifier=identifier,
        labels=labels,
        words=words,
        word_model=word_model,
        language_model=_optional(place, given, "language_model"),
        thresholds=_thresholds(place, given),
        filters=overlay(place.at("filters"), given.get("filters", {}), below),
        stopwords=lists["stopwords"],
        flagged_words=lists["flagged_words"],
        personal=personal_overlay(place.at("pii"), given.get("pii", {}), personal),
    )


def _identifier(place: Place, given: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    key = place.at("identifier")
    identifier = one_of(key, needed(place, given, "identifier"), (*IDENTIFIERS, "none"), what="identifier")
    found = table(place.at("labels"), given.get("labels", {}), IDENTIFIERS, what="identifier")
    labels = {name: text(place.at("labels").at(name), found[name]) for name in IDENTIFIERS if name in found}
    if identifier != "none" and identifier not in labels:
        raise key.error(f"{identifier!r} has no label under labels; add labels = {{ {identifier} = ... }}")
    return identifier, labels


def _words(place: Place, given: Mapping[str, Any]) -> tuple[str, str | None]:
    words = one_of(place.at("words"), needed(place, given, "words"), ("whitespace", "sentencepiece"), what="way")
    model = _optional(place, given, "word_model")
    if words == "sentencepiece" and model is None:
        raise place.at("word_model").error("it is missing; words = 'sentencepiece' needs the name of a model")
    if words == "whitespace" and model is not None:
        raise place.at("word_model").error(f"{model!r}; it is used only with words = 'sentencepiece'")
    return words, model


def _thresholds(place: Place, given: Mapping[str, Any]) -> str:
    key = place.at("thresholds")
    found = table(key, needed(place, given, "thresholds"), ("origin", "source"))
    text(key.at("source"), needed(key, found, "source"))
    origins = ("tuned", "derived", "default", "none")
    return one_of(key.at("origin"), needed(key, found, "origin"), origins, what="origin")


def _optional(place: Place, given: Mapping[str, Any], key: str) -> str | None:
    return text(place.at(key), given[key]) if key in given else None


def _hash(words: frozenset[str] | None) -> str | None:
    return None if words is None else blake2b("\n".join(sorted(words)).encode(), digest_size=16).hexdigest()
