"""What stays of a radiograph whose pixels are no longer kept: its header, as a small DICOM file that says what it is.

Reports, corrections and withdrawals inherit patient and study from it as they did from the image.
"""

from collections.abc import Iterator
from pathlib import Path

import pydicom
from pydicom.datadict import dictionary_has_tag, dictionary_VR
from pydicom.dataelem import DataElement, RawDataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.tag import BaseTag
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian

from integrations.errors import Unreadable
from integrations.part10 import HEADER_ALONE, read_header, write_part10

_PIXELS = 0x7FE0
_OVERLAYS = range(0x6000, 0x6100)
_CURVES = range(0x5000, 0x5100)
_ICON = 0x00880200
_BEYOND = (0xFFFA, 0xFFFC)  # signatures over pixels that are gone, and padding
_BINARY = frozenset({"OB", "OD", "OF", "OL", "OV", "OW", "UN"})
_BULK_BYTES = 1 << 10
_LARGEST_BYTES = 1 << 20


def write_kept_header(image: Path) -> bytes:
    """Return a DICOM file of everything in ``image`` but pixels, overlays, curves, icons and other bulk.

    Its File Meta Information says so (PS3.10 7.1, Private Information), so that nobody takes it for an image that was cut off.
    Of such a file it is the same again. Raises Unreadable.
    """
    try:
        return _written(image)
    except (Unreadable, OSError):
        raise
    except Exception as error:  # noqa: BLE001 an odd file that was read can still raise anything as it is written
        raise Unreadable(f"its header cannot be written ({type(error).__name__})") from None


def _written(image: Path) -> bytes:
    kept = without_bulk(read_header(image))
    meta = pydicom.filereader.read_file_meta_info(image)
    syntax = UID(meta.TransferSyntaxUID)
    kept.file_meta = FileMetaDataset()
    kept.file_meta.MediaStorageSOPClassUID = meta.get("MediaStorageSOPClassUID") or kept.SOPClassUID
    kept.file_meta.MediaStorageSOPInstanceUID = meta.get("MediaStorageSOPInstanceUID") or kept.SOPInstanceUID
    is_packed = syntax.is_encapsulated or syntax == DeflatedExplicitVRLittleEndian
    kept.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian if is_packed else syntax
    kept.file_meta.PrivateInformationCreatorUID = HEADER_ALONE
    kept.file_meta.PrivateInformation = b"pixels expired"
    return write_part10(kept)


def without_bulk(header: Dataset) -> Dataset:
    """Return the data set without what only a picture, or a copy of one, needs; in sequences, too."""
    kept = Dataset(dict(_kept(header)), parent_encoding=header.original_character_set)
    is_implicit_vr, is_little_endian = header.original_encoding
    kept.set_original_encoding(is_implicit_vr, is_little_endian, header.original_character_set)
    return kept


def _kept(dataset: Dataset) -> Iterator[tuple[BaseTag, DataElement | RawDataElement]]:
    for tag in list(dataset.keys()):
        held, group = dataset.get_item(tag), tag.group
        if tag.element == 0 or group in (_PIXELS, *_BEYOND) or group in _OVERLAYS or group in _CURVES or tag == _ICON:
            continue
        vr = _vr_of(tag, held)
        if vr == "SQ":
            yield tag, DataElement(tag, "SQ", [without_bulk(item) for item in dataset[tag].value])
        elif (size := _size_of(held)) <= _LARGEST_BYTES and not (vr in _BINARY and size > _BULK_BYTES):
            yield tag, held


def _vr_of(tag: BaseTag, held: DataElement | RawDataElement) -> str:
    """Return the VR; of an element that may have several, one that is binary where any is."""
    vr = str(held.VR) if held.VR else dictionary_VR(tag) if dictionary_has_tag(tag) else "UN"
    return next((one for one in _BINARY if one in vr.split(" or ")), vr)


def _size_of(held: DataElement | RawDataElement) -> int:
    if isinstance(held, RawDataElement):
        return held.length
    return len(held.value) if isinstance(held.value, bytes | str) else 0
