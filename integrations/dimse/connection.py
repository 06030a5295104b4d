"""Connections on which nobody can hold us up: none of the reads and writes of pynetdicom's would end by itself."""

import select
import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from pynetdicom.association import Association
from pynetdicom.transport import AssociationSocket

if TYPE_CHECKING:
    from pynetdicom.transport import T_CONNECT


class BoundedSocket(AssociationSocket):
    """A connection on which no PDU may dribble in for ever, and no peer that stopped reading holds a thread."""

    limit_s: float

    @property
    def ready(self) -> bool:
        """Whether there is something to read. pynetdicom asks by ``select``, which knows no descriptor from 1024 on."""
        if self.socket is None or not self._is_connected:
            return False
        poll = select.poll()
        try:
            poll.register(self.socket, select.POLLIN)
            told = bool(poll.poll(0))
        except (OSError, ValueError):
            self.event_queue.put("Evt17")  # transport connection closed, PS3.8 table 9-10
            return False
        return told or bool(getattr(self.socket, "pending", lambda: 0)())  # TLS may have read ahead

    def recv(self, nr_bytes: int) -> bytearray:
        """Read so many bytes, or fewer where the peer has closed. Raises OSError, TimeoutError."""
        buffer = bytearray(nr_bytes)
        read = self.fill(memoryview(buffer))
        return buffer[:read]

    def fill(self, buffer: memoryview) -> int:
        """Fill the buffer within the limit of time for the whole of it, and return how far it came before the peer closed."""
        connection, read = self.connection, 0
        deadline = time.monotonic() + self.limit_s
        try:
            while read < len(buffer) and (received := connection.recv_into(buffer[read:])):
                read += received
                if read < len(buffer):
                    connection.settimeout(max(0.001, deadline - time.monotonic()))
        finally:
            connection.settimeout(self.limit_s)
        return read

    @property
    def connection(self) -> socket.socket:
        """The socket; raises ConnectionResetError where it is gone."""
        if self.socket is None:
            raise ConnectionResetError
        return self.socket


class Connection(BoundedSocket):
    """An accepted connection whose first bytes were read at the door."""

    def __init__(self, association: Association, connection: socket.socket, first: bytes, limit_s: float) -> None:
        self._ahead = first
        self.limit_s = limit_s
        connection.settimeout(limit_s)
        super().__init__(association, client_socket=connection)

    @property
    def ready(self) -> bool:
        """Whether there is something to read."""
        return bool(self._ahead) or super().ready

    def fill(self, buffer: memoryview) -> int:
        """Fill the buffer as above, first with what was read before."""
        size = len(self._ahead[: len(buffer)])
        buffer[:size], self._ahead = self._ahead[:size], self._ahead[size:]
        return size + (super().fill(buffer[size:]) if size < len(buffer) else 0)

    def unread(self, first: bytes) -> None:
        """Have the next read begin with ``first``."""
        self._ahead = first + self._ahead


class OutgoingSocket(BoundedSocket):
    """A connection that we open, closed in any case: pynetdicom leaves it open where it cannot be shut down, for the peer hung up first.

    ``moved_s`` is when the peer last took something, by the monotonic clock.
    """

    moved_s = 0.0

    def connect(self, primitive: "T_CONNECT") -> None:
        """Connect, and wait for nothing longer than the limit from then on."""
        super().connect(primitive)
        if self.socket is not None:
            self.socket.settimeout(self.limit_s)

    def send(self, bytestream: bytes) -> None:
        """Send all of it, or close."""
        super().send(bytestream)
        self.moved_s = time.monotonic()

    def _shutdown_socket(self) -> None:
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()
