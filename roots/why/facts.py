"""What is known of one document of a work folder: its measures, what decided, its copies, where it stands.

Values alone, no text of a document; `roots.why.gather` gathers them, `roots.why.text` says them in words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Origin:
    """The source of a document: its uid, and of its entry what the folder says, "" where it does not: name, licence,
    custodian."""

    uid: str
    name: str = ""
    licence: str = ""
    custodian: str = ""


@dataclass(frozen=True)
class Measured:
    """A filter's measure of the document: `value` in `unit` (None: not taken), the interval in force, whether the
    filter is applied, whether the document passes it (None: it is not applied), and a `note` in words, "" for none."""

    filter: str
    unit: str
    value: float | None
    min: float | None
    max: float | None
    applied: bool
    passed: bool | None
    note: str = ""


@dataclass(frozen=True)
class Copy:
    """A document of the same cluster: its id, its source, the method that found the two alike, and how alike they are,
    in [0, 1]; None where it is not known."""

    id: str
    source: str
    method: str | None
    similarity: float | None


@dataclass(frozen=True)
class Cluster:
    """The document among its copies: what it repeats (None: it is the one that is kept), how many documents that
    passed are alike, itself included (None: not known), those that gave way to it, and by what one was chosen."""

    repeats: Copy | None
    copies: int | None
    gave_way: Sequence[Copy] = ()
    keep: Sequence[str] = ()


@dataclass(frozen=True)
class Cleaned:
    """What the source's chain did: its steps in their order, and of those steps of which a sample holds the document,
    what each did to it; `complete` is whether the samples hold all that any step changed."""

    chain: Sequence[str] = ()
    sampled: Sequence[tuple[str, str]] = ()
    complete: bool = False


@dataclass(frozen=True)
class Personal:
    """Personal data of one kind: at how many places it was replaced, and at how many it was marked and left."""

    kind: str
    redacted: int
    marked: int


@dataclass(frozen=True)
class Cut:
    """What is left out of the text where it repeats others: passages, and bytes of the text before and after."""

    passages: int
    bytes: int
    bytes_left: int


@dataclass(frozen=True)
class Contamination:
    """A benchmark of which the document holds an item, counted from 1 in its file, and the share of it in [0, 1]."""

    benchmark: str
    item: int
    share: float


@dataclass(frozen=True)
class Tokens:
    """The document in a token shard: the shard's prefix, its sequence, counted from 0, how many tokens that is, its
    end token included, and the byte of the `.bin` file at which it begins."""

    prefix: str
    sequence: int
    tokens: int
    offset: int


@dataclass(frozen=True)
class Stand:
    """A place where the document stands: the dataset and its split, the Arrow file and the same rows as Parquet ("" for
    none), its row there, and in the whole dataset; rows are counted from 0. `tokens` is None where there are none."""

    dataset: str
    split: str
    corpus: str
    parquet: str
    row: int
    index: int
    tokens: Tokens | None = None


@dataclass(frozen=True)
class Mix:
    """What became of the document in the mix: where it stands, once a repeat; how often it should by the plan (None:
    it was put out before, or nothing is mixed); where that is never, what decided: "budget", "rule", or "".

    `took` and `had` are what the mix took of its language (of its source, where a rule decided), and what was kept, in
    `unit`. `made` is whether there is a mix.
    """

    made: bool = False
    stands: Sequence[Stand] = ()
    times: int | None = None
    decided: str = ""
    took: int = 0
    had: int = 0
    unit: str = "bytes"


@dataclass(frozen=True)
class Why:
    """Everything that a work folder says of one document. Printed, it is the answer in plain words.

    `cause` is None for one that is kept; `judged` is whether there is a verdict. `lang` is the language that the
    document is in for the corpus, `in_corpus` whether the corpus has it. `also` are the filters beside the cause that
    it fails. `number` is which document of its file it is, counted from 1, `row` its row in its tables, counted from 0.
    `exported` is the file of `kept/` and the record there, counted from 1. `withheld` is whether a removed document is
    an empty row, `url_digest` what is left of its address, "" where there is none. `asked` is what
    a recipe's file of removals says of it, `notes` are sentences on the folder.
    """

    id: str
    origin: Origin
    file: str
    row: int
    number: int = 1
    source_id: str | None = None
    url: str | None = None
    lang: str | None = None
    language: str = ""
    identified: str | None = None
    identified_language: str = ""
    identifier: str | None = None
    in_corpus: bool = True
    bytes: int = 0
    judged: bool = True
    cause: str | None = None
    reason: str = ""
    signals: Sequence[str] = ()
    harmful_perplexity: float | None = None
    measures: Sequence[Measured] = ()
    cleaned: Cleaned = field(default_factory=Cleaned)
    cluster: Cluster | None = None
    personal: Sequence[Personal] = ()
    cut: Cut | None = None
    contamination: Sequence[Contamination] = ()
    mix: Mix = field(default_factory=Mix)
    exported: tuple[str, int] | None = None
    withheld: bool = False
    asked: str = ""
    content_hash: str = ""
    url_digest: str = ""
    found_by: str = "id"
    notes: Sequence[str] = ()

    @property
    def also(self) -> tuple[str, ...]:
        """The filters that the document fails, but the one that decided, in their order."""
        return tuple(each.filter for each in self.measures if each.passed is False and each.filter != self.cause)

    def facts(self) -> Mapping[str, Any]:
        """The same as values of JSON, for programs."""
        return {**asdict(self), "kept": self.judged and self.cause is None, "also": list(self.also)}

    def __str__(self) -> str:
        from roots.why.text import plain

        return plain(self)

    def _repr_html_(self) -> str:
        from roots.why.text import html

        return html(self)
