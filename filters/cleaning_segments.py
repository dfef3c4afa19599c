"""The cleaning step that puts documents together which a source holds in segments."""

from collections.abc import Mapping, Sequence
from typing import Any

from filters.cleaning_documents import Document, Outcome

MARK = "_id_"


def concatenate_lm_fr_ester(documents: Sequence[Document]) -> list[Outcome]:
    """Join the segments of each transcript (ESTER, French radio) in the order of their numbers, one below the other.

    `meta["id"]` of a segment is `<transcript>_id_<number>`. The first document of a transcript, in the order of the
    source, gets the text of all, and `{"id": <transcript>}` as its meta; the others are lost. ROOTS put the transcripts
    in the order of their names; here they stay where they are. A document with another id stays as it is.

    >>> ids = ["20041006_id_10", "20041007_id_1", "20041006_id_9"]
    >>> found = concatenate_lm_fr_ester([Document(str(n), f"segment {n}", {"id": id}) for n, id in enumerate(ids)])
    >>> found[0].text, found[0].meta, found[2].reason
    ('segment 2\\nsegment 0', {'id': '20041006'}, 'joined to 0')
    """
    groups: dict[str, list[tuple[int, str, str]]] = {}
    first: dict[str, str] = {}
    for document in documents:
        if (found := segment(document.meta)) is not None:
            transcript, number, digits = found
            groups.setdefault(transcript, []).append((number, digits, document.text))
            first.setdefault(transcript, document.id)
    outcomes = []
    for document in documents:
        found = segment(document.meta)
        if found is None:
            outcomes.append(Outcome(document.text))
        elif first[found[0]] != document.id:
            outcomes.append(Outcome(document.text, joined_to(first[found[0]])))
        else:
            outcomes.append(Outcome(joined(groups[found[0]]), meta={"id": found[0]}))
    return outcomes


def segment(meta: Mapping[str, Any]) -> tuple[str, int, str] | None:
    """The transcript that a segment belongs to, and its number, as it counts and as it is written; None for no segment.

    >>> segment({"id": "20041006_id_07"}), segment({"id": "20041006"})
    (('20041006', 7, '07'), None)
    """
    parts = str(meta.get("id", "")).split(MARK)
    try:
        return (parts[0], int(parts[1]), parts[1]) if len(parts) == 2 else None
    except ValueError:
        return None


def joined(segments: Sequence[tuple[int, str, str]]) -> str:
    """The text of segments, given as number, number as it is written, and text.

    >>> joined([(10, "10", "dix"), (9, "9", "neuf")])
    'neuf\\ndix'
    """
    return "\n".join(text for _, _, text in sorted(segments))


def joined_to(id: str) -> str:
    """The reason for which a segment is lost, given the id of the document that has its text.

    >>> joined_to("d48d6208b8ccb9c61489fa7942dc9557")
    'joined to d48d6208b8ccb9c61489fa7942dc9557'
    """
    return f"joined to {id}"
