"""The word model: trained the same every time, and sensible words from the one that is carried."""

import gzip
import json
from pathlib import Path

import pytest
from sentencepiece import SentencePieceProcessor

from filters import words
from filters.train_words import COVERAGE, VOCABULARY, main, train

MODEL = Path(words.__file__).parent / "models" / "zh_words.model"

LINES = ["青蛙喜欢凉水。", "青蛙喜欢你。", "我们喜欢青蛙！", "凉水在锅子里。"] * 20


def test_the_same_lines_give_the_same_bytes() -> None:
    model = train(LINES, vocabulary=22)
    assert train(LINES, vocabulary=22) == model
    assert b"zh" not in model


def test_lines_are_normalised_first() -> None:
    pieces = SentencePieceProcessor(model_proto=train([*LINES, "２０２２年，１９９０年"] * 3, vocabulary=26))
    assert "年" in pieces.encode("0000年", out_type=str)[-1]
    assert pieces.unk_id() in pieces.encode("2")


def test_main_writes_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("filters.train_words.train", lambda lines: "|".join(lines).encode())
    (tmp_path / "zh.txt").write_text("一\n二", encoding="utf-8")
    main([str(tmp_path / "zh.txt"), str(tmp_path / "zh.model")])
    assert (tmp_path / "zh.model").read_bytes() == "一|二".encode()


def test_main_says_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"no such file; make it with: python -m catalog\.demo\.chinese"):
        main([str(tmp_path / "zh.txt"), str(tmp_path / "zh.model")])
    with pytest.raises(SystemExit, match=r"python -m filters\.train_words"):
        main([])


def test_too_little_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "zh.txt").write_text("青蛙喜欢凉水。\n" * 9, encoding="utf-8")
    with pytest.raises(SystemExit, match=r"zh\.txt: no model of 24000 pieces can be trained on this text: .*too high"):
        main([str(tmp_path / "zh.txt"), str(tmp_path / "zh.model")])


def test_the_carried_model_has_the_pieces_it_says() -> None:
    assert SentencePieceProcessor(model_file=str(MODEL)).get_piece_size() == VOCABULARY
    assert MODEL.stat().st_size < 1e6
    assert 0.99 < COVERAGE < 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("青蛙喜欢凉水。", ["▁", "青蛙", "喜欢", "凉", "水"]),
        ("我們現在沒有時間。", ["▁", "我們", "現在", "沒有", "時間"]),
    ],
)
def test_the_carried_model_finds_words_in_both_scripts(text: str, expected: list[str]) -> None:
    assert words.pieces(text, words.encoder(MODEL)) == expected


def test_the_carried_model_knows_the_characters_of_stories(shared: Path) -> None:
    model = SentencePieceProcessor(model_file=str(MODEL))
    with gzip.open(shared / "data" / "stories.jsonl.gz", "rt", encoding="utf-8") as file:
        stories = [record["text"] for record in map(json.loads, file) if record["lang"] == "zh"]
    ids = [number for text in stories for number in model.encode(words.normalise(text, lower=True))]
    assert ids.count(model.unk_id()) / len(ids) < 0.001
    found = [word for text in stories for word in words.pieces(text, words.encoder(MODEL))]
    length = sum(len(word.removeprefix("▁")) for word in found) / len(found)
    assert 1.2 < length < 1.6
