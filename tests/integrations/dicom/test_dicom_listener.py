import os
import resource
import struct
import subprocess
import threading
import time
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pydicom
import pytest
from dicom_samples import CHESTS, PLAIN, REJECTS
from hypothesis import given, settings
from hypothesis import strategies as st
from pynetdicom import AE
from pynetdicom.dsutils import decode
from pynetdicom.presentation import build_context
from pynetdicom.sop_class import DigitalXRayImageStorageForPresentation, Verification

from integrations import dimse
from integrations.errors import Rejected, Unavailable, Unreadable
from integrations.instance import read_instance
from tests.dicom_peer import A_ABORT, associate_by_hand, listening, p_data, read_pdu, store_command, wait_for

CONTEXTS = [build_context(DigitalXRayImageStorageForPresentation, pydicom.uid.ExplicitVRLittleEndian)]


def storescu(port, *files, called="DIAFAN", calling="PACS"):
    """Send with dcmtk; returns the exit code and what it said."""
    command = [
        "/usr/bin/storescu",
        "-v",
        "-xs",
        "-aet",
        calling,
        "-aec",
        called,
        "--max-pdu",
        "131072",
        "127.0.0.1",
        str(port),
        *files,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


def test_every_file_arrives_as_it_is_held_by_the_sender(tmp_path):
    """All transfer syntaxes, all SOP classes, over one association each, byte for byte from the first data element on."""
    arrived = []
    with listening(tmp_path, arrived.append) as listener:
        peer = dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "PACS")
        statuses = []
        dimse.send(peer, [*CHESTS, *REJECTS], lambda _file, status: statuses.append(status))
    assert statuses == [0] * 17
    for path, received in zip([*CHESTS, *REJECTS], arrived, strict=True):
        header = pydicom.filereader.read_file_meta_info(path)
        assert received.path.parent == tmp_path
        assert received.size_bytes == received.path.stat().st_size
        assert (received.sop_instance_uid, received.transfer_syntax_uid) == (
            header.MediaStorageSOPInstanceUID,
            header.TransferSyntaxUID,
        )
        assert (received.calling_ae_title, received.called_ae_title, received.peer_address) == (
            "PACS",
            "DIAFAN",
            "127.0.0.1",
        )
        sent, kept = read_instance(path), read_instance(received.path)
        assert sent.content_sha256 == kept.content_sha256


def test_dcmtk_hears_success_and_the_callback_owns_the_file(tmp_path):
    arrived = []
    with listening(tmp_path, arrived.append) as listener:
        code, said = storescu(listener.port, PLAIN)
    assert code == 0, said
    assert [p.name for p in tmp_path.iterdir()] == [arrived[0].path.name]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Unreadable("Pixel Data are cut off at 5 of 10 bytes"), "0xc000"),
        (dimse.NoRoom("no room for another image: free some disk space"), "0xa700"),
        (dimse.NotAuthorised("this sender may not store here"), "0x0124"),
        (OSError(28, "No space left on device"), "0xa700"),
        (RuntimeError("Kowalski^Jan"), "0xc001"),
    ],
    ids=lambda e: type(e).__name__ if isinstance(e, Exception) else e,
)
def test_what_the_sender_hears_when_the_callback_fails_and_nothing_is_kept(tmp_path, caplog, error, status):
    def fail(_received):
        raise error

    with listening(tmp_path, fail) as listener:
        ae = AE("PACS")
        association = ae.associate("127.0.0.1", listener.port, CONTEXTS, ae_title="DIAFAN")
        answer = association.send_c_store(PLAIN)
        association.release()
    assert f"0x{answer.Status:04x}" == status
    assert 0 < len(answer.ErrorComment) <= 64
    assert "Kowalski" not in answer.ErrorComment + caplog.text
    assert list(tmp_path.iterdir()) == []


@given(cut=st.integers(400, PLAIN.stat().st_size - 1))
@settings(max_examples=5, deadline=None)
def test_a_data_set_cut_anywhere_is_answered_c000_and_not_kept(tmp_path_factory, cut):
    folder = tmp_path_factory.mktemp("cut")
    (folder / "cut.dcm").write_bytes(PLAIN.read_bytes()[:cut])
    with (
        listening(folder / "incoming", lambda received: read_instance(received.path)) as listener,
        pytest.raises(Rejected, match="0xC000"),
    ):
        dimse.send(dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "PACS"), [folder / "cut.dcm"])
    assert list((folder / "incoming").iterdir()) == []


def test_a_disk_that_fills_up_while_a_data_set_comes_in_is_answered_a700(tmp_path):
    """The incoming folder vanishes under the listener, which is how a file system says no in a test without root's means."""
    incoming = tmp_path / "incoming"
    with listening(incoming) as listener:
        incoming.rmdir()
        peer = dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "PACS")
        with pytest.raises(Unavailable, match="0xA700"):
            dimse.send(peer, [PLAIN])
        incoming.mkdir()
        dimse.send(peer, [PLAIN])
    assert len(list(incoming.iterdir())) == 1


@pytest.mark.parametrize(
    ("called", "calling", "reason"), [("OTHER", "PACS", "called"), ("DIAFAN", "STRANGER", "calling")]
)
def test_an_unknown_ae_title_is_rejected_and_noted(tmp_path, called, calling, reason):
    with listening(tmp_path, senders=dimse.Senders({"PACS": (), "ROUTER": ()})) as listener:
        code, said = storescu(listener.port, PLAIN, called=called, calling=calling)
        assert code != 0
        assert f"{reason.capitalize()} AE Title Not Recognized" in said
        wait_for(lambda: listener.refused)
        assert storescu(listener.port, PLAIN, calling="ROUTER")[0] == 0
    assert listener.refused == [
        (f"association rejected: {reason} AE title not recognised", calling, called, "127.0.0.1")
    ]


def test_a_context_that_is_not_accepted_is_noted(tmp_path):
    with listening(tmp_path) as listener:
        ae = AE("PACS")
        ae.add_requested_context(Verification)
        ae.add_requested_context("1.2.840.10008.5.1.4.1.2.2.1")
        association = ae.associate("127.0.0.1", listener.port, ae_title="DIAFAN")
        association.release()
    assert [reason for reason, *_ in listener.refused] == [
        "presentation context not accepted: 1.2.840.10008.5.1.4.1.2.2.1"
    ]


def test_a_sender_that_vanishes_in_the_middle_leaves_nothing_but_a_note(tmp_path):
    with listening(tmp_path) as listener:
        connection = associate_by_hand(listener.port)
        connection.sendall(p_data(store_command(), 3) + p_data(bytes(5000), 0))
        wait_for(lambda: any(tmp_path.iterdir()))
        connection.close()
        wait_for(lambda: listener.refused)
        assert list(tmp_path.iterdir()) == []
    assert listener.refused == [
        ("transfer cut off: the connection closed in the middle of a data set", "PACS", "DIAFAN", "127.0.0.1")
    ]


@pytest.mark.parametrize(
    "rubbish",
    [
        struct.pack(">BxL", 4, 0xFFFFFFF0),
        struct.pack(">BxL", 1, 0xFFFFFFF0),
        struct.pack(">BxL", 4, 10) + struct.pack(">LB", 2, 9) + b"\x03" + bytes(4),
        p_data(b"\x00" * 50, 3),
        p_data(b"", 3),
        struct.pack(">BxLLB", 4, 5, 1, 1),
        struct.pack(">BxLLBB", 4, 6, 900, 1, 3),
        b"GET / HTTP/1.1\r\n\r\n",
    ],
    ids=[
        "4 GiB data",
        "4 GiB association",
        "unknown context",
        "no command",
        "empty command",
        "empty fragment",
        "overlong fragment",
        "HTTP",
    ],
)
def test_rubbish_ends_the_association_and_the_listener_goes_on(tmp_path, rubbish):
    with listening(tmp_path) as listener:
        connection = associate_by_hand(listener.port)
        connection.settimeout(10)
        connection.sendall(rubbish)
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
        assert answer in (b"", A_ABORT)
        connection.close()
        dimse.echo(dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "PACS"))
    assert list(tmp_path.iterdir()) == []


def test_a_request_without_a_data_set_is_answered_and_the_next_one_taken(tmp_path):
    arrived = []
    with listening(tmp_path, arrived.append) as listener, associate_by_hand(listener.port) as connection:
        without = bytearray(store_command())
        at = without.index(struct.pack("<HHL", 0, 0x0800, 2)) + 8
        without[at : at + 2] = struct.pack("<H", 0x0101)
        connection.sendall(p_data(bytes(without), 3))
        answer = decode(BytesIO(read_pdu(connection)[12:]), True, True)
        assert (answer.Status, answer.ErrorComment) == (0xC000, "the request came without a data set")
        connection.sendall(p_data(store_command(), 3) + p_data(bytes(100), 2))
        assert decode(BytesIO(read_pdu(connection)[12:]), True, True).Status == 0
    assert len(arrived) == 1


@pytest.mark.parametrize("header", [1, 0], ids=["a command", "an identifier"])
def test_what_has_to_be_kept_in_memory_has_an_end(tmp_path, header):
    """A command that never ends, and a C-FIND whose identifier never ends: either would fill the memory."""
    with listening(tmp_path) as listener, associate_by_hand(listener.port) as connection:
        if header == 0:
            query = bytearray(store_command())
            at = query.index(struct.pack("<HHL", 0, 0x0100, 2)) + 8
            query[at : at + 2] = struct.pack("<H", 0x0020)
            connection.sendall(p_data(bytes(query), 3))
        with suppress(ConnectionError):  # it hangs up in the middle
            for _ in range(40):
                connection.sendall(p_data(bytes(60_000), header))
        with suppress(ConnectionError):
            assert read_pdu(connection) == A_ABORT
    wait_for(lambda: not any("AcceptorThread" in t.name for t in threading.enumerate()))


def test_requests_that_do_not_wait_for_answers_are_ended_before_they_fill_the_disk(tmp_path):
    going_on = threading.Event()
    with (
        listening(tmp_path, lambda _received: going_on.wait(10)) as listener,
        associate_by_hand(listener.port) as hasty,
    ):
        with suppress(ConnectionError):
            for _ in range(60):
                hasty.sendall(p_data(store_command(), 3) + p_data(bytes(100), 2))
        with suppress(ConnectionError):
            assert read_pdu(hasty) == A_ABORT
        assert len(list(tmp_path.iterdir())) <= 20
        going_on.set()


def test_two_hundred_health_checks_leave_no_thread_and_no_file_open(tmp_path):
    with listening(tmp_path) as listener:
        peer = dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "MONITOR")

        def associations():
            return [t for t in threading.enumerate() if t.name not in names]

        names = {t.name for t in threading.enumerate()}
        dimse.echo(peer)
        wait_for(lambda: not associations())
        open_files = len(list(Path("/proc/self/fd").iterdir()))
        for _ in range(200):
            dimse.echo(peer)
        wait_for(lambda: not associations())
        wait_for(lambda: len(list(Path("/proc/self/fd").iterdir())) <= open_files)


def test_stop_ends_associations_that_are_still_open(tmp_path):
    with listening(tmp_path) as listener:
        connection = associate_by_hand(listener.port)
    assert connection.recv(100)[:1] in (b"\x07", b"")
    connection.close()
    wait_for(lambda: not any("Acceptor" in t.name for t in threading.enumerate()))


def test_who_waited_long_for_an_answer_is_not_idle(tmp_path):
    def keep(received):
        time.sleep(0.8)  # a slow disk
        received.path.unlink()

    with listening(tmp_path, keep, limits=dimse.Limits(idle_s=0.5)) as listener:
        peer = dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "PACS", timeout_s=5)
        assert len(dimse.send(peer, [PLAIN] * 3)) == 3


def test_descriptors_beyond_a_thousand_are_heard_as_others(tmp_path):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, limit[1]), limit[1]))
    taken = [os.dup(0) for _ in range(1100)]
    try:
        with listening(tmp_path, lambda received: received.path.unlink()) as listener:
            peer = dimse.Peer("127.0.0.1", listener.port, "DIAFAN", "PACS", timeout_s=5)
            assert len(dimse.send(peer, [PLAIN])) == 1
    finally:
        for descriptor in taken:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
