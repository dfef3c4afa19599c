"""Licences of code: the lines of SPDX, licence files, and the nearest of them."""

from pathlib import Path

import pytest

from catalog import licences
from catalog.licences import HEAD, LICENCE_BYTES, LONGEST, UNKNOWN, is_licence_file, joined, named, nearest, of_text
from tests.corpora import ROOT


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        ("# SPDX-License-Identifier: MIT\nimport os", "MIT"),
        ("<?php\n/* SPDX-License-Identifier: GPL-2.0-or-later */", "GPL-2.0-or-later"),
        ("<!-- SPDX-License-Identifier: BSD-3-Clause -->", "BSD-3-Clause"),
        ("// SPDX-License-Identifier: MIT OR (GPL-2.0 WITH  Nokia)", "MIT OR (GPL-2.0 WITH Nokia)"),
        ("# SPDX-License-Identifier: MIT\n# SPDX-License-Identifier: MIT", "MIT"),
        ("# SPDX-License-Identifier: MIT\n# SPDX-License-Identifier: Zlib", "MIT AND Zlib"),
        ("# SPDX-License-Identifier:\n", None),
        ("# licence: MIT", None),
        (" " * HEAD + "# SPDX-License-Identifier: MIT", None),
        ("# SPDX-License-Identifier: " + "MIT OR " * LONGEST, UNKNOWN),
    ],
)  # fmt: skip
def test_a_file_names_its_licence_in_its_first_lines(text: str, licence: str | None) -> None:
    assert named(text) == licence


@pytest.mark.parametrize(
    "name", ["LICENSE", "LICENCE", "license.txt", "LICENSE-MIT", "License.md", "COPYING", "COPYING.LESSER", "UNLICENSE"]
)
def test_names_of_licence_files(name: str) -> None:
    assert is_licence_file(name, ("py", "go"))


@pytest.mark.parametrize("name", ["license.py", "LICENSE.go", "licensed.txt", "NOTICE", "README", "copyright", ""])
def test_names_of_other_files(name: str) -> None:
    assert not is_licence_file(name, ("py", "go"))


def test_the_text_of_this_project_s_own_licence_is_known() -> None:
    assert of_text((ROOT / "LICENSE").read_bytes()) == "Apache-2.0"


def test_a_licence_without_the_advice_after_its_terms_is_known() -> None:
    from identify.vendor.licenses import LICENSES

    texts = dict(LICENSES)
    found = {name: text for name, text in texts.items() if licences.END in text}
    assert set(found) == {"AGPL-3.0", "Apache-2.0", "ECL-2.0", "GPL-2.0", "GPL-3.0", "LGPL-2.1"}
    for name, text in found.items():
        terms = text.partition(licences.END)[0]
        assert of_text(terms.encode()) == of_text(f"{terms}\n{licences.END}\n".encode()) == name
    assert of_text(f"Terms of my own\n{licences.END}".encode()) == UNKNOWN


def test_a_text_that_differs_a_little_is_known_and_one_that_differs_much_is_not() -> None:
    from identify.vendor.licenses import LICENSES

    text = dict(LICENSES)["MIT"]
    assert of_text(f"Copyright 2026 Ayọ̀olá\n\n{text}".encode()) == "MIT"
    assert of_text(text.replace("[fullname]", "the authors of Zürich").encode()) == "MIT"
    assert of_text(text.replace(" ", "\r\n").encode("utf-8-sig")) == "MIT"
    assert of_text(f"{text}\n{'It may not be used on Mondays. ' * 5}".encode()) == UNKNOWN


@pytest.mark.parametrize("content", [b"", b"All rights reserved.", b"\xff\xfe", b"x" * (LICENCE_BYTES + 1)])
def test_what_is_no_known_licence_is_unknown(content: bytes) -> None:
    assert of_text(content) == UNKNOWN


def test_long_runs_of_white_space_take_no_time_and_make_no_difference() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert of_text(text.replace("\n", "\n" * 500).encode()) == "Apache-2.0"
    assert of_text(("\n" * 100_000 + text).encode()) == "Apache-2.0"
    assert of_text(("\v\f " * 30_000 + text).encode()) == "Apache-2.0"


def test_no_file_is_left_behind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(licences.tempfile, "tempdir", str(tmp_path))
    assert of_text(b"nobody's licence") == UNKNOWN
    assert list(tmp_path.iterdir()) == []


def test_licences_of_one_folder_hold_together() -> None:
    assert joined([]) == UNKNOWN
    assert joined(["MIT"]) == joined(["MIT", "MIT"]) == "MIT"
    assert joined(["GPL-3.0", "LGPL-3.0"]) == "GPL-3.0 AND LGPL-3.0"
    assert joined(["MIT OR Zlib"]) == "MIT OR Zlib"
    assert joined(["GPL-3.0", UNKNOWN]) == UNKNOWN


def test_the_nearest_licence_above_a_file_is_its_own() -> None:
    found = {"a": "MIT", "a/b/c": "Zlib"}
    assert [nearest(path, found) for path in ("a/x.py", "a/b/x.py", "a/b/c/d/x.py", "z/x.py", "x.py")] == [
        "MIT", "MIT", "Zlib", UNKNOWN, UNKNOWN
    ]  # fmt: skip
