"""What notebooks show: pictures, tables, texts, differences, all as HTML that needs no network.

Whatever comes from a document, a name or a file is escaped. Texts stand in the direction that their letters have, with
the language said, so that fonts and hyphens are those of the language.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from lang_params.params import LangParams
from roots.visible import visible

if TYPE_CHECKING:
    import altair
    import pandas as pd

WIDE = {"width": "36em"}
"""The layout of widgets with names and values of some length."""

SHORT = 400
"""Characters of a text that are shown before its reader asks for more: some five lines."""

LINES = {"+": "background:#dff3e1", "-": "background:#fde3df", "@": "color:#595959"}
"""How lines of a difference are shown, by what they begin with."""


class Shown(str):
    """HTML, which a notebook shows as such."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return str(self)

    def __repr__(self) -> str:
        return "<HTML>"


def said(*lines: str) -> Shown:
    """Sentences, each on a line of its own."""
    return Shown(f'<div dir="auto">{"<br>".join(escape(line) for line in lines)}</div>')


def written(text: str) -> Shown:
    """A text as a terminal or a file has it, its lines and spaces kept."""
    return Shown(f'<pre style="overflow-x:auto; line-height:1.3">{escape(visible(text))}</pre>')


def difference(diff: str) -> Shown:
    """A unified diff, what is new in green and what goes in red, each with its sign.

    >>> "background:#dff3e1" in difference("+stopwords = { min = 0.1 }\\n")
    True
    """
    rows = [
        f'<span style="display:block; {_style(line)}">{escape(visible(line)) or "&nbsp;"}</span>'
        for line in diff.splitlines()
    ]
    return Shown(f'<pre style="white-space:pre-wrap; color:#111; background:#fff">{"".join(rows)}</pre>')


def command(*arguments: object) -> Shown:
    """Give a command as one does in a terminal, in a process of its own; the command, and what it printed.

    Apache Beam cannot run in the process of a notebook: it imports what does not go with pandas 3. Raises
    ChildProcessError, with what was printed, where the command failed.
    """
    import os
    import shlex
    import subprocess
    import sys

    given = [str(argument) for argument in arguments]
    run = [sys.executable, "-m", "roots", *given]
    # A kernel asks for colours, which are codes here.
    plain = {name: value for name, value in os.environ.items() if name not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    done = subprocess.run(run, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, env=plain)
    line = f"roots {shlex.join(given)}"
    if done.returncode:
        raise ChildProcessError(f"{line}\n{done.stdout}")
    return Shown(written(f"$ {line}\n{done.stdout}"))


def _style(line: str) -> str:
    return "font-weight:bold" if line.startswith(("+++ ", "--- ")) else LINES.get(line[:1], "")


def picture(chart: "altair.TopLevelMixin", says: str) -> Shown:
    """A chart as SVG, drawn here, with a sentence for those who do not see it."""
    import vl_convert

    drawn = vl_convert.vegalite_to_svg(chart.to_dict())
    label = escape(says, quote=True)
    return Shown(f'<div role="img" aria-label="{label}" style="max-width:100%; overflow-x:auto">{drawn}</div>')


def drawn(svg: str) -> Shown:
    """A picture that is SVG already; it is shown as an image, which can hold no script."""
    from base64 import b64encode

    data = b64encode(svg.encode()).decode()
    return Shown(f'<img src="data:image/svg+xml;base64,{data}" style="max-width:100%; background:#fff" alt="">')


def page(html: str, height: int = 640) -> Shown:
    """A whole HTML page inside the notebook, with styles of its own; no script in it is run."""
    style = f"width:100%; height:{height}px; border:1px solid #c4c4c4"
    return Shown(f'<iframe sandbox srcdoc="{escape(html, quote=True)}" style="{style}" title="page"></iframe>')


def table(frame: "pd.DataFrame", formats: Mapping[str, str] | None = None) -> Shown:
    """A table: numbers to the right with marks at the thousands, or as `formats` says by column ("{:.1%}")."""
    numeric = {name: frame[name].dtype.kind in "iuf" for name in frame.columns}
    chosen = formats or {}
    sides = {name: "right" if numeric[name] else "left" for name in frame.columns}

    def cell(name: str, value: Any) -> str:
        given = chosen.get(name) or ("{:,.4g}" if isinstance(value, float) else "{:,}")
        text = "" if value is None or value != value else given.format(value) if numeric[name] else str(value)
        return f'<td dir="auto" style="text-align:{sides[name]}">{escape(visible(text))}</td>'

    head = "".join(f'<th scope="col" style="text-align:{sides[name]}">{escape(str(name))}</th>' for name in sides)
    rows = ["".join(cell(name, value) for name, value in row.items()) for row in frame.to_dict("records")]
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    if not rows:
        body = f'<tr><td colspan="{len(frame.columns)}">none</td></tr>'
    return Shown(
        f'<div style="overflow-x:auto"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def passage(head: str, text: str, params: LangParams) -> Shown:
    """A text of a language under a line about it: its beginning, the rest where its reader asks for it."""
    style = "white-space:pre-line; overflow-wrap:anywhere; line-height:1.7; margin:0"
    language = params.language.bcp47
    lang = "" if language == "zxx" else f' lang="{escape(language, quote=True)}"'
    shown = [f'<p dir="auto"{lang} style="{style}">{escape(visible(part))}</p>' for part in parts(text)]
    rest = f"<details><summary>more</summary>{shown[1]}</details>" if len(shown) > 1 else ""
    return Shown(f'<div style="margin:0 0 1em 0"><b>{escape(head)}</b>{shown[0]}{rest}</div>')


def parts(text: str) -> list[str]:
    """A text in one part, or in two where it is long: the first of `SHORT` characters at most, no letter cut."""
    from roots.excerpts import cut

    if len(text) <= SHORT:
        return [text]
    first = cut(text, SHORT)
    return [first, text[len(first) - len(" …") :]]


def beside(columns: Mapping[str, Sequence[str]]) -> Shown:
    """Passages in columns beside each other, where there is room, under their heads."""
    style = "flex:1 1 20em; min-width:0"
    shown = [
        f'<div style="{style}"><h4>{escape(head)}</h4>{"".join(some) or "none"}</div>' for head, some in columns.items()
    ]
    return Shown(f'<div style="display:flex; flex-wrap:wrap; gap:2em">{"".join(shown)}</div>')
