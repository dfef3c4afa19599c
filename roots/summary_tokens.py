"""What the commands on token shards print at their end."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import storage
from pipelines.counted import several
from roots.reshard import Dropped, Made
from roots.tokenize_files import SHARD


def of_files(manifest: Mapping[str, Any], output: str) -> list[str]:
    """After tokenizing files: documents and tokens, what has none, the type of a token, where the shard is."""
    lines = [
        f"{several(manifest['tokens'], 'token')} of {several(manifest['documents'], 'document')}, "
        f"{manifest['dtype']}, vocabulary of "
        f"{manifest['vocabulary']:,} (padded {manifest['padded']:,}), documents end with {manifest['end_token']} "
        f"({manifest['end']})"
    ]
    if manifest["blank"]:
        lines.append(f"{several(manifest['blank'], 'document')} gave no token: skipped")
    lines += [
        f"{several(count, 'record')} gave no document: {reason}" for reason, count in manifest.get("lost", {}).items()
    ]
    return [*lines, f"token shard: {storage.join(output, SHARD)}"]


def of_shards(made: Sequence[Made]) -> list[str]:
    """After joining or splitting: what was written."""
    return [f"{each.prefix}: {several(each.documents, 'document')}, {several(each.tokens, 'token')}" for each in made]


def of_dropped(dropped: Sequence[Dropped]) -> list[str]:
    """After dropping documents: from which shards, and that the others were not touched."""
    lines = [
        f"{each.prefix}: {each.documents:,} of {several(each.of, 'document')} dropped"
        + (", nothing is left: removed" if each.documents == each.of else "")
        for each in dropped
        if each.documents
    ]
    untouched = sum(not each.documents for each in dropped)
    total = sum(each.documents for each in dropped)
    return [
        *lines,
        f"{several(total, 'document')} dropped, {untouched:,} of {several(len(dropped), 'shard')} not touched",
    ]
