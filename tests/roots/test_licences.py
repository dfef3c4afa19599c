"""Licences in the Hub's terms."""

import pytest

from roots.licences import FAMILIES, HUB, metadata, on_hub


@pytest.mark.parametrize(
    ("licence", "names"),
    [
        ("CC-BY-SA-4.0", ["cc-by-sa-4.0"]),
        ("CC0-1.0", ["cc0-1.0"]),
        ("GPL-3.0-only", ["gpl-3.0"]),
        ("LGPL-2.1+", ["lgpl-2.1"]),
        ("GFDL-1.3-or-later", ["gfdl"]),
        ("ODC-By-1.0", ["odc-by"]),
        ("PDDL-1.0", ["pddl"]),
        ("MPL-2.0 AND (CC-BY-4.0 OR MIT)", ["cc-by-4.0", "mit", "mpl-2.0"]),
        ("CC-BY-SA-2.0", ["other"]),
        ("GPL-2.0-only WITH Classpath-exception-2.0", ["other"]),
        ("MPL-2.0 OR LicenseRef-mine", ["mpl-2.0", "other"]),
        ("", ["unknown"]),
    ],
)
def test_spdx_ids_and_expressions(licence: str, names: list[str]) -> None:
    assert on_hub(licence) == names
    assert set(names) <= HUB


def test_families_are_names_of_the_hub() -> None:
    assert FAMILIES < HUB


def test_several_licences_are_a_list() -> None:
    assert metadata([("CC-BY-4.0", ""), ("MIT", ""), ("CC-BY-4.0", "x")]) == {"license": ["cc-by-4.0", "mit"]}
    assert metadata([]) == {"license": "unknown"}


def test_a_licence_the_hub_does_not_know_is_named_and_linked() -> None:
    assert metadata([("LicenseRef-UN: terms | of use", "https://un.org/terms")]) == {
        "license": "other",
        "license_name": "licenseref-un-terms-of-use",
        "license_link": "https://un.org/terms",
    }
    assert metadata([("许可", "")]) == {"license": "other", "license_name": "not-named"}


def test_several_unknown_licences_point_to_the_sources() -> None:
    assert metadata([("A-1", "https://a"), ("B-1", "https://b"), ("MIT", "")]) == {
        "license": ["mit", "other"],
        "license_name": "several-see-the-sources",
    }
