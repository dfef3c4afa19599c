"""A mix before it is made: planned once, kept as `mix.json` beside the datasets.

`roots.mix.portions` says how it is decided which documents are in. The file holds the hash of all that decided it: what
is known is not planned again. It is removed before datasets change and written when they are whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines import storage
from pipelines.judge import Judged
from pipelines.run import Runtime
from roots import lengths
from roots.mix.portions import VERSION, Plan, Portion, all_is_in, decide
from roots.mix.presets import resolved
from roots.mix.settings import MixSettings
from roots.mix.weights import components, of_shard, weigh_all
from roots.shares import Share, SourceShare

MANIFEST = "mix.json"
"""Beside the datasets: what decided them, what they hold, and the files that describe them."""


@dataclass(frozen=True)
class Planned:
    """A mix before it is made: its plan, and what each language has and will get.

    `key` is the hash of all that decided it. `weighed` are the files with the keys of shards' documents, by ledger,
    where it was decided just now from such files.
    """

    home: str
    key: str
    settings: MixSettings
    plan: Plan
    shares: Sequence[Share]
    weighed: Mapping[str, str] = field(default_factory=dict, compare=False)

    @property
    def notes(self) -> list[str]:
        """What a reader must know beside the figures: what the recipe or its preset names and that is not there."""
        there = {source.source for share in self.shares for source in share.sources}
        named = dict.fromkeys(rule.source for rule in self.settings.sources if not self.settings.preset)
        absent = [f"{source}: a rule of the mix names this source, and nothing of it was kept" for source in named]
        return [
            *self.settings.notes,
            *(line for source, line in zip(named, absent, strict=True) if source not in there),
        ]

    @property
    def datasets(self) -> dict[str, tuple[str, int]]:
        """The datasets by name, `yo` and `yo/validation`: the folder of each, and how many files it has."""
        found: dict[str, tuple[str, int]] = {}
        for lang, portion in self.plan.portions.items():
            if portion.held_files:
                found[lang] = (f"{lang}/train", portion.files)
                found[f"{lang}/validation"] = (f"{lang}/validation", portion.held_files)
            else:
                found[lang] = (lang, portion.files)
        return found


def plan_key(judged: Sequence[Judged], settings: MixSettings) -> str:
    """The hash of all that decides a mix."""
    inside = sorted(of_shard(each) for each in judged)
    return storage.fingerprint([VERSION, repr(settings), lengths.version(settings.tokenizer), inside])


def planned(work: str, judged: Sequence[Judged], asked: MixSettings, how: Runtime, name: str = "corpus") -> Planned:
    """Decide what is in the mix `<name>`; what is known from `mix.json` is not decided again. Writes no dataset."""
    settings, home = resolved(asked), storage.join(work, name)
    key = plan_key(judged, settings)
    known = storage.read_json(storage.join(home, MANIFEST))
    if isinstance(known, dict) and known.get("key") == key:
        return read(home, settings, known)
    found = components(judged)
    files = None
    if not all_is_in(settings, found):
        files = weigh_all(work, judged, settings, (storage.join(home, ".exchange"), key), how)
    plan, shares = decide(settings, found, files)
    weighed = {each.ledger: path for each, (_, path) in zip(judged, files, strict=True)} if files else {}
    return Planned(home, key, settings, plan, shares, weighed)


def written(planned: Planned) -> dict[str, Any]:
    """A plan as what `mix.json` says."""
    plan = planned.plan
    portions = {lang: [each.passes, each.cutoff, each.files, each.held_files] for lang, each in plan.portions.items()}
    shares = [{**vars(share), "sources": [vars(source) for source in share.sources]} for share in planned.shares]
    decided = {"seed": plan.seed, "held": plan.held, "portions": portions, "cuts": plan.cuts}
    return {"key": planned.key, "unit": planned.settings.unit, "plan": decided, "shares": shares}


def shares_of(says: Mapping[str, Any]) -> list[Share]:
    """The shares that `mix.json` says."""
    return [
        Share(**{**share, "sources": tuple(SourceShare(**source) for source in share["sources"])})
        for share in says["shares"]
    ]


def read(home: str, settings: MixSettings, says: Mapping[str, Any]) -> Planned:
    """A plan from what `mix.json` says."""
    decided = says["plan"]
    portions = {lang: Portion(*values) for lang, values in decided["portions"].items()}
    plan = Plan(decided["seed"], decided["held"], portions, decided["cuts"])
    return Planned(home, says["key"], settings, plan, shares_of(says))
