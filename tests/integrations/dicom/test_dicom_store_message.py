"""C-STORE as bytes: what is read and written is what pynetdicom and pydicom would read and write."""

from io import BytesIO

import pytest
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID, JPEG2000Lossless
from pynetdicom.dimse_messages import C_ECHO_RQ, C_STORE_RQ, C_STORE_RSP
from pynetdicom.dimse_primitives import C_ECHO, C_STORE
from pynetdicom.dsutils import create_file_meta, encode

from integrations.dimse.part_file import PartFile
from integrations.dimse.store_message import StoreRequest, read_request, response
from integrations.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

CR = "1.2.840.10008.5.1.4.1.1.1"
ODD, EVEN = "1.2.3.45", "1.2.3.456"


def encoded(message, primitive, **changes):
    message = message()
    message.primitive_to_message(primitive)
    for keyword, value in changes.items():
        if value is None:
            del message.command_set[keyword]
        else:
            setattr(message.command_set, keyword, value)
    return encode(message.command_set, True, True)


def request(uid=EVEN, **changes):
    primitive = C_STORE()
    primitive.MessageID = 7
    primitive.AffectedSOPClassUID = UID(CR)
    primitive.AffectedSOPInstanceUID = UID(uid)
    primitive.Priority = 2
    primitive.DataSet = BytesIO(b"there is one")
    return encoded(C_STORE_RQ, primitive, **changes)


@pytest.mark.parametrize("uid", [ODD, EVEN])
def test_a_request_is_read(uid):
    assert read_request(request(uid)) == StoreRequest(7, CR, uid)


def test_a_request_of_a_move_is_read():
    moved = request(MoveOriginatorApplicationEntityTitle="MOVER", MoveOriginatorMessageID=3)
    assert read_request(moved) == StoreRequest(7, CR, EVEN)


@pytest.mark.parametrize("uid", [ODD, EVEN])
@pytest.mark.parametrize(("status", "comment"), [(0x0000, ""), (0xA700, "no room"), (0xC000, "odd")])
def test_a_response_is_that_of_pynetdicom(uid, status, comment):
    primitive = C_STORE()
    primitive.MessageIDBeingRespondedTo = 7
    primitive.AffectedSOPClassUID = UID(CR)
    primitive.AffectedSOPInstanceUID = UID(uid)
    primitive.Status = status
    if comment:
        primitive.ErrorComment = comment
    assert response(StoreRequest(7, CR, uid), status, comment) == encoded(C_STORE_RSP, primitive)


def echo():
    primitive = C_ECHO()
    primitive.MessageID = 7
    primitive.AffectedSOPClassUID = UID("1.2.840.10008.1.1")
    return encoded(C_ECHO_RQ, primitive)


@pytest.mark.parametrize(
    "command",
    [
        echo(),
        request(CommandDataSetType=0x0101),
        request(MessageID=None),
        request(AffectedSOPInstanceUID=None),
        request(ErrorComment="no element of a request"),
        request(EVEN).replace(EVEN.encode(), b"1.2.03.45"),
        request("1." + "2" * 62)[:-1] + b"2.",
        request()[:-1],
        request() + request()[12:20],
        b"",
    ],
    ids=[
        "echo",
        "no data set",
        "no id",
        "no instance",
        "strange element",
        "leading zero",
        "no UID",
        "cut",
        "more",
        "nothing",
    ],
)
def test_what_is_not_plain_is_left_to_pynetdicom(command):
    assert read_request(command) is None


@pytest.mark.parametrize("uid", [ODD, EVEN])
def test_the_file_begins_as_pydicom_would_have_it(tmp_path, uid):
    part = PartFile(tmp_path, 100, CR, uid, JPEG2000Lossless)
    part.close()
    meta = create_file_meta(
        sop_class_uid=UID(CR),
        sop_instance_uid=UID(uid),
        transfer_syntax=JPEG2000Lossless,
        implementation_uid=IMPLEMENTATION_CLASS_UID,
        implementation_version=IMPLEMENTATION_VERSION_NAME,
    )
    expected = DicomBytesIO()
    write_file_meta_info(expected, meta)
    assert part.path.read_bytes() == bytes(128) + b"DICM" + expected.getvalue()
