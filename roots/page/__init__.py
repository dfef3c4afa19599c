"""The page on which limits are moved and texts are read, by people who do not program: `roots inspect`.

It is the one place that imports dash. What it says are answers of `roots.inspect.Corpus`; nothing is computed here.
"""
