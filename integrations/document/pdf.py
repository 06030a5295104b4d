"""A report's page as PDF: one sheet of A4, drawn from top to bottom, that always ends with what it is for.

What is short of room gives way in this order: the picture and the rows get smaller, then sentences are cut that the table
repeats, then what a person wrote. It is not tagged: who listens to documents has the HTML.
"""

from collections.abc import Sequence
from io import BytesIO
from threading import Lock

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from integrations.document.content import Answer, Page, Row
from integrations.document.letters import (
    BOLD,
    HAIR,
    INK,
    PANEL,
    PLAIN,
    SECOND,
    Style,
    can_set,
    register_fonts,
    wrap,
)
from integrations.document.picture import Jpeg
from integrations.document.shapes import draw_shape

rl_config.useA85 = 0  # pictures as they are, not a quarter larger as ASCII

_LEFT, _TOP, _BOTTOM = 43.0, A4[1] - 40.0, 34.0
_WIDTH = A4[0] - 2 * _LEFT
_RIGHT = _LEFT + _WIDTH
_SHAPE = 11.0  # what the shape of an answer takes before its word
_GAP = 16.0
_LEAST_PICTURE = 40.0
# Height of a row, and lines of a sentence, from roomy to what always fits.
_TIGHTER = ((16.0, 99), (14.0, 99), (12.5, 4), (12.5, 2), (12.5, 1))

_TEXT, _STRONG, _TERM = Style(), Style(BOLD), Style(grey=SECOND)
_HEADING, _SMALL = Style(BOLD, 8, SECOND), Style(size=7.2, grey=SECOND)
_FOOT, _USE = Style(size=6.8), Style(BOLD, 7.6)
_CELL, _STRONG_CELL = Style(size=8), Style(BOLD, 8)

# A font of reportlab must not be used for two documents at a time, and its registry is the process's.
_one_at_a_time = Lock()


class _Picture(ImageReader):
    """A JPEG that goes into the file as it is; reportlab would decode it, only to name it by its pixels."""

    _dataA = None  # noqa: N815 - reportlab's name

    def __init__(self, jpeg: Jpeg) -> None:
        super().__init__(BytesIO(jpeg.data))
        self._jpeg = jpeg.data

    def getRGBData(self) -> bytes:  # noqa: N802 - reportlab's name
        return self._jpeg


def render_pdf(page: Page, picture: Jpeg | None) -> bytes:
    """Return ``page`` as a PDF of one page, its fonts in it, dated ``page.issued``."""
    with _one_at_a_time:
        register_fonts()
        stream = BytesIO()
        canvas = Canvas(stream, pagesize=A4, invariant=1, lang=page.language, initialFontName=PLAIN)  # type: ignore[arg-type]
        canvas.setTitle(page.title)
        canvas.setAuthor("Diafan")
        canvas.setCreator("Diafan")
        canvas.setSubject(page.title if page.is_signed else page.status[0])
        canvas.setViewerPreference("DisplayDocTitle", "true")
        zone = f"{page.issued:%z}"
        canvas.setDateFormatter(lambda *_: f"D:{page.issued:%Y%m%d%H%M%S}{zone[:3]}'{zone[3:5]}'")
        _Sheet(canvas).draw(page, picture)
        canvas.save()
        return stream.getvalue()


class _Sheet:
    """Draws downwards; ``y`` is where the next thing's top is, in points from the sheet's bottom."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.y = _TOP
        self.row = 0.0

    def draw(self, page: Page, picture: Jpeg | None) -> None:
        floor = self._foot(page) + 8
        self._head(page)
        self._facts(page)
        least = _height_of_own_words(page, 1)
        for self.row, most in _TIGHTER:
            told = _conclusion(page, most)
            taken = _height_of(told) + self.row * (len(page.rows) + 1) + least + 40
            if taken <= self.y - floor:
                break
        self._heading(page.words.conclusion)
        for lines, style in told:
            self._words(lines, style)
            self.y -= 1.5
        self.y -= 9
        self._answers(page, picture, floor)
        self._own_words(page, floor)

    def _words(self, lines: Sequence[str], style: Style, x: float = _LEFT) -> None:
        for line in lines:
            self._at(line, style, x)
            self.y -= style.leading

    def _at(self, line: str, style: Style, x: float, *, is_right: bool = False) -> None:
        """Draw one line whose top is ``y``, from ``x`` on or up to it."""
        self.canvas.setFont(style.font, style.size)
        self.canvas.setFillGray(style.grey)
        draw = self.canvas.drawRightString if is_right else self.canvas.drawString
        draw(x, self.y - style.size, line)

    def _rule(self, y: float, grey: float, width: float = _WIDTH) -> None:
        self.canvas.setStrokeGray(grey)
        self.canvas.setLineWidth(0.5)
        self.canvas.line(_LEFT, y, _LEFT + width, y)

    def _heading(self, text: str, x: float = _LEFT) -> None:
        self._words([text], _HEADING, x)
        self.y -= 2

    def _head(self, page: Page) -> None:
        title, brand, first = Style(BOLD, 15), Style(BOLD, 9, SECOND), Style(BOLD, 10.5)
        self.y -= title.size - brand.size
        self._at("Diafan", brand, _RIGHT, is_right=True)
        self.y += title.size - brand.size
        self._words([page.title], title)
        self._rule(self.y, INK)
        self.y -= 9
        lines = [(line, first) for line in wrap(page.status[0], first, _WIDTH - 28, 2)]
        lines += [(line, _TEXT) for said in page.status[1:] for line in wrap(said, _TEXT, _WIDTH - 28, 2)]
        height = sum(style.leading for _, style in lines) + 11
        bottom = self.y - height
        for grey, width in ((PANEL, _WIDTH), (INK, 4)):
            self.canvas.setFillGray(grey)
            self.canvas.rect(_LEFT, bottom, width, height, stroke=0, fill=1)
        self.y -= 6
        for line, style in lines:
            self._words([line], style, _LEFT + 14)
        self.y = bottom - 11

    def _facts(self, page: Page) -> None:
        words, top, ends = page.words, self.y, []
        name = next(filter(can_set, page.names), "")
        if not name:
            name = words.name_not_drawn if page.names else words.not_given
        patient = ((words.name, name), *page.patient)
        for x, heading, facts in ((_LEFT, words.patient, patient), (_LEFT + _WIDTH / 2, words.study, page.study)):
            self.y = top
            self._heading(heading, x)
            indent = max(_TERM.width(term) for term, _ in facts) + 9
            for term, value in facts:
                self._at(term, _TERM, x)
                style = _STRONG if term == words.name else _TEXT
                self._words(wrap(value or words.not_given, style, _WIDTH / 2 - indent - 12, 3), style, x + indent)
            ends.append(self.y)
        self.y = min(ends) - 9

    def _answers(self, page: Page, picture: Jpeg | None, floor: float) -> None:
        """Draw the table, and beside it the picture, as large as what follows leaves room for."""
        top = self.y
        width = self._table(page, 24.0 if picture is None else 10.0 if page.is_signed else 14.0)
        lowest = self.y
        if picture:
            self.y = top
            beside = _WIDTH - width - _GAP
            caption = wrap(picture.caption, _SMALL, beside, 6)
            below = 4 + len(caption) * _SMALL.leading
            high = max(top - lowest, top - floor - _height_of_own_words(page)) - below
            scale = min(beside / picture.width_px, max(high, _LEAST_PICTURE) / picture.height_px)
            self.y -= picture.height_px * scale
            self.canvas.drawImage(
                _Picture(picture),
                _RIGHT - beside,
                self.y,
                picture.width_px * scale,
                picture.height_px * scale,
            )
            self.y -= 4
            self._words(caption, _SMALL, _RIGHT - beside)
        self.y = min(lowest, self.y) - 10

    def _table(self, page: Page, gap: float) -> float:
        """Draw the table, each column as wide as it needs to be; return its width."""
        head = [text for text in page.words.head if page.is_signed or text != page.words.head[2]]
        columns = [[_SMALL.width(text), *widths] for text, widths in zip(head, _widths(page), strict=True)]
        ends, x = [], _LEFT
        for column in columns:
            ends.append(x + max(column))
            x = ends[-1] + gap
        starts = [_LEFT, *(end + gap for end in ends)]
        width, numbers = ends[-1] - _LEFT, len(head) - 2
        for at, text in enumerate(head):
            is_number = at >= numbers
            self._at(text, _SMALL, ends[at] if is_number else starts[at], is_right=is_number)
        self.y -= self.row
        self._rule(self.y + self.row / 5, INK, width)
        for row in page.rows:
            self.y -= (self.row - 14) / 2
            style = _style_of(row)
            self._at(row.label, _CELL if page.is_signed else style, _LEFT)
            self._answer(row.machine, style, starts[1])
            if row.physician:
                self._answer(row.physician, style, starts[2])
            self._at(row.probability, style, ends[-2], is_right=True)
            self._at(row.threshold, style, ends[-1], is_right=True)
            self.y -= self.row - (self.row - 14) / 2
            self._rule(self.y + self.row / 5, HAIR, width)
        return width

    def _answer(self, answer: Answer, style: Style, x: float) -> None:
        draw_shape(self.canvas, answer.call, x, self.y - style.size - 0.6)
        self._at(answer.word, style, x + _SHAPE)

    def _own_words(self, page: Page, floor: float) -> None:
        least = _HEADING.leading + _TEXT.leading + 8
        for number, (heading, text) in enumerate(page.own_words, 1):
            others = least * (len(page.own_words) - number)
            room = int((self.y - floor - others - _HEADING.leading - 2) / _TEXT.leading)
            self._heading(heading)
            self._words(wrap(text, _TEXT, _WIDTH, max(1, room), page.words.cut), _TEXT)
            self.y -= 6

    def _foot(self, page: Page) -> float:
        """Draw what stands at the bottom; return its upper edge, and go back to the top."""
        use = wrap(page.foot[0], _USE, _WIDTH, 4)
        rest = [line for text in page.foot[1:] for line in wrap(text, _FOOT, _WIDTH - 60, 3)]
        edge = _BOTTOM + len(use) * _USE.leading + len(rest) * _FOOT.leading + 8
        self.y = edge
        self._rule(self.y, INK)
        self.y -= 4
        self._words(use, _USE)
        self.y -= 2
        self._words(rest[:-1], _FOOT)
        self._at(page.words.page, _FOOT, _RIGHT, is_right=True)
        self._words(rest[-1:], _FOOT)
        self.y = _TOP
        return edge


def _conclusion(page: Page, most: int) -> list[tuple[list[str], Style]]:
    styles = [_STRONG, *[_TEXT] * (len(page.conclusion) - 1)]
    return [
        (wrap(said, style, _WIDTH, most, page.words.cut), style)
        for said, style in zip(page.conclusion, styles, strict=True)
    ]


def _height_of(told: list[tuple[list[str], Style]]) -> float:
    return sum(len(lines) * style.leading + 1.5 for lines, style in told)


def _height_of_own_words(page: Page, most: int = 99) -> float:
    lines = sum(len(wrap(text, _TEXT, _WIDTH, most)) for _, text in page.own_words)
    return lines * _TEXT.leading + len(page.own_words) * (_HEADING.leading + 8) + 10


def _style_of(row: Row) -> Style:
    return _STRONG_CELL if row.is_strong else _CELL


def _widths(page: Page) -> list[list[float]]:
    """Return how wide each cell is, column by column; a physician's column is there in a signed report only."""
    styled = [(row, _style_of(row)) for row in page.rows]
    labels = [(_CELL if page.is_signed else style).width(row.label) for row, style in styled]
    machine = [_SHAPE + style.width(row.machine.word) for row, style in styled]
    physician = [_SHAPE + style.width(row.physician.word) for row, style in styled if row.physician]
    numbers = [
        [style.width(n) for n in numbers] for row, style in styled for numbers in [(row.probability, row.threshold)]
    ]
    columns = [labels, machine, physician, *map(list, zip(*numbers, strict=True))]
    return columns if page.is_signed else [labels, machine, *columns[3:]]
