"""Zip archives and what all archives have in common."""

import io
import struct
import zipfile
from collections.abc import Callable, Mapping

import pytest

from catalog import archives
from catalog.archives import FREE, Member, members
from catalog.streams import Damage

NO_ZIP = "the archive is no zip, or its end (the list of its members) is broken"


def packed(files: Mapping[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return held.getvalue()


def read(content: bytes, name: str = "x.zip", most: int = 2**20) -> tuple[list[Member], str | None]:
    """The members, and the damage after them."""
    found = []
    try:
        for member in members(io.BytesIO(content), name, lambda _, size: size <= most):
            found.append(member)
    except Damage as damage:
        return found, str(damage)
    return found, None


def special(name: str, mode: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = mode << 16
    return made


TWO = {"a/one.py": b"a=1", "ẹ.py": "ẹ".encode() * 900}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("name", ["x.zip", "X.ZIP"])
def test_members_are_numbered_in_the_order_of_the_list(method: int, name: str) -> None:
    found, damage = read(packed({"a/": b"", **TWO}, method), name)
    assert damage is None
    assert found == [Member(1, "a/one.py", 3, b"a=1"), Member(2, "ẹ.py", 2700, "ẹ".encode() * 900)]


def test_only_what_is_wanted_is_read() -> None:
    assert read(packed(TWO), most=3) == ([Member(0, "a/one.py", 3, b"a=1"), Member(1, "ẹ.py", 2700)], None)


@pytest.mark.parametrize("mode", [0o120777, 0o020666, 0o060666, 0o010666, 0o140666])
def test_links_and_devices_are_members_without_content(mode: int) -> None:
    found, damage = read(packed({special("x.py", mode): b"/etc/passwd"}))
    assert (damage, found) == (None, [Member(0, "x.py", 11, fault="it is a link or a device", is_file=False)])


@pytest.mark.parametrize("path", ["../x.py", "/etc/x.py", "C:/x.py", "a\\x.py", "a\x01.py"])
def test_paths_that_lead_astray_are_faults(path: str) -> None:
    found, damage = read(packed({path: b"a=1", "x.py": b"b=1"}))
    assert damage is None
    assert [(member.content, bool(member.fault), member.is_file) for member in found] == [
        (None, True, True),
        (b"b=1", False, True),
    ]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_whose_output_has_no_limit_are_not_read(method: int) -> None:
    (member,), damage = read(packed({"x.py": b"a=1"}, method))
    assert damage is None
    assert (member.content, member.fault) == (
        None,
        "it is compressed by a method that is not read: stored and deflated members are",
    )


def _changed(content: bytes, place: int, value: bytes, signature: bytes) -> bytes:
    """The zip with bytes changed at a place of the first header with this signature."""
    start = content.index(signature) + place
    return content[:start] + value + content[start + len(value) :]


LIST, LOCAL, END = b"PK\1\2", b"PK\3\4", b"PK\5\6"
ONE = packed({"x.py": b"a=1 " * 100})


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (_changed(ONE, 8, b"\1\0", LIST), "it is encrypted"),
        (_changed(ONE, 16, b"0000", LIST), "it is broken, or its checksum does not fit"),
        (_changed(ONE, 24, struct.pack("<I", 399), LIST), "it is broken, or its checksum does not fit"),
        (_changed(ONE, 24, struct.pack("<I", 401), LIST), "it is broken, or its checksum does not fit"),
        (_changed(ONE, 30, b"y", LOCAL), "it is broken, or its checksum does not fit"),
        (_changed(ONE, 34, b"\xff\xff\xff", LOCAL), "it is broken, or its checksum does not fit"),
        (_changed(ONE, 42, struct.pack("<I", 2**31), LIST), "it is broken, or its checksum does not fit"),
    ],
    ids=["encrypted", "checksum", "too long", "too short", "another name", "data", "out of the file"],
)
def test_a_broken_member_is_a_fault(content: bytes, fault: str) -> None:
    found, damage = read(content)
    assert damage is None
    assert [(member.content, member.fault) for member in found] == [(None, fault)]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"PK", b"no zip" * 100, ONE[:-30], END),
        _changed(ONE, 12, b"\xff\xff\xff\0", END),
        _changed(ONE, 12, b"\xff\xff\xff\xff", END),
        _changed(ONE, 0, b"?", LIST),
    ],
    ids=["empty", "cut at once", "no zip", "cut in the list", "end alone", "long list", "no zip64", "broken list"],
)
def test_no_zip_is_a_damage(content: bytes) -> None:
    assert read(content) == ([], NO_ZIP)


def test_a_member_without_a_name_is_a_fault() -> None:
    content = packed({"x": b"a=1"})
    nameless = _changed(_changed(content, 28, b"\0\0\1\0", LIST), 46, b"\0", LIST)
    found, damage = read(nameless)
    assert (damage, [member.fault for member in found]) == (None, ["it has no name"])


def test_a_list_too_long_to_hold_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "DIRECTORY_BYTES", 49)
    assert read(ONE) == ([], "the list of the zip's members has more than 49 bytes: pack it as .tar.gz")


def test_the_longer_form_of_the_end_is_read_and_has_the_same_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    start, end = ONE.index(LIST), ONE.index(END)
    longer = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, end - start, start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    whole = ONE[:end] + longer + locator + _changed(ONE[end:], 8, b"\xff" * 12, END)
    assert read(whole) == read(ONE)
    lying = ONE[:end] + longer + locator + _changed(ONE[end:], 12, b"\1\0\0\0", END)
    monkeypatch.setattr(archives, "DIRECTORY_BYTES", 49)
    assert read(lying) == ([], "the list of the zip's members has more than 49 bytes: pack it as .tar.gz")


def test_members_that_lie_in_one_another_are_no_bomb() -> None:
    """Many entries of the list that all point to the same data: each would grow, the file does not."""
    one = packed({"x.py": bytes(2**20)})
    start, end = one.index(LIST), one.index(END)
    entry = one[start:end]
    many = 400
    size = len(entry) * many
    tail = _changed(_changed(one[end:], 8, struct.pack("<HH", many, many), END), 12, struct.pack("<I", size), END)
    found, damage = read(one[:start] + entry * many + tail, most=2**21)
    good = sum(member.content is not None for member in found)
    assert good * 2**20 <= FREE
    assert damage == "the archive grows to more than 200 times its size" or good <= 1


def test_more_members_than_the_limit_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MEMBERS", 1)
    found, damage = read(packed(TWO))
    assert (len(found), damage) == (1, "the archive has more than 1 members: the others are not read")


def test_a_fault_of_the_storage_is_not_the_archive_s() -> None:
    class Gone(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError("the disk is gone")

    read_all: Callable[[], object] = lambda: list(members(Gone(ONE), "x.zip", lambda *_: True))  # noqa: E731
    with pytest.raises(OSError, match="the disk is gone"):
        read_all()
