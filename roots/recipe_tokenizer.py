"""The table [tokenizer] of a recipe: which tokenizer, and what it is trained on; read and checked."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from roots.mix.presets import PRESETS
from roots.recipe_dedup import KINDS as SOURCES
from roots.tokenizer import LARGEST, MOST_RESERVED, SMALLEST, TokenizerError, check_sizes
from roots.train_tokenizer import KINDS, PRESET, TokenizerSettings
from roots.values import FLAG, SHARE, TEXT, Allowed, one_of, some_of, whole

KEYS: Mapping[str, Mapping[str, Allowed]] = {
    "tokenizer": {
        "kind": one_of(*KINDS),
        "vocabulary": whole(SMALLEST, LARGEST),
        "reserved": whole(0, MOST_RESERVED),
        "alpha": SHARE,
        "sample_bytes": whole(1),
        "preset": one_of(PRESET),
        "sources": some_of(SOURCES),
        "line_dedup": FLAG,
        "file": TEXT,
    },
}
"""The keys of this table."""


def of_table(table: Mapping[str, Any], mix: Mapping[str, Any], folder: Path) -> TokenizerSettings:
    """The table, whose values were checked by `KEYS`; `mix` is the table [mix], `folder` that of the recipe.

    Raises ValueError naming table, key, value and what is allowed.
    """
    given = dict(table)
    if "file" in given:
        others = [key for key in given if key != "file"]
        if others:
            raise ValueError(
                f"tokenizer.{others[0]}: {given[others[0]]!r} has no meaning with tokenizer.file, where nothing is "
                "trained; leave one out"
            )
        file = folder / given["file"]
        if not file.is_file():
            raise ValueError(
                f"tokenizer.file: there is no file {file}; give a tokenizer.json or a SentencePiece .model"
            )
        return TokenizerSettings(file=str(file))
    if "preset" in given and "alpha" in given:
        raise ValueError(
            f"tokenizer.alpha: {given['alpha']} has no meaning with tokenizer.preset, which decides it; leave one out"
        )
    if "preset" in given:
        given = {"sample_bytes": PRESETS[given["preset"]].budget, **given}
    if "sources" in given:
        given["sources"] = tuple(kind for kind in SOURCES if kind in given["sources"])
    settings = TokenizerSettings(**given, **{key: mix[key] for key in ("seed", "validation") if key in mix})
    try:
        check_sizes(settings.vocabulary, settings.reserved)
    except TokenizerError as error:
        raise ValueError(f"tokenizer.vocabulary: {error}") from None
    return settings
