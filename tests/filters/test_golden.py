"""Every value equals that of the original ROOTS code: texts and counts exactly, ratios bit for bit."""

import json
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from filters import words
from filters.batch import change_texts, measure_texts
from filters.changes import change
from filters.measures import character_repetition, measure_text
from filters.perplexity import perplexity
from filters.text import Text
from lang_params.params import LangParams, load

# fmt: off
CODES = [
    "ar", "as", "bn", "ca", "en", "es", "eu", "fr", "gu", "hi", "id", "ki", "kn", "lg", "ml", "mr", "ne", "nso",
    "ny", "or", "pa", "pt", "rw", "st", "sw", "ta", "te", "tn", "ts", "twi", "ur", "vi", "xh", "yo", "zh", "zu",
]
# fmt: on
TUNED = {"ar", "bn", "ca", "en", "es", "eu", "fr", "hi", "id", "pt", "ur", "vi", "zh"}
OUR_CODE = {"twi": "tw", "zh": "zhs"}


@cache
def documents(golden: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    with (golden / "filters.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            found.setdefault(document["lang"], []).append(document)
    return found


@cache
def parameters(golden: Path, code: str) -> LangParams:
    """Those of the language, with the word lists that the golden values were computed with."""
    lists = json.loads((golden / "lists.json").read_text(encoding="utf-8"))[code]
    assert lists["parameters"] == (code if code in TUNED else "default")
    return replace(
        load(OUR_CODE.get(code, code)),
        stopwords=frozenset(lists["stopwords"]),
        flagged_words=frozenset(lists["flagged_words"]),
    )


def test_every_golden_language_is_tested(shared: Path) -> None:
    assert sorted(documents(shared / "golden")) == CODES
    assert sum(map(len, documents(shared / "golden").values())) == 1307


@pytest.mark.parametrize("code", CODES)
def test_texts_and_measures(code: str, shared: Path) -> None:
    golden = shared / "golden"
    params = parameters(golden, code)
    encode = words.encoder(golden / "zh.sp.model") if code == "zh" else None
    for document in documents(golden)[code]:
        modified = change(document["text"], params)
        assert modified == document.get("modified_text", modified), document["id"]
        text = Text(modified, params, encode=encode)
        found = {
            "modified_blake2b": blake2b(modified.encode(), digest_size=16).hexdigest(),
            **measure_text(text, params),
            "character_repetition_2022_03": character_repetition(text, params, profile="roots-2022-03"),
        }
        assert found == {name: document[name] for name in found}, document["id"]


@pytest.mark.parametrize("code", CODES)
def test_texts_and_measures_in_batches(code: str, shared: Path) -> None:
    golden = shared / "golden"
    params = parameters(golden, code)
    pieces_of = golden / "zh.sp.model" if code == "zh" else None
    known = documents(golden)[code]
    texts = change_texts(pa.array([document["text"] for document in known]), params)
    found = {
        "modified_blake2b": [blake2b(text.encode(), digest_size=16).hexdigest() for text in texts.to_pylist()],
        **{name: column.to_pylist() for name, column in measure_texts(texts, params, pieces_of=pieces_of).items()},
        "character_repetition_2022_03": measure_texts(texts, params, "roots-2022-03", pieces_of=pieces_of)[
            "character_repetition"
        ].to_pylist(),
    }
    assert found == {name: [document[name] for document in known] for name in found}


@pytest.mark.parametrize("code", ["en", "sw", "zh"])
def test_perplexity(code: str, shared: Path) -> None:
    golden = shared / "golden"
    params = parameters(golden, code)
    for document in documents(golden)[code]:
        found = perplexity(
            change(document["text"], params), pieces=golden / f"{code}.sp.model", model=golden / f"{code}.arpa"
        )
        assert found == pytest.approx(document["perplexity"], abs=0.1), document["id"]
