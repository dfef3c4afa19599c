"""The table [tokens] of a recipe: how token shards are written; read and checked.

[tokens]                          # left out: Megatron's .bin and .idx alone, see roots/layouts.py
layouts = ["datatrove", "numpy"]  # what is written beside them
end = "<|endoftext|>"             # the token that ends a document, where the tokenizer's file does not say it
padded = 250880                   # the vocabulary as the trainer pads it; left out: to a multiple of 128
"""

from collections.abc import Mapping
from typing import Any

from roots.layouts import LAYOUTS
from roots.token_shards import TokenSettings
from roots.values import TEXT, Allowed, some_of, whole

KEYS: Mapping[str, Mapping[str, Allowed]] = {
    "tokens": {"layouts": some_of(tuple(LAYOUTS)), "end": TEXT, "padded": whole(1)},
}
"""The keys of this table."""


def of_table(table: Mapping[str, Any]) -> TokenSettings:
    """The table, whose values were checked by `KEYS`."""
    asked = table.get("layouts", ())
    layouts = tuple(name for name in LAYOUTS if name in asked and name != "megatron")
    return TokenSettings(layouts, table.get("end"), table.get("padded"))
