"""How an object travels: the transfer syntaxes that a destination may prefer, and an object encoded in one of them.

What is held is plain (Explicit VR Little Endian) and stays so. What is sent may be something else, made at that moment and the same
each time. Only JPEG Baseline loses anything: its result is another image, with a UID of its own (PS3.3 C.7.6.1.1.5).
"""

import hashlib
from collections.abc import Sequence
from enum import StrEnum
from io import BytesIO
from pathlib import Path

import numpy as np
import pydicom.uid
from highdicom.sr import CodedConcept
from PIL import Image
from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset
from pydicom.encaps import encapsulate
from pydicom.multival import MultiValue
from pydicom.sr.codedict import codes
from pydicom.uid import UID

from integrations.part10 import write_part10
from integrations.uids import derive_uid


class Syntax(StrEnum):
    """The transfer syntaxes that a destination may ask for."""

    EXPLICIT_LE = "explicit-le"
    IMPLICIT_LE = "implicit-le"
    DEFLATED = "deflated"
    RLE = "rle"
    JPEG_BASELINE = "jpeg-baseline"


UIDS = {
    Syntax.EXPLICIT_LE: pydicom.uid.ExplicitVRLittleEndian,
    Syntax.IMPLICIT_LE: pydicom.uid.ImplicitVRLittleEndian,
    Syntax.DEFLATED: pydicom.uid.DeflatedExplicitVRLittleEndian,
    Syntax.RLE: pydicom.uid.RLELossless,
    Syntax.JPEG_BASELINE: pydicom.uid.JPEGBaseline8Bit,
}
PLAIN = (Syntax.EXPLICIT_LE, Syntax.IMPLICIT_LE)
"""What is offered in any case, last: every DICOM application has the second (PS3.5 10.1)."""

JPEG_QUALITY = 90
"""Of libjpeg's scale. Chroma at half the width (4:2:2), as YBR_FULL_422 says."""
_DESCRIPTION_CHARACTERS = 1024  # of an ST, PS3.5 table 6.2-1
_RLE_BITS = (8, 16)


def offers(file: Path, prefer: Sequence[Syntax]) -> list[UID]:
    """Return the transfer syntaxes in which an object may go, the one preferred first.

    RLE suits pixels that are integers, JPEG Baseline our colour pictures alone, and never a radiograph. What is held compressed
    goes as it is.
    """
    held = dcmread(file, stop_before_pixels=True)
    if (syntax := held.file_meta.TransferSyntaxUID) not in (UIDS[plain] for plain in PLAIN):
        return [syntax]
    suitable = {*PLAIN, Syntax.DEFLATED}
    if "Rows" in held and held.BitsAllocated in _RLE_BITS:
        suitable.add(Syntax.RLE)
    if held.get("PhotometricInterpretation") == "RGB" and held.get("ConversionType") == "WSD":
        suitable.add(Syntax.JPEG_BASELINE)
    wanted = dict.fromkeys([*prefer, *PLAIN])
    return [UIDS[syntax] for syntax in wanted if syntax in suitable]


def encode(file: Path, syntax: UID) -> bytes:
    """Return a plain object as a complete Part-10 file in ``syntax``, which must be one of its offers; always the same bytes."""
    made = dcmread(file)
    match syntax:
        case pydicom.uid.RLELossless:
            made.compress(syntax, encoding_plugin="pylibjpeg", generate_instance_uid=False)
        case pydicom.uid.JPEGBaseline8Bit:
            _compress_with_loss(made)
        case pydicom.uid.ImplicitVRLittleEndian:
            _as_if_read_implicit(made)
    made.file_meta.TransferSyntaxUID = syntax
    return write_part10(made)


def _as_if_read_implicit(made: Dataset) -> None:
    """Have pydicom write values as the bytes that they are: in little endian they are the same with a VR and without.

    Left alone it decodes every text and encodes it again, which changes one that its character set does not explain.
    """
    for tag in list(made.keys()):
        if made.get_item(tag).VR == "SQ":
            for item in made[tag].value:
                _as_if_read_implicit(item)
    made.set_original_encoding(True, True)


def _compress_with_loss(made: FileDataset) -> None:
    """Turn an RGB picture into another image, of JPEG Baseline (PS3.5 8.2.1), which says so and names its predecessor."""
    size = (made.Rows, made.Columns, made.SamplesPerPixel)
    plain = np.frombuffer(made.PixelData, np.uint8, count=int(np.prod(size))).reshape(size)
    buffer = BytesIO()
    Image.fromarray(plain).save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling="4:2:2")
    codestream = buffer.getvalue()
    ratio = f"{plain.nbytes / len(codestream):.4g}"
    made.PixelData = encapsulate([codestream])
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    made.PhotometricInterpretation = "YBR_FULL_422"
    made.PlanarConfiguration = 0
    made.LossyImageCompression = "01"
    made.LossyImageCompressionRatio = [*_values(made, "LossyImageCompressionRatio"), ratio]
    made.LossyImageCompressionMethod = [*_values(made, "LossyImageCompressionMethod"), "ISO_10918_1"]
    made.ImageType = ["DERIVED", "SECONDARY"]
    note = f"; compressed with loss, JPEG Baseline of quality {JPEG_QUALITY}, {ratio} to 1"
    made.DerivationDescription = (
        f"{made.get('DerivationDescription', '')}"[: _DESCRIPTION_CHARACTERS - len(note)] + note
    )
    made.DerivationCodeSequence = [
        *made.get("DerivationCodeSequence", ()),
        CodedConcept.from_code(codes.DCM.LossyCompression),
    ]
    predecessor = Dataset()
    predecessor.ReferencedSOPClassUID = made.SOPClassUID
    predecessor.ReferencedSOPInstanceUID = made.SOPInstanceUID
    predecessor.PurposeOfReferenceCodeSequence = [CodedConcept.from_code(codes.DCM.UncompressedPredecessor)]
    made.SourceImageSequence = [*made.get("SourceImageSequence", ()), predecessor]
    # By the codestream: should a later encoder give other pixels, they are another image again.
    uid = UID(derive_uid("lossy", str(made.SOPInstanceUID), hashlib.sha256(codestream).hexdigest()))
    made.SOPInstanceUID = made.file_meta.MediaStorageSOPInstanceUID = uid


def _values(made: Dataset, keyword: str) -> list[str]:
    value = made.get(keyword)
    return [str(one) for one in (value if isinstance(value, MultiValue) else [value]) if one not in (None, "")]
