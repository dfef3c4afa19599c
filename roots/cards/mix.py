"""What cards say of the mix: how languages were weighted, what each has and gets, what is set apart, the tokenizer."""

from collections.abc import Mapping, Sequence

from lang_params.params import LangParams
from pipelines.counted import several
from roots import funnel, named
from roots.cards.facts import Corpus, Source
from roots.markdown import Markdown, code, inline, table
from roots.shares import Share

KINDS = {
    "bpe": "byte-level BPE",
    "unigram": "SentencePiece unigram",
    "sentencepiece-bpe": "SentencePiece BPE",
}
"""Kinds of tokenizers."""


def rule(corpus: Corpus) -> list[str]:
    """How languages were weighted, in sentences."""
    if corpus.mixing:
        return list(corpus.mixing)
    budget = f"{corpus.budget:,} bytes of text" if corpus.budget else "none, all that was kept"
    level = "the largest sample whose shares are exactly the sampling shares" if corpus.strict else f"budget: {budget}"
    return [
        f"With p the share of a language in the text that was kept, its sampling share is p to the power of "
        f"{corpus.alpha:g}, divided by the sum of these; {level}."
    ]


def repeated(corpus: Corpus) -> bool:
    """Whether any document stands in the corpus more than once."""
    return any(share.repeats > 1 for share in corpus.shares)


def shares(shown: Sequence[Share], names: Mapping[str, str]) -> Markdown:
    """What each language has and gets, in bytes."""
    again = any(share.repeats > 1 for share in shown)
    apart = any(share.validation for share in shown)
    rows = [
        [
            named.both(share.language, names),
            share.available,
            f"{share.share:.2%}",
            f"{share.sampling:.2%}",
            share.gets,
            *([f"{share.after:.2%}"] if share.after else [""] * any(each.after for each in shown)),
            share.gives_up,
            *([f"{share.repeats:.2f}"] * again),
            *([share.validation] * apart),
        ]
        for share in shown
    ]
    header = ["language", "has", "share", "sampling share", "gets"]
    header += ["share after"] * any(each.after for each in shown) + ["gives up"]
    return table([*header, *["times repeated"] * again, *["for validation"] * apart], rows, numbers=1)


def of_source(source: Source, corpus: Corpus) -> Markdown:
    """What of a source is in the corpus, language by language."""
    rows: list[list[object]] = []
    for line in funnel.lines(source.funnel):
        documents, size = corpus.mixed.get((source.entry.uid, line.name or ""), (0, 0))
        share = next((share for share in corpus.shares if share.language == line.name), None)
        if share is not None and (line.kept or documents):
            language = corpus.languages.get(share.language)
            name = named.of(language) if language else share.language
            rows.append([name, *_row(share, source, line), documents, size])
    header = ["language", "kept documents", "kept bytes", "weight", "sampling share", "in the corpus", "bytes there"]
    return table(header, rows, numbers=1) if rows else Markdown("No document of this source is in the corpus.")


def of_language(params: LangParams, corpus: Corpus) -> Markdown:
    """From which sources the documents of a language are; links lead from the card of a language."""
    rows: list[list[object]] = []
    share = next((share for share in corpus.shares if share.language == params.code), None)
    counted = {line.name: line for line in funnel.lines(funnel.select(corpus.whole, lang=params.code), "source")}
    for source in corpus.sources:
        entry = source.entry
        line = counted.get(entry.uid)
        documents, size = corpus.mixed.get((entry.uid, params.code), (0, 0))
        if line is not None:
            card = Markdown(f"[{inline(entry.name)}](../../{entry.uid}/README.md)")
            weight = f"{line.kept_bytes / share.available:.2%}" if share and share.available else ""
            held = [card, entry.custodian.name, entry.licence.id]
            rows.append([*held, line.documents, line.kept, weight, documents, size])
    header = ["source", "custodian", "licence", "documents in", "kept", "weight", "in the corpus", "bytes there"]
    return table(header, rows, numbers=3) if rows else Markdown("No source has a document in this language.")


def _row(share: Share, source: Source, line: funnel.Line) -> list[object]:
    weight = line.kept_bytes / share.available if share.available else 0.0
    mine = next((each for each in share.sources if each.source == source.entry.uid), None)
    limits = [f"at most {mine.ratio:.0%} of its documents"] if mine is not None and mine.ratio < 1 else []
    limits += [f"at most {mine.most:,} bytes"] if mine is not None and mine.most is not None else []
    shown = f"{weight:.2%}" + (f" ({', '.join(limits)})" if limits else "")
    return [line.kept, line.kept_bytes, shown, f"{share.sampling:.2%}"]


def validation(corpus: Corpus, lang: str | None = None) -> str:
    """How much is set apart for validation, in a sentence; of one language or of all."""
    parts = [each for code, each in corpus.validation.items() if lang in (None, code)]
    documents, size = (sum(each[place] for each in parts) for place in (0, 1))
    if not documents:
        return "Nothing is set apart for validation."
    return (
        f"{several(documents, 'document')} of these, {several(size, 'byte')}, {'is' if documents == 1 else 'are'} set "
        "apart for validation, chosen by hash, and in no training file."
    )


def tokenizer(corpus: Corpus) -> Markdown:
    """By what tokens were counted; empty where none were."""
    found = corpus.tokenizer
    pieces = found.vocabulary or corpus.vocabulary
    if not pieces:
        return Markdown("")
    kind = KINDS.get(found.kind)
    what = f"the {kind} tokenizer" if kind else "a tokenizer that the recipe names"
    trained = " that was trained on a sample of this corpus" if kind and found.trained else ""
    known = f" Its file has the SHA-256 {code(found.sha256)}." if found.sha256 else ""
    return Markdown(
        f"Tokens are those of {inline(what)} of {several(pieces, 'piece')}{trained}, the end of each document "
        f"counted.{known}"
    )
