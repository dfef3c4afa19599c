"""Token shards in the forms of other readers, beside those of Megatron.

| layout | files | how they are read |
|---|---|---|
| megatron | `.bin`, `.idx` | `roots.megatron`; always written |
| numpy | `.bin`, `.offsets.npy` | `numpy.memmap(".bin", dtype)`; the manifest says the dtype |
| datatrove | `.ds`, `.ds.index`, `.ds.metadata` | `DatatroveFileDataset`, with the token_size of the metadata |

`.offsets.npy` holds int64 [documents + 1]: document d is tokens `offsets[d]` up to `offsets[d + 1]` of `.bin`, its end
token included. It takes 8 bytes a document and repeats no token.

`.ds` holds the same bytes as `.bin`; ids of four bytes are unsigned there and signed here, which for ids is the same.
`.ds.index` holds an unsigned 64-bit number for every document: its end, in tokens. `.ds.metadata` is text of three
lines: the tokenizer's name, `|` and the bytes of a token; the number of tokens; the same number for people. Source:
`datatrove/pipeline/tokens/tokenizer.py` of datatrove 0.10.1.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from pipelines import storage
from pipelines.tables import Output
from roots.megatron import Index, Integers, Piece

NAME = "tokenizer.json"
"""What the tokenizer is called in datatrove's metadata: never the path on a machine."""

_PREFIXES = "kMGTPEZY"
"""Of the units, from 10^3 on."""


def add(prefix: str, layouts: Sequence[str]) -> list[Output]:
    """Write the files of other layouts beside a token shard; what was written. Memory: 8 bytes a document."""
    index = Index.read(prefix)
    return [output for layout in layouts for output in LAYOUTS[layout](prefix, index)]


def faults(prefix: str, layouts: Sequence[str]) -> list[str]:
    """What is wrong with the files of other layouts beside a token shard that is sound."""
    index = Index.read(prefix)
    ends = _offsets(index)
    found = []
    if "numpy" in layouts and storage.read_bytes(f"{prefix}.offsets.npy") != _npy(ends):
        found.append(".offsets.npy: does not say where the documents of .bin begin")
    if "datatrove" in layouts:
        if storage.read_bytes(f"{prefix}.ds.index") != ends[1:].astype("<u8").tobytes():
            found.append(".ds.index: does not say where the documents of .ds end")
        if storage.size(f"{prefix}.ds") != int(ends[-1]) * index.dtype.itemsize:
            found.append(f".ds: has {storage.size(f'{prefix}.ds')} bytes, as many as .bin expected")
        if storage.read_bytes(f"{prefix}.ds.metadata") != _metadata(int(ends[-1]), index.dtype.itemsize):
            found.append(".ds.metadata: does not say what .ds holds")
    return found


def endings(layouts: Sequence[str]) -> list[str]:
    """What follows the prefix of a shard in the names of its files, the manifest last.

    >>> endings(["numpy"])
    ['.bin', '.idx', '.ids.parquet', '.offsets.npy', '.json']
    """
    more = [ending for layout in layouts for ending in _ENDINGS[layout]]
    return [".bin", ".idx", ".ids.parquet", *more, ".json"]


def _numpy(prefix: str, index: Index) -> list[Output]:
    return [_written(f"{prefix}.offsets.npy", _npy(_offsets(index)), len(index.documents) - 1)]


def _datatrove(prefix: str, index: Index) -> list[Output]:
    ends, documents = _offsets(index), len(index.documents) - 1
    with storage.writing(f"{prefix}.ds") as target:
        for tokens in Piece(index, 0, documents).tokens():
            target.file.write(tokens.data)
    name = f"{prefix}.ds".rsplit("/", 1)[-1]
    return [
        Output(name, documents, target.written.bytes, target.written.sha256),
        _written(f"{prefix}.ds.index", ends[1:].astype("<u8").tobytes(), documents),
        _written(f"{prefix}.ds.metadata", _metadata(int(ends[-1]), index.dtype.itemsize), documents),
    ]


def _nothing(_prefix: str, _index: Index) -> list[Output]:
    return []


LAYOUTS: Mapping[str, Callable[[str, Index], list[Output]]] = {
    "megatron": _nothing,
    "datatrove": _datatrove,
    "numpy": _numpy,
}
"""What writes the files of each layout that Megatron's does not have."""

_ENDINGS = {"megatron": [], "datatrove": [".ds", ".ds.index", ".ds.metadata"], "numpy": [".offsets.npy"]}


def _offsets(index: Index) -> Integers:
    """[documents + 1] int64 tokens up to each document's end; the first is 0."""
    running = np.concatenate(([0], np.cumsum(index.lengths, dtype=np.int64)))
    ends: Integers = running[index.documents]
    return ends


def _npy(values: Integers) -> bytes:
    from io import BytesIO

    file = BytesIO()
    np.lib.format.write_array(file, values.astype("<i8"), version=(1, 0))
    return file.getvalue()


def _metadata(tokens: int, size: int) -> bytes:
    return f"{NAME}|{size}\n{tokens}\n{_metric(tokens)}".encode()


def _metric(count: int) -> str:
    """A number of tokens in three digits, as the package humanize writes it.

    >>> _metric(803_175), _metric(1_454), _metric(12)
    ('803 kT', '1.45 kT', '12.0 T')
    """
    power = len(str(count)) - 1
    scaled = count / 10 ** (power // 3 * 3)
    prefix = _PREFIXES[power // 3 - 1] if power >= 3 else ""
    return f"{scaled:.{2 - power % 3}f} {prefix}T"


def _written(path: str, data: bytes, rows: int) -> Output:
    written = storage.write_bytes(path, data)
    return Output(path.rsplit("/", 1)[-1], rows, written.bytes, written.sha256)
