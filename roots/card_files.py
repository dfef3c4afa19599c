"""All cards of a corpus by their path: one of the corpus, one a source, one a language."""

from roots import card_corpus, card_language, card_source
from roots.cards import Corpus


def files(corpus: Corpus) -> dict[str, str]:
    """All cards by their path below the work folder: README.md, cards/<uid>/README.md for each source, and
    cards/by-language/<code>/README.md for each language in which something was kept."""
    cards = {"README.md": card_corpus.card(corpus)}
    cards |= {f"cards/{source.entry.uid}/README.md": card_source.card(source, corpus) for source in corpus.sources}
    codes = [share.language for share in corpus.shares if share.language in corpus.languages]
    folder = f"cards/{card_language.FOLDER}"
    return cards | {f"{folder}/{code}/README.md": card_language.card(corpus.languages[code], corpus) for code in codes}
