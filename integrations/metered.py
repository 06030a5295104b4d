"""A stream that gives no more than a header may cost: a radiograph's has some hundred elements."""

from typing import BinaryIO

from integrations.errors import Unreadable

_LARGEST_HEADER_BYTES = 1 << 25
_MOST_READS = 100_000


class Metered:
    """A stream with limits, in bytes and in reads: each element takes at least one."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._bytes_left = _LARGEST_HEADER_BYTES
        self._reads_left = _MOST_READS
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, size: int = -1) -> bytes:
        """Read as the stream does. Raises Unreadable beyond the limits."""
        read = self._stream.read(size)
        self._bytes_left -= len(read)
        self._reads_left -= 1
        if self._bytes_left < 0 or self._reads_left < 0:
            raise Unreadable("the header is larger than that of any radiograph")
        return read
