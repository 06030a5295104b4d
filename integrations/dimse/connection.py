"""A connection that was taken in at the door: what was read there comes first, and no PDU may take for ever."""

import socket
import time

from pynetdicom.association import Association
from pynetdicom.transport import AssociationSocket


class Connection(AssociationSocket):
    """An accepted connection whose first bytes were read at the door, and on which no PDU may dribble in for ever."""

    def __init__(self, association: Association, connection: socket.socket, first: bytes, limit_s: float) -> None:
        self._ahead = first
        self._limit_s = limit_s
        # Without it a peer that stopped reading would hold its threads for ever.
        connection.settimeout(limit_s)
        super().__init__(association, client_socket=connection)

    @property
    def ready(self) -> bool:
        """Whether there is something to read."""
        return bool(self._ahead) or super().ready

    def recv(self, nr_bytes: int) -> bytearray:
        """Read so many bytes, or fewer where the peer has closed. Raises OSError, TimeoutError."""
        buffer = bytearray(nr_bytes)
        read = self.fill(memoryview(buffer))
        return buffer[:read]

    def fill(self, buffer: memoryview) -> int:
        """Fill the buffer within the limit of time for the whole of it, and return how far it came before the peer closed."""
        size = read = len(self._ahead[: len(buffer)])
        buffer[:size], self._ahead = self._ahead[:size], self._ahead[size:]
        connection = self.connection
        deadline = time.monotonic() + self._limit_s
        try:
            while read < len(buffer) and (received := connection.recv_into(buffer[read:])):
                read += received
                if read < len(buffer):
                    connection.settimeout(max(0.001, deadline - time.monotonic()))
        finally:
            connection.settimeout(self._limit_s)
        return read

    def unread(self, first: bytes) -> None:
        """Have the next read begin with ``first``."""
        self._ahead = first + self._ahead

    @property
    def connection(self) -> socket.socket:
        """The socket; raises ConnectionResetError where it is gone."""
        if self.socket is None:
            raise ConnectionResetError
        return self.socket
