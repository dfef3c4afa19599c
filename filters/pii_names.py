"""Names of persons, by a spaCy model that the user installed and named for the language; none is carried.

What such a model takes for a name is a guess: it misses names and takes words for names, more so in text unlike what it
was trained on. Nothing else of the model is used.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filters.model_files import ModelError
from filters.pii import Span
from filters.pii_kinds import Choice

if TYPE_CHECKING:
    import pyarrow as pa

LABELS = frozenset(("PERSON", "PER", "persName", "NAME_PERSON"))
"""What models call a person: OntoNotes, WikiNER, and national corpora."""

LONGEST = 100_000
"""Code points that the model is given at once; spaCy refuses a million, and needs about 1 GB for 100,000 words."""


def find(text: str, choice: Choice) -> list[Span]:
    """Names of persons in a text, in code points, by place. Raises ModelError where the model is not installed."""
    model = load(named(choice))
    return [
        Span("PERSON", start + entity.start_char, start + entity.end_char)
        for start, part in _parts(text)
        for entity in model(part).ents
        if entity.label_ in LABELS
    ]


def find_texts(texts: "pa.Array", choice: Choice) -> dict[int, list[Span]]:
    """`find` of each text, by row; rows without a name are absent."""
    return {row: names for row, text in enumerate(texts.to_pylist()) if (names := find(text, choice))}


@cache
def load(name: str) -> Any:
    """The model with this name of a package, or in this folder, once a process. Raises ModelError."""
    try:
        import spacy
    except ImportError:
        raise ModelError("spacy is not installed, which finds names of persons; pip install spacy") from None
    try:
        return spacy.load(name)
    except (OSError, ImportError, ValueError) as error:
        raise ModelError(
            f"{name!r}: spaCy has no such model installed ({type(error).__name__}); install it with: "
            f'python -m spacy download {name}, or write in [pii] the folder of one, or PERSON = "off"'
        ) from None


def version(name: str) -> str:
    """What tells the bytes of a model apart: its language, name and version, as its own record says.

    A model without a version is told by the hash of its files.
    """
    meta = load(name).meta
    said = f"{meta.get('lang', '')}_{meta.get('name', '')} {meta.get('version', '')}"
    folder = Path(name)
    if not folder.is_dir():
        return said
    from hashlib import blake2b

    whole = blake2b(digest_size=16)
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(f"{file.relative_to(folder).as_posix()}\0".encode() + file.read_bytes())
    return f"{said} {whole.hexdigest()}"


def named(choice: Choice) -> str:
    """The model that a choice names. Raises ModelError where it names none."""
    if choice.names is None:
        raise ModelError(
            'PERSON is to be looked for, and the language names no model: write names = "en_core_web_sm" or another '
            'into its [pii] table, or PERSON = "off"'
        )
    return choice.names


def _parts(text: str) -> Iterator[tuple[int, str]]:
    """A text in parts of bounded length, cut at line ends or spaces where there are any."""
    start = 0
    while len(text) - start > LONGEST:
        limit = start + LONGEST
        cut = max(text.rfind("\n", start, limit), text.rfind(" ", start, limit)) + 1
        end = cut if cut > start else limit
        yield start, text[start:end]
        start = end
    yield start, text[start:]
