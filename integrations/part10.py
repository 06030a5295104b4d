"""A DICOM file taken at its word: whole or refused, and known by the hash of its pixels, without one pixel being decoded."""

import hashlib
import mmap
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pydicom.config
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_preamble
from pydicom.pixels.utils import get_expected_length, get_nr_frames
from pydicom.tag import BaseTag
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from integrations.errors import Unreadable
from integrations.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

# pydicom's settings belong to the whole process. Values of senders are what they are (an age of `58`): they are neither
# refused nor warned about, because a warning would quote them.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE

_PIXEL_DATA_TAGS = (0x7FE00008, 0x7FE00009, 0x7FE00010)
_ITEM = 0xFFFEE000
_SEQUENCE_DELIMITATION = 0xFFFEE0DD
_UNDEFINED_LENGTH = 0xFFFFFFFF
_LONG_VRS = (b"OB", b"OW", b"OF", b"OD", b"UN")
_LARGEST_INFLATED_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What a file holds. ``dataset`` ends before Pixel Data; the hashes are hex.

    ``pixel_sha256`` is over the Pixel Data value: for a native syntax without its padding byte, for an encapsulated one
    over the fragments without the Basic Offset Table. Empty where there are no pixels. ``content_sha256`` is over the data
    set, File Meta Information apart.
    """

    transfer_syntax_uid: UID
    dataset: Dataset
    pixel_sha256: str
    content_sha256: str
    size_bytes: int


def read_part10(path: Path) -> StoredObject:
    """Read a Part-10 file up to its pixels and check that nothing of it is missing (PS3.10 7.1, PS3.5 annex A).

    Raises Unreadable.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return _read(content, len(content))
    except Unreadable:
        raise
    except Exception as error:  # noqa: BLE001 a damaged file can raise anything, and what it raises may quote the patient
        raise Unreadable(f"not a DICOM data set ({type(error).__name__})") from None


def write_part10(dataset: Dataset) -> bytes:
    """Return a data set that has its File Meta Information as a complete Part-10 file, which names this implementation."""
    dataset.file_meta.ImplementationClassUID = IMPLEMENTATION_CLASS_UID
    dataset.file_meta.ImplementationVersionName = IMPLEMENTATION_VERSION_NAME
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()


def _read(content: mmap.mmap, size_bytes: int) -> StoredObject:
    read_preamble(content, force=False)  # type: ignore[arg-type]
    meta = read_dataset(content, False, True, stop_when=lambda tag, _vr, _length: tag.group != 2)  # type: ignore[arg-type] # noqa: PLR2004
    syntax = UID(str(meta.get("TransferSyntaxUID", "")))
    if not syntax.is_transfer_syntax:
        raise Unreadable("no transfer syntax in the File Meta Information")
    if syntax == DeflatedExplicitVRLittleEndian:
        inflated = _inflate(content.read())
        return _Walk(BytesIO(inflated), inflated, len(inflated), syntax).stored_object(size_bytes)
    return _Walk(content, content, size_bytes, syntax).stored_object(size_bytes)  # type: ignore[arg-type]


def _inflate(deflated: bytes) -> bytes:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    inflated = inflater.decompress(deflated, _LARGEST_INFLATED_BYTES)
    if inflater.unconsumed_tail:
        raise Unreadable(f"the data set inflates to more than {_LARGEST_INFLATED_BYTES} bytes")
    if not inflater.eof:
        raise Unreadable("the deflated data set is cut off")
    return inflated


class _Walk:
    """One walk through a data set, from the place where ``stream`` stands to its end at ``size``."""

    def __init__(self, stream: BinaryIO, content: "mmap.mmap | bytes", size: int, syntax: UID) -> None:
        self._stream = stream
        self._content = content
        self._size = size
        self._syntax = syntax
        self._endian = "<" if syntax.is_little_endian else ">"

    def stored_object(self, size_bytes: int) -> StoredObject:
        start = self._stream.tell()
        dataset = self._elements()
        header = self._stream.tell()
        digest = hashlib.sha256()
        if header == self._size:
            if "Image Storage" in UID(str(dataset.get("SOPClassUID", ""))).name:
                raise Unreadable("cut off: an image without Pixel Data")
            self._update(digest, start, self._size)
            return StoredObject(self._syntax, dataset, "", digest.hexdigest(), size_bytes)
        pixels, value, end = self._pixel_data(dataset, header)
        self._stream.seek(end)
        self._elements()
        self._update(digest, start, value)
        digest.update(pixels)
        self._update(digest, end, self._size)
        return StoredObject(self._syntax, dataset, pixels.hex(), digest.hexdigest(), size_bytes)

    def _elements(self) -> Dataset:
        """Read elements up to Pixel Data or the end, and check that each has the bytes that it announces."""
        dataset = read_dataset(
            self._stream, self._syntax.is_implicit_VR, self._syntax.is_little_endian, stop_when=_at_pixel_data
        )
        for element in dataset.values():
            # An element that is no RawDataElement is a sequence that pydicom has followed to its delimiter.
            if isinstance(element, RawDataElement) and len(element.value or b"") < element.length < _UNDEFINED_LENGTH:
                raise Unreadable(f"cut off in {element.tag}")
        return dataset

    def _pixel_data(self, dataset: Dataset, header: int) -> tuple[bytes, int, int]:
        """Check Pixel Data; return its SHA-256, where its value begins, and where the element ends."""
        if self._syntax.is_implicit_VR or self._content[header + 4 : header + 6] not in _LONG_VRS:
            (length,), value = struct.unpack(self._endian + "L", self._content[header + 4 : header + 8]), header + 8
        else:
            (length,), value = struct.unpack(self._endian + "L", self._content[header + 8 : header + 12]), header + 12
        digest = hashlib.sha256()
        if self._syntax.is_encapsulated:
            if length != _UNDEFINED_LENGTH:
                raise Unreadable("Pixel Data are not encapsulated as the transfer syntax says")
            *fragments, end = self._fragments(value)
            if len(fragments) - 1 < get_nr_frames(dataset, warn=False):
                raise Unreadable(
                    f"Pixel Data hold {len(fragments) - 1} fragments for {get_nr_frames(dataset, warn=False)} frames"
                )
            for begin, stop in fragments[1:]:
                self._update(digest, begin, stop)
            return digest.digest(), value, end[1]
        expected = get_expected_length(dataset)
        if length == _UNDEFINED_LENGTH or length < expected:
            raise Unreadable(f"Pixel Data hold {length} of {expected} bytes")
        if value + length > self._size:
            raise Unreadable(f"Pixel Data are cut off at {self._size - value} of {length} bytes")
        self._update(digest, value, value + expected)
        return digest.digest(), value, value + length

    def _fragments(self, begin: int) -> Iterator[tuple[int, int]]:
        """Yield where each item of encapsulated Pixel Data lies, the Basic Offset Table first, the delimiter last (PS3.5 A.4)."""
        while begin + 8 <= self._size:
            group, element, length = struct.unpack("<HHL", self._content[begin : begin + 8])
            tag, begin = group << 16 | element, begin + 8
            end = begin + length
            if tag not in (_ITEM, _SEQUENCE_DELIMITATION) or end > self._size:
                break
            yield begin, end
            if tag == _SEQUENCE_DELIMITATION:
                return
            begin = end
        raise Unreadable("Pixel Data are cut off in an encapsulated fragment")

    def _update(self, digest: "hashlib._Hash", begin: int, end: int) -> None:
        with memoryview(self._content) as whole, whole[begin:end] as part:
            digest.update(part)


def _at_pixel_data(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return tag in _PIXEL_DATA_TAGS
