"""The page of a map holds all it needs and nothing that acts; the command makes it again and draws pictures."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipelines import storage
from roots.map.page import FACTS, PAGE, files, page
from tests.roots.made import Ended
from tests.roots.mapped import HOSTILE, census, corpus, made

Roots = Callable[..., Ended]


class Parts(HTMLParser):
    """The elements of a page, and what stands in its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.held: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] in ("script", "style") and data.strip():
            self.held.append((self.tags[-1][0], data))


def policy(parts: Parts) -> str:
    [found] = [attrs["content"] for tag, attrs in parts.tags if attrs.get("http-equiv") == "Content-Security-Policy"]
    return str(found)


def test_a_page_runs_its_own_script_alone_and_loads_nothing() -> None:
    parts = Parts(page(made()))
    assert policy(parts).startswith("default-src 'none'; ")
    held = {kind: data for kind, data in parts.held if not data.startswith("{")}
    for kind, data in held.items():
        digest = base64.b64encode(hashlib.sha256(data.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy(parts)
    assert "unsafe" not in policy(parts)
    assert not [attrs for _, attrs in parts.tags if "src" in attrs]
    assert not [attrs for _, attrs in parts.tags if any(name.startswith("on") or name == "style" for name in attrs)]
    assert not re.findall(
        r"(?:https?:)?//[a-z]", "".join(data for _, data in parts.held).replace("http://www.w3.org/2000/svg", "")
    )


def test_what_names_hold_stays_data() -> None:
    text = page({**made(), "name": HOSTILE, "description": HOSTILE})
    parts = Parts(text)
    assert [tag for tag, _ in parts.tags].count("script") == 2
    assert "img" not in [tag for tag, _ in parts.tags]
    [data] = [data for _, data in parts.held if data.startswith("{")]
    assert json.loads(data)["name"] == HOSTILE
    assert not set("<>&") & set(data)


def test_the_same_corpus_has_the_same_map() -> None:
    one, two = files(corpus(), census()), files(corpus(), census())
    assert one == two
    assert set(one) == {PAGE, FACTS}
    assert json.loads(one[FACTS]) == json.loads(json.dumps(made()))
    assert len(one[PAGE].encode()) < 500_000


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A work folder that holds the facts of a map."""
    folder = tmp_path / "work"
    storage.write_bytes(str(folder / FACTS), storage.canonical(made()))
    return folder


def test_the_command_makes_the_page_again(roots: Roots, work: Path) -> None:
    elsewhere = work.parent / "elsewhere.html"
    ended = roots("map", work, "--html", elsewhere)
    assert (ended.code, ended.out.strip()) == (0, str(elsewhere))
    assert elsewhere.read_text(encoding="utf-8") == page(made())
    assert not (work / PAGE).exists()  # what checksums name is not touched


def test_the_command_draws_pictures(roots: Roots, work: Path, tmp_path: Path) -> None:
    pytest.importorskip("vl_convert")
    tree, funnel = tmp_path / "tree.svg", tmp_path / "funnel.png"
    ended = roots("map", work, "--tree", tree, "--funnel", funnel, "--lang", "yor_Latn", "--measure", "documents")
    assert (ended.code, ended.out.split()) == (0, [str(tree), str(funnel)])
    assert tree.read_text(encoding="utf-8").startswith("<svg")
    assert funnel.read_bytes().startswith(b"\x89PNG")
    assert not (work / PAGE).exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "nothing to write; give --html, --tree or --funnel and a file (the map of the last build is "),
        (["--tree", "tree.gif"], "tree.gif: a picture is .svg or .png; choose one of these names"),
        (["--tree", "x.svg", "--lang", "xx"], "'xx' is not a language of the corpus"),
        (["--funnel", "x.svg", "--lang", "yoo"], "'yoo' is not a language of the corpus"),
    ],
)
def test_what_cannot_be_drawn_is_said(roots: Roots, work: Path, arguments: list[str], says: str) -> None:
    ended = roots("map", work, *arguments)
    assert ended.code == 2
    assert says in ended.err


def test_a_language_of_which_nothing_is_there_is_said(roots: Roots, work: Path) -> None:
    facts = {**made(), "languages": [{**each, "tokens": 0} for each in made()["languages"] if each["code"] != "yo"]}
    storage.write_json(str(work / FACTS), facts)
    ended = roots("map", work, "--funnel", "x.svg", "--lang", "yo")
    assert ended.code == 2
    assert "nothing of the language 'yo' is in it; there are: ak, ar, as" in ended.err
    ended = roots("map", work, "--tree", "x.svg", "--measure", "tokens")
    assert ended.code == 2
    assert "tokens were not counted; `roots tokenize RECIPE.toml --work" in ended.err


def test_without_a_build_there_is_no_map(roots: Roots, tmp_path: Path, work: Path) -> None:
    ended = roots("map", tmp_path, "--tree", "x.svg")
    assert ended.code == 2
    assert f"holds no facts of a map ({FACTS}); `roots build RECIPE.toml --work {tmp_path}` writes them" in ended.err
    storage.write_json(str(work / FACTS), {**made(), "version": 0})
    ended = roots("map", work, "--tree", "x.svg")
    assert ended.code == 2
    assert "the facts of its map are of another version (0, 1 expected)" in ended.err


def test_a_run_that_has_not_ended_is_pointed_out(roots: Roots, work: Path) -> None:
    (work / ".run").mkdir()
    ended = roots("map", work, "--html", work.parent / "x.html")
    assert ended.code == 0
    assert "warning: the last run in this folder has not ended" in ended.err
