"""The patient as FHIR names them: found by identifier, created where missing, never written over."""

import re
from datetime import date
from typing import Any
from urllib.parse import quote

from integrations.instance import Study

_REPRESENTATION = "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"
_GROUPS = ("ABC", "IDE", "SYL")  # alphabetic, ideographic, phonetic: the order of PS3.5 6.2.1.2
_GENDERS = {"M": "male", "F": "female", "O": "other"}


def search_token(system: str, value: str) -> str:
    """Return ``system|value`` as the value of a token search parameter, percent-encoded.

    The characters that part search values are escaped first (FHIR R4 search, "Escaping Search Parameters").
    """
    escaped = re.sub(r"([\\$,|])", r"\\\1", value)
    return f"{quote(system, safe=':/')}|{quote(escaped, safe=':')}"


def plain_text(text: str) -> str:
    """Return ``text`` with single spaces and nothing unprintable, as FHIR wants its strings."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def fhir_date(dicom_date: str) -> str | None:
    """Return a DICOM DA (YYYYMMDD, PS3.5 6.2) as a FHIR date, or None where it is no date."""
    digits = re.fullmatch(r"([0-9]{4})\.?([0-9]{2})\.?([0-9]{2})", dicom_date.strip())
    try:
        return date(*map(int, digits.groups())).isoformat() if digits else None
    except ValueError:
        return None


def human_names(person_name: str) -> list[dict[str, Any]]:
    """Return the FHIR names of a DICOM PN: one for each of its alphabetic, ideographic and phonetic groups (PS3.5 6.2.1)."""
    names = []
    groups = person_name.split("=")
    for group, representation in zip(groups, _GROUPS, strict=False):
        family, given, middle, prefix, suffix = ([*map(plain_text, group.split("^")), *[""] * 5])[:5]
        name: dict[str, Any] = {
            "family": family,
            "given": [part for part in (given, middle) if part],
            "prefix": [part for part in (prefix,) if part],
            "suffix": [part for part in (suffix,) if part],
        }
        name = {key: value for key, value in name.items() if value}
        if name and len(groups) > 1:
            name["extension"] = [{"url": _REPRESENTATION, "valueCode": representation}]
        if name:
            names.append(name)
    return names


def patient(study: Study, identifier: dict[str, Any]) -> dict[str, Any]:
    """Return a minimal R4 Patient: identifier, and name, birth date and gender where the study states them."""
    resource = {
        "resourceType": "Patient",
        "identifier": [identifier],
        "name": human_names(study.patient_name),
        "gender": _GENDERS.get(study.sex.strip().upper()),
        "birthDate": fhir_date(study.birth_date),
    }
    return {key: value for key, value in resource.items() if value}
