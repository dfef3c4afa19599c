"""A trainer reads every token once an epoch, in an order that a formula gives, and finds whose text it reads."""

import itertools
import pickle
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import storage, tables
from roots import megatron
from roots.megatron import TokensError
from roots.tokens import Dataset, Span, for_torch, open_dataset, shuffled

END = 2


def shard(folder: str, name: str, documents: list[list[int]], dtype: str = "<u2") -> str:
    """Write a shard and the table of its documents, which are called by the shard's name and their number."""
    prefix = storage.join(folder, f"{name}_text_document")
    with megatron.writing(prefix, dtype=dtype, end_token=END) as (writer, _):
        for document in documents:
            writer.add(document)
    ids = [{"id": f"{name}-{number}", "source": f"source of {name}"} for number in range(len(documents))]
    tables.write(f"{prefix}.ids.parquet", pa.Table.from_pylist(ids))
    return prefix


@pytest.fixture
def folder(tmp_path: Path) -> str:
    shard(str(tmp_path), "yo", [[10, 11, 12], [13], [14, 15, 16, 17, 18]])
    shard(str(tmp_path), "zhs", [[20 + number] for number in range(4)])
    shard(str(tmp_path), "yo_validation", [[90, 91, 92, 93]])
    return str(tmp_path)


def test_sequences_follow_each_other_and_share_a_token(folder: str) -> None:
    dataset = open_dataset(folder, 4)
    # yo: 10 11 12 | 13 | 14 15 16 17 18, with three end tokens: twelve tokens; zhs: eight.
    assert [row.tolist() for row in map(dataset.__getitem__, range(len(dataset)))] == [
        [10, 11, 12, END, 13],
        [13, END, 14, 15, 16],
        [20, END, 21, END, 22],
    ]


def test_every_token_but_the_first_is_predicted_once(tmp_path: Path) -> None:
    prefix = shard(str(tmp_path), "sw", [list(range(100, 100 + size)) for size in (7, 30, 1, 12)])
    tokens = megatron.Index.read(prefix).tokens
    dataset = Dataset((prefix,), 9)
    predicted = np.concatenate([dataset[row][1:] for row in range(len(dataset))])
    assert predicted.tolist() == tokens[1 : len(predicted) + 1].tolist()
    assert len(tokens) - 1 - len(predicted) < 9


def test_validation_is_read_only_when_it_is_named(folder: str) -> None:
    assert {int(token) for row in range(3) for token in open_dataset(folder, 4)[row]}.isdisjoint({90, 91, 92, 93})
    assert open_dataset(folder, 4, names=["yo_validation"])[0].tolist() == [90, 91, 92, 93, END]


def test_a_sequence_says_whose_documents_it_holds(folder: str) -> None:
    dataset = open_dataset(folder, 4)
    assert dataset.origin(0) == [Span(0, 4, "yo-0", "source of yo"), Span(4, 5, "yo-1", "source of yo")]
    assert dataset.origin(1) == [Span(0, 2, "yo-1", "source of yo"), Span(2, 5, "yo-2", "source of yo")]
    assert [span.id for span in dataset.origin(2)] == ["zhs-0", "zhs-1", "zhs-2"]


def test_whose_documents_when_the_table_has_many_row_groups(tmp_path: Path) -> None:
    prefix = shard(str(tmp_path), "ig", [[5] * (number % 3 + 1) for number in range(2500)])
    dataset = Dataset((prefix,), 50)
    index = megatron.Index.read(prefix)
    owner = np.repeat(np.arange(len(index)), index.lengths)
    for row in range(len(dataset)):
        spans = dataset.origin(row)
        said = np.concatenate([np.full(span.end - span.start, int(span.id.split("-")[1])) for span in spans])
        assert said.tolist() == owner[row * 50 : row * 50 + 51].tolist()


@given(st.integers(1, 3000), st.integers(0, 2**70), st.integers(0, 5))
def test_shuffling_is_a_permutation(size: int, seed: int, epoch: int) -> None:
    found = shuffled(np.arange(size, dtype=np.uint64), size, (seed, epoch))
    assert np.array_equal(np.sort(found), np.arange(size))


def plainly(place: int, size: int, seed: int, epoch: int) -> int:
    """The formula in whole numbers, one place at a time."""
    mask = 2**64 - 1

    def hashed(number: int) -> int:
        state = (number + 0x9E3779B97F4A7C15) & mask
        state = ((state ^ (state >> 30)) * 0xBF58476D1CE4E5B9) & mask
        state = ((state ^ (state >> 27)) * 0x94D049BB133111EB) & mask
        return state ^ (state >> 31)

    half = next(half for half in range(1, 33) if 4**half >= size)
    while True:
        left, right = divmod(place, 2**half)
        for turn in range(4):
            key = hashed(hashed(hashed(seed & mask) ^ (epoch & mask)) ^ turn)
            left, right = right, left ^ (hashed(right ^ key) % 2**half)
        place = left * 2**half + right
        if place < size:
            return place


@given(st.integers(1, 200), st.integers(0, 2**70), st.integers(0, 5))
def test_the_order_is_the_formula(size: int, seed: int, epoch: int) -> None:
    found = shuffled(np.arange(size, dtype=np.uint64), size, (seed, epoch))
    assert found.tolist() == [plainly(place, size, seed, epoch) for place in range(size)]


def test_a_shuffle_leaves_few_where_they_were_and_few_neighbours() -> None:
    size = 10_000
    found = shuffled(np.arange(size, dtype=np.uint64), size, (7, 3)).astype(np.int64)
    # Of a random permutation one is expected to stay, and two to be followed by their neighbour.
    assert (found == np.arange(size)).sum() < 10
    assert (np.abs(np.diff(found)) == 1).sum() < 15
    # Rank correlation with the places: its standard deviation is one hundredth.
    assert abs(np.corrcoef(found, np.arange(size))[0, 1]) < 0.05


def test_a_step_is_the_same_wherever_reading_begins(folder: str) -> None:
    dataset = open_dataset(folder, 2)
    whole = list(itertools.islice(dataset.batches(3), 9))
    resumed = list(itertools.islice(dataset.batches(3, start=4), 5))
    assert all(np.array_equal(one, other) for one, other in zip(whole[4:], resumed, strict=True))
    assert whole[0].shape == (3, 3)
    assert whole[0].dtype == np.int64


def test_processes_that_train_together_share_the_steps(folder: str) -> None:
    dataset = open_dataset(folder, 2)
    together = list(itertools.islice(dataset.batches(2), 6))
    ranks = [list(itertools.islice(dataset.batches(2, rank=rank, ranks=3), 2)) for rank in range(3)]
    assert [batch.tolist() for batch in together] == [ranks[step % 3][step // 3].tolist() for step in range(6)]


def test_an_epoch_reads_every_sequence_once_and_the_next_in_another_order(tmp_path: Path) -> None:
    dataset = Dataset((shard(str(tmp_path), "xh", [list(range(3, 300))]),), 3)
    epochs = [[dataset.row(step) for step in range(start, start + len(dataset))] for start in (0, len(dataset))]
    assert sorted(epochs[0]) == sorted(epochs[1]) == list(range(len(dataset)))
    assert epochs[0] != epochs[1]


def test_only_paths_are_pickled(tmp_path: Path) -> None:
    dataset = Dataset((shard(str(tmp_path), "en", [list(range(10_000))]),), 8)
    assert dataset.at(3).shape == (9,)
    data = pickle.dumps(dataset)
    assert len(data) < 500
    assert np.array_equal(pickle.loads(data).at(3), dataset.at(3))


def test_shards_of_any_file_system_are_read(memory: str) -> None:
    shard(memory, "tw", [[7, 8, 9]])
    assert open_dataset(memory, 3)[0].tolist() == [7, 8, 9, END]


@pytest.mark.parametrize(
    ("length", "says"),
    [
        (0, "sequences of 0 tokens; 1 or more"),
        (12, "2 shards of 20 tokens hold no sequence of 12 and one more; choose a smaller length"),
    ],
)
def test_a_length_that_cannot_be(folder: str, length: int, says: str) -> None:
    with pytest.raises(TokensError, match=says):
        open_dataset(folder, length)


def test_a_shard_that_is_not_there(folder: str, tmp_path: Path) -> None:
    with pytest.raises(TokensError, match=r"no shard 'fr'; there are: yo, yo_validation, zhs"):
        open_dataset(folder, 4, names=["fr"])
    with pytest.raises(TokensError, match=r"no shards; there are: none; roots tokenize writes them"):
        open_dataset(str(tmp_path / "nothing"), 4)


@pytest.mark.parametrize("given", [{"size": 0}, {"size": 1, "start": -1}, {"size": 1, "rank": 2, "ranks": 2}])
def test_batches_that_cannot_be(folder: str, given: dict[str, int]) -> None:
    with pytest.raises(TokensError, match="batches of"):
        next(open_dataset(folder, 4).batches(**given))


def test_a_sequence_that_is_not_there(folder: str) -> None:
    with pytest.raises(IndexError, match="sequence 3; there are 3, from 0 on"):
        open_dataset(folder, 4)[3]


def test_torch_loads_the_steps_in_its_own_processes(folder: str) -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    dataset = open_dataset(folder, 2)
    loader = torch.utils.data.DataLoader(for_torch(dataset), batch_size=2, num_workers=1)
    assert isinstance(loader.dataset, torch.utils.data.Dataset)
    loaded = torch.cat(list(loader)).numpy()
    assert np.array_equal(loaded, np.stack([dataset.at(step) for step in range(len(dataset))]))
    assert pickle.loads(pickle.dumps(for_torch(dataset)))[1].tolist() == dataset.at(1).tolist()
