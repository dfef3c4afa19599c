"""National ids are looked for in their countries alone, and by a check digit or the word for them."""

import pytest

from filters.national_ids import IDS, find, of_countries
from lang_params.params import load_all


def test_every_recognizer_is_there() -> None:
    ids = of_countries(tuple(sorted(IDS)))
    assert [type(recognizer).__name__ for _, recognizer in ids] == [each.name for each, _ in ids]


def test_only_countries_of_the_languages_are_named() -> None:
    assert set(IDS) <= {country for params in load_all().values() for country in params.personal.countries}


@pytest.mark.parametrize(
    ("country", "line", "found"),
    [
        ("IN", "Aadhaar 2345 6789 0124", "2345 6789 0124"),
        ("IN", "Aadhaar 2345 6789 0125", None),
        ("IN", "PAN ABCPE1234F", "ABCPE1234F"),
        ("US", "SSN 536-90-4399", "536-90-4399"),
        ("US", "SSN 666-05-1120", None),
        ("ES", "DNI 12345678Z", "12345678Z"),
        ("ES", "DNI 12345678A", None),
        ("GB", "NI number AB 12 34 56 C", "AB 12 34 56 C"),
        ("GB", "943 476 5919", None),
        ("GB", "NHS number 943 476 5919", "943 476 5919"),
        ("ZA", "ID 8001015009087", "8001015009087"),
        ("ZA", "ID 8001015009088", None),
        ("KE", "ID 8001015009087", None),
        ("US", "part 1.536-90-4399.4", None),
    ],
)
def test_ids(country: str, line: str, found: str | None) -> None:
    assert [line[start:end] for start, end in find(line, (country,))] == ([found] if found else [])
