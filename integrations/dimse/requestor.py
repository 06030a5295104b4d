"""An association that we open, and what its end means: ``Unavailable`` (try later) or ``Rejected`` (a person must look).

``Unavailable``: nobody answers, the connection breaks, a time-out, a transient rejection, 0xA7xx out of resources. ``Rejected``: a
permanent rejection, no presentation context accepted, any other failure status. Warnings (0xBxxx) are as good as success.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty
from typing import TYPE_CHECKING, Any, cast

from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.dimse import DIMSEServiceProvider
from pynetdicom.events import EventHandlerType
from pynetdicom.presentation import PresentationContext
from pynetdicom.status import code_to_category
from pynetdicom.transport import AddressInformation, AssociationSocket

from integrations.dimse.connection import OutgoingSocket
from integrations.dimse.tls import Tls, client_context
from integrations.errors import Rejected, Unavailable
from integrations.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

if TYPE_CHECKING:
    from pynetdicom.pdu_primitives import A_ASSOCIATE

OUT_OF_RESOURCES = range(0xA700, 0xA800)

PLAIN_SYNTAXES: list[str | UID] = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
_TRANSIENT = 0x02  # result of an A-ASSOCIATE-RJ, PS3.8 9.3.4


@dataclass(frozen=True, slots=True)
class Peer:
    """A DICOM application on the network, and the name by which we call ourselves there."""

    host: str
    port: int
    called_ae_title: str
    calling_ae_title: str
    timeout_s: float = 10.0
    tls: Tls | None = None

    def __str__(self) -> str:
        return f"{self.called_ae_title} at {self.host}:{self.port}"


class _Dimse(DIMSEServiceProvider):
    """Waits for an answer as long as the peer takes what we send, and its time-out longer.

    pynetdicom counts from when a message was queued: what takes longer than that to leave would never arrive.
    """

    def __init__(self, association: Association, connection: OutgoingSocket) -> None:
        super().__init__(association)
        self._connection = connection

    def get_msg(self, block: bool = False) -> Any:  # noqa: FBT001, FBT002 - as pynetdicom calls it
        """Return the next message with its context; (None, None) where there is none, or there will be none."""
        begun_s = time.monotonic()
        while True:
            left_s = max(begun_s, self._connection.moved_s) + self._connection.limit_s - time.monotonic()
            try:
                return self.msg_queue.get(block and left_s > 0, max(0.0, left_s))
            except Empty:
                if not block or max(begun_s, self._connection.moved_s) + self._connection.limit_s <= time.monotonic():
                    return None, None


class _Requestor(ApplicationEntity):
    """An application entity that closes its socket."""

    _socket: OutgoingSocket | None = None

    def _create_socket(self, assoc: Association, address: AddressInformation, tls_args: Any) -> AssociationSocket:
        self._socket = OutgoingSocket(assoc, address=address)
        self._socket.tls_args = tls_args
        self._socket.limit_s = assoc.dimse_timeout or 0.0
        assoc.dimse = _Dimse(assoc, self._socket)
        return self._socket

    def close(self) -> None:
        if self._socket is not None and self._socket.socket is not None:
            self._socket.socket.close()


@contextmanager
def association(
    peer: Peer, contexts: list[PresentationContext], handlers: Sequence[EventHandlerType] = (), *, idle_s: float = 0
) -> Iterator[Association]:
    """Yield an association with ``peer`` that proposes ``contexts``; it is released at the end. Raises Rejected, Unavailable.

    Nothing may happen on it for ``idle_s`` beyond the peer's time-out.
    """
    ae = _Requestor(peer.calling_ae_title)
    ae.implementation_class_uid = IMPLEMENTATION_CLASS_UID
    ae.implementation_version_name = IMPLEMENTATION_VERSION_NAME
    ae.connection_timeout = ae.acse_timeout = ae.dimse_timeout = peer.timeout_s
    ae.network_timeout = peer.timeout_s + idle_s
    try:
        tls_args = None
        if peer.tls is not None:
            tls_args = client_context(peer.tls), peer.tls.server_name or peer.host
        opened = ae.associate(
            peer.host,
            peer.port,
            contexts=contexts,
            ae_title=peer.called_ae_title,
            tls_args=tls_args,
            evt_handlers=list(handlers),
        )
        if not opened.is_established:
            raise _refusal(peer, opened)
        try:
            yield opened
        except RuntimeError as error:
            # What pynetdicom raises for the next request, where it has noticed that the association is no more.
            if opened.is_established:
                raise
            raise Unavailable(f"{peer} broke the connection") from error
        finally:
            if opened.is_established:
                opened.release()
    finally:
        ae.close()


def _refusal(peer: Peer, opened: Association) -> Rejected | Unavailable:
    if opened.is_rejected:
        answer = cast("A_ASSOCIATE", opened.acceptor.primitive)
        kind = Unavailable if answer.result == _TRANSIENT else Rejected
        return kind(f"{peer} rejected the association: {answer.reason_str}")
    if opened.acceptor.primitive is not None and opened.rejected_contexts:
        names = ", ".join(sorted({cast("UID", context.abstract_syntax).name for context in opened.rejected_contexts}))
        return Rejected(f"{peer} accepts no presentation context for {names}")
    if peer.tls is not None:
        return Unavailable(
            f"{peer} does not answer over TLS: is it running, are host and port right, does {peer.tls.ca} hold the CA of"
            f" its certificate, which must be for {peer.tls.server_name or peer.host}, and does it know the CA of ours?"
        )
    return Unavailable(f"{peer} does not answer: is it running, and are host and port right?")


def status_of(peer: Peer, answer: Dataset) -> int:
    """Return the status that was answered; pynetdicom gives an empty data set where there was no answer."""
    if "Status" not in answer:
        raise Unavailable(f"{peer} broke the connection or did not answer in {peer.timeout_s:g} s")
    return int(answer.Status)


def check(peer: Peer, request: str, status: int) -> None:
    """Raise Rejected or Unavailable where ``status`` is a failure."""
    if code_to_category(status) in ("Success", "Warning"):
        return
    refused = f"{peer} answered {request} with 0x{status:04X}"
    if status in OUT_OF_RESOURCES:
        raise Unavailable(f"{refused}: out of resources")
    raise Rejected(refused)
