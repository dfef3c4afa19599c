"""E-mail addresses and names of users that the ROOTS rules miss: before and behind the punctuation of other scripts.

The edges of the ROOTS rules are white space, Han characters and Latin punctuation; a danda, an Arabic comma, a bracket
of full width or a full stop in the way hides an address from them.
"""

import re

AT = "[@＠]|%40|&#0{0,2}64;"
"""An at-sign, also of full width, and as addresses of pages and HTML write it."""

LOCAL = r"[A-Za-z0-9!#$%&'*+?^_`{|}~.-]"
MARKS = "\u0300-\u036f\u0900-\u0963\u0966-\u0dff"
"""Accents that stand by themselves, and vowel signs of the scripts of India, which `\\w` does not hold; without the
dandas."""
EMAIL = re.compile(
    rf"(?:(?<!{LOCAL})[A-Za-z0-9_]{LOCAL}{{0,63}}|(?<![\w{MARKS}.+-])\w[\w{MARKS}.+-]{{0,63}})"
    rf"(?:{AT})(?:(?:[A-Za-z0-9-]{{1,63}}\.)+[A-Za-z]{{2,24}}(?![A-Za-z0-9])|(?:[\w{MARKS}-]{{1,63}}\.)+[^\W\d_][\w{MARKS}]{{1,24}})"
)
"""Source: RFC 5321 for the lengths, RFC 5322 for the characters of ASCII (without `/` and `=`, which stand in links),
RFC 6531 for those of other scripts."""

USER = re.compile(r"(?<![\w@./+\-\"'=&#\\$)\]}])@[A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])(?![\w@/]|-\w)")
"""A name as the large sites have them: Latin letters, digits, low lines, dots within."""


def emails(piece: str) -> list[tuple[int, int]]:
    """Where e-mail addresses stand in a piece of a line, in code points.

    >>> piece = "पता: ravi@example.in। （mei@例子.中国），谢谢"
    >>> [piece[start:end] for start, end in emails(piece)]
    ['ravi@example.in', 'mei@例子.中国']
    """
    return [match.span() for match in EMAIL.finditer(piece)]


def users(piece: str) -> list[tuple[int, int]]:
    """Where names of users stand in a piece of a line, in code points.

    >>> users("关注：@mei_lin，再见"), users("a@b.org"), users("@ab")
    ([(3, 11)], [], [])
    """
    return [match.span() for match in USER.finditer(piece) if match.end() - match.start() > 3]
