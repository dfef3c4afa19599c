"""The cleaning steps of the ROOTS catalogue under their original names: the table of them, a check, and the chain.

A source's entry lists the steps in the order in which they run. There are three kinds:

- a cleaner rewrites a text (`filters/cleaning_lines.py`, `filters/cleaning_sentences.py`);
- a keeper says whether a document stays (`filters/cleaning_documents.py`, `filters/code.py`);
- a step of a whole source looks at all its documents (`filters/cleaning_duplicates.py`, `cleaning_templates.py`,
  `cleaning_segments.py`).

Source: bigscience-workshop/data-preparation, preprocessing/training/01a_catalogue_cleaning_and_filtering.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from filters import code
from filters.cleaning_documents import (
    Document,
    Outcome,
    filter_no_text,
    filter_remove_empty_docs,
    filter_short_pages_32,
    filter_small_docs,
    filter_small_docs_bytes_300,
    filter_small_docs_bytes_1024,
    filter_wiki_non_text_type,
    filter_wiki_user_titles,
)
from filters.cleaning_duplicates import (
    dedup_code,
    dedup_document,
    dedup_document_on_url,
    dedup_document_on_url_cointelegraph,
    dedup_document_on_url_qut,
    dedup_document_spaces,
)
from filters.cleaning_lines import (
    remove_html_spans,
    remove_html_spans_sanad,
    remove_lines_with_code,
    remove_references,
    remove_repeated_lines,
    remove_wiki_mojibake,
    replace_newline_with_space,
    strip_substrings_en_wiktionary,
)
from filters.cleaning_segments import concatenate_lm_fr_ester
from filters.cleaning_sentences import SENTENCE_LANGUAGES, split_sentences
from filters.cleaning_templates import TEMPLATES, dedup_pseudocrawl_newspapers, dedup_seed_lines, dedup_template_soft
from filters.table import Profile
from lang_params.languages import codes
from lang_params.params import LangParams, load

Cleaner = Callable[[str], str]
Keeper = Callable[[str, Mapping[str, Any]], bool]
SourceStep = Callable[[Sequence[Document]], list[Outcome]]


class CleaningError(ValueError):
    """A cleaning chain names a step that does not exist, or one that needs what its language does not have."""


CLEANERS: dict[str, Cleaner] = {
    "replace_newline_with_space": replace_newline_with_space,
    "remove_lines_with_code": remove_lines_with_code,
    "remove_html_spans": remove_html_spans,
    "remove_html_spans_sanad": remove_html_spans_sanad,
    "remove_wiki_mojibake": remove_wiki_mojibake,
    "strip_substrings_en_wiktionary": strip_substrings_en_wiktionary,
    "remove_repeated_lines": remove_repeated_lines,
    **{f"split_sentences_{lang}": partial(split_sentences, code=lang) for lang in sorted(SENTENCE_LANGUAGES)},
}

KEEPERS: dict[str, Keeper] = {
    "filter_remove_empty_docs": filter_remove_empty_docs,
    "filter_wiki_user_titles": filter_wiki_user_titles,
    "filter_wiki_non_text_type": filter_wiki_non_text_type,
    "filter_small_docs": filter_small_docs,
    "filter_small_docs_bytes_300": filter_small_docs_bytes_300,
    "filter_small_docs_bytes_1024": filter_small_docs_bytes_1024,
    "filter_no_text": filter_no_text,
    "filter_short_pages_32": filter_short_pages_32,
    "filter_code_longest_line": code.filter_code_longest_line,
    "filter_code_token_lengths": code.filter_code_token_lengths,
    "filter_code_characters": code.filter_code_characters,
    "filter_code_symbols": code.filter_code_symbols,
}

BY_PROFILE: dict[str, Callable[[str, Mapping[str, Any], Profile], bool]] = {
    "filter_code_licence": code.filter_code_licence,
}
"""Keepers that the profile decides too."""

SOURCE_WIDE: dict[str, SourceStep] = {
    "dedup_template_soft": dedup_template_soft,
    "dedup_pseudocrawl_newspapers": dedup_pseudocrawl_newspapers,
    "dedup_document": dedup_document,
    "dedup_document_on_url": dedup_document_on_url,
    "dedup_document_on_url_lm_es_pseudocrawl-filtered_341_es_cointelegraph_com": dedup_document_on_url_cointelegraph,
    "dedup_document_on_url_lm_en_pseudocrawl_filtered_619_www_qut_edu_au": dedup_document_on_url_qut,
    "concatenate_lm_fr_ester": concatenate_lm_fr_ester,
    "dedup_seed_lines": dedup_seed_lines,
    "dedup_document_spaces": dedup_document_spaces,
    "dedup_code": dedup_code,
}

EMPTYING = frozenset(name for name in SOURCE_WIDE if name == "dedup_document" or name.startswith("dedup_document_on_"))
"""The steps of ROOTS that leave an empty text in the place of a duplicate."""

TAKES_EMPTIED = EMPTYING | frozenset(TEMPLATES)
"""The steps in which such a text counts, up to the filter that takes it out."""

REFERENCES = "remove_references_"
"""Begins the names of the steps that need the stop words of a language, whose code follows."""

NO_LANGUAGES: Mapping[str, LangParams] = MappingProxyType({})


class Step(NamedTuple):
    """A step on one document, ready to run: a cleaner or a keeper."""

    name: str
    cleaner: Cleaner | None
    keeper: Keeper | None


class Cleaned(NamedTuple):
    """What a chain made of a document: the step at which it was lost, and why where there is more to say."""

    document: Document
    lost: str | None = None
    reason: str | None = None


def check(steps: Iterable[str], languages: Sequence[str] = ()) -> None:
    """Raise CleaningError when a chain names a step that is not known.

    `languages` are codes beyond the 46 for which `remove_references_<code>` may be asked.

    >>> check(["filter_smal_docs"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    filters.cleaning.CleaningError: unknown cleaning step 'filter_smal_docs', did you mean 'filter_small_docs'? ...
    """
    known = [*CLEANERS, *KEEPERS, *BY_PROFILE, *SOURCE_WIDE]
    references = [f"{REFERENCES}{lang}" for lang in (*codes(), *languages)]
    for step in steps:
        if step not in known and step not in references:
            near = get_close_matches(step, [*known, *references], n=1)
            hint = f", did you mean {near[0]!r}?" if near else ";"
            raise CleaningError(
                f"unknown cleaning step {step!r}{hint} known: {', '.join(known)}, {REFERENCES}<language>"
            )


def source_wide(steps: Iterable[str]) -> bool:
    """Whether a chain holds a step that looks at all documents of a source.

    >>> source_wide(["filter_remove_empty_docs"]), source_wide(["dedup_document", "filter_remove_empty_docs"])
    (False, True)
    """
    return any(step in SOURCE_WIDE for step in steps)


def prepared(
    steps: Iterable[str], profile: Profile = "fixed", languages: Mapping[str, LangParams] = NO_LANGUAGES
) -> list[Step]:
    """The steps on one document of a chain, ready to run; those on a whole source must not be among them.

    The parameters of a language that is not among `languages` are the packaged ones. Raises CleaningError when a step
    is not known or the language of one has no stop words: then no line would pass, and every text would go.
    """
    steps = list(steps)
    check(steps, list(languages))
    return [_step(name, profile, languages) for name in steps]


def _step(name: str, profile: Profile, languages: Mapping[str, LangParams]) -> Step:
    if name.startswith(REFERENCES):
        return Step(name, partial(remove_references, params=needed(name, languages)), None)
    if name in BY_PROFILE:
        return Step(name, None, partial(_by_profile, BY_PROFILE[name], profile))
    return Step(name, CLEANERS.get(name), KEEPERS.get(name))


def _by_profile(
    keeper: Callable[[str, Mapping[str, Any], Profile], bool], profile: Profile, text: str, meta: Mapping[str, Any]
) -> bool:
    return keeper(text, meta, profile)


def needed(step: str, languages: Mapping[str, LangParams] = NO_LANGUAGES) -> LangParams:
    """The parameters of the language that a `remove_references_<lang>` names."""
    lang = step.removeprefix(REFERENCES)
    params = languages[lang] if lang in languages else load(lang)
    if not params.stopwords:
        raise CleaningError(f"{step}: there is no list of stop words for {params.language.name}; leave the step out")
    return params


def clean(
    text: str, meta: Mapping[str, Any], steps: Iterable[str], profile: Profile = "fixed"
) -> tuple[str, str | None]:
    """Run a chain of steps on one document: the text, and the name of the step that dropped it or None.

    A dropped document keeps the text that the step saw; the steps after it do not run.

    >>> chain = ["remove_lines_with_code", "filter_remove_empty_docs"]
    >>> clean("Habari ya leo\\nif (x) { y }", {}, chain)
    ('Habari ya leo', None)
    >>> clean("if (x) { y }", {}, chain)
    ('', 'filter_remove_empty_docs')
    """
    for step in prepared(steps, profile):
        if step.cleaner is not None:
            text = step.cleaner(text)
        elif step.keeper is not None and not step.keeper(text, meta):
            return text, step.name
    return text, None


def clean_source(
    documents: Sequence[Document],
    steps: Sequence[str],
    profile: Profile = "fixed",
    languages: Mapping[str, LangParams] = NO_LANGUAGES,
) -> list[Cleaned]:
    """Run a chain on all documents of a source, in their order: what `pipelines/chains.py` does over many files.

    In the profile roots-2022-03 a duplicate counts as an empty text until a filter takes it out, as in the original:
    two of them make the empty line a template of `dedup_pseudocrawl_newspapers`.

    >>> pages = [Document("1", "Ẹ kú\\nàárọ̀"), Document("2", "ẹ kú 1"), Document("3", "Ẹ kú\\n\\nàárọ̀ 2")]
    >>> chain = ["dedup_document", "filter_remove_empty_docs"]
    >>> [(found.lost, found.reason) for found in clean_source(pages, chain)]
    [(None, None), (None, None), ('dedup_document', 'the same as 1')]
    """
    done = [Cleaned(document) for document in documents]
    emptied: set[int] = set()
    for name in steps:
        if name in SOURCE_WIDE:
            _whole(name, done, emptied, keep_empty=profile == "roots-2022-03")
            continue
        [step] = prepared([name], profile, languages)
        done = [_one(step, each) for each in done]
        if step.keeper is not None:
            emptied = {number for number in emptied if step.keeper("", done[number].document.meta)}
    return done


def _one(step: Step, each: Cleaned) -> Cleaned:
    document = each.document
    if each.lost is not None:
        return each
    if step.cleaner is not None:
        return each._replace(document=document._replace(text=step.cleaner(document.text)))
    kept = step.keeper is None or step.keeper(document.text, document.meta)
    return each if kept else each._replace(lost=step.name)


def _whole(name: str, done: list[Cleaned], emptied: set[int], *, keep_empty: bool) -> None:
    counted = emptied if name in TAKES_EMPTIED else set()
    numbers = [number for number, each in enumerate(done) if each.lost is None or number in counted]
    shown = [done[number].document for number in numbers]
    shown = [each._replace(text="") if n in counted else each for n, each in zip(numbers, shown, strict=True)]
    for number, outcome in zip(numbers, SOURCE_WIDE[name](shown), strict=True):
        if number in emptied:
            continue
        document = done[number].document
        meta = document.meta if outcome.meta is None else outcome.meta
        lost = None if outcome.reason is None else name
        done[number] = Cleaned(document._replace(text=outcome.text, meta=meta), lost, outcome.reason)
        if keep_empty and lost in EMPTYING:
            emptied.add(number)
