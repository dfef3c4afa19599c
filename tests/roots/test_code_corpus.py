"""Code goes through every room: from an archive to tokens, beside a language, and no filter of language touches it."""

import inspect
import io
import json
import tarfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from datasets import load_from_disk

from catalog.document import content_hash
from tests.corpora import ENTRY, ROOT, YORUBA, YORUBA_TOO
from tests.roots.made import Ended

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]

REAL = ("catalog/record.py", "catalog/streams.py", "filters/minhash.py", "roots/shares.py", "pipelines/storage.py")
"""Files of this project, under its own licence."""

CHAIN = (
    "dedup_code", "filter_code_longest_line", "filter_code_token_lengths", "filter_code_characters",
    "filter_code_symbols", "filter_code_licence", "dedup_document", "filter_remove_empty_docs",
    "filter_small_docs_bytes_1024",
)  # fmt: skip
"""What ROOTS did with its files of GitHub, in its order."""


def _files() -> dict[str, str]:
    """A repository: real code, the same in other shapes, and what no filter should let through."""
    real = {name: (ROOT / name).read_text(encoding="utf-8") for name in REAL}
    record = real["catalog/record.py"]
    return {
        **real,
        "LICENSE": (ROOT / "LICENSE").read_text(encoding="utf-8"),
        "README.md": "# What this is\n",
        "spaces/record.py": record.replace("\n", "\n\n"),
        "near/record.py": record.rstrip().rpartition("\n")[0],
        "minified.js": "var x=1;" * 200,
        "numbers.py": "1234 5678\n" * 400,
        "short.py": "def a_function_with_a_name(x):\n    return x if x else None\n" * 3,
        "stdlib/decoder.py": inspect.getsource(json.decoder),
        "stdlib/LICENSE": "PYTHON SOFTWARE FOUNDATION LICENSE VERSION 2\n",
        "gpl/tool.py": f"# SPDX-License-Identifier: GPL-3.0-or-later\n{real['roots/shares.py'][::-1]}",
        "user.rb": "@ayoola_benson_87 = Account.find(address: 'x')  # by its address\n" * 30,
    }


LOST = {
    "LICENSE": "clean:not_code",
    "README.md": "clean:not_code",
    "spaces/record.py": "clean:dedup_code",
    "near/record.py": "duplicate",
    "minified.js": "clean:filter_code_longest_line",
    "numbers.py": "clean:filter_code_longest_line",
    "short.py": "clean:filter_small_docs_bytes_1024",
    "stdlib/decoder.py": "clean:filter_code_licence",
    "stdlib/LICENSE": "clean:not_code",
    "gpl/tool.py": "clean:filter_code_licence",
}
"""What puts out each file that is not in the corpus, in the profile that does as was meant."""


@pytest.fixture
def recipe(source: Callable[..., Path], tmp_path: Path) -> Path:
    """A source of code and one in Yoruba."""
    source("news", [{"id": "a", "text": YORUBA}, {"id": "b", "text": YORUBA_TOO}])
    entry = ENTRY.format(
        uid="some_code",
        languages='"code"',
        cleaning=", ".join(f'"{step}"' for step in CHAIN),
        file="repository.tar.gz",
        lang="",
    )
    entry = entry.replace('kind = "catalogue"', 'kind = "code"').replace("redact = true", "redact = false")
    (tmp_path / "sources" / "some_code.toml").write_text(entry, encoding="utf-8")
    with tarfile.open(tmp_path / "sources" / "repository.tar.gz", "w:gz") as archive:
        for name, text in _files().items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return _write(tmp_path)


def _write(folder: Path, more: str = "") -> Path:
    path = folder / "recipe.toml"
    settings = '[dedup]\nkeep = ["longest"]\n[tokenizer]\nvocabulary = 280\nsample_bytes = 9000\n'
    path.write_text(f'name = "some"\nsources = ["sources/*.toml"]\n{more}\n{settings}', encoding="utf-8")
    return path


def _verdicts(work: Path) -> dict[str, str | None]:
    """What put out each file of code, by its path."""
    tables = {
        table: pq.read_table([str(path) for path in sorted((work / "some_code" / table).glob("*.parquet"))]).to_pylist()
        for table in ("documents", "ledger")
    }
    pairs = zip(tables["documents"], tables["ledger"], strict=True)
    return {json.loads(document["meta"])["path"]: verdict["dropped_by"] for document, verdict in pairs}


def test_code_is_read_cleaned_deduplicated_mixed_and_tokenized(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    ended = roots("build", recipe, "--work", work)
    assert ended.code == 0, ended.err
    verdicts = _verdicts(work)
    assert {name: verdict for name, verdict in verdicts.items() if verdict} == LOST
    rows = load_from_disk(str(work / "corpus" / "code"))
    kept = {json.loads(row["meta"])["path"]: row for row in rows}
    assert set(kept) == {*REAL, "user.rb"}
    files = _files()
    for name, row in kept.items():
        assert row["text"] == files[name], "no change is made to code, white space and decorators included"
        assert content_hash(row["text"].encode()) == content_hash(files[name].encode())
    assert Counter(json.loads(row["meta"])["language"] for row in rows) == {"Python": len(REAL), "Ruby": 1}
    assert {json.loads(row["meta"])["licence"] for row in rows} == {"Apache-2.0"}
    assert (work / "tokens").joinpath("code").exists() or any(
        "code" in path.name for path in (work / "tokens").iterdir()
    )


def test_the_published_fault_keeps_the_gpl_family_alone(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    _write(tmp_path, 'profile = "roots-2022-03"')
    assert roots("mix", recipe, "--work", work).code == 0
    assert [name for name, verdict in _verdicts(work).items() if verdict is None] == ["gpl/tool.py"]


def test_cards_say_code_and_which_licences_and_filters_there_are(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    assert roots("mix", recipe, "--work", work).code == 0
    card = (work / "cards" / "some_code" / "README.md").read_text(encoding="utf-8")
    assert "\n- code\n" in card.split("---")[1]
    assert "| kind | code: programs, a file a document |" in card
    assert "| filter_code_licence |" in card.replace("`", "")
    assert "| Python | 11 | 84.62% | 11.33% |" in card
    assert "- The licence of a file of code is what the file, its repository or the export says." in card
    assert "language model" not in card.split("## Known limits")[1]
    assert "collected from the web" not in card
    corpus = (work / "README.md").read_text(encoding="utf-8")
    assert "in 1 language and in code |" in corpus
    assert "| [Code](cards/by-language/code/README.md) |  | `code` | zxx | Zyyy |" in corpus


def test_a_recipe_may_name_code_or_leave_it_to_its_sources(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    for number, more in enumerate(('languages = ["yo"]', 'languages = ["code", "yo"]', "")):
        _write(tmp_path, more)
        assert roots("mix", recipe, "--work", tmp_path / f"work{number}").code == 0
        folders = {path.parent.name for path in (tmp_path / f"work{number}" / "corpus").glob("*/state.json")}
        assert folders == {"code", "yo"}


def test_code_makes_no_difference_to_a_source_of_one_language(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    (tmp_path / "sources" / "some_code.toml").rename(tmp_path / "some_code.toml")
    assert roots("mix", recipe, "--work", work).code == 0
    before = {path.name for path in (work / "news" / "documents").iterdir()}
    (tmp_path / "some_code.toml").rename(tmp_path / "sources" / "some_code.toml")
    assert roots("mix", recipe, "--work", work).code == 0
    assert {path.name for path in (work / "news" / "documents").iterdir()} == before


def test_a_new_licence_beside_a_file_makes_its_shard_anew(roots: Roots, tmp_path: Path, source: Any) -> None:
    source("news", [{"id": "a", "text": YORUBA}])
    entry = ENTRY.format(uid="some_code", languages='"code"', cleaning='"filter_code_licence"', file="x/*.py", lang="")
    entry = entry.replace('kind = "catalogue"', 'kind = "code"').replace("redact = true", "redact = false")
    (tmp_path / "sources" / "some_code.toml").write_text(entry, encoding="utf-8")
    (tmp_path / "sources" / "x").mkdir()
    (tmp_path / "sources" / "x" / "a.py").write_text("x = 1\n")
    recipe = _write(tmp_path)
    work = tmp_path / "work"
    assert roots("mix", recipe, "--work", work).code == 0
    assert _verdicts(work) == {"a.py": "clean:filter_code_licence"}
    (tmp_path / "sources" / "x" / "LICENSE").write_bytes((ROOT / "LICENSE").read_bytes())
    assert roots("mix", recipe, "--work", work).code == 0
    assert _verdicts(work) == {"a.py": None}


def test_files_of_code_can_be_filtered_by_their_language_alone(roots: Roots, tmp_path: Path) -> None:
    """`--lang code` of a person's own texts: nothing is dropped, whatever the words are."""
    (tmp_path / "x.jsonl").write_text(json.dumps({"text": "x = 1\n\n\n  y = 2"}), encoding="utf-8")
    ended = roots("filter", tmp_path / "x.jsonl", "--lang", "code", "--output", tmp_path / "out")
    assert ended.code == 0, ended.err
    assert "1 of 1 document:" in ended.out


def test_languages_are_46_and_code_stands_apart(roots: Roots) -> None:
    assert "apart: code: Code, which is no language" in roots("languages").out
