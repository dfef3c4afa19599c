"""The commands that make token shards and work on those that are there."""

from pathlib import Path
from typing import Any

import click

from roots.commands.corpus import up_to
from roots.commands.options import PATH, how_to_run, runtime_options, size

LAYOUTS = click.Choice(["megatron", "datatrove", "numpy"])


@click.command(
    epilog="Example: roots tokenize catalog/demo.toml --work work/demo --workers 2, "
    "or roots tokenize *.jsonl.zst --tokenizer tokenizer.json --output tokens"
)
@click.argument("files", nargs=-1, required=True)
@click.option("--work", help="Of a recipe: its work folder or URL; what is finished there is not redone.")
@click.option("--lang-params", type=PATH, help="Of a recipe: a folder that takes the place of its lang_params.")
@click.option("--tokenizer", help="Of other files: a tokenizer.json or a SentencePiece .model.")
@click.option("--output", help="Of other files: folder or URL for the shard.")
@click.option("--end", help="The token that ends a document, where the tokenizer does not say it: '<|endoftext|>'")
@click.option(
    "--layout",
    "layouts",
    type=LAYOUTS,
    multiple=True,
    help="What is written beside Megatron's .bin and .idx; may be given several times.",
)
@click.option("--text-key", default="text", show_default=True, help="The field of a record that is its text.")
@runtime_options
@click.pass_context
def tokenize(context: click.Context, /, files: tuple[str, ...], work: str | None, **given: Any) -> None:
    """Write token shards (.bin, .idx) of RECIPE.toml, or of FILES of your own with a tokenizer that is there.

    Of a recipe the stages before it are run where needed; its tables [tokenizer] and [tokens] say the rest. FILES are
    jsonl, jsonl.gz, jsonl.zst, Parquet, Arrow or txt, and make one shard, files_text_document, in the order of their
    names.
    """
    if given["tokenizer"] is None and len(files) == 1 and files[0].endswith(".toml"):
        named = [f"--{key}" for key in ("output", "end") if given[key] is not None]
        named += ["--layout"] * bool(given["layouts"])
        if named:
            raise click.UsageError(f"{named[0]} is for files; of a recipe its tables [tokenizer] and [tokens] say it")
        if work is None:
            raise click.UsageError("a recipe needs --work DIR")
        up_to("tokens", "tokens", context, {"recipe": Path(files[0]), "work": work, **given})
        return
    if work is not None or given["lang_params"] is not None or given["tokenizer"] is None or given["output"] is None:
        raise click.UsageError("give RECIPE.toml and --work DIR, or FILES, --tokenizer FILE and --output DIR")
    from roots import summary_tokens
    from roots.recipe_tokens import of_table
    from roots.tokenize_files import Request, tokenize_files

    how = how_to_run(context, given["runner"], given["workers"])
    asked = of_table({"layouts": given["layouts"], "end": given["end"]})
    request = Request(files, given["tokenizer"], given["output"], given["text_key"], asked)
    click.echo("\n".join(summary_tokens.of_files(tokenize_files(request, how), request.output)))


@click.group(epilog="Example: roots shards drop -h")
def shards() -> None:
    """Join token shards, split one, or take documents out; nothing is encoded again.

    A shard is named by its prefix: tokens/yo_text_document is .bin, .idx and what lies beside them.
    """


@shards.command(
    epilog="Example: roots shards merge tokens/yo_text_document tokens/ig_text_document --output both_text_document"
)
@click.argument("prefixes", nargs=-1, required=True, metavar="PREFIX...")
@click.option("--output", required=True, help="The prefix of the new shard.")
def merge(prefixes: tuple[str, ...], output: str) -> None:
    """Join shards into one, in the order given; the shards stay. They must be of one tokenizer."""
    from roots import reshard, summary_tokens

    click.echo("\n".join(summary_tokens.of_shards([reshard.merge(prefixes, output)])))


@shards.command(epilog="Example: roots shards split tokens/yo_text_document --tokens 1000000000")
@click.argument("prefix")
@click.option("--tokens", type=click.IntRange(1), help="Tokens of a shard, at most.")
@click.option("--size", callback=size, help="Or bytes of its .bin, at most: 500kB, 64MB, 1GB.")
@click.option("--output", help="The prefix that the new ones begin with; by default that of the shard.")
def split(prefix: str, tokens: int | None, size: int | None, output: str | None) -> None:
    """Split a shard at the ends of documents: yo-00000-of-00003_text_document and so on; the shard stays."""
    from roots import reshard, summary_tokens

    if (tokens is None) == (size is None):
        raise click.UsageError("give --tokens N or --size SIZE")
    made = reshard.split(prefix, output or prefix, tokens=tokens, size=size)
    click.echo("\n".join(summary_tokens.of_shards(made)))


@shards.command(epilog="Example: roots shards drop tokens/*.bin --ids removals.jsonl")
@click.argument("prefixes", nargs=-1, required=True, metavar="PREFIX...")
@click.option("--ids", required=True, help="A file of ids, one a line, or a recipe's file of removals.")
def drop(prefixes: tuple[str, ...], ids: str) -> None:
    """Take documents out of shards, for those who have only these; a shard that holds none of them is not touched.

    Who has the work folder uses roots remove and roots build: there nothing of a document is left.
    """
    from roots import reshard, summary_tokens

    named = tuple(prefix.removesuffix(".bin").removesuffix(".idx") for prefix in prefixes)
    click.echo("\n".join(summary_tokens.of_dropped(reshard.drop(named, reshard.read_ids(ids)))))
