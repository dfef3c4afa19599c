"""derive-stopwords, run as people do on carried text: Yoruba in three ways of writing, Hindi, Chinese."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest

from lang_params.files import origin, read_words
from roots.lint import findings
from tests.roots.made import Ended

Roots = Callable[..., Ended]
ROOT = Path(__file__).parents[2]
UDHR = ROOT / "catalog" / "demo" / "data" / "udhr_articles.jsonl.gz"


def bare(text: str) -> str:
    """A text as it is typed without marks."""
    return "".join(letter for letter in normalize("NFD", text) if not "\u0300" <= letter <= "\u036f")


WAYS: dict[str, Callable[[str], str]] = {
    "NFC": lambda text: normalize("NFC", text),
    "NFD": lambda text: normalize("NFD", text),
    "bare": bare,
}


def declaration(folder: Path, code: str, way: str = "NFC") -> Path:
    """The Universal Declaration of Human Rights in one language, written in one way."""
    with gzip.open(UDHR, "rt", encoding="utf-8") as lines:
        texts = [row["text"] for row in map(json.loads, lines) if row["lang"] == code]
    path = folder / f"{code}.jsonl"
    path.write_text("".join(json.dumps({"text": WAYS[way](text)}) + "\n" for text in texts), "utf-8")
    return path


def derived(roots: Roots, tmp_path: Path, code: str, *more: object, way: str = "NFC") -> tuple[Ended, frozenset[str]]:
    output = tmp_path / "mine" / "stopwords" / f"{code}.txt"
    text = ["--text", declaration(tmp_path, code, way)]
    if code == "zhs":  # the declaration alone is too short in Chinese
        text += ["--text", UDHR.with_name("debian_handbook_zhs.jsonl.zst")]
    ended = roots("derive-stopwords", "--lang", code, *text, "--output", output, *more)
    assert (ended.code, ended.err) == (0, "")
    found = read_words("stopwords", code, tmp_path / "mine")
    assert found is not None
    return ended, found


def test_yoruba_composed(roots: Roots, tmp_path: Path) -> None:
    ended, found = derived(roots, tmp_path, "yo")
    assert {"láti", "ní", "tí", "sí", "ẹ̀tọ́", "gbogbo"} <= found
    assert "100 words in " in ended.out
    assert "warning: " in ended.out
    assert "read the list, and strike out" in ended.out
    head = (tmp_path / "mine" / "stopwords" / "yo.txt").read_text("utf-8").split("\n")[:5]
    assert head[0] == "# Stop words of Yoruba, one a line."
    assert head[2] == "# Text: yo.jsonl (16 texts, licence not named)."
    assert origin("stopwords", "yo", tmp_path / "mine") == "derived"


def test_yoruba_with_marks_apart_is_listed_in_both_forms(roots: Roots, tmp_path: Path) -> None:
    _, found = derived(roots, tmp_path, "yo", way="NFD")
    assert {"láti", normalize("NFD", "láti")} <= found


def test_yoruba_without_marks_is_listed_without_them(roots: Roots, tmp_path: Path) -> None:
    _, found = derived(roots, tmp_path, "yo", way="bare")
    assert {"lati", "ni", "ti", "si", "gbogbo"} <= found
    assert all(bare(word) == word for word in found)


def test_hindi_words_are_as_the_filters_strip_them(roots: Roots, tmp_path: Path) -> None:
    _, found = derived(roots, tmp_path, "hi")
    assert {"और", "को", "क", "में"} <= found


def test_chinese_words_are_pieces(roots: Roots, tmp_path: Path) -> None:
    _, found = derived(roots, tmp_path, "zhs", "--size", "30")
    assert {"的", "和", "在"} <= found
    assert len(found) <= 30


@pytest.mark.parametrize("code", ["yo", "hi", "zhs"])
def test_a_derived_list_gives_the_linter_no_doubt(code: str, roots: Roots, tmp_path: Path) -> None:
    derived(roots, tmp_path, code)
    mine = str(tmp_path / "mine")
    assert [str(doubt) for doubt in findings(tmp_path / "mine") if doubt.file.startswith(mine)] == []


def test_the_same_text_gives_the_same_list(roots: Roots, tmp_path: Path) -> None:
    derived(roots, tmp_path, "yo")
    file = tmp_path / "mine" / "stopwords" / "yo.txt"
    first = file.read_bytes()
    derived(roots, tmp_path, "yo", "--force")
    assert file.read_bytes() == first
    assert str(tmp_path).encode() not in first


def test_a_list_that_is_there_is_not_written_over(roots: Roots, tmp_path: Path) -> None:
    output = tmp_path / "yo.txt"
    output.write_text("mine\n", "utf-8")
    ended = roots("derive-stopwords", "--lang", "yo", "--text", declaration(tmp_path, "yo"), "--output", output)
    assert ended.code == 2
    assert ended.err == f"error: {output}: the file is there; give another --output, or --force to write over it\n"
    assert output.read_text("utf-8") == "mine\n"


def test_the_output_has_a_name_of_its_own(roots: Roots, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert roots("derive-stopwords", "--lang", "yor", "--text", declaration(tmp_path, "yo")).code == 0
    assert (tmp_path / "stopwords" / "yo.txt").is_file()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the reference text has 0 words of Yoruba in 0 texts; 2,000 are needed, and 20,000 make a list"),
        (b'{"text": "Gbogbo eniyan ni a bi"}\n', "the reference text has 5 words of Yoruba in 1 texts; 2,000 are"),
        (
            '{"text": "ní"}\n'.encode("utf-16"),
            "the reference text has 0 words of Yoruba in 0 texts; 2,000 are needed, and 20,000 make a list to rely on "
            "(0 texts of few.jsonl; left out: 1 not readable (",
        ),
    ],
)
def test_too_little_text_is_refused(content: bytes, message: str, roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "few.jsonl").write_bytes(content)
    ended = roots("derive-stopwords", "--lang", "yo", "--text", tmp_path / "few.jsonl", "--output", tmp_path / "o.txt")
    assert ended.code == 2
    assert ended.err.startswith(f"error: {message}")
    assert not (tmp_path / "o.txt").exists()


def test_text_of_nothing_but_one_word_in_its_first_part_gives_no_list(roots: Roots, tmp_path: Path) -> None:
    texts = [{"text": " ".join(f"w{n}x{m}" for m in range(500))} for n in range(8)]
    (tmp_path / "odd.jsonl").write_text("".join(json.dumps(text) + "\n" for text in texts), "utf-8")
    ended = roots("derive-stopwords", "--lang", "yo", "--text", tmp_path / "odd.jsonl", "--output", tmp_path / "o.txt")
    assert (ended.code, ended.err) == (
        2,
        "error: no word is spread evenly over the reference text; give text on more than one subject\n",
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--lang", "xx", "--text", "x.jsonl"], "'xx' is not a language of the corpus"),
        (["--lang", "yo"], "Missing option '--text'"),
        (["--lang", "yo", "--text", "nowhere.jsonl", "--output", "o.txt"], "nowhere.jsonl: there is no such file"),
        (["--lang", "yo", "--text", "x.jsonl", "--size", "0"], "0 is not in the range x>=1"),
    ],
)
def test_what_cannot_be_done_is_said(given: list[str], message: str, roots: Roots) -> None:
    ended = roots("derive-stopwords", *given)
    assert ended.code == 2
    assert message in " ".join(ended.err.split())
