"""The archive on the web as a destination: delivered means found there, and the receipt says how we know."""

from dataclasses import dataclass, field, replace
from uuid import uuid4

import pydicom
import pytest

from integrations.dicomweb import DicomwebArchive
from integrations.errors import Rejected, Unavailable
from service.destinations import Contents, Destination, Item, WebArchive, build
from service.records import Parcel
from service.settings import Settings
from tests.instances import make_instance
from tests.peers.pacs import Orthanc

pytest_plugins = ["tests.peers.fixtures"]


@dataclass
class Archive:
    """An archive that holds what it is given, unless it is told otherwise; ``search`` None: it answers no search."""

    held: set[str] = field(default_factory=set)
    sent: list[list[str]] = field(default_factory=list)
    searches: bool = True
    loses: set[str] = field(default_factory=set)

    def store(self, study_uid, objects):
        self.sent.append([one.sop_instance_uid for one in objects])
        self.held |= {one.sop_instance_uid for one in objects} - self.loses

    def find_instances(self, study_uid, series_uid, sop_uids):
        if not self.searches:
            raise Rejected("the archive answers no QIDO-RS (404)")
        return self.held & set(sop_uids)


@pytest.fixture
def contents(tmp_path):
    items = [Item(tmp_path / f"{n}.dcm", f"1.2.3.4.{n}", f"1.2.3.{n % 2}") for n in range(3)]
    return Contents(Parcel.RESULTS, "1.2.3", items, delivery_id=uuid4())


def test_delivered_means_found_there(contents):
    archive = Archive()
    assert WebArchive("web", archive).deliver(contents, again=False) == {"proof": "found by QIDO-RS", "sent": 3}


def test_again_sends_only_what_is_missing(contents):
    archive = Archive(held={"1.2.3.4.1"})
    assert WebArchive("web", archive).deliver(contents, again=True)["sent"] == 2
    assert WebArchive("web", archive).deliver(contents, again=True)["sent"] == 0
    assert archive.sent == [["1.2.3.4.0", "1.2.3.4.2"]]


def test_what_is_stored_and_not_found_is_not_delivered_yet(contents):
    with pytest.raises(Unavailable, match="1 of 3 objects"):
        WebArchive("web", Archive(loses={"1.2.3.4.2"})).deliver(contents, again=False)


def test_an_archive_that_answers_no_search_has_a_receipt_that_says_so(contents):
    receipt = WebArchive("web", Archive(searches=False)).deliver(contents, again=True)
    assert receipt == {"proof": "STOW-RS answer only: the archive answers no QIDO-RS (404)", "sent": 3}


def test_it_is_built_from_the_settings(tmp_path):
    given = {
        "kind": "dicomweb",
        "name": "web",
        "base_url": "https://pacs.example/dicom-web",
        "token_url": "https://id.example/token",
        "client_id": "diafan",
        "client_secret": "s3cret",
    }
    place = build(Settings(data_dir=tmp_path, destinations=[given]), None)["web"]
    assert isinstance(place, Destination)
    assert {Parcel.SOURCE, Parcel.RESULTS} <= place.carries


@pytest.fixture
def instance(tmp_path):
    path = make_instance(tmp_path)
    header = pydicom.dcmread(path, stop_before_pixels=True)
    item = Item(path, str(header.SOPInstanceUID), str(header.SeriesInstanceUID))
    return Contents(Parcel.SOURCE, str(header.StudyInstanceUID), [item], delivery_id=uuid4())


@pytest.mark.peers
def test_orthanc_takes_it_and_has_it(pacs: Orthanc, instance):
    place = WebArchive("web", DicomwebArchive(pacs.dicomweb_url))
    place.check()
    assert place.deliver(instance, again=False) == {"proof": "found by QIDO-RS", "sent": 1}
    [held] = pacs.query(f"studies/{instance.study_instance_uid}/instances")
    assert held["00080018"]["Value"] == [instance.items[0].sop_instance_uid]
    assert place.deliver(instance, again=True) == {"proof": "found by QIDO-RS", "sent": 0}
    assert place.deliver(instance, again=False)["sent"] == 1


@pytest.mark.peers
def test_what_orthanc_refuses_is_refused(pacs: Orthanc, instance, tmp_path):
    garbage = tmp_path / "garbage.dcm"
    garbage.write_bytes(b"garbage" * 1000)
    place = WebArchive("web", DicomwebArchive(pacs.dicomweb_url))
    with pytest.raises(Rejected, match="answered 400 to STOW-RS"):
        place.deliver(replace(instance, items=[replace(instance.items[0], path=garbage)]), again=False)
    with pytest.raises(Rejected, match="refused 1 of 1 objects: failure reason 0110"):
        place.deliver(replace(instance, study_instance_uid="1.2.3"), again=False)
    with pytest.raises(Rejected, match="check its URL"):
        WebArchive("web", DicomwebArchive(f"{pacs.http_url}/nowhere")).deliver(instance, again=False)
    with pytest.raises(Rejected, match=r"answers no QIDO-RS \(404\)"):
        WebArchive("web", DicomwebArchive(f"{pacs.http_url}/nowhere")).check()
