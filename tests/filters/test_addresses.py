"""Addresses of one page have one key: the query does not count, and sites have rules, which are data."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import addresses
from filters.addresses import AddressError, key, rules, up_to_query

SITES = ["es.cointelegraph.com", "www.qut.edu.au"]


def written(folder: Path, text: str) -> Path:
    path = folder / "addresses.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.cm/1?p=1", "https://a.cm/1"),
        ("http://a.cm/1/#x", "http://a.cm/1/#x"),
        ("https://A.cm/Ẹ", "https://A.cm/Ẹ"),
        ("?p=1", "?p=1"),
        (" https://a.cm ", "https://a.cm"),
        ("https://a.cm/news/amp", "https://a.cm/news/amp"),
        ("https://es.cointelegraph.com/news/a/amp", "https://es.cointelegraph.com/news/a"),
        ("https://ES.cointelegraph.com:443/news/a/amp?x=1", "https://ES.cointelegraph.com:443/news/a"),
        ("https://es.cointelegraph.com/news/a/amp/#x", "https://es.cointelegraph.com/news/a"),
        ("https://es.cointelegraph.com/news/a/ample", "https://es.cointelegraph.com/news/a/ample"),
        ("https://es.cointelegraph.com/news/amp-token/amp ", "https://es.cointelegraph.com/news/amp-token"),
        ("https://it.cointelegraph.com/news/a/amp", "https://it.cointelegraph.com/news/a/amp"),
        ("https://www.qut.edu.au/news?news-id=7&page=2&id=8", "https://www.qut.edu.au/news?id=7&id=8"),
        ("https://www.qut.edu.au/news", "https://www.qut.edu.au/news"),
        ("https://a.cm/?u=https://es.cointelegraph.com/amp", "https://a.cm/"),
        ("http://[bad?id=1", "http://[bad"),
    ],
)
def test_the_key_of_an_address(url: str, expected: str) -> None:
    assert key(url) == expected


@given(st.text(st.sampled_from("htps:/?#[]@.a=&1 Éamp%\n")))
def test_no_address_fails_and_without_a_rule_the_query_goes(url: str) -> None:
    assert key(url) == up_to_query(url)
    for site in SITES:
        key(f"https://{site}/{url}")


def test_the_rules_are_those_of_the_specification() -> None:
    found = rules()
    assert sorted(found) == SITES
    assert found["es.cointelegraph.com"].cut == "/amp"
    assert found["www.qut.edu.au"].query == {"id": "id", "news-id": "id"}


def test_the_file_says_what_a_rule_may_have() -> None:
    head = addresses.RULES.read_text(encoding="utf-8").split("\n[[site]]")[0]
    assert all(f"#   {name} " in head for name in ("host", "cut", "query", "source"))


def test_a_rule_can_be_added(tmp_path: Path) -> None:
    found = rules(written(tmp_path, '[[site]]\nhost = "a.example"\ncut = "/print"\n'))
    assert found["a.example"].key("https://a.example/1/print?x") == "https://a.example/1"
    assert addresses.Rule("a.example", cut="/print/").key("https://a.example/1/print/2") == "https://a.example/1"
    assert rules(written(tmp_path, "").rename(tmp_path / "none.toml")) == {}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[[site", r"addresses\.toml: not TOML: "),
        ("[[rule]]\n", r"addresses\.toml: unknown key 'rule'; known: site"),
        ("site = 3\n", r"addresses\.toml: site is 3; it must be tables, \[\[site\]\]"),
        (
            '[[site]]\ncut = "/x"\n',
            r"site 1: host is None; it must be a site's name in lower case, such as 'a\.example'",
        ),
        ('[[site]]\nhost = "A.cm"\ncut = "/x"\n', r"site 1: host is 'A\.cm'; it must be"),
        ('[[site]]\nhost = "https://a.cm"\ncut = "/x"\n', r"host is 'https://a\.cm'; it must be"),
        ('[[site]]\nhost = "a.cm"\n', r"site 1 \(a\.cm\): has neither; give it cut or query"),
        ('[[site]]\nhost = "a.cm"\ncut = "/x"\nquery = {a = "a"}\n', r"\(a\.cm\): has both; give it cut or query"),
        ('[[site]]\nhost = "a.cm"\nquery = {a = 1}\n', r"\(a\.cm\): cut must be a text, query a table of names"),
        ('[[site]]\nhost = "a.cm"\ncut = 1\n', r"\(a\.cm\): cut must be a text, query a table of names"),
        ('[[site]]\nhost = "a.cm"\nkut = "/x"\n', r"site 1: unknown key 'kut'; known: cut, host, query, source"),
        (
            '[[site]]\nhost = "a.cm"\ncut = "/x"\n[[site]]\nhost = "a.cm"\ncut = "/y"\n',
            r"site 2: 'a\.cm' has a rule already; put both into one",
        ),
    ],
)
def test_rules_that_cannot_be_followed_are_refused(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(AddressError, match=message):
        rules(written(tmp_path, text))
