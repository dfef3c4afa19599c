"""A recipe: which sources make a corpus, and how it is mixed and tokenized. A TOML file that people read.

name = "demo"
sources = ["*.toml"]              # entries of the catalogue: paths or patterns, relative to the recipe or absolute
languages = ["yo", "zhs"]         # left out: all 46
profile = "fixed"                 # or "roots-2022-03"
lang_params = "my_params"         # a folder that overlays the packaged parameters
removals = "removals.jsonl"       # lines of {"id"|"url"|"content_hash"|"source": ..., "reason": ...}; see roots remove

[policy]                          # what may enter the build; left out: everything
licence_properties = ["open license", "public domain"]    # every property of a licence must be among these
permission = ["open licence", "granted"]                  # outcomes of asking the custodian
has_pii = ["No", "Yes - text author name only"]
release = "public"                # or "gated", also when left out: gated sources may be in too; closed ones never
refused_signals = ["robots-txt:disallow", "tdm-reservation:*", "oscar-category:adult"]
harmful_perplexity = 500          # an example: documents of OSCAR 23.01 with less are refused
smallest_source = 2_000_000       # bytes that pass the filters; ROOTS: 2 MB for a domain of the pseudo-crawl

[dedup]
scope = "all"                     # among which documents: "source", "language", "all", or "none"
methods = ["simhash", "minhash"]  # of "exact", "url", "simhash", "minhash"; left out: minhash, or simhash as ROOTS
preset = "fineweb"                # or "redpajama-v2", "nemo", "the-stack"; or numbers of your own in its place:
                                  # unit = "words", n = 5, bands = 14, rows = 8, bits = 64
verify = 0.75                     # of what MinHash finds only pairs with this share of shingles in common; 0: all;
                                  # left out: 0.75, or 0.7 with a preset for that
largest_bucket = 100              # a band hash that more documents share than this is compared in part
keep = ["source", "longest"]      # which copy stays: these in turn, or "highest:stopwords", "lowest:perplexity"
                                  # and the like; then, or where left out, the lowest id
sources = ["my_book", "catalogue", "pseudo_crawl", "oscar", "code"]  # the order for "source": uids and kinds

[simhash]                         # where it is among the methods
n = 6                             # words of an n-gram; as ROOTS had it: of English words, of others characters
distance = 4                      # bits that may differ
blocks = 6                        # into which the hashes are cut to find those
longest = 6000                    # a document of more characters than this stays

[substrings]                      # left out: nothing is cut inside documents
bytes = 50                        # passages at least so long that stand elsewhere too
characters = 6000                 # in documents of more characters than this
part_bytes = 100_000_000          # text that is searched together

[decontamination]                 # left out: not looked for
benchmarks = ["benchmarks/*.jsonl"]     # paths or patterns, relative to the recipe
n = 13                            # words of a run
share = 0.5                       # of the runs of an item that a document holds
fields = ["question", "answer"]   # of a record of a benchmark

[mix]                             # left out: all that was kept, as it is; roots/recipe_mix.py has every key
alpha = 0.3                       # smoothing of languages, see roots/division.py
budget = 5000000                  # bytes of text, or budget_tokens; left out: all that was kept
upsampling = 4                    # most times a training document may stand; left out: 1
validation = 0.05                 # share of documents held out; left out: none
strict = false
seed = 42
shard_bytes = 256000000
formats = ["arrow", "parquet"]
# preset = "roots-model"          # or "roots-tokenizer"; in place of alpha and what follows

[mix.weights]                     # shares of the corpus, by hand
yo = 0.1

[mix.groups.nguni]                # languages with one weight among them
languages = ["zu", "xh"]
alpha = 0.0
weight = 0.05

[mix.sources.my_book]             # what of a source may enter
ratio = 0.5
most = 1000000

[tokenizer]
kind = "bpe"                      # byte-level, as BLOOM's; or SentencePiece: "unigram", "sentencepiece-bpe"
vocabulary = 8000                 # pieces, up to BLOOM's 250680, all included
reserved = 200                    # of them for later use: <reserved_000> ...; left out: none
alpha = 0.3                       # smoothing of the sample that it is trained on
sample_bytes = 20000000           # of text
# preset = "roots-tokenizer"      # in place of alpha: the sample as ROOTS took its own
sources = ["catalogue", "pseudo_crawl", "code"]   # kinds that enter the sample; left out: all but oscar, as in ROOTS
line_dedup = true                 # each line once in the sample; code keeps its lines
# file = "bloom/tokenizer.json"   # in place of all these: a tokenizer.json or a SentencePiece model, relative to here

[tokens]                          # left out: Megatron's .bin and .idx alone
layouts = ["datatrove", "numpy"]  # what is written beside them: roots/layouts.py
end = "<|endoftext|>"             # the token that ends a document, where the tokenizer does not say it
padded = 250880                   # the vocabulary as the trainer pads it; left out: to a multiple of 128
"""

import glob
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from lang_params.languages import codes, find
from pipelines.config import PROFILES
from roots import policy, recipe_dedup, recipe_mix, recipe_tokenizer, recipe_tokens, removals
from roots.mix.settings import MixSettings
from roots.policy import Policy
from roots.recipe_dedup import Dedup
from roots.removals import RemovalError
from roots.token_shards import TokenSettings
from roots.train_tokenizer import TokenizerSettings
from roots.values import LINE, TEXT, TEXTS, Allowed, one_of


class RecipeError(ValueError):
    """A recipe that cannot be used: file, key, the value, what is allowed."""


@dataclass(frozen=True)
class Recipe:
    """What to build. Paths are absolute; `languages` are ROOTS codes.

    `lang_params` is the folder that is in force, `own_lang_params` the one that the file names.
    """

    path: Path
    name: str
    sources: tuple[Path, ...]
    languages: tuple[str, ...]
    description: str = ""
    contact: str = ""
    profile: str = "fixed"
    lang_params: Path | None = None
    own_lang_params: Path | None = None
    removals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    removals_file: Path | None = None
    policy: Policy = policy.ANYTHING
    dedup: Dedup = field(default_factory=Dedup)
    mix: MixSettings = field(default_factory=MixSettings)
    tokenizer: TokenizerSettings = field(default_factory=TokenizerSettings)
    tokens: TokenSettings = field(default_factory=TokenSettings)


KEYS: Mapping[str, Mapping[str, Allowed]] = {
    "": {
        "name": TEXT,
        "description": LINE,
        "contact": LINE,
        "sources": TEXTS,
        "languages": TEXTS,
        "profile": one_of(*PROFILES),
        "lang_params": TEXT,
        "removals": TEXT,
    },
    "policy": policy.KEYS,
    **recipe_dedup.KEYS,
    "mix": recipe_mix.KEYS,
    **recipe_tokenizer.KEYS,
    **recipe_tokens.KEYS,
}
"""The keys of a recipe by table; those under "" stand above the tables."""


def load(path: Path, lang_params: Path | None = None) -> Recipe:
    """Read and check a recipe; a folder of parameters takes the place of the one that it names.

    Raises RecipeError naming file and key.
    """
    raw = _read(path)
    stated = {name: raw.get(name) for name in KEYS if name}
    tables = {name: raw.pop(name, {}) for name in KEYS if name}
    for table, values in {"": raw, **tables}.items():
        _check(path, table, values)
    for key in ("name", "sources"):
        if key not in raw:
            raise RecipeError(f"{path}: {key}: it is missing; it must be {KEYS[''][key][0]}")
    folder = path.resolve().parent
    own = _params(path, folder, raw.get("lang_params"))
    lang_params = own if lang_params is None else _given(lang_params)
    sources = _sources(path, folder, raw["sources"])
    return Recipe(
        path=path,
        name=raw["name"],
        sources=sources,
        languages=_languages(path, raw.get("languages"), lang_params),
        description=raw.get("description", ""),
        contact=raw.get("contact", ""),
        profile=raw.get("profile", "fixed"),
        lang_params=lang_params,
        own_lang_params=own,
        removals=_removals(path, folder, raw.get("removals")),
        removals_file=folder / raw["removals"] if "removals" in raw else None,
        policy=policy.of_table(stated["policy"]),
        dedup=_dedup(path, stated, raw.get("profile", "fixed"), sources),
        mix=_mix(path, tables["mix"], sources, lang_params),
        tokenizer=_tokenizer(path, tables["tokenizer"], tables["mix"]),
        tokens=recipe_tokens.of_table(tables["tokens"]),
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecipeError(f"{path}: there is no such recipe") from None
    except OSError as error:
        raise RecipeError(f"{path}: cannot be read: {error.strerror}; give the TOML file of a recipe") from None
    except (ValueError, RecursionError) as error:
        raise RecipeError(f"{path}: is not valid TOML: {error}") from None


def _check(path: Path, table: str, values: Any) -> None:
    """Refuse unknown keys and values that are not what their key must be."""
    if not isinstance(values, dict):
        raise RecipeError(f"{path}: {table}: {values!r}; it must be a table, [{table}]")
    known = [*KEYS[table], *(name for name in KEYS if name and not table)]
    for key, value in values.items():
        where = f"{path}: {table}.{key}" if table else f"{path}: {key}"
        if key not in KEYS[table]:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise RecipeError(f"{where}: unknown key; {hint}Known: {', '.join(known)}")
        says, fits = KEYS[table][key]
        if not fits(value):
            raise RecipeError(f"{where}: {value!r}; it must be {says}")


def _params(path: Path, folder: Path, value: str | None) -> Path | None:
    if value is not None and not (folder / value).is_dir():
        raise RecipeError(f"{path}: lang_params: {value!r} is no folder in {folder}")
    return None if value is None else folder / value


def _given(folder: Path) -> Path:
    if not folder.is_dir():
        raise RecipeError(f"--lang-params: there is no folder {folder}; it should hold files such as yo.toml")
    return folder.resolve()


def _sources(path: Path, folder: Path, patterns: list[str]) -> tuple[Path, ...]:
    found: list[Path] = []
    for pattern in patterns:
        entries = (folder / name for name in sorted(glob.glob(pattern, root_dir=folder, recursive=True)))
        matches = [entry for entry in entries if entry.suffix == ".toml" and entry.resolve() != path.resolve()]
        if not matches:
            raise RecipeError(f"{path}: sources: {pattern!r} matches no entry in {folder}")
        found += [match for match in matches if match not in found]
    return tuple(found)


def _dedup(path: Path, tables: Mapping[str, Any], profile: str, sources: Sequence[Path]) -> Dedup:
    try:
        # An entry's uid is the name of its file.
        return recipe_dedup.of_tables(tables, path.resolve().parent, profile, [source.stem for source in sources])
    except ValueError as error:
        raise RecipeError(f"{path}: {error}") from None


def _mix(path: Path, table: Mapping[str, Any], sources: Sequence[Path], lang_params: Path | None) -> MixSettings:
    try:
        return recipe_mix.of_table(table, [source.stem for source in sources], lang_params)
    except ValueError as error:
        raise RecipeError(f"{path}: {error}") from None


def _tokenizer(path: Path, table: Mapping[str, Any], mix: Mapping[str, Any]) -> TokenizerSettings:
    try:
        return recipe_tokenizer.of_table(table, mix, path.resolve().parent)
    except ValueError as error:
        raise RecipeError(f"{path}: {error}") from None


def _languages(path: Path, names: list[str] | None, lang_params: Path | None) -> tuple[str, ...]:
    if names is None:
        return tuple(codes(lang_params))
    try:
        return tuple(sorted({find(name, lang_params) for name in names}))
    except ValueError as error:
        raise RecipeError(f"{path}: languages: {error}") from None


def _removals(path: Path, folder: Path, given: str | None) -> dict[str, tuple[str, ...]]:
    """Removals as values by what they name: a document by `id`, `url` or `content_hash`, or a whole `source`."""
    if given is None:
        return {}
    if not (folder / given).is_file():
        raise RecipeError(f"{path}: removals: there is no file {folder / given}")
    try:
        return removals.of_lines(removals.read(folder / given))
    except RemovalError as error:
        raise RecipeError(str(error)) from None
