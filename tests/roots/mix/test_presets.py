"""The presets: the ratios that ROOTS published, and what they mean for the sources of a build."""

from fractions import Fraction

import pytest

from roots.mix.presets import PRESETS, SHRUNK, applied, resolved
from roots.mix.settings import MixSettings, SourceRule

ENGLISH = {"s2orc_ai2_pdf_parses": 251, "the_pile_uspto": 21, "all others": 54, "oscar": 1100}
"""Gigabytes of English before the mix: of 326 from the catalogue 251 and 21 are two datasets, and OSCAR has 1,100."""


def test_english_is_brought_to_350_gigabytes_in_halves() -> None:
    half = (350 - ENGLISH["all others"]) // 2
    papers = Fraction(half, ENGLISH["s2orc_ai2_pdf_parses"] + ENGLISH["the_pile_uspto"])
    web = Fraction(half, ENGLISH["oscar"])
    assert {"s2orc_ai2_pdf_parses": papers, "the_pile_uspto": papers, "oscar": web} == SHRUNK
    assert sum(ENGLISH[name] * SHRUNK.get(name, Fraction(1)) for name in ENGLISH) == 350


@pytest.mark.parametrize("prefix", ["", "en_", "lm_en_"])
def test_the_models_preset_finds_its_sources_by_name_and_kind(prefix: str) -> None:
    kinds = {f"{prefix}the_pile_uspto": "catalogue", "oscar_2301": "oscar", "news": "catalogue"}
    found = applied(PRESETS["roots-model"], kinds)
    assert set(found.sources) == {
        SourceRule(f"{prefix}the_pile_uspto", Fraction(148, 272), language="en"),
        SourceRule("oscar_2301", Fraction(148, 1100), language="en"),
    }
    assert found.rule("oscar_2301", "fr").ratio == 1
    assert found.notes == ("roots-model: s2orc_ai2_pdf_parses: no such source here, so nothing is shrunk for it",)
    assert (found.alpha, found.validation, found.upsampling, found.budget) == (1.0, 0.05, 1, None)


def test_the_tokenizers_preset_leaves_oscar_out_and_says_so() -> None:
    found = applied(PRESETS["roots-tokenizer"], {"o": "oscar", "news": "catalogue"})
    assert found.sources == (SourceRule("o", Fraction(0)),)
    assert found.notes == ("roots-tokenizer: o: of kind oscar, so nothing of it is in",)
    assert (found.budget, found.flatten, found.alpha, found.even) == (30 * 10**9, 800 * 10**9, 0.3, True)


def test_a_mix_without_a_preset_is_as_it_is() -> None:
    asked = MixSettings(alpha=0.5)
    assert resolved(asked) is asked
    assert applied(asked, {"o": "oscar"}) is asked
    assert resolved(MixSettings(preset="roots-model", alpha=0.3)).alpha == 1.0


def test_ratios_of_two_sources_of_a_language_tell_their_sizes() -> None:
    """In the tokenizer's data the sources of a language give alike, so that ratio x size is one level for all that are
    cut. The published ratios of English then say that arXiv is 19 times Wikipedia; and that of code, half of 6.34 % of
    30 GB, that GitHub is 162 of the 188 GB of code. The sizes themselves were not published.
    """
    assert pytest.approx(19.14, abs=0.01) == 0.0080536 / 0.00042076
    assert pytest.approx(162.3, abs=0.1) == 0.0634 * 30 / 2 / 0.0058583
