"""The batch forms equal the readable definitions on whatever texts, texts byte for byte and measures bit for bit."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any, get_args

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import batch, characters, kernels
from filters.batch import change_texts, measure_texts
from filters.changes import change
from filters.kernels.changes import change_all
from filters.kernels.lists import fill
from filters.kernels.measures import measure_all, measure_pieces
from filters.kernels.normalising import normalise_all
from filters.measures import measure_text
from filters.table import Profile
from filters.text import Text
from lang_params.params import LangParams, default, load, load_all
from tests.corpora import ROOT, environment

PROFILES: tuple[Profile, ...] = get_args(Profile)
CHANGES = ("uniform_whitespace", "unicode_punctuation", "incorrect_substrings", "long_words", "words_augmentation")


def check(texts: Sequence[str], params: LangParams, profile: Profile = "fixed") -> None:
    changed = change_texts(pa.array(texts, pa.string()), params)
    changed.validate(full=True)
    expected = [change(text, params) for text in texts]
    assert changed.to_pylist() == expected
    found = measure_texts(changed, params, profile)
    one_by_one = [measure_text(Text(text, params), params, profile) for text in expected]
    assert {name: column.to_pylist() for name, column in found.items()} == {
        name: [measures[name] for measures in one_by_one] for name in found
    }


def switched(params: LangParams, **settings: dict[str, Any]) -> LangParams:
    """Parameters in which settings are other than in the file."""
    changed = {name: replace(params.filters[name], **given) for name, given in settings.items()}
    return replace(params, filters={**params.filters, **changed})


@cache
def variants() -> list[LangParams]:
    """Every language as it is, and settings that no language has."""
    en, vi, zhs = load("en"), load("vi"), load("zhs")
    listed = frozenset({"the", "a b", "ab", "é", "中", "中文", "你好", "i̇", "ς", "a\0b", "a", "aa", "b a", "σ", "x-a"})
    return [
        *load_all().values(),
        default(),
        switched(en, **{name: {"enabled": True} for name in CHANGES[:4]}),
        switched(en, **{name: {"enabled": False} for name in CHANGES}),
        switched(en, long_words={"max": 1}, incorrect_substrings={"substrings": ("a b", "é", "aa", "\0", "-")}),
        switched(en, long_words={"max": None}, incorrect_substrings={"enabled": False}),
        switched(en, long_words={"enabled": False}, incorrect_substrings={"substrings": ("", "x")}),
        switched(en, character_repetition={"n": 1}, word_repetition={"n": 1}),
        switched(en, character_repetition={"n": 2}, word_repetition={"n": 2}, unicode_punctuation={"enabled": True}),
        replace(
            switched(vi, words_augmentation={"sizes": (2, 3), "join": "-"}, character_repetition={"n": 5}),
            stopwords=listed,
            flagged_words=frozenset({"a-b", "a", "a-a-a", "ab"}),
        ),
        replace(
            switched(en, words_augmentation={"enabled": True, "sizes": (3, 2), "join": ""}, word_repetition={"n": 3}),
            stopwords=listed,
            flagged_words=listed,
        ),
        replace(switched(zhs, word_repetition={"n": 2}), stopwords=listed, flagged_words=frozenset({"▁", "▁a", "a"})),
        replace(zhs, stopwords=frozenset(), flagged_words=None),
    ]


SPECIAL = "".join(sorted(characters.special()))
FRAGMENTS = [
    *("the ", "a b ", "http", "www.a", "//", ".com ", "href", " \n", "\t ", "\n\n", "Σ", "ΑΣ", "ςσ", "İ", "ß", "Г"),
    *("Ø", "Ɪ", "Ⓜ", "Π", "’", "\u0301", "\u0345", "\u200b", "\ufeff", "\x1c", "\x85", "\u2028", "\u00a0", "\u3000"),
    *(
        "\ufffc",
        "\x84",
        "\0",
        "é",
        "क्षि",
        "中文",
        "你好",
        "，",
        "—",
        "１",
        "٣",
        "．",
        "😀",
        "👩\u200d👧",
        "▁",
        "🦄x",
        "ΐ",
    ),
    *(
        "a" * 26,
        "न" * 30,
        "=" * 40,
        "(www.x)",
        "ab" * 20,
        "dê con bé ",
        "của và ",
        "的 是",
        "\U0010ffff",
        "\ue000",
        "Ⱥ",
    ),
]
anything = st.text()
separated = st.text(st.sampled_from("ab \t\n.é中Σ"))
special = st.text(st.sampled_from(SPECIAL) | st.sampled_from("aÉГ \n"))
cased = st.text(st.sampled_from("ΑΣσςaA.'’:\u0301\u00adİIı ͅ\u0345\n-ʰª"))
repeated = st.tuples(st.text(max_size=6), st.integers(1, 40), st.text(max_size=3)).map(lambda t: t[0] * t[1] + t[2])
pasted = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)
texts = anything | separated | special | cased | repeated | pasted


@settings(max_examples=500)
@given(st.integers(0, len(variants()) - 1), st.sampled_from(PROFILES), st.lists(texts, min_size=20, max_size=20))
def test_ten_thousand_texts_are_changed_and_measured_as_one_by_one(
    variant: int, profile: Profile, found: list[str]
) -> None:
    check(found, variants()[variant], profile)


HARD = {
    "nothing": "",
    "one separator": "\n",
    "only separators": " \t\n \n\n\t",
    "only blanks": "\x1c\x1d\x1e\x1f\x85\u2028\u2029\u00a0\u3000",
    "blanks around": "\u2028\x85 a b \x1f\u2003",
    "blanks that become spaces at the ends": "\ufffc\x84a\x84b\ufffc",
    "shorter than a run": "abc",
    "as long as a run": "abcdefghij",
    "NUL": "\0 a\0b \0\0 c\0",
    "dotted I": "İstanbul İİİ iİ",
    "dotted I and final sigma": "İΑΣ İΣ ΣİΣ Σ. Α.Σ Α.Σ.Α ΑΣ\u0301 Σ\u0301Α",
    "many dotted I": "İ" * 100_000,
    "a million combining marks": "e" + "\u0301" * 1_000_000,
    "a million combining marks between sigmas": "ΑΣ" + "\u0301" * 1_000_000 + "ΣΑ",
    "letters that are special in one case": "Г г Ø ø Π π Ⓜ ⓜ Ɪ ɪ ГГ ØaØ",
    "no spaces": "ภาษาไทยไม่เว้นวรรคระหว่างคำ" * 2000,
    "one character": "a" * 50_000,
    "more often than the histogram holds": "ab" * 9_000 + "ba" * 300 + "cd " * 5_000,
    "no run twice": " ".join(map(str, range(100_000, 140_000))) + " x",
    "letters no run of which stands twice": "".join(map(chr, range(0x4E00, 0x9000))),
    "every code point": "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000),
    "every letter with a case": "A".join(chr(c) for c in range(0x20000) if chr(c).lower() != chr(c)) + "Σ",
    "a long word and links": "a " + "x" * 5_000 + "\nhttp://a //b// (www.c)\t" + "." * 900 + " z",
}


@pytest.mark.parametrize("name", HARD)
def test_hard_texts(name: str) -> None:
    several = (load("en"), load("vi"), load("zht"), default(), *variants()[-11:])
    for params in several if len(HARD[name]) < 50_000 else several[1:3]:
        check([HARD[name], "", "a"], params, PROFILES[len(name) % 2])


@pytest.mark.parametrize("name", ["uniform_whitespace", "unicode_punctuation"])
def test_no_replacement_is_longer_than_what_it_replaces(name: str) -> None:
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    params = switched(default(), unicode_punctuation={"enabled": True})
    for character in everything[0x80:]:
        if (name == "uniform_whitespace") == (character in characters.WHITESPACE):
            assert len(change(f"a{character}a", params).encode()) - 2 <= len(character.encode())


def test_slices_and_empty_arrays() -> None:
    texts = pa.array(["skip", "Ẹ káàbọ̀ — sí ilé wa!", "", "http://a b", "skip"])
    params = load("yo")
    for part in (texts[1:4], texts[2:3], texts[4:4], texts[:0], texts[5:], pa.array([], pa.string())):
        check(part.to_pylist(), params)
        changed = change_texts(part, params)
        assert changed.to_pylist() == [change(text, params) for text in part.to_pylist()]
        assert len(measure_texts(part, params)["number_words"]) == len(part)
        assert measure_texts(changed[1:], params)["number_words"].to_pylist() == [
            measure_text(Text(text, params), params)["number_words"] for text in changed.to_pylist()[1:]
        ]


def test_the_columns_have_the_types_of_the_measures() -> None:
    found = measure_texts(pa.array(["a"]), replace(load("fon"), stopwords=None, flagged_words=None))
    assert {name: str(column.type) for name, column in found.items()} == {
        "number_words": "int64",
        "character_repetition": "double",
        "word_repetition": "double",
        "special_characters": "double",
        "stopwords": "double",
        "flagged_words": "double",
    }
    assert found["stopwords"].to_pylist() == found["flagged_words"].to_pylist() == [None]


@pytest.mark.parametrize("hash_bits", [0, 7, 0xF << 60, 0xFFFF << 48])
@pytest.mark.parametrize("most_slots", [64, batch.MOST_SLOTS])
def test_collisions_and_small_tables_change_no_value(
    hash_bits: int, most_slots: int, monkeypatch: pytest.MonkeyPatch, english: str, yoruba: str
) -> None:
    monkeypatch.setattr(batch, "HASH_BITS", hash_bits)
    monkeypatch.setattr(batch, "MOST_SLOTS", most_slots)
    texts = [english * 2, yoruba, "ab " * 500, "ab" * 6_000, "", "a", english, "的 是 你好中文 " * 20]
    for code in ("en", "yo", "vi", "zhs"):
        for profile in PROFILES:
            check(texts, replace(load(code)), profile)


def test_texts_of_another_type_are_refused() -> None:
    for texts, message in (
        (pa.array(["a", None]), "texts are string with 1 nulls; give strings"),
        (pa.array(["a"], pa.large_string()), "texts are large_string with 0 nulls; give strings"),
    ):
        with pytest.raises(TypeError, match=message):
            change_texts(texts, load("en"))
        with pytest.raises(TypeError, match=message):
            measure_texts(texts, load("en"))


KERNELS: list[Any] = [change_all, measure_all, measure_pieces, normalise_all, fill]


def test_one_compilation_serves_every_input() -> None:
    kernels.ready()
    before = [len(kernel.signatures) for kernel in KERNELS]
    texts = pa.array(["a", "你𓀀", ""])
    for params in (load("en"), load("vi"), load("zhs"), replace(load("zht"), stopwords=None), default()):
        for part in (texts, texts[1:], texts[:0], change_texts(texts, params)):
            change_texts(part, params)
            measure_texts(part, params)
    assert [len(kernel.signatures) for kernel in KERNELS] == before


def test_a_language_without_a_model_of_words_is_refused() -> None:
    params = replace(load("zhs"), word_model=None)
    with pytest.raises(ValueError, match=r"zhs\.toml: words = 'sentencepiece' without a word_model; name a model"):
        measure_texts(pa.array(["你好"]), params)


@pytest.mark.parametrize("name", ["character_repetition", "word_repetition"])
def test_a_run_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=rf"en\.toml: filters\.{name}\.n: 0; it must be a whole number from 1"):
        measure_texts(pa.array(["a"]), switched(load("en"), **{name: {"n": 0}}))


def test_parameters_are_prepared_once_and_forgotten_with_them() -> None:
    params = replace(load("en"))
    before = len(batch._known)
    for _ in range(2):
        change_texts(pa.array(["a"]), params)
    assert len(batch._known) == before + 1
    del params
    assert len(batch._known) == before


MEMORY = """
import numpy as np, pyarrow as pa
from filters.batch import change_texts, measure_texts, warm
from lang_params.params import load

def status():
    # getrusage would count the memory of the process that started this one.
    fields = (line.split()[:2] for line in open("/proc/self/status") if line.startswith("Vm"))
    return {{name[:-1]: 1024 * int(value) for name, value in fields if name in ("VmRSS:", "VmHWM:")}}

SIZE = {size}
letters = np.frombuffer({letters!r}, np.uint8)
data = letters[np.random.default_rng(0).integers(0, len(letters), SIZE, np.uint8)]
text = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(np.array([0, SIZE], np.int32)), pa.py_buffer(data)])
warm()
params = load("{code}")
before = status()["VmRSS"]
changed = change_texts(text, params)
measures = measure_texts(changed, params)
print(status()["VmHWM"] - before, len(changed[0].as_py()), measures["number_words"][0].as_py())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize(
    ("code", "letters", "size"),
    [("en", b"a ", 50_000_000), ("sw", b"abcdefghijklmnopqrstuvwxyz", 20_000_000)],  # many words; many runs
)
def test_memory_for_one_line_is_bounded(code: str, letters: bytes, size: int) -> None:
    kernels.ready()  # compiling takes memory too
    script = MEMORY.format(code=code, letters=letters, size=size)
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    used, length, words = map(int, done.stdout.split())
    assert length > 0.7 * size
    assert words > 0
    # The changed text, 10 bytes a byte, and what does not depend on the text.
    assert used < (1 + batch.BYTES_FOR_EACH_BYTE) * size + batch.FIXED_BYTES
