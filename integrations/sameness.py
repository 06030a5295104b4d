"""Whether two files of one SOP Instance UID mean the same, however they were encoded on their way."""

from pathlib import Path

import numpy as np
import pydicom
from pydicom import Dataset

from integrations.errors import Unreadable
from integrations.instance import stored_pixels

# What a router may change when it re-encodes, without changing what the image says.
_ENCODING_ONLY = (
    "PixelData",
    "SpecificCharacterSet",
    "LossyImageCompression",
    "LossyImageCompressionRatio",
    "LossyImageCompressionMethod",
)


def same_headers(one: Path, other: Path) -> bool:
    """Tell whether the two data sets carry the same attributes with the same values, the pixels and their encoding apart.

    Where one cannot be understood to its last attribute they are not the same.
    """
    try:
        return _meaning(one) == _meaning(other)
    except Exception:  # noqa: BLE001 an attribute that cannot be decoded can raise anything
        return False


def same_pixels(one: Path, other: Path) -> bool:
    """Tell whether the two files decode to the same stored values; files that do not decode are not the same."""
    try:
        a, b = stored_pixels(one), stored_pixels(other)
    except Unreadable:
        return False
    return a.shape == b.shape and bool(np.array_equal(a, b))


def _meaning(path: Path) -> dict[str, object]:
    with pydicom.dcmread(path, defer_size=1024) as dataset:
        kept = Dataset({e.tag: e for e in dataset if e.keyword not in _ENCODING_ONLY})
        return kept.to_json_dict(suppress_invalid_tags=True)
