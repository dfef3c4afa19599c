"""What cards say of shares, repeats, validation and the tokenizer."""

from dataclasses import replace

from lang_params.params import load
from roots.cards.facts import Tokenizer
from roots.cards.mix import of_language, of_source, repeated, rule, shares, tokenizer, validation
from roots.shares import Share, SourceShare
from tests.roots.carded import corpus

NAMES = {"yo": "Yoruba"}
SHARE = Share("yo", available=1000, share=0.5, sampling=0.6, gets=900)


def test_shares_name_the_language_and_say_what_it_gives_up() -> None:
    assert shares([SHARE], NAMES).splitlines() == [
        "| language | has | share | sampling share | gets | gives up |",
        "|---|---:|---:|---:|---:|---:|",
        "| Yoruba (yo) | 1,000 | 50.00% | 60.00% | 900 | 100 |",
    ]


def test_repeats_validation_and_the_share_after_have_columns_where_there_are_any() -> None:
    again = replace(SHARE, gets=2000, once=1000, after=0.25, validation=100)
    lines = shares([again, replace(SHARE, language="xx", after=0.0)], NAMES).splitlines()
    assert lines[0].endswith("| gets | share after | gives up | times repeated | for validation |")
    assert lines[2] == "| Yoruba (yo) | 1,000 | 50.00% | 60.00% | 2,000 | 25.00% | 0 | 2.11 | 100 |"
    assert lines[3].startswith("| xx |")
    assert repeated(corpus(shares=[again]))
    assert not repeated(corpus(shares=[SHARE]))


def test_the_rule_is_the_one_the_mix_says_or_follows_from_alpha() -> None:
    assert rule(corpus(mixing=["by hand"])) == ["by hand"]
    assert "power of 0.3" in rule(corpus())[0]


def test_limits_of_a_source_stand_beside_its_weight() -> None:
    limited = SourceShare("udhr", available=7000, ratio=0.5, most=3500)
    made = corpus(shares=[replace(share, sources=(limited,)) for share in corpus().shares])
    assert "70.00% (at most 50% of its documents, at most 3,500 bytes)" in of_source(made.sources[0], made)


def test_a_source_or_a_language_of_which_nothing_is_in() -> None:
    made = corpus(shares=[], mixed={})
    assert of_source(made.sources[0], made) == "No document of this source is in the corpus."
    assert of_language(load("sw"), made) == "No source has a document in this language."
    assert "| 77 | 70 |  | 0 | 0 |" in of_language(load("yo"), made)


def test_validation_is_counted_with_its_noun() -> None:
    made = corpus(validation={"yo": (1, 20), "fon": (2, 40)})
    assert validation(made, "yo").startswith("1 document of these, 20 bytes, is set apart")
    assert validation(made).startswith("3 documents of these, 60 bytes, are set apart")
    assert validation(made, "zhs") == "Nothing is set apart for validation."


def test_which_tokenizer_counted_the_tokens() -> None:
    assert tokenizer(corpus()) == ""
    own = tokenizer(corpus(vocabulary=8000))
    assert own.startswith("Tokens are those of the byte-level BPE tokenizer of 8,000 pieces that was trained")
    given = tokenizer(corpus(tokenizer=Tokenizer("given", 250_680, "ab", trained=False)))
    assert "a tokenizer that the recipe names of 250,680 pieces, the end" in given
    assert "`ab`" in given
    assert "SentencePiece unigram" in tokenizer(corpus(tokenizer=Tokenizer("unigram", 100)))
