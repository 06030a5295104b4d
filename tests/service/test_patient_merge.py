"""A study that comes again under another patient: a new revision, told to a person, and in the log of both patients."""

import pytest
import sqlalchemy as sa
from pydicom import dcmread
from sqlalchemy.orm import Session

from audit.search import search
from integrations.instance import study_of
from service.access import Scope
from service.records import ObjectRecord, ReportRecord, Study
from tests.instances import EFFUSION, make_instance
from tests.service.api_client import upload

BEFORE, AFTER = {"PatientID": "BEFORE-1", "IssuerOfPatientID": "A"}, {"PatientID": "AFTER-1", "IssuerOfPatientID": "A"}


@pytest.fixture
def send(api):
    def send(file):
        with api.client(Scope.STUDY_READ, Scope.STUDY_WRITE, subject="dr-house") as client:
            [result] = upload(client, file.read_bytes()).json()["results"]
            api.process(result["image_id"])
            return study_of(dcmread(file, stop_before_pixels=True)).study_instance_uid

    return send


def line(api, study):
    with api.client(Scope.STUDY_READ, subject="dr-house") as client:
        [found] = client.post("/worklist", json={"studies": [study]}).json()["studies"]
        return found


def of_patients(api, study):
    """Return the acts that the log has on the study, with whose they are."""
    api.diafan.sequence_log()
    with api.diafan.engine.connect() as db:
        return [
            (e.event["type"], e.event["patient"], e.event.get("detail"))
            for e in search(db, studies=api.names(study), limit=500)
        ]


def test_the_same_image_under_another_patient_is_a_new_revision_that_names_both(api, send, tmp_path):
    first = make_instance(tmp_path, **BEFORE)
    study = send(first)
    assert (line(api, study)["patient_id_before"], line(api, study)["patient_changed_at"]) == ("", None)
    merged = make_instance(tmp_path, str(first), keep_uids=True, name="merged.dcm", **AFTER)
    assert send(merged) == study
    told = line(api, study)
    assert (told["patient_id"], told["patient_id_before"]) == ("AFTER-1", "BEFORE-1")
    assert told["patient_changed_at"] == told["received_at"]
    with Session(api.diafan.engine) as db:
        reports = db.scalars(sa.select(ReportRecord).where(ReportRecord.study_instance_uid == study)).all()
        objects = db.scalars(
            sa.select(ObjectRecord).where(ObjectRecord.report_id == max(reports, key=lambda r: r.revision).id)
        )
        assert sorted(r.revision for r in reports) == [1, 2]
        [document] = [dcmread(api.diafan.store.path(o.blob)) for o in objects]
        assert (document.PatientID, document.IssuerOfPatientID) == ("AFTER-1", "A")
        now = db.get_one(Study, study).patient
    changed = [(patient, detail) for kind, patient, detail in of_patients(api, study) if kind == "patient-changed"]
    before = api.diafan.pseudonym("A", "BEFORE-1")
    assert changed == [(before, {"kind": "left"}), (now, {"kind": "joined"})]
    assert now == api.diafan.pseudonym("A", "AFTER-1")


def test_another_image_of_the_study_under_another_patient_is_told_too_and_found_by_either(api, send, tmp_path):
    first = make_instance(tmp_path, **BEFORE)
    study = send(first)
    other = make_instance(tmp_path, EFFUSION, name="other.dcm", StudyInstanceUID=study, **AFTER)
    assert send(other) == study
    with api.client(Scope.STUDY_READ, subject="dr-house") as client:
        for text in ("BEFORE-1", "AFTER-1"):
            found = client.post("/worklist", json={"text": text}).json()["studies"]
            assert study in {one["study_instance_uid"] for one in found}


def test_the_same_patient_id_of_another_issuer_is_another_patient(api, send, tmp_path):
    first = make_instance(tmp_path, **BEFORE)
    study = send(first)
    send(make_instance(tmp_path, str(first), keep_uids=True, name="merged.dcm", IssuerOfPatientID="B"))
    told = line(api, study)
    assert told["patient_changed_at"] is not None
    assert (told["patient_id"], told["patient_id_before"]) == ("BEFORE-1", "BEFORE-1")


def test_a_corrected_name_and_what_is_declined_change_no_patient(api, send, tmp_path):
    first = make_instance(tmp_path, **BEFORE)
    study = send(first)
    send(make_instance(tmp_path, str(first), keep_uids=True, name="named.dcm", PatientName="Right^Name"))
    declined = make_instance(tmp_path, name="leg.dcm", StudyInstanceUID=study, BodyPartExamined="KNEE", **AFTER)
    with api.client(Scope.STUDY_READ, Scope.STUDY_WRITE, subject="dr-house") as client:
        upload(client, declined.read_bytes())
    told = line(api, study)
    assert (told["patient_id"], told["patient_id_before"], told["patient_changed_at"]) == ("BEFORE-1", "", None)
    assert not [kind for kind, _, _ in of_patients(api, study) if kind == "patient-changed"]
