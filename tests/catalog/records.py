"""Records in the JSON form of BigScience: as many as its catalogue had, with every admissible value and odd ones."""

from typing import Any

from catalog import form

RECORDS = 192
"""Entries of the catalogue of BigScience."""

TYPES = ("primary", "processed", "organization")

OTHER_TEXT = "une bibliothèque « privée »"


def admissible(name: str) -> list[str]:
    """The values of a key in the words of BigScience, "" for no answer, and what is not on its list where it may be."""
    section, _, key = name.rpartition(".")
    found = form.sections()[section][key]
    written = dict(found.written)
    return ["", *(written.get(value, value) for value in found.allowed), *([OTHER_TEXT] if found.other else [])]


def records() -> list[dict[str, Any]]:
    """The records; the first hold plain answers, every fifth of them something odd."""
    found = [record(number) for number in range(RECORDS)]
    for number in range(0, RECORDS, 5):
        ODD[number // 5 % len(ODD)](found[number], number)
    return found


def record(number: int) -> dict[str, Any]:
    """One record as the form makes them, its answers going through all that are admissible."""
    kind = TYPES[number % 3]

    def one(name: str) -> str:
        values = admissible(name)
        return values[number // 3 % len(values)]

    def many(name: str) -> list[str]:
        values = admissible(name)[1:]
        size = -(-len(values) // 32)
        first = number // 3 * size % len(values)
        return values[first : first + size]

    made: dict[str, Any] = {
        "uid": f"entry_{number}",
        "type": kind,
        "description": {
            "name": f"Ìwé {number}: \"الكتاب\" 'ქ' 书",
            "description": "Two\nlines,\r\n\ttabs and a back\\slash. " * (number % 4),
            "homepage": "" if number % 7 else "https://example.org/ü?a=b#c",
            "validated": number % 2 == 0,
        },
        "languages": {
            "language_names": [["Niger-Congo", "Yoruba"], ["Arabic", "ar-CLS"], [], ["Kikongo", "Volapük"]][number % 4],
            "language_comments": "AAVE" if number % 3 else "",
            "language_locations": many("language.locations"),
            "validated": False,
        },
        "custodian": {
            "name": 'Société "X"',
            "in_catalogue": "" if number % 4 else f"entry_{number - number % 3 + 2}",
            "type": one("custodian.type"),
            "location": one("custodian.location"),
            "contact_name": "Ada",
            "contact_email": "ada@example.org",
            "contact_submitter": number % 2 == 1,
            "additional": "see www.example.org, or ask",
            "validated": number % 3 == 1,
        },
    }
    return made if kind == "organization" else made | described(kind, one, many)


def described(kind: str, one: Any, many: Any) -> dict[str, Any]:
    """The parts that an organisation does not have."""
    pii: dict[str, Any] = {"has_pii": one("pii.has_pii")}
    for what in ("generic", "numeric", "sensitive"):
        pii |= {f"{what}_pii_likely": one(f"pii.{what}"), f"{what}_pii_list": many(f"pii.{what}_kinds")}
    source = {
        "source_category": {
            "category_type": one("source_category.type"),
            "category_web": one("source_category.web"),
            "category_media": one("source_category.media"),
            "validated": False,
        }
    }
    processed = {
        "processed_from_primary": {
            "from_primary": one("processed_from_primary.from_primary"),
            "primary_availability": one("processed_from_primary.availability"),
            "primary_license": one("processed_from_primary.licence"),
            "primary_types": many("processed_from_primary.types"),
            "from_primary_entries": ["entry_0"],
            "validated": True,
        }
    }
    return {
        "availability": {
            "procurement": {
                "for_download": one("procurement.for_download"),
                "download_url": "https://example.org/data",
                "download_email": "",
            },
            "licensing": {
                "has_licenses": one("licence.has_licenses"),
                "license_text": "Tous droits réservés.\n\n'''\"\"\"",
                "license_properties": many("licence.properties"),
                "license_list": ["cc-by-4.0: Creative Commons Attribution 4.0 International", "other: Other license"],
            },
            "pii": {
                **pii,
                "no_pii_justification_class": one("pii.justification_class"),
                "no_pii_justification_text": "",
            },
            "validated": False,
        },
        **(source if kind == "primary" else processed),
        "media": {
            "category": many("media.category"),
            "text_format": many("media.text_format"),
            "audiovisual_format": many("media.audiovisual_format"),
            "image_format": many("media.image_format"),
            "database_format": many("media.database_format"),
            "text_is_transcribed": one("media.text_is_transcribed"),
            "instance_type": one("media.instance_type"),
            "instance_count": one("media.instance_count"),
            "instance_size": one("media.instance_size"),
            "validated": False,
        },
    }


def _without_parts(record: dict[str, Any], number: int) -> None:
    for name in ("media", "availability", "languages"):
        record.pop(name, None)


def _of_the_first_form(record: dict[str, Any], number: int) -> None:
    """As entries of the first days of that catalogue are."""
    del record["languages"]["language_locations"], record["custodian"]["in_catalogue"]
    record["languages"]["language_locations_region"] = ["Africa"]
    record.get("media", {}).pop("database_format", None)


def _of_the_imported_list(record: dict[str, Any], number: int) -> None:
    """As what was taken into that catalogue from a table is."""
    record |= {"uid": f" {number}_The Corpus of Ọ̀ṣun", "type": "primary", "imported": True}
    record["custodian"]["contact_submitter"] = ""
    record["availability"] = {"procurement": {"for_download": "Not sure"}, "licensing": {"has_licenses": None}}
    record["media"] = {"text_is_transcribed": "Yes"}


def _with_fields_nobody_foresaw(record: dict[str, Any], number: int) -> None:
    record |= {"note": None, "score": 1.5, "count": 10**30, "": {"": []}, "a/b~c": [[], {}, [None, True, 0, -1.0]]}
    record["custodian"] |= {"a\nb\u0000": "\ud800 alone", "\udfff": 1, 'qu"ote': "\x7f\u2028\ufeff"}


def _of_wrong_kinds(record: dict[str, Any], number: int) -> None:
    record |= {"type": ["primary"], "languages": "Yoruba", "media": None}
    record["description"] |= {"name": 7, "description": None, "homepage": ["a", "b"], "validated": 1}
    record["custodian"] |= {"type": {"x": 1}, "validated": "yes", "contact_submitter": 0, "location": False}


def _with_values_of_this_project(record: dict[str, Any], number: int) -> None:
    """Words that are ours and not those of BigScience, and words that look like our marks."""
    record["type"] = "primary source"
    record["custodian"] |= {"type": "private individual", "location": "other: Nigeria", "name": "other: x"}
    record["languages"]["language_locations"] = ["other", "other: Nigeria", "Nigeria", "Nigeria", "", " "]


def _without_a_name(record: dict[str, Any], number: int) -> None:
    record |= {"description": {}, "type": "", "uid": f"جريدة{number}"}
    record["custodian"] = {}


ODD = [
    _without_parts,
    _of_the_first_form,
    _of_the_imported_list,
    _with_fields_nobody_foresaw,
    _of_wrong_kinds,
    _with_values_of_this_project,
    _without_a_name,
]
"""What public records have been, and worse."""
