"""A recipe is read whole or refused: every message names the file, the key, what stands there and what may."""

from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.entry import EntryError
from lang_params.languages import codes
from roots.entries import load_checked
from roots.mix.mixing import MixSettings
from roots.recipe import RecipeError, load
from roots.train_tokenizer import TokenizerSettings
from tests.corpora import make_source
from tests.roots.made import Ended

Source = Callable[..., Path]
Write = Callable[[str], Path]


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


def test_a_short_recipe_takes_the_defaults(write: Write) -> None:
    recipe = load(write('name = "short"\nsources = ["*.toml"]'))
    assert [path.name for path in recipe.sources] == ["one.toml", "two.toml"]
    assert recipe.languages == tuple(codes())
    assert (recipe.profile, recipe.dedup.scope, recipe.lang_params, recipe.removals) == ("fixed", "all", None, {})
    assert (recipe.mix, recipe.tokenizer) == (MixSettings(), TokenizerSettings())


def test_a_long_recipe_is_read_whole(write: Write, tmp_path: Path) -> None:
    (tmp_path / "sources" / "mine").mkdir()
    removals = '{"id": "b", "reason": "asked"}\n\n{"url": "https://x", "content_hash": "h"}\n{"id": "a"}\n'
    (tmp_path / "sources" / "gone.jsonl").write_text(removals)
    recipe = load(
        write(
            """
            name = "long"
            description = "d"
            contact = "c"
            sources = ["two.toml", "*.toml"]
            languages = ["zh-Hans", "yor_Latn", "yo"]
            profile = "roots-2022-03"
            lang_params = "mine"
            removals = "gone.jsonl"
            dedup = { scope = "none" }
            mix = { alpha = 0, budget = 5, seed = 0, shard_bytes = 9 }
            tokenizer = { vocabulary = 300, alpha = 1, sample_bytes = 7 }
            """
        )
    )
    assert [path.name for path in recipe.sources] == ["two.toml", "one.toml"]
    assert recipe.languages == ("yo", "zhs")
    assert (recipe.name, recipe.description, recipe.contact) == ("long", "d", "c")
    assert (recipe.profile, recipe.dedup.scope) == ("roots-2022-03", "none")
    assert recipe.lang_params == tmp_path / "sources" / "mine"
    assert recipe.removals == {"id": ("a", "b"), "url": ("https://x",), "content_hash": ("h",)}
    assert recipe.mix == MixSettings(alpha=0, budget=5, seed=0, shard_bytes=9)
    assert recipe.tokenizer == TokenizerSettings(vocabulary=300, alpha=1, sample_bytes=7, seed=0)


def test_sources_may_lie_elsewhere(write: Write, tmp_path: Path, source: Source) -> None:
    path = write('name = "x"\nsources = ["../sources/one.toml"]')
    assert load(path).sources[0].resolve() == tmp_path / "sources" / "one.toml"
    path.write_text(f'name = "x"\nsources = ["{tmp_path}/*/two.toml"]')
    assert load(path).sources == (tmp_path / "sources" / "two.toml",)


GOOD = 'name = "x"\nsources = ["one.toml"]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = ", "is not valid TOML: "),
        ('sources = ["*.toml"]', "name: it is missing; it must be a text in quotation marks"),
        ('name = "x"', "sources: it is missing; it must be a list of texts"),
        (f"{GOOD}alpha = 1", "alpha: unknown key; Known: name, description,"),
        (f"{GOOD}souces = 1", "souces: unknown key; did you mean 'sources'? Known: name, "),
        (f"{GOOD}[tokeniser]", "tokeniser: unknown key; did you mean 'tokenizer'? Known: "),
        (f"{GOOD}[mix]\nbugdet = 1", "mix.bugdet: unknown key; did you mean 'budget'? Known: alpha, budget, "),
        (f"{GOOD}mix = 3", "mix: 3; it must be a table, [mix]"),
        ('name = 3\nsources = ["*"]', "name: 3; it must be a text in quotation marks"),
        ('name = ""\nsources = ["*"]', "name: ''; it must be a text in quotation marks"),
        ('name = "x"\nsources = "*.toml"', "sources: '*.toml'; it must be a list of texts"),
        ('name = "x"\nsources = []', "sources: []; it must be a list of texts"),
        ('name = "x"\nsources = [""]', "sources: ['']; it must be a list of texts"),
        ('name = "x"\nsources = ["none*.toml"]', "sources: 'none*.toml' matches no entry in "),
        ('name = "x"\nsources = ["recipe.toml"]', "sources: 'recipe.toml' matches no entry in "),
        (f'{GOOD}languages = ["yo", "yoo"]', "languages: 'yoo' is not a language of the corpus; did you mean 'yo'?"),
        (f"{GOOD}languages = []", "languages: []; it must be a list of texts"),
        (f'{GOOD}profile = "new"', "profile: 'new'; it must be one of fixed, roots-2022-03"),
        (f'{GOOD}lang_params = "nowhere"', "lang_params: 'nowhere' is no folder in "),
        (f'{GOOD}removals = "nowhere"', "removals: there is no file "),
        (f'{GOOD}[dedup]\nscope = "some"', "dedup.scope: 'some'; it must be one of source, language, all, none"),
        (f"{GOOD}[dedup]\nscope = []", "dedup.scope: []; it must be one of source, language, all, none"),
        (f"{GOOD}[mix]\nalpha = 1.5", "mix.alpha: 1.5; it must be a number from 0 to 1"),
        (f"{GOOD}[mix]\nalpha = nan", "mix.alpha: nan; it must be a number from 0 to 1"),
        (f"{GOOD}[mix]\nalpha = true", "mix.alpha: True; it must be a number from 0 to 1"),
        (f"{GOOD}[mix]\nbudget = 0", "mix.budget: 0; it must be a whole number from 1 upwards"),
        (f"{GOOD}[mix]\nbudget = 5e6", "mix.budget: 5000000.0; it must be a whole number from 1 upwards"),
        (f"{GOOD}[mix]\nstrict = 1", "mix.strict: 1; it must be true or false"),
        (f"{GOOD}[mix]\nseed = -1", "mix.seed: -1; it must be a whole number from 0 to 2^64 - 1"),
        (f"{GOOD}[mix]\nseed = {2**64}", "it must be a whole number from 0 to 2^64 - 1"),
        (f"{GOOD}[mix]\nstrict = true\nbudget = 9", "mix.budget: has no meaning with strict = true"),
        (f"{GOOD}[tokenizer]\nvocabulary = 259", "vocabulary: 259; it must be a whole number from 260 to 250,680"),
        (f'{GOOD}[tokenizer]\nsample_bytes = "9"', "sample_bytes: '9'; it must be a whole number from 1 upwards"),
    ],
)
def test_what_is_wrong_is_named_with_what_is_allowed(write: Write, text: str, message: str) -> None:
    path = write(text)
    with pytest.raises(RecipeError) as refused:
        load(path)
    assert str(refused.value).startswith(f"{path}: ")
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("removals", "message"),
    [
        (b'{"id": "a"}\n[1]\n', "line 2: names no document; give its id, url or content_hash"),
        (b'{"reason": "asked"}\n', "line 1: names no document; give its id, url or content_hash"),
        (b'{"id": 7}\n', "line 1: names no document; give its id, url or content_hash"),
        (b'{"id": \n', "line 1: is not a JSON object"),
        (b"3\n", "line 1: is not a JSON object"),
        (b"\xff\n", "is not valid UTF-8: byte 1"),
    ],
)
def test_a_removal_that_cannot_be_read_is_refused_not_passed_over(write: Write, removals: bytes, message: str) -> None:
    path = write(f'{GOOD}removals = "gone.jsonl"')
    (path.parent / "gone.jsonl").write_bytes(removals)
    with pytest.raises(RecipeError, match=r"gone\.jsonl: ") as refused:
        load(path)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.toml", "none.toml: there is no such recipe"),
        ("", "cannot be read: Is a directory; give the TOML file of a recipe"),
        ("one.jsonl", "one.jsonl: is not valid TOML: "),
        ("latin.toml", "latin.toml: is not valid TOML: "),
    ],
)
def test_a_file_that_is_no_recipe_ends_a_command_with_one_line(
    write: Write, roots: Callable[..., Ended], tmp_path: Path, name: str, message: str
) -> None:
    folder = write(GOOD).parent
    (folder / "latin.toml").write_bytes('name = "é"'.encode("latin-1"))
    ended = roots("build", folder / name, "--work", tmp_path / "work")
    assert ended.code == 2
    assert message in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not (tmp_path / "work").exists()


def test_a_recipe_and_its_sources_may_be_in_a_language_that_its_parameters_add(write: Write, tmp_path: Path) -> None:
    path = write(f'{GOOD}languages = ["ha", "yo"]\nlang_params = "mine"\n')
    (path.parent / "mine").mkdir()
    language = (
        'name = "Hausa"\nbcp47 = "ha"\niso639_3 = "hau"\nscript = "Latn"\ngenus = "West Chadic"\nfamily = "Chadic"'
    )
    (path.parent / "mine" / "ha.toml").write_text(f"[language]\n{language}\n")
    recipe = load(path)
    assert recipe.languages == ("ha", "yo")
    entry = make_source(tmp_path / "others", "hausa", [{"text": "x"}], languages=["ha"])
    assert load_checked(entry, recipe.lang_params).languages == ("ha",)
    with pytest.raises(EntryError, match="'ha' is not a language of the corpus"):
        load_checked(entry)


@pytest.mark.parametrize("content", ["x = " + "1" * 5000, "x = " + "[" * 5000 + "]" * 5000])
def test_a_number_of_thousands_of_digits_and_endless_lists_are_no_recipe(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(RecipeError, match=r"mine\.toml: is not valid TOML"):
        load(path)


def test_parameters_of_the_command_line_take_the_place_of_the_recipe_s(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sources/own", "given"):
        (tmp_path / name).mkdir(parents=True)
    path = write('name = "x"\nsources = ["*.toml"]\nlang_params = "own"\n')
    monkeypatch.chdir(tmp_path)
    own, given = tmp_path / "sources" / "own", tmp_path / "given"
    assert [load(path).lang_params, load(path).own_lang_params] == [own, own]
    assert [load(path, Path("given")).lang_params, load(path, given).own_lang_params] == [given, own]
    with pytest.raises(RecipeError, match=r"--lang-params: there is no folder nowhere; it should hold files such as"):
        load(path, Path("nowhere"))
