"""Peers that we deliver to and that stall, crawl or hang up: a delivery ends in time, and what still moves is let arrive."""

import socket
import threading
import time
from contextlib import contextmanager, suppress

import pydicom
import pytest
from dicom_samples import PLAIN
from pynetdicom import AE, evt
from pynetdicom.sop_class import DigitalXRayImageStorageForPresentation

from integrations import dimse
from integrations.errors import Unavailable

PATIENCE_S = 1.0
READ_BYTES = 1 << 16


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A radiograph of 12 MB: more than the buffers of a connection take."""
    dataset = pydicom.dcmread(PLAIN)
    dataset.Rows, dataset.Columns, dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 2000, 3000, 16, 16, 15
    dataset.PixelData = bytes(12_000_000)
    file = tmp_path_factory.mktemp("large") / "large.dcm"
    dataset.save_as(file)
    return file


@contextmanager
def pacs(store=lambda _event: 0x0000, *, to_pacs=lambda _read: None, to_us=lambda read, _number: [read]):
    """A PACS behind a line: ``to_pacs`` hears of what goes there and may hold it up, ``to_us`` says in what parts an answer comes."""
    ae = AE("PACS")
    ae.add_supported_context(DigitalXRayImageStorageForPresentation, "1.2.840.10008.1.2.1")
    ae.maximum_pdu_size = 1 << 17
    server = ae.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, store)])
    line = socket.create_server(("127.0.0.1", 0))
    ends = []

    def carry():
        ours, _ = line.accept()
        theirs = socket.create_connection(server.server_address)
        ends.extend([ours, theirs])

        def back():
            number = 0
            while read := theirs.recv(READ_BYTES):
                for part in to_us(read, number):
                    ours.sendall(part)
                number += 1
            ours.shutdown(socket.SHUT_RDWR)

        threading.Thread(target=quietly(back), daemon=True).start()
        while read := ours.recv(READ_BYTES):
            to_pacs(read)
            theirs.sendall(read)

    def quietly(act):
        def acting():
            with suppress(OSError):
                act()

        return acting

    threading.Thread(target=quietly(carry), daemon=True).start()
    try:
        yield dimse.Peer("127.0.0.1", line.getsockname()[1], "PACS", "DIAFAN", timeout_s=PATIENCE_S)
    finally:
        line.close()
        for end in ends:
            end.close()
        ae.shutdown()


def in_time(send, timeout_s=15.0):
    """Run ``send`` and return what it raised; fail where it does not end."""
    raised = []

    def run():
        try:
            send()
        except Exception as error:  # noqa: BLE001 - it is looked at below
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(timeout_s)
    assert not thread.is_alive(), "it hangs"
    return raised[0] if raised else None


def test_a_peer_that_stops_reading_is_given_up(large):
    hold = threading.Event()
    come = []

    def stop(read):
        come.append(len(read))
        if sum(come) > 200_000:
            hold.wait(30)

    with pacs(to_pacs=stop) as peer:
        error = in_time(lambda: dimse.send(peer, [large]))
        hold.set()
    assert isinstance(error, Unavailable)


def test_a_peer_that_sends_half_of_its_answer_is_given_up():
    with pacs(to_us=lambda read, number: [read[:3]] if number else [read]) as peer:
        error = in_time(lambda: dimse.send(peer, [PLAIN]))
    assert isinstance(error, Unavailable)


def test_a_peer_that_dribbles_its_answer_is_given_up():
    def dribble(read, number):
        if number == 0:
            yield read
            return
        for byte in read:
            yield bytes([byte])
            time.sleep(PATIENCE_S / 5)

    with pacs(to_us=dribble) as peer:
        begun = time.monotonic()
        error = in_time(lambda: dimse.send(peer, [PLAIN]))
    assert isinstance(error, Unavailable)
    assert time.monotonic() - begun < 10 * PATIENCE_S


def test_a_slow_line_has_its_time(large):
    with pacs(to_pacs=lambda read: time.sleep(len(read) / 5e6)) as peer:
        begun = time.monotonic()
        (sent,) = dimse.send(peer, [large])
        assert time.monotonic() - begun > 2 * PATIENCE_S
    assert sent.status == 0x0000


@pytest.mark.parametrize("way", ["close", "abort"])
def test_a_peer_that_ends_between_two_objects_is_tried_again_later(way):
    ended = threading.Event()

    def store(event):
        def end():
            time.sleep(0.05)
            if way == "close":
                event.assoc.dul.socket._shutdown_socket()
            else:
                event.assoc.abort()
            ended.set()

        threading.Thread(target=end, daemon=True).start()
        return 0x0000

    heard = []

    def on_sent(path, _status):
        heard.append(path)
        ended.wait(5)
        time.sleep(0.2)  # until it is noticed here

    with pacs(store) as peer, pytest.raises(Unavailable):
        dimse.send(peer, [PLAIN, PLAIN], on_sent)
    assert heard == [PLAIN]
