"""Parameters for finding copies, those that others used by name, and those with which nothing can be signed."""

from dataclasses import fields
from typing import Any

import pytest

from filters.signing import METHODS, MOST_ROWS, PRESETS, MinHash, Signing, SigningError, SimHash


def test_presets_are_what_their_makers_published() -> None:
    """Bands and rows as in section 6.4 of the specification."""
    assert {name: (p.unit, p.n, p.bands, p.rows, p.bits) for name, p in PRESETS.items()} == {
        "fineweb": ("words", 5, 14, 8, 64),
        "redpajama-v2": ("words", 13, 9, 13, 64),
        "redpajama-v2-0.7": ("words", 13, 14, 9, 64),
        "redpajama-v2-0.9": ("words", 13, 5, 25, 64),
        "nemo": ("characters", 24, 20, 13, 32),
        "the-stack": ("words", 5, 25, 10, 64),
        "lee-2022": ("words", 5, 450, 20, 64),
    }
    assert PRESETS["lee-2022"].functions == MOST_ROWS
    assert PRESETS["nemo"].functions == 260


def test_the_stacks_bands_are_datasketchs_choice_for_256_functions() -> None:
    lsh = pytest.importorskip("datasketch").MinHashLSH(threshold=0.7, num_perm=256)
    assert (lsh.b, lsh.r) == (PRESETS["the-stack"].bands, PRESETS["the-stack"].rows)


def test_without_choice_minhash_is_taken() -> None:
    assert Signing().methods == ("minhash",)
    assert set(Signing().methods) <= set(METHODS)
    assert Signing().minhash == MinHash()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"unit": "letters"}, "unit: 'letters'; it must be one of words, characters"),
        ({"n": 0}, "n: 0; it must be a whole number from 1 to 1,000"),
        ({"n": 1001}, "n: 1001; it must be a whole number from 1 to 1,000"),
        ({"n": True}, "n: True; it must be a whole number from 1 to 1,000"),
        ({"n": 2.0}, "n: 2.0; it must be a whole number from 1 to 1,000"),
        ({"bands": 0}, "bands: 0; it must be a whole number from 1 to 9,000"),
        ({"rows": -1}, "rows: -1; it must be a whole number from 1 to 9,000"),
        (
            {"bands": 100, "rows": 91},
            "bands: 100 of rows: 91 are 9,100 rows; all bands together may have 9,000",
        ),
        ({"bits": 16}, "bits: 16; it must be one of 32, 64"),
        ({"seed": -1}, "seed: -1; it must be a whole number from 0 to 18,446,744,073,709,551,615"),
    ],
)
def test_what_no_signature_can_be_made_with_is_named_with_what_is_allowed(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SigningError) as raised:
        MinHash(**given)
    assert str(raised.value) == message


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"n": 0}, "n: 0; it must be a whole number from 1 to 1,000"),
        ({"distance": 64}, "distance: 64; it must be a whole number from 0 to 63"),
        ({"blocks": 4}, "blocks: 4; it must be a whole number above distance, 4, up to 64"),
        ({"blocks": 65}, "blocks: 65; it must be a whole number above distance, 4, up to 64"),
        (
            {"blocks": 13, "distance": 6},
            "blocks: 13; with distance: 6 there are 1,716 choices of the blocks that must agree; 1,000 are allowed: "
            "take fewer blocks",
        ),
        ({"longest": -1}, "longest: -1; it must be a whole number from 0 to 9,223,372,036,854,775,807"),
    ],
)
def test_what_no_simhash_can_be_found_with_is_named_too(given: dict[str, Any], message: str) -> None:
    with pytest.raises(SigningError) as raised:
        SimHash(**given)
    assert str(raised.value) == message


@pytest.mark.parametrize("methods", [("minhash", "exact"), ("minhash", "minhash"), ("lsh",)])
def test_methods_are_known_and_in_their_order(methods: tuple[str, ...]) -> None:
    with pytest.raises(SigningError) as raised:
        Signing(methods)
    assert str(raised.value) == (
        f"methods: {list(methods)}; known, once each and in this order: ['exact', 'url', 'simhash', 'minhash']"
    )


def test_a_corpus_may_look_for_no_copies() -> None:
    assert Signing(()).methods == ()


def test_the_largest_and_the_smallest_parameters_are_allowed() -> None:
    MinHash("characters", 1000, 1, 9000, 32, 2**64 - 1)
    MinHash(n=1, bands=1, rows=1, seed=0)
    SimHash(1, 63, 64, 0)
    assert {each.name for each in fields(MinHash)} == {"unit", "n", "bands", "rows", "bits", "seed"}
