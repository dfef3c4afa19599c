"""Licences: SPDX expressions, GitHub's names, and what is neither."""

import pytest

from filters.licences import GPL_FAMILY, TOKENS, among, permissive

GITHUB = {
    **dict.fromkeys(("mit", "apache-2.0", "bsd-2-clause", "bsd-3-clause", "isc", "unlicense", "cc0-1.0"), True),
    "artistic-2.0": True,
    **dict.fromkeys(("gpl-2.0", "gpl-3.0", "agpl-3.0", "lgpl-2.1", "lgpl-3.0", "mpl-2.0", "epl-1.0"), False),
}
"""The 15 licences of GitHub's data set on BigQuery, and whether they are permissive."""


@pytest.mark.parametrize(("name", "is_permissive"), GITHUB.items())
def test_the_names_of_github_are_ids(name: str, *, is_permissive: bool) -> None:
    assert among(name, permissive()) == is_permissive


def test_the_list_holds_ids_alone_each_once() -> None:
    assert len(permissive()) == 224
    assert all(name.strip() == name and " " not in name for name in permissive())
    assert not permissive() & GPL_FAMILY


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("MIT", True),
        ("mit", True),
        ("MIT OR GPL-3.0-only", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (GPL-2.0-only OR Apache-2.0)", True),
        ("(MIT AND Apache-2.0) OR GPL-2.0-only", True),
        ("MIT OR GPL-2.0-only AND GPL-3.0-only", True),
        ("GPL-2.0-only AND GPL-3.0-only OR MIT", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("Apache-2.0+", True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", False),
        ("", False),
        ("unknown", False),
        ("MIT OR", False),
        ("OR MIT", False),
        ("MIT GPL-3.0-only", False),
        ("(MIT", False),
        ("MIT)", False),
        ("()", False),
        ("MIT WITH", False),
        ("see LICENSE", False),
        ("MIT/Apache-2.0", False),
    ],
)
def test_an_expression_is_read_as_spdx_says(expression: str, *, wanted: bool) -> None:
    assert among(expression, permissive()) == wanted


@pytest.mark.parametrize("name", ["gpl-2.0", "GPL-2.0-only", "GPL-3.0-or-later", "LGPL-2.1+", "AGPL-3.0"])
def test_the_gpl_family_has_old_and_new_ids(name: str) -> None:
    assert among(name, GPL_FAMILY)


def test_expressions_have_a_limit_so_that_parentheses_cannot_nest_without_end() -> None:
    assert among(" OR ".join(["MIT"] * (TOKENS // 2)), permissive())
    assert not among(" OR ".join(["MIT"] * TOKENS), permissive())
    assert not among("(" * 100_000 + "MIT" + ")" * 100_000, permissive())
