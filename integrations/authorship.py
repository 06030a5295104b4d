"""What every object of ours says of itself: who made it, when, of what, and that it is no diagnosis.

Clauses: PS3.3 C.12.1 (SOP Common), C.7.5.2 (Enhanced General Equipment), C.12.4 (General Reference).
"""

import math
import re
from datetime import datetime, timedelta, timezone

from highdicom.sr import CodedConcept
from pydicom import config
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sr.codedict import codes
from pydicom.valuerep import validate_value

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
    "texts",
]

MANUFACTURER = "Diafan"
IMAGE_COMMENTS = "AI output - not for diagnostic use"
_LOSSY = ("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod")
_FARTHEST = timedelta(hours=-12), timedelta(hours=14)  # PS3.3 C.12.1, Timezone Offset From UTC


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
    """Put ``created`` where highdicom has put the clock's time, and return it as it is written: in a time zone.

    That is the one that ``source`` states. Where it states none it is this machine's, for the object stands beside times of
    its sender's place; no offset is written then, for it would speak of the times that are inherited, too.
    """
    offset = "\\".join(texts(source, "TimezoneOffsetFromUTC"))
    created = created.astimezone(zone := _zone(offset))
    if zone:
        made.TimezoneOffsetFromUTC = offset
    day, time = created.strftime("%Y%m%d"), created.strftime("%H%M%S.%f")
    for keyword in ("InstanceCreation", "Content", "Series"):
        setattr(made, f"{keyword}Date", day)
        setattr(made, f"{keyword}Time", time)
    for algorithm in made.ContributingEquipmentSequence:
        algorithm.ContributionDateTime = created.strftime("%Y%m%d%H%M%S.%f%z")
    return created


def describe_image(image: Dataset, source: Dataset, what: str, model: ModelIdentity, lost_by: str) -> tuple[str, ...]:
    """Say what a derived image shows, from which image it was made, and that it is no diagnosis.

    ``lost_by`` is what ``source`` was compressed by with loss, as `lossy_method` has it, whether or not its header says so.

    Returns what the source has and may not have, and was left out, as `LossyImageCompression left out`; never a value.
    """
    image.ImageComments = IMAGE_COMMENTS
    image.DerivationDescription = derivation(what, model)
    image.BodyPartExamined = "CHEST"  # no paired structure, so that Laterality (type 2C) is not for it
    orientation = texts(source, "PatientOrientation")
    image.PatientOrientation = orientation if _fits("PatientOrientation", orientation) else None
    for keyword in _LOSSY:
        if _fits(keyword, values := texts(source, keyword)):  # once lossy, always lossy (PS3.3 C.7.6.1.1.5)
            setattr(image, keyword, values if len(values) > 1 else values[0])
    if lost_by and image.get("LossyImageCompression") != "01":
        image.LossyImageCompression, image.LossyImageCompressionMethod = "01", lost_by
        image.pop("LossyImageCompressionRatio", None)
    elif lost_by and "LossyImageCompressionMethod" not in image:
        image.LossyImageCompressionMethod = lost_by
    image.SourceImageSequence = [source_reference(source)]
    image.ReferencedImageSequence = [source_reference(source)]
    copied = [(keyword, texts(source, keyword)) for keyword in ("PatientOrientation", *_LOSSY)]
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


def texts(source: Dataset, keyword: str) -> list[str]:
    """Return the values that are not empty, as the text that the sender wrote: a number that is none raises nothing here."""
    element = source.get_item(keyword, keep_deferred=True)
    if isinstance(element, RawDataElement):
        said = (element.value or b"").decode("ascii", "replace").split("\\")
    else:
        value = None if element is None else element.value
        said = [str(one) for one in (value if isinstance(value, MultiValue) else [value]) if one is not None]
    return [stripped for one in said if (stripped := one.strip(" \0"))]


def _fits(keyword: str, values: list[str]) -> bool:
    if keyword == "PatientOrientation":
        return len(values) == 2 and all(re.fullmatch("[AFHLPR]{1,3}", value) for value in values)  # noqa: PLR2004 - PS3.3 C.7.6.1.1.1
    if keyword == "LossyImageCompression":
        return values in (["00"], ["01"])
    return bool(values) and all(_is_ratio(v) if keyword.endswith("Ratio") else _is_code(v) for v in values)


def _is_ratio(value: str) -> bool:
    try:
        validate_value("DS", value, config.RAISE)
        return 0 < float(value) < math.inf
    except ValueError:
        return False


def _is_code(value: str) -> bool:
    return re.fullmatch("[A-Z0-9_ ]{1,16}", value) is not None


def _zone(offset: str) -> timezone | None:
    """Return the time zone that is stated so, as `+0100`; None where that is none."""
    if not (said := re.fullmatch(r"([+-])(\d\d)([0-5]\d)", offset)) or offset == "-0000":
        return None
    away = timedelta(hours=int(said[2]), minutes=int(said[3])) * (-1 if said[1] == "-" else 1)
    return timezone(away) if _FARTHEST[0] <= away <= _FARTHEST[1] else None
