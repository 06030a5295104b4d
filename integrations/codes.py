"""What we call things in FHIR: codes of SNOMED CT, LOINC and DICOM, and our own where none is known to fit.

Codes are those seen in the standards' own tables or in other projects' sources; no terminologist has looked at them yet.
Check digits are verified by a test. A concept always carries our own code too, so that a reader of ours never depends on
the choice of a standard one.
"""

from dataclasses import dataclass
from typing import Any

from models.assessment import Call
from models.labels import Label

BASE = "https://diafan.example/fhir"
"""Root of the URIs that are ours. They name things and are not meant to be opened."""

SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
DCM = "http://dicom.nema.org/resources/ontology/DCM"
UCUM = "http://unitsofmeasure.org"
DICOM_UID = "urn:dicom:uid"
URI = "urn:ietf:rfc:3986"
LABELS_SYSTEM = f"{BASE}/CodeSystem/chest-label"
SCORES_SYSTEM = f"{BASE}/CodeSystem/score"


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of one code system (FHIR R4 Coding)."""

    system: str
    code: str
    display: str

    def as_fhir(self) -> dict[str, str]:
        """Return the FHIR R4 Coding."""
        return {"system": self.system, "code": self.code, "display": self.display}


def concept(text: str, *codings: Coding) -> dict[str, Any]:
    """Return a FHIR R4 CodeableConcept; ``text`` is what a person reads."""
    return {"coding": [coding.as_fhir() for coding in codings], "text": text}


# Lung Lesion is a nodule or a mass, Support Devices is any of many: no single standard code says that. No Finding, Enlarged
# Cardiomediastinum and Pleural Other: no code seen.
_STANDARD = {
    Label.CARDIOMEGALY: Coding(SNOMED, "8186001", "Cardiomegaly"),
    Label.LUNG_OPACITY: Coding(DCM, "112001", "Opacity"),
    Label.EDEMA: Coding(SNOMED, "19242006", "Pulmonary edema"),
    Label.CONSOLIDATION: Coding(SNOMED, "95436008", "Lung consolidation"),
    Label.PNEUMONIA: Coding(SNOMED, "233604007", "Pneumonia"),
    Label.ATELECTASIS: Coding(SNOMED, "46621007", "Atelectasis"),
    Label.PNEUMOTHORAX: Coding(SNOMED, "36118008", "Pneumothorax"),
    Label.PLEURAL_EFFUSION: Coding(SNOMED, "60046008", "Pleural effusion"),
    Label.FRACTURE: Coding(SNOMED, "125605004", "Fracture"),
}


def label_coding(label: Label) -> Coding:
    """Return the one code that names ``label``: a standard one where it is known to fit, else our own."""
    return _STANDARD.get(label) or Coding(LABELS_SYSTEM, label.value.lower().replace(" ", "-"), label.value)


def label_concept(label: Label) -> dict[str, Any]:
    """Return what an Observation of ``label`` is about; a concept with our own code only says so."""
    local = Coding(LABELS_SYSTEM, label.value.lower().replace(" ", "-"), label.value)
    if (standard := _STANDARD.get(label)) is not None:
        return concept(label.value, standard, local)
    return concept(f"{label.value} (a code of Diafan; no standard code is known to fit)", local)


PRESENCE = {
    Call.PRESENT: Coding(SNOMED, "52101004", "Present"),
    Call.ABSENT: Coding(SNOMED, "2667000", "Absent"),
    Call.INDETERMINATE: Coding(SNOMED, "82334004", "Indeterminate"),
}

NOT_ASSESSED = concept(
    "Not assessed: this model has no validated answer for this label",
    Coding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-performed", "Not Performed"),
)

RAW_SCORE = concept("Raw score (logit)", Coding(SCORES_SYSTEM, "raw-score", "Raw score"))
PROBABILITY = concept(
    "Calibrated probability", Coding(SCORES_SYSTEM, "calibrated-probability", "Calibrated probability")
)
THRESHOLD = concept("Decision threshold", Coding(SCORES_SYSTEM, "decision-threshold", "Decision threshold"))
SOURCE_IMAGE = concept("SOP Instance UID of the image", Coding(DCM, "121112", "Source of Measurement"))

IMAGING = concept("Imaging", Coding("http://terminology.hl7.org/CodeSystem/observation-category", "imaging", "Imaging"))
RADIOLOGY = concept("Radiology", Coding("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD", "Radiology"))

AI_ASSERTED = Coding(
    "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "AIAST", "Artificial Intelligence asserted"
)
"""The security label of HL7 AI Transparency on FHIR: this was asserted by a machine."""
CLINICIAN_ASSERTED = Coding(
    "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "CLINAST", "clinician asserted"
)
"""Its sister: a physician stands for this. Both stand where a physician has confirmed what a machine said."""

AI_METHOD = Coding(DCM, "123110", "Artificial Intelligence")
AI_DEVICE = Coding(
    "http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIdeviceTypeCS",
    "Artificial-Intelligence",
    "All kinds of Artificial Intelligence",
)

_AI_INPUTS = "http://hl7.org/fhir/uv/aitransparency/CodeSystem/AIinputsCS"
DEEP_LEARNING = Coding(AI_DEVICE.system, "Deep-Learning-Models", "Deep Learning Models")
MODEL_CARD = Coding(_AI_INPUTS, "AIModelCard", "AI Model-Card")
MODEL_CARD_MARKDOWN = Coding(_AI_INPUTS, "AIModelCardMarkdownFormat", "Markdown Format")

_PARTICIPANTS = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
AUTHOR = Coding(_PARTICIPANTS, "author", "Author")
VERIFIER = Coding(_PARTICIPANTS, "verifier", "Verifier")
CREATED = Coding("http://terminology.hl7.org/CodeSystem/v3-DataOperation", "CREATE", "create")


def procedure_coding(radiographs: int) -> Coding:
    """Return the LOINC code of the imaging procedure that is reported, for a study of so many radiographs.

    Two radiographs need not be two views, so anything but one image gets the code that leaves the number of views open.
    """
    if radiographs == 1:
        return Coding(LOINC, "36554-4", "XR Chest Single view")
    return Coding(LOINC, "30745-4", "XR Chest Views")


def procedure_concept(radiographs: int) -> dict[str, Any]:
    """Return the same for FHIR."""
    text = "Chest radiograph, single view" if radiographs == 1 else "Chest radiograph"
    return concept(text, procedure_coding(radiographs))
