"""Corrected: the PACS holds results under the right name, the EHR a new version of the same report, and the log who did it."""

from pathlib import Path

import pydicom
import pytest

from tests.instances import make_instance
from tests.journeys.hospital import Hospital, study_of
from tests.peers.pacs import storescu

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]

PATIENT = "RECTIFIED-1"
RIGHT = "Żółć^Łukasz"


def test_a_name_is_corrected_and_everybody_who_was_told_hears_of_it(hospital: Hospital, tmp_path: Path) -> None:
    file = make_instance(tmp_path, PatientID=PATIENT, PatientName="Falsch^Ewa")
    study_uid = study_of(file)
    storescu([file], hospital.pacs.dicom_port)
    before = hospital.settled(study_uid)
    old = {o["sop_instance_uid"] for o in [*hospital.objects(before), *hospital.documents(before)]}
    (report,) = hospital.reports_of(PATIENT)

    asked = f"{PATIENT}\n{RIGHT}\n"
    told = hospital.diafan.cli("gdpr", "rectify", "--attribute", "name", "--yes", answers=asked).stdout
    assert "to be corrected: 1 images of 1 studies" in told
    assert "these are told: ehr, pacs" in told
    after = hospital.settled(study_uid, revision=2)
    held = {i["00080018"]["Value"][0] for i in hospital.pacs.query(f"studies/{study_uid}/instances")}
    assert old < held, "nothing is deleted"
    new = {o["sop_instance_uid"] for o in [*hospital.objects(after), *hospital.documents(after)]} - old
    assert len(new) == len(old)
    for uid in new:
        made = hospital.from_pacs(uid, tmp_path)
        assert str(pydicom.dcmread(made).PatientName) == RIGHT

    (corrected,) = hospital.reports_of(PATIENT)
    assert (corrected["id"], hospital.versions(corrected)) == (report["id"], 2)
    assert "Corrected in patient and study data" in corrected["conclusion"]
    events = hospital.audit(study_uid, "patient-rectified", "instance-revised")
    (event,) = [e for e in events if e["type"] == "patient-rectified"]
    assert (event["agent"]["client"], event["detail"]) == ("diafan-cli", {"kind": "name", "count": 1})
    assert "none changed, missing or out of order" in hospital.diafan.cli("audit", "verify").stdout
