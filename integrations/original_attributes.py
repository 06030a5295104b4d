"""What was corrected in a header, and when, as the header itself says (PS3.3 C.12.1.1.9, Original Attributes Sequence)."""

import re
from enum import StrEnum
from typing import Self

from pydicom.dataset import Dataset


class Attribute(StrEnum):
    """What a person may have corrected in a header, by the word for it; ``keyword`` and ``vr`` are DICOM's."""

    keyword: str
    vr: str

    def __new__(cls, value: str, keyword: str, vr: str) -> Self:
        """Make a member that is its word and carries DICOM's keyword and VR."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.keyword, member.vr = keyword, vr
        return member

    NAME = "name", "PatientName", "PN"
    BIRTH_DATE = "birth-date", "PatientBirthDate", "DA"
    SEX = "sex", "PatientSex", "CS"
    PATIENT_ID = "patient-id", "PatientID", "LO"
    ISSUER = "issuer", "IssuerOfPatientID", "LO"
    ACCESSION = "accession", "AccessionNumber", "SH"


class Reason(StrEnum):
    """Reason for the Attribute Modification (0400,0565). CORRECT: what was there was wrong; COERCE: it was fitted to another index."""

    CORRECT = "CORRECT"
    COERCE = "COERCE"


_DATE = re.compile(r"\d{8}")


def corrections_of(dataset: Dataset) -> tuple[tuple[Attribute, ...], str]:
    """Return what the header says was wrong and was corrected, in the order of `Attribute`, and the last day on which (YYYYMMDD).

    An archive that coerces whatever it takes in corrects nothing. What cannot be understood says nothing.
    """
    keywords: set[str] = set()
    days = [""]
    try:
        for item in dataset.get("OriginalAttributesSequence") or ():
            if str(item.get("ReasonForTheAttributeModification", "")).strip() != Reason.CORRECT:
                continue
            before = {e.keyword for modified in item.get("ModifiedAttributesSequence") or () for e in modified}
            if before & {one.keyword for one in Attribute}:
                keywords |= before
                days += _DATE.findall(str(item.get("AttributeModificationDateTime", ""))[:8])
    except Exception:  # noqa: BLE001 an attribute that cannot be decoded can raise anything
        return (), ""
    return tuple(one for one in Attribute if one.keyword in keywords), max(days)
