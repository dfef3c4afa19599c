"""Identification: the original's labels and scores, the right language of real texts, and an answer for any input."""

import gzip
import json
import unicodedata
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from filters.changes import change
from filters.identify import (
    IDENTIFIERS,
    Identified,
    ask_cld2,
    ask_fasttext,
    identify,
    identify_texts,
    identify_undeclared,
    identify_undeclared_texts,
)
from filters.langid_text import label
from lang_params.languages import find
from lang_params.params import LangParams, default, load_all
from tests.corpora import articles

HOSTILE = {
    "empty": "",
    "space": " ",
    "newlines": "\n\n",
    "nul": "\0",
    "controls": "a\0b\x01\x7f\x85c",
    "noncharacters": "\ufffe\uffff\ufdd0\U0010ffff",
    "surrogates": "\ud800 a lone surrogate \udfff",
    "dotted": "İ" * 1000,
    "emoji": "😀😀😀👩\u200d👩\u200d👧",
    "digits": "123 456 ١٢٣",
    "one-word": "x" * 5_000_000,
    "marks": "a" + "\u0301\u0316" * 500_000,
    "tags": "<script>" * 1000,
    "many-scripts": "".join(map(chr, range(0x20, 0xD800))),
}

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
    assert (found.lang, found.identifier) == ("zu", "roots")


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


def test_the_rest_is_taken_for_no_language_of_the_corpus(shared: Path, languages: dict[str, LangParams]) -> None:
    """Texts of five sentences in some 150 other languages, which the model was not trained on: 93 of 100 are told."""
    sentences: dict[str, list[str]] = defaultdict(list)
    for record in records(shared / "data/langid/rest.jsonl.gz"):
        if record["source"] == "FLORES-200 devtest" and label(record["lang"]) not in languages:
            sentences[record["lang"]].append(record["text"])
    documents = [" ".join(some[at : at + 5]) for some in sentences.values() for at in range(0, len(some), 5)]
    assert len(documents) == 8 * 151
    found = identify_undeclared_texts(pa.array(documents), languages)
    assert sum(answer.lang not in languages for answer in found) >= 0.98 * len(documents)


@pytest.mark.parametrize("name", HOSTILE)
def test_any_input_has_an_answer(name: str, languages: dict[str, LangParams]) -> None:
    for code, identifier in (("en", "fasttext"), ("yo", "roots"), ("zhs", "fasttext")):
        found = identify(HOSTILE[name], languages[code], languages)
        assert found.identifier == identifier
        assert found.score is not None
        assert 0 <= found.score <= 1
    found = identify_undeclared(HOSTILE[name], languages)
    assert found.score is not None
    assert 0 <= found.score <= 1
    assert 0 <= (ask_cld2(HOSTILE[name]).score or 0) <= 1


@pytest.mark.parametrize("identifier", sorted(IDENTIFIERS))
def test_a_batch_gets_what_each_of_its_texts_gets(identifier: str, texts: dict[str, list[str]]) -> None:
    some = [text for code in ("sw", "hi", "en", "zhs", "te") for text in texts[code][:3]] + ["", "2 + 2"]
    array = pa.array(["left out", *some, "too"]).slice(1, len(some))
    together = IDENTIFIERS[identifier](array)
    assert together == [IDENTIFIERS[identifier](pa.array([text]))[0] for text in some]
    assert IDENTIFIERS[identifier](pa.array([], pa.string())) == []
    alone = {"fasttext": ask_fasttext, "cld2": ask_cld2}.get(identifier)
    if alone:
        for (label, score), one in zip(together, map(alone, some), strict=True):
            assert label == one.lang
            assert score == pytest.approx(one.score, abs=1e-4)


def test_batches(texts: dict[str, list[str]], languages: dict[str, LangParams]) -> None:
    some = [*texts["yo"][:3], *texts["zu"][:3]]
    declared = identify_texts(pa.array(some), languages["yo"], languages)
    assert declared == [identify(text, languages["yo"], languages) for text in some]
    assert [one.lang for one in declared] == ["yo"] * 3 + ["zu"] * 3
    undeclared = identify_undeclared_texts(pa.array(some), languages)
    assert undeclared == [identify_undeclared(text, languages) for text in some]
    assert identify_texts(pa.array(some), default(), languages) == [Identified(None, None, "none")] * 6
    assert identify_undeclared_texts(pa.array([], pa.string()), languages) == []


def test_a_language_that_a_user_adds_needs_no_more_than_the_label_that_the_model_has(
    languages: dict[str, LangParams],
) -> None:
    bemba = replace(languages["ny"], code="bem", labels={"roots": "bem"})
    text = "Abantu bonse bafyalwa abalubuka kabili balilingana mu mucinshi na mu nsambu."
    assert identify(text, bemba, {**languages, "bem": bemba}).lang == "bem"
    assert identify(text, languages["ny"], languages).lang == "bem"


def test_the_carried_declarations_are_known(languages: dict[str, LangParams]) -> None:
    """A floor that holds without the shared texts: 99 of 100 documents, and most in each language."""
    wrong: list[str] = []
    for code, found in articles().items():
        for params in (languages[code], None):
            array = pa.array([article["text"] for article in found])
            answers = (
                identify_texts(array, params, languages) if params else identify_undeclared_texts(array, languages)
            )
            # Akan and Twi have one label.
            right = {code} if params else {"ak" if code == "tw" else code}
            wrong += [code for answer in answers if answer.lang not in right]
    count = 2 * sum(map(len, articles().values()))
    assert count == 1344
    assert len(wrong) <= 0.01 * count, wrong
    assert all(wrong.count(code) <= 3 for code in wrong)


def test_text_without_language_has_a_score_that_does_not_pass(languages: dict[str, LangParams]) -> None:
    for text in ("", "\0", "😀😀😀", "İ" * 1000):
        assert ask_cld2(text) == Identified(None, 0.0, "cld2")
        answer = ask_fasttext(text)
        assert answer.lang == "en"
        assert answer.score == pytest.approx(0.1245, abs=1e-4)
        found = identify_undeclared(text, languages)
        assert found.score is not None
        assert found.score < 0.7


def test_every_language_is_known_to_its_identifier_and_has_labels_that_exist(
    languages: dict[str, LangParams],
) -> None:
    import pycld2

    from filters.identify import _lid_176
    from filters.roots_lid import labels

    known = {
        "fasttext": frozenset(_lid_176().labels),
        "cld2": {label for _, label in pycld2.LANGUAGES},
        "roots": labels(),
    }
    for params in languages.values():
        assert params.identifier in params.labels
        assert "roots" in params.labels
        for identifier, name in params.labels.items():
            assert name in known[identifier], params.code
