"""The picture of one explanation: positive evidence over the radiograph, on a scale that is the same for every image.

An image's own minimum and maximum never set the colours: weak evidence would look strong (Selvaraju 2017 draws it so).
The strongest cell is outlined, at its true size; its value, the sums and the cell's size are told in words.
"""

import math
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

import cv2
import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from models.assessment import Call, Explanation, Finding, ModelIdentity
from models.page import (
    ACCENT,
    MUTED,
    WHITE,
    Column,
    Geometry,
    Picture,
    against,
    grey,
    grey_as_rgb,
    new_column,
    new_page,
    page_geometry,
)
from models.radiograph import LONG_SIDE_PX, Radiograph

# Contribution to the logit, a cell, at which the colours end; stronger cells are said to be clipped.
FULL_SCALE_LOGIT: Final = 0.15
_STRONGEST_ALPHA = 0.72
_COLOURS = {Call.PRESENT: ACCENT, Call.NOT_ASSESSED: WHITE}
# Below this the colour map is nearly black, and would read as a shadow in the lung.
_FIRST_COLOUR = 0.3
_ROWS_AT_ONCE = 48  # what fits the cache of a processor


def render_overlay(
    radiograph: Radiograph,
    finding: Finding,
    explanation: Explanation,
    model: ModelIdentity,
    intended_use: str,
    long_side_px: int = LONG_SIDE_PX,
    shown: npt.NDArray[np.uint8] | None = None,
) -> Picture:
    """Return the picture uint8 (H, W, 3): the whole radiograph with its evidence at the top left, the legend beside it.

    The radiograph lies where ``page_geometry`` says; ``shown`` is what ``grey`` returns of it, where that is at hand.
    An exploratory finding is drawn, and marked as no call.
    """
    if explanation.label is not finding.label:
        raise ValueError(f"the explanation is of {explanation.label}, the finding of {finding.label}")
    if finding.call is Call.NOT_ASSESSED and not finding.is_exploratory:
        raise ValueError(f"{finding.label} is not assessed: there is nothing to draw")
    geometry = page_geometry(radiograph, long_side_px)
    page, place = new_page(_legend(radiograph, finding, explanation, model, intended_use, geometry), geometry)
    _blend(grey(radiograph, geometry) if shown is None else shown, explanation.evidence, geometry, place)
    if explanation.peak:
        _outline(place, explanation, geometry)
    return page


def colour_of(evidence: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return (colour float32 (..., 3) in [0, 255], alpha float32 (...) in [0, 1]) of contributions to the logit.

    Nothing at 0 and below; colour and opacity both grow up to FULL_SCALE_LOGIT.
    """
    share = np.clip(evidence / FULL_SCALE_LOGIT, 0, 1)
    colour = mpl.colormaps["inferno"](_FIRST_COLOUR + (1 - _FIRST_COLOUR) * share)[..., :3] * 255
    return colour.astype(np.float32), (_STRONGEST_ALPHA * share).astype(np.float32)


def _blend(
    background: npt.NDArray[np.uint8],
    evidence: npt.NDArray[np.float32],
    geometry: Geometry,
    place: Picture | None = None,
) -> Picture:
    """Return the evidence over ``background`` uint8 (H, W), in ``place`` where that is given."""
    place = np.empty((*background.shape, 3), np.uint8) if place is None else place
    grey_as_rgb(background, place)
    for rows, columns, steps in _smooth(np.clip(evidence / FULL_SCALE_LOGIT, 0, 1).astype(np.float32) * 255, geometry):
        # A pixel's grey and step are one number of 16 bits, its colour another of 32 (RGBX): one look-up for a pixel.
        both = cv2.merge((background[rows, columns], steps)).view("<u2")[..., 0]
        colours = cv2.LUT(both, _blended()).view(np.uint8).reshape(*both.shape, 4)
        cv2.cvtColor(colours, cv2.COLOR_RGBA2RGB, dst=place[rows, columns])
    return place


def _smooth(cells: npt.NDArray[np.float32], geometry: Geometry) -> Iterator[tuple[slice, slice, npt.NDArray[np.uint8]]]:
    """Yield rows, columns and values uint8 of [0, 255] between the centres of ``cells``, wherever they are not all 0.

    256 steps are as fine as the picture's own. Bit for bit what Pillow's bilinear filter gives: across by itself, and down, where
    it is slow, by its sums in float64.
    """
    height, count = geometry.height_px, len(cells)
    image = Image.fromarray(cells)
    if count > height:
        steps = image.resize((geometry.width_px, height), Image.Resampling.BILINEAR)
        yield slice(None), slice(None), np.asarray(steps).astype(np.uint8)
        return
    across = np.asarray(image.resize((geometry.width_px, count), Image.Resampling.BILINEAR), np.float64)
    centres = np.clip((np.arange(height) + 0.5) * (count / height) - 0.5, 0, count - 1)
    above = centres.astype(int)
    for cell in range(count):
        upper, lower = across[cell], across[min(cell + 1, count - 1)]
        first, end = np.searchsorted(above, (cell, cell + 1)).tolist()
        for columns in _runs((upper > 0) | (lower > 0)):
            change = lower[columns] - upper[columns]
            for begin in range(first, end, _ROWS_AT_ONCE):
                rows = slice(begin, min(begin + _ROWS_AT_ONCE, end))
                values = (centres[rows, None] - cell) * change
                values += upper[columns]
                yield rows, columns, values.astype(np.float32).astype(np.int32).astype(np.uint8)


def _runs(there: npt.NDArray[np.bool_]) -> list[slice]:
    """Return where ``there`` is true, as the stretches that it is made of."""
    edges = np.flatnonzero(np.diff(there, prepend=False, append=False)).tolist()
    return [slice(begin, end) for begin, end in zip(edges[::2], edges[1::2], strict=True)]


@cache
def _blended() -> npt.NDArray[np.int32]:
    """Return the colour of every step of evidence (rows) over every grey (columns), 4 bytes each, flat: 65536 in all."""
    colour, alpha = colour_of(np.linspace(0, FULL_SCALE_LOGIT, 256, dtype=np.float32))
    opacity = np.round(alpha * 255).astype(int)[:, None, None]
    over, under = np.round(colour).astype(int)[:, None], np.arange(256)[None, :, None]
    table = np.zeros((256, 256, 4), np.uint8)
    table[..., :3] = np.rint((over * opacity + under * (255 - opacity)) / 255)
    return table.view(np.int32).reshape(-1)


def _outline(picture: Picture, explanation: Explanation, geometry: Geometry) -> None:
    """Draw the borders of the strongest cell into ``picture``, white on black, so that they show on bone and on air."""
    row, column = explanation.peak or (0, 0)
    h, w = explanation.evidence.shape
    top, left = geometry.on_page(row * geometry.rows / h, column * geometry.columns / w)
    bottom, right = geometry.on_page((row + 1) * geometry.rows / h, (column + 1) * geometry.columns / w)
    line = max(2, round(3 * geometry.unit))
    # Pillow draws on an image of its own: no larger than the cell, and than the lines of one that is narrower than they are.
    y, x = max(0, int(top) - 2 * line), max(0, int(left) - 2 * line)
    part = picture[y : math.ceil(bottom) + 2 * line, x : math.ceil(right) + 2 * line]
    image = Image.fromarray(part)
    draw, corners = ImageDraw.Draw(image), (left - x, top - y, right - 1 - x, bottom - 1 - y)
    draw.rectangle(corners, outline=(0, 0, 0), width=2 * line)
    draw.rectangle(corners, outline=WHITE, width=line)
    part[:] = np.asarray(image)


def _legend(
    radiograph: Radiograph,
    finding: Finding,
    explanation: Explanation,
    model: ModelIdentity,
    intended_use: str,
    geometry: Geometry,
) -> Column:
    column = new_column(geometry)
    column.words("AI evidence map", 26, MUTED, after=6)
    column.words(finding.label, 46, bold=True, after=4)
    column.words(_call(finding), 30, _COLOURS.get(finding.call, MUTED), bold=True)
    if finding.probability is not None and finding.threshold is not None:
        column.words(f"calibrated probability {against(finding.probability, finding.threshold)}", 26)
    if finding.is_exploratory:
        column.words(
            f"score as a probability {finding.probability:.2f}, without a threshold. This model's evaluation does not support "
            "an answer on this label: number and map are here because a person asked for them.",
            26,
        )
    column.skip(16)
    _scale(column, explanation)
    column.words(_peak(explanation), 26)
    column.words(_sums(finding, explanation), 26)
    column.words(_cell(radiograph, explanation), 26)
    column.words(
        "Colour shows what raised the model's score, blended between cell centres; it is no outline of disease. "
        "What lowered the score is not drawn.",
        24,
        MUTED,
    )
    column.foot(model, intended_use)
    return column


def _scale(column: Column, explanation: Explanation) -> None:
    """Draw the colours as they look over a dark and over a bright part of the radiograph, with the peak's place."""
    width, height = round(column.width), round(26 * column.unit)
    column.words("contribution to the logit, a cell", 24, MUTED, after=4)
    for strip in _bars(width, height):
        _paste(column, strip)
        column.y += height
    if explanation.peak:
        share = min(float(explanation.evidence[explanation.peak]) / FULL_SCALE_LOGIT, 1.0)
        x, y, unit = share * width, column.y, column.unit
        corners = [(x + dx * unit, y + dy * unit) for dx, dy in ((0, 2), (-11, 20), (11, 20))]
        column.mark(
            lambda page, left, top: ImageDraw.Draw(page).polygon([(left + x, top + y) for x, y in corners], WHITE)
        )
    column.skip(26)
    column.at(0, "0", 24)
    column.at(width / 2, f"{FULL_SCALE_LOGIT / 2:.3f}", 24, anchor="ma")
    column.at(width, f"{FULL_SCALE_LOGIT:.2f} and more", 24, anchor="ra")
    column.skip(52)


@lru_cache(16)
def _bars(width: int, height: int) -> tuple[Image.Image, ...]:
    colour, alpha = colour_of(np.linspace(0, FULL_SCALE_LOGIT, width, dtype=np.float32))
    rows = (
        np.round(shade * (1 - alpha[:, None]) + colour * alpha[:, None]).astype(np.uint8) for shade in (45.0, 170.0)
    )
    return tuple(Image.fromarray(np.repeat(row[None], height, axis=0)) for row in rows)


def _paste(column: Column, image: Image.Image) -> None:
    y = column.y
    column.mark(lambda page, left, top: page.paste(image, (round(left), round(top + y))))


def _call(finding: Finding) -> str:
    return {
        Call.PRESENT: "called present",
        Call.ABSENT: "below threshold: not called, shown on request",
        Call.INDETERMINATE: "indeterminate, shown on request",
        Call.NOT_ASSESSED: "exploratory: no call",
    }[finding.call]


def _peak(explanation: Explanation) -> str:
    if explanation.peak is None:
        return "No positive evidence: no cell raised the score."
    value, (row, column) = float(explanation.evidence[explanation.peak]), explanation.peak
    clipped = ", beyond the colour scale" if value > FULL_SCALE_LOGIT else ""
    h, w = explanation.evidence.shape
    return f"Peak {value:+.3f}{clipped}: cell outlined in white (row {row + 1} of {h}, column {column + 1} of {w})"


def _sums(finding: Finding, explanation: Explanation) -> str:
    raised = float(np.maximum(explanation.evidence, 0).sum())
    lowered = float(np.minimum(explanation.evidence, 0).sum())
    if finding.logit is None:
        return f"All cells: {raised:+.2f} for, {lowered:+.2f} against"
    bias = finding.logit - raised - lowered
    return f"All cells: {raised:+.2f} for, {lowered:+.2f} against, bias {bias:+.2f}; logit {finding.logit:+.2f}"


def _cell(radiograph: Radiograph, explanation: Explanation) -> str:
    h, w = explanation.evidence.shape
    if radiograph.spacing_mm is None or min(radiograph.spacing_mm) <= 0:
        return f"{h} x {w} cells; a cell's size in mm is unknown (no pixel spacing was sent)"
    rows, columns = radiograph.pixels.shape
    high, wide = rows * radiograph.spacing_mm[0] / h, columns * radiograph.spacing_mm[1] / w
    return f"{h} x {w} cells, each {high:.3g} x {wide:.3g} mm (row x column, at the detector)"
