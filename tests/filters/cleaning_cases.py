"""The cases of the cleaning steps, from the file beside this one."""

import tomllib
from collections.abc import Container
from pathlib import Path
from typing import Any

from filters import cleaning
from filters.cleaning_documents import Document

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))


def of(kind: str, steps: Container[str] | None = None) -> list[dict[str, Any]]:
    """The cases of a kind, or of some steps of it."""
    return [case for case in CASES[kind] if steps is None or case["step"] in steps]


def name(case: Any) -> str:
    """A case as pytest shows it."""
    return f"{case['step']}: {case['why']}"


def check_source(case: dict[str, Any]) -> None:
    """Hold a step on a whole source to a case of it."""
    texts = case["texts"]
    urls, ids = case.get("urls", [None] * len(texts)), case.get("ids", [None] * len(texts))
    documents = [
        Document(str(number), text, {} if id is None else {"id": id}, url)
        for number, (text, url, id) in enumerate(zip(texts, urls, ids, strict=True))
    ]
    found = cleaning.SOURCE_WIDE[case["step"]](documents)
    assert [outcome.text for outcome in found] == case["out"]
    lost = [None if number < 0 else str(number) for number in case["lost"]]
    assert [outcome.reason and outcome.reason.rsplit(" ", 1)[1] for outcome in found] == lost
