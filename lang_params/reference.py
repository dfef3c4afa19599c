"""Summaries of reference text, one TOML file a language in reference/: what limits are held against.

`roots derive-thresholds` writes them, the linter and `roots languages` read them. A limit that lies beyond anything in
the reference text, or rests on few texts, can so be pointed out without the text itself.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lang_params.check import Place, needed, table, texts, whole
from lang_params.files import REFERENCE, read_text
from lang_params.settings import MEASURES

KEYS = ("least", "q01", "median", "q99", "greatest", "mean", "std")


@dataclass(frozen=True)
class ReferenceText:
    """What is known of a language's reference text: how many texts, from where, and how each measure lies in them."""

    texts: int
    sources: tuple[str, ...]
    measures: Mapping[str, Mapping[str, float]]


def write_reference(folder: Path, code: str, sources: Sequence[str], measures: Mapping[str, Any], count: int) -> Path:
    """Write reference/CODE.toml below a folder of parameters; the measures are dataclasses with the fields of KEYS."""
    path = folder / REFERENCE / f"{code}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    listed = "".join(f"  {_quoted(source)},\n" for source in sources)
    lines = [
        "# How the measures lie in the reference text of this language; written by roots derive-thresholds.",
        f"texts = {count}",
        f"sources = [\n{listed}]",
        "",
        "[measures]",
        *(f"{name} = {{ {_row(asdict(found))} }}" for name, found in measures.items()),
    ]
    path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return path


def read_reference_text(code: str, folder: Path | None = None) -> ReferenceText | None:
    """What is known of a language's reference text; None where nothing is. Raises ParamsError for a faulty file."""
    found = read_text(Path(REFERENCE, f"{code}.toml"), folder)
    if found is None:
        return None
    place, text = found
    try:
        values = table(place, tomllib.loads(text), ("texts", "sources", "measures"))
    except tomllib.TOMLDecodeError as error:
        raise place.error(f"this is not valid TOML: {error}") from error
    rows = table(place.at("measures"), needed(place, values, "measures"), MEASURES, what="filter")
    return ReferenceText(
        whole(place.at("texts"), needed(place, values, "texts"), least=1),
        texts(place.at("sources"), needed(place, values, "sources")),
        {name: _measure(place.at("measures").at(name), rows[name]) for name in rows},
    )


def _measure(place: Place, values: Any) -> dict[str, float]:
    row = table(place, values, KEYS)
    found = {key: needed(place, row, key) for key in KEYS}
    for key, value in found.items():
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise place.at(key).error(f"{value!r}; it must be a number")
    return found


def _row(values: Mapping[str, float]) -> str:
    return ", ".join(f"{key} = {values[key]:.6g}" for key in KEYS)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
