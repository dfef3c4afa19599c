"""The commands that bring a work folder to where a recipe says."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from roots.commands.options import PATH, how_to_run, runtime_options

if TYPE_CHECKING:
    from roots.recipe import Recipe


def of_a_recipe(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments of every command that brings a work folder to where a recipe says, up to some stage."""
    help_ = "Work folder or URL; what is finished there is not redone."
    command = click.option("--work", required=True, help=help_)(runtime_options(click.pass_context(command)))
    instead = "Folder that overlays the packaged parameters, in place of the recipe's lang_params."
    command = click.option("--lang-params", type=PATH, help=instead)(command)
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

        how = how_to_run(context, given["runner"], given["workers"])
        forecast.show(forecast.forecast(_recipe(given), given["work"], how))
    else:
        up_to("judge", "duplicates", context, given)


@click.command(epilog="Example: roots judge catalog/demo.toml --work work/demo --lang yo --lang-params my_params")
@click.option("--lang", "langs", multiple=True, help="Only the limits of this language; may be given several times.")
@of_a_recipe
def judge(context: click.Context, /, langs: tuple[str, ...], **given: Any) -> None:
    """Write new verdicts from stored measures after a limit changed, and say what changed; no text is read again.

    With --lang only the limits of these languages are taken anew, and others stay as they are in force. A changed word
    list, length of n-grams, identifier or model needs a new reading: then nothing is touched, and what has to be done
    is said. The corpus, its cards and its tokens stay as they are until `roots build` brings them up to date.
    """
    from roots import rejudge, rejudge_view, summary

    how = how_to_run(context, given["runner"], given["workers"])
    asked = _recipe(given)
    summary.opening(asked, given["work"], how)
    rejudge_view.after(rejudge.rejudge(asked, given["work"], how, langs, rejudge_view.show), given["work"])


@click.command(epilog="Example: roots mix catalog/demo.toml --work work/demo")
@click.option("--plan", "only_plan", is_flag=True, help="Print the table, from manifests, and write nothing.")
@of_a_recipe
def mix(context: click.Context, /, only_plan: bool, **given: Any) -> None:  # noqa: FBT001 (click's order)
    """Mix what was kept into one dataset per language, with data cards; runs the stages before it where needed.

    Which share each language has, what of each source may enter, a budget, repeats and what is held out is for the
    recipe to say: its table [mix]. The table of languages is printed before anything is written.
    """
    if only_plan:
        from roots.mix import forecast as mix_forecast

        mix_forecast.show(_recipe(given), given["work"])
    else:
        up_to("mix", "languages_of", context, given)


@click.command(epilog="Example: roots train-tokenizer catalog/demo.toml --work work/demo")
@of_a_recipe
def train_tokenizer(context: click.Context, /, **given: Any) -> None:
    """Train the tokenizer on a sample of what was kept; runs the stages before it where needed.

    The recipe's table [tokenizer] says of which kind, how many pieces, and what the sample is. Beside tokenizer.json
    are the files with which transformers opens the folder. The sample stays below tokenizer/sample/.
    """
    up_to("tokenizer", "tokenizer", context, given)


@click.command(epilog="Example: roots fertility catalog/demo.toml --work work/demo --workers 2")
@of_a_recipe
def fertility(context: click.Context, /, **given: Any) -> None:
    """Print into how many pieces the tokenizer cuts a word of each language, beside one of that language alone.

    Trains a tokenizer of the same kind and size for each language on its part of the sample; it takes about as long as
    training the tokenizer did. Documents held out by the recipe's mix.validation are measured, else those of the
    sample. Then tokens a byte of each source: where they are far out, the language may be wrong. Both tables become CSV
    files beside the tokenizer; runs the stages before it where needed.
    """
    from roots import fertility_tables
    from roots.build import build

    how = how_to_run(context, given["runner"], given["workers"])
    fertility_tables.show(build(_recipe(given), given["work"], how, until="tokenizer"), given["work"], how)


def up_to(stage: str, show: str, context: click.Context, given: Mapping[str, Any]) -> None:
    """Build up to a stage and print one of the summaries."""
    from roots import summary
    from roots.build import build

    how = how_to_run(context, given["runner"], given["workers"])
    asked = _recipe(given)
    summary.opening(asked, given["work"], how)
    getattr(summary, show)(build(asked, given["work"], how, until=stage), given["work"])


def _recipe(given: Mapping[str, Any]) -> "Recipe":
    from roots.recipe import load

    return load(given["recipe"], given.get("lang_params"))
