"""Storage commitment (PS3.4 annex J, push model): a PACS is asked to keep objects, and says by a report of its own whether it will.

The report comes on the association of the request, or at any later time on one that the PACS opens to our listener.

| what the report is                                            | the PACS hears               |
|---                                                            |---                           |
| of a transaction that is known, from the peer that was asked  | 0x0000 Success               |
| of another transaction, or from another peer                  | 0x0115 Invalid argument value |
| of an event type other than 1 and 2                           | 0x0113 No such event type    |
| not readable, or it could not be kept: it may come again      | 0x0110 Processing failure    |
"""

import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from threading import Event as Flag
from time import monotonic, sleep
from typing import Any

from pydicom.dataset import Dataset
from pynetdicom import evt
from pynetdicom.dimse_messages import N_EVENT_REPORT_RSP
from pynetdicom.events import Event
from pynetdicom.pdu import P_DATA_TF
from pynetdicom.presentation import PresentationContext, build_context
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    StorageCommitmentPushModel,
    StorageCommitmentPushModelInstance,
)

from integrations.dimse.requestor import PLAIN_SYNTAXES, Peer, association, check, status_of
from integrations.errors import Unavailable

SUCCESS = 0x0000
PROCESSING_FAILURE = 0x0110
NO_SUCH_EVENT_TYPE = 0x0113
INVALID_ARGUMENT = 0x0115
RESOURCE_LIMITATION = 0x0213

FAILURE_REASONS = {
    0x0110: "processing failure",
    0x0112: "no such object instance",
    0x0119: "another SOP class than it knows",
    0x0122: "SOP class not supported",
    0x0131: "duplicate transaction UID",
    0x0213: "resource limitation",
}
"""PS3.3 C.14.1.1."""

_REQUEST_COMMITMENT = 1  # the one action type, PS3.4 table J.3-1
_ALL_COMMITTED, _SOME_FAILED = 1, 2  # event types, PS3.4 table J.3-2
_POLL_S = 0.2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CommitmentReport:
    """What ``peer_ae_title`` says of one transaction: what it keeps, and what it does not, with the reason (PS3.3 C.14.1.1)."""

    transaction_uid: str
    committed: frozenset[str]
    failed: Mapping[str, int]
    peer_ae_title: str


Hear = Callable[[CommitmentReport], bool]
"""Keeps a report; returns whether it was of a transaction that this peer was asked for."""


def request_commitment(
    peer: Peer,
    transaction_uid: str,
    references: Collection[tuple[str, str]],
    on_report: Hear,
    *,
    wait_s: float,
    is_answered: Callable[[], bool],
) -> None:
    """Ask ``peer`` to commit to objects, each (SOP class, SOP instance), and hold the association for its report up to ``wait_s``.

    ``is_answered`` tells that there is no need to hold it longer: the report came to the listener. Raises Rejected, Unavailable.
    """
    hears = _Hearing(peer.called_ae_title, on_report)
    with association(peer, [_context()], hears.handlers, idle_s=wait_s) as opened:
        status = status_of(
            peer,
            opened.send_n_action(
                _request(transaction_uid, references),
                _REQUEST_COMMITMENT,
                StorageCommitmentPushModel,
                StorageCommitmentPushModelInstance,
            )[0],
        )
        if status in (PROCESSING_FAILURE, RESOURCE_LIMITATION):
            raise Unavailable(f"{peer} answered N-ACTION with 0x{status:04X}: {FAILURE_REASONS[status]}")
        check(peer, "N-ACTION", status)
        deadline = monotonic() + wait_s
        while opened.is_established and not is_answered() and monotonic() < deadline:
            sleep(_POLL_S)
        if hears.begun.is_set():  # a release on top of our answer would leave the peer without it
            hears.done.wait(peer.timeout_s)


def offers_commitment(peer: Peer) -> None:
    """Raise Rejected where ``peer`` accepts no storage commitment, Unavailable where it does not answer."""
    with association(peer, [_context()]):
        pass


def listener_context() -> PresentationContext:
    """Return what a listener supports for reports: the caller is SCP, as it says by role selection or does not say (PS3.4 J.4)."""
    context = _context()
    context.scu_role, context.scp_role = False, True
    return context


def answer(event: Event, on_report: Hear, peer_ae_title: str) -> tuple[int, None]:
    """Answer one N-EVENT-REPORT: what ``on_report`` could not keep is never answered with Success."""
    if event.event_type not in (_ALL_COMMITTED, _SOME_FAILED):
        return NO_SUCH_EVENT_TYPE, None
    try:
        report = _read(event.event_information, peer_ae_title)
        is_known = on_report(report)
    except Exception as error:  # noqa: BLE001 - whatever it was, the peer must not hear Success
        _log.error("storage commitment report not kept: %s", type(error).__name__)
        return PROCESSING_FAILURE, None
    if not is_known:
        _log.warning("storage commitment report of an unknown transaction", extra={"peer": peer_ae_title})
        return INVALID_ARGUMENT, None
    return SUCCESS, None


def _context() -> PresentationContext:
    return build_context(StorageCommitmentPushModel, PLAIN_SYNTAXES)


def _request(transaction_uid: str, references: Collection[tuple[str, str]]) -> Dataset:
    request = Dataset()
    request.TransactionUID = transaction_uid
    request.ReferencedSOPSequence = [_reference(*one) for one in references]
    return request


def _reference(sop_class_uid: str, sop_instance_uid: str) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID = sop_class_uid
    reference.ReferencedSOPInstanceUID = sop_instance_uid
    return reference


def _read(information: Dataset, peer_ae_title: str) -> CommitmentReport:
    failed = {
        str(item.ReferencedSOPInstanceUID): int(item.get("FailureReason") or PROCESSING_FAILURE)
        for item in information.get("FailedSOPSequence") or ()
    }
    committed = {str(item.ReferencedSOPInstanceUID) for item in information.get("ReferencedSOPSequence") or ()}
    return CommitmentReport(
        str(information.TransactionUID), frozenset(committed - failed.keys()), failed, peer_ae_title
    )


class _Hearing:
    """Hears a report on our own association: ``begun`` when it has come, ``done`` when our answer to it has left."""

    def __init__(self, peer_ae_title: str, on_report: Hear) -> None:
        self.begun, self.done = Flag(), Flag()
        self._is_answering = False
        self._peer_ae_title = peer_ae_title
        self._on_report = on_report

    @property
    def handlers(self) -> list[Any]:
        """What pynetdicom calls."""
        return [
            (evt.EVT_N_EVENT_REPORT, self._report),
            (evt.EVT_DIMSE_SENT, self._message),
            (evt.EVT_PDU_SENT, self._pdu),
        ]

    def _report(self, event: Event) -> tuple[int, None]:
        self.done.clear()  # another one, of an earlier transaction, may have been here before
        self.begun.set()
        return answer(event, self._on_report, self._peer_ae_title)

    def _message(self, event: Event) -> None:
        self._is_answering = isinstance(event.message, N_EVENT_REPORT_RSP)

    def _pdu(self, event: Event) -> None:
        if self._is_answering and isinstance(event.pdu, P_DATA_TF):
            self.done.set()
