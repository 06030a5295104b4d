"""A relay between two DICOM peers that counts what was sent: it sees a second send, which the receiver may hide.

Bytes are passed on as they come. They are read as upper layer PDUs (PS3.8 9.3) only as far as the command sets (PS3.7).
"""

import contextlib
import socket
import socketserver
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO

from pydicom import Dataset
from pynetdicom.dsutils import decode

from tests.peers.process import LOOPBACK

_P_DATA_TF = 0x04
_C_STORE_RQ = 0x0001
_C_STORE_RSP = 0x8001
_CHUNK_BYTES = 1 << 18


class _CommandReader:
    """Finds the command sets in one direction of an association."""

    def __init__(self) -> None:
        self._stream = bytearray()
        self._command = bytearray()

    def feed(self, data: bytes) -> Iterator[Dataset]:
        """Take the next bytes of the stream; yield each command set that they complete."""
        self._stream += data
        while len(self._stream) >= 6:
            kind, length = struct.unpack_from(">BxL", self._stream)
            if len(self._stream) < 6 + length:
                return
            pdu = bytes(self._stream[6 : 6 + length])
            del self._stream[: 6 + length]
            if kind == _P_DATA_TF:
                yield from self._read_values(pdu)

    def _read_values(self, pdu: bytes) -> Iterator[Dataset]:
        """Read presentation data values: length, context id, control header (bit 0 command, bit 1 last), fragment."""
        offset = 0
        while offset < len(pdu):
            length, control = struct.unpack_from(">LxB", pdu, offset)
            end = offset + 4 + length
            if control & 1:
                self._command += pdu[offset + 6 : end]
                if control & 2:
                    yield decode(BytesIO(bytes(self._command)), is_implicit_vr=True, is_little_endian=True)
                    self._command.clear()
            offset = end


class Recorder:
    """What passed the relay so far.

    `port` is where to send to, on 127.0.0.1. While `down` is set, associations are cut before they begin.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.down = False
        self._requested: Counter[str] = Counter()
        self._answered: Counter[tuple[str, int]] = Counter()
        self._answers_to_lose = 0
        self._lock = threading.Lock()

    def requested(self) -> Counter[str]:
        """Count the C-STORE requests by Affected SOP Instance UID."""
        with self._lock:
            return self._requested.copy()

    def answered(self) -> Counter[tuple[str, int]]:
        """Count the C-STORE responses that the sender heard, by (SOP Instance UID, status)."""
        with self._lock:
            return self._answered.copy()

    def lose_answers(self, count: int) -> None:
        """Cut the association instead of passing on the next `count` C-STORE responses: carried out, but not heard."""
        with self._lock:
            self._answers_to_lose = count

    def note_request(self, command: Dataset, sent: dict[int, str]) -> bool:
        """Note a command to the server; `sent` maps message ids of this association to SOP Instance UIDs."""
        if command.CommandField == _C_STORE_RQ:
            uid = sent[command.MessageID] = str(command.AffectedSOPInstanceUID)
            with self._lock:
                self._requested[uid] += 1
        return True

    def note_response(self, command: Dataset, sent: dict[int, str]) -> bool:
        """Note a command from the server; tell whether it may pass."""
        if command.CommandField != _C_STORE_RSP:
            return True
        with self._lock:
            if self._answers_to_lose > 0:
                self._answers_to_lose -= 1
                return False
            self._answered[sent[command.MessageIDBeingRespondedTo], command.Status] += 1
        return True


def _relay(source: socket.socket, target: socket.socket, passes: Callable[[Dataset], bool]) -> None:
    """Pass bytes on until the source ends or a command may not pass; then end the target, too."""
    reader = _CommandReader()
    with contextlib.suppress(OSError):  # either side may break the connection: that is theirs to do
        while data := source.recv(_CHUNK_BYTES):
            if not all(passes(command) for command in reader.feed(data)):
                source.shutdown(socket.SHUT_RDWR)
                break
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


class _Relay(socketserver.ThreadingTCPServer):
    """Accepts associations and joins each to one with the target."""

    request_queue_size = 128

    def __init__(self, target: tuple[str, int]) -> None:
        super().__init__((LOOPBACK, 0), _Association)
        self.target = target
        self.recorder = Recorder(self.server_address[1])
        self.open_sockets: set[socket.socket] = set()

    def cut_all(self) -> None:
        """End the associations that are open, so that their threads end."""
        for connection in self.open_sockets.copy():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Association(socketserver.BaseRequestHandler):
    server: _Relay

    def handle(self) -> None:
        recorder = self.server.recorder
        if recorder.down:
            return
        try:
            upstream = socket.create_connection(self.server.target, timeout=10)
        except OSError:
            return  # the sender finds its association cut, as with a server that is not there
        upstream.settimeout(None)
        pair = {self.request, upstream}
        self.server.open_sockets |= pair
        with upstream:
            for connection in pair:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sent: dict[int, str] = {}
            answers = threading.Thread(
                target=_relay, args=(upstream, self.request, lambda command: recorder.note_response(command, sent))
            )
            answers.start()
            _relay(self.request, upstream, lambda command: recorder.note_request(command, sent))
            answers.join()
        self.server.open_sockets -= pair


@contextmanager
def recording_proxy(target_port: int, target_host: str = LOOPBACK) -> Iterator[Recorder]:
    """Relay associations to the target, which need not be there yet, and record them."""
    with _Relay((target_host, target_port)) as relay:
        serving = threading.Thread(target=relay.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield relay.recorder
        finally:
            relay.shutdown()
            relay.cut_all()
            serving.join()
