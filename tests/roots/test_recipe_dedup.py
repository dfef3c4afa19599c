"""How a recipe says what a copy is: presets, numbers, the copy that stays, and what means nothing and is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

import roots.recipe
from filters.signing import PRESETS, MinHash, Signing, SimHash
from pipelines.contamination import Settings as Decontamination
from pipelines.search import Settings
from pipelines.substring_parts import Settings as Substrings
from roots.recipe import RecipeError, load
from roots.recipe_dedup import KINDS, Dedup

Source = Callable[..., Path]
Write = Callable[[str], Path]

GOOD = 'name = "x"\nsources = ["*.toml"]\n'


@pytest.fixture
def write(tmp_path: Path, source: Source) -> Write:
    """Writes recipe.toml beside two sources, "one" and "two"."""
    for uid in ("one", "two"):
        source(uid, [{"text": "x"}])

    def recipe(text: str) -> Path:
        path = tmp_path / "sources" / "recipe.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return recipe


def test_a_recipe_that_says_nothing_takes_the_defaults_of_its_profile(write: Write) -> None:
    assert load(write(GOOD)).dedup == Dedup()
    assert Dedup().signing == Signing(("minhash",), MinHash(), SimHash())
    assert load(write(f'{GOOD}profile = "roots-2022-03"')).dedup.signing.methods == ("simhash",)


def test_methods_come_in_the_order_in_which_they_are_named(write: Write) -> None:
    recipe = load(write(f'{GOOD}[dedup]\nmethods = ["minhash", "url", "exact", "url"]'))
    assert recipe.dedup.signing.methods == ("exact", "url", "minhash")


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_a_preset_is_its_numbers(write: Write, name: str) -> None:
    dedup = load(write(f'{GOOD}[dedup]\npreset = "{name}"')).dedup
    assert (dedup.preset, dedup.signing.minhash) == (name, PRESETS[name])


@pytest.mark.parametrize(("name", "verify"), [("the-stack", 0.7), ("redpajama-v2-0.7", 0.7), ("nemo", 0.75)])
def test_a_preset_for_less_similar_pairs_has_them_found(write: Write, name: str, verify: float) -> None:
    assert load(write(f'{GOOD}[dedup]\npreset = "{name}"')).dedup.verify == verify
    assert load(write(f'{GOOD}[dedup]\npreset = "{name}"\nverify = 0.8')).dedup.verify == 0.8


def test_everything_can_be_said(write: Write, tmp_path: Path) -> None:
    folder = tmp_path / "sources" / "benchmarks"
    folder.mkdir()
    for name in ("b.jsonl", "a.jsonl"):
        (folder / name).touch()
    text = f"""{GOOD}
        [dedup]
        scope = "language"
        methods = ["minhash", "simhash"]
        unit = "characters"
        n = 9
        bands = 3
        rows = 4
        bits = 32
        verify = 0
        largest_bucket = 7
        keep = ["source", "highest:stopwords", "longest"]
        sources = ["two", "oscar"]
        [simhash]
        n = 4
        distance = 7
        blocks = 8
        longest = 100
        [substrings]
        bytes = 60
        characters = 0
        part_bytes = 9000
        [decontamination]
        benchmarks = ["benchmarks/b.jsonl", "benchmarks/*"]
        n = 8
        share = 0.8
        fields = ["question"]
        """
    assert load(write(text)).dedup == Dedup(
        scope="language",
        signing=Signing(("simhash", "minhash"), MinHash("characters", 9, 3, 4, 32), SimHash(4, 7, 8, 100)),
        verify=0,
        largest_bucket=7,
        keep=("source", "highest:stopwords", "longest"),
        sources=("two", "oscar"),
        substrings=Substrings(60, 0, 9000, "language"),
        decontamination=Decontamination((str(folder / "b.jsonl"), str(folder / "a.jsonl")), 8, 0.8, ("question",)),
    )


def test_a_table_that_is_empty_asks_for_its_defaults(write: Write) -> None:
    assert load(write(f"{GOOD}[substrings]")).dedup.substrings == Substrings()
    assert load(write(f'{GOOD}[dedup]\nscope = "none"\n[substrings]')).dedup.substrings == Substrings()


def test_the_example_that_is_shown_can_be_read(write: Write, tmp_path: Path, source: Source) -> None:
    folder = tmp_path / "sources"
    source("my_book", [{"text": "x"}])
    for name in ("my_params", "benchmarks"):
        (folder / name).mkdir()
    (folder / "benchmarks" / "a.jsonl").touch()
    (folder / "removals.jsonl").touch()
    shown = (roots.recipe.__doc__ or "").split("\n\n", 1)[1]
    recipe = load(write(shown))
    assert recipe.dedup.keep == ("source", "longest")
    assert recipe.dedup.sources == ("my_book", *KINDS)
    assert (recipe.dedup.substrings, recipe.dedup.signing.minhash) == (Substrings(), PRESETS["fineweb"])
    assert recipe.dedup.decontamination.benchmarks == (str(folder / "benchmarks" / "a.jsonl"),)


def test_sources_stand_in_the_order_that_was_given() -> None:
    kinds = {"book": "catalogue", "site": "pseudo_crawl", "web": "oscar", "program": "code"}
    assert Dedup().kept(kinds).ranks == {"book": 0, "site": 1, "web": 2, "program": 3}
    assert Dedup(sources=("web", "oscar")).kept(kinds).ranks == {"book": 2, "site": 2, "web": 0, "program": 2}


def test_judging_is_told_the_criteria_and_which_long_documents_simhash_leaves(write: Write) -> None:
    text = f'{GOOD}[dedup]\nmethods = ["simhash"]\nkeep = ["longest"]\n[simhash]\nlongest = 9'
    kept = load(write(text)).dedup.kept({})
    assert (kept.criteria, kept.ranks, kept.longest) == (("longest",), {}, 9)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[dedup]\nmethod = 1", "dedup.method: unknown key; did you mean 'methods'? Known: scope, methods, "),
        ("[dedup]\nscope = 3", "dedup.scope: 3; it must be one of source, language, all, none"),
        ('[dedup]\nmethods = "url"', "dedup.methods: 'url'; it must be a list of some of exact, url, simhash, minhash"),
        ("[dedup]\nmethods = []", "dedup.methods: []; it must be a list of some of exact, url, simhash, minhash"),
        (
            '[dedup]\npreset = "c4"',
            "dedup.preset: 'c4'; it must be one of fineweb, redpajama-v2, redpajama-v2-0.7, redpajama-v2-0.9, nemo, ",
        ),
        ('[dedup]\nunit = "word"', "dedup.unit: 'word'; it must be one of words, characters"),
        ("[dedup]\nn = 0", "dedup.n: 0; it must be a whole number from 1 upwards"),
        ("[dedup]\nbands = 1.5", "dedup.bands: 1.5; it must be a whole number from 1 upwards"),
        ("[dedup]\nrows = true", "dedup.rows: True; it must be a whole number from 1 upwards"),
        ("[dedup]\nbits = 16", "dedup.bits: 16; it must be one of 32, 64"),
        ("[dedup]\nverify = 75", "dedup.verify: 75; it must be a number from 0 to 1"),
        (
            "[dedup]\nbands = 9000\nrows = 2",
            "dedup.bands: 9000 of rows: 2 are 18,000 rows; all bands together may have",
        ),
        ("[dedup]\nlargest_bucket = 1", "dedup.largest_bucket: 1; it must be a whole number from 2 to 10,000"),
        ("[dedup]\nlargest_bucket = 10001", "dedup.largest_bucket: 10001; it must be a whole number from 2 to 10,000"),
        (
            "[substrings]\nbytes = 2147483648",
            "substrings.bytes: 2147483648; it must be a whole number from 1 to 2,",
        ),
        ("[decontamination]\nn = 1001", "decontamination.n: 1001; it must be a whole number from 1 to 1,000"),
        ('[dedup]\nkeep = ["best"]', "dedup.keep: ['best']; it must be a list of some of source, longest, highest:"),
        ('[dedup]\nkeep = ["source", "source"]', "dedup.keep: 'source' stands there twice; name it once"),
        ('[dedup]\nkeep = ["source"]\nsources = ["three"]', "dedup.sources: 'three'; it must be one of catalogue, "),
        ("[simhash]\nbits = 9", "simhash.bits: unknown key; Known: n, distance, blocks, longest"),
        ("[substrings]\nbytes = 0", "substrings.bytes: 0; it must be a whole number from 1 to 2,147,483,647"),
        ("[decontamination]\nn = 3", "decontamination.benchmarks: it is missing; it must be a list of texts"),
        (
            '[decontamination]\nbenchmarks = ["none*"]',
            "decontamination.benchmarks: 'none*' matches no file in ",
        ),
        (
            '[dedup]\npreset = "nemo"\nrows = 9',
            "dedup.preset: 'nemo' and dedup.rows: 9; give the name of a preset, or your own numbers",
        ),
        (
            '[dedup]\nmethods = ["exact"]\nverify = 0.8',
            "dedup.verify: 0.8 has no meaning where minhash is none of dedup.methods",
        ),
        (
            '[dedup]\nmethods = ["exact"]\nlargest_bucket = 50',
            "dedup.largest_bucket: 50 has no meaning where minhash is none of dedup.methods",
        ),
        (
            'profile = "roots-2022-03"\n[dedup]\nbands = 20',
            "dedup.bands: 20 has no meaning where minhash is none of dedup.methods",
        ),
        ("[simhash]\nn = 5", "simhash: the table has no meaning where simhash is none of dedup.methods"),
        (
            '[dedup]\nmethods = ["simhash"]\n[simhash]\ndistance = 6',
            "simhash.blocks: 6; it must be a whole number above distance, 6, up to 64",
        ),
        (
            '[dedup]\nmethods = ["simhash"]\n[simhash]\nblocks = 65',
            "simhash.blocks: 65; it must be a whole number above distance, 4, up to 64",
        ),
        (
            '[dedup]\nscope = "none"\nkeep = ["longest"]',
            "dedup.keep: ['longest'] has no meaning with scope = \"none\"; leave it out",
        ),
        (
            '[dedup]\nsources = ["one"]',
            "dedup.sources: ['one'] has no meaning where \"source\" is none of dedup.keep",
        ),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(write: Write, text: str, message: str) -> None:
    path = write(f"{GOOD}{text}")
    with pytest.raises(RecipeError) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}: {message}")
    assert "\n" not in str(refused.value)


def test_the_search_is_told_the_profile_and_all_that_decides() -> None:
    dedup = Dedup(scope="source", verify=0.5, largest_bucket=9, signing=Signing(("url",)))
    assert dedup.settings("roots-2022-03") == Settings("source", 0.5, 9, Signing(("url",)), "roots-2022-03")
