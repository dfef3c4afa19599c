"""The commands that bring a work folder to where a recipe says."""

from collections.abc import Callable, Mapping
from typing import Any

import click

from roots.commands.options import PATH, how_to_run, runtime_options


def of_a_recipe(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments of every command that brings a work folder to where a recipe says, up to some stage."""
    help_ = "Work folder or URL; what is finished there is not redone."
    command = click.option("--work", required=True, help=help_)(runtime_options(click.pass_context(command)))
    return click.argument("recipe", type=PATH)(command)


@click.command(epilog="Example: roots build catalog/demo.toml --work work/demo --workers 2")
@of_a_recipe
def build(context: click.Context, /, **given: Any) -> None:
    """Build a corpus from RECIPE.toml: read, clean, identify, measure, redact, deduplicate, judge, mix, tokenize."""
    up_to("tokens", "everything", context, given)


@click.command(epilog="Example: roots curate catalog/demo.toml --work work/demo --workers 2")
@of_a_recipe
def curate(context: click.Context, /, **given: Any) -> None:
    """Read, clean, identify, measure and sign the recipe's sources, and no more: what dedup --plan plans from."""
    up_to("curate", "curated", context, given)


@click.command(epilog="Example: roots dedup catalog/demo.toml --work work/demo --plan --memory 1GB")
@click.option("--plan", "only_plan", is_flag=True, help="Print what it will take, from manifests, and run nothing.")
@of_a_recipe
def dedup(context: click.Context, /, only_plan: bool, **given: Any) -> None:  # noqa: FBT001 (click's order)
    """Find copies among the recipe's sources and write the verdicts; curates first what is not curated.

    What counts as a copy, among which documents, and which one stays is for the recipe to say: its tables [dedup],
    [simhash], [substrings] and [decontamination]. Nothing is done twice: after a change of what stays, or of a limit,
    only verdicts are written anew.
    """
    if only_plan:
        from roots import forecast
        from roots.recipe import load

        how = how_to_run(context, given["runner"], given["workers"])
        forecast.show(forecast.forecast(load(given["recipe"]), given["work"], how))
    else:
        up_to("judge", "duplicates", context, given)


@click.command(epilog="Example: roots mix catalog/demo.toml --work work/demo")
@of_a_recipe
def mix(context: click.Context, /, **given: Any) -> None:
    """Mix what was kept into one dataset per language, with data cards; runs the stages before it where needed."""
    up_to("mix", "languages_of", context, given)


@click.command(epilog="Example: roots tokenize catalog/demo.toml --work work/demo --workers 2")
@of_a_recipe
def tokenize(context: click.Context, /, **given: Any) -> None:
    """Train the tokenizer and write token shards (.bin, .idx); runs the stages before it where needed."""
    up_to("tokens", "tokens", context, given)


def up_to(stage: str, show: str, context: click.Context, given: Mapping[str, Any]) -> None:
    """Build up to a stage and print one of the summaries."""
    from roots import summary
    from roots.build import build
    from roots.recipe import load

    how = how_to_run(context, given["runner"], given["workers"])
    asked = load(given["recipe"])
    summary.opening(asked, given["work"], how)
    getattr(summary, show)(build(asked, given["work"], how, until=stage), given["work"])
