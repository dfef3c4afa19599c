"""The command train-lm: the language model of a language from a person's own text, put into the models folder."""

import contextlib
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from catalog.entry import Entry
from catalog.sources import Input, inputs, read
from filters import lmplz, models, registry, train_lm
from filters.model_files import ModelNameError
from filters.published import PUBLISHED
from filters.train_lm import Lines, Pair
from lang_params.languages import find
from lang_params.params import LangParams, load
from pipelines import storage
from roots.reference import entry_of, same_language

TOLD = 100_000_000
"""Characters of text after which reading says how far it is."""


@dataclass(frozen=True)
class TrainRequest:
    """What the command was asked for; what is None is chosen."""

    lang: str
    text: tuple[Path, ...]
    name: str | None = None
    models: Path | None = None
    pieces: int | None = None
    order: int = train_lm.ORDER
    lmplz: Path | None = None
    force: bool = False
    lang_params: Path | None = None


@dataclass(frozen=True)
class Trained:
    """The model that was made, and from how much text."""

    request: TrainRequest
    params: LangParams
    model: registry.Registered
    place: Path
    lines: Lines
    left_out: Mapping[str, int]

    def said(self) -> list[str]:
        """What is told at the end, line by line."""
        settings = self.model.about["settings"]
        left = ", ".join(f"{count:,} {why}" for why, count in sorted(self.left_out.items()))
        out = f"; left out: {left}" if left else ""
        lines = [
            f"{self.lines.documents:,} texts, {self.lines.lines:,} lines, {self.lines.characters:,} characters{out}",
            *(f"{self.place / file.file}: {file.bytes:,} bytes, sha256 {file.sha256}" for file in self.model.files),
        ]
        if self.request.pieces is None and settings["pieces"] < train_lm.PIECES:
            lines.append(
                f"{settings['pieces']:,} pieces, as many as this text is enough for; ROOTS had {train_lm.PIECES:,}"
            )
        if self.request.models is not None:
            lines.append(f"to use models of this folder: export {registry.FOLDER}={self.place}")
        code = self.params.code
        return [
            *lines,
            f'put into the file {code}.toml of your parameters: language_model = "{self.model.name}"',
            "then find its limit on other text than this: "
            f"roots derive-thresholds --lang {code} --reference FILES --lang-params FOLDER",
        ]


def train(request: TrainRequest) -> Trained:
    """Train both models and register them. Raises ModelError, EntryError or ParamsError."""
    params = load(find(request.lang, request.lang_params), request.lang_params)
    place = (request.models or registry.folder()).absolute()
    name = request.name or params.code
    check_free(name, place, force=request.force)
    tools = lmplz.find(request.lmplz)
    entry = entry_of(request.text, params)
    left_out: Counter[str] = Counter()
    with _working(place, name) as folder:
        lines = train_lm.write_lines(_texts(entry, params, left_out), folder / "text.txt")
        pair = train_lm.train_pair(lines, tools, pieces=request.pieces, order=request.order, tell=_tell)
        about = {
            "origin": "trained by roots train-lm",
            "trained_on": {
                "files": [_described(file) for file in inputs(entry)],
                "documents": lines.documents,
                "lines": lines.lines,
                "characters": lines.characters,
                "left_out": dict(sorted(left_out.items())),
            },
            "settings": pair.settings,
            "versions": {"sentencepiece": version("sentencepiece"), "lmplz": tools.version},
        }
        model = _put(place, pair, registry.Registered(name, (params.code,), "NOASSERTION", (), about))
    return Trained(request, params, model, place, lines, left_out)


def check_free(name: str, place: Path, *, force: bool) -> None:
    """Raise ModelNameError when a model cannot get this name: it is none, or another model has it."""
    if not registry.NAME.fullmatch(name):
        raise ModelNameError(f"--name {name!r}: is no name for a model; use letters, digits, '.', '_' and '-'")
    if name.endswith((models.PIECES, models.NGRAMS)):
        raise ModelNameError(f"--name {name}: ends as the files of models do; choose another")
    parts = {name, f"{name}{models.PIECES}", f"{name}{models.NGRAMS}"}
    if parts & models.MODELS.keys() or name in PUBLISHED:
        raise ModelNameError(f"--name {name}: is the name of a model that is not yours; choose another")
    if not force and (place / f"{name}.json").exists():
        raise ModelNameError(
            f"{place / name}.json: a model of this name is there; --force makes it anew, --name gives another name"
        )


def _texts(entry: Entry, params: LangParams, left_out: Counter[str]) -> Iterator[str]:
    """The texts of the files that are in the language, or do not say in which they are."""
    characters = told = 0
    for file in inputs(entry):
        for batch in read(entry, file):
            for row in batch.select(["text", "lang", "lost"]).to_pylist():
                if row["lost"] is not None:
                    left_out["that cannot be read"] += 1
                elif row["lang"] and not same_language(row["lang"], params):
                    left_out["in other languages"] += 1
                else:
                    yield row["text"]
                    characters += len(row["text"])
            if characters - told >= TOLD:
                told = characters
                _tell(f"{characters / 1e6:,.0f} million characters read, now in {file.name}")


def _described(file: Input) -> dict[str, Any]:
    """Name, size and SHA-256 of a file that was trained on."""
    fs, inner = storage.filesystem(file.path)
    with fs.open(inner, "rb") as opened:
        return {"name": file.name, "bytes": file.size, "sha256": file_digest(opened, "sha256").hexdigest()}


@contextlib.contextmanager
def _working(place: Path, name: str) -> Iterator[Path]:
    """A folder in the models folder for what is not finished; what a run that was killed left there is swept away."""
    folder = place / f".training-{name}"
    with registry.held(name, place):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _put(place: Path, pair: Pair, model: registry.Registered) -> registry.Registered:
    """Move the files of a pair into the models folder and register them; the record is away while they change."""
    (place / f"{model.name}.json").unlink(missing_ok=True)
    pieces = pair.pieces.replace(place / f"{model.name}{models.PIECES}")
    ngrams = pair.model.replace(place / f"{model.name}{models.NGRAMS}")
    registered = replace(model, files=(registry.describe(pieces), registry.describe(ngrams)))
    registry.register(registered, place)
    return registered


def _tell(message: str) -> None:
    click.echo(f"train-lm: {message}", err=True)
