"""What Diafan shows of an image, as objects that every viewer can draw: one series of RGB Secondary Captures.

Clauses: PS3.3 A.8.1 (Secondary Capture Image IOD), C.7.6.1 (General Image), C.12.1 (SOP Common), C.12.4 (General Reference).
"""

import logging
from collections.abc import Sequence
from copy import deepcopy
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from highdicom.sc import SCImage
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian
from pydicom.valuerep import DA, TM

from integrations.authorship import MANUFACTURER, date, describe_image, sign
from integrations.inheritance import inherit_patient_and_study
from integrations.part10 import read_part10, write_part10
from integrations.result_object import OVERLAY, SUMMARY, ResultObject
from integrations.uids import derive_uid
from models.assessment import Assessment, ModelIdentity
from models.labels import Label
from models.overlay import render_overlay
from models.radiograph import Radiograph
from models.summary import render_summary

SERIES_NUMBER = 9901
SERIES_DESCRIPTION = "Diafan AI: heatmaps (research use)"

_log = logging.getLogger(__name__)

Picture = npt.NDArray[np.uint8]


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
        kind = OVERLAY if label else SUMMARY
        sop_uid = derive_uid("secondary capture", *origin, kind, label or "")
        image, mended = _image(deepcopy(undecoded), study_uid, pixels, series_uid, sop_uid, number)
        mended += _describe(image, stored.dataset, label, model)
        if mended:
            _log.info("inherited attributes changed: %s", ", ".join(mended))
        moment = date(image, stored.dataset, created)
        image.DateOfSecondaryCapture, image.TimeOfSecondaryCapture = DA(moment.date()), TM(moment.time())
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
    return image, inherit_patient_and_study(image, source)


def _describe(image: Dataset, source: Dataset, label: Label | None, model: ModelIdentity) -> tuple[str, ...]:
    left_out = describe_image(image, source, f"Grad-CAM heatmap of {label}" if label else "summary of findings", model)
    image["PixelData"].VR = "OB"
    image.ConversionType = "WSD"
    image.ImageType = ["DERIVED", "SECONDARY"]
    image.SecondaryCaptureDeviceManufacturer = MANUFACTURER
    image.SecondaryCaptureDeviceManufacturerModelName = model.name
    image.SecondaryCaptureDeviceSoftwareVersions = model.version
    sign(image, model)
    return left_out
