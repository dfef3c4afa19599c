"""Seeds: the web sites that people chose, as a CSV file names them, in the form in which the index is searched."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from catalog.crawl.addresses import AddressError, domain, host_name, parts, surt_key

COLUMNS = ("id", "title", "link")
"""What a seeds file must have; `lang` is read where it is there, all other columns are kept."""

LONGEST_PATH = 16
"""Characters of a path at most; a longer one leads to a single page and becomes `/`. ROOTS, its seed clean-up."""

LONGEST_CELL = 2000
"""Characters of a cell at most."""

_ID = re.compile(r"[a-z0-9_]{1,40}")


class SeedError(ValueError):
    """A seeds file that cannot be used; the message names file, line, value, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Seed:
    """One site. The last four are those of the seeds of ROOTS; `others` are the file's other columns."""

    id: str
    title: str
    link: str
    lang: str
    line: int
    url_path_prefix: str
    url_host_name: str
    url_host_registered_domain: str
    url_surtkey: str
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def uid(self) -> str:
        """The uid of the source that the seed becomes."""
        host = re.sub(r"[^a-z0-9]", "_", self.url_host_name)
        return f"pseudocrawl_{self.id}_{host[:100]}"


@dataclass(frozen=True, slots=True)
class Seeds:
    """The seeds of a file in its order, each SURT key once; `dropped` are the later ones of a key."""

    seeds: tuple[Seed, ...]
    dropped: tuple[Seed, ...]


def load(path: Path, profile: str = "fixed") -> Seeds:
    """Read and clean a seeds file (CSV in UTF-8, with a line of column names). Raises SeedError."""
    found: dict[str, Seed] = {}
    dropped: list[Seed] = []
    lines: dict[str, int] = {}
    for line, row in _rows(path):
        seed = _seed(f"{path}: line {line}", row, line, profile)
        if seed.id in lines:
            raise SeedError(f"{path}: line {line}: id: {seed.id!r} is also that of line {lines[seed.id]}")
        lines[seed.id] = line
        if found.setdefault(seed.url_surtkey, seed) is not seed:
            dropped.append(seed)
    uids: dict[str, Seed] = {}
    for seed in found.values():
        other = uids.setdefault(seed.uid, seed)
        if other is not seed:
            raise SeedError(
                f"{path}: line {seed.line}: id: {seed.id!r} and {other.id!r} of line {other.line} make the same uid, "
                f"{seed.uid}; give one of them another id"
            )
    if not found:
        raise SeedError(f"{path}: holds no seed below its line of column names")
    return Seeds(tuple(found.values()), tuple(dropped))


def cleaned(link: str, profile: str) -> str:
    """The address without query, with the path that says which part of the site is meant.

    Repeated slashes are one. A file's name is cut off; where the path then has over LONGEST_PATH characters, or is
    empty, it is `/`. The original (profile roots-2022-03) cut off the last directory together with the name of a
    file, and the slash; it made one of two slashes, but two of four.

    >>> cleaned("https://Yo.example/news//today/index.html?page=2", "fixed")
    'https://yo.example/news/today/'
    >>> cleaned("https://Yo.example/news//today/index.html?page=2", "roots-2022-03")
    'https://yo.example/news'
    >>> cleaned("https://yo.example/news/today/and/tomorrow/", "fixed")
    'https://yo.example/'
    """
    split = parts(link)
    exact = profile == "roots-2022-03"
    path = split.path.replace("//", "/") if exact else re.sub("/{2,}", "/", split.path)
    path = path or "/"
    directories, _, name = path.rpartition("/")
    if "." in name:
        path = directories.rpartition("/")[0] if exact else f"{directories}/"
    if len(path) > LONGEST_PATH or not path:
        path = "/"
    port = "" if split.port is None else f":{split.port}"
    host = host_name(split)
    return f"{split.scheme}://{f'[{host}]' if ':' in host else host}{port}{path}"


def _seed(where: str, row: Mapping[str, str], line: int, profile: str) -> Seed:
    identity = row["id"].strip().lower()
    if not _ID.fullmatch(identity):
        raise SeedError(f"{where}: id: {_shown(row['id'])}; allowed are 1 to 40 of the signs a to z, 0 to 9 and _")
    try:
        link = cleaned(row["link"].strip(), profile)
        key = surt_key(link)
    except AddressError as error:
        raise SeedError(f"{where}: link: {_shown(row['link'])} {error}") from None
    split = urlsplit(link)
    host = split.hostname or ""
    others = {name: value for name, value in row.items() if name not in (*COLUMNS, "lang")}
    title = " ".join(row["title"].split()) or host
    lang = row.get("lang", "").strip()
    return Seed(identity, title, link, lang, line, split.path, host, domain(host)[1], key, others)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Lines of the file by column, blank ones left out, with the number of the line each ends in."""
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            names: list[str] = []
            for cells in reader:
                number = reader.line_num
                _check(f"{path}: line {number}", cells, names)
                if not names:
                    names = _names(path, cells)
                elif any(cell.strip() for cell in cells):
                    yield number, dict(zip(names, cells, strict=True))
    except UnicodeDecodeError:
        raise SeedError(f"{path}: after line {number}: is not valid UTF-8; save the table as CSV in UTF-8") from None
    except csv.Error as error:
        raise SeedError(f"{path}: after line {number}: is not valid CSV: {error}") from None
    except OSError as error:
        raise SeedError(f"{path}: cannot be read: {error.strerror}; give a CSV file of seeds") from None
    if not number:
        raise SeedError(f"{path}: is empty; its first line must name the columns, among them {', '.join(COLUMNS)}")


def _check(where: str, cells: list[str], names: list[str]) -> None:
    for cell in cells:
        if "\0" in cell:
            raise SeedError(f"{where}: holds a NUL byte; save the table as CSV in UTF-8")
        if len(cell) > LONGEST_CELL:
            raise SeedError(f"{where}: a cell has {len(cell):,} characters; allowed are {LONGEST_CELL:,}")
    if names and len(cells) != len(names) and any(cells):
        raise SeedError(f"{where}: has {len(cells)} cells, not the {len(names)} of the line of column names")


def _names(path: Path, cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise SeedError(
            f"{path}: line 1: has no column {' or '.join(missing)}; the first line must name the columns, among them "
            f"{', '.join(COLUMNS)}"
        )
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SeedError(f"{path}: line 1: names the column {_shown(twice)} twice")
    return names


def _shown(value: str) -> str:
    """A value as it can stand in a message: at most 80 characters, on one line."""
    return repr(value if len(value) <= 80 else f"{value[:77]}...")
