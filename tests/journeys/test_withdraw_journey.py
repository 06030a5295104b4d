"""Withdrawn: the PACS holds the note on all that it was sent, and the EHR a report that nobody can take for an answer."""

from pathlib import Path

import pydicom
import pytest

from integrations.object_check import objections
from integrations.validators import judgements
from tests.instances import EFFUSION, make_instance
from tests.journeys.hospital import Hospital, study_of, unfinished_jobs
from tests.peers import identity as openid
from tests.peers.pacs import storescu
from tests.peers.process import wait_for

pytestmark = pytest.mark.peers
pytest_plugins = ["tests.peers.fixtures"]

PATIENT = "WITHDRAWN-1"


def test_a_person_withdraws_and_everybody_who_was_told_hears_of_it(hospital: Hospital, tmp_path: Path) -> None:
    first = make_instance(tmp_path, name="first.dcm", PatientID=PATIENT)
    study_uid = study_of(first)
    storescu([first], hospital.pacs.dicom_port)
    before = hospital.settled(study_uid)
    ours = {o["sop_instance_uid"] for o in [*hospital.objects(before), *hospital.documents(before)]}
    (report,) = hospital.reports_of(PATIENT)
    assert report["status"] == "preliminary"

    told = hospital.diafan.cli("withdraw", study_uid, "--yes").stdout
    assert f"would be rejected: {len(ours)}" in told
    assert "would be told: ehr, pacs" in told
    after = hospital.settled(study_uid, revision=2)
    assert (after["status"], after["withdrawn_because"], after["findings"]) == (
        "entered-in-error",
        "patient-safety",
        [],
    )

    (note,) = hospital.pacs.query(f"studies/{study_uid}/instances", Modality="KO")
    file = hospital.from_pacs(note["00080018"]["Value"][0], tmp_path)
    made = pydicom.dcmread(file)
    (study,) = made.CurrentRequestedProcedureEvidenceSequence
    rejected = {i.ReferencedSOPInstanceUID for s in study.ReferencedSeriesSequence for i in s.ReferencedSOPSequence}
    held = {i["00080018"]["Value"][0] for i in hospital.pacs.query(f"studies/{study_uid}/instances")}
    assert rejected == ours
    assert ours <= held, "nothing is deleted: the archive has what was rejected"
    assert made.ConceptNameCodeSequence[0].CodeMeaning == "Rejected for Patient Safety Reasons"
    assert made.PatientID == PATIENT
    assert objections(file.read_bytes()) == ()
    judged = {j.validator: j.errors for j in judgements(file)}
    assert "dciodvfy" in judged
    assert set(judged.values()) == {()}, judged

    (withdrawn,) = hospital.reports_of(PATIENT)
    assert (withdrawn["id"], withdrawn["status"]) == (report["id"], "entered-in-error")
    assert hospital.versions(withdrawn) == 2
    assert "must not be used" in withdrawn["conclusion"]
    observations = hospital.in_ehr("Observation", subject=withdrawn["subject"]["reference"], _count="100")
    assert {o["status"] for o in observations} == {"entered-in-error"}
    assert len(observations) == len(report["result"])

    proofs = {d["destination"]: d["proof"] for d in after["deliveries"]}
    assert proofs == {"pacs": "found by C-FIND", "ehr": "transaction answered"}
    (event,) = [e for e in hospital.audit(study_uid, "study-withdrawn") if e["type"] == "study-withdrawn"]
    assert (event["agent"]["kind"], event["agent"]["client"]) == ("person", "diafan-cli")
    assert event["detail"] == {"reason": "patient-safety", "count": len(ours), "revision": 2}


def test_a_late_image_of_it_changes_nothing_anywhere(hospital: Hospital, tmp_path: Path) -> None:
    (report,) = hospital.reports_of(PATIENT)
    study_uid = _withdrawn_study(hospital)
    sent = hospital.sent.requested()
    late = make_instance(tmp_path, EFFUSION, name="late.dcm", PatientID=PATIENT, StudyInstanceUID=study_uid)
    storescu([late], hospital.pacs.dicom_port)

    def parked() -> bool | None:
        found = hospital.get(f"/studies/{study_uid}").json()["received"]
        return "study-withdrawn" in {i["reason_code"] for i in found} or None

    wait_for(parked, 60, "the late image being parked", poll_s=0.25)
    assert unfinished_jobs(hospital.diafan) == []
    study = hospital.settled(study_uid, images=2, revision=2)
    assert study["report_revision"] == 2
    made_anew = {u: n for u, n in hospital.sent.requested().items() if n != sent[u]}
    assert made_anew == {}
    assert hospital.versions(report) == 2


def test_withdrawing_again_is_refused(hospital: Hospital) -> None:
    again = hospital.diafan.cli("withdraw", _withdrawn_study(hospital), "--yes", expect=1)
    assert "withdrawn before" in again.stdout + again.stderr
    assert "none changed, missing or out of order" in hospital.diafan.cli("audit", "verify").stdout


def _withdrawn_study(hospital: Hospital) -> str:
    studies = hospital.get("/studies", openid.READER, limit=50).json()["studies"]
    (uid,) = [s["study_instance_uid"] for s in studies]
    return str(uid)
