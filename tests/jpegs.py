"""A radiograph in the JPEGs of CR and DX units, of which there are few to be had: made of one that is not compressed."""

from io import BytesIO

import imagecodecs
import numpy as np
import pydicom
from pydicom.encaps import encapsulate
from pydicom.uid import UID, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1

from tests.instances import DICOM

SOURCE = DICOM / "chest_RG1half_mono2_12bit_explicit_le.dcm"
KINDS = {
    "extended, 12 bits": (JPEGExtended12Bit, 12, {"level": 95, "lossless": False}),
    "lossless, first predictor, 12 bits": (JPEGLosslessSV1, 12, {"lossless": True, "predictor": 1}),
    "lossless, sixth predictor, 12 bits": (JPEGLossless, 12, {"lossless": True, "predictor": 6}),
    "lossless, first predictor, 16 bits": (JPEGLosslessSV1, 16, {"lossless": True, "predictor": 1}),
}


def jpeg(kind: str) -> bytes:
    """Return the radiograph as a Part-10 file of a kind."""
    syntax, bits, how = KINDS[kind]
    dataset = pydicom.dcmread(SOURCE)
    values = dataset.pixel_array.astype(np.uint16)
    if bits > dataset.BitsStored:
        values = values << (bits - dataset.BitsStored)
        dataset.BitsStored, dataset.HighBit = bits, bits - 1
        dataset.WindowWidth = float(dataset.WindowWidth) * 16
        dataset.WindowCenter = float(dataset.WindowCenter) * 16
    codestream = imagecodecs.jpeg8_encode(values, bitspersample=bits, **how)
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.PixelData = encapsulate([codestream])
    dataset["PixelData"].VR = "OB"
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
