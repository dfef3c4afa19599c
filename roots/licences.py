"""Licences of sources in the terms of the Hugging Face Hub, which knows some of the SPDX licences by its own names.

Source of the names: https://huggingface.co/docs/hub/repositories-licenses, without the licences of models.
"""

import re
from collections.abc import Iterable

_NAMES = """
apache-2.0 mit afl-3.0 artistic-2.0 bsl-1.0 bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0
cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0
cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 cdla-sharing-1.0
cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 agpl-3.0 gfdl gpl
gpl-2.0 gpl-3.0 lgpl lgpl-2.1 lgpl-3.0 isc lppl-1.3c ms-pl mpl-2.0 odc-by odbl osl-3.0 postgresql ofl-1.1 ncsa
unlicense zlib pddl lgpl-lr unknown other
"""

HUB = frozenset(_NAMES.split())
"""Names that the Hub knows."""

FAMILIES = frozenset({"c-uda", "gfdl", "odbl", "odc-by", "pddl", "wtfpl"})
"""Those of them that stand for every version of a licence."""


def on_hub(licence: str) -> list[str]:
    """The Hub's names for an SPDX id or expression, sorted; "other" for what the Hub does not know.

    >>> on_hub("CC-BY-SA-3.0"), on_hub("GPL-2.0-or-later OR CC-BY-SA-3.0"), on_hub("ODbL-1.0")
    (['cc-by-sa-3.0'], ['cc-by-sa-3.0', 'gpl-2.0'], ['odbl'])
    >>> on_hub("LicenseRef-public-speech")
    ['other']
    """
    parts = re.split(r"\s+(?:OR|AND)\s+|[()]", licence.strip())
    return sorted({_one(part.strip()) for part in parts if part.strip()} or {"unknown"})


def metadata(licences: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    """The licence keys of a card's front matter, from pairs of SPDX id and address ("" for none).

    A licence that the Hub does not know is "other", with a name made of the id, and its address when it is the
    only one.

    >>> metadata([("CC-BY-4.0", "")])
    {'license': 'cc-by-4.0'}
    >>> metadata([("LicenseRef-UN terms", "https://www.un.org/en/about-us/terms-of-use")])["license_name"]
    'licenseref-un-terms'
    """
    pairs = sorted(set(licences))
    names = sorted({name for licence, _ in pairs for name in on_hub(licence)}) or ["unknown"]
    found: dict[str, str | list[str]] = {"license": names[0] if len(names) == 1 else names}
    others = [(_slug(licence), address) for licence, address in pairs if "other" in on_hub(licence)]
    if others:
        slugs = sorted({slug for slug, _ in others})
        found["license_name"] = slugs[0] if len(slugs) == 1 else "several-see-the-sources"
        addresses = {address for _, address in others if address.startswith(("https://", "http://"))}
        if len(slugs) == len(addresses) == 1:
            found["license_link"] = addresses.pop()
    return found


def _one(licence: str) -> str:
    """The Hub's name for one SPDX id."""
    name = re.sub(r"(-only|-or-later|\+)$", "", licence.lower())
    if name in HUB:
        return name
    family = re.sub(r"-[0-9][0-9.]*$", "", name)
    return family if family in FAMILIES else "other"


def _slug(licence: str) -> str:
    """A licence as the Hub likes ids: lower case, digits, dots and hyphens."""
    return re.sub(r"[^a-z0-9.]+", "-", licence.lower()).strip("-") or "not-named"
