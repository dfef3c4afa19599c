"""A configuration reaches workers as it is, and its hashes tell what decides measures from what decides verdicts."""

from dataclasses import replace

import pytest

from filters.signing import MinHash, Signing, SimHash
from lang_params.params import default, load_all
from pipelines import config as configs
from pipelines import storage
from pipelines.config import Config


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


def with_minimum(config: Config, code: str, minimum: float) -> Config:
    params = config.languages[code]
    filters = dict(params.filters) | {"stopwords": replace(params.filters["stopwords"], min=minimum)}
    return replace(config, languages=dict(config.languages) | {code: replace(params, filters=filters)})


def test_a_saved_configuration_is_loaded_whole(config: Config, memory: str) -> None:
    assert configs.load(configs.save(config, memory)) == config


def test_a_file_of_another_kind_is_refused(memory: str) -> None:
    import pickle

    path = storage.join(memory, "config-x.pickle")
    storage.write_bytes(path, pickle.dumps({"not": "a configuration"}))
    with pytest.raises(TypeError, match="run again"):
        configs.load(path)


def test_a_threshold_decides_verdicts_and_not_measures(config: Config) -> None:
    other = with_minimum(config, "yo", 0.5)
    assert other.measuring(()) == config.measuring(())
    assert other.judging() != config.judging()


def test_a_word_list_decides_the_measures_of_its_language_alone(config: Config) -> None:
    params = replace(config.languages["yo"], stopwords=frozenset({"ni"}))
    other = replace(config, languages=dict(config.languages) | {"yo": params})
    assert other.measuring(("yo",)) != config.measuring(("yo",))
    assert other.measuring(("en",)) == config.measuring(("en",))


def test_text_in_a_language_the_corpus_does_not_have_gets_the_default(config: Config) -> None:
    assert config.of("nr").code == config.of(None).code == "default"


def test_code_makes_no_difference_to_what_is_in_a_language(config: Config) -> None:
    more = Config("fixed", load_all(None, ["code"]), default())
    assert more.measuring(("yo",)) == config.measuring(("yo",))
    assert more.added() == ()
    assert more.measuring(()) != config.measuring(()), "a record that may be in any language may say that it is code"
    assert not any(filter_["applied"] for filter_ in more.judging()["code"].values())


def test_how_far_apart_copies_may_be_does_not_decide_their_signatures(config: Config) -> None:
    signing = Signing(("simhash", "minhash"))
    signed = replace(config, signing=signing).signed()
    assert list(signed) == ["simhash", "minhash"]
    apart = replace(signing, simhash=SimHash(distance=7, blocks=9, longest=5))
    assert replace(config, signing=apart).signed() == signed
    assert replace(config, signing=replace(signing, simhash=SimHash(n=4))).signed() != signed
    assert replace(config, signing=replace(signing, minhash=MinHash(bands=3))).signed() != signed
    assert "es.cointelegraph.com" in replace(config, signing=Signing(("url",))).signed()["url"]
    only = replace(signing, methods=("minhash",))
    assert (
        replace(config, signing=only).signed() == replace(config, signing=replace(only, simhash=SimHash(n=4))).signed()
    )
