"""Prints the whole benchmark: `python -m tests.bench [--quick]`.

On one core, CPU time, medians of rounds in each of which everything runs once. MB are 10^6 bytes of UTF-8. Only
figures of one run compare.
"""

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median

from tests.bench import cleaning, dedup, hashes, mix, pages, pii, runs, signatures, stages, substrings, texts, tokens
from tests.bench import inspect as looking
from tests.bench import judge as judging
from tests.bench import large as large_files
from tests.bench.stages import Work
from tests.bench.texts import Sample

PACKAGES = (
    "numpy",
    "numba",
    "pyarrow",
    "apache-beam",
    "fasttext",
    "pycld2",
    "sentencepiece",
    "datasketch",
    "rensa",
    "google-re2",
    "tokenizers",
    "regex",
    "presidio-analyzer",
)
PEERS = Path(__file__).parents[2] / ".bench" / "bin" / "python"

Rates = dict[str, float]
"""MB a second by name."""


def measured(data: Sequence[Sample], work: Mapping[str, Work], rounds: int, title: str = "") -> Rates:
    """Measure pieces of work on texts and print a line for each; a first round, which loads all, does not count."""
    times: list[dict[str, float]] = []
    for _ in range(rounds + 1):
        times.append({})
        for name, piece in work.items():
            start = time.process_time()
            piece()
            times[-1][name] = time.process_time() - start
    cost = {name: max(median(each[name] for each in times[1:]), 1e-9) for name in work}
    size = texts.megabytes(data)
    for name, seconds in cost.items():
        line(f"{title}{name}", size, len(data), seconds)
    return {name: size / seconds for name, seconds in cost.items()}


def line(name: str, size: float, documents: int, seconds: float, more: str = "") -> None:
    """One line of a table."""
    print(f"  {name:46}{size / seconds:9.2f}{documents / seconds:13,.0f}{seconds:9.2f}{size:9.2f}{more}", flush=True)


def ratio(name: str, ours: float, theirs: float, mark: str = "") -> None:
    """How many times the speed of a peer."""
    found = ours / theirs
    print(f"  {name:60}{found:8.{1 if found >= 10 else 2}f} x{mark and f'   (held to {mark})'}", flush=True)


def head(title: str) -> None:
    """The head of a table."""
    print(f"\n{title}\n  {'':46}{'MB/s':>9}{'documents/s':>13}{'CPU s':>9}{'MB':>9}", flush=True)


def machine() -> None:
    """Where this runs, and on what."""
    info = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [entry.split(":", 1)[1].strip() for entry in info if entry.startswith("model name")]
    print(
        f"{names[0] if names else platform.machine()}, one core of {os.cpu_count()}; Python {platform.python_version()}"
    )
    print(", ".join(f"{package} {version(package)}" for package in PACKAGES))


def described(data: Sequence[Sample], what: str) -> None:
    """How much data, of which languages."""
    codes = sorted({params.code for _, params in data})
    print(f"{what}: {len(data):,} documents, {texts.megabytes(data):.2f} MB, {len(codes)} languages: {' '.join(codes)}")


def part(data: Sequence[Sample], size: float) -> list[Sample]:
    """The first texts of so many MB."""
    return list(texts.up_to(size, iter(data)))


def main(arguments: Sequence[str]) -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--peers", type=Path, default=PEERS, help="Python of the environment that holds datatrove")
    parser.add_argument("--quick", action="store_true", help="little data and few rounds, to see that it runs")
    given = parser.parse_args(arguments)
    quick: bool = given.quick
    rounds, small, large = (1, 0.05, 0.3) if quick else (5, 1.0, 300.0)
    machine()
    data = texts.samples(0.4 if quick else 100)
    described(data, "catalog/demo, all catalogue sources")
    print(f"medians of {rounds} rounds, CPU time; a first round does not count")
    spaced = [sample for sample in data if sample.params.words == "whitespace"]
    chinese = [sample for sample in data if sample.params.words != "whitespace"]
    ratios = of_measures(spaced, chinese, rounds) + of_datatrove(part(spaced, small), given.peers, min(rounds, 3))
    found = of_identification(data, rounds)
    of_perplexity(part(data, small), rounds)
    ratios += of_personal_data(data, rounds, small)
    ratios += of_signatures(data, given.peers, rounds, small)
    ratios += of_hashes(data, rounds, small)
    of_cleaning(data, rounds)
    whole(data, large, 1 if quick else 3)
    substrings.main(data, quick=quick)
    dedup.main(quick=quick)
    large_files.main(quick=quick)
    looking.main(quick=quick)
    ratios += judging.ratios(5_000 if quick else 5_000_000, 1)
    ratios += mix.ratios(data, 1.0 if quick else 300.0, 1 if quick else 7)
    ratios += tokens.ratios(data, given.peers, rounds)
    ratios += pages.ratios(*((64, 1) if quick else (1440, 5)))
    print("\nratios")
    for entry in ratios:
        ratio(*entry)
    peer, with_lower = found["fastText predict"], found["fastText predict, lower()"]
    for name in ("lid.176, kernel", "lid.176, kernel, empty table"):
        ratio(f"{name} / fastText predict, lines made before", found[name], peer, "4")
        ratio(f"{name} / fastText predict, lower() counted", found[name], with_lower)


def of_measures(
    spaced: Sequence[Sample], chinese: Sequence[Sample], rounds: int
) -> list[tuple[str, float, float, str]]:
    """The tables of changes and measures; the ratios."""
    head("4 changes and 6 measures, white space between words")
    found = measured(spaced, stages.measures(spaced), rounds)
    head("the same, Chinese (SentencePiece pieces)")
    pieces = measured(chinese, stages.measures(chinese), rounds)
    return [
        ("kernel / twin", found["kernel"], found["twin"], "25"),
        ("kernel / definition", found["kernel"], found["definition"], ""),
        ("Chinese: kernel / twin", pieces["kernel"], pieces["twin"], ""),
    ]


def of_datatrove(data: Sequence[Sample], python: Path, rounds: int) -> list[tuple[str, float, float, str]]:
    """The table of datatrove's chain, in its own environment, and of the kernel on the same texts; the ratio."""
    head("datatrove: Gopher repetition, Gopher quality, C4, FineWeb, each on every document")
    if not python.exists():
        print(f"  not measured: {python} is not there; make bench makes it")
        return []
    taken, said = runs.datatrove(data, python, rounds)
    print("  " + ", ".join(f"{name} {number}" for name, number in said["versions"].items()))
    for language, reason in said["left_out"].items():
        print(f"  left out, {language}: {reason}")
    left = sorted({params.code for _, params in data} - {params.code for _, params in taken})
    print(f"  not measured, datatrove has no words of its own for them or they are left out: {' '.join(left)}")
    seconds, size = median(said["seconds"]), texts.megabytes(taken)
    line("datatrove's chain", size, len(taken), seconds)
    kernel = measured(taken, {"kernel": stages.measures(taken)["kernel"]}, rounds, "the same texts: ")["kernel"]
    return [("kernel / datatrove's chain, the same texts", kernel, size / seconds, "50")]


def of_identification(data: Sequence[Sample], rounds: int) -> Rates:
    """The table of language identification."""
    head("language identification, whole texts")
    return measured(data, stages.identification(data), rounds)


def of_perplexity(data: Sequence[Sample], rounds: int) -> None:
    """The table of perplexity."""
    head("perplexity")
    chosen, work = stages.perplexity(data)
    if work:
        measured(chosen, work, min(rounds, 3))
    else:
        print("  not measured: no model (roots models fetch, or roots train-lm)")


def of_personal_data(data: Sequence[Sample], rounds: int, small: float) -> list[tuple[str, float, float, str]]:
    """The tables of redaction, of the ROOTS rules and of both engines beside presidio; the ratios."""
    head("personal data: ROOTS rules, redaction included")
    share, matches = pii.with_a_match(data)
    print(f"  {share:.1%} of the texts have a match; {matches:,.0f} matches in a MB")
    found = measured(data, pii.work(data), min(rounds, 3))
    few = part(data, small)
    others = measured(few, pii.both(few), min(rounds, 3), "fewer texts: ")
    ratios = []
    for profile in pii.PROFILES:
        name, ours = f"personal data, {profile}: columns", found[f"{profile}: columns"]
        ratios.append((f"{name} / plain rules", ours, found[f"{profile}: plain rules"], "10"))
        ratios.append((f"{name} / one by one", ours, found[f"{profile}: one by one"], ""))
    peer = others["presidio alone"]
    ratios.append(("personal data, fixed: columns / presidio alone", found["fixed: columns"], peer, ""))
    ratios.append(("personal data, both engines / presidio alone", others["both engines, columns"], peer, ""))
    return ratios


def of_signatures(
    data: Sequence[Sample], python: Path, rounds: int, small: float
) -> list[tuple[str, float, float, str]]:
    """The tables of MinHash signatures, of their peers and of how well they estimate; the ratios."""
    how = signatures.MinHash()
    head(f"MinHash signatures, {how.functions} rows of word {how.n}-grams, white space between words")
    spaced = signatures.spaced(data)
    found = measured(spaced, signatures.work(spaced), min(rounds, 3))
    ratios = [
        ("signatures / rensa", found["signatures"], found["rensa"], "4"),
        ("signatures / rensa, its shingles made before", found["signatures"], found["rensa, shingles made before"], ""),
        ("signatures / rensa's Rho sketch", found["signatures"], found["rensa, its Rho sketch"], ""),
        ("signatures / datasketch", found["signatures"], found["datasketch"], ""),
    ]
    if python.exists():
        taken, seconds, left_out = signatures.datatrove(part(spaced, small), python, min(rounds, 3))
        print(f"  left out, datatrove lacks what it needs for their words: {' '.join(left_out)}")
        line("datatrove's MinhashDedupSignature", texts.megabytes(taken), len(taken), seconds)
        mine = measured(taken, {"signatures": signatures.work(taken)["signatures"]}, rounds, "the same texts: ")
        rate = texts.megabytes(taken) / seconds
        ratios.append(("signatures / datatrove's, the same texts", mine["signatures"], rate, "20"))
    else:
        print(f"  datatrove's: not measured: {python} is not there; make bench makes it")
    of_estimates(1000 if rounds > 1 else 100)
    return ratios


def of_estimates(pairs: int) -> None:
    """The table of how well similarities are estimated, beside what theory says of independent hash functions."""
    print("\nthe same signatures, pairs of texts of known similarity (in theory)")
    print(f"  {'':46}{'error of the estimate':>22}{'pairs with an equal band':>28}")
    for shingles in (30, 300, 3000):
        for found in signatures.quality(signatures.MinHash(), shingles, pairs):
            name = f"{shingles:,} different shingles, similarity {found.similarity:.2f}"
            error = f"{found.error:12.4f} ({found.error_in_theory:.4f})"
            print(f"  {name:48}{error}{found.paired:20.3f} ({found.paired_in_theory:.3f})", flush=True)


def of_hashes(data: Sequence[Sample], rounds: int, small: float) -> list[tuple[str, float, float, str]]:
    """The tables of SimHash and of exact hashes; the ratios."""
    head("SimHash and exact hashes")
    found = measured(data, hashes.work(data), min(rounds, 3))
    few = part(data, small)
    slow = measured(few, hashes.slow(few), min(rounds, 3), "the same texts: ")
    name = "SimHash, roots-2022-03"
    return [
        (f"{name} / plain", slow[name], slow[f"{name}, plain"], ""),
        ("exact / plain", found["exact"], found["exact, plain"], ""),
    ]


def of_cleaning(data: Sequence[Sample], rounds: int) -> Rates:
    """The table of cleaning steps."""
    head("cleaning steps, all texts as one source")
    return measured(data, cleaning.steps(data), min(rounds, 3))


def whole(data: Sequence[Sample], size: float, rounds: int) -> None:
    """The table of the whole command, its start included."""
    head(f"roots filter --lang {texts.FILE_LANGUAGE} --workers 1, from start to end")
    codes = " ".join(texts.FILE_LANGUAGES)
    print(f"  texts in {codes}, again and again, in another order; reads, identifies, measures, judges, writes")
    with tempfile.TemporaryDirectory() as folder:
        tiny, _, _ = texts.write_files(data[:20], 0.01, Path(folder))
        runs.filter_files(tiny["Parquet"])
        start = median(runs.filter_files(tiny["Parquet"]).seconds for _ in range(rounds))
        files, documents, actual = texts.write_files(data, size, Path(folder))
        for name, file in files.items():
            used = [runs.filter_files(file) for _ in range(rounds)]
            memory = max(each.memory for each in used)
            line(
                f"{name} in",
                actual,
                documents,
                median(each.seconds for each in used),
                f"   at most {memory:,.0f} MB held",
            )
    print(f"  CPU seconds of its start, which these contain: {start:.2f} (the same on a few texts)")


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    main(sys.argv[1:])
