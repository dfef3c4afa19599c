"""What is said to and by the child, and the limits it sets for itself."""

import importlib
import io
import resource
from collections.abc import Callable

import pytest

from catalog import extraction_child as child
from catalog.page import Text

PAGES = [
    child.Page(b"\0\xff", "text/html", "utf-8", "https://yo.example/Ẹ"),
    child.Page(b""),
    child.Page(b"x" * 100_000),
]


def test_a_batch_is_read_as_it_was_written() -> None:
    stream = io.BytesIO(child.batch(PAGES) + child.batch([], carefully=True))
    assert child.read_batch(stream) == (False, PAGES)
    assert child.read_batch(stream) == (True, [])
    assert child.read_batch(stream) is None


def test_answers_are_read_as_they_were_written() -> None:
    told = [({"title": "Ẹ \ud800"}, "káàbọ̀".encode()), ({}, b""), ({"a": [1]}, b"x")]
    data = child.answers(told)
    known, texts = child.COUNTS.unpack_from(data)
    assert len(data) == 8 + known + texts
    assert list(child.read_answers(data[8 : 8 + known], data[8 + known :])) == [
        (facts, text.decode()) for facts, text in told
    ]


@pytest.mark.parametrize(
    "known", [b"", b"\xc1", b"[1]", b"\x91\x01", b"\x91\x92\x01\x02", b"\x80x", b"\x91\x92\x00\x90"]
)
def test_what_is_no_answer(known: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        list(child.read_answers(known, b"text"))


def test_every_extractor_of_entries_has_its_module() -> None:
    assert tuple(child.MODULES) == ("trafilatura", "resiliparse", "roots-2022-03")
    for module in child.MODULES.values():
        assert callable(importlib.import_module(module).load)


def test_facts_of_a_page(page: Callable[..., bytes]) -> None:
    facts, text = child.facts_of(child.Page(page()), "resiliparse", lambda source, url: Text(source[:5], {"a": [url]}))
    assert facts == {"charset": "utf-8", "title": "Ìkéde", "meta": {"a": [""]}}
    assert text == "<html"


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> tuple[child.Limits, dict[int, int]]:
    """Limits that are noted, not set: they would stay for the whole test run."""
    noted: dict[int, int] = {}
    monkeypatch.setattr(resource, "setrlimit", lambda which, pair: noted.__setitem__(which, pair[0]))
    monkeypatch.setattr(resource, "getrlimit", lambda which: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return child.Limits(20, 1024), noted


def test_the_end_is_moved_up_before_each_page(
    limits: tuple[child.Limits, dict[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    set_by, noted = limits
    assert noted[resource.RLIMIT_CORE] == 0
    assert noted[resource.RLIMIT_AS] > 2 * 1024 * 2**20
    for used, until in [(0.3, 21), (0.9, 21), (1.0, 22), (7.5, 28)]:
        monkeypatch.setattr(child.time, "process_time", lambda used=used: used)
        set_by.before_page()
        assert noted[resource.RLIMIT_CPU] == until


def test_a_limit_of_the_system_that_is_lower_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: dict[int, int] = {}
    monkeypatch.setattr(resource, "setrlimit", lambda which, pair: noted.__setitem__(which, pair[0]))
    monkeypatch.setattr(resource, "getrlimit", lambda which: (5, 5))
    child.Limits(20, 1024).before_page()
    assert set(noted.values()) == {0, 5}


def test_where_a_limit_is_refused_or_unknown_the_page_is_read_without(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(which: int, pair: tuple[int, int]) -> None:
        raise ValueError("current limit exceeds maximum limit")

    monkeypatch.setattr(resource, "setrlimit", refuse)
    child.Limits(20, 1024).before_page()
    monkeypatch.setitem(child.sys.modules, "resource", None)
    limits = child.Limits(20, 1024)
    limits.before_page()
    assert not limits.too_large()


def test_what_was_held_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    made = child.Limits.__new__(child.Limits)
    made.resource = resource
    made.most = 2**50
    assert not made.too_large()
    made.most = 1
    assert made.too_large()
    monkeypatch.setattr(child, "_most_held", lambda: 1)
    assert not made.too_large()
