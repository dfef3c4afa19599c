"""What only the filters can tell of parameters: entries that never match, languages that nobody identifies."""

from collections.abc import Callable
from pathlib import Path

import pytest

from filters.words import strip
from lang_params.files import LISTS, PACKAGED
from lang_params.params import load, load_all
from roots.lint import findings, labels, unknown_to_identifier, unmatched
from tests.roots.made import Ended

Roots = Callable[..., Ended]


def listed(folder: Path, code: str, text: str) -> list[str]:
    (folder / "stopwords").mkdir(exist_ok=True)
    (folder / "stopwords" / f"{code}.txt").write_text(text, "utf-8")
    return [str(finding) for finding in unmatched(code, load(code, folder), folder) if not finding.accepted]


@pytest.mark.parametrize(
    ("code", "entry", "why"),
    [
        ("hi", "की", "'की' never matches: words are stripped, which leaves 'क' of 'की'"),
        ("ar", "هذه", "'هذه' never matches: words are stripped, which leaves 'ذ' of 'هذه'"),
        ("ca", "d'", "\"d'\" never matches: words are stripped, which leaves 'd' of \"d'\""),
        ("yo", "Ní", "'Ní' never matches: words are lower-cased, as 'ní'"),
        ("yo", "bí ó", "'bí ó' has a space, and no words are joined in this language: it never matches"),
        ("vi", "một hai ba", "'một hai ba' is 3 words long, and runs of 2 are joined"),
        ("vi", "một (hai", "'một (hai' never matches: words are stripped, which leaves 'hai' of '(hai'"),
    ],
)
def test_an_entry_that_can_never_match(code: str, entry: str, why: str, tmp_path: Path) -> None:
    assert listed(tmp_path, code, f"# head\n{entry}\n") == [f"{tmp_path}/stopwords/{code}.txt:2: {why}"]


@pytest.mark.parametrize(
    ("code", "entry"), [("hi", "है"), ("yo", "ní"), ("vi", "một hai"), ("zhs", "我们"), ("ig", "n’ime")]
)
def test_an_entry_that_can_match(code: str, entry: str, tmp_path: Path) -> None:
    assert listed(tmp_path, code, f"{entry}\n") == []


def test_dead_entries_can_be_accepted(tmp_path: Path) -> None:
    assert listed(tmp_path, "hi", "# accepted unmatched: as it was published\nकी\n") == []


def test_every_packaged_entry_can_match() -> None:
    for code, params in load_all().items():
        assert list(unmatched(code, params, None)) == []
        if params.words == "whitespace":
            for kind in LISTS:
                for word in getattr(params, kind) or ():
                    assert all(strip(part) == part.lower() == part for part in word.split(" ")), (code, kind, word)


def test_a_language_that_its_identifier_does_not_know(tmp_path: Path) -> None:
    text = (PACKAGED / "ln.toml").read_text("utf-8")
    lines = [line for line in text.split("\n") if not line.startswith(("identifier", "labels"))]
    head = {
        'identifier = "fasttext"\nlabels = { fasttext = "ln" }': "identifier: fasttext does not know the label 'ln'",
        'identifier = "none"': "identifier: none: language_id is not applied",
        'identifier = "none"  # accepted: all texts are declared': None,
        'identifier = "cld2"\nlabels = { cld2 = "ln" }': None,
    }
    for given, what in head.items():
        (tmp_path / "ln.toml").write_text("\n".join([given, *lines]), "utf-8")
        said = [
            str(doubt) for doubt in unknown_to_identifier("ln", load("ln", tmp_path), tmp_path) if not doubt.accepted
        ]
        assert said == ([] if what is None else [f"{tmp_path}/ln.toml:1: {what}"])


def test_labels_are_those_of_the_models() -> None:
    assert {"yo", "en", "zh"} <= labels("fasttext")
    assert {"yo", "zh-Hant", "ln"} <= labels("cld2")
    assert "ln" not in labels("fasttext")


def test_what_is_packaged_has_no_doubt_that_is_not_accepted() -> None:
    assert [str(finding) for finding in findings(None) if not finding.accepted] == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("ní\n".encode("utf-16"), "byte 0 is not UTF-8; save the file with the encoding UTF-8"),
        ("ní\nti \n".encode(), "line 2: 'ti ' has white space around it; remove it"),
        (b"# nothing\n", "the list holds no word; remove the file"),
    ],
)
def test_a_list_that_cannot_be_read_is_one_fault(content: bytes, message: str, roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "stopwords").mkdir()
    (tmp_path / "stopwords" / "yo.txt").write_bytes(content)
    ended = roots("check", "catalog/demo.toml", "--lang-params", tmp_path)
    assert ended.code == 2
    [fault] = ended.err.splitlines()
    assert fault.startswith(f"error: {tmp_path}/stopwords/yo.txt: {message}")


def test_check_warns_and_strict_refuses(roots: Roots, tmp_path: Path) -> None:
    listed(tmp_path, "yo", "ní\nNí\n")
    warned = roots("check", "catalog/demo.toml", "--lang-params", tmp_path)
    assert warned.code == 0
    assert warned.err == f"warning: {tmp_path}/stopwords/yo.txt:2: 'Ní' never matches: words are lower-cased, as 'ní'\n"
    assert "faults: 0, warnings: 1, accepted: " in warned.out
    strict = roots("check", "catalog/demo.toml", "--lang-params", tmp_path, "--strict")
    assert strict.code == 2
    assert strict.err == warned.err.replace("warning", "error")


def test_a_model_that_is_not_there_is_a_doubt(tmp_path: Path) -> None:
    packaged = Path("lang_params/yo.toml").read_text(encoding="utf-8")
    (tmp_path / "yo.toml").write_text(f'language_model = "../../x"\n{packaged}', encoding="utf-8")
    [found] = [finding for finding in findings(tmp_path) if finding.kind == "model"]
    assert str(found).startswith(f"{tmp_path}/yo.toml:1: no model is named '../../x'; known: lid.176")
