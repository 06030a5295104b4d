"""The picture of one explanation: positive evidence over the radiograph, on a scale that is the same for every image.

An image's own minimum and maximum never set the colours: weak evidence would look strong (Selvaraju 2017 draws it so).
The strongest cell is outlined, at its true size; its value, the sums and the cell's size are told in words.
"""

from typing import Final

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
    compose,
    grey,
    new_column,
    page_geometry,
)
from models.radiograph import LONG_SIDE_PX, Radiograph

# Contribution to the logit, a cell, at which the colours end; stronger cells are said to be clipped.
FULL_SCALE_LOGIT: Final = 0.15
_STRONGEST_ALPHA = 0.72
_COLOURS = {Call.PRESENT: ACCENT, Call.NOT_ASSESSED: WHITE}
# Below this the colour map is nearly black, and would read as a shadow in the lung.
_FIRST_COLOUR = 0.3


def render_overlay(
    radiograph: Radiograph,
    finding: Finding,
    explanation: Explanation,
    model: ModelIdentity,
    intended_use: str,
    long_side_px: int = LONG_SIDE_PX,
) -> Picture:
    """Return the picture uint8 (H, W, 3): the whole radiograph with its evidence at the top left, the legend beside it.

    The radiograph lies where ``page_geometry`` says. An exploratory finding is drawn, and marked as no call.
    """
    if explanation.label is not finding.label:
        raise ValueError(f"the explanation is of {explanation.label}, the finding of {finding.label}")
    if finding.call is Call.NOT_ASSESSED and not finding.is_exploratory:
        raise ValueError(f"{finding.label} is not assessed: there is nothing to draw")
    geometry = page_geometry(radiograph, long_side_px)
    picture = _blend(grey(radiograph, geometry), explanation.evidence, geometry)
    if explanation.peak:
        picture = _outline(picture, explanation, geometry)
    return compose(picture, _legend(radiograph, finding, explanation, model, intended_use, geometry), geometry)


def colour_of(evidence: npt.NDArray[np.float32]) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return (colour float32 (..., 3) in [0, 255], alpha float32 (...) in [0, 1]) of contributions to the logit.

    Nothing at 0 and below; colour and opacity both grow up to FULL_SCALE_LOGIT.
    """
    share = np.clip(evidence / FULL_SCALE_LOGIT, 0, 1)
    colour = mpl.colormaps["inferno"](_FIRST_COLOUR + (1 - _FIRST_COLOUR) * share)[..., :3] * 255
    return colour.astype(np.float32), (_STRONGEST_ALPHA * share).astype(np.float32)


def _blend(background: npt.NDArray[np.uint8], evidence: npt.NDArray[np.float32], geometry: Geometry) -> Picture:
    share = Image.fromarray(np.clip(evidence / FULL_SCALE_LOGIT, 0, 1) * 255)
    # In 256 steps, as fine as the picture's own, and by Pillow: the colour map is slow for millions of pixels.
    step = share.resize((geometry.width_px, geometry.height_px), Image.Resampling.BILINEAR).convert("L")
    colour, alpha = colour_of(np.linspace(0, FULL_SCALE_LOGIT, 256, dtype=np.float32))
    opacity = step.point(np.round(alpha * 255).astype(int).tolist())
    step.putpalette(np.round(colour).astype(np.uint8).tobytes())
    return np.asarray(Image.composite(step.convert("RGB"), Image.fromarray(background).convert("RGB"), opacity))


def _outline(picture: Picture, explanation: Explanation, geometry: Geometry) -> Picture:
    """Draw the borders of the strongest cell, white on black, so that they show on bone and on air."""
    row, column = explanation.peak or (0, 0)
    h, w = explanation.evidence.shape
    top, left = geometry.on_page(row * geometry.rows / h, column * geometry.columns / w)
    bottom, right = geometry.on_page((row + 1) * geometry.rows / h, (column + 1) * geometry.columns / w)
    image = Image.fromarray(picture)
    draw, line = ImageDraw.Draw(image), max(2, round(3 * geometry.unit))
    draw.rectangle((left, top, right - 1, bottom - 1), outline=(0, 0, 0), width=2 * line)
    draw.rectangle((left, top, right - 1, bottom - 1), outline=WHITE, width=line)
    return np.asarray(image)


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
    colour, alpha = colour_of(np.linspace(0, FULL_SCALE_LOGIT, width, dtype=np.float32))
    column.words("contribution to the logit, a cell", 24, MUTED, after=4)
    for shade in (45.0, 170.0):
        row = np.round(shade * (1 - alpha[:, None]) + colour * alpha[:, None]).astype(np.uint8)
        _paste(column, np.repeat(row[None], height, axis=0))
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


def _paste(column: Column, strip: Picture) -> None:
    y = column.y
    image = Image.fromarray(strip)
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
