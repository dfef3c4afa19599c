"""What the scan for leaks needs: sources with personal data in every place, and every reading of a written file.

Each value stands for a kind; `NEEDLES` are the values and parts of them that no other text holds. A file is read in
every way in which somebody could read it: its bytes, its decoded rows, its tokens. A file of a sort that nobody taught
this module to read is an error, so that a new artefact cannot escape the scan.
"""

import html
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tests import corpora
from tests.corpora import LETTER, PERSONAL, articles

NUMBERS = {
    "PHONE": "+234 80 21 23 40 91",
    "CREDIT_CARD": "4929 7133 8046 2190",
    "IBAN": "GB33 BUKB 2020 1555 5555 55",
    "CRYPTO": "1FXRTofoKiGEES2oZdHFerNK2YjMPhDyca",
    "NATIONAL_ID": "XKUPL9498S",
}
"""What only the second engine claims, in forms that the KEY rule leaves whole or in part, but for the card: an example
number of Nigeria with other last digits, a card, a tax number of India and a bitcoin address made up with their check
digits, the example of the British registry of IBANs."""

EVERYTHING = {**PERSONAL, **NUMBERS}

PARTS = {
    "EMAIL": ("kofoworola",),
    "IP_ADDRESS": ("203.0.113",),
    "KEY": ("4f9a7c2e", "8b1d6f3a5e0c"),
    "USER": ("benson_87",),
    "PHONE": ("8021234091", "1234091"),
    "CREDIT_CARD": ("4929713380462190", "80462190"),
    "IBAN": ("GB33BUKB", "20201555555555"),
    "CRYPTO": ("oKiGEES2oZ", "2YjMPhDyca"),
    "NATIONAL_ID": ("XKUPL94", "UPL9498S"),
}
"""Of each value what is looked for: parts that stand nowhere else, spaces left out."""

BENCHMARK = "Which of the rivers that rise in the Fouta Djallon flows through Bamako and ends in the Bight of Benin?"

PASSAGE = (
    "Whoever finds the brown leather bag that was left on the night bus to Jos may bring it to the office, or write to"
)

LANGUAGES = ("en", "yo")


def claimed(profile: str) -> Sequence[str]:
    """The kinds that the rules of a profile claim."""
    return sorted(EVERYTHING if profile == "fixed" else PERSONAL)


def beside() -> dict[str, Any]:
    """Fields beside a text that hold what is looked for in fields."""
    return {
        "title": f"A letter of {PERSONAL['USER']} <{PERSONAL['EMAIL']}>",
        "url": f"https://example.org/by/{PERSONAL['EMAIL']}",
        "by": {"mail": PERSONAL["EMAIL"], "names": [PERSONAL["USER"]], PERSONAL["IP_ADDRESS"]: "host"},
        "paid": {"tel": NUMBERS["PHONE"], "from": [NUMBERS["IBAN"], NUMBERS["CREDIT_CARD"]]},
    }


def letters() -> Iterator[dict[str, Any] | str]:
    """Records of a source whose chain removes lines, spans, copies and short documents."""
    line = f"Write to {'; '.join(EVERYTHING.values())} and ask for a card of your own."
    yield {"id": "kept", "lang": "en", "text": f"{LETTER}\n{line}"} | beside()
    yield {"id": "copy", "lang": "en", "text": f"{LETTER}\n{line}"} | beside()
    yield {"id": "nearly", "lang": "en", "text": f"{LETTER}\n{line} Do come."} | beside()
    for number, (kind, value) in enumerate(EVERYTHING.items()):
        if kind == "NATIONAL_ID":  # of a country in which no Yoruba is spoken: it is not looked for there
            continue
        one, two = (articles()["yo"][place]["text"] for place in (number, (number + 9) % 16))
        yield {"id": f"kept-{kind}", "lang": "yo", "text": f"{one}\nẸ kọ̀wé sí {value} lónìí.\n{two}"}
        yield {"id": f"line-{kind}", "lang": "yo", "text": f"{two}\n{value}\n{one[:200]}"}
    yield {"id": "spans", "lang": "en", "text": f"{LETTER}\n<span>{line}</span>\n{LETTER[::2]}\n{LETTER}"}
    yield {"id": "again", "lang": "en", "text": f"{LETTER}\n{line}\n{line}\nThe end."}
    for number in range(12):
        text = f"{articles()['en'][number]['text']}\n{line}"
        yield {"id": f"footer-{number}", "lang": "en", "text": text}
    yield {"id": "short", "lang": "en", "text": line} | beside()
    yield {"id": "number_words", "lang": "en", "text": f"{'; '.join(EVERYTHING.values())}; " * 3}
    yield {"id": "another-language", "lang": "en", "text": f"Schreiben Sie doch bitte an {line}. " * 6}
    yield {"id": PERSONAL["EMAIL"], "lang": "en", "text": f"{LETTER} {line}", "title": "\\u0040"}
    yield '{"id": "broken", "text": "' + line
    yield json.dumps({"id": "no-text", "body": line})
    yield json.dumps(["not an object", line])


def pages() -> Iterator[dict[str, Any]]:
    """Records of a source with a line that many pages share, passages that stand twice, and an item of a benchmark."""
    line = f"Contact: {'; '.join(EVERYTHING.values())}"
    passage = f"{PASSAGE} {'; '.join(EVERYTHING.values())}."
    for number in range(14):
        text = articles()["en"][number]["text"]
        yield {"id": f"page-{number}", "lang": "en", "text": f"{line}\n{text}\nPage {number}\n{passage}"}
    yield {"id": "benchmark", "lang": "en", "text": f"{LETTER} {BENCHMARK} {passage}"}


def make(folder: Path, profile: str, *, redact: bool = True) -> Path:
    """Write both sources, a benchmark and the recipe that builds them with all that a recipe can ask for."""
    chain = ("remove_html_spans", "remove_repeated_lines", "dedup_template_soft", "dedup_document")
    entries = [
        corpora.make_source(folder, "letters", list(letters()), languages=LANGUAGES, cleaning=chain[:2]),
        corpora.make_source(folder, "templates", list(letters()), languages=LANGUAGES, cleaning=chain),
        corpora.make_source(folder, "pages", list(pages()), languages=LANGUAGES, cleaning=("dedup_seed_lines",)),
        corpora.make_source(folder, "passages", list(pages()), languages=LANGUAGES),
    ]
    for entry in entries:
        text = entry.read_text(encoding="utf-8").replace('lang = "lang"', 'lang = "lang"\nurl = "url"')
        text += "\n[redaction]\nNATIONAL_ID = 'redact'\n" if profile == "fixed" else ""
        entry.write_text(text if redact else text.replace("redact = true", "redact = false"), encoding="utf-8")
    (folder / "questions.jsonl").write_text(json.dumps({"text": BENCHMARK}), encoding="utf-8")
    recipe = folder / "recipe.toml"
    recipe.write_text(
        f"name = 'letters'\nsources = {json.dumps([entry.name for entry in entries])}\n"
        f"languages = {json.dumps(LANGUAGES)}\nprofile = '{profile}'\n{MORE}",
        encoding="utf-8",
    )
    return recipe


MORE = """
[substrings]
characters = 0
[decontamination]
benchmarks = ["questions.jsonl"]
n = 8
[mix]
alpha = 0.3
shard_bytes = 20000
validation = 0.3
[tokenizer]
vocabulary = 700
sample_bytes = 400000
"""


def found(text: str, kinds: Sequence[str] = tuple(EVERYTHING)) -> list[str]:
    """What is found in a text of the values of these kinds, whatever white space or signs of a tokenizer are in it."""
    plain = STRIPPED.sub("", text)
    return [kind for kind in kinds if EVERYTHING[kind] in text or any(part in plain for part in PARTS[kind])]


STRIPPED = re.compile("[\\s\u0120\u2581]+")
"""White space, and the letters that stand for it in vocabularies: of byte-level BPE, of SentencePiece."""

ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def plain(data: bytes) -> Iterator[str]:
    """Bytes as text: as they are, with the escapes of JSON and of HTML undone, and what is packed inside of them."""
    text = data.decode("utf-8", "replace")
    yield text
    yield html.unescape(ESCAPED.sub(lambda match: chr(int(match[1], 16)), text))
    for start in (place.start() for place in re.finditer(b"x[\x01\x5e\x9c\xda]", data)):  # zlib, in pictures
        try:
            yield zlib.decompressobj().decompress(data[start:]).decode("latin-1")
        except zlib.error:
            continue


def tables(path: Path) -> Iterator[str]:
    """The rows of a Parquet file and what its head says."""
    import pyarrow.parquet as pq

    yield from rows(pq.read_table(path).to_pylist())
    yield str(pq.read_metadata(path).to_dict())
    yield str(pq.read_schema(path).metadata)


def arrow(path: Path) -> Iterator[str]:
    """The rows of an Arrow file of `save_to_disk`."""
    import pyarrow as pa

    with pa.ipc.open_stream(path) as reader:
        yield from rows(reader.read_all().to_pylist())


def rows(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Rows as JSON; JSON within them is taken apart too."""
    text = json.dumps(found, ensure_ascii=False, default=lambda data: bytes(data).decode("latin-1"))
    yield text
    yield text.replace("\\", "")


def tokens(path: Path, work: Path) -> Iterator[str]:
    """The documents of a Megatron file as its tokenizer writes them."""
    from tokenizers import Tokenizer

    from roots.megatron import Index

    tokenizer = Tokenizer.from_file(str(work / "tokenizer" / "tokenizer.json"))
    yield tokenizer.decode(Index.read(str(path.with_suffix(""))).tokens.tolist(), skip_special_tokens=False)


PLAIN = (
    ".json",
    ".jsonl",
    ".md",
    ".html",
    ".txt",
    ".toml",
    ".csv",
    ".svg",
    ".png",
    ".idx",
    ".lock",
    ".roots",
    "SHA256SUMS",
)
"""Suffixes, and names without one, of files that are what their bytes say."""

DECODED: dict[str, Callable[[Path, Path], Iterator[str]]] = {
    ".parquet": lambda path, _: tables(path),
    ".arrow": lambda path, _: arrow(path),
    ".bin": tokens,
}
"""Of files that have to be decoded."""


def readings(path: Path, work: Path) -> Iterator[str]:
    """A file of a work folder as text, in every way in which it can be read. Raises LookupError for an unknown sort."""
    sort = path.suffix or path.name
    yield path.relative_to(work).as_posix()
    if sort in DECODED:
        yield path.read_bytes().decode("latin-1")
        yield from DECODED[sort](path, work)
    elif sort in PLAIN:
        yield from plain(path.read_bytes())
    else:
        raise LookupError(f"{path.relative_to(work)}: no way to read {sort} is known; teach tests/leaks.py one")


def leaks(work: Path, kinds: Sequence[str] = tuple(EVERYTHING)) -> dict[str, list[str]]:
    """The files of a work folder that hold a value of these kinds, and which."""
    files = sorted(path for path in work.rglob("*") if path.is_file())
    seen = {path: {kind for text in readings(path, work) for kind in found(text, kinds)} for path in files}
    return {path.relative_to(work).as_posix(): sorted(held) for path, held in seen.items() if held}
