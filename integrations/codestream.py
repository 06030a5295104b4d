"""How large a compressed image is by its own account, read from its first bytes without decoding one pixel.

Clauses: ITU-T T.81 B.2.2 (JPEG frame header), T.87 C.2.2 (JPEG-LS, the same), ISO/IEC 15444-1 A.5.1 (JPEG 2000 SIZ).
"""

import struct

from pydicom.uid import UID, JPEG2000TransferSyntaxes, JPEGLSTransferSyntaxes, JPEGTransferSyntaxes

from integrations.errors import Unreadable

_SIZ = b"\xff\x4f\xff\x51"
_SIZ_FIELDS = struct.Struct(">HHLLLLLLLLH")  # length, capabilities, extent, offset, tile, tile offset, components
_START_OF_SCAN = 0xDA
_FRAMES = {*range(0xC0, 0xD0), 0xF7} - {0xC4, 0xC8, 0xCC}  # SOF0 to SOF15 without DHT, JPG and DAC; JPEG-LS


def codestream_size(begin: bytes, syntax: UID) -> tuple[int, int, int] | None:
    """Return rows, columns and components, or None where ``begin`` does not say or the syntax has no such header (RLE).

    Raises Unreadable where the header of a JPEG is torn apart.
    """
    try:
        if syntax in JPEG2000TransferSyntaxes:
            return _jpeg_2000(begin)
        if syntax in JPEGTransferSyntaxes or syntax in JPEGLSTransferSyntaxes:
            return _jpeg(begin)
    except struct.error:
        return None
    return None


def _jpeg_2000(begin: bytes) -> tuple[int, int, int] | None:
    if (at := begin.find(_SIZ)) < 0:
        return None
    _, _, width, height, left, top, *_, components = _SIZ_FIELDS.unpack_from(begin, at + len(_SIZ))
    return height - top, width - left, components


def _jpeg(begin: bytes) -> tuple[int, int, int] | None:
    """Walk from marker to marker up to the first scan."""
    found: list[tuple[int, int, int]] = []
    at = 2
    while at + 4 <= len(begin):
        marker = begin[at + 1]
        if begin[at] != 0xFF:  # noqa: PLR2004 - every marker begins with it, T.81 B.1.1.2
            raise Unreadable("the header of the compressed image is damaged")
        if marker == 0xFF:  # noqa: PLR2004 - fill bytes, T.81 B.1.1.2
            at += 1
            continue
        if marker in _FRAMES:
            _, _, rows, columns, components = struct.unpack_from(">HBHHB", begin, at + 2)
            found.append((rows, columns, components))
        if marker == _START_OF_SCAN:
            break
        at += 2 + struct.unpack_from(">H", begin, at + 2)[0]
    if len(found) > 1:
        raise Unreadable("the compressed image has two headers")
    return found[0] if found else None
