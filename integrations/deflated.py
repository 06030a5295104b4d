"""A deflated data set, inflated no further than its own header says that there is something."""

import mmap
import struct
import zlib
from io import BytesIO

from pydicom.filereader import read_dataset
from pydicom.pixels.utils import get_expected_length
from pydicom.tag import BaseTag

from integrations.errors import Unreadable
from integrations.metered import Metered

PIXEL_DATA_TAGS = (0x7FE00008, 0x7FE00009, 0x7FE00010)
SKIPPED_BYTES = 1 << 20
"""An element of a header that is larger is not read at all, and nobody here asks for one."""

_LARGEST_INFLATED_BYTES = 1 << 28
_INFLATED_BEYOND_PIXELS_BYTES = 1 << 24
_DEFLATED_AT_ONCE_BYTES = 1 << 16
_INFLATED_AT_ONCE_BYTES = 1 << 20


def inflate(deflated: mmap.mmap) -> BytesIO:
    """Inflate what follows, a piece at a time, as far as its own header says that there is something, so that a bomb stays small.

    Nothing may lie behind it but one byte of padding (PS3.5 A.5), and the trailer that those leave who write it by gzip (RFC 1952
    2.3.1: CRC-32 and length), as pixelmed does. Raises Unreadable.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    inflated = BytesIO()
    most, is_told = _INFLATED_BEYOND_PIXELS_BYTES, False
    while not inflater.eof:
        given = inflater.unconsumed_tail or deflated.read(_DEFLATED_AT_ONCE_BYTES)
        piece = inflater.decompress(given, _INFLATED_AT_ONCE_BYTES)
        if not given and not piece:
            raise Unreadable("the deflated data set is cut off")
        inflated.write(piece)
        if inflated.tell() > most and not is_told:
            most, is_told = most + min(_declared_pixel_bytes(inflated), _LARGEST_INFLATED_BYTES), True
        if inflated.tell() > most:
            raise Unreadable(
                f"the data set inflates to more than its header says, or than {_LARGEST_INFLATED_BYTES} bytes"
            )
    trailer = struct.pack("<LL", zlib.crc32(inflated.getbuffer()), inflated.tell())
    behind = inflater.unused_data + deflated.read(len(trailer) + 2)
    if behind not in (b"", b"\0", trailer, trailer + b"\0"):
        raise Unreadable("something lies behind the end of the deflated data set")
    inflated.seek(0)
    return inflated


def _declared_pixel_bytes(begun: BytesIO) -> int:
    end = begun.tell()
    begun.seek(0)
    dataset = read_dataset(Metered(begun), False, True, stop_when=_at_pixel_data, defer_size=SKIPPED_BYTES)  # type: ignore[arg-type]
    begun.seek(end)
    return get_expected_length(dataset) if "Rows" in dataset else 0


def _at_pixel_data(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return tag in PIXEL_DATA_TAGS
