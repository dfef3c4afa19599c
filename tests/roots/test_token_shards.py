"""A shard that is made again takes what it can from the old one, with the bytes of one that is made anew."""

from collections.abc import Callable
from typing import Any

import pytest

from pipelines import storage
from pipelines.run import Runtime
from roots import megatron, token_shards
from roots.encoders import Encoder
from roots.mix.mixing import Mixed
from roots.token_shards import Chosen, TokenSettings, facts, old_shard
from roots.tokenize import tokenize
from tests.roots.token_made import CHINESE, TEXTS, YORUBA, contents, mixed, tokenizer_file

pytestmark = pytest.mark.usefixtures("plainly")

OTHERS = {
    "without some": [*YORUBA[:3], *YORUBA[5:]],
    "with others": [*YORUBA[:9], "ìwé tuntun", "", *YORUBA[9:], "ilé"],
    "in another order": YORUBA[::-1],
    "twice": YORUBA * 2,
    "nothing of it": ["ìwé tuntun", "ilé"],
}


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are given to a tokenizer, in their order."""
    seen: list[str] = []
    tokens = Encoder.tokens

    def watched(self: Encoder, texts: list[str]) -> Any:
        seen.extend(texts)
        return tokens(self, texts)

    monkeypatch.setattr(Encoder, "tokens", watched)
    return seen


@pytest.mark.parametrize("other", OTHERS)
@pytest.mark.parametrize("files", [1, 3])
def test_only_new_texts_are_encoded_and_the_bytes_are_those_of_a_fresh_shard(
    memory: str, encoded: list[str], other: str, files: int
) -> None:
    path = tokenizer_file(memory)
    tokenize(memory, mixed(memory), path, Runtime())
    texts = {"yo": OTHERS[other], "zhs": CHINESE}
    encoded.clear()
    again = tokenize(memory, mixed(memory, texts, files=files), path, Runtime())
    assert sorted(encoded) == sorted(set(OTHERS[other]) - set(TEXTS["yo"]) | ({""} & set(OTHERS[other])))
    fresh = tokenize(f"{memory}/fresh", mixed(f"{memory}/fresh", texts, files=files), path, Runtime())
    assert again == fresh
    assert contents(storage.join(memory, "tokens")) == contents(storage.join(memory, "fresh", "tokens"))


def test_it_says_how_many_were_copied(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tokenizer_file(memory)
    tokenize(memory, mixed(memory), path, Runtime())
    assert "copied" not in capsys.readouterr().err
    tokenize(memory, mixed(memory, {**TEXTS, "yo": [*YORUBA[2:], "ilé"]}), path, Runtime())
    assert "tokenize: 28 of 29 documents were copied from the shards before" in capsys.readouterr().err


def test_a_language_that_is_the_same_is_not_touched(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tokenizer_file(memory)
    tokenize(memory, mixed(memory), path, Runtime())
    moved: list[str] = []
    move = storage.move

    def watched(source: str, target: str) -> None:
        moved.append(target)
        move(source, target)

    monkeypatch.setattr(storage, "move", watched)
    tokenize(memory, mixed(memory, {**TEXTS, "yo": YORUBA}), path, Runtime())
    assert {name.rsplit("/", 1)[-1].split(".")[0] for name in moved} == {"yo_text_document"}


@pytest.mark.parametrize("change", ["tokenizer", "padded", "broken"])
def test_an_old_shard_of_another_kind_is_not_copied_from(memory: str, encoded: list[str], change: str) -> None:
    path, settings = tokenizer_file(memory), TokenSettings()
    tokenize(memory, mixed(memory, {"yo": YORUBA}), path, Runtime())
    if change == "tokenizer":
        path = tokenizer_file(memory, 279)
    elif change == "padded":
        settings = TokenSettings(padded=70_000)
    else:
        storage.write_bytes(storage.join(memory, "tokens", "yo_text_document.bin"), b"12")
    encoded.clear()
    tokenize(memory, mixed(memory, {"yo": YORUBA[1:]}), path, Runtime(), settings)
    assert len(encoded) == len(YORUBA) - 1


def test_layouts_alone_are_added_without_encoding(memory: str, encoded: list[str]) -> None:
    path = tokenizer_file(memory)
    tokenize(memory, mixed(memory), path, Runtime())
    encoded.clear()
    tokenize(memory, mixed(memory), path, Runtime(), TokenSettings(("numpy",)))
    assert encoded == [""]


class Killed(BaseException):
    """As if the process ended here."""


def killed_at(what: int, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Have the process end before the call of this number of a function of storage."""
    calls = 0
    plain: Callable[..., Any] = getattr(storage, name)

    def counting(*given: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == what:
            raise Killed
        return plain(*given)

    monkeypatch.setattr(storage, name, counting)


@pytest.mark.parametrize(("name", "at"), [("move", 1), ("move", 2), ("move", 4), ("write_json", 1), ("write_json", 3)])
def test_a_run_that_is_killed_goes_on_to_the_same_bytes(
    memory: str, monkeypatch: pytest.MonkeyPatch, name: str, at: int
) -> None:
    path = tokenizer_file(memory)
    old = mixed(memory)
    tokenize(memory, old, path, Runtime())
    before = contents(storage.join(memory, "tokens"))
    made = mixed(memory, {"yo": OTHERS["with others"], "zhs": CHINESE[2:]}, files=2)
    with monkeypatch.context() as patched:
        killed_at(at, patched, name)
        with pytest.raises(BaseException):  # noqa: B017, PT011 (Beam may wrap it)
            tokenize(memory, made, path, Runtime())
    if name == "write_json":
        assert {name: contents(storage.join(memory, "tokens")).get(name) for name in before} == before
    tokenize(memory, made, path, Runtime())
    fresh = Mixed(made.sizes, made.gets, made.files, made.manifests)
    tokenize(f"{memory}/fresh", fresh, path, Runtime())
    assert contents(storage.join(memory, "tokens")) == contents(storage.join(memory, "fresh", "tokens"))


def test_a_shard_that_is_not_whole_is_not_put_in_its_place(memory: str) -> None:
    with pytest.raises(megatron.TokensError, match="an earlier attempt to put it in its place was ended; run again"):
        token_shards.place(token_shards.PlaceJob(f"{memory}/yo", f"{memory}/new/yo"))


def test_pieces_of_a_batch_are_bounded_and_change_nothing(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tokenizer_file(memory)
    tokenize(memory, mixed(memory), path, Runtime())
    monkeypatch.setattr(token_shards, "PIECE_BYTES", 50)
    tokenize(f"{memory}/other", mixed(f"{memory}/other"), path, Runtime())
    assert contents(storage.join(memory, "tokens")) == contents(storage.join(memory, "other", "tokens"))


def test_an_old_shard_is_one_that_is_whole(memory: str) -> None:
    path = tokenizer_file(memory)
    prefix = storage.join(memory, "tokens", "yo_text_document")
    chosen = Chosen.of(path, TokenSettings())
    assert old_shard(prefix, chosen) == ""
    tokenize(memory, mixed(memory), path, Runtime())
    assert old_shard(prefix, chosen) == prefix
    assert old_shard(prefix, Chosen.of(path, TokenSettings(("numpy",)))) == prefix
    assert old_shard(prefix, Chosen.of(path, TokenSettings(end="<pad>"))) == ""
    storage.remove(f"{prefix}.idx")
    assert old_shard(prefix, chosen) == ""


def test_a_dataset_without_any_token_is_an_error(memory: str) -> None:
    path = tokenizer_file(memory)
    made = mixed(memory, {"yo": [""]})
    with pytest.raises(Exception, match="no document has any token"):
        tokenize(memory, Mixed({"yo": 1}, {"yo": 1}, made.files, made.manifests), path, Runtime())


def test_facts_count_what_has_no_tokens_apart() -> None:
    assert facts({"b": [2, 9]}, {"a": 1}) == {
        "documents": 2,
        "blank": 1,
        "tokens": 9,
        "sources": [["a", 0, 1, 0], ["b", 2, 0, 9]],
    }
    assert megatron.token_dtype(65_024).name == "uint16"
