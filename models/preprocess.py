"""From a radiograph to the network's input, the same way for every sender, size and shape.

The whole radiograph is fitted into the square by its own row and column scale. No bars are added and nothing is cut,
so cell (i, j) of an explanation covers exactly the same fraction of the radiograph, and no evidence can fall outside
of it. The price is a distorted aspect ratio, which training varies by as much as real detectors differ. (The ratio of
heart to chest, both of them widths, does not change.)

Detail first goes down to ``detail_px`` by area. The training images came in several resolutions, and resolution
predicted the label: what the network cannot see cannot mislead it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field, PositiveInt

from models.radiograph import Radiograph

if TYPE_CHECKING:
    from torch import Tensor

# Below one grey level of 8 bits there is no image, only rounding, and dividing by it would draw one.
_LEAST_STD = 1.0 / 255.0
_IMAGENET_MEAN = [[[0.485]], [[0.456]], [[0.406]]]
_IMAGENET_STD = [[[0.229]], [[0.224]], [[0.225]]]


class Scaling(StrEnum):
    """How grey values in [0, 1] become what a network was trained on."""

    STANDARDISED = "standardised"
    """mean 0 and standard deviation 1 an image; a flat image is all 0"""
    IMAGENET = "imagenet"
    """mean and standard deviation of ImageNet, a channel"""
    XRV = "torchxrayvision"
    """[-1024, 1024] (Cohen 2022)"""


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """What the manifest pins: side of the network's input and, where detail is limited, of the detail grid, in pixels."""

    input_px: PositiveInt
    detail_px: PositiveInt | None = None
    channels: Literal[1, 3] = 3
    scaling: Annotated[Scaling, Field(strict=False)] = Scaling.STANDARDISED

    def __call__(self, radiograph: Radiograph) -> npt.NDArray[np.float32]:
        """Return float32 (1, channels, input_px, input_px)."""
        import torch  # noqa: PLC0415 - takes seconds: who only reads a manifest does without

        detail = torch.from_numpy(reduce_by_area(radiograph.pixels, self.detail_px or self.input_px))
        x = enlarge(detail[None, None], self.input_px)
        scaled: npt.NDArray[np.float32] = self.scale(x).contiguous().numpy()
        return scaled

    def scale(self, x: "Tensor") -> "Tensor":
        """Return the network's input (N, channels, H, W) of grey values ``x`` (N, 1, H, W) in [0, 1]."""
        match self.scaling:
            case Scaling.STANDARDISED:
                x = standardise(x)
            case Scaling.XRV:
                x = (2 * x - 1) * 1024
            case Scaling.IMAGENET:
                return (x.expand(-1, self.channels, -1, -1) - x.new_tensor(_IMAGENET_MEAN)) / x.new_tensor(
                    _IMAGENET_STD
                )
        return x.expand(-1, self.channels, -1, -1)


def reduce_by_area(pixels: npt.NDArray[np.float32], side_px: int) -> npt.NDArray[np.float32]:
    """Return float32 (side_px, side_px): each cell the mean of the area that it covers, split pixels by their share."""
    # To repeat a pixel changes no mean, and where there are fewer pixels than cells OpenCV would interpolate.
    for axis, length in enumerate(pixels.shape):
        if length < side_px:
            pixels = np.repeat(pixels, -(-side_px // length), axis)
    return np.asarray(cv2.resize(pixels, (side_px, side_px), interpolation=cv2.INTER_AREA), np.float32)


def enlarge(x: "Tensor", side_px: int) -> "Tensor":
    """Return (N, 1, side_px, side_px), bilinear, with pixel edges (not centres) aligned."""
    from torch.nn import functional  # noqa: PLC0415 - as above

    return functional.interpolate(x, size=(side_px, side_px), mode="bilinear", align_corners=False)


def standardise(x: "Tensor") -> "Tensor":
    """Return ``x`` (N, 1, H, W) with mean 0 and standard deviation 1 an image: exposure is a shortcut to the label."""
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    std = x.std(dim=(1, 2, 3), keepdim=True, correction=0)
    return ((x - mean) / std.clamp_min(_LEAST_STD)).where(std >= _LEAST_STD, 0.0)
