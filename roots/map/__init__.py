"""The map of a corpus: a page that needs no network, its facts, and the same as pictures for papers."""
