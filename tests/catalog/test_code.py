"""Code as a source: folders, archives and exports; what each record says, and what is no document."""

import dataclasses
import gzip
import io
import json
import tarfile
import zipfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import code
from catalog.code import SIZE, beside, extensions, opened, roots_files
from catalog.document import document_id
from catalog.entry import Data, Entry
from catalog.licences import UNKNOWN
from catalog.sources import entry_for_files, inputs
from tests.catalog.conftest import Rows
from tests.corpora import ROOT

SHARES = {
    "Java": 25.17, "PHP": 23.05, "C++": 16.12, "Python": 11.33, "JavaScript": 8.87, "C#": 7.34, "Ruby": 3.16,
    "Lua": 1.64, "Go": 1.06, "TypeScript": 1.06, "C": 0.63, "Scala": 0.43, "Rust": 0.14,
}  # fmt: skip
"""Percentages of the files of ROOTS by language."""

APACHE = (ROOT / "LICENSE").read_bytes()
MIT = (
    b"MIT License\n\nCopyright (c) 2026 Nobody\n\n"
    b"Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated "
    b'documentation files (the "Software"), to deal in the Software without restriction, including without limitation '
    b"the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and "
    b"to permit persons to whom the Software is furnished to do so, subject to the following conditions:\n\nThe above "
    b"copyright notice and this permission notice shall be included in all copies or substantial portions of the "
    b'Software.\n\nTHE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT '
    b"NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO "
    b"EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN "
    b"ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR "
    b"OTHER DEALINGS IN THE SOFTWARE.\n"
)

FILES = {
    "main.go": b"package main\n",
    "LICENSE": APACHE,
    "README.md": b"# Read me\n",
    "logo.py": b"\x89PNG\r\n\x1a\n\0\0",
    "large.js": b"x" * (SIZE + 1),
    "vendor/a.rs": b"fn main() {}\n",
    "vendor/COPYING": MIT,
    "vendor/deep/b.H": b"// SPDX-License-Identifier: BSL-1.0\r\nclass B;\r\n",
    "old/latin.php": "<?php // coding: latin-1\n$x = 'é';".encode("latin-1"),
    "empty.py": b"",
}
"""A small repository in several languages, with every kind of file that is no code."""

NOT_CODE = "its name ends in none of the 25 extensions of code"

EXPECTED = {
    "main.go": ("package main\n", "Apache-2.0", "Go", None),
    "LICENSE": ("", None, None, ("clean:not_code", NOT_CODE)),
    "README.md": ("", None, None, ("clean:not_code", NOT_CODE)),
    "logo.py": ("", None, None, ("clean:binary", "it has a NUL byte, so it is no text")),
    "large.js": ("", None, None, ("clean:size", f"it has more than {SIZE} bytes")),
    "vendor/a.rs": ("fn main() {}\n", "MIT", "Rust", None),
    "vendor/COPYING": ("", None, None, ("clean:not_code", NOT_CODE)),
    "vendor/deep/b.H": ("// SPDX-License-Identifier: BSL-1.0\r\nclass B;\r\n", "BSL-1.0", "C++", None),
    "old/latin.php": ("<?php // coding: latin-1\n$x = 'é';", "Apache-2.0", "PHP", None),
    "empty.py": ("", "Apache-2.0", "Python", None),
}
"""What becomes of each: text, licence, language, and why it is no document."""


def entry(folder: Path | str, *files: str, **fields: str) -> Entry:
    own = entry_for_files([], "code", uid="some_code", fields=Data(files=()))
    return dataclasses.replace(own, folder=str(folder), kind="code", data=Data(files=files, **fields))


def unpacked(folder: Path) -> Path:
    for name, content in FILES.items():
        path = folder / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def tar(files: Mapping[str, bytes] = FILES) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return held.getvalue()


def zipped(files: Mapping[str, bytes] = FILES) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def found(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What came out by path, in the form of EXPECTED."""
    found = {}
    for row in rows:
        meta = json.loads(row["meta"])
        lost = (row["lost"], row["reason"]) if row["lost"] else None
        found[meta["path"]] = (row["text"], meta.get("licence"), meta.get("language"), lost)
    return found


def test_the_table_of_extensions_is_that_of_roots() -> None:
    files = roots_files()
    assert len(extensions()) == 25
    assert sum(files.values()) == 21_484_915
    assert {name: round(100 * count / 21_484_915, 2) for name, count in files.items()} == SHARES
    assert [extensions().get(name) for name in ("C", "c", "H", "h", "hh", "PY", "php5")] == [
        "C", None, "C++", None, "C++", None, "PHP",
    ]  # fmt: skip


def test_a_folder_is_read_file_by_file(tmp_path: Path, rows: Rows) -> None:
    read = rows(entry(unpacked(tmp_path), "repository/**"))
    assert found(read) == EXPECTED
    assert {row["lang"] for row in read} == {"code"}
    assert {json.loads(row["meta"])["repo"] for row in read} == {"repository"}
    assert {row["source_id"] for row in read} == {f"repository/{name}" for name in FILES}
    assert {row["id"] for row in read} == {document_id("some_code", f"repository/{name}", 0) for name in FILES}


def test_a_folder_in_memory_is_read_alike(memory: str, rows: Rows) -> None:
    for name, content in FILES.items():
        with fsspec.open(f"{memory}/entry/repository/{name}", "wb") as file:
            file.write(content)
    assert found(rows(entry(f"{memory}/entry", "repository/**"))) == EXPECTED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("some-1.0.zip", zipped()),
        ("some-1.0.tar", tar()),
        ("some-1.0.tar.gz", gzip.compress(tar())),
        ("some-1.0.tgz", gzip.compress(tar())),
        ("some-1.0.tar.zst", zstandard.ZstdCompressor().compress(tar())),
    ],
)
def test_an_archive_is_read_like_a_folder(name: str, content: bytes, tmp_path: Path, rows: Rows) -> None:
    (tmp_path / name).write_bytes(content)
    read = rows(entry(tmp_path, f"*{Path(name).suffixes[-1]}"))
    assert found(read) == EXPECTED
    assert {json.loads(row["meta"])["repo"] for row in read} == {"some-1.0"}
    assert len({row["id"] for row in read}) == len(FILES)
    assert [path.name for path in tmp_path.iterdir()] == [name], "nothing is unpacked"


def test_an_archive_in_a_folder_is_a_file_like_others(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "some.zip").write_bytes(zipped())
    (tmp_path / "data.jsonl").write_text('{"path": "a.py", "content": "x = 1"}')
    read = rows(entry(tmp_path, "**"))
    assert [(row["lost"], row["reason"]) for row in read] == [("clean:not_code", NOT_CODE)] * 2
    assert opened(entry(tmp_path, "**"), "some.zip") == ""
    assert opened(entry(tmp_path, "**", "*.ZIP"), "some.zip") == ".zip"


def test_what_is_wrong_with_members_is_said_in_their_rows(tmp_path: Path, rows: Rows) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for name in ("../a.py", "b.py", "c.py", "d.py"):
            info = tarfile.TarInfo(name)
            if name == "b.py":
                info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            archive.addfile(info)
    broken = (tmp_path / "x.tar").read_bytes()[: 3 * 512 + 100]
    (tmp_path / "x.tar").write_bytes(broken)
    assert [(row["source_id"], row["lost"], row["reason"]) for row in rows(entry(tmp_path, "x.tar"))] == [
        (None, "error:read", "its path leads out of the archive"),
        ("b.py", "clean:not_code", "it is a link or a device"),
        ("c.py", None, None),
        (None, "error:read", "the tar archive is broken"),
    ]


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "repository").mkdir()
    (tmp_path / "repository" / "a.py").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "repository" / "b.py").write_text("x = 1")
    (tmp_path / "repository" / "up").symlink_to(tmp_path, target_is_directory=True)
    (row,) = rows(entry(tmp_path, "repository/**"))
    assert row["source_id"] == "repository/b.py"
    (row,) = rows(entry(tmp_path, "repository/a.py"))
    assert (row["text"], row["lost"], row["reason"]) == (
        "",
        "clean:not_code",
        "it is a link: what it leads to may lie anywhere",
    )


def test_a_licence_above_the_source_s_own_folder_does_not_count(tmp_path: Path, rows: Rows) -> None:
    unpacked(tmp_path)
    (row,) = rows(entry(tmp_path / "repository" / "old", "*.php"))
    assert json.loads(row["meta"])["licence"] == UNKNOWN
    assert json.loads(row["meta"])["repo"] == "some_code", "a file in no folder is of the source itself"


def test_what_lies_beside_a_file_decides_its_record(tmp_path: Path) -> None:
    own = entry(unpacked(tmp_path), "repository/*.go", "repository/*.md")
    md, go = inputs(own)
    assert beside(own, md.path, md.name) == ""
    assert beside(own, go.path, go.name) == "Apache-2.0"
    (tmp_path / "repository" / "LICENSE-MIT").write_bytes(MIT)
    assert beside(own, go.path, go.name) == "Apache-2.0 AND MIT"
    (tmp_path / "repository" / "COPYING").write_text("All rights reserved.")
    assert beside(own, go.path, go.name) == UNKNOWN
    assert beside(entry(tmp_path, "*.zip"), "some.zip", "some.zip") == ".zip"
    assert beside(entry(tmp_path, "*"), "some.zip", "some.zip") == ""


EXPORTED = [
    {"repo_name": "a/b", "path": "src/a.py", "copies": "3", "size": "6", "content": "x = 1\n", "license": "mit"},
    {"repo_name": "a/b", "ref": "refs/heads/main", "path": "ẹ b.C", "id": "f00d", "content": "int x;"},
    {"repo_name": "a/b", "path": "a.rb", "content": "# SPDX-License-Identifier: ISC", "license": "gpl-3.0"},
    {"sample_repo_name": "c/d", "sample_path": "a.go", "content": "package a", "binary": False},
    {"repo_name": "a/b", "path": "a.c", "content": "int x;"},
    {"repo_name": "a/b", "path": "a.py", "binary": True, "content": None},
    {"repo_name": "a/b", "path": "a.py", "size": str(SIZE + 1), "content": None},
    {"repo_name": "a/b", "path": "a.py", "size": "9" * 5000, "content": "x" * (SIZE + 1)},
    {"repo_name": "a/b", "path": "a.py", "content": "x\0"},
    {"repo_name": "a/b", "content": "x = 1"},
    {"repo_name": "a/b", "path": "a.py"},
    {"repo_name": "a/b", "path": "a.py", "content": None},
]
"""Rows as the data set of GitHub on BigQuery has them, and as no row should be."""

READ = [
    ("x = 1\n", None, None, {"repo": "a/b", "path": "src/a.py", "licence": "mit", "extension": "py",
     "language": "Python", "copies": "3", "size": "6"}, None),
    ("int x;", "f00d", "https://github.com/a/b/blob/main/%E1%BA%B9%20b.C",
     {"repo": "a/b", "path": "ẹ b.C", "licence": "unknown", "extension": "C", "language": "C",
      "ref": "refs/heads/main"}, None),
    ("# SPDX-License-Identifier: ISC", None, None,
     {"repo": "a/b", "path": "a.rb", "licence": "ISC", "extension": "rb", "language": "Ruby"}, None),
    ("package a", None, None, {"repo": "c/d", "path": "a.go", "licence": "unknown", "extension": "go",
     "language": "Go", "binary": False}, None),
    ("", None, None, {"repo": "a/b", "path": "a.c"}, "clean:not_code"),
    ("", None, None, {"repo": "a/b", "path": "a.py"}, "clean:binary"),
    ("", None, None, {"repo": "a/b", "path": "a.py"}, "clean:size"),
    ("", None, None, {"repo": "a/b", "path": "a.py"}, "clean:size"),
    ("", None, None, {"repo": "a/b", "path": "a.py"}, "clean:binary"),
    ("", None, None, {}, "error:read"),
    ("", None, None, {}, "error:read"),
    ("", None, None, {}, "error:read"),
]  # fmt: skip


def _shown(read: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(row["text"], row["source_id"], row["url"], json.loads(row["meta"]), row["lost"]) for row in read]


@pytest.mark.parametrize("suffix", [".json", ".json.gz", ".jsonl", ".jsonl.gz", ".jsonl.zst"])
def test_an_export_in_json_lines(suffix: str, tmp_path: Path, rows: Rows) -> None:
    lines = "".join(f"{json.dumps(row)}\n" for row in EXPORTED).encode()
    pack = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}.get(Path(suffix).suffix, bytes)
    (tmp_path / f"part-0{suffix}").write_bytes(pack(lines))
    read = rows(entry(tmp_path, f"part-*{suffix}"))
    assert _shown(read) == READ
    assert {row["lang"] for row in read} == {"code", None}


def test_an_export_in_parquet(tmp_path: Path, rows: Rows) -> None:
    names = list(dict.fromkeys(name for row in EXPORTED for name in row))
    columns = {name: [row.get(name) for row in EXPORTED] for name in names}
    pq.write_table(pa.table(columns), tmp_path / "part-0.parquet")
    read = rows(entry(tmp_path, "*.parquet"))
    filled = [(text, id_, url, {k: v for k, v in meta.items() if v is not None}, lost)
              for text, id_, url, meta, lost in _shown(read)]  # fmt: skip
    assert filled == READ


def test_the_reason_for_a_row_of_an_export_says_what_is_missing(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "x.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in EXPORTED[-3:]))
    assert [row["reason"] for row in rows(entry(tmp_path, "x.jsonl"))] == [
        "the record has no path in a field 'path'",
        "the record has no field 'content'",
        "the field 'content' is a JSON null, not a string",
    ]


def test_an_entry_may_name_other_fields_of_an_export(tmp_path: Path, rows: Rows) -> None:
    row = {"path": "a.py", "body": "x = 1", "sha": "f00d", "link": "https://a.example/a.py"}
    (tmp_path / "x.jsonl").write_text(json.dumps(row))
    (read,) = rows(entry(tmp_path, "x.jsonl", text="body", id="sha", url="link"))
    assert (read["text"], read["source_id"], read["url"]) == ("x = 1", "f00d", "https://a.example/a.py")


def test_half_a_surrogate_pair_is_a_bad_record(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "x.jsonl").write_text(
        '{"path": "a.py", "content": "x = \\ud800"}\n{"path": "\\ud800.py", "content": ""}'
    )
    assert [row["lost"] for row in rows(entry(tmp_path, "x.jsonl"))] == ["error:read", None]


SMALL = {name: content[:2000] for name, content in FILES.items()}
"""The same repository without its large files."""


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tar.gz", "x.jsonl"])
@given(places=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=12), st.integers(0, 600)), min_size=1, max_size=8))
@settings(max_examples=150)
def test_whatever_is_changed_in_an_input_every_record_is_a_row_of_its_own(
    name: str, places: list[tuple[float, bytes, int]]
) -> None:
    lines = "".join(f"{json.dumps(row)}\n" for row in EXPORTED[:-5]).encode()
    packed = {"x.zip": zipped(SMALL), "x.tar": tar(SMALL), "x.tar.gz": gzip.compress(tar(SMALL)), "x.jsonl": lines}
    content = bytearray(packed[name])
    for where, new, gone in places:
        start = int(where * len(content))
        content[start : start + gone * (gone > 500)] = new
    own = entry("", "*.zip", "*.tar", "*.gz", "*.jsonl")
    found = list(code.records(own, io.BytesIO(bytes(content)), name))
    assert len({record.offset for record in found}) == len(found) > 0
    assert all(record.reason for record in found if record.lost)


def test_real_code_of_this_project(rows: Rows) -> None:
    read = rows(entry(ROOT.parent, f"{ROOT.name}/catalog/*.py", f"{ROOT.name}/catalog/*.csv"))
    by_language = Counter(json.loads(row["meta"]).get("language") for row in read)
    assert by_language["Python"] == len(list((ROOT / "catalog").glob("*.py")))
    assert by_language[None] == len(list((ROOT / "catalog").glob("*.csv"))) > 0
    texts = {json.loads(row["meta"])["path"]: row["text"] for row in read}
    assert texts["catalog/code.py"] == (ROOT / "catalog" / "code.py").read_text(encoding="utf-8")
    licences = {json.loads(row["meta"])["path"]: json.loads(row["meta"]).get("licence") for row in read}
    assert licences["catalog/code.py"] == licences["catalog/record.py"] == "Apache-2.0"


def test_licence_files_over_the_limit_of_an_archive_are_not_read(
    tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code, "LICENCES_BYTES", len(APACHE) + 10)
    (tmp_path / "x.zip").write_bytes(zipped())
    read = found(rows(entry(tmp_path, "x.zip")))
    assert (read["main.go"][1], read["vendor/a.rs"][1]) == ("Apache-2.0", UNKNOWN)
