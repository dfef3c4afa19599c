"""Data cards: one of the corpus, of each source and of each language.

`facts` is what they are made from, `files` writes them, and most other modules write a section each.
"""
