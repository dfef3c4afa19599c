"""The funnel of a judged folder as a table for looking: from the counts in the manifests of its ledgers."""

from typing import TYPE_CHECKING, Any, Literal

from roots import funnel as funnels
from roots.inspect_index import Index, InspectError
from roots.look import counted, names

if TYPE_CHECKING:
    import pandas as pd

BY = ("lang", "source")


def funnel(index: Index, by: str = "lang") -> "pd.DataFrame":
    """Documents in, dropped by each cause in its order, kept, the share kept, and bytes of text; a row a language or
    source. Documents whose language is not known come last. Raises InspectError for another `by`."""
    import pandas as pd

    if by not in BY:
        raise InspectError(f"by = {by!r}: allowed are {' and '.join(BY)}")
    rows: Literal["lang", "source"] = "lang" if by == "lang" else "source"
    whole = counted([each.manifest for each in index.held])
    known = names() if by == "lang" else {}
    causes = [cause for cause in funnels.causes(whole) if cause != "cut"]
    found: list[dict[str, Any]] = []
    for line in funnels.lines(whole, rows):
        name = {"language": known.get(line.name or "", "")} if by == "lang" else {}
        dropped = {cause: line.dropped.get(cause, 0) for cause in causes}
        kept = {"kept": line.kept, "kept_share": line.kept_share, "bytes": line.bytes, "kept_bytes": line.kept_bytes}
        found.append({by: line.name} | name | {"in": line.documents} | dropped | kept)
    return pd.DataFrame(found)
