"""Storage commitment: asked for, and heard on the association of the request or at our listener, by whom it was asked of."""

from contextlib import contextmanager
from dataclasses import replace
from time import monotonic, sleep

import pytest
from commitment_peer import archive, call_back, fails_all, report
from pydicom.dataset import Dataset
from pynetdicom import AE
from pynetdicom.sop_class import DigitalXRayImageStorageForPresentation, StorageCommitmentPushModel

from integrations import dimse
from integrations.errors import Rejected, Unavailable

OBJECTS = [("1.2.840.10008.5.1.4.1.1.7", "1.2.3.1"), ("1.2.840.10008.5.1.4.1.1.7", "1.2.3.2")]
UIDS = {uid for _, uid in OBJECTS}


class Book:
    """Knows one transaction, and keeps what is reported of it."""

    def __init__(self, transaction="1.2.9"):
        self.transaction = transaction
        self.reports = []

    def hear(self, told):
        if told.transaction_uid != self.transaction or told.peer_ae_title != "PACS":
            return False
        self.reports.append(told)
        return True

    def ask(self, peer, *, wait_s=5.0):
        dimse.request_commitment(
            peer, self.transaction, OBJECTS, self.hear, wait_s=wait_s, is_answered=lambda: bool(self.reports)
        )


@pytest.fixture
def book():
    return Book()


@contextmanager
def listening(folder, hear):
    listener = dimse.Listener("DIAFAN", "127.0.0.1", 0, folder, print, lambda *_: None, on_commitment=hear)
    listener.start()
    try:
        yield listener.port
    finally:
        listener.stop()


def asked(transaction="1.2.9"):
    """Return a request as an archive would have had it."""
    request = Dataset()
    request.TransactionUID = transaction
    request.ReferencedSOPSequence = []
    for sop_class, uid in OBJECTS:
        item = Dataset()
        item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = sop_class, uid
        request.ReferencedSOPSequence.append(item)
    return request


def test_an_archive_that_answers_at_once_is_heard_on_the_association_of_the_request(book):
    with archive() as (keeper, peer):
        began = monotonic()
        book.ask(peer, wait_s=30)
        assert monotonic() - began < 10
    (request,) = keeper.requests
    assert request.TransactionUID == "1.2.9"
    assert [(i.ReferencedSOPClassUID, i.ReferencedSOPInstanceUID) for i in request.ReferencedSOPSequence] == OBJECTS
    (told,) = book.reports
    assert (told.committed, dict(told.failed)) == (UIDS, {})
    assert keeper.heard == [0x0000]


def test_the_association_is_not_released_before_the_archive_has_our_answer(book):
    hear = book.hear

    def slow(told):
        known = hear(told)
        sleep(1)  # from now on `is_answered` says that there is nothing to wait for
        return known

    book.hear = slow
    with archive() as (keeper, peer):
        book.ask(peer)
    assert keeper.heard == [0x0000]


def test_what_an_archive_does_not_keep_comes_with_its_reason(book):
    with archive() as (keeper, peer):
        keeper.say = lambda request: report(request, {"1.2.3.2": 0x0213})
        book.ask(peer)
    (told,) = book.reports
    assert (told.committed, dict(told.failed)) == ({"1.2.3.1"}, {"1.2.3.2": 0x0213})
    assert keeper.heard == [0x0000]


def test_an_object_that_is_in_both_lists_is_not_kept(book):
    def contradict(request):
        kind, told = fails_all(0x0110)(request)
        told.ReferencedSOPSequence = list(request.ReferencedSOPSequence)
        return kind, told

    with archive() as (keeper, peer):
        keeper.say = contradict
        book.ask(peer)
    assert book.reports[0].committed == set()


def test_an_archive_that_says_nothing_holds_the_association_no_longer_than_it_may(book):
    with archive() as (keeper, peer):
        keeper.say = None
        began = monotonic()
        book.ask(peer, wait_s=0.5)
        assert 0.4 < monotonic() - began < 5
    assert book.reports == []
    assert len(keeper.requests) == 1


def test_the_association_is_held_beyond_the_time_out_of_an_answer(book):
    with archive() as (keeper, peer):
        keeper.say = None
        began = monotonic()
        book.ask(replace(peer, timeout_s=1), wait_s=3)
        assert monotonic() - began > 2.9


def test_an_archive_that_reports_before_it_answers_is_heard(book):
    with archive() as (keeper, peer):
        keeper.is_hasty = True
        book.ask(peer)
    assert book.reports[0].committed == UIDS
    assert keeper.heard == [0x0000]


def test_an_archive_that_hangs_up_is_waited_for_no_longer(book):
    with archive() as (keeper, peer):
        keeper.say = lambda _request: (1, None)
        began = monotonic()
        book.ask(peer, wait_s=60)
        assert monotonic() - began < 20
    assert book.reports == []


def test_an_earlier_transaction_may_be_reported_first(book):
    with archive() as (keeper, peer):
        keeper.say = lambda request: report(asked("1.2.8"))
        book.ask(peer, wait_s=1)
    assert keeper.heard == [0x0115]
    assert book.reports == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(0x0110, Unavailable), (0x0213, Unavailable), (0x0112, Rejected), (0x0124, Rejected), (0x0122, Rejected)],
)
def test_a_request_that_is_refused_says_whether_to_try_again(book, status, error):
    with archive() as (keeper, peer):
        keeper.status = status
        with pytest.raises(error, match=f"0x{status:04X}"):
            book.ask(peer)


def test_an_archive_that_offers_no_commitment_rejects(book):
    with archive(DigitalXRayImageStorageForPresentation, commits=False) as (_, peer):
        with pytest.raises(Rejected, match="no presentation context for Storage Commitment Push Model"):
            book.ask(peer)
        with pytest.raises(Rejected, match="Storage Commitment"):
            dimse.offers_commitment(peer)
    with archive() as (_, peer):
        dimse.offers_commitment(peer)


@pytest.mark.parametrize("role", [True, False])
def test_a_report_comes_to_the_listener_later_with_role_selection_or_without(book, tmp_path, role):
    with listening(tmp_path, book.hear) as port:
        assert call_back(port, report(asked()), role=role) == 0x0000
    assert book.reports[0].committed == UIDS


def test_a_report_of_an_unknown_transaction_is_refused_and_logged_without_its_contents(book, tmp_path, caplog):
    with listening(tmp_path, book.hear) as port:
        assert call_back(port, report(asked("1.2.7"))) == 0x0115
        assert call_back(port, report(asked()), calling="OTHER") == 0x0115
    assert book.reports == []
    assert "unknown transaction" in caplog.text
    assert "1.2.3.1" not in caplog.text


def test_a_report_of_another_event_or_without_its_transaction_is_refused(book, tmp_path):
    nothing = report(asked())[1]
    del nothing.TransactionUID
    with listening(tmp_path, book.hear) as port:
        assert call_back(port, (3, report(asked())[1])) == 0x0113
        assert call_back(port, (1, nothing)) == 0x0110
    assert book.reports == []


def test_a_report_that_cannot_be_kept_is_never_answered_with_success(tmp_path, caplog):
    def fail(_told):
        raise OSError("CANARY")

    with listening(tmp_path, fail) as port:
        assert call_back(port, report(asked())) == 0x0110
    assert "not kept: OSError" in caplog.text
    assert "CANARY" not in caplog.text


def test_who_may_not_call_reports_nothing(book, tmp_path):
    refused = []
    listener = dimse.Listener(
        "DIAFAN",
        "127.0.0.1",
        0,
        tmp_path,
        print,
        lambda *told: refused.append(told[0]),
        senders=dimse.Senders({"XRAY": []}),
        on_commitment=book.hear,
    )
    listener.start()
    try:
        assert call_back(listener.port, report(asked())) is None
    finally:
        listener.stop()
    assert refused == ["association rejected: calling AE title not recognised"]


def test_nobody_can_ask_us_for_commitment(book, tmp_path):
    with listening(tmp_path, book.hear) as port:
        ae = AE("PACS")
        ae.add_requested_context(StorageCommitmentPushModel)
        association = ae.associate("127.0.0.1", port, ae_title="DIAFAN")
        status, _ = association.send_n_action(asked(), 1, StorageCommitmentPushModel, "1.2.840.10008.1.20.1.1")
        assert status.get("Status") != 0x0000
        association.release()
