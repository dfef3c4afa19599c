"""Published models: named, licensed, and of languages that the corpus has."""

from filters.models import MODELS
from filters.published import PUBLISHED, WIKIPEDIA
from lang_params.params import load_all


def test_every_tuned_language_has_a_published_model() -> None:
    tuned = {code for code, params in load_all().items() if params.thresholds == "tuned"}
    assert tuned
    assert tuned <= {code for model in PUBLISHED.values() for code in model.languages}


def test_names_files_and_languages_are_of_one_form() -> None:
    assert len(PUBLISHED) == len(WIKIPEDIA) + 1 == 23
    for name, model in PUBLISHED.items():
        assert model.licence in ("MIT", "CC-BY-SA-3.0")
        assert set(model.languages) <= load_all().keys()
        assert model.base.startswith("https://")
        assert all(source.most >= (source.bytes or 0) for source in model.sources)
        if model.languages:
            assert [source.file for source in model.sources] == [f"{name}.sp", f"{name}.kenlm"]
    assert PUBLISHED["wikipedia-zh"].languages == ("zhs", "zht")
    assert [source.address for source in PUBLISHED["wikipedia-yo"].sources] == ["yo.sp.model", "yo.arpa.bin"]


def test_no_name_is_that_of_a_packaged_model() -> None:
    assert not PUBLISHED.keys() & MODELS.keys()
