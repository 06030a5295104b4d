"""One data set on its way into a file: written as it comes in, and complete, too large or in trouble at its end."""

import os
import struct
from io import FileIO
from pathlib import Path
from uuid import uuid4

from integrations.errors import Unreadable
from integrations.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

WRITE_BACK_BYTES = 1 << 20


class PartFile:
    """One data set being received, written as a Part-10 file to ``folder``; not fsynced.

    A write that fails is remembered in ``error`` and the rest of the data set is dropped, so that the sender can be
    answered by a status at its end instead of an abort in its middle.
    """

    def __init__(
        self, folder: Path, largest_bytes: int, sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str
    ) -> None:
        self.path = folder / f"{uuid4().hex}.part"
        self.size_bytes = 0
        self.error: OSError | Unreadable | None = None
        self._room_bytes = largest_bytes
        self._written_back = 0
        header = _file_meta(sop_class_uid, sop_instance_uid, transfer_syntax_uid)
        self._file: FileIO | None = None
        try:
            self._file = FileIO(self.path, "x")
            self._file.write(bytes(128) + b"DICM" + header)
        except OSError as error:
            self.error = error

    def write(self, fragment: memoryview) -> None:
        """Append one fragment of the data set."""
        self._room_bytes -= len(fragment)
        if self._room_bytes < 0 and self.error is None:
            self.error = Unreadable("the data set is larger than this receiver takes")
        try:
            while fragment and self._file is not None and self.error is None:
                fragment = fragment[self._file.write(fragment) :]
                # a short write is what a full disk gives before it raises
            self._start_writing_back(WRITE_BACK_BYTES)
        except OSError as error:
            self.error = error

    def close(self) -> None:
        """Finish the file: what is written so far is all there will be."""
        if self._file is not None and not self._file.closed:
            self.size_bytes = self._file.tell()
            self._start_writing_back(1)
            self._file.close()

    def _start_writing_back(self, least: int) -> None:
        """Have the kernel begin to write to the disk while the rest still comes in: the fsync to come then waits less.

        Linux starts to write the dirty pages of a range that is said to be needed no more, and keeps them in memory
        until they are written.
        """
        if self._file is not None and (end := self._file.tell()) - self._written_back >= least:
            os.posix_fadvise(self._file.fileno(), self._written_back, end - self._written_back, os.POSIX_FADV_DONTNEED)
            self._written_back = end

    def raise_error(self) -> None:
        """Raise the OSError that a write has met, or Unreadable where the data set was too large."""
        if self.error is not None:
            raise self.error

    def discard(self) -> None:
        """Close the file and remove it."""
        self.close()
        self.path.unlink(missing_ok=True)


def _file_meta(sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str) -> bytes:
    """Return the File Meta Information (PS3.10 7.1), in Explicit VR Little Endian: byte for byte what pydicom would write."""
    uids = (
        (0x0002, sop_class_uid),
        (0x0003, sop_instance_uid),
        (0x0010, transfer_syntax_uid),
        (0x0012, IMPLEMENTATION_CLASS_UID),
    )
    version = IMPLEMENTATION_VERSION_NAME.encode("ascii")
    rest = (
        struct.pack("<HH2sxxL2s", 0x0002, 0x0001, b"OB", 2, b"\x00\x01")
        + b"".join(_short(element, b"UI", uid.encode("ascii"), b"\0") for element, uid in uids)
        + _short(0x0013, b"SH", version, b" ")
    )
    return _short(0x0000, b"UL", struct.pack("<L", len(rest)), b"") + rest


def _short(element: int, vr: bytes, value: bytes, padding: bytes) -> bytes:
    value += padding * (len(value) % 2)
    return struct.pack("<HH2sH", 0x0002, element, vr, len(value)) + value
