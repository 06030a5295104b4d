"""The door of the listener: who comes in, how many at a time, and that nobody who hangs keeps the others out."""

import gc
import socket
import struct
import threading
import time
from ipaddress import ip_network
from pathlib import Path

import psutil
import pytest
from dicom_samples import PLAIN

from integrations import dimse
from integrations.errors import Rejected, Unavailable
from tests.dicom_peer import A_ABORT, associate_by_hand, association_request, listening, p_data, store_command, wait_for

NETWORK = ip_network("127.0.0.1/32")
ELSEWHERE = ip_network("10.1.0.0/16")
HEALTH_CHECKS = 2000


def peer(listener, calling="PACS"):
    return dimse.Peer("127.0.0.1", listener.port, "DIAFAN", calling, timeout_s=5)


def connect(listener):
    return socket.create_connection(("127.0.0.1", listener.port), 10)


def is_closed(connection):
    """Read until the other side is done; True where it said nothing more."""
    try:
        return connection.recv(100) == b""
    except ConnectionResetError:
        return True


@pytest.mark.parametrize(
    ("networks", "title", "address", "knows"),
    [
        ({}, "ANY", "10.9.9.9", True),
        ({"PACS": ()}, "PACS", "10.9.9.9", True),
        ({"PACS": ()}, "OTHER", "10.9.9.9", False),
        ({"PACS": (ELSEWHERE,)}, "PACS", "10.1.2.3", True),
        ({"PACS": (ELSEWHERE,)}, "PACS", "10.2.2.3", False),
        ({"PACS": (ELSEWHERE,)}, "PACS", "::ffff:10.1.2.3", True),
        ({"PACS": (ip_network("fe80::/10"),)}, "PACS", "fe80::1%eth0", True),
        ({"PACS": (ELSEWHERE,)}, "PACS", "fe80::1%eth0", False),
        ({"PACS": (ELSEWHERE,), "CR": (NETWORK,)}, "PACS", "127.0.0.1", False),
    ],
)
def test_a_sender_is_a_title_at_its_own_address(networks, title, address, knows):
    assert dimse.Senders(networks).know(title, address) is knows


def test_a_machine_without_threads_does_not_end_the_loop_that_takes_connections(tmp_path, monkeypatch):
    start = threading.Thread.start

    def refusing(thread):
        if thread.name == "turned away":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refusing)
    with listening(tmp_path, senders=dimse.Senders({"PACS": (ELSEWHERE,)})) as listener:
        for _ in range(2):
            with connect(listener) as connection:
                assert is_closed(connection)


def test_who_calls_from_no_known_address_is_closed_unheard_and_noted_once(tmp_path):
    with listening(tmp_path, senders=dimse.Senders({"PACS": (ELSEWHERE,)})) as listener:
        for _ in range(3):
            with connect(listener) as connection:
                assert is_closed(connection)
        wait_for(lambda: listener.refused)
    assert listener.refused == [("connection closed: address not recognised", "", "DIAFAN", "127.0.0.1")]


def test_a_title_used_from_the_address_of_another_is_rejected(tmp_path):
    with listening(tmp_path, senders=dimse.Senders({"PACS": (ELSEWHERE,), "CR": (NETWORK,)})) as listener:
        with pytest.raises(Rejected, match="Calling AE title not recognised"):
            dimse.echo(peer(listener, "PACS"))
        dimse.echo(peer(listener, "CR"))
    assert listener.refused == [
        ("association rejected: calling AE title not recognised", "PACS", "DIAFAN", "127.0.0.1")
    ]


def test_more_than_its_share_is_rejected_for_now_and_what_is_open_goes_on(tmp_path):
    arrived = []
    with listening(tmp_path, arrived.append, limits=dimse.Limits(per_address=2)) as listener:
        first, second = associate_by_hand(listener.port), associate_by_hand(listener.port)
        with pytest.raises(Unavailable, match="Local limit exceeded"):
            dimse.echo(peer(listener))
        assert [reason for reason, *_ in listener.refused] == ["association rejected: more than 2 from one address"]
        first.close()
        wait_for(lambda: len([t for t in threading.enumerate() if "Acceptor" in t.name and "Thread" in t.name]) == 1)
        dimse.send(peer(listener), [PLAIN])
        second.close()
    assert len(arrived) == 1


def test_one_association_too_many_in_all_is_rejected_for_now(tmp_path):
    with listening(tmp_path, limits=dimse.Limits(associations=1)) as listener, associate_by_hand(listener.port):
        with pytest.raises(Unavailable, match="Local limit exceeded"):
            dimse.echo(peer(listener))
        wait_for(lambda: listener.refused)
    assert listener.refused[0][0] == "association rejected: more than 1 associations at one time"


def test_a_flood_of_connections_is_cut_and_leaves_room_afterwards(tmp_path):
    with listening(tmp_path, limits=dimse.Limits(per_address=4)) as listener:
        flood = [connect(listener) for _ in range(30)]
        wait_for(lambda: listener.refused)
        assert is_closed(flood[-1])
        assert len([t for t in threading.enumerate() if "process_request_thread" in t.name]) <= 8
        for connection in flood:
            connection.close()

        def answers():
            try:
                dimse.echo(peer(listener))
            except Unavailable:
                return False
            return True

        wait_for(answers)
    assert listener.refused[0][0] == "connection closed: too many at one time"


def test_silent_slow_and_idle_peers_are_ended_in_time_and_nobody_waits_for_them(tmp_path):
    """Nothing at all, half a request, a request byte by byte, an idle association, and half a PDU."""
    limits = dimse.Limits(artim_s=1, idle_s=2)
    arrived = []
    with listening(tmp_path, arrived.append, limits=limits) as listener:
        silent, half, dribbling = connect(listener), connect(listener), connect(listener)
        half.sendall(association_request()[:40])
        idle, stuck = associate_by_hand(listener.port), associate_by_hand(listener.port)
        stuck.sendall(p_data(store_command(), 3) + p_data(bytes(5000), 0)[:3000])
        ended = threading.Event()

        def dribble():
            for byte in association_request():
                try:
                    dribbling.sendall(bytes([byte]))
                except OSError:
                    break
                if ended.wait(0.2):
                    return
            ended.set()

        threading.Thread(target=dribble, daemon=True).start()
        begun = time.monotonic()
        dimse.send(peer(listener), [PLAIN])
        assert time.monotonic() - begun < limits.artim_s
        assert is_closed(silent)
        assert is_closed(half)
        wait_for(ended.is_set)
        assert idle.recv(100)[0] == A_ABORT[0]
        assert is_closed(stuck)
        wait_for(lambda: not any("AcceptorThread" in t.name for t in threading.enumerate()))
        for connection in (silent, half, dribbling, idle, stuck):
            connection.close()
    assert len(arrived) == 1
    assert [file.name for file in tmp_path.iterdir()] == [arrived[0].path.name]


def test_a_pdu_that_comes_byte_by_byte_has_no_more_time_than_another(tmp_path):
    with listening(tmp_path, limits=dimse.Limits(idle_s=1)) as listener, associate_by_hand(listener.port) as slow:
        begun = time.monotonic()
        with pytest.raises(OSError, match=r"reset|Broken"):  # noqa: PT012
            for byte in p_data(store_command(), 3) * 10:
                slow.sendall(bytes([byte]))
                time.sleep(0.05)
        assert time.monotonic() - begun < 4


def test_a_data_set_beyond_the_limit_is_refused_and_not_kept(tmp_path):
    with listening(tmp_path, limits=dimse.Limits(largest_object_bytes=50_000)) as listener:
        with pytest.raises(Rejected, match="0xC000"):
            dimse.send(peer(listener), [PLAIN])
        dimse.echo(peer(listener))
        assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", [5, 70_000])
def test_a_release_or_abort_of_another_length_than_theirs_is_aborted(tmp_path, length):
    with listening(tmp_path) as listener, associate_by_hand(listener.port) as connection:
        connection.sendall(struct.pack(">BxL", 5, length))
        assert connection.recv(100) == A_ABORT


def test_two_thousand_health_checks_leave_no_thread_no_socket_and_no_memory(tmp_path):
    """Open and close, without a word, as load balancers do."""

    def sockets():
        return len([1 for link in Path("/proc/self/fd").iterdir() if _target(link).startswith("socket:")])

    with listening(tmp_path) as listener:
        for _ in range(200):
            connect(listener).close()
        wait_for(lambda: not any("process_request_thread" in t.name for t in threading.enumerate()))
        gc.collect()
        threads, open_sockets, rss = threading.active_count(), sockets(), psutil.Process().memory_info().rss
        for _ in range(HEALTH_CHECKS):
            connect(listener).close()
        wait_for(lambda: threading.active_count() <= threads)
        wait_for(lambda: sockets() <= open_sockets)
        gc.collect()
        assert psutil.Process().memory_info().rss - rss < 4_000_000
        dimse.echo(peer(listener))
    assert listener.refused == []


def _target(link):
    try:
        return str(link.readlink())
    except OSError:
        return ""


def test_stop_waits_for_nobody_who_stands_at_the_door(tmp_path):
    with listening(tmp_path) as listener:
        connection = connect(listener)
        wait_for(lambda: any("process_request_thread" in t.name for t in threading.enumerate()))
        begun = time.monotonic()
    assert time.monotonic() - begun < 5
    wait_for(lambda: not any("process_request_thread" in t.name for t in threading.enumerate()))
    connection.close()
