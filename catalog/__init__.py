"""Sources: who holds a text, under which licence, where it is, and how it is read."""
