"""From stored values to grey values that mean the same for every sender (PS3.4 N.2, the greyscale transformations).

stored ── bits, sign ──► modality LUT ──► VOI LUT or window ──► polarity ──► float32 in [0, 1], bright = dense

All steps look at one value at a time, so they are worked out once for each bit pattern there is, and an image goes
through a single table.
"""

from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pydicom
from openjpeg.utils import get_parameters
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import get_frame
from pydicom.multival import MultiValue
from pydicom.pixels.processing import apply_modality_lut, apply_voi
from pydicom.pixels.utils import pixel_array
from pydicom.uid import JPEG2000TransferSyntaxes

from integrations.codecs import decoder_of
from integrations.errors import Unreadable
from models.radiograph import Radiograph

DISPLAY_READY_BITS = 8
"""At this depth values without a window are what a screen shows, and their nominal range is their range."""
PERCENTILES = (0.1, 99.9)
"""What deeper values without a window are stretched between: the nominal range would leave most of them black."""
_SIDES_MM = 1e-3, 1e2
_SAMPLED_ROWS = 512
_WHITE = 2**16 - 1

Values = npt.NDArray[Any]
Floats = npt.NDArray[np.float32]


def read_radiograph(path: Path, long_side_px: int | None = None) -> Radiograph:
    """Decode one single-frame grey image of any supported transfer syntax, 8 or 16 bits allocated.

    With ``long_side_px`` a larger image is reduced to it by area, in integers, before anything becomes float, and JPEG 2000
    is decoded at the smallest of its own sizes that is no smaller.

    Clauses: PS3.3 C.11.1 (Modality LUT), C.11.2 (VOI LUT; the first window of several), C.7.5.1.1.2 (padding, shown black).
    ``spacing_mm`` is Pixel Spacing where that is given (calibrated or not), else Imager Pixel Spacing at the detector, else
    Nominal Scanned Pixel Spacing; what is no two numbers that a pixel's sides can be is none, as `0` and `0,143` are. It is that of the pixels returned.

    Raises Unreadable where the pixels cannot be decoded or are no single grey image.
    """
    dataset, stored = _decode(path, long_side_px)
    rows, columns = stored.shape
    try:
        table = _table(dataset, stored)
        patterns = _patterns(stored)
        shrink = long_side_px / max(rows, columns) if long_side_px else 1
        if shrink < 1:
            shown = cv2.LUT(patterns, np.rint(table * _WHITE).astype(np.uint16))
            size = max(1, round(columns * shrink)), max(1, round(rows * shrink))
            reduced = cv2.resize(shown, size, interpolation=cv2.INTER_AREA)
            pixels = reduced.astype(np.float32) / np.float32(_WHITE)
        else:
            pixels = np.asarray(cv2.LUT(patterns, table), np.float32)
        return Radiograph(pixels, _spacing_mm(dataset, pixels.shape))
    except Exception as error:  # noqa: BLE001 a malformed LUT can raise anything
        raise Unreadable(f"the greyscale transformations cannot be applied ({type(error).__name__})") from None


def read_extent_mm(path: Path) -> tuple[float, float] | None:
    """Return height and width of the whole image in millimetres, or None where the sender gave no spacing.

    By the same attributes as `read_radiograph`; the pixels are not read. Raises Unreadable.
    """
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
    except Exception as error:  # noqa: BLE001 a damaged file can raise anything
        raise Unreadable(f"the spacing cannot be read ({type(error).__name__})") from None
    return extent_mm(dataset)


def extent_mm(dataset: Dataset) -> tuple[float, float] | None:
    """Return what `read_extent_mm` does, of a header that was read. Raises Unreadable."""
    try:
        spacing = _spacing_mm(dataset, (dataset.Rows, dataset.Columns))
        return spacing and (spacing[0] * dataset.Rows, spacing[1] * dataset.Columns)
    except Exception as error:  # noqa: BLE001 a malformed attribute can raise anything
        raise Unreadable(f"the spacing cannot be read ({type(error).__name__})") from None


def stored_pixels(path: Path) -> Values:
    """Return the stored values, (rows, columns), bits and sign put right and nothing else applied. Raises Unreadable."""
    dataset, values = _decode(path)
    try:
        return _sign_and_bits(dataset, values)
    except Exception as error:  # noqa: BLE001 a missing or malformed attribute can raise anything
        raise Unreadable(f"the stored values cannot be put right ({type(error).__name__})") from None


def _decode(path: Path, long_side_px: int | None = None) -> tuple[Dataset, Values]:
    try:
        dataset = pydicom.dcmread(path)
        photometric = str(dataset.PhotometricInterpretation)
        values = None
        if photometric in ("MONOCHROME1", "MONOCHROME2") and int(dataset.get("NumberOfFrames") or 1) == 1:
            values = _decode_reduced(dataset, long_side_px) if long_side_px else None
            if values is None:
                values = pixel_array(dataset, decoding_plugin=decoder_of(dataset.file_meta.TransferSyntaxUID))
    except BaseException as error:
        # Each decoder has its own errors, and that of RLE is written in Rust: what it raises is no Exception.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Unreadable(f"the pixels cannot be decoded ({type(error).__name__})") from None
    if values is None or values.dtype.kind not in "iu" or values.dtype.itemsize > 2:  # noqa: PLR2004 - PS3.3 C.8.11.3.1.5
        raise Unreadable(f"not a single grey image of at most 16 bits: {photometric}")
    return dataset, values


def _decode_reduced(dataset: Dataset, long_side_px: int) -> Values | None:
    """Return JPEG 2000 pixels at a half, a quarter ... of their size, or None where only the whole image will do.

    Each level is a low-pass filtered image of its own inside the codestream (ISO/IEC 15444-1, F.3). Padding would bleed into it.
    """
    rows, columns, bits = dataset.Rows, dataset.Columns, dataset.BitsStored
    halvings = (max(rows, columns) // long_side_px).bit_length() - 1
    is_jpeg2000 = dataset.file_meta.TransferSyntaxUID in JPEG2000TransferSyntaxes
    if halvings < 1 or not is_jpeg2000 or "PixelPaddingValue" in dataset:
        return None
    frame = get_frame(dataset.PixelData, 0, number_of_frames=1)
    found = get_parameters(frame)
    agrees = found["precision"] == bits == dataset.HighBit + 1 and not found["is_signed"] | dataset.PixelRepresentation
    if not agrees or (found["rows"], found["columns"]) != (rows, columns):
        return None
    for levels in range(halvings, 0, -1):
        # A codestream may have fewer levels, and Pillow rounds some sizes in another way than OpenJPEG.
        with suppress(OSError), Image.open(BytesIO(frame), formats=["JPEG2000"]) as image:
            image.reduce = levels  # type: ignore[method-assign, assignment]
            scaled = np.asarray(image)
            unscaled = scaled >> (scaled.dtype.itemsize * 8 - bits)  # Pillow fills the range of its type
            # A sample stands on the first of the pixels that it replaces: move it to their middle.
            by = 0.5 / 2**levels - 0.5
            moved = np.array([[1, 0, by], [0, 1, by]], np.float32)
            centred: Values = cv2.warpAffine(unscaled, moved, image.size, borderMode=cv2.BORDER_REPLICATE)
            return centred
    return None


def _patterns(stored: Values) -> Values:
    """Return the bits of stored values as unsigned integers of their width, in the machine's order of bytes."""
    native = stored.astype(stored.dtype.newbyteorder("="), copy=False)
    return native.view(f"u{native.dtype.itemsize}")


def _table(dataset: Dataset, stored: Values) -> Floats:
    """Return what each bit pattern of the image's type is shown as, float32 in [0, 1]."""
    kind = stored.dtype.newbyteorder("=")
    every = _sign_and_bits(dataset, np.arange(2 ** (8 * kind.itemsize)).astype(f"u{kind.itemsize}").view(kind))
    step = max(1, stored.shape[0] // _SAMPLED_ROWS)
    sample = _patterns(stored[::step, ::step])
    padding = _padding(dataset, every)
    if padding[sample].all() and padding[_patterns(stored)].all():
        padding[:] = False
    values = _apply_modality_lut(dataset, every)
    table = _apply_voi(dataset, values, values[sample[~padding[sample]]])
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        table = 1 - table
    table[padding] = 0
    return np.ascontiguousarray(table, np.float32)


def _sign_and_bits(dataset: Dataset, values: Values) -> Values:
    """Drop the bits above High Bit, where old senders keep overlays, and extend the sign (PS3.5 8.1.1)."""
    width = values.dtype.itemsize * 8
    above = width - 1 - int(dataset.HighBit)
    unused = width - int(dataset.BitsStored)
    return (values << above) >> unused if above or unused else values


def _padding(dataset: Dataset, values: Values) -> npt.NDArray[np.bool_]:
    if (first := dataset.get("PixelPaddingValue")) is None:
        return np.zeros(values.shape, np.bool_)
    last = dataset.get("PixelPaddingRangeLimit", first)
    mask: npt.NDArray[np.bool_] = (values >= min(first, last)) & (values <= max(first, last))
    return mask


def _apply_modality_lut(dataset: Dataset, stored: Values) -> Values:
    identity = float(dataset.get("RescaleSlope") or 1) == 1 and float(dataset.get("RescaleIntercept") or 0) == 0
    if identity and not dataset.get("ModalityLUTSequence"):
        return stored
    return apply_modality_lut(stored, dataset)


def _apply_voi(dataset: Dataset, values: Values, sample: Values) -> Floats:
    if luts := dataset.get("VOILUTSequence"):
        index = np.rint(values).astype(np.int32) if np.issubdtype(values.dtype, np.floating) else values
        return _scaled(apply_voi(index, dataset), 0, 2 ** int(luts[0].LUTDescriptor[2]) - 1)
    if (window := _window(dataset)) is not None:
        return window_to_unit(values, *window, function=str(dataset.get("VOILUTFunction") or "LINEAR"))
    if int(dataset.BitsStored) == DISPLAY_READY_BITS and not np.issubdtype(values.dtype, np.signedinteger):
        return _scaled(values, 0, 2**DISPLAY_READY_BITS - 1)
    low, high = np.percentile(sample, PERCENTILES) if sample.size else (values.min(), values.max())
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


def _spacing_mm(dataset: Dataset, shape: tuple[int, ...]) -> tuple[float, float] | None:
    """Return the spacing (row, column) of the image's pixels once there are ``shape`` of them."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        match [_side_mm(value) for value in _values(dataset, keyword)]:
            case [float(row), float(column)]:
                return row * dataset.Rows / shape[0], column * dataset.Columns / shape[1]
    return None


def _values(dataset: Dataset, keyword: str) -> list[Any]:
    try:
        value = dataset.get(keyword)
    except Exception:  # noqa: BLE001 what is no number can raise anything as it is read
        return []
    return list(value) if isinstance(value, MultiValue) else [value]


def _side_mm(value: Any) -> float | None:
    """Return the side of a pixel that a sender gave, or None where no radiograph has such a one: no number, zero, infinity."""
    try:
        side = float(value)
    except (TypeError, ValueError):
        return None
    return side if _SIDES_MM[0] <= side <= _SIDES_MM[1] else None
