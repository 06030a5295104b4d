"""Killed at every boundary between two stages and started again, Diafan ends with everything delivered once."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pydicom
import pytest

from integrations import dimse
from integrations.errors import Unavailable
from tests.diafan_process import DiafanProcess, diafan_process
from tests.instances import make_instance
from tests.journeys.hospital import (
    PATIENT_SYSTEM,
    SAMPLES,
    database,
    ehr_destination,
    pacs_destination,
    settled,
    study_of,
    unfinished_jobs,
)
from tests.journeys.killed import BOUNDARIES
from tests.peers import identity as openid
from tests.peers.ehr import FhirServer
from tests.peers.pacs import DIAFAN_AET, MODALITY_AET, Orthanc
from tests.peers.process import LOOPBACK, wait_for
from tests.peers.recorder import Recorder, recording_proxy

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]

_DOOR = ("accept: file written, nothing committed", "accept: committed, Success not sent")


@dataclass(frozen=True)
class Ward:
    """One Diafan that is killed and started again on the same folder, and how it is told where."""

    diafan: DiafanProcess
    sent: Recorder
    order: Path
    token: str

    @property
    def door(self) -> dimse.Peer:
        return dimse.Peer(LOOPBACK, self.diafan.dimse_port, DIAFAN_AET, MODALITY_AET)

    def kill_at(self, boundary: str) -> None:
        self.order.write_text(boundary)

    def restart(self) -> None:
        """Start again, once the program has killed itself."""
        process = self.diafan.process
        assert process is not None
        assert process.wait(120) == -9
        assert self.order.read_text() == ""
        start(self.diafan, self.order)


def start(diafan: DiafanProcess, order: Path) -> None:
    diafan.start(program=("tests.journeys.killed", str(order)))


@pytest.fixture(scope="module")
def ward(pacs: Orthanc, ehr: FhirServer, identity: openid.Provider, folder: Path) -> Iterator[Ward]:
    order = folder / "kill-at"
    order.write_text("")
    with recording_proxy(pacs.dicom_port) as sent:
        places = [pacs_destination(sent.port), ehr_destination(ehr.url, identity)]
        told = {
            "quiet_period_s": 0.2,
            "stalled_after_s": 2,
            "dimse_processes": 1,
        }  # what kills itself is the whole program
        with diafan_process(folder, start=False, destinations=places, **told) as diafan:
            start(diafan, order)
            yield Ward(diafan, sent, order, diafan.token("study.read"))


@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_kill_loses_and_doubles_nothing(
    boundary: str, ward: Ward, ehr: FhirServer, identity: openid.Provider, tmp_path: Path
) -> None:
    patient_id = f"CRASH-{BOUNDARIES.index(boundary)}"
    image = make_instance(tmp_path, str(SAMPLES[1]), PatientID=patient_id)
    ward.kill_at(boundary)
    if boundary in _DOOR:
        with pytest.raises(Unavailable):
            dimse.send(ward.door, [image])
        ward.restart()
        # Who heard no Success sends again.
    heard: list[int] = []
    dimse.send(ward.door, [image], lambda _, status: heard.append(status))
    assert heard == [0x0000]
    if boundary not in _DOOR:
        ward.restart()

    study = settled(ward.diafan, ward.token, study_of(image))
    (received,) = study["received"]
    assert received["revision"] == 1
    made = ward.diafan.get(f"/images/{received['id']}/objects", ward.token).json()["objects"]
    assert made
    assert {ward.sent.requested()[o["sop_instance_uid"]] for o in made} == {1}
    assert all(ward.sent.answered()[o["sop_instance_uid"], 0x0000] == 1 for o in made)

    token = identity.token(openid.DIAFAN)
    (patient,) = ehr.search("Patient", token, identifier=f"{PATIENT_SYSTEM}|{patient_id}")
    (report,) = ehr.search("DiagnosticReport", token, subject=f"Patient/{patient['id']}")
    assert "revision 1," in report["conclusion"]
    assert len(ehr.search("DiagnosticReport/" + report["id"] + "/_history", token)) == 1

    wait_for(lambda: not unfinished_jobs(ward.diafan) or None, 60, "the last job to be finished", poll_s=0.2)
    with database(ward.diafan) as db:
        assert db.execute("select count(*) from procrastinate_jobs where status = 'failed'").fetchone() == (0,)
        blobs = {
            key
            for (key,) in db.execute(
                "select blob from image union select blob from object union select blob from report"
            ).fetchall()
        }
    store = ward.diafan.folder / "data" / "blobs"
    kept = {
        str(f.relative_to(store))
        for part in ("received", "objects", "reports")
        for f in (store / part).rglob("*")
        if f.is_file()
    }
    assert blobs <= kept
    assert pydicom.dcmread(store / next(b for b in blobs if b.startswith("received/"))).PatientID


def test_the_log_of_all_that_is_whole(ward: Ward) -> None:
    assert "none changed, missing or out of order" in ward.diafan.cli("audit", "verify").stdout


def test_an_end_in_peace_after_all_that_leaves_no_database_behind(ward: Ward) -> None:
    assert ward.diafan.stop() == 0
    assert not (ward.diafan.folder / "data" / "postgres" / "postmaster.pid").exists()
