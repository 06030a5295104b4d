"""An archive of pynetdicom's own that is asked for storage commitment, and says what a test wants it to say, where it wants it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep

from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.presentation import build_role
from pynetdicom.sop_class import StorageCommitmentPushModel, StorageCommitmentPushModelInstance, Verification

from integrations import dimse


class Archive:
    """Keeps what it was asked (`requests`) and given (`stored`: UID and transfer syntax); `status` is its answer to N-ACTION.

    `say` turns a request into (event type, event information) for a report on the same association, without information into an
    abort; None says nothing. `is_hasty` reports first and answers the request then.
    """

    def __init__(self) -> None:
        self.requests: list[Dataset] = []
        self.stored: list[tuple[str, str]] = []
        self.status = 0x0000
        self.say: Callable[[Dataset], tuple[int, Dataset | None]] | None = keeps_all
        self.is_hasty = False
        self.heard: list[int | None] = []
        self.threads: list[Thread] = []

    def _store(self, event: evt.Event) -> int:
        self.stored.append((str(event.request.AffectedSOPInstanceUID), str(event.context.transfer_syntax)))
        return 0x0000

    def _asked(self, event: evt.Event) -> tuple[int, None]:
        asked = event.action_information
        self.requests.append(asked)
        if self.status == 0 and self.say is not None:
            kind, told = self.say(asked)
            if self.is_hasty:
                self._tell(event.assoc, kind, told)
                return self.status, None
            # pynetdicom answers the request when this returns; the report must come after it.
            thread = Thread(target=self._report, args=(event.assoc, kind, told))
            self.threads.append(thread)
            thread.start()
        return self.status, None

    def _report(self, association, kind: int, told: Dataset | None) -> None:
        while association._is_paused:  # until pynetdicom's reactor is done with the request
            sleep(0.001)
        if told is None:
            association.abort()
            return
        self._tell(association, kind, told)

    def _tell(self, association, kind: int, told: Dataset) -> None:
        answer, _ = association.send_n_event_report(
            told, kind, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
        )
        self.heard.append(answer.get("Status"))


def report(asked: Dataset, failed: dict[str, int] | None = None, *, leave_out: int = 0) -> tuple[int, Dataset]:
    """Return what a request is answered with: what fails fails for the reason given, all else is kept, the last ones unspoken of."""
    failed = failed or {}
    told = Dataset()
    told.TransactionUID = asked.TransactionUID
    items = list(asked.ReferencedSOPSequence)[: len(asked.ReferencedSOPSequence) - leave_out]
    told.ReferencedSOPSequence = [item for item in items if item.ReferencedSOPInstanceUID not in failed]
    told.FailedSOPSequence = [item for item in items if item.ReferencedSOPInstanceUID in failed]
    for item in told.FailedSOPSequence:
        item.FailureReason = failed[item.ReferencedSOPInstanceUID]
    if not failed:
        del told.FailedSOPSequence
    return 2 if failed else 1, told


def keeps_all(asked: Dataset) -> tuple[int, Dataset]:
    return report(asked)


def fails_all(reason: int) -> Callable[[Dataset], tuple[int, Dataset]]:
    return lambda asked: report(asked, {str(i.ReferencedSOPInstanceUID): reason for i in asked.ReferencedSOPSequence})


def call_back(port: int, told: tuple[int, Dataset], *, calling: str = "PACS", role: bool = True) -> int | None:
    """Report on an association that the archive opens, and return what it hears; None where it is not let in."""
    ae = AE(calling)
    ae.add_requested_context(StorageCommitmentPushModel)
    negotiation = [build_role(StorageCommitmentPushModel, scp_role=True)] if role else []
    association = ae.associate("127.0.0.1", port, ae_title="DIAFAN", ext_neg=negotiation)
    if not association.is_established:
        return None
    kind, information = told
    answer, _ = association.send_n_event_report(
        information, kind, StorageCommitmentPushModel, StorageCommitmentPushModelInstance
    )
    association.release()
    return answer.get("Status")


@contextmanager
def archive(
    *classes: str, commits: bool = True, syntaxes: tuple[str, ...] = ()
) -> Iterator[tuple[Archive, dimse.Peer]]:
    """Run an archive that stores the SOP classes, in the syntaxes (plain ones without)."""
    keeper = Archive()
    ae = AE("PACS")
    for sop_class in classes:
        ae.add_supported_context(sop_class, list(syntaxes) or None)
    ae.add_supported_context(Verification)
    if commits:
        ae.add_supported_context(StorageCommitmentPushModel)
    handlers = [(evt.EVT_C_STORE, keeper._store), (evt.EVT_N_ACTION, keeper._asked)]
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        yield keeper, dimse.Peer("127.0.0.1", server.server_address[1], "PACS", "DIAFAN", timeout_s=5)
    finally:
        for thread in keeper.threads:
            thread.join(10)
        ae.shutdown()
