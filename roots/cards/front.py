"""The front matter of cards: what the Hugging Face Hub reads of a data set, in its own terms.

It is written by the library that the Hub's own tools read it with. What can be checked without the Hub is: the form of
each key, and for languages, sizes and creators the lists that the package `datasets` carries.
"""

from collections.abc import Iterable, Mapping, Sequence

from lang_params.files import APART
from lang_params.languages import Language
from lang_params.params import LangParams
from roots import licences
from roots.cards.facts import Corpus, Source
from roots.markdown import Markdown, public

EVERYTHING = "default"
"""The configuration that is loaded when none is named: all languages. No language has this code."""


def of_source(source: Source, corpus: Corpus) -> Markdown:
    """The front matter of the card of a source."""
    documents, _ = corpus.of_source(source.entry.uid)
    return _front(source.entry.name, corpus.spoken_in(source), documents=documents, extra=_licences([source]))


def of_language(params: LangParams, corpus: Corpus) -> Markdown:
    """The front matter of the card of a language; its licences are those of the sources that are in."""
    documents, _ = corpus.by_language().get(params.code, (0, 0))
    used = [source for source in corpus.sources if corpus.mixed.get((source.entry.uid, params.code), (0, 0))[0]]
    name = f"{corpus.name}: {params.language.name}"
    return _front(name, [params], documents=documents, extra=_licences(used))


def of_corpus(corpus: Corpus) -> Markdown:
    """The front matter of the card of the corpus, with the files of each language."""
    sizes = corpus.by_language()
    present = [corpus.languages[code] for code in sizes if code in corpus.languages]
    used = [source for source in corpus.sources if corpus.of_source(source.entry.uid)[0]]
    found = configurations(corpus)
    extra = {**_licences(used), **({"configs": found} if found else {})}
    return _front(corpus.name, present, documents=sum(count for count, _ in sizes.values()), extra=extra)


def configurations(corpus: Corpus) -> list[dict[str, object]]:
    """The files of each language, and of all together where there are several: that is what is loaded by default."""
    given = [dict(config) for config in corpus.configs]
    if len(given) < 2:
        return given
    splits: dict[str, list[str]] = {}
    for config in given:
        files = config["data_files"]
        for each in files if isinstance(files, list) else ():
            splits.setdefault(each["split"], []).append(each["path"])
    everything = [{"split": split, "path": paths} for split, paths in splits.items()]
    return [{"config_name": EVERYTHING, "default": True, "data_files": everything}, *given]


def size_category(documents: int) -> str:
    """The Hub's name for a number of documents.

    >>> size_category(999), size_category(1000), size_category(2_500_000), size_category(10**13)
    ('n<1K', '1K<n<10K', '1M<n<10M', 'n>1T')
    """
    marks = ["1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T"]
    place = sum(documents >= 10 ** (power + 3) for power in range(len(marks)))
    if place == 0:
        return "n<1K"
    return "n>1T" if place == len(marks) else f"{marks[place - 1]}<n<{marks[place]}"


def _licences(sources: Iterable[Source]) -> dict[str, str | list[str]]:
    held = [source.entry.licence for source in sources]
    return licences.metadata((licence.id, public(licence.url)) for licence in held)


def _front(name: str, spoken: Sequence[LangParams], *, documents: int, extra: Mapping[str, object]) -> Markdown:
    from huggingface_hub import DatasetCardData

    known = [params.language for params in spoken]
    data = DatasetCardData(
        pretty_name=_plain(name),
        # The Hub knows code by its own name, which is none of ISO 639's.
        language=sorted({_hub(language) for language in known}) or None,
        multilinguality="multilingual" if len(known) > 1 else "monolingual",
        size_categories=size_category(documents),
        task_categories=["text-generation"],
        task_ids=["language-modeling"],
        annotations_creators="no-annotation",
        language_creators="found",
        source_datasets=["original"],
        language_details=sorted({language.bcp47 for language in known}) or None,
        **extra,  # type: ignore[arg-type]
    )
    return Markdown(data.to_yaml())


def _hub(language: Language) -> str:
    return language.code if language.code in APART else language.iso639_1 or language.iso639_3


def _plain(text: str) -> str:
    """A text on one line of printable characters, for front matter."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
