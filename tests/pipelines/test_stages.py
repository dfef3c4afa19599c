"""Stages add or fill columns, never remove rows, and mark what they cannot treat."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.document import RECORDS
from catalog.record import meta_json
from filters import pii, pii_batch, pii_engines, presidio
from filters.exact import exact_texts, url_hashes
from filters.minhash_batch import sign_texts
from filters.perplexity import perplexity
from filters.signing import METHODS, MinHash, Signing, SimHash
from filters.simhash_batch import simhash_texts
from filters.table import Profile
from lang_params.languages import Language
from lang_params.params import default, load_all
from pipelines import stages
from pipelines.config import PROFILES, Config
from pipelines.rows import STORED
from pipelines.step_report import Report


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


def batch(*rows: dict[str, Any]) -> pa.RecordBatch:
    whole = {"id": "0", "source": "s", "content_hash": "h", "meta": "{}", "text": ""}
    return pa.RecordBatch.from_pylist([whole | row for row in rows], schema=RECORDS)


def test_cleaning_marks_the_step_and_keeps_the_row(config: Config) -> None:
    given = batch({"text": "one {\ntwo"}, {"text": "  "}, {"lost": "error:read", "reason": "line is not UTF-8"})
    out = stages.clean(given, ["remove_lines_with_code", "filter_remove_empty_docs"], config)
    assert out.column("text").to_pylist() == ["two", "  ", ""]
    assert out.column("lost").to_pylist() == [None, "clean:filter_remove_empty_docs", "error:read"]
    assert out.column("reason").to_pylist() == [None, None, "line is not UTF-8"]


def test_cleaning_tells_the_report_what_each_step_did(config: Config) -> None:
    chain = ["dedup_document", "remove_lines_with_code", "filter_remove_empty_docs"]
    report = Report(chain, None)
    given = batch({"text": "ọ̀kan {\nméjì"}, {"text": "{"}, {"text": "{", "lost": "clean:dedup_document"})
    stages.clean(given, chain[1:], config, report, first=1)
    _, lines, empty = report.counts()
    assert lines.pop("step") == "remove_lines_with_code"
    assert lines == {"documents": 2, "bytes": 18, "documents_after": 2, "bytes_after": 6, "changed": 2}
    assert (empty["documents"], empty["documents_after"], empty["changed"]) == (2, 1, 0)


def test_a_document_that_a_step_fails_on_is_lost_alone(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(text: str) -> str:
        if text == "bad":
            raise ValueError("the content")
        return text

    monkeypatch.setitem(stages.cleaning.CLEANERS, "remove_lines_with_code", fails)
    out = stages.clean(batch({"text": "bad"}, {"text": "good"}), ["remove_lines_with_code"], config)
    assert out.column("lost").to_pylist() == ["error:clean", None]
    assert out.column("reason").to_pylist() == ["ValueError", None]


def test_what_decides_cleaning_is_the_words_of_a_language_too(config: Config) -> None:
    assert stages.cleaned_by([], config) == stages.cleaned_by([], replace(config, profile="roots-2022-03"))
    before = stages.cleaned_by(["remove_references_fr"], config)
    french = replace(config.languages["fr"], stopwords=frozenset({"zut"}))
    after = stages.cleaned_by(["remove_references_fr"], replace(config, languages={**config.languages, "fr": french}))
    assert before != after


def test_the_rule_of_a_site_decides_a_chain_that_follows_it(config: Config) -> None:
    step = "dedup_document_on_url_lm_es_pseudocrawl-filtered_341_es_cointelegraph_com"
    assert stages.cleaned_by([step], config)["sites"] == {step: ["/amp", {}]}
    assert "sites" not in stages.cleaned_by(["dedup_document_on_url"], config)


def test_declared_languages_are_written_as_roots_does_and_unknown_ones_stay(config: Config, yoruba: str) -> None:
    given = batch(*({"text": yoruba, "lang": lang} for lang in ("yor_Latn", "zh-cn", "nr", None)))
    assert stages.declare(given, config).column("lang").to_pylist() == ["yo", "zhs", "nr", "yo"]


def test_an_added_language_may_be_declared_by_any_of_its_codes(config: Config, yoruba: str) -> None:
    hausa = Language("ha", "Hausa", "ha", "ha", "hau", "Latn", "West Chadic", "Afro-Asiatic")
    languages = {**config.languages, "ha": replace(config.other, code="ha", language=hausa)}
    given = batch(*({"text": yoruba, "lang": lang} for lang in ("hau", "hau_Latn", "ha-NG", "ha_Arab", "yor")))
    found = stages.declare(given, replace(config, languages=languages)).column("lang").to_pylist()
    assert found == ["ha", "ha", "ha", "ha_Arab", "yo"]


def test_code_keeps_its_white_space_is_measured_and_has_a_signature(config: Config) -> None:
    more = Config("fixed", load_all(None, ["code"]), default())
    text = "\n  @property\n\tdef\u00a0x(self) -> https://a.example:\r\n\t\treturn self.x  \n\n"
    given = stages.declare(batch({"text": text, "lang": "code"}, {"text": text, "lang": "en"}), more)
    out = stages.sign(stages.measure(stages.modify(given, more), more), more)
    assert out.column("text").to_pylist() == [text, "@property\ndef x(self) ->\nreturn self.x"]
    code, english = out.to_pylist()
    assert (code["lang"], code["identifier"], code["language_id"], code["lost"]) == ("code", "none", None, None)
    assert (code["number_words"], english["number_words"]) == (5, 5)
    assert code["bands"]


def test_every_measure_is_taken_of_every_document_also_of_one_that_cleaning_dropped(
    config: Config, yoruba: str
) -> None:
    given = batch({"text": yoruba, "lang": "yo"}, {"text": yoruba, "lang": "yo", "lost": "clean:x"})
    out = stages.measure(given, config)
    for name in ("number_words", "character_repetition", "special_characters", "language_id"):
        first, second = out.column(name).to_pylist()
        assert first == second is not None
    assert out.column("lang_identified").to_pylist() == ["yo", "yo"]
    assert out.column("identifier").to_pylist() == ["roots", "roots"]
    assert out.column("perplexity").to_pylist() == [None, None]


def test_what_could_not_be_read_is_not_measured(config: Config) -> None:
    out = stages.measure(batch({"lost": "error:read", "reason": "r"}), config)
    assert out.column("number_words").to_pylist() == [None]
    assert out.column("reason").to_pylist() == ["r"]


def test_signatures_of_a_text_shorter_than_a_shingle_are_null(config: Config, yoruba: str) -> None:
    given = batch(
        {"text": yoruba, "lang": "yo"}, {"text": "ẹ káàbọ̀", "lang": "yo"}, {"text": "人人生而自由", "lang": "zhs"}
    )
    out = stages.sign(given, config)
    long, short, chinese = out.column("bands").to_pylist()
    assert len(long) == len(chinese) == 14
    assert short is None
    assert [sketch and len(sketch) for sketch in out.column("sketch").to_pylist()] == [112, None, 112]
    assert out.column("characters").to_pylist() == [len(yoruba), 8, 6]


def test_what_is_signed_is_what_was_asked_for(config: Config, yoruba: str, english: str) -> None:
    given = batch({"text": yoruba, "url": "https://example.org/a"}, {"text": english, "lang": "en"}, {"text": ""})
    for methods in ((), *((method,) for method in METHODS), METHODS):
        out = stages.sign(given, replace(config, signing=Signing(methods)))
        filled = {name for name in stages.SIGNED if out.column(name).null_count < 3}
        assert filled == {"characters", *(name for method in methods for name in COLUMNS[method])}
        assert {name: out.column(name).type for name in stages.SIGNED} == stages.SIGNED
        assert out.column("url").equals(given.column("url"))


COLUMNS = {"exact": ["exact"], "url": ["url_hash"], "simhash": ["simhash"], "minhash": ["bands", "sketch"]}


def test_signatures_are_those_of_the_filters_with_the_parameters_of_the_corpus(config: Config, yoruba: str) -> None:
    signing = Signing(METHODS, MinHash("characters", 7, 3, 4, 32, 9), SimHash(n=3))
    given = batch({"text": yoruba, "lang": "yo", "url": "https://example.org/a"}, {"text": yoruba * 2, "lang": "yo"})
    for profile in PROFILES:
        out = stages.sign(given, Config(profile, config.languages, config.other, signing))
        texts = given.column("text")
        expected = {
            **sign_texts(texts, signing.minhash),
            "exact": exact_texts(texts),
            "url_hash": url_hashes(given.column("url")),
            "simhash": simhash_texts(texts, given.column("lang"), signing.simhash, profile),
        }
        for name, column in expected.items():
            assert out.column(name).equals(column), name


def test_the_language_that_a_text_is_declared_in_does_not_change_its_bands(config: Config, yoruba: str) -> None:
    given = batch(*({"text": yoruba, "lang": lang} for lang in ("yo", "zhs", None)))
    one, other, third = stages.sign(given, config).column("bands").to_pylist()
    assert one == other == third is not None


def test_what_cleaning_dropped_is_signed_and_what_a_stage_failed_on_is_not(config: Config, yoruba: str) -> None:
    given = batch(
        {"text": yoruba, "lost": "clean:x"}, {"text": yoruba, "lost": "error:measure", "reason": "r"}, {"text": yoruba}
    )
    out = stages.sign(given, config)
    for name in ("bands", "sketch", "characters"):
        first, second, third = out.column(name).to_pylist()
        assert first == third is not None
        assert second is None
    assert out.column("lost").to_pylist() == ["clean:x", "error:measure", None]


def test_a_text_that_cannot_be_signed_is_an_error_row_alone(
    config: Config, yoruba: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(texts: pa.Array, how: MinHash) -> dict[str, pa.Array]:
        if "bad" in texts.to_pylist():
            raise ValueError("the content")
        return sign_texts(texts, how)

    monkeypatch.setattr(stages, "sign_texts", fails)
    out = stages.sign(batch({"text": yoruba}, {"text": "bad"}, {"text": yoruba}), config)
    assert [bands is None for bands in out.column("bands").to_pylist()] == [False, True, False]
    assert out.column("lost").to_pylist() == [None, "error:sign", None]
    assert out.column("reason").to_pylist() == [None, "ValueError", None]


def test_redaction_stores_where_the_placeholder_stands_and_nothing_of_the_match(config: Config) -> None:
    out = stages.redact(batch({"text": "Ẹ kọ̀wé sí ade@example.org lónìí."}), config)
    [text], [[span]] = out.column("text").to_pylist(), out.column("pii").to_pylist()
    assert text == "Ẹ kọ̀wé sí PI:EMAIL lónìí."
    assert span["tag"] == "EMAIL"
    assert text[span["start"] : span["end"]] == "PI:EMAIL"


def test_a_text_that_a_stage_fails_on_is_an_error_row_and_is_not_stored_unredacted(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(texts: pa.Array, profile: Profile) -> pii_batch.Found:
        if any("bad" in text for text in texts.to_pylist()):
            raise ValueError(f"secret of {texts}")
        return find_texts(texts, profile)

    find_texts = pii_batch.find_texts
    monkeypatch.setattr(pii_batch, "find_texts", fails)
    named = {"text": "bad ade@example.org", "meta": '{"by":"x"}', "url": "https://a.cm", "source_id": "a"}
    out = stages.redact(batch({"text": "good"}, named, {"text": "@ade_ola"}), config)
    assert out.column("text").to_pylist() == ["good", "", "PI:USER"]
    assert out.column("lost").to_pylist() == [None, "error:redact", None]
    assert out.column("reason").to_pylist() == [None, "ValueError", None]
    assert [spans and len(spans) for spans in out.column("pii").to_pylist()] == [[], None, 1]
    stored = [out.column(name).to_pylist()[1] for name in ("meta", "url", "source_id")]
    assert stored == ["{}", None, None]


def test_a_text_with_too_many_matches_for_2022_is_an_error_row_alone(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pii, "REPLACE_LIMIT", 1000)
    hostile = " ".join(f"@user{number}" for number in range(100))
    given = batch({"text": "@ade_ola"}, {"text": hostile, "lost": "error:measure"}, {"text": "Kaabo"})
    out = stages.redact(given, replace(config, profile="roots-2022-03"))
    assert out.column("text").to_pylist() == ["PI:USER", "", "Kaabo"]
    assert out.column("lost").to_pylist() == [None, "error:redact", None]
    assert out.column("reason").to_pylist() == [None, "PiiTimeout", None]


def test_a_text_with_more_numbers_than_can_be_looked_at_is_an_error_row_alone(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presidio, "QUESTIONS", 10)
    hostile = {"text": "simu +255 712 345 678\n" * 20, "lost": "clean:x", "meta": '{"a":"b"}', "url": "https://a.cm"}
    out = stages.redact(batch({"text": "@ade_ola", "lang": "sw"}, hostile | {"lang": "sw"}), config)
    assert out.column("text").to_pylist() == ["PI:USER", ""]
    assert out.column("lost").to_pylist() == [None, "error:redact"]
    assert out.column("reason").to_pylist() == [None, "PiiTimeout"]
    assert (out.column("meta").to_pylist()[1], out.column("url").to_pylist()[1]) == ("{}", None)


def test_an_address_of_a_page_hides_no_address_of_a_person(config: Config) -> None:
    given = batch({"text": "x", "url": "https://a.cm/?by=ana%40example.org", "source_id": "ana%40example.org"})
    out = stages.redact(given, config)
    assert out.column("url").to_pylist() == ["https://a.cm/?by=PI:EMAIL"]
    assert out.column("source_id").to_pylist() == ["PI:EMAIL"]


def test_numbers_that_need_no_word_beside_them_are_redacted_in_the_other_fields(config: Config) -> None:
    meta = '{"tel":"+255 712 345 678","at":["4111 1111 1111 1111",4111111111111111],"GB82WEST12345698765432":"0712"}'
    given = batch({"text": "x", "meta": meta, "url": "https://a.cm/+255712345678", "source_id": "4111111111111111"})
    out = stages.redact(given, config)
    expected = '{"tel":"PI:PHONE","at":["PI:CREDIT_CARD",4111111111111111],"PI:IBAN":"0712"}'
    assert out.column("meta").to_pylist() == [expected]
    assert [out.column(name).to_pylist() for name in ("url", "source_id")] == [
        given.column(name).to_pylist() for name in ("url", "source_id")
    ]
    off = stages.redact(given, config, {"PHONE": "off"})
    assert off.column("meta").to_pylist() == [expected.replace("PI:PHONE", "+255 712 345 678")]
    old = stages.redact(given, replace(config, profile="roots-2022-03"))
    assert old.column("meta").to_pylist() == [meta]


def test_what_could_not_be_read_is_passed_over_and_what_a_stage_failed_on_is_redacted(config: Config) -> None:
    given = batch(
        {"text": "@ade_ola", "lost": "error:read", "reason": "r"},
        {"text": "@ade_ola", "lost": "error:measure", "reason": "r"},
        {"text": "@ade_ola", "lost": "clean:x"},
    )
    out = stages.redact(given, config)
    assert out.column("text").to_pylist() == ["@ade_ola", "PI:USER", "PI:USER"]
    assert out.column("lost").to_pylist() == given.column("lost").to_pylist()
    assert [spans is None for spans in out.column("pii").to_pylist()] == [True, False, False]


def test_fields_address_and_id_are_redacted_too_but_not_for_keys(config: Config) -> None:
    meta = '{"author":"Ana <ana@example.org>","day":"1999-2000-2001","tags":["@ana_p"]}'
    given = batch({"text": "x", "meta": meta, "url": "mailto:ana@example.org", "source_id": "ana@example.org"})
    out = stages.redact(given, config)
    assert out.column("meta").to_pylist() == ['{"author":"Ana <PI:EMAIL>","day":"1999-2000-2001","tags":["PI:USER"]}']
    assert out.column("url").to_pylist() == ["mailto:PI:EMAIL"]
    assert out.column("source_id").to_pylist() == ["PI:EMAIL"]


def mail(text: str) -> list[pii.Span]:
    """What the second engine finds in an address or id."""
    return presidio.in_fields(text, ("EMAIL",))


strings = st.lists(
    st.sampled_from(
        [
            "a@b.org",
            "a%40b.org",
            "+254 733 123456",
            "4111111111111111",
            "GB82WEST12345698765432",
            "@ade",
            "8.8.8.8",
            "::1",
            "\n",
            '"',
            "\\",
            "\ud83d",
            "\ude00",
            "汉",
            " ",
            "u0040",
        ]
    ),
    max_size=5,
).map("".join)
fields = st.dictionaries(strings, strings | st.integers() | st.floats() | st.none() | st.lists(strings), max_size=4)
records = st.tuples(strings, fields, st.none() | strings, st.none() | strings)


@given(st.lists(records, max_size=4))
@settings(deadline=None, max_examples=300)
def test_rows_are_redacted_together_as_each_is_alone(config: Config, given: list[Any]) -> None:
    def valid(text: str | None) -> str | None:
        return text and text.encode(errors="replace").decode()

    told = [(valid(text), meta_json(meta), valid(url), valid(name)) for text, meta, url, name in given]
    rows = batch(*(dict(zip(STORED, each, strict=True)) for each in told))
    out = stages.redact(rows, config)
    expected = [pii_engines.redact(str(text), config.choice(None)) for text, *_ in told]
    assert out.column("text").to_pylist() == [text for text, _, _ in expected]
    assert [len(spans) for spans in out.column("pii").to_pylist()] == [len(spans) for _, spans, _ in expected]
    metas = [meta_json(pii.redact_fields(json.loads(meta), presidio.in_fields)) for _, meta, _, _ in told]
    assert out.column("meta").to_pylist() == metas
    assert out.column("url").to_pylist() == [pii.redact_fields(url, mail) for _, _, url, _ in told]
    assert out.column("source_id").to_pylist() == [pii.redact_fields(name, mail) for *_, name in told]


def test_what_is_no_language_code_is_not_kept_as_one_and_undetermined_is_undeclared(
    config: Config, yoruba: str
) -> None:
    given = batch(*({"text": yoruba, "lang": lang} for lang in ("Jane Doe, 5 Mill Lane", "x" * 99, "und", "mul", "")))
    assert stages.declare(given, config).column("lang").to_pylist() == ["unknown", "unknown", "yo", "yo", "yo"]


def test_a_fault_of_the_machine_ends_the_task(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    for fault in (ImportError("no re2"), MemoryError(), OSError("disk")):

        def fails(texts: pa.Array, profile: Profile, fault: Exception = fault) -> pii_batch.Found:
            raise fault

        monkeypatch.setattr(pii_batch, "find_texts", fails)
        with pytest.raises(type(fault)):
            stages.redact(batch({"text": "x"}), config)


def test_perplexity_is_measured_where_the_language_names_a_model(
    config: Config, english: str, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    golden = {"pieces": shared / "golden" / "en.sp.model", "model": shared / "golden" / "en.arpa"}
    monkeypatch.setattr(stages, "language_model", lambda name: golden)
    params = replace(config.languages["en"], language_model="english")
    named = replace(config, languages=dict(config.languages) | {"en": params})
    [value] = stages.measure(batch({"text": english, "lang": "en"}), named).column("perplexity").to_pylist()
    assert value == perplexity(english, **golden)
    assert "perplexity" not in params.not_applied()
