"""Telephone numbers count with evidence; dates, books, sums, versions, places and tables do not."""

import phonenumbers
import pytest

from filters.phones import _plan, find, phone_word

FOUND = [
    ("Simu: 0712 345 678", "KE", "0712 345 678"),
    ("+254 733 123456", "", "+254 733 123456"),
    ("(+234) 803-123-4567", "", "(+234) 803-123-4567"),
    ("tel:+221701230255", "", "+221701230255"),
    ("00254 712 345678", "KE", "00254 712 345678"),
    ("(202) 555-0143", "US", "(202) 555-0143"),
    ("98765 43210", "IN", "98765 43210"),
    ("13800138000", "CN", "13800138000"),
    ("电话13800138000。", "CN", "13800138000"),
    ("01 23 45 67 89", "FR", "01 23 45 67 89"),
    ("Woo ma ci 77 123 45 67", "SN", "77 123 45 67"),
    ("Truqueu al 312 345", "AD", "312 345"),
    ("tel 20.21.74.38", "ML", "20.21.74.38"),
]
"""A line, a country, and what of the line is a number."""

NONE = [
    "12/03/2021 10:22",
    "2021-07-25 20:43",
    "20231105 123456",
    "05.11.2023",
    "1999-2004",
    "1998 1999 2000 2001",
    "ISBN 978-0-306-40615-7",
    "ISSN 0378-5955",
    "12 345 678",
    "12.345.678",
    "$ 1.234.567",
    "6.524379 3.379206",
    "3.14159265358979",
    "v 10.15.7.1234",
    "20.21.74.38",
    "71234567",
    "0123456789",
    "Telugu | 1234567890",
    "Bengali 9876543210",
    "| 804 1004",
    "712345678",
    "https://a.example/0712345678",
    "file_0712345678.jpg",
    "SN-0712345678x",
    "0712345678 KES",
    "0712345678%",
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
]

EVERYWHERE = ("KE", "IN", "US", "FR", "SN", "BI", "ML", "NG", "GB", "CN", "ID")


@pytest.mark.parametrize(("line", "country", "number"), FOUND)
def test_found(line: str, country: str, number: str) -> None:
    assert [line[start:end] for start, end in find(line, (country,) if country else ())] == [number]


@pytest.mark.parametrize("line", NONE)
def test_look_alikes(line: str) -> None:
    assert find(line, EVERYWHERE) == []


def test_a_number_right_behind_one_that_counts_needs_no_word() -> None:
    line = "tel. 612 345 773; 612342103 / 612 345 700"
    assert [line[start:end] for start, end in find(line, ("ES",))] == ["612 345 773", "612342103", "612 345 700"]
    assert find("612342103", ("ES",)) == []


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_the_pattern_of_a_plan_lets_every_form_of_its_numbers_through(region: str) -> None:
    """What the pattern does not let through is not given to presidio at all."""
    form = phonenumbers.PhoneNumberFormat
    for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
        number = phonenumbers.example_number_for_type(region, kind)
        if number is None:
            continue
        for written in (form.NATIONAL, form.E164):
            digits = "".join(filter(str.isdigit, phonenumbers.format_number(number, written)))
            assert len(digits) < 6 or _plan(region).fullmatch(digits), (region, kind, digits)


def test_words_count_right_before_a_number() -> None:
    assert phone_word("फ़ोन: ")
    assert phone_word("WhatsApp ")
    assert not phone_word("phone 12, page ")
    assert not phone_word("a telling story, in all some ")
