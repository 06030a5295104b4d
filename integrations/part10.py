"""A DICOM file taken at its word: whole or refused, and known by the hash of its pixels, without one pixel being decoded."""

import hashlib
import mmap
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, TypeVar

import pydicom.config
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_preamble
from pydicom.pixels.utils import get_expected_length, get_nr_frames
from pydicom.tag import BaseTag
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from integrations.codestream import codestream_size
from integrations.deflated import PIXEL_DATA_TAGS, SKIPPED_BYTES, inflate
from integrations.errors import Mismatched, Unreadable
from integrations.metered import Metered
from integrations.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME, derive_uid

# pydicom's settings belong to the whole process. Values of senders are what they are (an age of `58`): they are neither
# refused nor warned about, because a warning would quote them.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE

HEADER_ALONE = UID(derive_uid("diafan", "header alone"))
"""Private Information Creator UID (0002,0100) of a file that we keep of an image whose pixels are gone."""

_ITEM = 0xFFFEE000
_SEQUENCE_DELIMITATION = 0xFFFEE0DD
_UNDEFINED_LENGTH = 0xFFFFFFFF
_LONG_VRS = (b"OB", b"OW", b"OF", b"OD", b"UN")

# What a header may cost before it is refused, beside what `Metered` says.
_MOST_ITEMS = 20_000
_DEEPEST_NESTING = 32
_CODESTREAM_HEADER_BYTES = 1 << 20

_T = TypeVar("_T")


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

    What it takes is memory for the header, within limits, and the image itself where the data set is deflated.

    Raises Unreadable; Mismatched where it is not of the SOP class that it was announced as.
    """
    return _mapped(path, _read)


def read_header(path: Path) -> Dataset:
    """Return ``StoredObject.dataset`` alone, of an image that was found to be whole before, or of what is kept of it.

    Raises Unreadable.
    """
    return _mapped(path, _read_header)


def _mapped(path: Path, read: Callable[[mmap.mmap, int], _T]) -> _T:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return read(content, len(content))
    except Unreadable:
        raise
    except RecursionError:
        raise Unreadable(f"sequences are nested more than {_DEEPEST_NESTING} deep") from None
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
    meta, walk = _begin(content, size_bytes)
    stored = walk.stored_object(size_bytes)
    announced, own = meta.get("MediaStorageSOPClassUID"), stored.dataset.get("SOPClassUID")
    if announced and own and announced != own:
        raise Mismatched("the SOP class of the data set is not the one that it was announced as")
    return stored


def _read_header(content: mmap.mmap, size_bytes: int) -> Dataset:
    meta, walk = _begin(content, size_bytes)
    return walk.header(is_alone=meta.get("PrivateInformationCreatorUID") == HEADER_ALONE)


def _begin(content: mmap.mmap, size_bytes: int) -> "tuple[Dataset, _Walk]":
    """Return the File Meta Information, and a walk that is yet to be made through the data set."""
    read_preamble(content, force=False)  # type: ignore[arg-type]
    meta = read_dataset(content, False, True, stop_when=lambda tag, _vr, _length: tag.group != 2)  # type: ignore[arg-type] # noqa: PLR2004
    syntax = UID(str(meta.get("TransferSyntaxUID", "")))
    if not syntax.is_transfer_syntax:
        raise Unreadable("no transfer syntax in the File Meta Information")
    if syntax == DeflatedExplicitVRLittleEndian:
        inflated = inflate(content)
        whole = inflated.getvalue()  # the same memory: nothing is copied
        return meta, _Walk(inflated, whole, len(whole), syntax)
    return meta, _Walk(content, content, size_bytes, syntax)  # type: ignore[arg-type]


class _Walk:
    """One walk through a data set, from the place where ``stream`` stands to its end at ``size``."""

    def __init__(self, stream: BinaryIO, content: "mmap.mmap | bytes", size: int, syntax: UID) -> None:
        self._stream = Metered(stream)
        self._content = content
        self._size = size
        self._syntax = syntax
        self._endian = "<" if syntax.is_little_endian else ">"

    def header(self, *, is_alone: bool) -> Dataset:
        dataset = self._elements()
        if self._stream.tell() == self._size and not is_alone:
            raise Unreadable("cut off: an image without Pixel Data")
        return dataset

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
        _check_nesting(dataset, self._endian)
        self._update(digest, start, value)
        digest.update(pixels)
        self._update(digest, end, self._size)
        return StoredObject(self._syntax, dataset, pixels.hex(), digest.hexdigest(), size_bytes)

    def _elements(self) -> Dataset:
        """Read elements up to Pixel Data or the end, and check that each is there once, with the bytes that it announces."""
        seen: set[int] = set()

        def stop_when(tag: BaseTag, _vr: str | None, _length: int) -> bool:
            if tag in PIXEL_DATA_TAGS:
                return True
            if tag in seen:
                raise Unreadable(f"{tag} is there twice")
            seen.add(tag)
            return False

        begin = self._stream.tell()
        vr = self._content[begin + 4 : begin + 6]
        if vr and self._syntax.is_implicit_VR == (vr.isalpha() and vr.isupper()):  # pydicom would read it, and warn
            raise Unreadable("the data set is not encoded as its transfer syntax says")
        dataset = read_dataset(
            self._stream,  # type: ignore[arg-type]
            self._syntax.is_implicit_VR,
            self._syntax.is_little_endian,
            stop_when=stop_when,
            defer_size=SKIPPED_BYTES,
        )
        for element in dataset.values():
            # An element that is no RawDataElement is a sequence that pydicom has followed to its delimiter.
            if isinstance(element, RawDataElement) and element.length < _UNDEFINED_LENGTH:
                read = self._size - element.value_tell if element.value is None else len(element.value)
                if read < element.length:
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
            end = self._encapsulated(dataset, value, digest)
            return digest.digest(), value, end
        expected = get_expected_length(dataset)
        if length == _UNDEFINED_LENGTH or length < expected:
            raise Unreadable(f"Pixel Data hold {length} of {expected} bytes")
        if length >= 2 * expected > 0:
            raise Unreadable(f"Pixel Data hold {length} bytes where the header says {expected}")
        if value + length > self._size:
            raise Unreadable(f"Pixel Data are cut off at {self._size - value} of {length} bytes")
        self._update(digest, value, value + expected)
        return digest.digest(), value, value + length

    def _check_codestream(self, dataset: Dataset, begin: int, end: int) -> None:
        """Refuse an image whose codestream is of another size than its header says: whoever decodes it gets what is in there."""
        found = codestream_size(bytes(self._content[begin : min(end, begin + _CODESTREAM_HEADER_BYTES)]), self._syntax)
        said = (
            int(dataset.get("Rows") or 0),
            int(dataset.get("Columns") or 0),
            int(dataset.get("SamplesPerPixel") or 1),
        )
        if found is not None and found != said:
            raise Unreadable(
                f"the compressed image has {found[0]} x {found[1]} pixels of {found[2]} samples, its header says "
                f"{said[0]} x {said[1]} of {said[2]}"
            )

    def _encapsulated(self, dataset: Dataset, begin: int, digest: "hashlib._Hash") -> int:
        """Check encapsulated Pixel Data and give their fragments to ``digest``; return where they end."""
        frames = max(get_nr_frames(dataset, warn=False), 1)
        count, end = 0, begin
        for count, ((start, stop), (_, end)) in enumerate(pairwise(self._items(begin, frames + _MOST_ITEMS))):  # noqa: B007
            if count == 1:
                self._check_codestream(dataset, start, stop)
            if count > 0:
                self._update(digest, start, stop)
        if count < frames:
            raise Unreadable(f"Pixel Data hold {count} fragments for {frames} frames")
        return end

    def _items(self, begin: int, most_fragments: int) -> Iterator[tuple[int, int]]:
        """Yield where each item of encapsulated Pixel Data lies, the Basic Offset Table first, the delimiter last (PS3.5 A.4)."""
        for _ in range(most_fragments + 2):
            if begin + 8 > self._size:
                break
            group, element, length = struct.unpack("<HHL", self._content[begin : begin + 8])
            tag, begin = group << 16 | element, begin + 8
            end = begin + length
            if tag not in (_ITEM, _SEQUENCE_DELIMITATION) or end > self._size:
                break
            yield begin, end
            if tag == _SEQUENCE_DELIMITATION:
                return
            begin = end
        else:
            raise Unreadable(f"Pixel Data hold more than {most_fragments} fragments")
        raise Unreadable("Pixel Data are cut off in an encapsulated fragment")

    def _update(self, digest: "hashlib._Hash", begin: int, end: int) -> None:
        with memoryview(self._content) as whole, whole[begin:end] as part:
            digest.update(part)


def _check_nesting(dataset: Dataset, endian: str) -> None:
    """Refuse sequences that whoever walks through them later could not: too many items, or too deep."""
    item = struct.pack(endian + "HH", _ITEM >> 16, _ITEM & 0xFFFF)
    for raw in dataset.values():
        followed = not isinstance(raw, RawDataElement)
        items = 0 if followed or raw.value is None else raw.value.count(item)
        if items > _MOST_ITEMS:
            raise Unreadable(f"{raw.tag} has more than {_MOST_ITEMS} items")
        if not followed and items <= _DEEPEST_NESTING:
            continue
        # A copy, so that what is followed here does not stay in memory.
        level = [Dataset({raw.tag: raw}, parent_encoding=dataset.original_character_set)]
        level[0].set_original_encoding(*dataset.original_encoding)
        for _ in range(_DEEPEST_NESTING + 1):
            level = [nested for parent in level for element in parent if element.VR == "SQ" for nested in element.value]
        if level:
            raise Unreadable(f"sequences are nested more than {_DEEPEST_NESTING} deep")
