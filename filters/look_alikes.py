"""What looks like an e-mail address, an IP address or the name of a user and is none: said by what stands around it.

The ROOTS rules look at a match alone. In profile fixed their matches, and those of the second engine, are asked here
before they count: whether the domain of an address exists, whether four numbers are a version or a section, whether an
at-sign is one of a program (`at_signs`). Structure decides, not lists of words, where it can.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache
from ipaddress import IPv4Address, ip_address

from filters.accounts import AT, MARKS
from filters.at_signs import AROUND, is_user
from filters.folding import folded
from filters.pii import Span

SPECIAL = frozenset(
    ["example", "test", "invalid", "localhost", "local", "localdomain", "internal", "lan", "home", "corp", "onion"]
)
"""Last labels that are no public suffix and yet stand in addresses. Source: RFC 2606, RFC 6762, RFC 7686, RFC 9476, and
what networks use within."""

PROGRAMS = frozenset(["git", "svn", "hg", "bzr", "cvs", "anoncvs", "anonymous", "gitolite", "forgejo"])
"""Users that are programs: the address is of a repository."""


def counts(text: str, match: Span) -> bool:
    """Whether a match is what it looks like; of other kinds than those in `JUDGES` every match is.

    >>> text = "W@x.T @ node-7 git@example.org:a/b.git ade@example.org"
    >>> [counts(text, Span("EMAIL", start, end)) for start, end in ((15, 30), (39, 54))]
    [False, True]
    >>> counts("kifungu § 4.2.1.3", Span("IP_ADDRESS", 10, 17)), counts("IP 8.8.8.8", Span("IP_ADDRESS", 3, 10))
    (False, True)
    >>> counts("@property\\ndef area(self):", Span("USER", 0, 9)), counts("@juma_k habari", Span("USER", 0, 7))
    (False, True)
    """
    judge = JUDGES.get(match.tag)
    return judge is None or judge(text, match)


def is_email(text: str, match: Span) -> bool:
    """Whether the domain of an address exists, the user is no program, and the address no product or call of one."""
    local, _, host = re.sub(AT, "@", folded(text[match.start : match.end])).rpartition("@")
    before, after = text[max(0, match.start - 8) : match.start], text[match.end : match.end + AROUND]
    linked = local.startswith("//") or before.endswith("://")
    if local.rpartition("/")[2].lower() in PROGRAMS and (linked or after.startswith((":", "/"))):
        return False
    if re.match(r"[(\[]|\)*\.\w+[(\[=]", after):
        return False
    host = host[: re.match(rf"[\w{MARKS}.-]*", host).end()].rstrip(".-")  # type: ignore[union-attr]
    label = host.rpartition(".")[2].lower()
    if not label.isascii():
        return not any(character.isdecimal() for character in label)
    if re.match(r"\d+x\.", host):  # a picture for a screen with more points: icon@2x.png
        return False
    return label in SPECIAL or label in _top_labels()


@cache
def _top_labels() -> frozenset[str]:
    """Last labels of the public suffixes that tldextract carries; nothing is fetched and no cache is kept."""
    import tldextract

    carried = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    return frozenset(suffix.rpartition(".")[2] for suffix in carried.tlds)


SMALL = 30
"""Four numbers up to this are a version or a section unless something says that they are an address. Ours."""

ADDRESSED = re.compile(
    r"(?i)(?:(?<![a-z])(?:ip(?:v[46])?|addr\w*|host\w*|\w*server\w*|serv[ei]\w*r\w*|dns|gateway|router|ping|ssh|proxy|node|"
    r"subnet|network|lan|wan|vpn|https?|ftp|telnet|from|port)(?![a-z])[^\n]{0,16}|//|@|\[)\Z"
)
VERSIONED = re.compile(
    r"(?i)(?:§+|\bart\.?|\bsec(?:tion)?\.?|(?<![a-z])v(?:er(?:s\w*)?)?\.?|version\w*|release|build|rev)[ \t:]{0,3}\Z"
)
NAMED = re.compile(r"[A-Za-z] v?\Z|\b[A-Z][a-z]{1,4}\. ?\Z|(?<!/)/\Z|==\Z")
"""A word in Latin letters right before a number, as the name of a program is, or the short form of one, as of a figure
or a table; or what joins a program to its version."""

PROGRAM = re.compile(r"[A-Za-z]-\Z|\b(?!Ma?c[A-Z])[A-Z][a-z]+[A-Z][A-Za-z]* \Z")
"""A name and a hyphen, or a word with another capital inside, as programs are called; not a Mac of a family."""


def is_address(text: str, match: Span) -> bool:
    """Whether an IP address is one, and no version, section, network card or name in a program.

    Octets with leading zeros are an address to the ROOTS rule and to nobody else.
    """
    written = folded(text[match.start : match.end])
    before, after = text[max(0, match.start - 24) : match.start], text[match.end : match.end + 8]
    try:
        address = ip_address(written.partition("%")[0])
    except ValueError:
        return False
    if re.match(r"[-+_]\w|\.[A-Za-z0-9]|[A-Za-z]", after) or re.search(r"[A-Za-z0-9_.]\Z", before):
        return False
    if not isinstance(address, IPv4Address):
        return _is_version_6(written, before)
    octets = [int(octet) for octet in written.split(".")]
    if VERSIONED.search(before) or not octets[0] or re.search(r"[A-Za-z0-9]/\Z|==\Z", before):
        return False
    if octets[0] <= SMALL and PROGRAM.search(before) and ADDRESSED.search(before) is None:
        return False
    if max(octets) <= SMALL and (not address.is_private or NAMED.search(before)):
        return ADDRESSED.search(before) is not None
    return True


def _is_version_6(written: str, before: str) -> bool:
    """Whether an address of version 6 is of a block that is given out or used within, or has many groups."""
    groups = [group for group in written.partition("%")[0].split(":") if group]
    if len(groups) == 8 and all(len(group) == 2 for group in groups):
        return False
    if re.match(r"(?i)fe[89ab][0-9a-f]:|f[cd][0-9a-f]{2}:|[23][0-9a-f]{3}:", written) and len(groups) > 1:
        return True
    return len(groups) > 3 or ADDRESSED.search(before) is not None


def is_key(text: str, match: Span) -> bool:
    """Whether a key is no IP address with the length of its network, which the second engine finds as an address."""
    address, _, length = text[match.start : match.end].partition("/")
    if not length.isdecimal():
        return True
    try:
        ip_address(address)
    except ValueError:
        return True
    return False


JUDGES: Mapping[str, Callable[[str, Span], bool]] = {
    "EMAIL": is_email,
    "IP_ADDRESS": is_address,
    "KEY": is_key,
    "USER": is_user,
}
