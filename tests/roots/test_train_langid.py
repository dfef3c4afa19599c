"""The command train-langid, from carried text in Yoruba, Hindi and Chinese to a model that is asked."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from filters.lid_model import read
from filters.roots_lid import ask
from filters.train_langid import TONES
from tests.corpora import articles
from tests.roots.made import Ended

Roots = Callable[..., Ended]
Lines = Callable[..., Path]
SMALL = ("--buckets", 5000, "--epochs", 12, "--characters", 40_000, "--other-characters", 20_000)
LANGUAGES = ("yo", "hi", "mr", "zhs", "zht", "ig", "en", "pt")


def spelled(text: str) -> list[str]:
    """A text with its marks on their letters, after them, and without tone marks."""
    apart = unicodedata.normalize("NFD", text)
    return [unicodedata.normalize("NFC", text), apart, unicodedata.normalize("NFC", apart.translate(TONES))]


@pytest.fixture
def files(lines: Lines) -> tuple[Path, Path]:
    """Text to train on and to test on: the articles of the declaration by turns. Portuguese stands for the rest."""
    halves: tuple[list[str], list[str]] = ([], [])
    for lang in LANGUAGES:
        for at, article in enumerate(articles()[lang]):
            for sentence in article["text"].split("\n"):
                record = {"lang": lang if lang != "pt" else "gl", "text": sentence, "source": "udhr"}
                halves[at % 2].append(json.dumps(record, ensure_ascii=False))
    return lines("train.jsonl", *halves[0]), lines("test.jsonl", *halves[1])


def test_from_text_to_a_model_that_knows_it(roots: Roots, files: tuple[Path, Path], tmp_path: Path) -> None:
    train, test = files
    ended = roots("train-langid", "--text", train, "--test", test, "--output", tmp_path / "m.ftz", *SMALL)
    assert ended.code == 0, ended.err
    model = read(tmp_path / "m.ftz")
    assert set(model.labels) == {"yo", "hi", "mr", "zh", "ig", "en", "gl"}
    for lang in ("yo", "hi", "zhs", "zht"):
        for article in articles()[lang][1::2]:
            assert {label for label, _ in ask(pa.array(spelled(article["text"])), model)} == {lang}
    assert "m.ftz: 7 languages, " in ended.out
    assert "a document is 5 neighbouring records of one language and source" in ended.out
    assert "macro F1 over 7 languages: " in ended.out
    [rest] = [line.split() for line in ended.out.splitlines() if line.startswith("rest ")]
    assert float(rest[-1]) >= 0.9
    [silent] = [line for line in ended.out.splitlines() if line.startswith("no test text: ")]
    assert {"ak", "fon", "sw"} <= set(silent.split())
    assert "yo" not in silent.split()
    assert "records taken for others: " in ended.out


def test_the_same_bytes_twice_and_no_test(roots: Roots, files: tuple[Path, Path], tmp_path: Path) -> None:
    for name in ("one.ftz", "two.ftz"):
        ended = roots("train-langid", "--text", files[1], "--output", tmp_path / "new" / name, *SMALL, "--epochs", 1)
        assert ended.code == 0, ended.err
        assert len(ended.out.splitlines()) == 1
    assert (tmp_path / "new/one.ftz").read_bytes() == (tmp_path / "new/two.ftz").read_bytes()


def test_a_model_that_is_there_is_kept(roots: Roots, files: tuple[Path, Path], tmp_path: Path) -> None:
    output = tmp_path / "m.ftz"
    output.write_bytes(b"mine")
    ended = roots("train-langid", "--text", files[0], "--output", output, *SMALL, "--epochs", 1)
    assert ended.code == 2
    assert ended.err == f"error: {output}: the file is there; give another --output, or --force to write over it\n"
    assert output.read_bytes() == b"mine"
    assert roots("train-langid", "--text", files[0], "--output", output, *SMALL, "--epochs", 1, "--force").code == 0
    assert output.read_bytes() != b"mine"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"lang": "yo"}', "train.jsonl:1: the field 'text' is missing or no text; there are: lang"),
        ('{"lang": "yoruba", "text": "a"}', "train.jsonl:1: 'yoruba' is no code of a language; known are"),
        ('{"lang": "yo", "text": "Ẹ káàbọ̀"}', "the text is in one language alone (yo); a model needs at least two"),
        ("", "train.jsonl: no text; each line must be a JSON object with the fields lang and text"),
        ("{", "train.jsonl:1: not JSON"),
    ],
    ids=["no-field", "code", "one-language", "empty", "no-json"],
)
def test_text_that_cannot_be_used(content: str, said: str, roots: Roots, lines: Lines, tmp_path: Path) -> None:
    output = tmp_path / "m.ftz"
    ended = roots("train-langid", "--text", lines("train.jsonl", content), "--output", output)
    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not output.exists()


@pytest.mark.parametrize("option", ["--seed", "--buckets", "--epochs", "--dimensions"])
def test_a_number_that_fasttext_does_not_take(
    option: str, roots: Roots, files: tuple[Path, Path], tmp_path: Path
) -> None:
    ended = roots("train-langid", "--text", files[0], "--output", tmp_path / "m.ftz", option, 2**31)
    assert (ended.code, f"{2**31} is not in the range" in ended.err) == (2, True)


def test_text_that_is_not_utf_8_and_no_file(roots: Roots, files: tuple[Path, Path], tmp_path: Path) -> None:
    latin = tmp_path / "latin.jsonl"
    latin.write_bytes('{"lang": "fr", "text": "\u00e9t\u00e9"}\n'.encode("latin-1"))
    ended = roots("train-langid", "--text", latin, "--output", tmp_path / "m.ftz")
    assert (ended.code, "not UTF-8" in ended.err) == (2, True)
    # Test text is read before anything is trained.
    gone = tmp_path / "gone.jsonl"
    ended = roots("train-langid", "--text", files[0], "--test", gone, "--output", tmp_path / "m.ftz")
    assert (ended.code, f"{gone}: No such file" in ended.err) == (2, True)
