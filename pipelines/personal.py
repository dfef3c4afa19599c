"""What becomes of personal data in one source, and what of that decides the tables that are made of it."""

from collections.abc import Sequence
from typing import Any

from catalog.entry import Entry
from filters import pii_names
from filters.pii_kinds import Choice
from pipelines.config import Config


def redacting(config: Config, entry: Entry, stages: Sequence[str]) -> dict[str, Any]:
    """What decides which personal data is taken out of a source, and how; nothing where none is."""
    if "redact" not in stages or not entry.redact:
        return {}
    return config.redacting(declared(entry), dict(entry.redaction))


def shown_by(config: Config, entry: Entry) -> Choice | None:
    """What is taken out of a source's texts where they are shown as samples; None where the source is not redacted."""
    return config.shown_by(declared(entry), dict(entry.redaction)) if entry.redact else None


def check_names(config: Config, entries: Sequence[Entry]) -> None:
    """Raise ModelError, before anything runs, when names of persons are to be found by a model that is not there.

    Only languages that name a model count, and those of a source that asks for names itself.
    """
    for entry in entries:
        asked = "PERSON" in dict(entry.redaction)
        for choice in config.every_choice(declared(entry), dict(entry.redaction)).values() if entry.redact else ():
            if "PERSON" in choice.kinds and (choice.names is not None or (asked and declared(entry))):
                pii_names.load(pii_names.named(choice))


def declared(entry: Entry) -> tuple[str, ...]:
    """The languages that a source's documents can be in when that is known beforehand, else none.

    Records of OSCAR, and those of a source that names their field, may declare any language themselves.
    """
    own = entry.kind == "oscar" or bool(entry.data.lang)
    return tuple(entry.languages) if len(entry.languages) == 1 and not own else ()
