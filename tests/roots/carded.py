"""A small corpus of two sources for the tests of cards, and readers of what a card says."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml

from catalog.entry import Custodian, Data, Entry, Licence, Permission, Pii
from lang_params.params import load
from roots import funnel
from roots.cards.examples import Example
from roots.cards.facts import Corpus, Source
from roots.cards.personal import Personal
from tests.roots.plain_shares import table

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


PERSONAL = (Personal("yo", "EMAIL", 3, 5, 1, 2), Personal("fon", "USER", 1, 1))


def examples(source: str) -> list[Example]:
    """A text that the filter stopwords dropped, and one that it kept."""
    ids = ("d" * 32, "e" * 32)
    texts = ("kukuru PI:EMAIL", "Gbogbo ènìyàn ni a bí ní òmìnira")
    return [
        Example("yo", "stopwords", kept, 0.01, ids[kept], source, 0.09 + 0.02 * kept, texts[kept], 1234 + kept)
        for kept in (False, True)
    ]


CONFIGS = [
    {"config_name": code, "data_files": [{"split": "train", "path": f"parquet/{code}/train-*.parquet"}]}
    for code in ("fon", "yo", "zhs")
]


def corpus(*entries: Entry, **changes: Any) -> Corpus:
    """The two sources, or two others, mixed; with whatever is to be otherwise."""
    first, second = entries or (ENTRY, NEWS)
    sources = [
        Source(
            first, funnel.of_counts(UDHR_COUNTS, first.uid), 2, 12_345, personal=PERSONAL, examples=examples(first.uid)
        ),
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
        configs=CONFIGS,
        examples={"yo": examples(first.uid)},
    )
    return replace(made, **changes)


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
    """The table whose header starts with a word, by first cell; the first of several."""
    chosen = next(found for found in tables(card) if found[0][0] == first)
    return {row[0]: row[1:] for row in chosen}


def section(card: str, title: str) -> str:
    """What stands below a heading, up to the next of its level or a higher one."""
    [(marks, start)] = [(found.group(1), found.end()) for found in re.finditer(rf"^(#+) {title}\n", card, re.M)]
    end = re.search(rf"^#{{1,{len(marks)}}} ", card[start:], re.M)
    return card[start : start + end.start()] if end else card[start:]
