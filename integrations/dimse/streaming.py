"""A data set on its way from the socket to a file, without being collected, decoded or copied about in between.

pynetdicom reads a socket 4096 bytes at a time, and keeps a data set in memory or in the system's folder for temporary
files, from where it deletes it; its two threads for each association look a thousand times a second whether there is
something to do. The classes here replace these steps by subclasses, which wait until there is; what a PDU or a DIMSE message
means is left to pynetdicom, but for the plain C-STORE (`store_message`).
"""

import logging
import select
import socket
import struct
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.dul import DULServiceProvider
from pynetdicom.presentation import PresentationContext
from pynetdicom.transport import AssociationServer, AssociationSocket, RequestHandler

from integrations.dimse.connection import Connection
from integrations.dimse.door import CONNECTIONS_PER_ASSOCIATION, Door, Limits, Senders, SendOn
from integrations.dimse.messages import REST_S, StreamingDimse, Telling
from integrations.dimse.places import Places
from integrations.dimse.store_message import StoreRequest, response
from integrations.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

_HEADER = struct.Struct(">BxL")  # of a PDU: type and length, PS3.8 9.3.1
_PDV_HEADER = struct.Struct(">LB")  # of a presentation data value: length and context, PS3.8 9.3.5.1
_P_DATA_TF = 0x04
_A_ASSOCIATE_RQ = 0x01
_LARGEST_NEGOTIATION_BYTES = 1 << 20  # an A-ASSOCIATE-RQ with 128 contexts of 40 transfer syntaxes has some 400 KB
_LARGEST_OTHER_BYTES = 4  # A-RELEASE and A-ABORT, PS3.8 9.3.6 to 9.3.8; an acceptor is sent no other

# States and events of the upper layer's state machine, PS3.8 table 9-10
_DATA_TRANSFER = "Sta6"
_AWAITING_CLOSE = "Sta13"
_CONNECTION_CLOSED = "Evt17"
_INVALID_PDU = "Evt19"  # answered by an abort

_log = logging.getLogger(__name__)


class StreamingDul(DULServiceProvider):
    """An upper layer that reads the P-DATA-TF PDUs of a data set in one go, each into the same buffer.

    In state 6 a P-DATA-TF leads back to state 6 (PS3.8 table 9-10, DT-2), so that the state machine is spared these;
    every other PDU is pynetdicom's to read, once its length was seen to be sane: it is no more than the peer's claim.
    """

    def __init__(self, assoc: Association, dimse: "StreamingDimse") -> None:
        super().__init__(assoc)
        self.to_user_queue = Telling(dimse.news)
        self._run_loop_delay = 0.0
        self._dimse = dimse
        self._buffer = bytearray(assoc.ae.maximum_pdu_size)
        self._waker, self._woken = socket.socketpair()
        self._waker.setblocking(False)
        self._woken.setblocking(False)

    def run_reactor(self) -> None:
        """Run until the connection is closed; a fault in the state machine ends this association and nothing else."""
        try:
            super().run_reactor()
        except Exception as error:  # noqa: BLE001 - a thread has nobody who could handle it
            _log.warning("association ended by a fault: %s", type(error).__name__)
            self.assoc.is_aborted, self.assoc.is_established = True, False
            self.assoc._kill = True  # noqa: SLF001 - what pynetdicom does for faults of its own
        finally:
            # The association would otherwise wait, and keep its place, until the time for a request is over.
            self.to_user_queue.put(None)  # as if that time were over
            self._waker.close()
            self._woken.close()

    def send_pdu(self, primitive: Any) -> None:
        """Have a primitive sent."""
        super().send_pdu(primitive)
        self._wake()

    def kill_dul(self) -> None:
        """End the thread."""
        super().kill_dul()
        self._wake()

    def stop_dul(self) -> bool:
        """End the thread where the connection is closed, and tell whether it is."""
        stopped = super().stop_dul()
        self._wake()
        return stopped

    def _wake(self) -> None:
        with suppress(OSError):  # it is awake, or gone
            self._waker.send(b"!")

    def _is_transport_event(self) -> bool:
        connection = self._connection
        if not self.is_closing and self.event_queue.empty() and not connection.ready:
            self._rest(connection.socket)
        return super()._is_transport_event()

    def _rest(self, connection: socket.socket | None) -> None:
        """Return when there is something to read or to send, or after a while."""
        if connection is None or connection.fileno() < 0:
            time.sleep(0.001)
            return
        poll = select.poll()
        with suppress(OSError, ValueError):  # closed meanwhile, or woken by the connection
            poll.register(connection, select.POLLIN)
            poll.register(self._woken, select.POLLIN)
            poll.poll(REST_S * 1000)
            self._woken.recv(4096)

    def _read_pdu_data(self) -> None:
        try:
            if self.is_closing:
                # What still comes is ignored (AA-6): after a release or a fault it makes no sense.
                if not self._connection.connection.recv(len(self._buffer)):
                    self.event_queue.put(_CONNECTION_CLOSED)
                return
            while self._read_pdu() and self._dimse.is_receiving and self.to_provider_queue.empty():
                self._idle_timer.restart()
        except OSError as error:
            _log.info("connection lost: %s", type(error).__name__)
            self.event_queue.put(_CONNECTION_CLOSED)
        except Exception as error:  # noqa: BLE001 any at all would end the thread and leave the peer waiting
            _log.warning("malformed PDU, association aborted: %s", type(error).__name__)
            self.event_queue.put(_INVALID_PDU)

    @property
    def is_closing(self) -> bool:
        """Whether the last word is said and only the connection has to be closed."""
        return self.state_machine.current_state == _AWAITING_CLOSE

    @property
    def _connection(self) -> Connection:
        return cast("Connection", self.socket)

    def _read_pdu(self) -> bool:
        """Read one PDU; True if it was a P-DATA-TF and its fragments are delivered."""
        connection = self._connection
        header = bytes(connection.recv(_HEADER.size))
        if len(header) < _HEADER.size:
            raise ConnectionResetError
        pdu_type, length = _HEADER.unpack(header)
        is_data = pdu_type == _P_DATA_TF and self.state_machine.current_state == _DATA_TRANSFER
        if length > self._longest(pdu_type):
            raise ValueError(f"PDU of {length} bytes")
        if not is_data:
            connection.unread(header)
            super()._read_pdu_data()
            return False
        items = memoryview(self._buffer)[:length]
        if connection.fill(items) < length:
            raise ConnectionResetError
        while items:
            item_length, context_id = _PDV_HEADER.unpack_from(items)
            if 4 + item_length > len(items):
                raise ValueError("a presentation data value is longer than its PDU")
            self._dimse.receive_fragment(context_id, items[_PDV_HEADER.size : 4 + item_length])
            items = items[4 + item_length :]
        return True

    def _longest(self, pdu_type: int) -> int:
        if pdu_type == _P_DATA_TF:
            return len(self._buffer)
        return _LARGEST_NEGOTIATION_BYTES if pdu_type == _A_ASSOCIATE_RQ else _LARGEST_OTHER_BYTES


class _RequestHandler(RequestHandler):
    """Equips each new association with the classes of this file."""

    def __init__(self, request: socket.socket, client_address: Any, server: Door, first: bytes, place: int) -> None:
        self._first = first
        self._place = place
        super().__init__(request, client_address, server)

    def _create_association(self) -> Association:
        association = super()._create_association()
        ae = cast("StreamingAE", self.ae)
        association.dimse = dimse = StreamingDimse(association, ae.folder, ae.limits.largest_object_bytes)
        association.dul = StreamingDul(association, dimse)
        association.acse_timeout = ae.acse_timeout  # these two hand the timeouts on to the upper layer
        association.network_timeout = ae.network_timeout
        association.set_socket(Connection(association, self.request, self._first, ae.limits.idle_s))
        left = partial(cast("Door", self.server).places.leave, self._place)
        association.run = partial(_run_to_its_end, association, left)  # type: ignore[method-assign]
        association._serve_request = partial(_serve, association)  # type: ignore[method-assign] # noqa: SLF001 - there is no other way to it
        return association


def _serve(association: Association, message: Any, context_id: int) -> None:
    """Answer one message: a plain C-STORE here, anything else as pynetdicom does."""
    try:
        _answer(association, message, context_id)
    finally:
        # The peer was waiting for us, and is not idle: however long a disk or a database took, it has its time again.
        association.dul._idle_timer.restart()  # noqa: SLF001 - there is no other way to it


def _answer(association: Association, message: Any, context_id: int) -> None:
    if not isinstance(message, StoreRequest):
        Association._serve_request(association, message, context_id)  # noqa: SLF001 - what this stands in for
        return
    ae, dimse = cast("StreamingAE", association.ae), cast("StreamingDimse", association.dimse)
    status, comment = ae.on_store(
        association, message.sop_class_uid, message.sop_instance_uid, dimse.syntax_of(context_id)
    )
    if association.is_established:
        dimse.answer(context_id, response(message, status, comment))


def _run_to_its_end(association: Association, left: Callable[[], None]) -> None:
    """Run an association's thread; when it returns, whatever happened, both threads, the socket and the files are gone."""
    try:
        Association.run(association)
    except Exception as error:  # noqa: BLE001 - a thread has nobody who could handle it
        _log.warning("association ended by a fault: %s", type(error).__name__)
    finally:
        dul = association.dul
        if (connection := cast("AssociationSocket", dul.socket).socket) is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)  # wakes a thread that reads
            dul.kill_dul()
            connection.close()
        dul.kill_dul()
        if dul.is_alive():
            dul.join()
        cast("StreamingDimse", association.dimse).discard()
        left()


class SharedContexts(list[PresentationContext]):
    """Presentation contexts that pynetdicom may not copy: 170 of them take 40 ms for each association, and none changes."""

    def __deepcopy__(self, memo: dict[int, object]) -> "SharedContexts":
        return self


Store = Callable[[Association, str, str, str], tuple[int, str]]
"""Takes what an association has received, by SOP class, SOP instance and transfer syntax; returns status and comment. Raises nothing."""


class StreamingAE(ApplicationEntity):
    """An application entity whose servers write what they receive into ``folder``."""

    def __init__(self, ae_title: str, folder: Path, senders: Senders, limits: Limits) -> None:
        super().__init__(ae_title)
        self.folder = folder
        self.senders = senders
        self.limits = limits
        self.places = Places(limits.associations * CONNECTIONS_PER_ASSOCIATION)
        self.send_on: SendOn | None = None
        self.listening = True
        self.maximum_associations = sys.maxsize  # pynetdicom knows those of one process; the listener counts
        self.acse_timeout = limits.artim_s
        self.network_timeout = limits.idle_s
        self.implementation_class_uid = IMPLEMENTATION_CLASS_UID
        self.implementation_version_name = IMPLEMENTATION_VERSION_NAME
        self.on_turned_away: Callable[[str, str], None] = lambda _reason, _address: None
        self.on_store: Store

    def make_server(self, *args: Any, **kwargs: Any) -> AssociationServer:  # type: ignore[override] # one keyword more, whatever else is passed
        """Make a server (called by ``start_server``) with a door, whose associations are streaming ones."""
        server_class = partial(
            Door,
            senders=self.senders,
            limits=self.limits,
            handler=_RequestHandler,
            on_turned_away=self.on_turned_away,
            places=self.places,
            send_on=self.send_on,
            listening=self.listening,
        )
        return super().make_server(*args, **{**kwargs, "server_class": server_class})
