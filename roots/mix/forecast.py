"""`roots mix --plan`: the table of a mix from the manifests of verdicts, with nothing read or written beside.

Without texts and ids it is not known which documents are in. So what a rule lets in and what is held out is told by
shares, as if all documents had the same size; and a language can stay below what it gets by less than a document. A
budget in tokens cannot be told.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import click

from pipelines import storage
from roots.division import divide, meant
from roots.entries import load_all_checked
from roots.folders import manifests, opened
from roots.forecast import PlanError
from roots.mix.presets import applied, resolved
from roots.mix.settings import MixSettings
from roots.policy import admit
from roots.recipe import Recipe
from roots.shares import Share, SourceShare


@dataclass(frozen=True)
class Forecast:
    """What a mix is planned to make: its settings and the shares."""

    settings: MixSettings
    shares: list[Share]


def forecast(recipe: Recipe, work: str) -> Forecast:
    """The plan of a recipe's mix. Raises PlanError where nothing is judged, or the budget is in tokens."""
    opened(work)
    entries = admit(
        recipe.path, load_all_checked(recipe.sources, recipe.lang_params), recipe.policy, recipe.removals
    ).entries
    if recipe.mix.budget_tokens is not None:
        raise PlanError(
            f"{recipe.path}: mix.budget_tokens: what a budget in tokens makes is known when they are counted; "
            f"roots mix {recipe.path} --work {work} counts them and prints the table before it writes"
        )
    found: dict[tuple[str, str], int] = {}
    for entry in entries:
        for manifest in manifests(work, entry.uid, "ledger"):
            for lang, dropped_by, _, size in manifest["counts"]:
                if dropped_by is None:
                    found[lang, entry.uid] = found.get((lang, entry.uid), 0) + size
    if not found:
        raise PlanError(f"{work}: nothing is judged there; first: roots dedup {recipe.path} --work {work}")
    settings = resolved(applied(recipe.mix, {entry.uid: entry.kind for entry in entries}))
    return Forecast(settings, shares(settings, dict(sorted(found.items()))))


def shares(settings: MixSettings, found: Mapping[tuple[str, str], int]) -> list[Share]:
    """The shares of components, given the bytes that were kept of each by language and source."""
    enter = {(lang, source): _entering(settings, source, lang, size) for (lang, source), size in found.items()}
    languages = sorted({lang for lang, _ in found})
    sizes = {lang: sum(size for (code, _), size in enter.items() if code == lang) for lang in languages}
    held = {lang: int(size * settings.validation) for lang, size in sizes.items()}
    most = {lang: held[lang] + settings.upsampling * (size - held[lang]) for lang, size in sizes.items()}
    gets, q = divide(sizes, settings, most), meant(sizes, settings)
    whole, total = max(sum(sizes.values()), 1), max(sum(gets.values()), 1)
    return [
        Share(
            language=lang,
            available=sum(size for (code, _), size in found.items() if code == lang),
            share=sizes[lang] / whole,
            sampling=float(q[lang]),
            gets=gets[lang],
            once=min(gets[lang], sizes[lang]),
            after=gets[lang] / total,
            validation=int(min(gets[lang], sizes[lang]) * settings.validation),
            group=next((group.name for group in settings.groups if lang in group.languages), ""),
            sources=tuple(_source(settings, found, enter, (lang, source)) for code, source in found if code == lang),
        )
        for lang in languages
    ]


def _entering(settings: MixSettings, source: str, lang: str, size: int) -> int:
    rule = settings.rule(source, lang)
    return min(int(size * rule.ratio), size if rule.most is None else rule.most)


def _source(settings: MixSettings, found: Mapping[Any, int], enter: Mapping[Any, int], place: tuple[str, str]) -> Any:
    rule = settings.rule(place[1], place[0])
    return SourceShare(place[1], found[place], float(rule.ratio), rule.most, enter[place], enter[place])


def show(recipe: Recipe, work: str) -> None:
    """Print the plan."""
    from roots.look import console, names
    from roots.mix import table

    plan, shown = forecast(recipe, work), names(recipe.lang_params)
    for line in plan.settings.said():
        click.echo(f"mix: {line}", err=True)
    console().print(table.render(plan.shares, shown))
    if any(source.ratio < 1 or source.most is not None for share in plan.shares for source in share.sources):
        console().print(table.sources(plan.shares, shown))
    for line in plan.settings.notes:
        click.echo(f"look at this: {line}", err=True)
    click.echo(f"planned from what was judged last in {storage.join(work, '<source>')}/ledger; nothing was written")
