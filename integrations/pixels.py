"""From stored values to grey values that mean the same for every sender (PS3.4 N.2, the greyscale transformations).

stored ── bits, sign ──► modality LUT ──► VOI LUT or window ──► polarity ──► float32 in [0, 1], bright = dense
"""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi
from pydicom.pixels.utils import pixel_array

from integrations.errors import Unreadable
from models.radiograph import Radiograph

DISPLAY_READY_BITS = 8
"""At this depth values without a window are what a screen shows, and their nominal range is their range."""
PERCENTILES = (0.1, 99.9)
"""What deeper values without a window are stretched between: the nominal range would leave most of them black."""
_SAMPLED_ROWS = 512

Values = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]


def read_radiograph(path: Path) -> Radiograph:
    """Decode one single-frame grey image of any supported transfer syntax.

    Clauses: PS3.3 C.11.1 (Modality LUT), C.11.2 (VOI LUT; the first window of several), C.7.5.1.1.2 (padding, shown black).
    ``spacing_mm`` is Pixel Spacing where that is given (calibrated or not), else Imager Pixel Spacing at the detector, else
    Nominal Scanned Pixel Spacing; zeros, which some senders write, are none.

    Raises Unreadable where the pixels cannot be decoded or are no single grey image.
    """
    dataset, stored = _decode(path)
    try:
        shown = _apply_voi(dataset, _apply_modality_lut(dataset, stored), padding := _padding(dataset, stored))
        if dataset.PhotometricInterpretation == "MONOCHROME1":
            shown = 1 - shown
        if padding is not None:
            shown[padding] = 0
        return Radiograph(np.ascontiguousarray(shown, np.float32), _spacing_mm(dataset))
    except Exception as error:  # noqa: BLE001 a malformed LUT can raise anything
        raise Unreadable(f"the greyscale transformations cannot be applied ({type(error).__name__})") from None


def stored_pixels(path: Path) -> Values:
    """Return the stored values, (rows, columns), bits and sign put right and nothing else applied. Raises Unreadable."""
    return _decode(path)[1]


def _decode(path: Path) -> tuple[Dataset, Values]:
    try:
        dataset = pydicom.dcmread(path)
        photometric = str(dataset.PhotometricInterpretation)
        grey = photometric in ("MONOCHROME1", "MONOCHROME2") and int(dataset.get("NumberOfFrames") or 1) == 1
        values = _sign_and_bits(dataset, pixel_array(dataset)) if grey else None
    except Exception as error:  # noqa: BLE001 each decoder has its own errors
        raise Unreadable(f"the pixels cannot be decoded ({type(error).__name__})") from None
    if values is None:
        raise Unreadable(f"not a single grey image: {photometric}")
    return dataset, values


def _sign_and_bits(dataset: Dataset, values: Values) -> Values:
    """Drop the bits above High Bit, where old senders keep overlays, and extend the sign (PS3.5 8.1.1)."""
    width = values.dtype.itemsize * 8
    above = width - 1 - int(dataset.HighBit)
    unused = width - int(dataset.BitsStored)
    return (values << above) >> unused if above or unused else values


def _padding(dataset: Dataset, stored: Values) -> npt.NDArray[np.bool_] | None:
    if (first := dataset.get("PixelPaddingValue")) is None:
        return None
    last = dataset.get("PixelPaddingRangeLimit", first)
    mask = (stored >= min(first, last)) & (stored <= max(first, last))
    return mask if mask.any() and not mask.all() else None


def _apply_modality_lut(dataset: Dataset, stored: Values) -> Values:
    identity = float(dataset.get("RescaleSlope") or 1) == 1 and float(dataset.get("RescaleIntercept") or 0) == 0
    if identity and not dataset.get("ModalityLUTSequence"):
        return stored
    return apply_modality_lut(stored, dataset)


def _apply_voi(dataset: Dataset, values: Values, padding: npt.NDArray[np.bool_] | None) -> Floats:
    if luts := dataset.get("VOILUTSequence"):
        index = np.rint(values).astype(np.int32) if np.issubdtype(values.dtype, np.floating) else values
        return _scaled(apply_voi(index, dataset), 0, 2 ** int(luts[0].LUTDescriptor[2]) - 1)
    if (window := _window(dataset)) is not None:
        return window_to_unit(values, *window, function=str(dataset.get("VOILUTFunction") or "LINEAR"))
    if int(dataset.BitsStored) == DISPLAY_READY_BITS and not np.issubdtype(values.dtype, np.signedinteger):
        return _scaled(values, 0, 2**DISPLAY_READY_BITS - 1)
    step = max(1, values.shape[0] // _SAMPLED_ROWS)
    sample = values[::step, ::step] if padding is None else values[::step, ::step][~padding[::step, ::step]]
    low, high = np.percentile(sample if sample.size else values, PERCENTILES)
    return _scaled(values, low, high)


def _window(dataset: Dataset) -> tuple[float, float] | None:
    center, width = dataset.get("WindowCenter"), dataset.get("WindowWidth")
    if center is None or width is None or float(np.atleast_1d(width)[0]) <= 0:
        return None
    return float(np.atleast_1d(center)[0]), float(np.atleast_1d(width)[0])


def window_to_unit(values: Values, center: float, width: float, *, function: str = "LINEAR") -> Floats:
    """Map values through a window into [0, 1] (PS3.3 C.11.2.1.2, and C.11.2.1.3 for SIGMOID and LINEAR_EXACT)."""
    if function == "SIGMOID":
        exponent = np.clip(-4 * (values.astype(np.float32) - np.float32(center)) / np.float32(width), -80, 80)
        curve: Floats = 1 / (1 + np.exp(exponent))
        return curve
    if function == "LINEAR_EXACT":
        return _scaled(values, center - width / 2, center + width / 2)
    return _scaled(values, center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2)


def _scaled(values: Values, low: float, high: float) -> Floats:
    """Map [low, high] to [0, 1], clipped; an empty range is a threshold."""
    floats = values.astype(np.float32)
    if high <= low:
        return (floats > np.float32(low)).astype(np.float32)
    floats -= np.float32(low)
    floats *= np.float32(1 / (high - low))
    return np.clip(floats, 0, 1, out=floats)


def _spacing_mm(dataset: Dataset) -> tuple[float, float] | None:
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        match dataset.get(keyword):
            case [row, column] if float(row) > 0 and float(column) > 0:
                return float(row), float(column)
    return None
