"""Which national ids are looked for in which country, and by what they are known: those that presidio has.

Of the countries where the 46 languages are spoken presidio 2.2.366 knows ids of persons in these. Left out are numbers
of vehicles, companies and passports, and numbers of nine digits without a check digit.
"""

import re
from functools import cache
from typing import Any, NamedTuple

from filters.presidio_classes import recognizers


class Id(NamedTuple):
    """A national id: the module and class of presidio's recognizer, and by what a match is believed.

    `named` asks for a word that names it, before it on the line: its check digit alone is one in ten of all numbers.
    `score` is the least score of presidio, which tells its patterns apart; 1.0 is a check digit that is right.
    """

    module: str
    name: str
    score: float
    named: bool = False


IDS: dict[str, tuple[Id, ...]] = {
    "AU": (
        Id("australia.au_medicare_recognizer", "AuMedicareRecognizer", 1.0, named=True),
        Id("australia.au_tfn_recognizer", "AuTfnRecognizer", 1.0, named=True),
    ),
    "CA": (Id("canada.ca_sin_recognizer", "CaSinRecognizer", 0.5, named=True),),
    "ES": (
        Id("spain.es_nif_recognizer", "EsNifRecognizer", 1.0),
        Id("spain.es_nie_recognizer", "EsNieRecognizer", 1.0),
    ),
    "GB": (
        Id("uk.uk_nhs_recognizer", "NhsRecognizer", 1.0, named=True),
        Id("uk.uk_nino_recognizer", "UkNinoRecognizer", 0.5),
    ),
    "IN": (
        Id("india.in_aadhaar_recognizer", "InAadhaarRecognizer", 1.0),
        Id("india.in_pan_recognizer", "InPanRecognizer", 0.5),
        Id("india.in_voter_recognizer", "InVoterRecognizer", 0.4, named=True),
    ),
    "NG": (Id("nigeria.ng_nin_recognizer", "NgNinRecognizer", 1.0, named=True),),
    "PH": (Id("philippines.ph_umid_recognizer", "PhUmidRecognizer", 0.5),),
    "SG": (Id("singapore.sg_fin_recognizer", "SgFinRecognizer", 0.5),),
    "US": (
        Id("us.us_ssn_recognizer", "UsSsnRecognizer", 0.5),
        Id("us.us_itin_recognizer", "UsItinRecognizer", 0.5, named=True),
    ),
    "ZA": (Id("south_africa.za_id_number_recognizer", "ZaIdNumberRecognizer", 1.0),),
}
"""By country, ISO 3166-1."""


@cache
def of_countries(countries: tuple[str, ...]) -> tuple[tuple[Id, Any], ...]:
    """The ids of these countries, each with presidio's recognizer."""
    ids = [each for country in countries for each in IDS.get(country, ())]
    classes = recognizers(tuple((f"country_specific.{each.module}", each.name) for each in ids)) if ids else {}
    return tuple((each, classes[each.name]()) for each in ids)


def find(line: str, countries: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where national ids of these countries stand in a piece of a line, folded, in code points.

    >>> find("Aadhaar 2345 6789 0124", ("IN",)), find("Aadhaar 2345 6789 0125", ("IN",))
    ([(8, 22)], [])
    """
    found = set()
    for each, recognizer in of_countries(countries):
        for match in recognizer.analyze(line, []):
            before, after = line[: match.start], line[match.end :]
            if match.score < each.score or re.search(r"[\w/=#.+-]$|\d[ ,]$", before) or re.match(r"[\w=@]", after):
                continue
            if not each.named or _named(recognizer, before):
                found.add((match.start, match.end))
    return sorted(found)


def _named(recognizer: Any, before: str) -> bool:
    """Whether one of presidio's words for an id stands within 40 characters before it."""
    said = _words(before[-40:])
    return any(_words(word) in said for word in recognizer.context or ())


def _words(text: str) -> str:
    return " ".join(["", *re.findall(r"[^\W_]+", text.lower()), ""])
