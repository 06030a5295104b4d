"""Peers that are down, say no or ask to wait: retried, shown, delivered when they are back, and no burden to the others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from integrations import dimse
from tests.diafan_process import DiafanProcess, diafan_process
from tests.instances import make_instance
from tests.journeys.hospital import SAMPLES, ehr_destination, pacs_destination, study_of
from tests.peers import identity as openid
from tests.peers.ehr import FhirServer
from tests.peers.pacs import DIAFAN_AET, MODALITY_AET, Orthanc
from tests.peers.process import LOOPBACK, wait_for
from tests.peers.recorder import Recorder, recording_proxy

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]


@dataclass(frozen=True)
class Clinic:
    """Diafan before a PACS that can be taken down and an EHR that fails as told."""

    diafan: DiafanProcess
    to_pacs: Recorder
    token: str

    def send(self, folder: Path) -> str:
        """Send a new image to Diafan, and return its study."""
        image = make_instance(folder, str(SAMPLES[1]))
        dimse.send(dimse.Peer(LOOPBACK, self.diafan.dimse_port, DIAFAN_AET, MODALITY_AET), [image])
        return study_of(image)

    def delivery(self, study_uid: str, destination: str, *states: str, tries: int = 1) -> dict[str, Any]:
        """Wait until the delivery to a destination is in one of the states, after that many tries."""

        def found() -> dict[str, Any] | None:
            answer = self.diafan.get(f"/studies/{study_uid}", self.token)
            deliveries = answer.json()["deliveries"] if answer.status_code == 200 else []
            return next(
                (
                    d
                    for d in deliveries
                    if (d["destination"], d["state"]) in {(destination, s) for s in states} and d["attempts"] >= tries
                ),
                None,
            )

        return wait_for(found, 120, f"a delivery to the {destination} that is {states}", poll_s=0.2)


@pytest.fixture(scope="module")
def clinic(pacs: Orthanc, ehr: FhirServer, identity: openid.Provider, folder: Path) -> Iterator[Clinic]:
    with recording_proxy(pacs.dicom_port) as to_pacs:
        places = [pacs_destination(to_pacs.port), ehr_destination(ehr.url, identity)]
        with diafan_process(folder, destinations=places) as diafan:
            yield Clinic(diafan, to_pacs, diafan.token("study.read"))


def test_a_pacs_that_is_down_holds_up_nobody_and_gets_its_due(clinic: Clinic, tmp_path: Path) -> None:
    clinic.to_pacs.down = True
    study = clinic.send(tmp_path)
    clinic.delivery(study, "ehr", "delivered")
    clinic.delivery(study, "pacs", "queued", "sending", tries=2)
    shown = clinic.diafan.cli("status").stdout
    assert "does not answer" in shown
    assert "1 delivered" in shown
    assert clinic.diafan.cli("check", expect=1).stdout.count("answers") == 1
    clinic.to_pacs.down = False
    assert clinic.delivery(study, "pacs", "delivered")["last_error"] == ""


def test_an_ehr_that_is_down_is_tried_again(clinic: Clinic, ehr: FhirServer, tmp_path: Path) -> None:
    ehr.fail_next(3, 503)
    study = clinic.send(tmp_path)
    clinic.delivery(study, "pacs", "delivered")
    assert clinic.delivery(study, "ehr", "delivered")["attempts"] == 4


def test_a_person_need_not_wait_as_long_as_the_ehr_asked(clinic: Clinic, ehr: FhirServer, tmp_path: Path) -> None:
    ehr.fail_next(1, 503, retry_after_s=3600)
    study = clinic.send(tmp_path)
    waiting = clinic.delivery(study, "ehr", "queued")
    assert "answered 503" in waiting["last_error"]
    assert "1 queued" in clinic.diafan.cli("retry", waiting["id"]).stdout
    assert clinic.delivery(study, "ehr", "delivered")["attempts"] == 2


def test_a_refused_report_is_parked_until_a_person_sends_it_again(
    clinic: Clinic, ehr: FhirServer, tmp_path: Path
) -> None:
    ehr.fail_next(1, 400)
    study = clinic.send(tmp_path)
    parked = clinic.delivery(study, "ehr", "parked")
    assert "failing as told" in parked["last_error"]
    assert "failing as told" in clinic.diafan.cli("status").stdout
    assert "1 queued" in clinic.diafan.cli("retry", "--all").stdout
    clinic.delivery(study, "ehr", "delivered")


def test_an_answer_that_was_lost_is_asked_for_again(clinic: Clinic, ehr: FhirServer, tmp_path: Path) -> None:
    ehr.fail_next(1, "lost")
    clinic.to_pacs.lose_answers(1)
    study = clinic.send(tmp_path)
    assert clinic.delivery(study, "ehr", "delivered")["attempts"] == 2
    assert clinic.delivery(study, "pacs", "delivered")["attempts"] == 2
    image = clinic.diafan.get(f"/studies/{study}", clinic.token).json()["received"][0]["id"]
    objects = clinic.diafan.get(f"/images/{image}/objects", clinic.token).json()["objects"]
    assert {clinic.to_pacs.requested()[o["sop_instance_uid"]] for o in objects} == {1}
