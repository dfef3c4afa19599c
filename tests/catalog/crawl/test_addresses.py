"""Addresses: as the index writes them, and refused without a word of their content."""

import socket

import pytest

from catalog.crawl.addresses import LONGEST, AddressError, domain, host_name, parts, surt_key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.bbc.com/swahili", "com,bbc)/swahili"),
        ("https://yo.globalvoices.org", "org,globalvoices,yo)/"),
        ("http://Example.org:8080/A/b?z=1&a=2#part", "org,example:8080)/a/b?a=2&z=1"),
        ("https://bücher.example/", "example,xn--bcher-kva)/"),
    ],
)
def test_keys_are_those_of_the_index(url: str, key: str) -> None:
    assert surt_key(url) == key


@pytest.mark.parametrize(
    ("host", "suffix", "registered"),
    [
        ("www.bbc.co.uk", "co.uk", "bbc.co.uk"),
        ("blog.ade.blogspot.com", "com", "blogspot.com"),
        ("help.libreoffice.example", "example", "libreoffice.example"),
        ("example", "", "example"),
        ("co.uk", "co.uk", "co.uk"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("::1", "", "::1"),
    ],
)
def test_registered_domains(host: str, suffix: str, registered: str) -> None:
    assert domain(host) == (suffix, registered)


def test_the_list_of_suffixes_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    from catalog.crawl import addresses

    addresses._extract.cache_clear()
    assert domain("www.bbc.co.uk") == ("co.uk", "bbc.co.uk")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("reddit.com/r/singapore", "is not an address that begins with http:// or https:// and names a host"),
        ("ftp://x.example/", "is not an address that begins with"),
        ("https:///path", "is not an address that begins with"),
        ("https://x.example:0/", "is not an address that begins with"),
        ("https://x.example:99999/", "is no address: Port out of range"),
        ("https://[::1/", "is no address: Invalid IPv6 URL"),
        ("https://x.example/a b", "holds a space or a control character"),
        ("https://x.example/\n", "holds a space or a control character"),
        (f"https://x.example/{'a' * LONGEST}", "has more than 8192 characters"),
    ],
)
def test_what_is_no_address_is_refused(url: str, message: str) -> None:
    with pytest.raises(AddressError, match=message):
        parts(url)


def test_a_host_that_is_no_name_is_refused() -> None:
    with pytest.raises(AddressError, match="has a host that is no valid name"):
        host_name(parts(f"https://{'ẹ' * 70}.example/"))
