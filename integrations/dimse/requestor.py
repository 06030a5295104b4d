"""An association that we open, and what its end means: ``Unavailable`` (try later) or ``Rejected`` (a person must look).

``Unavailable``: nobody answers, the connection breaks, a timeout, a transient rejection, 0xA7xx out of resources. ``Rejected``: a
permanent rejection, no presentation context accepted, any other failure status. Warnings (0xBxxx) are as good as success.
"""

import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.events import EventHandlerType
from pynetdicom.presentation import PresentationContext
from pynetdicom.status import code_to_category
from pynetdicom.transport import AddressInformation, AssociationSocket

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


class _Socket(AssociationSocket):
    """A socket that is closed in any case. pynetdicom leaves it open where it cannot be shut down: the peer hung up first."""

    def _shutdown_socket(self) -> None:
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()


class _Requestor(ApplicationEntity):
    """An application entity that closes its socket."""

    _socket: _Socket | None = None

    def _create_socket(self, assoc: Association, address: AddressInformation, tls_args: Any) -> AssociationSocket:
        self._socket = _Socket(assoc, address=address)
        self._socket.tls_args = tls_args
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
