"""Which addresses lead to the same page: an address before its query, and the rules of sites where that does not do.

The rules are data, `addresses.toml`, with a header that says how to add one.
"""

import re
import tomllib
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

RULES = Path(__file__).parent / "addresses.toml"

_KEYS = frozenset({"host", "cut", "query", "source"})


class AddressError(ValueError):
    """A file of rules says what cannot be followed."""


@dataclass(frozen=True)
class Rule:
    """The rule of one site: where its addresses are cut beside `?`, or the parameters of the query that count."""

    host: str
    cut: str = ""
    query: Mapping[str, str] = field(default_factory=dict, hash=False)

    def key(self, url: str) -> str:
        """What is the same in all addresses of a page.

        >>> Rule("a.cm", cut="/amp").key("https://a.cm/Ẹ/amp?x=1"), Rule("a.cm", cut="/amp").key("https://a.cm/ample")
        ('https://a.cm/Ẹ', 'https://a.cm/ample')
        >>> Rule("a.cm", query={"id": "id", "news-id": "id"}).key("https://a.cm/n?news-id=7&page=2")
        'https://a.cm/n?id=7'
        """
        if self.query:
            return with_some_of_query(url, self.query)
        whole = rf"{re.escape(self.cut)}(?:(?<=/)|(?=[/#]|\s*$))"  # a part of the path, or several
        return re.split(whole, url.partition("?")[0], maxsplit=1)[0].strip()


def up_to_query(url: str) -> str:
    """An address before its first `?`. Scheme, case, a slash at the end and `#fragment` all count.

    >>> up_to_query("https://a.cm/Ẹ/?p=1#x")
    'https://a.cm/Ẹ/'
    """
    return (url[:1] + url[1:].partition("?")[0]).strip()


def with_some_of_query(url: str, names: Mapping[str, str]) -> str:
    """An address with a query of nothing but some parameters, each by the name that it goes by, in their order.

    An address that cannot be taken apart is its own key.

    >>> with_some_of_query("https://a.cm/n?id=7&page=2&news-id=8", {"id": "id", "news-id": "id"})
    'https://a.cm/n?id=7&id=8'
    """
    try:
        parts = urllib.parse.urlparse(url)
        kept = [(names[name], value) for name, value in urllib.parse.parse_qsl(parts.query) if name in names]
        return urllib.parse.urlunparse(parts._replace(query=urllib.parse.urlencode(kept))).strip()
    except ValueError:
        return url


def key(url: str) -> str:
    """What is the same in all addresses of a page, by the rule of its site if it has one.

    >>> key("https://es.cointelegraph.com/news/a/amp"), key("https://ci.cointelegraph.com/news/a/amp?x")
    ('https://es.cointelegraph.com/news/a', 'https://ci.cointelegraph.com/news/a/amp')
    """
    rule = rules().get(host(url))
    return up_to_query(url) if rule is None else rule.key(url)


def deciding() -> dict[str, list[object]]:
    """What decides keys beside the address, by site, in a form for JSON.

    >>> deciding()["es.cointelegraph.com"]
    ['/amp', {}]
    """
    return {site: [rule.cut, dict(rule.query)] for site, rule in sorted(rules().items())}


def host(url: str) -> str:
    """The site of an address in lower case; "" where there is none.

    >>> host("https://user@WWW.qut.edu.au:443/news?id=1"), host("/news"), host("http://[bad")
    ('www.qut.edu.au', '', '')
    """
    try:
        return urllib.parse.urlsplit(url).hostname or ""
    except ValueError:
        return ""


@cache
def rules(path: Path = RULES) -> Mapping[str, Rule]:
    """The rules by site. Raises AddressError, which names the file and the rule."""
    found: dict[str, Rule] = {}
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise AddressError(f"{path.name}: not TOML: {error}") from None
    sites = tables.pop("site", [])
    for unknown in tables:
        raise AddressError(f"{path.name}: unknown key {unknown!r}; known: site")
    if not isinstance(sites, list) or not all(isinstance(site, Mapping) for site in sites):
        raise AddressError(f"{path.name}: site is {sites!r}; it must be tables, [[site]]")
    for number, site in enumerate(sites, start=1):
        rule = _rule(f"{path.name}: site {number}", site)
        if rule.host in found:
            raise AddressError(f"{path.name}: site {number}: {rule.host!r} has a rule already; put both into one")
        found[rule.host] = rule
    return found


def _rule(where: str, site: Mapping[str, object]) -> Rule:
    name, cut, query = site.get("host"), site.get("cut", ""), site.get("query", {})
    if unknown := sorted(set(site) - _KEYS):
        raise AddressError(f"{where}: unknown key {unknown[0]!r}; known: {', '.join(sorted(_KEYS))}")
    if not isinstance(name, str) or not name or name != host(f"//{name}"):
        raise AddressError(f"{where}: host is {name!r}; it must be a site's name in lower case, such as 'a.example'")
    if (
        not isinstance(cut, str)
        or not isinstance(query, Mapping)
        or not all(isinstance(v, str) for v in query.values())
    ):
        raise AddressError(f"{where} ({name}): cut must be a text, query a table of names")
    if bool(cut) == bool(query):
        raise AddressError(f"{where} ({name}): has {'both' if cut else 'neither'}; give it cut or query")
    return Rule(name, cut, dict(query))
