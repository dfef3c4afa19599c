"""What a card must warn of: limits that follow from how a source was made and from what could not be applied."""

from collections.abc import Sequence

from catalog.entry import Entry
from lang_params.files import APART
from lang_params.params import LangParams

CRAWLED = (
    "The pages were collected from the web. Those who wrote them were not asked one by one, and could not be: the "
    "permission is that of the custodian at best."
)

CRAWLS = ("pseudo_crawl", "oscar")
"""Kinds of sources that were taken from the web."""

LICENSED = (
    "The licence of a file of code is what the file, its repository or the export says. Nobody looked at the files one "
    "by one, and code that was copied into a repository may be under another licence."
)

REDACTED = (
    "Personal information is replaced only where a rule finds it: e-mail addresses, user names, IP addresses, keys and "
    "numbers. Names of people and addresses of houses stay, and a rule can miss."
)

NOT_REDACTED = "Nothing was redacted: personal information that stands in the text stands in the corpus."

DIGITISED = (
    "What can be had in digital form over-represents those who publish: standard varieties, official and religious "
    "text, and people with access to the web."
)

LISTS = "Filters count words of a list, characters and repetition; they do not know whether a text is true or good."

REFUSED = {
    "refused": "The custodian refused permission.",
    "pending": "The custodian was asked and has not answered yet.",
    "not asked": "The custodian was not asked.",
}

RELEASED = {
    "gated": "The text of these sources may be given only to those who accept terms",
    "closed": "The text of these sources may be given to nobody",
}


def source_limits(entry: Entry, spoken: Sequence[LangParams]) -> list[str]:
    """The limits of one source, in sentences."""
    limits = []
    if entry.permission.outcome in REFUSED:
        limits.append(REFUSED[entry.permission.outcome])
    if entry.kind in CRAWLS:
        limits.append(CRAWLED)
    if entry.kind == "code":
        limits.append(LICENSED)
    limits.append(REDACTED if entry.redact else NOT_REDACTED)
    if entry.pii.has_pii == "Unclear":
        limits.append("Whether the text holds personal information is not clear.")
    return [*limits, *language_limits(spoken)]


def corpus_limits(entries: Sequence[Entry], spoken: Sequence[LangParams]) -> list[str]:
    """The limits of the corpus, in sentences."""
    limits = [DIGITISED, LISTS]
    if any(entry.kind in CRAWLS for entry in entries):
        limits.append(CRAWLED)
    if any(entry.kind == "code" for entry in entries):
        limits.append(LICENSED)
    if any(entry.redact for entry in entries):
        limits.append(REDACTED)
    if plain := sorted(entry.uid for entry in entries if not entry.redact):
        limits.append(f"Nothing was redacted in these sources: {', '.join(plain)}.")
    open_ones = sorted(entry.uid for entry in entries if entry.permission.outcome in REFUSED)
    if open_ones:
        limits.append(f"No permission, or none yet, for these sources: {', '.join(open_ones)}.")
    for release, says in RELEASED.items():
        if held := sorted(entry.uid for entry in entries if entry.release == release):
            limits.append(f"{says}: {', '.join(held)}.")
    return [*limits, *language_limits(spoken)]


def language_limits(spoken: Sequence[LangParams]) -> list[str]:
    """What is missing for some languages, in sentences; code is none."""
    spoken = [params for params in spoken if params.code not in APART]
    findings = {
        "Nobody has set the thresholds of these languages; those of ROOTS for any language are in force": [
            params for params in spoken if params.thresholds == "default"
        ],
        "The thresholds of these languages were derived from clean text; no speaker has looked at them": [
            params for params in spoken if params.thresholds == "derived"
        ],
        "No identifier knows these languages well enough; that a text is in one of them is what its source says": [
            params for params in spoken if params.identifier == "none"
        ],
        "Without a language model, fluent nonsense in these languages passes": [
            params for params in spoken if "perplexity" in params.not_applied()
        ],
    }
    return [
        f"{finding}: {', '.join(params.language.name for params in found)}."
        for finding, found in findings.items()
        if found
    ]
