"""The commands. Each parses its arguments, calls one function of a module of its own name, and prints.

Heavy imports stand inside the functions, so that help answers at once.
"""

from collections.abc import Mapping

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


class Sections(click.Group):
    """A group whose help shows its commands under headings, in the order of `SECTIONS`."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write a list of commands for each heading; the parameters are named as click names them."""
        for heading, section in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(str(command.name), line) for command, line in section.items()])


@click.group(
    cls=Sections,
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


SECTIONS: Mapping[str, Mapping[click.Command, str]] = {
    "Build a corpus, whole or as far as a stage": {
        corpus.build: "all of it, from sources to token shards and cards",
        corpus.curate: "read, clean, identify, measure, redact, sign",
        corpus.dedup: "find copies, write the verdicts",
        corpus.mix: "datasets of each language, and data cards",
        corpus.train_tokenizer: "the tokenizer",
        tokens.tokenize: "token shards; also of files of yours",
        corpus.judge: "new verdicts after a limit changed",
    },
    "Look, and decide": {
        deciding.inspect_: "open a page to see limits, and to move them",
        deciding.what_if: "what other limits would keep and drop",
        deciding.why: "why a document is where it is",
        deciding.compare: "two runs, document by document",
        deciding.audit: "have a speaker label texts: precision and recall",
        deciding.measure: "every measure of a text of yours",
        looking.stats: "what was dropped by what",
        looking.cleaning: "what cleaning did",
        looking.duplicates: "copies beside what was kept in their place",
        looking.overlap: "what sources have in common",
        looking.pii_audit: "what was redacted, in its context",
        looking.map_: "the map of a corpus, for print",
    },
    "Files of your own": {
        texts.filter_: "judge texts by the filters of a language",
        texts.redact: "replace personal data",
        crawl.extract: "take the text out of web archives",
    },
    "Sources": {
        sources.sources: "list, show, write, import and export them",
        looking.check: "check sources, recipes and parameters",
        crawl.index: "make an index of web archives",
        crawl.pseudo_crawl: "fetch the pages of chosen sites, and judge them",
        governance.remove: "record what is to be taken out",
        governance.verify: "compare all files with what was written",
    },
    "Languages": {
        languages.languages: "list languages, and what is known of each",
        languages.derive_stopwords: "propose stop words from text",
        languages.derive_thresholds: "propose limits from clean text",
        languages.models: "list models, and fetch them",
        languages.train_lm: "train the model that perplexity needs",
        languages.train_langid: "train a model that tells languages apart",
    },
    "Tokens": {
        corpus.fertility: "pieces a word, of each language",
        tokens.shards: "join, split and thin out token shards",
    },
}
"""The commands by what they are for, each with what the first help says of it, on a line of 80 columns."""

for section in SECTIONS.values():
    for command in section:
        roots.add_command(command)
