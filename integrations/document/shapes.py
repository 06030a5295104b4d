"""The shapes of the four answers on a printed page, as the web client draws them: told apart without colour."""

from typing import Final

from reportlab.pdfgen.canvas import Canvas

from models.assessment import Call

_SIDE = 7.0
_DIAMOND: Final = ((3.5, 0.4), (6.6, 3.5), (3.5, 6.6), (0.4, 3.5))
_LEFT_HALF: Final = ((3.5, 0.4), (3.5, 6.6), (0.4, 3.5))


def draw_shape(canvas: Canvas, call: Call, x: float, y: float) -> None:
    """Draw the shape of ``call`` in black, 7 points high, its lower left corner at (x, y) points.

    Present is a full diamond, indeterminate a half one, absent a ring, and not assessed a dash.
    """
    canvas.setFillGray(0)
    canvas.setStrokeGray(0)
    canvas.setLineWidth(0.8)
    match call:
        case Call.PRESENT:
            _polygon(canvas, _DIAMOND, x, y, is_filled=True)
        case Call.INDETERMINATE:
            _polygon(canvas, _DIAMOND, x, y, is_filled=False)
            _polygon(canvas, _LEFT_HALF, x, y, is_filled=True)
        case Call.ABSENT:
            canvas.circle(x + _SIDE / 2, y + _SIDE / 2, 2.5)
        case Call.NOT_ASSESSED:
            canvas.line(x + 1.5, y + _SIDE / 2, x + 5.5, y + _SIDE / 2)


def _polygon(canvas: Canvas, corners: tuple[tuple[float, float], ...], x: float, y: float, *, is_filled: bool) -> None:
    path = canvas.beginPath()
    path.moveTo(x + corners[0][0], y + corners[0][1])
    for across, up in corners[1:]:
        path.lineTo(x + across, y + up)
    path.close()
    canvas.drawPath(path, stroke=1, fill=int(is_filled))
