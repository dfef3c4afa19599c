"""The plain twin says what the original said: every golden value, in both profiles."""

import json
from dataclasses import replace
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from sentencepiece import SentencePieceProcessor

from lang_params.params import LangParams, load
from tests import twin

OURS = {"twi": "tw", "zh": "zhs"}


@cache
def documents(golden: Path) -> list[dict[str, Any]]:
    with (golden / "filters.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@cache
def parameters(golden: Path, code: str) -> LangParams:
    lists = json.loads((golden / "lists.json").read_text(encoding="utf-8"))[code]
    listed = {name: frozenset(lists[name]) for name in ("stopwords", "flagged_words")}
    return replace(load(OURS.get(code, code)), **listed)


@pytest.mark.parametrize(("profile", "repetition"), [("fixed", ""), ("roots-2022-03", "_2022_03")])
def test_every_golden_value(profile: str, repetition: str, shared: Path) -> None:
    golden = shared / "golden"
    pieces: Any = SentencePieceProcessor(model_file=str(golden / "zh.sp.model"))
    for document in documents(golden):
        params = parameters(golden, document["lang"])
        encode = (lambda text: pieces.encode(text, out_type=str)) if document["lang"] == "zh" else None
        text = twin.modify(document["text"], params)
        assert blake2b(text.encode(), digest_size=16).hexdigest() == document["modified_blake2b"], document["id"]
        found = twin.measure(text, params, profile=profile, encode=encode)
        expected = {name: document[name] for name in found}
        expected["character_repetition"] = document[f"character_repetition{repetition}"]
        assert found == expected, document["id"]
