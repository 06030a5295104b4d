"""Frames of an instance as WADO-RS gives them (PS3.18 10.4.1.1.6): as they are held, or decoded for who asks for no codec."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.pixels.utils import get_nr_frames, pixel_array
from pydicom.uid import UID, ExplicitVRLittleEndian

from integrations.errors import Unreadable

OCTET_STREAM = "application/octet-stream"
_VALUES = {"PixelData": 0, "FloatPixelData": 32, "DoubleFloatPixelData": 64}  # bits a value; 0: as Bits Allocated says
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
    """Frames of one instance, each as its bytes, with the media type and transfer syntax of them all."""

    media_type: str
    transfer_syntax_uid: str
    contents: tuple[bytes, ...]

    @property
    def content_type(self) -> str:
        """Return the Content-Type of each of them."""
        return f"{self.media_type}; transfer-syntax={self.transfer_syntax_uid}"


def media_type_of(transfer_syntax_uid: str) -> str:
    """Return the media type of a frame that lies in a transfer syntax."""
    return _MEDIA_TYPES.get(transfer_syntax_uid, OCTET_STREAM)


def read_frames(path: Path, numbers: Sequence[int], *, decoded: bool) -> Frames:
    """Return the frames with these numbers, from 1; ``decoded``: as plain values, little endian.

    Raises:
        IndexError: there is no such frame, or the instance has no pixels.
        Unreadable: they cannot be decoded.

    """
    dataset = dcmread(path)
    keyword = next((keyword for keyword in _VALUES if keyword in dataset), "")
    if not keyword or not all(1 <= number <= get_nr_frames(dataset, warn=False) for number in numbers):
        raise IndexError
    syntax = UID(dataset.file_meta.TransferSyntaxUID)
    if syntax.is_encapsulated and not decoded:
        held = tuple(get_frame(dataset.PixelData, n - 1, number_of_frames=get_nr_frames(dataset)) for n in numbers)
        return Frames(media_type_of(str(syntax)), str(syntax), held)
    if syntax.is_encapsulated or not syntax.is_little_endian:
        contents = tuple(_decoded(dataset, numbers))
    else:
        contents = tuple(_native(dataset, keyword, numbers))
    return Frames(OCTET_STREAM, str(ExplicitVRLittleEndian), contents)


def _native(dataset: Dataset, keyword: str, numbers: Sequence[int]) -> Iterator[bytes]:
    bits = _VALUES[keyword] or int(dataset.BitsAllocated)
    size_bits = int(dataset.Rows) * int(dataset.Columns) * int(dataset.get("SamplesPerPixel") or 1) * bits
    if size_bits % _BYTE:
        raise Unreadable("frames of single bits that end within a byte are not given out")
    size = size_bits // _BYTE
    pixels: bytes = dataset[keyword].value
    for number in numbers:
        yield pixels[(number - 1) * size : number * size]


def _decoded(dataset: Dataset, numbers: Sequence[int]) -> Iterator[bytes]:
    for number in numbers:
        try:
            values = pixel_array(dataset, index=number - 1, raw=True)
        except Exception as error:  # noqa: BLE001 decoders have errors of many kinds, and what they say may quote the file
            raise Unreadable(f"the pixels cannot be decoded ({type(error).__name__})") from None
        yield values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()
