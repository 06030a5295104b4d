"""A radiograph as a model sees it: grey values that mean the same for every sender."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

LONG_SIDE_PX: Final = 1536
"""The most of a radiograph that a picture of ours shows, and more than a network of ours sees: no need to read beyond."""


@dataclass(frozen=True, slots=True)
class Radiograph:
    """One projection image, bright where the beam was stopped (MONOCHROME2 sense).

    ``pixels`` is float32 (H, W) in [0, 1]: row 0 on top, column 0 on the left, as the sender oriented it.
    ``spacing_mm`` is (row, column) in millimetres, or None where the sender gave none.
    """

    pixels: npt.NDArray[np.float32]
    spacing_mm: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if self.pixels.ndim != 2 or self.pixels.dtype != np.float32:  # noqa: PLR2004
            raise ValueError(f"pixels must be float32 (H, W), not {self.pixels.dtype} {self.pixels.shape}")
