"""What BLOOM's model card says of its training data: the tables that a map shows beside the corpus's own.

Source: https://huggingface.co/bigscience/bloom, section Training Data: "Distribution of Niger Congo and Indic
languages". Percentages are shares of the whole training data, code included, as sampled: they follow tokens. Twi is
missing from the table of the card; its share is that of the README of the training run. The card's table of
programming languages is `catalog/code_extensions.csv`.
"""

from collections.abc import Mapping

NIGER_CONGO: Mapping[str, float] = {
    "tum": 0.00002,
    "ki": 0.00004,
    "bm": 0.00004,
    "ak": 0.00007,
    "ts": 0.00007,
    "st": 0.00007,
    "ny": 0.0001,
    "tw": 0.0001,
    "tn": 0.0002,
    "ln": 0.0002,
    "nso": 0.0002,
    "fon": 0.0002,
    "rn": 0.0003,
    "wo": 0.0004,
    "lg": 0.0004,
    "sn": 0.001,
    "zu": 0.001,
    "ig": 0.001,
    "xh": 0.001,
    "rw": 0.003,
    "yo": 0.006,
    "sw": 0.02,
}
"""Per cent of BLOOM's training data by ROOTS code. Bambara, a Mande language, is among them as on the card."""

INDIC: Mapping[str, float] = {
    "as": 0.01,
    "or": 0.04,
    "gu": 0.04,
    "mr": 0.05,
    "pa": 0.05,
    "kn": 0.06,
    "ne": 0.07,
    "te": 0.09,
    "ml": 0.10,
    "ur": 0.10,
    "ta": 0.20,
    "bn": 0.50,
    "hi": 0.70,
}
"""The same of the languages that the card calls Indic; the Dravidian ones are among them."""

TABLES: Mapping[str, Mapping[str, float]] = {"Niger-Congo": NIGER_CONGO, "Indic": INDIC}
