"""C-STORE as bytes: the request that nearly every image comes with, read, and the response to it, written.

pynetdicom does both by way of data sets, at several milliseconds an image. What is not as plain as here is left to it.

A command set is Implicit VR Little Endian in ascending tags (PS3.7 6.3.1); its elements are those of PS3.7 tables 9.3-1 and 9.3-2.
"""

import re
import struct
from dataclasses import dataclass

_ELEMENT = struct.Struct("<HHL")  # group, element, length of the value: PS3.5 7.1.3
_US = struct.Struct("<H")

_GROUP_LENGTH, _SOP_CLASS, _COMMAND_FIELD, _MESSAGE_ID, _RESPONDED_TO = 0x0000, 0x0002, 0x0100, 0x0110, 0x0120
_DATA_SET_TYPE, _STATUS, _ERROR_COMMENT, _SOP_INSTANCE = 0x0800, 0x0900, 0x0902, 0x1000
_READ = {_SOP_CLASS, _COMMAND_FIELD, _MESSAGE_ID, _DATA_SET_TYPE, _SOP_INSTANCE}
_KNOWN = _READ | {_GROUP_LENGTH, 0x0700, 0x1030, 0x1031}  # priority, and who asked for a C-MOVE
_C_STORE_RQ, _C_STORE_RSP = 0x0001, 0x8001
_NO_DATA_SET = 0x0101

_UID = re.compile(rb"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))+")
_UID_BYTES = 64


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """A C-STORE-RQ whose data set follows."""

    message_id: int
    sop_class_uid: str
    sop_instance_uid: str


def read_request(command: bytes) -> StoreRequest | None:
    """Return the request that a whole command set is; None where it is another, or not as plain as nearly all are."""
    said: dict[int, bytes] = {}
    at = 0
    while at + _ELEMENT.size <= len(command):
        group, element, length = _ELEMENT.unpack_from(command, at)
        at += _ELEMENT.size
        if group or element in said or element not in _KNOWN:
            return None
        said[element] = command[at : at + length]
        at += length
    if at != len(command) or not said.keys() >= _READ:
        return None
    numbers = [said[element] for element in (_COMMAND_FIELD, _MESSAGE_ID, _DATA_SET_TYPE)]
    uids = [said[element].rstrip(b"\0") for element in (_SOP_CLASS, _SOP_INSTANCE)]
    if any(len(number) != _US.size for number in numbers):
        return None
    field, message_id, data_set = (_US.unpack(number)[0] for number in numbers)
    if field != _C_STORE_RQ or data_set == _NO_DATA_SET:
        return None
    if any(len(uid) > _UID_BYTES or not _UID.fullmatch(uid) for uid in uids):
        return None
    return StoreRequest(message_id, uids[0].decode(), uids[1].decode())


def response(request: StoreRequest, status: int, comment: str = "") -> bytes:
    """Return the command set that answers a request; ``comment`` is ASCII, of 64 characters at most."""
    elements = [
        _element(_SOP_CLASS, _padded(request.sop_class_uid, b"\0")),
        _element(_COMMAND_FIELD, _US.pack(_C_STORE_RSP)),
        _element(_RESPONDED_TO, _US.pack(request.message_id)),
        _element(_DATA_SET_TYPE, _US.pack(_NO_DATA_SET)),
        _element(_STATUS, _US.pack(status)),
        _element(_ERROR_COMMENT, _padded(comment, b" ")) if comment else b"",
        _element(_SOP_INSTANCE, _padded(request.sop_instance_uid, b"\0")),
    ]
    rest = b"".join(elements)
    return _element(_GROUP_LENGTH, struct.pack("<L", len(rest))) + rest


def _element(element: int, value: bytes) -> bytes:
    return _ELEMENT.pack(0, element, len(value)) + value


def _padded(text: str, padding: bytes) -> bytes:
    value = text.encode("ascii")
    return value + padding * (len(value) % 2)
