"""What Diafan shows of an image, as objects that every viewer can draw: one series of RGB Secondary Captures.

Clauses: PS3.3 A.8.1 (Secondary Capture Image IOD), C.7.6.1 (General Image), C.12.1 (SOP Common), C.12.4 (General Reference).
"""

import logging
import struct
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
from highdicom.sc import SCImage
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian
from pydicom.valuerep import DA, TM

from integrations.authorship import MANUFACTURER, date, derivation, describe_image, sign, texts
from integrations.inheritance import inherit_patient_and_study
from integrations.part10 import write_part10
from integrations.result_object import OVERLAY, SUMMARY, ResultObject
from integrations.source_image import SourceImage, read_source
from integrations.uids import derive_uid
from models.assessment import Assessment, ModelIdentity
from models.labels import Label
from models.overlay import render_overlay
from models.page import grey, page_geometry
from models.radiograph import Radiograph
from models.summary import render_summary

SERIES_NUMBER = 9901
SERIES_DESCRIPTION = "Diafan AI: heatmaps (research use)"

_PIXEL_DATA = (0x7FE0, 0x0010)

_log = logging.getLogger(__name__)

Picture = npt.NDArray[np.uint8]


def build_secondary_captures(
    source: SourceImage | Path,
    radiograph: Radiograph,
    assessment: Assessment,
    *,
    revision: int,
    intended_use: str,
    created: datetime,
) -> list[ResultObject]:
    """Draw and author the results of one image: a summary page, then one overlay for each finding called present.

    All UIDs are derived from the source (instance and pixels), its revision and the model's manifest; the same arguments
    give the same bytes. ``created`` is written as the time of creation, in the source's time zone where that is stated.

    Raises Unreadable where the source cannot be read again.
    """
    shown = grey(radiograph, page_geometry(radiograph))
    model, maps = assessment.model, assessment.explanations

    def pictures() -> Iterator[tuple[Label | None, Picture]]:
        yield None, render_summary(radiograph, assessment, intended_use, shown=shown)
        for finding in assessment.called:
            yield (
                finding.label,
                render_overlay(radiograph, finding, maps[finding.label], model, intended_use, shown=shown),
            )

    return author(source, pictures(), model, revision=revision, created=created)


def author(
    source: SourceImage | Path,
    pictures: Iterable[tuple[Label | None, Picture]],
    model: ModelIdentity,
    *,
    revision: int,
    created: datetime,
) -> list[ResultObject]:
    """Write one series from pictures, uint8 (H, W, 3) in RGB, each with the label that it explains (None: the summary)."""
    source = read_source(source) if isinstance(source, Path) else source
    header = source.undecoded()
    origin = (str(header.SOPInstanceUID), source.pixel_sha256, str(revision), model.digest)
    series_uid = derive_uid("secondary capture series", *origin)
    # The objects of a series differ in little, and highdicom takes its time: one is made, and written with each picture.
    image, mended = _image(source.undecoded(), str(header.StudyInstanceUID), series_uid)
    mended += _describe(image, source, model)
    if mended:
        _log.info("inherited attributes changed: %s", ", ".join(mended))
    moment = date(image, header, created)
    image.DateOfSecondaryCapture, image.TimeOfSecondaryCapture = DA(moment.date()), TM(moment.time())
    template = dcmread(BytesIO(write_part10(image)))  # what is encoded once is not encoded again with each picture
    results = []
    for number, (label, pixels) in enumerate(pictures, 1):
        kind = OVERLAY if label else SUMMARY
        sop_uid = derive_uid("secondary capture", *origin, kind, label or "")
        template.SOPInstanceUID = template.file_meta.MediaStorageSOPInstanceUID = UID(sop_uid)
        template.InstanceNumber = number
        template.DerivationDescription = derivation(
            f"Grad-CAM heatmap of {label}" if label else "summary of findings", model
        )
        template.Rows, template.Columns = pixels.shape[:2]
        results.append(
            ResultObject(
                sop_instance_uid=sop_uid,
                sop_class_uid=str(image.SOPClassUID),
                transfer_syntax_uid=str(ExplicitVRLittleEndian),
                series_instance_uid=series_uid,
                kind=kind,
                label=label,
                content=_with_pixels(write_part10(template), pixels),
                mended=mended,
            )
        )
    return results


def _with_pixels(header: bytes, pixels: Picture) -> bytes:
    """Return a file that ends before Pixel Data with these (PS3.5 7.1.2); pydicom would copy them several times."""
    padding = b"\0" * (pixels.size % 2)
    element = struct.pack("<HH2sHL", *_PIXEL_DATA, b"OB", 0, pixels.size + len(padding))
    return b"".join((header, element, np.ascontiguousarray(pixels).data, padding))


def _image(source: Dataset, study_uid: str, series_uid: str) -> tuple[SCImage, tuple[str, ...]]:
    """Return an object of the series without what is its own, and without Pixel Data; and what was mended or left out."""
    image = SCImage(
        np.zeros((1, 1, 3), np.uint8),
        photometric_interpretation="RGB",
        bits_allocated=8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "F"),
        study_instance_uid=study_uid,
        series_instance_uid=series_uid,
        series_number=SERIES_NUMBER,
        series_description=SERIES_DESCRIPTION,
        sop_instance_uid=series_uid,
        instance_number=1,
        manufacturer=MANUFACTURER,
        content_qualification="RESEARCH",
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    del image.PixelData
    return image, inherit_patient_and_study(image, source)


def _describe(image: Dataset, source: SourceImage, model: ModelIdentity) -> tuple[str, ...]:
    header = source.undecoded()
    notes = describe_image(image, header, "", model, source.lost_by)
    # The radiograph itself is drawn, with all that was burned into it: of that, only whoever made it can speak.
    if said := texts(header, "BurnedInAnnotation"):
        if (meant := [one.upper() for one in said]) in (["YES"], ["NO"]):
            image.BurnedInAnnotation = meant[0]
        if meant != said or "BurnedInAnnotation" not in image:
            notes += (f"BurnedInAnnotation {'mended' if 'BurnedInAnnotation' in image else 'left out'}",)
    image.ConversionType = "WSD"
    image.ImageType = ["DERIVED", "SECONDARY"]
    image.SecondaryCaptureDeviceManufacturer = MANUFACTURER
    image.SecondaryCaptureDeviceManufacturerModelName = model.name
    image.SecondaryCaptureDeviceSoftwareVersions = model.version
    sign(image, model)
    return notes
