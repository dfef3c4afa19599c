"""Identification: the original's labels and scores, the right language of real texts, and an answer for any input."""

import gzip
import json
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from filters.changes import change
from filters.identify import Identified, ask_cld2, ask_fasttext, identify, identify_undeclared
from lang_params.languages import find
from lang_params.params import LangParams, default, load_all

ASKED = ("ar", "as", "hi", "or", "sw", "te", "tn", "xh", "yo", "zhs", "zu")
"""Languages of the required test; every story and address in them counts, up to MANY for each."""
MANY = 60


@pytest.fixture(scope="module")
def languages() -> dict[str, LangParams]:
    return load_all()


def records(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def texts(shared: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in ("sona", "stories"):
        for record in records(shared / f"data/{name}.jsonl.gz"):
            code = find(record["lang"]) if record["lang"] not in ("af", "nr", "ss", "ve") else record["lang"]
            found[code].append(record["text"])
    return found


def test_fasttext_says_what_the_original_said(shared: Path, languages: dict[str, LangParams]) -> None:
    with (shared / "golden/filters.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            text = change(record["text"], languages[find(record["lang"])])
            answer = ask_fasttext(text)
            assert answer.lang == record["lid_label"], record["id"]
            assert answer.score == pytest.approx(record["lid_score"], abs=1e-4), record["id"]


@pytest.mark.parametrize("given", ["declared", "undeclared"])
def test_real_texts(given: str, texts: dict[str, list[str]], languages: dict[str, LangParams]) -> None:
    right, all_of_them = {}, {}
    for code in ASKED:
        some = texts[code][:MANY]
        found = [
            identify(text, languages[code], languages) if given == "declared" else identify_undeclared(text, languages)
            for text in some
        ]
        right[code] = sum(answer.lang == code for answer in found)
        all_of_them[code] = len(some)
    shares = {code: right[code] / all_of_them[code] for code in ASKED}
    assert min(all_of_them.values()) >= 14
    assert sum(right.values()) / sum(all_of_them.values()) >= 0.95
    assert min(shares.values()) >= 0.9, shares


@pytest.mark.parametrize("given", ["declared", "undeclared"])
def test_every_language_that_has_an_identifier(given: str, shared: Path, languages: dict[str, LangParams]) -> None:
    sentences: dict[str, list[str]] = defaultdict(list)
    for record in records(shared / "data/langid/devtest.jsonl.gz"):
        sentences[record["lang"]].append(record["text"])
    for code, params in languages.items():
        if params.identifier == "none":
            continue
        documents = ["\n".join(sentences[code][at : at + 10]) for at in range(0, 200, 10)]
        for text in documents:
            answer = identify(text, params, languages) if given == "declared" else identify_undeclared(text, languages)
            # Akan and Twi have one label.
            assert answer.lang == ("ak" if code == "tw" and given == "undeclared" else code), text


def test_a_language_that_the_corpus_does_not_have_is_not_taken_for_a_neighbour_when_declared(
    texts: dict[str, list[str]], languages: dict[str, LangParams]
) -> None:
    assert len(texts["nr"]) == 13
    for text in texts["nr"]:
        assert identify(text, default(), languages) == Identified(None, None, "none")


def test_labels_of_other_languages_stay_as_they_are(
    texts: dict[str, list[str]], languages: dict[str, LangParams]
) -> None:
    for code in ("af", "ss", "ve"):
        assert {identify_undeclared(text, languages).lang for text in texts[code]} == {code}
    german = "Der Vogel sitzt im Baum und singt, bis die Katze kommt; dann fliegt er schnell davon."
    assert identify_undeclared(german, languages).lang == "de"
    assert identify(german, languages["fr"], languages).lang == "de"
    assert identify(german, languages["yo"], languages).lang == "de"


def test_another_language_than_declared_is_named_by_its_code(
    texts: dict[str, list[str]], languages: dict[str, LangParams]
) -> None:
    found = identify(texts["hi"][0], languages["ar"], languages)
    assert (found.lang, found.identifier) == ("hi", "fasttext")
    found = identify(texts["zu"][0], languages["xh"], languages)
    assert (found.lang, found.identifier) == ("zu", "cld2")


def test_one_label_of_two_languages_confirms_the_declared_one(languages: dict[str, LangParams]) -> None:
    chinese = "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神對待。"
    assert identify(chinese, languages["zhs"], languages).lang == "zhs"
    assert identify(chinese, languages["zht"], languages).lang == "zht"
    assert identify_undeclared(chinese, languages).lang == "zht"
    twi = "Wɔawo adesamma nyinaa sɛ nnipa a wɔwɔ ahofadi, na wɔn nyinaa yɛ pɛ wɔ ahonim ne tumi mu."
    assert identify(twi, languages["tw"], languages).lang == "tw"
    assert identify(twi, languages["ak"], languages).lang == "ak"
    assert identify_undeclared(twi, languages).lang == "ak"


def test_marks_that_follow_their_letters_hide_no_language(
    texts: dict[str, list[str]], languages: dict[str, LangParams]
) -> None:
    for text in texts["yo"]:
        apart = unicodedata.normalize("NFD", text)
        assert identify(apart, languages["yo"], languages).lang == "yo"


def test_text_that_nobody_knows_is_not_given_to_a_language_with_a_score_that_passes(
    shared: Path, languages: dict[str, LangParams]
) -> None:
    """Of texts of ten sentences in Bambara, Fon and Kikuyu, which have no label, few pass for another language."""
    sentences: dict[str, list[str]] = defaultdict(list)
    for record in records(shared / "data/langid/devtest.jsonl.gz"):
        if record["lang"] in ("bm", "fon", "ki"):
            sentences[record["lang"]].append(record["text"])
    passing, count = 0, 0
    for lines in sentences.values():
        for at in range(0, 1000, 10):
            found = identify_undeclared("\n".join(lines[at : at + 10]), languages)
            params = languages.get(found.lang or "")
            limit = params.filters["language_id"].min if params else None
            passing += found.score is not None and limit is not None and found.score >= limit
            count += 1
    assert count == 300
    assert passing <= 0.03 * count


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "\0",
        "a\0b\x01\x7f\x85c",
        "\ufffe\uffff\ufdd0\U0010ffff",
        "\ud800 a lone surrogate \udfff",
        "İ" * 1000,
        "😀😀😀👩\u200d👩\u200d👧",
        "123 456 ١٢٣",
        "x" * 1_000_000,
        "a" + "\u0301\u0316" * 500_000,
        "<script>" * 1000,
    ],
    ids=[
        *("empty", "space", "newlines", "nul", "controls", "noncharacters", "surrogates", "dotted", "emoji"),
        *("digits", "megabyte", "marks", "tags"),
    ],
)
def test_any_input_has_an_answer(text: str, languages: dict[str, LangParams]) -> None:
    for code in ("en", "yo", "fon", "zhs"):
        found = identify(text, languages[code], languages)
        assert found.identifier == languages[code].identifier
        assert found.score is None if code == "fon" else found.score is not None and 0 <= found.score <= 1
    found = identify_undeclared(text, languages)
    assert found.score is not None
    assert 0 <= found.score <= 1


def test_text_without_language_has_a_score_that_does_not_pass(languages: dict[str, LangParams]) -> None:
    for text in ("", "\0", "😀😀😀", "İ" * 1000):
        assert ask_cld2(text) == Identified(None, 0.0, "cld2")
        answer = ask_fasttext(text)
        assert answer.lang == "en"
        assert answer.score == pytest.approx(0.1245, abs=1e-4)
        assert identify_undeclared(text, languages) == answer


def test_every_label_in_the_parameters_is_one_that_its_identifier_has(languages: dict[str, LangParams]) -> None:
    import pycld2

    from filters.identify import _fasttext_labels

    known = {"fasttext": _fasttext_labels(), "cld2": {label for _, label in pycld2.LANGUAGES}}
    for params in languages.values():
        for identifier, label in params.labels.items():
            assert label in known[identifier], params.code
