"""Shards that are joined, split, or without some documents: the documents that are left are what they were."""

import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines import storage, tables
from pipelines.run import Runtime
from roots import megatron, reshard
from roots.megatron import Index, TokensError
from roots.reshard import drop, merge, numbered, read_ids, split
from roots.token_shards import TokenSettings
from roots.tokenize import tokenize
from roots.verify_tokens import verify_tokens
from tests.roots.token_made import CHINESE, TEXTS, YORUBA, contents, mixed, tokenizer_file

NUMPY = TokenSettings(("numpy",))

pytestmark = pytest.mark.usefixtures("plainly")


@pytest.fixture
def folder(memory: str) -> str:
    """Token shards of two languages, with a layout beside Megatron's."""
    tokenize(memory, mixed(memory), tokenizer_file(memory), Runtime(), NUMPY)
    return storage.join(memory, "tokens")


def documents(prefix: str) -> list[list[int]]:
    index = Index.read(prefix)
    ends = index.documents.tolist()
    return [
        [token for number in range(start, stop) for token in index.sequence(number).tolist()]
        for start, stop in itertools.pairwise(ends)
    ]


def ids(prefix: str) -> list[dict[str, Any]]:
    return tables.read(f"{prefix}.ids.parquet").to_pylist()


def prefixes(folder: str) -> list[str]:
    return [storage.join(folder, f"{lang}_text_document") for lang in TEXTS]


def test_joined_shards_hold_all_documents_in_order(folder: str) -> None:
    output = storage.join(folder, "..", "all_text_document")
    made = merge(prefixes(folder), output)
    assert documents(output) == [each for prefix in prefixes(folder) for each in documents(prefix)]
    assert ids(output) == [each for prefix in prefixes(folder) for each in ids(prefix)]
    assert (made.documents, made.tokens) == (39, len(Index.read(output).tokens))
    assert verify_tokens(output).faults == []
    says = storage.read_json(f"{output}.json")
    assert says["layouts"] == ["numpy"]
    assert says["made_with"] == storage.read_json(f"{prefixes(folder)[0]}.json")["made_with"]


@pytest.mark.parametrize("most", [1, 60, 61, 10**6])
def test_a_shard_is_split_at_the_ends_of_documents_and_joined_again(folder: str, most: int) -> None:
    prefix, before = prefixes(folder)[0], contents(folder)
    output = storage.join(folder, "..", "parts", "yo_text_document")
    made = split(prefix, output, tokens=most)
    assert [each.prefix for each in made] == [numbered(output, at, len(made)) for at in range(len(made))]
    assert [each for part in made for each in documents(part.prefix)] == documents(prefix)
    assert [each for part in made for each in ids(part.prefix)] == ids(prefix)
    for part in made:
        assert part.tokens <= most or part.documents == 1
        assert verify_tokens(part.prefix).faults == []
    for one, two in itertools.pairwise(made):
        assert one.tokens + len(documents(two.prefix)[0]) > most
    again = storage.join(folder, "..", "again")
    merge([each.prefix for each in made], again)
    for ending in (".bin", ".idx", ".ids.parquet", ".offsets.npy"):
        assert storage.read_bytes(f"{again}{ending}") == before[f"yo_text_document{ending}"]
    assert contents(folder) == before


def test_a_size_is_that_of_the_tokens(folder: str) -> None:
    output = storage.join(folder, "..", "parts")
    by_size = split(prefixes(folder)[0], output, size=121)
    assert [each.tokens for each in by_size] == [
        each.tokens for each in split(prefixes(folder)[0], f"{output}2", tokens=60)
    ]
    with pytest.raises(TokensError, match="shards of 0 tokens; 1 or more"):
        split(prefixes(folder)[0], output, size=1)


def test_names_of_parts_end_as_the_shard_did() -> None:
    assert numbered("a/yo_text_document", 0, 2) == "a/yo-00000-of-00002_text_document"
    assert numbered("a/yo", 1, 2) == "a/yo-00001-of-00002"


def test_nothing_is_written_over(folder: str) -> None:
    first, second = prefixes(folder)
    with pytest.raises(TokensError, match=r"zhs_text_document\.bin: is there already; choose another --output"):
        merge([first], second)
    split(second, second, tokens=20)
    with pytest.raises(TokensError, match="is there already"):
        split(second, second, tokens=20)


def test_shards_of_different_tokenizers_are_not_joined(folder: str, memory: str) -> None:
    other = storage.join(memory, "other")
    tokenize(other, mixed(other), tokenizer_file(other, 281), Runtime())
    theirs = storage.join(other, "tokens", "yo_text_document")
    output = storage.join(memory, "all")
    with pytest.raises(TokensError, match=r"made with the tokenizer \w{12}, .* \(SHA-256\); join shards of one"):
        merge([prefixes(folder)[0], theirs], output)
    wide = storage.join(memory, "wide")
    tokenize(wide, mixed(wide), tokenizer_file(memory), Runtime(), TokenSettings(padded=70_000))
    with pytest.raises(TokensError, match=r"padded 70,000, but \d+ in .*yo_text_document; join shards that agree in"):
        merge([prefixes(folder)[0], storage.join(wide, "tokens", "yo_text_document")], output)
    storage.remove(f"{theirs}.json")
    with pytest.raises(TokensError, match=r"\.json: not there or no manifest, so nobody knows its tokenizer; join it"):
        merge([prefixes(folder)[0], theirs], output)
    assert storage.size(f"{output}.bin") is None


def foreign(prefix: str, dtype: str = "<u2") -> None:
    """A shard as another tool writes it: documents of several sequences, one of none, nothing beside it."""
    lengths = np.array([2, 3, 4, 1])
    with storage.writing(f"{prefix}.bin") as target:
        target.file.write(np.arange(10).astype(dtype).tobytes())
    with storage.writing(f"{prefix}.idx") as target:
        megatron.write_index(target.file, lengths, dtype=dtype, documents=np.array([0, 2, 2, 3, 4]))


def test_shards_of_other_tools_are_joined_and_split_by_their_layout(memory: str) -> None:
    one, two, both = (storage.join(memory, name) for name in ("one", "two", "both"))
    foreign(one)
    foreign(two)
    made = merge([one, two], both)
    assert documents(both) == documents(one) * 2 == [[0, 1, 2, 3, 4], [], [5, 6, 7, 8], [9]] * 2
    assert (made.documents, made.tokens) == (8, 20)
    parts = split(one, storage.join(memory, "part"), tokens=5)
    assert [documents(each.prefix) for each in parts] == [[[0, 1, 2, 3, 4], []], [[5, 6, 7, 8], [9]]]
    assert storage.names(memory) == sorted(
        f"{name}.{end}"
        for name in ("both", "one", "part-00000-of-00002", "part-00001-of-00002", "two")
        for end in ("bin", "idx")
    )
    foreign(two, "<i4")
    with pytest.raises(TokensError, match=r"<i4 and <u2 to join|int32 and uint16 to join"):
        merge([one, two], storage.join(memory, "mixed"))


def test_documents_are_dropped_and_other_shards_are_not_touched(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    yoruba, chinese = prefixes(folder)
    gone = [row["id"] for row in ids(yoruba)[3:5]] + [ids(yoruba)[-1]["id"]]
    before, rows, tokens = contents(folder), ids(yoruba), documents(yoruba)
    dropped = drop([yoruba, chinese], [*gone, "not there"])
    assert [(each.documents, each.of) for each in dropped] == [(3, 31), (0, 8)]
    keep = [at for at, row in enumerate(rows) if row["id"] not in gone]
    assert ids(yoruba) == [rows[at] for at in keep]
    assert documents(yoruba) == [tokens[at] for at in keep]
    assert verify_tokens(folder).faults == []
    after = contents(folder)
    assert {name for name in after if after[name] != before[name]} == {
        name for name in before if name.startswith("yo_")
    }
    assert [each.documents for each in drop([yoruba, chinese], gone)] == [0, 0]
    assert contents(folder) == after
    assert set(after) == set(before)


def test_a_build_makes_a_shard_again_from_which_documents_were_dropped(folder: str, memory: str) -> None:
    before = contents(folder)
    drop([prefixes(folder)[0]], [ids(prefixes(folder)[0])[0]["id"]])
    tokenize(memory, mixed(memory), tokenizer_file(memory), Runtime(), NUMPY)
    assert contents(folder) == before


def test_a_shard_of_which_nothing_is_left_goes(folder: str) -> None:
    chinese = prefixes(folder)[1]
    (dropped,) = drop([chinese], [row["id"] for row in ids(chinese)])
    assert (dropped.documents, dropped.of) == (len(CHINESE), len(CHINESE))
    assert not any(name.startswith("zhs") for name in storage.names(folder))


@pytest.mark.parametrize("at", [1, 2, 3, 4])
def test_dropping_that_was_killed_goes_on(folder: str, memory: str, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    yoruba = prefixes(folder)[0]
    gone = [row["id"] for row in ids(yoruba)[:5]]
    other = storage.join(memory, "other")
    tokenize(other, mixed(other), tokenizer_file(memory), Runtime(), NUMPY)
    drop([storage.join(other, "tokens", "yo_text_document")], gone)
    calls, move = 0, storage.move

    def killed(source: str, target: str) -> None:
        nonlocal calls
        calls += 1
        if calls == at:
            raise KeyboardInterrupt
        move(source, target)

    with monkeypatch.context() as patched:
        patched.setattr(storage, "move", killed)
        with pytest.raises(KeyboardInterrupt):
            drop([yoruba], gone)
    drop([yoruba], gone)
    assert contents(folder) == contents(storage.join(other, "tokens"))
    assert storage.names(folder) == sorted(contents(folder))


def test_a_shard_without_ids_cannot_drop_by_them(memory: str) -> None:
    foreign(storage.join(memory, "one"))
    with pytest.raises(TokensError, match=r"without \.ids\.parquet and a manifest beside it nobody knows"):
        drop([storage.join(memory, "one")], ["a"])


def test_ids_are_read_from_lines_of_two_kinds(tmp_path: Path) -> None:
    file = tmp_path / "ids.txt"
    file.write_text("a1\n\n" + json.dumps({"id": "b2", "reason": "asked"}) + "\n", encoding="utf-8")
    assert read_ids(str(file)) == ["a1", "b2"]
    for text, message in (
        ('{"url": "https://example.org"}', "ids.txt: line 1: names no id, and others need roots build"),
        ("\n", "ids.txt: holds no id"),
        (None, "none: is no text file; give one with an id in each line"),
    ):
        if text is not None:
            file.write_text(text, encoding="utf-8")
        with pytest.raises(TokensError, match=message):
            read_ids(str(file if text is not None else tmp_path / "none"))


def test_a_split_of_a_demo_keeps_every_text(folder: str) -> None:
    made = split(prefixes(folder)[0], storage.join(folder, "..", "x"), tokens=200)
    assert sum(each.documents for each in made) == len(YORUBA) + 1
    assert reshard.VERSION == 1
