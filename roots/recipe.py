"""A recipe: which sources make a corpus, and how it is mixed and tokenized. A TOML file that people read.

name = "demo"
sources = ["*.toml"]              # entries of the catalogue: paths or patterns, relative to the recipe or absolute
languages = ["yo", "zhs"]         # left out: all 46
profile = "fixed"                 # or "roots-2022-03"
lang_params = "my_params"         # a folder that overlays the packaged parameters
removals = "removals.jsonl"       # lines of {"id"|"url"|"content_hash": ..., "reason": ...}

[dedup]
scope = "all"                     # "source", "language", "all", or "none"

[mix]
alpha = 0.3                       # shares, see roots/shares.py
budget = 5000000                  # bytes of text; left out: all that was kept
strict = false
seed = 42
shard_bytes = 256000000

[tokenizer]
vocabulary = 8000
alpha = 0.3
sample_bytes = 20000000
"""

import difflib
import glob
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lang_params.languages import codes, find
from pipelines.config import PROFILES
from pipelines.dedup import SCOPES
from roots.mix import MixSettings
from roots.tokens import TokenizerSettings


class RecipeError(ValueError):
    """A recipe that cannot be used: file, key, the value, what is allowed."""


@dataclass(frozen=True)
class Recipe:
    """What to build. Paths are absolute; `languages` are ROOTS codes."""

    path: Path
    name: str
    sources: tuple[Path, ...]
    languages: tuple[str, ...]
    description: str = ""
    contact: str = ""
    profile: str = "fixed"
    lang_params: Path | None = None
    removals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scope: str = "all"
    mix: MixSettings = field(default_factory=MixSettings)
    tokenizer: TokenizerSettings = field(default_factory=TokenizerSettings)


TOP = {
    "name",
    "description",
    "contact",
    "sources",
    "languages",
    "profile",
    "lang_params",
    "removals",
    "dedup",
    "mix",
    "tokenizer",
}
KINDS: dict[str, dict[str, type | tuple[type, ...]]] = {
    "dedup": {"scope": str},
    "mix": {"alpha": (int, float), "budget": int, "strict": bool, "seed": int, "shard_bytes": int},
    "tokenizer": {"vocabulary": int, "alpha": (int, float), "sample_bytes": int},
}


def load(path: Path) -> Recipe:
    """Read and check a recipe. Raises RecipeError naming file and key."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecipeError(f"{path}: no such recipe") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise RecipeError(f"{path}: not valid TOML: {error}") from None
    _known(path, "", raw, [*TOP, *KINDS])
    for table, kinds in KINDS.items():
        _typed(path, table, raw.get(table, {}), kinds)
    folder = path.resolve().parent
    profile = _choice(path, "profile", raw.get("profile", "fixed"), PROFILES)
    scope = _choice(path, "dedup.scope", raw.get("dedup", {}).get("scope", "all"), (*SCOPES, "none"))
    params = raw.get("lang_params")
    if params is not None and not (folder / str(params)).is_dir():
        raise RecipeError(f"{path}: lang_params: {params!r} is no folder beside the recipe")
    return Recipe(
        path=path,
        name=_text(path, raw, "name"),
        sources=_sources(path, folder, raw.get("sources")),
        languages=_languages(path, raw.get("languages")),
        description=_text(path, raw, "description", required=False),
        contact=_text(path, raw, "contact", required=False),
        profile=profile,
        lang_params=None if params is None else folder / str(params),
        removals=_removals(path, folder, raw.get("removals")),
        scope=scope,
        mix=MixSettings(**raw.get("mix", {})),
        tokenizer=TokenizerSettings(**raw.get("tokenizer", {})),
    )


def _known(path: Path, table: str, given: Mapping[str, Any], allowed: Any) -> None:
    for key in given:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            where = f"{table}.{key}" if table else key
            raise RecipeError(f"{path}: {where}: unknown key; {hint}known: {', '.join(sorted(allowed))}")


def _typed(path: Path, table: str, given: Any, kinds: Mapping[str, type | tuple[type, ...]]) -> None:
    if not isinstance(given, dict):
        raise RecipeError(f"{path}: {table}: a table [{table}] is expected, not {given!r}")
    _known(path, table, given, kinds)
    for key, value in given.items():
        kind = kinds[key]
        names = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise RecipeError(f"{path}: {table}.{key}: {value!r} is not of type {names}")
        if (
            isinstance(value, int | float)
            and not isinstance(value, bool)
            and value < (0 if key in ("alpha", "seed") else 1)
        ):
            raise RecipeError(f"{path}: {table}.{key}: {value!r} is too small")


def _text(path: Path, raw: Mapping[str, Any], key: str, *, required: bool = True) -> str:
    value = raw.get(key, "")
    if not isinstance(value, str) or (required and not value):
        raise RecipeError(f"{path}: {key}: a text is required, not {value!r}")
    return value


def _choice(path: Path, key: str, value: Any, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise RecipeError(f"{path}: {key}: {value!r}; allowed: {', '.join(allowed)}")
    return str(value)


def _list(path: Path, key: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
        raise RecipeError(f"{path}: {key}: a list of texts is required, not {value!r}")
    return value


def _sources(path: Path, folder: Path, value: Any) -> tuple[Path, ...]:
    found: list[Path] = []
    for pattern in _list(path, "sources", value):
        entries = (folder / name for name in sorted(glob.glob(pattern, root_dir=folder)))
        matches = [entry for entry in entries if entry.suffix == ".toml" and entry.resolve() != path.resolve()]
        if not matches:
            raise RecipeError(f"{path}: sources: {pattern!r} matches no entry in {folder}")
        found += [match for match in matches if match not in found]
    return tuple(found)


def _languages(path: Path, value: Any) -> tuple[str, ...]:
    if value is None:
        return tuple(codes())
    try:
        return tuple(sorted({find(code) for code in _list(path, "languages", value)}))
    except ValueError as error:
        raise RecipeError(f"{path}: languages: {error}") from None


def _removals(path: Path, folder: Path, value: Any) -> dict[str, tuple[str, ...]]:
    """Removals as values by column; a line names one document by `id`, `url` or `content_hash`."""
    found: dict[str, list[str]] = {"id": [], "url": [], "content_hash": []}
    if value is None:
        return {}
    file = folder / str(value)
    if not file.is_file():
        raise RecipeError(f"{path}: removals: no such file {file}")
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        try:
            record = json.loads(line) if line.strip() else {}
            named = {key: record[key] for key in found if key in record}
        except (ValueError, TypeError):
            raise RecipeError(f"{file}: line {number}: not a JSON object") from None
        if line.strip() and not (named and all(isinstance(name, str) for name in named.values())):
            raise RecipeError(f"{file}: line {number}: none of id, url, content_hash with a text")
        for key, name in named.items():
            found[key].append(name)
    return {key: tuple(sorted(set(names))) for key, names in found.items() if names}
