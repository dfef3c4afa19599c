import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest

from roots.inspect import InspectError
from roots.page import app
from roots.page.served import Served
from roots.page.serving import SLOW, bound
from roots.trial import LimitError


def test_all_files_of_the_page_come_from_here(served: Served) -> None:
    page = app.made(served).server.test_client().get("/").text
    assert "https://" not in page.replace("https:\\u002f\\u002fdash-version.plotly.com", "")
    assert "/assets/page.css" in page
    assert "/assets/page.js" in page
    assert '"ui":false' in page


def test_every_part_stands_on_the_page_and_its_callbacks_are_there(served: Served) -> None:
    made = app.made(served)
    layout = json.dumps(made.layout.to_plotly_json(), default=lambda each: each.to_plotly_json())
    for id in ("filters", "near", "documents", "own-text", "own-list", "words", "save"):
        assert f'"id": "{id}"' in layout
    assert len(made.callback_map) + len(made._callback_list) > 10


def test_what_is_slow_is_there(served: Served) -> None:
    outputs = " ".join(app.made(served).callback_map)
    assert all(part in outputs for part in SLOW)


def _chosen(made: Any) -> str | None:
    layout = json.loads(json.dumps(made.layout.to_plotly_json(), default=lambda each: each.to_plotly_json()))

    def _found(part: Any) -> Any:
        if isinstance(part, list):
            return next(filter(None, map(_found, part)), None)
        if not isinstance(part, dict):
            return None
        props = part.get("props", {})
        return props if props.get("id") == "language" else _found(props.get("children"))

    value: str | None = _found(layout).get("value")
    return value


def test_a_language_can_be_chosen_from_the_beginning(served: Served) -> None:
    assert _chosen(app.made(served)) is None
    assert _chosen(app.made(served, "yo")) == "yo"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (LimitError("stopwords: is above 1"), "stopwords: is above 1"),
        (InspectError("a\u202eb: no source"), "a\\u202eb: no source"),
        (RuntimeError("Ọjọ́ dára"), "this could not be computed (RuntimeError)"),
    ],
)
def test_an_error_is_a_sentence_on_the_page_and_an_unknown_one_shows_no_text(error: Exception, words: str) -> None:
    with mock.patch.object(app, "set_props") as put:
        app.said(error)
    [(id, props)] = [call.args for call in put.call_args_list]
    assert id == "notice"
    assert props["children"][1].startswith(words)
    assert "Ọjọ́" not in str(props)


def test_a_language_that_is_not_there_is_named_before_anything_is_served(judged: str, shared_cache: Path) -> None:
    with mock.patch.object(app, "serve") as serve, pytest.raises(InspectError, match="'fr'"):
        app.show(judged, app.Wanted(lang="fr", port=0))
    assert not serve.called


def test_any_code_of_a_language_will_do(judged: str, shared_cache: Path, tmp_path: Path) -> None:
    with mock.patch.object(app, "serve") as serve:
        app.show(judged, app.Wanted(lang="yor_Latn", port=0, output=tmp_path))
    assert _chosen(SimpleNamespace(layout=serve.call_args.args[0].layout)) == "yo"


def test_a_file_is_no_folder_to_write_into(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("", encoding="utf-8")
    with pytest.raises(app.PageError, match="mine is a file; give a folder"):
        app.show("no such folder", app.Wanted(port=0, output=tmp_path / "mine"))


def test_a_port_is_looked_at_first() -> None:
    with bound(0) as taken, pytest.raises(app.PageError, match="--port"):
        app.show("no such folder", app.Wanted(port=taken.getsockname()[1]))
