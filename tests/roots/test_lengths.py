"""Token counts: of kept documents, the end of each counted, never counted twice; a budget in tokens holds."""

from typing import Any

import pyarrow as pa
import pytest

from pipelines import storage, tables
from pipelines.run import Runtime
from roots import encoders, lengths, tokenizer
from roots.mix.mixing import mix
from roots.mix.settings import MixSettings
from tests.roots.made import shelve

pytestmark = pytest.mark.usefixtures("plainly")


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    learnt = tokenizer.train(["ọ̀rọ̀ ilé ẹ̀kọ́ ilé"] * 20, 300)
    path.write_bytes(tokenizer.to_bytes(learnt))
    return str(path)


def rows(count: int, **more: Any) -> list[dict[str, Any]]:
    return [{"lang": "yo", "text": "ilé ẹ̀kọ́ " * (1 + place % 5) + str(place), **more} for place in range(count)]


def counted(paths: list[str]) -> list[int | None]:
    found: list[int | None] = tables.read(paths[0], ["tokens"]).column("tokens").to_pylist()
    return found


def test_kept_documents_are_counted_with_their_end_and_without_what_is_cut(memory: str, trained: str) -> None:
    encoder = encoders.load(trained)
    cut = {"lang": "yo", "text": "ilé ẹ̀kọ́", "cuts": [{"start": 0, "end": 4}], "bytes_left": 10}
    judged = shelve(memory, {"a": [*rows(3), cut, *rows(1, dropped_by="x")]})
    wanted = (encoder.count([*(row["text"] for row in rows(3)), "ẹ̀kọ́"]) + 1).tolist()
    assert counted(lengths.count(memory, judged, trained, Runtime())) == [*wanted, None]


def test_a_new_verdict_counts_only_what_was_not_counted(
    memory: str, trained: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rows(5)
    found[1]["dropped_by"] = "stopwords"
    [before] = lengths.count(memory, shelve(memory, {"a": found}), trained, Runtime())
    read: list[str] = []
    plain = encoders.Encoder.count
    monkeypatch.setattr(encoders.Encoder, "count", lambda self, texts: (read.extend(texts), plain(self, texts))[1])
    del found[1]["dropped_by"]
    found[3]["dropped_by"] = "x"
    judged = shelve(memory, {"a": found})
    after = lengths.count(memory, judged, trained, Runtime())
    assert read == [found[1]["text"]]
    assert counted(after)[3] is None
    assert storage.size(before) is None
    lengths.count(memory, judged, trained, Runtime())
    assert len(read) == 1


def test_a_budget_in_tokens_is_kept_and_said(memory: str, trained: str) -> None:
    judged = shelve(memory, {"a": rows(60), "b": [{**row, "lang": "en"} for row in rows(20)]})
    asked = MixSettings(alpha=0.0, budget_tokens=300, tokenizer=trained)
    mixed = mix(memory, judged, asked, Runtime())
    encoder = encoders.load(trained)
    total = 0
    for paths in mixed.files.values():
        for path in paths:
            texts = pa.ipc.open_stream(storage.read_bytes(path)).read_all().column("text").to_pylist()
            total += int((encoder.count(texts) + 1).sum())
    assert 250 < total <= 300
    assert sum(share.gets_tokens or 0 for share in mixed.shares) == total
    assert storage.names(storage.join(memory, "a", lengths.FOLDER))
    mix(memory, judged, MixSettings(), Runtime())
    assert storage.names(storage.join(memory, "a", lengths.FOLDER)) == []
