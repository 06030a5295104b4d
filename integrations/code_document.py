"""CODES.md: every code that leaves, in FHIR and in DICOM, as a table for people; `python -m integrations.code_document` prints it."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from highdicom.sr import CodedConcept
from pydicom.sr import _concepts_dict as pydicom_codes

from integrations import codes, dicom_codes
from integrations.codes import Coding, Seen

_HEAD = """# Codes
What Diafan calls things, in FHIR and in DICOM. Printed by `python -m integrations.code_document`; a test holds it to the code.

**No terminologist has looked at the choice.** A code that was seen in other projects' sources only is right by its check digit, and
its display was seen with it there; whether the publisher's current edition has both, look up before you build on it. A label
always carries Diafan's own code too, so that no reader depends on the choice of a standard one. Systems under
`https://diafan.example/` and the scheme `99DIAFAN` are Diafan's own; nothing is served there.

Displays are those of the code systems, in English. With `reporting.language = "pl"` the codes in Observation and DiagnosticReport
carry the Polish beside it, by FHIR's extension `translation`, and the `text` of a concept is Polish; security labels, Device,
DocumentReference, ImagingStudy and Provenance stay English. The Polish is Diafan's, and of no code system's own edition.
"""
_DICOM = """
## In DICOM alone
The labels and the procedure are coded as in FHIR, SNOMED CT as `SCT`, LOINC as `LN`; the Structured Report is in English. Names of
content items that the templates bring along are in [CONFORMANCE.md](CONFORMANCE.md), Annex C.
"""
_IN_FHIR_TOO = frozenset((coding.code, coding.display) for rows in codes.TABLE.values() for coding in rows)


def render() -> str:
    """Return CODES.md."""
    return "\n".join([_HEAD, *_fhir(), _DICOM, *_dicom(), ""])


def _fhir() -> Iterator[str]:
    for number, (what_for, codings) in enumerate(codes.TABLE.items()):
        yield from ([""] if number else [])
        yield f"## {what_for}"
        yield from _table(("code", "display", "Polish", "system", "seen in"), map(_row, codings))


def _row(coding: Coding) -> tuple[str, ...]:
    return (f"`{coding.code}`", coding.display, coding.pl, f"`{coding.system}`", coding.seen)


def _dicom() -> Iterator[str]:
    named = [value for value in vars(dicom_codes).values() if isinstance(value, CodedConcept)]
    alone = dict.fromkeys(
        (c.value, c.scheme_designator, c.meaning)
        for c in (*named, *dicom_codes.PRESENCE.values())
        if (c.value, c.meaning) not in _IN_FHIR_TOO
    )
    rows = ((f"`{value}`", meaning, f"`{scheme}`", _seen(value, scheme, meaning)) for value, scheme, meaning in alone)
    yield from _table(("code", "meaning", "scheme", "seen in"), rows)


def _seen(value: str, scheme: str, meaning: str) -> str:
    if scheme == dicom_codes.OWN_SCHEME:
        return Seen.OURS
    # By scheme, then by keyword: values, each with its meaning and the context groups that it is in.
    dictionary: Mapping[str, Mapping[str, Any]] = pydicom_codes.concepts
    known = dictionary.get(scheme, {}).values()
    if any(meanings[value][0] == meaning for meanings in known if value in meanings):
        return Seen.PYDICOM
    return "highdicom's templates"


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(render())
