"""The tables of a card, one by one."""

from dataclasses import replace

import pytest

from catalog.entry import Custodian, Data, Entry, Licence, Mark, Permission, Pii
from filters.table import FILTERS as TABLE
from lang_params.params import Setting, load
from pipelines.verdict import ORDER
from roots.cards.tables import (
    attribution,
    cleaning,
    facts,
    interval,
    languages,
    left_out,
    limits,
    not_applied,
    policy,
    shown,
    thresholds,
)
from roots.funnel import of_counts
from roots.policy import ANYTHING, Fault, LeftOut, Policy

ENTRY = Entry(
    uid="udhr",
    name="Declaration | of 1948",
    description="",
    kind="catalogue",
    languages=("yo",),
    cleaning=("remove_html_spans", "filter_remove_empty_docs"),
    redact=False,
    custodian=Custodian("United Nations", "government organisation", "Switzerland"),
    licence=Licence("CC0-1.0", ("public domain", "open license"), "United *Nations*", "https://example.org/cc0"),
    permission=Permission("not asked"),
    pii=Pii("No", ""),
    data=Data(files=("a.jsonl", "b.jsonl")),
)


def cells(markdown: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split(" | ")] for line in markdown.splitlines()]


def test_facts_leave_out_what_the_entry_does_not_say() -> None:
    lines = facts(ENTRY, files=2, size=1234).splitlines()
    assert "| licence | CC0-1.0 <https://example.org/cc0> |" in lines
    assert "| properties of the licence | public domain, open license |" in lines
    assert "| permission | not asked |" in lines
    assert "| redaction | none |" in lines
    assert "| original size | 2 files, 1,234 bytes as they came |" in lines
    assert "| files | `a.jsonl`, `b.jsonl` |" in lines
    assert not any(line.startswith(("| homepage", "| note on the permission")) for line in lines)


def test_facts_of_a_streamed_dataset_say_what_was_asked_for() -> None:
    data = Data(dataset="/home/ana/news", subset="yo", revision="v1")
    lines = facts(replace(ENTRY, data=data), files=1, size=0).splitlines()
    assert "| dataset | news, subset yo, split train, revision v1 |" in lines
    assert not any(line.startswith(("| files", "| original size")) for line in lines)


def test_facts_say_what_was_asked_of_whom_and_to_whom_the_text_may_go() -> None:
    asked = Permission("granted", "2026-01-02", "by letter", "the press office", "/home/me/letters/un.pdf")
    marks = (("licence", Mark("Kòfó", "2026-02-03")), ("pii", Mark("Ayọ̀", "")))
    lines = facts(replace(ENTRY, permission=asked, release="gated", validated=marks), files=1, size=1).splitlines()
    assert "| permission | granted; asked on 2026-01-02, whom: the press office |" in lines
    assert "| document of the permission | un.pdf |" in lines
    assert "| release | gated: the text may be given to those who accept terms |" in lines
    assert "| found right by a second person | licence (2026-02-03), pii |" in lines


@pytest.mark.parametrize("whom", ["Ayọ̀ọlá", "ayoola@kofoworola.example"])
def test_a_person_who_was_asked_is_not_named(whom: str) -> None:
    custodian = replace(ENTRY.custodian, contact_name="Ayọ̀ọlá")
    permission = Permission("granted", "2026-01-02", "", whom)
    card = facts(replace(ENTRY, custodian=custodian, permission=permission), files=1, size=1)
    assert "| permission | granted; asked on 2026-01-02 |" in card.splitlines()
    assert whom not in card


def test_what_was_left_out_stands_with_its_ground() -> None:
    faults = (Fault("licence.properties", "non-commercial use", "open license"), Fault("release", "closed", "public"))
    lines = left_out([LeftOut("a", "A | B", "policy", faults), LeftOut("b", "B", "removed")]).splitlines()
    assert lines[2:] == [
        "| A \\| B (`a`) | policy | licence.properties | non-commercial use | open license |",
        "| A \\| B (`a`) | policy | release | closed | public |",
        "| B (`b`) | removed |  |  |  |",
    ]
    assert left_out([]) == "No source that the recipe names was left out."


def test_one_file_is_one() -> None:
    assert "| original size | 1 file, 1 byte as it came |" in facts(ENTRY, files=1, size=1).splitlines()


def test_the_limits_of_one_language_with_their_units() -> None:
    lines = limits(load("zhs")).splitlines()
    assert lines[2].startswith("| `number_words` | Keeps texts that are neither too short nor too long. | words | 1 to")
    assert lines[-1] == "Whose these numbers are: tuned by hand for ROOTS."
    assert len(lines) == 2 + len(ORDER) + 2


def test_what_a_policy_accepts_is_said_where_it_says_something() -> None:
    assert policy(ANYTHING) == []
    assert policy(Policy(licence_properties=("public domain",), release="gated")) == [
        "Properties of licences that were accepted: public domain.",
        "Releases that were accepted: public, gated.",
    ]


def test_languages_with_codes_script_and_whose_the_thresholds_are() -> None:
    assert languages([load("zhs")]).splitlines()[2:] == [
        "| Simplified Chinese | `zhs` | zh-Hans | Hans | tuned by hand for ROOTS |"
    ]
    assert languages([]) == "None of the documents is in a language of the corpus."


def test_cleaning_starts_with_reading_and_follows_the_chain() -> None:
    counts = of_counts(
        [("yo", None, 5, 1), ("yo", "clean:filter_remove_empty_docs", 2, 0), (None, "error:read", 1, 0)], "udhr"
    )
    assert cleaning(ENTRY, counts).splitlines()[2:] == [
        "| read | 8 | 1 | 7 |",
        "| `remove_html_spans` | 7 | 0 | 7 |",
        "| `filter_remove_empty_docs` | 7 | 2 | 5 |",
    ]


def test_a_step_outside_the_chain_and_a_step_named_twice_are_counted_once() -> None:
    entry = replace(ENTRY, cleaning=("b", "a", "b"))
    counts = of_counts([("yo", None, 5, 1), ("yo", "clean:b", 2, 0), ("yo", "clean:no_text", 1, 0)], "udhr")
    assert [line.split(" | ")[:3] for line in cleaning(entry, counts).splitlines()[2:]] == [
        ["| read", "8", "0"],
        ["| `no_text`", "8", "1"],
        ["| `b`", "7", "2"],
        ["| `a`", "5", "0"],
        ["| `b`", "5", "0"],
    ]


def test_thresholds_have_a_column_a_filter_and_say_what_is_not_applied() -> None:
    header, _, row = thresholds([load("fon")]).splitlines()
    assert header.count("|") == len(ORDER) + 3
    assert row.count("not applied") == len(set(ORDER) & set(load("fon").not_applied()))
    assert f"n = 10: ≤ {load('fon').filters['character_repetition'].max:g}" in row
    assert thresholds([]).startswith("None")


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        (Setting(min=1, max=1_000_000), "1 to 1,000,000"),
        (Setting(n=7, max=0.5), "n = 7: ≤ 0.5"),
        (Setting(min=0.1691), "≥ 0.1691"),
        (Setting(max=0.001), "≤ 0.001"),
        (Setting(), "everything"),
    ],
)
def test_an_interval_in_one_cell(setting: Setting, text: str) -> None:
    assert interval(setting) == text


def test_filters_not_applied_are_grouped_by_reason() -> None:
    rows = {line.split(" | ")[0]: line.split(" | ")[1:] for line in not_applied([load("fon"), load("yo")]).splitlines()}
    assert rows["| `perplexity`"] == ["there is no language model for the language", "Fon (fon), Yoruba (yo) |"]
    table = [f"| `{entry.name}`" for entry in TABLE]
    assert list(rows)[2:] == [name for name in table if name in rows]
    everything = replace(
        load("zhs"),
        language_model="m",
        filters={name: replace(setting, enabled=True) for name, setting in load("zhs").filters.items()},
    )
    assert not_applied([everything]) == "All filters are applied."


def test_attribution_is_one_line() -> None:
    assert attribution(ENTRY) == "Declaration \\| of 1948: United \\*Nations\\*. CC0-1.0 <https://example.org/cc0>"
    assert attribution(replace(ENTRY, licence=Licence("MIT", (), "Me"))).endswith(": Me. MIT")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("data/*.jsonl", "data/*.jsonl"),
        ("/abs/x.jsonl", "x.jsonl"),
        ("~/x.jsonl", "x.jsonl"),
        ("../../me/x.jsonl", "x.jsonl"),
        ("file:///home/me/x.jsonl", "x.jsonl"),
        ("C:\\me\\x.jsonl", "x.jsonl"),
        ("https://u:p@e.org/x.gz?sig=1", "https://e.org/x.gz"),
        ("s3://key:word@bucket/pages.warc.gz", "s3://bucket/pages.warc.gz"),
    ],
)
def test_of_a_local_path_only_the_name_is_shown(pattern: str, text: str) -> None:
    assert shown(pattern) == text


def test_the_limits_of_code_are_nobodys() -> None:
    assert "none: no filter measures it" in thresholds([load("code")])
    assert "tuned" not in thresholds([load("code")])
