"""Cleaning steps that remove the lines that many documents of a source share: menus, notices, footers.

Each function is the definition over a list of documents; `pipelines/chains.py` does the same over many files.
Every line loses the white space at its ends, those that stay too. Sources: deduplication.py of the ROOTS cleaning code;
for `dedup_seed_lines` the cleaning of the pseudo-crawl's seeds.
"""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from filters.cleaning_documents import Document, Outcome


class Template(NamedTuple):
    """What makes a line a template: its least length in characters, and how often it stands in the source at least."""

    length: int
    occurrences: int


SOFT = Template(length=15, occurrences=10)
NEWSPAPERS = Template(length=0, occurrences=2)

TEMPLATES = {"dedup_template_soft": SOFT, "dedup_pseudocrawl_newspapers": NEWSPAPERS}

SAMPLE = 10_000
"""Pages of a seed in which its common lines are looked for."""

SEED = b"42"
"""ROOTS drew the sample with this seed."""

LEAST_PAGES, SHARE_OF_PAGES = 10, 0.01
"""A line is common when it stands on more pages than both of these."""


def stripped_lines(text: str) -> list[str]:
    """The lines of a text without white space at their ends.

    >>> stripped_lines(" Ilé \\n\\n\\u3000新闻")
    ['Ilé', '', '新闻']
    """
    return [line.strip() for line in text.split("\n")]


def without_lines(text: str, gone: Container[str]) -> str:
    """The text of its stripped lines that are not among `gone`.

    >>> without_lines(" Mwanzo \\nHabari  ya leo\\n", {"Mwanzo"})
    'Habari  ya leo\\n'
    """
    return "\n".join(line for line in stripped_lines(text) if line not in gone)


def template_lines(texts: Iterable[str], template: Template) -> set[str]:
    """The lines that are templates. Every occurrence counts, those in one text too; the empty line is one of length 0.

    >>> sorted(template_lines(["a\\nb\\na", "c\\n\\nd\\n"], NEWSPAPERS))
    ['', 'a']
    """
    counts = Counter(line for text in texts for line in stripped_lines(text) if len(line) >= template.length)
    return {line for line, count in counts.items() if count >= template.occurrences}


def dedup_template_soft(documents: Sequence[Document]) -> list[Outcome]:
    """Remove lines of 15 characters and more that stand ten times or more in the source, every one of them.

    >>> menu = [Document(str(n), f"Habari {n}\\nSoma zaidi hapa chini") for n in range(10)]
    >>> dedup_template_soft(menu)[3].text, dedup_template_soft(menu[:9])[3].text
    ('Habari 3', 'Habari 3\\nSoma zaidi hapa chini')
    """
    return _without_templates(documents, SOFT)


def dedup_pseudocrawl_newspapers(documents: Sequence[Document]) -> list[Outcome]:
    """Remove every line that stands twice or more in the source, and so all empty lines where there are two.

    >>> pages = [Document("1", "प्रथम पृष्ठ\\n\\nसमाचार एक\\n"), Document("2", " प्रथम पृष्ठ\\nसमाचार दो")]
    >>> [outcome.text for outcome in dedup_pseudocrawl_newspapers(pages)]
    ['समाचार एक', 'समाचार दो']
    """
    return _without_templates(documents, NEWSPAPERS)


def dedup_seed_lines(documents: Sequence[Document]) -> list[Outcome]:
    """Remove lines that stand on more than ten pages, and on more than one in a hundred, of a sample of a web site.

    The second step of cleaning a seed. The sample are the 10,000 pages that come first by `rank`, which any number of
    workers can find alike; ROOTS drew them with a generator of random numbers. Pages of one text count once, and a line
    once a page. In the end the text loses the white space at its ends.

    >>> pages = [Document(str(n), f"首页\\n新闻 {n}\\n") for n in range(11)]
    >>> dedup_seed_lines(pages)[0].text, dedup_seed_lines(pages[:10])[0].text
    ('新闻 0', '首页\\n新闻 0')
    """
    common = common_lines(sample(documents))
    return [Outcome(without_lines(document.text, common).strip()) for document in documents]


def rank(id: str) -> bytes:
    """The place of a document in the order by which samples are drawn: a hash of its id.

    >>> rank("d48d6208b8ccb9c61489fa7942dc9557").hex()
    'dce7b175fc8d322edcfdee1258fd6801'
    """
    return blake2b(id.encode(), digest_size=16, key=SEED).digest()


def sample(documents: Iterable[Document]) -> list[str]:
    """The texts of the sample, each once."""
    drawn = sorted(documents, key=lambda document: rank(document.id))[:SAMPLE]
    return list(dict.fromkeys(document.text for document in drawn))


def common_lines(pages: Sequence[str]) -> set[str]:
    """The lines that too many of these different pages have."""
    counts = Counter(line for page in pages for line in set(stripped_lines(page)))
    return {line for line, count in counts.items() if count > most_pages(len(pages))}


def most_pages(pages: int) -> float:
    """On how many of so many pages a line may stand.

    >>> most_pages(500), most_pages(5000)
    (10, 50.0)
    """
    return max(LEAST_PAGES, SHARE_OF_PAGES * pages)


def _without_templates(documents: Sequence[Document], template: Template) -> list[Outcome]:
    found = template_lines((document.text for document in documents), template)
    return [Outcome(without_lines(document.text, found)) for document in documents]
