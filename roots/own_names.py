"""Languages by the names that they have for themselves, and languages that are none of the corpus's, from CLDR."""

from lang_params.languages import Language

NO_LANGUAGE = ("und", "mul", "mis", "zxx")
"""ISO 639's codes for what is not one language."""


def english_name(code: str) -> str:
    """What a language is called in English, by any code that CLDR knows; "" for others.

    >>> english_name("deu"), english_name("sr-Latn"), english_name("und"), english_name("unknown")
    ('German', 'Serbian', '', '')
    """
    from babel import Locale, UnknownLocaleError

    if code in NO_LANGUAGE:
        return ""
    try:
        return Locale.parse(code.replace("_", "-"), sep="-").get_language_name("en") or ""
    except (UnknownLocaleError, ValueError):
        return ""


def own_name(language: Language) -> str:
    """What a language is called in itself; "" where CLDR does not say, or says the same as the English name.

    >>> from lang_params.params import load
    >>> [own_name(load(code).language) for code in ("yo", "ar", "zht", "fon", "ig", "code")]
    ['Èdè Yorùbá', 'العربية', '繁體中文', '', '', '']
    """
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(language.bcp47, sep="-")
    except (UnknownLocaleError, ValueError):
        return ""
    names = locale.languages
    found = names.get(language.bcp47.replace("-", "_")) or names.get(language.bcp47.split("-")[0]) or ""
    return "" if found.lower() == language.name.lower() else str(found)
