"""A letter of as many pages as it takes: headings, paragraphs and tables, in the fonts of the other pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from threading import Lock
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from integrations.document.letters import BOLD, HAIR, INK, PANEL, PLAIN, SECOND, register_fonts, settable

_MARGIN = 50.0
_one_at_a_time = Lock()  # as the report's page: a font must not be used for two documents at a time


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that opens a part."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the heads of its columns, their shares of the width, and its rows. The heads stand on every page."""

    heads: Sequence[str]
    shares: Sequence[float]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter in one language; ``issued`` is aware."""

    language: str
    title: str
    issued: datetime
    parts: Sequence[Heading | Text | Grid]
    foot: str


def render_letter(letter: Letter) -> bytes:
    """Return the letter as a PDF, its fonts in it; what they have no letter for is an empty box."""
    with _one_at_a_time:
        register_fonts()
        stream = BytesIO()
        document = SimpleDocTemplate(
            stream, pagesize=A4, leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=_MARGIN, bottomMargin=_MARGIN + 14,
            title=letter.title, author="Diafan", creator="Diafan", lang=letter.language, invariant=1, initialFontName=PLAIN,
        )  # fmt: skip
        story: list[Any] = [Paragraph(_set(letter.title), _style(BOLD, 15, after=10))]
        for part in letter.parts:
            story += _drawn(part, document.width)

        def foot(canvas: Canvas, _document: object) -> None:
            canvas.setFont(PLAIN, 7)
            canvas.setFillGray(SECOND)
            canvas.drawString(_MARGIN, 34, settable(letter.foot))
            canvas.drawRightString(A4[0] - _MARGIN, 34, f"{letter.issued:%Y-%m-%d}  ·  {canvas.getPageNumber()}")

        document.build(story, onFirstPage=foot, onLaterPages=foot)
        return stream.getvalue()


def _drawn(part: Heading | Text | Grid, width: float) -> list[Any]:
    match part:
        case Heading():
            return [Paragraph(_set(part.text), _style(BOLD, 10.5, before=8, after=4, with_next=True))]
        case Text():
            return [Paragraph(_set(part.text), _style(PLAIN, 9, after=5))]
        case Grid():
            head, cell = _style(BOLD, 7.6), _style(PLAIN, 7.6)
            rows = [[Paragraph(_set(text), head) for text in part.heads]]
            rows += [[Paragraph(_set(text), cell) for text in row] for row in part.rows]
            table = LongTable(rows, colWidths=[width * share for share in part.shares], repeatRows=1)
            table.setStyle(
                TableStyle(
                    [
                        ("BACKGROUND", (0, 0), (-1, 0), _grey(PANEL)),
                        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _grey(HAIR)),
                        ("VALIGN", (0, 0), (-1, -1), "TOP"),
                        ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
                    ]
                )
            )
            return [table, Spacer(0, 8)]


def _style(font: str, size: float, *, before: float = 0, after: float = 0, with_next: bool = False) -> ParagraphStyle:
    name = f"{font}-{size}-{before}-{after}-{with_next}"
    return ParagraphStyle(
        name,
        fontName=font,
        fontSize=size,
        leading=size * 1.36,
        textColor=_grey(INK),
        spaceBefore=before,
        spaceAfter=after,
        keepWithNext=with_next,
    )


def _grey(level: float) -> Color:
    return Color(level, level, level)


def _set(text: str) -> str:
    return escape(settable(text))
