"""The commands. Each parses its arguments, calls one function of a module of its own name, and prints.

Heavy imports stand inside the functions, so that help answers at once.
"""

import click

from roots.commands import corpus, crawl, deciding, governance, languages, looking, sources, texts, tokens


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
    if context.obj and not _runs(context.invoked_subcommand or ""):
        raise click.UsageError(f"roots {context.invoked_subcommand} does not run Beam: no options after --")


def _runs(name: str) -> bool:
    """Whether a command runs over many shards, and so may be given options for Beam."""
    return name in roots.commands and any(option.name == "workers" for option in roots.commands[name].params)


for command in (
    corpus.build,
    corpus.curate,
    corpus.dedup,
    corpus.judge,
    corpus.mix,
    corpus.train_tokenizer,
    corpus.fertility,
    tokens.tokenize,
    tokens.shards,
    texts.filter_,
    crawl.extract,
    crawl.index,
    crawl.pseudo_crawl,
    texts.redact,
    sources.sources,
    governance.remove,
    governance.verify,
    deciding.audit,
    deciding.measure,
    deciding.compare,
    deciding.inspect_,
    deciding.what_if,
    deciding.why,
    languages.derive_stopwords,
    languages.derive_thresholds,
    languages.languages,
    languages.models,
    languages.train_langid,
    languages.train_lm,
    looking.check,
    looking.cleaning,
    looking.duplicates,
    looking.map_,
    looking.overlap,
    looking.pii_audit,
    looking.stats,
):
    roots.add_command(command)
