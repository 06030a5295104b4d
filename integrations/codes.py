"""What we call things in FHIR: codes of SNOMED CT, LOINC, DICOM and HL7, and our own where none is known to fit.

Every code that leaves stands here once, with where it was seen and its Polish; CODES.md is this as a table for people. No
terminologist has looked at the choice yet, so a label always carries our own code too: a reader of ours never depends on it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from integrations.words import PL, WORDS, Language
from models.assessment import Call
from models.labels import LABELS, Label

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
_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
_AI_GUIDE = "http://hl7.org/fhir/uv/aitransparency/CodeSystem"
_TRANSLATION = "http://hl7.org/fhir/StructureDefinition/translation"


class Seen(StrEnum):
    """Where a code and its display were seen by who put it here, in the words of CODES.md."""

    PYDICOM = "pydicom's dictionary of DICOM PS3.16"
    R4 = "code systems of HL7's package of FHIR R4 (4.0.1)"
    GUIDE = "source of HL7's AI Transparency on FHIR"
    PROJECTS = "sources of other projects only, no table of its publisher"
    OURS = "nowhere: it is Diafan's own"


@dataclass(frozen=True, slots=True)
class Coding:
    """One code of one code system (FHIR R4 Coding). ``display`` is the system's own, in English; ``pl`` is a translation of ours."""

    system: str
    code: str
    display: str
    pl: str = ""
    seen: Seen = Seen.OURS

    def as_fhir(self, language: Language = "en") -> dict[str, Any]:
        """Return the FHIR R4 Coding, its display translated by the extension that R4 has for that (`translation`).

        The display itself stays English: a terminology server knows that one, and may refuse another.
        """
        coding: dict[str, Any] = {"system": self.system, "code": self.code, "display": self.display}
        if language == "pl" and self.pl:
            lang, content = {"url": "lang", "valueCode": "pl"}, {"url": "content", "valueString": self.pl}
            coding["_display"] = {"extension": [{"url": _TRANSLATION, "extension": [lang, content]}]}
        return coding


@dataclass(frozen=True, slots=True)
class Concept:
    """What a CodeableConcept says: ``text`` for people, in English, and ``pl`` the same in Polish."""

    text: str
    pl: str
    codings: tuple[Coding, ...]

    def as_fhir(self, language: Language = "en") -> dict[str, Any]:
        """Return the FHIR R4 CodeableConcept with its text in ``language``."""
        return concept(self.pl if language == "pl" else self.text, *self.codings, language=language)


def concept(text: str, *codings: Coding, language: Language = "en") -> dict[str, Any]:
    """Return a FHIR R4 CodeableConcept; ``text`` is what a person reads."""
    return {"coding": [coding.as_fhir(language) for coding in codings], "text": text}


def _standard(label: Label, system: str, code: str, display: str, seen: Seen) -> Coding:
    return Coding(system, code, display, PL.label[label], seen)


# Lung Lesion is a nodule or a mass, Support Devices is any of many: no single standard code says that. No Finding, Enlarged
# Cardiomediastinum and Pleural Other: no code seen.
_STANDARD = {
    Label.CARDIOMEGALY: _standard(Label.CARDIOMEGALY, SNOMED, "8186001", "Cardiomegaly", Seen.PROJECTS),
    Label.LUNG_OPACITY: _standard(Label.LUNG_OPACITY, DCM, "112001", "Opacity", Seen.PYDICOM),
    Label.EDEMA: _standard(Label.EDEMA, SNOMED, "19242006", "Pulmonary edema", Seen.PYDICOM),
    Label.CONSOLIDATION: _standard(Label.CONSOLIDATION, SNOMED, "95436008", "Lung consolidation", Seen.PROJECTS),
    Label.PNEUMONIA: _standard(Label.PNEUMONIA, SNOMED, "233604007", "Pneumonia", Seen.PROJECTS),
    Label.ATELECTASIS: _standard(Label.ATELECTASIS, SNOMED, "46621007", "Atelectasis", Seen.PROJECTS),
    Label.PNEUMOTHORAX: _standard(Label.PNEUMOTHORAX, SNOMED, "36118008", "Pneumothorax", Seen.PYDICOM),
    Label.PLEURAL_EFFUSION: _standard(Label.PLEURAL_EFFUSION, SNOMED, "60046008", "Pleural effusion", Seen.PYDICOM),
    Label.FRACTURE: _standard(Label.FRACTURE, SNOMED, "125605004", "Fracture", Seen.PROJECTS),
}
_OWN = {
    label: Coding(LABELS_SYSTEM, label.value.lower().replace(" ", "-"), label.value, PL.label[label])
    for label in LABELS
}


def label_coding(label: Label) -> Coding:
    """Return the one code that names ``label``: a standard one where it is known to fit, else our own."""
    return _STANDARD.get(label) or _OWN[label]


def label_concept(label: Label, language: Language = "en") -> dict[str, Any]:
    """Return what an Observation of ``label`` is about; a concept with our own code only says so."""
    words = WORDS[language]
    if (standard := _STANDARD.get(label)) is not None:
        return concept(words.label[label], standard, _OWN[label], language=language)
    return concept(words.only_ours.format(label=words.label[label]), _OWN[label], language=language)


def _presence(call: Call, code: str, display: str, seen: Seen) -> Coding:
    return Coding(SNOMED, code, display, PL.call[call].capitalize(), seen)


PRESENCE = {
    Call.PRESENT: _presence(Call.PRESENT, "52101004", "Present", Seen.PYDICOM),
    Call.ABSENT: _presence(Call.ABSENT, "2667000", "Absent", Seen.PROJECTS),
    Call.INDETERMINATE: _presence(Call.INDETERMINATE, "82334004", "Indeterminate", Seen.PYDICOM),
}


def presence_concept(call: Call, language: Language = "en") -> dict[str, Any]:
    """Return the answer on a label that was assessed."""
    coding = PRESENCE[call]
    return Concept(coding.display, coding.pl, (coding,)).as_fhir(language)


_NOT_PERFORMED = Coding(f"{_TERMINOLOGY}/data-absent-reason", "not-performed", "Not Performed", "Nie wykonano", Seen.R4)
NOT_ASSESSED = Concept(
    "Not assessed: this model has no validated answer for this label",
    "Nie oceniano: ten model nie ma zwalidowanej odpowiedzi w tej sprawie",
    (_NOT_PERFORMED,),
)

_SCORE = Coding(SCORES_SYSTEM, "raw-score", "Raw score", "Wynik surowy")
_PROBABILITY = Coding(
    SCORES_SYSTEM, "calibrated-probability", "Calibrated probability", "Skalibrowane prawdopodobieństwo"
)
_THRESHOLD = Coding(SCORES_SYSTEM, "decision-threshold", "Decision threshold", "Próg decyzyjny")
_SOURCE = Coding(DCM, "121112", "Source of Measurement", "Źródło pomiaru", Seen.PYDICOM)
RAW_SCORE = Concept("Raw score (logit)", "Wynik surowy (logit)", (_SCORE,))
PROBABILITY = Concept(_PROBABILITY.display, _PROBABILITY.pl, (_PROBABILITY,))
THRESHOLD = Concept(_THRESHOLD.display, _THRESHOLD.pl, (_THRESHOLD,))
SOURCE_IMAGE = Concept("SOP Instance UID of the image", "SOP Instance UID obrazu", (_SOURCE,))
NO_UNITS = Coding(UCUM, "1", "no units", "bez jednostki", Seen.PYDICOM)

_IMAGING = Coding(f"{_TERMINOLOGY}/observation-category", "imaging", "Imaging", "Obrazowanie", Seen.R4)
_RADIOLOGY = Coding(f"{_TERMINOLOGY}/v2-0074", "RAD", "Radiology", "Radiologia", Seen.R4)
IMAGING = Concept(_IMAGING.display, _IMAGING.pl, (_IMAGING,))
RADIOLOGY = Concept(_RADIOLOGY.display, _RADIOLOGY.pl, (_RADIOLOGY,))

AI_ASSERTED = Coding(
    f"{_TERMINOLOGY}/v3-ObservationValue",
    "AIAST",
    "Artificial Intelligence asserted",
    "Stwierdzone przez sztuczną inteligencję",
    Seen.GUIDE,
)
"""The security label of HL7 AI Transparency on FHIR: this was asserted by a machine."""
CLINICIAN_ASSERTED = Coding(
    f"{_TERMINOLOGY}/v3-ObservationValue", "CLINAST", "clinician asserted", "Stwierdzone przez klinicystę", Seen.R4
)
"""Its sister: a physician stands for this. Both stand where a physician has confirmed what a machine said."""

AI_METHOD = Coding(DCM, "123110", "Artificial Intelligence", "Sztuczna inteligencja", Seen.PYDICOM)
AI_DEVICE = Coding(
    f"{_AI_GUIDE}/AIdeviceTypeCS",
    "Artificial-Intelligence",
    "All kinds of Artificial Intelligence",
    "Wszelka sztuczna inteligencja",
    Seen.GUIDE,
)
DEEP_LEARNING = Coding(
    AI_DEVICE.system, "Deep-Learning-Models", "Deep Learning Models", "Modele uczenia głębokiego", Seen.GUIDE
)
# The guide's examples name AIinputsCS; the source of its code systems that was at hand has both of these in AImodelCardCS, and
# spells the second AImodelCardMarkdownFormat. As they stand here they were seen in projects that follow a later state of it.
MODEL_CARD = Coding(f"{_AI_GUIDE}/AIinputsCS", "AIModelCard", "AI Model-Card", "Karta modelu AI", Seen.PROJECTS)
MODEL_CARD_MARKDOWN = Coding(
    MODEL_CARD.system, "AIModelCardMarkdownFormat", "Markdown Format", "Format Markdown", Seen.PROJECTS
)

_PARTICIPANTS = f"{_TERMINOLOGY}/provenance-participant-type"
AUTHOR = Coding(_PARTICIPANTS, "author", "Author", "Autor", Seen.R4)
VERIFIER = Coding(_PARTICIPANTS, "verifier", "Verifier", "Weryfikujący", Seen.R4)
CREATED = Coding(f"{_TERMINOLOGY}/v3-DataOperation", "CREATE", "create", "utworzenie", Seen.R4)

ACCESSION = Coding(f"{_TERMINOLOGY}/v2-0203", "ACSN", "Accession ID", "Numer zlecenia", Seen.R4)
WADO_RS = Coding(f"{_TERMINOLOGY}/endpoint-connection-type", "dicom-wado-rs", "DICOM WADO-RS", "DICOM WADO-RS", Seen.R4)
_MODALITIES = (
    Coding(DCM, "CR", "Computed Radiography", "Radiografia komputerowa (CR)", Seen.PYDICOM),
    Coding(DCM, "DX", "Digital Radiography", "Radiografia cyfrowa (DX)", Seen.PYDICOM),
    Coding(DCM, "OT", "Other", "Inne", Seen.PYDICOM),
    Coding(DCM, "SR", "Structured Report Document", "Raport strukturalny", Seen.PYDICOM),
)


def modality(code: str) -> dict[str, Any]:
    """Return a series' Modality (0008,0060); one that we neither read nor write is left without a display."""
    known = next((one for one in _MODALITIES if one.code == code), None)
    return known.as_fhir() if known else {"system": DCM, "code": code}


_SINGLE_VIEW = Coding(LOINC, "36554-4", "XR Chest Single view", "RTG klatki piersiowej, jedna projekcja", Seen.PROJECTS)
_VIEWS = Coding(LOINC, "30745-4", "XR Chest Views", "RTG klatki piersiowej", Seen.PROJECTS)


def procedure_coding(radiographs: int) -> Coding:
    """Return the LOINC code of the imaging procedure that is reported, for a study of so many radiographs.

    Two radiographs need not be two views, so anything but one image gets the code that leaves the number of views open.
    """
    return _SINGLE_VIEW if radiographs == 1 else _VIEWS


def procedure_concept(radiographs: int, language: Language = "en") -> dict[str, Any]:
    """Return the same for FHIR."""
    coding = procedure_coding(radiographs)
    text = "Chest radiograph, single view" if radiographs == 1 else "Chest radiograph"
    return Concept(text, coding.pl, (coding,)).as_fhir(language)


TABLE: Final[Mapping[str, tuple[Coding, ...]]] = MappingProxyType(
    {
        "Labels": (*_STANDARD.values(), *_OWN.values()),
        "Answers": (*PRESENCE.values(), _NOT_PERFORMED, _SCORE, _PROBABILITY, _THRESHOLD, NO_UNITS, _SOURCE),
        "Report": (_SINGLE_VIEW, _VIEWS, _RADIOLOGY, _IMAGING, ACCESSION),
        "Imaging study": (*_MODALITIES, WADO_RS),
        "Whose words they are": (AI_ASSERTED, CLINICIAN_ASSERTED, AI_METHOD, AUTHOR, VERIFIER, CREATED),
        "Model": (AI_DEVICE, DEEP_LEARNING, MODEL_CARD, MODEL_CARD_MARKDOWN),
    }
)
"""All of them, by what they are for."""
