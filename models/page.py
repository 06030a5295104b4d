"""A dark page: the whole radiograph, untouched at the left, and a column of words at its right.

Nothing is ever drawn here that identifies a patient: the pictures state BurnedInAnnotation NO (PS3.3 C.7.6.1.1.5).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from models.assessment import ModelIdentity
from models.radiograph import LONG_SIDE_PX, Radiograph

Picture = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]
Mark = Callable[[Image.Image, float, float], None]

BACKGROUND: Colour = (10, 12, 16)
WHITE: Colour = (240, 242, 245)
MUTED: Colour = (158, 166, 176)
RULE: Colour = (58, 64, 72)
ACCENT: Colour = (252, 165, 10)  # inferno at 0.8

SUPPORT = "Supports a physician; never replaces one. The decision is the physician's."
_LEAST_SIDE_PX = 1024  # below it, words could not be read; a smaller radiograph is enlarged
_COLUMN_SHARE = 0.5  # of the radiograph's long side


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where the radiograph of ``rows`` x ``columns`` lies on the page: its top left corner is the page's."""

    rows: int
    columns: int
    height_px: int
    width_px: int

    def on_page(self, row: float, column: float) -> tuple[float, float]:
        """Return page (y, x) of a radiograph position, both with 0 at the top left edge (not centre) of pixel 0."""
        return row * self.height_px / self.rows, column * self.width_px / self.columns

    @property
    def unit(self) -> float:
        """Return the page's measure: 1 for a radiograph whose long side is LONG_SIDE_PX."""
        return max(self.height_px, self.width_px) / LONG_SIDE_PX


def page_geometry(radiograph: Radiograph, long_side_px: int = LONG_SIDE_PX) -> Geometry:
    """Return the radiograph's place on a page: its own size, its long side kept within 1024 and ``long_side_px``."""
    rows, columns = radiograph.pixels.shape
    side = min(max(rows, columns, _LEAST_SIDE_PX), long_side_px)
    scale = side / max(rows, columns)
    return Geometry(rows, columns, max(1, round(rows * scale)), max(1, round(columns * scale)))


def grey(radiograph: Radiograph, geometry: Geometry) -> npt.NDArray[np.uint8]:
    """Return the radiograph uint8 (height_px, width_px), as it was sent."""
    image = Image.fromarray(np.round(np.clip(radiograph.pixels, 0, 1) * 255).astype(np.uint8))
    size = (geometry.width_px, geometry.height_px)
    return np.asarray(image.resize(size, Image.Resampling.LANCZOS))


@dataclass(slots=True)
class Column:
    """Words and marks that run down the page; drawn once their height is known."""

    unit: float
    width: float
    y: float = 0.0
    _marks: list[Mark] = field(default_factory=list)

    def words(
        self, text: str, size: float = 30, colour: Colour = WHITE, *, bold: bool = False, after: float = 12
    ) -> None:
        """Add a paragraph, wrapped to the column; ``size`` and ``after`` in units."""
        font = _font(round(size * self.unit), bold)
        for line in _wrapped(text, font, self.width):
            self.at(0, line, size, colour, bold=bold)
            self.y += size * 1.28 * self.unit
        self.y += after * self.unit

    def at(
        self, x: float, text: str, size: float = 30, colour: Colour = WHITE, *, bold: bool = False, anchor: str = "la"
    ) -> None:
        """Add one line at ``x`` pixels from the column's left, without moving on."""
        font, y = _font(round(size * self.unit), bold), self.y
        self.mark(lambda page, left, top: ImageDraw.Draw(page).text((left + x, top + y), text, colour, font, anchor))

    def mark(self, draw: Mark) -> None:
        """Add a mark, which is drawn given the page and the column's left and top on it."""
        self._marks.append(draw)

    def rule(self) -> None:
        """Add a thin line across the column."""
        y, width = self.y, self.width
        self.mark(lambda page, left, top: ImageDraw.Draw(page).line((left, top + y, left + width, top + y), RULE, 2))
        self.skip(22)

    def skip(self, units: float) -> None:
        """Move down."""
        self.y += units * self.unit

    def foot(self, model: ModelIdentity, intended_use: str) -> None:
        """Add what every page ends with: who spoke, for what use, and who decides."""
        self.rule()
        self.words(f"{model.name} {model.version}", 24, MUTED, after=0)
        self.words(f"SHA-256 {model.digest[:16]}…", 24, MUTED, after=14)
        self.words(intended_use, 28, ACCENT, bold=True)
        self.words(SUPPORT, 24, after=0)

    def draw(self, page: Image.Image, left: float, top: float) -> None:
        """Draw everything with the column's top left corner there."""
        for mark in self._marks:
            mark(page, left, top)


def against(probability: float, threshold: float) -> str:
    """Return both numbers with the digits that tell them apart: rare findings have small ones."""
    digits = 2 if threshold >= 0.1 else 3  # noqa: PLR2004
    return f"{probability:.{digits}f} (threshold {threshold:.{digits}f})"


def new_column(geometry: Geometry) -> Column:
    """Return an empty column as wide as the page of ``geometry`` has it."""
    return Column(geometry.unit, _COLUMN_SHARE * LONG_SIDE_PX * geometry.unit)


def compose(picture: Picture, column: Column, geometry: Geometry) -> Picture:
    """Return the page uint8 (H, W, 3): ``picture`` (height_px, width_px, 3) at the top left, ``column`` beside it."""
    margin = 40 * geometry.unit
    height = max(geometry.height_px, round(column.y + 2 * margin))
    width = round(geometry.width_px + column.width + 2 * margin)
    image = Image.new("RGB", (width, height), BACKGROUND)
    image.paste(Image.fromarray(picture))
    column.draw(image, geometry.width_px + margin, margin)
    return np.asarray(image)


@cache
def _font(size_px: int, bold: bool) -> ImageFont.FreeTypeFont:  # noqa: FBT001 - a cache key
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name), size_px)


def _wrapped(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
