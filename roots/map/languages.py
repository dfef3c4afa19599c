"""Languages as a map shows them: their names, their own names in their own script, and the direction of the script.

Names of languages in themselves and names of scripts are those of Unicode's CLDR, which the package babel carries;
where it has none, none is shown.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from lang_params.files import APART
from lang_params.languages import Language
from roots.own_names import own_name

RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})
"""Scripts in use that are written from right to left, by ISO 15924 code. Source: CLDR's scriptMetadata."""

HAN = {"Hans": "Simplified Han", "Hant": "Traditional Han"}
"""CLDR's names of these two for use without "Chinese" before them; babel carries only the short ones."""

OTHER = Language("", "Other or not known", "und", None, "und", "Zzzz", "Not in the corpus", "Not in the corpus")
"""In the place of every language that the corpus does not have: what came in and is nothing of it."""


@dataclass(frozen=True)
class Shown:
    """A language on a map. `own` is its name in itself, "" where CLDR has none or it is the same; `tag` its code of
    BCP 47; `apart` whether it is none, as code is."""

    code: str
    name: str
    own: str
    tag: str
    direction: Literal["ltr", "rtl"]
    script: str
    script_name: str
    genus: str
    family: str
    apart: bool

    def record(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def shown(language: Language) -> Shown:
    """A language of the parameters as a map shows it.

    >>> from lang_params.params import load
    >>> arabic = shown(load("ar").language)
    >>> arabic.own, arabic.direction, arabic.script_name
    ('العربية', 'rtl', 'Arabic')
    >>> shown(load("zhs").language).own, shown(load("fon").language).own
    ('简体中文', '')
    """
    apart = language.code in APART or language == OTHER
    return Shown(
        code=language.code,
        name=language.name,
        own="" if apart else own_name(language),
        tag=language.bcp47,
        direction="rtl" if language.script in RIGHT_TO_LEFT else "ltr",
        script=language.script,
        script_name="" if apart else _script_name(language.script),
        genus=language.name if language.code in APART else language.genus,
        family=language.name if language.code in APART else language.family,
        apart=apart,
    )


def _script_name(script: str) -> str:
    from babel import Locale

    return HAN.get(script) or str(Locale("en").scripts.get(script, script))
