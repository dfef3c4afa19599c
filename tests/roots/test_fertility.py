"""Pieces a word, beside a tokenizer of the language alone; and tokens a byte of sources, those far out marked."""

from collections.abc import Sequence
from typing import Any

import pytest

from pipelines import storage
from pipelines.run import Runtime
from roots import tokenizer
from roots.fertility import Component, Fertility, count_words, judged, measure
from roots.train_tokenizer import TokenizerSettings, sample, train
from tests.roots.made import shelve

pytestmark = pytest.mark.usefixtures("plainly")

YORUBA = "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba"
CHINESE = "人人生而自由，在尊严和权利上一律平等"


def kept(work: str) -> Any:
    one = [{"lang": "yo", "text": f"{YORUBA} {number}."} for number in range(30)]
    one += [{"lang": "zhs", "text": f"{CHINESE}{number}。"} for number in range(12)]
    odd = [{"lang": "yo", "text": f"0x{number:x}f{number * 7919:x}"} for number in range(6)]
    return shelve(work, {"one": one, "odd": odd, "few": [{"lang": "yo", "text": "ọ̀kan"}]})


def measured(work: str, **changes: Any) -> tuple[list[Fertility], list[Component]]:
    settings = TokenizerSettings(**{"vocabulary": 290, "sample_bytes": 10**6, "reserved": 3, **changes})
    judged_ = kept(work)
    trained = train(work, judged_, settings, Runtime())
    mixed = sample(work, judged_, settings, Runtime())
    return measure(work, mixed, trained, settings, Runtime())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        (" \n\t", 0),
        ("Ẹ káàbọ̀ o", 3),
        ("ẹ̀tọ́ e\u0301té", 2),
        ("a, b. c!", 6),
        ("wait... what?!", 5),
        ("你好，世界", 5),
        ("नमस्ते दुनिया।", 3),
        ("don't 3.5 50%", 8),
        ("a_b 🏳️", 2),
    ],
)
def test_words_are_runs_of_letters_and_marks_of_punctuation(text: str, words: int) -> None:
    assert count_words(text) == words


def test_pieces_are_those_of_both_tokenizers_on_the_same_text(memory: str) -> None:
    languages, _ = measured(memory)
    assert [row.lang for row in languages] == ["yo", "zhs"]
    chinese = languages[1]
    texts = [f"{CHINESE}{number}。" for number in range(12)]
    assert (chinese.documents, chinese.words) == (12, sum(map(count_words, texts)))
    assert chinese.bytes == sum(len(text.encode()) for text in texts)
    path = storage.join(memory, "tokenizer", "tokenizer.json")
    assert chinese.tokens == sum(map(len, tokenizer.encode(tokenizer.load(path), texts)))
    assert chinese.tokens > chinese.alone
    assert chinese.vocabulary == 290
    assert not chinese.held_out
    assert chinese.points == pytest.approx(100 * (chinese.tokens - chinese.alone) / chinese.words)


@pytest.mark.parametrize("kind", ["unigram", "sentencepiece-bpe"])
def test_the_other_kind_is_compared_with_its_own(memory: str, kind: str) -> None:
    languages, _ = measured(memory, kind=kind, vocabulary=340)
    assert languages[1].alone < languages[1].words < languages[1].bytes
    assert all(row.vocabulary <= 340 for row in languages)


def test_what_is_held_out_is_measured(memory: str) -> None:
    languages, _ = measured(memory, validation=0.4)
    yoruba = languages[0]
    assert yoruba.held_out
    assert 0 < yoruba.documents < 30


def test_a_second_time_nothing_is_measured(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = measured(memory)
    capsys.readouterr()
    assert measured(memory) == first
    assert "fertility: nothing to do, all 2 shards were finished before" in capsys.readouterr().err


def test_sources_are_measured_but_for_the_smallest(memory: str) -> None:
    _, components = measured(memory)
    assert [(each.lang, each.source, each.documents) for each in components] == [
        ("yo", "odd", 6),
        ("yo", "one", 30),
        ("zhs", "one", 12),
    ]
    odd, one, chinese = components
    assert odd.rate > one.rate
    assert odd.ratio > 1 > one.ratio
    assert chinese.ratio == 1.0
    assert not any(each.far for each in components)


def rated(rates: Sequence[float], lang: str = "yo") -> list[Component]:
    return [Component(lang, f"s{number}", 9, 10_000, round(10_000 * rate)) for number, rate in enumerate(rates)]


def test_a_source_far_from_the_others_is_marked() -> None:
    found = judged(rated([0.30, 0.31, 0.29, 0.30, 0.32, 0.28, 0.90]))
    assert [each.far for each in found] == [False] * 6 + [True]
    low = judged(rated([0.30, 0.31, 0.29, 0.30, 0.32, 0.28, 0.05]))
    assert [each.far for each in low] == [False] * 6 + [True]


def test_sources_that_are_alike_do_not_hide_the_one_that_is_not() -> None:
    found = judged(rated([0.30] * 20 + [0.90]))
    assert [each.far for each in found] == [False] * 20 + [True]
    assert not any(each.far for each in judged(rated([0.30] * 9)))


def test_a_language_is_measured_against_itself() -> None:
    chinese = rated([0.6, 0.61, 0.59], "zhs")
    found = judged([*rated([0.30, 0.31, 0.29]), *chinese, *rated([2.0], "ar")])
    assert not any(each.far for each in found)
    assert [round(each.ratio, 1) for each in found] == [1.0] * 7


def test_of_too_few_sources_or_documents_nothing_is_said() -> None:
    assert not any(each.far for each in judged(rated([0.3, 0.3, 0.3, 0.9])))
    assert judged([Component("yo", "s", 4, 100, 10)]) == []
    assert judged([]) == []


def test_goals_are_in_percentage_points() -> None:
    assert Fertility("yo", 1, 100, 500, 130, 300, 120, held_out=True).meets
    assert not Fertility("yo", 1, 100, 500, 131, 300, 120, held_out=True).meets
    assert Fertility("yo", 1, 100, 500, 131, 300, 120, held_out=True).points == pytest.approx(11)
