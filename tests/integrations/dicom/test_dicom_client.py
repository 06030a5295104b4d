import socket
import threading
from contextlib import contextmanager

import pydicom
import pytest
from dicom_samples import CHESTS, ENCAPSULATED, FOLDER, PLAIN
from pydicom.multival import MultiValue
from pynetdicom import AE, evt
from pynetdicom.sop_class import (
    DigitalXRayImageStorageForPresentation,
    StudyRootQueryRetrieveInformationModelFind,
    Verification,
)

from integrations import dimse
from integrations.errors import Rejected, Unavailable, Unreadable


@contextmanager
def pacs(*, store=lambda _event: 0x0000, find=None, ae_title="PACS", storage=True, **settings):
    """A PACS of pynetdicom's own, which answers as it is told."""
    ae = AE(ae_title)
    ae.require_called_aet = True
    ae.add_supported_context(Verification)
    if storage:
        ae.add_supported_context(DigitalXRayImageStorageForPresentation, "1.2.840.10008.1.2.1")
    handlers = [(evt.EVT_C_STORE, store)]
    if find is not None:
        ae.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
        handlers.append((evt.EVT_C_FIND, find))
    for name, value in settings.items():
        setattr(ae, name, value)
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        yield dimse.Peer("127.0.0.1", server.server_address[1], "PACS", "DIAFAN", timeout_s=3)
    finally:
        ae.shutdown()


@pytest.mark.parametrize("status", [0x0000, 0xB000, 0xB006, 0xB007, 0x0111])
def test_success_warnings_and_a_duplicate_count_as_stored(status):
    heard = []
    with pacs(store=lambda _event: status) as peer:
        dimse.send(peer, [PLAIN], lambda path, code: heard.append((path, code)))
    assert heard == [(PLAIN, status)]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (0xA700, Unavailable),
        (0xA701, Unavailable),
        (0xA900, Rejected),
        (0xC001, Rejected),
        (0x0124, Rejected),
        (0x0122, Rejected),
    ],
)
def test_a_failure_status_says_whether_to_try_again(status, error):
    with pacs(store=lambda _event: status) as peer, pytest.raises(error, match=f"0x{status:04X}"):
        dimse.send(peer, [PLAIN])


def test_the_first_refusal_ends_it_and_the_caller_knows_how_far_it_came():
    answers = iter([0x0000, 0xA700, 0x0000])
    heard = []
    with pacs(store=lambda _event: next(answers)) as peer, pytest.raises(Unavailable):
        dimse.send(peer, [PLAIN] * 3, lambda path, _code: heard.append(path))
    assert heard == [PLAIN]


def test_a_peer_that_accepts_no_context_rejects():
    with pacs(storage=False) as peer, pytest.raises(Rejected, match="Digital X-Ray"):
        dimse.send(peer, [PLAIN])


def test_a_peer_that_accepts_only_another_transfer_syntax_rejects():
    with pacs() as peer, pytest.raises(Rejected, match="JPEG Baseline"):
        dimse.send(peer, [PLAIN, ENCAPSULATED])


def test_an_unknown_ae_title_is_rejected():
    with pacs(ae_title="OTHER") as peer, pytest.raises(Rejected, match=r"[Cc]alled AE title"):
        dimse.echo(peer)


def test_a_busy_peer_is_unavailable():
    with pacs(maximum_associations=1) as peer:
        ae = AE("FIRST")
        ae.add_requested_context(Verification)
        first = ae.associate(peer.host, peer.port, ae_title="PACS")
        with pytest.raises(Unavailable, match="rejected"):
            dimse.echo(peer)
        first.release()


def test_nobody_there_is_unavailable():
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        with pytest.raises(Unavailable, match="does not answer"):
            dimse.echo(dimse.Peer("127.0.0.1", reserved.getsockname()[1], "PACS", "DIAFAN", timeout_s=2))


def test_a_peer_that_never_answers_is_unavailable():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(Unavailable):
        dimse.echo(dimse.Peer("127.0.0.1", silent.getsockname()[1], "PACS", "DIAFAN", timeout_s=0.5))


def test_a_peer_that_stops_answering_or_hangs_up_is_unavailable():
    release = threading.Event()

    def stall(_event):
        release.wait(10)
        return 0x0000

    with pacs(store=stall) as peer:
        with pytest.raises(Unavailable):
            dimse.send(dimse.Peer(peer.host, peer.port, "PACS", "DIAFAN", timeout_s=0.5), [PLAIN])
        release.set()
    with pacs(store=lambda event: event.assoc.abort()) as peer, pytest.raises(Unavailable):
        dimse.send(peer, [PLAIN])


def test_a_query_finds_what_is_there_and_nothing_else():
    held = pydicom.dcmread(PLAIN, stop_before_pixels=True)

    def find(event):
        asked = event.identifier
        assert asked.QueryRetrieveLevel == "IMAGE"
        asked_for = asked.SOPInstanceUID if isinstance(asked.SOPInstanceUID, MultiValue) else [asked.SOPInstanceUID]
        if held.SOPInstanceUID in asked_for:
            found = pydicom.Dataset()
            found.QueryRetrieveLevel = "IMAGE"
            found.SOPInstanceUID = held.SOPInstanceUID
            yield 0xFF00, found

    with pacs(find=find) as peer:
        both = [held.SOPInstanceUID, "1.2.4"]
        assert dimse.find_instances(peer, held.StudyInstanceUID, held.SeriesInstanceUID, both) == {held.SOPInstanceUID}
        assert dimse.find_instances(peer, held.StudyInstanceUID, held.SeriesInstanceUID, ["1.2.3"]) == set()


def test_a_query_that_fails_or_is_not_offered_is_no_answer():
    def fail(_event):
        yield 0xC001, None

    with pacs(find=fail) as peer, pytest.raises(Rejected, match="0xC001"):
        dimse.find_instances(peer, "1", "2", ["3"])
    with pacs() as peer, pytest.raises(Rejected, match="no presentation context"):
        dimse.find_instances(peer, "1", "2", ["3"])


def test_files_travel_as_the_bytes_that_they_are(tmp_path):
    arrived = []
    listener = dimse.Listener("PACS", "127.0.0.1", 0, tmp_path, arrived.append, print)
    listener.start()
    try:
        dimse.send(dimse.Peer("127.0.0.1", listener.port, "PACS", "DIAFAN"), CHESTS)
    finally:
        listener.stop()
    for path, received in zip(CHESTS, arrived, strict=True):
        assert received.path.read_bytes().endswith(path.read_bytes()[1000:])
    assert FOLDER in {path.parent for path in CHESTS}


def test_a_refused_file_does_not_keep_the_others_back_where_refusals_are_heard(tmp_path):
    answers = iter([0xC123, 0x0000])
    told, sent = [], []
    with pacs(store=lambda _event: next(answers)) as peer:
        dimse.send(
            peer, [PLAIN, PLAIN], lambda *taken: sent.append(taken), lambda _file, refusal: told.append(str(refusal))
        )
    assert len(sent) == 1
    assert len(told) == 1
    assert "0xC123" in told[0]


def test_a_file_that_is_no_dicom_is_named_before_anything_is_sent(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear colleague")
    peer = dimse.Peer("127.0.0.1", 9, "PACS", "DIAFAN")
    with pytest.raises(Unreadable, match="file 2 is not a DICOM file"):
        dimse.send(peer, [PLAIN, tmp_path / "letter.txt"])
