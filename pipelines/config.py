"""What a run was asked to do, in a form that every worker can load: the profile and each language's parameters."""

import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any, get_args

from filters import addresses, models, pii_kinds, pii_names
from filters.signing import Signing
from filters.table import Profile
from lang_params.files import APART
from lang_params.languages import Language, codes
from lang_params.params import LangParams
from pipelines import storage

PROFILES: tuple[str, ...] = get_args(Profile)


@dataclass(frozen=True)
class Config:
    """Profile, parameters of the corpus's languages by code, those for text in any other language, and what is taken
    of each text to find copies of it."""

    profile: Profile
    languages: Mapping[str, LangParams]
    other: LangParams
    signing: Signing = field(default_factory=Signing)

    def of(self, lang: str | None) -> LangParams:
        """Parameters in force for a document in `lang`."""
        return self.languages.get(lang or "", self.other)

    def choice(self, lang: str | None, source: Mapping[str, str] = pii_kinds.NO_ACTIONS) -> pii_kinds.Choice:
        """What personal data is looked for in a document in `lang`, of a source with these actions of its own."""
        return pii_kinds.chosen(self.of(lang), self.profile, source)

    def every_choice(
        self, languages: tuple[str, ...] = (), source: Mapping[str, str] = pii_kinds.NO_ACTIONS
    ) -> dict[str, pii_kinds.Choice]:
        """The choices for documents in these languages (none given: in any), by code; "other" is any other language."""
        chosen = languages or tuple(sorted(self.languages))
        return {code: self.choice(code, source) for code in chosen} | {"other": self.choice(None, source)}

    def shown_by(self, languages: tuple[str, ...], source: Mapping[str, str]) -> pii_kinds.Choice:
        """What is taken out of texts in these languages (none given: in any) that are shown as samples."""
        return pii_kinds.joined(self.every_choice(languages, source).values())

    def redacting(self, languages: tuple[str, ...], source: Mapping[str, str]) -> dict[str, Any]:
        """What decides which personal data is found in documents in these languages (none given: in any), and what
        becomes of it; names by the model that finds them."""
        found = {code: choice.deciding() for code, choice in self.every_choice(languages, source).items()}
        models = {each["names"]: pii_names.version(each["names"]) for each in found.values() if each["names"]}
        return {"choices": found, "models": models}

    def added(self) -> tuple[Language, ...]:
        """The languages that are none of the 46; records may name them by any of their codes. Code is none of them:
        it has no other name."""
        known = {*codes(), *APART}
        return tuple(params.language for code, params in self.languages.items() if code not in known)

    def measuring(self, languages: tuple[str, ...]) -> dict[str, Any]:
        """What decides the measured values of documents in these languages (none given: in any)."""
        chosen = languages or tuple(sorted(self.languages))
        known = {code: measured_by(self.of(code)) for code in chosen}
        # No identifier says "code", so that it is there makes no difference to other documents.
        labels = {code: dict(params.labels) for code, params in sorted(self.languages.items()) if code not in APART}
        return {
            "profile": self.profile,
            "languages": known,
            "other": measured_by(self.other),
            "labels": labels,
            "added": [asdict(language) for language in self.added()],
        }

    def signed(self) -> dict[str, Any]:
        """What decides signatures: the methods, and of their parameters those that a signature depends on.

        How far apart the hashes of copies may be, and which documents stay, is none of it.
        """
        signing = self.signing
        taken = {
            "url": addresses.deciding(),
            "simhash": {"n": signing.simhash.n},
            "minhash": asdict(signing.minhash),
        }
        return {method: taken.get(method, {}) for method in signing.methods}

    def judging(self) -> dict[str, Any]:
        """What decides a verdict once everything is measured."""
        return {code: params.judging() for code, params in sorted(self.languages.items())}


def measured_by(params: LangParams) -> dict[str, Any]:
    """What decides the measured values of a text in one language: its parameters, and the bytes of its models."""
    return {**params.measuring(), "models": models.of_language(params)}


def save(config: Config, work: str) -> str:
    """Put a configuration where workers find it; returns its path, whose name carries its hash."""
    every = [*sorted(config.languages.items()), ("other", config.other)]
    personal = [[code, asdict(params.personal)] for code, params in every]
    name = storage.fingerprint([config.measuring(()), config.judging(), asdict(config.signing), personal])
    path = storage.join(work, ".run", f"config-{name}.pickle")
    storage.write_bytes(path, pickle.dumps(config))
    return path


@lru_cache(maxsize=4)
def load(path: str) -> Config:
    """The configuration that `save` put there, once per process."""
    config = pickle.loads(storage.read_bytes(path))
    if not isinstance(config, Config):
        raise TypeError(f"{path}: not a configuration written by this version; run again")
    return config
