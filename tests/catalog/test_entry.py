"""Entries: what a good TOML file says, and a message for each way it can be wrong."""

from pathlib import Path

import pytest

from catalog import form
from catalog.entry import EntryError, Mark, at, faults, load
from lang_params.personal import ACTIONS, KINDS
from tests.catalog.forms import GOOD, WHOLE


def _write(folder: Path, text: str, name: str = "yo_news.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_entry(tmp_path: Path) -> None:
    entry = load(_write(tmp_path, GOOD))
    assert (entry.uid, entry.language, entry.redact) == ("yo_news", "yo", True)
    assert entry.cleaning == ("dedup_document", "filter_remove_empty_docs", "dedup_document")
    assert (entry.permission.asked, entry.permission.note) == ("2026-11-20", "")
    assert (entry.data.text, entry.data.id, entry.data.lang, entry.data.url) == ("text", "id", "", "")
    assert entry.folder == str(tmp_path)
    assert hash(entry)


def test_a_record_is_in_the_entrys_language_only_when_it_has_one(tmp_path: Path) -> None:
    assert load(_write(tmp_path, GOOD.replace('["yo"]', '["yo", "zu"]'))).language is None


def test_an_entry_that_fills_in_the_whole_form(tmp_path: Path) -> None:
    entry = load(_write(tmp_path, WHOLE))
    assert entry.language_data.locations == ("Western Africa", "other: the diaspora")
    assert entry.procurement.email == "archive@news.example"
    assert (entry.pii.generic, entry.pii.numeric_kinds) == ("very likely", ("IP addresses",))
    assert (entry.source_category.web, entry.media.instance_type) == ("news or magazine website", "article")
    assert entry.validated == (("custodian", Mark("Bayo", "2026-11-02")), ("media", Mark("Chike")))
    assert entry.submitted == Mark("Ada", "2026-11-01")
    assert (entry.type, entry.release) == ("primary source", "public")
    assert hash(entry)


def test_an_entry_may_describe_without_data(tmp_path: Path) -> None:
    entry = load(_write(tmp_path, 'uid = "yo_news"\ntype = "language organisation"'))
    assert (entry.name, entry.data.files, entry.permission.outcome) == ("yo_news", (), "not asked")
    assert (entry.cleaning, entry.redact) == ((), True)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "Ìròyìn"', 'nam = "Ìròyìn"', r"yo_news.toml:2: nam: unknown key; .*; did you mean 'name'\?$"),
        (
            'type = "commercial entity"',
            'type = "firm"',
            r"yo_news.toml:11: custodian.type: 'firm' is not allowed; known: ",
        ),
        ('location = "Nigeria"', "", r"yo_news.toml:9: custodian: missing: location \(an entry with \[data\]"),
        (
            'uid = "yo_news"',
            'uid = "yo"',
            r":1: uid: 'yo' is not the file's name: rename the file to yo.toml, or the uid",
        ),
        ('uid = "yo_news"', "uid = ", r"yo_news.toml: is not valid TOML: .*line 1"),
        ("asked = 2026-11-20", "asked = 3", r"yo_news.toml:21: permission.asked: must be a date such as 2026-11-20"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(EntryError, match=message):
        load(_write(tmp_path, GOOD.replace(old, new)))


def test_faults_are_those_of_the_whole_file_by_line(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD.replace("redact = true", "redact = 1").replace('"granted"', '"no"') + "zzz = 1\n")
    found = faults(path)
    assert [fault.removeprefix(f"{path}:").split(":")[0] for fault in found] == ["7", "20", "29"]
    assert faults(_write(tmp_path, GOOD)) == []
    assert faults(tmp_path / "no.toml") == [f"{tmp_path / 'no.toml'}: there is no such file"]


def test_nobody_finds_their_own_entry_right(tmp_path: Path) -> None:
    [fault] = faults(_write(tmp_path, WHOLE.replace('by = "Bayo"', 'by = "Ada"')))
    assert fault.endswith(
        ":61: validated.custodian: by 'Ada', who wrote the entry ([submitted]); a second person has to find it right"
    )


def test_where_a_key_stands(tmp_path: Path) -> None:
    path = _write(tmp_path, GOOD)
    assert at(path, "permission.asked") == f"{path}:21: permission.asked"


def test_a_nest_of_brackets_is_no_entry(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match="is not valid TOML"):
        load(_write(tmp_path, "x = " + "[" * 100_000))


def test_a_number_of_thousands_of_digits_is_no_entry(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match="is not valid TOML: Exceeds the limit"):
        load(_write(tmp_path, "x = " + "1" * 5000))


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "yo_news.toml"
    path.write_bytes(GOOD.encode("cp1252", "replace"))
    with pytest.raises(EntryError, match=r"yo_news.toml: is not valid TOML"):
        load(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"no.toml: there is no such file"):
        load(tmp_path / "no.toml")
    with pytest.raises(EntryError, match=r"cannot be read"):
        load(tmp_path)


def test_entries_in_memory() -> None:
    import fsspec

    with fsspec.open("memory://entries/yo_news.toml", "wb") as file:
        file.write(GOOD.encode())
    entry = load("memory://entries/yo_news.toml")
    assert entry.folder == "memory:///entries"
    assert load(f"{entry.folder}/yo_news.toml") == entry


def test_what_becomes_of_personal_data_is_said_by_kind(tmp_path: Path) -> None:
    entry = load(_write(tmp_path, f'{GOOD}\n[redaction]\nPHONE = "drop"\nIBAN = "mark"\n'))
    assert entry.redaction == (("IBAN", "mark"), ("PHONE", "drop"))
    assert load(_write(tmp_path, GOOD)).redaction == ()
    for said, wrong in (('PHONE = "delete"', "'delete' is not allowed; known: redact"), ('FAX = "off"', "unknown key")):
        with pytest.raises(EntryError, match=wrong):
            load(_write(tmp_path, f"{GOOD}\n[redaction]\n{said}\n"))


def test_kinds_and_actions_are_those_of_the_parameters() -> None:
    keys = form.sections()["redaction"]
    assert tuple(keys) == KINDS
    assert {key.allowed for key in keys.values()} == {ACTIONS}
