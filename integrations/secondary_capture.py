"""What Diafan shows of an image, as objects that every viewer can draw: one series of RGB Secondary Captures.

Clauses: PS3.3 A.8.1 (Secondary Capture Image IOD), C.7.6.1 (General Image), C.12.1 (SOP Common), C.12.4 (General Reference).
"""

import logging
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import numpy.typing as npt
from highdicom.sc import SCImage
from highdicom.sr import CodedConcept
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian

from integrations.inheritance import inherit_patient_and_study
from integrations.part10 import read_part10, write_part10
from integrations.uids import derive_uid, device_uid
from models.assessment import Assessment, ModelIdentity
from models.labels import Label
from models.overlay import render_overlay
from models.radiograph import Radiograph
from models.summary import render_summary

MANUFACTURER = "Diafan"
SERIES_NUMBER = 9901
SERIES_DESCRIPTION = "Diafan AI: heatmaps (research use)"
IMAGE_COMMENTS = "AI output - not for diagnostic use"

_log = logging.getLogger(__name__)

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class ResultObject:
    """One object that Diafan authored. ``content`` is a complete Part-10 file; ``label`` is None for the summary.

    ``mended`` tells which inherited attributes were invalid, and whether each was mended or left out.
    """

    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    series_instance_uid: str
    kind: str
    label: Label | None
    content: bytes
    mended: tuple[str, ...] = ()


def build_secondary_captures(
    source: Path, radiograph: Radiograph, assessment: Assessment, *, revision: int, intended_use: str, created: datetime
) -> list[ResultObject]:
    """Draw and author the results of one image: a summary page, then one overlay for each finding called present.

    All UIDs are derived from the source (instance and pixels), its revision and the model's manifest; the same arguments
    give the same bytes. ``created`` is written as the time of creation, in the source's time zone where that is stated.

    Raises Unreadable where the source cannot be read again.
    """
    pictures: list[tuple[Label | None, Picture]] = [(None, render_summary(radiograph, assessment, intended_use))]
    pictures += [
        (f.label, render_overlay(radiograph, f, assessment.explanations[f.label], assessment.model, intended_use))
        for f in assessment.called
    ]
    return author(source, pictures, assessment.model, revision=revision, created=created)


def author(
    source: Path,
    pictures: Sequence[tuple[Label | None, Picture]],
    model: ModelIdentity,
    *,
    revision: int,
    created: datetime,
) -> list[ResultObject]:
    """Write one series from pictures, uint8 (H, W, 3) in RGB, each with the label that it explains (None: the summary)."""
    stored = read_part10(source)
    undecoded = deepcopy(stored.dataset)
    study_uid = str(stored.dataset.StudyInstanceUID)
    origin = (str(stored.dataset.SOPInstanceUID), stored.pixel_sha256, str(revision), model.digest)
    series_uid = derive_uid("secondary capture series", *origin)
    results = []
    for number, (label, pixels) in enumerate(pictures, 1):
        kind = "overlay" if label else "summary"
        sop_uid = derive_uid("secondary capture", *origin, kind, label or "")
        image, mended = _image(deepcopy(undecoded), study_uid, pixels, series_uid, sop_uid, number)
        _describe(image, stored.dataset, label, model)
        _date(image, stored.dataset, created)
        results.append(
            ResultObject(
                sop_instance_uid=sop_uid,
                sop_class_uid=str(image.SOPClassUID),
                transfer_syntax_uid=str(ExplicitVRLittleEndian),
                series_instance_uid=series_uid,
                kind=kind,
                label=label,
                content=write_part10(image),
                mended=mended,
            )
        )
    return results


def _image(
    source: Dataset, study_uid: str, pixels: Picture, series_uid: str, sop_uid: str, number: int
) -> tuple[SCImage, tuple[str, ...]]:
    image = SCImage(
        pixels,
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "F"),
        study_instance_uid=study_uid,
        series_instance_uid=series_uid,
        series_number=SERIES_NUMBER,
        series_description=SERIES_DESCRIPTION,
        sop_instance_uid=sop_uid,
        instance_number=number,
        manufacturer=MANUFACTURER,
        content_qualification="RESEARCH",
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    mended = inherit_patient_and_study(image, source)
    if mended:
        _log.info("inherited attributes changed: %s", ", ".join(mended))
    return image, mended


def _describe(image: Dataset, source: Dataset, label: Label | None, model: ModelIdentity) -> None:
    """Say what the picture is, from which image and by which algorithm it was made, and that it is no diagnosis."""
    what = f"Grad-CAM heatmap of {label}" if label else "summary of findings"
    image.ConversionType = "WSD"
    image.ImageType = ["DERIVED", "SECONDARY"]
    image.BurnedInAnnotation = "NO"
    image.ImageComments = IMAGE_COMMENTS
    image.ContentQualification = "RESEARCH"
    image.DerivationDescription = f"{what} by {model.name} {model.version}, manifest SHA-256 {model.digest}"
    image.BodyPartExamined = "CHEST"  # no paired structure, so that Laterality (type 2C) is not for it
    orientation = source.get("PatientOrientation")
    image.PatientOrientation = list(orientation) if orientation and len(orientation) == 2 else None  # noqa: PLR2004
    _inherit_lossy_compression(image, source)

    reference = Dataset()
    reference.ReferencedSOPClassUID = source.SOPClassUID
    reference.ReferencedSOPInstanceUID = source.SOPInstanceUID
    reference.PurposeOfReferenceCodeSequence = [
        CodedConcept.from_code(codes.DCM.SourceImageForImageProcessingOperation)
    ]
    image.SourceImageSequence = [reference]
    image.ReferencedImageSequence = [reference]

    image.ManufacturerModelName = model.name
    image.SoftwareVersions = model.version
    image.SecondaryCaptureDeviceManufacturer = MANUFACTURER
    image.SecondaryCaptureDeviceManufacturerModelName = model.name
    image.SecondaryCaptureDeviceSoftwareVersions = model.version
    algorithm = Dataset()
    algorithm.PurposeOfReferenceCodeSequence = [CodedConcept.from_code(codes.DCM.ProcessingEquipment)]
    algorithm.Manufacturer = MANUFACTURER
    algorithm.ManufacturerModelName = model.name
    algorithm.SoftwareVersions = model.version
    algorithm.DeviceUID = device_uid(model)
    algorithm.ContributionDescription = (
        f"classified the radiograph and explained the result; manifest SHA-256 {model.digest}"
    )
    image.ContributingEquipmentSequence = [algorithm]


def _inherit_lossy_compression(image: Dataset, source: Dataset) -> None:
    """Once lossy, always lossy: what is derived from such an image says so too (PS3.3 C.7.6.1.1.5)."""
    for keyword in ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"):
        if keyword in source:
            image[keyword] = source[keyword]


def _date(image: Dataset, source: Dataset, created: datetime) -> None:
    """Put ``created`` where highdicom has put the clock's time."""
    if offset := str(source.get("TimezoneOffsetFromUTC") or "").strip():
        created = created.astimezone(_zone(offset))
        image.TimezoneOffsetFromUTC = offset
    date, time = created.strftime("%Y%m%d"), created.strftime("%H%M%S.%f")
    for keyword in ("InstanceCreation", "Content", "Series"):
        setattr(image, f"{keyword}Date", date)
        setattr(image, f"{keyword}Time", time)
    image.DateOfSecondaryCapture, image.TimeOfSecondaryCapture = date, time
    image.ContributingEquipmentSequence[0].ContributionDateTime = created.strftime("%Y%m%d%H%M%S.%f%z")


def _zone(offset: str) -> timezone:
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
