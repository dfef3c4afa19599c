"""Entries: what a good TOML file says, and a message for each way it can be wrong."""

from pathlib import Path

import pytest

from catalog.entry import EntryError, load, load_folder

GOOD = """
uid = "yo_news"
name = "Ìròyìn"
description = "News in Yoruba"
kind = "catalogue"
languages = ["yo"]
cleaning = ["dedup_document", "filter_remove_empty_docs", "dedup_document"]
redact = true
[custodian]
name = "A newspaper"
type = "commercial entity"
location = "Nigeria"
[licence]
id = "CC-BY-4.0"
properties = ["open license"]
attribution = "A newspaper, 2026"
[permission]
outcome = "granted"
asked = 2026-11-20
[pii]
has_pii = "Yes - text author name only"
justification = "Articles are signed"
[data]
files = ["data/*.jsonl.gz"]
"""


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


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'name = "Ìròyìn"',
            'nam = "Ìròyìn"',
            r"yo_news.toml: unknown key 'nam'; known: uid, .*; did you mean 'name'\?",
        ),
        ("[licence]", "[license]", r"yo_news.toml: unknown key 'license'; .*; did you mean 'licence'\?"),
        ('id = "CC', 'spdx = "CC', r"yo_news.toml: unknown key 'licence.spdx'; known: id, properties"),
        ('location = "Nigeria"', "", r"yo_news.toml: missing: custodian.location$"),
        ('description = "News in Yoruba"\nkind = "catalogue"', "", r"yo_news.toml: missing: description, kind$"),
        ("[custodian]", "[[custodian]]", r"yo_news.toml: custodian: must be a section, \[custodian\]"),
        ("redact = true", 'redact = "yes"', r"yo_news.toml: redact: must be true or false, not 'yes'"),
        ('languages = ["yo"]', 'languages = "yo"', r"yo_news.toml: languages: must be a list of texts, not 'yo'"),
        ('languages = ["yo"]', "languages = []", r"yo_news.toml: languages: must not be empty"),
        ('languages = ["yo"]', 'languages = ["yo", "yo"]', r"yo_news.toml: languages: names 'yo' twice"),
        ('id = "CC-BY-4.0"', "id = 4", r"yo_news.toml: licence.id: must be a text, not 4"),
        ('name = "A newspaper"', 'name = " "', r"yo_news.toml: custodian.name: must not be empty"),
        (
            '"catalogue"',
            '"catalog"',
            r"yo_news.toml: kind: 'catalog' is not allowed; known: .*; did you mean 'catalogue'",
        ),
        ('"commercial entity"', '"firm"', r"custodian.type: 'firm' is not allowed; known: private individual, "),
        (
            '"open license"',
            '"open licence"',
            r"licence.properties: 'open licence' is .*; did you mean 'open license'\?",
        ),
        ('"granted"', '"yes"', r"permission.outcome: 'yes' is not allowed; known: open licence, granted, refused"),
        ('"Yes - text author name only"', '"Maybe"', r"pii.has_pii: 'Maybe' is not allowed; known: Yes, Yes - text"),
        ("asked = 2026-11-20", 'asked = "in May"', r"permission.asked: must be a date such as 2026-11-20, or \"\""),
        ("asked = 2026-11-20", "asked = 2026-11-20T00:00:00Z", r"permission.asked: must be a date"),
        ('uid = "yo_news"', 'uid = "yo-news"', r"uid: 'yo-news' is not snake_case: only a to z, 0 to 9 and _"),
        ('uid = "yo_news"', 'uid = "yo"', r"uid: 'yo' is not the file's name: rename the file to yo.toml, or the uid"),
        ('uid = "yo_news"', "uid = ", r"yo_news.toml: is not valid TOML: .*line 2"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(EntryError, match=message):
        load(_write(tmp_path, GOOD.replace(old, new)))


def test_an_empty_date_is_nobody_asked(tmp_path: Path) -> None:
    assert load(_write(tmp_path, GOOD.replace("2026-11-20", '""'))).permission.asked == ""


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


def test_a_folder_gives_its_entries_by_uid(tmp_path: Path) -> None:
    for uid in ("zu_news", "ar_news"):
        _write(tmp_path, GOOD.replace("yo_news", uid), f"{uid}.toml")
    (tmp_path / "README.md").write_text("not an entry")
    assert [entry.uid for entry in load_folder(tmp_path)] == ["ar_news", "zu_news"]


def test_a_folder_without_entries(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"holds no entry \(\*.toml\)"):
        load_folder(tmp_path)
    with pytest.raises(EntryError, match="there is no such folder"):
        load_folder(tmp_path / "no")


def test_entries_in_memory() -> None:
    import fsspec

    with fsspec.open("memory://entries/yo_news.toml", "wb") as file:
        file.write(GOOD.encode())
    (entry,) = load_folder("memory://entries")
    assert entry.folder == "memory:///entries"
    assert load(f"{entry.folder}/yo_news.toml") == entry
