"""The tables of BLOOM's model card hold the languages that the corpus files there."""

from lang_params.params import load_all
from roots.bloom import INDIC, NIGER_CONGO, TABLES


def test_all_languages_of_both_groups_are_there() -> None:
    families = {code: params.language.family for code, params in load_all().items()}
    assert set(NIGER_CONGO) == {code for code, family in families.items() if family in ("Niger-Congo", "Mande")}
    dravidian = {code for code, family in families.items() if family == "Dravidian"}
    assert set(INDIC) > dravidian
    assert not set(INDIC) & set(NIGER_CONGO)
    assert (len(NIGER_CONGO), len(INDIC)) == (22, 13)


def test_sums_are_those_of_the_card() -> None:
    assert 0.03 <= sum(NIGER_CONGO.values()) < 0.04
    assert round(sum(INDIC.values()), 1) == 2.0
    assert list(TABLES) == ["Niger-Congo", "Indic"]
