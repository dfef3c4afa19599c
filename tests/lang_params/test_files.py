"""Files: word lists are taken as they stand, a user's folder replaces, and what cannot be read is named."""

from pathlib import Path

import pytest

from lang_params.check import ParamsError
from lang_params.files import LISTS, PACKAGED, added, check_folder, names, origin, read_table, read_words


def put(folder: Path, name: str, content: str | bytes) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_every_packaged_list_says_origin_and_licence_and_belongs_to_a_language() -> None:
    for kind in LISTS:
        files = sorted((PACKAGED / kind).iterdir())
        assert files
        for file in files:
            assert file.suffix == ".txt"
            assert file.stem in names()
            head = [line for line in file.read_text("utf-8").split("\n") if line.startswith("#")]
            assert any(line.startswith("# Origin: ") for line in head), file
            assert any(line.startswith("# Licence: ") for line in head), file
            assert read_words(kind, file.stem, None)


def test_a_word_is_neither_lower_cased_nor_normalised(tmp_path: Path) -> None:
    put(tmp_path, "stopwords/yo.txt", "# Origin: me\n\nNí\nni\u0301\nwọ́n\nin ons\n")
    assert read_words("stopwords", "yo", tmp_path) == frozenset({"Ní", "ni\u0301", "wọ́n", "in ons"})


def test_line_ends_and_byte_order_mark_of_other_editors_are_no_part_of_a_word(tmp_path: Path) -> None:
    put(tmp_path, "stopwords/yo.txt", b"\xef\xbb\xbf# Origin: me\r\nni\r\nti\r\n")
    assert read_words("stopwords", "yo", tmp_path) == frozenset({"ni", "ti"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("ni\nti \n", "line 2: 'ti ' has white space around it"),
        ("ni\n\tti\n", "line 2: '\\tti' has white space around it"),
        ("ni\nti\nni\n", "line 1: 'ni' stands there 2 times"),
        ("# Origin: nobody\n", "the list holds no word"),
        ("ni\n".encode("utf-16"), "byte 0 is not UTF-8"),
    ],
)
def test_list_with_a_fault(content: str | bytes, message: str, tmp_path: Path) -> None:
    put(tmp_path, "flagged_words/yo.txt", content)
    with pytest.raises(ParamsError) as error:
        read_words("flagged_words", "yo", tmp_path)
    assert str(error.value).startswith(f"{tmp_path}/flagged_words/yo.txt: {message}")


def test_no_file_is_no_list() -> None:
    assert read_words("flagged_words", "fon", None) is None
    assert origin("flagged_words", "fon", None) is None


def test_the_origin_of_a_list_is_what_its_head_says(tmp_path: Path) -> None:
    heads = {
        "# Origin: spaCy 3.8.18 (PyPI), a file.\n": "spaCy 3.8.18",
        "# origin: my own head\n": "my own head",
        "# Origin: roots derive-stopwords, words.\n": "derived",
        "# Origin: a book, and\n# roots derive-stopwords too\n": "a book, derived",
        "# words\n": "not said",
    }
    for head, said in heads.items():
        put(tmp_path, "stopwords/yo.txt", f"{head}ni\n")
        assert origin("stopwords", "yo", tmp_path) == said


def test_a_file_with_a_table_of_names_adds_a_language(tmp_path: Path) -> None:
    put(tmp_path, "ha.toml", "[language]")
    put(tmp_path, "stopwords/ha.txt", "da\n")
    check_folder(tmp_path)
    assert added(tmp_path) == ["ha"]
    put(tmp_path, "Ha x.toml", "[language]")
    with pytest.raises(ParamsError, match=r"'Ha x' is not the code of a language; .*; a code is small letters"):
        check_folder(tmp_path)
    (tmp_path / "Ha x.toml").unlink()
    put(tmp_path, "ha.toml", "words = 1")
    with pytest.raises(ParamsError, match=r"'ha' is not the code of a language; .* To add a language, give ha\.toml"):
        check_folder(tmp_path)


def test_a_users_file_replaces_the_packaged_one_of_its_name(tmp_path: Path) -> None:
    put(tmp_path, "yo.toml", 'words = "mine"')
    place, values = read_table("yo", tmp_path)
    assert (place.file, values) == (str(tmp_path / "yo.toml"), {"words": "mine"})
    place, values = read_table("zu", tmp_path)
    assert (place.file, values["language"]["name"]) == ("zu.toml", "Zulu")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("words = whitespace", "this is not valid TOML"),
        (b"words = " + b"1" * 5000, "this is not valid TOML: a number has more digits than Python reads"),
        (b"words = " + b"[" * 5000 + b"]" * 5000, "this is not valid TOML"),
        (b'words = "\xff"', "byte 9 is not UTF-8"),
    ],
)
def test_table_that_cannot_be_read(content: str | bytes, message: str, tmp_path: Path) -> None:
    put(tmp_path, "yo.toml", content)
    with pytest.raises(ParamsError, match=message):
        read_table("yo", tmp_path)


def test_folder_of_a_user(tmp_path: Path) -> None:
    with pytest.raises(ParamsError, match="there is no such folder"):
        check_folder(tmp_path / "mine")
    with pytest.raises(ParamsError, match="nothing in it replaces anything"):
        check_folder(tmp_path)
    put(tmp_path, "README.md", "anything")
    put(tmp_path, "default.toml", "")
    put(tmp_path, "stopwords/yo.txt", "ni\n")
    check_folder(tmp_path)
    put(tmp_path, "stopwords/default.txt", "ni\n")
    with pytest.raises(ParamsError, match=r"stopwords/default\.txt: 'default' is not the code of a language"):
        check_folder(tmp_path)
    (tmp_path / "stopwords/default.txt").unlink()
    put(tmp_path, "yor.toml", "")
    with pytest.raises(ParamsError, match=r"yor\.toml: 'yor' is not the code of a language; did you mean 'yo'"):
        check_folder(tmp_path)
