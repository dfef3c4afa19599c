"""What a command prints at its end: what came in, what was dropped and why, what was kept, where it is."""

from collections.abc import Mapping, Sequence
from typing import Any

import click

from pipelines import storage
from pipelines.progress import megabytes
from roots import funnel, shares
from roots.build import Built
from roots.filtering import Treated
from roots.look import console, counted, names


def everything(built: Built, work: str) -> None:
    """After a build: the funnel by language and by source, the shares, what is where."""
    _funnel(built)
    languages_of(built, work)
    _not_applied(built)
    tokens(built, work)
    for what, folder in (("datasets", "corpus"), ("data cards", "cards"), ("tokenizer", "tokenizer")):
        click.echo(f"{what}: {storage.join(work, folder)}")
    click.echo(f"tables of each source: {storage.join(work, '<source>')}/{{documents,measures,signatures,ledger}}")


def duplicates(built: Built, work: str) -> None:
    """After deduplication: the funnel, and how many documents repeat another."""
    _funnel(built)
    whole = funnel.total(_counts(built))
    click.echo(f"{whole.dropped.get('duplicate', 0):,} of {whole.documents:,} documents repeat another that is kept")


def languages_of(built: Built, work: str) -> None:
    """After the mix: what each language has, gets and gives up."""
    if built.mixed is None or not built.mixed.sizes:
        click.echo("nothing was kept, so there is nothing to mix")
        return
    rows = shares.table(built.mixed.sizes, alpha=built.recipe.mix.alpha, gets=built.mixed.gets)
    console().print(shares.render(rows, names()))


def tokens(built: Built, work: str) -> None:
    """After tokenizing: tokens in all, and where."""
    if built.tokens is None:
        return
    total = sum(manifest["tokens"] for manifest in built.tokens.values())
    documents = sum(manifest["documents"] for manifest in built.tokens.values())
    click.echo(
        f"{total:,} tokens of {documents:,} documents in {len(built.tokens)} languages: {storage.join(work, 'tokens')}"
    )


def filtered(treated: Treated, output: str) -> None:
    """After filtering: the funnel, what could not be read, the filters not applied, where the kept documents are."""
    console().print(funnel.render(counted([shard.manifest for shard in treated.judged]), "lang", names()))
    if treated.lang is not None:
        params = treated.config.of(treated.lang)
        for name, reason in params.not_applied().items():
            click.echo(f"not applied: {name}: {reason}")
    _kept(treated, output)


def redacted(treated: Treated, output: str) -> None:
    """After redaction: how many documents, and where."""
    _kept(treated, output)


def extracted(treated: Treated, output: str) -> None:
    """After extraction: how many pages gave a text, and where."""
    _kept(treated, output)


def _kept(treated: Treated, output: str) -> None:
    _lost(treated.curated)
    came = sum(manifest["documents"] for manifest in treated.curated)
    kept = sum(manifest["documents"] for manifest in treated.kept)
    click.echo(f"{kept:,} of {came:,} documents: {storage.join(output, 'kept')}")
    if not came:
        click.echo("warning: the input holds no documents", err=True)


def _lost(curated: Sequence[Mapping[str, Any]]) -> None:
    for manifest in curated:
        for reason, count in manifest["lost"].items():
            click.echo(f"{manifest['input']}: {count:,} x {reason}")


def _counts(built: Built) -> Any:
    return counted([shard.manifest for shard in built.judged])


def _funnel(built: Built) -> None:
    whole = _counts(built)
    console().print(funnel.render(whole, "source"))
    console().print(funnel.render(whole, "lang", names()))
    line = funnel.total(whole)
    click.echo(f"kept {line.kept:,} of {line.documents:,} documents, {megabytes(line.kept_bytes)} of text")


def _not_applied(built: Built) -> None:
    """Which filters are not applied, by reason, with the languages of the corpus that it concerns."""
    found: dict[tuple[str, str], list[str]] = {}
    for code in built.mixed.gets if built.mixed else ():
        for name, reason in built.config.of(code).not_applied().items():
            found.setdefault((name, reason), []).append(code)
    for (name, reason), langs in found.items():
        click.echo(f"not applied: {name}: {reason}: {', '.join(langs)}")
