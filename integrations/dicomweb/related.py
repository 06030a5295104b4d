"""multipart/related as it comes in (RFC 2387, PS3.18 8.6.1.2.1): each part is written to a file while it arrives.

python-multipart finds the parts; here they get a file each, and the body's end is looked at: whoever cuts it off is told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from integrations.errors import Unreadable

APPLICATION_DICOM = "application/dicom"
_MULTIPART_RELATED = "multipart/related"
_FREE_TEXT = "text/plain"  # what a part without Content-Type is (RFC 2046 5.1); senders leave it out


class NotRelated(Unreadable):
    """The body is of another media type than multipart/related of DICOM files; ask for that one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part that has arrived whole: its file, its place from 1, and its media type in small letters.

    ``error`` is what the disk said where the file could not be written; it is not whole then.
    """

    path: Path
    number: int
    media_type: str
    error: OSError | None = None

    @property
    def is_dicom(self) -> bool:
        """Tell whether it says that it is a DICOM file, or says nothing."""
        return self.media_type in {APPLICATION_DICOM, _FREE_TEXT}


def boundary_of(content_type: str) -> bytes:
    """Return the boundary of a multipart/related body of DICOM files.

    Raises:
        NotRelated: it is of another media type, or its parts are.
        Unreadable: it has no boundary.

    """
    media_type, options = parse_options_header(content_type)
    root = options.get(b"type", APPLICATION_DICOM.encode()).lower()
    if media_type.lower() != _MULTIPART_RELATED.encode() or root != APPLICATION_DICOM.encode():
        raise NotRelated('send multipart/related; type="application/dicom"')
    boundary = options.get(b"boundary", b"")
    if not boundary:
        raise Unreadable("the Content-Type has no boundary")
    return boundary


class RelatedReader:
    """Takes a body in pieces as they come, and hands every part that is whole to ``on_part``, which owns its file then.

    Nothing of a part is held in memory. ``most_parts`` is how many there may be.
    """

    def __init__(self, boundary: bytes, folder: Path, on_part: Callable[[Part], None], *, most_parts: int) -> None:
        self.parts = 0
        self._folder = folder
        self._on_part = on_part
        self._most_parts = most_parts
        self._file: BinaryIO | None = None
        self._path: Path | None = None
        self._error: OSError | None = None
        self._media_type = _FREE_TEXT
        self._header, self._value = b"", b""
        self._is_at_end = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin,
                    "on_header_field": self._on_field,
                    "on_header_value": self._on_value,
                    "on_header_end": self._on_header,
                    "on_part_data": self._on_data,
                    "on_part_end": self._finish,
                    "on_end": self._on_end,
                },
            )
        except FormParserError:
            raise Unreadable("the boundary is too long") from None

    def feed(self, piece: bytes) -> None:
        """Read the next piece of the body. Raises Unreadable where it is no multipart body; the open part is gone then."""
        try:
            self._parser.write(piece)
        except FormParserError:
            raise Unreadable(f"the body is no multipart/related after part {self.parts}") from None

    def finish(self) -> None:
        """Say that the body has ended. Raises Unreadable where its last boundary is missing: it was cut off."""
        if not self._is_at_end:
            raise Unreadable(
                f"the body is cut off in part {self.parts}: its last boundary is missing"
                if self.parts
                else "the body has no part in it"
            )
        if not self.parts:
            raise Unreadable("the body has no part in it")

    def close(self) -> None:
        """Remove what is not whole."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None

    def _begin(self) -> None:
        if self.parts >= self._most_parts:
            raise Unreadable(f"more than {self._most_parts} parts: send fewer in one request")
        self.parts += 1
        self._media_type, self._error = _FREE_TEXT, None
        self._path = self._folder / f"{uuid4().hex}.part"
        try:
            self._file = self._path.open("xb", buffering=0)
        except OSError as error:
            self._error = error

    def _on_field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        if self._header.lower() == b"content-type":
            self._media_type = parse_options_header(self._value)[0].decode("latin-1").lower()
        self._header, self._value = b"", b""

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        piece = memoryview(data)[start:end]
        try:
            while piece and self._file is not None and self._error is None:
                piece = piece[self._file.write(piece) :]  # a full disk writes less before it raises
        except OSError as error:
            self._error = error

    def _finish(self) -> None:
        assert self._path is not None
        if self._file is not None:
            self._file.close()
            self._file = None
        part = Part(self._path, self.parts, self._media_type, self._error)
        self._path = None
        self._on_part(part)

    def _on_end(self) -> None:
        self._is_at_end = True
