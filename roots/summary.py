"""What a command prints at its end: what came in, what was dropped and why, what was kept, where it is."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import click
import pyarrow as pa

from lang_params.files import APART
from lang_params.params import MEASURES, LangParams
from pipelines import storage, withhold
from pipelines.contamination import report
from pipelines.counted import several
from pipelines.progress import megabytes
from pipelines.run import Runtime
from roots import copies, funnel, method
from roots.build import Built
from roots.filtering import Treated
from roots.look import console, counted, idle, names
from roots.policy import REMOVED
from roots.recipe import Recipe
from roots.removals import unmet
from roots.tokenizer import padded
from roots.train_tokenizer import GIVEN


def everything(built: Built, work: str) -> None:
    """After a build: the funnel by source and by language, the filters not applied, what is where."""
    _funnel(built)
    languages_of(built, work)
    _not_applied(built)
    _lost(built.curated)
    for line in doubts(_counts(built), names(built.recipe.lang_params)):
        click.echo(f"look at this: {line}", err=True)
    _doubtful_copies(built)
    tokens(built, work)
    for what, folder in (
        ("datasets", "corpus"),
        ("card of the corpus", "README.md"),
        ("cards of sources", "cards"),
        ("map", "map.html"),
    ):
        click.echo(f"{what}: {storage.join(work, folder)}")
    if built.tokenizer is not None:
        tokenizer(built, work)
    click.echo(f"tables: {storage.join(work, '<source>')}/{{documents,measures,signatures,ledger}}")


FEW = 0.2
"""A language of which less than this share is kept is pointed out."""

ENOUGH = 20
"""Documents from which on a share says something."""


def doubts(counts: pa.Table, shown: Mapping[str, str]) -> list[str]:
    """What a person should look at: languages nearly all of which was dropped."""
    found = []
    for line in funnel.lines(counts):
        if line.name is not None and line.name in shown and line.documents >= ENOUGH and line.kept_share < FEW:
            cause = max(line.dropped, key=lambda name: (line.dropped[name], name))
            found.append(
                f"{shown[line.name]} ({line.name}): {line.kept:,} of {several(line.documents, 'document')} are kept; "
                f"{cause} drops {line.dropped[cause]:,}"
            )
    return found


def opening(recipe: Recipe, work: str, how: Runtime) -> None:
    """Before a build: what was asked for, and how copies are found."""
    kept = "all that is kept" if recipe.mix.budget is None else f"at most {megabytes(recipe.mix.budget)}"
    if recipe.mix.budget_tokens is not None:
        kept = f"at most {recipe.mix.budget_tokens:,} tokens"
    where = f"{how.runner}, {how.workers} workers" if how.workers > 1 else how.runner
    click.echo(
        f"{recipe.name}: {several(len(recipe.sources), 'source')}, {several(len(recipe.languages), 'language')}, "
        f"profile {recipe.profile}, "
        f"mix alpha {recipe.mix.alpha} of {kept}, seed {recipe.mix.seed}, {recipe.tokenizer.vocabulary:,} pieces; "
        f"{where}, {megabytes(how.memory)} of memory a worker; work folder {work}",
        err=True,
    )
    click.echo(method.line(recipe.dedup), err=True)
    if recipe.lang_params is not None:
        place = "" if recipe.lang_params == recipe.own_lang_params else ", in place of what the recipe names"
        click.echo(f"parameters: {recipe.lang_params} over the packaged ones{place}", err=True)


def curated(built: Built, work: str) -> None:
    """After curation: documents and bytes, what could not be read, where the tables are."""
    _lost(built.curated)
    documents, size = (sum(manifest[what] for manifest in built.curated) for what in ("documents", "bytes"))
    click.echo(
        f"{several(documents, 'document')}, {megabytes(size)} of text, of {several(len(built.entries), 'source')}"
    )
    click.echo(f"tables: {storage.join(work, '<source>')}/{{documents,measures,signatures}}")


def duplicates(built: Built, work: str) -> None:
    """After deduplication: the funnel, copies by language and method, what was not compared, where to look."""
    _funnel(built)
    whole = funnel.total(_counts(built))
    if built.recipe.dedup.scope != "none":
        shown = names(built.recipe.lang_params)
        console().print(copies.render(_copies(built), built.recipe.dedup.signing.methods, shown))
    benchmarks = report(work, built.shards, built.inputs.contamination)
    for line in [*copies.said(copies.counted(built.inputs.clusters)), *copies.said_of_benchmarks(benchmarks)]:
        click.echo(line)
    click.echo(f"{whole.dropped.get('duplicate', 0):,} of {whole.documents:,} documents repeat another that is kept")
    _doubtful_copies(built)
    if "corpus" in storage.names(work):
        click.echo("corpus/, cards/ and tokens/ are those of the last mix: roots build brings them up to date")


def languages_of(built: Built, work: str) -> None:
    """After the mix: how much is in the corpus; its table was printed before it was written."""
    if built.mixed is None or not built.mixed.sizes:
        click.echo("nothing was kept, so there is nothing to mix")
        return
    documents = sum(manifest["documents"] for found in built.mixed.manifests.values() for manifest in found)
    held = sum(size for name, size in built.mixed.gets.items() if "/" in name)
    out = f", of which {megabytes(held)} are held out for validation" if held else ""
    count = sum(share.gets > 0 for share in built.mixed.shares)
    click.echo(
        f"mixed {several(documents, 'document')}, {megabytes(sum(built.mixed.gets.values()))} of text{out}, "
        f"{several(count, 'language')}"
    )


def tokenizer(built: Built, work: str) -> None:
    """After training: how many pieces the tokenizer has, how an embedding of them is padded, and where it is."""
    trained, asked = built.tokenizer, built.recipe.tokenizer
    if trained is None:
        click.echo("nothing was kept, so there is nothing to train a tokenizer on")
        return
    fewer = trained.kind != GIVEN and trained.vocabulary < asked.vocabulary
    short = f"; {asked.vocabulary:,} were asked for, but the sample makes no more" if fewer else ""
    click.echo(f"{trained.kind} tokenizer of {trained.vocabulary:,} pieces, {asked.reserved:,} reserved{short}")
    rows = ", ".join(f"{padded(trained.vocabulary, devices=count):,} on {count}" for count in (1, 4))
    click.echo(f"--pad-vocab-size-to, by tensor-parallel devices: {rows}")
    click.echo(f"tokenizer: {trained.path}, sha256 {trained.sha256}")


def tokens(built: Built, work: str) -> None:
    """After tokenizing: tokens in all, and where."""
    if built.tokens is None:
        return
    total = sum(manifest["tokens"] for manifest in built.tokens.values())
    documents = sum(manifest["documents"] for manifest in built.tokens.values())
    languages = len({name.partition("/")[0] for name in built.tokens})
    what = f"{several(total, 'token')} of {several(documents, 'document')} in {several(languages, 'language')}"
    click.echo(f"{what}: {storage.join(work, 'tokens')}")


def filtered(treated: Treated, output: str) -> None:
    """After filtering: the funnel, what could not be read, the filters not applied, where the kept documents are."""
    manifests = [shard.manifest for shard in treated.judged]
    shown = names() | {code: params.language.name for code, params in treated.config.languages.items()}
    console().print(funnel.render(counted(manifests), "lang", shown, idle=idle(manifests)))
    if treated.lang is not None:
        for name, reason in not_applied(treated.config.of(treated.lang)).items():
            click.echo(f"not applied: {name}: {reason}")
    _kept(treated, output)


def not_applied(params: LangParams) -> dict[str, str]:
    """The filters that drop nothing in a language, with the reason; modifiers are not among them."""
    return {name: reason for name, reason in params.not_applied().items() if name in MEASURES}


def redacted(treated: Treated, output: str) -> None:
    """After redaction: how many documents, and where."""
    _kept(treated, output)


def extracted(treated: Treated, output: str) -> None:
    """After extraction: what every record of the archives came to, and where the texts are."""
    for line in accounted(treated.curated):
        click.echo(line)
    _kept(treated, output)


def accounted(curated: Sequence[Mapping[str, Any]]) -> list[str]:
    """Records read as a sum of documents, lost records by reason, and records of other types, which are no rows."""
    lost, passed = Counter[str](), Counter[str]()
    for manifest in curated:
        lost.update(manifest["lost"])
        passed.update(manifest["passed"])
    rows = sum(manifest["documents"] for manifest in curated)
    parts = [("documents", rows - lost.total()), *sorted(lost.items())]
    others = [(f"other records, {kind}", count) for kind, count in sorted(passed.items())]
    return [f"records read: {rows + passed.total():,}", *(f"  {count:,} {what}" for what, count in [*parts, *others])]


def _kept(treated: Treated, output: str) -> None:
    _lost(treated.curated)
    came = sum(manifest["documents"] for manifest in treated.curated)
    kept = sum(manifest["documents"] for manifest in treated.kept)
    click.echo(f"{kept:,} of {several(came, 'document')}: {storage.join(output, 'kept')}")
    if not came:
        click.echo("warning: the input holds no documents", err=True)


def _lost(curated: Sequence[Mapping[str, Any]]) -> None:
    """Records that could not be read or treated, by file and reason; what cleaning dropped is in the funnel."""
    for manifest in curated:
        for reason, count in manifest["lost"].items():
            if reason.startswith("error:"):
                click.echo(f"{manifest['input']}: {count:,} x {reason}")


def _copies(built: Built) -> list[copies.Line]:
    return copies.lines(built.curated, [shard.manifest for shard in built.judged])


def _doubtful_copies(built: Built) -> None:
    if built.recipe.dedup.scope != "none":
        counts = copies.counted(built.inputs.clusters)
        for line in copies.doubts(_copies(built), counts, names(built.recipe.lang_params)):
            click.echo(f"look at this: {line}", err=True)


def _counts(built: Built) -> Any:
    return counted([shard.manifest for shard in built.judged])


def _funnel(built: Built) -> None:
    whole = _counts(built)
    console().print(funnel.render(whole, "source"))
    idle_ = idle([shard.manifest for shard in built.judged])
    console().print(funnel.render(whole, "lang", names(built.recipe.lang_params), idle=idle_))
    line = funnel.total(whole)
    click.echo(f"kept {line.kept:,} of {several(line.documents, 'document')}, {megabytes(line.kept_bytes)} of text")
    if built.left_out:
        click.echo(f"left out: {several(len(built.left_out), 'source')}; the card of the corpus says on what ground")
    _removals(built, line.dropped.get(REMOVED, 0))


def _removals(built: Built, gone: int) -> None:
    """How many documents were taken out because people asked for it, and the removals that nothing answers to."""
    removals, file = built.recipe.removals, built.recipe.removals_file
    if not removals or file is None:
        return
    asked = sum(len(values) for values in removals.values())
    click.echo(f"removals: {asked:,} asked for, {several(gone, 'document')} removed")
    named = {each.uid for each in built.left_out if each.ground == REMOVED}
    nothing = [("source", uid) for uid in removals.get("source", ()) if uid not in named]
    for line in unmet(file, [*nothing, *withhold.unmet(built.curated, removals)]):
        click.echo(f"look at this: no document and no source answers to this removal: {line}", err=True)


def _not_applied(built: Built) -> None:
    """Which filters are not applied, and in which languages of the corpus."""
    found: dict[str, list[str]] = {}
    codes = [code for code in (built.mixed.sizes if built.mixed else ()) if code not in APART]
    for code in codes:
        for name in not_applied(built.config.of(code)):
            found.setdefault(name, []).append(code)
    for name, langs in found.items():
        where = f"all {len(langs)} languages" if len(langs) == len(codes) > 1 else ", ".join(langs)
        click.echo(f"not applied: {name}: {where}")
    if found:
        click.echo("why: roots languages, and the cards")
