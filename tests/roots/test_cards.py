"""Data cards: accepted by the Hub's own reader, true to the counts, and safe with whatever an entry says."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from catalog.entry import Custodian, Data, Entry, Licence, Permission, Pii
from lang_params.params import load
from pipelines.verdict import ORDER
from roots import funnel
from roots.arrow_dataset import COLUMNS, finish, shard_name, write_shard
from roots.cards import Corpus, Source, corpus_card, files, size_category, source_card
from roots.shares import table

NASTY = 'a | b: "c" <script>x</script>\n---\n# {{ 7 * 7 }} [x](http://y) `z` *w* \\ \x00\u2028'

ENTRY = Entry(
    uid="udhr",
    name="Universal Declaration",
    description="A declaration in many languages.",
    homepage="https://example.org/udhr",
    kind="catalogue",
    languages=("yo", "fon"),
    cleaning=("remove_html_spans", "filter_remove_empty_docs", "filter_small_docs_bytes_300"),
    redact=True,
    custodian=Custodian("United Nations", "government organisation", "Switzerland", "info@example.org"),
    licence=Licence(
        "LicenseRef-UN", ("public domain",), "United Nations, 1948", "https://example.org/terms?key=SECRET"
    ),
    permission=Permission("granted", "2026-11-20", "by letter"),
    pii=Pii("No", "general knowledge"),
    data=Data(files=("data/udhr.jsonl.gz", "/home/someone/private/x.jsonl"), note="Split by article."),
    folder="/home/someone/catalog",
)

NEWS = replace(
    ENTRY,
    uid="news_pages",
    name="News pages",
    kind="pseudo_crawl",
    languages=("yo", "zhs", "zht", "en"),
    cleaning=(),
    redact=False,
    licence=Licence("CC-BY-SA-4.0", ("open license",), "The editors"),
    permission=Permission("not asked"),
    pii=Pii("Unclear", ""),
    data=Data(files=("s3://key:word@bucket/pages.warc.gz",)),
)

UDHR_COUNTS = [
    ("yo", None, 70, 7000),
    ("yo", "stopwords", 5, 300),
    ("yo", "duplicate", 2, 200),
    ("fon", None, 10, 900),
    ("fon", "clean:filter_small_docs_bytes_300", 4, 40),
    ("fon", "clean:filter_remove_empty_docs", 3, 0),
    (None, "error:read", 6, 0),
]

NEWS_COUNTS = [("yo", None, 30, 3000), ("zhs", None, 5, 600), ("de", "language_id", 9, 900)]


def corpus(*entries: Entry, **changes: Any) -> Corpus:
    first, second = entries or (ENTRY, NEWS)
    sources = [
        Source(first, funnel.of_counts(UDHR_COUNTS, first.uid), 2, 12_345),
        Source(second, funnel.of_counts(NEWS_COUNTS, second.uid), 1, 99_999),
    ]
    sizes = {"yo": 10_000, "fon": 900, "zhs": 600}
    gets = {"yo": 5000, "fon": 900, "zhs": 600}
    mixed = {
        (first.uid, "yo"): (35, 3500),
        (first.uid, "fon"): (10, 900),
        (second.uid, "yo"): (15, 1500),
        (second.uid, "zhs"): (5, 600),
    }
    made = Corpus(
        name="demo",
        profile="fixed",
        languages={code: load(code) for code in ("en", "fon", "yo", "zhs", "zht")},
        sources=sources,
        shares=table(sizes, alpha=0.3, gets=gets),
        alpha=0.3,
        mixed=mixed,
        budget=6500,
    )
    return replace(made, **changes)


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def front(card: str) -> dict[str, Any]:
    """The front matter, read by the Hub's own class; what it writes must be what it read."""
    from huggingface_hub import DatasetCard

    read = DatasetCard(card)
    assert DatasetCard(str(read)).data.to_dict() == read.data.to_dict()
    data = yaml.safe_load(card.split("\n---\n")[0])
    assert data == read.data.to_dict()
    return dict(data)


def tables(card: str) -> list[list[list[str]]]:
    """The tables of a card as cells; every row has the cells of its header."""
    found: list[list[list[str]]] = []
    inside = False
    for line in card.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not inside:
                found.append([])
            if not set("".join(cells)) <= {"-", ":"}:
                found[-1].append(cells)
        inside = line.startswith("|")
    assert all(len(row) == len(rows[0]) for rows in found for row in rows)
    return found


def rows(card: str, first: str) -> Mapping[str, list[str]]:
    """The table whose header starts with a word, by first cell."""
    [chosen] = [found for found in tables(card) if found[0][0] == first]
    return {row[0]: row[1:] for row in chosen}


def section(card: str, title: str) -> str:
    [found] = re.findall(rf"^#+ {title}\n(.*?)(?=^#|\Z)", card, re.S | re.M)
    return str(found)


def test_the_front_matter_of_a_source() -> None:
    assert front(source_card(corpus().sources[0], corpus())) == {
        "pretty_name": "Universal Declaration",
        "language": ["fon", "yo"],
        "license": "other",
        "license_name": "licenseref-un",
        "license_link": "https://example.org/terms",
        "multilinguality": "multilingual",
        "size_categories": "n<1K",
        "task_categories": ["text-generation"],
        "task_ids": ["language-modeling"],
        "annotations_creators": "no-annotation",
        "language_creators": "found",
        "source_datasets": ["original"],
        "language_details": sorted(load(code).language.bcp47 for code in ("fon", "yo")),
    }


def test_the_front_matter_of_the_corpus_names_the_files_of_each_language() -> None:
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCard

    card = corpus_card(corpus())
    data = front(card)
    assert data["language"] == ["fon", "yo", "zh"]
    assert data["license"] == ["cc-by-sa-4.0", "other"]
    assert data["configs"] == [
        {"config_name": code, "data_files": [{"split": "train", "path": f"corpus/{code}/*.arrow"}]}
        for code in ("fon", "yo", "zhs")
    ]
    assert set(MetadataConfigs.from_dataset_card_data(DatasetCard(card).data)) == {"fon", "yo", "zhs"}


def test_datasets_loads_a_language_by_the_card(tmp_path: Path) -> None:
    import datasets

    (tmp_path / "README.md").write_text(corpus_card(corpus()))
    for code in ("fon", "yo", "zhs"):
        rows = pa.table({name: [f"{name} {code} {number}" for number in range(3)] for name in COLUMNS})
        folder = str(tmp_path / "corpus" / code)
        finish(folder, [write_shard(f"{folder}/{shard_name(0, 1)}", rows)])
    loaded = datasets.load_dataset(str(tmp_path), "yo", split="train", cache_dir=str(tmp_path / "cache"))
    assert loaded["text"][:] == ["text yo 0", "text yo 1", "text yo 2"]


def test_a_source_card_says_who_holds_the_text_and_on_what_terms() -> None:
    card = source_card(corpus().sources[0], corpus())
    facts = rows(card, "what")
    assert facts["identifier"] == ["`udhr`"]
    assert facts["custodian"] == ["United Nations (government organisation)"]
    assert facts["location of the custodian"] == ["Switzerland"]
    assert facts["licence"] == ["LicenseRef-UN <https://example.org/terms>"]
    assert facts["properties of the licence"] == ["public domain"]
    assert facts["attribution"] == ["United Nations, 1948"]
    assert facts["permission"] == ["granted; asked on 2026-11-20"]
    assert facts["note on the permission"] == ["by letter"]
    assert facts["personal information"] == ["No; general knowledge"]
    assert facts["original size"] == ["2 files, 12,345 bytes as they came"]
    assert facts["files"] == ["`data/udhr.jsonl.gz`, `x.jsonl`"]
    assert "info@example.org" in section(card, "Contact")
    assert "Split by article." in section(card, "Notes")


def test_a_source_card_follows_documents_from_step_to_step() -> None:
    card = source_card(corpus().sources[0], corpus())
    assert rows(card, "step") == {
        "step": ["documents before", "removed", "documents after"],
        "read": ["100", "6", "94"],
        "`remove_html_spans`": ["94", "0", "94"],
        "`filter_remove_empty_docs`": ["94", "3", "91"],
        "`filter_small_docs_bytes_300`": ["91", "4", "87"],
    }
    assert rows(card, "dropped by")["kept"] == ["80", "80.0%", "7,900", "80"]
    assert rows(section(card, "Documents dropped, and by what"), "language")["not known"][0] == "6"


def test_thresholds_and_filters_not_applied_are_told_for_each_language() -> None:
    card = source_card(corpus().sources[0], corpus())
    thresholds = rows(section(card, "Thresholds in force"), "language")
    header = thresholds["language"]
    assert header == [*(name.replace("_", "\\_") for name in ORDER), "whose"]
    fon = dict(zip(header, thresholds["Fon (fon)"], strict=True))
    assert fon["flagged\\_words"] == fon["perplexity"] == "not applied"
    assert fon["number\\_words"] == "10 to 100,000"
    assert fon["character\\_repetition"] == f"n = 10: ≤ {load('fon').filters['character_repetition'].max:g}"
    reasons = {row[0]: row[1:] for row in tables(section(card, "Filters not applied"))[0]}
    assert reasons["`flagged_words`"] == [
        "there is no list of flagged words for the language",
        "Fon (fon), Yoruba (yo)",
    ]
    assert reasons["`perplexity`"][1] == "Fon (fon), Yoruba (yo)"
    assert "tuned by hand for ROOTS" in source_card(corpus().sources[1], corpus())


def test_a_source_card_says_its_weight_and_what_is_in_the_corpus() -> None:
    mixed = rows(section(source_card(corpus().sources[0], corpus()), "In the corpus"), "language")
    share = {row.language: row.sampling for row in corpus().shares}
    assert mixed["Yoruba (yo)"] == ["70", "7,000", "70.00%", f"{share['yo']:.2%}", "35", "3,500"]
    assert mixed["Fon (fon)"] == ["10", "900", "100.00%", f"{share['fon']:.2%}", "10", "900"]


def test_known_limits_follow_from_the_entry() -> None:
    first, second = (section(source_card(source, corpus()), "Known limits") for source in corpus().sources)
    assert "replaced only where a rule finds it" in first
    assert "collected from the web" not in first
    for words in ("not asked", "collected from the web", "Nothing was redacted", "is not clear"):
        assert words in second
    assert "The thresholds of these languages were derived" in section(corpus_card(corpus()), "Known limits")
    assert "No permission, or none yet, for these sources: news\\_pages." in corpus_card(corpus())


def test_the_corpus_card_adds_everything_up() -> None:
    card = corpus_card(
        corpus(tokens={"yo": 1234, "fon": 5}, vocabulary=8000, description="For tests.", contact="x@y.org")
    )
    assert "65 documents, 6,500 bytes of text in UTF-8, in 3 of the languages of ROOTS, from\n2 sources." in card
    assert 'load_from_disk("corpus/fon")' in card
    languages = rows(section(card, "Languages"), "language")
    assert languages["Yoruba"] == ["`yo`", load("yo").language.bcp47, "Latn", "50", "5,000", "1,234"]
    assert "of 8,000 pieces" in card
    assert rows(section(card, "Shares of the languages"), "language")["Yoruba (yo)"][-2:] == ["5,000", "5,000"]
    assert "budget: 6,500 bytes of text" in card
    sources = rows(section(card, "Sources"), "source")
    assert sources["[News pages](cards/news_pages/README.md)"][3:] == ["44", "35", "20", "2,100"]
    assert "- News pages: The editors. CC-BY-SA-4.0\n" in card
    causes = rows(section(card, "From documents in to documents kept"), "dropped by")
    assert causes["in"][0] == "144"
    assert causes["kept"][0] == "115"
    assert "x@y.org" in section(card, "Contact")
    assert "For tests." in card


def test_the_rule_of_the_mix_is_told() -> None:
    assert "budget: none, all that was kept" in corpus_card(corpus(budget=None))
    assert "exactly the sampling shares" in corpus_card(corpus(strict=True))


def test_a_corpus_in_which_nothing_was_kept_still_has_cards() -> None:
    counts = funnel.of_counts([(None, "error:read", 3, 0)], "udhr")
    empty = corpus(sources=[Source(ENTRY, counts, 1, 0)], mixed={}, shares=[], languages={})
    card = corpus_card(empty)
    assert front(card)["license"] == "unknown"
    assert "configs" not in front(card)
    assert "No document was kept in any language." in card
    one = source_card(empty.sources[0], empty)
    assert "language" not in front(one)
    assert "No document of this source is in the corpus." in one


def test_files_are_one_card_a_source_and_one_for_the_corpus() -> None:
    made = files(corpus())
    assert list(made) == ["README.md", "cards/udhr/README.md", "cards/news_pages/README.md"]
    assert made == files(corpus())
    for card in made.values():
        front(card)
        tables(card)
        assert card.endswith("\n")
        assert "\n\n\n" not in card


@pytest.mark.parametrize("private", ["/home/someone", "SECRET", "key:word"])
def test_a_card_holds_no_absolute_path_and_no_secret(private: str) -> None:
    assert all(private not in card for card in files(corpus()).values())


def test_whatever_an_entry_says_the_card_keeps_its_shape() -> None:
    entry = replace(
        ENTRY,
        name=NASTY,
        description=NASTY,
        homepage=NASTY,
        kind="oscar",
        custodian=Custodian(NASTY, "other", NASTY, NASTY),
        licence=Licence(NASTY, ("open license",), NASTY, NASTY),
        permission=Permission("pending", "", NASTY),
        pii=Pii("Yes", NASTY),
        data=Data(files=(NASTY,), note=NASTY),
    )
    nasty = corpus(entry, NEWS, name=NASTY, description=NASTY, contact=NASTY)
    plain = files(corpus(replace(entry, name="x"), NEWS, description="x", contact="x"))
    for name, card in files(nasty).items():
        data = front(card)
        assert "\n" not in data["pretty_name"]
        shapes = [[[len(row) for row in found] for found in tables(cards[name])] for cards in (files(nasty), plain)]
        assert shapes[0] == shapes[1]
        body = card.split("\n---\n", 1)[1]
        assert "<script>" not in body.replace("\\<script\\>", "")
        assert "49" not in body
        assert "\x00" not in card
        headings = [re.findall(r"^#+", cards[name], re.M) for cards in (files(nasty), plain)]
        assert headings[0] == headings[1]


@pytest.mark.parametrize(
    ("documents", "name"), [(0, "n<1K"), (10**4, "10K<n<100K"), (10**9, "1B<n<10B"), (10**12, "n>1T")]
)
def test_size_categories(documents: int, name: str) -> None:
    assert size_category(documents) == name
