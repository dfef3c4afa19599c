"""Language models are trained on normalised lines, with as many pieces as the text is enough for."""

import unicodedata
from pathlib import Path

import pytest
from sentencepiece import SentencePieceProcessor

from filters.lmplz import Tools
from filters.model_files import ModelError, kind
from filters.perplexity import perplexity
from filters.train_lm import PIECES, Lines, choose_pieces, read_lines, train_pair, write_lines
from tests.corpora import articles


def written(folder: Path, texts: list[str]) -> Lines:
    folder.mkdir(exist_ok=True)
    return write_lines(texts, folder / "text.txt")


def texts(code: str) -> list[str]:
    return [record["text"] for record in articles()[code]]


def toneless(text: str) -> str:
    """Yoruba as it is often typed: without tone marks and dots below."""
    return "".join(mark for mark in unicodedata.normalize("NFD", text) if not unicodedata.combining(mark))


WRITTEN = {
    "Yoruba, NFC": lambda: [unicodedata.normalize("NFC", text) for text in texts("yo")],
    "Yoruba, NFD": lambda: [unicodedata.normalize("NFD", text) for text in texts("yo")],
    "Yoruba without tones": lambda: list(map(toneless, texts("yo"))),
    "Hindi": lambda: texts("hi"),
    "Chinese": lambda: texts("zhs"),
}


def test_lines_are_normalised_and_counted(tmp_path: Path) -> None:
    lines = written(tmp_path, ["Ní 1948:\n\n— — —\n«Ẹ̀tọ́»\t２", "", "A\r\nB"])
    assert lines.file.read_text("utf-8").split("\n") == ["Ní 0000:", '"Ẹ̀tọ́"0', "A", "B", ""]
    assert (lines.documents, lines.lines, lines.characters) == (3, 4, 8 + 8 + 2)
    assert lines.alphabet == len(set('Ní0000:"Ẹ̀tọ́"0AB'))


def test_a_lone_surrogate_does_not_stop_it(tmp_path: Path) -> None:
    assert written(tmp_path, ["a\ud800b"]).file.read_text("utf-8") == "a?b\n"


def test_the_number_of_pieces_follows_the_text() -> None:
    found = [choose_pieces(Lines(Path("a"), 1, 1, count, 70)) for count in (10, 20_000, 4_000_000, 10**9)]
    assert found == [146, 200, 40_000, PIECES]


def test_of_much_text_evenly_spread_lines_are_taken(tmp_path: Path) -> None:
    lines = written(tmp_path, [f"{number}{'a' * 9}" for number in range(10)])
    assert len(list(read_lines(lines))) == 10
    assert list(read_lines(lines, most=34)) == ["0aaaaaaaaa"] * 4
    assert len(list(read_lines(lines, most=100))) == 10


@pytest.mark.parametrize("name", WRITTEN)
def test_a_model_is_trained_and_tells_its_language_from_others(name: str, tmp_path: Path, lmplz: Tools) -> None:
    mine = WRITTEN[name]()
    lines = written(tmp_path, mine[:-2])
    pair = train_pair(lines, lmplz)
    assert kind(pair.pieces) == "a SentencePiece model"
    assert kind(pair.model) == "a binary model of KenLM"
    assert pair.settings == {"pieces": pair.settings["pieces"], "order": 5, "coverage": 0.9995}
    assert SentencePieceProcessor(model_file=str(pair.pieces)).get_piece_size() == pair.settings["pieces"]
    models = {"pieces": pair.pieces, "model": pair.model}
    unseen = [perplexity(text, **models) for text in mine[-2:]]
    foreign = [perplexity(text, **models) for text in texts("sw" if "Yoruba" in name else "en")[-2:]]
    assert max(unseen) < min(foreign)


def test_the_same_text_gives_the_same_bytes(tmp_path: Path, lmplz: Tools) -> None:
    made = [train_pair(written(tmp_path / name, texts("yo")), lmplz) for name in ("one", "two")]
    assert made[0].pieces.read_bytes() == made[1].pieces.read_bytes()
    assert made[0].model.read_bytes() == made[1].model.read_bytes()
    assert str(tmp_path).encode() not in made[0].pieces.read_bytes() + made[0].model.read_bytes()


def test_pieces_and_order_can_be_given(tmp_path: Path, lmplz: Tools) -> None:
    pair = train_pair(written(tmp_path, texts("yo")), lmplz, pieces=100, order=3)
    assert pair.settings == {"pieces": 100, "order": 3, "coverage": 0.9995}


@pytest.mark.parametrize(("pieces", "bound"), [(9_000, "at most"), (9, "at least")])
def test_a_number_of_pieces_that_is_impossible_is_answered_with_one_that_is_not(
    pieces: int, bound: str, tmp_path: Path, lmplz: Tools
) -> None:
    message = rf"--pieces {pieces}: for this text {bound} \d+ pieces are possible; give that number, or leave --pieces"
    with pytest.raises(ModelError, match=message):
        train_pair(written(tmp_path, texts("yo")), lmplz, pieces=pieces)


@pytest.mark.parametrize("text", [[], ["", "— !\n…"]])
def test_no_text_is_said(text: list[str], tmp_path: Path, lmplz: Tools) -> None:
    with pytest.raises(ModelError, match="the text holds no line with a letter or digit"):
        train_pair(written(tmp_path, text), lmplz)


@pytest.mark.parametrize("text", ["a", "ab", "word word"])
def test_next_to_no_text_gives_a_model_or_a_reason(text: str, tmp_path: Path, lmplz: Tools) -> None:
    pair = train_pair(written(tmp_path, [text]), lmplz)
    assert perplexity(text, pieces=pair.pieces, model=pair.model) >= 1
