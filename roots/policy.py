"""The policy of a recipe: which sources and which documents may enter a build, and what was left out on what ground.

A source that does not satisfy the policy is left out before anything of it is read. Of the others the policy can refuse
documents, by what their publishers or OSCAR said of them (`pipelines.verdict`); that reads stored measures only, so a
changed policy curates no source again. Without a policy everything is accepted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.entry import HAS_PII, LICENCE_PROPERTIES, OUTCOMES, Entry
from pipelines.judge import TOO_SMALL, Judged
from pipelines.verdict import Refusals
from pipelines.withhold import Removals
from roots.values import ABOVE, Allowed, one_of, some_of, whole

ACCEPTS = {"public": ("public",), "gated": ("public", "gated")}
"""Releases of sources that a build for this release may hold. Closed sources are in none."""

_PATTERN = re.compile(r"[a-z0-9_.:*?\[\]!-]{1,60}")
"""Signals are of these characters, `*`, `?`, `[` , `]` and `!` apart; another pattern could never match."""

_SIGNALS: Allowed = (
    "a list of signals such as tdm-reservation:1 or oscar-category:*, in lower case",
    lambda value: isinstance(value, list) and all(isinstance(v, str) and _PATTERN.fullmatch(v) for v in value),
)

KEYS: Mapping[str, Allowed] = {
    "licence_properties": some_of(LICENCE_PROPERTIES),
    "permission": some_of(OUTCOMES),
    "has_pii": some_of(HAS_PII),
    "release": one_of(*ACCEPTS),
    "refused_signals": _SIGNALS,
    "harmful_perplexity": ABOVE,
    "smallest_source": whole(1),
}
"""The keys of a recipe's table [policy]."""

POLICY, REMOVED, SMALL = "policy", "removed", "too small"
"""Grounds on which a source is left out."""


class PolicyError(ValueError):
    """A policy, or removals, that leave nothing to build from."""


@dataclass(frozen=True)
class Policy:
    """What a build accepts; an empty value accepts everything.

    `licence_properties`, `permission` and `has_pii` are the answers of an entry that are allowed, `release` the widest
    circle that the corpus is for. `documents` is what is refused of the documents of the sources that are in.
    """

    licence_properties: tuple[str, ...] = ()
    permission: tuple[str, ...] = ()
    has_pii: tuple[str, ...] = ()
    release: str = ""
    documents: Refusals = field(default_factory=Refusals)


ANYTHING = Policy()
"""The policy of a recipe that names none."""


@dataclass(frozen=True)
class Fault:
    """A field of an entry, the value that stands there, and what is allowed; empty where there is no more to say."""

    field: str = ""
    value: str = ""
    allowed: str = ""

    def __str__(self) -> str:
        return f"{self.field} is {self.value!r}; allowed: {self.allowed}" if self.field else ""


@dataclass(frozen=True)
class LeftOut:
    """A source that is not in the corpus, on what ground, and what of it does not fit."""

    uid: str
    name: str
    ground: str
    faults: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        return f"{self.uid}: {self.ground}{': ' if self.faults else ''}{'; '.join(map(str, self.faults))}"


@dataclass(frozen=True)
class Admitted:
    """The sources that may enter a build, and those that may not."""

    entries: Sequence[Entry]
    left_out: Sequence[LeftOut]


def of_table(table: Mapping[str, Any] | None) -> Policy:
    """The policy of a recipe's table, whose values were checked by `KEYS`; None where there is no such table.

    A policy that names no release is one for `gated`.
    """
    if table is None:
        return ANYTHING
    answers = {key: tuple(table.get(key, ())) for key in ("licence_properties", "permission", "has_pii")}
    signals = tuple(sorted(set(table.get("refused_signals", ()))))
    documents = Refusals(signals, table.get("harmful_perplexity"), table.get("smallest_source"))
    return Policy(**answers, release=table.get("release", "gated"), documents=documents)


def admit(recipe: Path, entries: Sequence[Entry], policy: Policy, removals: Removals) -> Admitted:
    """Tell the sources of a recipe that may enter a build from those that may not. Raises PolicyError when none may."""
    left_out = []
    for entry in entries:
        if entry.uid in removals.get("source", ()):
            left_out.append(LeftOut(entry.uid, entry.name, REMOVED))
        elif found := faults(entry, policy):
            left_out.append(LeftOut(entry.uid, entry.name, POLICY, tuple(found)))
    refused = {each.uid for each in left_out}
    if entries and len(refused) == len(entries):
        more = f", and {len(left_out) - 1} more" if len(left_out) > 1 else ""
        raise PolicyError(
            f"{recipe}: no source is left to build from; left out: {left_out[0]}{more}; "
            "change [policy] or the removals, or name other sources"
        )
    return Admitted([entry for entry in entries if entry.uid not in refused], left_out)


def faults(entry: Entry, policy: Policy) -> list[Fault]:
    """What of an entry does not satisfy a policy; nothing when it may enter.

    Every property of a licence must be allowed: one that is not is a condition that the corpus would break. An answer
    that an entry does not give is not allowed either.
    """
    asked = {
        "licence.properties": (entry.licence.properties or ("",), policy.licence_properties),
        "permission.outcome": ((entry.permission.outcome,), policy.permission),
        "pii.has_pii": ((entry.pii.has_pii,), policy.has_pii),
        "release": ((entry.release,), ACCEPTS.get(policy.release, ())),
    }
    return [
        Fault(name, value, ", ".join(allowed))
        for name, (values, allowed) in asked.items()
        for value in values
        if allowed and value not in allowed
    ]


def too_small(entries: Sequence[Entry], judged: Sequence[Judged], policy: Policy) -> list[LeftOut]:
    """The sources of which a build left out everything, because too few bytes passed their filters."""
    least = policy.documents.smallest_source
    found = []
    for entry in entries if least is not None else ():
        counts = [row for shard in judged if shard.shard.source == entry.uid for row in shard.manifest["counts"]]
        sizes = [size for _, cause, _, size in counts if cause == TOO_SMALL]
        if sizes or not any(cause in (None, "duplicate") for _, cause, *_ in counts):
            fault = Fault("bytes that passed the filters", f"{sum(sizes):,}", f"{least:,} or more")
            found.append(LeftOut(entry.uid, entry.name, SMALL, (fault,)))
    return found
