"""Values that are planted: e-mail addresses, IP addresses, names of users, keys, telephone numbers.

All are made at random by the generator that is given. Hosts are those of RFC 2606 and, of a country, `example` under
its domain; half of the IP addresses are of the blocks for documentation. Names are of no one.
"""

import string
from collections.abc import Iterator
from functools import cache
from random import Random

import phonenumbers

GIVEN = (
    *("ade", "amina", "ana", "asha", "bintu", "chidi", "dao", "eka", "fatou", "gita", "hana", "ife", "jean", "juma"),
    *("kofi", "lan", "linh", "maria", "mei", "nia", "omar", "paulo", "ravi", "sara", "thabo", "usha", "wei", "zola"),
)
FAMILY = (
    *("abara", "bello", "costa", "diop", "etxe", "faro", "gomba", "huynh", "iyer", "jumbe", "kamau", "lopo", "mbeki"),
    *(
        "ndiaye",
        "okoro",
        "patil",
        "quan",
        "rao",
        "sithole",
        "traore",
        "ubani",
        "vidal",
        "wanjala",
        "xu",
        "yusuf",
        "zungu",
    ),
)
HOSTS = ("example.org", "example.com", "example.net", "mail.example.org", "my-school.example.com", "example.edu")
OWN_SCRIPT = {
    "ar": "موقع.مثال",
    "bn": "উদাহরণ.বাংলা",
    "hi": "उदाहरण.भारत",
    "ta": "உதாரணம்.இந்தியா",
    "zhs": "例子.中国",
    "zht": "例子.台灣",
}
"""Hosts in the script of a language, as RFC 6531 allows them."""


def email(random: Random, regions: list[str]) -> str:
    """An address as people have them: names joined by dots, dashes or nothing, a number or a tag behind."""
    one, two = random.choice(GIVEN), random.choice(FAMILY)
    local = random.choice(
        [
            f"{one}.{two}",
            f"{one}_{two}",
            f"{one}-{two}",
            f"{one[0]}{two}",
            f"{one}{random.randint(2, 99)}",
            f"{one}.{two}+list",
            f"{one.title()}.{two.title()}",
            random.choice(["info", "office", "contact"]),
        ]
    )
    host = random.choice([*HOSTS, f"example.{random.choice(regions).lower()}".replace(".gb", ".co.uk")])
    return f"{local}@{host.upper() if random.random() < 0.03 else host}"


def ipv4(random: Random) -> str:
    """An address of version 4, of a block for documentation (RFC 5737), of a private one, or any that is given out."""
    first = random.choice(["192.0.2", "198.51.100", "203.0.113", "192.168.1", "10.14.0", "", "", ""])
    if first:
        return f"{first}.{random.randint(1, 254)}"
    return ".".join(str(random.randint(low, high)) for low, high in ((101, 126), (0, 255), (0, 255), (1, 254)))


def ipv6(random: Random) -> str:
    """An address of version 6 of the block for documentation (RFC 3849): in eight groups or shortened; link-local."""
    groups = [f"{random.randrange(65536):x}" for _ in range(6)]
    return random.choice(
        [
            ":".join(["2001", "db8", *groups]),
            f"2001:db8::{groups[0]}",
            f"2001:db8:{groups[0]}::{groups[1]}:{groups[2]}",
            f"2001:0db8:{groups[0]}:{groups[1]}::{groups[2]}",
            f"fe80::{groups[0]}:{groups[1][:2]}ff:fe{groups[2][:2]}:{groups[3]}",
        ]
    )


def user(random: Random) -> str:
    """A name of a user with its at-sign: Latin letters, digits and low lines, as the large sites allow."""
    one, two = random.choice(GIVEN), random.choice(FAMILY)
    name = random.choice(
        [
            f"{one}_{two}",
            f"{one}{two}",
            f"{one}_{random.randint(2, 99)}",
            f"{one.title()}{two.title()}",
            f"the_{one}",
            f"{one}{random.randint(1960, 2009)}",
            f"_{one}_{two}_",
            one if len(one) > 3 else f"{one}{two[0]}",
        ]
    )
    return f"@{name}"


def key(random: Random) -> tuple[str, str]:
    """What stands before a secret, and the secret: keys of services, tokens, licence keys."""
    signs, hexadecimal = string.ascii_letters + string.digits, "0123456789abcdef"
    return random.choice(
        [
            ("API key", f"tok-{_some(random, hexadecimal, 24)}"),
            ("API key", f"sk_demo_{_some(random, signs, 24)}"),
            ("Token", _some(random, signs, 36)),
            ("Token", "-".join(_some(random, hexadecimal, 8) for _ in range(4))),
            ("Secret", _some(random, hexadecimal, 40)),
            ("Licence key", "-".join(_some(random, string.ascii_uppercase + string.digits, 5) for _ in range(5))),
        ]
    )


def _some(random: Random, signs: str, count: int) -> str:
    return "".join(random.choices(signs, k=count))


KINDS = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)


@cache
def _example(region: str, kind: int) -> phonenumbers.PhoneNumber:
    found = phonenumbers.example_number_for_type(region, kind)
    assert found is not None, region
    return found


def number(random: Random, region: str) -> phonenumbers.PhoneNumber:
    """The example number of a region, mobile more often than not, with other last digits that are valid there too."""
    example = _example(region, KINDS[0] if random.random() < 0.65 else KINDS[1])
    size = 10**4 if len(str(example.national_number)) > 7 else 10**3
    while True:
        found = phonenumbers.PhoneNumber()
        found.merge_from(example)
        found.national_number = example.national_number // size * size + random.randrange(size)
        if phonenumbers.is_valid_number_for_region(found, region):
            return found


def national_forms(number: phonenumbers.PhoneNumber) -> Iterator[str]:
    """How it is written in its own country: as its plan groups it, with dashes, with dots, unbroken."""
    grouped = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    plain = "".join(character for character in grouped if character.isdigit())
    yield from (grouped, grouped, grouped.replace(" ", "-").replace(")-", ") "), plain)
    if "-" not in grouped and "(" not in grouped:
        yield grouped.replace(" ", ".")


def international_forms(number: phonenumbers.PhoneNumber) -> Iterator[str]:
    """How it is written for callers from abroad: grouped, with dashes, unbroken, the code in brackets, 00 for +."""
    grouped = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    code, rest = grouped.split(" ", 1)
    yield from (grouped, grouped, grouped.replace(" ", "-"), grouped.replace(" ", "").replace("-", ""))
    yield f"({code}) {rest}"
    region = phonenumbers.region_code_for_number(number)
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(region)
    if metadata.international_prefix == "00":
        yield f"00{code[1:]} {rest}"
