"""derive-thresholds, run as people do on carried text: proposals, their cost, a diff, and a file that can be used."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from lang_params.params import load
from lang_params.reference import read_reference_text
from tests.roots.made import Ended
from tests.roots.test_derive_stopwords import declaration

Roots = Callable[..., Ended]
END = re.compile(r"(?<=[.;:।॥。；])\s*")


def sentences(folder: Path, code: str, way: str = "NFC") -> Path:
    """The declaration in one language with a sentence a record."""
    texts = [json.loads(line)["text"] for line in declaration(folder, code, way).read_text("utf-8").splitlines()]
    parts = [part for text in texts for part in END.split(text.replace("\n", " ")) if part.strip()]
    path = folder / f"{code}_sentences.jsonl"
    path.write_text("".join(json.dumps({"text": part}) + "\n" for part in parts), "utf-8")
    return path


def derived(roots: Roots, folder: Path, code: str, *more: object, way: str = "NFC") -> Ended:
    ended = roots(
        *("derive-thresholds", "--lang", code, "--reference", sentences(folder, code, way), "--join", "1"), *more
    )
    assert (ended.code, ended.err) == (0, "")
    return ended


@pytest.mark.parametrize(("code", "way"), [("yo", "NFC"), ("yo", "NFD"), ("yo", "bare"), ("hi", "NFC"), ("zhs", "NFC")])
def test_every_limit_is_proposed_and_the_file_can_be_used(code: str, way: str, roots: Roots, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    ended = derived(roots, tmp_path, code, "--output", mine, way=way)
    for name in ("number_words.min", "word_repetition.max", "special_characters.max", "stopwords.min"):
        assert re.search(rf"^{re.escape(name)}: [\d.]+ -> [\d.]+ \(", ended.out, re.MULTILINE), name
    assert re.search(r"^  drops [\d.]+ % of \d+ texts now, [\d.]+ % then$", ended.out, re.MULTILINE)
    assert "perplexity.max = " in ended.out
    assert f"\n+++ {mine / code}.toml\n" in ended.out
    params = load(code, mine)
    assert params.thresholds == "derived"
    assert params.filters["number_words"].min in range(1, 39)
    reference = read_reference_text(code, mine)
    assert reference is not None
    assert reference.texts >= 50
    assert f"derived ({reference.texts:,} texts)" in " ".join(roots("languages", "--lang-params", mine).out.split())
    assert roots("check", "catalog/demo.toml", "--lang-params", mine).code == 0


def test_what_people_wrote_stays_and_the_diff_is_what_changes(roots: Roots, tmp_path: Path) -> None:
    before = (Path(__file__).parents[2] / "lang_params" / "yo.toml").read_text("utf-8")
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "yo.toml").write_text(
        before.replace("\n[filters]\n", "\n[filters]\nspecial_characters = { max = 0.11 }   # in May\n", 1)
        if "special_characters" not in before
        else re.sub(r"special_characters = .*", "special_characters = { max = 0.11 }   # in May", before),
        "utf-8",
    )
    ended = derived(roots, tmp_path, "yo", "--lang-params", tmp_path / "theirs")
    assert f"--- {tmp_path / 'theirs' / 'yo.toml'}\n" in ended.out
    assert "-special_characters = { max = 0.11 }   # in May" in ended.out
    assert re.search(r"^\+special_characters = \{ max = 0\.\d+ \}   # in May$", ended.out, re.MULTILINE)
    assert "give --output DIR to write the file" in ended.out


def test_examples_stand_on_both_sides_without_personal_data(roots: Roots, tmp_path: Path) -> None:
    few = [f"Write to ade{n}@mail.example at once about this and that" for n in range(5)]
    texts = few + [f"The cat of the house sat on the mat and was with it for the {n} time" for n in range(95)]
    (tmp_path / "en.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in texts), "utf-8")
    ended = roots("derive-thresholds", "--lang", "en", "--reference", tmp_path / "en.jsonl", "--join", "1")
    assert ended.code == 0
    assert "@mail" not in ended.out
    assert "PI:EMAIL" in ended.out
    assert re.search(r"^  below: [\d.]+  ", ended.out, re.MULTILINE)
    assert re.search(r"^  from there: [\d.]+  ", ended.out, re.MULTILINE)


def test_a_file_that_is_there_is_not_written_over(roots: Roots, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "yo.toml").write_text("mine", "utf-8")
    file = sentences(tmp_path, "yo")
    ended = roots("derive-thresholds", "--lang", "yo", "--reference", file, "--output", mine)
    assert (ended.code, ended.err) == (
        2,
        f"error: {mine}/yo.toml: the file is there; give another --output, or --force to write over it\n",
    )
    assert (mine / "yo.toml").read_text("utf-8") == "mine"
    derived(roots, tmp_path, "yo", "--output", mine, "--force")
    assert tomllib.loads((mine / "yo.toml").read_text("utf-8"))["thresholds"]["origin"] == "derived"
    (mine / "yo.toml").unlink()
    ended = roots("derive-thresholds", "--lang", "yo", "--reference", file, "--output", mine)
    assert (ended.code, f"{mine}/reference/yo.toml: the file is there" in ended.err) == (2, True)


@pytest.mark.parametrize("content", [b"", '{"text": "ní"}\n'.encode("utf-16"), b'{"text": "Gbogbo eniyan ni a bi"}\n'])
def test_too_little_text_is_refused(content: bytes, roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "few.jsonl").write_bytes(content)
    ended = roots("derive-thresholds", "--lang", "yo", "--reference", tmp_path / "few.jsonl", "--output", tmp_path)
    assert ended.code == 2
    assert re.match(r"error: the reference text has [01] texts in Yoruba; 50 are needed, and some hundreds", ended.err)
    assert not (tmp_path / "yo.toml").exists()


def test_the_same_text_gives_the_same_files(roots: Roots, tmp_path: Path) -> None:
    for name in ("one", "two"):
        derived(roots, tmp_path, "yo", "--output", tmp_path / name)
    for file in ("yo.toml", "reference/yo.toml"):
        found = (tmp_path / "one" / file).read_bytes()
        assert found == (tmp_path / "two" / file).read_bytes()
        assert str(tmp_path).encode() not in found


def test_a_new_language_gets_its_parameters(roots: Roots, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "dag.toml").write_text(
        'identifier = "none"  # accepted: all texts are declared\nwords = "whitespace"\n\n[language]\n'
        'name = "Dagbani"\nbcp47 = "dag"\niso639_3 = "dag"\nscript = "Latn"\ngenus = "Gur"\nfamily = "Niger-Congo"\n\n'
        '[thresholds]\norigin = "default"\nsource = "not looked at"\n\n[filters]\n',
        "utf-8",
    )
    file = sentences(tmp_path, "tw")
    words = ("derive-stopwords", "--lang", "dag", "--text", file, "--lang-params", mine)
    assert roots(*words, "--output", mine / "stopwords" / "dag.txt").code == 0
    limits = ("derive-thresholds", "--lang", "dag", "--reference", file, "--lang-params", mine)
    assert roots(*limits, "--join", "1", "--output", mine, "--force").code == 0
    assert load("dag", mine).thresholds == "derived"
    strict = roots("check", "catalog/demo.toml", "--lang-params", mine, "--strict")
    assert "dag.toml" not in strict.err
    [row] = [line for line in roots("languages", "--lang-params", mine).out.splitlines() if line.startswith("│ dag ")]
    assert "Dagbani" in row
    judged = roots("filter", "--lang", "dag", file, "--output", tmp_path / "out", "--lang-params", mine)
    assert judged.code == 0, judged.err
    assert "there is no language model for Dagbani" in judged.out
    assert "Dagbani (dag)" in judged.out
