"""What we call things in DICOM: the same codes as in FHIR under DICOM's names for their schemes, and those that DICOM alone has.

Presence goes by DICOM's own three codes of 121052, Presence of property; FHIR says the same by SNOMED CT. What no standard
code is known to fit has one of ours, under `99DIAFAN` (PS3.16 8.2: private schemes begin with 99).
"""

from highdicom.coding_schemes import CodingSchemeIdentificationItem
from highdicom.sr import CodedConcept
from pydicom.sr.codedict import codes as dicom

from integrations import codes
from integrations.codes import Coding
from models.assessment import Call
from models.labels import Label

OWN_SCHEME = "99DIAFAN"
_SCHEMES = {codes.SNOMED: "SCT", codes.LOINC: "LN", codes.DCM: "DCM", codes.LABELS_SYSTEM: OWN_SCHEME}


def _own(value: str, meaning: str) -> CodedConcept:
    return CodedConcept(value, OWN_SCHEME, meaning)


PRESENCE_OF_PROPERTY = CodedConcept.from_code(dicom.DCM.PresenceOfProperty)
PRESENCE = {
    Call.PRESENT: CodedConcept.from_code(dicom.DCM.Present),
    Call.ABSENT: CodedConcept.from_code(dicom.DCM.Absent),
    Call.INDETERMINATE: CodedConcept("121059", "DCM", "Presence Undetermined"),
    Call.NOT_ASSESSED: CodedConcept("373121007", "SCT", "Not Evaluated"),
}
PROBABILITY = CodedConcept("122157", "DCM", "Probability")
THRESHOLD = _own("decision-threshold", "Decision threshold")
RAW_SCORE = _own("raw-score", "Raw score (logit)")
NO_UNITS = CodedConcept("1", "UCUM", "no units")
PIXELS = CodedConcept("{pixels}", "UCUM", "pixels")
GRAD_CAM = CodedConcept("130403", "DCM", "Gradient-weighted class activation")
QUANTITY = CodedConcept("246205007", "SCT", "Quantity")
FINDING = CodedConcept.from_code(dicom.DCM.Finding)
ILLUSTRATION = CodedConcept("125201", "DCM", "Illustration of Finding")
SUMMARY = CodedConcept.from_code(dicom.DCM.Summary)
COMMENT = CodedConcept.from_code(dicom.DCM.Comment)
CONCLUSION = CodedConcept.from_code(dicom.DCM.Conclusion)
SOURCE_ROWS = _own("source-rows", "Rows of the source image that a cell covers")
SOURCE_COLUMNS = _own("source-columns", "Columns of the source image that a cell covers")


def label_code(label: Label) -> CodedConcept:
    """Return what a finding is called."""
    return _coded(codes.label_coding(label))


def procedure_code(radiographs: int) -> CodedConcept:
    """Return the imaging procedure that is reported, for a study of so many radiographs."""
    return _coded(codes.procedure_coding(radiographs))


def own_scheme() -> CodingSchemeIdentificationItem:
    """Say whose codes `99DIAFAN` are (PS3.3 C.12.1, Coding Scheme Identification Sequence)."""
    return CodingSchemeIdentificationItem(
        designator=OWN_SCHEME, name="Diafan", responsible_organization="Diafan", version="1"
    )


def _coded(coding: Coding) -> CodedConcept:
    return CodedConcept(coding.code, _SCHEMES[coding.system], coding.display)
