"""The index that looking rests on: the measures and verdicts of a work folder as plain columns, rows by language.

Opening a folder reads its measures and ledgers once, a part of a shard at a time, and writes a file for each shard into
the user's cache folder, named by the hashes of the two tables. A question about one language then reads its rows and
the columns that it needs and nothing else. Values are those of the tables: float64, NaN where a measure was not taken;
counts of words are exact in it up to 2^53. No text and no id is in the index. It is made again where it is gone.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from fsspec.implementations.local import LocalFileSystem
from numpy.typing import NDArray

from pipelines import storage
from pipelines.shards import Shard, shards_of
from pipelines.task import manifest_of
from pipelines.verdict import ORDER
from roots.folders import manifests, opened, unfinished
from roots.inspect_shard import COLUMNS, VERSION, Block, size, write
from roots.inspect_shard import blocks as blocks_of
from roots.trial import Limit, Limits

Array = NDArray[Any]

OF = "of.json"
"""In the cache folder of a work folder: which one it is of."""


DAY = 24 * 60 * 60
"""Seconds after which what is half written is what a killed process left."""

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What systems call a disk, or a share of it, on which nothing fits any more."""


class InspectError(ValueError):
    """A work folder that cannot be looked into: why, and what to do."""


@dataclass(frozen=True)
class Held:
    """A judged shard: its ledger and the ledger's manifest, and the name that its index has."""

    shard: Shard
    ledger: str
    manifest: Mapping[str, Any]
    name: str


@dataclass(frozen=True)
class Index:
    """The index of a work folder: judged shards, the limits in force by language, and where the files are.

    `made` is how many shards had to be read when it was opened.
    """

    work: str
    held: Sequence[Held]
    limits: Mapping[str, Limits]
    folder: Path
    made: int = 0
    _blocks: Mapping[str | None, Sequence[Block]] = field(default_factory=dict, repr=False)

    @property
    def bytes(self) -> int:
        """The size of the index on disk."""
        return sum(path.stat().st_size for path in self.folder.iterdir())

    def blocks(self, lang: str | None, source: str | None = None) -> list[Block]:
        """The blocks of a language, of all sources or of one, in the order of the shards; a block is the documents of
        one language in a part of a shard."""
        found = self._blocks.get(lang, ())
        return [block for block in found if source is None or self.held[block.shard].shard.source == source]

    def read(self, block: Block, names: Sequence[str], *, every: bool = False) -> dict[str, Array]:
        """Columns of a block, [documents] of the type that `COLUMNS` says: of the documents that the filters judge, or
        of `every` one; those that were out before come last.

        Raises InspectError where the files are gone, as after the folder was opened anew by somebody else.
        """
        rows = block.rows if every else block.judged
        found: dict[str, Array] = {}
        try:
            with open(self.folder / f"{self.held[block.shard].name}.columns", "rb") as file:
                for name in names:
                    file.seek(block.offset + COLUMNS[name].before * block.rows)
                    found[name] = np.fromfile(file, COLUMNS[name].type, rows)
        except OSError as error:
            raise InspectError(
                f"{self.work}: its index is gone ({error.strerror}): open the work folder again"
            ) from None
        if any(len(column) < rows for column in found.values()):
            raise InspectError(f"{self.work}: its index is damaged: open the work folder again, which makes it anew")
        return found

    def changed(self) -> bool:
        """Whether the folder was judged anew since it was opened, or a run is at work in it."""
        there = {name for source in {each.shard.source for each in self.held} for name in _ledgers(self.work, source)}
        return unfinished(self.work) or there != {manifest_of(each.ledger) for each in self.held}


def open_index(work: str) -> Index:
    """Find what was judged in a work folder, and make the index of what has none.

    Raises InspectError where there is no such folder, no finished run in it, or nothing was judged, or judged by a
    version that did not say by which limits; FolderError for a URL that cannot be used.
    """
    began = time.time()
    held = _held(work)
    limits = _limits(work, held)
    folder, temporary = _folder(work)
    made = 0
    blocks: dict[str | None, list[Block]] = {}
    for number, each in enumerate(_shown(work, held)):
        said = storage.read_json(str(folder / f"{each.name}.json"))
        if said is None or storage.size(str(folder / f"{each.name}.columns")) != size(said):
            made += 1
            said = _write(work, each, (folder, limits))
        for block in blocks_of(number, said):
            blocks.setdefault(block.lang, []).append(block)
    _discard(folder, {OF, *(f"{each.name}.{end}" for each in held for end in ("json", "columns"))}, began)
    index = Index(work, held, limits, folder, made, blocks)
    if temporary:
        weakref.finalize(index, shutil.rmtree, folder, ignore_errors=True)
    return index


def _held(work: str) -> list[Held]:
    """The judged shards of a folder."""
    fs, inner = opened(work)
    if not fs.isdir(inner):
        raise InspectError(f"{work}: there is no such folder; give the work folder of roots build or roots filter")
    if unfinished(work):
        raise InspectError(f"{work}: its last run has not ended; let it end, or give its command again")
    sources = storage.names(work)
    curated = [found for source in sources for found in manifests(work, source, "documents")]
    if not curated:
        raise InspectError(f"{work}: no run has written documents there; give the work folder of roots build or filter")
    ledgers = {
        (source, said["files"][0]["file"].removesuffix(".parquet").rpartition(".")[0]): said
        for source in sources
        for said in manifests(work, source, "ledger")
    }
    hashes = {each["tables"]["documents"]["file"]: each["tables"].get("measures", {}).get("sha256") for each in curated}
    found = []
    for shard in shards_of(curated):
        said = ledgers.get((shard.source, shard.stem))
        if said is None or hashes[f"{shard.stem}.parquet"] is None:
            raise InspectError(
                f"{work}: {shard.source} was not judged; roots build RECIPE --work {work} judges it, or roots filter"
            )
        file = said["files"][0]
        name = storage.fingerprint(
            [VERSION, hashes[f"{shard.stem}.parquet"], file["sha256"], sorted(said.get("limits", {}))]
        )
        found.append(Held(shard, storage.join(work, shard.source, "ledger", file["file"]), said, name))
    return found


def _limits(work: str, held: Sequence[Held]) -> dict[str, Limits]:
    """The limits in force by language, which all ledgers have to agree on."""
    found: dict[str, Limits] = {}
    for each in held:
        if "limits" not in each.manifest:
            raise InspectError(
                f"{work}: the ledgers do not say by which limits they were judged; judge again: "
                f"roots build RECIPE --work {work}"
            )
        for lang, said in each.manifest["limits"].items():
            limits = {name: Limit(**said[name]) for name in ORDER}
            if found.setdefault(lang, limits) != limits:
                raise InspectError(
                    f"{work}: some documents in {lang} were judged by other limits than others; judge again: "
                    f"roots build RECIPE --work {work}"
                )
    return dict(sorted(found.items()))


def _write(work: str, held: Held, to: tuple[Path, Mapping[str, Limits]]) -> dict[str, Any]:
    """Write the index of one shard; what its description says."""
    folder, limits = to
    here = {lang: limits[lang] for lang in held.manifest["limits"]}
    try:
        said = write(held.shard.path(work, "measures"), held.ledger, str(folder / f"{held.name}.columns"), here)
    except pa.ArrowInvalid as error:
        why = str(error).splitlines()[0]
        raise InspectError(
            f"{work}: a table of {held.shard.source} is damaged ({why}); roots verify names it"
        ) from None
    except FileNotFoundError as error:
        raise InspectError(
            f"{work}: {error.filename or error} went while it was read; let the run in this folder end, and try again"
        ) from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise InspectError(
            f"{work}: its index does not fit into {folder} ({error.strerror}): make room, or name another folder: "
            "XDG_CACHE_HOME"
        ) from None
    except ValueError as error:
        raise InspectError(
            f"{work}: {held.shard.source}: {error}; judge again: roots build RECIPE --work {work}"
        ) from None
    storage.write_json(str(folder / f"{held.name}.json"), said)
    return said


def _shown(work: str, held: Sequence[Held]) -> Iterator[Held]:
    """The shards, with a bar on a terminal where it takes long."""
    from rich.progress import track

    from pipelines.progress import console

    yield from track(
        held, f"open {work}", console=console, transient=True, disable=not console.is_terminal or len(held) < 2
    )


def _ledgers(work: str, source: str) -> list[str]:
    """The paths of the manifests of a source's ledgers."""
    folder = storage.join(work, source, "ledger")
    return [storage.join(folder, name) for name in storage.names(folder) if name.endswith(".json")]


def _folder(work: str) -> tuple[Path, bool]:
    """The folder of a work folder's index, in the user's cache folder; a temporary one where that cannot be written,
    and whether it is. Indexes of local work folders that are gone are removed."""
    fs, inner = opened(work)
    local = isinstance(fs, LocalFileSystem)
    path = os.path.realpath(inner) if local else work
    every = _of_the_user()
    if every is not None:
        folder = every / hashlib.blake2b(path.encode(), digest_size=16).hexdigest()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            storage.write_json(str(folder / OF), {"work": path, "local": local})
            _tidy(every)
            return folder, False
        except OSError:
            pass
    return Path(tempfile.mkdtemp(prefix="roots-inspect-")), True


def _of_the_user() -> Path | None:
    """The user's cache folder for indexes, by the XDG rules; None where the user has no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    home = os.environ.get("HOME", "")
    cache = Path(given) if Path(given).is_absolute() else Path(home) / ".cache"
    return cache / "roots-builder" / "inspect" if cache.is_absolute() else None


def _tidy(every: Path) -> None:
    """Remove the indexes of local work folders that are no longer there."""
    for folder in every.iterdir():
        said = storage.read_json(str(folder / OF))
        if said is not None and said["local"] and not os.path.isdir(said["work"]):
            shutil.rmtree(folder, ignore_errors=True)


def _discard(folder: Path, keep: set[str], began: float) -> None:
    """Remove what is not of the tables that are there now, but nothing that others have made since this opening began:
    it may be of newer tables. Of what is half written goes what nobody can still be writing."""
    for path in folder.iterdir():
        before = began - (DAY if path.name.startswith(storage.TEMPORARY) else 0)
        with contextlib.suppress(FileNotFoundError):
            if path.name not in keep and path.stat().st_mtime < before:
                path.unlink()
