"""The commands about languages: their parameters, word lists and models."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from filters.train_langid import Recipe
from roots.commands.options import LANG_PARAMS, PATH, input_files

MOST = 2**31 - 1
"""The greatest number that fastText takes."""


def of_the_model(name: str, kind: "click.ParamType[Any]", what: str) -> Callable[..., Any]:
    """An option for one field of the recipe of an identifier of languages."""
    default = getattr(Recipe, name.removeprefix("--").replace("-", "_"))
    return click.option(name, type=kind, default=default, show_default=True, help=what)


@click.command(epilog="Example: roots languages")
@LANG_PARAMS
def languages(lang_params: Path | None) -> None:
    """List the 46 languages: codes, identifier, word lists, whose thresholds, which filters are not applied."""
    from roots import look

    look.languages(lang_params)


@click.command(
    name="derive-stopwords",
    epilog="Example: roots derive-stopwords --lang yo --text texts.jsonl --output my_params/stopwords/yo.txt",
)
@click.option("--lang", required=True, help="The language of the text: yo, yor_Latn, yo-Latn ...")
@input_files("--text", "Reference text: a file or a folder")
@click.option("--output", type=PATH, help="The list to write; stopwords/LANG.txt by default.")
@click.option("--size", type=click.IntRange(min=1), default=100, show_default=True, help="Words on the list, at most.")
@click.option("--force", is_flag=True, help="Write over a list that is there.")
@LANG_PARAMS
def derive_stopwords(**given: Any) -> None:
    """Find the stop words of a language in reference text: the words that are frequent and evenly spread."""
    from roots import derive_stopwords as deriving

    found = deriving.derive_stopwords(deriving.StopwordsRequest(**given))
    click.echo("\n".join(found.said()))


@click.command(
    name="derive-thresholds",
    epilog="Example: roots derive-thresholds --lang yo --reference texts.jsonl --output my_params",
)
@click.option("--lang", required=True, help="The language of the text: yo, yor_Latn, yo-Latn ...")
@input_files("--reference", "Clean text: a file or a folder")
@click.option("--join", type=click.IntRange(min=1), default=10, show_default=True, help="Sentences that make a text.")
@click.option("--output", type=PATH, help="Folder of parameters to write the file into.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@LANG_PARAMS
def derive_thresholds(**given: Any) -> None:
    """Propose the limits of a language from clean text, with their cost, as a diff to be reviewed."""
    from roots import derive_thresholds as deriving

    found = deriving.derive_thresholds(deriving.ThresholdsRequest(**given))
    click.echo("\n".join(found.said()))


@click.command(name="train-lm", epilog="Example: roots train-lm --lang yo --text my_texts.jsonl --text my_folder")
@click.option("--lang", required=True, help="The language of the text: yo, yor_Latn, yo-Latn ...")
@input_files("--text", "Well-written text: a file or a folder")
@click.option("--name", help="What the model is called; the code of the language by default.")
@click.option("--models", type=PATH, help="Models folder; by default that of ROOTS_MODELS.")
@click.option("--pieces", type=click.IntRange(min=8), help="Pieces; by default by the amount of text, 40,000 at most.")
@click.option("--order", type=click.IntRange(2, 6), default=5, show_default=True, help="Pieces that n-grams have.")
@click.option("--lmplz", type=PATH, help="KenLM's lmplz; by default that of `make lmplz`.")
@click.option("--force", is_flag=True, help="Make a model anew that is there.")
@LANG_PARAMS
def train_lm(**given: Any) -> None:
    """Train the language model that perplexity needs: SentencePiece and KenLM, into the models folder."""
    from roots import train_lm as training

    click.echo("\n".join(training.train(training.TrainRequest(**given)).said()))


@click.command(
    name="train-langid",
    epilog="Example: roots train-langid --text mine.jsonl.gz --test held_out.jsonl.gz --output mine.ftz",
)
@input_files("--text", "Text to train on: jsonl or jsonl.gz with lang and text")
@click.option("--test", type=PATH, multiple=True, help="Text to test on, of the same form.")
@click.option("--output", type=PATH, required=True, help="The model to write (.ftz).")
@click.option(
    "--sentences", type=click.IntRange(min=1), default=5, show_default=True, help="Test records that make a document."
)
@of_the_model("--dimensions", click.IntRange(2, MOST), "Columns of the matrix.")
@of_the_model("--shortest", click.IntRange(1, 6), "Characters of an n-gram.")
@of_the_model("--longest", click.IntRange(1, 6), "Characters of an n-gram.")
@of_the_model("--buckets", click.IntRange(1, MOST), "Rows for n-grams.")
@of_the_model("--epochs", click.IntRange(1, MOST), "Passes over the text.")
@of_the_model("--learning-rate", click.FloatRange(0, min_open=True), "At first.")
@of_the_model("--loss", click.Choice(["softmax", "hs"]), "Of fastText.")
@of_the_model("--characters", click.IntRange(min=1), "Training text of each language of the corpus.")
@of_the_model("--other-characters", click.IntRange(min=1), "Training text of each other language.")
@of_the_model("--repeats", click.IntRange(min=1), "How often a text comes, at most.")
@of_the_model("--seed", click.IntRange(0, MOST), "Of the random order and cuts.")
@click.option("--force", is_flag=True, help="Write over a model that is there.")
def train_langid(**given: Any) -> None:
    """Train a model that tells languages apart, and say how well it does on other text.

    Any language may be among them. The same text and options give the same bytes.
    """
    from dataclasses import fields

    from roots import train_langid as training

    recipe = Recipe(**{field.name: given.pop(field.name) for field in fields(Recipe)})
    trained = training.train_langid(training.LangidRequest(recipe=recipe, **given))
    click.echo("\n".join(trained.said()))


@click.group(invoke_without_command=True, epilog="Example: roots models")
@click.option("--models", "place", type=PATH, help="Models folder; else that of ROOTS_MODELS.")
@click.pass_context
def models(context: click.Context, /, place: Path | None) -> None:
    """List every model: packaged, yours, and published ones, with what is missing and how to get it."""
    context.obj = place
    if context.invoked_subcommand is None:
        from roots.models import show

        show(place)


@models.command(epilog="Example: roots models fetch wikipedia-hi")
@click.argument("names", nargs=-1)
@click.option("--lang", "langs", multiple=True, help="The published models of a language; may be given several times.")
@click.option("--from", "base", help="Address or folder that holds the files, instead of where they were published.")
@click.option("--force", is_flag=True, help="Fetch what is there again, and take it as it is now.")
@click.pass_context
def fetch(context: click.Context, /, names: tuple[str, ...], langs: tuple[str, ...], **given: Any) -> None:
    """Fetch published models by NAMES, or those of a language, into the models folder."""
    from roots import fetch as fetching

    if not names and not langs:
        raise click.UsageError("give NAMES, as `roots models` lists them, or --lang")
    click.echo("\n".join(fetching.fetch_all(names, langs, context.obj, **given)))
