"""What a FHIR server said against a bundle, in its own words but without the patient, and without those who treat them."""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from integrations.report_words import OWN_WORDS

_LONGEST = 600
_SHORT = 4
_NAMING = ("identifier", "name", "birthDate", "description")
_NAMED_RESOURCES = ("Patient", "ImagingStudy")
_SIGNING = ("performer", "resultsInterpreter")
_BY_HAND = re.compile("|".join(map(re.escape, OWN_WORDS)))


def words(outcome: Any, patient_data: frozenset[str] = frozenset()) -> str:
    """Return the errors of an R4 OperationOutcome as one line, every value of ``patient_data`` withheld.

    Empty where ``outcome`` is none.
    """
    if mapping(outcome).get("resourceType") != "OperationOutcome":
        return ""
    issues = [mapping(issue) for issue in _listed(outcome.get("issue"))]
    errors = [i for i in issues if i.get("severity") in ("error", "fatal")] or issues
    line = "; ".join(" ".join(_parts(issue)) for issue in errors)
    return _withheld(" ".join(plain(line).split()), patient_data)[:_LONGEST]


def plain(said: str) -> str:
    """Return ``said`` without what no database and no screen takes: control characters (but white space) and half surrogates."""
    return "".join(c for c in said if c.isspace() or unicodedata.category(c) not in ("Cc", "Cs", "Cn"))


def mapping(value: Any) -> Mapping[str, Any]:
    """Return ``value`` where it is a JSON object, else an empty one: a peer's answer may be anything."""
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _parts(issue: Mapping[str, Any]) -> Iterator[str]:
    details = mapping(issue.get("details"))
    yield str(issue.get("code", "unknown"))
    yield from (str(mapping(coding).get("code", "")) for coding in _listed(details.get("coding")))
    yield from (str(text) for text in (details.get("text"), issue.get("diagnostics")) if text)
    yield from (f"at {path}" for path in _listed(issue.get("expression") or issue.get("location")))


def patient_data(bundle: Mapping[str, Any]) -> frozenset[str]:
    """Return every string of a bundle that tells who the patient is: identifiers, names, birth date, accession number.

    With them go who signed, and what they wrote by hand: a physician may name anybody.
    """
    found: set[str] = set()
    for entry in bundle.get("entry", []):
        resource = entry.get("resource", {})
        if resource.get("resourceType") in _NAMED_RESOURCES:
            for key in _NAMING:
                found.update(_leaves(resource.get(key)))
        found.update(_leaves(resource.get("subject", {}).get("identifier")))
        for key in _SIGNING:
            found.update(_leaves(resource.get(key)))
        _, *own_words = _BY_HAND.split(str(resource.get("conclusion", "")))
        found.update(line.strip() for words in own_words for line in (words, *words.splitlines()) if line.strip())
    return frozenset(found)


def _leaves(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for inner_key, inner in value.items():
            yield from _leaves(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, key)
    elif key not in ("system", "url", "type", "code", "valueCode"):
        yield str(value)


def _withheld(text: str, patient_data: frozenset[str]) -> str:
    """Take ``patient_data`` out of ``text`` in any case and encoding.

    A short value counts only as a whole word: a patient id of ``1`` must not eat every number. Not so outside of ASCII, where
    a name has two letters and stands without spaces.
    """
    text = unicodedata.normalize("NFC", text)
    spellings = set()
    for value in patient_data:
        own = unicodedata.normalize("NFC", value)
        spellings |= {own, quote(own, safe=""), quote(own), json.dumps(own)[1:-1]}
        if re.fullmatch(r"\d{4}-\d\d-\d\d", own):
            spellings.add(own.replace("-", ""))
    patterns = [
        rf"(?<!\w){re.escape(s)}(?!\w)" if s.isascii() and len(s) < _SHORT else re.escape(s)
        for s in sorted(spellings, key=len, reverse=True)
    ]
    return re.sub("|".join(patterns), "[withheld]", text, flags=re.IGNORECASE) if patterns else text
