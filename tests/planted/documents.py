"""The documents of the set: carried lines, and lines into which values are put."""

import gzip
import io
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pyarrow as pa

from tests.planted import checked, look_alikes, unseen, values
from tests.planted.look_alikes import LOOK_ALIKES, Made

DATA = Path(__file__).parents[2] / "catalog" / "demo" / "data"
WORDS = Path(__file__).with_name("words.toml")

COUNTS = {
    "EMAIL": 6,
    "IP_ADDRESS": 5,
    "USER": 5,
    "KEY": 3,
    "PHONE": 9,
    "CREDIT_CARD": 3,
    "IBAN": 3,
    "CRYPTO": 2,
    "NATIONAL_ID": 3,
}
"""Values of a kind in the plain documents of a language, and as many in its hostile ones; neighbours come beside."""

LOOK_ALIKES_OF_A_CLASS = 3
"""In the hostile documents of a language."""

OF_A_DOCUMENT = 7
"""Lines with a value, at most; two carried lines stand for each."""

STOPS = {"zhs": "。", "zht": "。", "hi": "।", "bn": "।", "as": "।", "ne": "।", "pa": "।", "ur": "۔"}
COMMAS = {"zhs": "，", "zht": "，", "ar": "،", "ur": "،"}
COLONS = {"zhs": "：", "zht": "："}

ZEROS = {
    **{"ar": "٠", "ur": "۰", "as": "০", "bn": "০", "gu": "૦", "hi": "०", "kn": "೦", "ml": "൦", "mr": "०"},
    **{"ne": "०", "pa": "੦", "ta": "௦", "te": "౦", "zhs": "０", "zht": "０"},
}
"""The zero of a language's own digits, which every fifth telephone number is written with."""


class Place(NamedTuple):
    """What stands from `start` up to `end`, in code points: a kind or a class of look-alikes, and its form."""

    tag: str
    start: int
    end: int
    form: str


@dataclass
class Document:
    """A text, where its personal data is, and where its look-alikes are."""

    lang: str
    hostile: bool
    text: str = ""
    personal: list[Place] = field(default_factory=list)
    look_alikes: list[Place] = field(default_factory=list)


class Value(NamedTuple):
    """Something to be planted: what may stand before it, what encloses it, and whether it is personal data."""

    tag: str
    text: str
    form: str
    cue: str = ""
    before: str = ""
    after: str = ""
    personal: bool = True


@dataclass(frozen=True, eq=False)
class Draw:
    """From what values, look-alikes and the words before them are drawn, and the seed."""

    seed: str
    words: Callable[[str], Mapping[str, Any]]
    look_alikes: Mapping[str, Callable[[Random, Mapping[str, Any]], Made]]
    email: Callable[[Random, list[str]], str]
    ipv4: Callable[[Random], str]
    ipv6: Callable[[Random], str]
    user: Callable[[Random], str]
    key: Callable[[Random], tuple[str, str]]
    national: Callable[[Any], Iterator[str]]
    international: Callable[[Any], Iterator[str]]
    phone_signs: tuple[str, ...]


@cache
def words() -> dict[str, dict[str, Any]]:
    """The words of each language that stand beside personal data."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


@cache
def carried() -> dict[str, list[str]]:
    """Lines of carried text by language, of 12 to 200 characters, none of which holds a digit or an at-sign."""
    found: dict[str, list[str]] = defaultdict(list)
    with gzip.open(DATA / "udhr_articles.jsonl.gz", "rt", encoding="utf-8") as records:
        for record in map(json.loads, records):
            found[record["lang"]] += record["text"].split("\n")
    with pa.CompressedInputStream(str(DATA / "gnome_help.jsonl.zst"), "zstd") as file:
        for record in map(json.loads, io.TextIOWrapper(file, encoding="utf-8")):
            if record["lang"] == "as":
                found["as"] += [line for line in record["text"].split("\n") if not _latin(line)]
    return {lang: [line for line in lines if _is_plain(line)] for lang, lines in found.items()}


def _latin(line: str) -> bool:
    return any(character.isascii() and character.isalpha() for character in line)


def _is_plain(line: str) -> bool:
    return 12 <= len(line) <= 200 and "@" not in line and not any(character.isnumeric() for character in line)


SEEN = Draw(
    "planted",
    lambda lang: words()[lang],
    look_alikes.LOOK_ALIKES,
    values.email,
    values.ipv4,
    values.ipv6,
    values.user,
    values.key,
    values.national_forms,
    values.international_forms,
    ("Tel.", "WhatsApp"),
)
"""What was there while the second engine was written."""

UNSEEN = Draw(
    "unseen",
    lambda lang: unseen.words(lang, words()[lang]),
    unseen.LOOK_ALIKES,
    unseen.email,
    unseen.ipv4,
    unseen.ipv6,
    unseen.user,
    unseen.key,
    unseen.national_forms,
    unseen.international_forms,
    unseen.PHONE_SIGNS,
)
"""What was written apart."""

LAST = replace(UNSEEN, seed="last")
"""Drawn from the same, with another seed, when everything else was done."""


def documents(lang: str, draw: Draw = SEEN) -> list[Document]:
    """The documents of a language, the plain ones first; always the same."""
    made = []
    for hostile in (False, True):
        random = Random(f"{draw.seed} {lang} {hostile}")
        items = [
            value for tag, count in COUNTS.items() for _ in range(count) for value in MAKERS[tag](random, lang, draw)
        ]
        if hostile:
            for name in LOOK_ALIKES:
                items += [_look_alike(random, lang, draw, name) for _ in range(LOOK_ALIKES_OF_A_CLASS)]
        random.shuffle(items)
        for start in range(0, len(items), OF_A_DOCUMENT):
            made.append(_document(random, Document(lang, hostile), items[start : start + OF_A_DOCUMENT]))
    return made


def every_document(draw: Draw = SEEN) -> Iterator[Document]:
    """The set, language by language."""
    for lang in sorted(words()):
        yield from documents(lang, draw)


def _document(random: Random, document: Document, items: Sequence[Value]) -> Document:
    lines = carried()[document.lang]
    for value in items:
        for line in random.sample(lines, random.choice([0, 1, 1, 2])):
            document.text += f"{line}\n"
        _plant(random, document, value, random.choice(lines))
        document.text += "\n"
    return document


def _plant(random: Random, document: Document, value: Value, line: str) -> None:
    """Put a line with the value behind the text: at its start, at its end, within it, before a stop or a comma."""
    lang = document.lang
    stop, comma, colon = STOPS.get(lang, "."), COMMAS.get(lang, ","), COLONS.get(lang, ": ")
    space = "" if lang in ("zhs", "zht") else " "
    cue = f"{value.cue}{random.choice([colon, colon, ' '])}" if value.cue else ""
    one, two = _halves(random, line, space)
    if "\n" in value.text or "{" in value.text:
        shape = ("", "")
    elif not value.cue and random.random() < 0.2:
        shape = ("", random.choice([f" – {line}", f"{comma} {line}", f" {line}", ""]))
    else:
        shape = random.choice(
            [
                ("", ""),
                (f"{line}{space}", ""),
                (f"{line}{space}", stop),
                (f"{one}{space}(", f"){space}{two}"),
                (f"{one}{space}", f"{comma}{space}{two}"),
                (f"{one}{space}", f"{space}{two}"),
                (f"{one}{space}", f"{stop}{space}{two}"),
            ]
        )
    document.text += f"{shape[0]}{cue}{value.before}"
    start = len(document.text)
    parts = value.text.split("\t")
    for part in parts:  # a value, what stands between neighbours, a value
        end = start + len(part)
        if part == parts[0] or part == parts[-1]:
            places = document.personal if value.personal else document.look_alikes
            places.append(Place(value.tag, start, end, value.form))
        start = end
    document.text += f"{''.join(parts)}{value.after}{shape[1]}"


def _halves(random: Random, line: str, space: str) -> tuple[str, str]:
    parts = line.split(" ") if space else list(line)
    cut = random.randint(1, max(1, len(parts) - 1))
    return space.join(parts[:cut]), space.join(parts[cut:])


BESIDE = ("npm", "yarn", "npx", "git", "commit", "§", "Art.", "doi:", "ISBN:", "pnpm", "import", "uses:", "clone")
BESIDE += ("LibreOffice", "Firefox", "Linux", "Python", "Windows", "Chrome")
"""What stands before a look-alike without a colon between the two."""


def _look_alike(random: Random, lang: str, draw: Draw, name: str) -> Value:
    cue, text = draw.look_alikes[name](random, draw.words(lang))
    if cue and (cue.split(" ")[0] in BESIDE or cue == words()[lang]["page"]):
        return Value(name, text, name, "", f"{cue} ", "", False)
    return Value(name, text, name, cue, "", "", False)


def _joint(random: Random, lang: str, *, spaced: bool) -> str:
    """What stands between two neighbours; a lone space only where the values hold none."""
    return random.choice([", ", "; ", " / ", f"{COMMAS.get(lang, ',')} ", *([" ", ",", "  "] if spaced else [])])


def _email(random: Random, lang: str, draw: Draw) -> list[Value]:
    regions = draw.words(lang)["regions"]
    cue = random.choice(["", *draw.words(lang)["mail"]])
    if lang in values.OWN_SCRIPT and random.random() < 0.1:
        return [Value("EMAIL", f"{random.choice(values.GIVEN)}@{values.OWN_SCRIPT[lang]}", "own script", cue)]
    if random.random() < 0.15:
        two = [draw.email(random, regions) for _ in range(2)]
        return [Value("EMAIL", f"{two[0]}\t{_joint(random, lang, spaced=True)}\t{two[1]}", "neighbours", cue)]
    before, after = random.choice([("", "")] * 6 + [("<", ">"), ('"', '"'), ("mailto:", "")])
    return [Value("EMAIL", draw.email(random, regions), f"{before}…{after}", cue, before, after)]


def _ip_address(random: Random, lang: str, draw: Draw) -> list[Value]:
    cue = random.choice(["", "IP", "IP", "Server"])
    if random.random() < 0.35:
        before, after = random.choice([("", "")] * 4 + [("[", "]"), ("http://[", "]/"), ("", "/64")])
        return [Value("IP_ADDRESS", draw.ipv6(random), f"version 6 {before}…{after}", cue or "IPv6", before, after)]
    if random.random() < 0.15:
        text = f"{draw.ipv4(random)}\t{_joint(random, lang, spaced=True)}\t{draw.ipv4(random)}"
        return [Value("IP_ADDRESS", text, "version 4, neighbours", cue or "IP")]
    before, after = random.choice([("", "")] * 5 + [("http://", "/index"), ("", ":8080"), ("", "/24")])
    return [Value("IP_ADDRESS", draw.ipv4(random), f"version 4 {before}…{after}", cue, before, after)]


def _user(random: Random, lang: str, draw: Draw) -> list[Value]:
    cue = random.choice(["", "", "Instagram", *draw.words(lang)["user"]])
    if random.random() < 0.15:
        text = f"{draw.user(random)}\t{_joint(random, lang, spaced=True)}\t{draw.user(random)}"
        return [Value("USER", text, "neighbours", cue)]
    return [Value("USER", draw.user(random), "", cue)]


def _key(random: Random, lang: str, draw: Draw) -> list[Value]:
    cue, text = draw.key(random)
    return [Value("KEY", text, cue, cue)]


def _phone(random: Random, lang: str, draw: Draw) -> list[Value]:
    region = random.choice(draw.words(lang)["regions"])
    cue = random.choice([*draw.words(lang)["phone"], *draw.words(lang)["phone"], *draw.phone_signs])
    if random.random() < 0.1:
        region = random.choice(["GB", "US", "FR", "DE", "CN", "IN", "NG"])  # of abroad, so in its international form
        text = random.choice(list(draw.international(values.number(random, region))))
        return [Value("PHONE", text, f"{region} international, of abroad", cue)]
    number, national = values.number(random, region), random.random() < 0.6
    forms = draw.national if national else draw.international
    text, form = random.choice(list(forms(number))), f"{region} {'national' if national else 'international'}"
    if random.random() < 0.15:
        other = random.choice(list(forms(values.number(random, region))))
        return [Value("PHONE", f"{text}\t{_joint(random, lang, spaced=False)}\t{other}", f"{form}, neighbours", cue)]
    if lang in ZEROS and random.random() < 0.2:
        own = {ord(str(digit)): chr(ord(ZEROS[lang]) + digit) for digit in range(10)}
        return [Value("PHONE", text.translate(own), f"{form}, own digits", cue)]
    if not national and text.startswith("+") and random.random() < 0.3:
        before = "tel:" if " " not in text else ""
        return [Value("PHONE", text, f"{form}, no word", "", before)]
    return [Value("PHONE", text, form, cue)]


def _card(random: Random, lang: str, draw: Draw) -> list[Value]:
    cue = random.choice([draw.words(lang)["card"], draw.words(lang)["card"], "Visa", "Mastercard", ""])
    if random.random() < 0.1:
        text = f"{checked.card(random)}\t{_joint(random, lang, spaced=False)}\t{checked.card(random)}"
        return [Value("CREDIT_CARD", text, "neighbours", cue)]
    text = checked.card(random)
    return [Value("CREDIT_CARD", text, "unbroken" if text.isdigit() else "grouped", cue)]


def _iban(random: Random, lang: str, draw: Draw) -> list[Value]:
    own = [region for region in draw.words(lang)["regions"] if region in checked.IBANS]
    country = random.choice([*own, *own, "DE", "FR", "GB", "AE"])
    cue = random.choice(["IBAN", "IBAN", draw.words(lang)["account"], ""])
    return [Value("IBAN", checked.iban(random, country), country, cue)]


def _crypto(random: Random, lang: str, draw: Draw) -> list[Value]:
    text = checked.bitcoin(random)
    return [Value("CRYPTO", text, text[: 3 if text.startswith("bc1") else 1], random.choice(["BTC", "Bitcoin", ""]))]


def _national_id(random: Random, lang: str, draw: Draw) -> list[Value]:
    known = [region for region in draw.words(lang)["regions"] if region in checked.NATIONAL_IDS]
    if not known:
        return []
    country = random.choice(known)
    name = random.choice(list(checked.NATIONAL_IDS[country]))
    text = checked.NATIONAL_IDS[country][name](random)
    return [Value("NATIONAL_ID", text, f"{country} {name}".strip(), name or draw.words(lang)["id"])]


MAKERS: dict[str, Callable[[Random, str, Draw], list[Value]]] = {
    "EMAIL": _email,
    "IP_ADDRESS": _ip_address,
    "USER": _user,
    "KEY": _key,
    "PHONE": _phone,
    "CREDIT_CARD": _card,
    "IBAN": _iban,
    "CRYPTO": _crypto,
    "NATIONAL_ID": _national_id,
}
"""How a value of a kind is made; none where no country of the language has such a number that is known."""
