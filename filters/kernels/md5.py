"""MD5 of short messages, sixteen side by side: the first eight bytes of each, as a number.

A processor can do one step for sixteen numbers at once where they stand beside each other. So the rounds are written
out for one message, without a loop, and repeated over all, of which the compiler makes one. Equal to hashlib's.
Source: RFC 1321, whose letters these are.
"""

import numpy as np

from filters.kernels.compiled import Array, Int, inlined, inner

LANES = 16
"""Messages side by side."""

BLOCK = 64
"""Bytes of a block."""

WORDS = BLOCK // 4
"""Numbers of 32 bits of a block."""

PADDING = 9
"""Bytes that are added to a message at least: one that ends it, and its length."""


@inner
def md5_lanes(data: Array, starts: Array, ends: Array, lanes: Int, block: Array, state: Array, out: Array) -> None:
    """Hash the messages data[starts[lane]:ends[lane]] of the first `lanes` lanes into `out`.

    data: [bytes] uint8; starts, ends: [LANES] int64; out: [LANES] uint64; room to work in: block [WORDS, LANES] uint32,
    state [4, LANES] uint32.
    """
    most = 0
    for lane in range(lanes):
        most = max(most, _blocks(ends[lane] - starts[lane]))
    state[0], state[1] = np.uint32(0x67452301), np.uint32(0xEFCDAB89)
    state[2], state[3] = np.uint32(0x98BADCFE), np.uint32(0x10325476)
    for number in range(most):
        block[:] = 0
        for lane in range(lanes):
            _fill(data, starts[lane] + number * BLOCK, ends[lane], ends[lane] - starts[lane], lane, block)
        _rounds(block, state)
        for lane in range(lanes):
            if number == _blocks(ends[lane] - starts[lane]) - 1:
                out[lane] = _swapped(state[0, lane]) << np.uint64(32) | _swapped(state[1, lane])


@inner
def _blocks(length: Int) -> Int:
    """Number of blocks of a message of so many bytes."""
    return (length + PADDING + BLOCK - 1) // BLOCK


@inner
def _fill(data: Array, at: Int, end: Int, length: Int, lane: Int, block: Array) -> None:
    """Write one block of a message, the bytes from `at`, into its lane, which is zeros; past its end the padding."""
    left = end - at
    whole = min(max(left, 0) // 4, WORDS)
    for word in range(whole):
        byte = at + 4 * word
        block[word, lane] = (
            np.uint32(data[byte])
            | np.uint32(data[byte + 1]) << np.uint32(8)
            | np.uint32(data[byte + 2]) << np.uint32(16)
            | np.uint32(data[byte + 3]) << np.uint32(24)
        )
    if 0 <= left < BLOCK:
        last = np.uint32(0x80) << np.uint32(8 * (left - 4 * whole))
        for byte in range(4 * whole, left):
            last |= np.uint32(data[at + byte]) << np.uint32(8 * (byte - 4 * whole))
        block[whole, lane] = last
    if left <= BLOCK - PADDING:
        block[14, lane], block[15, lane] = np.uint32(length << 3), np.uint32(length >> 29)


@inner
def _swapped(number: Int) -> Int:
    """The bytes of a 32-bit number in the other order, as uint64."""
    number = np.uint64(number)
    number = (number & np.uint64(0x00FF00FF)) << np.uint64(8) | (number >> np.uint64(8)) & np.uint64(0x00FF00FF)
    return (number & np.uint64(0xFFFF)) << np.uint64(16) | number >> np.uint64(16)


@inner
def _rounds(x: Array, state: Array) -> None:
    """Take one block of every lane into its state."""
    for lane in range(LANES):
        a, b, c, d = state[0, lane], state[1, lane], state[2, lane], state[3, lane]
        a, b, c, d = _round_f(a, b, c, d, x, lane)
        a, b, c, d = _round_g(a, b, c, d, x, lane)
        a, b, c, d = _round_h(a, b, c, d, x, lane)
        a, b, c, d = _round_i(a, b, c, d, x, lane)
        state[0, lane] += a
        state[1, lane] += b
        state[2, lane] += c
        state[3, lane] += d


@inlined
def _step(a: Int, b: Int, mixed: Int, x: Int, k: Int, s: Int) -> Int:
    """Add a word of the message and a constant, turn by s bits."""
    total = np.uint32(a + mixed + x + np.uint32(k))
    return np.uint32(b + (np.uint32(total << np.uint32(s)) | total >> np.uint32(32 - s)))


@inlined
def _round_f(a: Int, b: Int, c: Int, d: Int, x: Array, i: Int) -> tuple[Int, Int, Int, Int]:
    """Steps 1 to 16."""
    a = _step(a, b, d ^ (b & (c ^ d)), x[0, i], 0xD76AA478, 7)
    d = _step(d, a, c ^ (a & (b ^ c)), x[1, i], 0xE8C7B756, 12)
    c = _step(c, d, b ^ (d & (a ^ b)), x[2, i], 0x242070DB, 17)
    b = _step(b, c, a ^ (c & (d ^ a)), x[3, i], 0xC1BDCEEE, 22)
    a = _step(a, b, d ^ (b & (c ^ d)), x[4, i], 0xF57C0FAF, 7)
    d = _step(d, a, c ^ (a & (b ^ c)), x[5, i], 0x4787C62A, 12)
    c = _step(c, d, b ^ (d & (a ^ b)), x[6, i], 0xA8304613, 17)
    b = _step(b, c, a ^ (c & (d ^ a)), x[7, i], 0xFD469501, 22)
    a = _step(a, b, d ^ (b & (c ^ d)), x[8, i], 0x698098D8, 7)
    d = _step(d, a, c ^ (a & (b ^ c)), x[9, i], 0x8B44F7AF, 12)
    c = _step(c, d, b ^ (d & (a ^ b)), x[10, i], 0xFFFF5BB1, 17)
    b = _step(b, c, a ^ (c & (d ^ a)), x[11, i], 0x895CD7BE, 22)
    a = _step(a, b, d ^ (b & (c ^ d)), x[12, i], 0x6B901122, 7)
    d = _step(d, a, c ^ (a & (b ^ c)), x[13, i], 0xFD987193, 12)
    c = _step(c, d, b ^ (d & (a ^ b)), x[14, i], 0xA679438E, 17)
    b = _step(b, c, a ^ (c & (d ^ a)), x[15, i], 0x49B40821, 22)
    return a, b, c, d


@inlined
def _round_g(a: Int, b: Int, c: Int, d: Int, x: Array, i: Int) -> tuple[Int, Int, Int, Int]:
    """Steps 17 to 32."""
    a = _step(a, b, c ^ (d & (b ^ c)), x[1, i], 0xF61E2562, 5)
    d = _step(d, a, b ^ (c & (a ^ b)), x[6, i], 0xC040B340, 9)
    c = _step(c, d, a ^ (b & (d ^ a)), x[11, i], 0x265E5A51, 14)
    b = _step(b, c, d ^ (a & (c ^ d)), x[0, i], 0xE9B6C7AA, 20)
    a = _step(a, b, c ^ (d & (b ^ c)), x[5, i], 0xD62F105D, 5)
    d = _step(d, a, b ^ (c & (a ^ b)), x[10, i], 0x02441453, 9)
    c = _step(c, d, a ^ (b & (d ^ a)), x[15, i], 0xD8A1E681, 14)
    b = _step(b, c, d ^ (a & (c ^ d)), x[4, i], 0xE7D3FBC8, 20)
    a = _step(a, b, c ^ (d & (b ^ c)), x[9, i], 0x21E1CDE6, 5)
    d = _step(d, a, b ^ (c & (a ^ b)), x[14, i], 0xC33707D6, 9)
    c = _step(c, d, a ^ (b & (d ^ a)), x[3, i], 0xF4D50D87, 14)
    b = _step(b, c, d ^ (a & (c ^ d)), x[8, i], 0x455A14ED, 20)
    a = _step(a, b, c ^ (d & (b ^ c)), x[13, i], 0xA9E3E905, 5)
    d = _step(d, a, b ^ (c & (a ^ b)), x[2, i], 0xFCEFA3F8, 9)
    c = _step(c, d, a ^ (b & (d ^ a)), x[7, i], 0x676F02D9, 14)
    b = _step(b, c, d ^ (a & (c ^ d)), x[12, i], 0x8D2A4C8A, 20)
    return a, b, c, d


@inlined
def _round_h(a: Int, b: Int, c: Int, d: Int, x: Array, i: Int) -> tuple[Int, Int, Int, Int]:
    """Steps 33 to 48."""
    a = _step(a, b, b ^ c ^ d, x[5, i], 0xFFFA3942, 4)
    d = _step(d, a, a ^ b ^ c, x[8, i], 0x8771F681, 11)
    c = _step(c, d, d ^ a ^ b, x[11, i], 0x6D9D6122, 16)
    b = _step(b, c, c ^ d ^ a, x[14, i], 0xFDE5380C, 23)
    a = _step(a, b, b ^ c ^ d, x[1, i], 0xA4BEEA44, 4)
    d = _step(d, a, a ^ b ^ c, x[4, i], 0x4BDECFA9, 11)
    c = _step(c, d, d ^ a ^ b, x[7, i], 0xF6BB4B60, 16)
    b = _step(b, c, c ^ d ^ a, x[10, i], 0xBEBFBC70, 23)
    a = _step(a, b, b ^ c ^ d, x[13, i], 0x289B7EC6, 4)
    d = _step(d, a, a ^ b ^ c, x[0, i], 0xEAA127FA, 11)
    c = _step(c, d, d ^ a ^ b, x[3, i], 0xD4EF3085, 16)
    b = _step(b, c, c ^ d ^ a, x[6, i], 0x04881D05, 23)
    a = _step(a, b, b ^ c ^ d, x[9, i], 0xD9D4D039, 4)
    d = _step(d, a, a ^ b ^ c, x[12, i], 0xE6DB99E5, 11)
    c = _step(c, d, d ^ a ^ b, x[15, i], 0x1FA27CF8, 16)
    b = _step(b, c, c ^ d ^ a, x[2, i], 0xC4AC5665, 23)
    return a, b, c, d


@inlined
def _round_i(a: Int, b: Int, c: Int, d: Int, x: Array, i: Int) -> tuple[Int, Int, Int, Int]:
    """Steps 49 to 64."""
    a = _step(a, b, c ^ (b | ~d), x[0, i], 0xF4292244, 6)
    d = _step(d, a, b ^ (a | ~c), x[7, i], 0x432AFF97, 10)
    c = _step(c, d, a ^ (d | ~b), x[14, i], 0xAB9423A7, 15)
    b = _step(b, c, d ^ (c | ~a), x[5, i], 0xFC93A039, 21)
    a = _step(a, b, c ^ (b | ~d), x[12, i], 0x655B59C3, 6)
    d = _step(d, a, b ^ (a | ~c), x[3, i], 0x8F0CCC92, 10)
    c = _step(c, d, a ^ (d | ~b), x[10, i], 0xFFEFF47D, 15)
    b = _step(b, c, d ^ (c | ~a), x[1, i], 0x85845DD1, 21)
    a = _step(a, b, c ^ (b | ~d), x[8, i], 0x6FA87E4F, 6)
    d = _step(d, a, b ^ (a | ~c), x[15, i], 0xFE2CE6E0, 10)
    c = _step(c, d, a ^ (d | ~b), x[6, i], 0xA3014314, 15)
    b = _step(b, c, d ^ (c | ~a), x[13, i], 0x4E0811A1, 21)
    a = _step(a, b, c ^ (b | ~d), x[4, i], 0xF7537E82, 6)
    d = _step(d, a, b ^ (a | ~c), x[11, i], 0xBD3AF235, 10)
    c = _step(c, d, a ^ (d | ~b), x[2, i], 0x2AD7D2BB, 15)
    b = _step(b, c, d ^ (c | ~a), x[9, i], 0xEB86D391, 21)
    return a, b, c, d
