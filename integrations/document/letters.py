"""Letters and lines of a printed page: which letters its fonts have, and where a line breaks."""

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import matplotlib as mpl
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD = "Diafan", "Diafan-Bold"
INK, SECOND, HAIR, PANEL = 0.1, 0.32, 0.74, 0.95
"""Greys from black (0) to white (1): a page must read well from any printer."""
_FILES = {PLAIN: "DejaVuSans.ttf", BOLD: "DejaVuSans-Bold.ttf"}
_LEADING = 1.34
# What a letter becomes that we cannot set: an empty box, as fonts have it.
_UNKNOWN = "□"


@dataclass(frozen=True, slots=True)
class Style:
    """How words look: a font, its size in points, and a grey."""

    font: str = PLAIN
    size: float = 8.8
    grey: float = INK

    @property
    def leading(self) -> float:
        """Return the height of a line in points."""
        return self.size * _LEADING

    def width(self, text: str) -> float:
        """Return the width of one line in points."""
        return stringWidth(text, self.font, self.size)


@cache
def register_fonts() -> frozenset[int]:
    """Make both fonts known to reportlab, once; return the code points that both have."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    fonts = [TTFont(name, str(folder / file)) for name, file in _FILES.items()]
    for font in fonts:
        registerFont(font)
    return frozenset.intersection(*(frozenset(font.face.charToGlyph) for font in fonts))


def can_set(text: str) -> bool:
    """Tell whether the fonts have every letter of ``text``, and it runs from left to right as our lines do."""
    return all(map(_can_set, unicodedata.normalize("NFC", text)))


def settable(text: str) -> str:
    """Return ``text`` with an empty box for each letter that cannot be set."""
    return "".join(c if c == "\n" or _can_set(c) else _UNKNOWN for c in unicodedata.normalize("NFC", text))


def wrap(text: str, style: Style, width: float, most: int = 999, end: str = "…") -> list[str]:
    """Break ``text`` into lines between words, and inside of those that are too long; beyond ``most`` lines ``end`` says so."""
    lines: list[str] = []
    for paragraph in settable(text).split("\n"):
        lines.append("")
        for word in paragraph.split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if style.width(longer) <= width:
                lines[-1] = longer
                continue
            if lines[-1]:
                lines.append("")
            for letter in word:
                if lines[-1] and style.width(lines[-1] + letter) > width:
                    lines.append("")
                lines[-1] += letter
    return lines if len(lines) <= most else [*lines[: most - 1], _ended(lines[most - 1], end, style, width)]


def _can_set(letter: str) -> bool:
    return ord(letter) in register_fonts() and unicodedata.bidirectional(letter) not in {"R", "AL", "AN"}


def _ended(line: str, end: str, style: Style, width: float) -> str:
    while line and style.width(line + end) > width:
        line = line[:-1]
    return line.rstrip() + end
