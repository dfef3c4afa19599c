"""Reads the model files that fastText writes of a trained classifier, .bin and .ftz, without fastText.

What is in a file: arguments, a dictionary (words, then labels), optionally a pruned index of n-grams, an input matrix
with a row for each word and n-gram, an output matrix. A quantised matrix is put together again here, so that whoever
uses it adds rows of float32. Every count is checked against the size of the file before memory is taken for it.

Format: `FastText::saveModel`, `Dictionary::save`, `QuantMatrix::save` of fastText 0.9.3, versions 11 and 12.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filters.models import ModelError

MAGIC, VERSIONS = 793712314, (11, 12)
SUPERVISED = 3
LOSSES = {1: "hs", 2: "ns", 3: "softmax", 4: "ova"}
CENTROIDS = 256
"""Of a product quantiser: one for each value of a byte."""

UNSEEN = 10**15
"""What fastText counts for a node of the tree of labels before it has children."""

LONGEST_NGRAM = 64
"""In characters; fastText's own default is 6. More is taken for a damaged file."""

MOST_DIMENSIONS = 4096
"""fastText's own default is 100. More is taken for a damaged file."""

ENTRY = struct.Struct("<qb")
"""How often a dictionary entry was seen, and its kind: 0 a word, 1 a label."""


@dataclass(frozen=True, eq=False)
class LidModel:
    """A classifier of texts, as its file describes it.

    A text is the mean of the rows of `inputs` that its words and their n-grams have; `outputs` makes probabilities of
    it. `pruned` has the hash (below `bucket`) and the place among the n-grams of those that were kept, None where all
    were. `tree` has the two children of each inner node of the tree of labels, for the loss "hs", else no rows.
    """

    labels: tuple[str, ...]
    entries: NDArray[np.uint8]  # [bytes] the dictionary: words, then labels, one after the other, in UTF-8
    ends: NDArray[np.int64]  # [words + labels] where each of them ends
    pruned: NDArray[np.int32] | None  # [n-grams kept, 2]
    inputs: NDArray[np.float32]  # [words + n-grams, dimensions]
    outputs: NDArray[np.float32]  # [labels, or inner nodes of the tree at least, dimensions]
    tree: NDArray[np.int32]  # [labels - 1, 2]
    shortest: int
    longest: int
    bucket: int
    loss: str


def read(file: Path) -> LidModel:
    """The classifier in a file. Raises ModelError for anything else, with what was found and what to do."""
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file}: {error.strerror}; give the .bin or .ftz file of a fastText classifier") from error
    return _Reader(file, data).model()


class _Reader:
    """A place in the bytes of a model file, and what can be read there."""

    def __init__(self, file: Path, data: bytes) -> None:
        self._file, self._data, self._at = file, data, 0

    def model(self) -> LidModel:
        """The whole file."""
        self._signature()
        dimensions, loss, bucket, shortest, longest = self._arguments()
        entries, words, labels, _, kept = self._values("<iiiqq")
        if not (words >= 0 and labels > 0 and entries == words + labels and kept >= -1):
            raise self._fault(f"its dictionary claims {entries} entries, {words} words and {labels} labels")
        names, counts = self._entries(words, labels)
        pruned = self._array("<i4", 2 * kept).reshape(-1, 2) if kept >= 0 else None
        compressed = self._flag()
        inputs = self._matrix(quantised=compressed)
        # Both are read, but fastText heeds the second flag only after the first.
        outputs = self._matrix(quantised=self._flag() and compressed)
        if inputs.shape[1] != dimensions or outputs.shape[1] != dimensions:
            raise self._fault(f"{dimensions} dimensions, but matrices of {inputs.shape[1]} and {outputs.shape[1]}")
        if outputs.shape[0] < (labels - 1 if loss == "hs" else labels):
            raise self._fault(f"{labels} labels, but an output matrix of {outputs.shape[0]} rows")
        self._check_rows(words, bucket if longest > 0 else 0, pruned, len(inputs))
        return LidModel(
            labels=tuple(name.decode("utf-8", "replace").removeprefix("__label__") for name in names[words:]),
            entries=np.frombuffer(b"".join(names) or b"\0", np.uint8),
            ends=np.cumsum([len(name) for name in names], dtype=np.int64),
            pruned=pruned,
            inputs=inputs,
            outputs=outputs,
            tree=_tree(counts) if loss == "hs" else np.empty((0, 2), np.int32),
            shortest=shortest,
            longest=longest,
            bucket=bucket,
            loss=loss,
        )

    def _signature(self) -> None:
        """Refuses what is not a model file of fastText."""
        if len(self._data) < 8 or struct.unpack_from("<i", self._data)[0] != MAGIC:
            start = self._data[:8]
            raise ModelError(
                f"{self._file}: not a model file of fastText: it begins with {start!r}; "
                "give the .bin or .ftz file of a fastText classifier"
            )
        _, self._version = self._values("<ii")
        if self._version not in VERSIONS:
            raise ModelError(
                f"{self._file}: version {self._version} of fastText's file format; known: 11, 12; "
                "train the model with fastText 0.9"
            )

    def _arguments(self) -> tuple[int, str, int, int, int]:
        """Dimensions, loss, number of n-gram hashes, shortest and longest n-gram."""
        dimensions, _, _, _, _, word_ngrams, loss, model, bucket, shortest, longest, _, _ = self._values("<12id")
        if model != SUPERVISED:
            kind = {1: "cbow", 2: "skipgram"}.get(model, f"of kind {model}")
            raise ModelError(
                f"{self._file}: word vectors ({kind}), not a classifier; give what `fasttext supervised` trained"
            )
        if self._version == 11:
            longest = 0  # models of that version have no n-grams of characters, whatever their arguments say
        if (
            loss not in LOSSES
            or not 1 <= dimensions <= MOST_DIMENSIONS
            or bucket < 0
            or not 0 <= longest <= LONGEST_NGRAM
        ):
            raise self._fault(f"loss {loss}, {dimensions} dimensions, {bucket} hashes, n-grams up to {longest}")
        if word_ngrams > 1:
            raise ModelError(
                f"{self._file}: uses n-grams of up to {word_ngrams} words, which are not supported; "
                "train the model with wordNgrams=1"
            )
        if longest > 0 and bucket == 0:
            raise self._fault(f"n-grams up to {longest} characters, but no hashes for them")
        return dimensions, LOSSES[loss], bucket, shortest, longest

    def _entries(self, words: int, labels: int) -> tuple[list[bytes], list[int]]:
        """Names of all words, then all labels, and how often each label was seen."""
        names, counts = list[bytes](), list[int]()
        for number in range(words + labels):
            end = self._data.find(b"\0", self._at)
            if end < 0:
                raise self._fault(f"it ends in entry {number} of its dictionary", short=True)
            names.append(self._data[self._at : end])
            self._at = end + 1
            self._need(ENTRY.size)
            count, kind = ENTRY.unpack_from(self._data, self._at)
            self._at += ENTRY.size
            if kind != (number >= words) or not 0 <= count < UNSEEN:
                raise self._fault(f"entry {number} of its dictionary is of kind {kind}, seen {count} times")
            if kind:
                counts.append(count)
        return names, counts

    def _matrix(self, *, quantised: bool) -> NDArray[np.float32]:
        """A matrix of float32, put together again where it is quantised."""
        found = self._quantised() if quantised else self._dense()
        if not np.isfinite(found).all():
            raise self._fault("a matrix with numbers that are none")
        return found

    def _dense(self) -> NDArray[np.float32]:
        """A matrix as it stands."""
        rows, columns = self._values("<qq")
        self._check_size(rows, columns)
        return self._array("<f4", rows * columns).reshape(rows, columns)

    def _quantised(self) -> NDArray[np.float32]:
        """A matrix whose rows are cut into pieces, of each of which stands the number of the nearest centroid."""
        normed = self._flag()
        rows, columns, size = self._values("<qqi")
        self._check_size(rows, columns)
        codes = self._array("u1", size)
        pieces = self._centroids(columns)
        if rows * len(pieces) != size:
            raise self._fault(f"a quantised matrix of {rows} rows with {size} codes")
        norms = np.ones(rows, np.float32)
        if normed:
            norms = self._array("u1", rows)
            norms = self._centroids(1)[0][norms, 0]
        codes = codes.reshape(rows, len(pieces))
        return np.hstack([piece[codes[:, at]] for at, piece in enumerate(pieces)]) * norms[:, None]

    def _centroids(self, columns: int) -> list[NDArray[np.float32]]:
        """The centroids of a product quantiser, [256, width] for each of the pieces that a row is cut into."""
        dimensions, pieces, width, last = self._values("<4i")
        if dimensions != columns or min(pieces, width, last) < 1 or (pieces - 1) * width + last != dimensions:
            raise self._fault(f"{dimensions} dimensions in {pieces} pieces of {width}, the last of {last}")
        flat = self._array("<f4", dimensions * CENTROIDS)
        cuts = [piece * CENTROIDS * width for piece in range(1, pieces)]
        return [part.reshape(CENTROIDS, -1) for part in np.split(flat, cuts)]

    def _check_size(self, rows: int, columns: int) -> None:
        """Refuses a matrix that this file is too small for: each row has a byte for 64 columns at the least."""
        if rows < 1 or columns < 1 or rows * columns > 64 * len(self._data):
            raise self._fault(f"a matrix of {rows} by {columns}")

    def _check_rows(self, words: int, bucket: int, pruned: NDArray[np.int32] | None, rows: int) -> None:
        """Refuses an index that points outside of the input matrix."""
        ngrams = bucket if pruned is None else 0
        if pruned is not None and len(pruned):
            ngrams = int(pruned[:, 1].max()) + 1
        if words + ngrams > rows or (pruned is not None and len(pruned) and pruned.min() < 0):
            raise self._fault(f"an input matrix of {rows} rows for {words} words and {ngrams} n-grams")

    def _flag(self) -> bool:
        """One byte, 0 or 1."""
        (value,) = self._values("<B")
        if value > 1:
            raise self._fault(f"a byte of {value} where yes or no should stand")
        return bool(value)

    def _values(self, form: str) -> tuple[Any, ...]:
        """Numbers in a row."""
        self._need(struct.calcsize(form))
        found = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return found

    def _array(self, form: str, count: int) -> NDArray[Any]:
        """So many numbers of one kind."""
        size = np.dtype(form).itemsize
        if count < 0:
            raise self._fault(f"an array of {count} numbers")
        self._need(count * size)
        found = np.frombuffer(self._data, form, count, self._at).copy()
        self._at += count * size
        return found

    def _need(self, size: int) -> None:
        """Refuses a file that ends too early."""
        if self._at + size > len(self._data):
            raise self._fault(f"{size:,} bytes are needed at byte {self._at:,}", short=True)

    def _fault(self, what: str, *, short: bool = False) -> ModelError:
        """What is wrong with a file that began as a model file does."""
        kind = f"a model file cut short at {len(self._data):,} bytes" if short else "a damaged model file"
        return ModelError(f"{self._file}: {kind}: {what}; fetch or train it again")


def _tree(counts: list[int]) -> NDArray[np.int32]:
    """The two children of each inner node of the Huffman tree of labels, as `HierarchicalSoftmaxLoss::buildTree` does.

    Labels come first, from the most frequent to the rarest, as 0 to n - 1; inner nodes follow, the root last.
    """
    labels = len(counts)
    weights = [*counts, *[UNSEEN] * (labels - 1)]
    children = np.empty((labels - 1, 2), np.int32)
    leaf, node = labels - 1, labels
    for inner in range(labels, 2 * labels - 1):
        for side in range(2):
            if leaf >= 0 and weights[leaf] < weights[node]:
                children[inner - labels, side], leaf = leaf, leaf - 1
            else:
                children[inner - labels, side], node = node, node + 1
        weights[inner] = sum(weights[child] for child in children[inner - labels])
    return children
