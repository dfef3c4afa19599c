"""The set with planted personal data: what it holds, how it is scored, and what both engines must reach on it."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import pyarrow as pa
import pytest

from filters import pii_engines
from filters.pii_kinds import chosen
from lang_params.languages import codes
from lang_params.params import load
from tests.corpora import articles
from tests.planted import __main__ as page
from tests.planted import checked, documents, engines, score
from tests.planted.documents import COUNTS, LOOK_ALIKES_OF_A_CLASS, Document, Place
from tests.planted.look_alikes import LOOK_ALIKES
from tests.planted.score import Answer, Find

FLOORS = {"EMAIL": 0.98, "IP_ADDRESS": 0.98, "USER": 0.98, "PHONE": 0.9, "CREDIT_CARD": 0.9}
"""F1 of both engines together, look-alikes included."""

UNSEEN = {"EMAIL": 0.98, "IP_ADDRESS": 0.98, "USER": 0.98, "PHONE": 0.95, "CREDIT_CARD": 0.98, "IBAN": 0.98}
"""The same on what was not there while they were made: a little below what they reached when it was written."""

WITHOUT_TEXT = {"ki", "or", "tum"}
"""Languages of which no text is carried."""


@cache
def every() -> tuple[Document, ...]:
    return tuple(documents.every_document())


DRAWS = (documents.SEEN, documents.UNSEEN, documents.LAST)


def test_it_holds_every_kind_and_every_look_alike_in_every_language_of_which_text_is_carried() -> None:
    assert set(documents.words()) == set(codes()) - WITHOUT_TEXT
    for lang in documents.words():
        found = [one for one in every() if one.lang == lang]
        for hostile in (False, True):
            kinds = [place.tag for one in found for place in one.personal if one.hostile == hostile]
            for kind, count in COUNTS.items():
                assert kinds.count(kind) >= count or (kind == "NATIONAL_ID" and kind not in kinds)
        assert [place for one in found for place in one.look_alikes if not one.hostile] == []
        alike = [place.tag for one in found for place in one.look_alikes]
        assert all(alike.count(name) == LOOK_ALIKES_OF_A_CLASS for name in LOOK_ALIKES)
    assert {one.lang for one in every() if any(place.tag == "NATIONAL_ID" for place in one.personal)} >= {
        "es",
        "hi",
        "yo",
    }


def test_it_is_the_same_every_time() -> None:
    assert documents.documents("yo") == documents.documents("yo")
    assert documents.documents("yo")[0].text != documents.documents("sw")[0].text


def test_a_label_is_around_a_value_and_nothing_beside_it() -> None:
    for one in every():
        for place in one.personal:
            value = one.text[place.start : place.end]
            assert value == value.strip("\n\t <>\"'。।،,;"), (place, value)
            assert one.text.count("\t") == 0
        spans = sorted((place.start, place.end) for place in [*one.personal, *one.look_alikes])
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_check_digits_are_those_of_published_examples() -> None:
    assert checked.luhn("411111111111111") == "1"
    assert checked.with_check_digits("DE", "370400440532013000") == "DE89370400440532013000"
    assert checked.verhoeff("8473643095483728456789") == "2"
    assert checked._base58(bytes(21)) == "1111111111111111111114oLvT2"
    program = bytes.fromhex("751e76e8199196d454941c45d1b3a323f1433bd6")
    assert checked._bech32(program) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"


TEXT = Document(
    "yo", True, "ade@x.org 8.8.8.8 1.2.3.4 077", [Place("EMAIL", 0, 9, ""), Place("IP_ADDRESS", 10, 17, "")]
)
TEXT.personal.append(Place("PHONE", 26, 29, ""))
TEXT.look_alikes.append(Place("version", 18, 25, ""))


@pytest.mark.parametrize(
    ("finds", "kind", "wanted"),
    [
        ([Find("EMAIL", 0, 9)], "EMAIL", (1, 1, 1, 1)),
        ([Find("EMAIL", 0, 5)], "EMAIL", (1, 1, 0, 0)),
        ([Find("KEY", 0, 9)], "EMAIL", (1, 0, 0, 1)),
        ([Find("KEY", 0, 9)], "KEY", (0, 1, 0, 0)),
        ([Find("IP_ADDRESS", 10, 17), Find("IP_ADDRESS", 18, 25)], "IP_ADDRESS", (0.5, 1, 1, 1)),
        ([Find("IP_ADDRESS", 10, 13), Find("IP_ADDRESS", 13, 17)], "IP_ADDRESS", (1, 1, 0, 1)),
        ([], "USER", (1, 1, 0, 0)),
    ],
)
def test_scores(finds: list[Find], kind: str, wanted: tuple[float, ...]) -> None:
    result = score.measured([TEXT], lambda texts, _: [Answer(finds, finds)], ("EMAIL", "IP_ADDRESS", "KEY"))
    one = result.of(kind)
    assert (one.precision, one.recall, one.exact, one.hidden) == wanted
    assert result.of(kind, "yo") == one
    assert result.of(kind, "sw").planted == 0


def test_a_find_on_a_kind_that_is_not_known_counts_for_nothing_and_one_on_a_look_alike_against() -> None:
    finds = [Find("KEY", 26, 29), Find("KEY", 18, 25), Find("USER", 9, 10)]
    result = score.measured([TEXT], lambda texts, _: [Answer(finds, finds)], ("EMAIL", "IP_ADDRESS", "KEY", "USER"))
    assert (result.of("KEY").finds, result.of("PHONE").hidden) == (1, 1)
    assert (dict(result.false), dict(result.taken)) == ({"KEY": 1, "USER": 1}, {"version": 1})
    listed = "\n".join(score.grouped(result.failures))
    assert "## version taken for KEY: 1" in listed
    assert "- yo e@x.org 8.8.8.8 ⟦1.2.3.4⟧ 077" in listed
    assert "## EMAIL taken for nothing: 1" in listed


def test_engines_that_find_nothing_or_everything_are_below_the_floors() -> None:
    everything = [
        [Find(kind, 0, len(one.text)) for kind in FLOORS for _ in range(20)] for one in every() if one.lang == "sw"
    ]
    some = [one for one in every() if one.lang == "sw"]
    nothing = score.measured(some, lambda texts, _: [Answer([], []) for _ in texts], engines.BOTH)
    finds = iter(everything)
    whole = score.measured(some, lambda texts, _: [Answer(found, found) for found in finds], engines.BOTH)
    for kind, floor in FLOORS.items():
        assert nothing.of(kind).f1 < floor
        assert whole.of(kind).f1 < floor


@pytest.mark.parametrize("kind", FLOORS)
def test_both_engines_reach_the_floor_of_a_kind(kind: str) -> None:
    assert page.both().of(kind).f1 >= FLOORS[kind], "\n".join(score.grouped(page.both().failures))


@pytest.mark.parametrize("draw", [documents.UNSEEN, documents.LAST], ids=lambda draw: draw.seed)
def test_both_engines_know_what_they_were_not_made_with(draw: documents.Draw) -> None:
    result = page.both(draw)
    assert {kind: floor for kind, floor in UNSEEN.items() if result.of(kind).f1 < floor} == {}


def test_the_draws_have_few_values_in_common() -> None:
    seen, unseen, last = (values(documents.every_document(draw)) for draw in DRAWS)
    assert len(seen & unseen) < 0.01 * len(unseen)
    assert len(unseen & last) < 0.1 * len(last)


def values(found: Iterable[Document]) -> set[str]:
    return {one.text[place.start : place.end] for one in found for place in one.personal}


@pytest.mark.parametrize("lang", ["ar", "en", "hi", "sw", "zhs"])
def test_a_build_takes_out_what_is_scored(lang: str) -> None:
    texts = [one.text for one in every() if one.lang == lang]
    choice = chosen(load(lang), "fixed", {"NATIONAL_ID": "redact"})
    redacted = pii_engines.redact_texts(pa.array(texts), choice)
    for text, made, answer in zip(texts, redacted.texts.to_pylist(), engines.both(texts, lang), strict=True):
        assert made.count("PI:") == len(answer.finds)
        assert [
            name for name in ("EMAIL", "PHONE", "IBAN") if made.count(f"PI:{name}") != tags(answer).count(name)
        ] == []
        assert made == pii_engines.redact(text, choice)[0]


def tags(answer: Answer) -> list[str]:
    return [find.tag for find in answer.finds]


def test_the_roots_rules_know_four_kinds_and_are_as_good_as_they_were() -> None:
    plain = [one for one in every() if not one.hostile]
    result = score.measured(plain, engines.roots_rules, engines.ROOTS)
    found = {kind: round(result.of(kind).f1, 2) for kind in engines.ROOTS}
    assert found == {"EMAIL": 0.98, "IP_ADDRESS": 0.8, "KEY": 0.7, "USER": 0.99}
    assert result.of("PHONE").found == 0


def test_in_carried_prose_nothing_is_found() -> None:
    for lang, found in articles().items():
        texts = [record["text"] for record in found]
        for engine in (engines.roots_rules, engines.both):
            assert [answer.finds for answer in engine(texts, lang) if answer.finds] == []


def test_the_tables_of_the_page_are_those_that_are_printed() -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.written(text) == text, "run python -m tests.planted --write"


def test_what_is_printed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    wolof = {"wo": documents.words()["wo"]}
    monkeypatch.setattr(documents, "words", lambda: wolof)
    monkeypatch.setattr(page, "both", page.both.__wrapped__)
    page.main([])
    printed = capsys.readouterr().out
    assert re.search(r"^\d+ documents in 1 languages, 0\.\d\d MB, \d+ pieces of personal data\.$", printed, re.M)
    assert re.search(r"^\| wo \|( [01–][.\d]* \|){9}$", printed, re.M)
    page.main(["--failures"])
    assert "| PHONE |" in capsys.readouterr().out
