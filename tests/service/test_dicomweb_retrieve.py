"""WADO-RS: the very bytes that are held, their attributes, their frames; and that each look is in the log."""

import io
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from email import message_from_bytes
from pathlib import Path
from threading import Event, Lock
from uuid import uuid4

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels.utils import pixel_array
from pydicom.uid import RLELossless

from integrations.dicomweb import DicomwebArchive
from integrations.dicomweb.datasets import metadata_json
from service.access import Scope
from service.destinations import Contents, Item, WebArchive
from service.records import Parcel
from tests.instances import CARDIOMEGALY, CR_RLE, DICOM, make_instance
from tests.service.api_client import READ_WRITE, is_problem, upload

FRAMES = 'multipart/related; type="application/octet-stream"'


def send(api, file: Path) -> Dataset:
    with api.client(*READ_WRITE) as client:
        [result] = upload(client, file.read_bytes()).json()["results"]
    assert result["outcome"] == "accepted"
    header = pydicom.dcmread(file, stop_before_pixels=True)
    header.image_id = result["image_id"]
    return header


@pytest.fixture(scope="module")
def held(api, tmp_path_factory):
    """A study that was processed: the radiograph's header, and its file."""
    folder = tmp_path_factory.mktemp("dicom")
    file = make_instance(folder, CARDIOMEGALY, PatientName="Kanarek^Zazolc", StudyTime="nonsense")
    header = send(api, file)
    api.process(header.image_id)
    header.file = file
    return header


@pytest.fixture
def client(api):
    with api.client(Scope.STUDY_READ, subject="viewer") as client:
        yield client


def path_of(header, *, series=True, instance=True):
    path = f"/dicom-web/studies/{header.StudyInstanceUID}"
    if series:
        path += f"/series/{header.SeriesInstanceUID}"
    if series and instance:
        path += f"/instances/{header.SOPInstanceUID}"
    return path


def parts(answer):
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("multipart/related; type=")
    message = message_from_bytes(
        b"Content-Type: " + answer.headers["content-type"].encode() + b"\r\nMIME-Version: 1.0\r\n\r\n" + b""
    )
    boundary = b"--" + message.get_boundary().encode()
    pieces = answer.content.split(b"\r\n" + boundary)
    assert pieces[0].startswith(boundary + b"\r\n")
    pieces[0] = pieces[0][len(boundary) :]
    assert pieces.pop() == b"--\r\n"
    split = [piece.split(b"\r\n\r\n", 1) for piece in pieces]
    return [(head.decode().strip().removeprefix("Content-Type: "), content) for head, content in split]


def events(api, answer):
    return api.log(answer.headers["x-request-id"])


def test_an_instance_comes_back_byte_for_byte(client, api, held):
    answer = client.get(path_of(held))
    [(media_type, content)] = parts(answer)
    assert media_type == f"application/dicom; transfer-syntax={held.file_meta.TransferSyntaxUID}"
    assert content == held.file.read_bytes()
    [event] = events(api, answer)
    with api.diafan.engine.connect() as db:
        name = api.diafan.subjects.object(db, event["patient"], held.SOPInstanceUID)
    assert (event["type"], event["object"], event["image_id"]) == ("study-shown", name, held.image_id)
    assert event["detail"] == {"kind": "dicomweb-instance", "count": 1}


def test_an_instance_alone_comes_as_a_file_where_that_is_accepted(client, held):
    answer = client.get(path_of(held), headers={"Accept": "application/dicom"})
    assert answer.headers["content-type"].startswith("application/dicom; transfer-syntax=")
    assert answer.content == held.file.read_bytes()


def test_a_study_has_the_radiograph_and_all_that_was_made_of_it(client, api, held):
    answer = client.get(path_of(held, series=False), headers={"Accept": 'multipart/related; type="application/dicom"'})
    found = {}
    for _, content in parts(answer):
        dataset = pydicom.dcmread(io.BytesIO(content))
        found[str(dataset.SOPInstanceUID)] = dataset
        assert dataset.StudyInstanceUID == held.StudyInstanceUID
    objects = client.get(f"/images/{held.image_id}/objects").json()["objects"]
    assert {held.SOPInstanceUID, *(o["sop_instance_uid"] for o in objects)} <= set(found)
    [event] = events(api, answer)
    assert event["detail"] == {"kind": "dicomweb-study", "count": len(found)}
    searched = client.get(f"{path_of(held, series=False)}/instances").json()
    assert {i["00080018"]["Value"][0] for i in searched} == set(found)
    [(_, one)] = parts(client.get(path_of(held, instance=False)))
    assert one == held.file.read_bytes()


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("*/*", 200),
        ("multipart/related", 200),
        ("multipart/related; type=application/dicom", 200),
        ('multipart/related; type="application/dicom"; transfer-syntax=*', 200),
        ('multipart/related; type="application/dicom"; transfer-syntax=HELD', 200),
        ('multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.80', 406),
        ('multipart/related; type="application/dicom+xml"', 406),
        ("application/dicom", 406),
        ("text/html", 406),
    ],
)
def test_a_study_is_given_in_the_form_that_is_accepted_or_not_at_all(client, api, tmp_path, accept, status):
    header = send(api, make_instance(tmp_path))
    accept = accept.replace("HELD", header.file_meta.TransferSyntaxUID)
    answer = client.get(path_of(header, series=False), headers={"Accept": accept})
    assert answer.status_code == status


def test_metadata_are_the_attributes_without_pixels(client, api, held):
    answer = client.get(f"{path_of(held)}/metadata")
    [told] = [Dataset.from_json(one) for one in answer.json()]
    file = pydicom.dcmread(held.file, stop_before_pixels=True)
    assert told.PatientName == "Kanarek^Zazolc"
    assert {e.tag for e in file} - {e.tag for e in told} == set()
    assert "PixelData" not in told
    assert told.AvailableTransferSyntaxUID == held.file_meta.TransferSyntaxUID
    [event] = events(api, answer)
    assert event["detail"]["kind"] == "dicomweb-metadata"
    for path, least in ((path_of(held, series=False), 3), (path_of(held, instance=False), 1)):
        assert len(client.get(f"{path}/metadata").json()) >= least


def test_metadata_are_read_of_two_files_at_a_time(client, api, held, monkeypatch):
    busy, most, reading = 0, 0, Lock()

    def slowly(path):
        nonlocal busy, most
        with reading:
            busy += 1
            most = max(most, busy)
        Event().wait(0.2)
        with reading:
            busy -= 1
        return metadata_json(path)

    monkeypatch.setattr("service.api.dicomweb_retrieve.metadata_json", slowly)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: client.get(f"{path_of(held)}/metadata"), range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert most == 2


def test_what_has_no_form_in_json_is_left_out_and_the_rest_is_told(client, api, tmp_path):
    file = make_instance(
        tmp_path, SpecificCharacterSet="ISO_IR 100", PatientName="Müller^Jörg", PatientID="BAD-NUMBERS"
    )
    dataset = pydicom.dcmread(file)
    dataset.add_new(0x00189073, "FD", float("nan"))
    dataset.save_as(file)
    # A decimal string that is none, put in behind pydicom's back.
    content = file.read_bytes()
    assert b"BAD-NUMBERS " in content
    header = send(api, file)
    [told] = client.get(f"{path_of(header)}/metadata").json()
    assert "00189073" not in told
    assert told["00100010"]["Value"] == [{"Alphabetic": "Müller^Jörg"}]
    assert told["00080005"]["Value"] == ["ISO_IR 192"]


@pytest.mark.parametrize("file", sorted(DICOM.glob("chest_RG1half_*.dcm"), key=lambda p: p.name), ids=lambda p: p.stem)
def test_frames_are_given_as_they_are_held_or_as_plain_values(client, api, tmp_path, file):
    copy = make_instance(tmp_path, str(file))
    header = send(api, copy)
    dataset = pydicom.dcmread(copy)
    expected = pixel_array(dataset, raw=True)
    [(media_type, content)] = parts(client.get(f"{path_of(header)}/frames/1", headers={"Accept": FRAMES}))
    assert media_type == "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1"
    assert np.array_equal(np.frombuffer(content, expected.dtype.newbyteorder("<")).reshape(expected.shape), expected)
    answer = client.get(f"{path_of(header)}/frames/1", headers={"Accept": f"{FRAMES}; transfer-syntax=*"})
    [(media_type, content)] = parts(answer)
    syntax = dataset.file_meta.TransferSyntaxUID
    assert media_type.endswith(f"transfer-syntax={syntax}")
    if syntax.is_encapsulated:
        assert media_type.startswith("image/")
        assert content in dataset.PixelData
        named = media_type.partition(";")[0]
        again = client.get(f"{path_of(header)}/frames/1", headers={"Accept": f'multipart/related; type="{named}"'})
        assert parts(again) == [(media_type, content)]
    [event] = events(api, answer)
    assert event["detail"]["kind"] == "dicomweb-frames"


JPEG_2000, RLE = "1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.5"
PLAIN = "1.2.840.10008.1.2.1"


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ([f"{FRAMES}; transfer-syntax={JPEG_2000}"], None),
        ([f"*/*; transfer-syntax={JPEG_2000}"], None),
        ([f'multipart/related; type="image/dicom-rle"; transfer-syntax={PLAIN}'], None),
        ([f"{FRAMES}; transfer-syntax={PLAIN}"], PLAIN),
        ([f"{FRAMES}; transfer-syntax={RLE}"], RLE),
        ([f"{FRAMES}; transfer-syntax={JPEG_2000}", 'multipart/related; type="image/dicom-rle"'], RLE),
        ([f"{FRAMES}; transfer-syntax={JPEG_2000}", f"{FRAMES}; transfer-syntax=*"], RLE),
        ([f"{FRAMES}; transfer-syntax={JPEG_2000}", FRAMES], PLAIN),
        (['multipart/related; type="image/jp2"', "*/*"], PLAIN),
    ],
)
def test_frames_come_in_a_transfer_syntax_that_was_named_or_not_at_all(client, api, tmp_path, accept, given):
    header = send(api, make_instance(tmp_path, CR_RLE))
    answer = client.get(f"{path_of(header)}/frames/1", headers={"Accept": ", ".join(accept)})
    if given is None:
        is_problem(answer, 406)
    else:
        [(media_type, _)] = parts(answer)
        assert media_type.endswith(f"transfer-syntax={given}")


def test_a_frame_is_named_once(client, api, held):
    for repeated in ("1,1", "1,01", ",".join("1" * 100)):
        answer = client.get(f"{path_of(held)}/frames/{repeated}")
        assert "name each once" in is_problem(answer, 400)["detail"]
        assert events(api, answer) == [], "nothing was shown"


def test_who_is_slow_to_take_frames_keeps_nobody_else_waiting(client, api, tmp_path):
    side, depth = 3000, {"BitsAllocated": 16, "BitsStored": 16, "HighBit": 15}
    file = make_instance(tmp_path, Rows=side, Columns=side, PixelData=bytes(side * side * 2), **depth)
    dataset = pydicom.dcmread(file)
    dataset.compress(RLELossless, generate_instance_uid=False)
    dataset.save_as(file)
    header = send(api, file)
    address = f"{path_of(header)}/frames/1"
    with ExitStack() as slow:
        for _ in range(3):
            answer = slow.enter_context(client.stream("GET", address, timeout=10))
            assert answer.status_code == 200
            assert "content-length" not in answer.headers
        [(_, content)] = parts(client.get(address, timeout=10))
    assert len(content) == side * side * 2


def test_frames_of_a_colour_picture_are_what_was_written(client, api, held):
    made = client.get(f"/images/{held.image_id}/objects").json()["objects"]
    one = next(o for o in made if o["sop_class_uid"] == "1.2.840.10008.5.1.4.1.1.7")
    path = f"/dicom-web/studies/{held.StudyInstanceUID}/series/{one['series_instance_uid']}/instances/{one['sop_instance_uid']}"
    [(_, content)] = parts(client.get(f"{path}/frames/1"))
    picture = pydicom.dcmread(io.BytesIO(client.get(one["content_url"]).content))
    assert content == picture.PixelData[: len(content)]
    assert len(content) == picture.Rows * picture.Columns * 3


def test_what_is_not_there_is_404_and_odd_addresses_are_422(client, api, held):
    is_problem(client.get("/dicom-web/studies/1.2.3"), 404)
    is_problem(client.get(f"{path_of(held)}9"), 404)
    is_problem(client.get("/dicom-web/studies/1.2.3/metadata"), 404)
    is_problem(client.get(f"{path_of(held)}/frames/2"), 404)
    is_problem(client.get(f"{path_of(held)}/frames/0"), 404)
    for odd in ("x", "1;2", ",", "1" * 9, ",".join("1" * 101)):
        is_problem(client.get(f"{path_of(held)}/frames/{odd}"), 422)
    is_problem(client.get("/dicom-web/studies/Kowalski"), 422)
    is_problem(client.get(f"{path_of(held)}/frames/1", headers={"Accept": "image/gif"}), 406)


def test_frames_that_cannot_be_decoded_are_406_and_can_be_had_as_they_are(client, api, tmp_path, monkeypatch):
    header = send(api, make_instance(tmp_path, CR_RLE))

    def fails(*_, **__):
        raise RuntimeError("Kanarek")

    monkeypatch.setattr("integrations.dicomweb.frames.pixel_array", fails)
    answer = client.get(f"{path_of(header)}/frames/1", headers={"Accept": FRAMES})
    is_problem(answer, 406)
    assert "Kanarek" not in answer.text
    parts(client.get(f"{path_of(header)}/frames/1", headers={"Accept": f"{FRAMES}; transfer-syntax=*"}))


def test_an_archive_on_the_web_may_be_another_diafan(api, tmp_path):
    """STOW-RS and QIDO-RS of both sides: what the client sends, the server takes, and finds again."""
    file = make_instance(tmp_path)
    header = pydicom.dcmread(file, stop_before_pixels=True)

    class Token:
        def token(self, *, renew=False):
            return api.diafan.issuer.token("diafan", list(READ_WRITE))

    place = WebArchive("web", DicomwebArchive(f"{api.url}/dicom-web", token=Token()))
    place.check()
    item = Item(file, str(header.SOPInstanceUID), str(header.SeriesInstanceUID))
    contents = Contents(Parcel.SOURCE, str(header.StudyInstanceUID), [item], delivery_id=uuid4())
    assert place.deliver(contents, again=False) == {"proof": "found by QIDO-RS", "sent": 1}
    assert place.deliver(contents, again=True) == {"proof": "found by QIDO-RS", "sent": 0}
