"""Whether an image was compressed with loss, by its transfer syntax and, where that leaves it open, by its codestream.

Clauses: PS3.3 C.7.6.1.1.5 (Lossy Image Compression); ITU-T T.87 C.2.3 (JPEG-LS, NEAR), ISO/IEC 15444-1 A.6.1 (JPEG 2000, COD).
"""

from collections.abc import Callable, Iterator

from pydicom.uid import JPEG2000, UID, JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLSNearLossless

_START_OF_SCAN, _CODING_STYLE, _START_OF_TILE = 0xDA, 0x52, 0x90
_TRANSFORMATION = 9  # of COD, behind its length: Scod, four bytes of SGcod, levels, code block and its style
_IRREVERSIBLE = 0


def lossy_method(syntax: UID, codestream: Callable[[], bytes]) -> str:
    """Return Lossy Image Compression Method (0028,2114) where something was surely lost, else "".

    ``codestream`` returns the compressed frame, and is asked only where it decides. That of a JPEG 2000 which was cut short, and
    that of an image which lost something before, tell nothing.
    """
    if syntax in (JPEGBaseline8Bit, JPEGExtended12Bit):
        return "ISO_10918_1"
    if syntax == JPEGLSNearLossless:
        scan = next((body for marker, body in _segments(codestream()) if marker == _START_OF_SCAN), b"")
        return "ISO_14495_1" if scan and any(scan[1 + 2 * scan[0] :][:1]) else ""
    if syntax == JPEG2000:
        style = next((body for marker, body in _segments(codestream()) if marker == _CODING_STYLE), b"")
        return "ISO_15444_1" if style[_TRANSFORMATION : _TRANSFORMATION + 1] == bytes([_IRREVERSIBLE]) else ""
    return ""


def _segments(codestream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and content of each segment of the main header, behind the marker that it begins with."""
    at = 2
    while at + 4 <= len(codestream) and codestream[at] == 0xFF:  # noqa: PLR2004 - every marker begins with it
        marker, length = codestream[at + 1], int.from_bytes(codestream[at + 2 : at + 4], "big")
        yield marker, codestream[at + 4 : at + 2 + length]
        if marker in (_START_OF_SCAN, _START_OF_TILE) or not length:
            return
        at += 2 + length
