"""Addresses of the web as Common Crawl's index writes them: SURT key, host, registered domain."""

import ipaddress
from functools import cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

LONGEST = 8192
"""Characters of an address at most. RFC 9110, 4.1, asks for 8000 at least."""


class AddressError(ValueError):
    """An address that cannot be used; the message says why, without its value."""


def parts(url: str) -> SplitResult:
    """The parts of an http or https address with a host. Raises AddressError.

    >>> parts("https://Yo.example/ẹ̀kọ́").netloc
    'Yo.example'
    """
    if len(url) > LONGEST:
        raise AddressError(f"has more than {LONGEST} characters")
    if any(ord(character) < 33 or ord(character) == 127 for character in url):
        raise AddressError("holds a space or a control character")
    try:
        split = urlsplit(url)
        host, port = split.hostname, split.port  # the port is checked when it is asked for
    except ValueError as error:
        raise AddressError(f"is no address: {error}") from None
    if split.scheme not in ("http", "https") or not host or port == 0:
        raise AddressError("is not an address that begins with http:// or https:// and names a host")
    return split


def host_name(split: SplitResult) -> str:
    """The host in lower case, its letters beyond ASCII in the form that the domain name system knows.

    >>> host_name(parts("http://BÜCHER.example:8080/"))
    'xn--bcher-kva.example'
    """
    host = (split.hostname or "").rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise AddressError("has a host that is no valid name") from None


def surt_key(url: str) -> str:
    """The key by which the index is sorted: the host backwards, then the path, by the package surt.

    >>> surt_key("https://www.Example.org/Ẹ̀kọ́/?b=2&a=1")
    'org,example)/%e1%ba%b8%cc%80k%e1%bb%8d%cc%81?a=1&b=2'
    """
    import surt

    try:
        return str(surt.surt(url))
    except Exception:  # its canonicalisers raise what their regular expressions and encodings come to
        raise AddressError("cannot be brought into the form of the index (SURT)") from None


def domain(host: str) -> tuple[str, str]:
    """The public suffix of a host and its registered domain, by the list that tldextract carries: no network.

    Only ICANN's part of the list counts, as in Common Crawl's index. For a suffix that is not on the list its own
    rule holds, which is that the last label is one. An address in numbers, or a name of one label, is its own domain.

    >>> domain("news.bbc.co.uk"), domain("help.libreoffice.example"), domain("127.0.0.1")
    (('co.uk', 'bbc.co.uk'), ('example', 'libreoffice.example'), ('', '127.0.0.1'))
    """
    try:
        ipaddress.ip_address(host)
    except ValueError:
        pass
    else:
        return "", host
    found = _extract()(host)
    if found.suffix:
        return found.suffix, f"{found.domain}.{found.suffix}" if found.domain else found.suffix
    labels = host.split(".")
    return (labels[-1], ".".join(labels[-2:])) if len(labels) > 1 else ("", host)


@cache
def _extract() -> Any:
    import tldextract

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
