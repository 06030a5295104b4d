"""A data set on its way from the socket to a file, without being collected, decoded or copied about in between.

pynetdicom reads a socket 4096 bytes at a time, and keeps a data set in memory or in the system's folder for temporary
files, from where it deletes it. The classes here replace those two steps by subclasses; what a PDU or a DIMSE message
means is left to pynetdicom.
"""

import logging
import os
import socket
import struct
from collections import deque
from io import FileIO
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.dimse_messages import C_STORE_RQ
from pynetdicom.dsutils import create_file_meta
from pynetdicom.dul import DULServiceProvider
from pynetdicom.pdu_primitives import P_DATA
from pynetdicom.presentation import PresentationContext
from pynetdicom.transport import AssociationServer, AssociationSocket, RequestHandler

from integrations.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

_COMMAND = 0x01  # message control header, PS3.8 E.2: set for a command fragment, clear for a data set fragment
_LAST = 0x02  # set for the last fragment of either
_HEADER = struct.Struct(">BxL")  # of a PDU: type and length, PS3.8 9.3.1
_PDV_HEADER = struct.Struct(">LB")  # of a presentation data value: length and context, PS3.8 9.3.5.1
_P_DATA_TF = 0x04
_LARGEST_NEGOTIATION_BYTES = 1 << 20  # an A-ASSOCIATE-RQ with 128 contexts of 40 transfer syntaxes has some 400 KB

# States and events of the upper layer's state machine, PS3.8 table 9-10
_DATA_TRANSFER = "Sta6"
_AWAITING_CLOSE = "Sta13"
_CONNECTION_CLOSED = "Evt17"
_INVALID_PDU = "Evt19"  # answered by an abort

WRITE_BACK_BYTES = 1 << 20

_log = logging.getLogger(__name__)


class PartFile:
    """One data set being received, written as a Part-10 file to ``folder``; not fsynced.

    A write that fails is remembered in ``error`` and the rest of the data set is dropped, so that the sender can be
    answered by a status at its end instead of an abort in its middle.
    """

    def __init__(self, folder: Path, sop_class_uid: UID, sop_instance_uid: UID, transfer_syntax_uid: UID) -> None:
        self.path = folder / f"{uuid4().hex}.part"
        self.size_bytes = 0
        self.error: OSError | None = None
        self._written_back = 0
        meta = create_file_meta(
            sop_class_uid=sop_class_uid,
            sop_instance_uid=sop_instance_uid,
            transfer_syntax=transfer_syntax_uid,
            implementation_uid=IMPLEMENTATION_CLASS_UID,
            implementation_version=IMPLEMENTATION_VERSION_NAME,
        )
        self._file: FileIO | None = None
        header = DicomBytesIO()
        write_file_meta_info(header, meta)
        try:
            self._file = FileIO(self.path, "x")
            self._file.write(bytes(128) + b"DICM" + header.getvalue())
        except OSError as error:
            self.error = error

    def write(self, fragment: memoryview) -> None:
        """Append one fragment of the data set."""
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
        """Raise the OSError that a write has met, if one has."""
        if self.error is not None:
            raise self.error

    def discard(self) -> None:
        """Close the file and remove it."""
        self.close()
        self.path.unlink(missing_ok=True)


class StreamingDimse(DIMSEServiceProvider):
    """A DIMSE service provider that hands each C-STORE data set, fragment by fragment, to a ``PartFile``."""

    def __init__(self, assoc: Association, folder: Path) -> None:
        super().__init__(assoc)
        self._folder = folder
        self._part: PartFile | None = None
        self._arrived: deque[PartFile] = deque()

    @property
    def is_receiving(self) -> bool:
        """Whether a data set has begun and not ended."""
        return self._part is not None

    def receive_fragment(self, context_id: int, fragment: memoryview) -> None:
        """Process one fragment of a message (PS3.8 Annex E): a command goes on to pynetdicom, a data set to its file.

        Raises an error of one kind or another where a command makes no sense.
        """
        if self._part is None or fragment[0] & _COMMAND:
            self.receive_primitive(_p_data(context_id, bytes(fragment)))
            if isinstance(self.message, C_STORE_RQ) and self._part is None:
                self._part = self._open_part(context_id, self.message)
            return
        self._part.write(fragment[1:])
        if fragment[0] & _LAST:
            self._part.close()
            self._arrived.append(self._part)
            self._part = None
            self.receive_primitive(_p_data(context_id, bytes([_LAST])))

    def take(self) -> PartFile:
        """Return the data set of the C-STORE request that is being served. The caller owns the file from now on."""
        return self._arrived.popleft()

    def discard(self) -> bool:
        """Remove what was received and never taken; True if a data set was cut off in its middle."""
        cut, self._part = self._part, None
        if cut is not None:
            cut.discard()
        while self._arrived:
            self._arrived.popleft().discard()
        return cut is not None

    def _open_part(self, context_id: int, request: C_STORE_RQ) -> PartFile:
        command = request.command_set
        syntax = next(cx.transfer_syntax[0] for cx in self.assoc.accepted_contexts if cx.context_id == context_id)
        return PartFile(self._folder, command.AffectedSOPClassUID, command.AffectedSOPInstanceUID, syntax)


def _p_data(context_id: int, fragment: bytes) -> P_DATA:
    primitive = P_DATA()
    primitive.presentation_data_value_list = [[context_id, fragment]]  # type: ignore[list-item] # it insists on lists
    return primitive


class StreamingDul(DULServiceProvider):
    """An upper layer that reads the P-DATA-TF PDUs of a data set in one go, each into the same buffer.

    In state 6 a P-DATA-TF leads back to state 6 (PS3.8 table 9-10, DT-2), so that the state machine is spared these;
    every other PDU is pynetdicom's to read, once its length was seen to be sane: it is no more than the peer's claim.
    """

    def __init__(self, assoc: Association, dimse: "StreamingDimse") -> None:
        super().__init__(assoc)
        self._dimse = dimse
        self._buffer = bytearray(assoc.ae.maximum_pdu_size)

    def _read_pdu_data(self) -> None:
        try:
            if self.is_closing:
                # What still comes is ignored (AA-6): after a release or a fault it makes no sense.
                if not self._connection.recv(_LARGEST_NEGOTIATION_BYTES):
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
    def _connection(self) -> socket.socket:
        return cast("socket.socket", cast("AssociationSocket", self.socket).socket)

    def _read_pdu(self) -> bool:
        """Read one PDU; True if it was a P-DATA-TF and its fragments are delivered."""
        connection = self._connection
        header = connection.recv(_HEADER.size, socket.MSG_PEEK)
        if len(header) < _HEADER.size:
            super()._read_pdu_data()
            return False
        pdu_type, length = _HEADER.unpack(header)
        is_data = pdu_type == _P_DATA_TF and self.state_machine.current_state == _DATA_TRANSFER
        if length > (len(self._buffer) if is_data else _LARGEST_NEGOTIATION_BYTES):
            raise ValueError(f"PDU of {length} bytes")
        if not is_data:
            super()._read_pdu_data()
            return False
        items = memoryview(self._buffer)[:length]
        _fill(connection, memoryview(bytearray(_HEADER.size)))
        _fill(connection, items)
        while items:
            item_length, context_id = _PDV_HEADER.unpack_from(items)
            if 4 + item_length > len(items):
                raise ValueError("a presentation data value is longer than its PDU")
            self._dimse.receive_fragment(context_id, items[_PDV_HEADER.size : 4 + item_length])
            items = items[4 + item_length :]
        return True


def _fill(connection: socket.socket, buffer: memoryview) -> None:
    while buffer:
        if not (received := connection.recv_into(buffer)):
            raise ConnectionResetError
        buffer = buffer[received:]


class _RequestHandler(RequestHandler):
    """Equips each new association with the classes of this file."""

    def _create_association(self) -> Association:
        association = super()._create_association()
        # pynetdicom gives an accepted connection no timeout: a peer that stopped in the middle of a PDU would hold its
        # threads for ever.
        self.request.settimeout(self.ae.network_timeout)
        association.dimse = dimse = StreamingDimse(association, cast("StreamingAE", self.ae).folder)
        association.dul = StreamingDul(association, dimse)
        association.acse_timeout = self.ae.acse_timeout  # these two hand the timeouts on to the upper layer
        association.network_timeout = self.ae.network_timeout
        association.set_socket(AssociationSocket(association, client_socket=self.request))
        return association


class SharedContexts(list[PresentationContext]):
    """Presentation contexts that pynetdicom may not copy: 170 of them take 40 ms for each association, and none changes."""

    def __deepcopy__(self, memo: dict[int, object]) -> "SharedContexts":
        return self


class StreamingAE(ApplicationEntity):
    """An application entity whose servers write what they receive into ``folder``."""

    def __init__(self, ae_title: str, folder: Path) -> None:
        super().__init__(ae_title)
        self.folder = folder
        self.implementation_class_uid = IMPLEMENTATION_CLASS_UID
        self.implementation_version_name = IMPLEMENTATION_VERSION_NAME

    def make_server(self, *args: Any, **kwargs: Any) -> AssociationServer:  # type: ignore[override] # one keyword more, whatever else is passed
        """Make a server (called by ``start_server``) whose associations are streaming ones."""
        return super().make_server(*args, request_handler=_RequestHandler, **kwargs)
