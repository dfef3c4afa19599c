"""The handbook: pages of chosen chapters, with and without navigation."""

from catalog.demo import handbook


def _page(up: str, words: str) -> bytes:
    return (
        f'<html><head><title>{words}</title><link rel="up" href="{up}" />'
        f'<link rel="canonical" href="https://h.example/{words}" /></head><body><div id="banner">Download</div>'
        f'<p id="title"><a>Home</a></p><ul class="docnav top"><li>Next</li></ul><div>{words}</div>'
        '<ul class="docnav"><li>Back</li></ul></body></html>'
    ).encode()


FILES = {
    "fr-FR/index.html": _page("", "index"),
    "fr-FR/apt.html": _page("index.html", "apt"),
    "fr-FR/sect.apt-get.html": _page("apt.html", "apt-get"),
    "fr-FR/sect.kali.html": _page("derivative-distributions.html", "kali"),
    "de-DE/apt.html": _page("index.html", "apt"),
}


def test_records_are_the_pages_of_the_chapters_without_navigation() -> None:
    found = list(handbook.records(FILES, "fr"))
    assert [record["id"] for record in found] == ["fr-FR/apt", "fr-FR/sect.apt-get"]
    assert found[1] == {
        "id": "fr-FR/sect.apt-get",
        "url": "https://h.example/apt-get",
        "title": "apt-get",
        "chapter": "apt",
        "text": "apt-get",
    }


def test_whole_pages_keep_the_navigation() -> None:
    (found,) = handbook.whole_pages(FILES, "fr-FR", ("derivative-distributions",))
    assert found == ("https://h.example/kali", "Download\nHome\nNext\nkali\nBack")
