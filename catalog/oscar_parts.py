"""OSCAR 21.09 as first published: a file of texts, and beside it a file of metadata that names lines of it.

`fr_part_1.txt.gz` holds documents of whole lines with a blank line after each, `fr_meta_part_1.jsonl.gz` one record
for each of them in the same order: `headers`, `offset` (the document's first line, counted from 0 in its part) and
`nb_sentences` (its lines, without the blank one), so that an offset is the one before plus its lines plus one. Source:
OSCAR schema 1.1 (oscar-corpus.com/post/oscar-schema-v1-1), ungoliant's writer and the loader of OSCAR-2109 on the Hub.
Both files are read once, side by side; only one document is held.
"""

import posixpath
import re
import sys
from collections.abc import Iterator, Sequence
from typing import BinaryIO, TypeGuard

from catalog.catalogue import parse
from catalog.checksums import names_in
from catalog.entry import Entry, EntryError
from catalog.lines import BOM, lines
from catalog.oscar import record_of
from catalog.record import MAX_BYTES, Record, bad_record, checked
from catalog.streams import Damage, pieces

_TEXT = re.compile(r"(?P<lang>.+?)(?P<part>_part_\d+)?\.txt(?P<packed>\.gz|\.zst)?", re.I)
_META = re.compile(r"(?P<lang>.+)_meta(?P<part>_part_\d+)?\.jsonl(?P<packed>\.gz|\.zst)?", re.I)


def pairs(uid: str, paths: Sequence[str]) -> dict[str, str]:
    """For each file of metadata among the paths or beside one of them the file of its texts, by their names.

    A file of metadata without texts beside it is of a later schema, which holds them itself. Texts without metadata
    are an EntryError, for where a document ends and where it comes from stands there.
    """
    folders: dict[str, list[str]] = {}
    found: dict[str, str] = {}
    for path in paths:
        folder, name = posixpath.split(path)
        text = _TEXT.fullmatch(name)
        match = text or _META.fullmatch(name)
        if match is None:
            continue
        if folder not in folders:
            folders[folder] = names_in(folder) or [posixpath.basename(each) for each in paths]
        stem = f"{match['lang']}{'_meta' if text else ''}{match['part'] or ''}{'.jsonl' if text else '.txt'}"
        partner = next(
            (f"{stem}{packed}" for packed in (".gz", ".zst", "") if f"{stem}{packed}" in folders[folder]), ""
        )
        if text and not partner:
            raise EntryError(
                f"{uid}: {path}: there is no {stem}.gz beside it, which says where its documents begin: fetch it too"
            )
        if partner:
            other = posixpath.join(folder, partner)
            found.update({other: path} if text else {path: other})
    return found


def records(entry: Entry, files: tuple[BinaryIO, BinaryIO], names: tuple[str, str]) -> Iterator[Record]:
    """Documents and bad records of a file of metadata and its file of texts, in the order of the first.

    The offset is that of the metadata's line. What does not fit is a bad record: metadata that names lines which are
    not there, are blank or were passed already, and each stretch of text that no metadata names, whose offset is
    -1 - its first line.
    """
    text = _Text(pieces(files[1], names[1]))
    for line in lines(pieces(files[0], names[0])):
        value = parse(line.data) if line.fault is None else line.fault
        if isinstance(value, str):
            yield bad_record(line.offset, value)
            continue
        first, count = value.get("offset"), value.get("nb_sentences")
        if not _is_number(first, 0) or not _is_number(count, 1):
            yield bad_record(line.offset, "the metadata has no offset and nb_sentences that name lines of a text file")
            continue
        yield from text.unnamed(first)
        try:
            found = text.take(first, count)
        except Damage as misfit:
            yield bad_record(line.offset, str(misfit))
        else:
            # As the Hub loader of this release gives it, so that both layouts make the same document.
            yield checked(record_of(entry, line.offset, {entry.data.text: found, "meta": value}))
    yield from text.rest()


def _is_number(value: object, least: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


class _Text:
    """The lines of a text file, read once; `line` is the number of the next one, `damage` what ended them early."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.lines = _split(pieces)
        self.line = 0
        self.damage: str | None = None
        self.told = False

    def next(self) -> bytes | None:
        """The next line without its end; None at the end of the file."""
        try:
            found = next(self.lines, None)
        except Damage as damage:
            self.damage = f"the text file: {damage}"
            return None
        self.line += found is not None
        return found

    def unnamed(self, until: int) -> Iterator[Record]:
        """Passes over the lines before the line `until`; a bad record when there is text on them."""
        first = count = 0
        while self.line < until and (found := self.next()) is not None:
            if found.strip():
                first, count = first if count else self.line - 1, count + 1
        if count:
            yield bad_record(-1 - first, f"{count} lines of the text file, from line {first} on, are in no metadata")

    def rest(self) -> Iterator[Record]:
        """Bad records for the text behind the last document and for what ended the file early."""
        yield from self.unnamed(sys.maxsize)
        if self.damage and not self.told:
            yield bad_record(-1 - self.line, self.damage)

    def take(self, first: int, count: int) -> str:
        """The text of `count` lines from the line `first` on. Raises Damage, those lines passed over, if it is none."""
        if first < self.line:
            raise Damage(f"line {first} of the text file is behind line {self.line}, up to which it was read already")
        held: list[bytes] = []
        size = blank = 0
        for _ in range(count):
            found = self.next() if self.line >= first else None
            if found is None:
                self.told = True
                raise Damage(self.damage or f"the text file ends before line {first + count}, at line {self.line}")
            blank += found in (b"", b"\r")
            size += len(found) + 1
            if size <= MAX_BYTES:
                held.append(found)
        if size > MAX_BYTES:
            raise Damage(f"the text is over the limit of {MAX_BYTES} bytes")
        if blank:
            raise Damage(f"{blank} of the {count} lines from line {first} on are blank, so they are no one document's")
        try:
            return b"\n".join(held).decode()
        except UnicodeDecodeError as error:
            raise Damage(f"not valid UTF-8: byte {error.start + 1} of the text") from None


def _split(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Lines without their LF, which alone ends one: the texts hold other line ends, which its counts do not count.

    Of a line over MAX_BYTES no more is held than tells that it is.
    """
    held, number = bytearray(), 0
    for piece in pieces:
        *ended, rest = piece.split(b"\n")
        for part in ended:
            held += part[: MAX_BYTES + 1 - len(held)]
            yield bytes(held.removeprefix(BOM) if number == 0 else held)
            held.clear()
            number += 1
        held += rest[: MAX_BYTES + 1 - len(held)]
    if held:
        yield bytes(held)
