"""A dark page: the whole radiograph, untouched at the left, and a column of words at its right.

Nothing that identifies a patient is written here. The radiograph is shown as it came: what is burned into its pixels is seen, and who makes
an object of a page copies what the radiograph says of that (Burned In Annotation, PS3.3 C.7.6.1.1).
"""

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

import cv2
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
_PILLOW_ROUNDS_UP = 32.5 / 64  # it counts in 64ths of a pixel
_LINES_KEPT = 256  # some 20 kB each; a page has about twenty lines that every page has


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
    levels = np.asarray(cv2.convertScaleAbs(np.maximum(radiograph.pixels, 0), alpha=255), np.uint8)
    if levels.shape == (geometry.height_px, geometry.width_px):
        return levels
    size = (geometry.width_px, geometry.height_px)
    return np.asarray(Image.fromarray(levels).resize(size, Image.Resampling.LANCZOS))


def grey_as_rgb(shown: npt.NDArray[np.uint8], place: Picture) -> None:
    """Write grey uint8 (H, W) into ``place``, uint8 (H, W, 3) and part of a page."""
    cv2.cvtColor(shown, cv2.COLOR_GRAY2RGB, dst=place)


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
        for line in _wrapped(text, round(size * self.unit), bold, self.width):
            self.at(0, line, size, colour, bold=bold)
            self.y += size * 1.28 * self.unit
        self.y += after * self.unit

    def at(
        self, x: float, text: str, size: float = 30, colour: Colour = WHITE, *, bold: bool = False, anchor: str = "la"
    ) -> None:
        """Add one line at ``x`` pixels from the column's left, without moving on."""
        size_px, y = round(size * self.unit), self.y
        self.mark(lambda page, left, top: _write(page, (left + x, top + y), text, colour, size_px, bold, anchor))

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


def new_page(column: Column, geometry: Geometry) -> tuple[Picture, Picture]:
    """Return a page uint8 (H, W, 3) with ``column`` at its right, and its part for the radiograph (height_px, width_px, 3), to be filled."""
    margin = 40 * geometry.unit
    written = round(column.y + 2 * margin)
    height = max(geometry.height_px, written)
    width = round(geometry.width_px + column.width + 2 * margin)
    page = np.empty((height, width, 3), np.uint8)
    # Pillow draws on an image of its own, which is dear to make and to copy: no larger than what is drawn.
    strip = Image.new("RGB", (width - geometry.width_px, written), BACKGROUND)
    column.draw(strip, margin, margin)
    page[:written, geometry.width_px :] = np.asarray(strip)
    empty = np.tile(np.array(BACKGROUND, np.uint8), (width, 1))
    page[written:, geometry.width_px :] = empty[geometry.width_px :]
    page[geometry.height_px :, : geometry.width_px] = empty[: geometry.width_px]
    return page, page[: geometry.height_px, : geometry.width_px]


def _write(
    page: Image.Image,
    at: tuple[float, float],
    text: str,
    colour: Colour,
    size_px: int,
    bold: bool,  # noqa: FBT001 - a cache key
    anchor: str,
) -> None:
    (x_part, x), (y_part, y) = (math.modf(one) for one in at)
    # Of a line's height between two pixels Pillow knows three cases, and a line of the same words is kept for each.
    y_part = 0.0 if y_part == 0 else 0.25 if y_part < _PILLOW_ROUNDS_UP else 0.75
    drawn, left, top = _line(text, size_px, bold, anchor, x_part, y_part)
    if drawn:
        page.paste(colour, (int(x) + left, int(y) + top), drawn)


@lru_cache(_LINES_KEPT)
def _line(
    text: str,
    size_px: int,
    bold: bool,  # noqa: FBT001 - a cache key
    anchor: str,
    x_part: float,
    y_part: float,
) -> tuple[Image.Image | None, int, int]:
    """Return a line's opacity, mode L, and where its corner lies from the pixel that it is written at; None: no ink."""
    font = _font(size_px, bold)
    left, top, right, bottom = font.getbbox(text, anchor=anchor)
    x, y = max(2, 2 - math.floor(left)), max(2, 2 - math.floor(top))
    whole = Image.new("L", (max(0, math.ceil(right)) + x + 3, max(0, math.ceil(bottom)) + y + 3))
    ImageDraw.Draw(whole).text((x + x_part, y + y_part), text, 255, font, anchor)
    inked = whole.getbbox()
    return (whole.crop(inked), inked[0] - x, inked[1] - y) if inked else (None, 0, 0)


@cache
def _font(size_px: int, bold: bool) -> ImageFont.FreeTypeFont:  # noqa: FBT001 - a cache key
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(mpl.get_data_path()) / "fonts" / "ttf" / name), size_px)


@lru_cache(_LINES_KEPT)
def _wrapped(text: str, size_px: int, bold: bool, width: float) -> tuple[str, ...]:  # noqa: FBT001 - a cache key
    font, words, lines = _font(size_px, bold), text.split(), []
    while words:
        ends = range(1, len(words) + 1)
        fits = bisect_right(ends, width, key=lambda end: font.getlength(" ".join(words[:end])))
        lines.append(" ".join(words[: max(fits, 1)]))
        words = words[max(fits, 1) :]
    return tuple(lines) or ("",)
