"""A judged folder for the page: random measures, and texts that go to the left or would act if they could."""

import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pyarrow as pa

from pipelines import tables
from roots.inspect import Corpus
from roots.page.app import made
from roots.page.served import Question, Served
from roots.page.serving import bound, server_of
from tests.measured import Wanted, measured

HOSTILE = (
    "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\"> "
    "Library \u202egnihton\u202c \u2067of x [a](javascript:alert(1)) " + "o" + "\u0301" * 10_000
)
"""A text that would act, turn the order of what follows, or reach over all that is around it."""

ARABIC = "المكتبة مفتوحة كل يوم من الساعة 9 إلى الساعة 17، والدخول مجاني للجميع."
CHINESE = "圖書館每天開放,任何人都可以借書。"
YORUBA = "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba."

TEXTS = {"ar": ARABIC, "zht": CHINESE, "yo": YORUBA}


def folder(work: Path) -> str:
    """A judged work folder of some thousand documents in Yoruba, Arabic and Chinese; every second text in Yoruba is
    hostile."""
    measured(str(work), Wanted(3_000, tuple(TEXTS), texts=True))
    for path in sorted(work.glob("*/documents/*.parquet")):
        table = tables.read(str(path))
        langs = tables.read(str(path.parents[1] / "measures" / path.name), ["lang"]).column("lang").to_pylist()
        texts = [
            HOSTILE if lang == "yo" and place % 2 else TEXTS.get(lang or "", "") for place, lang in enumerate(langs)
        ]
        column = table.schema.get_field_index("text")
        table = table.set_column(column, table.schema.field(column), pa.array(texts, table.schema.field(column).type))
        tables.write(str(path), table)
    return str(work)


def question(**changes: Any) -> Question:
    """A question about Yoruba with no limit moved."""
    found: Any = {"lang": "yo", "source": "", "signal": "", "limits": {}, **changes}
    return found  # type: ignore[no-any-return]


def said(component: Any) -> str:
    """All words of a component, in their order."""
    if component is None or isinstance(component, bool):
        return ""
    if isinstance(component, list | tuple):
        return " ".join(filter(None, map(said, component)))
    return said(getattr(component, "children", None)) if hasattr(component, "to_plotly_json") else str(component)


@contextmanager
def page(work: str, output: Path | None = None) -> Iterator[str]:
    """The address of the page of a folder, served by a thread."""
    with closing(bound(0)) as listening:
        server = server_of(made(Served(Corpus(work), None, output)), listening)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{port_of(listening)}/"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def port_of(listening: socket.socket) -> int:
    """The port of a socket."""
    return int(listening.getsockname()[1])
