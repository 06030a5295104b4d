"""A listener on a free port of this machine, and a hand-made peer that knows PS3.8 byte for byte."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pydicom
from pynetdicom.dsutils import decode, encode
from pynetdicom.sop_class import DigitalXRayImageStorageForPresentation

from integrations import dimse

A_ABORT = struct.pack(">BxL2xBB", 7, 4, 2, 0)


@contextmanager
def listening(folder, on_instance=lambda _received: None, **options) -> Iterator[dimse.Listener]:
    """Run a listener; ``refused`` holds what it turned away."""
    refused = []
    listener = dimse.Listener(
        "DIAFAN", "127.0.0.1", 0, folder, on_instance, lambda *what: refused.append(what), **options
    )
    listener.start()
    listener.refused = refused
    try:
        yield listener
    finally:
        listener.stop()


def wait_for(condition, timeout_s=10.0):
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, [t.name for t in threading.enumerate()]
        time.sleep(0.01)


def association_request(
    calling=b"PACS", called=b"DIAFAN", sop_class=b"1.2.840.10008.5.1.4.1.1.1.1", syntax=b"1.2.840.10008.1.2.1"
) -> bytes:
    """Return an A-ASSOCIATE-RQ with one presentation context (PS3.8 9.3.2)."""

    def item(kind, content):
        return struct.pack(">BxH", kind, len(content)) + content

    context = struct.pack(">B3x", 1) + item(0x30, sop_class) + item(0x40, syntax)
    user = item(0x51, struct.pack(">L", 16384)) + item(0x52, b"1.2.3")
    body = struct.pack(">HH16s16s32x", 1, 0, called.ljust(16), calling.ljust(16))
    body += item(0x10, b"1.2.840.10008.3.1.1.1") + item(0x20, context) + item(0x50, user)
    return struct.pack(">BxL", 1, len(body)) + body


def associate_by_hand(port, **titles) -> socket.socket:
    """Open an association on a bare socket."""
    connection = socket.create_connection(("127.0.0.1", port), 10)
    connection.sendall(association_request(**titles))
    assert connection.recv(4096)[0] == 2  # A-ASSOCIATE-AC
    return connection


def p_data(fragment, header) -> bytes:
    return struct.pack(">BxLLBB", 4, len(fragment) + 6, len(fragment) + 2, 1, header) + fragment


def store_command(sop_class=DigitalXRayImageStorageForPresentation, uid="1.2.3.4") -> bytes:
    command = pydicom.Dataset()
    command.AffectedSOPClassUID = sop_class
    command.CommandField = 1
    command.MessageID = 7
    command.Priority = 0
    command.CommandDataSetType = 1
    command.AffectedSOPInstanceUID = uid
    return encode(command, True, True)


def read_pdu(connection) -> bytes:
    """Return the next PDU as a whole, or b"" where the other side has closed."""
    with connection.makefile("rb", buffering=0) as stream:
        head = stream.read(6) or b""
        if len(head) < 6:
            return b""
        body = b""
        length = struct.unpack(">BxL", head)[1]
        while len(body) < length and (more := stream.read(length - len(body))):
            body += more
        return head + body


def store(
    port, content, *, sop_class=DigitalXRayImageStorageForPresentation, syntax="1.2.840.10008.1.2.1", uid="1.2.3.4"
):
    """Send the bytes of a data set by C-STORE as they are; returns status and Error Comment, or None where it was aborted."""
    titles = {"sop_class": str(sop_class).encode(), "syntax": str(syntax).encode()}
    with associate_by_hand(port, **titles) as connection:
        connection.sendall(p_data(store_command(sop_class, uid), 3))
        parts = [content[begin : begin + 65536] for begin in range(0, len(content), 65536)] or [b""]
        for number, part in enumerate(parts, 1):
            connection.sendall(p_data(part, 2 if number == len(parts) else 0))
        connection.settimeout(60)
        answer = read_pdu(connection)
        if answer[:1] != b"\x04":
            return None
        response = decode(BytesIO(answer[12:]), True, True)
        connection.sendall(struct.pack(">BxL4x", 5, 4))
        read_pdu(connection)
        return response.Status, response.get("ErrorComment", "")
