"""Tar archives: those of every writer, and broken ones, each named by its fault."""

import gzip
import io
import tarfile
from collections.abc import Callable, Sequence

import pytest
import zstandard

from catalog import tar
from catalog.archives import FREE, Member, path_fault
from catalog.streams import Damage
from catalog.tar import BLOCK, BROKEN, HEADER_BYTES

Change = Callable[[tarfile.TarInfo], None]

LONG = "/".join(["a-folder-with-a-long-name"] * 8) + "/ẹ.py"


def info(name: str, size: int = 0, kind: bytes = tarfile.REGTYPE, **fields: object) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size, made.type = size, kind
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def packed(files: Sequence[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w", format=form) as archive:
        for member, content in files:
            archive.addfile(member, io.BytesIO(content))
    return held.getvalue()


def read(content: bytes, name: str = "x.tar", most: int = 2**20) -> tuple[list[Member], str | None]:
    """The members, and the damage after them."""
    found = []
    try:
        for member in tar.members(io.BytesIO(content), name, lambda _, size: size <= most):
            found.append(member)
    except Damage as damage:
        return found, str(damage)
    return found, None


TWO = [(info("one.py", 3), b"a=1"), (info(LONG, 600), b"x" * 600)]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_all_three_forms_are_read(form: int) -> None:
    path = LONG.replace("ẹ", "e") if form == tarfile.USTAR_FORMAT else LONG
    found, damage = read(packed([TWO[0], (info(path, 600), b"x" * 600)], form))
    assert damage is None
    assert [(member.path, member.size, member.content) for member in found] == [
        ("one.py", 3, b"a=1"),
        (path, 600, b"x" * 600),
    ]
    assert [member.offset for member in found] == [0, 1024]


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("x.tar.gz", gzip.compress),
        ("x.tgz", gzip.compress),
        ("x.TGZ", gzip.compress),
        ("x.tar.zst", zstandard.ZstdCompressor().compress),
    ],
)
def test_compressed_archives_are_read(name: str, pack: Callable[[bytes], bytes]) -> None:
    assert read(pack(packed(TWO)), name) == read(packed(TWO))


def test_only_what_is_wanted_is_given() -> None:
    found, damage = read(packed([*TWO, (info("three.py", 1), b"3")]), most=3)
    assert damage is None
    assert [(member.path, member.size, member.content) for member in found] == [
        ("one.py", 3, b"a=1"),
        (LONG, 600, None),
        ("three.py", 1, b"3"),
    ]


def test_folders_are_no_members_and_a_dot_before_a_path_is_none() -> None:
    files = [(info("./a", kind=tarfile.DIRTYPE), b""), (info("old/"), b""), (info("./a/x.py", 1), b"1")]
    found, damage = read(packed(files))
    assert (damage, [member.path for member in found]) == (None, ["a/x.py"])


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (tarfile.SYMTYPE, {"linkname": "/etc/passwd"}),
        (tarfile.LNKTYPE, {"linkname": "one.py"}),
        (tarfile.CHRTYPE, {}),
        (tarfile.BLKTYPE, {}),
        (tarfile.FIFOTYPE, {}),
    ],
)
def test_links_and_devices_are_members_without_content(kind: bytes, fields: dict[str, object]) -> None:
    found, damage = read(packed([(info("x.py", kind=kind, **fields), b""), TWO[0]]))
    assert damage is None
    assert [(member.path, member.is_file, member.fault) for member in found] == [
        ("x.py", False, "it is a link or a device"),
        ("one.py", True, None),
    ]


@pytest.mark.parametrize(
    "path",
    [
        *("../x.py", "/etc/x.py", "a/../../x.py", "C:/x.py", "a\\x.py", "a/\nx.py", "a\u202ex.py"),
        *("a/" * 64 + "x.py", "x" * 4097),
    ],
)
def test_paths_that_lead_astray_are_faults(path: str) -> None:
    found, damage = read(packed([(info(path, 3), b"a=1"), TWO[0]]))
    assert damage is None
    assert [(member.fault, member.content) for member in found] == [(path_fault(path), None), (None, b"a=1")]
    assert found[0].fault


def test_a_sparse_file_is_no_plain_file() -> None:
    found, damage = read(packed([(info("x.py", 3, pax_headers={"GNU.sparse.major": "1"}), b"a=1"), TWO[0]]))
    assert damage is None
    assert [(member.is_file, member.fault) for member in found] == [(False, "it is a sparse file"), (True, None)]


def test_a_header_over_the_limit_is_passed_over_and_a_fault_of_its_member() -> None:
    large = info("x.py", 3, pax_headers={"comment": "x" * HEADER_BYTES})
    found, damage = read(packed([(large, b"a=1"), TWO[0]]))
    assert damage is None
    assert [member.fault for member in found] == [f"its header has more than {HEADER_BYTES} bytes", None]


def test_a_size_in_a_pax_header_or_in_binary_counts() -> None:
    found, damage = read(packed([(info("x.py", 3, pax_headers={"size": "3"}), b"a=1"), TWO[0]]))
    assert (damage, [member.size for member in found]) == (None, [3, 3])
    huge = info("x.py", 9 * 2**30).tobuf(tarfile.GNU_FORMAT)
    assert read(huge) == ([], BROKEN)


def header(kind: bytes, size: int, data: bytes) -> bytes:
    return info("x", size, kind).tobuf(tarfile.GNU_FORMAT) + data.ljust(-(-len(data) // BLOCK) * BLOCK, b"\0")


PLAIN = packed([TWO[0]], tarfile.USTAR_FORMAT)

BROKEN_ARCHIVES = {
    "cut in a header": PLAIN[:300],
    "cut in the data": PLAIN[: BLOCK + 2],
    "cut in the data of what is not wanted": packed([(info("big", 2**21), b"x" * 2**21)])[: 2**20],
    "cut after an extended header": header(b"x", 10, b"10 path=a\n"),
    "wrong sum of a header": b"y" + PLAIN[1:],
    "no tar": b"print('hello')\n" * 100,
    "size that is no number": info("x.py", 3).tobuf(tarfile.USTAR_FORMAT)[:124] + b"99999999999\0" + PLAIN[136:],
    "pax line longer than its header": header(b"x", 10, b"99 path=a\n") + PLAIN,
    "pax line of no length": header(b"x", 10, b"0 path=ab\n") + PLAIN,
    "pax line without a length": header(b"x", 10, b"path=abcd\n") + PLAIN,
    "pax size that is no number": header(b"x", 10, b"10 size=-\n") + PLAIN,
    "pax of digits alone": header(b"x", 60_000, b"1" * 60_000) + PLAIN,
}


@pytest.mark.parametrize("content", BROKEN_ARCHIVES.values(), ids=BROKEN_ARCHIVES)
def test_broken_archives_end_in_a_fault(content: bytes) -> None:
    assert read(content) == ([], BROKEN)


def test_what_stands_before_a_fault_is_given() -> None:
    whole = packed(TWO, tarfile.GNU_FORMAT)
    found, damage = read(whole[: 2 * BLOCK] + b"?" * BLOCK)
    assert ([member.path for member in found], damage) == (["one.py"], BROKEN)


def test_an_archive_may_end_without_its_zeros_but_nothing_may_follow_them() -> None:
    assert read(PLAIN[: 2 * BLOCK])[1] is None
    assert read(PLAIN + b"\0" * 99)[1] is None
    assert read(PLAIN + b"more")[1] == "bytes follow the end of the tar archive"
    assert read(b"")[1] == "the file is empty"
    assert read(bytes(10_240)) == ([], None)


def test_the_checksum_of_the_compressed_stream_is_looked_at() -> None:
    content = bytearray(gzip.compress(packed(TWO)))
    content[-8] ^= 1
    found, damage = read(bytes(content), "x.tar.gz")
    assert damage == "the checksum of the compressed data (gzip) does not fit"
    assert found in ([], read(packed(TWO))[0]), "what a decompressor was last handed is lost with it"


@pytest.mark.parametrize(
    ("name", "pack"), [("x.tar.gz", gzip.compress), ("x.tar.zst", zstandard.ZstdCompressor().compress)]
)
def test_a_bomb_is_read_no_further_than_its_limit(name: str, pack: Callable[[bytes], bytes]) -> None:
    bomb = pack(packed([(info("zeros", 3 * FREE), bytes(3 * FREE))]))
    assert len(bomb) < FREE // 200
    assert read(bomb, name) == ([], "the archive grows to more than 200 times its size")
