"""The commands on a person's own files."""

from typing import Any

import click

from roots.commands.options import FORMATS, LANG_PARAMS, PROFILES, how_to_run, runtime_options


@click.command(name="filter", epilog="Example: roots filter --lang yo my_texts.jsonl --output out")
@click.argument("files", nargs=-1)
@click.option("--lang", required=True, help="The language of the texts: yo, yor_Latn, yo-Latn ...")
@click.option("--output", required=True, help="Folder or URL for the tables and for kept/.")
@click.option("--work", help="Instead of FILES: take this work folder's documents of the language.")
@click.option("--profile", type=PROFILES, default="fixed", show_default=True, help="How measures are computed.")
@LANG_PARAMS
@click.option("--format", "form", type=FORMATS, default="jsonl.zst", show_default=True, help="Of the kept documents.")
@runtime_options
@click.pass_context
def filter_(context: click.Context, /, files: tuple[str, ...], **given: Any) -> None:
    """Judge texts by a language's filters: jsonl, jsonl.gz, jsonl.zst, Parquet, Arrow, txt or WARC FILES.

    Writes documents, measures and ledger, and the kept documents alone in kept/, and prints the funnel.
    """
    from roots import filtering, summary

    if bool(files) == bool(given["work"]):
        raise click.UsageError("give FILES, or --work DIR instead of them")
    how = how_to_run(context, given.pop("runner"), given.pop("workers"))
    request = filtering.Request(files=files, **given)
    summary.filtered(filtering.run_filter(request, how), request.output)


@click.command(epilog="Example: roots redact --lang sw letters.jsonl --output redacted")
@click.argument("files", nargs=-1, required=True)
@click.option("--lang", help="The language of the texts: by it telephone numbers of countries are known.")
@click.option("--output", required=True, help="Folder or URL for the tables and for kept/.")
@click.option("--profile", type=PROFILES, default="fixed", show_default=True, help="Which rules.")
@LANG_PARAMS
@click.option(
    "--format", "form", type=FORMATS, default="jsonl.zst", show_default=True, help="Of the redacted documents."
)
@runtime_options
@click.pass_context
def redact(context: click.Context, /, files: tuple[str, ...], **given: Any) -> None:
    """Replace personal data in FILES by placeholders such as PI:EMAIL and PI:PHONE.

    Which kinds, and what becomes of them, says the language's file under [pii]. Without --lang telephone numbers are
    found only where they begin with a plus sign or 00.
    """
    from roots import filtering, summary

    how = how_to_run(context, given.pop("runner"), given.pop("workers"))
    request = filtering.Request(files=files, **given)
    summary.redacted(filtering.run_redact(request, how), request.output)
