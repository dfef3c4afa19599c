"""The commands. Each parses its arguments, calls one function of a module of its own name, and prints.

Heavy imports stand inside the functions, so that help answers at once.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import click

from filters.table import Profile
from filters.train_langid import Recipe

PROFILES = click.Choice(get_args(Profile))
FORMATS = click.Choice(["jsonl.zst", "jsonl.gz", "parquet"])
PATH = click.Path(path_type=Path)
LANG_PARAMS = click.option("--lang-params", type=PATH, help="Folder that overlays the packaged parameters.")
MOST = 2**31 - 1
"""The greatest number that fastText takes."""

LOOKING = ("sources", "languages", "check", "stats", "models", "train-lm", "derive-stopwords", "derive-thresholds")
"""The commands that run nothing."""


def _version(context: click.Context, option: click.Parameter, asked: bool) -> None:  # noqa: FBT001 (click's order)
    from importlib import metadata

    if asked and not context.resilient_parsing:
        try:
            found = metadata.version("roots-builder")
        except metadata.PackageNotFoundError:
            found = "(not installed: run from its folder)"
        click.echo(f"roots {found}")
        context.exit()


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: roots build catalog/demo.toml --work work/demo",
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def roots(context: click.Context) -> None:
    """Build a clean, documented, multilingual corpus from sources that people chose.

    Options for Beam itself come after a bare `--`.
    """
    if context.obj and context.invoked_subcommand in LOOKING:
        raise click.UsageError(f"roots {context.invoked_subcommand} does not run Beam: no options after --")


def _files(name: str, what: str) -> Callable[..., Any]:
    """An option that names files or folders to read, at least one."""
    return click.option(name, type=PATH, multiple=True, required=True, help=f"{what}; may be given several times.")


def _of_the_model(name: str, kind: "click.ParamType[Any]", what: str) -> Callable[..., Any]:
    """An option for one field of the recipe of an identifier of languages."""
    default = getattr(Recipe, name.removeprefix("--").replace("-", "_"))
    return click.option(name, type=kind, default=default, show_default=True, help=what)


def _runtime_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that runs over many shards."""
    command = click.option("--runner", help="fnapi (one process), dask, dataflow; by default chosen by --workers.")(
        command
    )
    return click.option("--workers", type=int, default=1, show_default=True, help="Worker processes.")(command)


def _how(context: click.Context, runner: str | None, workers: int) -> Any:
    from pipelines.run import runtime

    return runtime(runner, workers, context.obj or ())


def _of_a_recipe(command: Callable[..., None]) -> Callable[..., None]:
    """The arguments of every command that brings a work folder to where a recipe says, up to some stage."""
    help_ = "Work folder or URL; what is finished there is not redone."
    command = click.option("--work", required=True, help=help_)(_runtime_options(click.pass_context(command)))
    return click.argument("recipe", type=PATH)(command)


@roots.command(epilog="Example: roots build catalog/demo.toml --work work/demo --workers 2")
@_of_a_recipe
def build(context: click.Context, /, **given: Any) -> None:
    """Build a corpus from RECIPE.toml: read, clean, identify, measure, redact, deduplicate, judge, mix, tokenize."""
    _up_to("tokens", "everything", context, given)


@roots.command(epilog="Example: roots dedup catalog/demo.toml --work work/demo")
@_of_a_recipe
def dedup(context: click.Context, /, **given: Any) -> None:
    """Find near duplicates among the recipe's sources and write the verdicts; curates first what is not curated."""
    _up_to("judge", "duplicates", context, given)


@roots.command(epilog="Example: roots mix catalog/demo.toml --work work/demo")
@_of_a_recipe
def mix(context: click.Context, /, **given: Any) -> None:
    """Mix what was kept into one dataset per language, with data cards; runs the stages before it where needed."""
    _up_to("mix", "languages_of", context, given)


@roots.command(epilog="Example: roots tokenize catalog/demo.toml --work work/demo --workers 2")
@_of_a_recipe
def tokenize(context: click.Context, /, **given: Any) -> None:
    """Train the tokenizer and write token shards (.bin, .idx); runs the stages before it where needed."""
    _up_to("tokens", "tokens", context, given)


def _up_to(stage: str, show: str, context: click.Context, given: Mapping[str, Any]) -> None:
    """Build up to a stage and print one of the summaries."""
    from roots import summary
    from roots.build import build
    from roots.recipe import load

    how = _how(context, given["runner"], given["workers"])
    asked = load(given["recipe"])
    summary.opening(asked, given["work"], how)
    getattr(summary, show)(build(asked, given["work"], how, until=stage), given["work"])


@roots.command(name="filter", epilog="Example: roots filter --lang yo my_texts.jsonl --output out")
@click.argument("files", nargs=-1)
@click.option("--lang", required=True, help="The language of the texts: yo, yor_Latn, yo-Latn ...")
@click.option("--output", required=True, help="Folder or URL for the tables and for kept/.")
@click.option("--work", help="Instead of FILES: take this work folder's documents of the language.")
@click.option("--profile", type=PROFILES, default="fixed", show_default=True, help="How measures are computed.")
@LANG_PARAMS
@click.option("--format", "form", type=FORMATS, default="jsonl.zst", show_default=True, help="Of the kept documents.")
@_runtime_options
@click.pass_context
def filter_(context: click.Context, /, files: tuple[str, ...], **given: Any) -> None:
    """Judge texts by a language's filters: jsonl, jsonl.gz, jsonl.zst, Parquet, Arrow, txt or WARC FILES.

    Writes documents, measures and ledger, and the kept documents alone in kept/, and prints the funnel.
    """
    from roots import filtering, summary

    if bool(files) == bool(given["work"]):
        raise click.UsageError("give FILES, or --work DIR instead of them")
    how = _how(context, given.pop("runner"), given.pop("workers"))
    request = filtering.Request(files=files, **given)
    summary.filtered(filtering.run_filter(request, how), request.output)


@roots.command(epilog="Example: roots redact letters.jsonl --output redacted")
@click.argument("files", nargs=-1, required=True)
@click.option("--output", required=True, help="Folder or URL for the tables and for kept/.")
@click.option("--profile", type=PROFILES, default="fixed", show_default=True, help="Which rules.")
@click.option(
    "--format", "form", type=FORMATS, default="jsonl.zst", show_default=True, help="Of the redacted documents."
)
@_runtime_options
@click.pass_context
def redact(context: click.Context, /, files: tuple[str, ...], **given: Any) -> None:
    """Replace e-mail addresses, IP addresses, keys and user names in FILES by placeholders such as PI:EMAIL."""
    from roots import filtering, summary

    how = _how(context, given.pop("runner"), given.pop("workers"))
    request = filtering.Request(files=files, **given)
    summary.redacted(filtering.run_redact(request, how), request.output)


@roots.command(
    name="pseudo-crawl", epilog="Example: roots pseudo-crawl catalog/demo/data/udhr_pages.warc.gz --output crawl"
)
@click.argument("files", nargs=-1, required=True)
@click.option("--output", required=True, help="Folder or URL for the tables and for kept/.")
@click.option("--lang", help="The language of the pages; left out: identified.")
@click.option(
    "--format", "form", type=FORMATS, default="jsonl.zst", show_default=True, help="Of the extracted documents."
)
@_runtime_options
@click.pass_context
def pseudo_crawl(context: click.Context, /, files: tuple[str, ...], **given: Any) -> None:
    """Extract the text of the pages in WARC FILES, with the language of each."""
    from roots import filtering, summary

    how = _how(context, given.pop("runner"), given.pop("workers"))
    request = filtering.Request(files=files, **given)
    summary.extracted(filtering.run_pseudo_crawl(request, how), request.output)


@roots.command(
    name="derive-stopwords",
    epilog="Example: roots derive-stopwords --lang yo --text texts.jsonl --output my_params/stopwords/yo.txt",
)
@click.option("--lang", required=True, help="The language of the text: yo, yor_Latn, yo-Latn ...")
@_files("--text", "Reference text: a file or a folder")
@click.option("--output", type=PATH, help="The list to write; stopwords/LANG.txt by default.")
@click.option("--size", type=click.IntRange(min=1), default=100, show_default=True, help="Words on the list, at most.")
@click.option("--force", is_flag=True, help="Write over a list that is there.")
@LANG_PARAMS
def derive_stopwords(**given: Any) -> None:
    """Find the stop words of a language in reference text: the words that are frequent and evenly spread."""
    from roots import derive_stopwords as deriving

    found = deriving.derive_stopwords(deriving.StopwordsRequest(**given))
    click.echo("\n".join(found.said()))


@roots.command(name="train-lm", epilog="Example: roots train-lm --lang yo --text my_texts.jsonl --text my_folder")
@click.option("--lang", required=True, help="The language of the text: yo, yor_Latn, yo-Latn ...")
@_files("--text", "Well-written text: a file or a folder")
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


@roots.group(invoke_without_command=True, epilog="Example: roots models")
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


@roots.command(
    name="derive-thresholds",
    epilog="Example: roots derive-thresholds --lang yo --reference texts.jsonl --output my_params",
)
@click.option("--lang", required=True, help="The language of the text: yo, yor_Latn, yo-Latn ...")
@_files("--reference", "Clean text: a file or a folder")
@click.option("--join", type=click.IntRange(min=1), default=10, show_default=True, help="Sentences that make a text.")
@click.option("--output", type=PATH, help="Folder of parameters to write the file into.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@LANG_PARAMS
def derive_thresholds(**given: Any) -> None:
    """Propose the limits of a language from clean text, with their cost, as a diff to be reviewed."""
    from roots import derive_thresholds as deriving

    found = deriving.derive_thresholds(deriving.ThresholdsRequest(**given))
    click.echo("\n".join(found.said()))


@roots.command(
    name="train-langid",
    epilog="Example: roots train-langid --text mine.jsonl.gz --test held_out.jsonl.gz --output mine.ftz",
)
@_files("--text", "Text to train on: jsonl or jsonl.gz with lang and text")
@click.option("--test", type=PATH, multiple=True, help="Text to test on, of the same form.")
@click.option("--output", type=PATH, required=True, help="The model to write (.ftz).")
@click.option(
    "--sentences", type=click.IntRange(min=1), default=5, show_default=True, help="Test records that make a document."
)
@_of_the_model("--dimensions", click.IntRange(2, MOST), "Columns of the matrix.")
@_of_the_model("--shortest", click.IntRange(1, 6), "Characters of an n-gram.")
@_of_the_model("--longest", click.IntRange(1, 6), "Characters of an n-gram.")
@_of_the_model("--buckets", click.IntRange(1, MOST), "Rows for n-grams.")
@_of_the_model("--epochs", click.IntRange(1, MOST), "Passes over the text.")
@_of_the_model("--learning-rate", click.FloatRange(0, min_open=True), "At first.")
@_of_the_model("--loss", click.Choice(["softmax", "hs"]), "Of fastText.")
@_of_the_model("--characters", click.IntRange(min=1), "Training text of each language of the corpus.")
@_of_the_model("--other-characters", click.IntRange(min=1), "Training text of each other language.")
@_of_the_model("--repeats", click.IntRange(min=1), "How often a text comes, at most.")
@_of_the_model("--seed", click.IntRange(0, MOST), "Of the random order and cuts.")
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


@roots.command(epilog="Example: roots sources catalog/demo")
@click.argument("folder", type=PATH, default=Path("catalog/demo"))
def sources(folder: Path) -> None:
    """List the sources of a catalogue FOLDER: what they are, whose, under which licence."""
    from roots import look

    look.sources(folder)


@roots.command(epilog="Example: roots languages")
@LANG_PARAMS
def languages(lang_params: Path | None) -> None:
    """List the 46 languages: codes, identifier, word lists, whose thresholds, which filters are not applied."""
    from roots import look

    look.languages(lang_params)


@roots.command(epilog="Example: roots check catalog/demo --lang-params my_params")
@click.argument("folders", type=PATH, nargs=-1)
@LANG_PARAMS
@click.option("--strict", is_flag=True, help="Warnings about parameters are errors.")
def check(folders: tuple[Path, ...], lang_params: Path | None, strict: bool) -> None:  # noqa: FBT001 (click's order)
    """Check catalogue FOLDERS, the recipes in them, and the language parameters, without running anything.

    Warns of limits that drop nothing or everything, and of entries of word lists that can never match.
    """
    from roots import look

    demo = [path for path in (Path("catalog/demo"), Path("catalog/demo.toml")) if path.exists()]
    raise click.exceptions.Exit(look.check(folders or demo, lang_params, strict=strict))


@roots.command(epilog="Example: roots stats work/demo")
@click.argument("work")
@click.option(
    "--by", type=click.Choice(["lang", "source"]), default="lang", show_default=True, help="Rows of the table."
)
def stats(work: str, by: Literal["lang", "source"]) -> None:
    """Print the funnel of a work folder: documents in, dropped by each cause, kept."""
    from roots import look

    look.stats(work, by)
