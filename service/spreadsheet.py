"""Rows for a spreadsheet."""

import csv
import io
from collections.abc import Sequence

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_row(cells: Sequence[object]) -> str:
    """Write a row (RFC 4180); what a spreadsheet would take for a formula, for a stranger chose the words, is text."""
    written = io.StringIO()
    csv.writer(written).writerow([f"'{cell}" if str(cell).startswith(_FORMULA) else cell for cell in cells])
    return written.getvalue()
