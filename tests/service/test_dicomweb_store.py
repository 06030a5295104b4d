"""STOW-RS in: what the sender hears of each instance, what is kept, and that nothing half is."""

import errno
import io
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from pydicom import dcmread
from pydicom.dataset import Dataset

from service.access import Scope
from service.records import Image
from service.store import FolderStore
from tests.instances import CARDIOMEGALY, CT, DICOM, make_instance
from tests.peers.process import wait_for
from tests.service.api_client import READ_WRITE, is_problem

BOUNDARY = "a-boundary"
TYPE = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'


def body(*files: bytes, media_type="application/dicom", end=True) -> bytes:
    header = f"Content-Type: {media_type}\r\n" if media_type else ""
    parts = (f"--{BOUNDARY}\r\n{header}\r\n".encode() + content + b"\r\n" for content in files)
    return b"".join(parts) + (f"--{BOUNDARY}--\r\n".encode() if end else b"")


def store(client, content, study="", **headers):
    address = f"/dicom-web/studies/{study}".rstrip("/")
    return client.post(address, content=content, headers={"Content-Type": TYPE} | headers)


def told(answer) -> Dataset:
    assert answer.headers["content-type"] == "application/dicom+json"
    return Dataset.from_json(answer.json())


@pytest.fixture
def client(api):
    with api.client(*READ_WRITE, subject="router", client_id="gateway") as client:
        yield client


@pytest.fixture
def nothing_half(api):
    yield
    assert not list(api.diafan.store.incoming.iterdir())


pytestmark = pytest.mark.usefixtures("nothing_half")


@pytest.fixture
def file(tmp_path):
    def make(source=CARDIOMEGALY, **elements) -> tuple[bytes, Dataset]:
        path = make_instance(tmp_path, source, **elements)
        return path.read_bytes(), dcmread(path, stop_before_pixels=True)

    return make


def image(api, sop_instance_uid) -> Image | None:
    with sa.orm.Session(api.diafan.engine) as db:
        return db.scalar(sa.select(Image).where(Image.sop_instance_uid == sop_instance_uid))


def test_an_instance_is_stored_by_the_same_door_as_an_upload(client, api, file):
    content, header = file()
    answer = store(client, body(content))
    assert answer.status_code == 200, answer.text
    [stored] = told(answer).ReferencedSOPSequence
    assert (stored.ReferencedSOPClassUID, stored.ReferencedSOPInstanceUID) == (
        header.SOPClassUID,
        header.SOPInstanceUID,
    )
    path = f"/studies/{header.StudyInstanceUID}/series/{header.SeriesInstanceUID}/instances/{header.SOPInstanceUID}"
    assert stored.RetrieveURL == f"{api.diafan.settings.api_url}/dicom-web{path}"
    held = image(api, header.SOPInstanceUID)
    assert (held.state, held.source, held.wrapped) == ("received", "stow:gateway", False)
    assert api.diafan.store.read(held.blob) == content
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["agent"]["id"]) == ("instance-received", "router")


def test_the_same_again_is_a_success_that_changes_nothing(client, api, file):
    content, header = file()
    first, second = store(client, body(content)), store(client, body(content, content))
    assert (first.status_code, second.status_code) == (200, 200)
    assert {i.ReferencedSOPInstanceUID for i in told(second).ReferencedSOPSequence} == {header.SOPInstanceUID}
    assert [e["type"] for e in api.log(second.headers["x-request-id"])] == ["instance-already-held"] * 2


def test_each_instance_hears_of_itself(client, api, file):
    good, header = file()
    broken, broken_header = file()
    leg, leg_header = file(CT)
    answer = store(client, body(good, broken[:-5000], b"garbage", leg))
    assert answer.status_code == 202
    said = told(answer)
    stored = {i.ReferencedSOPInstanceUID: i.get("RetrieveURL") for i in said.ReferencedSOPSequence}
    assert set(stored) == {header.SOPInstanceUID, leg_header.SOPInstanceUID}
    assert not stored[leg_header.SOPInstanceUID], "what was declined can't be retrieved"
    [failed] = said.FailedSOPSequence
    assert (failed.ReferencedSOPInstanceUID, failed.FailureReason) == (broken_header.SOPInstanceUID, 0xC000)
    assert [other.FailureReason for other in said.OtherFailuresSequence] == [0xC000]
    assert "part 2: Pixel Data are cut off" in answer.headers["warning"]
    assert [e["type"] for e in api.log(answer.headers["x-request-id"])] == [
        "instance-received",
        "instance-refused",
        "instance-refused",
        "instance-declined",
    ]


def test_a_declined_instance_alone_is_a_success(client, file):
    assert store(client, body(file(CT)[0])).status_code == 200


def test_only_instances_of_the_study_in_the_address_are_taken(client, api, file):
    content, header = file()
    answer = store(client, body(content), study="1.2.3")
    assert answer.status_code == 409
    [failed] = told(answer).FailedSOPSequence
    assert (failed.ReferencedSOPInstanceUID, failed.FailureReason) == (header.SOPInstanceUID, 0xA901)
    [event] = api.log(answer.headers["x-request-id"])
    assert (event["type"], event["detail"]) == ("instance-refused", {"reason": "other-study"})
    assert image(api, header.SOPInstanceUID) is None
    right = store(client, body(content), study=header.StudyInstanceUID)
    assert right.status_code == 200
    assert told(right).RetrieveURL.endswith(f"/dicom-web/studies/{header.StudyInstanceUID}")


def test_other_pixels_under_one_uid_are_kept_apart_and_said(client, api, file):
    content, _ = file()
    other = dcmread(io.BytesIO(content))
    other.PixelData = bytes(len(other.PixelData))
    changed = io.BytesIO()
    other.save_as(changed)
    store(client, body(content))
    answer = store(client, body(changed.getvalue()))
    assert answer.status_code == 200
    assert "kept apart for a person" in answer.headers["warning"]
    assert (
        "RetrieveURL" not in told(answer).ReferencedSOPSequence[0]
        or not told(answer).ReferencedSOPSequence[0].RetrieveURL
    )


@pytest.mark.parametrize(
    "media_type", ["", 'application/dicom; transfer-syntax="1.2.840.10008.1.2.1"', "Application/DICOM"]
)
def test_a_part_may_say_its_type_in_several_ways(client, file, media_type):
    assert store(client, body(file()[0], media_type=media_type)).status_code == 200


def test_a_part_of_another_type_fails_alone(client, api, file):
    answer = store(client, body(file()[0], media_type="application/pdf"))
    assert answer.status_code == 409
    assert [o.FailureReason for o in told(answer).OtherFailuresSequence] == [0xC000]
    assert [e["detail"]["reason"] for e in api.log(answer.headers["x-request-id"])] == ["media-type"]


@pytest.mark.parametrize(
    "content_type",
    [
        "",
        "application/dicom",
        "multipart/form-data; boundary=x",
        'multipart/related; type="application/dicom+json"; boundary=x',
        'multipart/related; type="application/dicom+xml"; boundary=x',
    ],
)
def test_another_media_type_is_415(client, content_type):
    is_problem(store(client, b"", **{"Content-Type": content_type}), 415)


@pytest.mark.parametrize(
    ("content_type", "content"),
    [
        ('multipart/related; type="application/dicom"', b""),
        (f"multipart/related; boundary={'x' * 300}", b""),
        (TYPE, b""),
        (TYPE, b"Kowalski"),
        (TYPE, body()),
        (TYPE, body(b"DICM", end=False)),
        (TYPE, f"--{BOUNDARY}\r\nKowalski\r\n\r\n".encode()),
        (TYPE, f"--{BOUNDARY}\r\n{'X: y' * 5000}".encode()),
    ],
)
def test_a_body_that_cannot_be_read_is_400(client, content_type, content):
    answer = store(client, content, **{"Content-Type": content_type})
    is_problem(answer, 400)
    assert "Kowalski" not in answer.text


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/dicom+json", 200),
        ("application/json", 200),
        ('multipart/related; type="a,b", */*;q=0.1', 200),
        ("application/dicom+xml", 406),
        ("text/html", 406),
    ],
)
def test_who_takes_no_dicom_json_is_told_before_anything_is_taken(client, api, file, accept, status):
    content, header = file()
    assert store(client, body(content), Accept=accept).status_code == status
    assert (image(api, header.SOPInstanceUID) is None) == (status == 406)


def test_what_came_before_the_body_was_cut_off_stays_and_is_said(client, api, file):
    content, header = file()
    whole = body(content)
    for cut in (
        body(content, content)[: len(whole) + 4000],
        whole.removesuffix(f"--{BOUNDARY}--\r\n".encode()) + f"--{BOUNDARY}\r\n\r\n".encode(),
    ):
        answer = store(client, cut)
        assert answer.status_code == 202
        assert [i.ReferencedSOPInstanceUID for i in told(answer).ReferencedSOPSequence] == [header.SOPInstanceUID]
        assert [o.FailureReason for o in told(answer).OtherFailuresSequence] == [0xC000]
        assert "cut off in part 2" in answer.headers["warning"]
        assert "1 instance before that was taken" in answer.headers["warning"]
    assert image(api, header.SOPInstanceUID) is not None


def test_a_cut_that_is_the_first_part_keeps_nothing(client, api, file):
    content, header = file()
    problem = is_problem(store(client, body(content)[:-40]), 400)
    assert problem["detail"] == "the body is cut off in part 1: its last boundary is missing; nothing was taken"
    assert image(api, header.SOPInstanceUID) is None


def test_a_sender_that_hangs_up_early_leaves_what_was_whole(client, api, file):
    first, first_header = file()
    second, second_header = file()
    whole = body(first, second)
    at = urlsplit(str(client.base_url))
    head = (
        f"POST /dicom-web/studies HTTP/1.1\r\nHost: x\r\nAuthorization: {client.headers['authorization']}\r\n"
        f"Content-Type: {TYPE}\r\nContent-Length: {len(whole)}\r\n\r\n"
    )
    with socket.create_connection((at.hostname, at.port)) as connection:
        connection.sendall(head.encode() + whole[:-5000])
        wait_for(lambda: image(api, first_header.SOPInstanceUID), 20, "the first instance")
        wait_for(lambda: list(api.diafan.store.incoming.iterdir()) or None, 20, "the half of the second")
    wait_for(lambda: not list(api.diafan.store.incoming.iterdir()) or None, 20, "the half being removed")
    assert image(api, second_header.SOPInstanceUID) is None


def test_a_body_over_the_limit_is_413_and_says_what_was_taken(client, api, file):
    content, header = file()

    def unannounced():
        yield body(content, end=False)
        yield f"--{BOUNDARY}\r\n\r\n".encode()
        for _ in range(60):
            yield b"\0" * 100_000

    problem = is_problem(store(client, unannounced()), 413)
    assert problem["limit_bytes"] == 5_000_000
    assert "1 instance before that was taken" in problem["detail"]
    assert image(api, header.SOPInstanceUID) is not None
    announced = is_problem(store(client, b"\0" * 6_000_000), 413)
    assert announced["limit_bytes"] == 5_000_000


def test_more_parts_than_the_limit_are_cut_off(client, monkeypatch, file):
    monkeypatch.setattr("service.api.dicomweb_store._MOST_PARTS", 2)
    contents = [file()[0] for _ in range(3)]
    answer = store(client, body(*contents))
    assert answer.status_code == 202
    assert len(told(answer).ReferencedSOPSequence) == 2
    assert "more than 2 parts" in answer.headers["warning"]


def test_without_room_it_is_503_and_may_come_again(client, api, file, monkeypatch):
    monkeypatch.setattr(FolderStore, "free_bytes", lambda _: 0)
    answer = store(client, body(file()[0]))
    assert is_problem(answer, 503)["type"].endswith(":no-room")
    assert answer.headers["retry-after"]


def test_a_disk_that_fills_up_while_a_part_is_written_fails_that_part(client, api, file, monkeypatch):
    first, second = file(), file()
    opened = Path.open
    parts = []

    def full(path, *args, **kwargs):
        if path.suffix == ".part" and args == ("xb",):
            parts.append(path)
            if len(parts) == 2:
                raise OSError(errno.ENOSPC, "No space left on device")
        return opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", full)
    answer = store(client, body(first[0], second[0]))
    assert answer.status_code == 202
    assert [i.ReferencedSOPInstanceUID for i in told(answer).ReferencedSOPSequence] == [first[1].SOPInstanceUID]
    assert [o.FailureReason for o in told(answer).OtherFailuresSequence] == [0xA700]


def test_an_image_is_never_held_in_memory_as_a_whole(client, api, monkeypatch):
    """A part that is longer than any piece of it is written in as many pieces as came."""
    sizes = []
    write = io.FileIO.write

    class Seen(io.FileIO):
        def write(self, piece):
            sizes.append(len(piece))
            return write(self, piece)

    opened = Path.open

    def counting(path, *args, **kwargs):
        return Seen(path, "x") if args == ("xb",) else opened(path, *args, **kwargs)

    monkeypatch.setattr(Path, "open", counting)
    store(client, body(b"\0" * 4_000_000))
    assert sum(sizes) == 4_000_000
    assert max(sizes) < 1_000_000


def test_reading_alone_stores_nothing(api, file):
    with api.client(Scope.STUDY_READ) as client:
        is_problem(store(client, body(file()[0])), 403)


def test_no_name_of_a_patient_is_in_an_answer_or_the_log(client, api, file, caplog):
    caplog.set_level("DEBUG")
    content, _ = file(PatientName="Kanarek^Zazolc", PatientID="CANARY-4711")
    for answer in (store(client, body(content, content[:-4000])), store(client, body(content)[:-4000])):
        assert not any(word in answer.text + str(answer.headers) for word in ("Kanarek", "CANARY"))
        assert not any(word in str(api.log(answer.headers["x-request-id"])) for word in ("Kanarek", "CANARY"))
    assert not any(word in caplog.text for word in ("Kanarek", "CANARY"))


def test_every_sample_is_taken_as_it_is(client):
    for path in sorted(DICOM.glob("chest_*.dcm")):
        if path.stat().st_size < 4_500_000:
            assert store(client, body(path.read_bytes())).status_code == 200, path.name
