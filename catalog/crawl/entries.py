"""The entry of a seed: a source like any other, which people fill in. It is never written over."""

from collections.abc import Sequence
from pathlib import Path

from catalog import entry_text
from catalog.crawl.files import replacing
from catalog.crawl.seeds import Seed

CHAIN = (
    "filter_no_text",
    "dedup_seed_lines",
    "filter_short_pages_32",
    "dedup_document_spaces",
    "remove_repeated_lines",
    "dedup_document_on_url",
    "dedup_document",
    "dedup_pseudocrawl_newspapers",
    "filter_remove_empty_docs",
    "remove_lines_with_code",
)
"""How ROOTS cleaned each seed of its pseudo-crawl, and then all of them, up to the least size of a document."""

LEAST = {
    "filter_small_docs_bytes_1024": ("ca", "en", "es", "fr", "zhs", "zht"),
    "filter_small_docs_bytes_300": (
        "ar", "id", "bn", "gu", "hi", "kn", "ml", "mr", "ne", "pa", "ta", "te", "ur", "pt", "vi",
    ),
}  # fmt: skip
"""The least size of a document as ROOTS had it by language; all other languages have none."""

HEAD = """\
# Made by roots pseudo-crawl, and never written over. Nobody has looked at this site yet: fill in whose it is, under
# which licence, whether they were asked and what they said, and what personal data is in it. It is cleaned as ROOTS
# cleaned the sites of its pseudo-crawl{least}.

"""


def cleaning(languages: Sequence[str]) -> tuple[str, ...]:
    """The chain of a site in these languages; only one that is in one language has a least size of documents.

    >>> cleaning(["es"])[-1], cleaning(["yo"])[-1]
    ('filter_small_docs_bytes_1024', 'remove_lines_with_code')
    """
    least = [step for step, codes in LEAST.items() if len(languages) == 1 and languages[0] in codes]
    return *CHAIN, *least


def write(path: Path, seed: Seed, languages: Sequence[str], files: str, extractor: str) -> bool:
    """Write the entry of a seed, if there is none; whether it was written. `files` is relative to its folder."""
    if path.exists():
        return False
    table = {
        "uid": seed.uid,
        "name": seed.title,
        "description": f"Pages of {seed.link} out of Common Crawl or another archive of the web.",
        "homepage": seed.link,
        "kind": "pseudo_crawl",
        "languages": list(languages),
        "cleaning": list(cleaning(languages)),
        "redact": True,
        "custodian": {"name": seed.url_host_name, "type": "other", "location": "other: unknown"},
        "licence": {"id": "NOASSERTION", "properties": [], "attribution": f"{seed.title}, {seed.link}"},
        "permission": {"outcome": "not asked"},
        "pii": {"has_pii": "Unclear", "justification": "A web site that nobody has looked at for this yet."},
        "data": {"files": [files], "extractor": extractor},
    }
    least = "" if len(languages) == 1 else "; of one language, it would have a least size of documents"
    with replacing(path) as temporary:
        temporary.write_text(HEAD.format(least=least) + entry_text.dump(table), encoding="utf-8")
    return True
