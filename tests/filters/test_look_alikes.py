"""Domains that do not exist, versions, sections, network cards and names in programs are no addresses."""

import pytest

from filters.look_alikes import JUDGES, counts
from filters.pii import Span
from filters.pii_kinds import ROOTS_KINDS


def told(kind: str, text: str, match: str) -> bool:
    start = text.index(match)
    return counts(text, Span(kind, start, start + len(match)))


def test_only_the_kinds_of_roots_have_look_alikes_here() -> None:
    assert set(JUDGES) == set(ROOTS_KINDS)
    assert counts("x", Span("PHONE", 0, 1))


@pytest.mark.parametrize(
    ("text", "match", "is_one"),
    [
        ("write to ade@example.org now", "ade@example.org", True),
        ("ola@unilag.edu.ng", "ola@unilag.edu.ng", True),
        ("a@example.za", "a@example.za", True),
        ("root@server.local", "root@server.local", True),
        ("रवि@उदाहरण.भारत", "रवि@उदाहरण.भारत", True),
        ("ADE@EXAMPLE.CO.UK", "ADE@EXAMPLE.CO.UK", True),
        ("icon@2x.png", "icon@2x.png", False),
        ("photo@2x.zip", "photo@2x.zip", False),
        ("q@k.transpose", "q@k.transpose", False),
        ("x@w.dot(y)", "x@w.dot", False),
        ("git@example.org:team/tools.git", "git@example.org", False),
        ("ssh://git@example.org/team/tools.git", "git@example.org", False),
        ("//git@example.org/team", "//git@example.org", False),
        ("A@B.T।", "A@B.T।", False),
        ("zoe\u0301@exa\u0301mple.org", "zoe\u0301@exa\u0301mple.org", True),
        ("ade%40example.org", "ade%40example.org", True),
        ("ade＠example．org", "ade＠example．org", True),
        ("lodash%40index.js", "lodash%40index.js", False),
        ("(q@k.mt).softmax(-1)", "q@k.mt", False),
        ("(ade@example.org).", "ade@example.org", True),
    ],
)
def test_emails(text: str, match: str, is_one: bool) -> None:  # noqa: FBT001
    assert told("EMAIL", text, match) is is_one


@pytest.mark.parametrize(
    ("text", "match", "is_one"),
    [
        ("from 203.0.113.7", "203.0.113.7", True),
        ("IP 8.8.8.8", "8.8.8.8", True),
        ("nameserver 8.8.8.8", "8.8.8.8", True),
        ("http://10.0.0.1/", "10.0.0.1", True),
        ("系统203.0.113.7上", "203.0.113.7", True),
        ("10.14.0.3", "10.14.0.3", True),
        ("Linux 10.14.0.3", "10.14.0.3", False),
        ("LibreOffice 7.3.7.2", "7.3.7.2", False),
        ("version 203.0.113.7", "203.0.113.7", False),
        ("v192.168.1.1", "192.168.1.1", False),
        ("§ 4.2.1.3", "4.2.1.3", False),
        ("1.2.3.4.5", "1.2.3.4", False),
        ("0.1.2.3", "0.1.2.3", False),
        ("٢٠٣.٠.١١٣.٧", "٢٠٣.٠.١١٣.٧", True),
        ("app-17.10.106.2", "17.10.106.2", False),
        ("IP-17.10.106.2", "17.10.106.2", True),
        ("203.0.113.1-203.0.113.9", "203.0.113.9", True),
        ("MySQL 2.5.52.12", "2.5.52.12", False),
        ("by JoAnna 203.0.113.9", "203.0.113.9", True),
        ("by McDonald 5.29.33.9", "5.29.33.9", True),
        ("eKapa 5.29.33.9", "5.29.33.9", True),
        ("Fig. 10.18.17.13", "10.18.17.13", False),
        ("Fig. 203.0.113.9", "203.0.113.9", True),
        ("203.000.113.007", "203.000.113.007", False),
        ("2001:db8::1", "2001:db8::1", True),
        ("fe80::1ff:fe23:4567:890a%eth2", "fe80::1ff:fe23:4567:890a%eth2", True),
        ("a::1", "a::1", False),
        ("IP ::1", "::1", True),
        ("00:11:22:33:44:55:66:77", "00:11:22:33:44:55:66:77", False),
    ],
)
def test_ip_addresses(text: str, match: str, is_one: bool) -> None:  # noqa: FBT001
    assert told("IP_ADDRESS", text, match) is is_one


def test_a_network_is_no_key() -> None:
    assert not told("KEY", "2001:db8:c1b3::56b5:e02d/64", "2001:db8:c1b3::56b5:e02d/64")
    assert told("KEY", "tok-0a1b2c3d4e/64", "tok-0a1b2c3d4e/64")
