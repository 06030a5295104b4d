"""Several processes behind one door: they share the work and the limits, and one that is killed takes nothing with it that was answered."""

import json
import logging
import os
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from multiprocessing import get_context

import psutil
import pytest
from certificates import authority
from crew_process import SLOW, made, starting
from dicom_samples import CHESTS, PLAIN

from integrations import dimse
from integrations.errors import Unavailable
from tests.dicom_peer import associate_by_hand, wait_for

READY_S = 60


@contextmanager
def crew(folder, count=2, tls=None, **limits):
    told = dimse.Limits(**limits)
    listener = made(folder, told, tls)
    whole = dimse.Crew(listener, count, starting(folder, told, tls))
    whole.start()
    try:
        wait_for(lambda: len(ready(whole)) == count, READY_S)
        yield listener, whole
    finally:
        whole.stop()


def ready(whole):
    return [helper for helper in whole._helpers if helper.is_ready]


def peer(listener, calling="PACS"):
    return dimse.Peer("127.0.0.1", listener.port, "DIAFAN", calling, timeout_s=20)


def kept_by(folder):
    return [int(file.name.split("-")[0]) for file in folder.glob("*.dcm")]


def test_the_processes_share_the_associations_and_all_is_kept(tmp_path):
    with crew(tmp_path) as (listener, whole), ThreadPoolExecutor(4) as senders:
        shares = [CHESTS[first::4] for first in range(4)]
        list(senders.map(lambda share: dimse.send(peer(listener, SLOW), share[:2]), shares))
        assert set(kept_by(tmp_path)) == {helper.process.pid for helper in whole._helpers}
        assert len(kept_by(tmp_path)) == sum(len(share[:2]) for share in shares)
        wait_for(lambda: listener.places.connections() == 0)
        pids = [helper.process.pid for helper in whole._helpers]
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_process_counts_no_place_that_is_another_one_s_now(tmp_path):
    with crew(tmp_path) as (listener, whole), ExitStack() as open_ones:
        for _ in range(3):  # each gets the place that the one before has left
            with associate_by_hand(listener.port):
                pass
            wait_for(lambda: listener.places.connections() == 0)
        for _ in range(4):
            open_ones.enter_context(associate_by_hand(listener.port))
        assert sorted(place for helper in whole._helpers for place in helper.places) == [0, 1, 2, 3]
        assert [len(helper.places) for helper in whole._helpers] == [2, 2]


def test_a_limit_is_that_of_all_processes_together(tmp_path):
    with crew(tmp_path, per_address=2) as (listener, _), ExitStack() as open_ones:
        for _ in range(2):
            open_ones.enter_context(associate_by_hand(listener.port))
        with pytest.raises(Unavailable, match="Local limit exceeded"):
            dimse.echo(peer(listener))
        open_ones.close()
        wait_for(lambda: listener.places.associations() == 0)
        dimse.echo(peer(listener))
    assert [f.read_text() for f in tmp_path.glob("refused-*")] == ["association rejected: more than 2 from one address"]


def test_a_killed_process_is_replaced_and_its_peers_send_again(tmp_path, caplog):
    with crew(tmp_path, per_address=2) as (listener, whole), ThreadPoolExecutor(1) as sender:
        killed = [helper.process.pid for helper in whole._helpers]
        heard = []
        sending = sender.submit(dimse.send, peer(listener, SLOW), CHESTS, lambda file, status: heard.append(status))
        wait_for(lambda: heard)
        with caplog.at_level(logging.ERROR):
            for pid in killed:
                os.kill(pid, signal.SIGKILL)
            with pytest.raises(Unavailable):
                sending.result()
            answered = len(heard)
            assert set(heard) == {0x0000}
            assert answered <= len(kept_by(tmp_path)) <= answered + 1
            wait_for(
                lambda: not {h.process.pid for h in ready(whole)} & set(killed) and len(ready(whole)) == 2, READY_S
            )
        assert [r.exit_code for r in caplog.records if "has died" in r.message] == [-signal.SIGKILL] * 2
        assert sum(r.connections for r in caplog.records if "has died" in r.message) == 1
        # Its place is free again, or the second of these would be one too many.
        with associate_by_hand(listener.port):
            dimse.send(peer(listener), [PLAIN])


def test_over_tls_who_shows_no_certificate_keeps_no_place(tmp_path):
    hospital = authority(tmp_path / "hospital")
    with crew(tmp_path, tls=hospital.tls("diafan"), per_address=1) as (listener, _):
        with pytest.raises(Unavailable):
            dimse.echo(peer(listener))
        wait_for(lambda: listener.places.connections() == 0)
        dimse.send(replace(peer(listener), tls=hospital.tls("pacs")), [PLAIN])
    assert len(kept_by(tmp_path)) == 1


def test_who_comes_while_there_is_no_process_yet_waits(tmp_path):
    told = dimse.Limits()
    listener = made(tmp_path, told)
    whole = dimse.Crew(listener, 2, starting(tmp_path, told))
    whole.start()
    try:
        dimse.send(peer(listener), [PLAIN])
    finally:
        whole.stop()
    assert len(kept_by(tmp_path)) == 1


def test_a_process_that_dies_before_it_is_ready_is_replaced_whoever_was_waiting_for_it(tmp_path, caplog):
    starts = []
    started = starting(tmp_path, dimse.Limits())

    def start(control, places):
        starts.append(control)
        if len(starts) > 2:
            return started(control, places)
        process = get_context("forkserver").Process(target=dying, args=(control,), daemon=True)
        process.start()
        return process

    listener = made(tmp_path, dimse.Limits())
    whole = dimse.Crew(listener, 2, start)
    with caplog.at_level(logging.ERROR):
        whole.start()
        try:
            with ExitStack() as open_ones:
                for _ in range(4):  # what lies unread for a process that dies, resets our end of the line to it
                    open_ones.enter_context(socket.create_connection(("127.0.0.1", listener.port), 10))
                wait_for(lambda: len(ready(whole)) == 2, READY_S)
            wait_for(lambda: listener.places.connections() == 0)
            dimse.echo(peer(listener))
        finally:
            whole.stop()
    assert len(starts) >= 4


def test_what_cannot_be_started_now_is_started_later(tmp_path, caplog):
    started = starting(tmp_path, dimse.Limits())
    faults = [None, BlockingIOError(11, "no more processes"), EOFError()]

    def start(control, places):
        if faults and (fault := faults.pop(0)):
            raise fault
        return started(control, places)

    listener = made(tmp_path, dimse.Limits())
    whole = dimse.Crew(listener, 1, start)
    with caplog.at_level(logging.ERROR):
        whole.start()
        try:
            wait_for(lambda: ready(whole), READY_S)
            os.kill(whole._helpers[0].process.pid, signal.SIGKILL)
            wait_for(lambda: not faults and ready(whole), READY_S)
            dimse.echo(peer(listener))
        finally:
            whole.stop()
    assert [r.error for r in caplog.records if "cannot be started" in r.message] == ["BlockingIOError", "EOFError"]


def test_a_process_that_is_lost_frees_no_place_that_somebody_has_taken_since(tmp_path):
    with crew(tmp_path) as (listener, whole):
        with associate_by_hand(listener.port):
            wait_for(lambda: listener.places.connections() == 1)
            first = next(helper for helper in whole._helpers if helper.places)
        wait_for(lambda: listener.places.connections() == 0)
        assert listener.places.take("127.0.0.1") == 0  # at the door, not given to a process yet
        os.kill(first.process.pid, signal.SIGKILL)
        wait_for(lambda: first not in whole._helpers)
        assert listener.places.connections() == 1


def test_a_connection_that_came_without_a_descriptor_keeps_no_place():
    places = dimse.Places(4)
    place = places.take("127.0.0.1")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        ours.send(json.dumps([place, ["127.0.0.1", 1]]).encode())
        ours.shutdown(socket.SHUT_WR)
        assert list(dimse.connections(theirs, places)) == []
    assert places.connections() == 0


def test_who_gets_no_thread_is_closed_and_the_process_goes_on(tmp_path, monkeypatch):
    places = dimse.Places(4)
    limits = dimse.Limits(artim_s=30)
    peers = [socket.socketpair() for _ in range(2)]

    def arriving():
        yield peers[0][0], ("127.0.0.1", 1), places.take("127.0.0.1")
        with monkeypatch.context() as patched:
            patched.setattr(threading.Thread, "start", raising(RuntimeError("can't start new thread")))
            yield peers[1][0], ("127.0.0.1", 2), places.take("127.0.0.1")

    begun = time.monotonic()
    made(tmp_path, limits).attend(places, arriving())
    assert time.monotonic() - begun < limits.artim_s / 2  # nor does one who says nothing hold up the end
    assert [theirs.recv(1) for _, theirs in peers] == [b"", b""]
    wait_for(lambda: places.connections() == 0)
    for _, theirs in peers:
        theirs.close()


def raising(error):
    def act(*_):
        raise error

    return act


def dying(_control):
    """End without having taken anything."""
    time.sleep(0.3)
    os._exit(1)
