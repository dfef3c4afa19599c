"""The command derive-thresholds: limits proposed from reference text, as a diff that a speaker reviews."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from filters import pii_engines
from filters.pii_kinds import chosen, joined
from filters.thresholds import LEAST_TEXTS, Proposal, Summary, dropped, numbers, propose, summary
from lang_params.files import REFERENCE, toml_text
from lang_params.languages import find
from lang_params.limits import with_limits
from lang_params.params import LangParams, Setting, load, load_all
from lang_params.reference import write_reference
from pipelines import storage
from roots.derive_stopwords import refuse_to_overwrite
from roots.reference import DeriveError, Reference, read_reference

Measures = dict[str, list[float | None]]
"""The measures of every reference text by the names of their filters."""

SHOWN, READ = 70, 2000
"""Characters of an example that are shown, and that are read for personal data before."""


@dataclass(frozen=True)
class ThresholdsRequest:
    """What the command was asked for."""

    lang: str
    reference: tuple[Path, ...]
    output: Path | None
    join: int
    force: bool
    lang_params: Path | None


@dataclass(frozen=True)
class ThresholdsFound:
    """The proposals, the measures and texts they were made of, and the file in force beside the one proposed."""

    params: LangParams
    reference: Reference
    measures: Measures
    proposals: list[Proposal]
    diff: str
    path: Path | None

    def said(self) -> list[str]:
        """What is told at the end, line by line: each limit with its reason, its cost and examples, then the diff."""
        lines = [*self.reasons(), "", self.diff or "nothing differs from the file in force"]
        return [*lines, *([f"written: {self.path}"] if self.path else ["give --output DIR to write the file"])]

    def reasons(self) -> list[str]:
        """What was read, and each limit with its reason, its cost and examples, line by line."""
        texts = self.reference.texts()
        lines = [self.reference.said()]
        for proposal in self.proposals:
            lines += ["", *_told(proposal, self.params, self.measures, texts)]
        return lines


def derive_thresholds(request: ThresholdsRequest) -> ThresholdsFound:
    """Propose the limits, and write the language's file and the summary of its reference text where `output` says.

    Raises DeriveError for too few texts and for files that are there.
    """
    params = load(find(request.lang, request.lang_params), request.lang_params)
    path = None if request.output is None else request.output / f"{params.code}.toml"
    if path is not None:
        refuse_to_overwrite(path, force=request.force)
        refuse_to_overwrite(path.parent / REFERENCE / path.name, force=request.force)
    reference = read_reference(request.reference, params, join=request.join)
    texts = reference.texts()
    if len(texts) < LEAST_TEXTS:
        raise DeriveError(
            f"the reference text has {len(texts)} texts in {params.language.name}; {LEAST_TEXTS} are needed, and some "
            f"hundreds make limits to rely on ({reference.said()})"
        )
    measures = measure(texts, params, load_all(request.lang_params))
    proposals = propose(measures, reference.sources, params)
    file, before = toml_text(params.code, request.lang_params)
    after = with_limits(before, _limits(proposals), _source(reference))
    diff = "".join(
        difflib.unified_diff(before.splitlines(True), after.splitlines(True), file, str(path or f"{params.code}.toml"))
    )
    if path is not None:
        storage.write_bytes(str(path), after.encode())
        write_reference(path.parent, params.code, reference.origins(), _summaries(measures), len(texts))
    return ThresholdsFound(params, reference, measures, proposals, diff, path)


def measure(texts: Sequence[str], params: LangParams, languages: Mapping[str, LangParams]) -> Measures:
    """Every measure that can be taken of the texts, None where a text has none."""
    from filters.batch import measure_texts
    from filters.identify import identify_texts

    column = pa.array(texts, pa.string())
    found: Measures = {name: values.to_pylist() for name, values in measure_texts(column, params, "fixed").items()}
    identified = identify_texts(column, params, languages)
    # The score of a text that was taken for another language says nothing about the limit of this one.
    found["language_id"] = [answer.score if answer.lang == params.code else None for answer in identified]
    if params.language_model is not None:
        from filters.models import language_model
        from filters.perplexity import perplexities

        found["perplexity"] = list(perplexities(texts, **language_model(params.language_model)))
    return found


def _summaries(measures: Measures) -> dict[str, Summary]:
    """The summary of every measure that there is."""
    found = {name: numbers(values) for name, values in measures.items()}
    return {name: summary(values) for name, values in found.items() if len(values)}


def _limits(proposals: Sequence[Proposal]) -> dict[str, dict[str, float]]:
    """The limits that change, whole numbers as such."""
    found = {}
    for proposal in proposals:
        if proposal.after is not None and proposal.after != proposal.before:
            whole = proposal.name in ("number_words", "perplexity")
            found[proposal.name] = {proposal.key: int(proposal.after) if whole else proposal.after}
    return found


def _source(reference: Reference) -> dict[str, str]:
    """The [thresholds] table: what the limits rest on."""
    texts = len(reference.texts())
    return {
        "origin": "derived",
        "source": f"roots derive-thresholds from {texts:,} texts: {', '.join(reference.sources)}".replace('"', "'"),
    }


def _told(proposal: Proposal, params: LangParams, measures: Measures, texts: Sequence[str]) -> list[str]:
    """One limit: before and after, why, what each drops, and the texts that lie nearest on both sides."""
    values = numbers(measures.get(proposal.name, ()))
    setting = params.filters[proposal.name]
    name = f"{proposal.name}.{proposal.key}"
    if proposal.after is None:
        return [f"{name} = {proposal.before:g}: not derived, {proposal.why}"]
    after = _with(setting, proposal)
    now, then = (_percent(dropped(values, given)) for given in (setting, after))
    lines = [
        f"{name}: {proposal.before:g} -> {proposal.after:g} ({proposal.why})",
        f"  drops {now} of {len(values):,} texts now, {then} then",
    ]
    return lines + [f"  {line}" for line in _examples(proposal, params, measures[proposal.name], texts)]


def _examples(
    proposal: Proposal, params: LangParams, values: Sequence[float | None], texts: Sequence[str]
) -> list[str]:
    """The text nearest to a limit on either side, without personal data."""
    limit = proposal.after or 0.0
    known = [(value, text) for value, text in zip(values, texts, strict=True) if value is not None]
    low = max((pair for pair in known if pair[0] < limit), default=None)
    high = min((pair for pair in known if pair[0] >= limit), default=None)
    sides = (("below", low), ("from there", high))
    return [f"{side}: {pair[0]:g}  {_shown(pair[1], params)}" for side, pair in sides if pair is not None]


def _shown(text: str, params: LangParams) -> str:
    """The beginning of a text on one line, without personal data."""
    head = " ".join(text[:READ].split())
    clean = pii_engines.redact(head, joined([chosen(params, "fixed")]))[0]
    return clean if len(clean) <= SHOWN else clean[: SHOWN - 3] + "..."


def _with(setting: Setting, proposal: Proposal) -> Setting:
    return replace(setting, min=proposal.after) if proposal.key == "min" else replace(setting, max=proposal.after)


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
