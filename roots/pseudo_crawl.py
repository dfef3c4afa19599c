"""A pseudo-crawl from seeds to judged documents: the index is searched, what it names fetched, and the rest is a build.

DIR/seeds.csv            the seeds as they are searched for
DIR/index.parquet        their captures, a table to read and edit; a second run takes it as it is
DIR/robots.parquet       the captures of robots.txt of their hosts
DIR/warc/<uid>/          what was fetched of each seed: WARC files, and the rules of its hosts (robots.json)
DIR/failed.csv           what could not be fetched, and why; the next run asks for it again
DIR/sources/, recipe.toml   an entry for each seed and a recipe of them all, to be filled in: never written over
DIR/work/                the work folder of that recipe, built as far as the verdicts
DIR/kept/                the documents that are in; its manifests are in DIR/exported/
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from catalog.crawl import crawl, entries, index, index_files
from catalog.crawl.captures import CrawlIndexError, selected
from catalog.crawl.crawl import ROBOTS, Fetched, Job
from catalog.crawl.fetch import BASE, CrawlError, Manner
from catalog.crawl.robots import FILE
from catalog.crawl.seeds import Seed, SeedError, Seeds, load
from catalog.streams import is_local
from lang_params.languages import codes, find
from lang_params.params import ParamsError
from pipelines import storage
from pipelines.progress import console, megabytes
from pipelines.run import Runtime
from roots import recipe
from roots.build import Built, build
from roots.crawl_progress import CrawlProgress
from roots.export import export_kept
from roots.folders import FolderError, locked

SMALLEST = 2_000_000
"""Bytes that pass the filters below which a site is left out of a corpus: ROOTS, for domains of its pseudo-crawl."""

RECIPE = """\
# Made by roots pseudo-crawl, and never written over.
name = "pseudo-crawl"
sources = ["sources/*.toml"]
profile = "{profile}"

[policy]
smallest_source = {smallest}      # bytes that pass the filters; ROOTS left out domains below 2 MB

[dedup]
scope = "{scope}"
"""


@dataclass(frozen=True)
class Request:
    """What was asked for: seeds, where the index is, which of its crawls, where archives lie, how to ask for them."""

    seeds: Path
    output: str
    places: Sequence[str] = ()
    crawls: Sequence[str] = ()
    base: str = BASE
    manner: Manner = field(default_factory=Manner)
    robots: bool = True
    force: bool = False
    profile: str = "fixed"
    smallest: int = SMALLEST
    extractor: str = "trafilatura"
    form: str = "jsonl.zst"


@dataclass(frozen=True)
class Crawled:
    """What came of a pseudo-crawl: the seeds, what was fetched of each, the build if anything was, what was kept."""

    seeds: Seeds
    fetched: Mapping[str, Fetched]
    built: Built | None
    kept: Mapping[str, int]


def pseudo_crawl(request: Request, how: Runtime) -> Crawled:
    """Do all of it, or what is left to do. Raises SeedError, CrawlIndexError, CrawlError and what a build raises."""
    folder = _folder(request.output)
    seeds = load(request.seeds, request.profile)
    languages = {seed.uid: _languages(request.seeds, seed) for seed in seeds.seeds}
    if seeds.dropped:
        _say(f"seeds: {len(seeds.dropped):,} dropped, for they have the SURT key of an earlier one")
    with locked(request.output, "crawl"):
        _write_seeds(folder / "seeds.csv", seeds.seeds)
        _search(request, folder, seeds.seeds)
        fetched = _fetch(request, folder, seeds.seeds)
        for seed in seeds.seeds:
            if seed.uid in fetched and fetched[seed.uid].fetched:
                files = f"../warc/{seed.uid}/*.warc.gz"
                entries.write(
                    folder / "sources" / f"{seed.uid}.toml", seed, languages[seed.uid], files, request.extractor
                )
        _write_recipe(request, folder)
        _point_out(folder, {seed.uid for seed in seeds.seeds})
        failed = sum(seed.failed for seed in fetched.values())
        if failed and not any(seed.fetched for seed in fetched.values()):
            raise CrawlError(
                f"none of {failed:,} captures could be fetched: {folder / 'failed.csv'} says why; "
                "the same command asks again"
            )
        if not any((folder / "sources").glob("*.toml")):
            return Crawled(seeds, fetched, None, {})
        work = str(folder / "work")
        built = build(recipe.load(folder / "recipe.toml"), work, how, until="judge")
        kept = export_kept(work, str(folder), (built.shards, built.judged), form=request.form, how=how)
    return Crawled(seeds, fetched, built, kept)


def _folder(output: str) -> Path:
    fs, inner = storage.filesystem(output)
    if not is_local(fs):
        raise FolderError(f"{output}: a pseudo-crawl needs a folder on this machine; its result can be copied")
    return Path(inner)


def _languages(file: Path, seed: Seed) -> list[str]:
    """The languages a seed is said to be in; those of the corpus when it is not said, and each page's is identified."""
    try:
        return sorted({find(code) for code in seed.lang.replace(";", " ").split()}) or sorted(codes())
    except ParamsError as error:
        raise SeedError(f"{file}: line {seed.line}: lang: {error}") from None


def _write_seeds(path: Path, seeds: Sequence[Seed]) -> None:
    """The seeds as they are searched for, with the columns of ROOTS's."""
    columns = ("id", "title", "link", "lang")
    found = ("url_path_prefix", "url_host_name", "url_host_registered_domain", "url_surtkey")
    lines = io.StringIO()
    table = csv.writer(lines, lineterminator="\n")
    table.writerow([*columns, *found, "uid", *seeds[0].others])
    for seed in seeds:
        own = [str(getattr(seed, name)) for name in (*columns, *found, "uid")]
        table.writerow([crawl.harmless(cell) for cell in [*own, *seed.others.values()]])
    storage.write_bytes(str(path), lines.getvalue().encode())


def _search(request: Request, folder: Path, seeds: Sequence[Seed]) -> None:
    """Write DIR/index.parquet, unless it is there: made for the same seeds and index, or edited by people."""
    path, mark = folder / "index.parquet", str(folder / "index.json")
    known = storage.read_json(mark)
    edited = path.exists() and (known is None or known.get("sha256") != _sha256(path))
    key = _index_key(request, seeds)
    if path.exists() and not request.force and (not request.places or (known or {}).get("key") == key):
        _say(f"{path}: taken as it is{', as it was edited' if edited else ''}; --force makes it anew")
        return
    if not request.places:
        raise CrawlIndexError(f"{path}: is not there yet: name an index with --index, as roots index makes one")
    if edited and not request.force:
        raise CrawlIndexError(
            f"{path}: was edited, and is of other seeds, another --index or other --crawl than these: --force makes it "
            "anew without the edits; without --index it is taken as it is"
        )
    files = index_files.files(request.places, request.crawls, request.base)
    path.unlink(missing_ok=True)
    found = index.search(seeds, files, request.crawls, folder, _counting("search", len(files), "files of the index"))
    storage.write_json(mark, {"key": key, "sha256": _sha256(path)})
    _say(f"search: {found.pages:,} captures of {len(seeds):,} seeds: {path}")


def _index_key(request: Request, seeds: Sequence[Seed]) -> str:
    """What decides the captures that are searched for; of an index in the net its address only."""
    asked = [[seed.id, seed.url_surtkey, seed.url_host_registered_domain] for seed in seeds]
    sizes = []
    for place in request.places:
        if "://" not in place:
            files = index_files.files([place], (), request.base)
            sizes.append([[file.path.rsplit("/", 1)[-1], file.size] for file in files])
    return storage.fingerprint([asked, list(request.places), sizes, sorted(request.crawls)])


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _fetch(request: Request, folder: Path, seeds: Sequence[Seed]) -> dict[str, Fetched]:
    """Fetch what is missing: pages, and the robots.txt of their hosts; what was fetched of each seed."""
    pages = Job(folder / "index.parquet", {seed.id: seed.uid for seed in seeds}, folder / "warc", folder / "fetch")
    rules = Job(folder / "robots.parquet", {"": ROBOTS}, folder / "fetch", folder / "fetch")
    plan = crawl.plan(pages)
    with_rules = request.robots and rules.index.exists()
    more = crawl.plan(rules).captures if with_rules else {}
    with CrawlProgress(sum(plan.captures.values()) + sum(more.values())) as progress:
        if with_rules:
            crawl.fetch(rules, request.base, request.manner, progress.told)
        crawl.fetch(pages, request.base, request.manner, progress.told)
    found = crawl.counted(pages, folder / "failed.csv")
    if with_rules:
        texts = crawl.robots_of(rules, {capture.key: capture.host for _, capture in selected(rules.index)})
        for uid, hosts in plan.hosts.items():
            crawl.write_robots(folder / "warc" / uid / FILE, {host: texts[host] for host in hosts if host in texts})
    failed = sum(seed.failed for seed in found.values())
    if failed:
        _say(f"fetch: {failed:,} captures failed: {folder / 'failed.csv'}; the same command asks for them again")
    _say(f"fetch: {megabytes(sum(seed.bytes for seed in found.values()))} in {folder / 'warc'}")
    return found


def _write_recipe(request: Request, folder: Path) -> None:
    path = folder / "recipe.toml"
    scope = "all" if request.profile == "fixed" else "none"  # ROOTS looked for near duplicates in OSCAR only
    text = RECIPE.format(profile=request.profile, smallest=request.smallest, scope=scope)
    if not path.exists():
        storage.write_bytes(str(path), text.encode())
    elif path.read_text(encoding="utf-8", errors="replace") != text:
        _say(f"{path}: is kept as it is; --profile and --smallest count when it is first written")


def _point_out(folder: Path, uids: set[str]) -> None:
    """Say which entries are of no seed any more: they are people's to remove."""
    for path in sorted((folder / "sources").glob("*.toml")):
        if path.stem not in uids:
            _say(f"{path}: is of no seed of the file any more; remove it and warc/{path.stem} if it is to be left out")


def _counting(label: str, total: int, what: str) -> Callable[[int], None]:
    """Says how far a count is, at most ten times."""

    def told(number: int) -> None:
        if number == total or number % max(1, total // 10) == 0:
            _say(f"{label}: {number:,} of {total:,} {what}")

    return told


def _say(line: str) -> None:
    console.print(line, highlight=False, markup=False, soft_wrap=True)


def rows(crawled: Crawled) -> list[tuple[str, tuple[int, ...]]]:
    """For the table: each seed's uid with captures, fetched, failed, pages, kept."""
    pages: dict[str, int] = {}
    for manifest in crawled.built.curated if crawled.built else ():
        pages[manifest["source"]] = pages.get(manifest["source"], 0) + manifest["documents"]
    found: list[tuple[str, tuple[int, ...]]] = []
    for seed in crawled.seeds.seeds:
        got = crawled.fetched.get(seed.uid, Fetched(0, 0, 0))
        numbers = (
            got.fetched + got.failed,
            got.fetched,
            got.failed,
            pages.get(seed.uid, 0),
            crawled.kept.get(seed.uid, 0),
        )
        found.append((f"{seed.title} ({seed.id})", numbers))
    return found
