"""The commands by which people decide: why a document is where it is, and what a change of limits changes."""

from pathlib import Path
from typing import Any, Literal

import click

from roots.commands.options import LANG_PARAMS, PATH, PROFILES, WORK, work_folder


@click.command(epilog="Example: roots why b44d1f782d092a4005b96b1579a020e9 --work work/demo")
@click.argument("document", metavar="ID")
@WORK
@click.option("--recipe", type=PATH, help="The recipe whose file of removals says why a document was removed.")
@click.option("--json", "as_json", is_flag=True, help="Print the facts as JSON instead, for programs.")
def why(document: str, work: str | None, recipe: Path | None, as_json: bool) -> None:  # noqa: FBT001 (click's order)
    """Say of one document why it is where it is: its source, every measure beside its limit, what decided, its copies,
    what was redacted, and where it stands in the datasets and token shards.

    ID is the document's id, 32 of 0-9 and a-f; its own id in its source or its address does too. Of its text nothing is
    shown.
    """
    from roots.why import gather as whys

    found = whys.why(work_folder(work), document)
    if recipe is not None:
        from roots.recipe import load

        file = load(recipe).removals_file
        found = found if file is None else whys.with_removal(found, file)
    if as_json:
        import json

        click.echo(json.dumps(found.facts(), ensure_ascii=False, indent=1))
    else:
        click.echo(str(found))


@click.command(epilog="Example: roots measure --lang yo letter.txt")
@click.argument("file", default="-")
@click.option("--lang", required=True, help="The language of the text: yo, yor_Latn, yo-Latn ...")
@LANG_PARAMS
@click.option("--profile", type=PROFILES, default="fixed", show_default=True, help="How measures are computed.")
def measure(lang: str, file: str, lang_params: Path | None, profile: Literal["fixed", "roots-2022-03"]) -> None:
    """Print every measure of one text beside its limits: which filters it passes, and what the changes took out of it.

    FILE is a text of at most 10,000 characters in UTF-8; without it, or at "-", the text is read from what comes in.
    Nothing of it is stored.
    """
    from roots import own_text

    own_text.show(lang, file, lang_params, profile)


@click.command(epilog="Example: roots compare work/demo work/demo-2 --lang yo")
@click.argument("run_a")
@click.argument("run_b")
@click.option("--lang", help="Only documents in a language: yo, yor_Latn, yo-Latn ...")
def compare(run_a: str, run_b: str, lang: str | None) -> None:
    """Compare two work folders, document by document: what is kept in the one and not in the other, and what decided.

    Documents are the same by their ids, so the runs may have other limits, cleaning or slices. Limits that differ are
    shown beside. No text is read.
    """
    from lang_params.languages import find
    from roots import compare as comparison

    comparison.show(run_a, run_b, None if lang is None else find(lang))


@click.command("what-if", epilog="Example: roots what-if --lang yo stopwords=0.05 number_words.min=5 --work work/demo")
@click.argument("limits", nargs=-1)
@WORK
@click.option("--lang", help="One language, filter by filter: yo, yor_Latn, yo-Latn ...; by default all.")
@click.option("--source", help="Only the source with this uid.")
@click.option("--lang-params", type=PATH, help="The folder of parameters that the work folder was made with, if any.")
@click.option("--save", type=PATH, help="A folder to write the limits into, for --lang-params; with --who and --why.")
@click.option("--who", default="", help="Who set these limits, for the file that --save writes.")
@click.option("--why", default="", help="Why: what was read, what it drops.")
def what_if(work: str | None, **given: Any) -> None:
    """Say what other limits would keep and drop, over every document, from stored measures: nothing is judged.

    LIMITS are as stopwords=0.05, number_words.min=5, perplexity=none; without any, what the limits in force do. For
    each filter: what it drops alone, only it, and as the first that fails. Without --lang all languages, those that
    lose most first.
    """
    from roots import what_if_tables

    what_if_tables.show(work_folder(work), what_if_tables.Wanted(**given))


@click.command(epilog="Example: roots audit work/demo --lang yo --n 200 --sheet yo.csv --html yo.html")
@click.argument("folder", metavar="[WORK]", required=False)
@WORK
@click.option("--lang", required=True, help="The language: yo, yor_Latn, yo-Latn ...")
@click.option("--sheet", help="A CSV file to write, for a speaker's labels in a spreadsheet.")
@click.option("--html", "page", help="A page to write, for labels in a browser; it downloads them as CSV.")
@click.option("--read", "labelled", help="A sheet with labels to read back, instead of drawing.")
@click.option("--by", default="", help="Who gave the labels, with --read; cards name them.")
@click.option("--n", "number", type=click.IntRange(10, 2000), default=200, show_default=True, help="Documents to draw.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another seed draws others.")
@click.option(
    "--also",
    type=click.Choice(["duplicate", "contaminated"]),
    multiple=True,
    help="Draw from these too, beside what is kept and what filters dropped; may be given twice.",
)
@click.option("--hidden", is_flag=True, help="Draw from sources too whose texts only some may see: the speaker may.")
@click.option("--separator", type=click.Choice([",", ";"]), default=",", show_default=True, help="Between cells.")
@click.option("--lang-params", type=PATH, help="The folder of parameters that the work folder was made with, if any.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON, for programs.")
def audit(folder: str | None, work: str | None, lang: str, lang_params: Path | None, **given: Any) -> None:
    """Draw documents of a language, kept and dropped, for a speaker to label; then say from the labels how right each
    filter is: precision, recall, and what is lost, with intervals.

    Labels are good, bad and unsure, or their first letters. The sheet does not show what became of a document. Without
    --sheet, --html and --read the last results are shown. WORK is a work folder, as --work is.
    """
    from lang_params.languages import find
    from roots.audit import command as audits

    if folder is not None and work is not None:
        raise click.UsageError(f"{folder} and --work {work}: give the one or the other")
    audits.command(work_folder(folder or work), find(lang, lang_params), audits.Asked(lang_params=lang_params, **given))


@click.command("inspect", epilog="Example: roots inspect work/demo --lang yo --output my_params")
@click.argument("folder", metavar="[WORK]", required=False)
@click.option("--lang", help="The language that the page opens with: yo, yor_Latn, yo-Latn ...")
@click.option("--lang-params", type=PATH, help="The folder of parameters that the work folder was made with, if any.")
@click.option("--output", type=PATH, help="A folder into which the page may write changed limits, for --lang-params.")
@click.option("--port", type=click.IntRange(0, 65535), default=8050, show_default=True, help="The port; 0: a free one.")
def inspect_(folder: str | None, **given: Any) -> None:
    """Open a page on which people who read a language move its limits, read what is kept and dropped, and save.

    The page is served to this machine alone until Ctrl-C, and asks nothing of any other. Open the address that is
    printed in a browser. Nothing in the work folder changes. WORK is a work folder, by default as for other commands.
    """
    from roots.page import app

    app.show(work_folder(folder), app.Wanted(**given))
