"""All cards of a corpus by their path: one of the corpus, one a source, one a language."""

from roots.cards import corpus as card_corpus
from roots.cards import language
from roots.cards import source as card_source
from roots.cards.facts import Corpus


def files(corpus: Corpus) -> dict[str, str]:
    """All cards by their path below the work folder: README.md, cards/<uid>/README.md for each source, and
    cards/by-language/<code>/README.md for each language in which something was kept."""
    cards = {"README.md": card_corpus.card(corpus)}
    cards |= {f"cards/{source.entry.uid}/README.md": card_source.card(source, corpus) for source in corpus.sources}
    codes = [share.language for share in corpus.shares if share.language in corpus.languages]
    folder = f"cards/{language.FOLDER}"
    return cards | {f"{folder}/{code}/README.md": language.card(corpus.languages[code], corpus) for code in codes}
