"""What a recipe may ask of the mix, as values: how languages are weighted, what of each source is taken, its files.

`roots.division` says what the weights mean, `roots.mix.plan` how documents are chosen, `roots.recipe_mix` how a recipe
says it, `roots.mix.presets` what the two presets stand for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

FORMATS = ("arrow", "parquet")
"""What the mix is written as; the first always is."""


@dataclass(frozen=True)
class Group:
    """Languages that share one weight and one smoothing.

    `weight` is the share of the corpus that the group is meant to get, in [0, 1]; None: by its size, like a language.
    """

    name: str
    languages: tuple[str, ...]
    alpha: float = 1.0
    weight: float | None = None


@dataclass(frozen=True)
class SourceRule:
    """What is taken of a source in one language, or in each of its languages (`language` is None).

    `ratio` is a share of its documents in [0, 1], `most` a number of bytes of text; both hold. Of n documents the first
    ⌊n·ratio⌋ stay, in an order that is a hash of the seed and the id (`roots.mix.keys.CHOICE`).
    """

    source: str
    ratio: Fraction = Fraction(1)
    most: int | None = None
    language: str | None = None


@dataclass(frozen=True)
class MixSettings:
    """How the corpus is mixed. Without anything all that was kept is in, once, as it is.

    `alpha`, `weights` and `groups` say which share each language is meant to get. `budget` is in bytes of text,
    `budget_tokens` in tokens, an end of document after each counted; at most one of them is given. A training document
    stands `upsampling` times at most. `validation` is the share of documents held out, by hash of their content.
    `strict` takes the largest sample whose shares are exactly those meant. `shard_bytes` is the text a file aims to
    hold.

    Two steps belong to the preset for a tokenizer: sizes are cut to a level before the power (`flatten`, the sum that
    is left), and the sources of a language give alike (`even`).

    What is no part of the value, since it decides no document: `title`, `names` (of languages) and `licences` (of
    sources), which stand in the description of a dataset, `notes` for the table, and `tokenizer`, the path of the file
    that a budget in tokens is counted with.
    """

    alpha: float = 1.0
    budget: int | None = None
    strict: bool = False
    seed: int = 42
    shard_bytes: int = 256_000_000
    weights: Mapping[str, float] = field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    sources: tuple[SourceRule, ...] = ()
    preset: str = ""
    budget_tokens: int | None = None
    upsampling: int = 1
    validation: float = 0.0
    formats: tuple[str, ...] = FORMATS
    flatten: int | None = None
    even: bool = False
    title: str = field(default="", repr=False, compare=False)
    names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    licences: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    notes: tuple[str, ...] = field(default=(), repr=False, compare=False)
    tokenizer: str = field(default="", repr=False, compare=False)

    @property
    def unit(self) -> str:
        """What sizes are counted in: bytes or tokens."""
        return "bytes" if self.budget_tokens is None else "tokens"

    @property
    def limit(self) -> int | None:
        """The budget in that unit; None: none."""
        return self.budget if self.budget_tokens is None else self.budget_tokens

    def rule(self, source: str, language: str) -> SourceRule:
        """What is taken of a source in a language; a rule for that language goes before one for all of them."""
        for wanted in (language, None):
            for rule in self.sources:
                if (rule.source, rule.language) == (source, wanted):
                    return rule
        return SourceRule(source)

    def limited(self, source: str, language: str) -> bool:
        """Whether a rule keeps some documents of a source in a language out."""
        rule = self.rule(source, language)
        return rule.ratio < 1 or rule.most is not None

    def said(self) -> list[str]:
        """What decides how much of each language is in, in plain words, a line for each thing.

        >>> MixSettings(alpha=0.3, budget=4_000_000, validation=0.05).said()[0]
        'alpha 0.3: a language that has the share p of what was kept is meant to get one in proportion to p to the 0.3'
        >>> MixSettings(alpha=0.3, budget=4_000_000, validation=0.05).said()[1:3]
        ['budget: 4,000,000 bytes of text', 'no document is repeated']
        """
        level = "as they are" if self.alpha == 1 else f"one in proportion to p to the {self.alpha:g}"
        lines = [
            f"alpha {self.alpha:g}: "
            + ("languages keep the shares that they have" if self.alpha == 1 else "")
            + ("" if self.alpha == 1 else f"a language that has the share p of what was kept is meant to get {level}")
        ]
        lines += [f"weight of {code}, by hand: {share:.2%}" for code, share in self.weights.items()]
        lines += [_group(group) for group in self.groups]
        lines.append(self._budget())
        times = f"a training document stands {self.upsampling:,} times at most"
        lines.append(times if self.upsampling > 1 else "no document is repeated")
        if self.validation:
            lines.append(f"held out for validation, by hash of the content: {self.validation:.1%} of the documents")
        if self.preset:
            lines.append(f"preset: {self.preset}")
        return lines

    def _budget(self) -> str:
        if self.strict:
            return "size: the largest sample whose shares are exactly those meant"
        if self.limit is None:
            shaped = self.alpha < 1 or self.weights or self.groups
            but = (
                "; without a budget, upsampling or strict no share is changed"
                if shaped and self.upsampling == 1
                else ""
            )
            return f"budget: none, all that was kept{but}"
        return f"budget: {self.limit:,} {'bytes of text' if self.unit == 'bytes' else 'tokens'}"


def _group(group: Group) -> str:
    weight = "by its size" if group.weight is None else f"{group.weight:.2%}, by hand"
    return f"group {group.name} ({', '.join(group.languages)}): weight {weight}; inside it alpha {group.alpha:g}"
