"""Front matter: read back by the Hub's own class, checked by the lists that the package datasets carries."""

import json
import re
from dataclasses import replace
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.entry import Licence
from lang_params.params import load, load_all
from roots.arrow_dataset import COLUMNS
from roots.cards import front as card_front
from roots.cards.facts import Source
from roots.cards.files import files
from roots.licences import HUB
from tests.roots.carded import CONFIGS, ENTRY, NASTY, corpus, front

SPLITS = ("train", "validation")


@pytest.fixture(autouse=True)
def offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def allowed(name: str) -> Any:
    """A list of admissible values that the package datasets carries."""
    return json.loads((resources("datasets.utils.resources") / f"{name}.json").read_text(encoding="utf-8"))


def texts(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def accepted(card: str) -> dict[str, Any]:
    """The front matter of a card, every value of which is admissible on the Hub."""
    data = front(card)
    assert set(data) <= {
        "pretty_name", "language", "license", "license_name", "license_link", "multilinguality", "size_categories",
        "task_categories", "task_ids", "annotations_creators", "language_creators", "source_datasets",
        "language_details", "configs",
    }  # fmt: skip
    assert all(code in allowed("languages") for code in data.get("language", []))
    assert data["size_categories"] in [*allowed("size_categories"), "n>1T"]
    assert data["multilinguality"] in allowed("multilingualities")
    creators = allowed("creators")
    assert data["annotations_creators"] in creators["annotations"]
    assert data["language_creators"] in creators["language"]
    assert set(texts(data["license"])) <= HUB
    if "license_name" in data:
        assert re.fullmatch(r"[a-z0-9.-]+", data["license_name"])
    assert data.get("license_link", "https://x").startswith("https://")
    return data


def test_every_card_has_front_matter_that_the_hub_accepts() -> None:
    for card in files(corpus()).values():
        accepted(card)


def test_the_front_matter_of_a_source() -> None:
    found = accepted(files(corpus())["cards/udhr/README.md"])
    assert found == {
        "pretty_name": "Universal Declaration",
        "language": ["fon", "yo"],
        "license": "other",
        "license_name": "licenseref-un",
        "license_link": "https://example.org/terms",
        "multilinguality": "multilingual",
        "size_categories": "n<1K",
        "task_categories": ["text-generation"],
        "task_ids": ["language-modeling"],
        "annotations_creators": "no-annotation",
        "language_creators": "found",
        "source_datasets": ["original"],
        "language_details": sorted(load(code).language.bcp47 for code in ("fon", "yo")),
    }


def test_the_front_matter_of_a_language_has_the_licences_of_its_sources() -> None:
    found = accepted(files(corpus())["cards/by-language/zhs/README.md"])
    assert found["pretty_name"] == "demo: Simplified Chinese"
    assert (found["language"], found["language_details"], found["license"]) == (["zh"], ["zh-Hans"], "cc-by-sa-4.0")
    assert found["multilinguality"] == "monolingual"


def test_every_language_of_the_parameters_has_a_code_that_the_hub_knows() -> None:
    made = corpus(languages=load_all(None, ["code"]))
    for params in made.languages.values():
        assert card_front.of_language(params, made)


def test_the_corpus_names_the_files_of_each_language_and_of_all() -> None:
    from datasets.utils.metadata import MetadataConfigs
    from huggingface_hub import DatasetCard

    card = files(corpus())["README.md"]
    data = accepted(card)
    assert data["language"] == ["fon", "yo", "zh"]
    assert data["license"] == ["cc-by-sa-4.0", "other"]
    assert data["configs"][1:] == CONFIGS
    assert data["configs"][0] == {
        "config_name": "default",
        "default": True,
        "data_files": [
            {"split": "train", "path": [f"parquet/{code}/train-*.parquet" for code in ("fon", "yo", "zhs")]}
        ],
    }
    configs = MetadataConfigs.from_dataset_card_data(DatasetCard(card).data)
    assert set(configs) == {"default", "fon", "yo", "zhs"}
    assert configs.get_default_config_name() == "default"


def test_one_language_is_the_default_and_none_needs_no_files() -> None:
    assert card_front.configurations(corpus(configs=CONFIGS[:1])) == CONFIGS[:1]
    assert "configs" not in front(files(corpus(configs=()))["README.md"])


def test_datasets_loads_a_language_and_all_by_the_card(tmp_path: Path) -> None:
    import datasets

    configs = [
        {
            "config_name": code,
            "data_files": [{"split": split, "path": f"parquet/{code}/{split}-*.parquet"} for split in SPLITS],
        }
        for code in ("fon", "yo")
    ]
    (tmp_path / "README.md").write_text(files(corpus(configs=configs))["README.md"])
    for code in ("fon", "yo"):
        (tmp_path / "parquet" / code).mkdir(parents=True)
        for split in SPLITS:
            rows = pa.table({name: [f"{name} {code} {split} {number}" for number in range(2)] for name in COLUMNS})
            pq.write_table(rows, tmp_path / "parquet" / code / f"{split}-00000-of-00001.parquet")
    cache = str(tmp_path / "cache")
    one = datasets.load_dataset(str(tmp_path), "yo", cache_dir=cache)
    assert one["train"]["text"][:] == ["text yo train 0", "text yo train 1"]
    assert one["validation"].num_rows == 2
    everything = datasets.load_dataset(str(tmp_path), split="train", cache_dir=cache)
    assert sorted(set(everything["text"][:])) == [f"text {code} train {n}" for code in ("fon", "yo") for n in (0, 1)]


def test_licences_that_the_hub_does_not_know_are_named() -> None:
    entry = replace(ENTRY, licence=Licence("LicenseRef-Terms of Qatar", ("open license",), "x", "javascript:alert(1)"))
    made = corpus(entry, replace(ENTRY, uid="b", licence=Licence("ODbL-1.0", (), "y")))
    found = front(files(made)["README.md"])
    assert found["license"] == ["odbl", "other"]
    assert found["license_name"] == "licenseref-terms-of-qatar"
    assert "license_link" not in found


def test_whatever_a_name_holds_the_front_matter_is_one_block() -> None:
    made = corpus(replace(ENTRY, name=NASTY), ENTRY, name=NASTY)
    made = replace(made, sources=[*made.sources[:1], Source(replace(ENTRY, uid="b"), made.sources[1].funnel, 1, 1)])
    for card in files(made).values():
        assert "\n" not in accepted(card)["pretty_name"]


@pytest.mark.parametrize(
    ("documents", "name"), [(0, "n<1K"), (10**4, "10K<n<100K"), (10**9, "1B<n<10B"), (10**12, "n>1T")]
)
def test_size_categories(documents: int, name: str) -> None:
    assert card_front.size_category(documents) == name
