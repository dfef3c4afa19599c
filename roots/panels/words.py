"""The panel of a notebook in which a speaker strikes words out of a list, and adds those that are missing."""

from pathlib import Path

from lang_params.check import ParamsError, Place
from lang_params.files import words_in
from pipelines import storage
from roots.panels.widgets import WIDE, said
from roots.visible import visible


class WordList:
    """The words of a list file, in its order; `out` are those to strike out, `new` those to add.

    `write` puts the changed list in the place of the file; its head, the lines that begin with "#", stays.
    """

    def __init__(self, path: Path) -> None:
        import ipywidgets as widgets

        self.path = path
        self.out = widgets.SelectMultiple(description="Strike out", rows=12, layout=WIDE)
        self.new = widgets.Textarea(description="Add", placeholder="one word a line", rows=4, layout=WIDE)
        self.write = widgets.Button(description="Write the list", button_style="primary")
        self.written = widgets.HTML()
        self.write.on_click(lambda _: self._write())
        self.box = widgets.VBox([self.out, self.new, self.write, self.written])
        self._read()

    @property
    def words(self) -> list[str]:
        """The words of the file as it is."""
        return [line for line in self._lines() if line and not line.startswith("#")]

    def _lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()

    def _read(self) -> None:
        self.out.options = [(visible(word), word) for word in self.words]

    def _write(self) -> None:
        """Write the list without what is struck out and with what is new, each word once."""
        gone = set(self.out.value)
        added = [word.strip() for word in self.new.value.splitlines() if word.strip()]
        head = [line for line in self._lines() if line.startswith("#")]
        words = list(dict.fromkeys([*(word for word in self.words if word not in gone), *added]))
        text = "\n".join([*head, *words, ""])
        try:
            words_in(Place(str(self.path)), text)
        except ParamsError as error:
            self.written.value = said(str(error))
            return
        storage.write_bytes(str(self.path), text.encode())
        self._read()
        self.new.value = ""
        self.written.value = said(f"Written: {self.path}, {len(words):,} words.")
