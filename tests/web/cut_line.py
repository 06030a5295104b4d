"""A line between a browser and Diafan that can be cut while something is on its way."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.peers.process import LOOPBACK

_CHUNK_BYTES = 1 << 14


class Line:
    """What passes it, and where it breaks; ``url`` is where the browser goes.

    While ``is_down`` is set, whoever connects is cut off at once.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_down = False
        self.cuts = 0
        self._after_bytes: int | None = None
        self._lock = threading.Lock()

    def cut_after(self, sent_bytes: int) -> None:
        """Break, and stay broken, once a connection has brought so many bytes: in the middle of what is larger."""
        self._after_bytes = sent_bytes

    def mend(self) -> None:
        """Let everything pass again."""
        self._after_bytes = None
        self.is_down = False

    def breaks(self, brought_bytes: int) -> bool:
        """Tell whether the line breaks here, for a connection that has brought so many bytes."""
        with self._lock:
            if self._after_bytes is not None and brought_bytes >= self._after_bytes:
                self._after_bytes, self.is_down = None, True
                self.cuts += 1
            return self.is_down


class _Connection(socketserver.BaseRequestHandler):
    server: "_Server"

    def handle(self) -> None:
        line = self.server.line
        if line.is_down:
            return
        with socket.create_connection((LOOPBACK, self.server.target_port)) as target:
            answers = threading.Thread(target=self._pass_back, args=(target,), daemon=True)
            answers.start()
            brought_bytes = 0
            with contextlib.suppress(OSError):  # either side may end it
                while data := self.request.recv(_CHUNK_BYTES):
                    brought_bytes += len(data)
                    if line.breaks(brought_bytes):
                        break
                    target.sendall(data)
            for end in (self.request, target):
                with contextlib.suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            answers.join(10)

    def _pass_back(self, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := target.recv(_CHUNK_BYTES):
                if self.server.line.is_down:
                    break
                self.request.sendall(data)
        with contextlib.suppress(OSError):
            self.request.shutdown(socket.SHUT_RDWR)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, target_port: int) -> None:
        super().__init__((LOOPBACK, 0), _Connection)
        self.target_port = target_port
        self.line = Line(f"http://{LOOPBACK}:{self.server_address[1]}")


@contextmanager
def cut_line(target_port: int) -> Iterator[Line]:
    """Lead a line to a port of this machine until the block ends."""
    with _Server(target_port) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        serving.start()
        try:
            yield server.line
        finally:
            server.line.is_down = True
            server.shutdown()
            serving.join()
