"""Syslog over TLS: what a message is, and that nothing is called handed over which nobody took."""

import re
import socket
import struct
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from integrations.dimse.tls import server_context
from integrations.errors import Rejected, Unavailable
from integrations.syslog import NO_ACKNOWLEDGEMENT, SyslogSender, syslog_message
from tests.integrations.dicom.certificates import authority

AT = datetime(2026, 1, 5, 11, 11, 12, 345678, tzinfo=timezone(timedelta(hours=1)))
# RFC 5424, 6, as far as we use it.
FORM = re.compile(
    rb"<(?P<pri>\d{1,3})>1 (?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z) (?P<host>[!-~]{1,255}) (?P<app>[!-~]{1,48}) "
    rb"- (?P<id>[!-~]{1,32}) - \xef\xbb\xbf(?P<content>.*)",
    re.DOTALL,
)
MESSAGES = [syslog_message(b"<x>\xc5\x81</x>", AT, "h"), b"2", b"3" * 100_000]


@pytest.fixture(scope="module")
def ca(tmp_path_factory):
    return authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture(scope="module")
def tls(ca):
    return ca.tls("diafan")


@contextmanager
def collector(tls, then):
    """Take one connection over TLS and do ``then`` with it."""
    context = server_context(tls)
    done = []
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve():
            raw, _ = listening.accept()
            try:
                with context.wrap_socket(raw, server_side=True) as secured:
                    done.append(then(secured))
            except OSError as error:
                done.append(error)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1], done
        finally:
            thread.join(timeout=20)
            assert not thread.is_alive()


def everything(connection):
    received = b""
    while chunk := connection.recv(65536):
        received += chunk
    return received


def take_all(connection):
    received = everything(connection)
    connection.unwrap()
    return received


def take_all_and_close_without_a_word(connection):
    return everything(connection)


def test_a_message_is_what_the_rfc_says_with_the_values_of_dicom():
    found = FORM.fullmatch(syslog_message("<x>Ł</x>".encode(), AT, "radiology-1.example"))
    assert found["pri"] == b"85"
    assert found["at"] == b"2026-01-05T10:11:12.345678Z"
    assert (found["host"], found["app"], found["id"]) == (b"radiology-1.example", b"diafan", b"DICOM+RFC3881")
    assert found["content"].decode() == "<x>Ł</x>"


def test_what_failed_is_a_warning():
    assert FORM.fullmatch(syslog_message(b"x", AT, "h", is_failure=True))["pri"] == b"84"


@pytest.mark.parametrize("host", ["", " ", "ho st", "Łódź", "h\n<85>1 forged", "x" * 300])
def test_no_name_breaks_the_header(host):
    found = FORM.fullmatch(syslog_message(b"x", AT, host, app=host))
    assert found["content"] == b"x"


def frames(octets):
    found = []
    while octets:
        length, _, rest = octets.partition(b" ")
        found.append(rest[: int(length)])
        octets = rest[int(length) :]
    return found


@pytest.mark.parametrize(("closing", "by_close_notify"), [(take_all, True), (take_all_and_close_without_a_word, False)])
def test_a_batch_travels_in_counted_frames_over_one_connection(ca, tls, closing, by_close_notify):
    with collector(ca.tls("arr"), closing) as (port, done):
        handed = SyslogSender("127.0.0.1", port, tls).send(MESSAGES)
    assert frames(done[0]) == MESSAGES
    assert (handed.messages, handed.octets) == (3, len(done[0]))
    assert (handed.by_close_notify, handed.tls_version, handed.proof) == (
        by_close_notify,
        "TLSv1.3",
        NO_ACKNOWLEDGEMENT,
    )


def reset(connection):
    connection.recv(10)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hang_up_unread(connection):
    connection.recv(10)
    connection.close()


def say_goodbye_unread(connection):
    connection.recv(10)
    connection.settimeout(1)
    connection.unwrap()


@pytest.mark.parametrize("then", [reset, hang_up_unread, say_goodbye_unread])
def test_a_peer_that_goes_away_before_it_has_read_all_took_nothing(ca, tls, then):
    for _ in range(5):
        with collector(ca.tls("arr"), then) as (port, _), pytest.raises(Unavailable):
            SyslogSender("127.0.0.1", port, tls, timeout_s=10).send([b"x" * 1_000_000])


def test_a_peer_that_never_closes_is_not_waited_for_for_ever(ca, tls):
    asleep = threading.Event()

    def read_and_stay(connection):
        everything(connection)
        asleep.wait(20)

    with collector(ca.tls("arr"), read_and_stay) as (port, _):
        with pytest.raises(Unavailable, match="TimeoutError"):
            SyslogSender("127.0.0.1", port, tls, timeout_s=0.5).send(MESSAGES)
        asleep.set()


def test_a_stranger_in_the_place_of_the_peer_is_refused_before_anything_is_said(tmp_path, tls):
    stranger = authority(tmp_path / "stranger").tls("arr")
    with collector(stranger, take_all) as (port, done), pytest.raises(Rejected, match="its certificate does not do"):
        SyslogSender("127.0.0.1", port, tls).send(MESSAGES)
    assert isinstance(done[0], OSError)


def test_a_peer_of_another_name_is_refused(ca, tls):
    with collector(ca.tls("arr"), take_all) as (port, _), pytest.raises(Rejected, match="its certificate does not do"):
        SyslogSender("127.0.0.1", port, replace(tls, server_name="arr.example")).send(MESSAGES)


def test_nobody_there_is_for_later(tls):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable, match="ConnectionRefusedError"):
        SyslogSender("127.0.0.1", port, tls).send(MESSAGES)


def test_what_goes_wrong_is_told_without_what_was_sent(tls):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(Unavailable) as told:
        SyslogSender("127.0.0.1", port, tls).send([b"CANARY"])
    assert "CANARY" not in str(told.value)
