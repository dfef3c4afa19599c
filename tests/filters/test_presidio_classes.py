"""presidio's recognizers are loaded by themselves: no spaCy, no torch, no file and no address asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

from filters import presidio_classes
from filters.presidio_classes import recognizers

ROOT = Path(__file__).parents[2]

LOADED = """
import socket, sys

def refused(*arguments, **named):
    raise AssertionError(f"a socket: {arguments}")

socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
from filters import pii_engines
from filters.pii_kinds import KINDS, chosen
from lang_params.params import load

every = {kind: "redact" for kind in KINDS if kind != "PERSON"}
text = "call 202-555-0143, a@b.example.ng, 4111 1111 1111 1111, GB82 WEST 1234 5698 7654 32, 8.8.4.4, 078-05-1120"
for code in ("en", "hi", "fr", "zhs"):
    found = pii_engines.redact(text, chosen(load(code), "fixed", every))
    assert {span.tag for span in found[1]} >= {"EMAIL", "CREDIT_CARD", "IBAN"}, found
heavy = {"spacy", "thinc", "transformers", "torch", "presidio_analyzer"}
print(sorted(heavy & {name.split(".")[0] for name in sys.modules}))
"""


def test_nothing_heavy_is_loaded_and_no_address_is_asked(tmp_path: Path) -> None:
    """In a process of its own, whose home is empty: what tldextract would keep in a cache would be there."""
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "PYTHONWARNINGS": "error"}
    ended = subprocess.run(
        [sys.executable, "-c", LOADED], env=environment, capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (ended.stdout.strip(), ended.returncode) == ("[]", 0), ended.stderr
    assert [path for path in tmp_path.rglob("*") if "tldextract" in str(path)] == []


def test_the_package_itself_is_whole_for_whoever_imports_it() -> None:
    recognizers((("generic.iban_recognizer", "IbanRecognizer"),))
    there = sys.modules.get("presidio_analyzer")
    assert there is None or hasattr(there, "AnalyzerEngine")


def test_without_the_package_the_error_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio_classes, "PACKAGE", "presidio_that_is_not_there")
    with pytest.raises(ModuleNotFoundError, match=r"not installed; pip install -r requirements\.txt"):
        recognizers((("generic.ip_recognizer", "IpRecognizer"), ("generic.iban_recognizer", "IbanRecognizer")))
