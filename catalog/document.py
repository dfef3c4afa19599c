"""A document: one row of one Arrow schema, and the two hashes that name it."""

from hashlib import blake2b

import pyarrow as pa

DOCUMENTS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("source_id", pa.string()),
        pa.field("source", pa.string(), nullable=False),
        pa.field("url", pa.string()),
        pa.field("content_hash", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("meta", pa.string(), nullable=False),
    ]
)
"""The stored document. `source_id` is the input's own id, `meta` a JSON object of its other fields."""

RECORDS = pa.schema(
    [
        *DOCUMENTS,
        pa.field("lang", pa.string()),
        pa.field("lost", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("signals", pa.list_(pa.string())),
        pa.field("harmful_perplexity", pa.float64()),
    ]
)
"""What a reader yields: a document, the language it is declared to be in (null: not declared), and for a
record that could not be read `lost` = "error:read" with the `reason` in plain words. `signals` are what the record says
of its own use and quality, as `origin:word` (`tdm-reservation:1`, `oscar-category:adult`), sorted; null for none.
`harmful_perplexity` is OSCAR's, by a model of adult text: the lower, the more like that."""


def document_id(source: str, file: str, offset: int) -> str:
    """Stable id of the record that starts at byte `offset` of `file`, as 32 hexadecimal digits.

    The offset is that of the record's gzip member, or in the uncompressed stream, or a row number where a
    format has no byte offsets. The id does not depend on the text, nor on how files are cut into shards.

    >>> document_id("udhr", "data/yor.jsonl", 0)
    'd48d6208b8ccb9c61489fa7942dc9557'
    """
    return blake2b(f"{source}\0{file}\0{offset}".encode(), digest_size=16).hexdigest()


def content_hash(text: bytes) -> str:
    """Hash of a text as it was read, in UTF-8, as 32 hexadecimal digits: names a text wherever it comes back.

    >>> content_hash("Ẹ káàbọ̀".encode())
    'b0d3fd0d18c1918f27cbf60d48d48ea0'
    """
    return blake2b(text, digest_size=16).hexdigest()
