"""What every object of ours says of itself: who made it, when, of what, and that it is no diagnosis.

Clauses: PS3.3 C.12.1 (SOP Common), C.7.5.2 (Enhanced General Equipment), C.12.4 (General Reference).
"""

import re
from datetime import datetime, timedelta, timezone

from highdicom.sr import CodedConcept
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sr.codedict import codes

from integrations.report_words import SUPPORT
from integrations.uids import device_uid
from models.assessment import ModelIdentity

__all__ = [
    "IMAGE_COMMENTS",
    "MANUFACTURER",
    "SUPPORT",
    "date",
    "derivation",
    "describe_image",
    "sign",
    "source_reference",
]

MANUFACTURER = "Diafan"
IMAGE_COMMENTS = "AI output - not for diagnostic use"
_LOSSY = {
    "LossyImageCompression": "0[01]",
    "LossyImageCompressionRatio": r"[0-9.eE+-]{1,16}",
    "LossyImageCompressionMethod": "[A-Z0-9_ ]{1,16}",
}


def sign(made: Dataset, model: ModelIdentity, *others: ModelIdentity) -> None:
    """Name each algorithm that the result is of as equipment, ``model`` first; a retrained model has a Device UID of its own."""
    made.Manufacturer = MANUFACTURER
    made.ManufacturerModelName = model.name
    made.SoftwareVersions = model.version
    made.ContentQualification = "RESEARCH"
    made.ContributingEquipmentSequence = [_algorithm(one) for one in (model, *others)]


def _algorithm(model: ModelIdentity) -> Dataset:
    algorithm = Dataset()
    algorithm.PurposeOfReferenceCodeSequence = [CodedConcept.from_code(codes.DCM.ProcessingEquipment)]
    algorithm.Manufacturer = MANUFACTURER
    algorithm.ManufacturerModelName = model.name
    algorithm.SoftwareVersions = model.version
    algorithm.DeviceUID = device_uid(model)
    algorithm.ContributionDescription = (
        f"classified the radiograph and explained the result; manifest SHA-256 {model.digest}"
    )
    return algorithm


def date(made: Dataset, source: Dataset, created: datetime) -> datetime:
    """Put ``created`` where highdicom has put the clock's time, in the time zone of ``source`` where that is stated, and return it so."""
    if re.fullmatch(r"[+-](0\d|1[0-4])[0-5]\d", offset := str(source.get("TimezoneOffsetFromUTC") or "").strip()):
        created = created.astimezone(_zone(offset))
        made.TimezoneOffsetFromUTC = offset
    day, time = created.strftime("%Y%m%d"), created.strftime("%H%M%S.%f")
    for keyword in ("InstanceCreation", "Content", "Series"):
        setattr(made, f"{keyword}Date", day)
        setattr(made, f"{keyword}Time", time)
    for algorithm in made.ContributingEquipmentSequence:
        algorithm.ContributionDateTime = created.strftime("%Y%m%d%H%M%S.%f%z")
    return created


def describe_image(image: Dataset, source: Dataset, what: str, model: ModelIdentity) -> tuple[str, ...]:
    """Say what a derived image shows, from which image it was made, and that it is no diagnosis.

    Returns what the source has and may not have, and was left out, as `LossyImageCompression left out`; never a value.
    """
    image.BurnedInAnnotation = "NO"
    image.ImageComments = IMAGE_COMMENTS
    image.DerivationDescription = derivation(what, model)
    image.BodyPartExamined = "CHEST"  # no paired structure, so that Laterality (type 2C) is not for it
    orientation = _texts(source, "PatientOrientation")
    image.PatientOrientation = orientation if _fits("PatientOrientation", orientation) else None
    for keyword in _LOSSY:
        if _fits(keyword, values := _texts(source, keyword)):  # once lossy, always lossy (PS3.3 C.7.6.1.1.5)
            setattr(image, keyword, values if len(values) > 1 else values[0])
    image.SourceImageSequence = [source_reference(source)]
    image.ReferencedImageSequence = [source_reference(source)]
    copied = [(keyword, _texts(source, keyword)) for keyword in ("PatientOrientation", *_LOSSY)]
    return tuple(f"{keyword} left out" for keyword, values in copied if values and not _fits(keyword, values))


def derivation(what: str, model: ModelIdentity) -> str:
    """Return the Derivation Description of an image that shows ``what``."""
    return f"{what} by {model.name} {model.version}, manifest SHA-256 {model.digest}"


def source_reference(source: Dataset) -> Dataset:
    """Return the reference to the radiograph that an image was made from."""
    reference = Dataset()
    reference.ReferencedSOPClassUID = source.SOPClassUID
    reference.ReferencedSOPInstanceUID = source.SOPInstanceUID
    reference.PurposeOfReferenceCodeSequence = [
        CodedConcept.from_code(codes.DCM.SourceImageForImageProcessingOperation)
    ]
    return reference


def _texts(source: Dataset, keyword: str) -> list[str]:
    value = source.get(keyword)
    each = value if isinstance(value, MultiValue) else [value]
    return [str(one) for one in each if one not in (None, "")]


def _fits(keyword: str, values: list[str]) -> bool:
    if keyword == "PatientOrientation":
        return len(values) == 2 and all(re.fullmatch("[AFHLPR]{1,3}", value) for value in values)  # noqa: PLR2004 - PS3.3 C.7.6.1.1.1
    return bool(values) and all(re.fullmatch(_LOSSY[keyword], value) for value in values)


def _zone(offset: str) -> timezone:
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))
