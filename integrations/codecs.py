"""What decodes the pixels of each transfer syntax: one decoder each, and none that a damaged image can end the process with.

pydicom would try all that are installed, GDCM first, which calls abort on some damaged scans of JPEG, JPEG Lossless and JPEG 2000.
libjpeg-turbo, in imagecodecs, raises an error there, and knows JPEG Extended with 12 bits, too.
"""

import imagecodecs
from pydicom import uid
from pydicom.pixels.decoders.base import DecodeRunner, get_decoder

_LIBJPEG_TURBO = "libjpeg-turbo"
_DECODERS = {
    uid.JPEGBaseline8Bit: "pillow",
    uid.JPEGExtended12Bit: _LIBJPEG_TURBO,
    uid.JPEGLossless: _LIBJPEG_TURBO,
    uid.JPEGLosslessSV1: _LIBJPEG_TURBO,
    uid.JPEGLSLossless: "pyjpegls",
    uid.JPEGLSNearLossless: "pyjpegls",
    uid.JPEG2000Lossless: "pylibjpeg",
    uid.JPEG2000: "pylibjpeg",
    uid.HTJ2KLossless: "pylibjpeg",
    uid.HTJ2KLosslessRPCL: "pylibjpeg",
    uid.HTJ2K: "pylibjpeg",
    uid.RLELossless: "pylibjpeg",
}
DECODER_DEPENDENCIES = {
    syntax: ("numpy", "imagecodecs") for syntax, decoder in _DECODERS.items() if decoder == _LIBJPEG_TURBO
}
"""What pydicom asks of a plugin."""


def decoder_of(transfer_syntax_uid: str) -> str:
    """Return the name by which pydicom knows the decoder; "" for a syntax that needs none, or that nothing here decodes."""
    return _DECODERS.get(uid.UID(transfer_syntax_uid), "")


def is_available(transfer_syntax_uid: str) -> bool:
    """Tell pydicom whether the decoder is installed."""
    return transfer_syntax_uid in DECODER_DEPENDENCIES


def decode_frame(source: bytes, runner: DecodeRunner) -> bytes:
    """Return the values of one frame, as they are in the codestream, no colour changed. Raises what libjpeg-turbo does."""
    # Without these it would take three components for YCbCr, and make RGB of them.
    colours = "RGB" if runner.samples_per_pixel > 1 else None
    values = imagecodecs.jpeg_decode(source, colorspace=colours, outcolorspace=colours)
    runner.set_option("bits_allocated", 8 * values.dtype.itemsize)
    runner.set_option("planar_configuration", 0)
    return values.tobytes()


for _syntax in DECODER_DEPENDENCIES:
    get_decoder(_syntax).add_plugin(_LIBJPEG_TURBO, (__name__, decode_frame.__name__))
