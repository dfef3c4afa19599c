"""Languages: the 46 of ROOTS, and every usual way to write their codes."""

import csv
from dataclasses import asdict
from pathlib import Path

import pytest

from lang_params.check import ParamsError
from lang_params.languages import codes, find
from lang_params.params import load_all

NAMES = {"Chi Chewa": "Chichewa", "Chi Shona": "Shona", "Chi Tumbuka": "Tumbuka", "Isi Zulu": "Zulu"}


def test_a_folder_adds_a_language_and_no_second_name_for_one(tmp_path: Path) -> None:
    text = '[language]\nname = "Hausa"\nbcp47 = "ha"\niso639_1 = "ha"\niso639_3 = "hau"\nscript = "Latn"\n'
    (tmp_path / "ha.toml").write_text(f'{text}genus = "West Chadic"\nfamily = "Afro-Asiatic"\n', "utf-8")
    assert codes(tmp_path) == sorted([*codes(), "ha"])
    assert [find(code, tmp_path) for code in ("ha", "hau_Latn", "ha-NG", "yo", "zh-Hant")] == ["ha"] * 3 + ["yo", "zht"]
    with pytest.raises(ParamsError, match=r"'ha' is not a language of the corpus; .* To add a language, write"):
        find("ha")
    with pytest.raises(ParamsError, match="'Hausa' is the name of a language; its code is 'ha'"):
        find("Hausa", tmp_path)
    (tmp_path / "yor.toml").write_text(f'{text}genus = "Defoid"\nfamily = "Niger-Congo"\n', "utf-8")
    with pytest.raises(ParamsError, match=r"yor\.toml: 'yor' is the language 'yo'; name the file yo.toml to change"):
        find("ha", tmp_path)
    (tmp_path / "yor.toml").rename(tmp_path / "hb.toml")
    with pytest.raises(ParamsError, match=r"hb\.toml: 'ha' is the language 'ha'; name the file ha.toml to change"):
        find("yo", tmp_path)


def test_names_and_codes_are_those_of_the_specification(shared: Path) -> None:
    with (shared / "spec/languages.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["catalog_ref"]: row for row in csv.DictReader(file)}
    found = {code: asdict(params.language) for code, params in load_all().items()}
    assert sorted(rows) == codes() == list(found)
    for code, row in rows.items():
        language = found[code]
        for key in ("iso639_3", "script", "genus", "family"):
            assert language[key] == row[key], (code, key)
        assert (language["iso639_1"] or "") == row["iso639_1"]
        assert language["name"] == NAMES.get(row["name"], row["name"])
        assert language["code"] == code


def test_bcp47_is_the_shortest_code_with_the_script_only_where_it_decides() -> None:
    for code, params in load_all().items():
        language = params.language
        chinese = {"zhs": "zh-Hans", "zht": "zh-Hant"}
        assert language.bcp47 == chinese.get(code, language.iso639_1 or language.iso639_3)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("yo", "yo"),
        ("YOR", "yo"),
        ("yor_Latn", "yo"),
        ("yo-Latn-NG", "yo"),
        ("yo-NG", "yo"),
        (" pt-BR ", "pt"),
        ("es-419", "es"),
        ("ara", "ar"),
        ("arb_Arab", "ar"),
        ("swh_Latn", "sw"),
        ("swa", "sw"),
        ("npi_Deva", "ne"),
        ("ory_Orya", "or"),
        ("nso_Latn", "nso"),
        ("twi", "tw"),
        ("aka_Latn", "ak"),
        ("zh", "zhs"),
        ("zho", "zhs"),
        ("zh-cn", "zhs"),
        ("zh_Hans_CN", "zhs"),
        ("zho_Hans", "zhs"),
        ("zh-tw", "zht"),
        ("cmn_Hant", "zht"),
        ("zht", "zht"),
    ],
)
def test_find(given: str, code: str) -> None:
    assert find(given) == code


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("yor_Arab", "'yor_Arab': Yoruba is written in Latn here, not in Arab"),
        ("zht-Hans", "'zht-Hans': Traditional Chinese is written in Hant here, not in Hans"),
        ("yur", "'yur' is not a language of the corpus; did you mean"),
        ("nr", "'nr' is not a language of the corpus"),
        ("zh-hk", "'zh-hk' is not a language of the corpus"),
        ("yo-x-own", "'yo-x-own' is not a language of the corpus"),
        ("de", "'de' is not a language of the corpus"),
        ("", "'' is not a language of the corpus"),
        ("default", "'default' is not a language of the corpus"),
        ("yoruba", "'yoruba' is the name of a language; its code is 'yo'"),
    ],
)
def test_a_code_that_is_none_is_an_error(given: str, message: str) -> None:
    with pytest.raises(ParamsError) as error:
        find(given)
    assert str(error.value).startswith(message)
