"""Frames of an instance as WADO-RS gives them (PS3.18 10.4.1.1.6): as they are held, or decoded for who asks for no codec.

One frame is in memory at a time, however many are asked for and however large the file is.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import chain
from os import SEEK_CUR
from pathlib import Path
from struct import unpack
from typing import BinaryIO

from pydicom import dcmread
from pydicom.datadict import keyword_for_tag
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.filereader import read_file_meta_info
from pydicom.pixels.utils import get_nr_frames, pixel_array
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from integrations.codecs import decoder_of
from integrations.errors import Unreadable

OCTET_STREAM = "application/octet-stream"
PLAIN = str(ExplicitVRLittleEndian)
"""The transfer syntax of plain values."""
_VALUES = {"PixelData": 0, "FloatPixelData": 32, "DoubleFloatPixelData": 64}  # bits a value; 0: as Bits Allocated says
_SHAPE = ("NumberOfFrames", "Rows", "Columns", "SamplesPerPixel", "BitsAllocated")
_LONG_VRS = (b"OB", b"OW", b"OF", b"OD", b"UN")
_BYTE = 8
_JPEG, _JPEG_LS, _JPEG_2000, _HTJ2K = "image/jpeg", "image/jls", "image/jp2", "image/jphc"
_MEDIA_TYPES = {
    "1.2.840.10008.1.2.5": "image/dicom-rle",
    "1.2.840.10008.1.2.4.50": _JPEG,
    "1.2.840.10008.1.2.4.51": _JPEG,
    "1.2.840.10008.1.2.4.57": _JPEG,
    "1.2.840.10008.1.2.4.70": _JPEG,
    "1.2.840.10008.1.2.4.80": _JPEG_LS,
    "1.2.840.10008.1.2.4.81": _JPEG_LS,
    "1.2.840.10008.1.2.4.90": _JPEG_2000,
    "1.2.840.10008.1.2.4.91": _JPEG_2000,
    "1.2.840.10008.1.2.4.201": _HTJ2K,
    "1.2.840.10008.1.2.4.202": _HTJ2K,
    "1.2.840.10008.1.2.4.203": _HTJ2K,
}
"""PS3.18 table 8.7.3-5: the media type of a frame in each transfer syntax that encapsulates; others are octets."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Frames of one instance, with the media type and transfer syntax of them all.

    ``contents`` yields each as its bytes, and reads it when it is asked for; it raises Unreadable where one cannot be decoded.
    """

    media_type: str
    transfer_syntax_uid: str
    contents: Iterator[bytes]

    @property
    def content_type(self) -> str:
        """Return the Content-Type of each of them."""
        return f"{self.media_type}; transfer-syntax={self.transfer_syntax_uid}"


def media_type_of(transfer_syntax_uid: str) -> str:
    """Return the media type of a frame that lies in a transfer syntax."""
    return _MEDIA_TYPES.get(transfer_syntax_uid, OCTET_STREAM)


def read_frames(path: Path, numbers: Sequence[int], *, decoded: bool) -> Frames:
    """Return the frames with these numbers, one or more from 1; ``decoded``: as plain values, little endian.

    The first is read at once, so that most of what can go wrong is known before any of them is sent.

    Raises:
        IndexError: there is no such frame, or the instance has no pixels.
        Unreadable: the first cannot be decoded.

    """
    with _opened(path) as (header, keyword, _):
        syntax = UID(header.file_meta.TransferSyntaxUID)
        if not keyword or not all(1 <= number <= get_nr_frames(header, warn=False) for number in numbers):
            raise IndexError
    is_held = syntax.is_encapsulated and not decoded
    read = _held if is_held else _native if not syntax.is_encapsulated and syntax.is_little_endian else _decoded
    each = (read(path, number - 1) for number in numbers)
    contents = chain([next(each)], each)
    if is_held:
        return Frames(media_type_of(str(syntax)), str(syntax), contents)
    return Frames(OCTET_STREAM, PLAIN, contents)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Dataset, str, BinaryIO]]:
    """Yield the header, the keyword of the pixels ("": none), and a stream that stands where their value begins."""
    with path.open("rb") as file:
        header = dcmread(file, stop_before_pixels=True, specific_tags=[*_SHAPE])
        syntax = UID(header.file_meta.TransferSyntaxUID)
        if syntax == DeflatedExplicitVRLittleEndian:  # nothing of the file itself is the pixels
            file.seek(0)
            whole = dcmread(file, specific_tags=[*_VALUES])
            keyword = next((keyword for keyword in _VALUES if keyword in whole), "")
            yield header, keyword, BytesIO(whole[keyword].value if keyword else b"")
            return
        begun = file.read(8)  # tag, and VR or length (PS3.5 7.1)
        keyword = keyword_for_tag(unpack("<HH" if syntax.is_little_endian else ">HH", begun[:4])) if begun else ""
        if begun[4:6] in _LONG_VRS:
            file.seek(4, SEEK_CUR)
        yield header, keyword, file


def _held(path: Path, index: int) -> bytes:
    with _opened(path) as (header, _, pixels):
        return get_frame(pixels, index, number_of_frames=get_nr_frames(header, warn=False))


def _native(path: Path, index: int) -> bytes:
    with _opened(path) as (header, keyword, pixels):
        bits = _VALUES[keyword] or int(header.BitsAllocated)
        size_bits = int(header.Rows) * int(header.Columns) * int(header.get("SamplesPerPixel") or 1) * bits
        if size_bits % _BYTE:
            raise Unreadable("frames of single bits that end within a byte are not given out")
        size = size_bits // _BYTE
        pixels.seek(index * size, SEEK_CUR)
        return pixels.read(size)


def _decoded(path: Path, index: int) -> bytes:
    try:
        decoder = decoder_of(read_file_meta_info(path).TransferSyntaxUID)
        values = pixel_array(path, index=index, raw=True, decoding_plugin=decoder)
    except BaseException as error:
        # Each decoder has its own errors, and that of RLE is written in Rust: what it raises is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Unreadable(f"the pixels cannot be decoded ({type(error).__name__})") from None
    return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
