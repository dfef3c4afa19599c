"""Proof that token shards are what a trainer expects: every invariant of their layout, and what their manifests say.

Of a shard with a manifest all is checked: its files are those that were written; header, sizes and indexes
(`roots.megatron.verify`); ids below the vocabulary, and the type of the tokens by the padded one; every document ends
with the end token, which stands nowhere else; a row of the side index for each sequence, of its length; documents and
tokens of each source. Of a shard without one, that another tool wrote, only the layout can be checked.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines import storage, tables
from roots import layouts, megatron, side_index
from roots.folders import LOCK, FolderError, opened
from roots.megatron import Index
from roots.side_index import ENDING, IDS
from roots.tokenize import FOLDER, shard_name
from roots.verify import Manifest, Scanned, fault, watching

UNREADABLE = (pa.ArrowException, OSError, KeyError, ValueError)
"""What is raised when a file beside a shard is none of ours."""

FOREIGN = "shards without a manifest (layout alone)"
"""What shards that another tool wrote are counted as."""

_SAYS = ("vocabulary", "padded", "end", "dtype", "documents", "tokens", "sources", "layouts", "files")


def is_tokens(path: str) -> bool:
    """Whether a path is a token shard's prefix, or a folder of shards that is no work folder."""
    opened(path)
    names = storage.names(path)
    return bool(storage.size(f"{path}.idx")) or (LOCK not in names and any(name.endswith(".idx") for name in names))


def verify_tokens(path: str) -> Scanned:
    """Check the token shard at a prefix, or all in a folder."""
    path = path.rstrip("/")
    if storage.size(f"{path}.idx"):
        prefixes = [path]
    else:
        prefixes = [storage.join(path, name[:-4]) for name in storage.names(path) if name.endswith(".idx")]
    if not prefixes:
        raise FolderError(f"{path}: holds no token shard (.bin, .idx); give a folder of tokens or a prefix")
    scanned = Scanned()
    sizes = {prefix: storage.size(f"{prefix}.bin") or 0 for prefix in prefixes}
    with watching("checking", sum(sizes.values())) as advance:
        for prefix in prefixes:
            name = prefix.rsplit("/", 1)[-1]
            manifest = manifest_of(prefix)
            if manifest is None:
                found = megatron.verify(prefix, None, end_token=None)
                scanned.add(FOREIGN, size=sizes[prefix])
            else:
                found = [each for file in manifest["files"] for each in _file_faults(prefix, file)]
                found += [] if found else shard_faults(prefix, manifest)
                scanned.add("shards", rows=manifest["documents"], size=sizes[prefix])
            scanned.faults += [each if each.startswith(name) else f"{name}: {each}" for each in found]
            advance(sizes[prefix])
    return scanned


def shards_of(folder: str, manifests: Sequence[Manifest], known: Sequence[str] = ()) -> list[str]:
    """What is wrong with the shards of a folder, given all its manifests and the faults known of its files.

    In the work folder of a build each shard also has the documents of its dataset, those without tokens counted. A
    shard with a known fault is not looked at again.
    """
    found = []
    bad = tuple(fault.split(": ", 1)[0] for fault in known)
    tokens = {
        manifest.path: manifest
        for manifest in manifests
        if _is_of_shard(manifest.says) and not any(path.startswith(manifest.path[: -len("json")]) for path in bad)
    }
    with watching("checking", sum(file["bytes"] for each in tokens.values() for file in each.says["files"])) as advance:
        for path, manifest in tokens.items():
            faults = shard_faults(storage.join(folder, path.removesuffix(".json")), manifest.says)
            found += [f"{path.removesuffix('.json')}: {each}" for each in faults]
            advance(sum(file["bytes"] for file in manifest.says["files"]))
    mixed = _mixed(manifests)
    for path, manifest in tokens.items():
        name = path.rsplit("/", 1)[-1].removesuffix(".json")
        counted = {row[0]: row[1] + row[2] for row in manifest.says["sources"]}
        if path.startswith(f"{FOLDER}/") and mixed.get(name) != counted:
            found.append(f"{path}: documents of its sources are not those of the mix: {_differ(counted, mixed, name)}")
    return found


def shard_faults(prefix: str, manifest: Mapping[str, Any]) -> list[str]:
    """What is wrong with a shard, given what its manifest says; its files are taken to be those that were written."""
    found = megatron.verify(
        prefix,
        manifest["vocabulary"],
        end_token=manifest["end"],
        documents=manifest["documents"],
        padded=manifest["padded"],
    )
    if found:
        return found
    index = Index.read(prefix)
    tokens = int(index.lengths.sum(dtype=np.int64))
    if tokens != manifest["tokens"]:
        found.append(f"{tokens:,} tokens, {manifest['tokens']:,} expected")
    if index.dtype.name != manifest["dtype"]:
        found.append(f"tokens are {index.dtype.name}, its manifest says {manifest['dtype']}")
    try:
        found += _side_faults(prefix, index, manifest)
        found += layouts.faults(prefix, manifest["layouts"])
    except UNREADABLE as error:
        found.append(f"a file beside it cannot be read: {type(error).__name__}; tokenize again")
    return found


def _side_faults(prefix: str, index: Index, manifest: Mapping[str, Any]) -> list[str]:
    """What is wrong with the side index of a shard that is sound."""
    path = f"{prefix}{ENDING}"
    if not tables.schema(path).equals(IDS):
        return [f"{ENDING}: other columns than {', '.join(IDS.names)}"]
    rows, wrong = 0, 0
    counts: dict[str, list[int]] = {}
    for batch in tables.batches(path, ["source", "tokens"]):
        lengths = batch.column("tokens").to_numpy()
        there = index.lengths[rows : rows + len(lengths)]
        wrong += int((lengths[: len(there)] != there).sum())
        rows += len(lengths)
        side_index.count(batch, counts)
    expected = {row[0]: [row[1], row[3]] for row in manifest["sources"] if row[1]}
    checks = {
        f"{ENDING}: {rows:,} rows, {len(index):,} expected, one for each sequence": rows != len(index),
        f"{ENDING}: {wrong:,} documents have another number of tokens there": wrong > 0,
        f"{ENDING}: documents and tokens of its sources are not those of the manifest": counts != expected,
    }
    return [fault for fault, is_wrong in checks.items() if is_wrong]


def manifest_of(prefix: str) -> dict[str, Any] | None:
    """What the manifest of a shard says; None where there is none of ours."""
    says = storage.read_json(f"{prefix}.json")
    return says if isinstance(says, dict) and _is_of_shard(says) else None


def _is_of_shard(says: Mapping[str, Any]) -> bool:
    """Whether a manifest is that of a token shard."""
    return all(key in says for key in _SAYS)


def _file_faults(prefix: str, file: Mapping[str, Any]) -> list[str]:
    whole = storage.join(prefix, "..", str(file["file"]))
    return fault(whole, str(file["file"]), file, storage.size(whole))


def _mixed(manifests: Sequence[Manifest]) -> dict[str, dict[str, int]]:
    """Documents of each source, by the name of the shard of their dataset, as the mix counted them."""
    found: dict[str, dict[str, int]] = {}
    for manifest in manifests:
        first, *dataset = manifest.path.split("/")[:-1] or [""]
        if first == "corpus" and dataset and isinstance(manifest.says.get("sources"), list):
            name = shard_name("/".join(dataset).removesuffix("/train"))
            for source, documents, *_ in manifest.says["sources"]:
                counts = found.setdefault(name, {})
                counts[source] = counts.get(source, 0) + documents
    return found


def _differ(counted: Mapping[str, int], mixed: Mapping[str, Mapping[str, int]], name: str) -> str:
    """The first source of which there are not as many documents as there should be."""
    expected = mixed.get(name, {})
    for source in sorted({*counted, *expected}):
        if counted.get(source, 0) != expected.get(source, 0):
            return f"{counted.get(source, 0):,} of {source}, {expected.get(source, 0):,} expected"
    return f"no dataset for {name}"
