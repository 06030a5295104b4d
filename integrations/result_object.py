"""What Diafan makes of a study, as values: one object that it authored, its kind, and what others may refer to it by."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from models.labels import Label


class ResultKind(StrEnum):
    """The kinds of object. A destination asks for those that it wants; a rejection note reaches all that take any."""

    SECONDARY_CAPTURE = "secondary-capture"
    STRUCTURED_REPORT = "structured-report"
    PARAMETRIC_MAP = "parametric-map"
    PARAMETRIC_MAP_16BIT = "parametric-map-16bit"
    REJECTION_NOTE = "rejection-note"


SUMMARY, OVERLAY = "summary", "overlay"
"""What a Secondary Capture shows: the findings of an image, or where one of them is."""


def kind_of(kind: str) -> ResultKind:
    """Return the kind of an object by what its record says: a Secondary Capture is a summary or an overlay there."""
    return ResultKind.SECONDARY_CAPTURE if kind in {SUMMARY, OVERLAY} else ResultKind(kind)


def is_wanted(kind: str, takes: Collection[ResultKind]) -> bool:
    """Tell whether an object of a record's ``kind`` goes where the kinds ``takes`` go: a rejection note follows all that it rejects."""
    return kind_of(kind) in takes or (kind == ResultKind.REJECTION_NOTE and bool(takes))


@dataclass(frozen=True, slots=True)
class ResultObject:
    """One object that Diafan authored. ``content`` is a complete Part-10 file; ``label`` is None where it has no single one.

    ``mended`` tells which inherited attributes were invalid, and whether each was mended, left out, or not readable.
    """

    sop_instance_uid: str
    sop_class_uid: str
    transfer_syntax_uid: str
    series_instance_uid: str
    kind: str
    label: Label | None
    content: bytes
    mended: tuple[str, ...] = ()
