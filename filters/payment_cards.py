"""Numbers of payment cards among those that presidio finds, which are one in ten of all numbers of 12 to 17 digits.

presidio looks at the first digit and at the check digit (Luhn, ISO/IEC 7812-1). Issuers have lengths and first digits
of their own, people write cards in few groupings, and a fraction or an amount is no card.
"""

import re

ISSUERS = (
    (r"4", (16, 19)),  # Visa; its cards of 13 digits are no longer issued, and articles of shops have as many (EAN)
    (r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720", (16,)),  # Mastercard
    (r"3[47]", (15,)),  # American Express
    (r"6011|64[4-9]|65", (16,)),  # Discover; RuPay
    (r"30[0-5]|3095|36|3[89]", (14, 16)),  # Diners Club
    (r"35(?:2[89]|[3-8])", (16,)),  # JCB
    (r"62", (16, 17, 18, 19)),  # UnionPay
    (r"508|60|81|82", (16,)),  # RuPay
    (r"506[01]|507[89]", (16, 18, 19)),  # Verve
    (r"50|5[6-8]|63|67", (12, 13, 16, 18, 19)),  # Maestro
)
"""First digits and lengths of the schemes, as they publish them for those who accept cards (2025)."""

GROUPINGS = ((4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 6, 5), (4, 6, 4), (4, 4, 4), (6, 13))
"""Groups in which cards are written, beside no groups at all."""

BEFORE = re.compile(r"(?:[\w/=#&@%-]|\d[.,:+-]|\d )$")
AFTER = re.compile(r"[\w=%@/]|[.,:-]\d| \d")


def counts(line: str, start: int, end: int) -> bool:
    """Whether a number whose check digit is right is written as a card, in a folded line.

    >>> numbers = ("4111 1111 1111 1111", "3782 822463 10005", "1111 1111 1111 1117")
    >>> [counts(number, 0, len(number)) for number in numbers]
    [True, True, False]
    >>> counts("0.4111111111111111", 2, 18)
    False
    """
    if BEFORE.search(line[max(0, start - 2) : start]) or AFTER.match(line[end : end + 2]):
        return False
    written = line[start:end]
    groups = tuple(map(len, re.findall(r"\d+", written)))
    digits = re.sub(r"\D", "", written)
    if len(groups) > 1 and (groups not in GROUPINGS or len(set(re.findall(r"\D+", written))) > 1):
        return False
    if len(set(digits)) < 2:
        return False
    return any(len(digits) in lengths and re.match(first, digits) for first, lengths in ISSUERS)
