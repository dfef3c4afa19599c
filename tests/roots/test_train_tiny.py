"""A tiny decoder learns from token shards more than how often each token stands."""

import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipelines import storage
from roots import megatron, train_tiny
from roots.tokens import Dataset, open_dataset
from roots.train_tiny import Plan, Shape

END = 2


def write(folder: Path, name: str, documents: list[list[int]], vocabulary: int = 300) -> str:
    prefix = storage.join(str(folder), f"{name}_text_document")
    with megatron.writing(prefix, dtype="<u2", end_token=END) as (writer, _):
        for document in documents:
            writer.add(document)
    storage.write_json(f"{prefix}.json", {"vocabulary": vocabulary})
    return prefix


def counting(start: int, size: int = 60) -> list[int]:
    """A document in which every token says the next: 16 tokens, round and round."""
    return [100 + (start + step) % 16 for step in range(size)]


@pytest.fixture
def torch() -> Any:
    return pytest.importorskip("torch", reason="torch is not installed")


@pytest.mark.parametrize("chunk", [1, 7, 10**6])
def test_the_entropy_of_tokens_over_all_shards(tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_tiny, "CHUNK", chunk)
    one, other = write(tmp_path, "yo", [[7, 7, 7]]), write(tmp_path, "sw", [[9, 9, 9]])
    # Three 7, three 9 and two end tokens.
    expected = -2 * 3 / 8 * math.log(3 / 8) - 2 / 8 * math.log(2 / 8)
    assert train_tiny.unigram_entropy(Dataset((one, other), 2)) == pytest.approx(expected, abs=1e-12)


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    assert train_tiny.main(["work"]) == 2
    assert capsys.readouterr().err == "error: torch is not installed; pip install torch==2.13.0\n"


@pytest.mark.usefixtures("torch")
def test_a_folder_without_shards(tmp_path: Path, capsys: Any) -> None:
    assert train_tiny.main([str(tmp_path)]) == 2
    assert "no shards; there are: none" in capsys.readouterr().err


def test_attention_falls_with_distance_and_sees_nothing_to_come(torch: Any) -> None:
    bias = train_tiny.distances(3, 2)
    # The slopes of two heads are 2^-4 and 2^-8.
    assert bias[0].tolist() == [
        [0, -math.inf, -math.inf],
        [-1 / 16, 0, -math.inf],
        [-2 / 16, -1 / 16, 0],
    ]
    assert bias[1][2].tolist() == [-2 / 256, -1 / 256, 0]


def test_what_is_expected_depends_on_what_came_before_alone(torch: Any) -> None:
    shape = Shape(50, width=16, heads=2)
    weights = train_tiny.weights_of(shape, 1)
    one = torch.tensor([[5, 6, 7, 8]])
    other = torch.tensor([[5, 6, 9, 8]])
    first, second = (train_tiny.logits(weights, tokens, shape)[0].detach().numpy() for tokens in (one, other))
    assert np.allclose(first[:2], second[:2], atol=1e-6)
    assert not np.allclose(first[3], second[3], atol=1e-4)


def test_the_loss_falls_below_the_entropy_and_the_same_run_gives_the_same(
    tmp_path: Path, torch: Any, capsys: Any
) -> None:
    torch.set_num_threads(1)
    write(tmp_path, "yo", [counting(number) for number in range(40)])
    write(tmp_path, "yo_validation", [counting(3), counting(5)])
    dataset = open_dataset(str(tmp_path), 16)
    plan = Plan(length=16, batch=8, steps=60, rate=1e-2)
    assert train_tiny.report(str(tmp_path), dataset, plan) == 0
    said = capsys.readouterr().out
    assert "below the unigram entropy 2.8" in said
    # Only the next document's first token cannot be foretold.
    assert float(said.split()[-1]) < 1.5
    assert train_tiny.report(str(tmp_path), dataset, plan) == 0
    assert capsys.readouterr().out == said


def test_a_loss_that_does_not_fall_is_a_failed_run(tmp_path: Path, torch: Any, capsys: Any) -> None:
    drawn = np.random.default_rng(3).integers(100, 116, (20, 60))
    write(tmp_path, "yo", [row.tolist() for row in drawn])
    assert train_tiny.report(str(tmp_path), open_dataset(str(tmp_path), 16), Plan(length=16, batch=4, steps=2)) == 1
    assert "not below" in capsys.readouterr().out
