"""The command train-langid: a model that tells languages apart, from text whose language is known, and its scores."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filters.langid_scores import REST, Scores, documents, score
from filters.langid_text import ONE_LABEL, Labelled, TextError, read
from filters.train_langid import Recipe, train
from lang_params.languages import codes

CONFUSIONS = 20
"""How many are printed."""


@dataclass(frozen=True)
class LangidRequest:
    """What the command was asked for."""

    text: tuple[Path, ...]
    test: tuple[Path, ...]
    output: Path
    sentences: int
    force: bool
    recipe: Recipe


@dataclass(frozen=True)
class Trained:
    """The model that was written, and how it did on the test text: by record and by document, where there is any."""

    path: Path
    size: int
    labels: int
    records: Scores | None
    documents: Scores | None
    sentences: int

    def said(self) -> list[str]:
        """What is told at the end, line by line."""
        lines = [f"{self.path}: {self.labels} languages, {self.size:,} bytes"]
        if self.records is not None and self.documents is not None:
            lines += ["", *table(self.records, self.documents, self.sentences)]
        return lines


def train_langid(request: LangidRequest) -> Trained:
    """Train, write and test a model. Raises TextError for text that cannot be used and for a file that is there."""
    if request.output.exists() and not request.force:
        raise TextError(f"{request.output}: the file is there; give another --output, or --force to write over it")
    # Test text first: a mistake in it should not cost a training.
    test = read(request.test) if request.test else []
    model = train(read(request.text), request.recipe)
    request.output.parent.mkdir(parents=True, exist_ok=True)
    request.output.write_bytes(model)
    from filters.lid_model import read as read_model

    labels = read_model(request.output).labels
    if not test:
        return Trained(request.output, len(model), len(labels), None, None, request.sentences)
    by_record = scored(test, request.output)
    by_document = scored(documents(test, request.sentences), request.output)
    return Trained(request.output, len(model), len(labels), by_record, by_document, request.sentences)


def scored(records: Sequence[Labelled], model: Path) -> Scores:
    """How a model does on some texts, behind the script gate; the languages of the corpus are told from the rest."""
    import pyarrow as pa

    from filters.lid_model import read as read_model
    from filters.roots_lid import ask

    answers = ask(pa.array([record.text for record in records], pa.string()), read_model(model))
    return score(records, [label for label, _ in answers], {ONE_LABEL.get(code, code) for code in codes()})


def table(records: Scores, joined: Scores, sentences: int) -> list[str]:
    """The scores as a table, a language a line, and what was taken for what most often."""
    head = f"{'':10} {'records':>8} {'F1':>6} {'recall':>7} {'documents':>10} {'F1':>6} {'recall':>7}"
    lines = [f"a document is {sentences} neighbouring records of one language and source", head]
    for label, one in records.of.items():
        line = f"{label:10} {one.texts:8,} {one.f1:6.3f} {one.recall:7.3f}"
        many = joined.of.get(label)
        lines.append(line + (f" {many.texts:10,} {many.f1:6.3f} {many.recall:7.3f}" if many else ""))
    known = len([label for label in records.of if label != REST])
    lines.append(
        f"macro F1 over {known} languages: {records.macro_f1:.4f} by record, {joined.macro_f1:.4f} by document"
    )
    silent = sorted({ONE_LABEL.get(code, code) for code in codes()} - records.of.keys())
    if silent:
        lines.append(f"no test text: {' '.join(silent)}")
    for what, scores in (("records", records), ("documents", joined)):
        worst = ", ".join(f"{true} as {said} {count}" for true, said, count in scores.confusions[:CONFUSIONS])
        lines.append(f"{what} taken for others: {worst or 'none'}")
    return lines
