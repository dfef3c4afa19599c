"""A change of limits as it is reviewed before it is made: the file of a language as it is and as it would be."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from lang_params.files import toml_text
from lang_params.params import LangParams, load
from pipelines import storage
from roots import trial as trials


@dataclass(frozen=True)
class Proposal:
    """The text of a language's file with other limits, the `path` where it belongs, and the difference from the file
    in force, as a unified diff."""

    code: str
    path: Path
    text: str
    diff: str

    def write(self) -> LangParams:
        """Write the file, and read it as a run would: the parameters that it gives.

        The file is there whole or not at all. Raises ParamsError where the parameters cannot be read, and then leaves
        the folder as it was.
        """
        before = self.path.read_bytes() if self.path.is_file() else None
        storage.write_bytes(str(self.path), self.text.encode())
        try:
            return load(self.code, self.path.parent)
        except ValueError:
            if before is None:
                self.path.unlink()
            else:
                storage.write_bytes(str(self.path), before)
            raise


class Begun(NamedTuple):
    """With what the file of a language begins where a person has none: with that in a folder of parameters, or the
    packaged one, and with the limits in force wherever these are others."""

    limits: trials.Limits
    folder: Path | None = None


def proposed(
    code: str, folder: Path | None, trial: Mapping[str, Any], signed: tuple[str, str], begun: Begun
) -> Proposal:
    """The file of a language with the limits of a trial; `signed` says who tried them and why.

    A file in `folder`, a person's own, stays as it is but for the trial. Where none is there, or there is no folder
    yet, it begins as `begun` says: judging with it changes nothing but what was tried. Raises LimitError and
    ParamsError as `roots.trial.toml` does.
    """
    path = (folder or Path()) / f"{code}.toml"
    own = folder is not None and path.is_file()
    file, before = toml_text(code, folder if own else begun.folder)
    tried = trials.checked(trial)
    if not own and any(tried.values()):
        tried = trials.with_those_in_force(tried, begun.limits, load(code, begun.folder))
    after = trials.toml(before, tried, *signed)
    lines = difflib.unified_diff(before.splitlines(True), after.splitlines(True), file, str(path))
    return Proposal(code, path, after, "".join(lines))


def in_force_by(work: str, sources: Iterable[str], folder: str | Path, lang: str | None) -> str:
    """The command that puts the limits in a folder of parameters in force in a work folder with these sources: the
    output of `roots filter` has no recipe. `lang` is the language alone, None for all.

    >>> in_force_by("work/demo", ["udhr"], "mine", "yo")
    'roots judge RECIPE.toml --work work/demo --lang-params mine --lang yo'
    >>> in_force_by("out", ["files"], "mine", "yo")
    'roots filter --lang yo FILES --output out --lang-params mine'
    """
    from roots.filtering import SOURCE

    if list(sources) == [SOURCE]:
        return f"roots filter --lang {lang or 'LANG'} FILES --output {work} --lang-params {folder}"
    one = "" if lang is None else f" --lang {lang}"
    return f"roots judge RECIPE.toml --work {work} --lang-params {folder}{one}"
