"""Train a tiny decoder on token shards for some hundred steps on a processor: the proof that a trainer can read them.

    python -m roots.train_tiny work/demo

It prints the loss as it falls, and beside it the unigram entropy of the same tokens: what a model would lose that knows
how often each token stands and nothing of their order. A loss below it was learnt from the order in which the shards
hold their tokens. torch is no part of the builder: `pip install torch==2.13.0`.

The model is that of BLOOM in small: a decoder without position embeddings whose attention is biased by distance
(ALiBi, Press, Smith and Lewis 2022), a layer norm behind the embedding, and one matrix for input and output.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines import storage
from roots.megatron import Index, TokensError
from roots.tokens import ENDING, Dataset, open_dataset

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 4_000_000
"""Tokens counted at a time."""

LAST = 20
"""Steps whose mean is the loss at the end."""


@dataclass(frozen=True)
class Shape:
    """Of the model: pieces of the vocabulary, numbers a token, layers, heads."""

    vocabulary: int
    width: int = 128
    layers: int = 2
    heads: int = 4


@dataclass(frozen=True)
class Plan:
    """Of the training: tokens of a sequence, sequences of a batch, steps, the largest rate of learning, the seed."""

    length: int = 128
    batch: int = 16
    steps: int = 300
    rate: float = 3e-3
    seed: int = 42


def unigram_entropy(dataset: Dataset) -> float:
    """Entropy of the tokens of a dataset's shards as if each stood by itself, in nats a token.

    H = - Σ p log p, with p the share of a token among all. Memory: eight bytes a piece of the vocabulary.
    """
    counts = np.zeros(0, np.int64)  # [vocabulary]
    for prefix in dataset.prefixes:
        tokens = Index.read(prefix).tokens
        for start in range(0, len(tokens), CHUNK):
            found = np.bincount(tokens[start : start + CHUNK], minlength=len(counts))
            found[: len(counts)] += counts
            counts = found
    shares = counts[counts > 0] / counts.sum()
    return float(-(shares * np.log(shares)).sum())


def weights_of(shape: Shape, seed: int) -> dict[str, "Tensor"]:
    """Weights to begin with, drawn from a normal distribution of standard deviation 0.02; those of norms are 1."""
    import torch

    torch.manual_seed(seed)
    width, found = shape.width, {}
    found["embedding"] = torch.randn(shape.vocabulary, width) * 0.02
    for layer in range(shape.layers):
        sizes = {"attend": (3 * width, width), "join": (width, width), "widen": (4 * width, width)}
        sizes["narrow"] = (width, 4 * width)
        found |= {f"{layer}.{name}": torch.randn(*size) * 0.02 for name, size in sizes.items()}
    for name in [
        "first",
        "last",
        *(f"{layer}.{norm}" for layer in range(shape.layers) for norm in ("before", "after")),
    ]:
        found[name] = torch.ones(width)
    return {name: weight.requires_grad_() for name, weight in found.items()}


def logits(weights: dict[str, "Tensor"], tokens: "Tensor", shape: Shape) -> "Tensor":
    """What the model expects behind each token: [batch, length] int64 to [batch, length, vocabulary]."""
    from torch.nn import functional

    batch, length = tokens.shape
    bias = distances(length, shape.heads)
    width = [shape.width]
    state = functional.layer_norm(functional.embedding(tokens, weights["embedding"]), width, weights["first"])
    for layer in range(shape.layers):
        seen = functional.layer_norm(state, width, weights[f"{layer}.before"])
        parts = functional.linear(seen, weights[f"{layer}.attend"]).view(batch, length, 3, shape.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        found = found.transpose(1, 2).reshape(batch, length, shape.width)
        state = state + functional.linear(found, weights[f"{layer}.join"])
        seen = functional.layer_norm(state, width, weights[f"{layer}.after"])
        wide = functional.gelu(functional.linear(seen, weights[f"{layer}.widen"]))
        state = state + functional.linear(wide, weights[f"{layer}.narrow"])
    return functional.linear(functional.layer_norm(state, width, weights["last"]), weights["embedding"])


def distances(length: int, heads: int) -> "Tensor":
    """What ALiBi adds to attention, [heads, length, length]: minus the distance times a slope of the head, 2^(-8 h / H)
    for h = 1 … H, and minus infinity for what comes later."""
    import torch

    places = torch.arange(length)
    apart = (places[:, None] - places[None, :]).float()  # [length, length]
    slopes = 2.0 ** (-8.0 * torch.arange(1, heads + 1) / heads)
    bias = -slopes[:, None, None] * apart
    return bias.masked_fill(apart < 0, float("-inf"))


def loss_of(weights: dict[str, "Tensor"], batch: "Tensor", shape: Shape) -> "Tensor":
    """Mean loss in nats a token over a batch, [sequences, length + 1] int64."""
    from torch.nn import functional

    found = logits(weights, batch[:, :-1], shape)
    return functional.cross_entropy(found.reshape(-1, shape.vocabulary), batch[:, 1:].reshape(-1))


def train(weights: dict[str, "Tensor"], dataset: Dataset, shape: Shape, plan: Plan) -> Iterator[float]:
    """Change the weights, step by step as a plan says; the loss of each step in nats a token."""
    import torch

    optimizer = torch.optim.AdamW(weights.values(), lr=plan.rate, betas=(0.9, 0.95), weight_decay=0.1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.rate, total_steps=plan.steps, pct_start=0.1)
    for _, batch in zip(range(plan.steps), dataset.batches(plan.batch), strict=False):
        loss = loss_of(weights, torch.from_numpy(batch), shape)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call, unused-ignore]
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
        schedule.step()
        yield float(loss.detach())


def main(arguments: Sequence[str] | None = None) -> int:
    """Train on the shards of a work folder, and say whether the loss fell below the entropy; 1 where it did not."""
    parser = argparse.ArgumentParser(prog="python -m roots.train_tiny", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("work", help="work folder of a build, or its folder tokens/")
    parser.add_argument("--steps", type=int, default=Plan.steps, help="steps of training (%(default)s)")
    parser.add_argument("--length", type=int, default=Plan.length, help="tokens of a sequence (%(default)s)")
    given = parser.parse_args(arguments)
    try:
        import torch
    except ImportError:
        print("error: torch is not installed; pip install torch==2.13.0", file=sys.stderr)
        return 2
    torch.use_deterministic_algorithms(True)  # type: ignore[no-untyped-call, unused-ignore]
    folder = given.work if "tokens" not in storage.names(given.work) else storage.join(given.work, "tokens")
    plan = Plan(length=given.length, steps=given.steps)
    try:
        return report(folder, open_dataset(folder, plan.length, seed=plan.seed), plan)
    except (TokensError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def report(folder: str, dataset: Dataset, plan: Plan) -> int:
    """Train and print; 0 when the loss at the end is below the entropy of the tokens."""
    shape = Shape(vocabulary_of(folder, dataset))
    entropy = unigram_entropy(dataset)
    read = sum(len(Index.read(prefix).tokens) for prefix in dataset.prefixes)
    print(f"{read:,} tokens in {len(dataset.prefixes)} shards, {len(dataset):,} sequences of {plan.length}")
    print(f"unigram entropy {entropy:.3f} nats a token")
    losses: list[float] = []
    weights = weights_of(shape, plan.seed)
    for loss in train(weights, dataset, shape, plan):
        losses.append(loss)
        if len(losses) % 50 == 0 or len(losses) == 1:
            print(f"step {len(losses):5,}: loss {np.mean(losses[-LAST:]):.3f}", flush=True)
    final = float(np.mean(losses[-LAST:]))
    below = final < entropy
    print(f"loss at the end {final:.3f}, {'below' if below else 'not below'} the unigram entropy {entropy:.3f}")
    if (unseen := held_out(folder, plan)) is not None:
        print(f"loss on documents kept for validation {validated(weights, unseen, shape):.3f}")
    return 0 if below else 1


def vocabulary_of(folder: str, dataset: Dataset) -> int:
    """Pieces of the vocabulary that the shards were made with, as their manifests say."""
    return int(max(storage.read_json(f"{prefix}.json")["vocabulary"] for prefix in dataset.prefixes))


def held_out(folder: str, plan: Plan) -> Dataset | None:
    """The sequences of documents that are kept for validation, if there are any."""
    names = [name.removesuffix(ENDING) for name in storage.names(folder) if name.endswith(f"_validation{ENDING}")]
    try:
        return open_dataset(folder, plan.length, seed=plan.seed, names=sorted(names)) if names else None
    except TokensError:
        return None


def validated(weights: dict[str, "Tensor"], dataset: Dataset, shape: Shape, most: int = 256) -> float:
    """Mean loss over the first sequences of a dataset's order, at most so many, in nats a token."""
    import torch

    with torch.no_grad():
        steps = range(min(most, len(dataset)))
        losses = [
            float(loss_of(weights, torch.from_numpy(dataset.at(step)[None].astype(np.int64)), shape)) for step in steps
        ]
    return float(np.mean(losses))


if __name__ == "__main__":
    sys.exit(main())
