"""One SOP instance as it was received: whose it is, what it is, and whether it is for us."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

import pydicom.uid
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sr.codedict import codes

from integrations.errors import Unreadable
from integrations.original_attributes import Attribute, corrections_of
from integrations.part10 import StoredObject, read_header, read_part10
from integrations.pixels import read_extent_mm, read_radiograph, stored_pixels
from integrations.uids import device_uid

__all__ = [
    "DeclineCode",
    "Declined",
    "Instance",
    "Study",
    "device_uid",
    "eligibility",
    "read_extent_mm",
    "read_instance",
    "read_radiograph",
    "read_study",
    "stored_pixels",
    "study_of",
]

SOP_CLASSES = {
    pydicom.uid.ComputedRadiographyImageStorage,
    pydicom.uid.DigitalXRayImageStorageForPresentation,
    pydicom.uid.DigitalXRayImageStorageForProcessing,
    pydicom.uid.SecondaryCaptureImageStorage,
}
"""What a chest radiograph comes as. A Secondary Capture must say by its Modality that it is one."""

MODALITIES = ("CR", "DX")
BODY_PARTS = ("CHEST", "THORAX", "LUNG")
BODY_PART_SYNONYMS = (
    "CHEST AP", "CHEST PA", "CHEST_AP", "CHEST_PA", "CXR", "KLATKA", "KLATKA PIERSIOWA", "KLP", "LUNGS", "PLUCA", "THX", "TORAX", "TORACE",
)  # fmt: skip
"""What senders write for a chest though the standard has a term (PS3.16 Annex L)."""
FRONTAL_VIEWS = ("PA", "AP")
SIDE_PX = range(64, 10001)
"""Rows and Columns outside of this range are no radiograph, or one that would not fit into memory."""

_UID = re.compile(r"[0-9.]{1,64}")
_TERM = re.compile(r"[A-Z0-9 _/-]{1,16}")
_LATERAL = "LATERAL"
_ROW_AND_COLUMN = 2
_AGE = re.compile(r"(\d{1,3})([DWMY])")  # PS3.5 6.2, AS
_AGES_IN_A_YEAR = {"D": 365.25, "W": 52.18, "M": 12.0, "Y": 1.0}
_DAYS_A_YEAR = 365.25
_PROJECTIONS = ("AP", "PA", "LL", "RL", "RLD", "LLD", "RLO", "LLO")  # PS3.3 C.8.1.2, View Position

_CHEST_CODES = {("SCT", "51185008"), ("SRT", "T-D3000"), ("SCT", "39607008"), ("SRT", "T-28000")}  # thorax, lung
_FRONTAL_CODES = {
    ("SCT", codes.SCT.AnteroPosterior.value): "AP",
    ("SRT", "R-10206"): "AP",
    ("SCT", codes.SCT.PosteroAnterior.value): "PA",
    ("SRT", "R-10214"): "PA",
}


@dataclass(frozen=True, slots=True)
class Study:
    """The context that every output inherits; "" where the sender gave nothing. Text is decoded, dates are DICOM's YYYYMMDD.

    ``corrected`` is what of it was wrong before, as the header itself says, ``corrected_on`` the last day on which it was corrected.
    """

    study_instance_uid: str
    patient_id: str = ""
    issuer_of_patient_id: str = ""
    patient_name: str = ""
    birth_date: str = ""
    sex: str = ""
    accession_number: str = ""
    study_id: str = ""
    study_date: str = ""
    study_time: str = ""
    study_description: str = ""
    referring_physician: str = ""
    corrected: tuple[Attribute, ...] = ()
    corrected_on: str = ""


@dataclass(frozen=True, slots=True)
class Instance:
    """One SOP instance. The hashes are those of ``part10.StoredObject``; ``device_uids`` are of its Contributing Equipment.

    ``age_years`` is the patient's at the study, None where neither Patient's Age nor the dates tell.
    """

    study: Study
    series_instance_uid: str
    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    modality: str
    series_description: str
    body_part: str
    view: str
    age_years: float | None
    device_uids: tuple[str, ...]
    has_pixels: bool
    rows: int
    columns: int
    frames: int
    samples_per_pixel: int
    pixel_sha256: str
    content_sha256: str
    size_bytes: int


class DeclineCode(StrEnum):
    """Why an image is not for us."""

    OWN_RESULT = "own-result"
    NO_PIXELS = "no-pixels"
    MODALITY = "modality"
    SOP_CLASS = "sop-class"
    BODY_PART = "body-part"
    VIEW = "view"
    IMAGE_KIND = "image-kind"
    IMAGE_SIZE = "image-size"
    SITE_RULE = "site-rule"


@dataclass(frozen=True, slots=True)
class Declined:
    """An outcome, and no error: the image is whole, and nothing for Diafan. ``reason`` is for the sender's administrator."""

    code: DeclineCode
    reason: str


def read_instance(path: Path) -> Instance:
    """Read what an instance says of itself; its pixels are hashed and not decoded.

    Raises Unreadable where the file is not a whole DICOM instance with the UIDs that identify one.
    """
    stored = read_part10(path)
    try:
        return _instance(stored)
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 an undecodable value can raise anything, and what it raises may quote the patient
        raise Unreadable(f"an attribute cannot be decoded ({type(error).__name__})") from None


def read_study(path: Path) -> Study:
    """Return the patient and study context of an image that is held, or of what is kept of it. Raises Unreadable."""
    header = read_header(path)
    try:
        return study_of(header)
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 as above
        raise Unreadable(f"an attribute cannot be decoded ({type(error).__name__})") from None


def eligibility(instance: Instance, own_device_uids: Collection[str], *, own: bool = False) -> Declined | None:
    """Say why an instance is not a frontal chest radiograph, or None where it is one as far as its attributes tell.

    A body part or view that is missing contradicts nothing. ``own`` says that the caller knows the instance as made here.
    """
    return next(_objections(instance, is_own=own or not set(own_device_uids).isdisjoint(instance.device_uids)), None)


def _objections(instance: Instance, *, is_own: bool) -> Iterator[Declined]:
    if is_own:
        yield Declined(DeclineCode.OWN_RESULT, "a result of Diafan has come back; no need to route it here")
    if not instance.has_pixels:
        yield Declined(DeclineCode.NO_PIXELS, f"{_name(instance.sop_class_uid)} holds no image")
    if instance.modality not in MODALITIES:
        yield Declined(
            DeclineCode.MODALITY, f"Modality is {_term(instance.modality)}; Diafan reads CR and DX chest radiographs"
        )
    if instance.sop_class_uid not in SOP_CLASSES:
        yield Declined(DeclineCode.SOP_CLASS, f"{_name(instance.sop_class_uid)} is no class of a CR or DX radiograph")
    if instance.body_part and instance.body_part not in BODY_PARTS:
        yield Declined(DeclineCode.BODY_PART, f"Body Part Examined is {_term(instance.body_part)}; Diafan reads CHEST")
    if instance.view and instance.view not in FRONTAL_VIEWS:
        yield Declined(
            DeclineCode.VIEW, f"View Position is {_term(instance.view)}; Diafan reads frontal views, PA and AP"
        )
    if instance.frames != 1 or instance.samples_per_pixel != 1:
        yield Declined(DeclineCode.IMAGE_KIND, "a colour or multi-frame image; Diafan reads single grey radiographs")
    if instance.rows not in SIDE_PX or instance.columns not in SIDE_PX:
        size = f"{instance.rows} x {instance.columns}"
        yield Declined(
            DeclineCode.IMAGE_SIZE, f"{size} pixels; Diafan reads {SIDE_PX.start} to {SIDE_PX.stop - 1} a side"
        )


def study_of(dataset: Dataset) -> Study:
    """Return the patient and study context of a data set."""
    corrected, corrected_on = corrections_of(dataset)
    return Study(
        study_instance_uid=_uid(dataset, "StudyInstanceUID"),
        patient_id=_text(dataset, "PatientID"),
        issuer_of_patient_id=_text(dataset, "IssuerOfPatientID"),
        patient_name=_text(dataset, "PatientName"),
        birth_date=_text(dataset, "PatientBirthDate"),
        sex=_text(dataset, "PatientSex"),
        accession_number=_text(dataset, "AccessionNumber"),
        study_id=_text(dataset, "StudyID"),
        study_date=_text(dataset, "StudyDate"),
        study_time=_text(dataset, "StudyTime"),
        study_description=_text(dataset, "StudyDescription"),
        referring_physician=_text(dataset, "ReferringPhysicianName"),
        corrected=corrected,
        corrected_on=corrected_on,
    )


def _instance(stored: StoredObject) -> Instance:
    dataset = stored.dataset
    return Instance(
        study=study_of(dataset),
        series_instance_uid=_uid(dataset, "SeriesInstanceUID"),
        sop_instance_uid=_uid(dataset, "SOPInstanceUID"),
        sop_class_uid=_uid(dataset, "SOPClassUID"),
        transfer_syntax_uid=str(stored.transfer_syntax_uid),
        modality=_text(dataset, "Modality").upper(),
        series_description=_text(dataset, "SeriesDescription"),
        body_part=_body_part(dataset),
        view=_view(dataset),
        age_years=_age_years(dataset),
        device_uids=tuple(
            str(item.DeviceUID) for item in dataset.get("ContributingEquipmentSequence") or () if item.get("DeviceUID")
        ),
        has_pixels=bool(stored.pixel_sha256),
        rows=int(dataset.get("Rows") or 0),
        columns=int(dataset.get("Columns") or 0),
        frames=int(dataset.get("NumberOfFrames") or 1),
        samples_per_pixel=int(dataset.get("SamplesPerPixel") or 1),
        pixel_sha256=stored.pixel_sha256,
        content_sha256=stored.content_sha256,
        size_bytes=stored.size_bytes,
    )


def _body_part(dataset: Dataset) -> str:
    if said := _text(dataset, "BodyPartExamined").upper():
        return "CHEST" if said in BODY_PART_SYNONYMS else said
    for region in dataset.get("AnatomicRegionSequence") or ():
        return "CHEST" if _code(region) in _CHEST_CODES else _text(region, "CodeMeaning").upper()
    return ""


def _view(dataset: Dataset) -> str:
    if said := _text(dataset, "ViewPosition").upper():
        return said
    for view in dataset.get("ViewCodeSequence") or ():
        return _FRONTAL_CODES.get(_code(view)) or _text(view, "CodeMeaning").upper()
    # The NIH files keep the view in Patient Position, whose own terms (HFS and the like) are of cross sections.
    said = _text(dataset, "PatientPosition").upper()
    if said in _PROJECTIONS:
        return said
    # Others keep it in Patient Orientation, where two directions would stand.
    said = _text(dataset, "PatientOrientation").upper()
    return said if said in FRONTAL_VIEWS else _LATERAL if _is_seen_from_the_side(dataset) else ""


def _is_seen_from_the_side(dataset: Dataset) -> bool:
    """Tell whether the rows run along the patient's front and back (PS3.3 C.7.6.1.1.1), as they do in no frontal view."""
    said = dataset.get("PatientOrientation")
    return isinstance(said, MultiValue) and len(said) == _ROW_AND_COLUMN and str(said[0])[:1] in {"A", "P"}


def _age_years(dataset: Dataset) -> float | None:
    if said := _AGE.fullmatch(_text(dataset, "PatientAge")):
        return int(said[1]) / _AGES_IN_A_YEAR[said[2]]
    try:
        born, seen = (date.fromisoformat(_text(dataset, name)) for name in ("PatientBirthDate", "StudyDate"))
    except ValueError:
        return None
    return max(0, (seen - born).days) / _DAYS_A_YEAR


def _code(item: Dataset) -> tuple[str, str]:
    return _text(item, "CodingSchemeDesignator"), _text(item, "CodeValue")


def _text(dataset: Dataset, keyword: str) -> str:
    value = dataset.get(keyword)
    return "" if value is None else str(value).strip()


def _uid(dataset: Dataset, keyword: str) -> str:
    uid = _text(dataset, keyword)
    if not _UID.fullmatch(uid):
        raise Unreadable(f"{keyword} is missing or malformed")
    return uid


def _term(value: str) -> str:
    """Return a code string fit for a message; anything longer or stranger could be more than a code."""
    return value if _TERM.fullmatch(value) else "not a defined term" if value else "missing"


def _name(sop_class_uid: str) -> str:
    uid = pydicom.uid.UID(sop_class_uid)
    return uid.name if uid.type == "SOP Class" else "a private class"
