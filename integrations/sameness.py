"""Whether two files of one SOP Instance UID mean the same, however they were encoded on their way."""

import hashlib
from pathlib import Path

import numpy as np
import pydicom
from pydicom import Dataset

from integrations.errors import Unreadable
from integrations.instance import stored_pixels
from integrations.kept_header import without_bulk

# What a router may change when it re-encodes, without changing what the image says.
_ENCODING_ONLY = (
    "PixelData",
    "SpecificCharacterSet",
    "LossyImageCompression",
    "LossyImageCompressionRatio",
    "LossyImageCompressionMethod",
)


def same_headers(one: Path, other: Path, *, kept_alone: bool = False) -> bool:
    """Tell whether the two data sets carry the same attributes with the same values, the pixels and their encoding apart.

    ``kept_alone``: of one of them the header alone is kept; what goes with the pixels is left out of both.

    Where one cannot be understood to its last attribute they are not the same.
    """
    try:
        return _meaning(one, kept_alone=kept_alone) == _meaning(other, kept_alone=kept_alone)
    except Exception:  # noqa: BLE001 an attribute that cannot be decoded can raise anything
        return False


def same_pixels(one: Path, other: Path) -> bool:
    """Tell whether the two files decode to the same stored values; files that do not decode are not the same."""
    try:
        a, b = stored_pixels(one), stored_pixels(other)
    except Unreadable:
        return False
    return a.shape == b.shape and bool(np.array_equal(a, b))


def values_sha256(path: Path) -> str:
    """Return the SHA-256 (hex) of the stored values, however they are encoded: of equal ones where `same_pixels`. Raises Unreadable."""
    values = stored_pixels(path)
    digest = hashlib.sha256(f"{values.shape[0]} {values.shape[1]} ".encode())
    digest.update(np.ascontiguousarray(values, dtype="<i4").data)
    return digest.hexdigest()


def _meaning(path: Path, *, kept_alone: bool) -> dict[str, object]:
    with pydicom.dcmread(path, defer_size=None if kept_alone else 1024, stop_before_pixels=kept_alone) as read:
        dataset = without_bulk(read) if kept_alone else read
        kept = Dataset({e.tag: e for e in dataset if e.keyword not in _ENCODING_ONLY})
        return kept.to_json_dict(suppress_invalid_tags=True)
