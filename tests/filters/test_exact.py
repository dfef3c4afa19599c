"""Hashes of texts and addresses are those of their readable forms."""

from hashlib import blake2b

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.addresses import key
from filters.cleaning_duplicates import letters_of
from filters.exact import exact_texts, url_hashes

TEXTS = st.lists(st.text(st.sampled_from("aÉ中१2 \n\u3000.,!«»،😀") | st.characters(exclude_categories=["Cs"])))


def hashed(text: str) -> bytes | None:
    return blake2b(text.encode(), digest_size=16).digest() if text else None


@given(TEXTS)
def test_texts(texts: list[str]) -> None:
    found = exact_texts(pa.array(texts, pa.string()))
    assert found.type == pa.binary(16)
    assert found.to_pylist() == [hashed(letters_of(text)) for text in texts]


def test_what_counts_and_what_does_not() -> None:
    texts = ["Bei: 100", "Bei 25!", "Be\u00a0i", "bei 100", "Bei «100»", "", " \n", "٢٥ - 26", "123"]
    one, *others = exact_texts(pa.array(texts)).to_pylist()
    assert [other == one for other in others] == [True, True, False, False, False, False, False, False]
    assert others[4:] == [None] * 4, "a text without a letter is nobody's copy"


def test_values_are_pinned() -> None:
    """A hash is stored: it may not depend on the machine, or on the version of anything."""
    assert exact_texts(pa.array(["Ẹ káàbọ̀, 2026!"])).to_pylist() == [hashed("Ẹkáàbọ̀")]
    assert exact_texts(pa.array(["a"]))[0].as_py().hex() == "27c35e6e9373877f29e562464e46497e"


def test_slices_and_empty_arrays() -> None:
    texts = pa.array(["skip", "Ẹ káàbọ̀", "7", "skip"])
    for part in (texts[1:3], texts[4:], pa.array([], pa.string())):
        assert exact_texts(part).to_pylist() == [hashed(letters_of(text)) for text in part.to_pylist()]


@given(st.lists(st.none() | st.text(st.sampled_from("htps:/?#[]@.a=&1 É"))))
def test_addresses(urls: list[str | None]) -> None:
    found = url_hashes(pa.array(urls, pa.string()))
    assert found.type == pa.binary(16)
    assert found.to_pylist() == [None if url is None else hashed(key(url)) for url in urls]


def test_addresses_of_sites_with_rules() -> None:
    urls = ["https://es.cointelegraph.com/news/a/amp?x", "https://es.cointelegraph.com/news/a", "https://a.cm/amp", "?"]
    one, other, third, fourth = url_hashes(pa.array(urls)).to_pylist()
    assert one == other == hashed("https://es.cointelegraph.com/news/a")
    assert third == hashed("https://a.cm/amp")
    assert fourth == hashed("?")


def test_texts_of_another_type_are_refused() -> None:
    with pytest.raises(TypeError, match="texts are string with 1 nulls; give strings"):
        exact_texts(pa.array(["a", None]))
