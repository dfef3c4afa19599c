"""Reference text: files and folders of every kind, one language of them, sentences put together."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from catalog.entry import EntryError
from lang_params.params import load
from roots.reference import read_reference

SENTENCE = "Gbogbo ènìyàn ni a bí ní òmìnira {}."
HAUSA = """identifier = "none"
words = "whitespace"

[language]
name = "Hausa"
bcp47 = "ha"
iso639_3 = "hau"
script = "Latn"
genus = "West Chadic"
family = "Afro-Asiatic"

[thresholds]
origin = "default"
source = "not looked at yet"
"""


def write(path: Path, *records: dict[str, Any] | str) -> Path:
    lines = (record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records)
    data = "".join(f"{line}\n" for line in lines).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def record(number: int, **fields: Any) -> dict[str, Any]:
    return {"text": SENTENCE.format(number), **fields}


def test_records_of_the_language_are_taken_and_the_others_counted(tmp_path: Path) -> None:
    file = write(
        tmp_path / "a.jsonl",
        record(1, lang="yo"),
        record(2, lang="yor_Latn"),
        record(3),
        record(4, lang="zu"),
        record(5, lang="klingon"),
        {"text": "ní ilé"},
        '{"text": ',
        {"words": "none"},
    )
    found = read_reference([file], load("yo"))
    assert found.texts() == [SENTENCE.format(n) for n in (1, 2, 3)]
    assert found.left_out["in other languages"] == 2
    assert found.left_out["of fewer than 4 words"] == 1
    assert sum(count for why, count in found.left_out.items() if why.startswith("not readable")) == 2
    assert found.said().startswith("3 texts of a.jsonl; left out: 2 in other languages, ")


def test_an_added_language_is_known_by_all_of_its_codes(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ha.toml").write_text(HAUSA, "utf-8")
    named = ("ha", "hau", "hau_Latn", "ha-NG", "ha_Arab", "yo", None)
    file = write(tmp_path / "a.jsonl", *(record(number, lang=lang) for number, lang in enumerate(named)))
    found = read_reference([file], load("ha", tmp_path / "mine"))
    assert found.texts() == [SENTENCE.format(number) for number in (0, 1, 2, 3, 6)]
    assert found.left_out == {"in other languages": 2}


def test_what_a_record_says_of_itself_stays_on_one_line(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", record(1, source="a\nword", license="CC0\r\u0000-1.0"), record(2, source=" "))
    found = read_reference([file], load("yo"))
    assert found.origins() == ["a word (1 text, CC0 -1.0)", "a.jsonl (1 text, licence not named)"]


def test_a_folder_is_its_files_and_a_source_is_a_field_or_a_file(tmp_path: Path) -> None:
    write(tmp_path / "in" / "a.jsonl.gz", record(1, source="stories", license="CC0-1.0"), record(2, source="stories"))
    write(tmp_path / "in" / "deep" / "b.jsonl", record(3), record(1))
    (tmp_path / "in" / "c.txt").write_text(SENTENCE.format(4), "utf-8")
    (tmp_path / "in" / "notes.md").write_text("not read", "utf-8")
    found = read_reference([tmp_path / "in"], load("yo"))
    assert {source: len(texts) for source, texts in found.sources.items()} == {"b.jsonl": 2, "c.txt": 1, "stories": 1}
    assert "stories (" in " ".join(found.origins())
    assert "CC0-1.0" in " ".join(found.origins())
    assert len(found.texts()) == 4


def test_sentences_of_one_source_are_joined_and_documents_are_not(tmp_path: Path) -> None:
    sentences = [record(number, source="sentences") for number in range(25)]
    documents = [{"text": " ".join(SENTENCE.format(f"{n} {m}") for m in range(9)), "source": "docs"} for n in range(3)]
    file = write(tmp_path / "a.jsonl", *sentences, *documents)
    found = read_reference([file], load("yo"), join=10)
    assert len(found.sources["docs"]) == 3
    assert [text.count("Gbogbo") for text in found.sources["sentences"]] == [10, 10, 5]
    assert len(read_reference([file], load("yo")).sources["sentences"]) == 25
    few = write(tmp_path / "b.jsonl", *sentences[:14])
    assert [text.count("Gbogbo") for text in read_reference([few], load("yo"), join=10).texts()] == [10]


def test_texts_are_changed_as_the_language_changes_them(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", {"text": "See  www.example.org for more of the words\u2009here "})
    assert read_reference([file], load("en")).texts() == ["See for more of the words here"]


def test_chinese_is_joined_without_a_space(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", *({"text": f"他们在北京的大学学习中文{n}年。", "source": "s"} for n in range(4)))
    [text] = read_reference([file], load("zhs"), join=4).texts()
    assert "。他们" in text


@pytest.mark.parametrize(
    ("name", "message"),
    [("nowhere.jsonl", "there is no such file"), ("empty", "no file in this folder can be read"), ("a.md", "known: ")],
)
def test_what_cannot_be_read_is_named(name: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.md").write_text("x", "utf-8")
    with pytest.raises(EntryError, match=message):
        read_reference([tmp_path / name], load("yo"))


def test_a_file_in_another_encoding_has_no_text_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(SENTENCE.encode("utf-16"))
    found = read_reference([tmp_path / "a.txt"], load("yo"))
    assert found.texts() == []
    assert "not valid UTF-8" in found.said()
