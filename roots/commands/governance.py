"""The commands that carry out what people decided of their texts, and prove it."""

from pathlib import Path

import click

from roots.commands.options import PATH


@click.command(
    epilog="Example: roots remove catalog/demo.toml --source udhr_pages --reason 'the custodian asked' --work work/demo"
)
@click.argument("recipe", type=PATH)
@click.option("--source", help="The uid of a source: all of it.")
@click.option("--id", "id_", help="The id of a document, as in the corpus and beside the tokens.")
@click.option("--url", help="An address: every document that has exactly this one.")
@click.option("--content-hash", help="The content_hash of a text as it was read: every copy of it.")
@click.option("--reason", required=True, help="Why, in a few words and without names; kept in the file of removals.")
@click.option("--work", help="Work folder to look it up in; records every name of what is found.")
@click.option("--date", default="", help="The day on which it was asked for, such as 2026-11-20.")
def remove(recipe: Path, reason: str, work: str | None, date: str, **named: str | None) -> None:
    """Record that something is to be taken out of the corpus of RECIPE.toml; the next build carries it through."""
    from roots import removals
    from roots.recipe import load

    given = {key.rstrip("_"): value for key, value in named.items() if value is not None}
    if len(given) != 1:
        raise click.UsageError("give one of --source, --id, --url and --content-hash")
    [(key, value)] = given.items()
    asked = load(recipe)
    request = removals.Request(recipe, key, value, reason, work, date)
    click.echo("\n".join(removals.said(request, removals.remove(request, asked.removals_file))))


@click.command(epilog="Example: roots verify work/demo --removed --recipe catalog/demo.toml")
@click.argument("folder")
@click.option("--removed", is_flag=True, help="Read every table for what the recipe's removals name, too.")
@click.option("--recipe", type=PATH, help="The recipe whose removals are meant.")
def verify(folder: str, removed: bool, recipe: Path | None) -> None:  # noqa: FBT001 (click's order)
    """Compare every file in FOLDER with what was written; with --removed prove that nothing removed is there.

    FOLDER is a work folder or an output folder, whose token shards are checked too; or a folder of token shards, or the
    prefix of one: of these everything is checked that a trainer relies on.
    """
    from roots import verify as verifying

    if removed != (recipe is not None):
        raise click.UsageError("--removed needs --recipe RECIPE.toml, which names the removals, and --recipe --removed")
    from roots import verify_tokens

    if verify_tokens.is_tokens(folder):
        if recipe is not None:
            raise click.UsageError(f"{folder}: holds token shards alone; --removed reads a work folder")
        scanned = verify_tokens.verify_tokens(folder)
        click.echo("\n".join([*scanned.said(), f"faults: {len(scanned.faults):,}"]))
        raise click.exceptions.Exit(1 if scanned.faults else 0)
    scanned, manifests = verifying.verify(folder)
    scanned.faults += verify_tokens.shards_of(folder, manifests, scanned.faults)
    lines, faults = scanned.said(), len(scanned.faults)
    if recipe is not None:
        from roots.recipe import load
        from roots.verify_removed import verify_removed

        found = verify_removed(folder, manifests, load(recipe).removals)
        lines += ["read for what was removed:", *found.said()]
        faults += len(found.faults)
    click.echo("\n".join([*lines, f"faults: {faults:,}"]))
    raise click.exceptions.Exit(1 if faults else 0)
