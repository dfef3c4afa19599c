"""roots duplicates shows pairs in a terminal and as a page: any script, nothing hostile, the same bytes."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from roots.duplicates import band, kept_by
from tests.corpora import YORUBA
from tests.roots.deduplicated import deduplicated
from tests.roots.made import Ended

Roots = Callable[..., Ended]

ARABIC = "يولد جميع الناس أحراراً متساوين في الكرامة والحقوق."
HINDI = "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता प्राप्त है।"
CHINESE = "人人生而自由，在尊严和权利上一律平等。"
HOSTILE = '</div></section><script>alert(1)</script><img src=x onerror="x()">&amp; \u202egnp.exe \x1b[2J\x00'

PAIRS = [
    ("ar", ARABIC, ARABIC.replace("الكرامة", "العزة"), 0.86),
    ("hi", HINDI, HINDI.replace("गौरव", "सम्मान"), 0.78),
    ("zhs", CHINESE, CHINESE.replace("自由", "自在"), 0.95),
    ("yo", YORUBA, f"{YORUBA} Ẹ kú iṣẹ́", 0.81),
    ("en", "the same", f"the same {HOSTILE}", 0.99),
]
"""Language, kept text, copy, similarity."""

NAMES = {"one": "مكتبة <b>قطر</b>", "two": "Ìwé Yorùbá"}


def made(work: str) -> None:
    kept = [{"text": text, "lang": lang, "cluster": n} for n, (lang, text, _, _) in enumerate(PAIRS)]
    copies = [
        {"text": text, "lang": lang, "cluster": n, "similarity": likeness}
        for n, (lang, _, text, likeness) in enumerate(PAIRS)
    ]
    deduplicated(work, {"one": kept, "two": copies}, names=NAMES)


def is_text(attributes: dict[str, str | None]) -> bool:
    return "text" in str(attributes.get("class")).split()


class Reader(HTMLParser):
    """What stands in a page: every tag with its attributes, what is inside `del` and `ins`, and the texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.marked: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if is_text(dict(attributes)):
            self.inside = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.inside = self.inside and tag != "div"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("del", "ins"):
            self.marked.append((self.open[-1], data))
        if self.inside:
            self.texts[-1] += data


@pytest.fixture
def page(roots: Roots, memory: str, tmp_path: Path) -> Reader:
    """The page of the pairs."""
    made(memory)
    assert roots("duplicates", memory, "--html", tmp_path / "p.html").code == 0
    return Reader((tmp_path / "p.html").read_text("utf-8"))


def test_texts_of_all_scripts_are_in_the_page_in_their_language_and_direction(page: Reader) -> None:
    texts = [attributes for _, attributes in page.tags if is_text(attributes)]
    assert [each["lang"] for each in texts] == ["hi", "hi", "yo", "yo", "ar", "ar", "zh-Hans", "zh-Hans", "en", "en"]
    assert {each["dir"] for each in texts} == {"auto"}
    ordered = sorted(PAIRS, key=lambda pair: pair[3])
    assert page.texts[:8] == [text for _, kept, copy, _ in ordered[:4] for text in (copy, kept)]
    marked = page.marked[2:]
    assert marked[:4] == [("del", "सम्मान"), ("ins", "गौरव"), ("del", "Ẹ kú iṣẹ́"), ("del", "العزة")]
    assert marked[4:7] == [("ins", "الكرامة"), ("del", "在，"), ("ins", "由，")]


def test_nothing_hostile_gets_into_the_page(page: Reader) -> None:
    assert not {"script", "img", "link", "iframe", "b"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name.startswith(("on", "src", "href"))]
    assert page.open == []
    assert page.texts[-2] == "the same " + HOSTILE.replace("\u202e", "\\u202e").replace("\x1b", "\\x1b").replace(
        "\x00", "\\x00"
    )


def test_the_page_needs_nothing_else_and_tells_what_is_known(roots: Roots, memory: str, tmp_path: Path) -> None:
    made(memory)
    roots("duplicates", memory, "--html", tmp_path / "p.html")
    text = (tmp_path / "p.html").read_text("utf-8")
    assert not re.findall(r"https?:|//|url\(|@import|<script", text)
    assert "similarity 0.780, method minhash, one of 2 copies that passed the filters, of two sources" in text
    assert "<bdi>مكتبة &lt;b&gt;قطر&lt;/b&gt;</bdi> (one)" in text
    assert "<bdi>Simplified Chinese (zhs)</bdi>" in text
    assert "5 of 5 copies, among 10 documents: of each band of similarity as many, drawn with seed 0." in text
    assert str(memory) not in text
    assert "prefers-color-scheme: dark" in text
    assert "max-width: 48rem" in text
    assert "wavy" in text
    assert "double" in text


def test_the_same_seed_gives_the_same_page_and_the_folder_is_as_it_was(
    roots: Roots, tmp_path: Path, memory: str
) -> None:
    pages = set()
    for folder in (str(tmp_path / "work"), memory):
        made(folder)
        before = {path: path.read_bytes() for path in (tmp_path / "work").rglob("*") if path.is_file()}
        roots("duplicates", folder, "--html", tmp_path / "p.html", "--seed", "7", "--n", "3")
        pages.add((tmp_path / "p.html").read_bytes())
        assert {path: path.read_bytes() for path in (tmp_path / "work").rglob("*") if path.is_file()} == before
    assert len(pages) == 1


def test_pairs_stand_side_by_side_in_a_terminal(roots: Roots, memory: str) -> None:
    made(memory)
    ended = roots("duplicates", memory)
    assert (ended.code, ended.err) == (0, "")
    assert "1: similarity 0.780, method minhash, one of 2 copies that passed the filters, of two sources" in ended.out
    for words in (
        "[-सम्मान-]",
        "{+गौरव+}",
        "[-العزة-]",
        "{+الكرامة+}",
        "[-在，-]",
        "{+由，+}",
        "Simplified Chinese (zhs)",
    ):
        assert words in ended.out
    assert "Ìwé Yorùbá (two)" in ended.out
    assert "\x1b" not in ended.out
    assert "\\x1b[2J" in ended.out
    assert "│ 0.95 to 1.00 │      2 │" in ended.out
    assert "5 of 5 copies, among 10 documents" in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--lang", "yor_Latn"], "1 of 1 copy in Yoruba (yo), among 10 documents"),
        (["--source", "two", "--n", "2"], "2 of 5 copies of Ìwé Yorùbá (two), among 10 documents"),
        (
            ["--around", "0.8", "--n", "1"],
            "1 of 5 copies, among 10 documents: those whose similarity is nearest to 0.8",
        ),
        (["--method", "simhash"], "none of 10 documents was dropped as a copy found by simhash"),
        (["--lang", "zu"], "none of 10 documents was dropped as a copy in Zulu (zu)"),
    ],
)
def test_what_is_asked_for_is_shown_and_said(roots: Roots, memory: str, arguments: list[str], said: str) -> None:
    made(memory)
    ended = roots("duplicates", memory, *arguments)
    assert (ended.code, ended.err) == (0, "")
    assert said in ended.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--lang", "xx"], "'xx'"),
        (["--source", "three"], "no source 'three'; there are: one, two"),
        (["--method", "hash"], "'hash' is not one of 'exact', 'url', 'simhash', 'minhash', 'substring'"),
        (["--around", "2"], "2.0 is not in the range 0<=x<=1"),
        (["--n", "0"], "0 is not in the range 1<=x<=1000"),
    ],
)
def test_what_is_not_there_is_refused(roots: Roots, memory: str, arguments: list[str], message: str) -> None:
    made(memory)
    ended = roots("duplicates", memory, *arguments)
    assert ended.code == 2
    assert message in " ".join(ended.err.split())


def test_a_corpus_without_copies_says_so(roots: Roots, memory: str, tmp_path: Path) -> None:
    deduplicated(memory, {"one": [{"text": "a", "lang": "en"}]})
    said = "none of 1 document was dropped as a copy; roots overlap also counts copies that filters dropped before"
    assert roots("duplicates", memory).out == f"{said}\n"
    assert roots("duplicates", memory, "--html", tmp_path / "p.html").code == 0
    assert f"<p>{said}.</p>" in (tmp_path / "p.html").read_text("utf-8")


def test_another_language_another_source_and_part_of_a_text_are_said(roots: Roots, memory: str) -> None:
    long = "a word and another " * 200
    rows: dict[str, list[dict[str, Any]]] = {
        "one": [{"text": f"{long} one {long}", "lang": "en", "cluster": 0}],
        "two": [{"text": f"{long} two {long}", "lang": None, "cluster": 0, "similarity": None, "method": "url"}],
    }
    deduplicated(memory, rows)
    out = roots("duplicates", memory).out
    assert "similarity not known, method url, one of 2 copies that passed the filters, in two languages, of two" in out
    assert "7,605 characters, from character 3,601, " in out
    assert "more follow" in out
    assert "│ not known" in out


def test_a_document_of_which_only_repeated_passages_were_left_is_said_to_be_that(roots: Roots, memory: str) -> None:
    row = {"text": "one and two", "lang": "en", "cluster": 0}
    deduplicated(memory, {"one": [row, {**row, "text": "two", "similarity": None, "method": "substring"}]})
    out = " ".join(roots("duplicates", memory, "--method", "substring").out.split())
    assert "1: method substring, nothing is left of the one once passages that stand elsewhere are cut" in out


def test_code_is_shown_as_code(roots: Roots, memory: str, tmp_path: Path) -> None:
    row = {"text": "def f():\n\treturn 1\n", "lang": "code", "cluster": 0}
    deduplicated(memory, {"one": [row, {**row, "similarity": 1.0, "method": "exact"}]})
    roots("duplicates", memory, "--html", tmp_path / "p.html")
    page = Reader((tmp_path / "p.html").read_text("utf-8"))
    assert page.texts == [row["text"]] * 2
    about = [attributes for _, attributes in page.tags if is_text(attributes)]
    assert about == [{"class": "text code", "dir": "auto"}] * 2


def test_by_what_one_is_kept_is_said() -> None:
    assert kept_by([]) == "of a cluster one document is kept, by: lowest id"
    assert kept_by(["source"]) == "of a cluster one document is kept, by: source, lowest id"
    assert [band(number) for number in (0, 19)] == ["0.00 to 0.05", "0.95 to 1.00"]
