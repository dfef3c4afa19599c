"""Parameters for finding copies, and those that others used by name."""

import pytest

from filters.signing import METHODS, PRESETS, MinHash, Signing


def test_presets_are_what_their_makers_published() -> None:
    """Bands and rows as in section 6.4 of the specification."""
    assert {name: (p.unit, p.n, p.bands, p.rows, p.bits) for name, p in PRESETS.items()} == {
        "fineweb": ("words", 5, 14, 8, 64),
        "redpajama-v2": ("words", 13, 9, 13, 64),
        "nemo": ("characters", 24, 20, 13, 32),
        "the-stack": ("words", 5, 25, 10, 64),
    }


def test_the_stacks_bands_are_datasketchs_choice_for_256_functions() -> None:
    lsh = pytest.importorskip("datasketch").MinHashLSH(threshold=0.7, num_perm=256)
    assert (lsh.b, lsh.r) == (PRESETS["the-stack"].bands, PRESETS["the-stack"].rows)


def test_without_choice_minhash_is_taken() -> None:
    assert Signing().methods == ("minhash",)
    assert set(Signing().methods) <= set(METHODS)
    assert Signing().minhash == MinHash()
