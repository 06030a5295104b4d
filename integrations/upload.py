"""A picture file that a person uploads, made into the DICOM instance that it should have been.

Clauses: PS3.3 A.8.1 (Secondary Capture Image IOD); Modality is DX, as in the NIH's own files, which says that a radiograph
is inside.
"""

import hashlib
import re
from dataclasses import astuple, dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from highdicom.sc import SCImage
from PIL import Image, ImageOps
from pydicom import config
from pydicom.uid import ExplicitVRLittleEndian
from pydicom.valuerep import PersonName, validate_value

from integrations.errors import Unreadable
from integrations.instance import FRONTAL_VIEWS, SIDE_PX
from integrations.part10 import write_part10
from integrations.uids import derive_uid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

LARGEST_IMAGE_PX = 100_000_000
_DEEP_MODES = ("I;16", "I;16B", "I;16L", "I")
_DATED_BY_HIGHDICOM = (
    "InstanceCreationDate",
    "InstanceCreationTime",
    "ContentDate",
    "ContentTime",
    "DateOfSecondaryCapture",
    "TimeOfSecondaryCapture",
    "ContributingEquipmentSequence",
)


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the person who uploads says about an image; "" where nothing is known. Dates are YYYYMMDD, ``view`` is PA or AP.

    ``patient_name`` is in DICOM's form, components parted by ^ (PS3.5 6.2.1).

    Raises ValueError where a value does not fit into its attribute; the message names the field and not the value.
    """

    patient_id: str = ""
    issuer_of_patient_id: str = ""
    patient_name: str = ""
    birth_date: str = ""
    sex: str = ""
    accession_number: str = ""
    study_date: str = ""
    study_description: str = ""
    view: str = ""

    def __post_init__(self) -> None:
        for field, vr in _FIELD_VRS.items():
            value = getattr(self, field)
            try:
                validate_value(vr, PersonName(value) if vr == "PN" else value, config.RAISE)
            except ValueError:
                raise ValueError(f"{field} is no value of the DICOM representation {vr}") from None
            if re.search(r"[\x00-\x1f\\]", value):
                raise ValueError(f"{field} has a control character or a backslash in it")
        if self.sex not in ("", "M", "F", "O"):
            raise ValueError("sex must be M, F, O or empty")
        if self.view not in ("", *FRONTAL_VIEWS):
            raise ValueError("view must be PA, AP or empty")


_FIELD_VRS = {
    "patient_id": "LO",
    "issuer_of_patient_id": "LO",
    "patient_name": "PN",
    "birth_date": "DA",
    "sex": "CS",
    "accession_number": "SH",
    "study_date": "DA",
    "study_description": "LO",
    "view": "CS",
}


def wrap(picture: bytes, particulars: Particulars) -> bytes:
    """Return a PNG or JPEG as a Part-10 file: MONOCHROME2, 8 or 16 bits, colours reduced to grey, turned as EXIF says.

    UIDs are derived from the picture and the particulars, and no clock is read: the same upload gives the same bytes.
    Images with one patient and accession number come into one study.

    Raises Unreadable where the bytes are no PNG or JPEG, cut off, or of a size that no radiograph has.
    """
    pixels, is_lossy = _grey(picture)
    identity = (hashlib.sha256(picture).hexdigest(), *astuple(particulars))
    study = (particulars.issuer_of_patient_id, particulars.patient_id, particulars.accession_number)
    study_uid = derive_uid("upload study", *(study if all(study[1:]) else identity))
    image: Dataset = SCImage(
        pixels,
        photometric_interpretation="MONOCHROME2",
        bits_allocated=pixels.dtype.itemsize * 8,
        coordinate_system="PATIENT",
        patient_orientation=("L", "F"),
        study_instance_uid=study_uid,
        series_instance_uid=derive_uid("upload series", *identity),
        series_number=1,
        sop_instance_uid=derive_uid("upload", *identity),
        instance_number=1,
        manufacturer="",
        specific_character_set="ISO_IR 192",
        transfer_syntax_uid=ExplicitVRLittleEndian,
    )
    for keyword in _DATED_BY_HIGHDICOM:
        del image[keyword]
    image.PatientID = particulars.patient_id
    if particulars.issuer_of_patient_id:
        image.IssuerOfPatientID = particulars.issuer_of_patient_id
    image.PatientName = particulars.patient_name
    image.PatientBirthDate = particulars.birth_date
    image.PatientSex = particulars.sex
    image.AccessionNumber = particulars.accession_number
    image.StudyDate = particulars.study_date
    if particulars.study_description:
        image.StudyDescription = particulars.study_description
    image.Modality = "DX"
    image.ConversionType = "WSD"
    image.ImageType = ["DERIVED", "SECONDARY"]
    image.BodyPartExamined = "CHEST"
    image.PatientOrientation = None  # nobody has said which side is which
    if particulars.view:
        image.ViewPosition = particulars.view
    if is_lossy:
        image.LossyImageCompression = "01"
        image.LossyImageCompressionMethod = "ISO_10918_1"
        image.LossyImageCompressionRatio = f"{pixels.nbytes / len(picture):.4g}"
    return write_part10(image)


def _grey(picture: bytes) -> tuple[npt.NDArray[Any], bool]:
    """Decode to uint8 or uint16 (H, W), and say whether the coding was lossy."""
    try:
        with Image.open(BytesIO(picture), formats=("PNG", "JPEG")) as image:
            width, height = image.size
            _check_size(width, height)
            is_lossy = image.format == "JPEG"
            turned = ImageOps.exif_transpose(image)
            if turned.mode in _DEEP_MODES:
                return np.asarray(turned).astype(np.uint16), is_lossy
            return np.asarray(turned.convert("L")), is_lossy
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 Pillow's decoders have errors of many kinds
        raise Unreadable(f"not a PNG or JPEG picture ({type(error).__name__})") from None


def _check_size(width: int, height: int) -> None:
    if width not in SIDE_PX or height not in SIDE_PX or width * height > LARGEST_IMAGE_PX:
        raise Unreadable(f"{width} x {height} pixels are not the size of a radiograph")
