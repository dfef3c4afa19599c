"""Texts on one line, as a SentencePiece model reads them: the kernel of `filters.words.normalise`, lower-casing."""

from functools import cache

import numpy as np

from filters.kernels.compiled import Array, Int, compiled, inner
from filters.kernels.decoding import decode, lower_uneven
from filters.kernels.tables import BLANK, UNEVEN, UNPRINTED, Characters, Replacements, changed_by, replaced_by
from filters.words import normalise

GROWTH = 2
"""Bytes of a normalised text for each byte of it, at most: some letters of two bytes have a lower case of three."""


@cache
def forms() -> Replacements:
    """What a code point that prints and is lower-cased becomes: a space, the digit 0, ASCII punctuation."""

    def ascii_form(text: str) -> str:
        return normalise(f"a{text}a", lower=False)[1:-1]

    return replaced_by({character: ascii_form(character) for character in changed_by(ascii_form)})


@compiled
def normalise_all(
    data: Array, offsets: Array, known: Characters, new: Replacements, codes: Array, out: Array, ends: Array
) -> None:
    """Write the normalised texts one after the other into `out`, and where they start and end into `ends`.

    data: [bytes] uint8; offsets: [texts + 1] int32; ends: [texts + 1] int64; out: [GROWTH times the bytes] uint8;
    codes: room for the code points of the longest text, one for each of its bytes, uint32.
    """
    kinds, lower = known
    at = 0
    ends[0] = 0
    for text in range(len(offsets) - 1):
        start, end = np.int64(offsets[text]), np.int64(offsets[text + 1])
        length, _, seen = decode(data, start, end, kinds, codes)
        length = _printing(codes, length, kinds)
        if seen & UNEVEN:
            length = lower_uneven(codes, length, end - start, kinds, lower)
        at = _encoded(codes, length, lower, new, out, at)
        ends[text + 1] = at


@inner
def _printing(codes: Array, length: Int, kinds: Array) -> Int:
    """Delete what does not print, then what str.strip takes away, in place: the number of code points left."""
    written = 0
    for at in range(length):
        kind = kinds[codes[at]]
        if not kind & UNPRINTED and not (kind & BLANK and written == 0):
            codes[written] = codes[at]
            written += 1
    while written > 0 and kinds[codes[written - 1]] & BLANK:
        written -= 1
    return written


@inner
def _encoded(codes: Array, length: Int, lower: Array, new: Replacements, out: Array, at: Int) -> Int:
    """Write code points, lower-cased and replaced, as UTF-8; where they end."""
    which, texts, begins = new
    for place in range(length):
        code = np.int64(lower[codes[place]])
        form = np.int64(which[code])
        if form:
            for byte in range(begins[form], begins[form + 1]):
                out[at] = texts[byte]
                at += 1
        elif code < 0x80:
            out[at] = code
            at += 1
        elif code < 0x800:
            out[at], out[at + 1] = 0xC0 | code >> 6, 0x80 | code & 0x3F
            at += 2
        elif code < 0x10000:
            out[at], out[at + 1], out[at + 2] = 0xE0 | code >> 12, 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
            at += 3
        else:
            out[at], out[at + 1] = 0xF0 | code >> 18, 0x80 | code >> 12 & 0x3F
            out[at + 2], out[at + 3] = 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
            at += 4
    return at
