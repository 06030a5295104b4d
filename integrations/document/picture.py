"""The picture on a report's page: a small JPEG, for a look and never to read from."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image
from pydicom import dcmread

from integrations.instance import read_radiograph
from models.labels import Label
from models.page import grey, page_geometry
from models.radiograph import LONG_SIDE_PX as RADIOGRAPH_PX

LONG_SIDE_PX: Final = 800
SIZE_BYTES: Final = 150_000
_QUALITIES = (80, 65, 45)
_LEAST_SIDE_PX = 64


@dataclass(frozen=True, slots=True)
class Illustration:
    """What to show: uint8 (H, W) or (H, W, 3) in RGB, or a Pillow image; and the label that it explains (None: none)."""

    pixels: npt.NDArray[np.uint8] | Image.Image
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A baseline JPEG of at most LONG_SIDE_PX and SIZE_BYTES, with its size and its caption."""

    data: bytes
    width_px: int
    height_px: int
    caption: str


def illustrate(source: Path, overlay: Path | None = None, label: Label | None = None) -> Illustration:
    """Return the radiograph in ``source``, with the evidence for ``label`` that our Secondary Capture ``overlay`` lays over it.

    The legend of the capture stays out. Raises Unreadable, FileNotFoundError.
    """
    radiograph = read_radiograph(source, RADIOGRAPH_PX)
    geometry = page_geometry(radiograph)
    if overlay is None:
        return Illustration(grey(radiograph, geometry))
    return Illustration(dcmread(overlay).pixel_array[: geometry.height_px, : geometry.width_px], label)


def encode(pixels: npt.NDArray[np.uint8] | Image.Image, caption: str) -> Jpeg:
    """Return ``pixels`` as a JPEG that keeps to the limits: coarser first, and smaller where that does not do."""
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    if image.mode not in {"L", "RGB"}:
        image = image.convert("RGB")
    side = LONG_SIDE_PX
    while True:
        scale = min(1, side / max(image.size))
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Image.Resampling.HAMMING)
        for quality in _QUALITIES:
            stream = BytesIO()
            image.save(stream, "JPEG", quality=quality)
            if stream.tell() <= SIZE_BYTES or side <= _LEAST_SIDE_PX:
                return Jpeg(stream.getvalue(), image.width, image.height, caption)
        side = side * 2 // 3
