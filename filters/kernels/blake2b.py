"""Keyed BLAKE2b of every string of a column: the first eight bytes of each digest, as a number.

The block that a key makes is the same for all of them, and taken in once. What is left of a short string is one block,
a fifth of a microsecond; of the microsecond that hashlib takes, most is Python's. Equal to hashlib's with
`digest_size=8`, on a machine whose numbers begin with their lowest byte. Source: RFC 7693, whose letters these are.
"""

import numpy as np
import pyarrow as pa

from filters.kernels.compiled import Array, Int, compiled, constant, inner
from filters.kernels.strings import buffers

BLOCK = 128
"""Bytes of a block."""

DIGEST = 8
"""Bytes of a digest."""

IV = np.array(
    [
        0x6A09E667F3BCC908,
        0xBB67AE8584CAA73B,
        0x3C6EF372FE94F82B,
        0xA54FF53A5F1D36F1,
        0x510E527FADE682D1,
        0x9B05688C2B3E6C1F,
        0x1F83D9ABFB41BD6B,
        0x5BE0CD19137E2179,
    ],
    np.uint64,
)
"""What the state begins with."""

SIGMA = np.array(
    [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
    ],
    np.uint8,
)
"""Which words of the block each round takes, in which order."""


def keyed(texts: pa.Array, key: bytes, *, person: bytes = b"", tail: bytes = b"") -> Array:
    """The hash of the bytes of each string and those of `tail`, [texts] uint64.

    key: 1 to 64 bytes; person: at most 16. Raises TypeError for anything but `pa.string()` without nulls.
    """
    data, places = buffers(texts)
    parameters = bytes([DIGEST, len(key), 1, 1]).ljust(48, b"\0") + person.ljust(16, b"\0")
    states = np.tile(IV ^ np.frombuffer(parameters, "<u8"), (3, 1))
    block = np.zeros(BLOCK, np.uint8)
    block[: len(key)] = np.frombuffer(key, np.uint8)
    found = np.empty(len(texts), np.uint64)
    hash_all(data, places, constant(np.frombuffer(tail, np.uint8)), block, block.view(np.uint64), states, found)
    return found


@compiled
def hash_all(data: Array, places: Array, tail: Array, block: Array, words: Array, states: Array, found: Array) -> None:
    """Hash the messages data[places[n]:places[n + 1]] + tail into `found`, [messages] uint64.

    data, tail: [bytes] uint8; places: [messages + 1] int32; block: the key, and then room to work in, [BLOCK] uint8;
    words: the same memory, [16] uint64; states: three times the state before the first block, [3, 8] uint64, which
    become that after the key, that after the key where nothing follows, and room to work in.
    """
    begun, alone, state = states[0], states[1], states[2]
    for last in range(2):
        _compress(states[last], words, BLOCK, last)
    for message in range(len(found)):
        start, end = np.int64(places[message]), np.int64(places[message + 1])
        length = end - start + len(tail)
        for word in range(8):
            state[word] = begun[word] if length else alone[word]
        done: Int = 0
        while done < length:
            for word in range(len(words)):
                words[word] = 0
            at = start + done
            for byte in range(min(end - at, BLOCK)):
                block[byte] = data[at + byte]
            for place in range(len(tail)):
                if 0 <= end + place - at < BLOCK:
                    block[end + place - at] = tail[place]
            done = min(done + BLOCK, length)
            _compress(state, words, BLOCK + done, done == length)
        found[message] = state[0]


@inner
def _compress(h: Array, m: Array, count: Int, last: Int) -> None:
    """Take a block m, [16] uint64, into the state h, [8] uint64; with it `count` bytes are in."""
    v0, v1, v2, v3, v4, v5, v6, v7 = h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7]
    v8, v9, v10, v11, v12, v13, v14, v15 = IV[0], IV[1], IV[2], IV[3], IV[4], IV[5], IV[6], IV[7]
    v12 ^= np.uint64(count)
    if last:
        v14 = ~v14
    for number in range(len(SIGMA)):
        s = SIGMA[number]
        v0, v4, v8, v12 = _mix(v0, v4, v8, v12, m[s[0]], m[s[1]])
        v1, v5, v9, v13 = _mix(v1, v5, v9, v13, m[s[2]], m[s[3]])
        v2, v6, v10, v14 = _mix(v2, v6, v10, v14, m[s[4]], m[s[5]])
        v3, v7, v11, v15 = _mix(v3, v7, v11, v15, m[s[6]], m[s[7]])
        v0, v5, v10, v15 = _mix(v0, v5, v10, v15, m[s[8]], m[s[9]])
        v1, v6, v11, v12 = _mix(v1, v6, v11, v12, m[s[10]], m[s[11]])
        v2, v7, v8, v13 = _mix(v2, v7, v8, v13, m[s[12]], m[s[13]])
        v3, v4, v9, v14 = _mix(v3, v4, v9, v14, m[s[14]], m[s[15]])
    h[0] ^= v0 ^ v8
    h[1] ^= v1 ^ v9
    h[2] ^= v2 ^ v10
    h[3] ^= v3 ^ v11
    h[4] ^= v4 ^ v12
    h[5] ^= v5 ^ v13
    h[6] ^= v6 ^ v14
    h[7] ^= v7 ^ v15


@inner
def _mix(a: Int, b: Int, c: Int, d: Int, x: Int, y: Int) -> tuple[Int, Int, Int, Int]:
    """Mix two words of the block into four of the state."""
    a = a + b + x
    d = _turned(d ^ a, 32)
    c = c + d
    b = _turned(b ^ c, 24)
    a = a + b + y
    d = _turned(d ^ a, 16)
    c = c + d
    b = _turned(b ^ c, 63)
    return a, b, c, d


@inner
def _turned(word: Int, bits: Int) -> Int:
    """A word turned to the right."""
    return word >> np.uint64(bits) | word << np.uint64(64 - bits)


def warm() -> None:
    """Compile the kernel, or load it from the cache."""
    keyed(pa.array([""]), b"\0")
