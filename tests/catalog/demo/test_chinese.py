"""The training text of the Chinese word model."""

from collections import Counter

from catalog.demo.chinese import LINE_WORDS, Traditional, draw

TABLES = {
    "STPhrases.txt": "头发\t頭髮\n".encode(),
    "STCharacters.txt": "# comment\n发\t發 髮\n头\t頭\n里\t裏 里\n".encode(),
    "TWVariants.txt": "裏\t裡\n".encode(),
}


def test_traditional_script() -> None:
    traditional = Traditional(TABLES)
    assert [traditional.word(word) for word in ("头发", "发", "里头", "好")] == ["頭髮", "發", "裡頭", "好"]


def test_words_are_drawn_by_their_counts() -> None:
    lines = list(draw([("的", 600), ("青", 200), ("蛙", 199), ("罕", 1)], 100))
    assert Counter("".join(lines)) == {"的": 60, "青": 20, "蛙": 20}
    assert [len(line) for line in lines] == [LINE_WORDS, LINE_WORDS, 20]


def test_the_order_is_fixed() -> None:
    counted = [("的", 6), ("青蛙", 2)]
    assert list(draw(counted, 8)) == list(draw(counted, 8))
