"""GNOME help: translated pages, named authors, no addresses."""

from catalog.demo import gnome

PAGE = """<page xmlns="http://projectmallard.org/1.0/"><info><desc>no</desc>
<credit><name>Ann &lt;ann@example.org&gt;, 2013</name><email>ann@example.org</email></credit>
<title type="sort">no</title></info><title>{title}</title><p>{text}</p>
<p><guiseq><gui>A</gui> <gui>B</gui></guiseq> <keyseq><key>Ctrl</key><key>C</key></keyseq></p></page>"""


def _page(title: str, text: str) -> bytes:
    return PAGE.format(title=title, text=text).encode()


FILES = {
    "C/gnome-help/x.page": _page("Files", "Open a file in the window of files."),
    "C/gnome-help/y.page": _page("Files", "Open a file in the window of files."),
    "te/gnome-help/x.page": _page("ఫైళ్ళు", "Open a file in the window of files."),
    "te/gnome-help/y.page": _page("ఫైళ్ళు", "కిటికీలో ఒక ఫైలును తెరువుము"),
}


def test_only_mostly_translated_pages_are_records() -> None:
    (found,) = gnome.records(FILES)
    assert found == {
        "id": "te/gnome-help/y",
        "lang": "te",
        "title": "ఫైళ్ళు",
        "credits": ["Ann, 2013"],
        "text": "ఫైళ్ళు\nకిటికీలో ఒక ఫైలును తెరువుము\nA ▸ B Ctrl+C",
    }
