"""A PACS by C-STORE and C-FIND: what goes there, as what, and what the receipt says of it."""

from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import uuid4

import httpx
import numpy as np
import pytest
from pydantic import ValidationError
from pydicom import dcmread
from pydicom.uid import JPEGBaseline8Bit, SecondaryCaptureImageStorage

from integrations import dimse
from integrations.encoding import Syntax
from integrations.secondary_capture import author
from service.destination_settings import PacsDestination
from service.destinations import Contents, Destination, Item, Pacs, _one
from service.records import Parcel
from tests.integrations.dicom.commitment_peer import archive
from tests.integrations.dicom.dicom_samples import CHESTS, MODEL
from tests.journeys.hospital import pacs_destination
from tests.peers.pacs import DIAFAN_AET, PACS_AET, Orthanc

pytest_plugins = ["tests.peers.fixtures"]
pytestmark = pytest.mark.peers
SETTINGS = type("Told", (), {"ae_title": DIAFAN_AET})()


@pytest.fixture
def contents(tmp_path):
    """Return two captures on their way, of a source that is another one each time."""
    source = dcmread(CHESTS[0])
    source.SOPInstanceUID = source.file_meta.MediaStorageSOPInstanceUID = f"2.25.{uuid4().int}"
    source.StudyInstanceUID = f"2.25.{uuid4().int}"
    source.save_as(tmp_path / "source.dcm")
    noise = np.random.default_rng(2).integers(90, 110, (2, 64, 48, 3)).astype(np.uint8)
    pictures = [(None, one) for one in noise]
    made = [
        author(tmp_path / "source.dcm", [picture], MODEL, revision=n, created=datetime(2026, 11, 26, tzinfo=UTC))[0]
        for n, picture in enumerate(pictures)
    ]
    items = []
    for number, one in enumerate(made):
        (tmp_path / f"{number}.dcm").write_bytes(one.content)
        items.append(Item(tmp_path / f"{number}.dcm", one.sop_instance_uid, one.series_instance_uid))
    return Contents(Parcel.RESULTS, str(source.StudyInstanceUID), items, delivery_id=uuid4())


def to(port, **settings):
    return _one(PacsDestination(**pacs_destination(port, **settings)), SETTINGS, None)


def test_it_meets_the_port(pacs: Orthanc):
    assert isinstance(to(pacs.dicom_port), Destination)


@pytest.mark.parametrize(
    ("prefer", "name"),
    [
        ((), "Explicit VR Little Endian"),
        (["implicit-le"], "Implicit VR Little Endian"),
        (["rle", "explicit-le"], "RLE Lossless"),
        (["deflated"], "Deflated Explicit VR Little Endian"),
    ],
)
def test_orthanc_holds_it_as_preferred_and_is_asked_for_it(pacs: Orthanc, contents, prefer, name):
    place = to(pacs.dicom_port, **({"transfer_syntaxes": prefer} if prefer else {}))
    receipt = place.deliver(contents, again=False)
    assert (receipt["proof"], receipt["proved_by"], receipt["sent"]) == ("found by C-FIND", "c-find", 2)
    assert receipt["objects"] == [
        {"sop_instance_uid": item.sop_instance_uid, "transfer_syntax": name, "status": "0000"}
        for item in contents.items
    ]
    again = place.deliver(contents, again=True)
    assert (again["proved_by"], again["sent"], again["objects"]) == ("c-find", 0, [])


def test_with_loss_the_archive_has_another_instance_and_is_asked_for_that(pacs: Orthanc, contents, tmp_path):
    place = to(pacs.dicom_port, transfer_syntaxes=["jpeg-baseline"])
    receipt = place.deliver(contents, again=False)
    assert receipt["proved_by"] == "c-find"
    for item, told in zip(contents.items, receipt["objects"], strict=True):
        assert told["transfer_syntax"] == JPEGBaseline8Bit.name
        assert told["compressed_with_loss_from"] == item.sop_instance_uid != told["sop_instance_uid"]
        assert not pacs.query("instances", SOPInstanceUID=item.sop_instance_uid)
        (found,) = httpx.post(f"{pacs.http_url}/tools/lookup", content=told["sop_instance_uid"], trust_env=False).json()
        picture = httpx.get(f"{pacs.http_url}/instances/{found['ID']}/preview", trust_env=False)
        assert picture.headers["content-type"] == "image/png"
    assert place.deliver(contents, again=True)["objects"] == receipt["objects"]


@contextmanager
def storing():
    with archive(SecondaryCaptureImageStorage) as (_, peer):
        yield peer


@pytest.mark.parametrize(
    ("read_back", "proof"),
    [
        (False, "C-STORE status only: read-back is switched off"),
        (True, "C-STORE status only: PACS at 127.0.0.1:{port} accepts no presentation context for Study Root"),
    ],
)
def test_where_there_is_no_proof_the_receipt_says_so(contents, read_back, proof):
    with storing() as peer:
        receipt = Pacs("pacs", peer, read_back=read_back, prefer=[Syntax.RLE]).deliver(contents, again=False)
    assert receipt["proved_by"] == "none"
    assert receipt["proof"].startswith(proof.format(port=peer.port))


def test_nothing_of_its_kinds_is_nothing_to_prove(contents):
    peer = dimse.Peer("127.0.0.1", 9, PACS_AET, DIAFAN_AET)
    empty = Contents(Parcel.RESULTS, contents.study_instance_uid, delivery_id=uuid4())
    assert Pacs("pacs", peer, read_back=True).deliver(empty, again=False)["sent"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"transfer_syntaxes": ["jpeg2000"]},
        {"commitment": "maybe"},
        {"commitment_timeout_s": 0},
        {"commitment_wait_s": -1},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValidationError):
        PacsDestination(**pacs_destination(104, **wrong))
