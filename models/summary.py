"""The summary page of one radiograph: every answer with its probability and threshold, and what was not assessed."""

import numpy as np
import numpy.typing as npt
from PIL import ImageDraw

from models.assessment import Assessment, Call, Finding
from models.labels import Label
from models.page import (
    ACCENT,
    MUTED,
    RULE,
    WHITE,
    Colour,
    Column,
    Picture,
    against,
    grey,
    grey_as_rgb,
    new_column,
    new_page,
    page_geometry,
)
from models.radiograph import LONG_SIDE_PX, Radiograph


def render_summary(
    radiograph: Radiograph,
    assessment: Assessment,
    intended_use: str,
    long_side_px: int = LONG_SIDE_PX,
    shown: npt.NDArray[np.uint8] | None = None,
) -> Picture:
    """Return the page uint8 (H, W, 3): the radiograph without any mark at the top left, the answers beside it.

    ``shown`` is what ``grey`` returns of it, where that is at hand.
    """
    geometry = page_geometry(radiograph, long_side_px)
    column = new_column(geometry)
    column.words("AI assessment of one radiograph", 26, MUTED, after=18)
    _called(column, assessment)
    open_, closed = (_others(assessment, is_open=is_open) for is_open in (True, False))
    _group(column, "Indeterminate", open_)
    _group(column, "Other answers", closed)
    _not_assessed(column, assessment)
    column.foot(assessment.model, intended_use)
    page, place = new_page(column, geometry)
    grey_as_rgb(grey(radiograph, geometry) if shown is None else shown, place)
    return page


def _called(column: Column, assessment: Assessment) -> None:
    column.words("Called present", 38, bold=True, after=10)
    if not assessment.called:
        column.words("none; that does not exclude disease", 30, after=16)
        return
    _head(column)
    for finding in assessment.called:
        _row(column, finding, ACCENT)
    column.skip(16)


def _others(assessment: Assessment, *, is_open: bool) -> list[Finding]:
    answered = [f for f in assessment.findings if f.call is not Call.NOT_ASSESSED and f not in assessment.called]
    return [f for f in answered if (f.call is Call.INDETERMINATE) == is_open]


def _group(column: Column, heading: str, findings: list[Finding]) -> None:
    if not findings:
        return
    column.words(heading, 38, bold=True, after=10)
    _head(column)
    for finding in findings:
        _row(column, finding, MUTED)
    column.skip(16)


def _not_assessed(column: Column, assessment: Assessment) -> None:
    names = [str(f.label) for f in assessment.findings if f.call is Call.NOT_ASSESSED]
    if names:
        column.words("Not assessed by this model", 30, bold=True, after=4)
        column.words(", ".join(names), 26, MUTED, after=20)


def _head(column: Column) -> None:
    column.at(column.width, "calibrated probability", 22, MUTED, anchor="ra")
    column.skip(34)


def _row(column: Column, finding: Finding, colour: Colour) -> None:
    """Add label and numbers, and below them a bar of the probability with a tick at the threshold."""
    probability, threshold = finding.probability or 0.0, finding.threshold or 0.0
    column.at(0, _name(finding), 28)
    column.at(column.width, against(probability, threshold), 28, anchor="ra")
    column.skip(42)
    y, width, unit = column.y, column.width, column.unit

    def bar(draw: ImageDraw.ImageDraw, left: float, top: float) -> None:
        draw.rectangle((left, top + y, left + width, top + y + 8 * unit), RULE)
        draw.rectangle((left, top + y, left + probability * width, top + y + 8 * unit), colour)
        tick = left + threshold * width
        draw.rectangle((tick - 1.5 * unit, top + y - 5 * unit, tick + 1.5 * unit, top + y + 13 * unit), WHITE)

    column.mark(lambda page, left, top: bar(ImageDraw.Draw(page), left, top))
    column.skip(30)


def _name(finding: Finding) -> str:
    """Return the label; with its call where the heading does not say it: No Finding present is no finding."""
    told = finding.label is Label.NO_FINDING and finding.call is not Call.INDETERMINATE
    return f"{finding.label}: {finding.call}" if told else str(finding.label)
