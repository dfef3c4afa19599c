"""Fuzzing of the readers: `python -m tests.fuzz --seconds 600` changes real files at random and reads them."""
