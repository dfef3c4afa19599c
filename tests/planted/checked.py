"""Numbers with a check digit, made at random: payment cards, bank accounts, bitcoin addresses, national ids.

A value is made of digits drawn by the generator that is given, and belongs to nobody by intent. The check digits are
computed here, by the definitions named, and not with the package that is measured.
"""

import hashlib
import string
from collections.abc import Callable
from random import Random

CARDS = (("4", 16), ("51", 16), ("53", 16), ("55", 16), ("34", 15), ("37", 15), ("6011", 16), ("3530", 16), ("36", 14))
"""First digits and length: Visa, Mastercard, American Express, Discover, JCB, Diners Club. Source: ISO/IEC 7812."""

IBANS = {
    "AD": "8n12c",
    "AE": "19n",
    "BE": "12n",
    "BH": "4a14c",
    "BI": "23n",
    "BR": "23n1a1c",
    "CH": "5n12c",
    "DE": "18n",
    "EG": "25n",
    "ES": "20n",
    "FR": "10n11c2n",
    "GB": "4a14n",
    "IQ": "4a15n",
    "IT": "1a10n12c",
    "JO": "4a4n18c",
    "KW": "4a22c",
    "LB": "4n20c",
    "MR": "23n",
    "MU": "4a19n3a",
    "NL": "4a10n",
    "PK": "4a16c",
    "PT": "21n",
    "QA": "4a21c",
    "SA": "2n18c",
    "TN": "20n",
}
"""What follows the check digits, by country: n digits, a capitals, c either. Source: SWIFT, IBAN registry."""

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def digits(random: Random, count: int, first: str = string.digits) -> str:
    """So many digits, the first one of those given."""
    return random.choice(first) + "".join(random.choices(string.digits, k=count - 1)) if count else ""


def luhn(number: str) -> str:
    """The check digit to be put behind a number (ISO/IEC 7812-1, annex B).

    >>> luhn("7992739871")
    '3'
    """
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(number))]
    return str(-sum(value // 10 + value % 10 for value in doubled) % 10)


def card(random: Random) -> str:
    """The number of a payment card: in groups, with dashes, or unbroken."""
    first, length = random.choice(CARDS)
    number = first + digits(random, length - len(first) - 1)
    number += luhn(number)
    cuts = {16: (4, 8, 12), 15: (4, 10), 14: (4, 10)}[length]
    return _grouped(number, cuts, random.choice([" ", " ", " ", "-", ""]))


def no_card(random: Random) -> str:
    """Sixteen digits in groups whose check digit is wrong."""
    number = "4" + digits(random, 14)
    wrong = (int(luhn(number)) + random.randint(1, 9)) % 10
    return _grouped(f"{number}{wrong}", (4, 8, 12), random.choice([" ", "-", ""]))


def iban(random: Random, country: str) -> str:
    """A bank account of a country, in groups of four or unbroken (ISO 13616).

    >>> with_check_digits("GB", "WEST12345698765432")
    'GB82WEST12345698765432'
    """
    form, body, count = IBANS[country], "", ""
    for character in form:
        if character.isdigit():
            count += character
            continue
        signs = {"n": string.digits, "a": string.ascii_uppercase, "c": string.digits * 3 + string.ascii_uppercase}
        body += "".join(random.choices(signs[character], k=int(count)))
        count = ""
    number = with_check_digits(country, body)
    return _grouped(number, range(4, len(number), 4), random.choice([" ", " ", ""]))


def with_check_digits(country: str, body: str) -> str:
    """Letters, two check digits and what follows them: 98 less the remainder by 97 (ISO 7064, mod 97-10)."""
    value = int("".join(str(int(character, 36)) for character in f"{body}{country}00"))
    return f"{country}{98 - value % 97:02}{body}"


def bitcoin(random: Random) -> str:
    """A bitcoin address of one of three forms: of a key hash, of a script hash, of a witness program (BIP 173)."""
    payload = random.randbytes(20)
    form = random.choice(["1", "3", "bc1"])
    return _bech32(payload) if form == "bc1" else _base58(bytes([0 if form == "1" else 5]) + payload)


def _base58(data: bytes) -> str:
    data += hashlib.sha256(hashlib.sha256(data).digest()).digest()[:4]
    value, text = int.from_bytes(data, "big"), ""
    while value:
        value, rest = divmod(value, 58)
        text = BASE58[rest] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def _bech32(program: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in program)
    values = [0, *(int(bits[at : at + 5], 2) for at in range(0, len(bits), 5))]
    sums = _polymod([3, 3, 0, 2, 3, *values, 0, 0, 0, 0, 0, 0]) ^ 1
    check = [sums >> 5 * (5 - place) & 31 for place in range(6)]
    return "bc1" + "".join(BECH32[value] for value in [*values, *check])


def _polymod(values: list[int]) -> int:
    """The checksum of BIP 173."""
    generator, sums = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3), 1
    for value in values:
        top = sums >> 25
        sums = (sums & 0x1FFFFFF) << 5 ^ value
        for place in range(5):
            sums ^= generator[place] if top >> place & 1 else 0
    return sums


def verhoeff(number: str) -> str:
    """The check digit of Verhoeff to be put behind a number, of the dihedral group of a pentagon.

    >>> verhoeff("236")
    '3'
    """
    order = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
    turn = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
    check = 0
    for digit in reversed(number):
        order = [order[turn[place]] for place in range(10)]
        check = _together(check, order[int(digit)])
    return str(check if check > 4 else -check % 5)


def _together(one: int, two: int) -> int:
    """The product of two elements: 0 to 4 turn the pentagon, 5 to 9 mirror it first."""
    if one < 5:
        return (one + two) % 5 if two < 5 else 5 + (one + two) % 5
    return 5 + (one - two) % 5 if two < 5 else (one - two) % 5


def aadhaar(random: Random) -> str:
    """India: twelve digits, the last by Verhoeff (UIDAI)."""
    number = digits(random, 11, "23456789")
    return _grouped(number + verhoeff(number), (4, 8), random.choice([" ", " ", "-", ""]))


def pan(random: Random) -> str:
    """India: the tax number of a person, whose fourth letter is P."""
    letters = random.choices(string.ascii_uppercase, k=5)
    return "".join([*letters[:3], "P", letters[3], digits(random, 4), letters[4]])


def nin(random: Random) -> str:
    """Nigeria: eleven digits, the last by Verhoeff (NIMC)."""
    number = digits(random, 10, "123456789")
    return number + verhoeff(number)


def south_african(random: Random) -> str:
    """South Africa: date of birth, four digits, citizenship, 8, a check digit by Luhn."""
    born = f"{random.randint(50, 99)}{random.randint(1, 12):02}{random.randint(1, 28):02}"
    number = f"{born}{digits(random, 4)}{random.choice('01')}8"
    return _grouped(number + luhn(number), (6, 10), random.choice([" ", "", ""]))


def ssn(random: Random) -> str:
    """United States: social security, 3-2-4 digits; areas 000, 666 and from 900 on are never given out."""
    area = random.choice([random.randint(1, 665), random.randint(667, 899)])
    return f"{area:03}-{random.randint(1, 99):02}-{random.randint(1, 9999):04}"


def nino(random: Random) -> str:
    """United Kingdom: national insurance, two letters, six digits, a letter A to D."""
    letters = random.choice("ABCEGHJKLMPRSTWXY") + random.choice("ABCEGHJKLMPRSTWXY")
    number = f"JE{digits(random, 6)}" if letters in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ") else ""
    number = (number or letters + digits(random, 6)) + random.choice("ABCD")
    return _grouped(number, (2, 4, 6, 8), random.choice([" ", ""]))


def nhs(random: Random) -> str:
    """United Kingdom: health service, ten digits, the last by weights 10 to 2 modulo 11."""
    while True:
        number = digits(random, 9, "456789")
        check = -sum(int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=True)) % 11
        if check < 10:
            return _grouped(f"{number}{check}", (3, 6), " ")


def nif(random: Random) -> str:
    """Spain: eight digits and the letter of their remainder by 23."""
    number = digits(random, 8, "1234567")
    return number + random.choice(["", "-"]) + "TRWAGMYFPDXBNJZSQVHLCKE"[int(number) % 23]


def nie(random: Random) -> str:
    """Spain, of foreigners: X, Y or Z for 0, 1 or 2, seven digits, and the same letter."""
    first, number = random.randrange(3), digits(random, 7)
    return "XYZ"[first] + number + "TRWAGMYFPDXBNJZSQVHLCKE"[int(f"{first}{number}") % 23]


NATIONAL_IDS: dict[str, dict[str, Callable[[Random], str]]] = {
    "ES": {"NIF": nif, "NIE": nie},
    "GB": {"NINO": nino, "NHS": nhs},
    "IN": {"": aadhaar, "PAN": pan},
    "NG": {"NIN": nin},
    "US": {"SSN": ssn},
    "ZA": {"": south_african},
}
"""By country what people write before it, beside the word of their language, and how it is made."""


def _grouped(number: str, cuts: range | tuple[int, ...], joint: str) -> str:
    parts = [number[start:end] for start, end in zip([0, *cuts], [*cuts, len(number)], strict=True)]
    return joint.join(parts)
