"""SimHash: a hash of a text in 64 bits, most of which two similar texts share.

Tokens are runs of `SimHash.n` neighbouring units of a text. A token's hash are the first 8 bytes of the MD5 of its
UTF-8, big-endian. A bit of the text's hash is set when more tokens have it than do not, each token counted as often as
it stands in the text.

`roots-2022-03` is what ROOTS took of OSCAR. The text is lower-cased and all that Unicode calls punctuation (P*) is
deleted. Of a text declared to be in English (`en`) units are what single spaces separate, empty ones among them, and a
token has those spaces in it; in any other language units are characters, white space too. The last token is never
taken, by a slip of the original: a text of six units or fewer has none, and the hash of all such texts is 0.

`fixed` has the units of MinHash (`filters.units`): words, and characters in scripts that do not separate words; a token
is six of them joined by a space. The last token counts, and a text without a token has no hash: it is nobody's
duplicate. The declared language does not matter. Words, because texts of a language share most of their runs of six
letters: thirty children's stories in English put together differ from thirty others in 14 bits, some in 6; by words in
29, and none in fewer than 16. The price: of single stories with one word in a hundred changed, 42 % stay within 4 bits,
by letters 89 %. Those are for MinHash to find.

Source: the OSCAR deduplication of ROOTS (arXiv:2303.03915); Charikar 2002 and Manku et al. 2007 for the method.
"""

import unicodedata
from collections.abc import Sequence
from functools import cache
from hashlib import md5

from filters.signing import SimHash
from filters.table import Profile
from filters.units import units

BITS = 64

BY_WORDS = "en"
"""The language whose texts ROOTS cut into words."""


def simhash(text: str, lang: str | None, how: SimHash, profile: Profile = "fixed") -> int | None:
    """The hash of a text declared to be in `lang`, in [0, 2**64); None for one that has no hash.

    >>> short = SimHash(n=2)
    >>> hex(simhash("Ẹ kú àárọ̀", "yo", short)), simhash("Ẹ kú", None, SimHash())
    ('0x24484990a4102002', None)
    """
    found = tokens(text, lang, how, profile)
    return summed([token_hash(token) for token in found]) if found or profile == "roots-2022-03" else None


def tokens(text: str, lang: str | None, how: SimHash, profile: Profile = "fixed") -> list[str]:
    """The tokens of a text, in its order.

    >>> tokens("Ẹ kú, àárọ̀ o!", "yo", SimHash(n=3))
    ['ẹ kú àárọ̀', 'kú àárọ̀ o']
    >>> tokens("A.  B c!", "en", SimHash(n=3), "roots-2022-03")
    ['a  b']
    >>> tokens("小 山，羊!", "zhs", SimHash(n=2), "roots-2022-03")
    ['小 ', ' 山']
    """
    if profile == "fixed":
        return _runs(units(text), how.n, " ", 0)
    left = without_punctuation(text.lower())
    return _runs(left.split(" "), how.n, " ", 1) if lang == BY_WORDS else _runs(left, how.n, "", 1)


def without_punctuation(text: str) -> str:
    """A text without the code points that Unicode calls punctuation; symbols such as `$` and `+` stay.

    >>> without_punctuation("¿«Ẹ kú», नमस्ते। 1+1=$2_")
    'Ẹ kú नमस्ते 1+1=$2'
    """
    return "".join(character for character in text if not punctuation(character))


@cache
def punctuation(character: str) -> bool:
    """Whether Unicode calls a code point punctuation: \\p{P} of regular expressions."""
    return unicodedata.category(character).startswith("P")


def token_hash(token: str) -> int:
    """The hash of a token, in [0, 2**64).

    >>> hex(token_hash("kú àárọ̀"))
    '0x2558c9bdfe766203'
    """
    return int.from_bytes(md5(token.encode(), usedforsecurity=False).digest()[:8], "big")


def summed(hashes: Sequence[int]) -> int:
    """The number of which a bit is set when it is in more than half of some numbers; 0 for none.

    >>> bin(summed([0b1100, 0b1010, 0b1001])), summed([0b1, 0b10])
    ('0b1000', 0)
    """
    return sum(1 << bit for bit in range(BITS) if 2 * sum(number >> bit & 1 for number in hashes) > len(hashes))


def distance(one: int, other: int) -> int:
    """In how many bits two hashes differ, in [0, 64].

    >>> distance(0b1100, 0b1010)
    2
    """
    return (one ^ other).bit_count()


def _runs(pieces: Sequence[str], n: int, between: str, left_out: int) -> list[str]:
    """Runs of `n` pieces, but for the last `left_out` of them."""
    return [between.join(pieces[at : at + n]) for at in range(len(pieces) - n + 1 - left_out)]
