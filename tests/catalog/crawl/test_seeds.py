"""Seeds: cleaned as the specification says, in both profiles; a file that cannot be used is one sentence."""

from pathlib import Path

import pytest

from catalog.crawl.seeds import LONGEST_CELL, SeedError, cleaned, load
from tests.crawls import write_seeds


@pytest.mark.parametrize(
    ("link", "fixed", "original"),
    [
        ("https://www.bbc.com/swahili", "https://www.bbc.com/swahili", "https://www.bbc.com/swahili"),
        ("https://yo.globalvoices.org", "https://yo.globalvoices.org/", "https://yo.globalvoices.org/"),
        ("https://A.example/x//y", "https://a.example/x/y", "https://a.example/x/y"),
        ("https://a.example/x////y", "https://a.example/x/y", "https://a.example/x//y"),
        ("https://a.example/x/y/index.html", "https://a.example/x/y/", "https://a.example/x"),
        ("https://a.example/x/index.html", "https://a.example/x/", "https://a.example/"),
        ("https://a.example/index.html", "https://a.example/", "https://a.example/"),
        ("https://a.example/v1.2/", "https://a.example/v1.2/", "https://a.example/v1.2/"),
        ("https://a.example/1234567890/2345", "https://a.example/1234567890/2345", "https://a.example/1234567890/2345"),
        ("https://a.example/1234567890/23456", "https://a.example/", "https://a.example/"),
        ("https://me:secret@a.example:8080/x/?q=1#f", "https://a.example:8080/x/", "https://a.example:8080/x/"),
        ("https://[::1]:80/x", "https://[::1]:80/x", "https://[::1]:80/x"),
    ],
)
def test_links_are_cleaned(link: str, fixed: str, original: str) -> None:
    assert (cleaned(link, "fixed"), cleaned(link, "roots-2022-03")) == (fixed, original)


def test_a_seed_has_what_those_of_roots_have(tmp_path: Path) -> None:
    path = write_seeds(
        tmp_path / "seeds.csv", '698,"BBC  Swahili",https://www.BBC.com/swahili,sw,Ade', columns="id,title,link,lang,by"
    )
    (seed,) = load(path).seeds
    assert (seed.id, seed.title, seed.lang, seed.line, dict(seed.others)) == (
        "698", "BBC Swahili", "sw", 2, {"by": "Ade"},
    )  # fmt: skip
    assert (seed.url_path_prefix, seed.url_host_name) == ("/swahili", "www.bbc.com")
    assert (seed.url_host_registered_domain, seed.url_surtkey) == ("bbc.com", "com,bbc)/swahili")
    assert seed.uid == "pseudocrawl_698_www_bbc_com"


def test_later_rows_of_a_key_are_dropped(tmp_path: Path) -> None:
    path = write_seeds(
        tmp_path / "seeds.csv", "1,a,https://www.a.example/,", "2,b,https://b.example/,", "3,c,http://A.example,"
    )
    seeds = load(path)
    assert [seed.id for seed in seeds.seeds] == ["1", "2"]
    assert [(seed.id, seed.line) for seed in seeds.dropped] == [("3", 4)]


def test_a_byte_order_mark_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "seeds.csv"
    path.write_bytes(b"\xef\xbb\xbfID,Title,Link\r\n\r\n7,x,https://a.example/\r\n,,\r\n")
    assert [seed.id for seed in load(path).seeds] == ["7"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty; its first line must name the columns, among them id, title, link"),
        (b"id,title,link\n", "holds no seed below its line of column names"),
        (b"1,BBC,https://bbc.com\n", "line 1: has no column id or title or link; the first line must name the columns"),
        (b"id,link\n1,https://a.example\n", "line 1: has no column title;"),
        (b"id,title,link,id\n", "line 1: names the column 'id' twice"),
        (b"id,title,link\n1,x\n", "line 2: has 2 cells, not the 3 of the line of column names"),
        (b"id,title,link\n1,x,https://a.example,y\n", "line 2: has 4 cells, not the 3"),
        (b"id,title,link\n1,x,a.example\n", "line 2: link: 'a.example' is not an address that begins with http"),
        (b"id,title,link\n1,x,\n", "line 2: link: '' is not an address"),
        (b"id,title,link\n1,x,https://a.example\n1,y,https://b.example\n", "line 3: id: '1' is also that of line 2"),
        (b"id,title,link\nA,x,https://a.example\na,y,https://b.example\n", "line 3: id: 'a' is also that of line 2"),
        (b"id,title,link\n=1+1,x,https://a.example\n", "line 2: id: '=1\\+1'; allowed are 1 to 40 of the signs a to z"),
        (b"id,title,link\n../x,x,https://a.example\n", "line 2: id: '../x'; allowed are"),
        (b"id,title,link\n,x,https://a.example\n", "line 2: id: ''; allowed are"),
        (b"id,title,link\n1,x\0,https://a.example\n", "line 2: holds a NUL byte"),
        (b"id,title,link\n1,\xff,https://a.example\n", "is not valid UTF-8; save the table as CSV in UTF-8"),
        (
            b"id,title,link\n1," + b"x" * (LONGEST_CELL + 1) + b",https://a.example\n",
            "line 2: a cell has 2,001 characters",
        ),
        (b'id,title,link\n1,"x' + b"y" * 200_000, "is not valid CSV: field larger than field limit"),
        (
            b"id,title,link\na,x,https://b.c.example\na_b,y,https://c.example\n",
            "line 3: id: 'a_b' and 'a' of line 2 make the same uid, pseudocrawl_a_b_c_example; give one of them",
        ),
        (b"id,title,link\n1,x,https://" + b"a" * 300 + b"\n", "link: 'https://aaaaaaa"),
    ],
    ids=range(20),
)
def test_a_file_that_cannot_be_used(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "seeds.csv"
    path.write_bytes(content)
    if b"a" * 300 in content:
        assert load(path).seeds[0].uid.endswith("a" * 100)
        return
    with pytest.raises(SeedError, match=message) as error:
        load(path)
    assert str(error.value).startswith(str(path))
    assert len(str(error.value)) < 400 + len(str(path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot be read: No such file or directory; give a CSV file of seeds"):
        load(tmp_path / "none.csv")


def test_formulas_in_cells_are_only_text(tmp_path: Path) -> None:
    path = write_seeds(tmp_path / "seeds.csv", '1,"=HYPERLINK(""x"")",https://a.example/,')
    assert load(path).seeds[0].title == '=HYPERLINK("x")'
