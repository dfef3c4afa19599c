"""Models that others published, known by name: where they lie, under which licence, and what is known of their bytes.

None of them is carried. `roots models fetch NAME` brings one into the models folder; then `language_model = "NAME"`
in a language's file uses it. The language models are those of ROOTS: SentencePiece and KenLM (order 5) trained on the
openings of Wikipedia articles of November 2021, which the repository edugp/kenlm holds; its card names the licence MIT
and the languages. No sizes or hashes of them were found published, so the hash of the first fetch is the one that
later ones must match. lid.176.bin has a hash that many projects agree on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filters.model_files import check_fasttext, check_ngrams, check_pieces

KENLM = "https://huggingface.co/edugp/kenlm/resolve/main/wikipedia"
FASTTEXT = "https://dl.fbaipublicfiles.com/fasttext/supervised-models"

INDIC = ("as", "bn", "gu", "hi", "kn", "ml", "mr", "ta", "te", "ur")
OTHERS = ("ar", "ca", "en", "es", "eu", "fr", "id", "pt", "sw", "vi", "yo", "zh")
WIKIPEDIA = tuple(sorted((*INDIC, *OTHERS)))
"""Languages of edugp/kenlm that the corpus has, by the code in its file names: 22 of the 24 on its card, which counts
its models of Wikipedia and of OSCAR together (not Afrikaans and Egyptian Arabic). All tuned languages are there."""

MOST_PIECES, MOST_NGRAMS = 64_000_000, 16_000_000_000
"""Bytes above which a download is refused, so that a wrong address cannot fill a disk: a model of 40,000 pieces has
about 1 MB, an n-gram model of a million article openings a few GB."""


@dataclass(frozen=True)
class Source:
    """One file of a published model: its name where it lies, its name with us, and the check of its kind.

    `most` is the number of bytes above which a download is refused; `bytes` and `sha256` are None where not known.
    """

    address: str
    file: str
    check: Callable[[Path], None]
    most: int
    bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class Published:
    """A model that others published; `languages` are ROOTS's codes, none for a model that is not of one language."""

    name: str
    languages: tuple[str, ...]
    licence: str
    origin: str
    base: str
    sources: tuple[Source, ...]


def _wikipedia(code: str) -> Published:
    return Published(
        name=f"wikipedia-{code}",
        languages=("zhs", "zht") if code == "zh" else (code,),
        licence="MIT",
        origin="edugp/kenlm: openings of Wikipedia articles, November 2021; the language models of ROOTS",
        base=KENLM,
        sources=(
            Source(f"{code}.sp.model", f"wikipedia-{code}.sp", check_pieces, MOST_PIECES),
            Source(f"{code}.arpa.bin", f"wikipedia-{code}.kenlm", check_ngrams, MOST_NGRAMS),
        ),
    )


_FULL = Published(
    name="lid.176.bin",
    languages=(),
    licence="CC-BY-SA-3.0",
    origin="fastText language identification, 176 languages, in its full size, as ROOTS used it",
    base=FASTTEXT,
    sources=(
        Source(
            "lid.176.bin",
            "lid.176.bin",
            check_fasttext,
            131_266_198,
            bytes=131_266_198,
            sha256="7e69ec5451bc261cc7844e49e4792a85d7f09c06789ec800fc4a44aec362764e",
        ),
    ),
)

PUBLISHED = {model.name: model for model in (*map(_wikipedia, WIKIPEDIA), _FULL)}
"""All by name: `wikipedia-hi` and so on, and `lid.176.bin`."""
