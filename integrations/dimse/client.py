"""The Storage, Query and Verification SCU: objects are delivered to a PACS, and asked for again.

What comes back decides what the caller does next. ``Unavailable`` (try later): nobody answers, the connection breaks, a
timeout, a transient rejection, 0xA7xx out of resources. ``Rejected`` (a person must look): a permanent rejection, no
presentation context accepted, any other failure status. Warnings (0xBxxx) and 0x0111 (the PACS holds it already) are stored.
"""

import socket
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_file_meta_info
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom.ae import ApplicationEntity
from pynetdicom.association import Association
from pynetdicom.presentation import PresentationContext, build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StudyRootQueryRetrieveInformationModelFind,
    Verification,
)
from pynetdicom.status import code_to_category
from pynetdicom.transport import AddressInformation, AssociationSocket

from integrations.dimse.tls import Tls, client_context
from integrations.errors import Rejected, Unavailable, Unreadable
from integrations.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

if TYPE_CHECKING:
    from pynetdicom.pdu_primitives import A_ASSOCIATE

DUPLICATE_SOP_INSTANCE = 0x0111
OUT_OF_RESOURCES = range(0xA700, 0xA800)
MAX_CONTEXTS = 128  # PS3.8 9.3.2.2: odd context ids from 1 to 255

_PLAIN_SYNTAXES: list[str | UID] = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
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


def send(
    peer: Peer,
    files: Sequence[Path],
    on_sent: Callable[[Path, int], None] | None = None,
    on_refused: Callable[[Path, Rejected], None] | None = None,
) -> None:
    """Store Part-10 files on ``peer`` over one association, each with the bytes and transfer syntax that it has.

    ``on_sent`` hears of each file that the peer took, with the status. The first file that the peer refuses ends it, unless
    ``on_refused`` is there to hear of refusals; then the others go on.

    Raises Rejected, Unavailable, and Unreadable before anything is sent where one is no DICOM file.
    """
    if not files:
        return
    metas = [_meta(number, file) for number, file in enumerate(files, 1)]
    needed = sorted({(meta.MediaStorageSOPClassUID, meta.TransferSyntaxUID) for meta in metas})
    if len(needed) > MAX_CONTEXTS:
        raise Rejected(
            f"{len(needed)} kinds of objects are more than one association negotiates ({MAX_CONTEXTS}): send fewer"
        )
    with _association(peer, [build_context(sop_class, syntax) for sop_class, syntax in needed]) as association:
        for file, meta in zip(files, metas, strict=True):
            try:
                status = _store(peer, association, file, meta)
            except Rejected as refusal:
                if on_refused is None:
                    raise
                on_refused(file, refusal)
            else:
                if on_sent is not None:
                    on_sent(file, status)


def _meta(number: int, file: Path) -> Dataset:
    try:
        return read_file_meta_info(file)
    except (InvalidDicomError, EOFError):
        raise Unreadable(f"file {number} is not a DICOM file (PS3.10): leave it out") from None


def _store(peer: Peer, association: Association, file: Path, meta: Dataset) -> int:
    try:
        answer = association.send_c_store(file)
    except ValueError:
        kind = f"{meta.MediaStorageSOPClassUID.name} in {meta.TransferSyntaxUID.name}"
        raise Rejected(f"{peer} accepts no {kind}") from None
    status = _status(peer, answer)
    if status != DUPLICATE_SOP_INSTANCE:
        _check(peer, "C-STORE", status)
    return status


def echo(peer: Peer) -> None:
    """Ask whether ``peer`` is there. Raises Rejected, Unavailable."""
    with _association(peer, [build_context(Verification, _PLAIN_SYNTAXES)]) as association:
        _check(peer, "C-ECHO", _status(peer, association.send_c_echo()))


def find_instances(peer: Peer, study_uid: str, series_uid: str, sop_uids: Collection[str]) -> set[str]:
    """Ask which of a series' instances ``peer`` has (PS3.4 C.6.2, Study Root, level IMAGE, list of UID matching).

    Raises Rejected where the peer offers no such query, Unavailable.
    """
    wanted = Dataset()
    wanted.QueryRetrieveLevel = "IMAGE"
    wanted.StudyInstanceUID = study_uid
    wanted.SeriesInstanceUID = series_uid
    wanted.SOPInstanceUID = list(sop_uids)
    model = StudyRootQueryRetrieveInformationModelFind
    found: set[str] = set()
    with _association(peer, [build_context(model, _PLAIN_SYNTAXES)]) as association:
        for answer, identifier in association.send_c_find(wanted, model):
            status = _status(peer, answer)
            if identifier is not None:
                found.add(str(identifier.get("SOPInstanceUID")))
            else:
                _check(peer, "C-FIND", status)
    return found.intersection(sop_uids)


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
def _association(peer: Peer, contexts: list[PresentationContext]) -> Iterator[Association]:
    ae = _Requestor(peer.calling_ae_title)
    ae.implementation_class_uid = IMPLEMENTATION_CLASS_UID
    ae.implementation_version_name = IMPLEMENTATION_VERSION_NAME
    ae.connection_timeout = ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = peer.timeout_s
    try:
        tls_args = None
        if peer.tls is not None:
            tls_args = client_context(peer.tls), peer.tls.server_name or peer.host
        association = ae.associate(
            peer.host, peer.port, contexts=contexts, ae_title=peer.called_ae_title, tls_args=tls_args
        )
        if not association.is_established:
            raise _refusal(peer, association)
        try:
            yield association
        finally:
            if association.is_established:
                association.release()
    finally:
        ae.close()


def _refusal(peer: Peer, association: Association) -> Rejected | Unavailable:
    if association.is_rejected:
        answer = cast("A_ASSOCIATE", association.acceptor.primitive)
        kind = Unavailable if answer.result == _TRANSIENT else Rejected
        return kind(f"{peer} rejected the association: {answer.reason_str}")
    if association.acceptor.primitive is not None and association.rejected_contexts:
        names = ", ".join(
            sorted({cast("UID", context.abstract_syntax).name for context in association.rejected_contexts})
        )
        return Rejected(f"{peer} accepts no presentation context for {names}")
    if peer.tls is not None:
        return Unavailable(
            f"{peer} does not answer over TLS: is it running, are host and port right, does {peer.tls.ca} hold the CA of"
            f" its certificate, which must be for {peer.tls.server_name or peer.host}, and does it know the CA of ours?"
        )
    return Unavailable(f"{peer} does not answer: is it running, and are host and port right?")


def _status(peer: Peer, answer: Dataset) -> int:
    """Return the status that was answered; pynetdicom gives an empty data set where there was no answer."""
    if "Status" not in answer:
        raise Unavailable(f"{peer} broke the connection or did not answer in {peer.timeout_s:g} s")
    return int(answer.Status)


def _check(peer: Peer, request: str, status: int) -> None:
    if code_to_category(status) in ("Success", "Warning"):
        return
    refused = f"{peer} answered {request} with 0x{status:04X}"
    if status in OUT_OF_RESOURCES:
        raise Unavailable(f"{refused}: out of resources")
    raise Rejected(refused)
