"""The policy: what of an entry does not fit is named, nothing is read of it, and the card says so."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.entry import Entry, load
from pipelines.judge import Judged
from pipelines.shards import Shard
from pipelines.verdict import Refusals
from roots.policy import ANYTHING, Fault, LeftOut, Policy, PolicyError, admit, faults, of_table, too_small
from roots.recipe import RecipeError
from roots.recipe import load as load_recipe
from tests.corpora import DEMO
from tests.roots.made import Ended

Roots = Callable[..., Ended]
RECIPE = Path("recipe.toml")


@pytest.fixture
def entry(source: Callable[..., Path]) -> Entry:
    """A source under an open licence, without personal information, that may be given to everyone."""
    return load(source("one", [{"text": "x"}]))


def changed(entry: Entry, section: str, **fields: Any) -> Entry:
    return replace(entry, **{section: replace(getattr(entry, section), **fields)})


def test_without_a_policy_everything_may_enter(entry: Entry) -> None:
    closed = replace(changed(entry, "permission", outcome="refused"), release="closed")
    assert faults(closed, ANYTHING) == []
    assert of_table(None) == ANYTHING


def test_a_policy_that_says_nothing_of_release_is_for_gated_ones(entry: Entry) -> None:
    accepted = {release: not faults(replace(entry, release=release), of_table({})) for release in ("public", "gated")}
    assert accepted == {"public": True, "gated": True}
    assert faults(replace(entry, release="closed"), of_table({})) == [Fault("release", "closed", "public, gated")]
    assert faults(replace(entry, release="gated"), of_table({"release": "public"})) == [
        Fault("release", "gated", "public")
    ]


@pytest.mark.parametrize(
    ("table", "section", "fields", "fault"),
    [
        (
            {"licence_properties": ["open license", "public domain"]},
            "licence",
            {"properties": ("open license", "non-commercial use")},
            Fault("licence.properties", "non-commercial use", "open license, public domain"),
        ),
        (
            {"licence_properties": ["open license"]},
            "licence",
            {"properties": ()},
            Fault("licence.properties", "", "open license"),
        ),
        (
            {"permission": ["granted", "open licence"]},
            "permission",
            {"outcome": "pending"},
            Fault("permission.outcome", "pending", "granted, open licence"),
        ),
        ({"has_pii": ["No"]}, "pii", {"has_pii": "Unclear"}, Fault("pii.has_pii", "Unclear", "No")),
    ],
)
def test_what_does_not_fit_is_named_with_field_value_and_what_is_allowed(
    entry: Entry, table: dict[str, Any], section: str, fields: dict[str, Any], fault: Fault
) -> None:
    assert faults(entry, of_table(table)) == []
    other = changed(entry, section, **fields)
    assert faults(other, of_table(table)) == [fault]
    admitted = admit(RECIPE, [entry, replace(other, uid="two")], of_table(table), {})
    assert [each.uid for each in admitted.entries] == ["one"]
    assert str(admitted.left_out[0]) == f"two: policy: {fault.field} is {fault.value!r}; allowed: {fault.allowed}"


def test_a_removed_source_is_left_out_whatever_the_policy_says(entry: Entry) -> None:
    admitted = admit(RECIPE, [entry, replace(entry, uid="two")], ANYTHING, {"source": ["two", "three"]})
    assert [str(each) for each in admitted.left_out] == ["two: removed"]


def test_when_nothing_is_left_that_is_an_error(entry: Entry) -> None:
    two = replace(entry, uid="two")
    with pytest.raises(PolicyError, match=r"recipe.toml: no source is left to build from; left out: one: policy: .*, "):
        admit(RECIPE, [entry, two], of_table({"permission": ["granted"]}), {})
    with pytest.raises(PolicyError, match=r"left out: one: removed; change \[policy\] or the removals"):
        admit(RECIPE, [entry], ANYTHING, {"source": ["one"]})


def test_what_is_said_of_documents_goes_to_judging() -> None:
    table = {"refused_signals": ["tdm-reservation:*", "a:b", "a:b"], "harmful_perplexity": 5, "smallest_source": 9}
    assert of_table(table).documents == Refusals(("a:b", "tdm-reservation:*"), 5, 9)


def test_a_source_of_which_too_little_passed_is_named_with_its_size(entry: Entry) -> None:
    counts = {
        "one": [["yo", "policy:smallest_source", 2, 1234], ["yo", "stopwords", 1, 99]],
        "two": [["yo", None, 2, 5000]],
        "three": [["yo", "stopwords", 2, 5000]],
        "four": [["yo", "duplicate", 2, 5000]],
    }
    judged = [Judged(Shard(uid, "s", 1, 1, 0), "l", {"counts": rows}) for uid, rows in counts.items()]
    entries = [replace(entry, uid=uid) for uid in counts]
    policy = Policy(documents=Refusals(smallest_source=2000))
    found = too_small(entries, judged, policy)
    assert [str(each) for each in found] == [
        "one: too small: bytes that passed the filters is '1,234'; allowed: 2,000 or more",
        "three: too small: bytes that passed the filters is '0'; allowed: 2,000 or more",
    ]
    assert too_small(entries, judged, ANYTHING) == []


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('licence_properties = "open license"', "policy.licence_properties: 'open license'; it must be a list of some"),
        ('permission = ["given"]', "policy.permission: ['given']; it must be a list of some of open licence, granted"),
        ("has_pii = []", "policy.has_pii: []; it must be a list of some of Yes, "),
        ('release = "closed"', "policy.release: 'closed'; it must be one of public, gated"),
        ('refused_signals = ["TDM:1"]', "it must be a list of signals such as tdm-reservation:1"),
        ('refused_signals = "tdm:1"', "it must be a list of signals such as tdm-reservation:1"),
        ("harmful_perplexity = 0", "policy.harmful_perplexity: 0; it must be a number above 0"),
        ("smallest_source = 0", "policy.smallest_source: 0; it must be a whole number from 1 upwards"),
        ("licence = 1", "policy.licence: unknown key; Known: licence_properties, permission, "),
    ],
)
def test_a_policy_that_cannot_be_read_is_refused(
    source: Callable[..., Path], tmp_path: Path, table: str, message: str
) -> None:
    source("one", [{"text": "x"}])
    path = tmp_path / "recipe.toml"
    path.write_text(f'name = "x"\nsources = ["sources/*.toml"]\n[policy]\n{table}\n', encoding="utf-8")
    with pytest.raises(RecipeError) as refused:
        load_recipe(path)
    assert message in str(refused.value)


def answered(path: Path, outcome: str) -> None:
    """Write another answer of the custodian into an entry."""
    before = 'outcome = "open licence"\nasked = ""'
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, f'outcome = "{outcome}"\nasked = 2026-11-20'), encoding="utf-8")


@pytest.fixture
def recipe(source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str) -> Path:
    """A recipe of a source with permission and one that was refused it, with the same text and files that are gone."""
    source("given", [{"text": yoruba}, {"text": yoruba_too}])
    path = source("kept_back", [{"text": yoruba}])
    answered(path, "refused")
    (tmp_path / "sources" / "kept_back.jsonl").unlink()
    recipe = tmp_path / "recipe.toml"
    settings = '[policy]\npermission = ["open licence", "granted"]\n[tokenizer]\nvocabulary = 280\n'
    recipe.write_text(f'name = "small"\nsources = ["sources/*.toml"]\n{settings}', encoding="utf-8")
    return recipe


SAID = "kept_back: policy: permission.outcome is 'refused'; allowed: open licence, granted"


@pytest.mark.usefixtures("plainly")
def test_a_build_goes_on_without_a_source_that_is_refused_and_says_so(
    roots: Roots, recipe: Path, tmp_path: Path
) -> None:
    """Its files are not there: nothing of it is read."""
    ended = roots("build", recipe, "--work", tmp_path / "work")
    assert ended.code == 0, ended.err
    assert f"left out: {SAID}" in ended.err
    assert "left out: 1 source; the card of the corpus says on what ground" in ended.out
    assert not (tmp_path / "work" / "kept_back").exists()
    card = (tmp_path / "work" / "README.md").read_text(encoding="utf-8")
    row = "| Source kept\\_back (`kept_back`) | policy | permission.outcome | refused | open licence, granted |"
    assert row in card
    assert not (tmp_path / "work" / "cards" / "kept_back").exists()


@pytest.mark.usefixtures("plainly")
def test_a_carried_source_that_a_policy_refuses_is_left_out(roots: Roots, tmp_path: Path) -> None:
    named = [str(DEMO / f"{uid}.toml") for uid in ("udhr_pages", "debian_handbook_ar")]
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(f'name = "x"\nsources = {named}\n[policy]\nhas_pii = ["No"]\n', encoding="utf-8")
    ended = roots("mix", recipe, "--work", tmp_path / "work")
    assert ended.code == 0, ended.err
    assert "left out: debian_handbook_ar: policy: pii.has_pii is 'Yes'; allowed: No" in ended.err
    assert sorted(path.name for path in (tmp_path / "work" / "cards").iterdir()) == [
        "by-language",
        "cards.json",
        "map.json",
        "udhr_pages",
    ]
    card = (tmp_path / "work" / "README.md").read_text(encoding="utf-8")
    assert "(`debian_handbook_ar`) | policy | pii.has\\_pii | Yes | No |" in card


@pytest.mark.usefixtures("plainly")
def test_a_source_that_a_policy_comes_to_refuse_goes_from_the_work_folder(
    roots: Roots, recipe: Path, tmp_path: Path
) -> None:
    entry = tmp_path / "sources" / "given.toml"
    (tmp_path / "sources" / "kept_back.toml").unlink()
    other = entry.with_name("other.toml")
    other.write_text(entry.read_text(encoding="utf-8").replace('uid = "given"', 'uid = "other"'), encoding="utf-8")
    assert roots("mix", recipe, "--work", tmp_path / "work").code == 0
    assert (tmp_path / "work" / "other" / "documents").exists()
    answered(other, "pending")
    assert roots("mix", recipe, "--work", tmp_path / "work").code == 0
    assert not (tmp_path / "work" / "other").exists()
    assert not (tmp_path / "work" / "cards" / "other").exists()


def test_check_says_what_a_policy_leaves_out(roots: Roots, recipe: Path) -> None:
    ended = roots("check", recipe)
    assert ended.code == 0, ended.err
    assert f"{recipe}: left out: {SAID}" in ended.out


def test_a_recipe_all_of_whose_sources_are_refused_is_an_error(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    recipe.write_text(recipe.read_text(encoding="utf-8").replace('["open licence", "granted"]', '["granted"]'))
    for command in (("build", recipe, "--work", tmp_path / "work"), ("check", recipe)):
        ended = roots(*command)
        assert ended.code == 2
        assert f"error: {recipe}: no source is left to build from; left out: given: policy: " in ended.err
    assert not (tmp_path / "work").exists()


@pytest.mark.usefixtures("plainly")
def test_a_source_below_the_smallest_size_is_left_out_at_the_mix(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    recipe.write_text(recipe.read_text(encoding="utf-8").replace("[tokenizer]", "smallest_source = 1000\n[tokenizer]"))
    ended = roots("mix", recipe, "--work", tmp_path / "work")
    assert ended.code == 0
    assert "left out: given: too small: bytes that passed the filters is " in ended.err + ended.out
    card = (tmp_path / "work" / "README.md").read_text(encoding="utf-8")
    assert "| `policy:smallest_source` | the recipe's policy refuses it | 2 |" in card
    assert "| Source given (`given`) | too small | bytes that passed the filters |" in card


def test_a_source_that_is_left_out_shows_as_one_line() -> None:
    both = (Fault("release", "closed", "public"), Fault("pii.has_pii", "Yes", "No"))
    assert str(LeftOut("one", "One", "policy", both)) == (
        "one: policy: release is 'closed'; allowed: public; pii.has_pii is 'Yes'; allowed: No"
    )
